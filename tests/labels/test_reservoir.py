"""The best lines of many: nothing goes for a line that is not kept itself."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest

from junkfilter.labels import near
from junkfilter.labels.items import Candidate
from junkfilter.labels.reservoir import Reservoir


def hanzi(chance: Random, count: int) -> str:
    """Some characters."""
    return "".join(chr(0x4E00 + chance.randrange(3000)) for _ in range(count))


def chain() -> tuple[str, str, str]:
    """Three lines of which the middle one is near both others, which are not near each other."""
    chance = Random(1)
    middle = hanzi(chance, 60)
    while True:
        first = hanzi(chance, chance.randrange(1, 5)) + middle
        last = middle + hanzi(chance, chance.randrange(1, 5))
        one, two, three = (near.signature(text) for text in (first, middle, last))
        bands = [set(near.bands(signed)) for signed in (one, two, three)]
        found = bands[0] & bands[1] and bands[1] & bands[2]
        chained = near.resemble(one, two) and near.resemble(two, three)
        if found and chained and not near.resemble(one, three):
            return first, middle, last


@pytest.mark.parametrize("backwards", [False, True])
def test_a_line_that_is_not_kept_takes_none_with_it(
    backwards: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Worse than one near line and better than another: both stay, whichever is asked first."""
    found = Reservoir._near

    def in_order(self: Reservoir, entry: tuple[float, str, bytes]) -> Iterable[object]:
        return sorted(found(self, entry), reverse=backwards)

    monkeypatch.setattr(Reservoir, "_near", in_order)
    first, middle, last = chain()
    lines = Reservoir(10)
    for rank, text in ((5.0, first), (1.0, last), (3.0, middle)):
        lines.offer(rank, Candidate(text=text))
    assert [line.text for line in lines] == [last, first]
