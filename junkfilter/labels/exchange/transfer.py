"""The way in and out: which format a file has, and what becomes of its rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from junkfilter.errors import DataError
from junkfilter.labels.exchange import doccano, label_studio, line_files
from junkfilter.labels.exchange.rows import Outgoing, Row
from junkfilter.labels.items import Candidate, checked, checked_time, item_id
from junkfilter.labels.store import LabelStore

JSONL, TSV = "jsonl", "tsv"
FORMATS = (JSONL, TSV, doccano.NAME, label_studio.NAME)
Record = Mapping[str, object]
_READERS: Mapping[str, Callable[[Record], Iterator[Row]]] = {
    JSONL: line_files.read,
    doccano.NAME: doccano.read,
    label_studio.NAME: label_studio.read,
}
_WRITERS: Mapping[str, Callable[[Iterable[Outgoing]], Iterator[str]]] = {
    JSONL: line_files.write,
    TSV: line_files.write_tsv,
    doccano.NAME: doccano.write,
    label_studio.NAME: label_studio.write,
}


class Imported(NamedTuple):
    """What became of the rows of a file.

    Attributes:
        new: lines that were added.
        labels: rows whose label now stands in the history.
        refused: rows of which no label can be made: more than one line, too long, mixed without
            spans, two labels at once.
        full: rows left out because the file of labels has its largest size.
    """

    new: int = 0
    labels: int = 0
    refused: int = 0
    full: int = 0


class Exported(NamedTuple):
    """What became of the lines.

    Attributes:
        lines: were written.
        left_out: have no place in the format.
    """

    lines: int
    left_out: int


def import_labels(store: LabelStore, path: Path, kind: str = "", annotator: str = "") -> Imported:
    """Adds the lines and labels of a file, in one transaction; lines without a label too.

    The same file again adds nothing.

    Args:
        store: gets them.
        path: the file.
        kind: one of `FORMATS`; by default what its first row looks like.
        annotator: who labelled, where the file does not say; by default the name of the format.

    Raises:
        DataError: the file cannot be read or is not what it should be, with the number of the line
            where one is known; or the file of labels cannot be written.
    """
    kind = kind or kind_of(path)
    rows = list(_rows(path, kind))
    counts = dict.fromkeys(Imported._fields, 0)
    with store.together():
        for row in rows:
            for became in _import(store, row, path.name, row.annotator or annotator or kind):
                counts[became] += 1
    return Imported(**counts)


def export_labels(
    store: LabelStore,
    kind: str,
    write: Callable[[str], object],
    *,
    unlabelled: bool = False,
) -> Exported:
    """Writes the labelled lines, by id, each with the label that counts.

    Args:
        store: where they are.
        kind: one of `FORMATS`.
        write: gets the text, piece by piece.
        unlabelled: write the lines without a label too.
    """
    current = store.current()
    counts = {"lines": 0, "left_out": 0}

    def rows() -> Iterator[Outgoing]:
        for item in store.items():
            row = Outgoing(item, current.get(item.id))
            if row.label is None and not unlabelled:
                continue
            fits = kind != TSV or line_files.fits_tsv(row)
            counts["lines" if fits else "left_out"] += 1
            if fits:
                yield row

    for piece in _WRITERS[kind](rows()):
        write(piece)
    return Exported(**counts)


def kind_of(path: Path) -> str:
    """The format of a file, by its first row; `tsv` stands for fastText's as well.

    Raises:
        DataError: it is empty or cannot be read, or its JSON is broken.
    """
    if not _text(path).lstrip().startswith(("{", "[")):
        return TSV
    _, first = next(_records(path), (0, {}))
    if label_studio.is_record(first):
        return label_studio.NAME
    return doccano.NAME if doccano.is_record(first) else JSONL


def _rows(path: Path, kind: str) -> Iterator[Row]:
    if kind == TSV:
        yield from line_files.read_tsv(path)
        return
    for number, record in _records(path):
        try:
            yield from _READERS[kind](record)
        except DataError as error:
            raise DataError(str(error), path=str(path), line=number) from None


def _records(path: Path) -> Iterator[tuple[int, Record]]:
    """The objects of a file with their numbers: of JSON Lines that of the line, else their place.

    Raises:
        DataError: broken JSON, or something else than objects.
    """
    text = _text(path)
    if text.lstrip().startswith("["):
        whole = _json(text, path, 0)
        values = enumerate(whole if isinstance(whole, list) else [], 1)
    else:
        lines = enumerate(text.split("\n"), 1)
        values = ((number, _json(line, path, number)) for number, line in lines if line.strip())  # type: ignore[assignment]
    for number, value in values:
        if not isinstance(value, dict):
            raise DataError("not a JSON object", path=str(path), line=number)
        yield number, value


def _import(store: LabelStore, row: Row, name: str, annotator: str) -> Iterator[str]:
    """Adds a row within a transaction; what became of it, as `Imported` names it."""
    candidate = Candidate(text=row.text, host=row.host, source=row.source or name, worth=1.0)
    try:
        text = checked(candidate).text
        judgment = None if row.judgment is None else row.judgment.checked(text)
        at = None if row.at is None else checked_time(row.at)
    except DataError:
        yield "refused"
        return
    added = store.add([candidate], keep_near=True)
    if added.full:
        yield "full"
        return
    if added.new:
        yield "new"
    if judgment is not None:
        store.label(item_id(text), judgment, annotator, at=at, imported=True)
        yield "labels"


def _json(text: str, path: Path, number: int) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"broken JSON: {error}", path=str(path), line=number) from None
    return value


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", path=str(path)) from None
    except UnicodeDecodeError:
        raise DataError("not UTF-8", path=str(path)) from None
    if not text.strip():
        raise DataError("no labelled lines", path=str(path))
    return text
