"""Evidence for people: which words spoke for and against a line: bars, and heat in the text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import numpy as np

from junkfilter.detectors.explanation import Evidence
from junkfilter.features import Block
from junkfilter.model import Model
from junkfilter.model_folder import Floats
from junkfilter.policy import REPAIR
from junkfilter.presentation.document import facts
from junkfilter.presentation.markup import Html, joined, tag
from junkfilter.presentation.wording import EVIDENCE
from junkfilter.results import LineVerdict

# What is listed of a line's evidence; the rest is added up in one row.
MOST_LISTED = 8
# Beyond this nobody reads on, and a line may have a million characters.
MOST_CHARACTERS = 400
_LEVELS = 3


def character_weights(model: Model, line: str, hidden: Sequence[tuple[int, int]] = ()) -> Floats:
    """What each character adds to stage 1's score of a line, shape (len(line),), in log-odds.

    An n-gram's weight is spread evenly over its characters; what folding drops has none.

    Args:
        model: the weights.
        line: one line without terminator.
        hidden: ranges of proven noise, which no model sees.

    >>> from junkfilter.model import default_model_folder
    >>> model = Model.load(default_model_folder())
    >>> character_weights(model, "国产精品").shape  # (an adult keyword)
    (4,)
    """
    weights = np.zeros(len(line) + 2)
    block = Block([line], model.spec, hidden={0: hidden})
    places = block.places()
    for position, order, weight in model.contributions(block):
        weights[places[position + 1 : position + 1 + order]] += weight / order
    return weights[1:-1]


def heated(model: Model, verdict: LineVerdict) -> Html:
    """A line with the characters that spoke for spam the darker the more, the others dotted."""
    line = verdict.text
    hidden = [(cut.start, cut.end) for cut in (*verdict.cuts, *verdict.flags) if cut.kind in REPAIR]
    weights = character_weights(model, line, hidden)
    levels = heat_levels(weights)[:MOST_CHARACTERS]
    pieces: list[str] = []
    place = 0
    for level, run in groupby(levels):
        end = place + len(list(run))
        part = line[place:end]
        pieces.append(tag("span", part, class_=_class(level)) if level else part)
        place = end
    more = len(line) - place
    return joined(*pieces, tag("span", f" … {more:,} more", class_="muted") if more > 0 else None)


def heat_levels(weights: Floats) -> list[int]:
    """How warm each character is: up to 3 by its share of the largest weight; -1 is against.

    >>> heat_levels(np.array([3.0, 1.0, 0.1, -2.0]))
    [3, 1, 0, -1]
    """
    largest = max(float(np.abs(weights).max(initial=0.0)), 1e-9)
    # What is less than a sixth of the largest is not worth ink.
    levels = np.ceil(weights / largest * _LEVELS - 0.5).clip(0, _LEVELS).astype(int)
    levels[weights < -0.3 * largest] = -1
    found: list[int] = levels.tolist()
    return found


def by_strength(evidence: Iterable[Evidence]) -> tuple[list[Evidence], list[Evidence]]:
    """Words and n-grams, and other evidence; each with the strongest first.

    >>> by_strength([Evidence("(window)", 1.0), Evidence("国产", -2.0)])[0]  # "domestic"
    [Evidence(feature='国产', weight=-2.0)]
    """
    rows = sorted(evidence, key=lambda item: -abs(item.weight))
    named = [item for item in rows if item.feature.startswith("(")]
    return [item for item in rows if not item.feature.startswith("(")], named


def evidence_bars(evidence: Iterable[Evidence]) -> Html:
    """Evidence as a list of bars: the strongest words, the rest of them as a sum, then the others.

    The bars add up to the score.
    """
    words, named = by_strength(evidence)
    shown = _with_rest(words, "(other words and n-grams)")
    shown += _with_rest(named, "(other evidence)")
    largest = max((abs(item.weight) for item in shown), default=1.0) or 1.0
    return tag("ul", *(_bar(item, largest) for item in shown), class_="evidence")


def glossary() -> Html:
    """What the names in parentheses mean."""
    rows: list[tuple[str, str | Html]] = [(f"({name})", what) for name, what in EVIDENCE.items()]
    return tag("details", tag("summary", "What the names of the evidence mean"), facts(rows))


def _with_rest(rows: Sequence[Evidence], name: str) -> list[Evidence]:
    shown, rest = list(rows[:MOST_LISTED]), rows[MOST_LISTED:]
    if rest:
        shown.append(Evidence(name, sum(item.weight for item in rest)))
    return shown


def _bar(item: Evidence, largest: float) -> Html:
    width = abs(item.weight) / largest * 50
    start = 50.0 if item.weight >= 0 else 50 - width
    drawn = joined(
        tag(
            "rect",
            x=f"{start:.1f}",
            y="1",
            width=f"{width:.1f}",
            height="8",
            class_="for" if item.weight >= 0 else "against",
        ),
        tag("line", x1="50", x2="50", y1="0", y2="10", class_="axis"),
    )
    svg = tag(
        "svg",
        drawn,
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        class_="bar",
        aria_hidden="true",
    )
    number = tag("span", f"{item.weight:+.2f}", class_="number")
    return tag("li", tag("span", item.feature), number, svg)


def _class(level: int) -> str:
    return "cool" if level < 0 else f"heat{level}"
