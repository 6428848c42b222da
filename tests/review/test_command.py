"""The command `junkfilter review`: what it refuses, and how it opens a browser."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from review.browser import ENVIRONMENT

from junkfilter.labels.store import LabelStore


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """The command as a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "junkfilter", "review", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT | environment,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.db"], "none.db: no such file"),
        (["{text}"], "text.db"),
        (["{labels}", "--annotator", " "], "needs a name"),
        (["{labels}", "--model", "none"], "none"),
        (["{labels}", "--port", "{port}"], "cannot be used"),
        (["{labels}", "--pass", "0"], "--pass"),
    ],
)
def test_what_cannot_be_served_is_refused(labels: Path, arguments: list[str], said: str) -> None:
    """With status 2 and a sentence, before any browser is opened."""
    text = labels.with_name("text.db")
    text.write_text("no database\n" * 100)
    with socket.create_server(("127.0.0.1", 0)) as busy:
        names = {"text": text, "labels": labels, "port": busy.getsockname()[1]}
        given = [argument.format(**names) for argument in arguments]
        process = start(*given, "--no-open")
        out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == ""
    assert said in err
    assert "Traceback" not in err


def test_no_file_is_made(tmp_path: Path) -> None:
    """A name that was mistyped does not become an empty file of labels."""
    start(str(tmp_path / "lables.db"), "--no-open").communicate(timeout=60)
    assert not list(tmp_path.iterdir())


def test_the_browser_is_given_a_ticket(labels: Path, tmp_path: Path) -> None:
    """Its command line, which others can read, has no lasting secret."""
    asked = tmp_path / "asked"
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$1" > "{asked}.part"\nmv "{asked}.part" "{asked}"\n'
    )
    browser.chmod(0o755)
    process = start(str(labels), BROWSER=str(browser))
    assert process.stdout is not None
    token = process.stdout.readline().strip().partition("token=")[2]
    try:
        while not asked.exists():
            assert process.poll() is None
        address = asked.read_text().strip()
    finally:
        process.terminate()
        process.communicate()
    assert address.startswith("http://127.0.0.1:")
    assert "ticket=" in address
    assert token
    assert token not in address


def test_labels_outlive_the_server(labels: Path) -> None:
    """The file can be opened while the page is being served."""
    process = start(str(labels), "--no-open")
    assert process.stdout is not None
    assert process.stdout.readline()
    with LabelStore.open(labels) as store:
        assert len(store.queue()) == 5
    process.terminate()
    process.communicate()
