"""`junkfilter strip`: cuts, and writes what is left or what else was asked for."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from junkfilter.cli.group import exit_status_help
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
from junkfilter.cli.version import program_version
from junkfilter.errors import OutputError
from junkfilter.formats.files import Identity, open_output, refuse_overwriting
from junkfilter.formats.rejects import RejectsWriter
from junkfilter.formats.text import TextFormat
from junkfilter.formats.writers import (
    DiffWriter,
    KeptWriter,
    PageWriter,
    RemovedWriter,
    SilentWriter,
)
from junkfilter.report import Report

if TYPE_CHECKING:
    from junkfilter.filter import JunkFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class StripOptions:
    """What `strip` is asked to write."""

    rejects: str | None
    in_place: bool
    check: bool
    diff: bool
    invert: bool
    count: bool
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
        if self.in_place and not self.rejects:
            raise click.UsageError(
                "--in-place needs --rejects FILE: without it, what is cut would be lost"
            )

    def writer(self) -> PageWriter:
        """What writes to standard output."""
        if self.diff:
            return DiffWriter(binary_output())
        if self.check or self.count:
            return SilentWriter()
        return RemovedWriter(binary_output()) if self.invert else KeptWriter(binary_output())


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
    *verbosity_options,
)


@click.command(epilog=exit_status_help())
@input_files
@filter_options
@format_options
@lambda command: apply_options(command, _STRIP_OPTIONS)
def strip(
    *, files: tuple[str, ...], choice: FilterChoice, text_format: TextFormat, **given: object
) -> int:
    """Cut spam from pages and write what is left.

    Reads the files, or standard input without one or for `-`, and writes to standard output. What
    is kept is written byte for byte as it came. With --repair noise is cut as well, such as
    readings behind the hanzi.
    """
    options = StripOptions(**given)  # type: ignore[arg-type]
    paths = files or ("-",)
    _refuse_clashes(paths, choice, options)
    report = Report(notify=tell, quiet=options.quiet)
    if "-" in paths and sys.stdin is not None and sys.stdin.isatty():
        report.notice("reading from the terminal; end with Ctrl-D")
    page_filter = choice.load()
    if options.in_place:
        _strip_in_place(paths, page_filter, report, text_format, str(options.rejects))
    else:
        _strip_to_output(paths, page_filter, report, text_format, options)
    if page_filter.site_memory is not None:
        page_filter.site_memory.commit()
    if not options.quiet and (options.verbose or sys.stderr.isatty()):
        _tell_summary(report, would=options.check or options.count or options.diff)
    return report.exit_status(check=options.check)


def _refuse_clashes(paths: tuple[str, ...], choice: FilterChoice, options: StripOptions) -> None:
    outputs: list[tuple[str, str | int]] = []
    if options.in_place:
        _refuse_repeated(paths)
    else:
        outputs.append(("standard output", 1))
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


def _strip_to_output(
    paths: tuple[str, ...],
    page_filter: JunkFilter,
    report: Report,
    text_format: TextFormat,
    options: StripOptions,
) -> None:
    from junkfilter.pipeline import Pipeline, run_path

    with ExitStack() as stack:
        writer = options.writer()
        rejects = None
        if options.rejects is not None:
            file = stack.enter_context(open_output(options.rejects))
            header = _header(page_filter, in_place=False)
            rejects = stack.enter_context(RejectsWriter(file, header, single=len(paths) == 1))
        pipeline = Pipeline(page_filter, writer, report, text_format=text_format, rejects=rejects)
        for path in paths:
            before = report.cut_count
            run_path(pipeline, path, report)
            if options.count:
                name = f"{path}:" if len(paths) > 1 else ""
                line = f"{name}{report.cut_count - before}\n"
                binary_output().write(line.encode("utf-8", "surrogateescape"))
        if options.count:
            binary_output().flush()


def _strip_in_place(
    paths: tuple[str, ...],
    page_filter: JunkFilter,
    report: Report,
    text_format: TextFormat,
    rejects: str,
) -> None:
    from junkfilter.pipeline import strip_in_place

    strip_in_place(
        paths,
        page_filter,
        report,
        text_format=text_format,
        rejects_path=rejects,
        header=_header(page_filter, in_place=True),
    )


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
