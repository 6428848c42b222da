"""Damage that is no spam: anti-copy jam, tags as text, random tails, invisible characters."""

from __future__ import annotations

import random
import string

from junkfilter.training.simulate.attacker import Attack, Attacker
from junkfilter.training.simulate.draft import Draft, Insertion
from junkfilter.training.simulate.places import (
    final_marks,
    inside_runs,
    lines,
    marks,
    paragraphs,
    sentence_ends,
)
from junkfilter.training.simulate.vocabulary import random_characters

_SIGNS = "!#$%&()*+,-./:;<=>?@[]^_`{|}~"
_LETTERS_AND_DIGITS = string.ascii_letters + string.digits
# Zero-width space, joiner and non-joiner between hanzi, word joiner, byte-order mark, soft hyphen.
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202a\u202c\u2063"
_PRIVATE_USE = (0xE000, 0xF8FF)


def jam(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """Signs and letters with blanks: lines of their own, before and after sentences."""
    ends = [(place, "after") for place in sentence_ends(draft)]
    starts = [(line.start, "before") for line in paragraphs(draft)]
    alone = [(line.start, "alone") for line in lines(draft)[1:]]
    kinds = attacker.chance.choice(((*ends, *alone), (*ends, *starts), ends, alone, starts))
    wanted = min(len(kinds), attacker.chance.randint(1, 8))
    made: list[Insertion] = []
    for place, how in attacker.chance.sample(list(kinds), wanted):
        text = random_jam(attacker.chance)
        blank = attacker.chance.choice(("", " ", "  "))
        text = {"alone": text + "\n", "before": text + blank, "after": blank + text}[how]
        made.append(Insertion(place, text, "", "jam"))
    return made


def random_jam(chance: random.Random) -> str:
    """Some tokens of one to three characters, in no order: `7 I9 U) K# f% O`."""
    tokens = []
    for _ in range(chance.randint(4, 16)):
        first = chance.choice(_LETTERS_AND_DIGITS if chance.random() < 0.75 else _SIGNS)
        rest = _SIGNS if chance.random() < 0.6 else _LETTERS_AND_DIGITS
        tokens.append(first + "".join(chance.choices(rest, k=chance.choice((0, 0, 1, 1, 2)))))
    return " ".join(tokens)


def tag_lines(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """Lines of tags, all with one random identifier, or of fragments of markup."""
    starts = [line.start for line in lines(draft)[1:]] + [len(draft.text)]
    ending = "" if draft.text.endswith("\n") else "\n"
    identifier = random_characters("alnum", 5, 5, attacker.chance)
    kind = attacker.chance.choice(("tag", "tag", "tag_fragment"))
    made: list[Insertion] = []
    for place in attacker.chance.choices(starts, k=attacker.chance.randint(1, 12)):
        text = attacker.phrase(kind, id=identifier)
        at_end = place == len(draft.text) and ending
        made.append(Insertion(place, f"\n{text}" if at_end else f"{text}\n", "", "tag"))
    return made


def random_tails(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """Five to nine random letters behind the last sentence of paragraphs."""
    places = [line.end for line in paragraphs(draft)]
    digits = attacker.happens(0.3)
    alphabet = _LETTERS_AND_DIGITS if digits else string.ascii_letters
    length = attacker.chance.randint(5, 9)
    return [
        Insertion(place, "".join(attacker.chance.choices(alphabet, k=length)), "", "jam")
        for place in attacker.some(places, 1, 12)
    ]


def random_bursts(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """Three random characters before marks, each time others."""
    alphabet = attacker.chance.choice(
        (string.ascii_letters, _LETTERS_AND_DIGITS, string.ascii_letters + _SIGNS)
    )
    places = sorted({*marks(draft), *final_marks(draft)})
    return [
        Insertion(place, "".join(attacker.chance.choices(alphabet, k=3)), "", "jam")
        for place in attacker.some(places, 4, 20)
    ]


def invisible(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """One or two invisible characters strewn between hanzi."""
    kinds = attacker.chance.sample(_INVISIBLE, attacker.chance.choice((1, 1, 2)))
    return [
        Insertion(place, attacker.chance.choice(kinds), "", "invisible")
        for place in attacker.some(inside_runs(draft), 2, 40)
    ]


def invisible_and_private(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """The same, on a page with private-use characters: damage that stays."""
    places = attacker.some(inside_runs(draft), 1, 5)
    draft.dress([(place, chr(attacker.chance.randint(*_PRIVATE_USE))) for place in places])
    return invisible(draft, attacker)


ATTACKS = (
    Attack("jam", "signs and letters alone on lines, before and after sentences", jam),
    Attack("tag lines", "lines of tags with one random identifier, or of fragments", tag_lines),
    Attack("random tails", "random letters behind paragraphs", random_tails),
    Attack("random bursts", "three random characters before marks", random_bursts),
    Attack("invisible", "invisible characters between hanzi", invisible),
    Attack(
        "invisible and private-use",
        "invisible characters on a page with private-use characters, which stay",
        invisible_and_private,
        alters=True,
    ),
)
