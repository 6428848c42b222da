"""The best few of many lines, near-duplicates once, in bounded memory."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from junkfilter.labels import near
from junkfilter.labels.items import Candidate


class Reservoir:
    """Keeps the lines with the lowest ranks; of lines that are nearly the same, the best one.

    Which lines are kept does not depend on their order, but where the last of a chain of lines,
    each near the next, is not near the first.

    Args:
        size: how many lines at most.

    >>> lines = Reservoir(1)
    >>> for rank, text in enumerate(["新闻", "天气"]):  # "news", "weather"
    ...     _ = lines.offer(-rank, Candidate(text=text))
    >>> [line.text for line in lines]
    ['天气']
    """

    def __init__(self, size: int) -> None:
        self._size = size
        # Rank, text, signature: the text makes the order of equal ranks certain.
        self._kept: list[tuple[float, str, bytes]] = []
        self._entries: dict[str, tuple[float, str, bytes]] = {}
        self._lines: dict[str, Candidate] = {}
        self._bands: dict[bytes, set[str]] = {}

    def __iter__(self) -> Iterator[Candidate]:
        """The lines, the lowest rank first."""
        return (self._lines[text] for _, text, _ in self._kept)

    @property
    def bar(self) -> float:
        """A line with a higher rank is not kept."""
        full = len(self._kept) >= self._size
        return self._kept[-1][0] if full else float("inf")

    def offer(self, rank: float, line: Candidate) -> bool:
        """Keeps a line if it is among the best, and no better one is nearly the same.

        Returns:
            Whether it is kept.
        """
        entry = (rank, line.text, near.signature(line.text))
        if len(self._kept) >= self._size and entry >= self._kept[-1]:
            return False
        others = self._near(entry)
        # All are asked before one is dropped: nothing may go for a line that is not kept itself.
        if any(other <= entry for other in others):
            return False
        for other in others:
            self._drop(other)
        insort(self._kept, entry)
        self._entries[line.text], self._lines[line.text] = entry, line
        for band in near.bands(entry[2]):
            self._bands.setdefault(band, set()).add(line.text)
        if len(self._kept) > self._size:
            self._drop(self._kept[-1])
        return True

    def _near(self, entry: tuple[float, str, bytes]) -> list[tuple[float, str, bytes]]:
        """The kept lines that are nearly the same as one, or are that one."""
        bands = near.bands(entry[2])
        texts = {text for band in bands for text in self._bands.get(band, ())}
        others = map(self._entries.__getitem__, texts)
        return [other for other in others if near.resemble(other[2], entry[2])]

    def _drop(self, entry: tuple[float, str, bytes]) -> None:
        del self._kept[bisect_left(self._kept, entry)]
        del self._entries[entry[1]], self._lines[entry[1]]
        for band in near.bands(entry[2]):
            self._bands[band].discard(entry[1])
            if not self._bands[band]:
                del self._bands[band]
