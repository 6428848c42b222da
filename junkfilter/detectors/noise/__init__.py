"""Damage to a page's text that rules can prove: no model, no thresholds.

One module for each kind of noise, all with one contract (`NoiseDetector`). Proven noise comes
before every judgement: the model sees the page without it, whether or not it will be removed.
`finder` runs all of them over a batch of pages.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from junkfilter.chars import CodePoints

Indices: TypeAlias = npt.NDArray[np.intp]


class Noise(NamedTuple):
    """A range of a page's text that is no text of the page.

    Attributes:
        start: first character, 0-based offset in the page's text.
        end: end of the range, exclusive; of a whole line it includes the terminator.
        reason: the proof in a few words.
    """

    start: int
    end: int
    reason: str


class NoiseDetector(Protocol):
    """What every module of noise offers.

    Attributes:
        NAME: name of the detector, as in rejects.
        KIND: kind of the cuts that it proposes.
    """

    NAME: str
    KIND: str

    @staticmethod
    def watched_code_points() -> CodePoints:
        """The characters that the detector has to be told of; few of those of clean text.

        All detectors' characters are looked for in one pass.
        """

    @staticmethod
    def trigger(codes: CodePoints, watched: Indices | None = None, /) -> Indices:
        """Where in some joined pages the detector has to look: positions near which noise may be.

        Runs over all that junkfilter reads; what it lets through is decided by `find`.

        Args:
            codes: code points of many pages laid end to end, an LF between them.
            watched: positions of the watched characters, ascending; looked for if not given.
        """

    @staticmethod
    def find(text: str, /) -> list[Noise]:
        """The noise of one page, in order of the text, without overlaps; linear in its length."""


def code_point_ranges(*ranges: tuple[int, int]) -> CodePoints:
    """The code points of some ranges, first and last included.

    >>> code_point_ranges((0x30, 0x32), (0x41, 0x41)).tolist()
    [48, 49, 50, 65]
    """
    return np.concatenate([np.arange(a, b + 1, dtype=np.uint32) for a, b in ranges])


def watched_in(codes: CodePoints, signs: CodePoints) -> Indices:
    """Positions of some characters, ascending: what one detector alone watches.

    >>> codes = np.array([0x4E2D, 0x28, 0x5B57], dtype=np.uint32)
    >>> watched_in(codes, code_point_ranges((0x28, 0x28)))
    array([1])
    """
    return np.flatnonzero(np.isin(codes, signs))
