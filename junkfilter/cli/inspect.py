"""`junkfilter inspect`: a page with its cuts marked, for people."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from junkfilter.cli.format_options import input_options
from junkfilter.cli.group import exit_status_help
from junkfilter.cli.options import (
    FilterChoice,
    apply_options,
    binary_output,
    filter_options,
    input_files,
    tell,
)
from junkfilter.errors import InputFormatError
from junkfilter.formats.files import refuse_overwriting, replacement
from junkfilter.formats.lots import PieceReader, Problem, Role
from junkfilter.report import Report

if TYPE_CHECKING:
    from junkfilter.filter import JunkFilter
    from junkfilter.formats.detection import FormatOptions
    from junkfilter.formats.lots import Piece
    from junkfilter.presentation.inspection import InspectedPage, Inspection

_INSPECT_OPTIONS = (
    click.option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write one HTML page to FILE, with the evidence behind every mark; `-` is standard "
        "output. Without it the page is shown on the terminal.",
    ),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colours on the terminal; auto has them if standard output is a terminal and the "
        "variable NO_COLOR is not set.",
    ),
    click.option(
        "--marked",
        "marked_only",
        is_flag=True,
        help="Show only pages in which something is cut or was found.",
    ),
    click.option(
        "--pages",
        "most_pages",
        type=click.IntRange(min=1),
        default=50,
        show_default=True,
        metavar="N",
        help="Show the first N pages; all are counted.",
    ),
)


@click.command(name="inspect", epilog=exit_status_help())
@input_files
@filter_options
@input_options
@lambda command: apply_options(command, _INSPECT_OPTIONS)
def inspect(
    *,
    files: tuple[str, ...],
    choice: FilterChoice,
    inputs: FormatOptions,
    output: str | None,
    color: str,
    marked_only: bool,
    most_pages: int,
) -> int:
    """Show a page with its cuts marked.

    What is cut is marked with its kind, what was found and stays is marked otherwise, and a line
    with spam has its evidence. Nothing is written to the files, nor to a site memory.
    """
    from junkfilter.presentation.inspection import Inspection
    from junkfilter.presentation.wording import policy_in_words

    paths = files or ("-",)
    written: list[tuple[str, str | int]] = [("standard output", 1)]
    if output not in (None, "-"):
        written = [(f"--output {output}", str(output))]
    refuse_overwriting((*paths, *choice.read_files), written)
    report = Report(notify=tell)
    page_filter = choice.load()
    model = page_filter.model
    inspection = Inspection(model.id, model.digest, policy_in_words(choice.policy))
    shown = _Shown(marked_only, most_pages)
    for path in paths:
        try:
            _inspect(path, page_filter, inputs, inspection, shown)
        except InputFormatError as error:
            inspection.notices.append(str(error))
            report.error(error)
    _write(inspection, page_filter, output, color)
    return report.exit_status()


@dataclass(frozen=True, slots=True)
class _Shown:
    """Which pages are shown."""

    marked_only: bool
    most_pages: int

    def wants(self, page: InspectedPage, inspection: Inspection) -> bool:
        """Whether a page is shown beside those that already are."""
        marked = bool(page.cuts or page.flags or page.kind)
        return (marked or not self.marked_only) and len(inspection.pages) < self.most_pages


def _inspect(
    path: str,
    page_filter: JunkFilter,
    inputs: FormatOptions,
    inspection: Inspection,
    shown: _Shown,
) -> None:
    """Adds the pages of one input.

    Raises:
        InputFormatError: it cannot be read to its end, or a broken record ends it.
    """
    source, page_format = inputs.open(path)
    with source:
        reader = PieceReader(source, page_format, name=source.name)
        for piece in reader:
            if piece is None or piece.goes_on:
                continue
            if piece.role is Role.BROKEN and inputs.on_error == "stop":
                problem = Problem(piece.reason, line=piece.line, record=piece.record)
                raise problem.error(source.name)
            _add(piece, source.name, page_filter, inspection, shown)
    for error in (reader.refusal, source.error):
        if error is not None:
            raise error


def _add(
    piece: Piece, source: str, page_filter: JunkFilter, inspection: Inspection, shown: _Shown
) -> None:
    """Adds the pages of a piece, and a notice for what is not judged."""
    from junkfilter.judging import pages_of, parts_of
    from junkfilter.presentation.inspection import inspected

    name, line = source, piece.line
    if piece.fields:  # lines of a record's text are no lines of the file
        name, line = f"{source}, record {piece.record}", 1
    elif piece.record > 1:
        name = f"{source}, page {piece.record}"
    parts = parts_of(piece)
    for page in pages_of(piece, source, parts):
        found = inspected(page_filter, page, name=name, first_line=line)
        line += len(found.lines)
        inspection.add(found, show=shown.wants(found, inspection))
    if piece.role is Role.TOO_LONG or any(too_long for _, too_long in parts):
        why = "a line of more than 1 MiB, which is never judged"
        inspection.notices.append(f"{source}:{piece.line}: {why}")
    elif piece.reason:
        inspection.notices.append(f"{source}:{piece.line}: {piece.reason}")


def _write(inspection: Inspection, page_filter: JunkFilter, output: str | None, color: str) -> None:
    if output is None:
        from junkfilter.presentation.inspected_text import inspection_text

        stream = binary_output()
        for line in inspection_text(inspection, coloured=_coloured(color)):
            stream.write(line.encode())
        stream.flush()
        return
    from junkfilter.presentation.inspected_html import inspection_page

    document = inspection_page(inspection, page_filter.model).encode()
    if output == "-":
        binary_output().write(document)
        binary_output().flush()
    else:
        with replacement(output) as file:
            file.write(document)


def _coloured(color: str) -> bool:
    """Whether to send colours, by the option, the stream and https://no-color.org."""
    if color != "auto":
        return color == "always"
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
