"""Pages that are not mainly Chinese: they are passed through, and nothing of them is judged."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from junkfilter.chars import (
    code_points,
    foreign_code_points,
    is_mainly_chinese,
    script_profile,
)
from junkfilter.detectors.noise.finder import PageNoise
from junkfilter.features import Block

# CJK Unified Ideographs, U+4E00 to U+9FFF.
_FIRST_HANZI = np.uint32(0x4E00)
_COMMON_HANZI = np.uint32(0x5200)


def foreign_texts(block: Block, noise: Mapping[int, PageNoise]) -> frozenset[int]:
    """Texts that are not mainly Chinese, 0-based; one of noise alone is of no language.

    Args:
        block: the texts.
        noise: their proven noise, which counts for nothing: the Latin letters of a page may be the
            readings behind its hanzi.

    >>> from junkfilter.features import FeatureSpec
    >>> foreign_texts(Block(["今天", "today"], FeatureSpec()), {})  # "today"
    frozenset({1})
    """
    seen = {
        number: noise[number].seen(text) if number in noise else text
        for number, text in ((number, block.texts[number]) for number in block.perhaps_foreign())
    }
    doubtful = [(number, text) for number, text in seen.items() if text]
    if not doubtful:
        return frozenset()
    sure = _surely_chinese([text for _, text in doubtful])
    return frozenset(
        number
        for (number, text), is_sure in zip(doubtful, sure, strict=True)
        if not is_sure and not is_mainly_chinese(script_profile(text))
    )


def _surely_chinese(texts: Sequence[str]) -> list[bool]:
    """Whether some texts, none empty, are so Chinese that nothing else need be counted.

    True where one character in 16 is one of the common hanzi, and kana and hangul are at most an
    eighth as many: both far within the bounds of `is_mainly_chinese`. Counts all texts at once: one
    headline in thirty is doubtful, for its digits and Latin letters, and a profile of each takes a
    fifth of the time in which all are judged.
    """
    codes = code_points("".join(texts))
    lengths = np.fromiter(map(len, texts), dtype=np.intp, count=len(texts))
    firsts = np.cumsum(lengths) - lengths
    is_hanzi = (codes - _FIRST_HANZI < _COMMON_HANZI).view(np.uint8)
    is_foreign = _is_foreign().take(codes, mode="clip")
    hanzi = np.add.reduceat(is_hanzi, firsts, dtype=np.intp)
    foreign = np.add.reduceat(is_foreign, firsts, dtype=np.intp)
    sure: list[bool] = ((hanzi * 16 >= lengths) & (foreign * 8 <= hanzi)).tolist()
    return sure


@cache
def _is_foreign() -> npt.NDArray[np.uint8]:
    """1 for kana and hangul, 0 for all else, by code point; read-only."""
    table = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    table[foreign_code_points()] = 1
    table.setflags(write=False)
    return table
