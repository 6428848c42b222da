"""Both languages say everything, and the page's tables know whatever a file of labels may hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from review.browser import FAMILY_KEYS, LABEL_KEYS

import junkfilter.review
from junkfilter.labels.items import LABELS, WHY
from junkfilter.policy import FAMILIES
from junkfilter.presentation.colours import marks

STATIC = Path(junkfilter.review.__file__).parent / "static"
SCRIPTS = {path.name: path.read_text("utf-8") for path in STATIC.glob("*.js")}
PAGE = (STATIC / "index.html").read_text("utf-8")


def words(name: str) -> dict[str, str]:
    """The table of a language: key and pattern."""
    table = re.search(rf"const {name} = {{\n(.*?)^}};", SCRIPTS["words.js"], re.M | re.S)
    assert table is not None
    return dict(re.findall(r'^  "?([\w-]+)"?: "(.*)",$', table[1], re.M))


ENGLISH, CHINESE = words("ENGLISH"), words("CHINESE")


def test_both_languages_have_the_same_words() -> None:
    """No key is missing in one of them."""
    assert list(ENGLISH) == list(CHINESE)
    assert len(ENGLISH) > 100


@pytest.mark.parametrize("key", ENGLISH)
def test_both_languages_name_the_same_values(key: str) -> None:
    """A number that one language tells is told by the other, and Chinese is Chinese."""
    places = [sorted(re.findall(r"\{\w+\}", table[key])) for table in (ENGLISH, CHINESE)]
    assert places[0] == places[1]
    bare = re.sub(r"\{\w+\}", "", CHINESE[key])
    assert not bare.strip() or re.search(r"[\u4e00-\u9fff]", bare)


def test_whatever_is_said_has_words() -> None:
    """Keys that the page and the scripts use are in the tables."""
    used = set(re.findall(r'data-word(?:-label)?="(\w+)"', PAGE))
    for text in SCRIPTS.values():
        used |= set(re.findall(r'\bsay\("([\w-]+)"', text))
    assert len(used) > 50
    assert not used - set(ENGLISH)


def test_values_of_files_have_words() -> None:
    """Families, reasons, labels and kinds are all named."""
    needed = [f"family_{family}" for family in FAMILIES]
    needed += [f"why_{why}" for why in WHY]
    needed += [f"label_{label}" for label in LABELS]
    needed += [f"kind_{kind}" for kind in (*marks(), "text")]
    assert not set(needed) - set(ENGLISH)


def test_every_key_means_one_thing() -> None:
    """Labels, families and actions have keys of their own, the same as the tests press."""
    tables = {
        name: dict(re.findall(r'([\w-]+|"[\w-]*"): "(\w)"', body))
        for name, body in re.findall(r"const (\w+_KEYS) = \{(.*?)\};", SCRIPTS["keys.js"], re.S)
    }
    families = {key.strip('"'): value for key, value in tables["FAMILY_KEYS"].items()}
    assert families == FAMILY_KEYS
    assert set(families) == {*FAMILIES, ""}
    assert tables["LABEL_KEYS"].items() <= LABEL_KEYS.items()
    keys = [key for table in tables.values() for key in table.values()]
    assert len(keys) == len(set(keys))


def test_signs_are_those_of_reports() -> None:
    """A kind has the same letter on this page and in `junkfilter inspect`."""
    table = re.search(r"const SIGNS = \{(.*?)\};", SCRIPTS["page.js"], re.S)
    assert table is not None
    signs = dict(re.findall(r'(\w+): "(\w)"', table[1]))
    assert signs == {kind: mark.sign for kind, mark in marks().items()}
