"""Opening, comparing and replacing files."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from junkfilter.errors import InputFormatError, OutputError
from junkfilter.formats.files import Replacement, Source, refuse_overwriting, replacement


@pytest.mark.parametrize("name", ["missing.txt", ".", "nul\0.txt"])
def test_what_cannot_be_opened_is_named(tmp_path: Path, name: str) -> None:
    """A missing file, a directory and an impossible name are errors of the package."""
    with pytest.raises(InputFormatError, match="cannot be read"):
        Source(str(tmp_path / name))


@pytest.mark.parametrize("kind", ["same", "symlink", "hard link"])
def test_a_file_is_recognised_under_any_name(tmp_path: Path, kind: str) -> None:
    """Input and output are one file through symlinks and hard links too."""
    page, other = tmp_path / "page.txt", tmp_path / "other.txt"
    page.write_bytes(b"page")
    if kind == "symlink":
        other.symlink_to(page)
    elif kind == "hard link":
        other.hardlink_to(page)
    else:
        other = page
    with pytest.raises(OutputError, match="both input and output"):
        refuse_overwriting([str(page)], [("--rejects", str(other))])


def test_two_outputs_in_one_file_are_refused(tmp_path: Path) -> None:
    """Kept text and rejects must not be mixed in one file."""
    path = str(tmp_path / "out")
    Path(path).touch()
    with pytest.raises(OutputError):
        refuse_overwriting([], [("standard output", path), ("--rejects", path)])


def test_dev_null_may_be_everything() -> None:
    """`/dev/null` is no file that could be lost."""
    refuse_overwriting(["/dev/null"], [("standard output", "/dev/null"), ("-o", "/dev/null")])


def test_a_replacement_keeps_mode_and_symlink(tmp_path: Path) -> None:
    """New content comes through a symlink into the file behind it, with the file's mode."""
    page, link = tmp_path / "page.txt", tmp_path / "link.txt"
    page.write_bytes(b"old")
    page.chmod(0o640)
    link.symlink_to(page)
    with Replacement(str(link)) as new:
        new.file.write(b"new")
        new.commit()
    assert link.is_symlink()
    assert (page.read_bytes(), stat.S_IMODE(page.stat().st_mode)) == (b"new", 0o640)


def test_a_replacement_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """A replacement that was not committed leaves the old content and no temporary file."""
    page = tmp_path / "page.txt"
    page.write_bytes(b"old")
    with Replacement(str(page)) as new:
        new.file.write(b"half")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    """A file that did not exist gets the mode that the user's umask gives, not a private one."""
    (tmp_path / "usual").touch()
    with replacement(str(tmp_path / "new")) as new:
        new.write(b"x")
    assert (tmp_path / "usual").stat().st_mode == (tmp_path / "new").stat().st_mode


def test_a_device_is_never_replaced() -> None:
    """What is no regular file is refused instead of being renamed over."""
    with pytest.raises(OutputError, match="no regular file"):
        Replacement(os.devnull)
