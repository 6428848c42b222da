"""Stage 2: what a line's terms and its page say about it, as named numbers.

Only lines over stage 1's bar come here, a few in a thousand. Each piece of evidence is a number of
moderate size; the model has a weight for each, and the weighted sum, with stage 1's score among
them, is the log-odds of the line. So an explanation is a list of what was added up.

Knows no weights and no thresholds. What each group of evidence is worth is measured by
`benchmarks/evidence.py`; the table is in `docs/evaluation.md`. Two groups were tried and left out:
the line's shape (lengths, shares of digits and marks) and its words as jieba finds them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from junkfilter.chars import (
    SEPARATORS,
    CodePoints,
    ScriptProfile,
    code_points,
    fold,
    script_profile,
    without_notes,
)

# U+3400 to U+9FFF: fewer than 2**15, so that a pair fits 32 bits.
_FIRST_HANZI = np.uint32(0x3400)
_N_HANZI = np.uint32(0xA000 - 0x3400)
_PAIR = re.compile(r"[\u3400-\u9fff]{2}")
_JOINED = re.compile("[" + re.escape("".join(sorted(SEPARATORS))) + "]+| i ")
# Beyond this score words say nothing new: formulas and repeated text of 300 characters reach 20,
# and no six-character query does. The weight of what is above is learned apart.
_SURE = 6.0
# A page's script is known from this many characters that only one of the two scripts has.
_SURE_SCRIPT = 8
# Long prose repeats pairs of characters by its length alone, so no more of a line is looked at.
_REPETITION_SAMPLE = 400
# Beyond this many characters a page's remaining text tells nothing new about its topic.
PAGE_SAMPLE = 20_000

GROUPS: Mapping[str, tuple[str, ...]] = {
    "stage 1": ("stage1", "saturation", "window"),
    "terms": ("terms", "term length", "shared prefixes", "repetition"),
    "page": ("script mismatch", "off topic", "on topic", "neighbours", "first line", "last line"),
}


@dataclass(frozen=True)
class PageContext:
    """What is known of the page around a line; an empty one for a line that stands alone.

    Only lines below stage 1's bar count. With the lines above it among them, the spam lines of a
    page vouched for each other: of two to six adult lines on one page 9 % were found, of a single
    one 92 % (benchmarks/held_out_pages.py, 2026-11-23).

    Attributes:
        text: the lines of the page that are below the bar, up to some 20,000 characters.
        mean_score: mean stage-1 score of those that are not blank.
        n_lines: number of those.
        first: index of the first of them; a line before it has only such lines before it as are
            over the bar too, so that no cut above makes another line the first.
        last: index of the last of them.
        continuation: position is no evidence.
    """

    text: str = ""
    mean_score: float = 0.0
    n_lines: int = 0
    first: int = 0
    last: int = 0
    continuation: bool = False

    @cached_property
    def profile(self) -> ScriptProfile:
        """The page's characters by kind."""
        return script_profile(self.text)

    @cached_property
    def pairs(self) -> CodePoints:
        """All pairs of neighbouring hanzi on the page, folded, as numbers that ascend."""
        return _hanzi_pairs(without_notes(fold(self.text)))


def evidence_of(
    line: str, *, index: int, score: float, window: float, page: PageContext
) -> dict[str, float]:
    """The named evidence for a line, as in `GROUPS`; numbers of the size of 1.

    Args:
        line: the line's text without terminator, as it stands on the page.
        index: the line's number on the page, 0-based.
        score: stage 1's log-odds.
        window: log-odds of its best window.
        page: the page it stands on.
    """
    folded = without_notes(fold(line))
    terms = _terms(folded)
    return (
        {"stage1": score, "window": window, "saturation": max(score - _SURE, 0.0)}
        | terms
        | {"repetition": _repetition(folded) * (1 - terms.get("shared prefixes", 0.0))}
        | (_page(line, folded, index, page) if page.n_lines else {})
    )


def _terms(folded: str) -> dict[str, float]:
    terms = [term.strip() for term in _JOINED.split(folded) if term.strip()]
    if len(terms) < 2:
        return {}
    mean = sum(map(len, terms)) / len(terms)
    return {
        "terms": math.log(len(terms)),
        # Search phrases have about ten characters; names in a list fewer, clauses more.
        "term length": math.exp(-((mean - 9) ** 2) / 18),
        "shared prefixes": _shared_prefixes(terms),
    }


def _shared_prefixes(terms: Sequence[str]) -> float:
    """Share of neighbouring terms that begin with the same two hanzi, in [0, 1].

    Alphabetic dumps have it without one explicit word in them. Hanzi, because the terms of
    formulas begin alike too: `Nx(u,v)-Ny(u,v)-Nz(u,v)`.
    """
    alike = sum(a[:2] == b[:2] and _PAIR.match(a) is not None for a, b in pairwise(terms))
    return alike / (len(terms) - 1)


def _repetition(folded: str) -> float:
    """Share of neighbouring characters that stood together before in the line, in [0, 1].

    Honest lines that say one thing many times (rows of one emoji or cheer, tables, formulas) add up
    to the score of keyword spam. What a dump repeats is its stem, and that counts for spam: its
    share of shared prefixes is taken off by the caller.
    """
    sample = folded[:_REPETITION_SAMPLE]
    pairs = {a + b for a, b in pairwise(sample)}
    return 1 - len(pairs) / (len(sample) - 1) if len(sample) > 1 else 0.0


def _page(line: str, folded: str, index: int, page: PageContext) -> dict[str, float]:
    pairs = _hanzi_pairs(folded)
    share = _share_on_page(pairs, page.pairs)
    evidence = {
        "script mismatch": _script_mismatch(line, page),
        "off topic": 1.0 if len(pairs) and share < 0.05 else 0.0,
        # Beyond a fifth of its pairs a line is the page's own; more says nothing more.
        "on topic": min(share / 0.2, 1.0),
        "neighbours": max(-10.0, min(10.0, page.mean_score)) / 10,
    }
    if not page.continuation:
        evidence["first line"] = float(index < page.first)
        evidence["last line"] = float(index > page.last)
    return evidence


def _hanzi_pairs(folded: str) -> CodePoints:
    """A number for each different pair of neighbouring hanzi, ascending.

    Sorted arrays, because a page has 10,000 pairs, and a set of them costs eight times as much.
    """
    codes = code_points(folded) - _FIRST_HANZI
    hanzi = codes < _N_HANZI
    pairs = (codes[:-1] << np.uint32(15) | codes[1:])[hanzi[:-1] & hanzi[1:]]
    if not len(pairs):
        return pairs
    pairs.sort()
    return pairs[np.concatenate(([True], pairs[1:] != pairs[:-1]))]


def _share_on_page(pairs: CodePoints, page: CodePoints) -> float:
    """Share of a line's pairs that its page has too, in [0, 1]; 0 for a line without any."""
    if not len(pairs) or not len(page):
        return 0.0
    nearest = page.take(np.searchsorted(page, pairs), mode="clip")
    return int(np.count_nonzero(nearest == pairs)) / len(pairs)


def _script_mismatch(line: str, page: PageContext) -> float:
    """1 for a Simplified line on a Traditional page, else 0.

    Machine-converted pages have their spam injected after the conversion.
    """
    traditional, simplified = page.profile.traditional_only, page.profile.simplified_only
    if traditional < _SURE_SCRIPT or traditional <= 10 * simplified:
        return 0.0
    own = script_profile(line)
    return float(own.simplified_only > 0 and own.traditional_only == 0)
