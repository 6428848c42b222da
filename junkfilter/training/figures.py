"""Tables about a freshly trained model, for people: on stdout, and in the model card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from junkfilter.evaluation.intervals import interval
from junkfilter.evaluation.metrics import Estimate
from junkfilter.evaluation.table import Cell, Table
from junkfilter.model import OperatingPoint
from junkfilter.model_folder import Fields
from junkfilter.policy import OPERATING_POINTS
from junkfilter.training.corpus import Corpus, Row
from junkfilter.training.fit import Floats
from junkfilter.training.label_errors import LabelError
from junkfilter.training.labels import Contradiction

Points = Mapping[str, OperatingPoint]


def promises(points: Points) -> Table:
    """What each operating point promises, and what is known about it."""
    header = ("point", "score", "promised", "clean lines", "cut", "bound", "proven")
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            round(points[name].threshold, 3),
            f"{points[name].promised:.4%}",
            points[name].clean_lines,
            points[name].errors,
            f"{points[name].upper_bound:.4%}",
            points[name].proven,
        )
        for name in _ordered(points)
    ]
    title = "Operating points: clean lines cut (bound: exact one-sided 95 %)"
    return Table("promises", title, header, rows)


def span_points(manifest: Mapping[str, object]) -> list[Table]:
    """From which score a span is cut at each operating point; nothing for a model without spans.

    Beside it the share of honest lines, each judged by a model that had not seen its source, that
    hold a candidate of that score, as far as the model knows it.
    """
    if "spans" not in manifest:
        return []
    section = Fields(dict(manifest)).part("spans")
    thresholds = section.part("thresholds")
    scores, rates = section.numbers("known_scores"), section.numbers("known_rates")
    rows: list[tuple[Cell, ...]] = []
    for name in _ordered(thresholds.names()):
        threshold = thresholds.number(name)
        place = int(np.searchsorted(scores, threshold, side="right")) - 1
        share = float(rates[place]) if place >= 0 else 1.0
        promised = OPERATING_POINTS.get(name, 1.0)
        rows.append((name, round(threshold, 3), f"{promised:.4%}", f"{share:.4%}"))
    title = "Operating points of spans: honest lines that would be cut in, at most"
    return [Table("span_points", title, ("point", "score", "promised", "honest lines"), rows)]


def spam_found(corpus: Corpus, scores: Floats, points: Points) -> Table:
    """Recall by family, hand-written lines apart from those of the grammar.

    Args:
        corpus: rows.
        scores: final score of each row, by a model that has not seen it.
        points: operating points.
    """
    groups: dict[tuple[str, str], list[float]] = {}
    for row, score in zip(corpus.rows, scores.tolist(), strict=True):
        if row.pool == "spam":
            key = row.sample.family or "unknown", _made(row, corpus)
            groups.setdefault(key, []).append(score)
            groups.setdefault(("all", key[1]), []).append(score)
    title = "Spam cut by models that had not seen the line's group (intervals: exact 95 %)"
    return _shares("spam", title, ("family", "lines of"), groups, points)


def honest_cut(corpus: Corpus, scores: Floats, points: Points) -> Table:
    """Honest lines cut, by pool, each judged alone by a model that has not seen its group."""
    groups: dict[tuple[str, str], list[float]] = {}
    for row, score in zip(corpus.rows, scores.tolist(), strict=True):
        if row.pool != "spam":
            groups.setdefault((row.pool, _made(row, corpus)), []).append(score)
    title = "Honest lines cut by models that had not seen their group (intervals: exact 95 %)"
    return _shares("honest", title, ("pool", "lines of"), groups, points)


def new_lines(
    rows: Sequence[Row], before: Floats, after: Floats, old_points: Points, points: Points
) -> Table:
    """New lines cut by the base and by the retrained model, each at its own thresholds.

    Args:
        rows: the new lines.
        before: final scores by the base.
        after: final scores by retrained weights that were learned without the line.
        old_points: operating points of the base.
        points: those of the retrained model.
    """
    groups: dict[tuple[str, str], list[float]] = {}
    for row, old, new in zip(rows, before.tolist(), after.tolist(), strict=True):
        family = row.sample.family if row.pool == "spam" else ""
        label = f"{row.sample.label}.{family}" if family else row.sample.label
        groups.setdefault((label, "base"), []).append(old)
        groups.setdefault((label, "retrained"), []).append(new)
    title = "New lines cut, before and after; no line judged by weights that had seen it"
    return _shares("new_lines", title, ("label", "model"), groups, points, base=old_points)


def contradictions(found: Sequence[Contradiction]) -> Table:
    """Lines with two labels, and which of them was learned."""
    header = ("text", "learned as", "and not as", "why")
    title = f"Lines with contradictory labels: {len(found):,}"
    return Table("contradictions", title, header, list(found))


def doubtful_labels(found: Sequence[LabelError], *, most: int) -> Table:
    """Labels that are probably wrong, the surest first; at most so many."""
    rows: list[tuple[Cell, ...]] = [
        (error.text, error.label, error.score, error.base_score) for error in found[:most]
    ]
    shown = f", the first {most}" if len(found) > most else ""
    title = (
        f"Labels to look at again: {len(found):,}{shown} (log-odds of spam by weights that had not "
        "seen the line's group, and by the base)"
    )
    return Table("label_errors", title, ("text", "label", "score", "base"), rows)


def _shares(
    name: str,
    title: str,
    keys: tuple[str, str],
    groups: Mapping[tuple[str, str], Sequence[float]],
    points: Points,
    base: Points | None = None,
) -> Table:
    """Shares of scores at each point; groups whose second key is `base` have its own points."""
    rows: list[tuple[Cell, ...]] = []
    for key in sorted(groups, key=lambda key: (key[0] != "all", key)):
        scores = groups[key]
        own = base if base is not None and key[1] == "base" else points
        bars = [own.get(name, points[name]).threshold for name in _ordered(points)]
        cut = [sum(score >= bar for score in scores) for bar in bars]
        rows.append((*key, len(scores), *(_estimate(count, len(scores)) for count in cut)))
    return Table(name, title, (*keys, "lines", *_ordered(points)), rows)


def _made(row: Row, corpus: Corpus) -> str:
    """Where a line comes from: what its share of lines found can be trusted for."""
    if row.sample.source == "grammar":
        return "grammar"
    if row.pool == "composed":
        return "composition"
    return "hand" if f"data/lines/{row.sample.source}" in corpus.digests else "corpus"


def _estimate(count: int, total: int) -> Estimate:
    return Estimate(count / total, *interval(count, total))


def _ordered(points: Iterable[str]) -> list[str]:
    """Strictest first; a model file has them by the alphabet."""
    known = list(points)
    return sorted(known, key=lambda name: (OPERATING_POINTS.get(name, 1.0), name))
