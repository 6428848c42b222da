"""The words that attacks use: brands, search phrases, stamps, and the honest dressing of pages.

The words are data: `data/simulate/*.toml` has a table `training`, one `evaluation` and one `shared`
in each file. A model that is measured with the evaluation words has never met their brands.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from junkfilter.errors import DataError
from junkfilter.training.grammar import Grammar, data_folder
from junkfilter.training.simulate.brands import Brand, evaluation_brand, training_brand

SPLITS = ("training", "evaluation")
# Lists that stay the evaluation's own when its phrases are those of training: brands, whole lines.
_OWN_OF_SPLIT = ("eval_", "line_")
# {name}, {name*4-6|joint} and {digits:2-4}; as in data/README.md, without the rest of that syntax.
_SLOT = re.compile(r"\{([a-z_]+)(?::(\d+)(?:-(\d+))?|\*(\d+)-(\d+)\|([^}]*))?\}")
_ALPHABETS = {
    "digits": "0123456789",
    "letters": "abcdefghijklmnopqrstuvwxyz",
    "capitals": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "alnum": "abcdefghijklmnopqrstuvwxyz0123456789",
}
_GRAMMAR_FAMILIES = (
    *("adult", "gambling", "seo", "game", "certificate"),
    *("medical", "finance", "contact", "link-farm", "other"),
)
# Half of the injected lines of real pages are adult, most of the rest is gambling.
_GRAMMAR_WEIGHTS = (8, 5, 3, 2, 1, 1, 1, 1, 2, 1)
_MOST_DEPTH = 12


class SpamLine(NamedTuple):
    """A whole line of spam and its family."""

    text: str
    family: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one split.

    Attributes:
        split: `training` or `evaluation`.
        lists: words and templates by name.
        spam_lines: whole lines to put in; empty for those that the vocabulary makes itself.

    >>> vocabulary = Vocabulary.load("training")
    >>> vocabulary.text("{digits:4}vip", random.Random(1))
    '5801vip'
    """

    split: str
    lists: Mapping[str, tuple[str, ...]]
    spam_lines: tuple[SpamLine, ...] = ()

    @classmethod
    def load(
        cls,
        split: str,
        spam_lines: Iterable[str | tuple[str, str]] = (),
        *,
        known_phrases: bool = False,
    ) -> Vocabulary:
        """The words of `training` or `evaluation`.

        Args:
            split: one of `SPLITS`.
            spam_lines: see `with_spam_lines`.
            known_phrases: the evaluation's brands with the phrases of training, to tell what an
                unknown brand costs from what an unknown phrase costs.

        Raises:
            DataError: no such split, or a file of `data/simulate` is damaged.
        """
        if split not in SPLITS:
            raise DataError(f"no split {split!r}: there are {' and '.join(SPLITS)}")
        lists = _lists(split)
        if known_phrases:
            own = {name: items for name, items in lists.items() if name.startswith(_OWN_OF_SPLIT)}
            lists = {**_lists("training"), **own}
        return cls(split, lists).with_spam_lines(spam_lines)

    def with_spam_lines(self, lines: Iterable[str | tuple[str, str]]) -> Vocabulary:
        """The same words with whole lines to put in.

        Args:
            lines: each a text, or a text and its family (without one: `other`).
        """
        pairs = ((line, "other") if isinstance(line, str) else line for line in lines)
        return replace(self, spam_lines=tuple(SpamLine(*pair) for pair in pairs))

    def pick(self, name: str, chance: random.Random) -> str:
        """A random item of a list, its slots not filled."""
        try:
            items = self.lists[name]
        except KeyError:
            raise DataError(f"data/simulate has no list {name!r} for {self.split}") from None
        return items[chance.randrange(len(items))]

    def text(self, template: str, chance: random.Random, **fixed: str) -> str:
        """A template with its slots filled: from the fixed words, else from the lists."""
        return self._filled(template, chance, fixed, 0)

    def any(self, name: str, chance: random.Random, **fixed: str) -> str:
        """A random item of a list with its slots filled."""
        return self._filled(self.pick(name, chance), chance, fixed, 0)

    def brand(self, chance: random.Random) -> Brand:
        """A brand: in training known ones and ever new ones, in evaluation those kept for it."""
        make = training_brand if self.split == "training" else evaluation_brand
        return make(self.lists, chance)

    def spam_line(self, brand: Brand, chance: random.Random) -> SpamLine:
        """A whole line of spam, given by the caller or made here."""
        if self.spam_lines:
            return self.spam_lines[chance.randrange(len(self.spam_lines))]
        if self.split == "training" and chance.random() < 0.8:
            family = chance.choices(_GRAMMAR_FAMILIES, _GRAMMAR_WEIGHTS)[0]
            return SpamLine(_grammar().sample(family, chance)[1], family)
        family = chance.choice(("adult", "gambling", "game", "seo"))
        return SpamLine(self.any(f"line_{family}", chance, **brand.words()), family)

    def _filled(
        self, template: str, chance: random.Random, fixed: Mapping[str, str], depth: int
    ) -> str:
        if "{" not in template:
            return template
        if depth > _MOST_DEPTH:
            raise DataError(f"lists of data/simulate nest too deeply at {template!r}")

        def one(name: str) -> str:
            if name in fixed:
                return fixed[name]
            return self._filled(self.pick(name, chance), chance, fixed, depth + 1)

        def fill(slot: re.Match[str]) -> str:
            name, low, high, least, most, joint = slot.groups()
            if low:
                return random_characters(name, int(low), int(high or low), chance)
            if least:
                wanted = chance.randint(int(least), int(most))
                return joint.join(dict.fromkeys(one(name) for _ in range(wanted)))
            return one(name)

        return _SLOT.sub(fill, template)


def random_characters(alphabet: str, low: int, high: int, chance: random.Random) -> str:
    """So many random characters of `digits`, `letters`, `capitals` or `alnum`."""
    characters = _ALPHABETS[alphabet]
    return "".join(chance.choices(characters, k=chance.randint(low, high)))


@cache
def _grammar() -> Grammar:
    return Grammar()


@cache
def _lists(split: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted((data_folder() / "simulate").iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataError(f"not valid TOML: {error}", path=str(file)) from error
        for table in ("shared", split):
            for name, items in content.get(table, {}).items():
                if not isinstance(items, list) or not items:
                    raise DataError(f"{name!r} is not a list of texts", path=str(file))
                # A list of both tables has the words of both.
                found[name] = (*found.get(name, ()), *items)
    if split == "training":
        found |= _known_brands()
        found["reserved_brand"] = _reserved()
    return found


def _known_brands() -> dict[str, tuple[str, ...]]:
    """The betting brands of the grammar, so that no name is written down twice."""
    content = _vocabulary_file("gambling")
    return {f"known_{name}": tuple(content[name]) for name in _KNOWN} | {
        "ordinary_word": tuple(w for w in _vocabulary_file("common")["honest_word"] if len(w) == 2)
    }


_KNOWN = ("brand", "brand_latin", "coded_brand", "common_brand", "minor_brand", "query_suffix")


def _vocabulary_file(name: str) -> dict[str, list[str]]:
    file = data_folder() / "vocabulary" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _reserved() -> tuple[str, ...]:
    """Brands of the evaluation, which the generator of new ones must not hit by accident."""
    content = _lists("evaluation")
    return (*content["eval_hanzi_brand"], *content["eval_latin_brand"])
