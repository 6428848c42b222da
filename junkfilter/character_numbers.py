"""The number that stands for each character in features: equal for characters that fold alike.

What is not there for models has the number 0: invisible characters, and readings in brackets behind
the characters that they read.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from junkfilter.chars import (
    CodePoints,
    folding_pairs,
    folding_table,
    foreign_code_points,
    invisible_code_points,
    reading_notes,
    tone_letters,
)

# U+00C0 to U+01DC: Latin letters with diacritics, those of pinyin among them in both cases.
_LATIN_1 = 0xC0
_LATIN_SIZE = 0x11D
# The hanzi before a note and the note have at most 11 characters; text around a tone mark is
# looked at this far, so that neighbouring notes are seen at once.
_NOTE_LENGTH = 11
_NOTE_REACH = 64
# Bits of a character's number: what the page's script is told by.
HANZI = 1
FOREIGN = 2


@cache
def code_point_numbers(seed: int) -> CodePoints:
    """A random number for each code point, equal for characters that fold alike.

    Zero stands for characters that are dropped (invisible ones), and for those alone.

    Returns:
        Array of shape (0x110000,). Costs about 15 ms once per process.
    """
    numbers = folding_table().copy()
    # All digits are one: `tyc9728` and `tyc1355` are one brand, and no number of a table of soil
    # samples is evidence. Measured: docs/evaluation.md, "Digits".
    numbers[(numbers >= ord("0")) & (numbers <= ord("9"))] = ord("0")
    numbers += np.uint32((seed * 0x61C88647) & 0xFFFFFFFF)
    # Finaliser of MurmurHash3 (Appleby, public domain): every bit of the input reaches every bit.
    numbers ^= numbers >> np.uint32(16)
    numbers *= np.uint32(0x85EBCA6B)
    numbers ^= numbers >> np.uint32(13)
    numbers *= np.uint32(0xC2B2AE35)
    numbers ^= numbers >> np.uint32(16)
    # The finaliser is a bijection, so at most one code point gets zero by chance.
    numbers[numbers == 0] = 1 << 31
    # The lowest bits reach no index of a single character: they say whether it is a hanzi.
    numbers &= ~np.uint32(HANZI | FOREIGN)
    numbers[0x3400:0xA000] |= np.uint32(HANZI)
    numbers[foreign_code_points()] |= np.uint32(FOREIGN)
    # Once more, for `㈠` is no hanzi and must have the number of `一` (one) to the last bit.
    sources, targets = folding_pairs()
    numbers[sources] = numbers[targets]
    numbers[invisible_code_points()] = 0
    numbers.setflags(write=False)
    return numbers


def drop_notes(codes: CodePoints, numbers: CodePoints) -> None:
    """Zeros in `numbers` in the place of readings behind their characters, `區(qū)`.

    Args:
        codes: code points of joined texts.
        numbers: their numbers; changed.

    Looks at text around letters with tone marks only. They lie in two Unicode blocks of which
    Chinese text has little else but the sign of multiplication.
    """
    latin = np.flatnonzero(codes - np.uint32(_LATIN_1) < np.uint32(_LATIN_SIZE))
    if not len(latin):
        return
    tones = latin[_tone_marks()[codes[latin] - np.uint32(_LATIN_1)]]
    if not len(tones):
        return
    places = np.flatnonzero(numbers)
    after = -1
    for tone in np.searchsorted(places, tones).tolist():
        if tone < after:
            continue  # seen with the one before
        first, after = max(tone - _NOTE_REACH, 0), tone + _NOTE_REACH
        text = folding_table()[codes[places[first:after]]].tobytes()
        for start, end in reading_notes(text.decode("utf-32", "surrogatepass")):
            numbers[places[first + start : first + end]] = 0
        # A note may begin within the reach of this one and end beyond: look from there again.
        after -= _NOTE_LENGTH


@cache
def _tone_marks() -> npt.NDArray[np.bool_]:
    """Which code points from `_LATIN_1` on fold to a letter with a tone mark of pinyin."""
    folded = folding_table()[_LATIN_1 : _LATIN_1 + _LATIN_SIZE]
    return np.isin(folded, tone_letters())
