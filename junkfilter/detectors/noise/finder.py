"""All detectors of noise over a batch of pages: one pass over the characters, rules where it pays.

Clean text must cost next to nothing. So one look-up table says of every character which detectors
watch it; each detector's trigger looks at the few places of its own, and only the pages near which
one fires are read by its rule.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from operator import itemgetter
from typing import TypeAlias, cast

import numpy as np
import numpy.typing as npt

from junkfilter.chars import CodePoints
from junkfilter.detectors.noise import Indices, NoiseDetector
from junkfilter.features import joined_code_points
from junkfilter.page import Cut, apply, merged
from junkfilter.policy import DAMAGE

# Those whose noise no model sees, in the order in which they read a page: first what is set into
# other noise, last the readings, for which a page's other letters count.
_HIDING = ("invisible", "tags", "jam", "emoji", "bursts", "tails", "pinyin")
_DETECTORS = (*_HIDING, DAMAGE)
# A round finds what the one before uncovered, such as characters that do nothing once the note
# beside them is gone. More rounds than this nobody has needed; the time must stay linear.
_MOST_ROUNDS = 4

UInt8: TypeAlias = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PageNoise:
    """The proven noise of one page.

    Attributes:
        cuts: all of it as proposals in order of the text, damage of encodings among them.
        hidden: ranges of the page's text that no model sees, ascending and apart.
    """

    cuts: tuple[Cut, ...]
    hidden: tuple[tuple[int, int], ...]

    def seen(self, text: str, start: int = 0, end: int | None = None) -> str:
        """A range of the page's text as models see it, without what is hidden.

        >>> noise = PageNoise((), ((1, 5),))
        >>> noise.seen("區(qū)政府")  # "district (reading) government"
        '區政府'
        """
        end = len(text) if end is None else end
        # By bisection: a page of 30,000 lines with something hidden in each is asked for each line.
        low = bisect_right(self.hidden, start, key=itemgetter(1))
        high = bisect_left(self.hidden, end, low, key=itemgetter(0))
        inside = [
            Cut(max(first, start) - start, min(after, end) - start, "")
            for first, after in self.hidden[low:high]
        ]
        return apply(text[start:end], inside)[0]


def proven_noise(texts: Sequence[str], codes: CodePoints) -> dict[int, PageNoise]:
    """The noise of those of some pages that have any, by number of the page.

    Args:
        texts: the pages.
        codes: their code points as `features.joined_code_points` gives them.

    >>> from junkfilter.features import joined_code_points
    >>> pages = ["今天\\n", "满足了大家的需要。sOVesmc\\n"]  # "today", "met everybody's need."
    >>> found = proven_noise(pages, joined_code_points(pages))
    >>> [(number, cut.kind, cut.start) for number, noise in found.items() for cut in noise.cuts]
    [(1, 'jam', 9)]
    """
    near: dict[int, set[str]] = {}
    for name, numbers in _pages_near(texts, codes).items():
        for number in numbers:
            near.setdefault(number, set()).add(name)
    found = {number: _noise_of(texts[number], near[number]) for number in sorted(near)}
    return {number: _page_noise(cuts) for number, cuts in found.items() if cuts}


def _pages_near(texts: Sequence[str], codes: CodePoints) -> dict[str, list[int]]:
    """The pages that each detector's rule has to read."""
    watchers = _watchers().take(codes, mode="clip")
    places = np.flatnonzero(watchers != 0)
    watchers = watchers[places]
    watching = int(np.bitwise_or.reduce(watchers))
    near: dict[str, list[int]] = {}
    for bit, name in enumerate(_DETECTORS):
        if watching >> bit & 1:
            watched = places[watchers & np.uint8(1 << bit) != 0]
            positions = _detector(name).trigger(codes, watched)
            if len(positions):
                near[name] = _texts_at(positions, texts)
    return near


def _cuts(name: str, text: str) -> list[Cut]:
    detector = _detector(name)
    return [
        Cut(start, end, detector.KIND, detector=detector.NAME, reason=reason)
        for start, end, reason in detector.find(text)
    ]


def _noise_of(text: str, triggered: Collection[str]) -> list[Cut]:
    """All noise of a page.

    Noise hides noise: a zero-width space inside of a note, a planted tag in a text whose share of
    Latin letters is looked at. So each rule reads the page without what those before it found, and
    all read it again until nothing new is found: what they would find in the page after it was
    repaired is found now.

    Args:
        text: the page.
        triggered: names of the detectors whose triggers fired.
    """
    found: list[Cut] = []
    bare, places = text, np.arange(len(text))
    near: Collection[str] = triggered
    for _ in range(_MOST_ROUNDS):
        before = len(found)
        for name in _HIDING:
            cuts = _cuts(name, bare) if name in near else []
            if cuts:
                found += [_in_original(cut, bare, places) for cut in cuts]
                bare, places = apply(bare, cuts)[0], places[_kept(cuts, len(bare))]
                # A trigger takes a hundredth of the time that a rule takes.
                near = _pages_near([bare], joined_code_points([bare]))
        if len(found) == before:
            break
    # Damage hides nothing, and its letters are what is to be read in another way.
    return found + (_cuts(DAMAGE, text) if DAMAGE in triggered else [])


def _kept(cuts: Sequence[Cut], length: int) -> npt.NDArray[np.bool_]:
    kept = np.ones(length, dtype=np.bool_)
    for cut in cuts:
        kept[cut.start : cut.end] = False
    return kept


def _in_original(cut: Cut, bare: str, places: Indices) -> Cut:
    """A cut of the bare text as one of the page, with the noise that was found inside of it.

    At a line's start it begins with what was found before it: else that would be left of a line
    that goes.
    """
    start = int(places[cut.start])
    if not cut.start:
        start = 0
    elif bare[cut.start - 1] in "\r\n\ufeff":
        start = int(places[cut.start - 1]) + 1
    return replace(cut, start=start, end=int(places[cut.end - 1]) + 1)


def _page_noise(cuts: list[Cut]) -> PageNoise:
    ordered = sorted(cuts, key=lambda cut: (cut.start, cut.end))
    hidden = merged(cut for cut in ordered if cut.kind != DAMAGE)
    return PageNoise(tuple(ordered), tuple(hidden))


def _texts_at(positions: Indices, texts: Sequence[str]) -> list[int]:
    """Numbers of the texts that some positions of the joined code points belong to."""
    if not len(positions):
        return []
    # An LF stands before the first text and after each.
    ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.intp, count=len(texts)) + 1)
    numbers = np.searchsorted(ends, positions)
    return sorted({min(number, len(texts) - 1) for number in numbers.tolist()})


@cache
def _detector(name: str) -> NoiseDetector:
    return cast("NoiseDetector", import_module(f"junkfilter.detectors.noise.{name}"))


@cache
def _watchers() -> UInt8:
    """For each code point a bit for each detector that watches it; read-only."""
    table = np.zeros(0x110000, dtype=np.uint8)
    for bit, name in enumerate(_DETECTORS):
        table[_detector(name).watched_code_points()] |= np.uint8(1 << bit)
    table.setflags(write=False)
    return table
