"""Damage of encodings, to be reported: text read with the wrong encoding, bytes that were lost.

Junkfilter only cuts, and cutting damage would lose the words that it stands for; mending it is the
work of other programs (ftfy). So what is found here is for the report, and never a proposal to cut:

* GBK or UTF-8 read as Latin-1 (`ÖÐ¹ú`, `ä¸­å›½`), proved by the way back: the same bytes read
  as they were meant are common hanzi;
* UTF-8's sign for undecodable bytes read as GBK (`锟斤拷`), or the sign itself, U+FFFD;
* bytes that are no UTF-8 at all (lone surrogates in the text);
* private-use characters, which show as boxes: bullets of Symbol fonts, emoji of old telephones,
  hanzi that a code page had no place for;
* lost bytes of a reading note or a comma (`影響?,F如今`, `?wù)`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import numpy as np

from junkfilter.chars import CodePoints
from junkfilter.detectors.noise import Indices, Noise, code_point_ranges, watched_in

NAME = "encoding damage"
KIND = "damage"

_MIN_RUN = 4
_MIN_DIFFERENT = 3
# Of the bytes of a run, those that give back a frequent hanzi: GB 2312 has its 3,755 most frequent
# ones before the others, lead bytes B0 to D7.
_MIN_SHARE_OF_FREQUENT = 0.8
_HANZI = "\u3400-\u9fff\uf900-\ufaff"
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U0010ffff"
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
# What programs read the bytes 80 to 9F of "Latin-1" as, after Windows-1252.
_WINDOWS = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"


def watched_code_points() -> CodePoints:
    """Accented letters, question marks, the sign of lost bytes, and what is no character."""
    return code_point_ranges(
        (0x80, 0xFF), (0x3F, 0x3F), (0x951F, 0x951F), (0xD800, 0xF8FF), (0xFFFD, 0xFFFF),
        (0xF0000, 0x10FFFF),
    )  # fmt: skip


def trigger(codes: CodePoints, watched: Indices | None = None, /) -> Indices:
    """Positions of private-use characters, lone surrogates and accented letters side by side.

    >>> trigger(np.array([0x4E2D, 0xE001], dtype=np.uint32))  # "middle", a private-use character
    array([1])
    """
    watched = watched_in(codes, watched_code_points()) if watched is None else watched
    seen, after = codes[watched], codes.take(watched + 1, mode="clip")
    # Unsigned differences: what is below a block wraps round and is far above its last one.
    is_accented = seen - np.uint32(0x80) < 0x80
    accented = is_accented & (after - np.uint32(0x80) < 0x80) & (seen != after)
    # `锟斤`, or a question mark with a letter or a comma right behind it.
    lost = (after - np.uint32(0x61) < 26) | (after == 0x2C) | (after == 0x65A4)
    lost |= after - np.uint32(0xE0) < 0x100
    lost &= (seen == 0x3F) | (seen == 0x951F)
    found: Indices = watched[accented | lost | (seen >= 0xD800)]
    return found


def find(text: str, /) -> list[Noise]:
    """The damage of a page's encoding, for the report alone.

    >>> find("作者:ÖÐ¹úÈÕ±¨")[0].reason  # "author: China Daily", the name read as Latin-1
    'reads 中国日报 as GBK'
    """
    # The two kinds share no character, so that no range overlaps another.
    patterns = (_no_characters(), _lost_before_marks())
    lost = [
        Noise(*match.span(), _REASONS[str(match.lastgroup)])
        for pattern in patterns
        for match in pattern.finditer(text)
    ]
    return sorted([*_misread(text), *lost])


_REASONS = {
    "sign": "sign for undecodable bytes",
    "bytes": "bytes that are no UTF-8",
    "private": "private-use characters",
    "reading": "lost bytes before a reading",
    "comma": "lost bytes before a comma",
}


def _misread(text: str) -> Iterator[Noise]:
    """Runs that are hanzi when their bytes are read as they were meant."""
    for match in _accented().finditer(text):
        run = match[0]
        if len(set(run)) < _MIN_DIFFERENT:
            continue  # `李×××` is a name withheld, and D7 D7 a hanzi
        octets = bytes(map(_byte, run))
        for encoding, width in (("utf-8", 3), ("gbk", 2)):
            meant = octets.decode(encoding, "ignore")
            frequent = sum(map(_is_frequent, meant))
            if frequent >= 2 and width * frequent >= _MIN_SHARE_OF_FREQUENT * len(octets):
                yield Noise(*match.span(), f"reads {meant[:8]} as {encoding.upper()}")
                break


def _byte(character: str) -> int:
    """The byte that was read as this character."""
    return ord(character) if ord(character) < 0x100 else character.encode("cp1252")[0]


def _is_frequent(character: str) -> bool:
    """Whether a character is a hanzi of GB 2312's first level, or a Chinese comma or full stop."""
    try:
        octets = character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(octets) == 2 and (0xB0 <= octets[0] <= 0xD7 or octets in (b"\xa3\xac", b"\xa1\xa3"))


@cache
def _accented() -> re.Pattern[str]:
    return re.compile(f"[\u0080-\u00ff](?:[\u0080-\u00ff{_WINDOWS}]){{{_MIN_RUN - 1},}}")


@cache
def _no_characters() -> re.Pattern[str]:
    # One class first: a page that has none of them is passed at once.
    return re.compile(
        f"(?=[\ufffd锟\ud800-\udfff{_PRIVATE}])"
        "(?:(?P<sign>(?:\ufffd|锟斤拷)+)"
        "|(?P<bytes>[\ud800-\udfff]+)"
        f"|(?P<private>[{_PRIVATE}]+))"
    )


@cache
def _lost_before_marks() -> re.Pattern[str]:
    # The question mark first: a literal is searched for many times faster than a class.
    return re.compile(
        rf"\?(?:(?P<reading>(?<=[{_HANZI}{_PRIVATE}]\?)[a-z]{{0,5}}[{_TONES}][a-z]{{0,5}} ?\))"
        rf"|(?P<comma>(?<=[{_HANZI}]\?),[A-Z](?=[{_HANZI}])))"
    )
