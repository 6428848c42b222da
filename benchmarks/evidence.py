"""What each group of stage 2's evidence is worth: the model with and without it.

Run: python benchmarks/evidence.py --corpora ../shared/data --jobs 2

Cross-fits the default recipe once, then learns stage 2's weights from each choice of evidence and
sets the thresholds for it as training does. Shown for each choice, at two operating points: the
share caught of hand-written spam lines that stand alone, and of spam lines on composed pages, both
judged by a model that has seen neither their form nor the page's source.

Two groups are tried here that are not part of the model. `shape` is lengths and shares of kinds of
characters. `words` would need jieba at run time: mean length of the words, share of words that the
dictionary does not have, mean logarithm of the words' frequency. `hard pages` counts honest lines
about the subjects of spam that are lost on pages of such lines: casino news among casino news.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from junkfilter.chars import fold, without_notes
from junkfilter.detectors.evidence import GROUPS
from junkfilter.detectors.explanation import tokenizer
from junkfilter.evaluation.intervals import interval
from junkfilter.training.corpus import gather
from junkfilter.training.crossfit import Candidate, CrossFit
from junkfilter.training.fit import Floats
from junkfilter.training.recipe import Recipe
from junkfilter.training.stage2 import cross_weights
from junkfilter.training.thresholds import operating_points
from junkfilter.training.train import HELD_POOLS, Trained, final_scores, train_model

WORDS = ("word length", "unknown words", "word frequency")
SHAPE = (
    "length",
    "digits",
    "latin",
    "symbols",
    "few hanzi",
    "sentence marks",
    "function words",
    "shouting",
    "repetition",
)
TRIED = {"shape": SHAPE, "words": WORDS}
_SENTENCE_MARKS = re.compile(r"[。，；：！？“”‘’（）《》,;:!?()\"']")
_HANZI = re.compile(r"[\u3400-\u9fff]")
_DIGIT = re.compile(r"[0-9]")
_LATIN = re.compile(r"[a-z]")
_SHOUT = re.compile(r"[!?！？~～。.]{2,}")
# Words that hold sentences together. Keyword rows and titles go without them.
_FUNCTION = re.compile("[的了是在和与也就都而及着或把被对从为这那其很不有我你他她它们]")
# Below this share of hanzi a line is hardly Chinese text.
_FEW_HANZI = 0.4
CHOICES: tuple[tuple[str, ...], ...] = (
    ("stage 1",),
    ("stage 1", "shape"),
    ("stage 1", "terms"),
    ("stage 1", "page"),
    ("stage 1", "shape", "terms"),
    ("stage 1", "shape", "page"),
    ("stage 1", "terms", "page"),
    ("stage 1", "shape", "terms", "page"),
    ("stage 1", "shape", "terms", "page", "words"),
)


def _shape(folded: str) -> dict[str, float]:
    length = len(folded.replace(" ", "")) or 1
    digits, latin = len(_DIGIT.findall(folded)), len(_LATIN.findall(folded))
    hanzi = len(_HANZI.findall(folded))
    pairs = [folded[i : i + 2] for i in range(min(length, 400) - 1)]
    return {
        # The shortest lines are too few in training to say what two characters mean.
        "length": math.log(max(length, 8) / 20),
        "digits": digits / length,
        "latin": latin / length,
        "symbols": max(0, length - digits - latin - hanzi) / length,
        # Formulas, tables and bibliographies; spam is made of words.
        "few hanzi": max(0.0, 1 - hanzi / length / _FEW_HANZI),
        "sentence marks": min(10 * len(_SENTENCE_MARKS.findall(folded)) / length, 3),
        "function words": min(10 * len(_FUNCTION.findall(folded)) / length, 3),
        "shouting": min(10 * len(_SHOUT.findall(folded)) / length, 3),
        "repetition": (1 - len(set(pairs)) / len(pairs)) if pairs else 0.0,
    }


def with_trials(candidate: Candidate) -> Candidate:
    """The candidate with evidence from its shape and words added."""
    split = tokenizer()
    words: Sequence[str] = split.lcut(candidate.text[:400], HMM=False) or [""]
    frequencies = [split.FREQ.get(word, 0) or 0 for word in words]
    evidence = {
        "word length": sum(map(len, words)) / len(words),
        "unknown words": sum(frequency == 0 for frequency in frequencies) / len(words),
        "word frequency": sum(math.log1p(f) for f in frequencies) / len(words) / 10,
    }
    shape = _shape(without_notes(fold(candidate.text)))
    # What a dump repeats is its stem; elsewhere repetition is that of formulas and of shouting.
    shape["repetition"] *= 1 - candidate.evidence.get("shared prefixes", 0.0)
    return candidate._replace(evidence={**candidate.evidence, **shape, **evidence})


def row(trained: Trained, cross: CrossFit, groups: Sequence[str]) -> str:
    """One line of the table for a choice of groups."""
    names = [name for group in groups for name in (GROUPS.get(group) or TRIED[group])]
    finals = final_scores(cross, names)
    rows = trained.corpus.rows
    of_pool = {
        pool: finals[[k for k, line in enumerate(rows) if line.pool == pool]]
        for pool in ("news", *HELD_POOLS)
    }
    points = operating_points(of_pool["news"], [of_pool[pool] for pool in HELD_POOLS])
    hand = finals[[k for k, r in enumerate(rows) if r.sample.source.startswith("spam_")]]
    fitted = cross_weights(cross.candidates, cross.parts.tolist(), names)
    hard = np.array([
        fitted[candidate.part].score(candidate)
        for candidate in cross.candidates
        if candidate.on_page and not candidate.spam and candidate.pool in ("hard", "look-alike")
    ])  # fmt: skip
    pages = np.array([
        fitted[candidate.part].score(candidate)
        for candidate in cross.candidates
        if candidate.on_page and candidate.spam
    ])  # fmt: skip
    cells = [" + ".join(groups)]
    for name in ("precision", "balanced"):
        threshold = points[name].threshold
        cells += [f"{threshold:.2f}", _share(hand, threshold), _share(pages, threshold)]
        cells.append(str(int((hard >= threshold).sum())))
    return "| " + " | ".join(cells) + " |"


def _share(scores: Floats, threshold: float) -> str:
    caught = int((scores >= threshold).sum())
    low, high = interval(caught, len(scores))
    return f"{caught / len(scores):.1%} ({low:.1%}–{high:.1%})"


def main() -> None:
    """Prints the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--recipe", type=Path, default=Path("models/default/train.toml"))
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    recipe = Recipe.read(arguments.recipe)
    trained = train_model(gather(recipe, arguments.corpora), recipe, jobs=arguments.jobs)
    candidates = [with_trials(candidate) for candidate in trained.cross.candidates]
    cross = replace(trained.cross, candidates=candidates)
    points = "hand-written | on pages | hard pages"
    print(f"| evidence | precision | {points} | balanced | {points} |")
    print("|---|---|---|---|---|---|---|---|---|")
    for groups in CHOICES:
        print(row(trained, cross, groups), flush=True)


if __name__ == "__main__":
    main()
