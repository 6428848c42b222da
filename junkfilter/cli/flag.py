"""`junkfilter flag`: one line out for every line in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import click

from junkfilter.cli.format_options import input_options, opener
from junkfilter.cli.long_work import LongWork, bytes_of, jobs_options
from junkfilter.cli.options import (
    FilterChoice,
    apply_options,
    binary_output,
    filter_options,
    input_files,
    tell,
    verbosity_options,
)
from junkfilter.formats.files import refuse_overwriting
from junkfilter.formats.lots import Format, Lot, Piece, Problem, Role
from junkfilter.formats.rejects import finite, inner_cut_fields, json_line, text_fields
from junkfilter.report import Counts, Report

if TYPE_CHECKING:
    from junkfilter.filter import JunkFilter
    from junkfilter.formats.detection import FormatOptions
    from junkfilter.passages import Input, Passage
    from junkfilter.results import LineVerdict


@click.command()
@input_files
@filter_options
@input_options
@lambda command: apply_options(command, verbosity_options)
@jobs_options
@click.option("--json", "as_json", is_flag=True, help="Write JSON Lines.")
def flag(
    *,
    files: tuple[str, ...],
    choice: FilterChoice,
    inputs: FormatOptions,
    long_work: LongWork,
    quiet: bool,
    verbose: bool,
    as_json: bool,
) -> int:
    """Say of every line what it is.

    One line out for every line in: number, kind (text, spam, boilerplate, garbled, or a kind of
    noise that is to be removed), family, score (log-odds), fpr (share of clean lines that score as
    high), reason and the line's text, separated by tabs; the text comes last and may contain tabs.
    A line over 1 MiB has the reason too-long and no text. Of records (JSON Lines, tables, WARC)
    only the judged fields are listed, and the number is that of the record, a colon and that of the
    line in its text.

    What would be cut inside of a line, and what was found there and stays, is listed by --json
    alone, as `cuts` and `flags`; without it such a line has kind text, and its reason begins with
    `inside:` and the kinds of its cuts.
    """
    from junkfilter.conveyor import Conveyor
    from junkfilter.passages import opened

    paths = files or ("-",)
    refuse_overwriting((*paths, *choice.read_files), [("standard output", 1)])
    report = Report(notify=tell, quiet=quiet)
    page_filter = choice.load()
    judge = partial(flag_lot, as_json=as_json)
    with long_work.watched(report, {}, total=bytes_of(paths)) as watch:
        stops = inputs.on_error == "stop"
        conveyor = Conveyor(page_filter, judge, report, stop_at_problem=stops, **watch)
        passages = opened(paths, opener(inputs, verbose=verbose))
        conveyor.take(passages, _VerdictReceiver(binary_output()))
    if page_filter.site_memory is not None:
        page_filter.site_memory.commit()
    return report.exit_status()


class FlaggedLot(NamedTuple):
    """What `flag` says of a lot.

    Attributes:
        output: lines of output.
        counts: what was found, in numbers.
        notices: what people may want to know, in order.
        problems: records that could not be parsed, in order.
        characters: not counted here.
    """

    output: bytes
    counts: Counts
    notices: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    characters: int = 0


class _VerdictReceiver:
    """Writes what is said of lots, in order."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output

    def begin(self, passage: Passage, opened: Input) -> None:
        """Has nothing to do."""

    def take(self, passage: Passage, lot: Lot, judged: FlaggedLot) -> None:
        """Writes the lines of a lot."""
        self._output.write(judged.output)

    def end(self, passage: Passage) -> None:
        """Lets everything out."""
        self._output.flush()

    def pause(self) -> None:
        """Lets everything out."""
        self._output.flush()


def flag_lot(
    page_filter: JunkFilter, page_format: Format, source: str, lot: Lot, *, as_json: bool
) -> FlaggedLot:
    """Lines of output for a lot of one input: what one process does itself and workers for it."""
    from junkfilter.judging import batches, pages_of, parts_of

    written: list[bytes] = []
    problems: list[Problem] = []
    counts = Counts(bytes=len(lot.raw))
    for batch in batches(page_format.pieces(lot)):
        parts = [parts_of(piece) for piece in batch]
        pages = [
            page
            for piece, texts in zip(batch, parts, strict=True)
            for page in pages_of(piece, source, texts)
        ]
        verdicts = iter(page_filter.flag_pages(pages) if pages else ())
        for piece, texts in zip(batch, parts, strict=True):
            found = _verdicts_of(piece, texts, verdicts)
            write = _json if as_json else _tabbed
            written += [write(source, piece, verdict) for verdict in found]
            counts.pages += bool(texts)
            if piece.role is Role.BROKEN and not piece.goes_on:
                counts.broken += 1
                problems.append(Problem(piece.reason, line=piece.line, record=piece.record))
    return FlaggedLot(b"".join(written), counts, (), tuple(problems))


def _verdicts_of(
    piece: Piece, texts: Sequence[tuple[str, bool]], verdicts: Iterator[list[LineVerdict]]
) -> list[LineVerdict]:
    """The verdicts on the lines of one piece, numbered through."""
    from junkfilter.results import too_long_verdict

    if piece.role is Role.TOO_LONG and not piece.goes_on:
        return [too_long_verdict()]
    found: list[LineVerdict] = []
    for _, too_long in texts:
        one = [too_long_verdict()] if too_long else next(verdicts)
        found += [verdict._replace(number=verdict.number + len(found)) for verdict in one]
    return found


def _tabbed(_source: str, piece: Piece, verdict: LineVerdict) -> bytes:
    number = f"{piece.record}:{verdict.number}" if piece.fields else str(_line(piece, verdict))
    fields = (
        number,
        verdict.kind,
        verdict.family,
        f"{verdict.score:.3f}",
        f"{verdict.fpr:.3g}",
        _reason(verdict).replace("\t", " "),
        verdict.text,
    )
    return "\t".join(fields).encode("utf-8", "surrogateescape") + b"\n"


def _line(piece: Piece, verdict: LineVerdict) -> int:
    """The physical line of the stream."""
    return piece.line + verdict.number - 1


def _reason(verdict: LineVerdict) -> str:
    """The line's own reason; before it what is cut inside of the line, each kind once."""
    kinds = Counter(cut.family or cut.kind for cut in verdict.cuts)
    named = ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items()))
    return "; ".join(filter(None, (named and f"inside: {named}", verdict.reason)))


def _json(source: str, piece: Piece, verdict: LineVerdict) -> bytes:
    value = {
        "source": source,
        "record": piece.record,
        "number": verdict.number if piece.fields else _line(piece, verdict),
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
