"""Precision, recall, F1 and the measures of ranking, for all spam, each family and each file.

Everything is measured against two kinds of honest lines, never mixed: the labelled ones, which are
hard by choice, and the clean corpora, which say what happens on real pages. Precision, F1 and
average precision hold for the share of spam in the data at hand only; recall at a false-positive
rate and (1-ROCA)% do not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from junkfilter.evaluation.evaluate import CLEAN, Evaluation, JudgedLine, Point
from junkfilter.evaluation.metrics import (
    FALSE_POSITIVE_RATES,
    Confusion,
    Estimate,
    Ranked,
    bootstrapped,
    share,
)
from junkfilter.evaluation.rates import ALL, HONEST, spam_lines


class Comparison(NamedTuple):
    """Spam against honest lines.

    Attributes:
        name: `all`, a family, or a file.
        against: `labelled` or `clean`: where the honest lines come from.
        spam: the spam lines, at least one.
        honest: the honest lines, at least one.
    """

    name: str
    against: str
    spam: Sequence[JudgedLine]
    honest: Sequence[JudgedLine]


class Decision(NamedTuple):
    """Measures of what is cut at an operating point."""

    name: str
    against: str
    point: str
    precision: Estimate
    recall: Estimate
    f1: Estimate


class Ranking(NamedTuple):
    """Measures of the scores, whatever the threshold.

    Attributes:
        name: see `Comparison`.
        against: see `Comparison`.
        spam: number of spam lines.
        honest: number of honest lines.
        average_precision: in [0, 1].
        one_minus_roca: (1-ROCA)%, in percent.
        recalls: recall at each of `FALSE_POSITIVE_RATES`.
    """

    name: str
    against: str
    spam: int
    honest: int
    average_precision: Estimate
    one_minus_roca: Estimate
    recalls: tuple[Estimate, ...]


class KindQuality(NamedTuple):
    """How well a kind other than spam is told, on labelled lines judged at the loosest point."""

    kind: str
    lines: int
    precision: Estimate
    recall: Estimate


def comparisons(evaluation: Evaluation) -> Iterator[Comparison]:
    """All of which both sides have lines; families and files of less than two kinds are left out.

    A file's spam is compared with the honest lines of the same file and with the clean corpora.
    """
    spam = spam_lines(evaluation)
    labelled = [line for line in evaluation.labelled if line.label in HONEST]
    parts = {ALL: (spam, labelled)}
    families = sorted({line.family for line in spam if line.family})
    for family in families:
        parts[family] = ([line for line in spam if line.family == family], labelled)
    sources = sorted({line.source for line in evaluation.labelled})
    for source in sources if len(sources) > 1 else ():
        parts[source] = (_from(spam, source), _from(labelled, source))
    for name, (bad, good) in parts.items():
        for against, honest in (("labelled", good), (CLEAN, list(evaluation.clean))):
            if bad and honest:
                yield Comparison(name, against, bad, honest)


def decision(comparison: Comparison, point: Point) -> Decision:
    """Precision, recall and F1 at an operating point."""
    lines = [*comparison.spam, *comparison.honest]
    cut = np.array([line.is_cut(point) for line in lines], dtype=np.bool_)
    counts = Confusion.of(cut, _labels(comparison))
    measures = (counts.precision(), counts.recall(), counts.f1())
    return Decision(comparison.name, comparison.against, point.name, *measures)


def ranking(comparison: Comparison) -> Ranking:
    """The measures of ranking."""
    lines = [*comparison.spam, *comparison.honest]
    scores = np.array([line.score for line in lines], dtype=np.float64)
    labels = _labels(comparison)
    groups = [f"{line.source}\t{line.group}" if line.group else "" for line in lines]
    ranked = Ranked(scores, labels)
    return Ranking(
        comparison.name,
        comparison.against,
        len(comparison.spam),
        len(comparison.honest),
        bootstrapped(ranked.average_precision, labels, groups),
        bootstrapped(ranked.one_minus_roca, labels, groups),
        tuple(ranked.recall_at(rate) for rate in FALSE_POSITIVE_RATES),
    )


def kind_qualities(evaluation: Evaluation) -> list[KindQuality]:
    """Precision and recall of `boilerplate` and `garbled`; kinds without a labelled line are out.

    Rows labelled `mixed` are left out, as everywhere.
    """
    lines = [line for line in evaluation.labelled if line.label != "mixed"]
    qualities: list[KindQuality] = []
    for kind in ("boilerplate", "garbled"):
        labelled = sum(line.label == kind for line in lines)
        told = sum(line.kind == kind for line in lines)
        right = sum(line.kind == line.label == kind for line in lines)
        if labelled:
            both = share(right, told), share(right, labelled)
            qualities.append(KindQuality(kind, labelled, *both))
    return qualities


def _from(lines: Sequence[JudgedLine], source: str) -> list[JudgedLine]:
    return [line for line in lines if line.source == source]


def _labels(comparison: Comparison) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    labels = np.zeros(len(comparison.spam) + len(comparison.honest), dtype=np.int8)
    labels[: len(comparison.spam)] = 1
    return labels
