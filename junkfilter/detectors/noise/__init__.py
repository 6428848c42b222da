"""Damage to a page's text that rules can prove: no model, no thresholds.

One module for each kind of noise, all with one contract (`NoiseDetector`). Proven noise comes before
every judgement: the model sees the page without it, whether or not it will be removed.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt


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
    def trigger(codes: npt.NDArray[np.uint32], /) -> npt.NDArray[np.intp]:
        """Where in some joined pages the detector has to look: positions near which noise may be.

        Runs over every character that junkfilter reads, so it is a few passes of NumPy; what it
        lets through is decided by `find`.

        Args:
            codes: code points of many pages laid end to end, an LF between them.
        """

    @staticmethod
    def find(text: str, /) -> list[Noise]:
        """The noise of one page, in order of the text, without overlaps; linear in its length."""
