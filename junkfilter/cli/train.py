"""`junkfilter train`: a model from labelled lines, a recipe, or an older model."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from junkfilter.cli.group import exit_status_help
from junkfilter.cli.options import apply_options, binary_output, tell, verbosity_options
from junkfilter.report import DONE

if TYPE_CHECKING:
    from junkfilter.training.run import Assignment, Written

_MOST_JOBS = 4
# Doubtful labels that are listed without --label-errors.
_LISTED = 20
_TRAIN_OPTIONS = (
    click.option(
        "-o",
        "--output",
        required=True,
        metavar="MODEL",
        help="Folder to write; a model there is replaced as a whole, anything else is refused.",
    ),
    click.option(
        "--labels",
        multiple=True,
        metavar="FILE",
        help="Labels of `junkfilter review`: the latest of each line is learned. May be given "
        "several times, and beside DATA.",
    ),
    click.option(
        "--recipe",
        metavar="FILE",
        help="A train.toml: sizes, seed, and the corpora to learn from.  "
        "[default: that of the base, or of the default model]",
    ),
    click.option(
        "--corpora", metavar="FOLDER", help="Where the corpora are that the recipe names."
    ),
    click.option(
        "--base",
        metavar="MODEL",
        help="Start from this model (`default` is the one that comes with junkfilter): learn DATA "
        "and move away from its weights no further than that takes.",
    ),
    click.option(
        "--clean",
        multiple=True,
        metavar="FILE",
        help="Honest text that sets the thresholds, lines or JSON Lines of articles; it is kept "
        "out of training. With fewer than 30,000 lines the thresholds stay as they are, and the "
        "promise is not proven.",
    ),
    click.option(
        "--label-errors",
        type=click.IntRange(min=-1),
        default=_LISTED,
        show_default=True,
        metavar="N",
        help="With --base: list so many labels that are probably wrong; -1 for all.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(min=1),
        metavar="N",
        help="Processes; the model does not depend on it.  [default: cores, at most 4]",
    ),
    click.option(
        "--seed",
        type=click.IntRange(min=0, max=(1 << 32) - 1),
        metavar="N",
        help="Use this seed, not the recipe's.",
    ),
    *verbosity_options,
)


class _Given(TypedDict):
    """What the command line says about the model to train, as click hands it over."""

    data: tuple[str, ...]
    labels: tuple[str, ...]
    output: str
    recipe: str | None
    corpora: str | None
    base: str | None
    clean: tuple[str, ...]
    jobs: int | None
    seed: int | None


@click.command(epilog=exit_status_help())
@click.argument("data", metavar="[DATA]...", nargs=-1)
@lambda command: apply_options(command, _TRAIN_OPTIONS)
def train(*, quiet: bool, verbose: bool, label_errors: int, **given: Unpack[_Given]) -> int:
    """Train a model.

    DATA are labelled lines: `label<TAB>text`, JSON Lines of `text` and `label`, or fastText; a
    label is text, spam, spam.FAMILY, boilerplate or garbled, and lines that are mixed are left
    out. They are learned beside the lines that come with junkfilter and the corpora of the recipe,
    or, with --base, by a model that knows those already. Without DATA and corpora the model learns
    from what comes with junkfilter alone.

    The table of promises and of spam found, with intervals, lines with contradictory labels, and
    labels that are probably wrong go to standard output; progress goes to standard error if that is
    a terminal. Whether the new model may replace the base says `evaluate --gate`.

    \b
    Examples:
      junkfilter train mine.tsv --base default -o my-model
      junkfilter train --base default --labels labels.db --clean clean.txt -o my-model
      junkfilter train --recipe train.toml --corpora CORPORA -o my-model
    """
    from junkfilter.training.run import train

    shows_progress = verbose or (not quiet and sys.stderr is not None and sys.stderr.isatty())
    written = train(
        _assignment(given),
        tell=_nothing if quiet else tell,
        progress=tell if shows_progress else _nothing,
    )
    binary_output().write(_report(written, label_errors).encode("utf-8", "replace"))
    return DONE


def _assignment(given: _Given) -> Assignment:
    from junkfilter.training.run import Assignment

    return Assignment(
        output=Path(given["output"]),
        data=tuple(map(Path, given["data"])),
        labels=tuple(map(Path, given["labels"])),
        recipe=_path(given["recipe"]),
        corpora=_folder(given["corpora"]),
        base=_base(given["base"]),
        clean=tuple(map(Path, given["clean"])),
        jobs=given["jobs"] or min(os.cpu_count() or 1, _MOST_JOBS),
        seed=given["seed"],
    )


def _report(written: Written, label_errors: int) -> str:
    """The tables that have rows, and the model's digest."""
    from junkfilter.evaluation.table import text_table
    from junkfilter.training import figures

    most = len(written.label_errors) if label_errors < 0 else label_errors
    tables = [
        *written.tables,
        figures.contradictions(written.contradictions),
        figures.doubtful_labels(written.label_errors, most=most),
    ]
    text = "\n\n".join(text_table(table) for table in tables if table.rows)
    return f"{text}\n\nmodel digest  {written.digest}\n"


def _path(given: str | None) -> Path | None:
    return None if given is None else Path(given)


def _folder(given: str | None) -> Path | None:
    if given is not None and not Path(given).is_dir():
        raise click.UsageError(f"--corpora {given}: is no folder")
    return _path(given)


def _base(given: str | None) -> Path | None:
    from junkfilter.model import default_model_folder

    return default_model_folder() if given == "default" else _path(given)


def _nothing(_message: str) -> None:
    pass
