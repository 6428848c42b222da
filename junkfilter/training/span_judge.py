"""Judges pages and lines by weights of characters that were fitted without their source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from junkfilter.characters import UInt8
from junkfilter.chars import fold
from junkfilter.detectors.spans import Span, Spans
from junkfilter.features import Block
from junkfilter.model import Model
from junkfilter.model_folder import Fields
from junkfilter.span_model import SpanModel
from junkfilter.training.corpus import Row
from junkfilter.training.fit import one_line
from junkfilter.training.frequencies import Frequencies
from junkfilter.training.span_fit import CharacterWeights, batches, rounded_arrays
from junkfilter.training.span_pages import TrainingPage

Arrays = Mapping[str, npt.NDArray[np.integer]]

# A candidate of which so much was put in was put in: its ends are another question.
_MOSTLY = 0.8
_LINES_AT_ONCE = 500


class Judged(NamedTuple):
    """A candidate on a page or a line that taught nothing to what judged it.

    Attributes:
        part: the part of the cross-fitting.
        pool: pool of the honest page.
        pure: it lies inside of what was put in; None if nobody can tell.
        lost: honest characters in it, where it was put in at least in part; else 0.
        clean: nothing was put into its page.
        span: the candidate.
        page: identifies its page.
        words: folded text of the candidate.
        line: text of its line.
    """

    part: int
    pool: str
    pure: bool | None
    lost: int
    clean: bool
    span: Span
    page: int
    words: str
    line: str


class Judge:
    """Judges pages of a part by weights that were fitted without it."""

    def __init__(
        self,
        lines: Callable[[str], Model],
        weights: CharacterWeights,
        frequencies: Frequencies,
    ) -> None:
        self._lines = lines
        self._spec = lines("").spec
        self._arrays, self._scale = rounded_arrays(weights)
        self._intercepts = weights.intercepts.tolist()
        self._frequencies = frequencies
        self._page_count = 0

    def pages(self, pages: Sequence[TrainingPage], part: int) -> Iterator[Judged]:
        """The candidates of a part's pages, injured or not."""
        for group, batch in batches(pages):
            spans = self._spans(group)
            for span in spans.judge(Block([page.text for page in batch], self._spec)):
                page = batch[span.page]
                share, lost = _share(span, page)
                pure = None if share is None or 0 < share < _MOSTLY else share >= _MOSTLY
                words, line = (
                    fold(page.text[span.start : span.end]),
                    _line_at(page.text, span.start),
                )
                number = self._page_count + span.page
                yield Judged(part, page.pool, pure, lost, not page.cuts, span, number, words, line)
            self._page_count += len(batch)

    def lines(self, rows: Sequence[Row], part: int) -> Iterator[Judged]:
        """Honest lines, each a page of its own."""
        by_group: dict[str, list[Row]] = {}
        for row in rows:
            if row.pool != "spam":
                by_group.setdefault(row.sample.group, []).append(row)
        for group, own in sorted(by_group.items()):
            spans = self._spans(group)
            for first in range(0, len(own), _LINES_AT_ONCE):
                batch = own[first : first + _LINES_AT_ONCE]
                texts = [one_line(row.sample.text) for row in batch]
                for span in spans.judge(Block(texts, self._spec)):
                    pool, number = batch[span.page].pool, self._page_count + span.page
                    line = texts[span.page]
                    words = fold(line[span.start : span.end])
                    yield Judged(part, pool, False, 0, True, span, number, words, line)
                self._page_count += len(texts)

    def _spans(self, group: str) -> Spans:
        table = self._frequencies.table(without=group)
        section = empty_section(self._scale, self._intercepts)
        return Spans(self._lines(group), _model(section, self._arrays, table))


def _line_at(text: str, place: int) -> str:
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    return text[start : end if end >= 0 else len(text)]


def _share(span: Span, page: TrainingPage) -> tuple[float | None, int]:
    """Share of a candidate that was put in, and honest characters in one of which a part was.

    None where noise is in it, which the rules find before. A line that is cut whole loses its
    terminator, which is nobody's word.
    """
    inside = 0
    for cut in page.cuts:
        if min(cut.end, span.end) > max(cut.start, span.start):
            if cut.kind != "spam":
                return None, 0
            common = page.text[max(cut.start, span.start) : min(cut.end, span.end)]
            inside += len(common.rstrip("\n"))
    whole = len(page.text[span.start : span.end].rstrip("\n"))
    return inside / whole, whole - inside if inside else 0


def empty_section(scale: float, intercepts: list[float]) -> dict[str, object]:
    """A manifest's section with nothing decided yet."""
    return {
        "scale": scale,
        "intercepts": intercepts,
        "bar": 0,
        "alone": {"constant": 0.0},
        "evidence": {"constant": 0.0},
        "exact": {"constant": 0.0},
        "thresholds": {},
        "known_scores": [0.0],
        "known_rates": [1.0],
    }


def _model(section: dict[str, object], arrays: Arrays, frequencies: UInt8) -> SpanModel:
    return SpanModel(Fields(section, "spans"), {**arrays, "frequencies": frequencies})
