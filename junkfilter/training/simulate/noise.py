"""Damage that is no spam: anti-copy jam, tags as text, random tails, invisible characters."""

from __future__ import annotations

import random
import re
import string

from junkfilter.training.simulate.attacker import Attack, Attacker
from junkfilter.training.simulate.draft import Draft, Insertion
from junkfilter.training.simulate.places import (
    HANZI,
    Span,
    final_marks,
    inside_runs,
    lines,
    marks,
    paragraphs,
    sentence_ends,
)
from junkfilter.training.simulate.vocabulary import random_characters

_CLOSING = "”’」』）》】)"
_LETTERS_AND_DIGITS = string.ascii_letters + string.digits
# Zero-width space, joiner and non-joiner between hanzi, word joiner, byte-order mark, soft hyphen.
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202a\u202c\u2063"
_PRIVATE_USE = (0xE000, 0xF8FF)


def jam(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """The forum's strings alone on lines, before lines and behind sentences.

    The forum sets one at every line end of a post, and what copies a post loses some of them.
    """
    ends = [(place, "behind") for place in sentence_ends(draft)]
    starts = [(line.start, "before") for line in paragraphs(draft)]
    alone = [(line.start, "alone") for line in lines(draft)[1:]]
    places = attacker.chance.choice(((*ends, *alone), (*ends, *starts), ends, alone, starts))
    # Browsers show several blanks as one and none at a line's start, and so do many programs.
    collapsed = attacker.happens(0.5)
    wanted = min(len(places), attacker.chance.randint(1, 8))
    made: list[Insertion] = []
    for place, where in attacker.chance.sample(list(places), wanted):
        text = random_jam(attacker.chance)
        if collapsed:
            text = re.sub(" +", " ", text)
            text = text if where == "behind" else text.lstrip(" ")
        made.append(Insertion(place, f"{text}\n" if where == "alone" else text, "", "jam"))
    return made


def random_jam(chance: random.Random) -> str:
    """What the forum program Discuz! sets into posts: `7 I9 U) K# f% O`, five pairs or more.

    A pair is a character from U+0020 to U+003B, a blank, and one from U+003F to U+007E. Before
    each pair the program draws anew how many there shall be, so most strings are short. Source:
    the function ``jammer`` of Discuz! (``source/function/function_discuzcode.php``).
    """
    pairs: list[str] = []
    while len(pairs) < chance.randint(5, 15):
        pairs.append(f"{chr(chance.randint(0x20, 0x3B))} {chr(chance.randint(0x3F, 0x7E))}")
    return "".join(pairs)


def tag_lines(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """Lines of tags, all with one random identifier, or of fragments of markup."""
    starts = [line.start for line in lines(draft)[1:]] + [len(draft.text)]
    ending = "" if draft.text.endswith("\n") else "\n"
    identifier = random_characters("alnum", 5, 5, attacker.chance)
    kind = attacker.chance.choice(("tag", "tag", "tag_fragment"))
    made: list[Insertion] = []
    # No two at one place: names of images that follow each other are a list of files.
    for place in attacker.some(starts, 1, 12):
        text = attacker.phrase(kind, id=identifier)
        at_end = place == len(draft.text) and ending
        made.append(Insertion(place, f"\n{text}" if at_end else f"{text}\n", "", "tag"))
    return made


def random_tails(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """Seven random letters, on some pages six or eight, behind the last sentence of paragraphs."""
    places = [line.end for line in paragraphs(draft) if _ends_sentence(draft.text, line)]
    length = attacker.chance.choice((6, 7, 7, 7, 8))
    return [
        Insertion(place, _random_letters(string.ascii_letters, length, attacker), "", "jam")
        for place in attacker.some(places, 2, 12)
    ]


def random_bursts(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """Three random characters before marks, each time others."""
    alphabet = attacker.chance.choice((string.ascii_letters, _LETTERS_AND_DIGITS))
    places = sorted({*marks(draft), *final_marks(draft)})
    # Behind a digit or a letter nobody could tell where they begin.
    places = [place for place in places if _ends_word(draft.text[place - 1 : place])]
    return [
        Insertion(place, _random_letters(alphabet, 3, attacker), "", "jam")
        for place in attacker.some(places, 6, 24)
    ]


def _random_letters(alphabet: str, length: int, attacker: Attacker) -> str:
    return "".join(attacker.chance.choices(alphabet, k=length))


def _ends_sentence(text: str, line: Span) -> bool:
    return text[line.start : line.end].rstrip(_CLOSING).endswith(("。", "！", "？", "…"))


def _ends_word(character: str) -> bool:
    """Whether a mark behind the character ends a word of hanzi, or what brackets or quotes hold."""
    return re.match(f"[{HANZI}{_CLOSING}]", character) is not None


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
