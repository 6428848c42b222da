"""Honest lines in the shapes of spam."""

from __future__ import annotations

import random

from small_project import headlines

from junkfilter.formats.labelled import Sample
from junkfilter.training.corpus import Row, honest_compositions
from junkfilter.training.honest import compose

# The words of a composition are runs of up to six characters between commas.
HEADLINES = [f"{line[:2]},{line[2:5]},{line[5:7]},{line[7:11]}" for line in headlines(900, 8)]


def test_few_words_give_no_compositions() -> None:
    """Lines composed of a handful of words would teach those words."""
    assert list(compose(["图书馆开放"], random.Random(1))) == []


def test_each_form_occurs_and_is_made_of_headlines() -> None:
    """Joined titles begin with a headline; every form has the same number of lines."""
    made = list(compose(HEADLINES, random.Random(1)))
    by_form: dict[str, list[str]] = {}
    for form, text in made:
        by_form.setdefault(form, []).append(text)
    assert {"joined-title", "keyword-list", "navigation", "figures", "latin"} <= set(by_form)
    assert len({len(texts) for texts in by_form.values()}) == 1
    assert all(text.startswith(tuple(HEADLINES)) for text in by_form["joined-title"])


def test_compositions_depend_on_seed_and_lines_only() -> None:
    """The order of the lines they are made from does not matter."""
    rows = [Row(Sample(text, "text", "", "a", "a"), "news") for text in HEADLINES]
    assert honest_compositions(rows, 1) == honest_compositions(rows[::-1], 1)
    assert honest_compositions(rows, 1) != honest_compositions(rows, 2)


def test_spam_is_no_honest_word() -> None:
    """Words of spam lines are not composed into honest ones."""
    rows = [Row(Sample(text, "text", "", "a", "a"), "news") for text in HEADLINES]
    rows.append(Row(Sample("金沙娱乐城", "spam", "gambling", "a", "a"), "spam"))
    assert not any("金沙" in row.sample.text for row in honest_compositions(rows, 1))
