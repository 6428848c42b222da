"""Random letters behind the last sentence of a line: `…的需要。sOVesmc`.

Programs that republish stolen articles make each copy different by a few random letters, five to
nine of them, set right behind the mark that ends a line's last sentence. Honest words do stand
there (`。END`, `。ChatGPT`, a name, a model number, an editor's initials), so a tail has to look
random: pairs of letters that words do not have, capitals inside small letters. Where several
different ones stand on a page, less is asked of each, for nobody signs line after line with another
word of that kind.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from junkfilter.detectors.noise import Noise

NAME = "random tails"
KIND = "jam"

_FINAL_MARKS = "。！？…"
_CLOSING = "”’」』）》】"
_MIN_LENGTH = 5
_MAX_LENGTH = 9
# Tails that look odd, to be proof for each other.
_SEVERAL = 2

# For each letter those that hardly ever follow it. Pairs with less than a tenth of an even share of
# the pairs in the 60,000 most frequent English words (PyPI: wordfreq 3.1), without those inside
# syllables of pinyin. Of words of seven random small letters 93 % have one, and 76 % have two; of
# English words with five to nine letters 5 % have one and 0.2 % have two.
_UNUSUAL_PAIRS = {
    "a": "q",
    "b": "cdfghjkmnpqvwxz",
    "c": "bdfgjmnpqvwxz",
    "d": "jkpqtxz",
    "e": "j",
    "f": "bcdghjkmnpqvwxz",
    "g": "bcdfjkpqvwxz",
    "h": "bcdfghjkpqvxz",
    "i": "hijwy",
    "j": "bcdfghjklmnpqrstvwxyz",
    "k": "bcdfgjkmpqtvwxz",
    "l": "hjnqrwxz",
    "m": "dfghjkqrtvwxz",
    "n": "qx",
    "o": "jq",
    "p": "bcdfgjkmnqvwxz",
    "q": "abcdefghjklmnopqrstvwxyz",
    "r": "jqxz",
    "s": "gjvxz",
    "t": "dgjkpqvx",
    "u": "hjquvwxyz",
    "v": "bcdfghjklmnpqrstuvwxyz",
    "w": "bcdfgjkmpqtvwxyz",
    "x": "bdfghjklmnoqrsvwxyz",
    "y": "fghjkqvwxyz",
    "z": "bcdfgjklmnpqrstvwxy",
}


def trigger(codes: npt.NDArray[np.uint32], /) -> npt.NDArray[np.intp]:
    """Last characters of lines that end in ASCII letters or digits with a final mark near.

    >>> text = "需要。sOVesmc\\n"  # "need."
    >>> trigger(np.array([ord(c) for c in text], dtype=np.uint32))
    array([9])
    """
    ends = np.flatnonzero(codes < 0x0E)
    ends = np.append(ends[(codes[ends] == 0x0A) | (codes[ends] == 0x0D)], len(codes))
    ends = ends[ends > _MIN_LENGTH]
    for distance in range(1, _MIN_LENGTH + 1):
        letter = _is_letter_or_digit()[np.minimum(codes[ends - distance], 0x7F)]
        ends = ends[letter]
    marks = np.array([ord(mark) for mark in _FINAL_MARKS + _CLOSING], dtype=np.uint32)
    near = np.zeros(len(ends), dtype=np.bool_)
    for distance in range(_MIN_LENGTH + 1, _MAX_LENGTH + 2):
        near |= np.isin(codes.take(ends - distance, mode="clip"), marks)
    return ends[near] - 1


def find(text: str, /) -> list[Noise]:
    """The random tails of a page.

    >>> find("满足了大家的需要。sOVesmc")  # "met everybody's need."
    [Noise(start=9, end=16, reason='random letters behind the last sentence')]
    """
    matches = list(_tails().finditer(text))
    odd = [match for match in matches if _is_odd(match[1])]
    several = len({match[1] for match in odd}) >= _SEVERAL
    return [
        Noise(*match.span(1), "random letters behind the last sentence")
        for match in odd
        if several or _is_random(match[1])
    ]


def _is_odd(tail: str) -> bool:
    """Whether a tail is no usual word or name: enough where several of them stand on a page."""
    if tail.islower() or tail.isupper() or tail.istitle():
        return False
    return unusual_pairs(tail) >= 1 or _broken_capitals(tail)


def _is_random(tail: str) -> bool:
    """Whether an odd tail is random beyond doubt, with nothing else on the page to go by."""
    pairs, changes = unusual_pairs(tail), _changes_of_case(tail)
    return pairs >= 3 or (pairs >= 2 and changes >= 2) or changes >= 4 or _broken_capitals(tail)


def unusual_pairs(word: str) -> int:
    """How many pairs of neighbouring letters of an ASCII word words do not have.

    Only pairs whose second letter is small count: where a capital follows, one part of a name ends
    (`ChatGPT`), and among capitals, as in abbreviations, every pair is possible.

    >>> unusual_pairs("ChatGPT"), unusual_pairs("xKvqRtb")
    (0, 2)
    """
    return sum(b.islower() and b in _UNUSUAL_PAIRS.get(a.lower(), "") for a, b in pairwise(word))


def _changes_of_case(tail: str) -> int:
    letters = [character for character in tail if character.isalpha()]
    return sum(a.islower() != b.islower() for a, b in pairwise(letters))


def _broken_capitals(tail: str) -> bool:
    """Whether capitals stand among small letters as in no name: `sOVesmc`, unlike `macOS`."""
    return _capitals_inside().search(tail) is not None


@cache
def _capitals_inside() -> re.Pattern[str]:
    # Two capitals or more between small letters, and no vowel among the last three of these: names
    # such as `mRNAs`, `iOSapp` and `theUSAtoday` end otherwise.
    return re.compile("[a-z][A-Z]{2,}[a-z]*[bcdfghjklmnpqrstvwxz]{3}$")


@cache
def _tails() -> re.Pattern[str]:
    return re.compile(
        rf"(?<=[{_FINAL_MARKS}{_CLOSING}])"
        rf"([A-Za-z0-9]{{{_MIN_LENGTH},{_MAX_LENGTH}}})(?=[\n\r]|\Z)"
    )


@cache
def _is_letter_or_digit() -> npt.NDArray[np.bool_]:
    """For ASCII, and False for its last code point, which stands for everything above."""
    return np.array([chr(code).isalnum() for code in range(0x80)])
