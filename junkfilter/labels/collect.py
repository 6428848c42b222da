"""Which lines of a crawl are most worth a person's look.

A label is worth most where it changes something: near the threshold, where the two stages disagree,
on a span that was nearly cut, on a word that honest text does not know and many pages carry. That
alone would show a person nothing but doubtful lines; so a random sample of what was cut and of what
was kept goes with it, to find what the filter is wrongly sure of.

Every reason has a budget of its own. The same pages give the same lines, in whatever order they
come: samples are drawn by hashes of the lines. Recurring words are the exception, for they need a
count, and the third page with a word gives the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from junkfilter.detectors import spans as span_detector
from junkfilter.filter import BATCH_CHARACTERS
from junkfilter.labels.items import CONTEXT_CHARACTERS, MOST_CHARACTERS, Candidate, ScoredSpan
from junkfilter.labels.reservoir import Reservoir
from junkfilter.labels.sampling import line_hashes
from junkfilter.labels.tokens import RUN_NAMES, RecurringTokens, Token, new_tokens
from junkfilter.page import Page, split_pages
from junkfilter.proposals import Detectors, Judged
from junkfilter.site_memory import site_of

if TYPE_CHECKING:
    from junkfilter.filter import JunkFilter
    from junkfilter.labels.adding import Added
    from junkfilter.labels.store import LabelStore
    from junkfilter.results import LineVerdict

EACH = 50
# What a label of the best line of each reason is worth; it falls to nothing with the line's place.
# A line with several reasons is given the first; the one that depends on order comes last.
WORTH = {
    "uncertain": 1.0,
    "disagreement": 1.0,
    "span": 0.9,
    "control-spam": 0.6,
    "control-text": 0.5,
    "recurring": 0.9,
}
# Kept for each line that is wanted, because the same lines are best for several reasons.
_SPARE = 2


class Pick(NamedTuple):
    """A line of a batch that may be worth a look.

    Attributes:
        why: the reason.
        rank: the lower, the more it is worth.
        text: number of its text in the batch.
        line: number of the line in the block.
        token: the recurring word for which it stands, if that is the reason.
    """

    why: str
    rank: float
    text: int
    line: int
    token: Token | None = None


class _Waiting(NamedTuple):
    """A page that is to be judged, and where it begins in its source."""

    page: Page
    line: int
    in_record: bool

    def line_at(self, number: int) -> int:
        """The line of the source that is noted for a line of the page."""
        return self.line if self.in_record else self.line + number - 1


class Collector:
    """Reads pages and remembers the lines that are most worth a look.

    Args:
        page_filter: its policy says what is a threshold, and whether spans are looked for.
        each: how many lines for each reason at most.
        seed: start of the random samples.
        site: host of pages without an address; empty if it is not known.

    Attributes:
        lines: number of lines read.
    """

    def __init__(
        self, page_filter: JunkFilter, *, each: int = EACH, seed: int = 0, site: str = ""
    ) -> None:
        self.lines = 0
        self._filter = page_filter
        self._each = each
        self._seed = seed
        self._site = site
        self._detectors = Detectors(page_filter.model, page_filter.policy)
        policy, model = page_filter.policy, page_filter.model
        points = self._detectors.thresholds
        bars = {name: point[policy.operating_point] for name, point in points.items()}
        if policy.threshold is not None:
            bars = dict.fromkeys(bars, policy.threshold)
        self._bars = bars
        self._frequencies = None if model.spans is None else model.spans.frequencies
        self._best = {why: Reservoir(_SPARE * each) for why in WORTH if why != "recurring"}
        self._tokens = RecurringTokens(_SPARE * each * RUN_NAMES)
        self._batch: list[_Waiting] = []
        self._size = 0

    def add(self, page: Page, *, line: int = 1, in_record: bool = False) -> None:
        """Reads a page of any length.

        Args:
            page: its `id` is the source that is noted, its `url` gives the host.
            line: 1-based physical line of the source in which it begins.
            in_record: its lines are no lines of the source: that of the record is noted for all.
        """
        first = line
        for number, (text, too_long) in enumerate(split_pages(page.text)):
            if not too_long:
                continuation = page.continuation or number > 0
                part = replace(page, text=text, continuation=continuation)
                self._batch.append(_Waiting(part, first, in_record))
                self._size += len(text) + 1
            if not in_record:
                first += text.count("\n") + text.count("\r") - text.count("\r\n")
            if self._size >= BATCH_CHARACTERS:
                self._judge()

    def candidates(self) -> list[Candidate]:
        """The lines found so far, reason by reason, the best first; near-duplicates once."""
        self._judge()
        chosen = Reservoir(self._each * len(WORTH))
        place = 0
        for why, worth in WORTH.items():
            taken = 0
            for line in self.ranked(why):
                taken += chosen.offer(place, replace(line, worth=worth * (1 - taken / self._each)))
                place += 1
                if taken == self._each:
                    break
        return list(chosen)

    def ranked(self, why: str) -> Iterable[Candidate]:
        """The best lines for one reason, more than its budget, whatever other reasons they have."""
        self._judge()
        if why != "recurring":
            return self._best[why]
        lines = Reservoir(_SPARE * self._each)
        for rank, line in self._tokens.ranked():
            lines.offer(rank, line)
        return lines

    def _judge(self) -> None:
        """Judges the pages that are waiting."""
        batch, self._batch, self._size = self._batch, [], 0
        if not batch:
            return
        judged = self._detectors.judge([waiting.page for waiting in batch])
        self.lines += sum(len(judged.lines.lines_of(text)) for text in range(len(batch)))
        picks = [*self._by_score(judged), *self._by_span(judged), *self._by_token(judged)]
        numbers = sorted({pick.text for pick in picks})
        # The verdicts that `flag` gives, and only of pages that matter.
        flagged = self._filter.flag_pages([batch[number].page for number in numbers])
        verdicts = dict(zip(numbers, flagged, strict=True))
        for pick in picks:
            line = self._candidate(judged, pick, batch[pick.text], verdicts[pick.text])
            if pick.token is not None:
                self._tokens.keep(pick.token, line)
            else:
                self._best[pick.why].offer(pick.rank, line)

    def _by_score(self, judged: Judged) -> list[Pick]:
        """Lines near the threshold, lines on which the stages disagree, and the random samples."""
        lines = judged.lines
        block, scores, bar = lines.block, lines.scores, self._bars["lines"]
        weights = lines.weights
        alone = weights["constant"] + weights.get("stage1", 0.0) * lines.stage1.scores
        usable = self._usable(judged)
        spam = scores >= bar
        drawn = line_hashes(block, self._seed).astype(np.float64)
        ranks = {
            "uncertain": (np.abs(scores - bar), usable),
            "disagreement": (-np.abs(scores - alone), usable & (spam != (alone >= bar))),
            "control-spam": (drawn, usable & spam),
            "control-text": (drawn, usable & ~spam),
        }
        picks: list[Pick] = []
        for why, (rank, wanted) in ranks.items():
            places = np.flatnonzero(wanted & (rank <= self._best[why].bar))
            texts = block.texts_of(places)
            picks += [
                Pick(why, rank, text, line)
                for rank, text, line in zip(
                    rank[places].tolist(), texts, places.tolist(), strict=True
                )
            ]
        return picks

    def _usable(self, judged: Judged) -> npt.NDArray[np.bool_]:
        """Lines that a person can judge: not blank, not endless, on Chinese pages."""
        block = judged.lines.block
        usable = (block.lengths() > 0) & (block.stops - block.starts <= MOST_CHARACTERS)
        for text in judged.lines.foreign:
            lines = judged.lines.lines_of(text)
            usable[lines.start : lines.stop] = False
        return usable

    def _by_span(self, judged: Judged) -> list[Pick]:
        """Lines with spans near their threshold."""
        if span_detector.NAME not in self._bars:
            return []
        bar, block = self._bars[span_detector.NAME], judged.lines.block
        usable = self._usable(judged)
        picks = []
        for text, cuts in judged.proposals.items():
            for cut in cuts:
                if cut.detector == span_detector.NAME:
                    place = int(block.text_starts[text]) + cut.start
                    line = int(np.searchsorted(block.starts, place, side="right")) - 1
                    if usable[line]:
                        picks.append(Pick("span", abs(cut.score - bar), text, line))
        return [pick for pick in picks if pick.rank <= self._best["span"].bar]

    def _by_token(self, judged: Judged) -> list[Pick]:
        """Lines with words that recur and that honest text does not know."""
        if self._frequencies is None:
            return []
        usable = self._usable(judged)
        return [
            Pick("recurring", 0.0, token.text, token.line, token)
            for token in new_tokens(judged.lines.block, self._frequencies)
            if usable[token.line] and self._tokens.count(token)
        ]

    def _candidate(
        self, judged: Judged, pick: Pick, waiting: _Waiting, verdicts: Sequence[LineVerdict]
    ) -> Candidate:
        place = judged.lines.line(pick.line, pick.text)
        verdict = verdicts[place.number - 1]
        spans = [c for c in (*verdict.cuts, *verdict.flags) if c.detector == span_detector.NAME]
        why = pick.why
        if why.startswith("control"):
            why = "control-spam" if verdict.kind == "spam" else "control-text"
        model, page = self._filter.model, waiting.page
        return Candidate(
            text=verdict.text,
            # Not the whole page: thousands of lines are kept until the end.
            before=page.text[max(0, place.start - CONTEXT_CHARACTERS) : place.start],
            after=page.text[place.stop : place.stop + CONTEXT_CHARACTERS],
            offset=place.start,
            host=site_of(page.url) or self._site,
            source=page.id,
            line=waiting.line_at(place.number),
            kind=verdict.kind,
            family=verdict.family,
            score=verdict.score,
            fpr=verdict.fpr,
            stage1=float(judged.lines.stage1.scores[pick.line]),
            spans=tuple(ScoredSpan(cut.start, cut.end, cut.score) for cut in spans),
            why=why,
            model=model.id,
            model_digest=model.digest,
        )


def collect(
    page_filter: JunkFilter,
    pages: Iterable[Page],
    store: LabelStore,
    *,
    each: int = EACH,
    seed: int = 0,
) -> Added:
    """Puts the lines of some pages that are most worth a look into a file of labels.

    Args:
        page_filter: judges the pages.
        pages: of any length; `id` is noted as their source, `url` gives the host.
        store: gets the lines, all in one transaction at the end.
        each: how many lines for each reason at most.
        seed: start of the random samples.
    """
    collector = Collector(page_filter, each=each, seed=seed)
    for page in pages:
        collector.add(page)
    return store.add(collector.candidates())
