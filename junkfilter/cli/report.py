"""`junkfilter report`: what there is to know about a model, as one HTML page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from junkfilter.cli.options import apply_options, binary_output
from junkfilter.formats.files import refuse_overwriting, replacement
from junkfilter.policy import OPERATING_POINTS
from junkfilter.report import DONE

if TYPE_CHECKING:
    from junkfilter.evaluation.evaluate import Evaluation
    from junkfilter.filter import JunkFilter
    from junkfilter.presentation.drift import Drift


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """What `report` is asked to measure and to show."""

    data: tuple[str, ...]
    output: str
    clean: tuple[str, ...]
    base: str | None
    known_ads: str | None
    as_pages: bool
    operating_point: str
    errors: int

    def files(self) -> tuple[str, ...]:
        """The files that are read."""
        return (*self.data, *self.clean, *([self.known_ads] if self.known_ads else []))


_REPORT_OPTIONS = (
    click.option(
        "-o",
        "--output",
        metavar="FILE",
        required=True,
        help="Write the report to FILE: one HTML page that needs nothing else; `-` is standard "
        "output.",
    ),
    click.option(
        "--clean",
        multiple=True,
        metavar="FILE",
        help="A corpus of honest text: lines, or JSON Lines of articles. May be given several "
        "times; promised false-positive rates are checked on it.",
    ),
    click.option(
        "--base",
        metavar="MODEL",
        help="Compare with another model, such as the one before: what flips, and how far scores "
        "moved.",
    ),
    click.option(
        "--known-ads",
        metavar="FILE",
        help="Real ads in the clean corpora, `digest<TAB>reason` a line: no false positives.",
    ),
    click.option(
        "--as-pages",
        is_flag=True,
        help="Judge the lines of a group (host, article) as one page, and whole articles of the "
        "clean corpora; without it every line is a page of its own.",
    ),
    click.option(
        "--operating-point",
        type=click.Choice(list(OPERATING_POINTS)),
        default="precision",
        show_default=True,
        help="Whose errors to list. Figures are given for all.",
    ),
    click.option(
        "--errors",
        type=click.IntRange(min=-1),
        default=20,
        show_default=True,
        metavar="N",
        help="List so many false positives and misses; -1 for all.",
    ),
)


@click.command()
@click.argument("model")
@click.argument("data", metavar="[DATA]...", nargs=-1)
@lambda command: apply_options(command, _REPORT_OPTIONS)
def report(*, model: str, **given: object) -> int:
    """Write a report on a model, as one HTML page.

    MODEL is a model's folder, or `default`. DATA are labelled lines, as for `evaluate`: curves,
    score histograms, promised and observed false positives, recall by family and file, the worst
    errors with their evidence, and the speed, each with a sentence on how to read it. Needs
    matplotlib: pip install 'junkfilter[report]'.
    """
    options = ReportOptions(**given)  # type: ignore[arg-type]
    if not options.data and not options.clean:
        raise click.UsageError("nothing to measure with: give DATA or --clean FILE")
    if options.output != "-":
        refuse_overwriting(options.files(), [(f"--output {options.output}", options.output)])
    document = _document(model, options).encode()
    if options.output == "-":
        binary_output().write(document)
        binary_output().flush()
    else:
        with replacement(options.output) as file:
            file.write(document)
    return DONE


def _document(model: str, options: ReportOptions) -> str:
    from junkfilter.evaluation.files import judge_for
    from junkfilter.extras import require
    from junkfilter.presentation.model_facts import known_files
    from junkfilter.presentation.report import model_report
    from junkfilter.presentation.report_html import report_page

    require("matplotlib", "report")  # said before minutes of judging, not after
    judge = judge_for(model)
    evaluation = _evaluation(judge, options)
    found = model_report(
        judge,
        evaluation,
        point=options.operating_point,
        errors=options.errors,
        drift=_drift(evaluation, options),
        known_files=known_files(judge.model, (*options.data, *options.clean)),
    )
    return report_page(found)


def _evaluation(judge: JunkFilter, options: ReportOptions) -> Evaluation:
    from junkfilter.evaluation.files import evaluate_files

    return evaluate_files(
        judge,
        options.data,
        options.clean,
        known_ads=options.known_ads,
        as_pages=options.as_pages,
    )


def _drift(evaluation: Evaluation, options: ReportOptions) -> Drift | None:
    from junkfilter.evaluation.files import judge_for
    from junkfilter.presentation.drift import drift

    if options.base is None:
        return None
    before = _evaluation(judge_for(options.base), options)
    return drift(evaluation, before, options.operating_point)
