"""`-j N`: the same bytes as with one process, and an end when it is time to end."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from junkfilter.cli import main
from junkfilter.cli.long_work import bytes_of
from junkfilter.progress import NoProgress, ProgressBar, progress_on
from junkfilter.site_memory import SiteMemory

from ..cli.conftest import ENVIRONMENT, PROGRAM
from .test_output_dir import PAGE, SPAM

LONG = (PAGE * 40 + SPAM) * 200  # some lots
RECORD = (
    json.dumps({"id": 1, "text": (SPAM + PAGE).decode(), "url": "http://a.cn/"}).encode() + b"\n"
)
INPUTS = {
    "long.txt": LONG,
    "pages.txt": (SPAM + PAGE + b"\0") * 3000,
    "records.jsonl": RECORD * 3000 + b"{broken\n" + RECORD,
    "no end": b"\xff" + PAGE[:-1],
    "picture": b"\x89PNG\0\0" + PAGE,
    "small.txt": SPAM + PAGE,
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with some inputs."""
    for name, content in INPUTS.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(here: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., object]:
    """Calls the program in the working folder: status, output, messages."""

    def run(*arguments: str) -> tuple[int, bytes, bytes]:
        status = main(arguments)
        return status, *capfdbinary.readouterr()

    return run


@pytest.mark.parametrize(
    "arguments",
    [
        [*INPUTS, "missing", "-v"],
        ["-z", "pages.txt"],
        ["--repair", "--diff", *INPUTS],
        ["--count", *INPUTS],
        ["--check", "small.txt"],
        ["flag", "--json", "long.txt", "records.jsonl"],
        ["flag", *INPUTS],
    ],
)
def test_two_jobs_say_what_one_says(
    call: Callable[..., object], here: Path, arguments: list[str]
) -> None:
    """Output, status, rejects, messages and summary are those of a single process."""
    found = []
    for jobs in ("1", "2"):
        more = []
        if {"--diff", "--count", "--check", "flag"}.isdisjoint(arguments):
            more = ["--rejects", f"rejects{jobs}", "--summary", f"summary{jobs}"]
        said = call(*arguments, *more, "-j", jobs)
        rejects = Path(f"rejects{jobs}").read_bytes() if more else b""
        summary = json.loads(Path(f"summary{jobs}").read_bytes()) if more else {}
        found.append((said, rejects, summary.get("total"), summary.get("inputs")))
    assert found[0] == found[1]


def test_in_place_with_two_jobs(call: Callable[..., object], here: Path) -> None:
    """Files are replaced as by a single process."""
    assert call("--in-place", "--rejects", "r", "-j", "2", "long.txt", "small.txt") == (0, b"", b"")
    assert (here / "small.txt").read_bytes() == PAGE
    assert SPAM not in (here / "long.txt").read_bytes()


@pytest.mark.parametrize("command", [[], ["flag"]])
def test_notes_of_workers_reach_the_memory(
    call: Callable[..., object], here: Path, command: list[str]
) -> None:
    """What workers see of a site is in its memory after the run, as if one process had seen it."""
    known = []
    for jobs in ("1", "2"):
        memory = ["--site-memory", f"memory{jobs}", "--site", "a.cn"]
        SiteMemory.open(f"memory{jobs}")
        call(*command, *memory, "-z", "-j", jobs, "pages.txt")
        call(*command, *memory, "-j", jobs, "small.txt")
        text = PAGE.decode() + "其他"  # "other": another page than those that were seen
        known.append(SiteMemory.open(f"memory{jobs}").times("a.cn", SPAM.decode(), text))
    assert known[0] == known[1] == 1  # all pages are the same page


def test_head_ends_all(here: Path) -> None:
    """A closed pipe is a quiet 141 with workers, too, and none of them stays."""
    script = '"$0" "$@" | head -c 10; echo " ${PIPESTATUS[0]}"'
    done = subprocess.run(
        ["bash", "-c", script, *PROGRAM, "-j", "2", *["long.txt"] * 9],
        env=ENVIRONMENT,
        capture_output=True,
        timeout=120,
    )
    assert done.stdout.endswith(b" 141\n")
    assert done.stderr == b""


def test_ctrl_c_ends_all(here: Path) -> None:
    """Ctrl-C, which a terminal sends to workers as well, is a quiet 130."""
    with subprocess.Popen(
        [*PROGRAM, "-z", "-j", "2"],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,
    ) as program:
        assert program.stdin
        assert program.stdout
        assert program.stderr
        program.stdin.write(SPAM + PAGE + b"\0")
        assert program.stdout.read(10) == PAGE[:10]
        os.killpg(program.pid, signal.SIGINT)
        assert (program.wait(timeout=60), program.stderr.read()) == (130, b"")


def test_pages_come_out_when_the_input_pauses(here: Path) -> None:
    """With workers, too, who sends a page and waits gets the answer."""
    with subprocess.Popen(
        [*PROGRAM, "-z", "-j", "2"],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    ) as program:
        assert program.stdin
        assert program.stdout
        for _ in range(3):
            program.stdin.write(PAGE + b"\0")
            assert program.stdout.read(len(PAGE) + 1) == PAGE + b"\0"
        program.stdin.close()
    assert program.returncode == 0


class Terminal(io.StringIO):
    """A file that says it is a terminal."""

    def isatty(self) -> bool:
        """Whether it is a terminal: yes."""
        return True


def test_a_bar_is_for_terminals() -> None:
    """It is drawn on a terminal that has nothing else to show, or if it was asked for."""
    pytest.importorskip("tqdm")
    tell: list[str] = []
    shown = progress_on(Terminal(), tell.append, total=10)
    assert isinstance(shown, ProgressBar)
    shown.close()
    shown = progress_on(Terminal(), tell.append, total=10, asked=True, shares_terminal=True)
    assert isinstance(shown, ProgressBar)
    shown.close()
    assert isinstance(progress_on(io.StringIO(), tell.append, total=1, asked=True), NoProgress)
    assert isinstance(progress_on(Terminal(), print, total=1, shares_terminal=True), NoProgress)
    assert isinstance(progress_on(None, print, total=1, asked=True), NoProgress)


def test_a_bar_shows_bytes_and_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """How much is done, of how much, and what was found; messages stand on lines of their own."""
    pytest.importorskip("tqdm")
    monkeypatch.setattr("junkfilter.progress._DELAY_SECONDS", 0)
    monkeypatch.setattr("junkfilter.progress._INTERVAL_SECONDS", 0)
    terminal = Terminal()
    shown = progress_on(terminal, lambda message: print(message, file=terminal), total=4_000_000)
    shown.advance(1_000_000, "7 cut")
    shown.tell("a message")
    shown.advance(3_000_000, "8 cut")
    shown.close()
    drawn = terminal.getvalue()
    assert "4.00M" in drawn
    assert "8 cut" in drawn
    assert "\ra message\n" in drawn


def test_without_tqdm_there_is_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody misses it who has not asked for it."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert isinstance(progress_on(Terminal(), print, total=1), NoProgress)


def test_asked_for_a_bar_without_tqdm(
    call: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says what to install."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    status, out, error = call("--progress", "small.txt")  # type: ignore[misc]
    assert (status, out) == (2, b"")
    assert b"junkfilter[progress]" in error


def test_the_size_of_inputs(here: Path) -> None:
    """Files have a size, pipes and folders have none; what is missing is reported elsewhere."""
    os.mkfifo("pipe")
    assert bytes_of(["small.txt", "missing"]) == len(SPAM + PAGE)
    assert bytes_of(["small.txt", "pipe"]) is None


def test_a_stopped_run_says_which_inputs_are_done(call: Callable[..., object], here: Path) -> None:
    """Of several inputs to one output, the message counts those that are in it to their end."""
    inputs = ["small.txt", "no end", "records.jsonl", "long.txt"]
    status, _, error = call("--on-error", "stop", *inputs)  # type: ignore[misc]
    assert status == 2
    assert b"inputs done before: 2, the last is no end" in error


def test_a_summary_of_a_run_that_stopped(call: Callable[..., object], here: Path) -> None:
    """It says why, and what was done until then."""
    call("--on-error", "stop", "--summary", "s.json", "small.txt", "records.jsonl")
    summary = json.loads(Path("s.json").read_bytes())
    assert "records.jsonl" in summary["stopped"]
    assert [each["source"] for each in summary["inputs"]] == ["small.txt"]
    assert {"model", "policy", "seconds", "begun", "junkfilter", "python"} <= set(summary)
