"""Recipes read back as they were written, and say what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_project import RECIPE

from junkfilter.errors import DataError
from junkfilter.training.recipe import Recipe, recipe_text


def written(folder: Path, text: str) -> Path:
    """A recipe file."""
    path = folder / "train.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_text_reads_back(tmp_path: Path) -> None:
    """Writing a recipe and reading it gives the same recipe."""
    text = RECIPE.replace("bits = 14", 'bits = 14\nleave_out = ["certificate", "game"]')
    recipe = Recipe.read(written(tmp_path, text))
    assert recipe.leave_out == ("certificate", "game")
    assert len(recipe.sources) == 3
    assert Recipe.read(written(tmp_path, recipe_text(recipe))) == recipe


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[model", "not a recipe"),
        ("[lines]\neach = 1", "model"),
        ("[model]\ncolour = 3", "colour"),
        ("[model]\nbits = 40", "between 10 and 22"),
        ("[model]\nfolds = 1", "at least 2"),
        ("[model]\npenalty = 0", "above 0"),
        ("[model]\n[other]\na = 1", "other"),
        ("[model]\n[[source]]\nlabel = 'text'", "path"),
        ("[model]\n[lines]\neach = -1", "counts"),
        ("[model]\nleave_out = ['news']", "leave_out has 'news'"),
    ],
)
def test_what_is_no_recipe_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """The error names the file and what is wrong."""
    with pytest.raises(DataError, match=rf"train\.toml.*{said}"):
        Recipe.read(written(tmp_path, text))


def test_a_missing_recipe_is_refused(tmp_path: Path) -> None:
    """The error says that it cannot be read."""
    with pytest.raises(DataError, match="cannot be read"):
        Recipe.read(tmp_path / "nowhere.toml")
