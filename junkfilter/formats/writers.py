"""Writes what a run is asked for: kept text, removed text, a diff, or nothing. Never re-encodes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from junkfilter.errors import OutputError
from junkfilter.formats.compression import CompressedOutput
from junkfilter.formats.files import Source
from junkfilter.formats.lots import Format, Lot
from junkfilter.formats.rejects import BinaryOutput
from junkfilter.formats.removals import JudgedPiece, Removal, Rewrite, kept_parts
from junkfilter.page import Cut

AUTO, NONE = "auto", "none"
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_ENDS = (b"\n", b"\r")
_Edit = Removal | Rewrite


class PageWriter(Protocol):
    """What takes judged lots, in order of the stream."""

    def begin(self, source: Source, page_format: Format) -> None:
        """Is told of each input before its first lot.

        Raises:
            OutputError: the output of this input cannot follow that of the one before.
        """

    def write(self, source: str, lot: Lot, judged: Sequence[JudgedPiece]) -> None:
        """Writes what it has to say about a lot of one input and its touched pieces."""

    def flush(self) -> None:
        """Lets everything so far reach its reader, as far as that is possible."""

    def end(self) -> None:
        """Is told of each input after its last lot."""


@runtime_checkable
class WritesItself(Protocol):
    """A format whose kept text is more than the bytes of its lots that stay."""

    def kept_writer(self, source: Source, output: BinaryOutput, /) -> PageWriter:
        """What writes the kept text of one input."""

    def restoring(self) -> Mapping[str, object]:
        """Keys of the source object in the rejects that the way back needs."""


class SilentWriter:
    """Writes nothing: `--check` and `--count`."""

    def begin(self, source: Source, page_format: Format) -> None:
        """Does nothing."""

    def write(self, source: str, lot: Lot, judged: Sequence[JudgedPiece]) -> None:
        """Does nothing."""

    def flush(self) -> None:
        """Does nothing."""

    def end(self) -> None:
        """Does nothing."""


class KeptWriter:
    """Writes what stays, the very bytes that came in.

    Args:
        output: file in binary mode; stays open.
        compression: `auto` to compress as the inputs are compressed, `none`, or one of
            `compression.COMPRESSIONS`.
    """

    def __init__(self, output: BinaryOutput, compression: str = AUTO) -> None:
        self._output = output
        self._wanted = compression
        self._used: str | None = None
        self._compressed: CompressedOutput | None = None
        self._itself: PageWriter | None = None

    def begin(self, source: Source, page_format: Format) -> None:
        """Chooses how the output is compressed; several inputs become one output of one kind."""
        used = _compression(source, page_format, self._wanted)
        if self._used not in (None, used) or self._itself is not None:
            raise OutputError(
                f"{source.name}: is {_called(used)}, the inputs before it are "
                f"{_called(self._used or '')}; they cannot go to one output: give --compress, or "
                "one input at a time"
            )
        self._used = used
        if isinstance(page_format, WritesItself):
            self._itself = page_format.kept_writer(source, self._output)
            self._itself.begin(source, page_format)
        elif used:
            self._compressed = CompressedOutput(self._output, used)

    def write(self, source: str, lot: Lot, judged: Sequence[JudgedPiece]) -> None:
        """Writes the kept bytes of a lot at once: calls cost more than copying."""
        if self._itself is not None:
            self._itself.write(source, lot, judged)
        elif self._compressed is None:
            self._output.write(b"".join(kept_parts(lot, judged)) if judged else lot.raw)
        else:
            self._write_members(self._compressed, lot, judged)

    def _write_members(
        self, output: CompressedOutput, lot: Lot, judged: Sequence[JudgedPiece]
    ) -> None:
        starts, start, first = frozenset(lot.starts), 0, 0
        for end in (*lot.starts, len(lot.raw)):
            if end == start:
                continue
            if start in starts:
                output.begin_member()
            last = first
            while last < len(judged) and _begins_before(judged[last], lot.byte_start + end):
                last += 1
            output.write(b"".join(kept_parts(lot, judged[first:last], start, end)))
            start, first = end, last

    def flush(self) -> None:
        """Empties the output's buffer."""
        (self._itself or self._compressed or self._output).flush()

    def end(self) -> None:
        """Ends what is compressed, so that it is complete as it is."""
        if self._itself is not None:
            self._itself.end()
        elif self._compressed is not None:
            self._compressed.end()
        self._output.flush()


class _PlainWriter(SilentWriter):
    """Writes to an output that is never compressed."""

    def __init__(self, output: BinaryOutput) -> None:
        self._output = output

    def flush(self) -> None:
        """Empties the output's buffer."""
        self._output.flush()


class RemovedWriter(_PlainWriter):
    """Writes what is cut (`--invert`), each cut on lines of its own."""

    def write(self, source: str, lot: Lot, judged: Sequence[JudgedPiece]) -> None:
        """Writes the removed bytes, with a line end where a cut has none."""
        for each in judged:
            for removal in each.removals:
                self._output.write(removal.raw)
                if not removal.raw.endswith(_ENDS):
                    self._output.write(b"\n")


class DiffWriter(_PlainWriter):
    """Writes the changes like a unified diff without context (`--diff`).

    A hunk's header tells, after the line numbers, what its cuts are. A line end that is not LF is
    shown as it is; a last line without one is marked as `diff` does.
    """

    def __init__(self, output: BinaryOutput) -> None:
        super().__init__(output)
        self._source: str | None = None
        self._removed_lines = self._line = 0

    def write(self, source: str, lot: Lot, judged: Sequence[JudgedPiece]) -> None:
        """Writes one hunk for each run of lines that a cut touches."""
        for span, edits in _touched_lines(lot, judged):
            if source != self._source:
                name = source.encode("utf-8", "surrogateescape")
                self._output.write(b"--- " + name + b"\n+++ " + name + b" (kept)\n")
                self._source, self._removed_lines, self._line = source, 0, 0
            self._write_hunk(lot, span, edits)

    def _write_hunk(self, lot: Lot, span: tuple[int, int], edits: Sequence[_Edit]) -> None:
        old = lot.raw[span[0] : span[1]]
        new, position = b"", span[0]
        for edit in edits:
            start = edit.byte_start - lot.byte_start
            new += lot.raw[position:start] + (edit.new if isinstance(edit, Rewrite) else b"")
            position = start + len(edit.raw)
        new += lot.raw[position : span[1]]
        old_lines, new_lines = _LINE.findall(old), _LINE.findall(new)
        line = edits[0].line
        if line < self._line:  # lines of Parquet count anew in each row
            self._removed_lines = 0
        self._line = line
        # As in `diff`: without lines on the new side, the number is that of the line before.
        new_line = line - self._removed_lines - (not new_lines)
        what = _named([edit.cut for edit in edits if isinstance(edit, Removal)])
        header = f"@@ -{line},{len(old_lines)} +{new_line},{len(new_lines)} @@ {what}".rstrip()
        self._output.write(header.encode("utf-8", "backslashreplace") + b"\n")
        self._output.write(_prefixed(b"-", old_lines) + _prefixed(b"+", new_lines))
        self._removed_lines += len(old_lines) - len(new_lines)


def _begins_before(judged: JudgedPiece, byte: int) -> bool:
    edits = judged.edits()
    return not edits or edits[0].byte_start < byte


def _compression(source: Source, page_format: Format, wanted: str) -> str:
    if isinstance(page_format, WritesItself):
        if wanted not in (AUTO, NONE):
            raise OutputError(
                f"{source.name}: --compress {wanted} does not go with {page_format.name}"
            )
        return page_format.name
    return source.compression if wanted == AUTO else "" if wanted == NONE else wanted


def _called(used: str) -> str:
    return used or "not compressed"


def _named(cuts: Sequence[Cut]) -> str:
    """What some cuts are: those that have a score one by one, the others by kind.

    >>> _named([Cut(0, 9, "spam", "adult", 7.5), Cut(9, 10, "pinyin"), Cut(12, 13, "pinyin")])
    'adult 7.50, pinyin 2 times'
    """
    scored = [f"{cut.family or cut.kind} {cut.score:.2f}" for cut in cuts if cut.score]
    kinds = Counter(cut.family or cut.kind for cut in cuts if not cut.score)
    return ", ".join(
        [*scored, *(f"{kind} {n} times" if n > 1 else kind for kind, n in kinds.items())]
    )


def _prefixed(sign: bytes, lines: Sequence[bytes]) -> bytes:
    text = b"".join(sign + line for line in lines)
    return text if text.endswith(b"\n") or not text else text + b"\n\\ No newline at end of line\n"


def _touched_lines(
    lot: Lot, judged: Sequence[JudgedPiece]
) -> list[tuple[tuple[int, int], list[_Edit]]]:
    """Runs of whole lines, as offsets in the lot, with what changes in each."""
    runs: list[tuple[tuple[int, int], list[_Edit]]] = []
    for edit in (edit for each in judged for edit in each.edits()):
        first = edit.byte_start - lot.byte_start
        last = first + len(edit.raw)
        start, end = _line_start(lot.raw, first), _line_end(lot.raw, first, last)
        if runs and start < runs[-1][0][1]:
            span, edits = runs.pop()
            runs.append(((span[0], max(end, span[1])), [*edits, edit]))
        else:
            runs.append(((start, end), [edit]))
    return runs


def _line_start(raw: bytes, position: int) -> int:
    if raw[position - 1 : position + 1] == b"\r\n":
        position -= 1  # a cut between CR and LF belongs to the line that they end
    return max(raw.rfind(b"\n", 0, position), raw.rfind(b"\r", 0, position)) + 1


def _line_end(raw: bytes, first: int, last: int) -> int:
    """End of the lines that a cut touches, and of what is left of one and joined to the next."""
    whole = first == _line_start(raw, first)
    if whole and raw[last - 1 : last] in _ENDS and raw[last - 1 : last + 1] != b"\r\n":
        return last
    line = _LINE.match(raw, last)
    return line.end() if line else len(raw)
