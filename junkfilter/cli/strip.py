"""`junkfilter strip`: cuts, and writes what is left or what else was asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from junkfilter.cli.format_options import input_options, opener
from junkfilter.cli.group import exit_status_help
from junkfilter.cli.long_work import LongWork, bytes_of, long_work_options, strip_to_folder
from junkfilter.cli.options import (
    FilterChoice,
    apply_options,
    binary_output,
    filter_options,
    input_files,
    tell,
    verbosity_options,
)
from junkfilter.cli.version import program_version
from junkfilter.errors import JunkfilterError, OutputError
from junkfilter.formats.compression import COMPRESSIONS
from junkfilter.formats.files import Identity, open_output, refuse_overwriting
from junkfilter.formats.rejects import RejectsWriter
from junkfilter.formats.writers import (
    AUTO,
    NONE,
    DiffWriter,
    KeptWriter,
    PageWriter,
    RemovedWriter,
    SilentWriter,
)
from junkfilter.report import Report

if TYPE_CHECKING:
    from junkfilter.conveyor import Conveyor
    from junkfilter.filter import JunkFilter
    from junkfilter.formats.detection import FormatOptions
    from junkfilter.judging import JudgedLot
    from junkfilter.passages import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class StripOptions:
    """What `strip` is asked to write."""

    rejects: str | None
    in_place: bool
    check: bool
    diff: bool
    invert: bool
    count: bool
    compress: str
    quiet: bool
    verbose: bool

    def __post_init__(self) -> None:
        shown = [
            name
            for name, given in (
                ("--diff", self.diff),
                ("--invert", self.invert),
                ("--count", self.count),
                ("--in-place", self.in_place),
            )
            if given
        ]
        if len(shown) > 1:
            raise click.UsageError(f"{' and '.join(shown)} do not go together")
        if self.check and (self.in_place or self.invert):
            raise click.UsageError(f"--check writes no text: leave out {shown[0]}")
        if self.rejects and (self.check or self.diff or self.invert or self.count):
            raise click.UsageError(
                "--rejects goes with the kept text only: leave out "
                + (shown[0] if shown else "--check")
            )
        if self.compress != AUTO and (shown or self.check):
            raise click.UsageError(
                f"--compress is for the kept text on standard output: leave out "
                f"{shown[0] if shown else '--check'}"
            )
        if self.in_place and not self.rejects:
            raise click.UsageError(
                "--in-place needs --rejects FILE: without it, what is cut would be lost"
            )

    def of_one_output(self) -> dict[str, bool]:
        """Options that do not go with a folder of outputs, and whether they were given."""
        return {
            "--in-place": self.in_place,
            "--check": self.check,
            "--diff": self.diff,
            "--invert": self.invert,
            "--count": self.count,
            "--compress": self.compress != AUTO,
        }

    def writer(self) -> PageWriter:
        """What writes to standard output."""
        if self.diff:
            return DiffWriter(binary_output())
        if self.check:
            return SilentWriter()
        output = binary_output()
        return RemovedWriter(output) if self.invert else KeptWriter(output, self.compress)


_STRIP_OPTIONS = (
    click.option(
        "--rejects",
        metavar="FILE",
        help="Write what is cut, where and why to FILE (JSON Lines); `junkfilter restore` puts it "
        "back.",
    ),
    click.option(
        "--in-place",
        is_flag=True,
        help="Replace the files by what is left of them, all or nothing; needs --rejects. "
        "Symlinks stay, hard links to a changed file keep the old content.",
    ),
    click.option(
        "--check",
        is_flag=True,
        help="Write no text; exit with 1 if something would be cut.",
    ),
    click.option("--diff", is_flag=True, help="Show the changes instead of the kept text."),
    click.option("--invert", is_flag=True, help="Write what would be cut, not what is kept."),
    click.option("--count", is_flag=True, help="Write the number of cuts of each file only."),
    click.option(
        "--compress",
        type=click.Choice([AUTO, NONE, *COMPRESSIONS]),
        default=AUTO,
        show_default=True,
        help="How to compress the kept text; auto does what the input does.",
    ),
    *verbosity_options,
)


@click.command(epilog=exit_status_help())
@input_files
@filter_options
@input_options
@lambda command: apply_options(command, _STRIP_OPTIONS)
@long_work_options
def strip(
    *,
    files: tuple[str, ...],
    choice: FilterChoice,
    inputs: FormatOptions,
    long_work: LongWork,
    **given: object,
) -> int:
    """Cut spam from pages and write what is left.

    Reads the files, or standard input without one or for `-`, and writes to standard output. What
    is kept is written byte for byte as it came. With --repair noise is cut as well, such as
    readings behind the hanzi.
    """
    options = StripOptions(**given)  # type: ignore[arg-type]
    paths = files or ("-",)
    memory = choice.site_memory is not None
    long_work.check(files, options.of_one_output(), memory=memory)
    _refuse_clashes(paths, choice, options, long_work)
    report = Report(notify=tell, quiet=options.quiet)
    if "-" in paths and sys.stdin is not None and sys.stdin.isatty():
        report.notice("reading from the terminal; end with Ctrl-D")
    page_filter = choice.load()
    _strip(paths, page_filter, report, inputs, options, long_work)
    if page_filter.site_memory is not None:
        page_filter.site_memory.commit()
    if report.bytes and not (report.pages or report.too_long or report.broken or report.errors):
        report.notice("no text was judged: no record has what --field or --column names")
    if not options.quiet and (options.verbose or sys.stderr.isatty()):
        _tell_summary(report, would=options.check or options.count or options.diff)
    return report.exit_status(check=options.check)


def _refuse_clashes(
    paths: tuple[str, ...], choice: FilterChoice, options: StripOptions, long_work: LongWork
) -> None:
    outputs: list[tuple[str, str | int]] = []
    if options.in_place:
        _refuse_repeated(paths)
    elif long_work.output_dir is None:
        outputs.append(("standard output", 1))
    if long_work.summary is not None:
        outputs.append((f"--summary {long_work.summary}", long_work.summary))
    if options.rejects == "-":
        raise click.UsageError("--rejects needs a file: standard output has the kept text")
    if options.rejects is not None:
        outputs.append((f"--rejects {options.rejects}", options.rejects))
    refuse_overwriting((*paths, *choice.read_files), outputs)


def _refuse_repeated(paths: tuple[str, ...]) -> None:
    if "-" in paths:
        raise click.UsageError("--in-place needs files: standard input cannot be replaced")
    seen: set[tuple[int, int]] = set()
    for path in paths:
        identity = Identity.of(path)
        if identity is None:
            continue
        if (identity.device, identity.inode) in seen:
            raise OutputError(f"{path}: the same file is named twice")
        seen.add((identity.device, identity.inode))


def _strip(
    paths: tuple[str, ...],
    page_filter: JunkFilter,
    report: Report,
    inputs: FormatOptions,
    options: StripOptions,
    long_work: LongWork,
) -> None:
    from junkfilter.conveyor import Conveyor
    from junkfilter.judging import judge_lot
    from junkfilter.passages import opened

    open_input = opener(inputs, verbose=options.verbose)
    run = _header(page_filter, in_place=options.in_place)
    if long_work.output_dir is not None:
        strip_to_folder(
            paths,
            page_filter,
            report,
            long_work,
            rejects=options.rejects,
            run=run,
            inputs=inputs,
            open_input=open_input,
        )
        return
    with long_work.watched(report, run, total=bytes_of(paths)) as watch:
        stops = inputs.on_error == "stop"
        conveyor = Conveyor(page_filter, judge_lot, report, stop_at_problem=stops, **watch)
        passages = opened(paths, open_input)
        if options.in_place:
            from junkfilter.in_place import strip_in_place

            rejects = str(options.rejects)
            strip_in_place(passages, conveyor, report, rejects_path=rejects, header=run)
        else:
            try:
                _strip_to_output(passages, conveyor, options, run, single=len(paths) == 1)
            except JunkfilterError as error:
                if len(paths) == 1:
                    raise
                raise JunkfilterError(f"{error}; {conveyor.standing()}") from error


def _strip_to_output(
    passages: Iterable[Passage],
    conveyor: Conveyor[JudgedLot],
    options: StripOptions,
    run: dict[str, object],
    *,
    single: bool,
) -> None:
    from junkfilter.pipeline import CountReceiver, OutputReceiver

    with ExitStack() as stack:
        rejects = None
        if options.rejects is not None:
            file = stack.enter_context(open_output(options.rejects))
            rejects = stack.enter_context(RejectsWriter(file, run, single=single))
        if options.count:
            conveyor.take(passages, CountReceiver(binary_output(), named=not single))
        else:
            conveyor.take(passages, OutputReceiver(options.writer(), rejects))


def _header(page_filter: JunkFilter, *, in_place: bool) -> dict[str, object]:
    from junkfilter.pipeline import rejects_header

    return rejects_header(
        page_filter.policy,
        version=program_version(),
        model_id=page_filter.model.id,
        model_digest=page_filter.model.digest,
        in_place=in_place,
    )


def _tell_summary(report: Report, *, would: bool) -> None:
    if report.bytes == 0 and not report.errors:
        tell("read zero lines: the input is empty; did the command before the pipe fail?")
    else:
        tell(report.summary(would=would))
