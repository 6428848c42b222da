"""Options for long work: several processes, a progress bar, a summary, a folder of outputs."""

from __future__ import annotations

import gc
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, TypedDict

import click

from junkfilter.cli.options import apply_options, tell
from junkfilter.report import Report

if TYPE_CHECKING:
    from junkfilter.filter import JunkFilter
    from junkfilter.formats.detection import FormatOptions
    from junkfilter.passages import Opener
    from junkfilter.progress import Progress
    from junkfilter.summary import Summary

_JOBS_OPTION = click.option(
    "-j",
    "--jobs",
    type=int,
    default=1,
    metavar="N",
    show_default=True,
    help="Judge in N processes; -1 for as many as there are cores. The output is the same.",
)
_PROGRESS_OPTION = click.option(
    "--progress/--no-progress",
    default=None,
    help="Show a progress bar on the terminal, or none. Without it there is one if standard error "
    "is a terminal, the text does not go there too, and tqdm is installed.",
)
_STRIP_OPTIONS = (
    click.option(
        "--summary",
        metavar="FILE",
        help="Write to FILE, as JSON, what was found in each input and in all.",
    ),
    click.option(
        "--output-dir",
        metavar="FOLDER",
        help="Write what is left of each file to a file of the same name in FOLDER, and its "
        "rejects beside it (or below the folder that --rejects names). Folders are gone through.",
    ),
    click.option(
        "--resume",
        is_flag=True,
        help="Go on with what an earlier run began in --output-dir: files that it finished are "
        "left out.",
    ),
)


class _Watch(TypedDict):
    jobs: int
    progress: Progress
    summary: Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class LongWork:
    """How a run is done that takes long.

    Attributes:
        jobs: number of processes, at least 1.
        progress: whether a bar is wanted; None if nothing was said.
        summary: file for the summary; None for none.
        output_dir: folder for the outputs; None for standard output.
        resume: go on with an earlier run.
    """

    jobs: int = 1
    progress: bool | None = None
    summary: str | None = None
    output_dir: str | None = None
    resume: bool = False

    def check(self, paths: Sequence[str], others: Mapping[str, bool], *, memory: bool) -> None:
        """Refuses what does not go together.

        Args:
            paths: the inputs as given; empty for standard input.
            others: options that write something else, and whether they were given.
            memory: whether there is a site memory.

        Raises:
            UsageError: says what to leave out.
        """
        if self.output_dir is None:
            if self.resume:
                raise click.UsageError("--resume is for --output-dir: name the folder as well")
            return
        given = [name for name, is_given in others.items() if is_given]
        if given:
            raise click.UsageError(f"--output-dir and {given[0]} do not go together")
        if not paths or "-" in paths:
            raise click.UsageError("--output-dir needs files or folders to read")
        if memory and self.resume:
            raise click.UsageError(
                "--resume and --site-memory do not go together: what the stopped run saw of sites "
                "is lost, and the memory may be another one by now"
            )

    @contextmanager
    def watched(
        self, report: Report, run: Mapping[str, object], *, total: int | None
    ) -> Iterator[_Watch]:
        """What a conveyor needs to know of this; around all that the run does.

        Args:
            report: its messages go through the progress bar from now on.
            run: what decided, for the summary.
            total: bytes of all inputs; None if they are not known.
        """
        from junkfilter.progress import progress_on
        from junkfilter.summary import Summary

        if self.progress is False or sys.stderr is None or (report.quiet and not self.progress):
            progress = progress_on(None, tell, total=None)
        else:
            progress = progress_on(
                sys.stderr,
                tell,
                total=total,
                asked=bool(self.progress),
                shares_terminal=self.output_dir is None and _is_terminal(0, 1),
            )
        report.notify = progress.tell
        # Modules and model stay: a collection that does not go through them leaves a tenth more
        # time for JSON Lines (2026-11-23).
        gc.freeze()
        try:
            with Summary(self.summary, run, report) as summary:
                yield {"jobs": self.jobs, "progress": progress, "summary": summary}
        finally:
            progress.close()
            report.notify = tell


def jobs_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds -j and --progress; the command gets them as `long_work`."""
    return apply_options(_with_long_work(command), (_JOBS_OPTION, _PROGRESS_OPTION))


def long_work_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds all options for long work; the command gets them as `long_work`."""
    return apply_options(
        _with_long_work(command), (_JOBS_OPTION, _PROGRESS_OPTION, *_STRIP_OPTIONS)
    )


def _with_long_work(command: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(command)
    def with_long_work(
        *,
        jobs: int,
        progress: bool | None,
        summary: str | None = None,
        output_dir: str | None = None,
        resume: bool = False,
        **others: Any,
    ) -> Any:
        if jobs != 1:
            from junkfilter.workers import number_of_jobs

            jobs = number_of_jobs(jobs)
        long_work = LongWork(
            jobs=jobs, progress=progress, summary=summary, output_dir=output_dir, resume=resume
        )
        return command(long_work=long_work, **others)

    return with_long_work


def strip_to_folder(
    paths: Sequence[str],
    page_filter: JunkFilter,
    report: Report,
    long_work: LongWork,
    *,
    rejects: str | None,
    run: Mapping[str, object],
    inputs: FormatOptions,
    open_input: Opener,
) -> None:
    """Writes what is left of each file to the folder of outputs.

    Args:
        paths: files and folders.
        page_filter: judges the pages.
        report: counts.
        long_work: has the folder.
        rejects: folder for rejects; None to have them beside the pages.
        run: what decided, as it stands in rejects.
        inputs: how they are read.
        open_input: opens an input.
    """
    from junkfilter.conveyor import Conveyor
    from junkfilter.input_tree import InputTree
    from junkfilter.judging import judge_lot
    from junkfilter.output_tree import OutputTree
    from junkfilter.tree_run import digest_of, refuse_nested, strip_tree, survey

    folder = str(long_work.output_dir)
    refuse_nested(paths, dict.fromkeys((folder, rejects or folder)))
    files = InputTree(paths, rejects_beside=rejects is None)
    files.check(report.notice)
    with OutputTree(
        folder,
        rejects or folder,
        {
            **run,
            "inputs": inputs.as_json(),
            "site_memory": page_filter.site_memory is not None,
        },
        resume=long_work.resume,
        digest=partial(digest_of, open_input=open_input),
    ) as tree:
        plan = survey(files, tree)
        if plan.finished:
            report.notice(f"{plan.finished} of {plan.files} files were finished before")
        stops = inputs.on_error == "stop"
        with long_work.watched(report, run, total=plan.bytes) as watch:
            strip_tree(
                files,
                tree,
                Conveyor(page_filter, judge_lot, report, stop_at_problem=stops, **watch),
                header=run,
                open_input=open_input,
                number=plan.files,
            )


def bytes_of(paths: Iterable[str]) -> int | None:
    """Bytes of all inputs together; None if one of them is no file."""
    total = 0
    for path in paths:
        try:
            status = os.stat(0 if path == "-" else path)
        except (OSError, ValueError):
            continue  # is reported when it is opened
        if not stat.S_ISREG(status.st_mode):
            return None
        total += status.st_size
    return total


def _is_terminal(*descriptors: int) -> bool:
    return any(map(os.isatty, descriptors))
