"""Attacks on the lines around an article: summary, key words, headings, related rows, copyright."""

from __future__ import annotations

from junkfilter.training.simulate.attacker import Attack, Attacker
from junkfilter.training.simulate.draft import Draft, Insertion
from junkfilter.training.simulate.dressing import (
    copyright_line,
    heading,
    headlines,
    keyword_line,
    summary_line,
)
from junkfilter.training.simulate.places import paragraphs

_ROW_JOINERS = (" ", "  ", "   ", "\u3000", " | ", "\t")


def brand_in_summary(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """`summary:⟦brand address,⟧first words of the page`."""
    place = summary_line(draft, attacker)
    return [] if place is None else [Insertion(place, attacker.phrase("summary_brand"), "gambling")]


def brand_in_keywords(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """`key words:word,⟦brand,⟧word`."""
    places = keyword_line(draft, attacker)
    if not places:
        return []
    joint = draft.text[places[1] - 1]
    made = []
    for place in attacker.some(places, 1, 3):
        phrase = attacker.phrase("query")
        text = joint + phrase if place == places[-1] else phrase + joint
        made.append(Insertion(place, text, "gambling"))
    return made


def brand_before_heading(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """`⟦brand address:⟧related news`, and before paragraphs."""
    token = attacker.phrase("address")
    places = [line.start for line in paragraphs(draft)]
    if attacker.happens(0.7):
        stop = heading(draft, attacker)
        rows = headlines(draft, attacker.chance, attacker.chance.randint(2, 6))
        draft.dress([(stop, "".join(f"{row}\n" for row in rows))])
        begin = draft.text.rfind("\n", 0, max(0, stop - 1)) + 1
        chosen = attacker.some(places, 0, 3) if attacker.happens(0.5) else []
        return [Insertion(place, token, "gambling") for place in (*chosen, begin)]
    return [Insertion(place, token, "gambling") for place in attacker.some(places, 1, 20)]


def brand_before_copyright(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """`⟦brand ⟧Copyright`."""
    place = copyright_line(draft, attacker)
    text = attacker.phrase("title_head") + attacker.chance.choice((" ", " ", "-", "", " | ", "："))
    return [Insertion(place, text, "gambling")]


def query_rows(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """Rows of four to six phrases with blanks between, after a heading."""
    stop = heading(draft, attacker)
    if attacker.happens(0.3):
        rows = headlines(draft, attacker.chance, 4)
        draft.dress([(stop, "".join(f"{row}\n" for row in rows))])
    same = attacker.happens(0.5)
    joint = attacker.chance.choices(_ROW_JOINERS, (8, 3, 1, 1, 1, 1))[0]
    made = []
    for _ in range(attacker.chance.randint(3, 20)):
        brand = attacker.brand
        if not same:
            brand = attacker.vocabulary.brand(attacker.chance)
        wanted = attacker.chance.randint(4, 6)
        phrases = [attacker.phrase("query", **brand.words()) for _ in range(wanted)]
        row = joint.join(dict.fromkeys(phrases))
        at_end = stop == len(draft.text) and not draft.text.endswith("\n")
        made.append(Insertion(stop, f"\n{row}" if at_end else f"{row}\n", "gambling"))
    return made


ATTACKS = (
    Attack("summary line", "a brand before the words of a summary", brand_in_summary, alters=True),
    Attack("keyword line", "a brand among honest key words", brand_in_keywords, alters=True),
    Attack("brand before heading", "a brand before headings and paragraphs", brand_before_heading,
           alters=True),
    Attack("brand before copyright", "a brand before the copyright line", brand_before_copyright,
           alters=True),
    Attack("query rows", "rows of search phrases after a heading", query_rows, alters=True),
)  # fmt: skip
