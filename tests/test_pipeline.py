"""The way of a stream, with filters that cut where the test says."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junkfilter.conveyor import Conveyor
from junkfilter.errors import OutputError
from junkfilter.formats.files import Source
from junkfilter.formats.rejects import RejectsWriter
from junkfilter.formats.restore import Restoration
from junkfilter.formats.text import TextFormat
from junkfilter.formats.writers import KeptWriter
from junkfilter.in_place import strip_in_place
from junkfilter.judging import BATCH_BYTES, judge_lot
from junkfilter.page import Cut, Page, apply
from junkfilter.passages import Input, opened
from junkfilter.pipeline import Pipeline, open_text, run_path
from junkfilter.report import Report
from junkfilter.results import Result

WORDS = [b"\n", b"\r", b"\r\n", b"--", b"\0", b"\xef\xbb\xbf", b"\xff", "\u2028".encode(), b"a"]
WORDS += ["字".encode(), b"x" * 9000]


class FixedFilter:
    """Cuts every page at the same places, as far as it has them."""

    def __init__(self, *spans: tuple[int, int]) -> None:
        self._spans = spans
        self.batches: list[list[Page]] = []

    def strip_pages(self, pages: Sequence[Page], /) -> list[Result]:
        """A result with the fitting cuts for each page."""
        self.batches.append(list(pages))
        return [self._result(page.text) for page in pages]

    def _result(self, text: str) -> Result:
        cuts = tuple(
            Cut(start, end, "spam", "adult", 9.0) for start, end in self._spans if end <= len(text)
        )
        return Result(apply(text, cuts)[0], cuts)


def source(tmp_path: Path, data: bytes, name: str = "page.txt") -> str:
    """The path of a new file."""
    path = tmp_path / name
    path.write_bytes(data)
    return str(path)


@settings(max_examples=60, deadline=None)
@given(
    data=st.lists(st.sampled_from(WORDS), max_size=30).map(b"".join),
    spans=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), max_size=5),
    separator=st.sampled_from([b"", b"--", b"\0"]),
    by_line=st.booleans(),
)
def test_any_cuts_of_any_bytes_can_be_restored(
    tmp_path_factory: pytest.TempPathFactory,
    data: bytes,
    spans: list[tuple[int, int]],
    separator: bytes,
    by_line: bool,
) -> None:
    """What the pipeline writes and rejects is, together, the input."""
    path = source(tmp_path_factory.mktemp("law"), data)
    cutter = FixedFilter(*((start, start + length) for start, length in spans))
    kept, rejects = io.BytesIO(), io.BytesIO()
    with RejectsWriter(rejects, {}, single=True) as rejects_writer:
        pipeline = Pipeline(
            cutter,
            KeptWriter(kept),
            Report(),
            rejects=rejects_writer,
        )
        text_format = TextFormat(separator, by_line=by_line)
        run_path(pipeline, path, Report(), lambda path: Input(Source(path), text_format))
    assert data == b"".join(Restoration(kept, rejects).blocks())


def test_rejects_are_written_before_what_is_kept(tmp_path: Path) -> None:
    """When kept bytes leave the program, the cuts around them are in the rejects file."""
    order: list[str] = []

    class Noted(io.BytesIO):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        def write(self, data: object, /) -> int:
            order.append(self.name)
            return super().write(data)  # type: ignore[arg-type]

    with RejectsWriter(Noted("rejects"), {}) as rejects:
        order.clear()
        pipeline = Pipeline(
            FixedFilter((0, 1)), KeptWriter(Noted("kept")), Report(), rejects=rejects
        )
        run_path(pipeline, source(tmp_path, b"ab\n"), Report())
    assert order[:2] == ["rejects", "kept"]


def test_small_pages_are_judged_in_batches(tmp_path: Path) -> None:
    """A million small pages are not judged one by one."""
    page = b"x" * 1000 + b"\0"
    cutter = FixedFilter()
    pipeline = Pipeline(cutter, KeptWriter(io.BytesIO()), Report())
    with Source(source(tmp_path, page * 1000)) as pages:
        pipeline.run(pages, TextFormat(b"\0"))
    assert sum(map(len, cutter.batches)) == 1000
    assert len(cutter.batches) <= 1000 * len(page) / BATCH_BYTES + 1


def test_a_pause_of_the_stream_ends_a_lot() -> None:
    """What is complete when the input pauses is not held back."""
    reader, writer = os.pipe()
    with open(reader, "rb", buffering=0) as stream, open(writer, "wb", buffering=0) as feed:
        lots = TextFormat(b"\0").lots(stream)
        feed.write(b"first\0second")
        lot, pause = next(lots), next(lots)
    assert (lot and lot.raw, pause) == (b"first\0", None)


def test_a_page_that_is_no_text_passes(tmp_path: Path) -> None:
    """Binary input is written as it came, never judged, and the run fails."""
    kept, report, cutter = io.BytesIO(), Report(), FixedFilter((0, 1))
    pipeline = Pipeline(cutter, KeptWriter(kept), report)
    run_path(pipeline, source(tmp_path, b"PK\0\0"), report)
    assert (kept.getvalue(), cutter.batches, report.exit_status()) == (b"PK\0\0", [], 2)


def test_held_back_and_foreign_pages_are_counted(tmp_path: Path) -> None:
    """A page that --max-removed protects is reported with its place; a foreign one is counted."""

    class Careful(FixedFilter):
        def _result(self, text: str) -> Result:
            return Result(text, page_kind="foreign", held_back=True)

    heard: list[str] = []
    report = Report(notify=heard.append)
    pipeline = Pipeline(Careful(), KeptWriter(io.BytesIO()), report)
    run_path(pipeline, source(tmp_path, b"a\n"), report)
    assert (report.held_back, report.foreign, len(heard)) == (1, 1, 1)
    assert "page.txt:1: page passed through" in heard[0]


def test_a_read_error_keeps_what_was_read(tmp_path: Path) -> None:
    """If reading breaks off, what came before is written, and the error is reported."""

    class Breaking(Source):
        reads = 0

        def read(self, size: int, /) -> bytes | None:
            self.reads += 1
            if self.reads > 1:
                os.close(self.file.fileno())
            return super().read(size)

    kept, report = io.BytesIO(), Report()
    broken = Breaking(source(tmp_path, b"abc\n"))
    assert not Pipeline(FixedFilter((0, 1)), KeptWriter(kept), report).run(broken)
    assert (kept.getvalue(), report.errors) == (b"bc\n", 1)
    with pytest.raises(OSError, match="Bad file descriptor"):
        broken.file.close()


def in_place(paths: list[str], cutter: FixedFilter, rejects: str) -> Report:
    """Runs `strip_in_place`."""
    report = Report()
    conveyor = Conveyor(cutter, judge_lot, report)
    passages = opened(paths, open_text)
    strip_in_place(passages, conveyor, report, rejects_path=rejects, header={"in_place": True})
    return report


def test_in_place_changes_what_has_cuts_and_nothing_else(tmp_path: Path) -> None:
    """A file without cuts keeps its inode; a changed one can be restored from the rejects."""
    long, short = source(tmp_path, b"abc\n", "long"), source(tmp_path, b"a", "short")
    untouched = Path(short).stat()
    rejects = tmp_path / "rejects"
    in_place([long, short], FixedFilter((0, 3)), str(rejects))
    assert (Path(long).read_bytes(), Path(short).read_bytes()) == (b"\n", b"a")
    now = Path(short).stat()
    assert (untouched.st_ino, untouched.st_mtime_ns) == (now.st_ino, now.st_mtime_ns)
    with open(long, "rb") as kept, open(rejects, "rb") as file:
        assert b"".join(Restoration(kept, file).blocks()) == b"abc\n"


def test_in_place_that_is_stopped_changes_nothing(tmp_path: Path) -> None:
    """Ctrl-C in the second file leaves the first as it was, and no temporary file."""

    class Stopped(FixedFilter):
        def strip_pages(self, pages: Sequence[Page], /) -> list[Result]:
            if self.batches:
                raise KeyboardInterrupt
            return super().strip_pages(pages)

    paths = [source(tmp_path, b"abc", "a"), source(tmp_path, b"abc", "b")]
    with pytest.raises(KeyboardInterrupt):
        in_place(paths, Stopped((0, 1)), str(tmp_path / "rejects"))
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a": b"abc", "b": b"abc"}


def test_in_place_never_overwrites_rejects(tmp_path: Path) -> None:
    """Rejects of an earlier run may be all that is left of what it cut."""
    path, rejects = source(tmp_path, b"abc"), source(tmp_path, b"{}\n", "rejects")
    with pytest.raises(OutputError, match="exists"):
        in_place([path], FixedFilter((0, 1)), rejects)
    assert (Path(path).read_bytes(), Path(rejects).read_bytes()) == (b"abc", b"{}\n")


def test_in_place_leaves_a_file_that_changed_meanwhile(tmp_path: Path) -> None:
    """A file that somebody else writes while it is judged is reported and left alone."""
    path = source(tmp_path, b"abc")

    class Meddling(FixedFilter):
        def strip_pages(self, pages: Sequence[Page], /) -> list[Result]:
            Path(path).write_bytes(b"something new")
            return super().strip_pages(pages)

    report = in_place([path], Meddling((0, 1)), str(tmp_path / "rejects"))
    assert (Path(path).read_bytes(), report.errors) == (b"something new", 1)
