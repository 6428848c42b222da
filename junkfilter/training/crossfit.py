"""Scores of every row by a model that has not seen its source: what thresholds are set on.

Rows are divided into parts by group (source file, form of the grammar, row of the look-alikes). For
each part a model is fitted on the others and judges the part, through the code that runs at
inference: each line alone, and within pages composed of the part's own honest lines, with spam
lines of the part put in.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from junkfilter.detectors.lines import SpamLines
from junkfilter.features import FeatureSpec
from junkfilter.training.corpus import PageMaterial, Row
from junkfilter.training.export import Draft
from junkfilter.training.fit import (
    Floats,
    LinearWeights,
    Matrix,
    fit_log_odds,
    fit_margin,
    one_line,
    rounded,
)
from junkfilter.training.simulate import ATTACKS, injure

Ints = npt.NDArray[np.int64]

# Share of honest lines that stage 1 lets through to stage 2. Lines of spam that score lower are
# lost to stage 2, and each line costs it some 40 microseconds: 0.35 % of the lines of test files
# are 0.3 % of their bytes, the budget (2026-11-23).
BAR_RATE = 0.0035
_BATCH = 512
# A bar that no line passes.
_UNREACHED = 1e9


class Candidate(NamedTuple):
    """A line that passed the bar of stage 1, seen alone or on a page.

    Attributes:
        row: index of the row, -1 for a line of a composed page.
        part: the part of the cross-fitting that it belongs to.
        spam: what it really is.
        pool: pool of an honest line or of its page, family of a spam line.
        evidence: what stage 2 weighs.
        text: the line, for trials of further evidence.
    """

    row: int
    part: int
    spam: bool
    pool: str
    evidence: Mapping[str, float]
    text: str = ""


@dataclass(slots=True)
class CrossFit:
    """What came of judging every row by a model that did not know it.

    Attributes:
        parts: part of each row.
        scores: stage 1's score of each row.
        candidates: lines that passed the bar, alone and on pages.
        clean_page_lines: lines of ordinary honest text on composed pages, judged in context.
        bar: stage-1 score from which lines go on to stage 2.
        log_odds: factor and constant that make log-odds of stage 1's margins.
    """

    parts: Ints
    scores: Floats
    candidates: list[Candidate]
    clean_page_lines: int
    bar: float
    log_odds: tuple[float, float]


def n_parts_for(rows: Sequence[Row], wanted: int) -> int:
    """The number of parts, at most `wanted`, such that each has spam and honest rows."""
    groups = {(row.pool == "spam", row.sample.group) for row in rows}
    n_spam = sum(is_spam for is_spam, _ in groups)
    return max(2, min(wanted, n_spam, len(groups) - n_spam))


def promised_pools(rows: Sequence[Row]) -> frozenset[str]:
    """The pools that bar and thresholds are set on: ordinary text, or what stands in for it.

    Without ordinary text that is the hand-written look-alikes; composed lines are far stranger
    than the web, for in cross-fitting a whole form of them is new to the model.
    """
    pools = {row.pool for row in rows} - {"spam"}
    for stand_in in ("news", "look-alike"):
        if stand_in in pools:
            return frozenset({stand_in})
    return frozenset(pools)


def parts_of(rows: Sequence[Row], n_parts: int) -> Ints:
    """The part of each row: whole groups, spread so that honest and spam rows are even."""
    sizes = Counter((row.pool == "spam", row.sample.group) for row in rows)
    loads = {True: [0] * n_parts, False: [0] * n_parts}
    part: dict[tuple[bool, str], int] = {}
    for key, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        load = loads[key[0]]
        part[key] = load.index(min(load))
        load[part[key]] += size
    return np.array([part[row.pool == "spam", row.sample.group] for row in rows], dtype=np.int64)


def cross_fit(
    rows: Sequence[Row],
    pages: Sequence[PageMaterial],
    features: Matrix,
    *,
    spec: FeatureSpec,
    penalty: float,
    n_parts: int,
    seed: int,
    jobs: int = 1,
) -> CrossFit:
    """Judges every row by a model fitted without its part."""
    parts = parts_of(rows, n_parts)
    weights = np.array([row.weight for row in rows])
    labels = np.array([row.pool == "spam" for row in rows], dtype=np.int8)
    fits = Parallel(n_jobs=jobs, max_nbytes=1 << 20)(
        delayed(_fit_without)(features, labels, weights, parts, part, penalty)
        for part in range(n_parts)
    )
    margins = np.zeros(len(rows))
    for part, (coefficients, intercept) in enumerate(fits):
        margins[parts == part] = features[parts == part] @ coefficients + intercept
    log_odds = fit_log_odds(margins, labels)
    results = [
        _judge_part(
            rows, pages, parts, part, in_log_odds(coefficients, intercept, log_odds), spec, seed
        )
        for part, (coefficients, intercept) in enumerate(fits)
    ]
    scores = np.zeros(len(rows))
    for part, (own, _, _, _) in enumerate(results):
        scores[parts == part] = own
    return CrossFit(
        parts,
        scores,
        [candidate for result in results for candidate in result[1]],
        sum(result[2] for result in results),
        float(np.mean([result[3] for result in results])),
        log_odds,
    )


def in_log_odds(
    coefficients: Floats, intercept: float, log_odds: tuple[float, float]
) -> LinearWeights:
    """Rounded weights whose scores are log-odds, from those of a margin."""
    factor, constant = log_odds
    return rounded(coefficients * factor, intercept * factor + constant)


def plain_draft(weights: LinearWeights, spec: FeatureSpec, bar: float) -> Draft:
    """A model with stage 1 alone, whose stage 2 gives stage 1's score back."""
    empty = np.zeros((2, 1), dtype=np.int16)
    manifest: dict[str, object] = {
        "id": "stage 1",
        "features": {"bits": spec.bits, "orders": spec.orders, "seed": spec.seed},
        "families": ["other"],
        "line": {"scale": weights.scale, "intercept": float(weights.intercept[0]), "bar": bar},
        "evidence": {"constant": 0.0, "stage1": 1.0},
        "family": {"scale": 1.0, "intercepts": [0.0]},
        "quality": {"scale": 1.0, "intercepts": [0.0, 0.0], "thresholds": [1e9, 1e9]},
        "operating_points": {},
        "calibration": {"scores": [0.0], "rates": [1.0]},
    }
    quality = empty.repeat(2, 1)
    return Draft(manifest, {"line": weights.weights, "family": empty, "quality": quality})


def _fit_without(
    features: Matrix,
    labels: npt.NDArray[np.int8],
    weights: Floats,
    parts: Ints,
    part: int,
    penalty: float,
) -> tuple[Floats, float]:
    others = np.flatnonzero(parts != part)
    return fit_margin(features[others], labels[others], weights[others], penalty=penalty)


def _judge_part(
    rows: Sequence[Row],
    pages: Sequence[PageMaterial],
    parts: Ints,
    part: int,
    weights: LinearWeights,
    spec: FeatureSpec,
    seed: int,
) -> tuple[Floats, list[Candidate], int, float]:
    own = np.flatnonzero(parts == part)
    mine = [rows[i] for i in own.tolist()]
    texts = [one_line(row.sample.text) for row in mine]
    stage1 = SpamLines(plain_draft(weights, spec, _UNREACHED).as_model())
    scores = _scores(stage1, texts)
    pools = promised_pools(rows)
    clean = scores[[row.pool in pools for row in mine]]
    bar = float(np.quantile(clean if len(clean) else scores, 1 - BAR_RATE))
    judge = SpamLines(plain_draft(weights, spec, bar).as_model())
    candidates = _alone(judge, mine, texts, own, scores >= bar, part)
    groups = {row.sample.group for row in mine if row.pool != "spam"}
    spam = [row for row in mine if row.pool == "spam"]
    chance = random.Random(f"{seed}/attacks/{part}")
    on_pages, n_clean = _on_pages(
        judge, [page for page in pages if page.group in groups], spam, part, chance
    )
    return scores, candidates + on_pages, n_clean, bar


def _scores(judge: SpamLines, texts: Sequence[str]) -> Floats:
    """Scores of lines that stand alone; minus infinity for foreign ones, which are never cut."""
    found = []
    for first in range(0, len(texts), _BATCH):
        judgement = judge.judge(texts[first : first + _BATCH])
        scores = judgement.scores.copy()
        scores[sorted(judgement.foreign)] = -np.inf  # each text is one line
        found.append(scores)
    return np.concatenate(found)


def _alone(
    judge: SpamLines,
    rows: Sequence[Row],
    texts: Sequence[str],
    indices: Ints,
    over: npt.NDArray[np.bool_],
    part: int,
) -> list[Candidate]:
    candidates = []
    for k in np.flatnonzero(over).tolist():
        evidence = judge.judge([texts[k]]).evidence.get(0)
        if evidence is not None:
            row = rows[k]
            pool = row.sample.family if row.pool == "spam" else row.pool
            candidates.append(
                Candidate(int(indices[k]), part, row.pool == "spam", pool, evidence, texts[k])
            )
    return candidates


def _on_pages(
    judge: SpamLines,
    pages: Sequence[PageMaterial],
    spam: Sequence[Row],
    part: int,
    chance: random.Random,
) -> tuple[list[Candidate], int]:
    """Candidates of composed pages, a third of which stay without spam, and the clean lines."""
    candidates: list[Candidate] = []
    n_clean = 0
    family = {one_line(row.sample.text): row.sample.family for row in spam}
    texts = sorted(family)
    for page in pages:
        lines = [one_line(line) for line in page.lines]
        if texts and chance.random() < 2 / 3:
            injured = injure(lines, texts, chance.choice(ATTACKS), chance)
            text, gold = injured.text, injured.spam_lines
        else:
            text, gold = "\n".join(lines) + "\n", frozenset()
        n_clean += len(lines) if page.pool == "news" else 0
        split = text.split("\n")
        for number, evidence in judge.judge([text]).evidence.items():
            is_spam = number in gold
            pool = family.get(split[number], "other") if is_spam else page.pool
            candidates.append(Candidate(-1, part, is_spam, pool, evidence, split[number]))
    return candidates, n_clean
