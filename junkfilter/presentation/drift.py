"""How a model differs from the one before it, on the same lines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from junkfilter.evaluation.difference import Flip, flips
from junkfilter.evaluation.evaluate import Evaluation, JudgedLine
from junkfilter.evaluation.rates import HONEST


class Change(NamedTuple):
    """What becomes of lines at an operating point, before and now.

    Attributes:
        point: its name.
        lines: `honest`, `spam` or `mixed`.
        number: how many lines there are.
        cut_before: how many of them the base cuts.
        cut_now: how many the model cuts.
        newly_cut: cut now and not before.
        newly_kept: kept now and not before.
    """

    point: str
    lines: str
    number: int
    cut_before: int
    cut_now: int
    newly_cut: int
    newly_kept: int


class Shift(NamedTuple):
    """How far the scores of one label's lines moved, in log-odds.

    Attributes:
        label: of the lines.
        number: lines that both models score.
        low: 5 % of the lines moved by less.
        median: of all moves.
        high: 5 % of the lines moved by more.
    """

    label: str
    number: int
    low: float
    median: float
    high: float


class Drift(NamedTuple):
    """All differences.

    Attributes:
        before: verdicts of the base.
        changes: at each operating point.
        shifts: of each label.
        flips: lines whose verdict differs at the operating point that was asked for.
    """

    before: Evaluation
    changes: list[Change]
    shifts: list[Shift]
    flips: list[Flip]


def drift(now: Evaluation, before: Evaluation, point: str) -> Drift:
    """The differences between two models' verdicts on the same lines.

    Args:
        now: of the model that is looked at.
        before: of its base.
        point: operating point whose flips are listed.

    Raises:
        DataError: the lines differ, or a model has no such point.
    """
    flipped = flips(now, before, point)
    return Drift(before, _changes(now, before), _shifts(now, before), flipped)


def _changes(now: Evaluation, before: Evaluation) -> list[Change]:
    known = {point.name: point for point in before.points}
    found: list[Change] = []
    for point in now.points:
        if point.name not in known:
            continue
        groups: dict[str, list[tuple[bool, bool]]] = {"honest": [], "spam": [], "mixed": []}
        for line, old in _pairs(now, before):
            pair = old.is_cut(known[point.name]), line.is_cut(point)
            groups["honest" if line.label in HONEST else line.label].append(pair)
        found += [_change(point.name, name, pairs) for name, pairs in groups.items() if pairs]
    return found


def _change(point: str, name: str, pairs: list[tuple[bool, bool]]) -> Change:
    return Change(
        point,
        name,
        len(pairs),
        sum(old for old, _ in pairs),
        sum(new for _, new in pairs),
        sum(new and not old for old, new in pairs),
        sum(old and not new for old, new in pairs),
    )


def _shifts(now: Evaluation, before: Evaluation) -> list[Shift]:
    moves: dict[str, list[float]] = {}
    for line, old in _pairs(now, before):
        if math.isfinite(line.score) and math.isfinite(old.score):
            moves.setdefault(line.label, []).append(line.score - old.score)
    return [
        Shift(label, len(found), *np.quantile(found, [0.05, 0.5, 0.95]).tolist())
        for label, found in sorted(moves.items())
    ]


def _pairs(now: Evaluation, before: Evaluation) -> Iterator[tuple[JudgedLine, JudgedLine]]:
    return zip((*now.labelled, *now.clean), (*before.labelled, *before.clean), strict=True)
