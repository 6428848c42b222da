"""Emoji strewn through prose: `開幕🧑🏽‍🔬,大家𓀟、都來🛍🏽。`

Programs that republish stolen articles set a random emoji before every few punctuation marks, or
inside words, so that copies differ. Posts have emoji of their own, which are part of what they
say, so it is the page that is judged first:

* the emoji stand where a writer's do not: right between a word and a punctuation mark, or between
  two hanzi, and hardly anywhere else on the page;
* they are all different, and of kinds that nobody mixes: hieroglyphs, skin tones on a bag, dark
  skin tones and professions, mahjong tiles and signs of alchemy, one of each.

Chinese posts use yellow faces and hands, or the lightest tone, the same few again and again, and
put them behind the mark or at the end of the line. A page about emoji, or one that names a single
kind of rare sign in a row (mahjong tiles), stays as it is.

What is cut on a proven page are whole sequences with their joiners, tones and selectors (UTS 51),
and only in the places named; `✅` before a list item or `🎉` at the end of a title stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from junkfilter.chars import CodePoints, fold, visible
from junkfilter.detectors.noise import Indices, Noise, code_point_ranges, watched_in

NAME = "emoji in prose"
KIND = "emoji"

_TONES = "\U0001f3fb-\U0001f3ff"
_HIEROGLYPHS = "\U00013000-\U000143ff"
# Symbols that are emoji or are strewn like them; of those that prose and lists use as plain signs
# (stars, circled digits, ticks) only the ones that are always pictures.
_PLAIN = (
    "\u203c\u2049\u231a\u231b\u2328\u23cf\u23e9-\u23f3\u23f8-\u23fa\u24c2"
    "\u25fb-\u25fe\u2600-\u2604\u2607-\u2612\u2614-\u263f\u2641\u2643-\u26ff\u2702-\u2712\u2716-\u2775\u2795-\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c"
    "\u2b50\u2b55\u3030\u303d"
)
# Arrows, small squares and the like, which are pictures only with the selector behind them.
_SELECTED = "\u2194-\u2199\u21a9\u21aa\u25aa\u25ab\u25b6\u25c0\u2640\u2642\u3297\u3299"
_PICTURE = f"[{_PLAIN}{_HIEROGLYPHS}\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
_DRESS = f"[\ufe0e\ufe0f{_TONES}]*"
_SEQUENCE = (
    f"(?:[\U0001f1e6-\U0001f1ff]{{1,2}}|(?:{_PICTURE}|[{_SELECTED}](?=\ufe0f)){_DRESS}"
    rf"(?:\u200d{_PICTURE[:-1]}\u2640\u2642]{_DRESS})*[\U000e0020-\U000e007f]*)"
)
_HANZI = "\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_WORD = _HANZI + "A-Za-z0-9\u00c0-\u024f"
_CLOSING = "”’」』）》】)\"'%"
_MARKS = "，。、；：！？…,.;:!?”’」』）》】)"

# What takes a tone (Emoji_Modifier_Base of emoji-data.txt 16.0): hands and parts of the body, which
# posts use in the light tone, and people.
_TAKES_TONE = (
    "\u261d\u26f9\u270a-\u270d\U0001f385\U0001f3c2-\U0001f3c4\U0001f3c7\U0001f3ca-\U0001f3cc"
    "\U0001f442\U0001f443\U0001f446-\U0001f450\U0001f466-\U0001f478\U0001f47c"
    "\U0001f481-\U0001f483\U0001f485-\U0001f487\U0001f48f\U0001f491\U0001f4aa\U0001f574"
    "\U0001f575\U0001f57a\U0001f590\U0001f595\U0001f596\U0001f645-\U0001f647"
    "\U0001f64b-\U0001f64f\U0001f6a3\U0001f6b4-\U0001f6b6\U0001f6c0\U0001f6cc\U0001f90c"
    "\U0001f90f\U0001f918-\U0001f91f\U0001f926\U0001f930-\U0001f939\U0001f93c-\U0001f93e"
    "\U0001f977\U0001f9b5\U0001f9b6\U0001f9b8\U0001f9b9\U0001f9bb\U0001f9cd-\U0001f9cf"
    "\U0001f9d1-\U0001f9dd\U0001fac3-\U0001fac5\U0001faf0-\U0001faf8"
)
# Signs that no keyboard of emoji offers: mahjong (without the red dragon), dominoes, cards (without
# the joker), letters and hanzi in frames but for the few that are emoji, alchemy, shapes, arrows.
_SIGN = (
    "\U0001f000-\U0001f003\U0001f005-\U0001f0ce\U0001f0d0-\U0001f16f\U0001f172-\U0001f17d"
    "\U0001f180-\U0001f18d\U0001f18f\U0001f190\U0001f19b-\U0001f1e5\U0001f203-\U0001f219"
    "\U0001f21b-\U0001f22e\U0001f23b-\U0001f24f\U0001f252-\U0001f2ff\U0001f650-\U0001f67f"
    "\U0001f700-\U0001f7df\U0001f7ec-\U0001f8ff\U0001fa00-\U0001fa6f"
)
# Faces, hearts and hands: what most emoji of posts are.
_COMMON = (
    "\u2728\u2753-\u2757\u2763\u2764\u263a\U0001f389\U0001f446-\U0001f450\U0001f48b"
    "\U0001f493-\U0001f49f"
    "\U0001f4a5\U0001f4a6\U0001f4a9-\U0001f4aa\U0001f4af\U0001f525\U0001f600-\U0001f64f"
    "\U0001f90d-\U0001f90f\U0001f910-\U0001f92f\U0001f970-\U0001f97a\U0001f9e1"
)
# Words of pages about emoji: what they name stays.
_ABOUT = re.compile(
    "emoji|表情[包符]|颜文字|顏文字|絵文字|绘文字|Unicode|象形文字|圣书体|聖書體", re.IGNORECASE
)

# What a page needs. Of 200 news pages with a random emoji (any sequence, or a hieroglyph) before
# every second mark between words, 99 % reach it, before every fourth mark 94 %, before every eighth
# 84 %; none of 3,315 posts of a microblog does.
_STRANGE = 2
_ENOUGH = 4
_SHARE_IN_PROSE = 2 / 3
_SHARE_DIFFERENT = 0.75
_SHARE_STRANGE = 0.2
# Where so many stand in prose and hardly any elsewhere, chance has mixed in more common ones.
_MANY = 7
_SHARE_OF_MANY_IN_PROSE = 0.9
_SHARE_STRANGE_OF_MANY = 0.04


_TRIGGERING = "[\U00013000-\U000143ff\U0001f000-\U0001faff]"


class _Picture(NamedTuple):
    """Emoji side by side."""

    start: int
    end: int
    sequences: list[str]


def watched_code_points() -> CodePoints:
    """Hieroglyphs, and emoji outside the basic plane."""
    return code_point_ranges((0x13000, 0x143FF), (0x1F000, 0x1FAFF))


def trigger(codes: CodePoints, watched: Indices | None = None, /) -> Indices:
    """Positions of hieroglyphs and of emoji outside the basic plane.

    A page whose only emoji are older ones (`☀✒`) has none that is strange enough for `find`.

    >>> from junkfilter.chars import code_points
    >>> trigger(code_points("中🛍，"))  # "middle", a bag, a comma
    array([1])
    """
    return watched_in(codes, watched_code_points()) if watched is None else watched


def find(text: str, /) -> list[Noise]:
    """The emoji strewn through a page's prose, empty unless the page as a whole proves it.

    >>> find("会议召开🛍🏽，代表𓀟、来宾🧑🏽‍🔬出席。")  # "meeting opened, delegates, guests present."
    ... # doctest: +ELLIPSIS
    [Noise(start=4, end=6, ...), Noise(start=9, end=10, ...), Noise(start=13, end=17, ...)]
    """
    if not _compiled(_TRIGGERING).search(text):
        return []
    pictures = list(_pictures(text))
    in_prose = [picture for picture in pictures if _is_in_prose(text, picture)]
    inside_lines = [picture for picture in pictures if not _begins_line(text, picture)]
    if not _are_strewn(in_prose, len(inside_lines)) or _ABOUT.search(text):
        return []
    reason = f"{len(in_prose)} random emoji between words and marks of this page"
    return [Noise(picture.start, picture.end, reason) for picture in in_prose]


def _pictures(text: str) -> Iterator[_Picture]:
    for match in _compiled(f"{_SEQUENCE}+").finditer(text):
        if fold(match[0]) != visible(match[0]):
            continue  # `🈴` stands for a hanzi, `🅰` for a letter: they are words, not pictures
        sequences = _compiled(_SEQUENCE).findall(match[0])
        yield _Picture(match.start(), match.end(), sequences)


def _is_in_prose(text: str, picture: _Picture) -> bool:
    """Whether emoji stand between a word and a mark, or between two hanzi."""
    before, after = text[picture.start - 1 : picture.start], text[picture.end : picture.end + 1]
    if _compiled(f"[{_WORD}{_CLOSING}]").match(before) is None:
        return False
    if after and after in _MARKS:
        return True
    hanzi = _compiled(f"[{_HANZI}]")
    return hanzi.match(before) is not None and hanzi.match(after) is not None


def _begins_line(text: str, picture: _Picture) -> bool:
    """Whether emoji are the mark of a list item, or alone on a line: no evidence at all."""
    return picture.start == 0 or text[picture.start - 1] in "\n\r\ufeff"


def _are_strewn(in_prose: list[_Picture], n_pictures: int) -> bool:
    """Whether the emoji in a page's prose were put there by chance."""
    sequences = [sequence for picture in in_prose for sequence in picture.sequences]
    different = set(sequences)
    weights = {sequence: _weight(sequence) for sequence in different}
    strange = [sequence for sequence in different if weights[sequence] >= _STRANGE]
    are_many = len(in_prose) >= max(_MANY, _SHARE_OF_MANY_IN_PROSE * n_pictures)
    wanted = _SHARE_STRANGE_OF_MANY if are_many else _SHARE_STRANGE
    return (
        len(in_prose) >= max(2, _SHARE_IN_PROSE * n_pictures)
        and len(different) >= _SHARE_DIFFERENT * len(sequences)
        and len(strange) >= max(1, wanted * len(different))
        and sum(weights.values()) >= _ENOUGH
        and not _is_list(different)
    )


def _weight(sequence: str) -> int:
    """How little a sequence looks like one that a person chose: 0 to 3."""
    first, second = sequence[0], sequence[1:2]
    toned = _compiled(f"[{_TONES}]").search(sequence[1:])
    if _compiled(f"[{_HIEROGLYPHS}{_SIGN}{_TONES}]").match(first):
        return 3
    if second and toned and not _compiled(f"[{_TAKES_TONE}]").match(first):
        return 3  # a skin tone on a shopping bag
    if toned and toned[0] != "\U0001f3fb":
        return 2
    if "\u200d" in sequence:
        return 1
    return 0 if _compiled(f"[{_COMMON}]").match(first) else 1


def _is_list(sequences: set[str]) -> bool:
    """Whether all are signs of one kind: an article that names mahjong tiles or hieroglyphs."""
    kinds = {ord(sequence[0]) >> 8 for sequence in sequences}
    if all(_compiled(f"[{_HIEROGLYPHS}]").match(sequence) for sequence in sequences):
        return True
    return len(kinds) == 1 and all(_compiled(f"[{_SIGN}]").match(s) for s in sequences)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
