"""`junkfilter flag`: one line out for every line in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from junkfilter.cli.options import (
    FilterChoice,
    apply_options,
    binary_output,
    filter_options,
    format_options,
    input_files,
    tell,
    verbosity_options,
)
from junkfilter.errors import InputFormatError
from junkfilter.formats.files import Source, refuse_overwriting
from junkfilter.formats.rejects import finite, inner_cut_fields, json_line, text_fields
from junkfilter.formats.text import Piece, Role, TextFormat, TextReader
from junkfilter.report import Report

if TYPE_CHECKING:
    from junkfilter.filter import JunkFilter
    from junkfilter.results import LineVerdict


@click.command()
@input_files
@filter_options
@format_options
@lambda command: apply_options(command, verbosity_options[:1])
@click.option("--json", "as_json", is_flag=True, help="Write JSON Lines.")
def flag(
    *,
    files: tuple[str, ...],
    choice: FilterChoice,
    text_format: TextFormat,
    quiet: bool,
    as_json: bool,
) -> int:
    """Say of every line what it is.

    One line out for every line in: number, kind (text, spam, boilerplate, garbled, or a kind of
    noise that is to be removed), family, score (log-odds), fpr (share of clean lines that score as
    high), reason and the line's text, separated by tabs; the text comes last and may contain tabs.
    A line over 1 MiB has the reason too-long and no text.

    What would be cut inside of a line, and what was found there and stays, is listed by --json
    alone, as `cuts` and `flags`; without it such a line has kind text, and its reason begins with
    `inside:` and the kinds of its cuts.
    """
    paths = files or ("-",)
    refuse_overwriting((*paths, *choice.read_files), [("standard output", 1)])
    report = Report(notify=tell, quiet=quiet)
    page_filter = choice.load()
    output = binary_output()
    for path in paths:
        try:
            source = Source(path)
        except InputFormatError as error:
            report.error(error)
            continue
        with source:
            reader = TextReader(source, text_format, name=source.name)
            for lines in _flagged(reader, page_filter, as_json=as_json):
                if lines is None:
                    output.flush()
                else:
                    output.write(lines)
        for problem in (reader.refusal, source.error):
            if problem is not None:
                report.error(problem)
    output.flush()
    if page_filter.site_memory is not None:
        page_filter.site_memory.commit()
    return report.exit_status()


def _flagged(
    reader: TextReader, page_filter: JunkFilter, *, as_json: bool
) -> Iterator[bytes | None]:
    """Lines of output for each batch of pages; None where the input pauses."""
    from junkfilter.page import Page
    from junkfilter.pipeline import batches
    from junkfilter.results import too_long_verdict

    inside_long = False
    for batch, paused in batches(reader):
        pages = [
            Page(piece.text, id=reader.name, continuation=piece.continuation)
            for piece in batch
            if piece.role is Role.PAGE
        ]
        verdicts = iter(page_filter.flag_pages(pages) if pages else ())
        written: list[bytes] = []
        for piece in batch:
            found: list[LineVerdict] = []
            if piece.role is Role.PAGE:
                found = next(verdicts)
            elif piece.role is Role.TOO_LONG and not inside_long:
                found = [too_long_verdict()]
            inside_long = piece.role is Role.TOO_LONG and piece.lines == 0
            for verdict in found:
                write = _json if as_json else _tabbed
                written.append(write(reader.name, piece, verdict))
        yield b"".join(written)
        if paused:
            yield None


def _tabbed(_source: str, piece: Piece, verdict: LineVerdict) -> bytes:
    fields = (
        str(piece.line + verdict.number - 1),
        verdict.kind,
        verdict.family,
        f"{verdict.score:.3f}",
        f"{verdict.fpr:.3g}",
        _reason(verdict).replace("\t", " "),
        verdict.text,
    )
    return "\t".join(fields).encode("utf-8", "surrogateescape") + b"\n"


def _reason(verdict: LineVerdict) -> str:
    """The line's own reason; before it what is cut inside of the line, each kind once."""
    kinds = Counter(cut.family or cut.kind for cut in verdict.cuts)
    named = ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items()))
    return "; ".join(filter(None, (named and f"inside: {named}", verdict.reason)))


def _json(source: str, piece: Piece, verdict: LineVerdict) -> bytes:
    value = {
        "source": source,
        "record": piece.record,
        "number": piece.line + verdict.number - 1,
        "kind": verdict.kind,
        "family": verdict.family,
        "score": finite(verdict.score),
        "fpr": finite(verdict.fpr),
        "reason": verdict.reason,
        "page_kind": verdict.page_kind,
        "page_score": finite(verdict.page_score),
        **text_fields(verdict.text.encode("utf-8", "surrogateescape")),
        "cuts": [inner_cut_fields(verdict.text, cut) for cut in verdict.cuts],
        "flags": [inner_cut_fields(verdict.text, cut) for cut in verdict.flags],
    }
    return json_line(value)
