"""`junkfilter report-miss` and `report-false`: single cases, for the next training."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from junkfilter.cli.options import FilterChoice, apply_options, tell, verbosity_options
from junkfilter.errors import InputFormatError
from junkfilter.policy import FAMILIES, Policy
from junkfilter.report import DONE

if TYPE_CHECKING:
    from junkfilter.labels.cases import Reported
    from junkfilter.labels.store import LabelStore

_CASE_OPTIONS = (
    click.option(
        "--labels",
        required=True,
        metavar="FILE",
        help="Add the lines to this file of labels, which is made if there is none.",
    ),
    click.option(
        "--host", default="", metavar="HOST", help="The site that the lines come from, if known."
    ),
    click.option(
        "--annotator",
        default="report",
        show_default=True,
        metavar="NAME",
        help="Who says so.",
    ),
    click.option(
        "--model", type=click.Path(), metavar="FOLDER", help="Use this model, not the default one."
    ),
    *verbosity_options,
)
_text = click.argument("text", metavar="TEXT|-|FILE")


@click.command(name="report-miss")
@_text
@lambda command: apply_options(command, _CASE_OPTIONS)
@click.option(
    "--family", type=click.Choice(FAMILIES), default=None, help="Family of the spam, if known."
)
def report_miss(*, text: str, family: str | None, **case: Any) -> int:
    """Remember spam that was not found.

    What is the name of a file is read as one, `-` is standard input, anything else is the text
    itself. Each line that is not blank is labelled as spam, for the next training. Whoever labels
    it again later overrules that.

    \b
    Example:
      junkfilter report-miss '天龙私服 今日开区' --family game --labels labels.db
    """
    from junkfilter.labels import cases

    return _reported(text, cases.report_miss, "are found already", family=family or "", **case)


@click.command(name="report-false")
@_text
@lambda command: apply_options(command, _CASE_OPTIONS)
def report_false(*, text: str, **case: Any) -> int:
    """Remember honest lines that were taken for spam.

    Like report-miss; each line is labelled as text.
    """
    from junkfilter.labels import cases

    return _reported(text, cases.report_false, "are kept already", **case)


def _reported(
    text: str,
    report: Callable[..., Reported],
    already: str,
    *,
    labels: str,
    model: str | None,
    quiet: bool,
    verbose: bool,
    **case: str,
) -> int:
    """Reports the lines of a text or file, and says what became of them."""
    from junkfilter.labels.store import LabelStore

    lines, source = _lines(text, labels)
    page_filter = FilterChoice(Policy(), model, ()).load()
    store: LabelStore
    with LabelStore.open(labels) as store:
        done = report(store, lines, source=source, page_filter=page_filter, **case)
    if done.refused and not quiet:
        tell(f"{done.refused} lines are too long and were not labelled")
    if not verbose and (quiet or sys.stderr is None or not sys.stderr.isatty()):
        return DONE
    counts = [f"{done.lines} lines labelled in {labels}"]
    counts += [f"{done.right} of them {already}, each judged alone"] if done.right else []
    tell("; ".join(counts))
    return DONE


def _lines(text: str, labels: str) -> tuple[str, str]:
    """The reported text, and what it comes from.

    Raises:
        InputFormatError: the file cannot be read, or is the file of labels.
    """
    if text != "-" and not os.path.exists(text):
        return text, ""
    if text != "-" and os.path.exists(labels) and os.path.samefile(text, labels):
        raise InputFormatError("is the file of labels", path=text)
    try:
        data = sys.stdin.buffer.read() if text == "-" else Path(text).read_bytes()
    except OSError as error:
        raise InputFormatError(f"cannot be read: {error.strerror}", path=text) from None
    if b"\0" in data:
        raise InputFormatError("binary data", path=text, advice="give text in UTF-8")
    name = "<stdin>" if text == "-" else text
    return data.decode("utf-8", "surrogateescape").removeprefix("\ufeff"), name
