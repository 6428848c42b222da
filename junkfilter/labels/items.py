"""What is stored of a line and of what people say of it: values, and what may stand in them.

A file of labels may come from anybody. So every value is checked where it enters the file and
again where it is read from it.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import NamedTuple, TypeAlias

from junkfilter.errors import DataError
from junkfilter.formats.labelled import LABELS as LINE_LABELS
from junkfilter.formats.labelled import Sample
from junkfilter.policy import FAMILIES

# What a line is; `mixed` is an honest line with injected spans inside. Who skips says nothing.
SKIP = "skip"
LABELS = (*LINE_LABELS, SKIP)
# Why a line was collected.
WHY = (
    "uncertain",
    "disagreement",
    "span",
    "recurring",
    "control-spam",
    "control-text",
    "miss",
    "false",
    "imported",
)
# A longer line is no work for a person; of the labelled lines of the web none has a fifth of it.
MOST_CHARACTERS = 10_000
# Of the page, kept on each side of a line: a screen or two.
CONTEXT_CHARACTERS = 1_000
MOST_SPANS = 100
_MOST_NAME = 500
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile(r"[\r\n]")

Range: TypeAlias = tuple[int, int]


class ScoredSpan(NamedTuple):
    """A span that the filter proposed.

    Attributes:
        start: first character, 0-based offset in the line.
        end: after its last character.
        score: log-odds that it was injected.
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A line that is worth a look, and what the filter thought of it.

    Attributes:
        text: the line without its terminator; lone surrogates (undecodable bytes) become U+FFFD.
        before: the page before the line; its last `CONTEXT_CHARACTERS` are kept.
        after: the page after the line and its terminator; its first `CONTEXT_CHARACTERS` are kept.
        offset: characters of the page before the line.
        host: site of the page, empty if unknown.
        source: file or stream it came from.
        line: 1-based physical line of the source, 0 if unknown.
        kind: what the filter took it for: `text`, `spam`, `boilerplate`, `garbled`.
        family: family of spam, empty if none.
        score: log-odds that it is injected spam.
        fpr: share of clean lines that score as high, in [0, 1].
        stage1: the score of stage 1 alone, log-odds.
        spans: spans that the filter proposed inside of it.
        why: one of `WHY`.
        worth: how much it is worth to know, in [0, 1]; the queue begins with the largest.
        model: id of the model, empty if none judged.
        model_digest: digest of the model.
        collected: Unix time in seconds; 0 stands for now.

    >>> Candidate(text="新聞").kind  # "news"
    'text'
    """

    text: str
    before: str = ""
    after: str = ""
    offset: int = 0
    host: str = ""
    source: str = ""
    line: int = 0
    kind: str = "text"
    family: str = ""
    score: float = 0.0
    fpr: float = 1.0
    stage1: float = 0.0
    spans: tuple[ScoredSpan, ...] = ()
    why: str = "imported"
    worth: float = 0.5
    model: str = ""
    model_digest: str = ""
    collected: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Candidate):
    """A stored line.

    Attributes:
        id: digest of the text: the same line has the same id in every file.
    """

    id: str


@dataclass(frozen=True, slots=True)
class Judgment:
    """What a person says of a line.

    Attributes:
        label: one of `LABELS`.
        family: of spam or of injected spans; empty if unknown, and for other labels.
        spans: what was injected into an honest line: start and end, offsets in the line. A line
            with spans is `mixed`, whether it is given as `spam`, `text` or `mixed`; but if they
            cover all of it, it is `spam`.
    """

    label: str
    family: str = ""
    spans: tuple[Range, ...] = field(default=())

    def checked(self, text: str) -> Judgment:
        """The judgment in the one form in which it is stored.

        Args:
            text: the line that it is about.

        Raises:
            DataError: an unknown label or family, or spans that do not fit.

        >>> Judgment("spam", "gambling", ((0, 2),)).checked("澜海新闻")  # (a brand), "news"
        Judgment(label='mixed', family='gambling', spans=((0, 2),))
        """
        if self.label not in LABELS:
            raise DataError(f"bad label {self.label[:40]!r}", advice=f"known: {', '.join(LABELS)}")
        if self.family and self.family not in FAMILIES:
            advice = f"known: {', '.join(FAMILIES)}"
            raise DataError(f"bad family {self.family[:40]!r}", advice=advice)
        spans = _joined(self.spans, len(text))
        label = self.label
        if spans and label in ("spam", "text", "mixed"):
            label = "spam" if spans == ((0, len(text)),) else "mixed"
        elif spans:
            raise DataError(f"a line labelled {label} has no injected spans")
        elif label == "mixed":
            raise DataError("a mixed line needs spans", advice="else it is text or spam")
        family = self.family if label in ("spam", "mixed") else ""
        return Judgment(label, family, spans if label == "mixed" else ())


class Label(NamedTuple):
    """A judgment as it stands in the history.

    Attributes:
        sequence: its number in the file; later is larger.
        item_id: the line.
        judgment: what was said.
        annotator: who said it.
        pass_number: in which round, 1-based.
        at: Unix time in seconds.
    """

    sequence: int
    item_id: str
    judgment: Judgment
    annotator: str
    pass_number: int
    at: float


class LabelledLine(NamedTuple):
    """A line with the label that counts.

    Attributes:
        id: digest of the text.
        text: the line.
        label: `text`, `spam`, `boilerplate`, `garbled` or `mixed`.
        family: of spam, empty if unknown.
        spans: of a mixed line, what was injected.
        host: site, empty if unknown.
        source: file or stream it came from.
        why: why it was collected.
        at: when the label was given, Unix time in seconds.
    """

    id: str
    text: str
    label: str
    family: str
    spans: tuple[Range, ...]
    host: str
    source: str
    why: str
    at: float

    def sample(self) -> Sample:
        """The line as training and evaluation read it; its group is its site or else its file."""
        return Sample(self.text, self.label, self.family, self.source, self.host or self.source)


def item_id(text: str) -> str:
    """The id of a line: 128 bits of BLAKE2b of its UTF-8 bytes, in hexadecimal.

    >>> item_id("新闻") == item_id("新闻\\ud800"), len(item_id("新闻"))  # "news"
    (False, 32)
    """
    return blake2b(storable(text).encode(), digest_size=16).hexdigest()


def storable(text: str) -> str:
    """The text with U+FFFD for each lone surrogate, which no database or JSON file may hold."""
    return _SURROGATE.sub("\ufffd", text)


def checked(candidate: Candidate) -> Candidate:
    """The candidate as it is stored.

    Raises:
        DataError: a blank text, one with a line end, or one of more than `MOST_CHARACTERS`; an
            unknown reason; a number that is none or out of its range.
    """
    text = storable(candidate.text)
    if not text.strip() or _LINE_END.search(text):
        raise DataError("a candidate is one line that is not blank")
    if len(text) > MOST_CHARACTERS:
        raise DataError(f"a line of {len(text)} characters", advice=f"at most {MOST_CHARACTERS}")
    if candidate.why not in WHY:
        raise DataError(f"unknown reason {candidate.why!r}", advice=f"known: {', '.join(WHY)}")
    numbers = [candidate.score, candidate.stage1, candidate.collected]
    numbers += [span.score for span in candidate.spans]
    whole = min(candidate.offset, candidate.line) >= 0
    shares = 0 <= candidate.fpr <= 1 and 0 <= candidate.worth <= 1
    if not (whole and shares and all(map(math.isfinite, numbers))):
        raise DataError("a number of a candidate is out of its range")
    _joined(((span.start, span.end) for span in candidate.spans), len(text))
    return replace(
        candidate,
        text=text,
        before=storable(candidate.before[-CONTEXT_CHARACTERS:]),
        after=storable(candidate.after[:CONTEXT_CHARACTERS]),
        host=_name(candidate.host),
        source=_name(candidate.source),
        kind=_name(candidate.kind),
        family=_name(candidate.family),
        model=_name(candidate.model),
        model_digest=_name(candidate.model_digest),
    )


def checked_name(name: str) -> str:
    """The name of an annotator.

    Raises:
        DataError: it is blank or longer than 500 characters.
    """
    if not name.strip() or len(name) > _MOST_NAME:
        raise DataError("an annotator needs a name", advice=f"of at most {_MOST_NAME} characters")
    return storable(name)


def checked_time(at: float | None) -> float:
    """Unix time in seconds; now for None.

    Raises:
        DataError: it is no number, or negative.
    """
    if at is None:
        return time.time()
    if not (math.isfinite(at) and at >= 0):
        raise DataError(f"{at} is no time")
    return float(at)


def _name(text: str) -> str:
    return storable(text)[:_MOST_NAME]


def _joined(spans: Iterable[Range], length: int) -> tuple[Range, ...]:
    """Spans in order; those that touch are one.

    Raises:
        DataError: one is empty or reaches outside the line, or they are too many.
    """
    joined: list[Range] = []
    for number, (start, end) in enumerate(sorted(spans)):
        if not 0 <= start < end <= length or number >= MOST_SPANS:
            raise DataError(f"span {start}-{end} does not fit a line of {length} characters")
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)
