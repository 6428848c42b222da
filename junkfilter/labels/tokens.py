"""New words that recur from page to page: brands and slogans that no honest text taught a model.

A token is a run of characters of which each pair of neighbours is unknown to honest text, as far as
the model's table of frequencies knows. `意昂4` is one (a betting brand), and so are rare names of
people and of firms: that is for a person to tell. A word makes an unknown pair with what happens to
stand before and after it as well, so that a run counts without its first or last character too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from junkfilter.characters import DIGIT, HANZI, LATIN, Characters, UInt8, levels, pair_hash
from junkfilter.features import Block
from junkfilter.labels.items import Candidate

# On so many pages a token must stand.
RECURS = 3
_MOST_CHARACTERS = 20
# Tokens that one run counts as, at most.
RUN_NAMES = 4
# Tokens that are counted at the same time; beyond it those on the fewest pages are forgotten.
_MOST_TOKENS = 200_000


class Token(NamedTuple):
    """A new word at one place.

    Attributes:
        name: the same for the same folded characters.
        text: number of its text in the block.
        line: number of its line in the block.
    """

    name: bytes
    text: int
    line: int


def new_tokens(block: Block, frequencies: UInt8) -> Iterator[Token]:
    """The tokens of a block that honest text does not know, each once a text, in order.

    Args:
        block: some pages.
        frequencies: of pairs in honest text, see `SpanModel.frequencies`.
    """
    characters = Characters(block)
    numbers = block.numbers
    word = np.isin(characters.kinds, (HANZI, LATIN, DIGIT))
    unknown = levels(pair_hash(numbers[:-1], numbers[1:]), frequencies) == 0
    unknown &= word[:-1] & word[1:]
    edges = np.diff(unknown.astype(np.int8), prepend=0, append=0)
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) + 1
    lines = np.searchsorted(block.marks, starts, side="left") - 1
    texts = block.texts_of(lines)
    seen: set[tuple[int, bytes]] = set()
    for start, stop, line, text in zip(
        starts.tolist(), stops.tolist(), lines.tolist(), texts, strict=True
    ):
        for first, after in _words(start, stop):
            name = numbers[first:after].tobytes()
            if (text, name) not in seen:
                seen.add((text, name))
                yield Token(name, text, line)


def _words(start: int, stop: int) -> Iterator[tuple[int, int]]:
    """A run, and what it is without its first character, its last, and both."""
    for first in (start, start + 1):
        for after in (stop, stop - 1):
            if 2 <= after - first <= _MOST_CHARACTERS:
                yield first, after


class RecurringTokens:
    """Counts on how many pages tokens stand, and keeps a line of those that recur.

    Args:
        size: of how many tokens lines are kept.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._pages: dict[bytes, int] = {}
        self._lines: dict[bytes, Candidate] = {}

    def count(self, token: Token) -> bool:
        """Counts one more page with a token; whether a line of it is wanted."""
        pages = self._pages[token.name] = self._pages.get(token.name, 0) + 1
        if len(self._pages) > _MOST_TOKENS:
            self._forget()
        return pages >= RECURS and token.name not in self._lines

    def keep(self, token: Token, line: Candidate) -> None:
        """Keeps a line that stands for a token."""
        self._lines[token.name] = line
        if len(self._lines) > 2 * self._size:
            best = self._ranked()[: self._size]
            self._lines = {name: self._lines[name] for name in best}

    def ranked(self) -> list[tuple[float, Candidate]]:
        """The lines with their ranks: minus the number of pages."""
        return [(-self._pages.get(name, RECURS), self._lines[name]) for name in self._ranked()]

    def _ranked(self) -> list[bytes]:
        return sorted(self._lines, key=lambda name: (-self._pages.get(name, RECURS), name))

    def _forget(self) -> None:
        """Forgets the tokens on the fewest pages, at least half of all."""
        counts = sorted(self._pages.values())
        least = counts[len(counts) // 2]
        self._pages = {name: pages for name, pages in self._pages.items() if pages > least}
