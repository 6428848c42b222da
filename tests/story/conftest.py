"""The story: a filter that does not know two families, pages that carry them, labels, a new model.

Each chapter is a fixture that the next one builds on; all of it is made once for all tests. The
commands are those that a person types, in a folder as a person's.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# Modules of this folder and `review.browser` are imported by name; importlib mode puts no test
# folder on the path.
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

import sites
from sites import Command, Story

from junkfilter.cli import main
from junkfilter.labels.store import LabelStore

# Lines to collect for each reason; more than there are.
EACH = 500


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Honest text, 300 pages to label and 300 to measure with; in the end, two models."""
    folder = tmp_path_factory.mktemp("story")
    return Story(folder, *sites.write_world(folder))


@pytest.fixture(scope="session")
def base(world: Story) -> Story:
    """With `base`, a model that has learned nothing of private servers and diplomas."""
    run("train", "--recipe", world.path("train.toml"), "--corpora", world.path("corpora"),
        "--clean", world.path("clean.txt"), "-q", "-o", world.path("base"))  # fmt: skip
    return world


@pytest.fixture(scope="session")
def collected(base: Story) -> Story:
    """With `labels.db`, the lines of the pages that are worth a look."""
    run("collect", base.path("pages.jsonl"), "--labels", base.path("labels.db"), "--no-spans",
        "--model", base.path("base"), "--operating-point", "balanced", "--each", str(EACH),
        "-q")  # fmt: skip
    return base


@pytest.fixture(scope="session")
def labelled(collected: Story) -> Story:
    """With labels, given in a browser, or, where there is none, through the file of labels."""
    from review.browser import browser_path, label_in_browser

    path = collected.folder / "labels.db"
    if browser_path() is not None:
        label_in_browser(
            path, collected.judgment, annotator="ada", most=5_000, model=collected.folder / "base"
        )
    else:
        print("no browser found: labels go straight into the file")
        with LabelStore.open(path) as store:
            for item in store.items():
                store.label(item.id, collected.judgment(item.text), "ada")
    return collected


@pytest.fixture(scope="session")
def retrained(labelled: Story) -> Story:
    """With `mine`, the base that has learned the labels."""
    run("train", "--base", labelled.path("base"), "--labels", labelled.path("labels.db"),
        "--clean", labelled.path("clean.txt"), "-q", "-o", labelled.path("mine"))  # fmt: skip
    return labelled


def run(*arguments: str, status: int = 0) -> None:
    """Runs a command that must end with a status."""
    assert main(list(arguments)) == status


@pytest.fixture
def command(capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    """Runs a command: its status, standard output and standard error."""

    def run_it(*arguments: str) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        status = main(list(arguments))
        out, error = capfdbinary.readouterr()
        return status, out.decode(), error.decode()

    return run_it
