"""Lines of which a part is honest: a span of them is cut, or nothing, but not the line.

A copyright line with a brand before it scores like spam as a whole. Where the spans that were found
in it are what makes it so, and what is left of it is honest, cutting the line would lose the rest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from junkfilter.detectors.lines import Judgement
from junkfilter.features import Block
from junkfilter.model import Model
from junkfilter.page import Cut, merged
from junkfilter.windows import Int32, position_weights

# A line of which less than this share is left is spam with crumbs: of adult lines put before a page
# 3 % lost some of their terms only, with a quarter (benchmarks/held_out_pages.py, 2026-11-23).
_LEAST_LEFT = 0.5
# So many characters at least, for a line of two words says nothing.
_FEWEST_LEFT = 4

# Log-odds below which a part of a line is surely honest, and its least length with the line's mark.
# With -3 it were 1.8 % of spam lines and 54 % of mixed ones; with 10 characters 2.5 and 56 %.
_SURELY_HONEST = -4.0
_SHORTEST_PART = 14


class _Rest(NamedTuple):
    """A proposed cut of a line, and the text that cutting its spans alone would leave."""

    number: int
    cut: Cut
    text: str


def spared(
    judgement: Judgement,
    model: Model,
    lines: Iterable[tuple[int, Cut]],
    spans: Sequence[tuple[int, Cut]],
) -> Iterator[tuple[int, Cut]]:
    """The proposed cuts of lines without those of lines of which a part is honest.

    That is a line that is honest but for its spans, by stage 1's bar, and one that begins or ends
    with something as honest as no spam is; see `honest_parts`. Neither depends on the operating
    point, so that a stricter one never cuts what a looser one keeps.

    Args:
        judgement: of the pages.
        model: weights and bars.
        lines: number of the text and proposed cut of each line.
        spans: the same of spans.
    """
    sure = model.spans.thresholds.get("recall", 0.0) if model.spans is not None else 0.0
    by_text: dict[int, list[Cut]] = {}
    for number, span in spans:
        if span.score >= sure:
            by_text.setdefault(number, []).append(span)
    whole: list[tuple[int, Cut]] = []
    rests: list[_Rest] = []
    for number, cut in lines:
        inner = [s for s in by_text.get(number, ()) if s.start < cut.end and cut.start < s.end]
        left = _rest(judgement, number, cut, inner)
        if left is None:
            whole.append((number, cut))
        else:
            rests.append(_Rest(number, cut, left))
    if rests:
        scores = model.score(Block([rest.text for rest in rests], model.spec)).scores.tolist()
        left_over = zip(rests, scores, strict=True)
        whole += [(rest.number, rest.cut) for rest, score in left_over if score >= model.bar]
    texts = [judgement.seen(number, cut.start, cut.end).rstrip("\r\n") for number, cut in whole]
    for proposal, honest in zip(whole, honest_parts(texts, model), strict=True):
        if not honest:
            yield proposal


def honest_parts(texts: Sequence[str], model: Model) -> list[bool]:
    """Whether each line begins or ends with a part that is surely honest.

    Of spam lines to train on 0.5 % have such a part, of honest lines into which a span was put and
    which score like spam 44 % (cross-fitted pages, 2026-11-23): a sentence behind an agency's
    praise, a paragraph behind search phrases, a firm's copyright line behind a brand.

    Args:
        texts: lines without terminators, as models see them.
        model: weights of n-grams.
    """
    if not texts:
        return []
    block = Block(texts, model.spec)
    found: list[bool] = []
    for first, after in block.stretches():
        (weights,) = position_weights(block, first, after, [model.line])
        marks = (block.marks[first : after + 1] - block.marks[first]).tolist()
        for start, stop in pairwise(marks):
            found.append(_lowest(weights[start:stop], model) <= _SURELY_HONEST)
    return found


def _lowest(weights: Int32, model: Model) -> float:
    """The lowest score that a part at the beginning or end of a line would have by itself."""
    sums = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(weights, dtype=np.int64)])
    lengths = np.arange(_SHORTEST_PART, len(weights))
    if not len(lengths):
        return math.inf
    lowest = np.minimum(sums[lengths], sums[-1] - sums[len(weights) - lengths])
    return float(np.min(lowest * (model.scale / np.sqrt(lengths)))) + model.intercept


def _rest(judgement: Judgement, number: int, cut: Cut, spans: Sequence[Cut]) -> str | None:
    """What cutting the spans would leave of a line; None where that is nothing worth keeping."""
    if not spans:
        return None
    parts: list[str] = []
    position = cut.start
    for start, end in merged(spans):
        parts.append(judgement.seen(number, position, max(position, min(start, cut.end))))
        position = max(position, min(end, cut.end))
    parts.append(judgement.seen(number, position, cut.end))
    rest = "".join(parts).strip()
    whole = judgement.seen(number, cut.start, cut.end).strip()
    left = sum(map(str.isalnum, rest))  # `__首页` is one word of two characters
    enough = left >= max(_FEWEST_LEFT, _LEAST_LEFT * len(whole))
    return rest if enough else None
