"""What junkfilter knows about characters: folding, invisible ones, scripts, separators.

Each kind of knowledge is one table in ``junkfilter/tables``; ``scripts/build_folding.py`` makes
them, and nothing here depends on the Unicode version of the running Python, so that the same text
has the same features everywhere.

Folding is for features and look-ups only. Nothing here judges, and no kept text goes through it:
a page that is not spam comes out with its full-width letters and zero-width joiners in place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from pkgutil import get_data
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

CodePoints: TypeAlias = npt.NDArray[np.uint32]

_CODE_POINTS = 0x110000
_NOTHING = 0xFFFFFFFF

# What joins the terms of a keyword line, as it is after folding: U+4E28 and the full-width forms
# are bars by then. A blank is none: it also separates words of honest Latin text. Nor is the
# capital i between blanks that some lines use, since a character cannot tell it from a word.
SEPARATORS = frozenset("_-,|·/、;~+")


# `區(qū)`: a reading behind its character, as converters of stolen pages leave it, with a tone mark
# for proof. `比亞迪(byd)` has none, `荨(qián)麻` has one: dropping it from features harms nothing.
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
_NOTE = re.compile(
    # The bracket first: a literal is searched for many times faster than a class of characters.
    rf"\((?<=[\u3400-\u9fff\ue000-\uf8ff]\()(?=[^()]{{0,7}}[{_TONES}])[a-zü{_TONES}]{{1,7}} ?\)"
)


def reading_notes(folded: str) -> list[tuple[int, int]]:
    """Where notes with the reading of the character before them stand; ends are exclusive.

    For features alone: such notes are damage around a line, not evidence for or against it. Spam
    lines of converted pages hide behind them.

    Args:
        folded: text after `fold`.

    >>> reading_notes("区(qū)政府")  # "district (reading) government"
    [(1, 5)]
    """
    return [match.span() for match in _NOTE.finditer(folded)]


@cache
def tone_letters() -> CodePoints:
    """The small letters that carry a tone mark of pinyin; read-only."""
    return _read_only(code_points(_TONES))


def without_notes(folded: str) -> str:
    """A folded text without its `reading_notes`."""
    return _NOTE.sub("", folded) if "(" in folded else folded


def fold(text: str) -> str:
    """The text as the features see it; it may be shorter, for invisible characters are dropped.

    Width, case, script (Traditional to Simplified), kinds of digits and look-alike letters are
    evened out, character by character. Line ends stay as they are; folding twice is folding once.

    >>> fold("臺灣ＡＶ⑨\u200b精品丨α∨")  # "Taiwan AV 9 choice|av"
    '台湾av9精品|av'
    """
    # Through arrays: `str.translate` with 14,000 entries costs 130 ns a character, this 3.
    folded = _folding_or_nothing()[code_points(text)]
    seen: bytes = folded[folded != _NOTHING].tobytes()
    return seen.decode("utf-32", "surrogatepass")


@cache
def folding_pairs() -> tuple[CodePoints, CodePoints]:
    """Sources, ascending, and their targets: two read-only arrays of shape (n_pairs,).

    No target is a source or invisible. Line feed and carriage return are neither.
    """
    # About 4 ms for 9,597 pairs, the file read included; a table of plain characters instead of
    # code points would save 2 ms and could not be reviewed.
    pairs = _code_points(_rows("folding.tsv").split())
    return _read_only(pairs[::2].copy()), _read_only(pairs[1::2].copy())


@cache
def folding_table() -> CodePoints:
    """What each code point folds to; read-only, shape (0x110000,). Invisible ones stay."""
    table = np.arange(_CODE_POINTS, dtype=np.uint32)
    sources, targets = folding_pairs()
    table[sources] = targets
    return _read_only(table)


@cache
def invisible_code_points() -> CodePoints:
    """The characters that features do without, ascending; read-only, shape (n_characters,).

    Among them are some that text needs: emoji are composed with U+200D and U+FE0F, Persian words
    with U+200C. That they are no evidence does not mean that they may be cut.
    """
    rows = [row.split("\t") for row in _rows("invisible.tsv").splitlines()]
    ends = zip(_code_points([r[0] for r in rows]), _code_points([r[1] for r in rows]), strict=True)
    return _read_only(np.concatenate([np.arange(a, b + 1, dtype=np.uint32) for a, b in ends]))


@cache
def foreign_code_points() -> CodePoints:
    """Kana and hangul, ascending; read-only, shape (n_characters,)."""
    kinds = script_kinds()
    return _read_only(np.flatnonzero((kinds == _KANA) | (kinds == _HANGUL)).astype(np.uint32))


def visible(text: str) -> str:
    """The text without the characters that features do without; nothing else is changed."""
    return text.translate(_vanishing())


def code_points(text: str) -> CodePoints:
    """The text's code points, shape (len(text),); lone surrogates are code points too.

    NumPy's own strings are arrays of code points: 0.12 ns a character, where encoding as UTF-32
    costs 0.5, and 70 for each undecodable byte.
    """
    if not text:
        return np.zeros(0, dtype=np.uint32)
    return np.array([text]).view(np.uint32)


@dataclass(frozen=True, slots=True)
class ScriptProfile:
    """How many characters of each kind a text has.

    Punctuation, blanks, symbols, private-use characters and undecodable bytes are not counted.

    Attributes:
        hanzi: Chinese characters of either script, Japanese ones included.
        simplified_only: those of `hanzi` that Traditional text never has.
        traditional_only: those of `hanzi` that Simplified text never has.
        kana: Japanese syllables.
        hangul: Korean syllables and letters.
        latin: Latin letters, with and without diacritics, of any width.
        digits: ASCII, full-width, circled and parenthesised digits.
        other: letters of all other scripts.
    """

    hanzi: int
    simplified_only: int
    traditional_only: int
    kana: int
    hangul: int
    latin: int
    digits: int
    other: int

    @property
    def letters(self) -> int:
        """Everything counted but the digits."""
        return self.hanzi + self.kana + self.hangul + self.latin + self.other


def script_profile(text: str) -> ScriptProfile:
    """The text's characters counted by kind; takes any text, in linear time.

    >>> script_profile("第3届 EXPO")  # "3rd EXPO"
    ... # doctest: +NORMALIZE_WHITESPACE
    ScriptProfile(hanzi=2, simplified_only=1, traditional_only=0,
                  kana=0, hangul=0, latin=4, digits=1, other=0)
    """
    codes = code_points(text)
    counts = np.bincount(script_kinds()[codes], minlength=_N_KINDS).tolist()
    return ScriptProfile(
        hanzi=counts[_HANZI] + counts[_SIMPLIFIED_ONLY] + counts[_TRADITIONAL_ONLY],
        simplified_only=counts[_SIMPLIFIED_ONLY],
        traditional_only=counts[_TRADITIONAL_ONLY],
        kana=counts[_KANA],
        hangul=counts[_HANGUL],
        latin=counts[_LATIN],
        digits=counts[_DIGIT],
        other=counts[_OTHER_LETTER],
    )


# Below this many letters, shares say little: a title is judged by having any hanzi at all.
_FEW_LETTERS = 20
# Kana and hangul among kana, hangul and hanzi. Cut into pages of 1,500 characters, Japanese and
# Korean manuals and message catalogues have 0.61 and more (0.29 and more in 99 % of pieces of 300
# characters). Of 11,190 such pages of Chinese corpora 99.9 % have less than 0.01; the most, 0.26,
# has an app shop's list of Japanese games.
_FOREIGN_SHARE = 0.3
# Hanzi among letters. Of the same Chinese pages 99.9 % have more than 0.085, and the rest are
# English abstracts; Chinese manuals full of commands have 0.43 and more. Program code with a
# few Chinese comments has less than 0.005. An English page with one injected Chinese line falls
# below as well: the model knows nothing about such a page.
_HANZI_SHARE = 0.05


def is_mainly_chinese(profile: ScriptProfile) -> bool:
    """Whether a page is for the Chinese model to judge: not English, Japanese, Korean or code.

    >>> is_mainly_chinese(script_profile("第3届 EXPO"))  # "3rd EXPO"
    True
    >>> is_mainly_chinese(script_profile("東京都の天気予報をお知らせします。今日は晴れでしょう"))
    False
    """
    if profile.letters < _FEW_LETTERS:
        return profile.hanzi > 0
    foreign = profile.kana + profile.hangul
    if foreign >= _FOREIGN_SHARE * (foreign + profile.hanzi):
        return False
    return profile.hanzi >= _HANZI_SHARE * profile.letters


# Kinds of characters, as numbers for `np.bincount`.
_UNCOUNTED = 0
_HANZI = 1
_SIMPLIFIED_ONLY = 2
_TRADITIONAL_ONLY = 3
_KANA = 4
_HANGUL = 5
_LATIN = 6
_DIGIT = 7
_OTHER_LETTER = 8
_N_KINDS = 9

# Blocks of Unicode, first and last code point; of two that overlap the later counts. Blocks are
# taken whole where the marks in them do no harm, so that new characters need no new table.
_BLOCKS = (
    (0x0030, 0x0039, _DIGIT),
    (0x0041, 0x005A, _LATIN),
    (0x0061, 0x007A, _LATIN),
    (0x00C0, 0x02AF, _LATIN),  # Latin-1 Supplement to IPA Extensions
    (0x00D7, 0x00D7, _UNCOUNTED),  # multiplication sign
    (0x00F7, 0x00F7, _UNCOUNTED),  # division sign
    (0x0370, 0x10FF, _OTHER_LETTER),  # Greek to Georgian: Cyrillic, Hebrew, Arabic, Thai ...
    (0x1100, 0x11FF, _HANGUL),  # Hangul Jamo
    (0x1200, 0x1CFF, _OTHER_LETTER),  # Ethiopic to Vedic Extensions: Khmer, Mongolian ...
    (0x1D00, 0x1DBF, _LATIN),  # Phonetic Extensions
    (0x1D26, 0x1D2B, _OTHER_LETTER),  # Greek and Cyrillic small capitals
    (0x1E00, 0x1EFF, _LATIN),  # Latin Extended Additional: Vietnamese
    (0x1F00, 0x1FFF, _OTHER_LETTER),  # Greek Extended
    (0x2160, 0x2188, _LATIN),  # Roman numerals, also written for the letters
    (0x2460, 0x249B, _DIGIT),  # circled, parenthesised, with full stop
    (0x249C, 0x24E9, _LATIN),  # parenthesised and circled letters
    (0x24EA, 0x24FF, _DIGIT),  # circled digits
    (0x2776, 0x2793, _DIGIT),  # dingbat circled digits
    (0x2C00, 0x2DDF, _OTHER_LETTER),  # Glagolitic to Ethiopic Extended
    (0x2C60, 0x2C7F, _LATIN),  # Latin Extended-C
    (0x2E80, 0x2FDF, _HANZI),  # radicals that stand for hanzi in text from PDF files
    (0x3005, 0x3005, _HANZI),  # iteration mark
    (0x3007, 0x3007, _HANZI),  # zero
    (0x3041, 0x3096, _KANA),  # Hiragana
    (0x309D, 0x309F, _KANA),  # Hiragana iteration marks
    (0x30A1, 0x30FA, _KANA),  # Katakana, without the middle dot of Chinese names
    (0x30FD, 0x30FF, _KANA),  # Katakana iteration marks
    (0x3131, 0x318E, _HANGUL),  # Hangul Compatibility Jamo
    (0x31F0, 0x31FF, _KANA),  # Katakana Phonetic Extensions
    (0x3400, 0x4DBF, _HANZI),  # CJK Unified Ideographs Extension A
    (0x4E00, 0x9FFF, _HANZI),  # CJK Unified Ideographs
    (0xA000, 0xA71F, _OTHER_LETTER),  # Yi to Bamum
    (0xA720, 0xA7FF, _LATIN),  # Latin Extended-D
    (0xA800, 0xABFF, _OTHER_LETTER),  # Syloti Nagri to Meetei Mayek
    (0xA960, 0xA97F, _HANGUL),  # Hangul Jamo Extended-A
    (0xAB30, 0xAB6F, _LATIN),  # Latin Extended-E
    (0xAC00, 0xD7FF, _HANGUL),  # Hangul Syllables, Jamo Extended-B
    (0xF900, 0xFAFF, _HANZI),  # CJK Compatibility Ideographs
    (0xFB00, 0xFB06, _LATIN),  # Latin ligatures
    (0xFB07, 0xFDFF, _OTHER_LETTER),  # Armenian ligatures to Arabic Presentation Forms-A
    (0xFE70, 0xFEFE, _OTHER_LETTER),  # Arabic Presentation Forms-B
    (0xFF10, 0xFF19, _DIGIT),  # full-width digits
    (0xFF21, 0xFF3A, _LATIN),  # full-width capitals
    (0xFF41, 0xFF5A, _LATIN),  # full-width small letters
    (0xFF66, 0xFF6F, _KANA),  # half-width Katakana
    (0xFF71, 0xFF9D, _KANA),  # half-width Katakana after the length mark
    (0xFFA1, 0xFFDC, _HANGUL),  # half-width Hangul
    (0x10000, 0x1AFEF, _OTHER_LETTER),  # Linear B to Tangut
    (0x1AFF0, 0x1B16F, _KANA),  # Kana Extended-B to Small Kana Extension
    (0x1D400, 0x1D6A5, _LATIN),  # mathematical letters
    (0x1D7CE, 0x1D7FF, _DIGIT),  # mathematical digits
    (0x1DF00, 0x1DFFF, _LATIN),  # Latin Extended-G
    (0x1F100, 0x1F10C, _DIGIT),  # digits with comma, digits in dark frames
    (0x1F130, 0x1F189, _LATIN),  # letters in squares and dark frames
    (0x20000, 0x323AF, _HANZI),  # CJK Unified Ideographs Extensions B to H
)


@cache
def script_kinds() -> npt.NDArray[np.uint8]:
    """The kind of every code point, shape (0x110000,)."""
    kinds = np.zeros(_CODE_POINTS, dtype=np.uint8)
    for first, last, kind in _BLOCKS:
        kinds[first : last + 1] = kind
    columns = _rows("traditional.tsv").split()
    codes, scripts = _code_points(columns[::2]), np.array(columns[1::2])
    kinds[codes[scripts == "S"]] = _SIMPLIFIED_ONLY
    kinds[codes[scripts == "T"]] = _TRADITIONAL_ONLY
    # Hangul fillers are hangul, and could make a page foreign that nobody sees them on.
    kinds[invisible_code_points()] = _UNCOUNTED
    return kinds


@cache
def _folding_or_nothing() -> CodePoints:
    """What each code point folds to, `_NOTHING` for the invisible ones."""
    table = folding_table().copy()
    table[invisible_code_points()] = _NOTHING
    return _read_only(table)


@cache
def _vanishing() -> dict[int, None]:
    return dict.fromkeys(invisible_code_points().tolist())


def _rows(name: str) -> str:
    """The lines of a table without the comments at its top and the ``U+`` of its code points."""
    # Not importlib.resources, whose import takes 9 ms; pkgutil's takes 0.6 and reads wheels and
    # archives alike.
    data = get_data("junkfilter", f"tables/{name}") or b""
    text = data.decode("utf-8")
    return text[text.index("\nU+") + 1 :].replace("U+", "")


def _code_points(hexadecimal: list[str]) -> CodePoints:
    return np.fromiter(map(int, hexadecimal, repeat(16)), np.uint32, len(hexadecimal))


def _read_only(array: CodePoints) -> CodePoints:
    array.setflags(write=False)
    return array
