"""doccano's JSON Lines, of projects for text classification, sequence labelling, and both at once.

Sources: the importers, exporters and tests of doccano/doccano on GitHub, `backend/data_import` and
`backend/data_export`. A record of a project for intent detection and slot filling is `{"text",
"cats": [label], "entities": [[start, end, label]]}`; one of text classification has `"label":
[label]`, one of sequence labelling `"label": [[start, end, label]]`, with relations `"entities":
[{"start_offset", "end_offset", "label"}]`. Other keys are meta data, which doccano gives back.

Offsets are UTF-16 units, as its front end counts them (doccano issue 2290), unless a project counts
grapheme clusters; such a project's offsets are right where the text has none of several characters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from junkfilter.errors import DataError
from junkfilter.labels.exchange.rows import (
    Outgoing,
    Row,
    from_units,
    judgment_of,
    line_and_span_names,
    to_units,
    words,
)
from junkfilter.labels.items import Range

NAME = "doccano"
_KEYS = ("label", "labels", "cats", "entities")


def is_record(record: Mapping[str, object]) -> bool:
    """Whether a record looks like doccano's."""
    lists = any(isinstance(record.get(key), list) for key in _KEYS)
    return lists or "Comments" in record


def read(record: Mapping[str, object]) -> Iterator[Row]:
    """The row of a record.

    Raises:
        DataError: no text, or a label that is none of ours.
    """
    text = words(record.get("text")) or words(record.get("data"))
    names: list[str] = []
    spans: list[tuple[Range, str]] = []
    for key in _KEYS:
        value = record.get(key)
        for mark in value if isinstance(value, list) else [value]:
            if isinstance(mark, str):
                names.append(mark)
            elif mark is not None:
                spans.append(_span(text, mark))
    yield Row(
        text,
        judgment_of(names, spans),
        host=words(record.get("host")),
        source=words(record.get("file")),
    )


def write(rows: Iterable[Outgoing]) -> Iterator[str]:
    """Records for a project of intent detection and slot filling, one a line.

    What is known of a line besides its label is meta data.
    """
    for item, label in rows:
        cats, spans = [], []
        if label is not None:
            name, span_name = line_and_span_names(label.judgment)
            cats = [name]
            spans = [
                [to_units(item.text, start), to_units(item.text, end), span_name]
                for start, end in label.judgment.spans
            ]
        record = {
            "text": item.text,
            "cats": cats,
            "entities": spans,
            "host": item.host,
            "file": item.source,
            "why": item.why,
            "score": round(item.score, 3),
        }
        yield json.dumps(record, ensure_ascii=False) + "\n"


def _span(text: str, mark: object) -> tuple[Range, str]:
    """A span and its label.

    Raises:
        DataError: it is no span.
    """
    if isinstance(mark, dict):
        mark = [mark.get("start_offset"), mark.get("end_offset"), mark.get("label")]
    match mark:
        case [int(start), int(end), str(name)]:
            return (from_units(text, start), from_units(text, end)), name
    raise DataError(f"bad span {str(mark)[:80]}", advice="each is [start, end, label]")
