"""What a model finds: recall by family and by file, and which family it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from junkfilter.evaluation.evaluate import Point
from junkfilter.evaluation.rates import Rate, by_family, by_source
from junkfilter.policy import FAMILIES
from junkfilter.presentation.markup import Html, joined, tag
from junkfilter.presentation.report import NOT_FOUND, ModelReport
from junkfilter.presentation.tables import (
    confusion_table,
    html_table,
    interval_bar,
    share_in_words,
)


def rate_sections(report: ModelReport) -> Iterator[Html]:
    """Recall by family, shares by file, and the confusion of families."""
    points = report.evaluation.points
    families = by_family(report.evaluation)
    if families:
        yield tag("h3", "Recall by family")
        yield tag(
            "p",
            f"How much of the labelled spam is cut. The bar shows {report.point.name}: the tick is "
            "what was measured, the line its exact 95 % interval, from 0 at the left to 100 % at "
            "the right. Few lines make a long line: such a figure says little.",
        )
        yield _rates_table(families, "family", report.point, points)
    sources = by_source(report.evaluation)
    if sources:
        yield tag("h3", "Lines cut, by file and label")
        yield tag(
            "p",
            "The same for each file of labelled lines. For spam more is better; for text, "
            "boilerplate and garbled lines less. Mixed lines are honest with something injected: "
            "cutting all of one is wrong.",
        )
        yield _rates_table(sources, "file: label", report.point, points)
    if report.confusion:
        yield _confusion(report)


def _rates_table(rates: Sequence[Rate], name: str, chosen: Point, points: Sequence[Point]) -> Html:
    rows: dict[str, list[str | int | Html]] = {}
    for rate in rates:
        row = rows.setdefault(rate.name, [rate.name, rate.lines, Html("")])
        row.append(share_in_words(rate.share))
        if rate.point == chosen.name:
            row[2] = interval_bar(rate.share)
    header = (name, "lines", f"at {chosen.name}", *(f"cut at {point.name}" for point in points))
    return html_table(header, list(rows.values()))


def _confusion(report: ModelReport) -> Html:
    named = {name for row in report.confusion.values() for name in row}
    known = [name for name in FAMILIES if name in named or name in report.confusion]
    others = sorted(named - {*known, NOT_FOUND})
    how = (
        "Each row is spam of one labelled family, each column what the model calls it at its "
        f"loosest operating point; the darker, the larger the share of the row. Framed cells are "
        f"right. What scores lower is in the last column, {NOT_FOUND!r}. Naming the wrong family "
        "loses nothing, unless a family is kept on purpose."
    )
    return joined(
        tag("h3", "Families: labelled and named"),
        tag("p", how),
        confusion_table(report.confusion, [*known, *others, NOT_FOUND]),
    )
