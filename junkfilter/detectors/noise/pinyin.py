"""Readings set behind the characters of stolen pages: `區(qū)`, `品牌(pǐnpái)`.

Programs that disguise a stolen page put them there. A note is proved when its syllables are
readings of the characters before it (`junkfilter/tables/readings.tsv`), so that `比亞迪(BYD)` (the
car maker) and `重慶(直轄市)` (Chongqing, a municipality) are none.

People write such notes too, and theirs stay: behind rare characters (`荨(qián)麻`, nettle), in
lists of words, behind every character of a primer. What gives a program away is that it annotates
*ordinary* words in running text, and many of them. So notes that stand near each other form a
stretch, and what the stretch is decides about each of them. A note is ordinary if all that it reads
is among the 1,000 most frequent characters and stands in a phrase of five hanzi or more: so do 180
of the 210 notes of the page this project began with (and 209 are behind such characters), and not
one of the 15 proved notes in 271,964 lines of public corpora.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, takewhile

import numpy as np
import numpy.typing as npt

from junkfilter.chars import CodePoints, fold, script_profile
from junkfilter.detectors.noise import Indices, Noise, code_point_ranges, watched_in
from junkfilter.detectors.readings import (
    PINYIN_CHARACTERS,
    Spelling,
    is_common,
    is_traditional,
    prove,
    spelling,
)

NAME = "pinyin"
KIND = "pinyin"

# Ordinary notes that a stretch must have before any of it is cut. They are enough where nearly all
# stand behind Traditional-only characters: people pick what is hard to read, not what a converter
# had to change. Elsewhere five notes must be proved, and there must be no sign of a lesson.
_ORDINARY = 3
_PROVED_IN_OTHER_TEXT = 5
# Ordinary notes behind single characters where the text talks of readings: a page about pinyin may
# be stolen, too, but a reader for learners has its notes behind words.
_IN_LESSON = 20
# Share of the proved notes that stand in running text: not in lists, menus, entries. With notes set
# behind every tenth word of a news or an encyclopedia corpus it is 0.8.
_RUNNING_SHARE = 0.4
# Share of those that are ordinary: 0.80 in the news, 0.73 in the encyclopedia with its foreign
# names. People annotate what is rare.
_ORDINARY_SHARE = 0.5
# Share of the ordinary notes behind Traditional-only characters. Of the hanzi of Traditional text
# they are three in ten. Not all, for converters write some that Simplified text keeps (`著(zhù)`).
_CONVERTED_SHARE = 0.8
# Share of the ordinary notes that give a character's usual reading. In exercises for characters
# with two readings (`銀行(háng)的行(xíng)長(zhǎng)`) others are about as many.
_USUAL_SHARE = 2 / 3
# Share of the hanzi that have a note. Programs annotate up to a half or so, primers all.
_ANNOTATED_SHARE = 0.75
# Latin among the letters beside notes: translations beside the words of a lesson.
_LATIN_SHARE = 0.3
# With so many proved notes, and so large a share of the notes of a stretch, the others are what the
# program took for a reading of a character that has several.
_MANY_PROVED = 5
_PROVED_SHARE = 0.9

# Characters without a note between one note and the next of its stretch, at most. In a file of
# many texts each is judged by itself.
_REACH = 1000
# Hanzi without punctuation between them, notes aside: `角(jué)色、供(gōng)给` is a list of words.
_RUNNING_TEXT = 5
# Characters around a stretch that are searched for words of lessons: a list of new words may
# follow the text that annotates them.
_LESSON_REACH = 1000

# The longest name of an institution that jieba takes for a word has 15.
_LONGEST_WORD = 16

_FIRST, _LAST = 0x3400, 0x9FFF
_HANZI = rf"{chr(_FIRST)}-{chr(_LAST)}"
_LONGEST_NOTE = 100
_NOTE = re.compile(rf"[(（]([{PINYIN_CHARACTERS}]{{1,{_LONGEST_NOTE}}})[)）]")
# Some programs write a note two and three times: `系(xi)(xi)統`.
# The bracket first: hanzi are everywhere, brackets are not.
_NOTES = re.compile(
    rf"[(（](?<=[{_HANZI}].)[{PINYIN_CHARACTERS}]{{1,{_LONGEST_NOTE}}}[)）]"
    rf"(?:[(（][{PINYIN_CHARACTERS}]{{1,{_LONGEST_NOTE}}}[)）])*"
)
# After these a word goes on with a sentence.
_PAUSES = tuple(",，;；")
_HANZI_ONLY = re.compile(rf"[{_HANZI}]+")
_NO_HANZI = re.compile(rf"[^{_HANZI}]")
# Words of lessons, dictionaries and annotated classics: pinyin, phonetic notes, pronunciation,
# tones, new words and characters, characters of several readings, text of a lesson, glosses ...
_LESSON = re.compile(
    "拼音|注音|读音|读作|声调|轻声|生词|生字|多音字|课文|词语解释|释义|注释|译文|文言文|通假|汉字|HSK",
    re.IGNORECASE,
)


def watched_code_points() -> CodePoints:
    """Opening brackets."""
    return code_point_ranges((0x28, 0x28), (0xFF08, 0xFF08))


def trigger(codes: CodePoints, watched: Indices | None = None, /) -> Indices:
    """Where brackets behind a hanzi hold a syllable, or letters with tone marks.

    Without any of them on a page, `find` finds nothing. `(BYD)` and `(Beijing)` are none: capitals
    alone and words without tones are no sign of a program.
    """
    opening = watched_in(codes, watched_code_points()) if watched is None else watched
    opening = opening[(opening > 0) & (opening < len(codes) - 1)]
    opening = opening[codes[opening - 1] - np.uint32(_FIRST) <= _LAST - _FIRST]
    inside = codes[opening + 1]
    # No hanzi and no digit: a letter of any width, a look-alike, a blank.
    opening = opening[((inside > 0x39) & (inside <= 0x3000)) | (inside == 0x20) | (inside > 0xFF00)]
    # `(A股)` ends here, `(a)` does not.
    opening = opening[_in_notes().take(codes.take(opening + 2, mode="clip"), mode="clip")]
    # What is left is a few in a block of clean text.
    return np.array([place for place in opening.tolist() if _holds_syllable(codes, place)], np.intp)


@cache
def _in_notes() -> npt.NDArray[np.bool_]:
    """Which code points stand in a note, its closing bracket among them."""
    plane = np.arange(0x10000, dtype=np.uint32).tobytes().decode("utf-32", "surrogatepass")
    table = np.zeros(0x10000, dtype=np.bool_)
    table[list(map(ord, re.findall(f"[{PINYIN_CHARACTERS})）]", plane)))] = True
    return table


def _holds_syllable(codes: CodePoints, place: int) -> bool:
    window = codes[place : place + _LONGEST_NOTE + 2].tobytes().decode("utf-32", "surrogatepass")
    match = _NOTE.match(window)
    spelled = spelling(match[1]) if match else None
    if spelled is None:
        return False
    return spelled.has_tones or (not spelled.is_capital and spelled.tone() is not None)


def find(text: str, /) -> list[Noise]:
    """The notes of a page that a program put there; a note given twice in a row is one range.

    A lone note stays, and so do broken ones (`?wù)`), which prove nothing.

    >>> find("国際(jì)経済")  # "international (reading) economy": one note proves nothing
    []
    >>> line = "發(fā)展農村經(jīng)濟并實(shí)現(xiàn)增長"  # "... the rural economy ... growth"
    >>> [line[noise.start : noise.end] for noise in find(line)]
    ['(fā)', '(jīng)', '(shí)', '(xiàn)']
    """
    bare, notes = _read_notes(text)
    found: list[Noise] = []
    for stretch in _stretches(notes):
        found.extend(_cut(stretch) if _is_damage(bare, stretch) else ())
    return found


@dataclass(frozen=True, slots=True)
class _Note:
    """A note of the page.

    Attributes:
        start: its first bracket, offset in the page's text.
        end: behind its last bracket.
        place: where it stands in the page without notes.
        word: the characters that it reads; of a note that is not proved, the one before it.
        proved: whether its syllables are readings of them.
        name: a word with a capital and without any tone mark: `北京(Beijing)`.
        usual: whether it is the usual reading.
        running: whether it is proved and stands in running text.
        ordinary: whether, moreover, people would hardly have written it.
    """

    start: int
    end: int
    place: int
    word: str
    proved: bool
    name: bool
    usual: bool
    running: bool
    ordinary: bool


# --- what the brackets hold -----------------------------------------------------------------


def _read_notes(text: str) -> tuple[str, list[_Note]]:
    """The page without all that has the form of a note, and its notes in order.

    Without, because a note must be judged alike before and after the one beside it is cut.
    """
    matches = list(_NOTES.finditer(text))
    if len(matches) < _ORDINARY:
        return text, []
    starts = [match.start() for match in matches]
    ends = [0, *(match.end() for match in matches)]
    pieces = [text[a:b] for a, b in zip(ends, [*starts, len(text)], strict=True)]
    bare = "".join(pieces)
    places = accumulate(map(len, pieces))
    notes = (_first_note(match, bare, place) for match, place in zip(matches, places, strict=False))
    return bare, [note for note in notes if note]


def _first_note(match: re.Match[str], bare: str, place: int) -> _Note | None:
    """The note that brackets in a row begin with: the first and its repetitions.

    What follows may be a translation, `鎮(zhèn)(town)`. But of two different readings neither is
    proved, and cutting the first would put the second in its place.
    """
    brackets = [(spelling(found[1]), found.end()) for found in _NOTE.finditer(match[0])]
    first = brackets[0][0]
    repeated = sum(1 for _ in takewhile(lambda bracket: bracket[0] == first, brackets))
    span = match.start(), match.start() + brackets[repeated - 1][1]
    if repeated < len(brackets) and _note(span, bare, place, brackets[repeated][0]):
        return None
    return _note(span, bare, place, first)


def _note(span: tuple[int, int], bare: str, place: int, spelled: Spelling | None) -> _Note | None:
    """The note at a place, None if no syllable is in its brackets."""
    if spelled is None:
        return None
    before = _NO_HANZI.split(bare[max(place - _LONGEST_WORD, 0) : place])[-1]
    length, usual = prove(before, spelled)
    if not length and not (spelled.has_tones and spelled.tone()):
        return None
    word = before[-max(length, 1) :]
    is_word = length > 1
    running = length > 0 and _is_running_text(bare, place, word)
    # Words with capitals are names, `重庆(Chóngqìng)`, words without tones may be companies,
    # `百度(baidu)`, and single characters without tones surnames, `王(Wang)`.
    nameless = is_word + spelled.is_capital + (not spelled.has_tones) < 2
    ordinary = running and nameless and all(map(is_common, word))
    name = is_word and spelled.is_capital and not spelled.has_tones
    return _Note(*span, place, word, length > 0, name, usual, running, ordinary)


def _is_running_text(bare: str, place: int, word: str) -> bool:
    """Whether a word stands inside a phrase and is not what an entry begins with."""
    before = _NO_HANZI.split(bare[max(place - _LONGEST_WORD - 1, 0) : place])[-1]
    after = _NO_HANZI.split(bare[place : place + _RUNNING_TEXT])[0]
    start = place - len(word)
    begins_entry = len(word) > 1 and before == word and bare[start - 1 : start] not in _PAUSES
    return not begins_entry and len(before) + len(after) >= _RUNNING_TEXT


# --- which notes go -------------------------------------------------------------------------


def _stretches(notes: list[_Note]) -> Iterator[list[_Note]]:
    """The notes divided where none is for longer than `_REACH`."""
    stretch: list[_Note] = []
    for note in notes:
        if stretch and note.place - stretch[-1].place > _REACH:
            yield stretch
            stretch = []
        stretch.append(note)
    if stretch:
        yield stretch


def _is_damage(bare: str, stretch: list[_Note]) -> bool:
    """Whether a program wrote the notes of a stretch."""
    ordinary = [note for note in stretch if note.ordinary]
    running = sum(note.running for note in stretch)
    proved = sum(note.proved for note in stretch)
    if (
        len(ordinary) < _ORDINARY
        or len(ordinary) < _ORDINARY_SHARE * running
        or running < _RUNNING_SHARE * proved
    ):
        return False
    first, last = stretch[0].place - len(stretch[0].word), stretch[-1].place
    annotated = sum(len(note.word) for note in stretch)
    hanzi = sum(map(len, _HANZI_ONLY.findall(bare[first:last])))
    if annotated > _ANNOTATED_SHARE * hanzi:
        return False
    around = fold(bare[max(first - _LESSON_REACH, 0) : last + _LESSON_REACH])
    singles = sum(len(note.word) == 1 for note in ordinary)
    if singles < _IN_LESSON and _LESSON.search(around):
        return False
    if _is_converted(ordinary):
        return True
    usual = sum(note.usual for note in ordinary)
    return (
        proved >= _PROVED_IN_OTHER_TEXT
        and usual >= _USUAL_SHARE * len(ordinary)
        and _latin_share(around) <= _LATIN_SHARE
    )


def _is_converted(ordinary: list[_Note]) -> bool:
    traditional = sum(all(map(is_traditional, note.word)) for note in ordinary)
    return traditional >= _CONVERTED_SHARE * len(ordinary)


def _is_rare(character: str) -> bool:
    """Whether neither a converter's work nor commonness explains a note behind the character."""
    return not is_common(character) and not is_traditional(character)


def _latin_share(text: str) -> float:
    profile = script_profile(text)
    return profile.latin / max(profile.letters, 1)


def _cut(stretch: list[_Note]) -> Iterator[Noise]:
    """The notes of a stretch that go.

    What the article itself may have had stays: `北京(Beijing)`, and in converted text the reading
    of a rare character that no converter touched.
    """
    n_proved = sum(note.proved for note in stretch)
    all_readings = n_proved >= _MANY_PROVED and n_proved >= _PROVED_SHARE * len(stretch)
    converted = _is_converted([note for note in stretch if note.ordinary])
    for note in stretch:
        if not note.proved:
            if all_readings:
                yield Noise(note.start, note.end, "syllable among proved notes")
        elif not note.name and not (converted and any(map(_is_rare, note.word))):
            yield Noise(note.start, note.end, f"reading of {note.word}")
