"""Writes rejects: what was cut, where and why, and enough to put it back. `restore` reads them.

The file, byte for byte
=======================

UTF-8 without a byte-order mark. Every line is one JSON object, ended by one LF; there are no blank
lines. U+0085, U+2028 and U+2029 are written as escapes, so that no reader takes them for line ends.
No line is longer than 64 MiB: a page has at most 2 MiB of text, of which a character can be six in
a record of JSON, and of inner cuts the first 10,000 are listed. Offsets are 0-based, ends
exclusive; lines are 1-based.
Unknown keys are to be ignored; a change of meaning raises `format`.

1. One **header**, the first line:
   `type` "header"; `format` 1; `junkfilter` the program's version; `model` `{"id", "digest"}`;
   `policy` the options that decided, with lists of literals as `{"count", "sha256"}` (SHA-256 of
   the literals in UTF-8, each followed by LF); `in_place` true if every input was replaced by its
   own kept text, false if all went to one output, one after the other.

2. For every input, in order, its **cuts** in order of the stream:
   `type` "cut"; `source` the input's name; `record` number of the page between separators;
   `line` the physical line in which the cut begins; `byte_start`, `byte_end` in the stream;
   `char_start`, `char_end` in the stream's text, where an invalid byte is one character, or in the
   text of the `field` if it has one; `encoding` if that is not UTF-8; `kind`;
   `family`; `score` log-odds, null where it is not finite, 0 for noise, which a rule proves; `fpr`
   share of clean lines that score as high, 1 where that is not known; `detector`; `reason`; `text`
   what was cut, with U+FFFD for each invalid byte; `base64` the bytes, present if and only if
   encoding `text` as UTF-8 does not give them. `inner` is present if overlapping cuts were carried
   out as one: a list of all of them with their own offsets and evidence; the object itself then has
   the offsets of their union and the evidence of the widest.

   What stands differently in the kept text because of a cut: `type` "rewrite"; `source`, `record`,
   `line`, `byte_start`, `byte_end` as above; `text` or `base64` what came, `kept_text` or
   `kept_base64` what is kept in its place.

   Before the cuts of a page that is spam as a whole: `type` "page"; `source`; `record`; `line` its
   first physical line; `page_kind` "spam"; `page_score` log-odds.

3. After the cuts of each input its **source** object:
   `type` "source"; `source`; `complete` false if it was not judged to its end; `cuts` their number;
   `input` and `kept`, each `{"bytes", "sha256"}`; for some formats keys that the way back needs.

4. One **footer**, the last line, present only if everything was read and written:
   `type` "footer"; `sources`; `cuts`; `input` and `kept` as above, of all inputs in order.

A cut is in the file before the kept bytes around it leave the program. A file without a footer
comes from a run that was stopped; what it says is true, but it may be more than was carried out.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Protocol

from junkfilter.formats.lots import Lot
from junkfilter.formats.removals import JudgedPiece, Removal, Rewrite, kept_parts
from junkfilter.page import Cut

FORMAT = 1
MAX_LINE_BYTES = 64 << 20
# Of a line that is cut with ten thousand notes in it, the first so many are listed.
MOST_INNER = 10_000
# Line ends to some readers of JSON Lines (`str.splitlines` for one), but not to JSON.
_ESCAPED = {character: f"\\u{ord(character):04x}" for character in "\x85\u2028\u2029"}
_SURROGATE = re.compile("[\ud800-\udfff]")


class BinaryOutput(Protocol):
    """What is written to: a file in binary mode."""

    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


class Digest:
    """Length and SHA-256 of bytes that pass by."""

    def __init__(self) -> None:
        self.bytes = 0
        self._sha256 = hashlib.sha256()

    def update(self, data: bytes) -> None:
        """Takes the next bytes into account."""
        self.bytes += len(data)
        self._sha256.update(data)

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the bytes so far."""
        return self._sha256.hexdigest()

    def as_json(self) -> dict[str, object]:
        """The object that stands in a rejects file."""
        return {"bytes": self.bytes, "sha256": self.sha256}


class _Tally:
    """What source objects and the footer tell."""

    def __init__(self) -> None:
        self.cuts = 0
        self.input = Digest()
        self.kept = Digest()

    def add(self, lot: Lot, judged: Sequence[JudgedPiece]) -> None:
        self.cuts += sum(len(each.removals) for each in judged)
        self.input.update(lot.raw)
        for part in kept_parts(lot, judged):
            self.kept.update(part)

    def as_json(self) -> dict[str, object]:
        return {"cuts": self.cuts, "input": self.input.as_json(), "kept": self.kept.as_json()}


class RejectsWriter:
    """Writes a rejects file piece by piece; as a context manager it adds the footer on success.

    Args:
        output: file in binary mode; stays open.
        header: keys of the header beside `type` and `format`.
        single: there is only one source, so that its digests are the footer's.

    >>> import io
    >>> with RejectsWriter(io.BytesIO(), {}) as rejects:
    ...     rejects.finish_source("empty.txt")
    """

    def __init__(
        self, output: BinaryOutput, header: Mapping[str, object], *, single: bool = False
    ) -> None:
        self._output = output
        self._single = single
        self._sources = 0
        self._total = _Tally()
        self._source = self._total if single else _Tally()
        self._write({"type": "header", "format": FORMAT, **header})

    def __enter__(self) -> RejectsWriter:
        return self

    def __exit__(
        self,
        error: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self._write({"type": "footer", "sources": self._sources, **self._total.as_json()})
        self._output.flush()

    def add(self, source: str, lot: Lot, judged: Sequence[JudgedPiece]) -> None:
        """Records what is about to be written; the file has it when this returns."""
        for each in judged:
            if each.page_kind:
                self._write(page_object(source, each))
            for edit in each.edits():
                self._write(edit_object(source, edit))
        self._source.add(lot, judged)
        if not self._single:
            self._total.add(lot, judged)
        self._output.flush()

    def finish_source(self, source: str, *, complete: bool = True, **more: object) -> None:
        """Ends the objects of one input.

        Args:
            source: its name.
            complete: it was judged to its end.
            more: keys that its format needs to be restored.
        """
        value: dict[str, object] = {"type": "source", "source": source, **more}
        if not complete:
            value["complete"] = False
        self._write({**value, **self._source.as_json()})
        self._sources += 1
        if not self._single:
            self._source = _Tally()

    def _write(self, value: Mapping[str, object]) -> None:
        self._output.write(json_line(value))


def json_line(value: Mapping[str, object]) -> bytes:
    """One line of JSON Lines: UTF-8, lone surrogates (file names) as escapes.

    >>> json_line({"text": "广告"}).decode()  # "ad"
    '{"text": "广告"}\\n'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    for character, escape in _ESCAPED.items():  # `translate` takes fifty times as long
        text = text.replace(character, escape)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def text_fields(raw: bytes) -> dict[str, object]:
    """Bytes as `text`, and as `base64` too where the text does not say it all.

    >>> text_fields(b"\\xff")
    {'text': '\\ufffd', 'base64': '/w=='}
    """
    try:
        return {"text": raw.decode()}
    except UnicodeDecodeError:
        return _text_and_bytes(raw, raw.decode("utf-8", "surrogateescape"))


def _text_and_bytes(raw: bytes, text: str) -> dict[str, object]:
    shown = _SURROGATE.sub("\ufffd", text)
    return {"text": shown, "base64": base64.b64encode(raw).decode("ascii")}


def evidence_fields(cut: Cut) -> dict[str, object]:
    """What a cut is and why, as JSON can say it."""
    return {
        "kind": cut.kind,
        "family": cut.family,
        "score": finite(cut.score),
        "fpr": finite(cut.fpr),
        "detector": cut.detector,
        "reason": cut.reason,
    }


def inner_cut_fields(line: str, cut: Cut) -> dict[str, object]:
    """A cut inside of a line, whose offsets count characters of the line's text."""
    raw = line[cut.start : cut.end].encode("utf-8", "surrogateescape")
    return {"start": cut.start, "end": cut.end, **evidence_fields(cut), **text_fields(raw)}


def edit_object(source: str, edit: Removal | Rewrite) -> dict[str, object]:
    """The object of one cut or one rewrite."""
    return rewrite_object(source, edit) if isinstance(edit, Rewrite) else cut_object(source, edit)


def rewrite_object(source: str, rewrite: Rewrite) -> dict[str, object]:
    """The object of a range that stands differently in the kept text."""
    new = text_fields(rewrite.new)
    return {
        "type": "rewrite",
        "source": source,
        "record": rewrite.record,
        "line": rewrite.line,
        "byte_start": rewrite.byte_start,
        "byte_end": rewrite.byte_end,
        **text_fields(rewrite.raw),
        **{f"kept_{key}": value for key, value in new.items()},
    }


def cut_object(source: str, removal: Removal) -> dict[str, object]:
    """The object of one cut."""
    value: dict[str, object] = {
        "type": "cut",
        "source": source,
        "record": removal.record,
        "line": removal.line,
        "byte_start": removal.byte_start,
        "byte_end": removal.byte_end,
        "char_start": removal.char_start,
        "char_end": removal.char_end,
        **({"field": removal.field} if removal.field else {}),
        **({} if removal.encoding == "utf-8" else {"encoding": removal.encoding}),
        **evidence_fields(removal.cut),
        **_removed_text(removal),
    }
    if removal.inner:
        left_out = len(removal.inner) - MOST_INNER
        if left_out > 0:
            value["inner_left_out"] = left_out
        value["inner"] = [
            {
                "byte_start": inner.byte_start,
                "byte_end": inner.byte_end,
                "char_start": inner.char_start,
                "char_end": inner.char_end,
                **evidence_fields(inner.cut),
            }
            for inner in removal.inner[:MOST_INNER]
        ]
    return value


def _removed_text(removal: Removal) -> dict[str, object]:
    if removal.text is None:
        return text_fields(removal.raw)
    return _text_and_bytes(removal.raw, removal.text)


def page_object(source: str, judged: JudgedPiece) -> dict[str, object]:
    """The object of a page that is spam as a whole; nothing to put back."""
    return {
        "type": "page",
        "source": source,
        "record": judged.record,
        "line": judged.line,
        "page_kind": judged.page_kind,
        "page_score": finite(judged.page_score),
    }


def finite(number: float) -> float | None:
    """The number, or None for what JSON has no word for; NumPy numbers become Python's."""
    return float(number) if math.isfinite(number) else None
