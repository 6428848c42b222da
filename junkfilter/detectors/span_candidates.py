"""Runs of characters that may be injected: the best of each line, and their echoes on the page.

Proposes; what is known of each run as a whole is asked in `junkfilter.detectors.span_evidence`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from junkfilter.characters import Characters
from junkfilter.chars import folding_table
from junkfilter.detectors.span_evidence import Candidate, PageSpans
from junkfilter.span_model import INSIDE, CharacterScores

# Lines without a character of this log-odds hold no candidate.
_HOPE = -1.5
# Runs shorter than this repeat by chance.
_ECHO_LENGTH = 2
_MOST_ECHOES = 200
# Of each page the echoes of so many different texts are looked for: each is a search of the page.
_MOST_WORDS = 100


def candidates_of(characters: Characters, scores: CharacterScores) -> list[Candidate]:
    """The best runs of each line that has a character worth it."""
    marks = characters.block.marks
    inside = scores.log_odds(INSIDE)
    hopeful = np.flatnonzero(np.maximum.reduceat(inside[: marks[-1]], marks[:-1]) > _HOPE)
    pages = characters.block.texts_of(hopeful)
    return [
        Candidate(page, line, start, end, int(marks[line]) + 1, int(marks[line + 1]))
        for page, line in zip(pages, hopeful.tolist(), strict=True)
        for start, end in best_runs(scores, int(marks[line]) + 1, int(marks[line + 1]))
    ]


def best_runs(scores: CharacterScores, first: int, after: int) -> list[tuple[int, int]]:
    """The runs of some characters whose log-odds add up to the most; touching ones are one.

    Two states, outside and inside of a span, each with the best sum so far (Viterbi, 1967).
    """
    inside, begins, ends = scores.parts(first, after)
    outer, inner = 0.0, float("-inf")
    closed: _Path | None = None
    start, opened = 0, closed
    for at, (value, begin, end) in enumerate(zip(inside, begins, ends, strict=True)):
        if outer + begin > inner:
            inner, start, opened = outer + begin, at, closed
        inner += value
        if inner + end > outer:
            outer, closed = inner + end, _Path(start, at + 1, opened)
    return _joined(closed, first)


class _Path(NamedTuple):
    """The last of some runs, and those before it."""

    start: int
    end: int
    before: _Path | None


def _joined(path: _Path | None, first: int) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    while path is not None:
        start, end = path.start + first, path.end + first
        if runs and runs[-1][0] == end:
            runs[-1] = (start, runs[-1][1])
        else:
            runs.append((start, end))
        path = path.before
    return runs[::-1]


def pages_of(characters: Characters, candidates: Iterable[Candidate]) -> dict[int, PageSpans]:
    block = characters.block
    own: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        own.setdefault(candidate.page, []).append(candidate)
    firsts = np.searchsorted(block.starts, block.text_starts)
    pages: dict[int, PageSpans] = {}
    for page, found in own.items():
        start = int(block.marks[firsts[page]])
        after = page + 1 < len(block.texts)
        stop = int(block.marks[firsts[page + 1]]) if after else len(characters)
        codes = folding_table()[block.codes[characters.places[start:stop]]]
        text = codes.tobytes().decode("utf-32", "surrogatepass")
        words = Counter(text[c.start - start : c.end - start] for c in found)
        pages[page] = PageSpans(text, start, dict(words), len(found))
    return pages


def echoes(
    characters: Characters,
    scores: CharacterScores,
    candidates: Sequence[Candidate],
    pages: dict[int, PageSpans],
) -> list[Candidate]:
    """Where else the text of a candidate stands on its page, outside of all candidates."""
    strength: dict[tuple[int, str], list[float]] = {}
    taken = np.zeros(len(characters), dtype=np.bool_)
    searched: Counter[int] = Counter()
    for candidate in candidates:
        words = pages[candidate.page].words(candidate)
        mean = scores.mean(INSIDE, candidate.start, candidate.end)
        strength.setdefault((candidate.page, words), []).append(mean)
        taken[candidate.start : candidate.end] = True
    echoes: list[Candidate] = []
    for (number, words), means in strength.items():
        if len(words) < _ECHO_LENGTH or "\n" in words:
            continue
        searched[number] += 1
        if searched[number] > _MOST_WORDS:
            continue
        page = pages[number]
        echo = sum(means) / len(means)
        for place in _places(page.text, words):
            start = place + page.offset
            if not taken[start : start + len(words)].any():
                line = int(characters.line_of[start])
                # Never exactly 0, which is what no echo has.
                low, high = (int(mark) for mark in characters.block.marks[line : line + 2])
                stop = start + len(words)
                echoes.append(Candidate(number, line, start, stop, low + 1, high, echo or 1e-9))
                taken[start:stop] = True
    return echoes


def _places(text: str, words: str) -> Iterator[int]:
    """Where some words stand in a text, from the left without overlap, up to a limit."""
    place = text.find(words)
    for _ in range(_MOST_ECHOES):
        if place < 0:
            return
        yield place
        place = text.find(words, place + len(words))
