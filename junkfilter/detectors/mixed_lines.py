"""Lines that are honest but for a span: the span is cut, not the line.

A copyright line with a brand before it scores like spam as a whole. Where the spans that were found
in it are what makes it so, and what is left of it is honest, cutting the line would lose the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from junkfilter.detectors.lines import Judgement
from junkfilter.features import Block
from junkfilter.model import Model
from junkfilter.page import Cut, merged

# A line of which less than this share is left is spam with crumbs: of adult lines put before a page
# 3 % lost some of their terms only, with a quarter (benchmarks/held_out_pages.py, 2026-11-23).
_LEAST_LEFT = 0.5
# So many characters at least, for a line of two words says nothing.
_FEWEST_LEFT = 4


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
    """The proposed cuts of lines without those of lines that are honest but for their spans.

    What is left is judged by stage 1's bar, and spans count from the threshold of `balanced`:
    neither depends on the operating point, so that a stricter one never cuts what a looser one
    keeps. Where a quarter left was enough, injured pages lost 491 honest characters in a million
    with the threshold of `precision`, 240 with this one, 231 with that of `recall`; of 64 spam
    lines of real pages 45, 44 and 43 were cut (benchmarks/simulated_pages.py, dev_spans.py,
    2026-11-23).

    Args:
        judgement: of the pages.
        model: weights and bars.
        lines: number of the text and proposed cut of each line.
        spans: the same of spans.
    """
    sure = model.spans.thresholds.get("balanced", 0.0) if model.spans is not None else 0.0
    by_text: dict[int, list[Cut]] = {}
    for number, span in spans:
        if span.score >= sure:
            by_text.setdefault(number, []).append(span)
    rests: list[_Rest] = []
    for number, cut in lines:
        inner = [s for s in by_text.get(number, ()) if s.start < cut.end and cut.start < s.end]
        left = _rest(judgement, number, cut, inner)
        if left is None:
            yield number, cut
        else:
            rests.append(_Rest(number, cut, left))
    if rests:
        scores = model.score(Block([rest.text for rest in rests], model.spec)).scores.tolist()
        for rest, score in zip(rests, scores, strict=True):
            if score >= model.bar:
                yield rest.number, rest.cut


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
