"""Labelled lines from files: TSV, JSON Lines, fastText; what people and labelling tools write.

* TSV: `label<TAB>text`, or `label<TAB>text<TAB>group`, or any order under a header row that names
  the columns (`label`, `text`, and optionally `subtype`/`family` and `host`/`group`/`source`).
  Lines that begin with `#` are comments.
* JSON Lines: `{"text": ..., "label": ...}`; the label may be a list with one item, as doccano
  writes it. Keys `host`, `group`, `source` and `family` are read if there.
* fastText: `__label__spam some text`.

A label is `text`, `boilerplate`, `garbled`, `spam` or `spam.<family>`. Rows labelled `mixed` (an
honest line with an injection inside) are read, and left out by those who judge whole lines.

Judges nothing; knows no scikit-learn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from junkfilter.errors import DataError

LABELS = ("text", "spam", "boilerplate", "garbled", "mixed")
_FASTTEXT = "__label__"
# Names that real files use for the same column.
_COLUMNS = {
    "label": "label",
    "text": "text",
    "family": "family",
    "subtype": "family",
    "group": "group",
    "host": "group",
    "source": "group",
}


class Sample(NamedTuple):
    """One labelled line.

    Attributes:
        text: the line without its terminator.
        label: one of `LABELS`.
        family: family of spam, empty if unknown or not spam.
        source: name of the file it came from.
        group: site, article or form it belongs to: what splits must never cut through.
    """

    text: str
    label: str
    family: str
    source: str
    group: str


def read_labelled(path: Path) -> list[Sample]:
    """All labelled lines of a file, in its order.

    Raises:
        DataError: with file and 1-based line number, for a bad label, a row without text, broken
            JSON, binary content; without line number for a missing or empty file.
    """
    lines = list(_numbered(path))
    if not lines:
        raise DataError("no labelled lines", path=str(path), advice="each is label<TAB>text")
    first = lines[0][1]
    parse: Callable[[str], Mapping[str, str]]
    if first.startswith("{"):
        parse = _from_json
    elif first.startswith(_FASTTEXT):
        parse = _from_fasttext
    else:
        parse, lines = _tsv_parser(first, lines)
    return [_sample(path, number, line, parse) for number, line in lines]


def read_clean(path: Path) -> list[str]:
    """The lines of a file of honest text; of JSON Lines, the lines of `title` and `text`.

    Raises:
        DataError: the file is missing, binary, empty or has broken JSON (with line number).
    """
    texts: list[str] = []
    for number, line in _numbered(path, comments=False):
        if path.suffix == ".jsonl":
            record = _json_object(path, number, line)
            texts += [part for part in _article_lines(record) if part.strip()]
        elif path.suffix == ".tsv":
            texts.append(line.split("\t")[1] if "\t" in line else line)
        else:
            texts.append(line)
    if not texts:
        raise DataError("no lines of text", path=str(path))
    return texts


def read_articles(path: Path) -> list[str]:
    """The articles of a JSON Lines file, each as one text of title and body.

    Raises:
        DataError: the file is missing, binary or has broken JSON (with line number).
    """
    return [
        "\n".join(_article_lines(_json_object(path, number, line)))
        for number, line in _numbered(path, comments=False)
    ]


def _article_lines(record: Mapping[str, object]) -> list[str]:
    parts = [str(record.get("title") or ""), str(record.get("text") or "")]
    return [line for part in parts if part for line in part.split("\n")]


def _numbered(path: Path, *, comments: bool = True) -> Iterator[tuple[int, str]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", path=str(path)) from error
    if b"\0" in data:
        place = data[: data.index(b"\0")].count(b"\n") + 1
        raise DataError("binary data", path=str(path), line=place, advice="give text in UTF-8")
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            line = raw.decode("utf-8").removesuffix("\r")
        except UnicodeDecodeError as error:
            raise DataError("not UTF-8", path=str(path), line=number) from error
        if line.strip() and not (comments and line.startswith("#")):
            yield number, line


def _tsv_parser(
    first: str, lines: list[tuple[int, str]]
) -> tuple[Callable[[str], Mapping[str, str]], list[tuple[int, str]]]:
    names = [_COLUMNS.get(name.strip()) for name in first.split("\t")]
    if "label" in names and "text" in names:
        lines = lines[1:]
    else:
        names = ["label", "text", "group"]
    return lambda line: _from_tsv(line, names), lines


def _from_tsv(line: str, names: Iterable[str | None]) -> Mapping[str, str]:
    return {name: value for name, value in zip(names, line.split("\t"), strict=False) if name}


def _from_fasttext(line: str) -> Mapping[str, str]:
    label, _, text = line.partition(" ")
    return {"label": label.removeprefix(_FASTTEXT), "text": text}


def _from_json(line: str) -> Mapping[str, str]:
    record = json.loads(line)
    label = record.get("label", "")
    if isinstance(label, list):
        label = label[0] if len(label) == 1 else ""
    fields = {_COLUMNS[name]: str(record[name]) for name in _COLUMNS if record.get(name)}
    return fields | {"label": str(label)}


def _json_object(path: Path, number: int, line: str) -> dict[str, object]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"broken JSON: {error}", path=str(path), line=number) from error
    if not isinstance(record, dict):
        raise DataError("not a JSON object", path=str(path), line=number)
    return record


def _sample(
    path: Path, number: int, line: str, parse: Callable[[str], Mapping[str, str]]
) -> Sample:
    try:
        fields = parse(line)
    except (ValueError, AttributeError, RecursionError) as error:
        raise DataError(f"broken row: {error}", path=str(path), line=number) from error
    label, _, family = fields.get("label", "").partition(".")
    if label not in LABELS:
        known = ", ".join(LABELS)
        raise DataError(
            f"bad label {fields.get('label', '')[:40]!r}",
            path=str(path),
            line=number,
            advice=f"known are {known} and spam.<family>",
        )
    text = fields.get("text", "")
    if not text.strip():
        raise DataError("a label without text", path=str(path), line=number)
    if label == "spam" and not family:
        family = fields.get("family", "")
    group = fields.get("group", "") or f"{path.name}"
    return Sample(text, label, family if label == "spam" else "", path.name, group)
