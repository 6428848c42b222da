"""How hanzi are read: spellings of pinyin, and whether they are readings of given characters.

The table `junkfilter/tables/readings.tsv` is made by ``scripts/build_readings.py`` and read when it
is first asked; that takes about a millisecond.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pkgutil import get_data
from typing import NamedTuple

from junkfilter.chars import fold, script_profile

# What pinyin is written with on pages, for a class of a regular expression: letters of any width
# with and without tone marks, look-alikes (U+0251, U+0261), combining marks; between syllables
# blanks, apostrophes, hyphens; the colon of `lu:`, a spelling of `lü`.
PINYIN_CHARACTERS = r"A-Za-zＡ-Ｚａ-ｚ\u00c0-\u024f\u0251\u0261\u0300-\u036f \u00a0\u3000'’‘ʼ\-:："

_SPELLINGS = str.maketrans({"ɡ": "g", "ɑ": "a", "‘": "'", "’": "'", "ʼ": "'"})
# The breve is a common mistake for the caron.
_TONES = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0306": 3, "\u0300": 4}
_NO_TONE = 5
_BETWEEN = " '-"
_LONGEST_SYLLABLE = 6

# Who leaves out tone marks may leave out the dots as well: `绿(lu)`, green.
_WITHOUT_DOTS = {"lu": "lü", "nu": "nü"}

_OTHER = 1
_USUAL = 2


class Spelling(NamedTuple):
    """Letters that may be pinyin.

    Attributes:
        letters: small letters without tone marks; `ü` for all its spellings.
        tones: for each letter the tone marked on it, 1 to 4, or 0.
        breaks: indices of letters before which a syllable must begin.
        is_capital: whether the first letter was a capital.
    """

    letters: str
    tones: tuple[int, ...]
    breaks: frozenset[int]
    is_capital: bool

    @property
    def has_tones(self) -> bool:
        """Whether any tone is marked."""
        return any(self.tones)

    def tone(self, start: int = 0, end: int | None = None) -> int | None:
        """The tone of letters, 5 if none is marked; None if they are not one syllable."""
        end = len(self.letters) if end is None else end
        if self.letters[start:end] not in _syllables():
            return None
        if not self.breaks.isdisjoint(range(start + 1, end)):
            return None
        marked = [tone for tone in self.tones[start:end] if tone]
        return None if len(marked) > 1 else (marked or [_NO_TONE])[0]


class Proof(NamedTuple):
    """That letters are readings of characters.

    Attributes:
        length: number of characters that they read, 0 if they read none.
        is_usual: whether that is the usual reading; always true of words of several characters.
    """

    length: int
    is_usual: bool


@lru_cache(maxsize=1 << 12)
def spelling(inside: str) -> Spelling | None:
    """What stands between two brackets, None if there is anything in it but pinyin's letters.

    That each letter is one of pinyin does not make it a syllable: `Spelling.tone` tells.

    >>> spelling("nǚ’ér").letters  # "daughter"
    'nüer'
    >>> spelling("50mm")
    """
    letters: list[str] = []
    tones: list[int] = []
    breaks = set()
    plain = unicodedata.normalize("NFKD", inside.translate(_SPELLINGS)).strip()
    for character in plain.lower():
        if "a" <= character <= "z":
            letters.append("ü" if character == "v" else character)
            tones.append(0)
        elif character in _BETWEEN:
            breaks.add(len(letters))
        elif letters and character in _TONES:
            tones[-1] = _TONES[character]
        elif character in "\u0308:" and letters and letters[-1] == "u":
            letters[-1] = "ü"
        else:
            return None
    # `jü` is written `ju`: behind these letters no other u occurs.
    joined = re.sub("(?<=[jqxy])ü", "u", "".join(letters))
    return Spelling(joined, tuple(tones), frozenset(breaks), plain[:1].isupper())


def prove(before: str, spelled: Spelling) -> Proof:
    """How many of the last characters of a text a spelling reads, and whether as usual.

    One character must have the tone that is marked, any of its readings counts, and without a mark
    any tone. In a word letters are proof enough, for tones change beside each other: `一个(yígè)`.

    Args:
        before: the hanzi before the spelling, at least one, and none that it could not read.
        spelled: the spelling.

    >>> prove("商品品牌", spelling("pǐn pái"))  # "brand" of goods
    Proof(length=2, is_usual=True)
    >>> prove("比亞迪", spelling("BYD"))  # a car maker
    Proof(length=0, is_usual=False)
    """
    tone = spelled.tone()
    if tone is not None:
        kind = _reading_kind(before[-1], spelled.letters, tone)
        if kind:
            return Proof(1, kind == _USUAL)
    # From the last character back: the places in the letters where its syllable may begin.
    places = {len(spelled.letters)}
    for length, character in enumerate(reversed(before), start=1):
        places = {
            start
            for end in places
            for start in range(max(end - _LONGEST_SYLLABLE, 0), end)
            if spelled.tone(start, end) is not None
            and _reading_kind(character, spelled.letters[start:end], _NO_TONE)
        }
        if 0 in places:
            # One character alone has been looked at above, with its tone.
            return Proof(length, True) if length > 1 else Proof(0, False)
    return Proof(0, False)


@cache
def is_common(character: str) -> bool:
    """Whether a hanzi, folded, is among the 1,000 most frequent: nine of ten in running text."""
    return fold(character) in _common()


@cache
def is_traditional(character: str) -> bool:
    """Whether Simplified text never has the character."""
    return script_profile(character).traditional_only > 0


@lru_cache(maxsize=1 << 16)
def _reading_kind(character: str, syllable: str, tone: int) -> int:
    """`_USUAL` or `_OTHER` if the character reads so, 0 if not; without a tone all tones count.

    Its folded form's readings are its own: `發` takes from Simplified `发` the tone of `髮`.
    """
    fields = _syllables().get(syllable, [])
    if tone != _NO_TONE:
        fields = fields[tone - 1 : tone]
    elif syllable in _WITHOUT_DOTS:
        fields = fields + _syllables()[_WITHOUT_DOTS[syllable]]
    kind = 0
    for field in fields:
        usual, _, others = field.partition("|")
        for form in (character, fold(character)):
            kind = max(kind, _USUAL if form in usual else _OTHER if form in others else 0)
    return kind


@cache
def _rows() -> list[list[str]]:
    """The rows of the table: the common characters first, then one for each syllable."""
    text = (get_data("junkfilter", "tables/readings.tsv") or b"").decode("utf-8")
    return [row.split("\t") for row in text.splitlines() if not row.startswith("#")]


@cache
def _syllables() -> dict[str, list[str]]:
    """For each syllable the characters that have it in tones 1 to 4 and in none."""
    return {row[0]: row[1:] for row in _rows()[1:]}


@cache
def _common() -> frozenset[str]:
    return frozenset(_rows()[0][1])
