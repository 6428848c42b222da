"""`junkfilter collect`: the lines that are most worth a label."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from junkfilter.cli.format_options import input_options
from junkfilter.cli.group import exit_status_help
from junkfilter.cli.options import (
    FilterChoice,
    apply_options,
    input_files,
    tell,
    verbosity_options,
)
from junkfilter.errors import InputFormatError
from junkfilter.formats.files import refuse_overwriting
from junkfilter.formats.lots import PieceReader, Problem, Role
from junkfilter.policy import OPERATING_POINTS, Policy
from junkfilter.report import Report

if TYPE_CHECKING:
    from junkfilter.formats.detection import FormatOptions
    from junkfilter.labels.adding import Added
    from junkfilter.labels.collect import Collector

_MEGABYTE = 1 << 20
_COLLECT_OPTIONS = (
    click.option(
        "--labels",
        required=True,
        metavar="FILE",
        help="Add the lines to this file of labels, which is made if there is none.",
    ),
    click.option(
        "--each",
        type=click.IntRange(min=1, max=100_000),
        default=50,
        show_default=True,
        metavar="N",
        help="Collect at most N lines for each reason.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        metavar="N",
        help="Draw other random samples.",
    ),
    click.option(
        "--max-size",
        type=click.IntRange(min=1),
        default=256,
        show_default=True,
        metavar="MEGABYTES",
        help="Add nothing to a file of labels of this size.",
    ),
    click.option(
        "--operating-point",
        type=click.Choice(list(OPERATING_POINTS)),
        default="precision",
        show_default=True,
        help="Whose thresholds decide what is uncertain.",
    ),
    click.option(
        "--spans/--no-spans",
        default=True,
        show_default=True,
        help="Look for spans inside of lines too; slower.",
    ),
    click.option(
        "--model", type=click.Path(), metavar="FOLDER", help="Use this model, not the default one."
    ),
    click.option(
        "--site",
        metavar="HOST",
        default="",
        help="The site of pages that come without an address: learning and judging are divided "
        "by it.",
    ),
)


@click.command(epilog=exit_status_help())
@input_files
@lambda command: apply_options(command, _COLLECT_OPTIONS)
@input_options
@lambda command: apply_options(command, verbosity_options)
def collect(
    *,
    files: tuple[str, ...],
    inputs: FormatOptions,
    labels: str,
    each: int,
    seed: int,
    max_size: int,
    operating_point: str,
    spans: bool,
    model: str | None,
    site: str,
    quiet: bool,
    verbose: bool,
) -> int:
    """Collect the lines most worth a label.

    Reads pages and puts lines into a file of labels: uncertain ones, those on which the two stages
    disagree, those with spans near the threshold, those with words that recur and that honest text
    does not know, and a random sample of what is cut and of what is kept. Near-duplicates are
    collected once. The same pages again add nothing; several runs may share a file.

    \b
    Examples:
      junkfilter collect pages/*.txt --labels labels.db
      junkfilter review labels.db
    """
    from junkfilter.labels.collect import Collector
    from junkfilter.labels.store import LabelStore

    paths = files or ("-",)
    refuse_overwriting(paths, [(f"--labels {labels}", labels)])
    report = Report(notify=tell, quiet=quiet)
    choice = FilterChoice(Policy(operating_point=operating_point, spans=spans), model, ())
    collector = Collector(choice.load(), each=each, seed=seed, site=site)
    # Found out now, not after hours of work: that the file can be written.
    with LabelStore.open(labels, max_bytes=max_size * _MEGABYTE) as store:
        for path in paths:
            _read(path, inputs, collector, report, verbose=verbose)
        added = store.add(collector.candidates())
    if added.full:
        report.notice(f"{labels}: has {max_size} MB: {added.full} lines were not added")
    if verbose or (sys.stderr is not None and sys.stderr.isatty() and not quiet):
        tell(_summary(collector.lines, added, labels))
    return report.exit_status()


def _read(
    path: str, inputs: FormatOptions, collector: Collector, report: Report, *, verbose: bool
) -> None:
    """Reads the pages of one input."""
    from junkfilter.page import Page

    try:
        source, page_format = inputs.open(path, tell if verbose else None)
    except InputFormatError as error:
        report.error(error)
        return
    with source:
        reader = PieceReader(source, page_format, name=source.name)
        for piece in reader:
            if piece is None:
                continue
            if piece.role is Role.PAGE:
                page = Page(piece.text, source.name, piece.url, piece.continuation)
                collector.add(page, line=piece.line, in_record=bool(piece.fields))
            elif piece.role is Role.BROKEN and not piece.goes_on:
                problem = Problem(piece.reason, line=piece.line, record=piece.record)
                if inputs.on_error == "stop":
                    report.error(problem.error(source.name))
                    return
                report.notice(str(problem.error(source.name)))
    for refusal in (reader.refusal, source.error):
        if refusal is not None:
            report.error(refusal)


def _summary(lines: int, added: Added, labels: str) -> str:
    known = added.known + added.near
    known_ones = f", {known} were there or nearly so" if known else ""
    return f"{lines} lines read, {added.new} added to {labels}{known_ones}"
