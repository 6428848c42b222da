"""Where things stand in a page: lines, title, sentence ends, punctuation, names of institutions."""

from __future__ import annotations

import re
from typing import NamedTuple

from junkfilter.training.simulate.draft import Draft

HANZI = "\u3400-\u4dbf\u4e00-\u9fff"
# A mark between two parts of running prose: not a decimal point, not a time of day.
_MARK = re.compile(rf"(?<=[{HANZI}\)）”》%\d])[,，。、;；:：!！?？](?![\d/])")
_SENTENCE_END = re.compile(r"[。！？!?][”’」』）)]*")
_CLAUSE_START = re.compile(rf"(?:^|(?<=[。！？，；,;\n]))(?=[{HANZI}])", re.MULTILINE)
_INSIDE_RUN = re.compile(rf"(?<=[{HANZI}]{{3}})(?=[{HANZI}]{{3}})")
_INSTITUTION = re.compile(
    rf"(?:(?<=[^{HANZI}])|(?<=[的在和与由向对从到为是了及于将被让给把]))"
    rf"(?:(?![的在和与由向对从到为是了及于将被让给把说有])[{HANZI}]){{2,10}}?"
    r"(?:大学|学院|公司|集团|医院|中学|小学|委员会|研究院|研究所|银行|学校|协会|中心|總公司|大學|學院|集團|醫院"
    r"|中學|小學|委員會|研究院|銀行|學校|協會)"
)
# A title is short and no sentence.
LONGEST_TITLE = 50


class Span(NamedTuple):
    """A line of a page: its content, and where the next line begins."""

    start: int
    end: int
    stop: int


def lines(draft: Draft) -> list[Span]:
    """The lines of the page, also those that were put in."""
    spans, start = [], 0
    for line in draft.text.split("\n"):
        end = start + len(line)
        spans.append(Span(start, end, min(end + 1, len(draft.text))))
        start = end + 1
    return spans if spans[-1].end > spans[-1].start else spans[:-1]


def honest_lines(draft: Draft) -> list[Span]:
    """The lines with text that no attack has touched as a whole."""
    whole = {(cut.start, cut.end) for cut in draft.cuts}
    return [
        line
        for line in lines(draft)
        if draft.text[line.start : line.end].strip()
        and (line.start, line.stop) not in whole
        and (line.start, line.end) not in whole
    ]


def paragraphs(draft: Draft) -> list[Span]:
    """The honest lines that are prose."""
    return [
        line
        for line in honest_lines(draft)
        if line.end - line.start >= 20 and _MARK.search(draft.text, line.start, line.end)
    ]


def title(draft: Draft) -> Span | None:
    """The first honest line if it can be a title."""
    for line in honest_lines(draft)[:1]:
        text = draft.text[line.start : line.end]
        if len(text) <= LONGEST_TITLE and not text.rstrip().endswith(("。", "，", ",", "；")):
            return line
    return None


def marks(draft: Draft) -> list[int]:
    """Offsets of the punctuation marks of the prose."""
    return _open(draft, [match.start() for match in _MARK.finditer(draft.text)])


def sentence_ends(draft: Draft) -> list[int]:
    """Offsets behind the final marks of sentences."""
    return _open(draft, [match.end() for match in _SENTENCE_END.finditer(draft.text)])


def final_marks(draft: Draft) -> list[int]:
    """Offsets of the final marks of sentences."""
    return _open(draft, [match.start() for match in _SENTENCE_END.finditer(draft.text)])


def clause_starts(draft: Draft) -> list[int]:
    """Offsets where a line or a clause begins with a hanzi."""
    return _open(draft, [match.start() for match in _CLAUSE_START.finditer(draft.text)])


def inside_runs(draft: Draft) -> list[int]:
    """Offsets inside runs of hanzi, three from either end at least."""
    return _open(draft, [match.start() for match in _INSIDE_RUN.finditer(draft.text)])


def institutions(draft: Draft) -> list[tuple[int, int]]:
    """Names of schools, firms and offices, as far as a pattern finds their beginning."""
    found = [match.span() for match in _INSTITUTION.finditer(draft.text)]
    return [span for span in found if draft.is_free(*span)]


def _open(draft: Draft, positions: list[int]) -> list[int]:
    if not draft.cuts:
        return positions
    return [position for position in positions if draft.is_free(position, position)]
