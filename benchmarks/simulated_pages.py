"""Injured pages of sources and brands that no model has seen: what is cut, character by character.

Run: python benchmarks/simulated_pages.py --corpora ../shared/data

Pages are 5 to 20 neighbouring lines of the test files of the default recipe, half of them dressed
with the honest lines of the web. Each is injured by `junkfilter.training.simulate` with the words
of the evaluation: whole lines of spam, too, are made from these, for the default model has learned
the lines of `data/lines`. Every attack is made alone, and two or three at once (`mixtures`).

A cut counts whatever its kind: on a page with a brand, an honest character that a rule for noise
takes is lost. Nothing of the pages is printed, except with --show the lines that went wrong.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from held_out import (
    HeldOut,
    as_text,
    corpora_options,
    excerpt,
    heading,
    held_out,
    loaded,
    options,
    write,
)

from junkfilter.chars import visible
from junkfilter.evaluation.metrics import Estimate
from junkfilter.evaluation.spans import (
    OUTCOMES,
    Range,
    compare,
    differences,
    outcomes,
)
from junkfilter.evaluation.table import Cell, Table
from junkfilter.evaluation.tally import Tally, mean_f1
from junkfilter.page import Cut
from junkfilter.results import Result
from junkfilter.training.simulate import ATTACKS, GoldCut, InjuredPage, Vocabulary, dress, injure

_SEED = 2026
_PAGE_LINES = (5, 20)
_DRESSED = 0.5
# A bare name in an institution's place, an unseen brand: reported, and no target holds for it.
_APART = "bare replacement"
_MIXTURES = "mixtures"
_WHOLE_LINES = frozenset(
    {"first line", "middle line", "last line", "several lines", "agency paragraph", "query rows",
     "title replaced"}
)  # fmt: skip
_NOISE = frozenset(
    {"emoji", "pinyin per character", "pinyin per word", "jam", "tag lines", "random tails",
     "random bursts", "invisible", "invisible and private-use"}
)  # fmt: skip
# Pages that are tried for each that is wanted: some have no place for an attack.
_TRIES = 4
_MIXTURE_TRIES = 3
_SHOWN_LINES = 8
_LEAST_F1, _LEAST_MEAN_F1, _LEAST_EXACT, _MOST_LOST = 0.80, 0.90, 0.85, 50.0

StripMany = Callable[[Iterable[str]], Iterable[Result]]


class Injured(NamedTuple):
    """A page to measure with; `group` names the honest page that it was made of."""

    group: str
    page: InjuredPage


class Measured(NamedTuple):
    """What became of the pages of an attack.

    Attributes:
        tally: characters, page by page.
        outcomes: gold cuts, counted by `OUTCOMES`.
        shown: lines that went wrong, with marks.
    """

    tally: Tally
    outcomes: Counter[str]
    shown: list[str]


def honest_pages(sources: Iterable[HeldOut]) -> list[Injured]:
    """All runs of 5 to 20 neighbouring lines, shuffled; not injured yet.

    Lines with invisible characters are left out: real posts end in some, and who cuts those takes
    nothing honest.
    """
    pages: list[Injured] = []
    for source in sources:
        chance = random.Random(f"{_SEED}/{source.name}")
        lines = [line for line in source.lines if visible(line) == line]
        first = 0
        while first < len(lines):
            size = chance.randint(*_PAGE_LINES)
            text = as_text(lines[first : first + size])
            pages.append(Injured(f"{source.name}:{first}", InjuredPage(text, (), (), False)))
            first += size
    random.Random(_SEED).shuffle(pages)
    return pages


def injured_pages(
    pages: Sequence[Injured],
    attack: str,
    names: Sequence[str],
    wanted: int,
    *,
    known_phrases: bool = False,
) -> list[Injured]:
    """So many pages with an attack, or with mixtures of attacks, fewer where pages offer no place.

    Args:
        pages: honest pages, taken from a place of their own for each attack.
        attack: name of an attack, or `mixtures`.
        names: attacks that mixtures are made of.
        wanted: number of pages.
        known_phrases: brands that no model has seen, with the phrases of training.
    """
    words = Vocabulary.load("evaluation", known_phrases=known_phrases)
    start = random.Random(f"{_SEED}/{attack}").randrange(len(pages))
    found: list[Injured] = []
    for number in range(min(len(pages), _TRIES * wanted)):
        if len(found) == wanted:
            break
        group, honest = pages[(start + number) % len(pages)]
        chance = random.Random(f"{_SEED}/{attack}/{group}")
        text = dress(honest.text, words, chance) if chance.random() < _DRESSED else honest.text
        page = _attacked(text, attack, names, words, chance)
        if page is not None:
            found.append(Injured(group, page))
    return found


def _attacked(
    text: str, attack: str, names: Sequence[str], words: Vocabulary, chance: random.Random
) -> InjuredPage | None:
    if attack != _MIXTURES:
        return injure(text, [attack], words, chance)
    for _ in range(_MIXTURE_TRIES):
        page = injure(text, chance.sample(names, chance.randint(2, 3)), words, chance)
        if page is not None:
            return page
    return None


def measure(strip_many: StripMany, pages: Sequence[Injured], show: int) -> Measured:
    """What a filter makes of injured pages.

    Args:
        strip_many: as `JunkFilter.strip_many`.
        pages: injured pages.
        show: of how many pages that went wrong the lines are given back.
    """
    tally, counts, shown = Tally(), Counter[str](), list[str]()
    results = strip_many(each.page.text for each in pages)
    for (group, page), result in zip(pages, results, strict=True):
        gold, cuts = ranges(page.cuts), ranges(result.cuts)
        comparison = compare(page.text, gold, cuts)
        tally.add(group, comparison)
        flags = ranges(inside_lines(page.text, result.flags))
        counts.update(outcomes(page.text, gold, cuts, flags))
        if not comparison.exact and show:
            show -= 1
            shown.append(f"--- {', '.join(page.attacks)} ({group})")
            wrong = islice(differences(page.text, gold, cuts), _SHOWN_LINES)
            shown += map(excerpt, wrong)
    return Measured(tally, counts, shown)


def ranges(cuts: Iterable[Cut | GoldCut]) -> list[Range]:
    """Where cuts begin and end."""
    return [(cut.start, cut.end) for cut in cuts]


def inside_lines(text: str, flags: Iterable[Cut]) -> list[Cut]:
    """Flags of spam that are no whole lines: a suspected line does not say where its brand is.

    >>> inside_lines("新闻\\n", [Cut(0, 3, "spam"), Cut(0, 2, "spam")])[0].end  # "news"
    2
    """
    spam = (flag for flag in flags if flag.kind == "spam")
    return [flag for flag in spam if text[flag.end - 1 : flag.end] not in ("\n", "\r")]


def tables(measured: Mapping[str, Measured]) -> Iterator[Table]:
    """Attacks row by row, groups of them, and the targets."""
    header = ("attack", "pages", "F1", "precision", "recall", "exact pages", "lost per million",
              "pages that lost", "gold cuts", *OUTCOMES)  # fmt: skip
    rows = [_row(name, each) for name, each in measured.items()]
    yield Table("attacks", "Injured pages, by attack (intervals: 95 %)", header, rows)
    counted = {name: each for name, each in measured.items() if name != _APART}
    groups: dict[str, dict[str, Measured]] = {"all": counted}
    for name, each in counted.items():
        groups.setdefault(_group(name), {})[name] = each
    rows = [(*_row(name, _together(g.values())), _mean(g)) for name, g in groups.items() if g]
    title = f"Groups of attacks, `{_APART}` left out"
    yield Table("groups", title, (*header, "mean F1 of its attacks"), rows)
    yield Table("targets", "Targets", ("measure", "value", "target"), _targets(counted))


def _group(attack: str) -> str:
    if attack == _MIXTURES:
        return attack
    return "whole lines" if attack in _WHOLE_LINES else "noise" if attack in _NOISE else "spans"


def _together(parts: Iterable[Measured]) -> Measured:
    every = Measured(Tally(), Counter(), [])
    for each in parts:
        every.tally.groups += each.tally.groups
        every.tally.comparisons += each.tally.comparisons
        every.outcomes.update(each.outcomes)
    return every


def _mean(parts: Mapping[str, Measured]) -> Estimate:
    return mean_f1({name: each.tally for name, each in parts.items()})


def _row(name: str, measured: Measured) -> tuple[Cell, ...]:
    tally, cuts = measured.tally, measured.outcomes
    return (
        name, len(tally), tally.f1(), tally.precision(), tally.recall(), tally.exact(),
        tally.lost_per_million(), tally.pages_that_lost(), cuts.total(),
        *(cuts[kind] for kind in OUTCOMES),
    )  # fmt: skip


def _targets(counted: Mapping[str, Measured]) -> list[tuple[Cell, ...]]:
    every = _together(counted.values()).tally
    low = [name for name, each in counted.items() if each.tally.f1().value < _LEAST_F1]
    lost = every.lost_per_million()
    return [
        _target("F1, mean of the attacks", _mean(counted), _LEAST_MEAN_F1),
        _target("F1 of all characters", every.f1(), _LEAST_MEAN_F1),
        (f"attacks below F1 {_LEAST_F1:.2f}", len(low), f"0: {_verdict(not low)}"),
        _target("pages exactly restored", every.exact(), _LEAST_EXACT),
        ("honest characters lost per million", lost,
         f"≤ {_MOST_LOST:g}: {_verdict(lost.value <= _MOST_LOST)}"),
    ]  # fmt: skip


def _target(name: str, value: Estimate, least: float) -> tuple[Cell, ...]:
    return name, value, f"≥ {least:.2f}: {_verdict(value.value >= least)}"


def _verdict(met: bool) -> str:
    return "met" if met else "MISSED"


def _wanted(arguments: argparse.Namespace) -> list[str]:
    names: list[str] = arguments.attacks or [*ATTACKS, _MIXTURES]
    if arguments.spans_only:
        names = [name for name in names if name not in _WHOLE_LINES | _NOISE]
    unknown = [name for name in names if name not in (*ATTACKS, _MIXTURES)]
    if unknown:
        raise SystemExit(f"no attack {unknown[0]!r}: there are {', '.join(ATTACKS)}, {_MIXTURES}")
    return names


def _options() -> argparse.Namespace:
    parser = options(__doc__)
    corpora_options(parser)
    parser.add_argument("--attacks", nargs="+", metavar="NAME", help="only these, or `mixtures`")
    parser.add_argument("--pages", type=int, default=150, help="of each attack")
    parser.add_argument("--mixed-pages", type=int, default=600, help="with two or three attacks")
    parser.add_argument(
        "--known-phrases", action="store_true", help="unseen brands, phrases of training"
    )
    parser.add_argument("--spans-only", action="store_true", help="no whole lines, no noise")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="pages of each attack")
    return parser.parse_args()


def main() -> None:
    """Prints the tables."""
    arguments = _options()
    names = _wanted(arguments)
    page_filter = loaded(arguments)
    print(heading(page_filter))
    pages = honest_pages(held_out(arguments.recipe, arguments.corpora))
    # What mixtures are made of: what is asked for, or everything.
    parts = [name for name in names if name not in (_MIXTURES, _APART)]
    if len(parts) < 3:
        parts = [name for name in ATTACKS if name != _APART]
    measured: dict[str, Measured] = {}
    for name in names:
        wanted = arguments.mixed_pages if name == _MIXTURES else arguments.pages
        known = arguments.known_phrases
        injured = injured_pages(pages, name, parts, wanted, known_phrases=known)
        measured[name] = measure(page_filter.strip_many, injured, arguments.show)
        for line in measured[name].shown:
            print(line)
    write(tables(measured), arguments.json, model=page_filter.model.id)


if __name__ == "__main__":
    main()
