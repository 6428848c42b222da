"""Boilerplate and garbled lines: honest, but not the article. Looked for only when asked.

Navigation, counters and copyright lines belong to the page that the site published; whether they
go is the user's choice (`--remove boilerplate`). One small table of weights judges both kinds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from junkfilter.detectors.lines import Judgement
from junkfilter.model import Model
from junkfilter.page import Cut

KINDS = ("boilerplate", "garbled")
NAME = "quality"


class Quality:
    """Scores lines for boilerplate and garbling."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def kinds(self, judgement: Judgement) -> dict[int, str]:
        """The kind of each line of a block that is boilerplate or garbled, by line of the block."""
        return {line: KINDS[column] for line, column, _ in self._found(judgement)}

    def cuts(self, judgement: Judgement, wanted: Collection[str]) -> Iterator[tuple[int, Cut]]:
        """Proposed cuts of the wanted kinds, with the number of their text."""
        for number, column, score in self._found(judgement):
            if KINDS[column] not in wanted:
                continue
            text = judgement.block.page_of(number)
            line = judgement.line(number, text)
            if line.stop > line.start:
                yield text, Cut(line.start, line.stop, KINDS[column], "", score, 1.0, NAME, "")

    def _found(self, judgement: Judgement) -> Iterator[tuple[int, int, float]]:
        scores = self._model.quality_scores(judgement.block)
        lengths = judgement.block.lengths()
        over = scores - self._model.quality_thresholds
        for number in (over.max(axis=1) >= 0).nonzero()[0].tolist():
            if lengths[number] > 0:
                column = int(over[number].argmax())
                yield number, column, float(scores[number, column])
