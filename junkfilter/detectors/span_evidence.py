"""What speaks for a span of a line being injected, as named numbers.

Few spans come here: runs of characters that the per-character model thinks may be inside of one.
Each piece of evidence is a number of moderate size; the model has a weight for each, and the
weighted sum is the log-odds of the span. What each piece is worth by itself has not been measured
yet.

Knows no weights and no thresholds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from junkfilter.characters import (
    BLANK,
    CLOSING,
    HANZI,
    JOINER,
    OPENING,
    PAUSES,
    Characters,
    levels,
    pair_hash,
)
from junkfilter.features import UInt32
from junkfilter.span_model import FIRST, INSIDE, LAST, CharacterScores, SpanModel

# Beyond these, log-odds of characters say nothing new.
_LEAST, _MOST = -8.0, 8.0
_SURE = 4.0
# Logarithm of 12 characters: longer runs of figures are formulas, tables and lists of sources.
_LONG = math.log(12)
_MOST_PLACES = 40
# Characters on each side of a span in which it may recur.
_REACH = 20_000
# So many characters at an end may be too many; what is left must be this long to mean anything.
_MOST_TRIMMED, _SHORTEST_PART = 3, 3
# Sides at which no word is torn apart.
_EDGES = frozenset((*PAUSES, OPENING, CLOSING, JOINER, BLANK))

# What a candidate says of itself.
OWN = (
    "inside", "surely inside", "weakest", "strongest", "begins", "ends", "length", "one character",
    "two characters", "long inside", "known words", "recurs", "recurs inside", "found again",
    "other spans", "edge before", "edge after", "edges", "within words", "closes", "joined pair",
    "whole line", "known line", "title", "hanzi", "line start", "line end", "echo", "echo inside",
    "sure beginning", "sure end", "repetition", "figures", "stands apart", "stands amid",
    "pair before", "pair after", "part recurs",
)  # fmt: skip
# What the best other candidate of its page says of it.
COMPANY = "company"
_BEST_COMPANY = 6.0


class Candidate(NamedTuple):
    """A run of characters that may be injected.

    Attributes:
        page: number of its text in the block.
        line: number of its line in the block.
        start: its first character, an index into `Characters`.
        end: after its last character.
        low: first character of its line, which no beginning is before.
        high: after the last character of its line.
        echo: mean log-odds of the candidates with the same text for one that was only found
            because it repeats them, else 0.
    """

    page: int
    line: int
    start: int
    end: int
    low: int
    high: int
    echo: float = 0.0


class PageSpans(NamedTuple):
    """What is known of the candidates of one page.

    Attributes:
        text: the page's characters, folded; the first is number `offset` of `Characters`.
        offset: see there.
        found: how often each text was found among the candidates.
        total: number of candidates.
    """

    text: str
    offset: int
    found: dict[str, int]
    total: int

    def words(self, candidate: Candidate) -> str:
        """The folded text of a candidate."""
        return self.text[candidate.start - self.offset : candidate.end - self.offset]


def span_evidence(
    candidate: Candidate,
    page: PageSpans,
    characters: Characters,
    scores: CharacterScores,
    model: SpanModel,
    *,
    known: float,
    place: int,
) -> dict[str, float]:
    """The named evidence for a candidate, as in `OWN`.

    Args:
        candidate: the span.
        page: the page that it stands on, with the other candidates.
        characters: of the block.
        scores: what the model says of each of them.
        model: for how common pairs are.
        known: log-odds of stage 1 for the span's text as a line of its own.
        place: where its line stands on the page; see `Characters.line_places`.
    """
    start, end = candidate.start, candidate.end
    length = end - start
    inside = _clipped(scores.mean(INSIDE, start, end))
    run = scores.sums[start:end, INSIDE]
    ends = characters.kinds[start - 1], characters.kinds[end]
    before, after = (float(int(kind) in _EDGES) for kind in ends)
    at_start = float(characters.from_start[start] == 1)
    at_end = float(characters.to_end[end - 1] == 1)
    words = page.words(candidate)
    apart, count = _standing(characters, page, words, start - page.offset)
    recurs = math.log2(max(count, 1))
    hanzi = float(np.mean(characters.kinds[start:end] == HANZI))
    closes, joined, pair_before, pair_after = _closing(characters, start, end, model)
    known = max(-10.0, min(10.0, known)) / 3
    return {
        "inside": inside,
        "surely inside": max(inside - _SURE, 0.0),
        "weakest": _clipped(_score(scores, int(run.min()))),
        "strongest": _clipped(_score(scores, int(run.max()))) / 2,
        "begins": _clipped(scores.mean(FIRST, start, start + 1)),
        "ends": _clipped(scores.mean(LAST, end - 1, end)),
        "length": math.log(length),
        "one character": float(length == 1),
        "two characters": float(length == 2),
        "long inside": math.log(length) * inside,
        "known words": known,
        "recurs": recurs,
        "recurs inside": recurs * inside,
        "found again": math.log2(max(page.found.get(words, 1), 1)),
        "other spans": math.log2(max(page.total, 1)),
        "edge before": before,
        "edge after": after,
        "edges": before * after,
        "within words": (1 - before) * (1 - after),
        "closes": closes,
        "joined pair": joined,
        "whole line": at_start * at_end,
        "known line": at_start * at_end * known,
        "title": float(place == 1),
        "hanzi": hanzi,
        "line start": at_start,
        "line end": at_end,
        "echo": float(candidate.echo != 0),
        "echo inside": _clipped(candidate.echo),
        "sure beginning": _clipped(scores.margin(start, end, candidate.low, at_start=True)),
        "sure end": _clipped(scores.margin(start, end, candidate.high, at_start=False)),
        "repetition": _repetition(words),
        "figures": (1 - hanzi) * max(math.log(length) - _LONG, 0.0),
        "stands apart": apart * recurs,
        "stands amid": (1 - apart) * recurs,
        "pair before": pair_before,
        "pair after": pair_after,
        "part recurs": _part_recurs(page.text, words, start - page.offset) - recurs,
    }


def _standing(characters: Characters, page: PageSpans, words: str, at: int) -> tuple[float, int]:
    """Share of the places of some words on their page that end or begin a clause, and how many.

    A name that a page is about stands amid clauses, `忽必烈登基` (Kublai ascends the throne); a
    token that was dropped into the page stands apart from all of them.
    """
    apart = count = 0
    # Near it only: on a page of a million characters each of 30,000 candidates asks.
    low, high = max(at - _REACH, 0), at + _REACH
    place = page.text.find(words, low, high)
    while place >= 0 and count < _MOST_PLACES:
        start = place + page.offset
        sides = characters.kinds[start - 1], characters.kinds[start + len(words)]
        apart += any(int(kind) in PAUSES for kind in sides)
        count += 1
        place = page.text.find(words, place + len(words), high)
    return apart / max(count, 1), count


def _part_recurs(text: str, words: str, at: int) -> float:
    """How often the words without a few at one end stand near their place, as a logarithm.

    Where a token recurs, what stands beside it once is not part of it.
    """
    low, high = max(at - _REACH, 0), at + _REACH
    parts = [words]
    for trim in range(1, min(_MOST_TRIMMED, len(words) - _SHORTEST_PART) + 1):
        parts += words[trim:], words[:-trim]
    return math.log2(max(1, *(text.count(part, low, high) for part in parts)))


def _repetition(words: str) -> float:
    """Share of neighbouring characters that stood together before, in [0, 1]: formulas, cheers."""
    pairs = [a + b for a, b in pairwise(words)]
    return 1 - len(set(pairs)) / len(pairs) if pairs else 0.0


def company(pages: Sequence[int], words: Sequence[str], scores: Sequence[float]) -> list[float]:
    """For each candidate the score of the best one with other words on its page, in [0, 6].

    A page with one span that is sure has others; an honest page with one that is likely has none.

    Args:
        pages: number of each candidate's page.
        words: text of each candidate.
        scores: of each candidate by itself.
    """
    best: dict[int, dict[str, float]] = {}
    for page, text, score in zip(pages, words, scores, strict=True):
        own = best.setdefault(page, {})
        own[text] = max(own.get(text, 0.0), score)
    top = {page: sorted(own.items(), key=_by_score)[:2] for page, own in best.items()}
    return [
        min(next((score for other, score in top[page] if other != text), 0.0), _BEST_COMPANY)
        for page, text in zip(pages, words, strict=True)
    ]


def _by_score(item: tuple[str, float]) -> tuple[float, str]:
    return -item[1], item[0]


def weighed(weights: Mapping[str, float], evidence: Mapping[str, float]) -> float:
    """Log-odds from named evidence: the weighted sum and the constant."""
    return weights["constant"] + sum(
        weights.get(name, 0.0) * value for name, value in evidence.items()
    )


def both(first: float, second: float) -> float:
    """Log-odds that two questions are both answered with yes, if one answer says nothing of the
    other and both are likely: a little less than the lower one.

    >>> round(both(2.0, 2.0), 1), round(both(2.0, 9.0), 1)
    (1.3, 2.0)
    """
    low, high = sorted((first, second))
    return low - math.log1p(math.exp(low - high))


def _score(scores: CharacterScores, total: int) -> float:
    return total * scores.scale + float(scores.intercepts[INSIDE])


def _clipped(score: float) -> float:
    return max(_LEAST, min(_MOST, score))


def _closing(
    characters: Characters, start: int, end: int, model: SpanModel
) -> tuple[float, float, float, float]:
    """How much more common the pair is that cutting would make than those at the span's sides,
    how common it is, and each of those; in thirds of a level of frequency."""
    numbers = characters.numbers
    pairs: list[UInt32] = [
        pair_hash(numbers[left : left + 1], numbers[right : right + 1])
        for left, right in ((start - 1, end), (start - 1, start), (end - 1, end))
    ]
    joined, before, after = levels(np.concatenate(pairs), model.frequencies).tolist()
    return (joined - max(before, after)) / 3, joined / 3, before / 3, after / 3
