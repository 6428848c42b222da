"""Random letters behind the last sentence of a line: `…的需要。sOVesmc`.

Programs that republish stolen articles make each copy different by a few random letters, five to
nine of them, set right behind the mark that ends a line's last sentence. Honest words do stand
there (`。END`, `。ChatGPT`, a name, a model number, an editor's initials), so a tail has to look
random: pairs of letters that words do not have, capitals inside small letters. Where several
different ones stand on a page, less is asked of each, for nobody signs line after line with another
word of that kind; and where most tails of one length look random, the others of that length are.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from junkfilter.chars import CodePoints
from junkfilter.detectors.noise import Indices, Noise, code_point_ranges, watched_in

NAME = "random tails"
KIND = "jam"

_FINAL_MARKS = "。！？…"
_CLOSING = "”’」』）》】"
_MIN_LENGTH = 5
_MAX_LENGTH = 9
# Tails that look odd, to be proof for each other; and tails of one length, most of them odd, to be
# proof for all of that length.
_SEVERAL = 2
_ALIKE = 3
_SHARE_ODD = 0.6

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


def watched_code_points() -> CodePoints:
    """Line ends."""
    return code_point_ranges((0x0A, 0x0A), (0x0D, 0x0D))


def trigger(codes: CodePoints, watched: Indices | None = None, /) -> Indices:
    """Last characters of lines that end in ASCII letters or digits right behind a final mark.

    >>> text = "需要。sOVesmc\\n"  # "need."
    >>> trigger(np.array([ord(c) for c in text], dtype=np.uint32))
    array([9])
    """
    watched = watched_in(codes, watched_code_points()) if watched is None else watched
    ends = np.append(watched, len(codes))
    ends = ends[ends > _MIN_LENGTH]
    found = [ends[:0]]
    for distance in range(1, _MAX_LENGTH + 2):
        before = codes.take(ends - distance, mode="clip")
        if distance > _MIN_LENGTH:
            found.append(ends[_is_mark().take(before, mode="clip")])
        ends = ends[_is_letter_or_digit()[np.minimum(before, 0x7F)]]
        if not len(ends):
            break
    return np.sort(np.concatenate(found)) - 1


def find(text: str, /) -> list[Noise]:
    """The random tails of a page.

    >>> find("满足了大家的需要。sOVesmc")  # "met everybody's need."
    [Noise(start=9, end=16, reason='random letters behind the last sentence')]
    """
    matches = list(_tails().finditer(text))
    if not matches:
        return []
    odd = {match[1] for match in matches if _is_odd(match[1])}
    alike = _alike({match[1] for match in matches}, odd)
    several = len(odd) >= _SEVERAL
    return [
        Noise(*match.span(1), "random letters behind the last sentence")
        for match in matches
        if match[1] in alike or (match[1] in odd and (several or _is_random(match[1])))
    ]


def _alike(tails: set[str], odd: set[str]) -> set[str]:
    """Of different tails those of lengths of which several are there, most of them odd."""
    found: set[str] = set()
    for length in range(_MIN_LENGTH, _MAX_LENGTH + 1):
        those = {tail for tail in tails if len(tail) == length and not tail.isdigit()}
        n_odd = len(those & odd)
        if len(those) >= _ALIKE and n_odd >= max(_SEVERAL, _SHARE_ODD * len(those)):
            found |= those
    return found


def _is_odd(tail: str) -> bool:
    """Whether a tail is no usual word or name: enough where several of them stand on a page."""
    if tail.islower() or tail.isupper() or tail.istitle():
        return False
    return unusual_pairs(tail) >= 1 or _broken_capitals(tail) or _is_strange_name(tail)


def _is_strange_name(tail: str) -> bool:
    """Whether capitals stand as in no name of words set together: `AMyGaTo`, unlike `ChatGPT`."""
    return tail.isalpha() and not _names().fullmatch(tail)


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
def _names() -> re.Pattern[str]:
    # Words with a capital each, small letters before them, abbreviations before, between or behind.
    return re.compile("[a-z]*(?:[A-Z][a-z]+)*(?:[A-Z]{2,5}(?:[A-Z][a-z]+)*)?[A-Z]*s?")


@cache
def _tails() -> re.Pattern[str]:
    return re.compile(
        rf"[{_FINAL_MARKS}{_CLOSING}]([A-Za-z0-9]{{{_MIN_LENGTH},{_MAX_LENGTH}}})(?=[\n\r]|\Z)"
    )


@cache
def _is_mark() -> npt.NDArray[np.bool_]:
    """Of the basic plane; its last code point, no character, stands for everything above."""
    table = np.zeros(0x10000, dtype=np.bool_)
    table[[ord(mark) for mark in _FINAL_MARKS + _CLOSING]] = True
    return table


@cache
def _is_letter_or_digit() -> npt.NDArray[np.bool_]:
    """For ASCII, and False for its last code point, which stands for everything above."""
    return np.array([chr(code).isalnum() for code in range(0x80)])
