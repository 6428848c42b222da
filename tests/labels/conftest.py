"""What tests of labels share: a file, and lines to put into it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# `made_lines` is imported by name; importlib mode puts no test folder on the path.
sys.path.insert(0, str(Path(__file__).parent))

from junkfilter.labels.store import LabelStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a file of labels may be made; a name that a URI must quote."""
    return tmp_path / "labels #1?.db"


@pytest.fixture
def store(path: Path) -> Iterator[LabelStore]:
    """An empty file of labels."""
    with LabelStore.open(path) as opened:
        yield opened
