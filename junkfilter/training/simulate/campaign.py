"""Many pages injured by one plan, reproducibly: which attacks, how often, from which seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from junkfilter.training.simulate.attacks import ATTACKS, InjuredPage, injure
from junkfilter.training.simulate.dressing import dress
from junkfilter.training.simulate.vocabulary import Vocabulary

# How many draws of attacks a page gets before it is given up: about a page in ten has no place for
# an attack drawn at random, few have none for four in a row.
_DRAWS = 4
_LINE_END = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A plan by which pages are injured.

    Attributes:
        vocabulary: the words to use.
        attacks: names to draw from; empty for all.
        copies: injured copies of each page.
        most_attacks: a copy is attacked in one to so many ways.
        dressed: pages get honest lines first, such as breadcrumbs and copyright lines.
        seed: start of all that is random.
    """

    vocabulary: Vocabulary
    attacks: tuple[str, ...] = ()
    copies: int = 1
    most_attacks: int = 1
    dressed: bool = False
    seed: int = 0

    def injured(self, text: str, number: int) -> Iterator[InjuredPage]:
        """The injured copies of a page; fewer than `copies` where it offers no place.

        What comes out depends on the plan, the text and the number, and on no other page.

        Args:
            text: the honest page; CRLF and CR become LF.
            number: of the page in its corpus.

        Raises:
            DataError: no attack has one of the names.

        >>> plan = Campaign(vocabulary=Vocabulary.load("training"), attacks=("first line",))
        >>> [page.clean() for page in plan.injured("新闻\\r\\n", 1)]  # "news"
        ['新闻\\n']
        """
        text = _LINE_END.sub("\n", text)
        for copy in range(self.copies):
            chance = random.Random(f"{self.seed}/{number}/{copy}")
            page = self._copy(text, chance)
            if page is not None:
                yield page

    def _copy(self, text: str, chance: random.Random) -> InjuredPage | None:
        dressed = dress(text, self.vocabulary, chance) if self.dressed else text
        names = self.attacks or tuple(ATTACKS)
        for _ in range(_DRAWS):
            wanted = min(len(names), chance.randint(1, self.most_attacks))
            page = injure(dressed, chance.sample(names, wanted), self.vocabulary, chance)
            if page is not None:
                return page
        return None
