"""Rows of a labels file as values, checked: a stranger may have written them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, cast

from junkfilter.errors import DataError
from junkfilter.labels.items import (
    Candidate,
    Item,
    Judgment,
    Label,
    Range,
    ScoredSpan,
    checked,
    checked_name,
    checked_time,
    item_id,
)

# Columns of `items` that are fields of an item, in one order everywhere.
ITEM_FIELDS = (
    "id",
    "text",
    "before",
    "after",
    "offset",
    "host",
    "source",
    "line",
    "kind",
    "family",
    "score",
    "fpr",
    "stage1",
    "spans",
    "why",
    "worth",
    "model",
    "model_digest",
    "collected",
)
ITEM_COLUMNS = ", ".join(f"items.{name}" for name in ITEM_FIELDS)
LABEL_COLUMNS = (
    "labels.sequence, items.id, items.text, labels.label, labels.family, labels.spans,"
    " labels.annotator, labels.pass, labels.at"
)
_NUMBERS = {"offset": int, "line": int} | dict.fromkeys(
    ("score", "fpr", "stage1", "worth", "collected"), float
)


def item_values(candidate: Candidate) -> list[object]:
    """The values of a checked candidate, in the order of `ITEM_FIELDS`."""
    values = {name: getattr(candidate, name) for name in ITEM_FIELDS if name != "id"}
    values |= {"id": item_id(candidate.text), "spans": json.dumps(candidate.spans)}
    return [values[name] for name in ITEM_FIELDS]


def item_of(row: Sequence[object]) -> Item:
    """The item in a row of `ITEM_COLUMNS`.

    Raises:
        DataError: a value is not what it should be.
    """
    values = dict(zip(ITEM_FIELDS, row, strict=True))
    for name, value in values.items():
        if not isinstance(value, _NUMBERS.get(name, str)):
            raise DataError(f"is damaged: {name} of a line is {str(value)[:40]!r}")
    spans = tuple(ScoredSpan(*span) for span in _spans(values["spans"], (int, int, float)))
    item = Item(**cast("dict[str, Any]", values | {"spans": spans}))
    if checked(item) != item or item_id(item.text) != item.id:
        raise DataError("is damaged: a line is not what it should be")
    return item


def label_of(row: Sequence[object]) -> Label:
    """The label in a row of `LABEL_COLUMNS`.

    Raises:
        DataError: a value is not what it should be.
    """
    sequence, item, text, label, family, spans, annotator, pass_number, at = row
    kinds: Sequence[tuple[object, type]] = (
        (sequence, int),
        (item, str),
        (text, str),
        (label, str),
        (family, str),
        (annotator, str),
        (pass_number, int),
        (at, float),
    )
    if not all(isinstance(value, kind) for value, kind in kinds):
        raise DataError("is damaged: a label is not what it should be")
    ranges = tuple((start, end) for start, end in _spans(spans, (int, int)))
    judgment = Judgment(str(label), str(family), ranges)
    if judgment.checked(str(text)) != judgment:
        raise DataError("is damaged: a label is not what it should be")
    name, when = checked_name(str(annotator)), checked_time(cast("float", at))
    return Label(cast("int", sequence), str(item), judgment, name, cast("int", pass_number), when)


def spans_text(spans: Sequence[Range]) -> str:
    """Spans of a judgment as they are stored: JSON, pairs of numbers."""
    return json.dumps([list(span) for span in spans])


def _spans(stored: object, kinds: Sequence[Callable[[Any], Any]]) -> list[list[Any]]:
    """Lists of as many numbers as there are kinds."""
    try:
        found = json.loads(str(stored))
        fits = isinstance(found, list) and all(
            isinstance(span, list)
            and len(span) == len(kinds)
            and all(type(value) in (int, float) for value in span)
            for span in found
        )
        if fits:
            return [
                [kind(value) for kind, value in zip(kinds, span, strict=True)] for span in found
            ]
    except (ValueError, OverflowError, RecursionError):
        pass
    raise DataError("is damaged: spans of a line are not what they should be")
