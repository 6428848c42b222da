"""Attacks with whole lines and with rows of search phrases glued to a paragraph."""

from __future__ import annotations

from junkfilter.training.simulate.attacker import Attack, Attacker
from junkfilter.training.simulate.draft import Draft, Insertion
from junkfilter.training.simulate.notes import annotated
from junkfilter.training.simulate.places import lines, paragraphs, sentence_ends

_MOST_LINES = 6


def first_line(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """A line of spam before the title."""
    return [_line(draft, 0, attacker)]


def middle_line(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """A line of spam somewhere between the lines."""
    starts = [line.start for line in lines(draft)[1:]]
    return [_line(draft, place, attacker) for place in attacker.some(starts, 1, 1)]


def last_line(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """A line of spam at the end."""
    return [_line(draft, len(draft.text), attacker)]


def several_lines(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """Some lines of spam anywhere, also next to each other."""
    starts = [*(line.start for line in lines(draft)), len(draft.text)]
    places = attacker.chance.choices(starts, k=attacker.chance.randint(2, _MOST_LINES))
    return [_line(draft, place, attacker) for place in sorted(places)]


def queries_before_paragraph(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """Four search phrases run straight into the first paragraph."""
    found = paragraphs(draft)
    if not found:
        return []
    joint = attacker.chance.choices((",", "，", "#xff0c;", "、", " "), (12, 2, 1, 1, 1))[0]
    wanted = attacker.chance.choices((3, 4, 5), (1, 8, 1))[0]
    phrases = [attacker.phrase("seo_query") for _ in range(wanted)]
    return [Insertion(found[0].start, joint.join(phrases), "seo")]


def agency_paragraph(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """The profile of an agency as the second or third paragraph."""
    found = paragraphs(draft)
    starts = [line.start for line in lines(draft) if found and line.start > found[0].start][:3]
    text = _agency_text(attacker, attacker.chance.randint(2, 4))
    return [Insertion(place, text + "\n", "seo") for place in attacker.some(starts, 1, 1)]


def agency_before_sentence(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """The profile of an agency glued before a sentence."""
    inside = [p for p in sentence_ends(draft) if draft.text[p : p + 1] not in ("\n", "")]
    places = sorted({*inside, *(line.start for line in paragraphs(draft)[1:])})
    text = _agency_text(attacker, attacker.chance.randint(1, 2))
    return [Insertion(place, text, "seo") for place in attacker.some(places, 1, 1)]


def _agency_text(attacker: Attacker, sentences: int) -> str:
    """Sentences of company-profile prose about one agency."""
    agency = attacker.phrase("agency")
    city = attacker.phrase("city")
    made = dict.fromkeys(
        attacker.phrase("agency_sentence", agency=agency, city=city) for _ in range(sentences)
    )
    text = "".join(made)
    return annotated(text, attacker) if attacker.traditional and attacker.happens(0.4) else text


def _line(draft: Draft, place: int, attacker: Attacker) -> Insertion:
    text, family = attacker.vocabulary.spam_line(attacker.brand, attacker.chance)
    text = text.replace("\r", " ").replace("\n", " ")
    if place == len(draft.text) and draft.text and not draft.text.endswith("\n"):
        return Insertion(place, "\n" + text, family)
    return Insertion(place, text + "\n", family)


ATTACKS = (
    Attack("first line", "a line of spam before the title", first_line, 0.7),
    Attack("middle line", "a line of spam between the lines", middle_line, 0.4),
    Attack("last line", "a line of spam at the end", last_line, 0.3),
    Attack("several lines", "two to six lines of spam anywhere", several_lines, 0.4),
    Attack(
        "queries before paragraph",
        "four search phrases run into the first paragraph",
        queries_before_paragraph,
        0.0,
    ),
    Attack("agency paragraph", "an agency's profile as a paragraph", agency_paragraph, 0.3),
    Attack(
        "agency before sentence",
        "an agency's profile before a sentence",
        agency_before_sentence,
        0.3,
    ),
)
