"""A file of collected lines for each test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# `collected` is imported by name; importlib mode puts no test folder on the path.
sys.path.insert(0, str(Path(__file__).parent))

from collected import write_labels
from review.browser import NAMES, browser_path

from junkfilter.labels.store import LabelStore


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says so where the page was not tried in a browser: a skip alone is easily overlooked."""
    if browser_path() is None:
        terminalreporter.write_line(
            f"review page: no browser found ({', '.join(NAMES)}), tested without one"
        )


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """A file with the five lines of `collected`."""
    return write_labels(tmp_path / "labels.db")


@pytest.fixture
def store(labels: Path) -> Iterator[LabelStore]:
    """The same file, open."""
    with LabelStore.open(labels) as opened:
        yield opened
