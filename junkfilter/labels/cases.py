"""Single cases: spam that was not found, honest lines that were taken for spam."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from junkfilter.errors import DataError
from junkfilter.features import Block
from junkfilter.labels.items import MOST_CHARACTERS, Candidate, Judgment
from junkfilter.page import Page, split_lines

if TYPE_CHECKING:
    from junkfilter.filter import JunkFilter
    from junkfilter.labels.store import LabelStore
    from junkfilter.results import LineVerdict

# Who labels, where nobody gives a name.
REPORTER = "report"


class Reported(NamedTuple):
    """What became of some reported lines.

    Attributes:
        lines: lines that now have the label.
        right: of these, lines that the filter judges so already; 0 without a filter.
        refused: lines that are too long to be labelled.
    """

    lines: int
    right: int
    refused: int


def report_miss(
    store: LabelStore,
    text: str,
    *,
    family: str = "",
    host: str = "",
    source: str = "",
    page_filter: JunkFilter | None = None,
    annotator: str = REPORTER,
) -> Reported:
    """Notes lines as spam that was not found: each gets the label at once.

    Args:
        store: gets the lines, all in one transaction.
        text: one line or several; blank ones are left out.
        family: of the spam; empty if unknown.
        host: site of the page, empty if unknown: learning and judging are divided by it.
        source: where the lines come from.
        page_filter: what it says of each line, judged alone, is stored beside it; None for nothing.
        annotator: who says so.

    Raises:
        DataError: an unknown family, no line at all, or the file is full or cannot be written.
    """
    judgment = Judgment("spam", family)
    return _report(store, text, judgment, "miss", host, source, page_filter, annotator)


def report_false(
    store: LabelStore,
    text: str,
    *,
    host: str = "",
    source: str = "",
    page_filter: JunkFilter | None = None,
    annotator: str = REPORTER,
) -> Reported:
    """Notes lines as honest that were taken for spam; else like `report_miss`.

    Raises:
        DataError: no line at all, or the file is full or cannot be written.
    """
    judgment = Judgment("text")
    return _report(store, text, judgment, "false", host, source, page_filter, annotator)


def _report(
    store: LabelStore,
    text: str,
    judgment: Judgment,
    why: str,
    host: str,
    source: str,
    page_filter: JunkFilter | None,
    annotator: str,
) -> Reported:
    lines = [(line.number, text[line.start : line.end]) for line in split_lines(text)]
    lines = [(number, line) for number, line in lines if line.strip()]
    if not lines:
        raise DataError("there is no line to report")
    usable = [(number, line) for number, line in lines if len(line) <= MOST_CHARACTERS]
    given = Candidate(text="-", host=host, source=source, why=why, worth=1.0)
    candidates = list(judged_lines(usable, given, page_filter))
    spam = judgment.label == "spam"
    right = sum((line.kind == "spam") == spam for line in candidates if line.model)
    with store.together():
        for candidate in candidates:
            store.report(candidate, judgment, annotator)
    return Reported(len(candidates), right, len(lines) - len(usable))


def judged_lines(
    lines: Iterable[tuple[int, str]], given: Candidate, page_filter: JunkFilter | None
) -> Iterable[Candidate]:
    """Candidates for some lines, each with what a filter says of it as a page of one line.

    Args:
        lines: physical line and text of each.
        given: what is the same for all of them.
        page_filter: judges them; None leaves that out.
    """
    for number, text in lines:
        line = replace(given, text=text, line=number)
        if page_filter is None:
            yield line
            continue
        model = page_filter.model
        verdict: LineVerdict = page_filter.flag_pages([Page(text)])[0][0]
        yield replace(
            line,
            kind=verdict.kind,
            family=verdict.family,
            score=verdict.score,
            fpr=verdict.fpr,
            stage1=float(model.score(Block([text], model.spec)).scores[0]),
            model=model.id,
            model_digest=model.digest,
        )
