"""Whole lines of injected spam: stage 1 over every line, stage 2 over the few that pass its bar.

The contract of a line detector: a batch of pages in, a `Judgement` of every line out. It proposes;
`junkfilter.policy` chooses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from junkfilter.chars import visible
from junkfilter.detectors.evidence import PAGE_SAMPLE, PageContext, evidence_of
from junkfilter.detectors.foreign import foreign_texts
from junkfilter.detectors.noise.finder import PageNoise, proven_noise
from junkfilter.features import Block, Indices, joined_code_points
from junkfilter.model import LineScores, Model
from junkfilter.model_folder import Floats
from junkfilter.page import BYTE_ORDER_MARK, Cut, Line

if TYPE_CHECKING:
    from junkfilter.site_memory import SiteMemory

NAME = "lines"
NO_SITES: Mapping[int, tuple[str, str]] = {}


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
        noise: proven noise of the texts that have any, by number; no model sees it.
        continuations: texts whose beginning is not the page's beginning.
        weights: of the evidence, by name.
    """

    block: Block
    stage1: LineScores
    scores: Floats
    evidence: dict[int, dict[str, float]]
    foreign: frozenset[int]
    noise: Mapping[int, PageNoise]
    continuations: frozenset[int]
    weights: Mapping[str, float]

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

    def seen(self, text: int, start: int = 0, end: int | None = None) -> str:
        """A range of a text as models see it, without proven noise; offsets are the text's own."""
        page = self.block.texts[text]
        noise = self.noise.get(text)
        return page[start:end] if noise is None else noise.seen(page, start, end)

    def block_of(self, numbers: Sequence[int]) -> Block:
        """A block of some of the judged texts, with the same noise hidden.

        Args:
            numbers: of the texts, in the order in which they are to stand in the block.
        """
        texts = [self.block.texts[number] for number in numbers]
        hidden = {
            place: self.noise[number].hidden
            for place, number in enumerate(numbers)
            if number in self.noise
        }
        return Block(texts, self.block.spec, hidden=hidden)


class SpamLines:
    """Scores every line of a batch of pages for injected spam.

    Args:
        model: the weights.
        site_memory: what earlier runs saw of the pages' sites; None for nothing.
    """

    def __init__(self, model: Model, site_memory: SiteMemory | None = None) -> None:
        self._model = model
        self._site_memory = site_memory
        self._weights = dict(model.evidence)
        if site_memory is not None:
            from junkfilter.site_memory import EVIDENCE, WEIGHT

            # No weight of training: `site_memory` tells how it was measured.
            self._weights.setdefault(EVIDENCE, WEIGHT)

    def judge(
        self,
        texts: Sequence[str],
        continuations: frozenset[int] = frozenset(),
        sites: Mapping[int, tuple[str, str]] = NO_SITES,
    ) -> Judgement:
        """Scores of every line of some texts, with the evidence behind those of stage 2.

        Args:
            texts: pages, each judged with itself as context.
            continuations: indices of texts whose beginning is not the page's beginning.
            sites: host and address of the texts of which they are known, by index; a first line
                over the bar is looked up in the site memory, and noted there.
        """
        codes = joined_code_points(texts)
        noise = proven_noise(texts, codes)
        hidden = {number: page.hidden for number, page in noise.items()}
        block = Block(texts, self._model.spec, codes=codes, hidden=hidden)
        stage1 = self._model.score(block)
        # Below the bar stage 1's score goes through the same sum, with no other evidence: a line
        # just below must not score higher than one just above.
        weights = self._weights
        scores = weights["constant"] + weights.get("stage1", 0.0) * stage1.scores
        foreign = foreign_texts(block, noise)
        judgement = Judgement(block, stage1, scores, {}, foreign, noise, continuations, weights)
        context: tuple[int, PageContext] | None = None
        over = np.flatnonzero(stage1.scores >= self._model.bar)
        for number, text in zip(over.tolist(), block.texts_of(over), strict=True):
            if text in judgement.foreign:
                continue
            if context is None or context[0] != text:
                context = text, self._context(judgement, text)
            found = self._evidence(judgement, number, text, context[1])
            if text in sites and text not in continuations:
                found |= self._seen_before(judgement, number, text, *sites[text])
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
            judgement.seen(text, line.start, line.end)
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
        weights = self._weights
        shares = [(weights.get(name, 0.0) * value, name) for name, value in found.items()]
        shares.sort(key=lambda share: (-abs(share[0]), share[1]))
        return ", ".join(
            f"{'words' if name == 'stage1' else name} {share:+.1f}" for share, name in shares[:3]
        )

    def weigh(self, evidence: dict[str, float]) -> float:
        """Log-odds from named evidence: the weighted sum and the constant."""
        weights = self._weights
        return weights["constant"] + sum(
            weights.get(name, 0.0) * value for name, value in evidence.items()
        )

    def _evidence(
        self, judgement: Judgement, number: int, text: int, page: PageContext
    ) -> dict[str, float]:
        line = judgement.line(number, text)
        model = self._model
        return evidence_of(
            judgement.seen(text, line.start, line.end),
            index=line.number - 1,
            score=float(judgement.stage1.scores[number]),
            window=float(judgement.stage1.windows[number]) * model.scale,
            page=page,
        )

    def _seen_before(
        self, judgement: Judgement, number: int, text: int, site: str, address: str
    ) -> dict[str, float]:
        """What other pages of the site say of the page's first line; notes it for later runs."""
        from junkfilter.site_memory import EVIDENCE, repetition

        first = judgement.lines_of(text).start
        if judgement.block.lengths()[first:number].any() or self._site_memory is None:
            return {}  # a line with text stands before it
        line = judgement.line(number, text)
        page = judgement.block.texts[text]
        words = judgement.seen(text, line.start, line.end)
        self._site_memory.note(site, words, address or page)
        others = self._site_memory.times(site, words, address or page)
        return {EVIDENCE: repetition(others)} if others else {}

    def _context(self, judgement: Judgement, text: int) -> PageContext:
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
            continuation=text in judgement.continuations,
        )


def _sample(judgement: Judgement, lines: Indices, text: int) -> str:
    """Some lines of a text, up to `PAGE_SAMPLE` characters."""
    block = judgement.block
    sizes = np.cumsum(block.lengths()[lines])
    # Of readings, which are in none of the lengths, a line may have more: never too few lines.
    lines = lines[: int(np.searchsorted(sizes, PAGE_SAMPLE)) + 1]
    starts = block.starts[lines] - int(block.text_starts[text])
    widths = block.stops[lines] - block.starts[lines]
    dropped = (widths != block.lengths()[lines]).tolist()
    parts: list[str] = []
    size = 0
    for start, width, has_dropped in zip(starts.tolist(), widths.tolist(), dropped, strict=True):
        # Before they are counted: else 20,000 invisible characters hide a page from its lines.
        part = judgement.seen(text, start, start + width)
        part = (visible(part) if has_dropped else part)[: PAGE_SAMPLE - size]
        parts.append(part)
        size += len(part)
        if size >= PAGE_SAMPLE:
            break
    return "\n".join(parts)
