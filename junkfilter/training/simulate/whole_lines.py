"""Attacks that put whole lines of spam between the lines of an honest page.

Where attackers put them is from a sample of 630 real pages (docs/evaluation.md, "Where spam
stands"): 68 of 71 adult lines are the first line of the page; most of those pages were converted
to Traditional characters by machine, the spam was not.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from junkfilter.chars import folding_pairs, script_profile

# Name of each attack: where the lines go, and what happens to the page before.
ATTACKS = ("first line", "first line, converted page", "middle line", "last line", "several lines")
_MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class InjuredPage:
    """A page after an attack.

    Attributes:
        text: the page, LF at every line end.
        spam_lines: 0-based numbers of the lines that were put in.
        attack: one of `ATTACKS`.
    """

    text: str
    spam_lines: frozenset[int]
    attack: str


def injure(
    lines: Sequence[str], spam: Sequence[str], attack: str, chance: random.Random
) -> InjuredPage:
    """An honest page with spam lines put in.

    Args:
        lines: lines of the honest page.
        spam: spam lines to choose from.
        attack: one of `ATTACKS`.
        chance: source of everything random.

    >>> page = injure(["新闻标题", "正文"], ["色情词"], "first line", random.Random(1))
    >>> page.text.split("\\n")[0], sorted(page.spam_lines)  # (spam words), before title and body
    ('色情词', [0])
    """
    page = [to_traditional(line) for line in lines] if "converted" in attack else list(lines)
    wanted = chance.randint(2, _MOST_LINES) if attack == "several lines" else 1
    places = sorted(_place(attack, len(page), chance) for _ in range(wanted))
    spam_lines: set[int] = set()
    for already, place in enumerate(places):
        page.insert(place + already, chance.choice(spam))
        spam_lines.add(place + already)
    return InjuredPage("\n".join(page) + "\n", frozenset(spam_lines), attack)


def _place(attack: str, n_lines: int, chance: random.Random) -> int:
    if attack.startswith("first line"):
        return 0
    if attack == "last line":
        return n_lines
    return chance.randint(1, max(1, n_lines - 1))


def to_traditional(text: str) -> str:
    """The text in Traditional characters, converted one by one as careless machines do.

    >>> to_traditional("国际新闻")  # "international news"
    '國際新聞'
    """
    return text.translate(_traditional())


@cache
def _traditional() -> dict[int, int]:
    """Simplified character to a Traditional one that folds to it; the first by code point."""
    sources, targets = folding_pairs()
    table: dict[int, int] = {}
    for source, target in zip(sources.tolist(), targets.tolist(), strict=True):
        if target in table or not script_profile(chr(source)).traditional_only:
            continue
        if script_profile(chr(target)).simplified_only:
            table[target] = source
    return table
