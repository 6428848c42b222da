"""Runs the program as people do: a process with real pipes and bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

import junkfilter

PROGRAM = [sys.executable, "-m", "junkfilter"]
# The package that the tests import is the one that runs, installed or not.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(junkfilter.__file__).parents[1])}
# A keyword line of adult spam, composed for this test, over a page about a library's new hours.
SPAM = "国产精品一区二区三区_亚洲欧美日韩在线观看_无码av免费_久久综合网站\n".encode()
PAGE = (
    "市图书馆调整开放时间\n\n"
    "2023-03-02 来源: 晚报\n\n"
    "本报讯 从下周一起,市图书馆的开放时间延长到晚上九点,周末照常开放。\n"
    "图书馆负责人介绍,读者可以在一楼大厅办理借书证。\n"
).encode()


class Run(NamedTuple):
    """What a finished process left."""

    status: int
    out: bytes
    err: str


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Run]:
    """A function that runs the program in an empty folder: arguments, then input."""

    def run_program(*arguments: str, data: bytes = b"") -> Run:
        done = subprocess.run(
            [*PROGRAM, *arguments],
            input=data,
            capture_output=True,
            cwd=tmp_path,
            env=ENVIRONMENT,
            timeout=60,
        )
        error = done.stderr.decode("utf-8", "replace")
        assert "Traceback" not in error
        return Run(done.returncode, done.stdout, error)

    return run_program


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A hijacked page as a file `page.txt` in the folder where the program runs."""
    path = tmp_path / "page.txt"
    path.write_bytes(SPAM + PAGE)
    return path
