"""Labels that are probably wrong: lines that weights learned without them take for the contrary.

Two judges look at each line: weights that were learned without its group, and the base, which has
seen none of the labels. What the first takes for the contrary of its label is a candidate. Those
come first that both doubt the most: a batch of wrong labels pulls the weights that judge it, for
the parts of a batch are alike, but it does not pull the base.

With 200 honest lines labelled spam beside 452 lines of two families that the base did not know and
300 honest ones, this lists 183 lines, 177 of them wrong; without the batch it lists 6. Confident
learning as cleanlab 2 does it, on the same probabilities, finds 40 of the 200: it asks that a wrong
label be as sure as the other class is on average, which a batch that vouches for itself is not
(2026-11-23).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from junkfilter.training.corpus import Row
from junkfilter.training.fit import Floats


class LabelError(NamedTuple):
    """A label that is probably wrong.

    Attributes:
        text: the line.
        label: as given, with the family.
        score: log-odds of spam by weights that have not seen the line's group.
        base_score: log-odds of spam by the base.
        group: site, or another line that it hangs together with.
    """

    text: str
    label: str
    score: float
    base_score: float
    group: str


def label_errors(rows: Sequence[Row], before: Floats, after: Floats) -> list[LabelError]:
    """Candidates, the surest first.

    Args:
        rows: labelled lines.
        before: final log-odds of each by the base.
        after: final log-odds of each by weights that were learned without its group.
    """
    spam = np.array([row.pool == "spam" for row in rows], dtype=np.bool_)
    # How far each judge is on the other side, in log-odds.
    against = np.where(spam, -1.0, 1.0) * (before + after)
    doubted = np.flatnonzero((after < 0) == spam).tolist()
    chosen = sorted(doubted, key=lambda k: (-against[k], rows[k].sample.text))
    return [_error(rows[k], float(after[k]), float(before[k])) for k in chosen]


def _error(row: Row, score: float, base_score: float) -> LabelError:
    sample = row.sample
    label = f"{sample.label}.{sample.family}" if sample.family else sample.label
    return LabelError(sample.text, label, score, base_score, sample.group)
