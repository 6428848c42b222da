"""The part of a model that judges single characters: what lies inside an injected span.

Part of a model's folder (see `junkfilter.model`), in three arrays:

* `windows.npy` int8 (2**bits,): weights of n-grams for "this window lies in an injected span"; the
  best window of a line says whether its page is worth a closer look;
* `characters.npy` int8 (2**bits, 3): weights of what is told about a character, for "inside a
  span", "first of one", "last of one";
* `frequencies.npy` uint8 (2**bits,): how common pairs and triples of characters are in honest
  text, two levels in each byte.

Scores; decides nothing. Sums are integers, so that they are the same for every batch and machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from junkfilter.character_features import WORD_REACHES, columns
from junkfilter.characters import Characters, Int32, UInt8
from junkfilter.errors import ModelFileError
from junkfilter.features import Block, Indices
from junkfilter.model_folder import Fields, Floats
from junkfilter.windows import best_windows, line_sums, position_weights

Int8: TypeAlias = npt.NDArray[np.int8]
Int16: TypeAlias = npt.NDArray[np.int16]

# What the columns of `characters` say of a character.
INSIDE, FIRST, LAST = range(3)
OUTCOMES = 3
# Weights in a packed row, the last of them unused.
_PACKED = 4
# Characters in a window: those of a short brand with what it touches.
SPAN_WINDOW = 6
MOST_BITS = 22
# Shares of a character's log-odds in the sum that a run is judged by. Neighbours say much the same,
# so that a run's sum is less than it seems. Chosen by trial on cross-fitted pages.
_INSIDE_SHARE, _EDGE_SHARE = 0.45, 0.8
_LEAST_INSIDE, _MOST_INSIDE, _MOST_EDGE = -8.0, 6.0, 6.0
# A sum of weights so low that nothing comes of it: 70 things are told, each weighs 127 at most.
_NEVER = -(1 << 14)
# How far the ends of a span are moved to see how sure they are.
_MOVES = 4


class LineWeights(Protocol):
    """What is needed of a model of lines: its weights, and what they are worth.

    Attributes:
        line: weights of n-grams.
        scale: what a unit is worth, before division by the root of the length.
        intercept: log-odds of a line of which nothing is known.
    """

    line: Int16
    scale: float
    intercept: float


@dataclass(frozen=True, slots=True)
class CharacterScores:
    """What the model says of each character.

    Attributes:
        sums: exact sums of weights, shape (n, 3).
        scale: what a unit of a sum is worth in log-odds.
        intercepts: log-odds of a character of which nothing is known, for each outcome.
    """

    sums: Int32
    scale: float
    intercepts: Floats

    def log_odds(self, outcome: int) -> Floats:
        """Log-odds of `INSIDE`, `FIRST` or `LAST` for each character, shape (n,)."""
        scores: Floats = self.sums[:, outcome] * self.scale + self.intercepts[outcome]
        return scores

    def parts(self, first: int, after: int) -> tuple[list[float], list[float], list[float]]:
        """What each of some characters adds to a span that it is inside of, begins or ends."""
        sums = self.sums[first:after]
        inside = sums[:, INSIDE] * self.scale + self.intercepts[INSIDE]
        begins = sums[:, FIRST] * self.scale + self.intercepts[FIRST]
        ends = sums[:, LAST] * self.scale + self.intercepts[LAST]
        return (
            (np.clip(inside, _LEAST_INSIDE, _MOST_INSIDE) * _INSIDE_SHARE).tolist(),
            (np.clip(begins, -_MOST_EDGE, _MOST_EDGE) * _EDGE_SHARE).tolist(),
            (np.clip(ends, -_MOST_EDGE, _MOST_EDGE) * _EDGE_SHARE).tolist(),
        )

    def margin(self, start: int, end: int, limit: int, *, at_start: bool) -> float:
        """How much worse a span would be if it began, or ended, a few characters elsewhere.

        Args:
            start: first character of the span.
            end: after its last character.
            limit: end of its line on that side.
            at_start: whether its beginning is moved; its end otherwise.
        """
        low = max(start - _MOVES, limit) if at_start else max(end - _MOVES, start)
        high = min(start + _MOVES + 1, end) if at_start else min(end + _MOVES, limit)
        inside, begins, ends = self.parts(low, high)
        # Sum of the span's characters in reach, with the edge, for each place of the edge.
        if at_start:
            totals = [sum(inside[place:]) + begins[place] for place in range(len(inside))]
            own = start - low
        else:
            totals = [sum(inside[: place + 1]) + ends[place] for place in range(len(inside))]
            own = end - 1 - low
        others = totals[:own] + totals[own + 1 :]
        return totals[own] - max(others) if others else _MOST_EDGE

    def mean(self, outcome: int, start: int, end: int) -> float:
        """Mean log-odds of some characters, from the exact sum."""
        total = int(self.sums[start:end, outcome].sum(dtype=np.int64))
        return total * self.scale / (end - start) + float(self.intercepts[outcome])


class SpanModel:
    """Weights for characters, and what is known about them.

    Attributes:
        windows: weights of n-grams; see the module.
        bar: sum of a window's weights from which a page is looked at.
        evidence: weights of a span's evidence by name, `constant` among them; see
            `junkfilter.detectors.span_evidence`.
        exact: weights for "no honest character is in it"; the lower of both scores counts.
        alone: the same for a first score, without what its page's other spans say of it.
        thresholds: log-odds from which a span is cut, by operating point.
        known_scores: ascending scores whose share of honest lines is known.
        known_rates: that share for each of them.
    """

    def __init__(self, fields: Fields, arrays: Mapping[str, npt.NDArray[np.integer]]) -> None:
        for name, dimensions in (("windows", 1), ("characters", 2), ("frequencies", 1)):
            _check_table(name, arrays[name], dimensions)
        self.windows: Int8 = arrays["windows"].astype(np.int8, copy=False)
        self.characters: Int8 = arrays["characters"].astype(np.int8, copy=False)
        self.frequencies: UInt8 = arrays["frequencies"].astype(np.uint8, copy=False)
        if self.characters.shape[1] != OUTCOMES:
            raise ModelFileError(f"characters.npy has shape {self.characters.shape}")
        self.bar = fields.integer("bar", -(1 << 31), (1 << 31) - 1)
        self.scale = fields.number("scale")
        self.intercepts = fields.numbers("intercepts")
        if len(self.intercepts) != OUTCOMES:
            raise ModelFileError(f"spans has {len(self.intercepts)} intercepts, not {OUTCOMES}")
        thresholds = fields.part("thresholds")
        self.alone = _weights(fields.part("alone"))
        self.evidence = _weights(fields.part("evidence"))
        self.exact = _weights(fields.part("exact"))
        self.thresholds = {name: thresholds.number(name) for name in thresholds.names()}
        self.known_scores = fields.numbers("known_scores")
        self.known_rates = fields.numbers("known_rates")
        if not len(self.known_scores) == len(self.known_rates) > 0:
            raise ModelFileError("the table of the spans' scores is empty or uneven")

    def score(
        self, characters: Characters, lines: LineWeights, only: Indices | None = None
    ) -> CharacterScores:
        """What the model says of each character of some pages.

        Args:
            characters: of the pages.
            lines: the model of lines, for what it says of the words around each.
            only: numbers of the lines whose characters are looked at; all others get scores that
                no span has. None for all.
        """
        looked_at = characters if only is None else characters.of_lines(only)
        total: Int32 = np.zeros((len(looked_at), _PACKED), dtype=np.int32)
        size = len(self.characters)
        for indices in character_indices(looked_at, self.frequencies, lines, size):
            rows = self._rows.take(indices, mode="clip")
            total += rows.view(np.int8).reshape(-1, _PACKED)
        own = sums = total[:, :OUTCOMES]
        if looked_at is not characters:
            sums = np.full((len(characters), OUTCOMES), _NEVER, dtype=np.int32)
            sums[np.searchsorted(characters.places, looked_at.places)] = own
        return CharacterScores(sums, self.scale, self.intercepts)

    @cached_property
    def _rows(self) -> npt.NDArray[np.uint32]:
        """The weights of each row of `characters` in one number: taking rows of three is slower."""
        rows: Int8 = np.zeros((len(self.characters), _PACKED), dtype=np.int8)
        rows[:, :OUTCOMES] = self.characters
        return rows.view(np.uint32).reshape(-1)

    def arrays(self) -> dict[str, npt.NDArray[np.integer]]:
        """The arrays by name, as they are written."""
        return {
            "windows": self.windows,
            "characters": self.characters,
            "frequencies": self.frequencies,
        }

    def fpr(self, score: float) -> float:
        """Share of honest lines that hold a span which scores at least as high, in (0, 1]."""
        place = int(np.searchsorted(self.known_scores, score, side="right")) - 1
        return float(self.known_rates[place]) if place >= 0 else 1.0


def character_indices(
    characters: Characters, frequencies: UInt8, lines: LineWeights, size: int
) -> Iterator[Indices]:
    """Indices of the weights for each character, in a table of `size`; 0 has no weight."""
    shift = np.uint32(33 - size.bit_length())
    for values in columns(characters, frequencies, word_levels(characters, lines)):
        yield (values >> shift).astype(np.intp)


def word_levels(characters: Characters, lines: LineWeights) -> list[Int32]:
    """What the line model says of the words around each character, near and far.

    The score that a line of just these characters would have, without its ends, as a level of one
    unit of log-odds; see `character_features.WORD_REACHES`.
    """
    weights = np.zeros(len(characters), dtype=np.int64)
    for mark, first, after in characters.stretches():
        (found,) = position_weights(characters.block, first, after, [lines.line])
        weights[mark : mark + len(found)] = found
    before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(weights)])
    here = np.arange(len(characters))
    starts = here - characters.from_start
    stops = np.minimum(here + characters.to_end, len(characters))
    levels: list[Int32] = []
    for reach in WORD_REACHES:
        low, high = np.maximum(here - reach, starts), np.minimum(here + reach + 1, stops)
        sums = before[high] - before[low]
        scores = sums * (lines.scale / np.sqrt(high - low)) + lines.intercept
        levels.append((np.clip(np.rint(scores), -9, 9) + 10).astype(np.int32))
    return levels


def span_windows(block: Block, table: Int8) -> Int32:
    """Sum of the best window of each line of a block, shape (n_lines,)."""
    best: Int32 = np.zeros(block.n_lines, dtype=np.int32)
    for first, after in block.stretches():
        marks = block.marks[first : after + 1] - block.marks[first]
        (weights,) = position_weights(block, first, after, [table])
        sums = line_sums(weights, marks)
        best[first:after] = best_windows(weights, marks, sums, SPAN_WINDOW)
    return best


def _weights(evidence: Fields) -> dict[str, float]:
    return {"constant": 0.0} | {name: evidence.number(name) for name in evidence.names()}


def _check_table(name: str, table: npt.NDArray[np.integer], dimensions: int) -> None:
    rows = table.shape[0]
    if table.ndim != dimensions or rows & (rows - 1) or not 2 <= rows <= 1 << MOST_BITS:
        raise ModelFileError(f"{name}.npy has shape {table.shape}, which fits nothing else")
