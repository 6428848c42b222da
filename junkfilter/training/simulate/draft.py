"""A page while it is being attacked: its text, what was put in and where. Knows no attack.

Everything that is put in is remembered as a cut; a later attack moves the cuts of the earlier ones
and never writes inside them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from junkfilter.training.simulate.conversion import to_traditional


@dataclass(frozen=True, slots=True)
class GoldCut:
    """What a perfect cleaner cuts at one place.

    Attributes:
        start: first character, 0-based offset in the injured page.
        end: end of the range, exclusive; a whole line includes its terminator.
        kind: `spam`, `pinyin`, `jam`, `tag`, `emoji` or `invisible`.
        family: family of spam, empty for other kinds.
        attack: name of the attack that put it there.
    """

    start: int
    end: int
    kind: str
    family: str
    attack: str


class Insertion(NamedTuple):
    """Something that an attack puts into a page.

    Attributes:
        position: where, as an offset in the text as it is.
        text: what.
        family: family of spam, empty for noise.
        kind: as in `GoldCut`.
        replaced: number of honest characters from the position on that go.
    """

    position: int
    text: str
    family: str = ""
    kind: str = "spam"
    replaced: int = 0


class Draft:
    """A page's text with the cuts so far.

    Attributes:
        text: the page as it is now.
        cuts: what was put in, in order of the text, disjoint.

    >>> draft = Draft("新闻")  # "news"
    >>> draft.put([Insertion(2, "赌场", "gambling")], "title tail")  # "casino"
    1
    >>> draft.text, draft.cuts[0].start
    ('新闻赌场', 2)
    """

    def __init__(self, text: str, *, converted: bool = False) -> None:
        """A page that nothing was put into.

        Args:
            text: the page.
            converted: it was converted to Traditional characters; honest additions are, too.
        """
        self.text = text
        self._converted = converted
        self.cuts: list[GoldCut] = []

    def is_free(self, start: int, end: int) -> bool:
        """Whether nothing of the range was put in by an attack; an empty range is a place."""
        number = bisect_right(self.cuts, start, key=lambda cut: cut.start)
        if number and self.cuts[number - 1].start < start < self.cuts[number - 1].end:
            return False
        first = number - 1 if number and self.cuts[number - 1].start == start else number
        return start == end or first == len(self.cuts) or self.cuts[first].start >= end

    def put(self, insertions: Iterable[Insertion], attack: str) -> int:
        """Puts text in; what would touch the inside of an earlier cut is left out.

        Returns:
            Number of insertions that were made.
        """
        return self._write(insertions, attack)

    def dress(self, additions: Iterable[tuple[int, str]]) -> None:
        """Writes honest text that pages have: it becomes part of the clean page."""
        converted = to_traditional if self._converted else str
        self._write((Insertion(place, converted(text)) for place, text in additions), None)

    def clean(self, start: int = 0, end: int | None = None) -> str:
        """The text, or a range of it, without the cuts.

        Honest lines that quote the page are written from this: what was put in must not come back
        as something that nobody put in.
        """
        end = len(self.text) if end is None else end
        kept, position = [], start
        for cut in self.cuts:
            if cut.end > position and cut.start < end:
                kept.append(self.text[position : max(position, cut.start)])
                position = cut.end
        return "".join((*kept, self.text[position:end]))

    def _write(self, insertions: Iterable[Insertion], attack: str | None) -> int:
        pieces: list[str] = []
        added: list[GoldCut] = []
        moves: list[tuple[int, int]] = []
        position = length = 0
        for item in sorted(insertions, key=lambda insertion: insertion.position):
            end = item.position + item.replaced
            if item.position < position or not self.is_free(item.position, end):
                continue
            pieces += self.text[position : item.position], item.text
            length += item.position - position
            if attack is not None and item.text:
                stop = length + len(item.text)
                added.append(GoldCut(length, stop, item.kind, item.family, attack))
            length += len(item.text)
            position = end
            moves.append((item.position, len(item.text) - item.replaced))
        pieces.append(self.text[position:])
        self.text = "".join(pieces)
        self.cuts = sorted([*self._moved(moves), *added], key=lambda cut: (cut.start, cut.end))
        return len(moves)

    def _moved(self, moves: list[tuple[int, int]]) -> list[GoldCut]:
        """The earlier cuts where they stand after text was put in at some places."""
        moved: list[GoldCut] = []
        number = shift = 0
        for cut in self.cuts:
            # What is put in where a cut begins stands before it.
            while number < len(moves) and moves[number][0] <= cut.start:
                shift += moves[number][1]
                number += 1
            moved.append(
                GoldCut(cut.start + shift, cut.end + shift, cut.kind, cut.family, cut.attack)
            )
        return moved
