"""Whole pages of sources that no model has seen, clean and with real spam lines put in.

Run: python benchmarks/held_out_pages.py --corpora ../shared/data --dev ../shared/eval/dev_lines.tsv

Pages are 20 neighbouring lines of the test files of the default recipe. Clean, they show what is
lost in context. With whole spam lines of the development set put in (never trained on), by each
attack of `junkfilter.training.simulate`, they show what is found in context. Nothing of the text is
kept or printed, except with --show the lines that were cut wrongly.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from junkfilter.evaluation.intervals import interval, upper_bound
from junkfilter.filter import JunkFilter
from junkfilter.formats.labelled import Sample, read_clean, read_labelled
from junkfilter.page import split_lines
from junkfilter.policy import OPERATING_POINTS, Policy
from junkfilter.training.fit import one_line
from junkfilter.training.recipe import Recipe
from junkfilter.training.simulate.whole_lines import ATTACKS, injure

PAGE_LINES = 20
_SEED = 2026


def clean_pages(recipe: Recipe, corpora: Path, pool: str) -> Iterator[list[str]]:
    """Neighbouring lines of the test files of a pool."""
    for source in recipe.sources:
        if source.role == "test" and source.pool == pool:
            lines = [one_line(line) for line in read_clean(corpora / source.path)]
            for first in range(0, len(lines), PAGE_LINES):
                yield lines[first : first + PAGE_LINES]


def spam_by_family(samples: Sequence[Sample]) -> dict[str, list[str]]:
    """Whole spam lines of the development set: adult lines and all the rest."""
    found: dict[str, list[str]] = {"adult": [], "other families": []}
    for sample in samples:
        if sample.label == "spam":
            found["adult" if sample.family == "adult" else "other families"].append(sample.text)
    return found


def lines_lost(page_filter: JunkFilter, pages: Sequence[list[str]]) -> tuple[int, int, list[str]]:
    """Lines cut, pages touched, and the lines, of clean pages."""
    lost: list[str] = []
    touched = 0
    texts = ["\n".join(page) + "\n" for page in pages]
    for text, result in zip(texts, page_filter.strip_many(texts), strict=True):
        touched += bool(result.cuts)
        lost += [text[cut.start : cut.end].rstrip("\n") for cut in result.cuts]
    return len(lost), touched, lost


def injured_counts(
    page_filter: JunkFilter, pages: Sequence[list[str]], spam: Sequence[str], attack: str
) -> Counter[str]:
    """Spam lines put in and found, honest lines lost, pages given back exactly."""
    chance = random.Random(f"{_SEED}/{attack}/{len(spam)}")
    counts: Counter[str] = Counter()
    injured = [injure(page, spam, attack, chance) for page in pages]
    results = page_filter.strip_many(page.text for page in injured)
    for page, result in zip(injured, results, strict=True):
        starts = {cut.start for cut in result.cuts}
        cut = {line.number - 1 for line in split_lines(page.text) if line.start in starts}
        counts["put in"] += len(page.spam_lines)
        counts["found"] += len(cut & page.spam_lines)
        counts["lost"] += len(cut - page.spam_lines)
        counts["pages"] += 1
        counts["exact"] += cut == page.spam_lines
    return counts


def report(recipe: Recipe, arguments: argparse.Namespace) -> Iterator[str]:
    """Lines of Markdown."""
    point = arguments.operating_point
    page_filter = JunkFilter.load(arguments.model, policy=Policy(operating_point=point))
    yield f"Model {page_filter.model.id}, operating point `{point}`.\n"
    yield "| clean pages | pages | touched | lines | cut | upper 95 % bound, 1 in |"
    yield "|---|---|---|---|---|---|"
    shown: list[str] = []
    for pool in ("news", "hard", "boilerplate"):
        pages = list(clean_pages(recipe, arguments.corpora, pool))
        total = sum(map(len, pages))
        lost, touched, lines = lines_lost(page_filter, pages)
        bound = 1 / upper_bound(lost, total)
        yield f"| {pool} | {len(pages):,} | {touched} | {total:,} | {lost} | {bound:,.0f} |"
        shown += lines
    yield "\n| attack | spam | lines put in | found | recall, 95 % interval | lost | exact pages |"
    yield "|---|---|---|---|---|---|---|"
    pages = list(clean_pages(recipe, arguments.corpora, "news"))
    pages = random.Random(_SEED).sample(pages, min(arguments.pages, len(pages)))
    for family, spam in spam_by_family(read_labelled(arguments.dev)).items():
        for attack in ATTACKS:
            yield _attack_row(injured_counts(page_filter, pages, spam, attack), attack, family)
    if arguments.show:
        yield from ("", *shown)


def _attack_row(counts: Counter[str], attack: str, family: str) -> str:
    low, high = interval(counts["found"], counts["put in"])
    share = counts["found"] / counts["put in"]
    return (
        f"| {attack} | {family} | {counts['put in']:,} | {counts['found']:,} "
        f"| {share:.1%} ({low:.1%}–{high:.1%}) | {counts['lost']} "
        f"| {counts['exact'] / counts['pages']:.1%} |"
    )


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--dev", type=Path, required=True)
    parser.add_argument("--model", default=None)
    parser.add_argument("--recipe", type=Path, default=Path("models/default/train.toml"))
    parser.add_argument("--operating-point", choices=OPERATING_POINTS, default="precision")
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--show", action="store_true", help="print honest lines that were cut")
    arguments = parser.parse_args()
    for line in report(Recipe.read(arguments.recipe), arguments):
        print(line)


if __name__ == "__main__":
    main()
