"""The figures of a report, each with a sentence that says how to read it."""

from __future__ import annotations

from collections.abc import Iterator

from junkfilter.presentation.curves import calibration, histograms
from junkfilter.presentation.markup import Html, joined, tag
from junkfilter.presentation.plots import (
    DASHES_IN_WORDS,
    Plot,
    calibration_plot,
    precision_recall,
    score_histograms,
    trade_off,
)
from junkfilter.presentation.report import ModelReport


def figures(report: ModelReport) -> Html:
    """All figures that the data allows, and a word for each that it does not."""
    shown = [figure(plot, how) for plot, how in _plots(report)]
    missing = [tag("p", why, class_="muted") for why in _missing(report)]
    return joined(*missing, tag("div", *shown, class_="figures"))


def figure(plot: Plot, how: str) -> Html:
    """A drawing with its title and how to read it."""
    caption = tag("figcaption", tag("strong", f"{plot.title}. "), how)
    return tag("figure", plot.svg, caption)


def _plots(report: ModelReport) -> Iterator[tuple[Plot, str]]:
    points = report.curve_points
    if report.curves:
        yield (
            trade_off(report.curves, points),
            "Each place on a curve is a threshold: to the right more honest lines are cut, further "
            "down less spam is missed. Nearer to the lower left corner is better. The marks are "
            "the operating points, measured on the clean lines where there are any; their bars "
            "are 95 % intervals. Axes are stretched so that rare errors can be seen.",
        )
        yield (
            precision_recall(report.curves, points),
            "To the right more of the spam is found, further up less of what is cut is honest. "
            "Nearer to the upper right corner is better. Precision depends on how much spam the "
            "data has: it is for comparing models on the same data, not for other data.",
        )
    yield (
        score_histograms(histograms(report.evaluation), report.evaluation.points),
        "How the scores of the lines of each label are spread; every row has its own height. The "
        f"upright lines are the operating points ({_lines_in_words(report)}): what is to the "
        "right of one is cut at it. The less a row of honest lines reaches over them the better.",
    )
    calibrated = calibration(report.evaluation)
    if len(calibrated) > 1:
        yield (
            calibration_plot(calibrated, points),
            "The model says of each score how many clean lines score as high (across); this is "
            "how many of these clean lines do (up). On the dashed line both agree; below it the "
            "model cuts less than it says, above it more. The marks are the promises of the "
            "operating points. The shade is a 95 % interval; where no line was seen, only the "
            "shade is drawn.",
        )


def _lines_in_words(report: ModelReport) -> str:
    names = [point.name for point in report.evaluation.points]
    return ", ".join(f"{dash} {name}" for name, dash in zip(names, DASHES_IN_WORDS, strict=False))


def _missing(report: ModelReport) -> Iterator[str]:
    if not report.curves:
        yield "No curves: they need labelled spam, and honest lines beside it."
    if not report.evaluation.clean:
        yield "No clean corpus was given (--clean): no promise is checked, and no calibration."
