"""`junkfilter simulate`: pages with known spam, to measure any filter with."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from junkfilter.cli.options import (
    apply_options,
    binary_output,
    format_options,
    input_files,
    tell,
    verbosity_options,
)
from junkfilter.errors import InputFormatError, OutputError
from junkfilter.formats.files import Source, refuse_overwriting, replacement
from junkfilter.formats.lots import PieceReader, Role
from junkfilter.formats.rejects import json_line
from junkfilter.formats.text import TextFormat
from junkfilter.report import Report

if TYPE_CHECKING:
    from junkfilter.training.simulate import InjuredPage
    from junkfilter.training.simulate.campaign import Campaign

_SIMULATE_OPTIONS = (
    click.option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write to FILE, which changes only if all is well; standard output without it.",
    ),
    click.option(
        "--attack",
        "attacks",
        multiple=True,
        metavar="NAME",
        help="Draw from this attack (docs/simulate.md has the names); may be given several times.  "
        "[default: all]",
    ),
    click.option(
        "--mix",
        type=click.IntRange(min=1),
        default=1,
        metavar="N",
        show_default=True,
        help="Attack a page in one to N ways.",
    ),
    click.option(
        "--copies",
        type=click.IntRange(min=1),
        default=1,
        metavar="N",
        show_default=True,
        help="Injured copies of each page.",
    ),
    click.option(
        "--page-lines",
        type=click.IntRange(min=1),
        metavar="N",
        help="Take so many lines of the input for a page: for corpora that have no pages.",
    ),
    click.option(
        "--dress",
        is_flag=True,
        help="Give pages honest lines of the web first: breadcrumbs, sources, copyright.",
    ),
    click.option(
        "--spam",
        metavar="FILE",
        help="Put in these whole lines: labelled lines, as `train` reads them; those labelled spam "
        "are used.  [default: generated ones]",
    ),
    click.option(
        "--split",
        type=click.Choice(["training", "evaluation"]),
        default="evaluation",
        show_default=True,
        help="Whose brands and phrases: those of the evaluation are in no training data.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        show_default=True,
        help="The same seed and pages give the same bytes.",
    ),
    click.option("--clean", is_flag=True, help="Add the clean page to each object."),
    verbosity_options[0],
)


@click.command()
@input_files
@format_options
@lambda command: apply_options(command, _SIMULATE_OPTIONS)
def simulate(
    *,
    files: tuple[str, ...],
    text_format: TextFormat,
    output: str | None,
    page_lines: int | None,
    clean: bool,
    quiet: bool,
    **plan: object,
) -> int:
    """Injure clean pages and say where.

    Reads honest pages from the files, or standard input, and puts spam and noise into them the way
    attackers do. Writes one JSON object a page, with the text and the cuts that a perfect cleaner
    makes. A page that offers no place for an attack is left out.

    \b
    Examples:
      junkfilter simulate articles.txt --page-lines 20 -o injured.jsonl
      junkfilter simulate -z --attack "title tail" --attack stutter < pages > injured.jsonl
    """
    paths = files or ("-",)
    target: tuple[str, str | int] = ("standard output", 1)
    if output is not None:
        target = (f"--output {output}", output)
    spam = plan["spam"]
    refuse_overwriting((*paths, *([spam] if isinstance(spam, str) else [])), [target])
    report = Report(notify=tell, quiet=quiet)
    if "-" in paths and sys.stdin is not None and sys.stdin.isatty():
        report.notice("reading from the terminal; end with Ctrl-D")
    campaign = _campaign(**plan)  # type: ignore[arg-type]
    with ExitStack() as stack:
        file = binary_output() if output is None else stack.enter_context(replacement(output))
        pages = _pages(paths, text_format, page_lines, report)
        _write(file, campaign, pages, report, clean=clean)
        if report.errors and output is not None:
            raise OutputError(f"{output}: not written, for an input could not be read")
    return report.exit_status()


def _write(
    file: BinaryIO,
    campaign: Campaign,
    pages: Iterable[tuple[str, int, str]],
    report: Report,
    *,
    clean: bool,
) -> None:
    number = written = 0
    for source, record, text in pages:
        number += 1
        for page in campaign.injured(text, number):
            file.write(json_line(_fields(source, record, page, clean=clean)))
            written += 1
    file.flush()
    wanted = number * campaign.copies
    if written < wanted:
        report.notice(f"{wanted - written} of {wanted} copies left out: no place to attack")


def _campaign(
    *,
    attacks: tuple[str, ...],
    mix: int,
    copies: int,
    dress: bool,
    spam: str | None,
    split: str,
    seed: int,
) -> Campaign:
    from junkfilter.formats.labelled import read_labelled
    from junkfilter.training.simulate import ATTACKS, Vocabulary
    from junkfilter.training.simulate.campaign import Campaign

    for name in attacks:
        if name not in ATTACKS:
            known = ", ".join(ATTACKS)
            raise click.UsageError(f"--attack {name}: there is no such attack; known are {known}")
    samples = read_labelled(Path(spam)) if spam is not None else []
    lines = [(each.text, each.family or "other") for each in samples if each.label == "spam"]
    if spam is not None and not lines:
        raise click.UsageError(f"--spam {spam}: has no line that is labelled spam")
    return Campaign(
        vocabulary=Vocabulary.load(split, lines),
        attacks=attacks,
        copies=copies,
        most_attacks=mix,
        dressed=dress,
        seed=seed,
    )


def _pages(
    paths: tuple[str, ...], text_format: TextFormat, page_lines: int | None, report: Report
) -> Iterator[tuple[str, int, str]]:
    """Source, record and text of every page with text in it; reports what cannot be read."""
    for path in paths:
        try:
            source = Source(path)
        except InputFormatError as error:
            report.error(error)
            continue
        with source:
            reader = PieceReader(source, text_format, name=source.name)
            for piece in reader:
                if piece is not None and piece.role is Role.PAGE:
                    for text in _divided(piece.text, page_lines):
                        yield source.name, piece.record, text
        for problem in (reader.refusal, source.error):
            if problem is not None:
                report.error(problem)


def _divided(text: str, page_lines: int | None) -> Iterator[str]:
    from junkfilter.page import BYTE_ORDER_MARK, split_lines

    ends = [line.stop for line in split_lines(text)]
    step = page_lines or max(1, len(ends))
    start = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0
    for first in range(0, len(ends), step):
        end = ends[min(first + step, len(ends)) - 1]
        if text[start:end].strip():
            yield text[start:end]
        start = end


def _fields(source: str, record: int, page: InjuredPage, *, clean: bool) -> dict[str, object]:
    cuts = [
        {
            "start": cut.start,
            "end": cut.end,
            "kind": cut.kind,
            "family": cut.family,
            "attack": cut.attack,
        }
        for cut in page.cuts
    ]
    fields: dict[str, object] = {
        "source": source,
        "record": record,
        "attacks": list(page.attacks),
        "converted": page.converted,
        "text": page.text,
        "cuts": cuts,
    }
    return fields | ({"clean": page.clean()} if clean else {})
