"""Labels that are probably wrong: what weights without the line take for the contrary."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from junkfilter.formats.labelled import Sample
from junkfilter.training.corpus import Row
from junkfilter.training.label_errors import label_errors

SCORES = st.floats(min_value=-50, max_value=50, allow_nan=False)


def row(text: str, label: str) -> Row:
    """A labelled line."""
    family = "game" if label == "spam" else ""
    return Row(Sample(text, label, family, "s", "g"), "spam" if label == "spam" else "news")


def test_both_kinds_of_error_are_found_the_surest_first() -> None:
    """News called spam before spam called news, if both judges are surer of it."""
    rows = [row("新闻", "spam"), row("私服", "text"), row("外挂", "spam"), row("天气", "text")]
    found = label_errors(rows, np.array([-9.0, 2.0, -5.0, -9.0]), np.array([-4.0, 3.0, 2.0, -8.0]))
    assert [(e.text, e.label, e.score, e.base_score) for e in found] == [
        ("新闻", "spam.game", -4.0, -9.0),
        ("私服", "text", 3.0, 2.0),
    ]


@given(st.lists(st.tuples(st.booleans(), SCORES, SCORES), max_size=20))
def test_only_what_the_new_weights_doubt_is_listed(lines: list[tuple[bool, float, float]]) -> None:
    """Whatever the base says, and in no order that depends on the order of the lines."""
    rows = [row(f"行{k}", "spam" if spam else "text") for k, (spam, _, _) in enumerate(lines)]
    before, after = (np.array([line[place] for line in lines]) for place in (1, 2))
    found = label_errors(rows, before, after)
    expected = {f"行{k}" for k, (spam, _, score) in enumerate(lines) if (score < 0) == spam}
    assert {error.text for error in found} == expected
    turned = label_errors(rows[::-1], before[::-1], after[::-1])
    assert turned == found
