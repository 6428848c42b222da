"""A small project, a model trained from it, and what several tests of training need."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# `small_project` is imported by name; importlib mode puts no test folder on the path.
sys.path.insert(0, str(Path(__file__).parent))

from small_project import SmallProject

from junkfilter.training import corpus
from junkfilter.training.run import Assignment, train


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallProject:
    """Data, corpora and a recipe in a folder of their own, in the place of junkfilter's."""
    small = SmallProject.write(tmp_path / "project")
    monkeypatch.setattr(corpus, "data_folder", lambda: small.data)
    return small


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a model that was trained from a small project."""
    folder = tmp_path_factory.mktemp("trained")
    small = SmallProject.write(folder / "project")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "data_folder", lambda: small.data)
        train(Assignment(output=folder / "model", recipe=small.recipe, corpora=small.corpora))
    return folder / "model"
