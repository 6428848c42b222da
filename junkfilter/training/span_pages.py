"""Injured pages for the model of spans to learn from: honest pages of a corpus, attacked.

An honest page is a run of neighbouring lines of one source, often with a headline before it. Some
stay as they are. Noise that an attack puts in is taken out again from most pages, for it is found
by rule before the model looks.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from junkfilter.training.corpus import Corpus
from junkfilter.training.simulate import (
    ATTACKS,
    GoldCut,
    InjuredPage,
    Vocabulary,
    dress,
    injure,
)

# Whole lines are the line detector's: a character of one says nothing that its line does not, and
# teaches that whatever does not fit its page was put in. Measured: 9 times the honest characters
# over zero. A bare name in an institution's place is told by its page alone.
UNTAUGHT = frozenset(
    {"first line", "middle line", "last line", "several lines", "agency paragraph",
     "bare replacement"}
)  # fmt: skip
# Share of pages that stay as they are, that keep their noise, that get a headline first, that get
# breadcrumbs, copyright lines and the like (else only injured pages have them), and that have one
# or two lines only, as what a crawler's extractor gives often has.
_CLEAN, _KEEP_NOISE, _HEADLINE, _DRESSED, _SHORT = 0.3, 0.05, 0.4, 0.5, 0.15
# How much more or less often an attack is made than others: the hard ones teach more.
_OFTEN = {
    "title head": 2, "title tail": 2, "title both": 2, "word split": 4, "between sentences": 3,
    "stutter": 2, "summary line": 2, "keyword line": 2, "queries before paragraph": 2,
    "agency before sentence": 2, "lure": 2, "brand and emoji": 2, "replacement": 2,
    "query rows": 0.4, "stamps": 0.7, "first line": 0.3, "middle line": 0.3, "last line": 0.3,
    "several lines": 0.3, "agency paragraph": 0.5, "invisible": 0.3, "emoji": 0.3, "jam": 0.3,
    "invisible and private-use": 0.3, "tag lines": 0.3, "random tails": 0.3, "random bursts": 0.3,
    "pinyin per character": 0.3, "pinyin per word": 0.3,
}  # fmt: skip
_ATTACKS_A_PAGE = (1, 1, 1, 1, 2, 3)
_TRIES = 6
# Of the pages of app stores' copy, which is like spam and no page of the web, this share is used.
_PROMOTION = 0.2
_HEADLINE_LENGTHS = range(9, 36)
# Families of spam whose terms are phrases of these lists too.
_TERMS_OF = {
    "lure": ("gambling",),
    "query": ("gambling",),
    "seo_query": ("seo", "link-farm"),
    "inline_seo": ("seo", "link-farm"),
    "inline_adult": ("adult",),
    "inline_gambling": ("gambling",),
    "inline_game": ("game",),
    "inline_other": ("certificate", "medical", "finance", "contact", "other"),
}
_TERM_LENGTHS = range(4, 17)
_MOST_TERMS = 4000
_SEPARATORS = re.compile(r"[_\-,,|丨、/;;:: 　]+")
_NO_PHRASE = re.compile(r"[{}\s。!?!?]|^[0-9a-zA-Z.]+$")


class TrainingPage(NamedTuple):
    """A page with what was put into it.

    Attributes:
        group: source of the honest page.
        pool: pool of its lines.
        text: the page, LF at line ends.
        cuts: what a perfect cleaner cuts; empty for an honest page.
    """

    group: str
    pool: str
    text: str
    cuts: tuple[GoldCut, ...]


def training_pages(
    corpus: Corpus, vocabulary: Vocabulary, *, seed: int, copies: int
) -> list[TrainingPage]:
    """Pages of a corpus, injured with a vocabulary; each page `copies` times, each time otherwise.

    The same corpus gives the same pages. `gather` sorts its rows, so that the order of the lines in
    the files does not matter.
    """
    spam = [(row.sample.text, row.sample.family) for row in corpus.rows if row.pool == "spam"]
    words = with_terms(vocabulary.with_spam_lines(spam), spam)
    headlines = sorted(_headlines(corpus))
    pages: list[TrainingPage] = []
    for copy in range(copies):
        for number, material in enumerate(corpus.pages):
            chance = random.Random(f"{seed}/spans/{copy}/{number}")
            if material.pool == "promotion" and chance.random() >= _PROMOTION:
                continue
            lines = list(material.lines)
            if headlines and chance.random() < _HEADLINE:
                lines.insert(0, chance.choice(headlines))
            if chance.random() < _SHORT:
                lines = lines[: chance.randint(1, 2)]
            text = "\n".join(lines) + "\n"
            if chance.random() < _DRESSED:
                text = dress(text, words, chance)
            page = None if chance.random() < _CLEAN else _attacked(text, words, chance)
            found = _without_noise(page, chance) if page else (text, ())
            pages.append(TrainingPage(material.group, material.pool, *found))
    return pages


def with_terms(vocabulary: Vocabulary, spam: Sequence[tuple[str, str]]) -> Vocabulary:
    """A vocabulary whose phrases are also the terms of spam lines, about half and half.

    Some dozen phrases of each kind are learned by heart, and then no other one is found: of lures
    with words that it had not seen the model found none.

    Args:
        vocabulary: lists of phrases.
        spam: text and family of spam lines.
    """
    terms: dict[str, set[str]] = {}
    for text, family in spam:
        found = (term.strip() for term in _SEPARATORS.split(text))
        terms.setdefault(family, set()).update(term for term in found if _is_phrase(term))
    lists = dict(vocabulary.lists)
    for name, families in _TERMS_OF.items():
        own = sorted(set().union(*(terms.get(family, set()) for family in families)))
        random.Random(name).shuffle(own)
        own = own[:_MOST_TERMS]
        lists[name] = (*lists[name] * max(1, len(own) // len(lists[name])), *own)
    return replace(vocabulary, lists=lists)


def _is_phrase(term: str) -> bool:
    # Braces are slots of templates.
    return len(term) in _TERM_LENGTHS and not _NO_PHRASE.search(term)


def _headlines(corpus: Corpus) -> Iterator[str]:
    for row in corpus.rows:
        if row.pool == "news" and len(row.sample.text) in _HEADLINE_LENGTHS:
            yield row.sample.text


def _attacked(text: str, words: Vocabulary, chance: random.Random) -> InjuredPage | None:
    names = list(ATTACKS)
    often = [_OFTEN.get(name, 1) for name in names]
    for _ in range(_TRIES):
        drawn = chance.choices(names, often, k=chance.choice(_ATTACKS_A_PAGE))
        chosen = list(dict.fromkeys(drawn))
        page = injure(text, chosen, words, chance)
        if page is not None:
            return page
    return None


def _without_noise(page: InjuredPage, chance: random.Random) -> tuple[str, tuple[GoldCut, ...]]:
    """The page without the noise that was put in, and the other cuts where they stand now."""
    noise = [cut for cut in page.cuts if cut.kind != "spam"]
    if not noise or chance.random() < _KEEP_NOISE:
        return page.text, page.cuts
    return cut_out(page.text, noise, [cut for cut in page.cuts if cut.kind == "spam"])


def cut_out(
    text: str, gone: Sequence[GoldCut], others: Sequence[GoldCut]
) -> tuple[str, tuple[GoldCut, ...]]:
    """A text without some ranges, and other ranges of it moved to where they stand then."""
    kept: list[str] = []
    position = 0
    for cut in gone:
        kept.append(text[position : cut.start])
        position = cut.end
    kept.append(text[position:])

    def moved(place: int) -> int:
        return place - sum(min(place, cut.end) - cut.start for cut in gone if cut.start < place)

    found = [
        GoldCut(moved(cut.start), moved(cut.end), cut.kind, cut.family, cut.attack)
        for cut in others
    ]
    return "".join(kept), tuple(cut for cut in found if cut.end > cut.start)
