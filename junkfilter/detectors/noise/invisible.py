"""Characters that show nothing and do nothing: zero-width spaces, soft hyphens, stray joiners.

Attackers set them between the characters of a word so that no search finds it; converters and
editors leave them behind. Nobody sees them, so nobody misses them, and yet not all of them may go:
emoji are composed with joiners, Persian and Hindi words need them, a variation selector chooses the
shape of a hanzi, Arabic needs marks for its direction. So a character is cut only where its
function has no object: nothing to join, to hyphenate, to select or to turn. One such character
is proof enough, for the rule does not ask who put it there.

The rules follow The Unicode Standard, chapter 23 (special areas and format characters), UAX 9
(direction) and UTS 51 (emoji sequences). Visible blanks stay, U+3000 and U+00A0 among them, and so
do control characters. What is kept stands in the order in which it is stored: a line that U+202E
turned round on screen stays turned round.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import numpy as np

from junkfilter.chars import CodePoints, invisible_code_points
from junkfilter.detectors.noise import Indices, Noise, watched_in

NAME = "invisible characters"
KIND = "invisible"

BYTE_ORDER_MARK = "\ufeff"
_BLACK_FLAG = "\U0001f3f4"

# Classes of the characters beside a run of invisible ones, as insides of regular expressions.
_PICTURES = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_HANZI = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAS_SHAPES = _HANZI + "0\u2200-\u22ff\u2a00-\u2aff\u3001\u3002\uff01-\uff1f"
_HANGUL = "\u1100-\u115e\u1161-\u11ff\u3131-\u3163\u3165-\u318e\ua960-\ua97f\uac00-\ud7ff"
_LETTERS = "A-Za-z\u00c0-\u02af\u0370-\u052f\u1e00-\u1fff"
_FORMULA = "!-~\u00b1\u00b7\u00d7\u00f7\u0370-\u03ff\u2200-\u22ff\u2a00-\u2aff\U0001d400-\U0001d7ff"
# Combining marks; Armenian to Georgian (Hebrew, Arabic, India, Thai ...), Ethiopic to Vedic signs
# (Khmer, Mongolian ...), Yi to Meetei Mayek, presentation forms, old scripts: here breaks, joiners
# and selectors have work that this module knows nothing about.
_SCRIPTS = (
    "\u0300-\u036f\u0530-\u10ff\u1200-\u1cff\ua000-\ua71f\ua800-\ua95f\ua980-\uabff"
    "\ufb07-\ufdff\ufe70-\ufefe\U00010000-\U00012fff\U00016000-\U00016fff\U0001e000-\U0001efff"
)
_RIGHT_TO_LEFT = (
    "\u0590-\u05ff\u0608\u060b\u060d\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff"
)
# Invisible in features, but not here: two fillers that are seen as wide blanks; the signs of
# annotations, musical notation and shorthand, which carry structure.
_NEVER = re.compile("[\u3164\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a]")


def watched_code_points() -> CodePoints:
    """Invisible characters, but for those that always stay."""
    codes = invisible_code_points().tolist()
    return np.array([c for c in codes if not _NEVER.match(chr(c))], dtype=np.uint32)


def trigger(codes: CodePoints, watched: Indices | None = None, /) -> Indices:
    """Positions of invisible characters; nearly none on clean text.

    >>> trigger(np.array([0x4E2D, 0x200B, 0x6587], dtype=np.uint32))  # "middle", U+200B, "text"
    array([1])
    """
    return watched_in(codes, watched_code_points()) if watched is None else watched


def find(text: str, /) -> list[Noise]:
    """The invisible characters of a page that do nothing there, side by side as one range.

    The rules see the visible characters left and right of a whole run of invisible ones. A
    byte-order mark at the start of the page stays.

    >>> find("免\\u200b费")  # "free", with a zero-width space inside
    [Noise(start=1, end=2, reason='does nothing here: U+200B')]
    """
    directed = _lines_with_direction(text)
    found: list[Noise] = []
    for match in _runs().finditer(text):
        start, end = match.span()
        if start == 0 and text[0] == BYTE_ORDER_MARK:
            start = 1
        found.extend(_ranges(text, _idle(text, start, end, directed)))
    return found


def _idle(text: str, start: int, end: int, directed: Callable[[int], bool]) -> list[int]:
    """The positions of a run whose characters do nothing."""
    left = text[start - 1] if start else ""
    right = text[end : end + 1]
    if _is(_SCRIPTS, left) or _is(_SCRIPTS, right):
        return []
    idle: list[int] = []
    first = True  # nothing kept stands between `left` and the character
    for position in range(start, end):
        if _works(text[position], left, right, first) or (
            text[position] in _direction() and directed(position)
        ):
            first = False
        else:
            idle.append(position)
    return idle


def _works(character: str, left: str, right: str, first: bool) -> bool:
    """Whether an invisible character has something to do between two visible ones."""
    if character == "\u200d":
        # 👩 + joiner + 🔬 is one picture, a woman who is a scientist.
        return _is(_PICTURES, left) and _is(_PICTURES, right)
    if character in "\u00ad\u034f\u200c":
        # A soft hyphen divides a Latin word; a non-joiner keeps its letters apart.
        return _is(_LETTERS, left) and _is(_LETTERS, right)
    if "\u2061" <= character <= "\u2064":
        return _is(_FORMULA, left) or _is(_FORMULA, right)
    if character in "\u115f\u1160":
        return _is(_HANGUL, left) or _is(_HANGUL, right)
    if "\U000e0020" <= character <= "\U000e007f":
        # The flags of England, Scotland and Wales are a black flag and letters nobody sees.
        return left == _BLACK_FLAG
    return first and _selects(character, left)


def _selects(character: str, left: str) -> bool:
    """Whether a variation selector stands behind something that has variants."""
    if character in "\ufe0e\ufe0f":
        return _is(_PICTURES + "#*0-9", left)
    if "\ufe00" <= character <= "\ufe0d":
        return _is(_HAS_SHAPES, left)
    # Ideographic variation sequences: the shape of a hanzi in a name.
    return "\U000e0100" <= character <= "\U000e01ef" and _is(_HANZI, left)


def _ranges(text: str, positions: list[int]) -> list[Noise]:
    """Positions in ascending order as ranges."""
    found: list[Noise] = []
    start = 0
    for i, position in enumerate(positions):
        if i + 1 < len(positions) and positions[i + 1] == position + 1:
            continue
        kinds = sorted({ord(character) for character in text[positions[start] : position + 1]})
        names = " ".join(f"U+{kind:04X}" for kind in kinds[:3])
        found.append(Noise(positions[start], position + 1, f"does nothing here: {names}"))
        start = i + 1
    return found


def _lines_with_direction(text: str) -> Callable[[int], bool]:
    """A function that says whether the line of a position has letters written right to left.

    Positions must ascend: each line is read once.
    """
    letters = _compiled(_RIGHT_TO_LEFT)
    stop, answer = -1, False

    def directed(position: int) -> bool:
        nonlocal stop, answer
        while position >= stop:
            match = _line().match(text, stop + 1)
            assert match
            stop, answer = match.end(), letters.search(match[0]) is not None
        return answer

    return directed


def _is(characters: str, character: str) -> bool:
    return _compiled(characters).match(character) is not None


@cache
def _compiled(characters: str) -> re.Pattern[str]:
    return re.compile(f"[{characters}]")


@cache
def _line() -> re.Pattern[str]:
    return re.compile("[^\n\r]*")


@cache
def _direction() -> frozenset[str]:
    """Marks, embeddings and isolates of UAX 9."""
    return frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@cache
def _runs() -> re.Pattern[str]:
    """Invisible characters side by side."""
    codes = watched_code_points().tolist()
    # As ranges: a class of 4,200 single characters is searched a hundred times slower.
    firsts = [c for c, before in zip(codes, [-1, *codes], strict=False) if c != before + 1]
    lasts = [c for c, after in zip(codes, [*codes[1:], -1], strict=True) if c + 1 != after]
    ranges = (f"{chr(a)}-{chr(b)}" for a, b in zip(firsts, lasts, strict=True))
    return re.compile(f"[{''.join(ranges)}]+")
