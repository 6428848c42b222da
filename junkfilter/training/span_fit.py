"""Learns the weights of characters and of windows from injured pages, whose gold cuts are known."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from scipy import sparse
from sklearn.linear_model import SGDClassifier

from junkfilter.characters import Characters, Int32
from junkfilter.features import Block
from junkfilter.model import Model
from junkfilter.span_model import OUTCOMES, SPAN_WINDOW, character_indices
from junkfilter.training.frequencies import Frequencies
from junkfilter.training.span_pages import UNTAUGHT, TrainingPage

Bools: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]

# Of the characters of a source that was left out, 86 % of those inside spans score higher than 99 %
# of the honest ones with 2**17 rows, 90 % with 2**20, 91 % with 2**22. Windows are as good with
# 2**17 as with 2**20.
CHARACTER_BITS = 19
WINDOW_BITS = 17
# Larger weights are rare and count as this, so that a byte has steps of 0.03.
_LARGEST_WEIGHT = 4.0
# Near the ends of a span all characters are learned from, elsewhere this share of them: the middle
# of a long row of queries teaches nothing that its ends do not.
_HONEST_SHARE, _INNER_SHARE = 0.05, 0.15
_NEAR = 8
_PAGES_AT_ONCE = 100
_PENALTY = 4e-6
_PASSES = 4
_SEED = 1


class Labels(NamedTuple):
    """What each character of some pages is.

    Attributes:
        outcomes: inside of a span, first of one, last of one; shape (n, 3).
        usable: neither a mark nor inside of a cut that is not taught, shape (n,).
        near: near an end of a span, shape (n,).
    """

    outcomes: Bools
    usable: Bools
    near: Bools


class Samples(NamedTuple):
    """Characters to learn from, in the order of their pages.

    Attributes:
        characters: index of the weight of each thing that is told about a character; (n, columns).
        windows: the same for the n-grams of the window around it, shape (n, 4 * SPAN_WINDOW).
        outcomes: see `Labels`.
        near: see `Labels`.
        groups: number of each character's source.
    """

    characters: Int32
    windows: Int32
    outcomes: Bools
    near: Bools
    groups: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CharacterWeights:
    """Fitted weights, not yet rounded: of characters (rows, 3), and of windows (rows,)."""

    characters: Floats
    intercepts: Floats
    windows: Floats


def labels(characters: Characters, pages: Sequence[TrainingPage]) -> Labels:
    """What each character of some pages is, from their gold cuts."""
    n = len(characters)
    outcomes = np.zeros((n, OUTCOMES), dtype=np.bool_)
    usable = np.ones(n, dtype=np.bool_)
    near = np.zeros(n, dtype=np.bool_)
    marks = np.zeros(n, dtype=np.bool_)
    marks[characters.block.marks] = True
    for number, page in enumerate(pages):
        offset = int(characters.block.text_starts[number]) + 1
        for cut in page.cuts:
            first, after = np.searchsorted(
                characters.places, (offset + cut.start, offset + cut.end)
            )
            inside = np.arange(first, after)
            inside = inside[~marks[inside]]
            if cut.kind != "spam" or cut.attack in UNTAUGHT:
                usable[inside] = False
            elif len(inside):
                breaks = np.flatnonzero(np.diff(inside) != 1)
                outcomes[inside, 0] = True
                outcomes[inside[np.append(0, breaks + 1)], 1] = True
                outcomes[inside[np.append(breaks, len(inside) - 1)], 2] = True
                for end in (first, after):
                    near[max(0, end - _NEAR) : end + _NEAR] = True
    return Labels(outcomes, usable & ~marks, near)


def samples(
    pages: Sequence[TrainingPage], frequencies: Frequencies, lines: Callable[[str], Model]
) -> Samples:
    """Characters of some pages to learn from.

    Args:
        pages: the pages.
        frequencies: each character is told how common it is in other sources than its own.
        lines: for each source a model of lines that has not seen it.
    """
    groups = {group: number for number, group in enumerate(sorted({page.group for page in pages}))}
    parts: list[Samples] = []
    for group, batch in batches(pages):
        table, model = frequencies.table(without=group), lines(group)
        characters = Characters(Block([page.text for page in batch], model.spec))
        known = labels(characters, batch)
        chance = np.random.default_rng(_seed_of(batch))
        share = np.where(known.outcomes[:, 0], _INNER_SHARE, _HONEST_SHARE)
        picked = known.near | (chance.random(len(characters)) < share)
        rows = np.flatnonzero(picked & known.usable)
        columns = character_indices(characters, table, model, 1 << CHARACTER_BITS)
        parts.append(
            Samples(
                np.stack([indices[rows].astype(np.int32) for indices in columns], axis=1),
                _window_indices(characters, rows),
                known.outcomes[rows],
                known.near[rows],
                np.full(len(rows), groups[group]),
            )
        )
    return Samples(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def batches(pages: Sequence[TrainingPage]) -> Iterable[tuple[str, list[TrainingPage]]]:
    """The pages of each source in lots."""
    by_group: dict[str, list[TrainingPage]] = {}
    for page in pages:
        by_group.setdefault(page.group, []).append(page)
    for group, own in sorted(by_group.items()):
        for first in range(0, len(own), _PAGES_AT_ONCE):
            yield group, own[first : first + _PAGES_AT_ONCE]


def fit_characters(
    found: Samples, rows: npt.NDArray[np.intp], *, jobs: int = 1
) -> CharacterWeights:
    """Weights from some rows of the samples; threads, so that the matrices are shared."""
    told = _one_hot(found.characters[rows], CHARACTER_BITS)
    outcomes = found.outcomes[rows]
    # A window around a character beside a span holds part of it: that is neither one nor the other.
    clear = rows[outcomes[:, 0] | ~found.near[rows]]
    windows = _one_hot(found.windows[clear], WINDOW_BITS)
    tasks: list[tuple[sparse.csr_matrix, Bools]] = [
        *((told, outcomes[:, outcome]) for outcome in range(OUTCOMES)),
        (windows, found.outcomes[clear, 0]),
    ]
    fits = Parallel(n_jobs=jobs, prefer="threads")(delayed(_fit)(*task) for task in tasks)
    coefficients = [weights for weights, _ in fits]
    return CharacterWeights(
        np.stack(coefficients[:OUTCOMES], axis=1),
        np.array([intercept for _, intercept in fits[:OUTCOMES]]),
        coefficients[OUTCOMES],
    )


def rounded_arrays(
    weights: CharacterWeights,
) -> tuple[Mapping[str, npt.NDArray[np.integer]], float]:
    """The weights as integers, `characters` and `windows`, and what a unit of a character is."""
    scale = min(float(np.abs(weights.characters).max()), _LARGEST_WEIGHT) / 127
    # The same for all, so that the bar of one is that of another.
    window_scale = _LARGEST_WEIGHT / 127
    return {
        "characters": np.rint(np.clip(weights.characters / scale, -127, 127)).astype(np.int8),
        "windows": np.rint(np.clip(weights.windows / window_scale, -127, 127)).astype(np.int8),
    }, scale


def _window_indices(characters: Characters, rows: npt.NDArray[np.intp]) -> Int32:
    """Indices of the n-grams that begin in the window around each character, in its line."""
    shift = np.uint32(32 - WINDOW_BITS)
    found: list[Int32] = []
    for order in range(1, 5):
        indices = (characters.grams(order) >> shift).astype(np.int32)
        indices[characters.block.marks] = 0
        offsets = range(-(SPAN_WINDOW // 2), SPAN_WINDOW - SPAN_WINDOW // 2)
        found += [characters.shifted(indices, offset)[rows] for offset in offsets]
    return np.stack(found, axis=1)


def _one_hot(indices: Int32, bits: int) -> sparse.csr_matrix:
    n, columns = indices.shape
    values = (indices != 0).astype(np.float32).ravel()
    starts = np.arange(0, n * columns + 1, columns, dtype=np.int64)
    return sparse.csr_matrix((values, indices.ravel(), starts), shape=(n, 1 << bits))


def _fit(matrix: sparse.csr_matrix, outcome: Bools) -> tuple[Floats, float]:
    model = SGDClassifier(
        loss="log_loss",
        alpha=_PENALTY,
        max_iter=_PASSES,
        tol=None,
        average=True,
        random_state=_SEED,
    )
    model.fit(matrix, outcome)
    weights: Floats = model.coef_[0].astype(np.float64)
    weights[0] = 0.0  # what is not there says nothing
    return weights, float(model.intercept_[0])


def _seed_of(pages: Sequence[TrainingPage]) -> int:
    return random.Random("\x00".join(page.text for page in pages)).getrandbits(32)
