"""Boilerplate and garbled lines: honest, but not the article. Looked for only when asked.

Navigation, counters and copyright lines belong to the page that the site published; whether they
go is the user's choice (`--remove boilerplate`). One small table of weights judges both kinds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from junkfilter.detectors.lines import Judgement
from junkfilter.model import QUALITIES, Model
from junkfilter.page import Cut

NAME = "quality"


class Quality:
    """Scores lines for boilerplate and garbling."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def kinds(self, judgement: Judgement) -> dict[int, str]:
        """The kind of each line of a block that is boilerplate or garbled, by line of the block."""
        lines, columns, _ = self._found(judgement)
        return {line: QUALITIES[column] for line, column in zip(lines, columns, strict=True)}

    def cuts(self, judgement: Judgement, wanted: Collection[str]) -> Iterator[tuple[int, Cut]]:
        """Proposed cuts of the wanted kinds, with the number of their text."""
        lines, columns, scores = self._found(judgement)
        texts = judgement.block.texts_of(np.array(lines, dtype=np.intp))
        for number, column, score, text in zip(lines, columns, scores, texts, strict=True):
            if QUALITIES[column] in wanted and text not in judgement.foreign:
                line = judgement.line(number, text)
                kind = QUALITIES[column]
                reason = f"{kind} {score:+.1f}"
                yield text, Cut(line.start, line.stop, kind, "", score, 1.0, NAME, reason)

    def _found(self, judgement: Judgement) -> tuple[list[int], list[int], list[float]]:
        """Lines that are of a kind, the kind's column and its log-odds."""
        scores = self._model.quality_scores(judgement.block)
        over = scores - self._model.quality_thresholds
        lines = np.flatnonzero((over.max(axis=1) >= 0) & (judgement.block.lengths() > 0))
        columns = over[lines].argmax(axis=1)
        return lines.tolist(), columns.tolist(), scores[lines, columns].tolist()
