"""Strings that forum software sets between lines so that copied text is spoilt: `7 I9 U) K# f% O`.

The forum program Discuz! has a function for it, called jammer (its source is public): five times or
more, a character from U+0020 to U+003B, a blank, and a character from U+003F to U+007E, all at
random. On the page it is written in the background's colour; in scraped text it stands alone on a
line, behind a sentence or before one. A blank of the first kind may have vanished with the blank
beside it.

So jam has a grammar, and little else fits it: a sign or digit, a blank, a letter or another sign,
and the next sign right behind. Formulas have blanks on both sides of a sign, code has words, tables
and moves of chess (`e4 e5 f4 d6`) have digits alone, spaced-out words have no signs at all. That
the choice was random is asked for as well: several different signs, both cases.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import numpy.typing as npt

from junkfilter.chars import CodePoints
from junkfilter.detectors.noise import Indices, Noise, code_point_ranges, watched_in

NAME = "forum jam"
KIND = "jam"

_ODD_SIGNS = frozenset("!\"#$%&'()*+-/")
# What a formula with careless blanks (`a+ b- c* D/ e`) does not have before a blank.
_NO_OPERATORS = frozenset("0123456789!\"#$%&'")
_BLANKS = " \t\u3000"
# Of 20,000 strings made the way the forum makes them, half of them with collapsed blanks, 98 %
# pass these bars. Of 314,015 honest lines none does.
_MIN_PAIRS = 4
_MIN_ODD_PAIRS = 2
_MIN_FIRSTS = 3
_MIN_SHARE_OF_FIRSTS = 0.7
# With so many different first characters one odd pair is enough, or letters of one case.
_MANY_FIRSTS = 5


def watched_code_points() -> CodePoints:
    """The blank."""
    return code_point_ranges((0x20, 0x20))


def trigger(codes: CodePoints, watched: Indices | None = None, /) -> Indices:
    """Positions of blanks with three more within nine characters and a sign before one of them.

    >>> trigger(np.array([ord(c) for c in "啊7 I9 U) K# f% O"], dtype=np.uint32))  # "ah", jam
    array([2, 5])
    """
    blanks = watched_in(codes, watched_code_points()) if watched is None else watched
    first = np.flatnonzero(blanks[3:] - blanks[:-3] <= 9)
    for step in range(4):
        after = codes.take(blanks[first + step] + 1, mode="clip")
        first = first[(after == 0x20) | (after - np.uint32(0x3F) <= 0x7E - 0x3F)]
        if not len(first):
            return np.zeros(0, dtype=np.intp)
    first = blanks[first]
    near = np.zeros(len(first), dtype=np.bool_)
    for distance in range(-1, 11):
        sign = codes.take(first + distance, mode="clip")
        near |= (sign > 0x20) & (sign < 0x7F) & ~_is_letter_or_digit()[sign & 0x7F]
    found: Indices = first[near]
    return found


def find(text: str, /) -> list[Noise]:
    """The jam of a page; where it stands alone on a line, the range is the line.

    >>> find("打扰了。7 I9 U) K# f% O\\n")  # "sorry to disturb."
    [Noise(start=4, end=19, reason='anti-copy string of a forum: 5 random pairs')]
    """
    found: list[Noise] = []
    for match in _jam().finditer(text):
        start, end = _without_neighbours(text, _beginning(text, match.start()), match.end())
        pairs = _pairs().findall(text, start, end)
        if not _is_random(pairs):
            continue
        start, end = _whole_line(text, start, end)
        reason = f"anti-copy string of a forum: {len(pairs)} random pairs"
        found.append(Noise(start, end, reason))
    return found


def _beginning(text: str, start: int) -> int:
    """Where the first pair begins, of which the search has found the blank.

    At a line's start the first character and its blank may have been lost.
    """
    if start and (text[start - 1] == " " or "!" <= text[start - 1] <= ";"):
        start -= 1
    if start and "?" <= text[start - 1] <= "~" and text[start - 2 : start - 1] in ("", "\n", "\r"):
        start -= 1
    return start


def _without_neighbours(text: str, start: int, end: int) -> tuple[int, int]:
    """The match without what may belong to honest words: `2019` before it, ` Hello` behind it."""
    if _is_word(text[end : end + 1]) and not "!" <= text[end - 3] <= ";":
        end -= 2
    if start and _is_word(text[start - 1]):
        if text[start] == " ":
            start += 2
        elif _is_word(text[start]):
            start += 1
    return start, end


def _is_random(pairs: list[tuple[str, str]]) -> bool:
    """Whether pairs of the jam's grammar are as diverse as chance makes them."""
    firsts = [first for first, _ in pairs if first]
    seconds = {second for _, second in pairs}
    odd = {pair for pair in pairs if pair[0] in _ODD_SIGNS or not pair[1].isalpha()}
    both_cases = not (all(s.islower() for s in seconds) or all(s.isupper() for s in seconds))
    lacking = (len(odd) < _MIN_ODD_PAIRS) + (not both_cases)
    return (
        len(pairs) >= _MIN_PAIRS
        and len(odd) >= 1
        and len(set(firsts)) >= (_MANY_FIRSTS if lacking else _MIN_FIRSTS)
        and lacking <= 1
        and len(firsts) >= _MIN_SHARE_OF_FIRSTS * len(pairs)
        and not _NO_OPERATORS.isdisjoint(firsts)
    )


def _whole_line(text: str, start: int, end: int) -> tuple[int, int]:
    """The line with its terminator if nothing but blanks stands beside the range."""
    left, right = start, end
    while left and text[left - 1] in _BLANKS:
        left -= 1
    while right < len(text) and text[right] in _BLANKS:
        right += 1
    if left and text[left - 1] not in "\n\r\ufeff":
        return start, end
    if text.startswith("\r\n", right):
        return left, right + 2
    if right < len(text) and text[right] not in "\n\r":
        return start, end
    return left, min(right + 1, len(text))


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


@cache
def _jam() -> re.Pattern[str]:
    # From a blank on: a literal is searched for many times faster than what may stand before it.
    return re.compile(f" [?-~](?:(?:[!-;] | {{1,2}})[?-~]){{{_MIN_PAIRS - 1},}}")


@cache
def _pairs() -> re.Pattern[str]:
    """A pair: the first character, empty if it is a blank, and the second."""
    return re.compile(r"([!-;]?) {1,2}([?-~])")


@cache
def _is_letter_or_digit() -> npt.NDArray[np.bool_]:
    return np.array([chr(code).isalnum() for code in range(0x80)])
