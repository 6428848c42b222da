"""The table of attacks, and the call that injures a page."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from junkfilter.errors import DataError
from junkfilter.training.simulate import (
    blocks,
    emoji,
    inline,
    noise,
    notes,
    replacement,
    site_lines,
    titles,
)
from junkfilter.training.simulate.attacker import Attack, Attacker
from junkfilter.training.simulate.conversion import to_traditional
from junkfilter.training.simulate.draft import Draft, GoldCut
from junkfilter.training.simulate.vocabulary import Vocabulary

_PARTS = (blocks, titles, replacement, inline, site_lines, emoji, notes, noise)
ATTACKS: Mapping[str, Attack] = {attack.name: attack for part in _PARTS for attack in part.ATTACKS}
# Of converted pages, how many are attacked in Traditional characters: few, spam stays as it is.
_TRADITIONAL_SPAM = 0.2


@dataclass(frozen=True, slots=True)
class InjuredPage:
    """A page after an attack, with what a perfect cleaner cuts.

    Attributes:
        text: the page, LF at every line end.
        cuts: in order of the text, disjoint; they may touch.
        attacks: names of the attacks, in the order in which they were made.
        converted: the page was converted to Traditional characters before.
    """

    text: str
    cuts: tuple[GoldCut, ...]
    attacks: tuple[str, ...]
    converted: bool

    def clean(self) -> str:
        """The page without the cuts."""
        kept, position = [], 0
        for cut in self.cuts:
            kept.append(self.text[position : cut.start])
            position = cut.end
        return "".join((*kept, self.text[position:]))


def injure(
    text: str,
    attacks: Sequence[str],
    vocabulary: Vocabulary,
    chance: random.Random,
    *,
    converted: bool | None = None,
) -> InjuredPage | None:
    """A page attacked in one or several ways, one after the other.

    Args:
        text: the honest page, LF at line ends.
        attacks: names from `ATTACKS`.
        vocabulary: the words to use.
        chance: source of everything random.
        converted: convert the page to Traditional characters before; None leaves it to chance, as
            often as pages with this attack are.

    Returns:
        None where the page offers no place for one of the attacks.

    Raises:
        DataError: no attack has this name.

    >>> words = Vocabulary.load("training").with_spam_lines([("在线赌场", "gambling")])  # casino
    >>> page = injure("新闻\\n正文\\n", ["first line"], words, random.Random(1), converted=False)
    >>> page.text, page.clean()  # "news", "body"
    ('在线赌场\\n新闻\\n正文\\n', '新闻\\n正文\\n')
    """
    chosen = [_attack(name) for name in attacks]
    if converted is None:
        share = max((attack.converted for attack in chosen), default=0.0)
        converted = chance.random() < share
    draft = Draft(to_traditional(text) if converted else text, converted=converted)
    spam_converted = converted and chance.random() < _TRADITIONAL_SPAM
    attacker = Attacker(vocabulary, vocabulary.brand(chance), chance, spam_converted)
    for attack in chosen:
        if not draft.put(attack.insertions(draft, attacker), attack.name):
            return None
    return InjuredPage(draft.text, tuple(draft.cuts), tuple(attacks), converted)


def _attack(name: str) -> Attack:
    if name not in ATTACKS:
        raise DataError(f"no attack {name!r}", advice=f"there are {', '.join(ATTACKS)}")
    return ATTACKS[name]
