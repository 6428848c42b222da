"""The words of attacks: both splits are complete, and the evaluation's brands are its own."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from junkfilter.chars import fold
from junkfilter.errors import DataError
from junkfilter.training.simulate import SPLITS, Vocabulary

DATA = Path(__file__).parents[2] / "data"
FILLED_BY_CALLERS = {"brand", "coded", "latin", "code", "id", "agency", "institution"}
CHARACTERS = {"digits", "letters", "capitals", "alnum"}
FEWEST_BRANDS = 150


def tables(name: str) -> dict[str, dict[str, list[str]]]:
    """A file of data/simulate."""
    return tomllib.loads((DATA / "simulate" / f"{name}.toml").read_text("utf-8"))


def evaluation_brands() -> list[str]:
    """Names that are kept for the evaluation."""
    table = tables("brands")["evaluation"]
    return [*table["eval_hanzi_brand"], *table["eval_latin_brand"]]


def training_texts() -> Iterator[tuple[str, str]]:
    """Name and text of everything that training reads, as the features see it."""
    for folder in ("vocabulary", "grammar", "lines"):
        for path in sorted((DATA / folder).iterdir()):
            yield path.name, fold(path.read_text("utf-8"))
    yield "known_ads.tsv", fold((DATA / "known_ads.tsv").read_text("utf-8"))
    for name in ("brands", "phrases", "honest"):
        content = tables(name)
        items = [content.get("training", {}), content.get("shared", {})]
        yield f"{name}.toml", fold(repr(items))


@cache
def words(split: str) -> Vocabulary:
    """A vocabulary without lines of its own."""
    return Vocabulary.load(split)


def test_brands_of_the_evaluation_are_in_no_training_data() -> None:
    """No file that training reads has a brand of the evaluation, in any script, width or case."""
    brands = evaluation_brands()
    assert len(set(brands)) == len(brands) >= FEWEST_BRANDS
    for name, text in training_texts():
        assert not [brand for brand in brands if fold(brand) in text], name


def test_training_never_makes_a_brand_of_the_evaluation() -> None:
    """Names made by chance are none of those that are kept, nor contain one."""
    chance = random.Random(3)
    reserved = [fold(brand) for brand in evaluation_brands()]
    for _ in range(2000):
        brand = words("training").brand(chance)
        made = fold(f"{brand.name} {brand.coded} {brand.latin}")
        assert not [name for name in reserved if name in made]


def test_training_makes_ever_new_brands() -> None:
    """Most of many brands are different, the evaluation's come from its list."""
    chance = random.Random(4)
    assert len({words("training").brand(chance).name for _ in range(1000)}) > 700
    kept = set(evaluation_brands())
    assert all(words("evaluation").brand(chance).name in kept for _ in range(200))


@pytest.mark.parametrize("split", SPLITS)
def test_every_slot_has_a_list(split: str) -> None:
    """Templates name lists of their split, kinds of characters, or what the caller fills in."""
    lists = words(split).lists
    used = {
        name
        for items in lists.values()
        for item in items
        for name in re.findall(r"\{([a-z_]+)[}:*]", item)
    }
    assert used - set(lists) <= FILLED_BY_CALLERS | CHARACTERS


@pytest.mark.parametrize("split", SPLITS)
def test_no_slot_stays_unfilled(split: str) -> None:
    """Whatever is drawn from a list is text, whoever fills it."""
    chance = random.Random(5)
    vocabulary = words(split)
    for name in vocabulary.lists:
        for _ in range(10):
            brand = vocabulary.brand(chance)
            text = vocabulary.any(name, chance, **brand.words(), id="a1b2c", institution="某校")
            assert not re.search(r"[{}]", text), (name, text)
        line = vocabulary.spam_line(vocabulary.brand(chance), chance)
        assert line.text.strip()


def test_splits_have_phrases_of_their_own() -> None:
    """Of the evaluation's templates and topics at most a third are in training, list by list."""
    content = tables("phrases")
    assert set(content["evaluation"]) <= set(content["training"]) | {"cms"}
    own = shared = 0
    for name, items in content["evaluation"].items():
        known = set(content["training"].get(name, ()))
        shared += len(known & set(items))
        own += len(set(items) - known)
    assert own > 2 * shared


def test_unknown_splits_and_lists_are_refused() -> None:
    """What is not there has a message that says so."""
    with pytest.raises(DataError, match="training and evaluation"):
        Vocabulary.load("test")
    with pytest.raises(DataError, match="no list 'nothing'"):
        words("training").any("nothing", random.Random(1))
