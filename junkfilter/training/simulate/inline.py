"""Attacks inside prose: brands and phrases between words, sentences and marks."""

from __future__ import annotations

from junkfilter.training.simulate.attacker import Attack, Attacker
from junkfilter.training.simulate.draft import Draft, Insertion
from junkfilter.training.simulate.places import (
    clause_starts,
    final_marks,
    inside_runs,
    marks,
    paragraphs,
    sentence_ends,
)

# A token that stands fewer times has no recurrence to be found by.
_FEWEST = 3


def stutter(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """One token before marks and at sentence starts, 3 to 15 times."""
    token = attacker.phrase("stutter")
    places = marks(draft)
    if attacker.happens(0.5):
        places = sorted({*places, *clause_starts(draft)})
    if len(places) < _FEWEST:
        return []
    return [Insertion(place, token, "gambling") for place in attacker.some(places, 3, 15)]


def quoted_brand(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """A brand in quotes or brackets, at clause starts and sentence ends."""
    places = sorted({*clause_starts(draft), *sentence_ends(draft)})
    token = attacker.phrase("quoted")
    return [Insertion(place, token, "gambling") for place in attacker.some(places, 1, 6)]


def pseudo_speaker(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """`brand says:` before a sentence."""
    starts = [line.start for line in paragraphs(draft)]
    inside = [place for place in sentence_ends(draft) if draft.text[place : place + 1] not in "\n"]
    places = sorted({*starts, *inside})
    return [
        Insertion(place, attacker.phrase("speaker"), "gambling")
        for place in attacker.some(places, 1, 5)
    ]


def stamps(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """One address or mark at sentence ends, 5 to 20 times."""
    stamp = attacker.phrase("stamp")
    places = final_marks(draft) if attacker.happens(0.4) else sentence_ends(draft)
    if len(places) < _FEWEST:
        return []
    return [Insertion(place, stamp, "gambling") for place in attacker.some(places, 5, 24)]


def word_split(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """A phrase inside a run of hanzi, mostly inside a word."""
    return [
        Insertion(place, *_inline(attacker)) for place in attacker.some(inside_runs(draft), 1, 3)
    ]


def lure(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """Collocations of lottery tipsters inside sentences."""
    places = sorted({*clause_starts(draft), *marks(draft)})
    return [
        Insertion(place, attacker.phrase("lure"), "gambling")
        for place in attacker.some(places, 1, 6)
    ]


def between_sentences(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """A phrase behind a sentence or at the start of a paragraph."""
    places = sorted({*sentence_ends(draft), *(line.start for line in paragraphs(draft))})
    return [Insertion(place, *_inline(attacker)) for place in attacker.some(places, 1, 3)]


def _inline(attacker: Attacker) -> tuple[str, str]:
    """A phrase and its family."""
    family = attacker.chance.choices(("gambling", "adult", "game", "seo", "other"), (5, 3, 3, 2, 2))
    return attacker.phrase(f"inline_{family[0]}"), family[0]


ATTACKS = (
    Attack("stutter", "one brand before marks and at sentence starts", stutter),
    Attack("quoted brand", "a brand in quotes before or behind sentences", quoted_brand),
    Attack("pseudo-speaker", "a brand that seems to speak the next sentence", pseudo_speaker),
    Attack("stamps", "an address or mark at many sentence ends", stamps),
    Attack("word split", "a search phrase inside a word", word_split, 0.4),
    Attack("lure", "collocations of lottery tipsters inside sentences", lure, 0.3),
    Attack("between sentences", "a search phrase between sentences", between_sentences, 0.2),
)
