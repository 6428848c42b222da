"""The program between other programs: pipes that close, stop, dribble or lead back to the input."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .conftest import ENVIRONMENT, PAGE, PROGRAM, SPAM

LINE = "一行普通的新闻\n".encode()  # a line of plain news


@contextmanager
def program(
    folder: Path, *arguments: str, stdout: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[bytes]]:
    """The running program; killed at the end if it has not ended by itself."""
    with subprocess.Popen(
        [*PROGRAM, *arguments],
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=ENVIRONMENT,
        bufsize=0,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a shell command in which $JUNKFILTER is the program."""
    environment = {**ENVIRONMENT, "JUNKFILTER": " ".join(PROGRAM)}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, timeout=60
    )


def test_a_closed_pipe_is_a_quiet_141(page: Path, tmp_path: Path) -> None:
    """`| head -1` ends the program without a word, and its rejects say that it was stopped."""
    (tmp_path / "long.txt").write_bytes((SPAM + LINE * 50) * 20_000)
    done = shell(
        tmp_path,
        "$JUNKFILTER --rejects r long.txt | head -1 > first; echo ${PIPESTATUS[0]}; "
        "cp first kept; $JUNKFILTER restore kept --rejects r; echo $?",
    )
    assert (done.stdout, (tmp_path / "first").read_bytes()) == (b"141\n2\n", LINE)
    assert b"the last object is missing" in done.stderr
    assert (tmp_path / "r").read_bytes().endswith(b"}\n")


def test_help_into_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    """Even help does not complain when nobody reads it."""
    done = shell(tmp_path, "$JUNKFILTER --help | true; echo ${PIPESTATUS[0]}")
    assert done.stdout in (b"0\n", b"141\n")
    assert done.stderr == b""


def test_ctrl_c_is_130_and_closes_the_rejects(tmp_path: Path) -> None:
    """After Ctrl-C the rejects hold all cuts around what was written, and no footer."""
    with program(tmp_path, "-z", "--rejects", "r") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(SPAM + PAGE + b"\0")
        assert PAGE[:10] == process.stdout.read(10)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
        assert process.stderr
        assert process.stderr.read() == b""
    objects = (tmp_path / "r").read_bytes()
    assert b'"type": "cut"' in objects
    assert b'"type": "footer"' not in objects
    assert objects.endswith(b"}\n")


def test_a_killed_program_has_written_its_rejects(tmp_path: Path) -> None:
    """Even after kill -9, the cuts around what was written can be read."""
    with program(tmp_path, "-z", "--rejects", "r") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(SPAM + PAGE + b"\0")
        process.stdout.read(10)
        process.kill()
    assert SPAM.strip() in (tmp_path / "r").read_bytes()


def test_line_buffered_answers_each_line(tmp_path: Path) -> None:
    """With --line-buffered a line comes out before the next one goes in."""
    with program(tmp_path, "--line-buffered") as process:
        assert process.stdin
        assert process.stdout
        for _ in range(3):
            process.stdin.write(SPAM + LINE)
            assert process.stdout.read(len(LINE)) == LINE


def test_complete_pages_come_out_when_the_input_pauses(tmp_path: Path) -> None:
    """A program that sends a page and waits for the answer gets it."""
    with program(tmp_path, "--page-separator", r"\f") as process:
        assert process.stdin
        assert process.stdout
        for _ in range(3):
            process.stdin.write(PAGE + b"\f")
            assert process.stdout.read(len(PAGE) + 1) == PAGE + b"\f"


def test_a_crlf_in_two_writes_is_one_line_end(tmp_path: Path) -> None:
    """A pause between CR and LF makes no difference to line numbers or bytes."""
    with program(tmp_path, "flag", "--line-buffered") as process:
        assert process.stdin
        process.stdin.write(b"a\r")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.5)
        out, _ = process.communicate(b"\nb\r\n", timeout=30)
    assert [line.split(b"\t")[0] for line in out.splitlines()] == [b"1", b"2"]


@pytest.mark.parametrize("redirect", ["< page.txt >> page.txt", "page.txt >> page.txt"])
def test_output_redirected_into_the_input_is_refused(
    page: Path, tmp_path: Path, redirect: str
) -> None:
    """The shell's redirection into the input is noticed before anything is written."""
    done = shell(tmp_path, f"$JUNKFILTER {redirect}")
    assert (done.returncode, page.read_bytes()) == (2, SPAM + PAGE)
    assert b"both input and output" in done.stderr


def test_a_full_disk_is_an_error(page: Path, tmp_path: Path) -> None:
    """An output that cannot be written is status 2 with the reason."""
    done = shell(tmp_path, "$JUNKFILTER page.txt > /dev/full")
    assert done.returncode == 2
    assert b"cannot write" in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.parametrize(
    ("redirect", "message"),
    [(">&-", b"standard output is closed"), ("<&-", b"standard input is closed")],
)
def test_closed_streams_are_errors(tmp_path: Path, redirect: str, message: bytes) -> None:
    """A caller that closed input or output is told so."""
    done = shell(tmp_path, f"$JUNKFILTER {redirect}")
    assert done.returncode == 2
    assert message in done.stderr
    assert b"Traceback" not in done.stderr


def test_an_over_long_line_passes(tmp_path: Path) -> None:
    """A line of several MiB comes out as it went in; the lines around it are judged."""
    line = b"a" * (5 << 20) + b"\n"
    with program(tmp_path, "-v") as process:
        out, error = process.communicate(SPAM + PAGE + line + SPAM, timeout=60)
    assert PAGE + line == out[: len(PAGE + line)]
    assert b"1 line too-long" in error
