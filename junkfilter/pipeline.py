"""The way of a stream: reader, filter, rejects, writer. Decides nothing about any page.

The order in which things reach the disk is a promise: the rejects of a page are written before what
is kept of it, so that whatever stops the program, what was cut can be read somewhere.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from typing import NamedTuple, Protocol

from junkfilter.errors import InputFormatError, OutputError
from junkfilter.formats.files import Replacement, Source
from junkfilter.formats.rejects import RejectsWriter
from junkfilter.formats.removals import JudgedPiece, judged_piece
from junkfilter.formats.text import Piece, Role, TextFormat, TextReader
from junkfilter.formats.writers import KeptWriter, PageWriter
from junkfilter.page import Page
from junkfilter.policy import DAMAGE, Policy
from junkfilter.report import Report
from junkfilter.results import Result

# Judging page by page costs four times as much as judging blocks of this size.
BATCH_BYTES = 256 << 10
# However small they are: a million empty pages between NULs are one block.
BATCH_PIECES = 8192


class PageFilter(Protocol):
    """What judges pages: a `JunkFilter`, or in tests anything that cuts."""

    def strip_pages(self, pages: Sequence[Page], /) -> Sequence[Result]:
        """One result for each page, in order."""


class Pipeline:
    """Takes inputs through a filter.

    Args:
        page_filter: judges the pages.
        writer: gets what is left, or what the run is asked for instead.
        report: counts.
        text_format: how streams are divided into pages.
        rejects: gets every cut, before the writer; None if nobody wants them.
    """

    def __init__(
        self,
        page_filter: PageFilter,
        writer: PageWriter,
        report: Report,
        *,
        text_format: TextFormat | None = None,
        rejects: RejectsWriter | None = None,
    ) -> None:
        self._filter = page_filter
        self._writer = writer
        self._report = report
        self._format = text_format or TextFormat()
        self._rejects = rejects

    def run(self, source: Source) -> bool:
        """Takes one input through; False if it was not judged to its end, with the error reported.

        What could be read of a broken input is written all the same.
        """
        reader = TextReader(source, self._format, name=source.name)
        self._report.inputs += 1
        for batch, paused in batches(reader):
            if batch:
                self._write(source.name, batch)
            if paused:
                self._writer.flush()
        self._writer.flush()
        if self._rejects is not None:
            self._rejects.finish_source(source.name)
        self._report.too_long += reader.too_long
        for error in (reader.refusal, source.error):
            if error is not None:
                self._report.error(error)
        return reader.refusal is None and source.error is None

    def _write(self, name: str, batch: Sequence[Piece]) -> None:
        judged = self._judge(name, batch)
        if self._rejects is not None:
            self._rejects.add(name, judged)
        self._writer.write(name, judged)

    def _judge(self, name: str, batch: Sequence[Piece]) -> list[JudgedPiece]:
        pages = [
            Page(piece.text, id=name, continuation=piece.continuation)
            for piece in batch
            if piece.role is Role.PAGE
        ]
        results = iter(self._filter.strip_pages(pages) if pages else ())
        judged: list[JudgedPiece] = []
        for piece in batch:
            if piece.role is Role.PAGE:
                judged.append(self._counted(name, piece, next(results)))
            else:
                judged.append(JudgedPiece(piece, (), piece.raw))
            self._report.bytes += len(piece.raw)
        return judged

    def _counted(self, name: str, piece: Piece, result: Result) -> JudgedPiece:
        judged = judged_piece(piece, result.cuts)
        lines = piece.lines + (not piece.raw.endswith((b"\n", b"\r")))
        self._report.add_page(
            lines,
            (removal.cut for removal in judged.removals),
            foreign=result.page_kind == "foreign",
            spam_page=result.page_kind == "spam" and bool(judged.kept),
            damaged=any(flag.kind == DAMAGE for flag in result.flags),
        )
        if result.page_kind == "spam":
            judged = judged._replace(page_kind="spam", page_score=result.page_score)
            what = "none of its spam is cut" if judged.kept else "nothing of it is left"
            self._report.notice(
                f"{name}:{piece.line}: page is spam as a whole "
                f"(score {result.page_score:.1f}): {what}"
            )
        self._report.removed_bytes += len(piece.raw) - len(judged.kept)
        if result.held_back:
            self._report.held_back += 1
            self._report.notice(
                f"{name}:{piece.line}: page passed through: more of it would have been cut than "
                "--max-removed allows"
            )
        return judged


def batches(reader: Iterable[Piece | None]) -> Iterator[tuple[list[Piece], bool]]:
    """Pieces in lots that are worth judging at once, and whether the stream pauses after them."""
    batch: list[Piece] = []
    size = 0
    for piece in reader:
        if piece is not None:
            batch.append(piece)
            size += len(piece.raw)
        if piece is None or size >= BATCH_BYTES or len(batch) >= BATCH_PIECES:
            yield batch, piece is None
            batch, size = [], 0
    yield batch, True


def run_path(pipeline: Pipeline, path: str, report: Report) -> None:
    """Takes an input through; if it cannot be opened that is reported, and others can be done."""
    try:
        source = Source(path)
    except InputFormatError as error:
        report.error(error)
        return
    with source:
        pipeline.run(source)


def strip_in_place(
    paths: Sequence[str],
    page_filter: PageFilter,
    report: Report,
    *,
    text_format: TextFormat,
    rejects_path: str,
    header: dict[str, object],
) -> None:
    """Replaces files by what is kept of them, all of them after the last has been judged.

    The rejects are in place and complete before the first file changes. A file without cuts, one
    that was not judged to its end and one that changed in the meantime stay as they are.

    Raises:
        OutputError: an output cannot be written, or the rejects exist: an earlier run's cuts would
            be lost with them.
    """
    _refuse_rejects_of_another_run(rejects_path)
    with ExitStack() as stack:
        rejects_file = stack.enter_context(Replacement(rejects_path))
        with RejectsWriter(rejects_file.file, header) as rejects:
            pipeline_to = partial(
                Pipeline, page_filter, report=report, text_format=text_format, rejects=rejects
            )
            contents = [_new_content(path, pipeline_to, report, stack) for path in paths]
        rejects_file.commit()
        for content in contents:
            if content is not None:
                _put_in_place(content, report)


class _NewContent(NamedTuple):
    """What a file is to be replaced by, and the file's state when it was opened to be judged."""

    replacement: Replacement
    before: os.stat_result


def _refuse_rejects_of_another_run(path: str) -> None:
    if os.path.lexists(path) and os.path.getsize(path) > 0:
        raise OutputError(
            f"{path}: exists, and may be all that is left of what an earlier run cut; "
            "name another file for --rejects"
        )


def _new_content(
    path: str, pipeline_to: Callable[[PageWriter], Pipeline], report: Report, stack: ExitStack
) -> _NewContent | None:
    """What is kept of a file, on the disk beside it; None if the file is to stay as it is."""
    try:
        source = Source(path)
    except InputFormatError as error:
        report.error(error)
        return None
    with source:
        before = os.fstat(source.fileno())
        replacement = stack.enter_context(Replacement(path))
        cuts = report.cut_count
        judged = pipeline_to(KeptWriter(replacement.file)).run(source)
    if not judged or report.cut_count == cuts:
        replacement.discard()
        return None
    replacement.finish()
    return _NewContent(replacement, before)


def _put_in_place(content: _NewContent, report: Report) -> None:
    path = content.replacement.path
    if _same_content(content.before, os.stat(path)):
        content.replacement.commit()
    else:
        report.error(f"{path}: changed while it was judged; left as it is")


def _same_content(before: os.stat_result, now: os.stat_result) -> bool:
    return (before.st_ino, before.st_size, before.st_mtime_ns) == (
        now.st_ino,
        now.st_size,
        now.st_mtime_ns,
    )


def rejects_header(
    policy: Policy, *, version: str, model_id: str, model_digest: str, in_place: bool = False
) -> dict[str, object]:
    """What the header of a rejects file says about the run."""
    return {
        "junkfilter": version,
        "model": {"id": model_id, "digest": model_digest},
        "policy": {
            "operating_point": policy.operating_point,
            "threshold": policy.threshold,
            "remove": sorted(policy.remove),
            "keep": sorted(policy.keep),
            "allow": _literals(policy.allow),
            "deny": _literals(policy.deny),
            "max_removed": policy.max_removed,
            "spans": policy.spans,
        },
        "in_place": in_place,
    }


def _literals(literals: Sequence[str]) -> dict[str, object]:
    joined = "".join(literal + "\n" for literal in literals).encode("utf-8", "surrogatepass")
    return {"count": len(literals), "sha256": hashlib.sha256(joined).hexdigest()}
