"""Spans of a line that were put into it: a brand glued to a title, queries run into a paragraph.

The contract is that of the line detector: a batch of pages in, proposals with scores out. Which
lines and pages are worth the work is told by stage 1's span windows and by what recurs; see
`junkfilter.detectors.span_bar`. On those, a model scores every character, the best runs become
candidates, and what is known of each as a whole decides.

A cut takes the span and nothing else: the two sides join again as they were.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from junkfilter.characters import Characters, Int64
from junkfilter.detectors.lines import Judgement
from junkfilter.detectors.span_bar import lines_over, recurring
from junkfilter.detectors.span_candidates import candidates_of, echoes, pages_of
from junkfilter.detectors.span_evidence import (
    COMPANY,
    Candidate,
    PageSpans,
    both,
    company,
    span_evidence,
    weighed,
)
from junkfilter.features import Block, Indices
from junkfilter.model import Model
from junkfilter.page import Cut
from junkfilter.span_model import SpanModel

NAME = "spans"
# What the less doubtful of the two questions takes off a score.
_OTHER = "other question"
# A page with a candidate that scores so much, on a line over the bar, is looked at as a whole: 15
# of 3,000 honest pages are, 7 with 0. Of 1,164 spans over the threshold of `balanced` it lost none,
# 0 lost 10 (injured and clean pages of training corpora, 2026-11-23).
_LIKELY = -1.0


class Span(NamedTuple):
    """A proposed span.

    Attributes:
        page: number of its text in the batch.
        line: number of its line in the block.
        start: first character, an offset in the text.
        end: after its last character; with the line's terminator if it is the whole line.
        score: log-odds that it was injected.
        evidence: what the score was added up from.
    """

    page: int
    line: int
    start: int
    end: int
    score: float
    evidence: dict[str, float]


class Spans:
    """Finds injected spans on pages that are worth it."""

    def __init__(self, model: Model, spans: SpanModel) -> None:
        self._model = model
        self._spans = spans
        # That it was put in, and that it holds nothing else.
        self._weights = spans.evidence, spans.exact

    def proposals(self, judgement: Judgement, floor: float) -> Iterator[tuple[int, Cut]]:
        """Proposed cuts of spans that score at least `floor`, with the number of their text."""
        numbers = self._worth_a_look(judgement)
        spans = [span for span in self._judged(judgement, numbers) if span.score >= floor]
        yield from self.cuts(spans, judgement.block.texts)

    def explain(
        self, judgement: Judgement, text: int, line: int
    ) -> list[tuple[Cut, list[tuple[str, float]]]]:
        """The candidates of a line, likely ones or not, each with what its score was added up from.

        Args:
            judgement: of the line detector.
            text: number of the page in it.
            line: number of the line in its block.
        """
        return self.explain_lines(judgement, text, [line])[0]

    def explain_lines(
        self, judgement: Judgement, text: int, lines: Sequence[int]
    ) -> list[list[tuple[Cut, list[tuple[str, float]]]]]:
        """The same for some lines of a page, which is judged once.

        Args:
            judgement: of the line detector.
            text: number of the page in it.
            lines: numbers of the lines in its block.
        """
        if text not in self._worth_a_look(judgement):
            return [[] for _ in lines]
        spans = self._judged(judgement, [text])
        starts = [span.start for span in spans]
        cuts = [cut for _, cut in self.cuts(spans, judgement.block.texts)]
        found = []
        for line in lines:
            place = judgement.line(line, text)
            here = range(bisect_left(starts, place.start), bisect_left(starts, place.stop))
            found.append([(cuts[number], self.shares(spans[number])) for number in here])
        return found

    def _worth_a_look(self, judgement: Judgement) -> list[int]:
        """Numbers of the texts to look at as a whole, ascending."""
        known = set(recurring(judgement.block, self._spans)) - judgement.foreign
        lines = lines_over(judgement, self._spans)
        doubtful = [number for number in lines if number not in known]
        spans = self._judged(judgement, doubtful, lines)
        return sorted(known | {span.page for span in spans if span.score >= _LIKELY})

    def _judged(
        self,
        judgement: Judgement,
        numbers: Sequence[int],
        lines: Mapping[int, Sequence[int]] | None = None,
    ) -> list[Span]:
        """The candidates of some texts; `page` is the number of the text in the judgement.

        Args:
            judgement: of the line detector.
            numbers: of the texts.
            lines: where not all of their lines are looked at, those that are, 0-based in their
                text, by number of the text.
        """
        if not numbers:
            return []
        block = judgement.block_of(numbers)
        continuations = frozenset(
            place for place, number in enumerate(numbers) if number in judgement.continuations
        )
        only = None
        if lines is not None:
            firsts = zip(numbers, block.first_lines.tolist(), strict=True)
            only = np.array([first + line for number, first in firsts for line in lines[number]])
        spans = self.judge(block, continuations, only)
        return [span._replace(page=numbers[span.page]) for span in spans]

    def judge(
        self,
        block: Block,
        continuations: frozenset[int] = frozenset(),
        only: Indices | None = None,
    ) -> list[Span]:
        """The candidates of a block's pages with their scores, in order of the text.

        Args:
            block: the pages.
            continuations: texts whose first line is not the page's first.
            only: numbers of the lines to look at, ascending; None for all.
        """
        characters = Characters(block)
        scores = self._spans.score(characters, self._model, only)
        candidates = candidates_of(characters, scores)
        if not candidates:
            return []
        pages = pages_of(characters, candidates)
        candidates = sorted([*candidates, *echoes(characters, scores, candidates, pages)])
        places = characters.line_places()
        # As models see it: without readings and other noise between its characters.
        texts = [pages[candidate.page].words(candidate) for candidate in candidates]
        known = self._model.score(Block(texts, self._model.spec)).scores.tolist()
        evidence = [
            span_evidence(
                candidate,
                pages[candidate.page],
                characters,
                scores,
                self._spans,
                known=words,
                place=_place(places, candidate, continuations),
            )
            for candidate, words in zip(candidates, known, strict=True)
        ]
        self._keep_company(candidates, pages, evidence)
        return [
            Span(
                candidate.page,
                candidate.line,
                *_range(characters, candidate),
                both(*(weighed(weights, own) for weights in self._weights)),
                own,
            )
            for candidate, own in zip(candidates, evidence, strict=True)
        ]

    def _keep_company(
        self,
        candidates: Sequence[Candidate],
        pages: Mapping[int, PageSpans],
        evidence: Sequence[dict[str, float]],
    ) -> None:
        """Adds to each candidate's evidence what the others of its page say of it."""
        alone = [weighed(self._spans.alone, own) for own in evidence]
        words = [pages[candidate.page].words(candidate) for candidate in candidates]
        found = company([candidate.page for candidate in candidates], words, alone)
        for own, value in zip(evidence, found, strict=True):
            own[COMPANY] = value

    def cuts(self, spans: Sequence[Span], texts: Sequence[str]) -> Iterator[tuple[int, Cut]]:
        """Proposed cuts, each with the number of its text."""
        if not spans:
            return
        words = [texts[span.page][span.start : span.end].rstrip("\r\n") for span in spans]
        families = self._model.family_of(Block(words, self._model.spec))
        for span, family in zip(spans, families, strict=True):
            fpr, reason = self._spans.fpr(span.score), self.reason(span)
            yield (
                span.page,
                Cut(span.start, span.end, "spam", family, span.score, fpr, NAME, reason),
            )

    def reason(self, span: Span) -> str:
        """The three pieces of evidence that weigh most, with their shares of the score."""
        shares = self.shares(span)[:3]
        return ", ".join(f"{name} {share:+.1f}" for name, share in shares)

    def shares(self, span: Span) -> list[tuple[str, float]]:
        """What each piece of evidence adds to the score, heaviest first; they add up to it.

        Of the two questions that of the lower answer; what the other takes off is one share.
        """
        weights = min(self._weights, key=lambda weights: weighed(weights, span.evidence))
        found = {"constant": 1.0} | span.evidence
        shares = [(name, weights.get(name, 0.0) * value) for name, value in found.items()]
        shares.append((_OTHER, span.score - weighed(weights, span.evidence)))
        return sorted(shares, key=lambda share: (-abs(share[1]), share[0]))


def _place(places: Int64, candidate: Candidate, continuations: frozenset[int]) -> int:
    place = int(places[candidate.line])
    return 3 if candidate.page in continuations and place in (1, 4) else place


def _range(characters: Characters, candidate: Candidate) -> tuple[int, int]:
    """Where a candidate stands in its text.

    A note that is not seen behind its last character goes with it: that of `創(chuàng)新互聯(lián)`
    (name of a firm, with readings) belongs to the character before. A line that is cut whole goes
    with its terminator.
    """
    block = characters.block
    text = block.texts[candidate.page]
    # The first character of the joined texts has place 1.
    offset = int(block.text_starts[candidate.page]) + 1
    start = int(characters.places[candidate.start]) - offset
    end = int(characters.places[candidate.end - 1]) + 1 - offset
    if text[end : end + 1] in ("(", "\uff08"):
        end = int(characters.places[candidate.end]) - offset
        # The place of a line's end is that of its LF: the CR before it is no note.
        end -= text[end - 1] == "\r"
    whole = characters.from_start[candidate.start] == 1 == characters.to_end[candidate.end - 1]
    # Something invisible before it stays, and needs its line end.
    first = start == 0 or text[start - 1] in "\r\n\ufeff"
    if whole and first and text[end : end + 1] in ("\r", "\n"):
        end += 2 if text[end : end + 2] == "\r\n" else 1
    return start, end
