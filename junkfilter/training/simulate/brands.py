"""Names of betting brands, known and new, with the codes and scripts they are written in.

A filter that learns a list of brands meets another one the month after. Most names that training
uses are therefore made here, new each time: what they have in common is that they do not fit.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

Lists = Mapping[str, Sequence[str]]

# Share of training brands by how they are made.
_MAKERS = ("known", "compound", "rare", "ordinary", "latin")
_WEIGHTS = (25, 20, 30, 10, 15)
_RARE_LENGTHS = (2, 2, 2, 3, 3, 4)
_CODES = (
    *("{d4}", "{d3}", "{d5}", "{l2}{d3}", "{l3}{d4}", "{d3}vip", "{l2}{d2}cc", "{l1}{d1}"),
    *("{d3}net", "{d2}", "{l3}", "vip{d2}", "{l2}{d4}", "{d3}am", "no{d1}", "{l1}{d2}", "{d4}cc"),
    "{d3}.com",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand as one hijacked site writes it.

    Attributes:
        name: the bare name.
        coded: the name with a code, a region or a second script: its habit on this site.
        latin: its name in Latin letters and digits.
        code: the code alone.
    """

    name: str
    coded: str
    latin: str
    code: str

    def words(self) -> dict[str, str]:
        """The slots that templates fill with it."""
        return {"brand": self.name, "coded": self.coded, "latin": self.latin, "code": self.code}


def training_brand(lists: Lists, chance: random.Random) -> Brand:
    """A known brand or, more often, one that never was; none of the evaluation."""
    while True:
        maker = chance.choices(_MAKERS, _WEIGHTS)[0]
        brand = _assembled(_NAMES[maker](lists, chance), _latin_name(lists, chance), chance)
        folded = f"{brand.name} {brand.coded} {brand.latin}".lower()
        if not any(reserved.lower() in folded for reserved in lists["reserved_brand"]):
            return brand


def evaluation_brand(lists: Lists, chance: random.Random) -> Brand:
    """One of the brands that no training data has."""
    name = chance.choice(lists["eval_hanzi_brand"])
    latin = chance.choice(lists["eval_latin_brand"])
    if chance.random() < 0.2:
        name = latin
    return _assembled(name, latin, chance)


def random_code(chance: random.Random) -> str:
    """Letters and digits such as stand beside a brand: `tyc8722`, `350vip`."""
    made = chance.choice(_CODES)
    for count in "12345":
        digits = "".join(chance.choices("0123456789", k=int(count)))
        letters = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=int(count)))
        made = made.replace(f"{{d{count}}}", digits).replace(f"{{l{count}}}", letters)
    return made


def _assembled(name: str, latin: str, chance: random.Random) -> Brand:
    code = random_code(chance)
    region = chance.choice(("中国", "China", "集团", "官方", "国际"))
    if name.isascii():
        habits: tuple[str, ...] = (name, name + code, f"{name}({region})", f"{name}{region}")
        return Brand(name, chance.choice(habits), name, code)
    habits = (
        f"{name}{code}", f"{name}{code}", f"{code}{name}", f"{name}{latin}", f"{latin}{name}",
        f"{name}·{latin.upper()}", f"{name}({region})", f"{name}({latin})", f"{name}-{latin}",
        f"{name}·({region})", f"{latin}", f"{name}集团{code}", f"{name}{code}.com",
    )  # fmt: skip
    return Brand(name, chance.choice(habits), latin, code)


def _known(lists: Lists, chance: random.Random) -> str:
    kinds = ("known_brand", "known_brand_latin", "known_coded_brand", "known_minor_brand")
    return chance.choice(lists[chance.choices(kinds, (6, 2, 3, 2))[0]])


def _compound(lists: Lists, chance: random.Random) -> str:
    head, tail = chance.choice(lists["morpheme_head"]), chance.choice(lists["morpheme_tail"])
    middle = chance.choice(lists["morpheme_tail"]) if chance.random() < 0.3 else ""
    return head + middle + tail


def _rare(_lists: Lists, chance: random.Random) -> str:
    hanzi = _gb2312_hanzi()
    return "".join(chance.choices(hanzi, k=chance.choice(_RARE_LENGTHS)))


def _ordinary(lists: Lists, chance: random.Random) -> str:
    first, second = chance.choice(lists["ordinary_word"]), chance.choice(lists["ordinary_word"])
    return chance.choice((first + second, first + second[0], first[0] + second))


def _latin_name(lists: Lists, chance: random.Random) -> str:
    syllables = "".join(chance.choices(lists["latin_syllable"], k=chance.choice((1, 2, 2, 3))))
    ending = chance.choice(("", "", "", *lists["latin_ending"]))
    digits = "".join(chance.choices("0123456789", k=chance.choice((0, 0, 1, 2, 3, 3, 4))))
    name = chance.choice((syllables + ending + digits, digits + syllables + ending))
    return chance.choice((name, name, name.capitalize(), name.upper()))


_NAMES: Mapping[str, Callable[[Lists, random.Random], str]] = {
    "known": _known,
    "compound": _compound,
    "rare": _rare,
    "ordinary": _ordinary,
    "latin": _latin_name,
}


@cache
def _gb2312_hanzi() -> str:
    """The 6,763 hanzi of GB 2312, frequent and rare ones: rows 16 to 87 of the standard."""
    codes = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return "".join(code.decode("gb2312", "ignore") for code in codes)
