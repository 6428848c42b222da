"""What is worth a look at every character: a few lines in a thousand, and some whole pages.

The best window of a line, by weights of n-grams that lie in injected spans; every line has it from
the pass of stage 1. Lines over the bar are looked at first, and where one holds something likely,
its whole page is. And a page is in which a pair of characters that nobody writes stands before a
comma or full stop again and again: an unknown brand that is dropped between sentences moves no
window, but it recurs.
"""

from __future__ import annotations

import numpy as np

from junkfilter.characters import levels, pair_hash, pause_table
from junkfilter.detectors.lines import Judgement
from junkfilter.features import Block
from junkfilter.span_model import SpanModel

# So often one pair, unknown to honest text, stands before a pause of a page that is looked at.
_RECURS = 3


def lines_over(judgement: Judgement, model: SpanModel) -> dict[int, list[int]]:
    """The lines whose window is over the bar, 0-based in their text, by number of the text."""
    found: dict[int, list[int]] = {}
    over = np.flatnonzero(judgement.stage1.span_windows >= model.bar)
    for line, text in zip(over.tolist(), judgement.block.texts_of(over), strict=True):
        if text not in judgement.foreign:
            found.setdefault(text, []).append(line - int(judgement.block.first_lines[text]))
    return found


def recurring(block: Block, model: SpanModel) -> list[int]:
    """Texts with a pair of characters, unknown to honest text, before a pause again and again.

    Looks at pauses only, about one character in ten.
    """
    pauses = np.flatnonzero(pause_table()[block.codes])
    places = pauses if block.all_visible else np.searchsorted(block.places(), pauses)
    places = places[places >= 2]
    if not len(places):
        return []
    numbers = block.numbers
    pairs = pair_hash(numbers[places - 2], numbers[places - 1])
    # A pair that holds a mark begins on the line before. One that begins with a comma is a token
    # of one character.
    starts = np.searchsorted(block.marks, places - 2, side="right")
    whole = starts == np.searchsorted(block.marks, places - 1, side="right")
    whole &= ~np.isin(places - 2, block.marks, assume_unique=True)
    rare = whole & (levels(pairs, model.frequencies) == 0)
    lines = np.searchsorted(block.marks, places[rare], side="left") - 1
    if not len(lines):
        return []
    texts = np.asarray(block.texts_of(np.minimum(lines, block.n_lines - 1)), dtype=np.uint64)
    keys, counts = np.unique(
        pairs[rare].astype(np.uint64) | texts << np.uint64(32), return_counts=True
    )
    found: list[int] = np.unique(keys[counts >= _RECURS] >> np.uint64(32)).tolist()
    return found
