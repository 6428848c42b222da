"""Emoji as they are strewn into copied pages: any of them, with tones and joiners, and signs."""

from __future__ import annotations

import random

from junkfilter.training.simulate.attacker import Attack, Attacker
from junkfilter.training.simulate.draft import Draft, Insertion
from junkfilter.training.simulate.places import marks

# Ranges of emoji in Unicode's blocks of pictographs, faces, transport and supplements.
_RANGES = ((0x1F300, 0x1F320), (0x1F32D, 0x1F393), (0x1F3A0, 0x1F3D3), (0x1F3D4, 0x1F3F0),
           (0x1F3F8, 0x1F4FD), (0x1F4FF, 0x1F53D), (0x1F550, 0x1F567), (0x1F573, 0x1F579),
           (0x1F5FB, 0x1F64F), (0x1F680, 0x1F6C5), (0x1F7E0, 0x1F7EB), (0x1F90C, 0x1F93A),
           (0x1F93C, 0x1F945), (0x1F947, 0x1F9FF),
           (0x1FA70, 0x1FA74))  # fmt: skip
_WEIGHTS = tuple(last - first + 1 for first, last in _RANGES)
# Such pages mix Egyptian hieroglyphs in.
_HIEROGLYPHS = (0x13000, 0x1342E)
_TONES = range(0x1F3FB, 0x1F400)
_LEAST = 4
_JOINER, _EMOJI_FORM = "\u200d", "\ufe0f"
# People and hands, which take a skin tone; those who take a profession or a sex behind a joiner.
_WITH_TONE = (*range(0x1F466, 0x1F46A), *range(0x1F470, 0x1F479), *range(0x1F645, 0x1F648),
              *range(0x1F64B, 0x1F650), *range(0x1F44A, 0x1F451), *range(0x1F918, 0x1F920),
              0x1F6B4, 0x1F6B5, 0x1F6B6, 0x1F9CE, 0x1F9CF, 0x1F9D1, 0x1F9D6, 0x1F9D7)  # fmt: skip
_PEOPLE = (0x1F468, 0x1F469, 0x1F9D1)
_JOINED = (
    *("\U0001f52c", "\U0001f680", "\U0001f3eb", "\U0001f33e", "\U0001f373", "\U0001f527"),
    *("\U0001f4bb", "\U0001f3a4", "\U0001f3a8", "\U0001f692", "\U0001f9b0", "\U0001f9b1"),
)
_ACTING = (0x1F647, 0x1F645, 0x1F6B4, 0x1F6B6, 0x1F9CE, 0x1F9CF, 0x1F3C3, 0x1F926, 0x1F937)


def random_emoji(chance: random.Random) -> str:
    """One emoji of any kind: one to six code points."""
    kind = chance.random()
    if kind < 0.03:
        return chr(chance.randint(*_HIEROGLYPHS))
    if kind < 0.62:
        low, high = chance.choices(_RANGES, _WEIGHTS)[0]
        code = chance.randint(low, high)
        return "" if code in _TONES else chr(code)
    tone = chr(chance.choice(_TONES))
    if kind < 0.8:
        return chr(chance.choice(_WITH_TONE)) + tone
    if kind < 0.9:
        person = chr(chance.choice(_PEOPLE))
        return person + chance.choice((tone, "")) + _JOINER + chance.choice(_JOINED)
    sex = chance.choice("\u2640\u2642")
    return chr(chance.choice(_ACTING)) + chance.choice((tone, "")) + _JOINER + sex + _EMOJI_FORM


def emoji_run(chance: random.Random) -> str:
    """One to three emoji."""
    wanted = chance.choices((1, 2, 3), (7, 3, 1))[0]
    run = "".join(random_emoji(chance) for _ in range(wanted))
    return run or "\U0001f33f"


def emoji_before_marks(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """Emoji before every first to third mark of the page."""
    every = attacker.chance.choice((1, 2, 2, 3, 3))
    chosen = [place for place in marks(draft) if attacker.happens(1 / every)]
    return [Insertion(place, emoji_run(attacker.chance), "", "emoji") for place in chosen]


def strewn_emoji(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """The same where the page has marks enough: one or two emoji are any post's own."""
    made = emoji_before_marks(draft, attacker)
    return made if len(made) >= _LEAST else []


ATTACKS = (Attack("emoji", "emoji before many marks", strewn_emoji, 0.5),)
