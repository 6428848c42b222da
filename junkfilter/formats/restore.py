"""Puts cuts back: kept text and its rejects become the input again, byte for byte, or a refusal.

Trusts neither file: nothing is written before both have been read to the end and every length and
digest fits. No path that stands in a rejects file is ever opened.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from junkfilter.errors import RejectsError
from junkfilter.formats.rejects import FORMAT, MAX_LINE_BYTES, Digest

_COPY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Length and SHA-256, hexadecimal, of some bytes."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a rejects file, with typed access that refuses anything unexpected."""

    line: int
    type: str
    values: dict[str, object]

    def integer(self, key: str) -> int:
        """A number of bytes, at least 0."""
        value = self.values.get(key)
        if type(value) is not int or value < 0:
            raise _broken(self.line, f"{key!r} is no number of bytes")
        return value

    def string(self, key: str) -> str:
        """A text."""
        value = self.values.get(key)
        if not isinstance(value, str):
            raise _broken(self.line, f"{key!r} is missing or no text")
        return value

    def fingerprint(self, key: str) -> Fingerprint:
        """Length and digest."""
        value = self.values.get(key)
        if not isinstance(value, dict):
            raise _broken(self.line, f"{key!r} is missing")
        inside = Entry(self.line, key, value)
        return Fingerprint(inside.integer("bytes"), inside.string("sha256"))

    def raw(self, prefix: str = "") -> bytes:
        """The bytes that went; with the prefix `kept_` those that took their place."""
        if f"{prefix}base64" not in self.values:
            return self.string(f"{prefix}text").encode("utf-8", "surrogatepass")
        try:
            return base64.b64decode(self.string(f"{prefix}base64"), validate=True)
        except ValueError:
            raise _broken(self.line, f"'{prefix}base64' is no base64") from None


@dataclass(frozen=True, slots=True)
class Part:
    """What of a rejects file belongs to a kept text: one source, or with index 0 all of them.

    Attributes:
        index: number of the source, 1-based; 0 for all of them.
        name: of the source.
        input: what came in.
        kept: what was kept.
        values: the whole object, with keys that only some formats have.
    """

    index: int
    name: str
    input: Fingerprint
    kept: Fingerprint
    values: Mapping[str, object]


class Restoration:
    """The way back from kept text and rejects.

    Args:
        kept: what junkfilter wrote, seekable.
        rejects: what it wrote beside it, seekable.
        source: name of the input to restore, if the rejects are of several and kept text alone
            does not tell which.

    Raises:
        RejectsError: the files are damaged, or do not belong together; says what differs.
    """

    def __init__(self, kept: BinaryIO, rejects: BinaryIO, *, source: str | None = None) -> None:
        self._kept = kept
        self._rejects = rejects
        kept.seek(0)
        digest = Digest()
        while block := kept.read(_COPY_BYTES):
            digest.update(block)
        found = Fingerprint(digest.bytes, digest.sha256)
        self._part = choose(parts(rejects), found, source)
        for _ in self.blocks():
            pass

    def blocks(self) -> Iterator[bytes]:
        """The input again, in blocks; checks it as it passes."""
        digest = Digest()
        for block in self._blocks():
            digest.update(block)
            yield block
        if digest.sha256 != self._part.input.sha256:
            raise RejectsError(
                "the removed text in the rejects was changed: putting it back gives SHA-256 "
                f"{digest.sha256[:12]}… instead of {self._part.input.sha256[:12]}…"
            )

    def _blocks(self) -> Iterator[bytes]:
        self._kept.seek(0)
        index, position = 1, 0
        for entry in objects(self._rejects):
            wanted = self._part.index in (0, index)
            if entry.type in ("cut", "rewrite") and wanted:
                yield from self._copy(entry.integer("byte_start") - position)
                if entry.type == "rewrite":
                    self._skip(entry)
                yield entry.raw()
                position = entry.integer("byte_end")
            elif entry.type == "source":
                if wanted:
                    yield from self._copy(entry.fingerprint("input").bytes - position)
                index, position = index + 1, 0

    def _skip(self, entry: Entry) -> None:
        """Passes over what was written in the place of something else."""
        new = entry.raw("kept_")
        if self._kept.read(len(new)) != new:
            raise _broken(entry.line, "the kept text does not have what it should have here")

    def _copy(self, length: int) -> Iterator[bytes]:
        while length > 0:
            block = self._kept.read(min(length, _COPY_BYTES))
            if not block:
                raise RejectsError("the kept text became shorter while it was read")
            yield block
            length -= len(block)


def objects(rejects: BinaryIO) -> Iterator[Entry]:
    """The lines of a rejects file; one at a time, none longer than a writer can make it."""
    rejects.seek(0)
    number = 0
    while line := rejects.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            raise _broken(number, f"longer than {MAX_LINE_BYTES >> 20} MiB")
        if not line.endswith(b"\n"):
            raise _stopped(f"line {number} breaks off")
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _broken(number, f"no JSON: {error}") from None
        if not isinstance(value, dict) or not isinstance(value.get("type"), str):
            raise _broken(number, "no object with a type")
        yield Entry(number, value["type"], value)


def parts(rejects: BinaryIO) -> Iterator[Part]:
    """The sources and, if it ever was in one place, the whole; checks that all numbers fit."""
    index = position = removed = 0
    all_input = all_kept = 0
    last = ""
    in_place = False
    for entry in objects(rejects):
        _check_order(entry, last)
        last = entry.type
        if last == "header":
            in_place = entry.values.get("in_place") is True
        elif last in ("cut", "rewrite"):
            removed += _checked_length(entry, position)
            position = entry.integer("byte_end")
        elif last == "source":
            index += 1
            part = _part(index, entry.string("source"), entry)
            if part.kept.bytes + removed != part.input.bytes or position > part.input.bytes:
                raise _broken(entry.line, "the lengths of the cuts do not add up")
            all_input, all_kept = all_input + part.input.bytes, all_kept + part.kept.bytes
            position = removed = 0
            yield part
        elif last == "footer":
            part = _part(0, "", entry)
            if (part.input.bytes, part.kept.bytes) != (all_input, all_kept):
                raise _broken(entry.line, "the lengths of the sources do not add up")
            if not in_place:  # then no output ever held all of it
                yield part
    if last != "footer":
        raise _stopped("the last object is missing")


def _check_order(entry: Entry, last: str) -> None:
    if last == "footer":
        raise _broken(entry.line, "something follows the last object")
    if (entry.type == "header") != (last == ""):
        raise _broken(entry.line, "this is no rejects file" if not last else "a second header")
    if entry.type == "header" and entry.values.get("format") != FORMAT:
        raise RejectsError(
            f"rejects of format {entry.values.get('format')!r}; this version reads {FORMAT}: "
            "use the junkfilter that wrote them"
        )
    if entry.type == "footer" and last in ("cut", "rewrite"):
        raise _broken(entry.line, "the object of the last source is missing")


def _checked_length(entry: Entry, position: int) -> int:
    """How much longer the input is for a cut or a rewrite."""
    start, end = entry.integer("byte_start"), entry.integer("byte_end")
    if start < position or end - start != len(entry.raw()):
        raise _broken(entry.line, "the cut's place and its text do not fit")
    return end - start - (len(entry.raw("kept_")) if entry.type == "rewrite" else 0)


def _part(index: int, name: str, entry: Entry) -> Part:
    return Part(index, name, entry.fingerprint("input"), entry.fingerprint("kept"), entry.values)


def choose(parts: Iterator[Part], kept: Fingerprint, source: str | None) -> Part:
    """The part that the kept text is; the whole is preferred, as it is what a pipe gives."""
    matching: dict[str, Part] = {}  # by digest of the input: equal inputs are no choice
    whole: Part | None = None
    expected: Fingerprint | None = None
    for part in parts:
        if part.index == 0:
            whole = part
        if source in (None, part.name) and (part.index > 0 or source is None):
            expected = part.kept
            if part.kept == kept and len(matching) < 2:
                matching[part.input.sha256] = part
    if whole is not None and source is None and whole.kept == kept:
        return whole
    if len(matching) == 1:
        return next(iter(matching.values()))
    if matching:
        raise RejectsError(
            "several inputs left the same kept text: name the one to restore with --source"
        )
    if expected is None:
        raise RejectsError(f"the rejects know no source {source!r}")
    raise _misfit(kept, expected)


def _misfit(found: Fingerprint, expected: Fingerprint) -> RejectsError:
    if found.bytes != expected.bytes:
        what = f"it has {found.bytes} bytes, but the rejects were written beside {expected.bytes}"
    else:
        what = (
            f"its SHA-256 is {found.sha256[:12]}…, but the rejects were written beside "
            f"{expected.sha256[:12]}…"
        )
    return RejectsError(
        f"the kept text does not belong to these rejects: {what} "
        "(edited since, or of another run); nothing was written"
    )


def _broken(line: int, what: str) -> RejectsError:
    return RejectsError(f"rejects, line {line}: {what}")


def _stopped(what: str) -> RejectsError:
    return RejectsError(
        f"rejects: {what}: the run that wrote them was stopped (killed, Ctrl-C, `| head`), and "
        "its kept text is incomplete too. Run junkfilter again on the input; without it, every "
        "object still tells what was cut and at which byte"
    )
