"""`junkfilter evaluate`: how good a model is, and whether it may replace another."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from junkfilter.cli.group import exit_status_help
from junkfilter.cli.options import apply_options, binary_output, tell
from junkfilter.policy import OPERATING_POINTS
from junkfilter.report import DONE, FOUND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from junkfilter.evaluation.evaluate import Evaluation
    from junkfilter.evaluation.table import Table
    from junkfilter.training.acceptance import Check


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateOptions:
    """What `evaluate` is asked to measure and to show."""

    clean: tuple[str, ...]
    known_ads: str | None
    as_pages: bool
    operating_point: str
    errors: int
    by_group: bool
    diff: str | None
    gate: str | None
    labels: tuple[str, ...]
    update_gate: bool
    allow_regression: bool
    as_json: bool
    markdown: bool

    def __post_init__(self) -> None:
        if self.as_json and self.markdown:
            raise click.UsageError("--json and --markdown do not go together")
        if self.update_gate and self.gate is None:
            raise click.UsageError("--update-gate needs --gate FILE")
        if self.allow_regression and not self.update_gate:
            raise click.UsageError("--allow-regression goes with --update-gate")
        if self.update_gate and self.gates_model:
            raise click.UsageError("--update-gate needs a file, and --gate names a model")
        if self.labels and not self.gates_model:
            raise click.UsageError("--labels goes with --gate MODEL")

    @property
    def gates_model(self) -> bool:
        """Whether the floors are those of another model, and not pinned in a file."""
        return self.gate is not None and (self.gate == "default" or Path(self.gate).is_dir())


_EVALUATE_OPTIONS = (
    click.option(
        "--clean",
        multiple=True,
        metavar="FILE",
        help="A corpus of honest text: lines, or JSON Lines of articles. May be given several "
        "times; promised false-positive rates are checked on each, on each folder and on all.",
    ),
    click.option(
        "--known-ads",
        metavar="FILE",
        help="Real ads in the clean corpora, `digest<TAB>reason` a line: figures are given with "
        "and without them. Digests are those of the listed false positives.",
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
        help="Whose errors to list, and whose verdicts to compare. Figures are given for all.",
    ),
    click.option(
        "--errors",
        type=click.IntRange(min=-1),
        default=20,
        show_default=True,
        metavar="N",
        help="List so many false positives and misses; -1 for all.",
    ),
    click.option("--by-group", is_flag=True, help="Show the figures of each group as well."),
    click.option(
        "--diff",
        metavar="MODEL",
        help="List the lines whose verdict differs from that of another model, honest ones first.",
    ),
    click.option(
        "--gate",
        metavar="MODEL|FILE",
        help="Exit with 1 if the model may not take the place of this one (`default`, or a "
        "folder), asked of lines that no label touched; or, for a file, if a figure is worse than "
        "the file pins. Either way without --clean lines nothing is accepted.",
    ),
    click.option(
        "--labels",
        multiple=True,
        metavar="FILE",
        help="With --gate MODEL: labels that were learned. What is nearly the same as one of their "
        "lines is left out; the very same lines are in any case.",
    ),
    click.option(
        "--update-gate",
        is_flag=True,
        help="Pin this data and better figures instead; refuses if one became worse.",
    ),
    click.option("--allow-regression", is_flag=True, help="Let --update-gate pin worse figures."),
    click.option("--json", "as_json", is_flag=True, help="Write one JSON object."),
    click.option("--markdown", is_flag=True, help="Write Markdown tables."),
)


@click.command(epilog=exit_status_help())
@click.argument("model")
@click.argument("data", metavar="[DATA]...", nargs=-1)
@lambda command: apply_options(command, _EVALUATE_OPTIONS)
def evaluate(*, model: str, data: tuple[str, ...], **given: object) -> int:
    """Measure a model on labelled lines and honest text.

    MODEL is a model's folder. DATA are labelled lines: `label<TAB>text`, JSON Lines or fastText.
    """
    options = EvaluateOptions(**given)  # type: ignore[arg-type]
    if not data and not options.clean:
        raise click.UsageError("nothing to measure with: give DATA or --clean FILE")
    evaluation = _evaluation(model, data, options)
    checks = _checks(model, evaluation, data, options) if options.gates_model else []
    shown = _tables(evaluation, data, options)
    if checks:
        from junkfilter.training.acceptance import acceptance_table

        shown.append(acceptance_table(checks))
    if options.as_json:
        from junkfilter.evaluation.summary import as_json

        _write(json.dumps(as_json(evaluation, shown), ensure_ascii=False, indent=1))
    else:
        from junkfilter.evaluation.table import markdown_table, text_table

        form = markdown_table if options.markdown else text_table
        _write("\n\n".join(map(form, shown)))
    failed = [f"{check.name}@{check.point}: {check.what}" for check in checks if not check.passed]
    for what in failed:
        tell(f"rejected: {what}")
    return FOUND if failed else _pass_gate(evaluation, options)


def _evaluation(model: str, data: Sequence[str], options: EvaluateOptions) -> Evaluation:
    from junkfilter.evaluation.files import evaluate_files, judge_for

    judge = judge_for(model)
    ads, as_pages = options.known_ads, options.as_pages
    return evaluate_files(judge, data, options.clean, known_ads=ads, as_pages=as_pages)


def _checks(
    model: str, evaluation: Evaluation, data: Sequence[str], options: EvaluateOptions
) -> list[Check]:
    """What the gate asks of a model that is to take another's place."""
    from junkfilter.training.acceptance import judged_against

    labels = tuple(map(Path, options.labels))
    before = _evaluation(str(options.gate), data, options)
    return judged_against(model, str(options.gate), evaluation, before, labels)


def _tables(evaluation: Evaluation, data: Sequence[str], options: EvaluateOptions) -> list[Table]:
    from junkfilter.evaluation.summary import difference_table, tables

    point = options.operating_point
    shown = [
        table
        for table in tables(evaluation, point=point, errors=options.errors)
        if options.by_group or table.name != "by_group"
    ]
    if options.diff is not None:
        from junkfilter.evaluation.difference import flips

        before = _evaluation(options.diff, data, options)
        shown.append(difference_table(flips(evaluation, before, point), point))
    return shown


def _pass_gate(evaluation: Evaluation, options: EvaluateOptions) -> int:
    from junkfilter.evaluation.gate import Gate, check, pinned, updated

    if options.gate is None or options.gates_model:
        return DONE
    path = Path(options.gate)
    if options.update_gate:
        if path.exists():
            loosen = options.allow_regression
            updated(Gate.read(path), evaluation, allow_regression=loosen).write(path)
        else:
            pinned(evaluation).write(path)
        return DONE
    violations = check(Gate.read(path), evaluation)
    for violation in violations:
        tell(f"{path}: {violation.name} {violation.what}")
    return FOUND if violations else DONE


def _write(text: str) -> None:
    output = binary_output()
    output.write(text.encode("utf-8", "surrogateescape") + b"\n")
    output.flush()
