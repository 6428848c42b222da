"""Attacks on titles: a brand or a search phrase before, behind, or on both sides."""

from __future__ import annotations

import re

from junkfilter.training.simulate.attacker import Attack, Attacker
from junkfilter.training.simulate.draft import Draft, Insertion
from junkfilter.training.simulate.dressing import headlines
from junkfilter.training.simulate.places import Span, honest_lines, title

# Joiners that honest titles use as well, so that the segment must be judged and not the joiner.
_HEAD_JOINERS = (" ", " ", "·", "-", "_", "|", " - ", " | ", "", ":", "：", ",", "，", "——", "~")
_TAIL_JOINERS = ("-", "-", "_", "_", " ", " ", " - ", "|", " | ", "·", "", "—", "--", "_-", "~")
_BRACKETS = ("【{}】", "[{}]", "《{}》", "「{}」", "({})", "（{}）", "『{}』", "〖{}〗")
# Where the words of a tail come from, if not from the phrases set between sentences.
_TAILS = {"gambling": "title_tail", "seo": "agency"}
# Joiners before the name of a site; a hyphen alone may be `COVID-19` or a score.
_SITE_JOINER = re.compile(r"[_|]| [-–—] |[-–—](?=[^\d\-–—]{2,8}$)")
_FIRST_CLAUSE = re.compile(r"\s*([^\n，。！？；：,!?;:]{8,32})[，。！？；：,!?;:]")


def title_head(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """`⟦brand ⟧title`."""
    line = _title(draft, attacker)
    return [] if line is None else [_head(line, attacker)]


def title_tail(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """`title⟦-brand⟧`, or `title⟦_brand⟧_honest site`."""
    line = _title(draft, attacker)
    return [] if line is None else [_tail(draft, line, attacker)]


def title_both(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """`⟦brand ⟧title⟦ slogan⟧`."""
    line = _title(draft, attacker)
    return [] if line is None else [_head(line, attacker), _tail(draft, line, attacker)]


def _title(draft: Draft, attacker: Attacker) -> Span | None:
    """The page's title, if need be written from one of its clauses; often with its honest site."""
    line = title(draft)
    if line is None:
        body = honest_lines(draft)
        if not body:
            return None
        first = _FIRST_CLAUSE.match(draft.clean(body[0].start, body[0].end))
        clauses = [first[1]] if first else headlines(draft, attacker.chance, 1)
        if not clauses:
            return None
        draft.dress([(body[0].start, clauses[0] + "\n")])
        line = title(draft)
    if line is not None and attacker.happens(0.3):
        draft.dress([(line.end, attacker.phrase("site_tail"))])
        line = title(draft)
    return line


def _head(line: Span, attacker: Attacker) -> Insertion:
    phrase = attacker.phrase("title_head")
    if attacker.happens(0.15):
        phrase = attacker.chance.choice(_BRACKETS).format(phrase)
    else:
        phrase += attacker.chance.choice(_HEAD_JOINERS)
    return Insertion(line.start, phrase, "gambling")


def _tail(draft: Draft, line: Span, attacker: Attacker) -> Insertion:
    family = attacker.chance.choices(("gambling", "seo", "game", "other"), (12, 3, 1, 1))[0]
    phrase = attacker.phrase(_TAILS.get(family, f"inline_{family}"))
    if attacker.happens(0.12):
        phrase = attacker.chance.choice(_BRACKETS).format(phrase)
    else:
        phrase = attacker.chance.choice(_TAIL_JOINERS) + phrase
    return Insertion(_tail_place(draft, line, attacker), phrase, family)


def _tail_place(draft: Draft, line: Span, attacker: Attacker) -> int:
    """The end of the title, sometimes before the honest segments at its end."""
    joiner = _SITE_JOINER.search(draft.text[line.start + 6 : line.end])
    if joiner is None or attacker.happens(0.5):
        return line.end
    return line.start + 6 + joiner.start()


def title_replaced(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """Two search phrases without a blank as the title; the honest title is gone or below."""
    joint = attacker.chance.choices(("", "", " ", "-", "_"), (8, 4, 1, 1, 1))[0]
    phrases = joint.join(attacker.phrase("seo_query") for _ in range(2))
    return [Insertion(0, phrases + "\n", "seo")]


ATTACKS = (
    Attack("title head", "a brand and a joiner before the title", title_head, 0.1, alters=True),
    Attack("title tail", "a joiner and a brand behind the title", title_tail, 0.2, alters=True),
    Attack("title both", "a brand before, a slogan behind it", title_both, 0.1, alters=True),
    Attack("title replaced", "two search phrases as the title", title_replaced, 0.0),
)
