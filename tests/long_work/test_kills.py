"""A run that is killed at any moment and gone on with leaves what one run leaves."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from junkfilter.cli import main

from ..cli.conftest import ENVIRONMENT, PROGRAM
from .test_output_dir import PAGE, SPAM, files_of, make

OPTIONS = ["--output-dir", "out", "--resume"]
KILLED = 77
# System calls that change what is on the disk; a kill between two of them leaves the same as a kill
# anywhere else, but for the bytes of a file that has no final name yet.
CALLS = ["replace", "fsync", "mkdir", "unlink", "open"]


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with four pages in `in` and what one run makes of them in `whole`."""
    monkeypatch.chdir(tmp_path)
    make(tmp_path, {"in/a.txt": SPAM + PAGE, "in/b/c.txt": PAGE, "in/b/d.txt": PAGE + SPAM})
    make(tmp_path, {"in/e.txt": (PAGE * 300 + SPAM) * 4})
    assert main(["strip", "--output-dir", "whole", "in"]) == 0
    return tmp_path


def killed_at(number: int) -> bool:
    """Runs in a process that ends at its so-manieth call of the system; False if it ended before.

    Nothing is cleaned up: no `finally`, no buffer written.
    """
    child = os.fork()
    if child == 0:
        calls = iter(range(number))
        for name in CALLS:
            setattr(os, name, _ending(getattr(os, name), calls))
        status = 99
        try:
            status = main(["strip", *OPTIONS, "in"])
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, KILLED)
    return status == KILLED


def _ending(call: Callable[..., object], calls: Iterator[int]) -> Callable[..., object]:
    def counted(*arguments: object, **named: object) -> object:
        if next(calls, None) is None:
            os._exit(KILLED)
        return call(*arguments, **named)

    return counted


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_kill_between_any_two_calls_does_no_harm(pages: Path) -> None:
    """For each call of the system: a run that ends there, gone on with, gives the same as one run.

    And what has its final name then is whole, with its rejects beside it.
    """
    whole = files_of(pages / "whole")
    number = 0
    while killed_at(number):
        found = {name: data for name, data in files_of(pages / "out").items() if name in whole}
        assert found == {name: whole[name] for name in found}
        for name in found:
            if name.endswith(".txt"):
                assert name + ".rejects.jsonl" in found
        assert main(["strip", *OPTIONS, "in"]) == 0
        assert whole == files_of(pages / "out")
        for path in sorted((pages / "out").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        (pages / "out").rmdir()
        number += 1
    assert number > 20


def test_kill_9_with_two_jobs(pages: Path) -> None:
    """Whatever a killed run with workers left, runs after it come to the same end as one run."""
    make(pages, {f"in/many/{number}.txt": SPAM * (number % 2) + PAGE for number in range(200)})
    assert main(["strip", "--output-dir", "all", "in"]) == 0
    chance = random.Random(4)
    for _ in range(3):
        program = subprocess.Popen(
            [*PROGRAM, *OPTIONS, "-q", "-j", "2", "in"], env=ENVIRONMENT, start_new_session=True
        )
        _wait_for_a_page(pages / "out", _count(pages / "out"))
        time.sleep(chance.random() / 10)
        program.kill()
        program.wait()
    assert main(["strip", *OPTIONS, "in"]) == 0
    assert files_of(pages / "all") == files_of(pages / "out")


def _wait_for_a_page(folder: Path, before: int) -> None:
    for _ in range(600):
        if _count(folder) > before + 2:
            return
        time.sleep(0.05)


def _count(folder: Path) -> int:
    """Files below a folder, by name alone: a run that goes on renames what it has listed."""
    return sum(len(names) for _, _, names in os.walk(folder))


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_full_disk_says_which_files_are_done(
    pages: Path, jobs: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """What cannot be written is an error that says how far the run came; --resume goes on."""

    def little_room() -> None:
        # A limit for files stands in for a full disk; the signal that comes with it is ignored.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = subprocess.run(
        [*PROGRAM, *OPTIONS, "-j", jobs, "in"],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=little_room,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "output of in/e.txt: cannot be written: File too large" in done.stderr
    assert "done are 3 of 4 files, the last is b/d.txt; --resume goes on" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in (pages / "out/.junkfilter").iterdir()] == ["run.json"]
    assert main(["strip", *OPTIONS, "in"]) == 0
    assert files_of(pages / "whole") == files_of(pages / "out")


def test_a_dead_worker_says_which_files_are_done(pages: Path) -> None:
    """When the system kills a worker, the run ends with the number of finished files."""
    make(pages, {f"in/many/{number}.txt": PAGE * 2000 for number in range(60)})
    with subprocess.Popen(
        [*PROGRAM, *OPTIONS, "-j", "2", "--summary", "s.json", "in"],
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        _wait_for_a_page(pages / "out", 4)
        os.kill(_workers_of(program.pid)[0], signal.SIGKILL)
        assert program.stderr
        error = program.stderr.read()
    assert program.returncode == 2
    assert "a worker process died" in error
    assert " of 64 files, the last is " in error
    assert "Traceback" not in error
    summary = json.loads((pages / "s.json").read_bytes())
    assert "a worker process died" in summary["stopped"]
    assert main(["strip", *OPTIONS, "in"]) == 0


def _workers_of(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children")
    if not children.exists():
        pytest.skip("needs /proc with children")
    return [
        int(child)
        for child in children.read_text().split()
        if b"LokyProcess" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
