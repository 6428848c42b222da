"""`junkfilter restore`: the way back."""

from __future__ import annotations

import io
import tempfile
from contextlib import ExitStack
from typing import BinaryIO

import click

from junkfilter.cli.options import binary_output
from junkfilter.formats.files import Source, refuse_overwriting, replacement
from junkfilter.formats.restore import Restoration
from junkfilter.report import DONE

_COPY_BYTES = 1 << 20


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
def restore(*, kept: str, rejects: str, output: str | None, source: str | None) -> int:
    """Put back what strip cut, byte for byte.

    KEPT is what strip wrote, `-` for standard input. Nothing is written if KEPT and the rejects do
    not belong together, or if either was changed.
    """
    target: tuple[str, str | int] = ("standard output", 1)
    if output is not None:
        target = (f"--output {output}", output)
    refuse_overwriting((kept, rejects), [target])
    with ExitStack() as stack:
        kept_file = _seekable(stack, kept)
        rejects_file = _seekable(stack, rejects)
        restoration = Restoration(kept_file, rejects_file, source=source)
        file = binary_output() if output is None else stack.enter_context(replacement(output))
        for block in restoration.blocks():
            file.write(block)
        file.flush()
    return DONE


def _seekable(stack: ExitStack, path: str) -> BinaryIO:
    """A file that can be read twice; a pipe is copied to a temporary one first."""
    source = stack.enter_context(Source(path))
    if source.seekable():
        # Lines are read from it, which without a buffer is a call for each byte.
        return stack.enter_context(io.BufferedReader(source.file))  # type: ignore[type-var]
    spool: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115
    stack.enter_context(spool)
    while block := source.read(_COPY_BYTES):
        spool.write(block)
    if source.error is not None:
        raise source.error
    return spool
