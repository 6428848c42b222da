"""The figures of a report as SVG inside the page, drawn by matplotlib (the extra `report`).

Colours are variables of the page's style sheet, so that one drawing serves light, dark and paper;
letters stay text, in the reader's own font. What a figure shows is computed in `curves`.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from junkfilter.evaluation.evaluate import Point
from junkfilter.evaluation.metrics import Estimate, Floats
from junkfilter.extras import require
from junkfilter.presentation.curves import (
    WIDEST,
    Calibrated,
    Curve,
    CurvePoint,
    Histogram,
    bin_edges,
)
from junkfilter.presentation.markup import Html, tag

# Inches; at 72 points each a figure is 346 points wide, so that its letters are still 8 points
# high on a phone.
_SIZE = (4.8, 3.5)
# Colours that matplotlib draws with, and what the page puts in their place.
_VARIABLES = {
    "#010101": "var(--ink)",
    "#020202": "var(--grid)",
    "#030303": "var(--muted)",
    "#0b57a8": "var(--c1)",
    "#b3261e": "var(--c2)",
    "#17613a": "var(--c3)",
    "#7a4a00": "var(--c4)",
    "#6b3fa0": "var(--c5)",
    "#5a606b": "var(--c6)",
}
_INK, _GRID, _MUTED, *_SERIES = _VARIABLES
_STYLE = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.edgecolor": _MUTED,
    "axes.labelcolor": _INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": False,
    "grid.color": _GRID,
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "text.color": _INK,
    # Names come from files: a dollar sign in one is no formula.
    "text.parse_math": False,
    "xtick.color": _MUTED,
    "ytick.color": _MUTED,
    "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK,
}
# No colour stands alone: curves differ in dashes, operating points in shape.
_DASHES = ("-", "--", ":", "-.")
DASHES_IN_WORDS = ("solid", "dashed", "dotted", "dash-dotted")
_SHAPES = ("o", "s", "^", "D", "v")
_HEAD = re.compile(r".*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_START = re.compile(r"<svg[^>]*>")
_NAMED = re.compile(r'(\bid="|url\(#|href="#)')
# Error rates at which axes of the trade-off have a tick.
_RATES = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99)


class Plot(NamedTuple):
    """A figure and its words.

    Attributes:
        name: unique in the page, of small letters.
        title: short.
        description: what is to be seen, for those who do not see it.
        svg: the drawing.
    """

    name: str
    title: str
    description: str
    svg: Html


def precision_recall(curves: Sequence[Curve], points: Sequence[CurvePoint]) -> Plot:
    """Precision against recall; the operating points with their intervals."""

    def draw(axes: Any) -> None:
        for number, each in enumerate(curves):
            label = f"against {each.honest:,} {each.name} lines"
            axes.plot(
                each.recall, each.precision, _DASHES[number], color=_SERIES[number], label=label
            )
        for number, point in enumerate(points):
            _mark(axes, number, point.point.name, point.recall, point.precision)
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xlabel="recall", ylabel="precision")
        axes.legend(loc="lower left")

    said = "; ".join(
        f"{p.point.name}: precision {p.precision.value:.3f}, recall {p.recall.value:.3f}"
        for p in points
    )
    return _plot("precision-recall", "Precision and recall", said, draw)


def trade_off(curves: Sequence[Curve], points: Sequence[CurvePoint]) -> Plot:
    """Detection error trade-off: missed spam against honest lines cut, on normal deviates.

    Source: Martin and others, "The DET curve in assessment of detection task performance", 1997.
    """
    honest = max((each.honest for each in curves), default=1)
    left, right = min(0.5 / honest, 0.01), 0.5
    low, high = 0.005, 0.995

    def draw(axes: Any) -> None:
        for number, each in enumerate(curves):
            x = _deviates(np.clip(each.false_positives, left, right))
            y = _deviates(np.clip(1 - each.recall, low, high))
            label = f"against {each.honest:,} {each.name} lines"
            axes.plot(x, y, _DASHES[number], color=_SERIES[number], label=label)
        for number, point in enumerate(points):
            missed = Estimate(*(1 - point.recall[k] for k in (0, 2, 1)))
            x_ends = Estimate(*_deviates(np.clip(point.false_positives, left, right)))
            y_ends = Estimate(*_deviates(np.clip(missed, low, high)))
            _mark(axes, number, point.point.name, x_ends, y_ends)
        _rate_ticks(axes.set_xticks, axes.set_xlim, left, right)
        _rate_ticks(axes.set_yticks, axes.set_ylim, low, high)
        axes.set(xlabel="honest lines cut", ylabel="spam missed")
        axes.legend(loc="upper right")

    said = "; ".join(
        f"{p.point.name}: {p.false_positives.value:.3%} of honest lines cut, "
        f"{1 - p.recall.value:.1%} of spam missed"
        for p in points
    )
    return _plot("trade-off", "Errors against each other", said, draw)


def score_histograms(
    found: Sequence[Histogram],
    points: Sequence[Point],
    *,
    before: Sequence[Histogram] = (),
    name: str = "scores",
    title: str = "Scores by label",
) -> Plot:
    """One row for each label; operating points as lines; `before` as outlines."""
    edges = bin_edges()
    earlier = {histogram.label: histogram for histogram in before}

    def draw_row(axes: Any, histogram: Histogram) -> None:
        axes.bar(edges[:-1], histogram.shares, np.diff(edges), align="edge", color=_SERIES[0])
        if histogram.label in earlier:
            axes.stairs(earlier[histogram.label].shares, edges, color=_SERIES[1], linewidth=1.2)
        for number, point in enumerate(points):
            axes.axvline(
                point.threshold, color=_INK, linewidth=0.9, linestyle=_DASHES[number % len(_DASHES)]
            )
        axes.set(xlim=(-WIDEST, WIDEST), yticks=[])
        axes.set_title(f"{histogram.label}: {histogram.lines:,} lines", fontsize=8, loc="left")
        axes.grid(axis="y", visible=False)

    def draw(figure: Any) -> None:
        rows = figure.subplots(len(found), 1, sharex=True, squeeze=False)[:, 0]
        for axes, histogram in zip(rows, found, strict=True):
            draw_row(axes, histogram)
        rows[-1].set_xlabel("score (log-odds); lines: operating points")

    said = "; ".join(f"{h.label}: {h.lines:,} lines, {_middle(h)}" for h in found)
    size = (_SIZE[0], 0.75 * len(found) + 0.7)
    return _plot(name, title, said, draw, size=size, whole=True)


def calibration_plot(found: Sequence[Calibrated], points: Sequence[CurvePoint]) -> Plot:
    """Observed against claimed rates of clean lines, both on logarithms, with exact intervals."""
    claimed = np.array([row.claimed for row in found])
    smallest = float(claimed.min()) / 3

    def draw(axes: Any) -> None:
        low = np.maximum([row.observed.low for row in found], smallest)
        high = np.maximum([row.observed.high for row in found], smallest)
        value = np.array([row.observed.value or np.nan for row in found])
        axes.fill_between(claimed, low, high, color=_SERIES[0], alpha=0.2, linewidth=0)
        axes.plot(claimed, value, color=_SERIES[0], label="observed, 95 % interval")
        axes.plot([smallest, 1], [smallest, 1], "--", color=_MUTED, label="as claimed")
        for number, point in enumerate(points):
            promised = Estimate(*(point.point.promised,) * 3)
            observed = Estimate(*np.maximum(point.false_positives, smallest))
            _mark(axes, number, point.point.name, promised, observed)
        axes.set(xscale="log", yscale="log", xlim=(smallest, 1), ylim=(smallest, 1))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda rate, _: f"{100 * rate:g}%")
        axes.set(xlabel="claimed or promised", ylabel="observed")
        axes.legend(loc="upper left")

    said = "; ".join(f"claimed {r.claimed:.2g}: observed {r.observed.value:.2g}" for r in found)
    return _plot("calibration", "Clean lines that score as high", said, draw)


def _middle(histogram: Histogram) -> str:
    place = int(np.searchsorted(np.cumsum(histogram.shares), 0.5))
    edges = bin_edges()
    return f"half of them below {edges[min(place + 1, len(edges) - 1)]:.1f}"


def _mark(axes: Any, number: int, name: str, x: Estimate, y: Estimate) -> None:
    """An operating point with its intervals, its name beside it."""
    shape = _SHAPES[number % len(_SHAPES)]
    axes.errorbar(
        x.value,
        y.value,
        xerr=[[max(0.0, x.value - x.low)], [max(0.0, x.high - x.value)]],
        yerr=[[max(0.0, y.value - y.low)], [max(0.0, y.high - y.value)]],
        fmt=shape,
        color=_INK,
        markersize=5,
        elinewidth=1.1,
        capsize=2,
        label=f"at {name}",
        clip_on=False,
    )


def _deviates(rates: Any) -> Floats:
    from scipy.special import ndtri

    found: Floats = ndtri(np.asarray(rates, dtype=np.float64))
    return found


def _rate_ticks(
    set_ticks: Callable[..., Any], set_limits: Callable[..., Any], low: float, high: float
) -> None:
    shown = [rate for rate in _RATES if low <= rate <= high]
    set_ticks(_deviates(shown).tolist(), [f"{100 * rate:g}%" for rate in shown])
    set_limits(*_deviates([low, high]).tolist())


def _plot(
    name: str,
    title: str,
    description: str,
    draw: Callable[[Any], None],
    *,
    size: tuple[float, float] = _SIZE,
    whole: bool = False,
) -> Plot:
    """Draws on axes, or on the whole figure, and takes the drawing as markup."""
    matplotlib = require("matplotlib", "report")
    figures = require("matplotlib.figure", "report")
    # The salt makes the drawing's names, and so its bytes, the same every time.
    with matplotlib.rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = figures.Figure(figsize=size, layout="constrained")
        draw(figure if whole else figure.subplots())
        drawn = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        with warnings.catch_warnings():
            # Of very few lines axes may have no extent: drawn without the layout.
            warnings.filterwarnings("ignore", "constrained_layout not applied")
            figure.savefig(drawn, format="svg", transparent=True, metadata=nothing)
    return Plot(name, title, description, _inline(drawn.getvalue(), name, title, description))


def _inline(drawn: str, name: str, title: str, description: str) -> Html:
    """A drawing as a part of the page: named, scaled by the page, with the page's colours."""
    svg = _METADATA.sub("", _HEAD.sub("", drawn, count=1))
    start = _START.search(svg)
    box = re.search(r'viewBox="([^"]*)"', start[0]) if start is not None else None
    assert start is not None
    assert box is not None
    content = svg[start.end() :].rpartition("</svg>")[0]
    # Every drawing names its parts alike; in one page names must differ.
    content = _NAMED.sub(rf"\g<1>{name}-", content)
    for colour, variable in _VARIABLES.items():
        content = content.replace(colour, variable)
    return tag(
        "svg",
        tag("title", title, id=f"{name}-title"),
        tag("desc", description, id=f"{name}-description"),
        Html(content),
        viewBox=box[1],
        role="img",
        aria_labelledby=f"{name}-title {name}-description",
        class_="plot",
    )
