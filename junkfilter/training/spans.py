"""Trains the part of a model that cuts inside lines, and sets its thresholds.

Weights of characters come from injured pages; weights of a span's evidence, bar and thresholds from
judging pages and lines by weights that were fitted without their source. Nothing that is promised
was promised on lines that taught.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from junkfilter.features import Block, FeatureSpec
from junkfilter.model import Model
from junkfilter.policy import OPERATING_POINTS
from junkfilter.span_model import span_windows
from junkfilter.training import span_fit
from junkfilter.training.corpus import Corpus
from junkfilter.training.export import Draft
from junkfilter.training.fit import Floats, one_line
from junkfilter.training.frequencies import Frequencies
from junkfilter.training.simulate import Vocabulary
from junkfilter.training.span_fit import (
    CharacterWeights,
    fit_characters,
    rounded_arrays,
    samples,
)
from junkfilter.training.span_judge import Judge, Judged, empty_section
from junkfilter.training.span_pages import TrainingPage, training_pages
from junkfilter.training.span_scores import cross_scores, fitted_weights
from junkfilter.training.thresholds import calibration, operating_points

Progress = Callable[[str], None]
Arrays = Mapping[str, npt.NDArray[np.integer]]

# Each page is injured so many times, each time otherwise.
COPIES = 4
PARTS = 4
# Share of honest lines whose window passes the bar and that are looked at, one by one. On pages
# with brands never seen, F1 of spans at `balanced` was 0.84 with 2 lines in 1,000, 0.87 with 5 and
# 0.88 with 10; the lower the bar, the slower (benchmarks/simulated_pages.py, 2026-11-23, earlier
# weights).
BAR_RATE = 0.005
# Fewer honest pages of ordinary text than this teach nothing that holds elsewhere.
FEWEST_PAGES = 200
_PROMISED_POOL = "news"
_LINES_AT_ONCE = 500
# Spans below even odds are not worth a flag.
FLOOR = 0.0
_HELD_POOLS = ("hard", "boilerplate")
# Pools whose pages are like pages of the web.
_WEB_POOLS = ("news", "hard")
# Share of the honest characters of injured pages that cuts of spans may lose.
MOST_LOST = {"precision": 1 / 20_000, "balanced": 1 / 2_000, "recall": 1 / 500}


@dataclass(frozen=True, slots=True)
class TrainedSpans:
    """The finished part of a model: its section of the manifest, and its arrays."""

    section: dict[str, object]
    arrays: Arrays

    def added_to(self, draft: Draft) -> Draft:
        """A model of lines that also cuts inside them."""
        return Draft(draft.manifest | {"spans": self.section}, {**draft.arrays, **self.arrays})


def train_spans(
    corpus: Corpus,
    lines: Callable[[str], Model],
    *,
    seed: int,
    jobs: int = 1,
    progress: Progress = lambda _: None,
) -> TrainedSpans | None:
    """The part of a model that judges characters; None where there are too few pages to learn from.

    Args:
        corpus: lines and pages.
        lines: for each source a model of lines that has not seen it, as the final one has not seen
            the pages that it will judge.
        seed: of the attacks.
        jobs: threads; the result is the same for any number.
        progress: gets a word on each step.
    """
    if not _enough(corpus, lines("").spec):
        return None
    pages = training_pages(corpus, Vocabulary.load("training"), seed=seed, copies=COPIES)
    progress(f"spans: {len(pages):,} injured pages")
    spec = lines(pages[0].group).spec
    frequencies = Frequencies(_honest_lines(corpus), spec)
    found = samples(pages, frequencies, lines)
    groups = sorted({page.group for page in pages})
    part_of = _parts(pages)
    parts = np.array([part_of[group] for group in groups])[found.groups]
    judged: list[Judged] = []
    for part in range(PARTS):
        progress(f"spans: part {part + 1} of {PARTS}, {len(parts):,} characters")
        weights = fit_characters(found, np.flatnonzero(parts != part), jobs=jobs)
        judge = Judge(lines, weights, frequencies)
        own = [page for page in pages if part_of[page.group] == part]
        rows = [row for row in corpus.rows if _part(row.sample.group, part_of) == part]
        judged += judge.pages(own, part)
        judged += judge.lines(rows, part)
    progress("spans: all parts")
    weights = fit_characters(found, np.arange(len(parts)), jobs=jobs)
    honest = sum(
        len(page.text) - sum(cut.end - cut.start for cut in page.cuts)
        for page in pages
        if page.cuts and page.pool in _WEB_POOLS
    )
    return _finished(weights, frequencies, judged, corpus, honest, spec)


def _enough(corpus: Corpus, spec: FeatureSpec) -> bool:
    """Whether there are pages to learn from and others to judge, and weights for windows."""
    sources = [page.group for page in corpus.pages if page.pool == _PROMISED_POOL]
    enough = len(sources) >= FEWEST_PAGES and len(set(sources)) > 1
    return enough and spec.bits >= span_fit.WINDOW_BITS


def _finished(
    weights: CharacterWeights,
    frequencies: Frequencies,
    judged: Sequence[Judged],
    corpus: Corpus,
    honest: int,
    spec: FeatureSpec,
) -> TrainedSpans:
    arrays, scale = rounded_arrays(weights)
    scores = cross_scores(judged)
    lines = _line_scores(judged, scores, corpus)
    held = [lines[pool] for pool in _HELD_POOLS if pool in lines]
    points = operating_points(lines[_PROMISED_POOL], held)
    thresholds = {
        name: max(points[name].threshold, FLOOR, _surest(judged, scores, honest, MOST_LOST[name]))
        for name in OPERATING_POINTS
    }
    found = fitted_weights(judged)
    table = calibration(lines[_PROMISED_POOL])
    section = empty_section(scale, weights.intercepts.tolist()) | {
        "bar": _bar(arrays["windows"].astype(np.int8), corpus, spec),
        "alone": found.alone,
        "evidence": found.injected,
        "exact": found.exact,
        "thresholds": thresholds,
        "known_scores": table["scores"],
        "known_rates": table["rates"],
    }
    return TrainedSpans(section, {**arrays, "frequencies": frequencies.table()})


def _bar(table: npt.NDArray[np.int8], corpus: Corpus, spec: FeatureSpec) -> int:
    """The sum of a window that `BAR_RATE` of the honest lines reach: a budget, not a promise."""
    texts = [one_line(row.sample.text) for row in corpus.rows if row.pool == _PROMISED_POOL]
    best = [
        span_windows(Block(texts[first : first + _LINES_AT_ONCE], spec), table)
        for first in range(0, len(texts), _LINES_AT_ONCE)
    ]
    return int(np.quantile(np.concatenate(best), 1 - BAR_RATE))


def _surest(judged: Sequence[Judged], scores: Floats, honest: int, share: float) -> float:
    """The lowest threshold at which spans take at most this share of the honest characters.

    Args:
        judged: the candidates.
        scores: theirs.
        honest: honest characters on injured pages.
        share: of them that may be lost.
    """
    sizes = np.array([_honest_characters(one) for one in judged])
    order = np.argsort(-scores, kind="stable")
    lost = np.cumsum(sizes[order])
    allowed = int(np.searchsorted(lost, share * honest, side="right"))
    if allowed >= len(lost):
        return FLOOR
    return float(np.nextafter(scores[order][allowed], np.inf))


def _honest_characters(one: Judged) -> int:
    """Honest characters that cutting a candidate of an injured page would lose."""
    if one.clean or one.pool not in _WEB_POOLS:
        return 0
    return one.lost if one.pure is not False else max(one.lost, one.span.end - one.span.start)


def _line_scores(judged: Sequence[Judged], scores: Floats, corpus: Corpus) -> dict[str, Floats]:
    """By pool, the highest score of a candidate on each honest line, alone and on honest pages.

    Minus infinity for a line without one.
    """
    worst: dict[str, dict[str, float]] = {}
    for one, score in zip(judged, scores.tolist(), strict=True):
        if one.pure is False and one.clean:
            own = worst.setdefault(one.pool, {})
            own[one.line] = max(own.get(one.line, -np.inf), score)
    counts = Counter(row.pool for row in corpus.rows)
    return {
        pool: np.concatenate(
            [
                np.array(sorted(worst.get(pool, {}).values()), dtype=np.float64),
                np.full(max(count - len(worst.get(pool, {})), 0), -np.inf),
            ]
        )
        for pool, count in counts.items()
    }


def _honest_lines(corpus: Corpus) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {}
    for row in corpus.rows:
        if row.pool not in ("spam", "composed") and row.sample.label != "garbled":
            lines.setdefault(row.sample.group, []).append(one_line(row.sample.text))
    return lines


def _parts(pages: Sequence[TrainingPage]) -> dict[str, int]:
    """The part of each source, so that parts have about as many pages."""
    loads = [0] * PARTS
    parts: dict[str, int] = {}
    sizes = Counter(page.group for page in pages)
    for group, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        parts[group] = loads.index(min(loads))
        loads[parts[group]] += size
    return parts


def _part(group: str, parts: Mapping[str, int]) -> int:
    """The part of a source; of one without pages the part that its name falls into."""
    return parts[group] if group in parts else sum(group.encode()) % PARTS
