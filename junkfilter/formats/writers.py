"""Writes what a run is asked for: kept text, removed text, a diff, or nothing. Never re-encodes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from junkfilter.formats.rejects import BinaryOutput
from junkfilter.formats.removals import JudgedPiece, Removal
from junkfilter.page import Cut

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_ENDS = (b"\n", b"\r")


class PageWriter(Protocol):
    """What takes judged pieces, in order of the stream."""

    def write(self, source: str, batch: Sequence[JudgedPiece]) -> None:
        """Writes what it has to say about some pieces of one input."""

    def flush(self) -> None:
        """Lets everything so far reach its reader."""


class SilentWriter:
    """Writes nothing: `--check` and `--count`."""

    def write(self, source: str, batch: Sequence[JudgedPiece]) -> None:
        """Does nothing."""

    def flush(self) -> None:
        """Does nothing."""


class KeptWriter:
    """Writes what stays, the very bytes that came in."""

    def __init__(self, output: BinaryOutput) -> None:
        self._output = output

    def write(self, source: str, batch: Sequence[JudgedPiece]) -> None:
        """Writes the kept bytes of some pieces at once: calls cost more than copying."""
        self._output.write(b"".join([judged.kept for judged in batch]))

    def flush(self) -> None:
        """Empties the output's buffer."""
        self._output.flush()


class RemovedWriter(KeptWriter):
    """Writes what is cut (`--invert`), each cut on lines of its own."""

    def write(self, source: str, batch: Sequence[JudgedPiece]) -> None:
        """Writes the removed bytes, with a line end where a cut has none."""
        for judged in batch:
            for removal in judged.removals:
                self._output.write(removal.raw)
                if not removal.raw.endswith(_ENDS):
                    self._output.write(b"\n")


class DiffWriter(KeptWriter):
    """Writes the changes like a unified diff without context (`--diff`).

    A hunk's header tells, after the line numbers, what its cuts are. A line end that is not LF is
    shown as it is; a last line without one is marked as `diff` does.
    """

    def __init__(self, output: BinaryOutput) -> None:
        super().__init__(output)
        self._source: str | None = None
        self._removed_lines = 0

    def write(self, source: str, batch: Sequence[JudgedPiece]) -> None:
        """Writes one hunk for each run of lines that a cut touches."""
        for judged in batch:
            for start, end, removals in _touched_lines(judged):
                if source != self._source:
                    name = source.encode("utf-8", "surrogateescape")
                    self._output.write(b"--- " + name + b"\n+++ " + name + b" (kept)\n")
                    self._source, self._removed_lines = source, 0
                self._write_hunk(judged, (start, end), removals)

    def _write_hunk(
        self, judged: JudgedPiece, span: tuple[int, int], removals: Sequence[Removal]
    ) -> None:
        piece = judged.piece
        old = piece.raw[span[0] : span[1]]
        new, position = b"", span[0]
        for removal in removals:
            start = removal.byte_start - piece.byte_start
            new += piece.raw[position:start]
            position = start + len(removal.raw)
        new += piece.raw[position : span[1]]
        old_lines, new_lines = _LINE.findall(old), _LINE.findall(new)
        line = removals[0].line
        # As in `diff`: without lines on the new side, the number is that of the line before.
        new_line = line - self._removed_lines - (not new_lines)
        what = _named([removal.cut for removal in removals])
        header = f"@@ -{line},{len(old_lines)} +{new_line},{len(new_lines)} @@ {what}\n"
        self._output.write(header.encode("utf-8", "backslashreplace"))
        self._output.write(_prefixed(b"-", old_lines) + _prefixed(b"+", new_lines))
        self._removed_lines += len(old_lines) - len(new_lines)


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


def _touched_lines(judged: JudgedPiece) -> list[tuple[int, int, list[Removal]]]:
    """Runs of whole lines, as offsets in the piece, with the cuts in each."""
    raw = judged.piece.raw
    runs: list[tuple[int, int, list[Removal]]] = []
    for removal in judged.removals:
        first = removal.byte_start - judged.piece.byte_start
        last = first + len(removal.raw)
        start, end = _line_start(raw, first), _line_end(raw, first, last)
        if runs and start < runs[-1][1]:
            runs[-1] = (runs[-1][0], max(end, runs[-1][1]), [*runs[-1][2], removal])
        else:
            runs.append((start, end, [removal]))
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
