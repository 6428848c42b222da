"""The tables that `junkfilter evaluate` shows, in the order in which to read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from junkfilter.evaluation.difference import Flip
from junkfilter.evaluation.evaluate import Evaluation, Point
from junkfilter.evaluation.metrics import FALSE_POSITIVE_RATES
from junkfilter.evaluation.quality import comparisons, decision, kind_qualities, ranking
from junkfilter.evaluation.rates import (
    ListedLine,
    PromiseCheck,
    Rate,
    by_family,
    by_group,
    by_label,
    by_source,
    false_positives,
    misses,
    promise_checks,
)
from junkfilter.evaluation.table import Cell, Table, plain_rows

_LISTED = ("digest", "score", "fpr", "label", "source", "known ad", "text")


def tables(evaluation: Evaluation, *, point: str, errors: int) -> list[Table]:
    """All tables that have a row.

    Args:
        evaluation: judged lines.
        point: operating point whose errors are listed.
        errors: how many false positives and misses to list at most, each; -1 for all.

    Raises:
        DataError: the model has no such operating point.
    """
    found = [
        _promises(evaluation),
        _rates(evaluation, "by_label", "Labelled lines cut, by label", by_label(evaluation)),
        _rates(evaluation, "by_family", "Recall, by family", by_family(evaluation)),
        _rates(evaluation, "by_source", "Labelled lines cut, by file", by_source(evaluation)),
        _rates(evaluation, "by_group", "Labelled lines cut, by group", by_group(evaluation)),
        _decisions(evaluation),
        _rankings(evaluation),
        _kinds(evaluation),
        *_errors(evaluation, evaluation.point(point), errors),
    ]
    return [table for table in found if table.rows]


def difference_table(flips: Sequence[Flip], point: str) -> Table:
    """Flipped verdicts as a table."""
    header = ("change", "label", "score", "before", "digest", "source", "text")
    title = f"Verdicts that flip at {point}, honest lines first"
    return Table("difference", title, header, list(flips))


def as_json(evaluation: Evaluation, listed: Iterable[Table]) -> dict[str, object]:
    """Tables and what they were made from, as plain values: floats, strings, lists, None."""
    return {
        "data": evaluation.data_digest(),
        "as_pages": evaluation.as_pages,
        "operating_points": [
            {"name": name, "threshold": threshold, "promised": promised}
            for name, threshold, promised in evaluation.points
        ],
        "tables": {table.name: plain_rows(table) for table in listed},
    }


def _promises(evaluation: Evaluation) -> Table:
    header = tuple(field.replace("_", " ") for field in PromiseCheck._fields)
    title = "Promised and observed: clean lines cut (bounds: one-sided 95 %)"
    return Table("promises", title, header, promise_checks(evaluation))


def _rates(evaluation: Evaluation, name: str, title: str, rates: Sequence[Rate]) -> Table:
    """One row for each name, with one column for each operating point."""
    points = [point.name for point in evaluation.points]
    rows: dict[str, list[Cell]] = {}
    for rate in rates:
        rows.setdefault(rate.name, [rate.name, rate.lines]).extend((rate.cut, rate.share))
    columns = [column for point in points for column in (f"cut@{point}", f"share@{point}")]
    return Table(name, title, ("name", "lines", *columns), [tuple(row) for row in rows.values()])


def _decisions(evaluation: Evaluation) -> Table:
    rows = [
        decision(pair, point) for pair in comparisons(evaluation) for point in evaluation.points
    ]
    header = ("name", "against", "point", "precision", "recall", "F1")
    return Table("decisions", "Precision, recall and F1 on this data", header, rows)


def _rankings(evaluation: Evaluation) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for pair in comparisons(evaluation):
        measured = ranking(pair)
        rows.append((*measured[:-1], *measured.recalls))
    columns = [f"recall@{rate:.2%}" for rate in FALSE_POSITIVE_RATES]
    header = ("name", "against", "spam", "honest", "average precision", "(1-ROCA)%", *columns)
    return Table("rankings", "Ranking, whatever the threshold", header, rows)


def _kinds(evaluation: Evaluation) -> Table:
    header = ("kind", "lines", "precision", "recall")
    return Table("kinds", "Other kinds, on labelled lines", header, kind_qualities(evaluation))


def _errors(evaluation: Evaluation, point: Point, most: int) -> list[Table]:
    cut, kept = false_positives(evaluation, point), misses(evaluation, point)
    return [
        _listing("false_positives", f"Honest lines cut at {point.name}, surest first", cut, most),
        _listing("misses", f"Spam kept at {point.name}, least suspected first", kept, most),
    ]


def _listing(name: str, title: str, lines: Sequence[ListedLine], most: int) -> Table:
    shown = lines if most < 0 else lines[:most]
    return Table(name, f"{title}: {len(shown)} of {len(lines)}", _LISTED, shown)
