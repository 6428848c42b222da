"""Cuts against what a perfect cleaner cuts, character by character.

Ranges are pairs of 0-based character offsets in a page's text, end exclusive. What counts is what
is left: a cut that leaves the same text as a gold cut is that cut, wherever it begins. Of
`新闻-品牌-体育` ("news-brand-sport") both `-品牌` and `品牌-` may go.

Judges nothing and counts no pages; `junkfilter.evaluation.tally` does.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from junkfilter.page import Cut, apply, split_lines

Range: TypeAlias = tuple[int, int]
# What became of a gold range, the best first.
OUTCOMES = ("cut", "cut in part", "flagged", "kept")
_TERMINATOR = re.compile(r"\r\n?|\n")


class Comparison(NamedTuple):
    """The cuts of one page against its gold cuts, in characters.

    Attributes:
        gold: characters that should have been cut.
        hits: how many of them were.
        lost: honest characters that were cut.
        honest: honest characters of the page.
        exact: what is kept is the page without its gold cuts.
    """

    gold: int
    hits: int
    lost: int
    honest: int
    exact: bool


def joined(ranges: Iterable[Range]) -> list[Range]:
    """The ranges in order of the text; overlapping and touching ones become one, empty ones go.

    >>> joined([(5, 9), (0, 3), (2, 5), (9, 9)])
    [(0, 9)]
    """
    found: list[Range] = []
    for start, end in sorted(ranges):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def common(first: Sequence[Range], second: Sequence[Range]) -> list[Range]:
    """What lies in a range of both; each in order and disjoint, as `joined` makes them.

    >>> common([(0, 4), (6, 9)], [(2, 7)])
    [(2, 4), (6, 7)]
    """
    found: list[Range] = []
    one = other = 0
    while one < len(first) and other < len(second):
        start = max(first[one][0], second[other][0])
        end = min(first[one][1], second[other][1])
        if start < end:
            found.append((start, end))
        if first[one][1] <= second[other][1]:
            one += 1
        else:
            other += 1
    return found


def length(ranges: Iterable[Range]) -> int:
    """Characters in disjoint ranges."""
    return sum(end - start for start, end in ranges)


def compare(text: str, gold: Iterable[Range], cuts: Iterable[Range]) -> Comparison:
    """What was cut of a page against what should have been.

    Args:
        text: the page.
        gold: what a perfect cleaner cuts.
        cuts: what was cut.

    Raises:
        JunkfilterError: a range reaches outside the text.

    >>> compare("新闻-品牌-体育", [(2, 5)], [(3, 6)])  # "news-brand-sport"
    Comparison(gold=3, hits=3, lost=0, honest=5, exact=True)
    """
    wanted, done = joined(gold), joined(cuts)
    size = length(wanted)
    honest = len(text) - size
    if _kept(text, wanted) == _kept(text, done):
        return Comparison(size, size, 0, honest, True)
    done = _aligned(text, wanted, done)
    hits = length(common(wanted, done))
    return Comparison(size, hits, length(done) - hits, honest, False)


def outcomes(
    text: str, gold: Sequence[Range], cuts: Iterable[Range], flags: Iterable[Range]
) -> list[str]:
    """What became of each gold range, in `OUTCOMES`; flagged is what is flagged by half or more.

    >>> outcomes("新闻品牌正文体育", [(2, 4), (6, 8)], [(3, 4)], [(5, 8)])  # 2nd, 4th word are gold
    ['cut in part', 'flagged']
    """
    done = joined(cuts)
    if _kept(text, joined(gold)) == _kept(text, done):
        return ["cut"] * len(gold)
    done, hints = _aligned(text, joined(gold), done), joined(flags)
    return [_outcome(each, done, hints) for each in gold]


def differences(text: str, gold: Iterable[Range], cuts: Iterable[Range]) -> Iterator[str]:
    """The lines in which the cuts are not the gold cuts, for reading.

    Gold cuts stand between ⟦ and ⟧, cuts between ⟪ and ⟫; ⏎ is a line end.

    >>> list(differences("新闻品牌\\n正文", [(2, 4)], [(3, 5)]))  # "news brand", "body"
    ['新闻⟦品⟪牌⟧⏎⟫']
    """
    wanted = joined(gold)
    done = _aligned(text, wanted, joined(cuts))
    for line in split_lines(text):
        whole = [(line.start, line.stop)]
        ours, theirs = common(wanted, whole), common(done, whole)
        if ours != theirs:
            yield _TERMINATOR.sub("⏎", _marked(text, whole[0], ours, theirs))


def _kept(text: str, ranges: Iterable[Range]) -> str:
    return apply(text, [Cut(start, end, "") for start, end in ranges])[0]


def _aligned(text: str, gold: Sequence[Range], cuts: Sequence[Range]) -> list[Range]:
    """The cuts, each that leaves the same text as a gold range beside it moved there."""
    moved: list[Range] = []
    first = 0
    for cut in cuts:
        while first < len(gold) and gold[first][1] < cut[0]:
            first += 1
        moved.append(cut)
        for wanted in islice(gold, first, None):
            if wanted[0] > cut[1]:
                break
            if _leaves_the_same(text, wanted, cut):
                moved[-1] = wanted
    return joined(moved)


def _leaves_the_same(text: str, one: Range, other: Range) -> bool:
    (start, end), (later, later_end) = sorted((one, other))
    return (
        end - start == later_end - later
        and later <= end
        and text[start:later] == text[end:later_end]
    )


def _outcome(gold: Range, cuts: Sequence[Range], flags: Sequence[Range]) -> str:
    size = gold[1] - gold[0]
    cut = _overlap(gold, cuts)
    if cut:
        return "cut" if cut == size else "cut in part"
    return "flagged" if 2 * _overlap(gold, flags) >= size > 0 else "kept"


def _overlap(part: Range, ranges: Sequence[Range]) -> int:
    """Characters of a range that lie in disjoint ranges; does not look at all of them."""
    first = bisect_right(ranges, part[0], key=itemgetter(1))
    last = bisect_left(ranges, part[1], key=itemgetter(0))
    return length(common([part], ranges[first:last]))


def _marked(text: str, part: Range, gold: Iterable[Range], cuts: Iterable[Range]) -> str:
    start, end = part
    marks: list[tuple[int, int, str]] = []
    for ranges, opening, closing in ((gold, "⟦", "⟧"), (cuts, "⟪", "⟫")):
        for first, last in ranges:
            marks += (first, 1, opening), (last, 0, closing)
    pieces: list[str] = []
    position = start
    for place, _, mark in sorted(marks, key=lambda mark: mark[:2]):
        pieces += text[position:place], mark
        position = place
    return "".join((*pieces, text[position:end]))
