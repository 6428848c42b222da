"""From what detectors propose and the policy chooses to what is said of each line of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from junkfilter.detectors.lines import Judgement
from junkfilter.page import Cut, Line
from junkfilter.results import FOREIGN, LineVerdict, Result, inside


class Marks(NamedTuple):
    """What touches one line.

    Attributes:
        whole: proposals that are the whole line, terminator included.
        inner: those that are not.
    """

    whole: list[Cut]
    inner: list[Cut]


def line_verdicts(
    judgement: Judgement,
    number: int,
    result: Result,
    proposals: Sequence[Cut],
    qualities: Mapping[int, str],
    fpr: Callable[[float], float],
) -> list[LineVerdict]:
    """Verdicts for the lines of one text.

    Args:
        judgement: the batch that the text belongs to.
        number: the text's number in it.
        result: what becomes of the text.
        proposals: all that was proposed for it, in order.
        qualities: `boilerplate` or `garbled` for lines of the block that are that.
        fpr: share of clean lines that score as high as a score.
    """
    chosen = set(map(id, result.cuts))
    # What is neither is part of a line that is cut whole.
    told = chosen.union(map(id, result.flags))
    lines = judgement.lines_of(number)
    places = [judgement.line(line, number) for line in lines]
    verdicts: list[LineVerdict] = []
    for line, place, marks in zip(lines, places, _marks(places, proposals), strict=True):
        score = float(judgement.scores[line])
        cut = next((cut for cut in marks.whole if id(cut) in chosen), None)
        mark = cut or next(iter(marks.whole), None)
        quality = "text" if result.page_kind == FOREIGN else qualities.get(line, "text")
        inner = [(id(cut) in chosen, cut) for cut in marks.inner if id(cut) in told]
        verdicts.append(
            LineVerdict(
                place.number,
                cut.kind if cut else quality,
                mark.family if mark else "",
                score,
                fpr(score),
                mark.reason if mark else result.page_kind * (result.page_kind == FOREIGN),
                judgement.block.texts[number][place.start : place.end],
                tuple(inside(cut, place.start, place.end) for is_cut, cut in inner if is_cut),
                tuple(inside(cut, place.start, place.end) for is_cut, cut in inner if not is_cut),
                result.page_kind,
                result.page_score,
            )
        )
    return verdicts


def _marks(places: Sequence[Line], proposals: Sequence[Cut]) -> Iterator[Marks]:
    """What touches each line; proposals are in order, and so are lines."""
    first = 0
    for place in places:
        # What ends before this line touches no later one; a long one before it may still.
        while first < len(proposals) and proposals[first].end <= place.start:
            first += 1
        marks = Marks([], [])
        for number in range(first, len(proposals)):
            cut = proposals[number]
            if cut.start >= place.stop:
                break
            if (cut.start, cut.end) == (place.start, place.stop):
                marks.whole.append(cut)
            elif cut.end > place.start and cut.start < place.end:
                marks.inner.append(cut)
        yield marks
