"""Expands the vocabularies and grammars of `data/` into sample lines.

A grammar file (`data/grammar/<family>.toml`) holds rules and forms; a vocabulary file
(`data/vocabulary/<family>.toml`) holds lists of terms. Their syntax is described in
`data/README.md`. Sampling is deterministic: the same seed gives the same lines on every machine.

Does not know what the lines are for; `training.corpus` decides how many to make of which form.
"""

from __future__ import annotations

import random
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from junkfilter.errors import DataError

# {name} {family.name} {name@memo} {name*2-5|sep} {dump:name*6-20|=rule} {digits:2-5}
_SLOT = re.compile(
    r"\{(?P<dump>dump:)?(?P<name>[a-z][a-z_0-9.-]*)"
    r"(?:@(?P<memo>[a-z0-9]+)|:(?P<low>\d+)(?:-(?P<high>\d+))?"
    r"|\*(?P<least>\d+)(?:-(?P<most>\d+))?(?:\|(?P<join>[^}]*))?)?\}"
)
_WEIGHT = re.compile(r"(\d+): ")
_RANDOM_CHARACTERS = {
    "digits": "0123456789",
    "letters": "abcdefghijklmnopqrstuvwxyz",
    "alnum": "abcdefghijklmnopqrstuvwxyz0123456789",
}
# A rule that expands into itself would recurse for ever; no sensible line nests deeper than this.
_MAX_DEPTH = 24
# How many expansions a dump draws to find terms that begin alike.
_DUMP_DRAWS = 400


def data_folder() -> Traversable:
    """The folder with the data written for this project, in a checkout or an installed wheel."""
    inside = files("junkfilter") / "data"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "data"


@dataclass(frozen=True, slots=True)
class Form:
    """One top-level production of a family: the shape of a whole line."""

    family: str
    name: str
    weight: int
    pattern: str


class Grammar:
    """The rules, lists and forms of all families found in a data folder.

    Raises:
        DataError: a file is not valid TOML, a slot names no rule or list, or the syntax is off.
    """

    def __init__(self, folder: Traversable | None = None) -> None:
        self._choices: dict[str, tuple[list[str], list[int] | None]] = {}
        self.forms: list[Form] = []
        folder = folder or data_folder()
        for part in ("vocabulary", "grammar"):
            for file in sorted((folder / part).iterdir(), key=lambda entry: entry.name):
                if file.name.endswith(".toml"):
                    self._read(file)

    def _read(self, file: Traversable) -> None:
        family = file.name.removesuffix(".toml")
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataError(f"not valid TOML: {error}", path=str(file)) from error
        try:
            for form in content.pop("forms", []):
                weight = int(form.get("weight", 1))
                self.forms.append(Form(family, form["name"], weight, form["pattern"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DataError(f"a form is incomplete: {error!r}", path=str(file)) from error
        if not isinstance(content.get("rules", {}), dict):
            raise DataError("'rules' is not a table of lists", path=str(file))
        lists = content.pop("rules", {}) | content
        for name, alternatives in lists.items():
            texts = isinstance(alternatives, list) and all(type(t) is str for t in alternatives)
            if not texts or not alternatives:
                raise DataError(f"{name!r} is not a list of texts", path=str(file))
            self._choices[f"{family}.{name}"] = _weighted(alternatives)

    def families(self) -> list[str]:
        """The families that have at least one form, in the order of their names."""
        return sorted({form.family for form in self.forms})

    def sample(self, family: str, chance: random.Random) -> tuple[Form, str]:
        """One random line of a family, with the form it was made from."""
        forms = [form for form in self.forms if form.family == family]
        form = chance.choices(forms, [form.weight for form in forms])[0]
        return form, self.expand(form, chance)

    def expand(self, form: Form, chance: random.Random) -> str:
        """One random line of a given form."""
        return _Expansion(self, form.family, chance).fill(form.pattern, 0)

    def pick(self, family: str, name: str, chance: random.Random) -> str:
        """A random alternative of a rule or list, its slots not yet filled."""
        key = name if "." in name else f"{family}.{name}"
        if key not in self._choices:
            raise DataError(f"no rule or list {key!r}", path=f"data/grammar/{family}.toml")
        alternatives, cumulative = self._choices[key]
        if cumulative is None:
            return alternatives[chance.randrange(len(alternatives))]
        return chance.choices(alternatives, cum_weights=cumulative)[0]


class _Expansion:
    """One line in the making: what was picked so far, so that it can be repeated."""

    def __init__(self, grammar: Grammar, family: str, chance: random.Random) -> None:
        self.grammar = grammar
        self.family = family
        self.chance = chance
        self.memo: dict[str, str] = {}

    def fill(self, pattern: str, depth: int) -> str:
        if depth > _MAX_DEPTH:
            raise DataError(f"rules of {self.family!r} nest too deeply at {pattern!r}")
        return _SLOT.sub(lambda slot: self._slot(slot, depth), pattern)

    def _slot(self, slot: re.Match[str], depth: int) -> str:
        name = slot["name"]
        if slot["low"]:
            return self._random_characters(name, int(slot["low"]), int(slot["high"] or slot["low"]))
        if slot["memo"]:
            key = f"{name}@{slot['memo']}"
            if key not in self.memo:
                self.memo[key] = self._term(name, depth)
            return self.memo[key]
        if slot["least"]:
            least = int(slot["least"])
            return self._several(slot, least, int(slot["most"] or least), depth)
        return self._term(name, depth)

    def _term(self, name: str, depth: int) -> str:
        family, _, _ = name.rpartition(".")
        pattern = self.grammar.pick(self.family, name, self.chance)
        if "{" not in pattern:
            return pattern
        if not family or family == self.family:
            return self.fill(pattern, depth + 1)
        # A rule of another family is filled in the other family's words.
        other = _Expansion(self.grammar, family, self.chance)
        return other.fill(pattern, depth + 1)

    def _random_characters(self, name: str, low: int, high: int) -> str:
        if name not in _RANDOM_CHARACTERS:
            raise DataError(f"{name!r} is not one of {', '.join(_RANDOM_CHARACTERS)}")
        alphabet = _RANDOM_CHARACTERS[name]
        return "".join(
            alphabet[self.chance.randrange(len(alphabet))]
            for _ in range(self.chance.randint(low, high))
        )

    def _several(self, slot: re.Match[str], least: int, most: int, depth: int) -> str:
        join = slot["join"] or ""
        separator = self._term(join[1:], depth) if join.startswith("=") else join
        wanted = self.chance.randint(least, most)
        if slot["dump"]:
            return separator.join(self._alike(slot["name"], wanted, depth))
        picks: dict[str, None] = {}
        # A short list may not hold enough different terms: give up after four draws for each.
        for _ in range(wanted * 4):
            picks[self._term(slot["name"], depth)] = None
            if len(picks) == wanted:
                break
        return separator.join(picks)

    def _alike(self, name: str, wanted: int, depth: int) -> list[str]:
        groups: dict[str, set[str]] = defaultdict(set)
        for _ in range(_DUMP_DRAWS):
            term = self._term(name, depth)
            groups[term[:2]].add(term)
        large = sorted(key for key, terms in groups.items() if len(terms) >= min(wanted, 4))
        key = self.chance.choice(large or sorted(groups))
        return sorted(self.chance.sample(sorted(groups[key]), min(wanted, len(groups[key]))))


def _weighted(alternatives: list[str]) -> tuple[list[str], list[int] | None]:
    weights = [int(match[1]) if (match := _WEIGHT.match(text)) else 1 for text in alternatives]
    texts = [_WEIGHT.sub("", text, count=1) if _WEIGHT.match(text) else text
             for text in alternatives]  # fmt: skip
    if all(weight == 1 for weight in weights):
        return texts, None
    total, cumulative = 0, []
    for weight in weights:
        total += weight
        cumulative.append(total)
    return texts, cumulative


def _samples(family: str, count: int) -> Iterator[str]:
    grammar, chance = Grammar(), random.Random(count)
    for _ in range(count):
        form, line = grammar.sample(family, chance)
        yield f"{form.name}\t{line}"


if __name__ == "__main__":
    for sample in _samples(sys.argv[1], int(sys.argv[2])):
        print(sample)
