"""All detectors over a batch of pages: what is known of the lines, and what might be cut.

Proposes; knows no threshold but the lowest that anybody could ask for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from junkfilter.chars import fold
from junkfilter.detectors import lines as line_detector
from junkfilter.detectors import spans as span_detector
from junkfilter.detectors.explanation import Evidence, evidence_for
from junkfilter.detectors.lines import Judgement, SpamLines
from junkfilter.detectors.mixed_lines import spared
from junkfilter.detectors.page_kind import PageKind, page_kinds
from junkfilter.detectors.quality import Quality
from junkfilter.detectors.spans import Spans
from junkfilter.errors import PolicyError
from junkfilter.literals import Literals
from junkfilter.model import Model
from junkfilter.page import Cut, Page
from junkfilter.policy import ALLOWED, DENIED, Policy
from junkfilter.results import SpanExplanation, inside

if TYPE_CHECKING:
    from junkfilter.site_memory import SiteMemory


class Judged(NamedTuple):
    """What is known of a batch of pages.

    Attributes:
        lines: the lines and their scores.
        proposals: proposed cuts in order of the text, by number of the page.
        kinds: the pages that are spam as a whole, by number.
    """

    lines: Judgement
    proposals: dict[int, list[Cut]]
    kinds: dict[int, PageKind]


class Detectors:
    """All that looks for something to cut, with one model.

    Args:
        model: weights of the lines, and of the spans if it has any.
        policy: whose literals are looked for, and whose kinds are worth looking for.
        site_memory: what earlier runs saw; None for nothing.
        site: site of pages without an address; empty if it is not known.

    Attributes:
        thresholds: for each detector of spam, its threshold at each operating point.

    Raises:
        PolicyError: a literal of the policy has no visible character.
    """

    def __init__(
        self, model: Model, policy: Policy, site_memory: SiteMemory | None = None, site: str = ""
    ) -> None:
        self._model = model
        self._site_memory = site_memory
        self._site = site
        # Windows of spans are looked up too: only who looks for spans pays for them.
        lines = model if policy.spans else model.without_spans()
        self._lines = SpamLines(lines, site_memory)
        self._quality = Quality(model)
        self._wanted = policy.remove
        self._allow = _folded(policy.allow)
        self._deny = _folded(policy.deny)
        points = {name: point.threshold for name, point in model.operating_points.items()}
        self.thresholds = {line_detector.NAME: points}
        self._spans = Spans(model, lines.spans) if lines.spans is not None else None
        if lines.spans is not None:
            self.thresholds[span_detector.NAME] = lines.spans.thresholds
        asked = [policy.threshold] if policy.threshold is not None else []
        self._floors = {
            name: min([*points.values(), *asked]) for name, points in self.thresholds.items()
        }

    def judge(self, pages: Sequence[Page]) -> Judged:
        """Judges some pages, at least one."""
        continuations = frozenset(n for n, page in enumerate(pages) if page.continuation)
        addresses = [page.url for page in pages]
        return self.judge_texts([page.text for page in pages], continuations, addresses)

    def judge_texts(
        self,
        texts: Sequence[str],
        continuations: frozenset[int] = frozenset(),
        addresses: Iterable[str] = (),
    ) -> Judged:
        """Judges some texts, at least one.

        Args:
            texts: pages, each judged with itself as context.
            continuations: indices of texts whose beginning is not the page's beginning.
            addresses: of each text, empty if unknown; none at all if all are unknown.
        """
        judgement = self._lines.judge(texts, continuations, self._sites(texts, addresses))
        return Judged(judgement, self._proposals(judgement), page_kinds(judgement, self._model))

    def qualities(self, judged: Judged) -> dict[int, str]:
        """`boilerplate` or `garbled` for lines that are that, by line of the block."""
        return self._quality.kinds(judged.lines)

    def evidence(self, judged: Judged, text: int, number: int) -> tuple[Evidence, ...]:
        """Why a line of the block, in the text `text`, has its score."""
        line = judged.lines.line(number, text)
        seen = judged.lines.seen(text, line.start, line.end)
        return evidence_for(self._model, judged.lines, number, seen)

    def spans(
        self, judged: Judged, text: int, numbers: Sequence[int]
    ) -> list[tuple[SpanExplanation, ...]]:
        """Why the spans of some lines of the block, in the text `text`, have their scores."""
        if self._spans is None or text in judged.lines.foreign:
            return [() for _ in numbers]
        explained = self._spans.explain_lines(judged.lines, text, numbers)
        lines = [judged.lines.line(number, text) for number in numbers]
        return [
            tuple(
                SpanExplanation(
                    inside(cut, line.start, line.end), tuple(Evidence(*share) for share in shares)
                )
                for cut, shares in found
            )
            for line, found in zip(lines, explained, strict=True)
        ]

    def _sites(self, texts: Sequence[str], addresses: Iterable[str]) -> dict[int, tuple[str, str]]:
        """Host and address of the pages whose site is known, by number; none without a memory."""
        if self._site_memory is None:
            return {}
        from junkfilter.site_memory import site_of

        given = list(addresses) or [""] * len(texts)
        hosts = [site_of(address) or self._site for address in given]
        named = enumerate(zip(hosts, given, strict=True))
        return {number: (host, address) for number, (host, address) in named if host}

    def _proposals(self, judgement: Judgement) -> dict[int, list[Cut]]:
        """Proposed cuts by number of the text, in order of the text: noise, spans, lines."""
        found: dict[int, list[Cut]] = {
            number: list(noise.cuts)
            for number, noise in judgement.noise.items()
            if number not in judgement.foreign
        }
        spans: list[tuple[int, Cut]] = []
        if self._spans is not None:
            spans = list(self._spans.proposals(judgement, self._floors[span_detector.NAME]))
        lines = self._lines.cuts(judgement, self._floors[line_detector.NAME])
        if self._spans is not None:
            lines = spared(judgement, self._model, lines, spans)
        for number, cut in chain(spans, lines):
            found.setdefault(number, []).append(cut)
        if not self._wanted.isdisjoint({"boilerplate", "garbled"}):
            for number, cut in self._quality.cuts(judgement, self._wanted):
                found.setdefault(number, []).append(cut)
        if self._allow or self._deny:
            self._apply_literals(judgement, found)
        return {number: sorted(cuts, key=_by_place) for number, cuts in found.items()}

    def _apply_literals(self, judgement: Judgement, found: dict[int, list[Cut]]) -> None:
        """Puts what the user's literals say in the place of what was found on the same lines."""
        for number, text in enumerate(judgement.block.texts):
            # Folded whole, a page without a literal costs one search.
            read = _readings(judgement, number, 0, len(text))
            if not _first_of(self._allow, read) and not _first_of(self._deny, read):
                continue
            cuts = [
                cut
                for line in judgement.lines_of(number)
                if (cut := self._literal_cut(judgement, number, line)) is not None
            ]
            if cuts:
                others = _outside(found.get(number, []), cuts)
                found[number] = [*others, *cuts]

    def _literal_cut(self, judgement: Judgement, number: int, line: int) -> Cut | None:
        """What the user's literals say about a line; `allow` wins over `deny`."""
        place = judgement.line(line, number)
        read = _readings(judgement, number, place.start, place.end)
        for detector, literals in ((ALLOWED, self._allow), (DENIED, self._deny)):
            literal = _first_of(literals, read)
            if literal:
                score = float(judgement.scores[line])
                fpr, reason = self._model.fpr(score), f"contains {literal!r}"
                return Cut(place.start, place.stop, "spam", "other", score, fpr, detector, reason)
        return None


def _readings(judgement: Judgement, text: int, start: int, end: int) -> list[str]:
    """A range of a text folded: as it stands, and as it reads without the noise in it."""
    folded = [fold(judgement.block.texts[text][start:end])]
    if text in judgement.noise:
        folded.append(fold(judgement.seen(text, start, end)))
    return folded


def _first_of(literals: Literals, folded: Iterable[str]) -> str:
    return next(filter(None, map(literals.first_in, folded)), "")


def _outside(proposals: Iterable[Cut], lines: Sequence[Cut]) -> list[Cut]:
    """The proposals that share no character with some whole lines, which are in order."""
    starts = [line.start for line in lines]
    outside: list[Cut] = []
    for cut in proposals:
        last = bisect_left(starts, cut.end) - 1
        if last < 0 or lines[last].end <= cut.start:
            outside.append(cut)
    return outside


def _folded(literals: Sequence[str]) -> Literals:
    """Literals as they are looked for.

    Raises:
        PolicyError: one of them is invisible, and would be found in every line.
    """
    folded = tuple(fold(literal) for literal in literals)
    if not all(folded):
        nothing = literals[folded.index("")]
        raise PolicyError(f"the literal {nothing!r} has no visible character: leave it out")
    return Literals(folded)


def _by_place(cut: Cut) -> tuple[int, int]:
    return cut.start, cut.end
