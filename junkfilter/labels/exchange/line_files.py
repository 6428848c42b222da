"""The project's own files: JSON Lines with spans, and TSV for lines that are one thing.

Both are what `formats.labelled` reads, so that `train` and `evaluate` read them as they are. TSV
has no place for spans, and none for a line with a tab in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from junkfilter.errors import DataError
from junkfilter.formats.labelled import read_labelled
from junkfilter.labels.exchange.rows import Outgoing, Row, judgment_of, label_name, words
from junkfilter.labels.items import Judgment, Range


def read(record: Mapping[str, object]) -> Iterator[Row]:
    """The row of an object of JSON Lines; without a label it is for the queue.

    Raises:
        DataError: no text, a label that is none of ours, or spans that are none.
    """
    label = words(record.get("label"))
    family = words(record.get("family"))
    if label == "spam" and family:
        label = f"spam.{family}"
    judgment = judgment_of([label] if label else [])
    if judgment is not None:
        judgment = Judgment(judgment.label, judgment.family, _spans(record.get("spans", [])))
    at = record.get("at")
    yield Row(
        words(record.get("text")),
        judgment,
        words(record.get("annotator")),
        float(at) if isinstance(at, (int, float)) else None,
        words(record.get("host")) or words(record.get("group")),
        words(record.get("file")) or words(record.get("source")),
    )


def read_tsv(path: Path) -> Iterator[Row]:
    """The rows of a file of TSV or of fastText's format.

    Raises:
        DataError: with the line's number, where a row is not what it should be.
    """
    for sample in read_labelled(path):
        host = "" if sample.group == path.name else sample.group
        yield Row(sample.text, Judgment(sample.label, sample.family), host=host)


def write(rows: Iterable[Outgoing]) -> Iterator[str]:
    """Objects of JSON Lines; `label` is not there for a line that has none."""
    for item, label in rows:
        record: dict[str, object] = {"id": item.id, "text": item.text}
        if label is not None:
            record |= {
                "label": label_name(label.judgment),
                "spans": label.judgment.spans,
                "annotator": label.annotator,
                "at": label.at,
            }
        record |= {
            "host": item.host,
            "file": item.source,
            "why": item.why,
            "score": round(item.score, 3),
        }
        yield json.dumps(record, ensure_ascii=False) + "\n"


def fits_tsv(row: Outgoing) -> bool:
    """Whether a line can stand in TSV: labelled, without spans, tabs and NULs."""
    plain = not any(character in row.item.text for character in "\t\0")
    return plain and row.label is not None and row.label.judgment.label != "mixed"


def write_tsv(rows: Iterable[Outgoing]) -> Iterator[str]:
    """Rows of label, text and host under a header; those that fit."""
    yield "label\ttext\thost\n"
    for item, label in filter(fits_tsv, rows):
        host = item.host.replace("\t", " ")
        if label is not None:
            yield f"{label_name(label.judgment)}\t{item.text}\t{host}\n"


def _spans(value: object) -> tuple[Range, ...]:
    """Pairs of offsets.

    Raises:
        DataError: something else.
    """
    spans: list[Range] = []
    for span in value if isinstance(value, list) else [value]:
        match span:
            case [int(start), int(end)]:
                spans.append((start, end))
            case _:
                raise DataError(f"bad span {str(span)[:80]}", advice="each is [start, end]")
    return tuple(spans)
