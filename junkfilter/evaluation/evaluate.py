"""Has a filter judge labelled and clean lines, through the one path that its users take.

What comes out is an `Evaluation`: every line with its verdict, and the operating points. Counting
is done elsewhere (`rates`, `summary`), so that any table can be made without judging again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from junkfilter.errors import DataError
from junkfilter.evaluation.digests import data_digest, line_digest
from junkfilter.formats.labelled import Sample
from junkfilter.model import OperatingPoint
from junkfilter.page import BYTE_ORDER_MARK, MAX_PAGE_LINES, Page
from junkfilter.policy import OPERATING_POINTS, Policy
from junkfilter.results import LineVerdict

# Pages that are judged in one call, which bounds memory: articles may be large, and more pages at
# once were not faster (8,192 lines, each a page: 2.1 s with 64, 3.5 s with 256).
_BATCH = 64
CLEAN = "clean"
# Laws make what a stricter point cuts a subset of this, so that one pass serves all points.
POLICY = Policy(operating_point=max(OPERATING_POINTS, key=lambda name: OPERATING_POINTS[name]))


class HasOperatingPoints(Protocol):
    """The part of a model that evaluation looks at."""

    @property
    def operating_points(self) -> Mapping[str, OperatingPoint]: ...


class Judge(Protocol):
    """What evaluation needs of a filter; `junkfilter.JunkFilter` is one."""

    @property
    def policy(self) -> Policy: ...

    @property
    def model(self) -> HasOperatingPoints: ...

    def flag_pages(self, pages: Sequence[Page]) -> list[list[LineVerdict]]: ...


class Point(NamedTuple):
    """An operating point: from `threshold` on (log-odds), at most `promised` of clean lines go."""

    name: str
    threshold: float
    promised: float


class JudgedLine(NamedTuple):
    """A line, what it is, and what the filter says of it.

    Attributes:
        text: the line, without line ends.
        label: a label of `junkfilter.formats.labelled`, or `clean` for a line of a clean corpus.
        family: family of spam as labelled, empty if unknown or none.
        source: name of the file or corpus.
        group: site or article of a labelled line; empty for lines of clean corpora.
        kind: the filter's verdict at its loosest operating point; empty for a line not judged.
        named: the family that the filter names.
        score: log-odds that the line is spam; minus infinity for a line that was not judged.
        fpr: share of clean lines that score as high, in [0, 1].
    """

    text: str
    label: str
    family: str
    source: str
    group: str
    kind: str
    named: str
    score: float
    fpr: float

    def is_cut(self, point: Point) -> bool:
        """Whether the line would be removed as spam at an operating point.

        The verdict counts beside the score: a page passed through as foreign is not cut.
        """
        return self.kind == "spam" and self.score >= point.threshold


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every line with its verdict.

    Attributes:
        points: operating points, strictest first.
        labelled: lines of the labelled data, in their order.
        clean: lines of the clean corpora, in their order.
        as_pages: whether the lines of a group were judged as one page.
        known_ads: reasons by line digest: real ads in clean corpora.
    """

    points: tuple[Point, ...]
    labelled: tuple[JudgedLine, ...]
    clean: tuple[JudgedLine, ...]
    as_pages: bool = False
    known_ads: Mapping[str, str] = field(default_factory=dict)

    def point(self, name: str) -> Point:
        """The operating point of this name.

        Raises:
            DataError: the model has none of this name.
        """
        for point in self.points:
            if point.name == name:
                return point
        raise DataError(f"the model has no operating point {name!r}")

    def is_known_ad(self, line: JudgedLine) -> bool:
        """Whether a line is listed as a real ad."""
        return bool(self.known_ads) and line_digest(line.text) in self.known_ads

    def data_digest(self) -> str:
        """SHA-256 of all lines with their labels, and of how they were put into pages."""
        rows = [line[:5] for line in (*self.labelled, *self.clean)]
        return data_digest([*rows, ("pages" if self.as_pages else "lines",)])


def evaluate(
    judge: Judge,
    samples: Sequence[Sample],
    clean: Mapping[str, Sequence[str]],
    *,
    as_pages: bool = False,
    known_ads: Mapping[str, str] | None = None,
) -> Evaluation:
    """Every line judged, each as a page of its own or in the page of its group.

    Args:
        judge: a filter loaded with `POLICY`.
        samples: labelled lines.
        clean: pages of honest text by the name of their source. A text of one line is a page of
            one line, an article is a page of many; blank lines are not counted.
        as_pages: put the rows of each group, in their order, into one page.
        known_ads: reasons by line digest: real ads in the clean texts.

    Raises:
        DataError: the filter has another policy, or there are no lines at all.
    """
    if judge.policy != POLICY:
        raise DataError("evaluation needs a filter loaded with policy=evaluation.evaluate.POLICY")
    labelled = tuple(_labelled_lines(judge, samples, as_pages))
    honest = tuple(
        line for source, texts in clean.items() for line in _clean_lines(judge, source, texts)
    )
    if not labelled and not honest:
        raise DataError("there are no lines to evaluate with")
    return Evaluation(_points(judge), labelled, honest, as_pages, dict(known_ads or {}))


def _points(judge: Judge) -> tuple[Point, ...]:
    points = [
        Point(name, point.threshold, point.promised)
        for name, point in judge.model.operating_points.items()
    ]
    return tuple(sorted(points, key=lambda point: (point.promised, point.name)))


def _labelled_lines(
    judge: Judge, samples: Sequence[Sample], as_pages: bool
) -> Iterator[JudgedLine]:
    """Judged lines in the order of the samples, whatever pages they were put into."""
    pieces = _by_group(samples) if as_pages else [_Piece([k]) for k in range(len(samples))]
    pages = [
        Page("\n".join(_one_line(samples[k].text) for k in rows), continuation=continuation)
        for rows, continuation in pieces
    ]
    judged: dict[int, JudgedLine] = {}
    for (rows, _), verdicts in zip(pieces, _verdicts(judge, pages), strict=True):
        by_number = {verdict.number: verdict for verdict in verdicts}
        for number, k in enumerate(rows, 1):
            judged[k] = _judged(samples[k], by_number.get(number))
    return (judged[k] for k in range(len(samples)))


class _Piece(NamedTuple):
    """Rows that make one page: their places in the data, and whether rows came before them."""

    rows: list[int]
    continuation: bool = False


def _by_group(samples: Sequence[Sample]) -> list[_Piece]:
    """The rows of each group, in pieces that are not more than a page."""
    groups: dict[tuple[str, str], list[int]] = {}
    for k, sample in enumerate(samples):
        groups.setdefault((sample.source, sample.group), []).append(k)
    return [
        _Piece(rows[first : first + MAX_PAGE_LINES], first > 0)
        for rows in groups.values()
        for first in range(0, len(rows), MAX_PAGE_LINES)
    ]


def _clean_lines(judge: Judge, source: str, texts: Sequence[str]) -> Iterator[JudgedLine]:
    for verdicts in _verdicts(judge, [Page(text) for text in texts]):
        for verdict in verdicts:
            if verdict.text.strip():
                yield _judged(Sample(verdict.text, CLEAN, "", source, ""), verdict)


def _verdicts(judge: Judge, pages: Sequence[Page]) -> Iterator[list[LineVerdict]]:
    for first in range(0, len(pages), _BATCH):
        yield from judge.flag_pages(pages[first : first + _BATCH])


def _judged(sample: Sample, verdict: LineVerdict | None) -> JudgedLine:
    about = (sample.text, sample.label, sample.family, sample.source, sample.group)
    if verdict is None:  # an over-long line, which strip passes through
        return JudgedLine(*about, kind="", named="", score=-math.inf, fpr=1.0)
    return JudgedLine(*about, verdict.kind, verdict.family, verdict.score, verdict.fpr)


def _one_line(text: str) -> str:
    """A row's text without what would make it several lines, or none, of a page."""
    return text.removeprefix(BYTE_ORDER_MARK).replace("\r", " ").replace("\n", " ")
