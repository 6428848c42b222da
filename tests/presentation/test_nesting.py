"""Ranges that overlap in any way become a tree that covers the same characters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from junkfilter.page import Cut
from junkfilter.presentation.inspection import Marking
from junkfilter.presentation.nesting import Node, nested

LENGTH = 12
MARKINGS = st.lists(
    st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH), st.booleans()).map(
        lambda drawn: Marking(Cut(min(drawn[:2]), max(drawn[:2]), "tag"), drawn[2])
    ),
    max_size=8,
)


def covered(node: Node, characters: set[int]) -> None:
    """Checks the order of a node's children, and collects what marked nodes cover."""
    if node.marking is not None:
        characters |= set(range(node.start, node.end))
    place = node.start
    for child in node.children:
        assert place <= child.start < child.end <= node.end
        place = child.end
        covered(child, characters)


@given(MARKINGS)
def test_the_tree_covers_what_is_marked(markings: list[Marking]) -> None:
    """Children are in order, disjoint and inside; no character is lost or gained."""
    found: set[int] = set()
    covered(nested(LENGTH, markings), found)
    assert found == {k for m in markings for k in range(m.cut.start, m.cut.end)}


@given(MARKINGS)
def test_every_character_is_in_all_its_markings(markings: list[Marking]) -> None:
    """However often ranges are split, depth at a character is the number of ranges over it."""
    depths = [0] * LENGTH

    def count(node: Node) -> None:
        for child in node.children:
            for place in range(child.start, child.end):
                depths[place] += 1
            count(child)

    count(nested(LENGTH, markings))
    ranges = [(m.cut.start, m.cut.end) for m in markings]
    assert depths == [sum(a <= k < b for a, b in ranges) for k in range(LENGTH)]
