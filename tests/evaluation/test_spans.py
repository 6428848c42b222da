"""Cuts against gold cuts: by characters, by what is left, and as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junkfilter.errors import JunkfilterError
from junkfilter.evaluation.spans import (
    OUTCOMES,
    Comparison,
    Range,
    common,
    compare,
    differences,
    joined,
    length,
    outcomes,
)

_PAGE = "新闻-品牌-体育\n正文正文\n"  # "news-brand-sport", "body body"


def ranges(size: int) -> st.SearchStrategy[list[Range]]:
    """Any ranges in a text of this size, overlapping and empty ones among them."""
    place = st.integers(0, size)
    return st.lists(st.tuples(place, place).map(lambda ends: (min(ends), max(ends))), max_size=6)


# Few different characters, so that ranges can be moved without changing what is left.
PAGES = st.text("甲乙\n", max_size=24).flatmap(
    lambda text: st.tuples(st.just(text), ranges(len(text)), ranges(len(text)))
)


def covered(parts: list[Range]) -> set[int]:
    """The characters in some ranges, one by one."""
    return {place for start, end in parts for place in range(start, end)}


@given(ranges(20), ranges(20))
def test_range_arithmetic_is_that_of_sets(first: list[Range], second: list[Range]) -> None:
    """Joined and common ranges hold the characters that the sets hold, each once."""
    both = common(joined(first), joined(second))
    assert covered(joined(first)) == covered(first)
    assert length(joined(first)) == len(covered(first))
    assert covered(both) == covered(first) & covered(second)
    assert length(both) == len(covered(both))


@pytest.mark.parametrize(
    ("gold", "cuts", "expected"),
    [
        ([(2, 5)], [(2, 5)], Comparison(3, 3, 0, 11, True)),
        ([(2, 5)], [(3, 6)], Comparison(3, 3, 0, 11, True)),  # the other hyphen goes
        ([(2, 5)], [], Comparison(3, 0, 0, 11, False)),
        ([(2, 5)], [(3, 5)], Comparison(3, 2, 0, 11, False)),
        ([(2, 5)], [(2, 8)], Comparison(3, 3, 3, 11, False)),
        ([(2, 5)], [(3, 6), (9, 10)], Comparison(3, 3, 1, 11, False)),
        ([], [(9, 11)], Comparison(0, 0, 2, 14, False)),
        ([], [], Comparison(0, 0, 0, 14, True)),
        ([(2, 5)], [(2, 4), (3, 5), (4, 4)], Comparison(3, 3, 0, 11, True)),
    ],
)
def test_comparisons(gold: list[Range], cuts: list[Range], expected: Comparison) -> None:
    """Hits and losses of a small page, counted by hand."""
    assert compare(_PAGE, gold, cuts) == expected


@given(PAGES)
def test_a_comparison_adds_up(page: tuple[str, list[Range], list[Range]]) -> None:
    """Hits stay within the gold, losses within the honest text, and exact means what is left."""
    text, gold, cuts = page
    found = compare(text, gold, cuts)
    kept = "".join(c for place, c in enumerate(text) if place not in covered(cuts))
    clean = "".join(c for place, c in enumerate(text) if place not in covered(gold))
    assert found.exact == (kept == clean)
    assert found.gold == len(covered(gold))
    assert found.gold + found.honest == len(text)
    assert 0 <= found.hits <= found.gold
    assert 0 <= found.lost <= found.honest
    assert found.hits + found.lost <= len(covered(cuts)) or found.exact


@given(PAGES)
def test_the_perfect_cleaner_is_perfect(page: tuple[str, list[Range], list[Range]]) -> None:
    """The gold cuts themselves miss nothing and lose nothing."""
    text, gold, _ = page
    found = compare(text, gold, gold)
    assert found == Comparison(len(covered(gold)), len(covered(gold)), 0, found.honest, True)
    assert set(outcomes(text, gold, gold, [])) <= {"cut"}
    assert list(differences(text, gold, gold)) == []


def test_a_range_outside_the_text_is_refused() -> None:
    """Offsets of another page are noticed."""
    with pytest.raises(JunkfilterError):
        compare("新闻", [(0, 3)], [])  # "news"


@pytest.mark.parametrize(
    ("cuts", "flags", "expected"),
    [
        ([(2, 5)], [], "cut"),
        ([(3, 6), (9, 10)], [], "cut"),  # the other hyphen, and an error elsewhere
        ([(4, 5)], [(2, 5)], "cut in part"),
        ([], [(2, 4)], "flagged"),
        ([(9, 10)], [(0, 3)], "kept"),
        ([], [], "kept"),
    ],
)
def test_outcomes(cuts: list[Range], flags: list[Range], expected: str) -> None:
    """A gold range is cut, cut in part, flagged by half or more, or kept."""
    assert outcomes(_PAGE, [(2, 5)], cuts, flags) == [expected]


@given(PAGES, st.data())
def test_every_gold_range_has_an_outcome(
    page: tuple[str, list[Range], list[Range]], data: st.DataObject
) -> None:
    """One outcome for each gold range, in the order given, whatever overlaps."""
    text, gold, cuts = page
    found = outcomes(text, gold, cuts, data.draw(ranges(len(text))))
    assert len(found) == len(gold)
    assert set(found) <= set(OUTCOMES)


def test_differences_show_the_lines_that_differ() -> None:
    """Marks stand where ranges begin and end; lines that are as they should be are left out."""
    text = "广告\n新闻品牌\n正文\n"  # "ad", "news brand", "body"
    assert list(differences(text, [(0, 3), (5, 7)], [(0, 3), (6, 9)])) == [
        "新闻⟦品⟪牌⟧⏎⟫",
        "⟪正⟫文⏎",
    ]


@given(PAGES)
def test_differences_without_marks_are_the_lines(
    page: tuple[str, list[Range], list[Range]],
) -> None:
    """Marks are all that is added to the text, apart from the sign for a line end."""
    text, gold, cuts = page
    lines = {line + "⏎" for line in text.split("\n")} | {text.split("\n")[-1]}
    for shown in differences(text, gold, cuts):
        assert "".join(c for c in shown if c not in "⟦⟧⟪⟫") in lines
