"""Markings of a line as a tree: what lies inside of what, so that it can be written as elements."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from junkfilter.presentation.inspection import Marking
from junkfilter.results import placed


class Node(NamedTuple):
    """A range of a line and the ranges inside of it.

    Attributes:
        start: offset in the line.
        end: exclusive.
        marking: what the range is; None for the line itself.
        children: ranges inside, in order and disjoint.
    """

    start: int
    end: int
    marking: Marking | None
    children: list[Node]


def nested(length: int, markings: Sequence[Marking]) -> Node:
    """A tree of the markings; one that reaches over the end of another is split there.

    Args:
        length: of the line, in characters.
        markings: in any order, within the line.

    >>> from junkfilter.page import Cut
    >>> found = [Marking(Cut(0, 4, "spam"), True), Marking(Cut(2, 6, "tag"), True)]
    >>> [(node.start, node.end, len(node.children)) for node in nested(8, found).children]
    [(0, 4, 1), (4, 6, 0)]
    """
    root = Node(0, length, None, [])
    order = count()
    waiting = [(m.cut.start, -m.cut.end, next(order), m) for m in markings]
    heapq.heapify(waiting)
    path = [root]
    while waiting:
        start, minus_end, _, marking = heapq.heappop(waiting)
        while path[-1].end <= start and len(path) > 1:
            path.pop()
        end = min(-minus_end, path[-1].end)
        if end <= start:
            continue
        if end < -minus_end and len(path) > 1:
            rest = Marking(placed(marking.cut, end, -minus_end), marking.done)
            heapq.heappush(waiting, (end, minus_end, next(order), rest))
        node = Node(start, end, marking, [])
        path[-1].children.append(node)
        path.append(node)
    return root
