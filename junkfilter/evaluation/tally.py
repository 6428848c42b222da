"""Counts pages whose cuts were compared with gold cuts, and measures them with intervals.

Characters of one page stand or fall together, so measures in characters have the percentile
interval of a bootstrap that draws whole pages; shares of pages have the exact binomial one.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from junkfilter.evaluation.intervals import CONFIDENCE
from junkfilter.evaluation.metrics import Estimate, Floats, share
from junkfilter.evaluation.spans import Comparison

# Each end of the interval is the 25th draw from its side. The draws are the same every time.
_DRAWS = 1000
_MILLION = 1_000_000


class Tally:
    """Comparisons of many pages, and the measures of them.

    A page's group is what the bootstrap draws: pages made of the same honest page belong together.

    >>> tally = Tally()
    >>> tally.add("page 1", Comparison(gold=4, hits=3, lost=1, honest=96, exact=False))
    >>> round(tally.f1().value, 2), tally.exact().value
    (0.75, 0.0)
    """

    def __init__(self) -> None:
        self.groups: list[str] = []
        self.comparisons: list[Comparison] = []

    def add(self, group: str, comparison: Comparison) -> None:
        """Counts a page of a group."""
        self.groups.append(group)
        self.comparisons.append(comparison)

    def __len__(self) -> int:
        return len(self.comparisons)

    def precision(self) -> Estimate:
        """Share of gold characters among those that were cut."""
        sums = self._sums()
        return _ratio(sums[:, 1], sums[:, 1] + sums[:, 2])

    def recall(self) -> Estimate:
        """Share of the gold characters that were cut."""
        sums = self._sums()
        return _ratio(sums[:, 1], sums[:, 0])

    def f1(self) -> Estimate:
        """Harmonic mean of precision and recall of all characters together."""
        sums = self._sums()
        return _ratio(2 * sums[:, 1], sums[:, 0] + sums[:, 1] + sums[:, 2])

    def lost_per_million(self) -> Estimate:
        """Honest characters cut in a million of them; no width where none is lost, and no proof."""
        sums = self._sums()
        return Estimate(*(end * _MILLION for end in _ratio(sums[:, 2], sums[:, 3])))

    def exact(self) -> Estimate:
        """Share of the pages that are given back as they were, with its exact interval."""
        return share(sum(each.exact for each in self.comparisons), len(self))

    def pages_that_lost(self) -> int:
        """Pages of which an honest character was cut."""
        return sum(each.lost > 0 for each in self.comparisons)

    def _sums(self) -> Floats:
        """Gold, hits, lost and honest characters of each group, shape (n_groups, 4)."""
        return _sums_by_group(self, {name: n for n, name in enumerate(dict.fromkeys(self.groups))})


def mean_f1(tallies: Mapping[str, Tally]) -> Estimate:
    """The mean of the tallies' F1, each of the same weight however many characters it has.

    A group that stands in several tallies is drawn for all of them at once.
    """
    names = (name for tally in tallies.values() for name in tally.groups)
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    if not numbers:
        return share(0, 0)
    each = [_sums_by_group(tally, numbers) for tally in tallies.values() if len(tally)]
    sums = np.stack(each, axis=1)
    drawn = _weights(len(numbers)) @ sums.reshape(len(numbers), -1)
    values = _f1_of(drawn.reshape(-1, *sums.shape[1:]))
    measured = _f1_of(sums.sum(axis=0)[None])
    return _estimate(float(np.nanmean(measured)), np.nanmean(values, axis=1))


def _sums_by_group(tally: Tally, numbers: Mapping[str, int]) -> Floats:
    sums = np.zeros((len(numbers), 4))
    for name, page in zip(tally.groups, tally.comparisons, strict=True):
        sums[numbers[name]] += page.gold, page.hits, page.lost, page.honest
    return sums


def _f1_of(sums: Floats) -> Floats:
    """F1 from sums in the last axis; not a number where nothing is gold and nothing cut."""
    below = sums[..., :3].sum(axis=-1)
    found: Floats = np.full(below.shape, np.nan)
    np.divide(2 * sums[..., 1], below, out=found, where=below > 0)
    return found


def _ratio(above: Floats, below: Floats) -> Estimate:
    """A ratio of sums over groups; 0 in [0, 1] of nothing, which proves nothing."""
    total = below.sum()
    if not total > 0:
        return share(0, 0)
    weights = _weights(len(above))
    tops, bottoms = weights @ above, weights @ below
    drawn = bottoms > 0
    return _estimate(float(above.sum() / total), tops[drawn] / bottoms[drawn])


def _weights(groups: int) -> Floats:
    """How often each group is drawn in each draw, the same every time: (draws, groups)."""
    chance = np.random.default_rng(0)
    counts = chance.multinomial(groups, np.full(groups, 1 / groups), size=_DRAWS)
    weights: Floats = counts.astype(np.float64)
    return weights


def _estimate(value: float, drawn: Floats) -> Estimate:
    low, high = np.nanquantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Estimate(value, float(low), float(high))
