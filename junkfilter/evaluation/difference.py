"""Lines whose verdict flips between two models: what a change of model means for real lines."""

from __future__ import annotations

from typing import NamedTuple

from junkfilter.errors import DataError
from junkfilter.evaluation.digests import line_digest
from junkfilter.evaluation.evaluate import Evaluation, JudgedLine
from junkfilter.evaluation.rates import HONEST


class Flip(NamedTuple):
    """A line that only one of two models cuts.

    Attributes:
        change: `newly cut` or `newly kept`.
        about: label, and family if known.
        score: log-odds now.
        score_before: log-odds of the model that is compared with.
        digest: name of the line, see `line_digest`.
        source: name of the file or corpus.
        text: the line.
    """

    change: str
    about: str
    score: float
    score_before: float
    digest: str
    source: str
    text: str


def flips(evaluation: Evaluation, before: Evaluation, point: str) -> list[Flip]:
    """The lines whose verdict differs at an operating point, honest lines first.

    Losses come before gains on both sides: honest lines newly cut, honest lines newly kept, `mixed`
    rows, spam newly kept, spam newly cut; within each, the highest score first.

    Args:
        evaluation: verdicts of the model that is looked at.
        before: verdicts of the model that it is compared with, on the same lines in one order.
        point: name of an operating point of both.

    Raises:
        DataError: the evaluations are of other lines, or a model has no such point.
    """
    now_point, before_point = evaluation.point(point), before.point(point)
    pairs = list(
        zip(
            (*evaluation.labelled, *evaluation.clean),
            (*before.labelled, *before.clean),
            strict=False,
        )
    )
    same = evaluation.as_pages == before.as_pages and _sizes(evaluation) == _sizes(before)
    if not same or any(now[:5] != then[:5] for now, then in pairs):
        raise DataError("the verdicts to compare are not of the same lines")
    flipped = [
        _flip(now, then, cut=now.is_cut(now_point))
        for now, then in pairs
        if now.is_cut(now_point) != then.is_cut(before_point)
    ]
    return sorted(flipped, key=lambda flip: (_rank(flip), -flip.score))


def _sizes(evaluation: Evaluation) -> tuple[int, int]:
    return len(evaluation.labelled), len(evaluation.clean)


def _flip(now: JudgedLine, then: JudgedLine, *, cut: bool) -> Flip:
    return Flip(
        change="newly cut" if cut else "newly kept",
        about=f"{now.label}.{now.family}" if now.family else now.label,
        score=now.score,
        score_before=then.score,
        digest=line_digest(now.text),
        source=now.source,
        text=now.text,
    )


def _rank(flip: Flip) -> int:
    label = flip.about.partition(".")[0]
    newly_cut = flip.change == "newly cut"
    if label in HONEST:
        return 0 if newly_cut else 1
    if label == "mixed":
        return 2
    return 4 if newly_cut else 3
