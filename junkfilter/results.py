"""What the filter says of a page, of a line, and why: values and their arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

from junkfilter.detectors.explanation import Evidence
from junkfilter.page import Cut

FOREIGN = "foreign"


class Result(NamedTuple):
    """What became of a page.

    Attributes:
        text: what is kept; the very text that came in where nothing was cut.
        cuts: carried out, in order; offsets in the text that came in. A cut may lie inside of
            another: a pinyin note in a line of spam.
        flags: proposed but not carried out: spam that the policy wants to be surer of, a family
            that is kept, proven noise that nobody asked to have removed, damage of encodings.
        page_kind: `foreign` for a page that is not mainly Chinese and was passed through, `spam`
            for one that is spam as a whole, else "". Of the latter no spam is cut, unless that
            leaves nothing: shreds of advertising would look like an article. It is in `flags`.
        too_long: number of lines over 1 MiB, which are never judged.
        held_back: more would have been cut than the policy's `max_removed`: passed through.
        page_score: of a page that is spam as a whole: log-odds, see `detectors.page_kind`; else 0.
    """

    text: str
    cuts: tuple[Cut, ...] = ()
    flags: tuple[Cut, ...] = ()
    page_kind: str = ""
    too_long: int = 0
    held_back: bool = False
    page_score: float = 0.0


class LineVerdict(NamedTuple):
    """What is thought of one line.

    Attributes:
        number: 1-based number in the page.
        kind: what the policy would cut the whole line as; else `boilerplate` or `garbled` if it is
            that; else `text`, whatever is cut inside of it.
        family: family of spam, empty unless the line is proposed as spam.
        score: log-odds that it is injected spam.
        fpr: share of clean lines that score as high, in (0, 1].
        reason: evidence in words; `foreign` or `too-long` for what is not judged.
        text: the line without its terminator; empty if it is too long.
        cuts: what the policy would cut inside of the line; offsets in `text`.
        flags: what is proposed inside of the line and stays; offsets in `text`.
        page_kind: kind of its page, as in `Result`.
        page_score: score of its page, as in `Result`.
    """

    number: int
    kind: str
    family: str
    score: float
    fpr: float
    reason: str
    text: str
    cuts: tuple[Cut, ...] = ()
    flags: tuple[Cut, ...] = ()
    page_kind: str = ""
    page_score: float = 0.0


class SpanExplanation(NamedTuple):
    """Why a span of a line got its score.

    Attributes:
        cut: the proposal; offsets in the line's text.
        evidence: what spoke for (positive) and against it; weights add up to the score.
    """

    cut: Cut
    evidence: tuple[Evidence, ...]


class Explanation(NamedTuple):
    """Why a line got its score.

    Attributes:
        verdict: the verdict that `flag` gives.
        evidence: what spoke for (positive) and against it; weights add up to the score.
        spans: the same for each span of the line that may have been injected.
    """

    verdict: LineVerdict
    evidence: tuple[Evidence, ...]
    spans: tuple[SpanExplanation, ...] = ()


def too_long_verdict() -> LineVerdict:
    """The verdict on a line of more than 1 MiB."""
    return LineVerdict(1, "text", "", 0.0, 1.0, "too-long", "")


def untouched(texts: Iterable[str]) -> Iterator[Result]:
    """Results for texts without cuts.

    Short texts are paid for by the call, not by the character, so that these are made without a
    Python call for each.

    >>> list(untouched(["新闻"]))[0].text  # "news"
    '新闻'
    """
    rest = map(repeat, Result("")[1:])
    return map(tuple.__new__, repeat(Result), zip(texts, *rest, strict=False))


def moved(cut: Cut, offset: int) -> Cut:
    """A cut so many characters further on.

    >>> moved(Cut(2, 4, "spam"), 10).start
    12
    """
    return placed(cut, cut.start + offset, cut.end + offset)


def inside(cut: Cut, start: int, end: int) -> Cut:
    """The part of a cut that lies in a range of the text; offsets count from the range's start."""
    return placed(cut, max(cut.start, start) - start, min(cut.end, end) - start)


def placed(cut: Cut, start: int, end: int) -> Cut:
    """A cut elsewhere. `dataclasses.replace` would take ten times as long."""
    return Cut(
        start, end, cut.kind, cut.family, cut.score, cut.fpr, cut.detector, cut.reason
    )  # fmt: skip


def put_together(results: Sequence[Result], lengths: Iterable[int]) -> Result:
    """The result of a text from those of its pieces.

    Args:
        results: of each piece, in order.
        lengths: characters of each piece as it came in.
    """
    offset = 0
    cuts: list[Cut] = []
    flags: list[Cut] = []
    for result, length in zip(results, lengths, strict=True):
        cuts += [moved(cut, offset) for cut in result.cuts]
        flags += [moved(cut, offset) for cut in result.flags]
        offset += length
    kinds = {result.page_kind for result in results if not result.too_long}
    kind = kinds.pop() if len(kinds) == 1 else ""
    return Result(
        "".join(result.text for result in results),
        tuple(cuts),
        tuple(flags),
        kind,
        sum(result.too_long for result in results),
        any(result.held_back for result in results),
        # A text is as surely spam as its least sure piece.
        min((r.page_score for r in results if not r.too_long), default=0.0) if kind else 0.0,
    )
