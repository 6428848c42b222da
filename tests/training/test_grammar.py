"""The grammar expands its slots as `data/README.md` says."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from junkfilter.errors import DataError
from junkfilter.training.grammar import Form, Grammar


def grammar(folder: Path, rules: str, words: str = 'terms = ["甲", "乙"]') -> Grammar:
    """The grammar of one family, `other`."""
    for part, content in (("vocabulary", words), ("grammar", rules)):
        (folder / part).mkdir(exist_ok=True)
        (folder / part / "other.toml").write_text(content, encoding="utf-8")
    return Grammar(folder)


def lines(made: Grammar, pattern: str, count: int = 40) -> list[str]:
    """Expansions of a pattern."""
    form = Form("other", "tried", 1, pattern)
    return [made.expand(form, random.Random(seed)) for seed in range(count)]


def test_lists_and_rules_fill_slots(tmp_path: Path) -> None:
    """A rule's own slots are filled with terms, and nothing else is added."""
    made = grammar(tmp_path, '[rules]\npair = ["{terms}-{terms}"]')
    assert set(lines(made, "<{pair}>")) == {"<甲-甲>", "<甲-乙>", "<乙-甲>", "<乙-乙>"}


def test_weights_make_an_alternative_likelier(tmp_path: Path) -> None:
    """`9:` in front of an alternative is its weight and no part of it."""
    made = grammar(tmp_path, '[rules]\nr = ["9: often", "seldom"]')
    found = lines(made, "{r}", 200)
    assert set(found) == {"often", "seldom"}
    assert found.count("often") > 150


def test_a_memo_repeats_what_was_picked(tmp_path: Path) -> None:
    """The same memo gives the same term in a line, another memo may give another."""
    made = grammar(tmp_path, "")
    found = [line.split() for line in lines(made, "{terms@a} {terms@a} {terms@b}")]
    assert all(first == second for first, second, _ in found)
    assert any(first != third for first, _, third in found)


def test_several_terms_are_different_and_joined(tmp_path: Path) -> None:
    """`*2-3|_` makes two or three different terms with `_` between them."""
    made = grammar(tmp_path, "", 'terms = ["甲", "乙", "丙", "丁"]')
    found = [line.split("_") for line in lines(made, "{terms*2-3|_}")]
    assert {len(terms) for terms in found} == {2, 3}
    assert all(len(set(terms)) == len(terms) for terms in found)


def test_digits_have_the_wanted_length(tmp_path: Path) -> None:
    """`digits:2-4` are two to four digits."""
    made = grammar(tmp_path, "")
    found = lines(made, "{digits:2-4}")
    assert all(re.fullmatch(r"\d{2,4}", line) for line in found)
    assert {len(line) for line in found} == {2, 3, 4}


def test_a_dump_is_sorted_and_begins_alike(tmp_path: Path) -> None:
    """Terms of a dump share their first two characters and come in order."""
    words = 'terms = ["甲甲1", "甲甲2", "甲甲3", "甲甲4", "乙乙1", "乙乙2", "乙乙3", "乙乙4"]'
    made = grammar(tmp_path, "", words)
    for line in lines(made, "{dump:terms*3-4|,}"):
        terms = line.split(",")
        assert terms == sorted(terms)
        assert len({term[:2] for term in terms}) == 1
        assert len(set(terms)) in (3, 4)


def test_the_same_seed_gives_the_same_lines(tmp_path: Path) -> None:
    """Sampling depends on the generator alone."""
    made = grammar(tmp_path, '[[forms]]\nname = "f"\npattern = "{terms*1-2|_}{digits:3}"')
    first, second = random.Random(7), random.Random(7)
    assert [made.sample("other", first) for _ in range(9)] == [
        made.sample("other", second) for _ in range(9)
    ]


@pytest.mark.parametrize(
    ("rules", "pattern"),
    [
        ("", "{nowhere}"),
        ('[rules]\nloop = ["{loop}"]', "{loop}"),
        ("", "{hex:2}"),
    ],
)
def test_a_slot_that_cannot_be_filled_is_refused(tmp_path: Path, rules: str, pattern: str) -> None:
    """Unknown names, endless rules and unknown alphabets are errors of the data."""
    made = grammar(tmp_path, rules)
    with pytest.raises(DataError):
        lines(made, pattern)


@pytest.mark.parametrize(
    "rules",
    ["[rules", 'rules = "x"', "[rules]\nr = []", "[rules]\nr = [3]", '[[forms]]\nname = "f"'],
)
def test_a_broken_file_is_named(tmp_path: Path, rules: str) -> None:
    """What is no grammar is refused with the name of the file."""
    with pytest.raises(DataError, match=r"other\.toml"):
        grammar(tmp_path, rules)
