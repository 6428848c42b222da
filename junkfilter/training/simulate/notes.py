"""Pinyin notes, as machines that convert stolen pages leave them behind characters or words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pkgutil import get_data
from typing import TYPE_CHECKING

from junkfilter.chars import fold, script_profile
from junkfilter.detectors.jieba_cache import prepare
from junkfilter.training.simulate.attacker import Attack, Attacker
from junkfilter.training.simulate.draft import Draft, Insertion
from junkfilter.training.simulate.places import HANZI

if TYPE_CHECKING:
    import jieba

# First, second, third, fourth and no tone, as the columns of the table of readings.
_TONE_MARKS = ("\u0304", "\u0301", "\u030c", "\u0300", "")
_RUN = re.compile(rf"[{HANZI}]{{2,}}")
_SINGLE = re.compile(rf"[{HANZI}]")
# Share of pages by how they write a note; the plain form is by far the commonest.
_FORMS = ("plain", "blank", "no tones", "capital", "wide")
_FORM_WEIGHTS = (60, 18, 12, 4, 6)
_WORD_FORMS = ("plain", "blank", "wide")
_WORD_FORM_WEIGHTS = (80, 10, 10)
_LEAST_WORDS = 5


def note_per_character(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """A reading behind converted characters, from every sixth to all of them."""
    share = attacker.chance.choice((0.17, 0.3, 0.5, 0.7, 0.9, 1.0))
    form = attacker.chance.choices(_FORMS, _FORM_WEIGHTS)[0]
    wrong = attacker.chance.choice((0.0, 0.0, 0.03, 0.1))
    found = [match.start() for match in _SINGLE.finditer(draft.text)]
    converted = [place for place in found if _only_in_one_script(draft.text[place], True)]
    # A page that was not converted carries notes on what only Simplified text has.
    places = converted or [p for p in found if _only_in_one_script(draft.text[p], False)]
    made: list[Insertion] = []
    for place in places:
        known = readings(draft.text[place])
        if known and attacker.happens(share) and draft.is_free(place, place + 2):
            reading = attacker.chance.choice(known) if attacker.happens(wrong) else known[0]
            made.append(Insertion(place + 1, _note(reading, form), "", "pinyin"))
    return made


def note_per_word(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """The readings of words of two to four characters behind them, five times on a page or more.

    With tone marks always: without, `百度(baidu)` is a name that a person explains.
    """
    form = attacker.chance.choices(_WORD_FORMS, _WORD_FORM_WEIGHTS)[0]
    joint = attacker.chance.choices(("", " ", "'"), (8, 3, 1))[0]
    words = _words(draft.text)
    made: list[Insertion] = []
    for start, end in attacker.chance.sample(
        words, min(len(words), attacker.chance.randint(6, 20))
    ):
        known = [readings(character) for character in draft.text[start:end]]
        if all(known) and draft.is_free(start, end) and draft.is_free(end, end):
            reading = joint.join(each[0] for each in known)
            made.append(Insertion(end, _note(reading, form), "", "pinyin"))
    # A few readings are what honest pages have, too.
    return made if len(made) >= _LEAST_WORDS else []


def _words(text: str) -> list[tuple[int, int]]:
    """Where words of two to four hanzi begin and end, as jieba divides the folded text."""
    folded = "".join(fold(character) if _SINGLE.match(character) else " " for character in text)
    if len(folded) != len(text):
        return []
    found, start = [], 0
    for word in _tokenizer().cut(folded, HMM=False):
        end = start + len(word)
        if 2 <= len(word) <= 4 and _RUN.fullmatch(word):
            found.append((start, end))
        start = end
    return found


@cache
def _tokenizer() -> jieba.Tokenizer:
    # Here, because of all attacks one alone asks for words.
    import jieba

    tokenizer = jieba.Tokenizer()
    prepare(tokenizer)
    return tokenizer


@cache
def readings(character: str) -> tuple[str, ...]:
    """The readings of a character with tone marks, the usual one first; empty if none is known.

    >>> readings("區")[0]  # "district"
    'qū'
    """
    table = _table()
    # The table has one form of characters that fold to each other.
    return table.get(character) or table.get(fold(character), ())


def _note(reading: str, form: str) -> str:
    if form == "no tones":
        return f"({_without_tones(reading)})"
    if form == "blank":
        return f"({reading} )"
    if form == "capital":
        return f"({reading.capitalize()})"
    return f"（{reading}）" if form == "wide" else f"({reading})"


def _without_tones(reading: str) -> str:
    """Letters without tone marks, ü as v or as it is: the mark of ü is no tone."""
    parts = unicodedata.normalize("NFD", reading.replace("ü", "v"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


@cache
def _only_in_one_script(character: str, traditional: bool) -> bool:
    profile = script_profile(character)
    return bool(profile.traditional_only if traditional else profile.simplified_only)


@cache
def _table() -> dict[str, tuple[str, ...]]:
    """Character: readings, from `junkfilter/tables/readings.tsv`, whose head explains it."""
    data = get_data("junkfilter", "tables/readings.tsv")
    assert data is not None
    usual: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    for row in data.decode().splitlines():
        syllable, *tones = row.split("\t")
        if row.startswith("#") or len(tones) != len(_TONE_MARKS):
            continue
        for mark, column in zip(_TONE_MARKS, tones, strict=True):
            reading = with_tone(syllable, mark)
            first, _, rest = column.partition("|")
            usual.update(dict.fromkeys(first, reading))
            for character in rest:
                others.setdefault(character, []).append(reading)
    return {
        character: (*([usual[character]] if character in usual else ()), *others.get(character, ()))
        for character in usual.keys() | others.keys()
    }


def with_tone(syllable: str, mark: str) -> str:
    """A syllable with a combining tone mark over the vowel that carries it.

    >>> with_tone("guo", "\u0301")
    'guó'
    """
    vowels = [place for place, letter in enumerate(syllable) if letter in "aeiouü"]
    if not vowels or not mark:
        return syllable
    place = next((p for p in vowels if syllable[p] in "ae"), vowels[-1])
    if "ou" in syllable:
        place = syllable.index("o")
    marked = unicodedata.normalize("NFC", syllable[place] + mark)
    return syllable[:place] + marked + syllable[place + 1 :]


def annotated(text: str, attacker: Attacker) -> str:
    """A text put in before the page was converted: it carries notes as the page does."""
    share = attacker.chance.choice((0.2, 0.5, 0.9))
    made = []
    for character in text:
        known = readings(character) if _only_in_one_script(character, True) else ()
        made.append(character)
        if known and attacker.happens(share):
            made.append(_note(known[0], "plain"))
    return "".join(made)


ATTACKS = (
    Attack("pinyin per character", "a reading behind converted characters", note_per_character,
           1.0),
    Attack("pinyin per word", "the readings of a word behind it", note_per_word, 0.4),
)  # fmt: skip
