"""Whole lines of injected spam: stage 1 over every line, stage 2 over the few that pass its bar.

The contract of a line detector: a batch of pages in, a `Judgement` of every line out. It proposes;
`junkfilter.policy` chooses.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from junkfilter.chars import (
    code_points,
    foreign_code_points,
    is_mainly_chinese,
    script_profile,
    visible,
)
from junkfilter.detectors.evidence import PAGE_SAMPLE, PageContext, evidence_of
from junkfilter.features import Block, Indices
from junkfilter.model import LineScores, Model
from junkfilter.model_folder import Floats
from junkfilter.page import BYTE_ORDER_MARK, Cut, Line

NAME = "lines"
# CJK Unified Ideographs, U+4E00 to U+9FFF.
_FIRST_HANZI = np.uint32(0x4E00)
_COMMON_HANZI = np.uint32(0x5200)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known of the lines of a batch of texts.

    Attributes:
        block: the lines.
        stage1: stage 1's scores.
        scores: final log-odds that each line is injected spam, shape (n_lines,): the weighted sum
            of the evidence, which below the bar is stage 1's score alone.
        evidence: of the lines that stage 2 looked at, by line of the block.
        foreign: texts that are not mainly Chinese; stage 2 does not look at them.
    """

    block: Block
    stage1: LineScores
    scores: Floats
    evidence: dict[int, dict[str, float]]
    foreign: frozenset[int]

    def lines_of(self, text: int) -> range:
        """The lines that belong to a text, without the empty one after its last line end."""
        block = self.block
        first = int(block.first_lines[text])
        end = int(block.text_starts[text]) + len(block.texts[text])
        stop = int(np.searchsorted(block.starts, end, side="right"))
        after_last_end = block.starts[stop - 1] == end
        if stop > first and (after_last_end or block.texts[text] == BYTE_ORDER_MARK):
            stop -= 1
        return range(first, stop)

    def line(self, number: int, text: int) -> Line:
        """A line of the block as a line of its text; numbers in a text are 1-based."""
        block = self.block
        page = block.texts[text]
        offset = int(block.text_starts[text])
        first = int(block.first_lines[text])
        start, end = int(block.starts[number]) - offset, int(block.stops[number]) - offset
        if start == 0 and page.startswith(BYTE_ORDER_MARK):
            start = 1
        stop = min(end + 1, len(page))
        # `end` is the LF of a CRLF, and of a lone CR at the text's end what follows the text. A
        # lone CR elsewhere is at `end` itself.
        if end > start and page[end - 1] == "\r":
            end -= 1
        return Line(number - first + 1, start, end, stop)


class SpamLines:
    """Scores every line of a batch of pages for injected spam."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def judge(self, texts: Sequence[str], continuations: frozenset[int] = frozenset()) -> Judgement:
        """Scores of every line of some texts, with the evidence behind those of stage 2.

        Args:
            texts: pages, each judged with itself as context.
            continuations: indices of texts whose beginning is not the page's beginning.
        """
        block = Block(texts, self._model.spec)
        stage1 = self._model.score(block)
        # Below the bar stage 1's score goes through the same sum, with no other evidence: a line
        # just below must not score higher than one just above.
        weights = self._model.evidence
        scores = weights["constant"] + weights.get("stage1", 0.0) * stage1.scores
        judgement = Judgement(block, stage1, scores, {}, _foreign(block))
        context: tuple[int, PageContext] | None = None
        over = np.flatnonzero(stage1.scores >= self._model.bar)
        for number, text in zip(over.tolist(), block.texts_of(over), strict=True):
            if text in judgement.foreign:
                continue
            if context is None or context[0] != text:
                context = text, self._context(judgement, text, text in continuations)
            found = self._evidence(judgement, number, text, context[1])
            judgement.evidence[number] = found
            scores[number] = self.weigh(found)
        return judgement

    def cuts(self, judgement: Judgement, floor: float) -> Iterator[tuple[int, Cut]]:
        """Proposed cuts of lines that score at least `floor`, with the number of their text."""
        over = np.flatnonzero(judgement.scores >= floor)
        over = over[judgement.block.lengths()[over] > 0]
        texts_of = judgement.block.texts_of(over)
        places = [
            (number, text)
            for number, text in zip(over.tolist(), texts_of, strict=True)
            if text not in judgement.foreign
        ]
        if not places:
            return
        lines = [judgement.line(number, text) for number, text in places]
        texts = [
            judgement.block.texts[text][line.start : line.end]
            for (_, text), line in zip(places, lines, strict=True)
        ]
        families = self._model.family_of(Block(texts, self._model.spec))
        for (number, text), line, family in zip(places, lines, families, strict=True):
            score = float(judgement.scores[number])
            reason = self._reason(judgement, number)
            fpr = self._model.fpr(score)
            yield text, Cut(line.start, line.stop, "spam", family, score, fpr, NAME, reason)

    def _reason(self, judgement: Judgement, number: int) -> str:
        """The three pieces of evidence that weigh most, with their shares of the score."""
        found = judgement.evidence.get(number)
        if found is None:
            return f"words {judgement.scores[number]:+.1f}"
        weights = self._model.evidence
        shares = [(weights.get(name, 0.0) * value, name) for name, value in found.items()]
        shares.sort(key=lambda share: (-abs(share[0]), share[1]))
        return ", ".join(
            f"{'words' if name == 'stage1' else name} {share:+.1f}" for share, name in shares[:3]
        )

    def weigh(self, evidence: dict[str, float]) -> float:
        """Log-odds from named evidence: the weighted sum and the constant."""
        weights = self._model.evidence
        return weights["constant"] + sum(
            weights.get(name, 0.0) * value for name, value in evidence.items()
        )

    def _evidence(
        self, judgement: Judgement, number: int, text: int, page: PageContext
    ) -> dict[str, float]:
        line = judgement.line(number, text)
        model = self._model
        return evidence_of(
            judgement.block.texts[text][line.start : line.end],
            index=line.number - 1,
            score=float(judgement.stage1.scores[number]),
            window=float(judgement.stage1.windows[number]) * model.scale,
            page=page,
        )

    def _context(self, judgement: Judgement, text: int, continuation: bool) -> PageContext:
        lines = judgement.lines_of(text)
        here: Indices = np.arange(lines.start, lines.stop)
        written = here[judgement.block.lengths()[lines.start : lines.stop] > 0]
        scores = judgement.stage1.scores[written]
        honest = written[scores < self._model.bar]
        if not len(honest):
            return PageContext()
        return PageContext(
            _sample(judgement, honest, text),
            mean_score=float(judgement.stage1.scores[honest].mean()),
            n_lines=len(honest),
            first=int(honest[0]) - lines.start,
            last=int(honest[-1]) - lines.start,
            continuation=continuation,
        )


def _foreign(block: Block) -> frozenset[int]:
    """Texts that are not mainly Chinese, 0-based; an empty text is of no language."""
    doubtful = [number for number in block.perhaps_foreign() if block.texts[number]]
    if not doubtful:
        return frozenset()
    sure = _surely_chinese([block.texts[number] for number in doubtful])
    return frozenset(
        number
        for number, is_sure in zip(doubtful, sure, strict=True)
        if not is_sure and not is_mainly_chinese(script_profile(block.texts[number]))
    )


def _surely_chinese(texts: Sequence[str]) -> list[bool]:
    """Whether some texts, none empty, are so Chinese that nothing else need be counted.

    True where one character in 16 is one of the common hanzi, and kana and hangul are at most an
    eighth as many: both far within the bounds of `is_mainly_chinese`. Counts all texts at once: one
    headline in thirty is doubtful, for its digits and Latin letters, and a profile of each takes a
    fifth of the time in which all are judged.
    """
    codes = code_points("".join(texts))
    lengths = np.fromiter(map(len, texts), dtype=np.intp, count=len(texts))
    firsts = np.cumsum(lengths) - lengths
    is_hanzi = (codes - _FIRST_HANZI < _COMMON_HANZI).view(np.uint8)
    is_foreign = _is_foreign().take(codes, mode="clip")
    hanzi = np.add.reduceat(is_hanzi, firsts, dtype=np.intp)
    foreign = np.add.reduceat(is_foreign, firsts, dtype=np.intp)
    sure: list[bool] = ((hanzi * 16 >= lengths) & (foreign * 8 <= hanzi)).tolist()
    return sure


@cache
def _is_foreign() -> npt.NDArray[np.uint8]:
    """1 for kana and hangul, 0 for all else, by code point; read-only."""
    table = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    table[foreign_code_points()] = 1
    table.setflags(write=False)
    return table


def _sample(judgement: Judgement, lines: Indices, text: int) -> str:
    """Some lines of a text, up to `PAGE_SAMPLE` characters."""
    block = judgement.block
    sizes = np.cumsum(block.lengths()[lines])
    # Of readings, which are in none of the lengths, a line may have more: never too few lines.
    lines = lines[: int(np.searchsorted(sizes, PAGE_SAMPLE)) + 1]
    starts = block.starts[lines] - int(block.text_starts[text])
    widths = block.stops[lines] - block.starts[lines]
    dropped = (widths != block.lengths()[lines]).tolist()
    page = block.texts[text]
    parts: list[str] = []
    size = 0
    for start, width, has_dropped in zip(starts.tolist(), widths.tolist(), dropped, strict=True):
        # Before they are counted: else 20,000 invisible characters hide a page from its lines.
        part = page[start : start + width]
        part = (visible(part) if has_dropped else part)[: PAGE_SAMPLE - size]
        parts.append(part)
        size += len(part)
        if size >= PAGE_SAMPLE:
            break
    return "\n".join(parts)
