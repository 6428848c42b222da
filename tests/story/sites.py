"""Simulated sites that carry two families of spam, for the story of a filter that learns them.

Every site has its own template: forms of the grammar of one family, private game servers or fake
diplomas. The sites that are labelled use every other form, the sites that are measured the others,
so that neither a host nor a template of these is ever labelled.

    python tests/story/sites.py FOLDER

writes what docs/tutorial.md begins with.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from junkfilter.labels.items import Judgment
from junkfilter.training.grammar import Form, Grammar
from junkfilter.training.simulate import Vocabulary, injure

RECIPE = """
[model]
id = "without-two"
bits = 20
folds = 4
hand_weight = 3.0
leave_out = ["certificate", "game"]

[lines]
each = 400
adult = 600
gambling = 800
honest_media = 1000
honest_service = 1000
honest_web = 500
honest_science = 500
honest_label = 300
"""
SOURCE = """
[[source]]
path = "{name}"
origin = "made for a test"
licence = "CC0-1.0"
"""
CORPORA = 4
CORPUS_LINES = 6_000
CLEAN_LINES = 33_000
MORE_CLEAN_LINES = 20_000
SITES, PAGES = 30, 10

FAMILIES = ("game", "certificate")
# Of each family the forms that sell private servers or diplomas by name, in the grammar's order.
FORMS = {
    "game": (
        *("query-row", "listing-title", "single-query", "listing-description", "opening-notice"),
        *("opening-row", "essay-title", "essay-title-site", "essay-paragraph"),
        *("essay-paragraph-tianlong", "essay-two", "essay-two-tianlong", "essay-open"),
        *("guide-question", "server-ad-chat", "directory-title"),
    ),
    "certificate": (
        *("foreign-diploma-title", "foreign-diploma-latin", "foreign-diploma-short"),
        *("diploma-row", "domestic-diploma", "hash-row", "boast-pitch", "service-item"),
        *("bracketed", "sentence-injected", "trouble-pitch", "tier-list"),
        "old-diploma-title",
    ),
}
ATTACKS = ("first line", "middle line", "last line", "several lines", "several lines")
# What ordinary sites print: news, reports, notices, abstracts, reviews. The grammars of honest
# lines are rich in subjects of spam (casinos in court, tools to make web sites); a single form of
# those would set every threshold here, as no such line does on the web.
ORDINARY = (
    *("sport-institution-news", "sport-institution-sentence", "abstract", "abstract-kinds"),
    *("abstract-long", "notice-title", "market-report", "tender-notice", "government-headline"),
    *("community-notice", "hospital-notice", "review-good", "review-bad", "venue-review"),
    *("film-news-sentence", "gossip-headline", "book-review", "tax-notice"),
)
_FORMS_A_SITE = 3


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page of a simulated site.

    Attributes:
        url: its address.
        text: the page, LF at line ends.
        spam: the lines that were put in, each once.
        family: of these lines.
    """

    url: str
    text: str
    spam: frozenset[str]
    family: str


Command = Callable[..., tuple[int, str, str]]


@dataclass(frozen=True)
class Story:
    """A folder with what the story is about.

    Attributes:
        folder: where commands run.
        labelled: pages of the sites that are collected and labelled.
        held: pages of other sites, of other templates.
    """

    folder: Path
    labelled: Sequence[SitePage]
    held: Sequence[SitePage]

    def path(self, name: str) -> str:
        """A file or folder of the story."""
        return str(self.folder / name)

    def judgment(self, text: str) -> Judgment:
        """What a person who knows spam says of a line."""
        families = {line: page.family for page in self.labelled for line in page.spam}
        return Judgment("spam", families[text]) if text in families else Judgment("text")


def forms_of(family: str, *, labelled: bool) -> list[Form]:
    """The templates of the sites that are labelled, or of those that are measured."""
    known = {form.name: form for form in Grammar().forms if form.family == family}
    return [known[name] for name in FORMS[family][0 if labelled else 1 :: 2]]


def site_pages(
    *, labelled: bool, sites: int, pages: int, seed: int, honest: Sequence[str]
) -> list[SitePage]:
    """Pages of sites that nobody labelled, or of sites that will be.

    Args:
        labelled: whose templates to use.
        sites: number of hosts, half of them of each family.
        pages: pages of each.
        seed: of everything random.
        honest: lines that the honest part of a page is made of.
    """
    found: list[SitePage] = []
    for site in range(sites):
        chance = random.Random(f"{seed}/{labelled}/{site}")
        family = FAMILIES[site % len(FAMILIES)]
        forms = chance.sample(forms_of(family, labelled=labelled), _FORMS_A_SITE)
        host = f"{'a' if labelled else 'b'}{site}.example"
        for number in range(pages):
            page = _page(f"https://{host}/{number}.html", family, forms, honest, chance)
            found.append(page)
    return found


def _page(
    url: str, family: str, forms: Sequence[Form], honest: Sequence[str], chance: random.Random
) -> SitePage:
    grammar = _grammar()
    lines = [grammar.expand(chance.choice(forms), chance).strip() for _ in range(8)]
    words = Vocabulary.load("training", [(line, family) for line in lines])
    text = "\n".join(chance.sample(honest, chance.randint(6, 14))) + "\n"
    injured = injure(text, [chance.choice(ATTACKS)], words, chance, converted=False)
    assert injured is not None  # whole lines find a place on every page
    spam = frozenset(injured.text[cut.start : cut.end].strip("\n") for cut in injured.cuts)
    return SitePage(url, injured.text, spam, family)


_GRAMMAR: list[Grammar] = []


def _grammar() -> Grammar:
    """The grammar, read once."""
    if not _GRAMMAR:
        _GRAMMAR.append(Grammar())
    return _GRAMMAR[0]


def honest_lines(count: int, seed: int) -> list[str]:
    """So many different lines of ordinary sites."""
    grammar = _grammar()
    forms = [form for form in grammar.forms if form.name in ORDINARY]
    chance = random.Random(f"honest/{seed}")
    found: dict[str, None] = {}
    while len(found) < count:
        line = grammar.expand(chance.choice(forms), chance).strip()
        if line:
            found[line] = None
    return list(found)


def write_world(folder: Path) -> tuple[list[SitePage], list[SitePage]]:
    """Writes honest text, a recipe, pages to label and pages to measure with; gives the pages."""
    honest = honest_lines(4_000, seed=5)
    labelled, held = (
        site_pages(labelled=which, sites=SITES, pages=PAGES, seed=1, honest=part)
        for which, part in ((True, honest[:2_000]), (False, honest[2_000:]))
    )
    write_pages(folder / "pages.jsonl", labelled)
    write_pages(folder / "held-out.jsonl", held)
    write_labelled(folder / "held-out.tsv", held)
    write_lines(folder / "clean.txt", honest_lines(CLEAN_LINES, seed=1))
    write_lines(folder / "more-clean.txt", honest_lines(MORE_CLEAN_LINES, seed=2))
    names = [f"{number}.txt" for number in range(CORPORA)]
    for number, name in enumerate(names):
        write_lines(folder / "corpora" / name, honest_lines(CORPUS_LINES, seed=10 + number))
    recipe = RECIPE + "".join(SOURCE.format(name=name) for name in names)
    (folder / "train.toml").write_text(recipe, encoding="utf-8")
    return labelled, held


def write_lines(path: Path, lines: Sequence[str]) -> None:
    """A file of lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def write_pages(path: Path, pages: Sequence[SitePage]) -> None:
    """Pages as a crawler writes them, with their addresses."""
    records = (json.dumps({"url": p.url, "text": p.text}, ensure_ascii=False) for p in pages)
    write_lines(path, list(records))


def write_labelled(path: Path, pages: Sequence[SitePage]) -> None:
    """The lines of pages with what they are, to measure with."""
    rows = [
        f"{f'spam.{page.family}' if line in page.spam else 'text'}\t{line}\t{page.url}"
        for page in pages
        for line in page.text.splitlines()
    ]
    write_lines(path, list(dict.fromkeys(rows)))


if __name__ == "__main__":
    write_world(Path(sys.argv[1]))
