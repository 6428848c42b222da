"""Who attacks a page: one vocabulary, one brand, one source of chance. And what an attack is."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from junkfilter.training.simulate.brands import Brand
from junkfilter.training.simulate.conversion import to_traditional
from junkfilter.training.simulate.draft import Draft, Insertion
from junkfilter.training.simulate.vocabulary import Vocabulary


class Attacker(NamedTuple):
    """What the attacks of one page share: a hijacked site promotes one brand.

    Attributes:
        vocabulary: words of one split.
        brand: the brand of the page.
        chance: source of everything random.
        traditional: what is put in is in Traditional characters, as little of it is.
    """

    vocabulary: Vocabulary
    brand: Brand
    chance: random.Random
    traditional: bool = False

    def phrase(self, name: str, **fixed: str) -> str:
        """A random item of a list of the vocabulary, about this brand."""
        words = self.brand.words() | fixed
        text = self.vocabulary.any(name, self.chance, **words)
        return to_traditional(text) if self.traditional else text

    def some(self, places: list[int], least: int, most: int) -> list[int]:
        """A random choice of places, fewer than `least` if there are no more."""
        wanted = min(len(places), self.chance.randint(least, most))
        return sorted(self.chance.sample(places, wanted))

    def happens(self, share: float) -> bool:
        """True with this probability."""
        return self.chance.random() < share


@dataclass(frozen=True, slots=True)
class Attack:
    """One way to injure a page.

    Attributes:
        name: as in `ATTACKS`.
        summary: what is done, in words.
        insertions: what it puts into a page, nothing where the page offers no place.
        converted: share of its pages that were converted to Traditional characters before.
        alters: the clean page is not the page that was given: honest words were replaced, or
            honest lines were written that the attack needs.
    """

    name: str
    summary: str
    insertions: Callable[[Draft, Attacker], list[Insertion]]
    converted: float = 0.15
    alters: bool = False
