"""What adapters hand on: cuts as plain values, and several fields that are judged as one page.

Imports no engine. A cut without the page that it was made in is of no use to anybody, so that a
record has the text as well: kept text and records together give the field back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import accumulate
from typing import NamedTuple, TypedDict

from junkfilter import Cut, JunkFilter, Policy

# Between the fields of a page. Without a line end, a spam title would be half a line of the body.
JOINT = "\n"


class CutRecord(TypedDict):
    """A cut as JSON, Arrow and Spark can store it.

    Offsets count characters of the field as it came in, 0-based, ends exclusive; `text` is what
    stood there, and the other keys are the attributes of `Cut`.
    """

    start: int
    end: int
    kind: str
    family: str
    score: float
    fpr: float
    detector: str
    reason: str
    text: str


class FieldCut(CutRecord):
    """A cut with the name of the field that it was made in."""

    field: str


class StrippedFields(NamedTuple):
    """What became of some fields that are one page.

    Attributes:
        kept: what is left of each field, by name.
        cuts: carried out, in order of the fields and of their texts.
        page_kind: kind of the page, as in `Result`.
        page_score: score of the page, as in `Result`.
        held_back: more would have been cut than the policy allows, as in `Result`.
    """

    kept: dict[str, str]
    cuts: list[FieldCut]
    page_kind: str
    page_score: float
    held_back: bool


@cache
def loaded_filter(model: str | None, policy: Policy | None) -> JunkFilter:
    """The filter of this process for a model and a policy: loaded once, however often it is asked.

    Raises:
        JunkfilterError: the folder is no model, or has not the policy's operating point.

    >>> loaded_filter(None, None) is loaded_filter(None, None)
    True
    """
    return JunkFilter.load(model, policy=policy)


def cut_records(text: str, cuts: Iterable[Cut], start: int = 0) -> list[CutRecord]:
    """The cuts of a page as records of one of its fields; those that do not touch it are left out.

    Args:
        text: the field.
        cuts: of the page.
        start: offset of the field in the page.

    >>> cut_records("广告\\n新闻", [Cut(0, 3, "spam")])[0]["text"]  # "ad", "news"
    '广告\\n'
    """
    placed = [(cut, max(cut.start - start, 0), min(cut.end - start, len(text))) for cut in cuts]
    return [
        CutRecord(
            start=first,
            end=end,
            kind=cut.kind,
            family=cut.family,
            score=float(cut.score),
            fpr=float(cut.fpr),
            detector=cut.detector,
            reason=cut.reason,
            text=text[first:end],
        )
        for cut, first, end in placed
        if first < end
    ]


def put_back(kept: str, cuts: Iterable[CutRecord]) -> str:
    """The field as it came in, from what was kept of it and the records of its cuts, in any order.

    >>> put_back("新闻", cut_records("广告\\n新闻", [Cut(0, 3, "spam")]))  # "ad", "news"
    '广告\\n新闻'
    """
    parts: list[str] = []
    taken = position = 0
    # A cut may lie inside of another, or reach into it: what both cover goes back once.
    for cut in sorted(cuts, key=lambda cut: cut["start"]):
        between = max(cut["start"] - position, 0)
        parts += kept[taken : taken + between], cut["text"][max(position - cut["start"], 0) :]
        taken += between
        position = max(position, cut["end"])
    return "".join([*parts, kept[taken:]])


def strip_fields(fields: Mapping[str, str], junk: JunkFilter) -> StrippedFields:
    """The fields of one page without spam: judged together, so that each is context for the rest.

    Args:
        fields: texts by name, in the order in which they stand on the page: the title first.
        junk: the filter.

    >>> stripped = strip_fields({"title": "新闻", "text": "正文"}, JunkFilter.load())  # news, body
    >>> stripped.kept, stripped.cuts
    ({'title': '新闻', 'text': '正文'}, [])
    """
    result = junk.strip(JOINT.join(fields.values()))
    starts = accumulate((len(text) + len(JOINT) for text in fields.values()), initial=0)
    kept: dict[str, str] = {}
    cuts: list[FieldCut] = []
    for (name, text), start in zip(fields.items(), starts, strict=False):
        records = cut_records(text, result.cuts, start)
        kept[name] = _without(text, records)
        cuts += [FieldCut(field=name, **record) for record in records]
    return StrippedFields(kept, cuts, result.page_kind, result.page_score, result.held_back)


def _without(text: str, cuts: Iterable[CutRecord]) -> str:
    parts: list[str] = []
    position = 0
    for cut in sorted(cuts, key=lambda cut: cut["start"]):
        parts.append(text[position : cut["start"]])  # empty where an earlier cut reaches further
        position = max(position, cut["end"])
    return "".join([*parts, text[position:]])
