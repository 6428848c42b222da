"""`junkfilter restore`: the way back."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import BinaryIO, Protocol

import click

from junkfilter.cli.options import binary_output
from junkfilter.formats.compression import COMPRESSIONS, CompressedOutput
from junkfilter.formats.files import Source, refuse_overwriting, replacement
from junkfilter.formats.restore import Restoration
from junkfilter.formats.writers import AUTO, NONE
from junkfilter.report import DONE

_COPY_BYTES = 1 << 20
_PARQUET, _WARC = b"PAR1", b"WARC/1."
_HEAD_BYTES = 8


@click.command()
@click.argument("kept")
@click.option("--rejects", required=True, metavar="FILE", help="What strip wrote beside KEPT.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write to FILE, which changes only if all is well; standard output without it.",
)
@click.option(
    "--source",
    metavar="NAME",
    help="Restore the input of this name, where several left the same text.",
)
@click.option(
    "--compress",
    type=click.Choice([AUTO, NONE, *COMPRESSIONS]),
    default=AUTO,
    show_default=True,
    help="How to compress what is written; auto does what KEPT does.",
)
def restore(
    *, kept: str, rejects: str, output: str | None, source: str | None, compress: str
) -> int:
    """Put back what strip cut, byte for byte.

    KEPT is what strip wrote, `-` for standard input. Nothing is written if KEPT and the rejects do
    not belong together, or if either was changed. Of compressed text the decoded bytes are the same
    as they were, of Parquet the values, schema and metadata.
    """
    target: tuple[str, str | int] = ("standard output", 1)
    if output is not None:
        target = (f"--output {output}", output)
    refuse_overwriting((kept, rejects), [target])
    with ExitStack() as stack:
        kept_file, compression = _seekable(stack, kept)
        head = kept_file.read(_HEAD_BYTES)
        kept_file.seek(0)
        rejects_file, _ = _seekable(stack, rejects)
        restoration = _restoration(head, kept_file, rejects_file, source)
        file = binary_output() if output is None else stack.enter_context(replacement(output))
        compression = compression if compress == AUTO else compress
        _write(_members(restoration.blocks(), head), file, compression)
    return DONE


class _Way(Protocol):
    def blocks(self) -> Iterator[bytes]: ...


def _restoration(head: bytes, kept: BinaryIO, rejects: BinaryIO, source: str | None) -> _Way:
    """The way back; Parquet has one of its own."""
    if head.startswith(_PARQUET):
        from junkfilter.formats.parquet_restore import ParquetRestoration

        return ParquetRestoration(kept, rejects, source=source)
    return Restoration(kept, rejects, source=source)


def _members(blocks: Iterable[bytes], head: bytes) -> Iterator[tuple[bytes, bool]]:
    """The blocks, and whether a member of a compressed file begins with one: records of WARC do."""
    if head.startswith(_WARC):
        from junkfilter.formats.warc import record_parts

        yield from record_parts(blocks)
    else:
        for block in blocks:
            yield block, False


def _write(parts: Iterable[tuple[bytes, bool]], file: BinaryIO, compression: str) -> None:
    if compression in ("", NONE):
        for part, _ in parts:
            file.write(part)
    else:
        packed = CompressedOutput(file, compression)
        for part, begins in parts:
            if begins:
                packed.begin_member()
            packed.write(part)
        packed.end()
    file.flush()


def _seekable(stack: ExitStack, path: str) -> tuple[BinaryIO, str]:
    """A decoded file that can be read twice, and how it was compressed.

    What comes through a pipe or compressed is copied to a temporary file first.
    """
    source = stack.enter_context(Source(path))
    source.peek(1)
    if source.seekable() and not source.compression:
        source.file.seek(0)
        # Lines are read from it, which without a buffer is a call for each byte.
        return stack.enter_context(io.BufferedReader(source.file)), ""  # type: ignore[type-var]
    spool: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115
    stack.enter_context(spool)
    while block := source.read(_COPY_BYTES):
        spool.write(block)
    if source.error is not None:
        raise source.error
    spool.seek(0)
    return spool, source.compression
