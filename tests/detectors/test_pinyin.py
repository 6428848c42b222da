"""Readings behind characters: which are proved, which pages lose them, which keep them."""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from junkfilter.chars import code_points, fold
from junkfilter.detectors.noise import Noise
from junkfilter.detectors.noise.pinyin import find, trigger
from junkfilter.detectors.readings import is_common, is_traditional, prove, spelling

PROJECT = Path(__file__).resolve().parents[2]
CASES = [
    json.loads(line)
    for line in (PROJECT / "tests" / "cases" / "noise_pinyin.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
SHARED = PROJECT.parent / "shared"
needs_real_pages = pytest.mark.skipif(
    not (SHARED / "eval").is_dir(),
    reason="../shared/eval, whose text is not part of the project, is not there",
)
needs_corpora = pytest.mark.skipif(
    not (SHARED / "data").is_dir(),
    reason="../shared/data, whose text is not part of the project, is not there",
)

# "The country roads that the county builds this year connect thirty-six villages with the railway
# station; farmers say that vegetables now reach the market two hours sooner. The school bus will
# also run on them when term begins, and the post office promises to deliver newspapers daily."
ARTICLE = (
    "全縣今年動工興建的鄉村公路將三十六個村莊與鐵路車站連接起來,農民們說現在運送蔬菜到市場比從前"
    "縮短了兩個小時。開學以後學校的專車也將經過這條路線,郵電局還答應每天為各村居民投遞報紙。"
)


def readings_of_characters() -> dict[str, list[str]]:
    """What `junkfilter/tables/readings.tsv` says, the other way round: readings with tone marks."""
    marks = ("\u0304", "\u0301", "\u030c", "\u0300", "")
    found = defaultdict(list)
    table = PROJECT / "junkfilter" / "tables" / "readings.tsv"
    for row in table.read_text(encoding="utf-8").splitlines():
        if row.startswith(("#", "common")):
            continue
        syllable, *fields = row.split("\t")
        vowel = next(v for v in "aoeiuü" if v in syllable)
        for mark, field in zip(marks, fields, strict=True):
            spelled = unicodedata.normalize("NFC", syllable.replace(vowel, vowel + mark, 1))
            for character in field.replace("|", ""):
                found[character].append(spelled)
    return found


READINGS = readings_of_characters()
# Characters that a converter annotates, and that every reading of the table is at hand for.
CONVERTED = [i for i, c in enumerate(ARTICLE) if is_traditional(c) and is_common(c)]


def without(text: str, noise: list[Noise]) -> str:
    """The text after its noise is cut."""
    for start, end, _ in reversed(noise):
        text = text[:start] + text[end:]
    return text


def found_in(text: str) -> list[str]:
    """The notes that are found."""
    return [text[noise.start : noise.end] for noise in find(text)]


# --- pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_cases(case: dict[str, object]) -> None:
    """Of each page exactly the notes go that its case lists."""
    assert found_in(str(case["text"])) == case["cut"]


def test_cases_say_what_they_are() -> None:
    """Every case has a name of its own, an English gloss, a comment and a source."""
    assert len({case["name"] for case in CASES}) == len(CASES)
    for case in CASES:
        assert all(case[field] for field in ("text", "gloss", "comment", "source")), case


def annotate(character: str, choice: int, style: Callable[[str], str]) -> str:
    """A note with one of a character's readings."""
    readings = READINGS.get(character, []) + READINGS.get(fold(character), [])
    return style(readings[choice % len(readings)])


def bare(reading: str) -> str:
    """A reading without its tone mark."""
    letters = unicodedata.normalize("NFD", reading)
    marks = ("\u0304", "\u0301", "\u030c", "\u0300")
    return unicodedata.normalize("NFC", "".join(c for c in letters if c not in marks))


STYLES: list[Callable[[str], str]] = [
    lambda reading: f"({reading})",
    lambda reading: f"（{reading}）",
    lambda reading: f"({reading} )",
    lambda reading: f"({reading})({reading})",
    lambda reading: f"({unicodedata.normalize('NFD', reading)})",
    lambda reading: f"({bare(reading)})",
    lambda reading: f"({bare(reading).replace('ü', 'v')})",
    lambda reading: f"({reading.capitalize()})" if reading != bare(reading) else f"({reading})",
]


@given(
    chosen=st.sets(st.sampled_from(CONVERTED), min_size=3),
    choices=st.lists(st.integers(0, 9), min_size=len(ARTICLE), max_size=len(ARTICLE)),
    style=st.sampled_from(STYLES),
    before=st.sampled_from(["", "\n", "公車時刻表\r\n", "\udc80 "]),
)
def test_notes_of_a_converter_are_found(
    chosen: set[int], choices: list[int], style: Callable[[str], str], before: str
) -> None:
    """Whatever characters of a text a converter annotates, exactly its notes are found."""
    # The first and the last, so that the notes are spread over the text.
    places = chosen | {CONVERTED[0], CONVERTED[-1]}
    notes = {i: annotate(ARTICLE[i], choices[i], style) for i in places}
    injured = before + "".join(c + notes.get(i, "") for i, c in enumerate(ARTICLE))
    assert found_in(injured) == [notes[i] for i in sorted(notes)]
    assert without(injured, find(injured)) == before + ARTICLE


PIECES = st.sampled_from(
    [
        *"發經區,。\n( ）（a",
        *("農村", "電視機廠", "發(fā)", "經(jīng)", "區(qū)", "實現(xiàn)", "長(cháng)", "(qu)"),
        *("(fā)", "（huì ）", "(EU)", "發展(fāzhǎn)", "(BYD)", "荨(qián)", "北京(Beijing)"),
        *("經(fā)", "拼音", "開(kai)(kai)", "(mù)(lù)", "機關"),
    ]
)


@settings(max_examples=300)
@given(pieces=st.lists(PIECES, max_size=60))
@example(pieces=["全縣", "發(fā)", "(zhǎn)", "電視機廠", "經(jīng)", "區(qū)", "實現(xiàn)"])
@example(pieces=["發展", "機廠", "區(qū)", "實現(xiàn)", "發(fā)", "展", "(fāzhǎn)", "電視機廠"])
def test_nothing_is_found_twice(pieces: list[str]) -> None:
    """Ranges are in order, apart, in brackets; a page without what was found has nothing more."""
    text = "".join(pieces)
    noise = find(text)
    ends = [0, *(end for _, end, _ in noise)]
    assert all(end <= start for end, (start, _, _) in zip(ends, noise, strict=False))
    assert all(text[start] in "(（" and text[end - 1] in ")）" for start, end, _ in noise)
    assert find(without(text, noise)) == []


@given(pieces=st.lists(PIECES, max_size=60), before=st.text(max_size=3))
def test_found_only_where_triggered(pieces: list[str], before: str) -> None:
    """A page on which something is found has a trigger, at the same place in a block of pages."""
    text = "".join(pieces)
    alone = trigger(code_points(text))
    if find(text):
        assert len(alone)
    joined = trigger(code_points(f"{before}\n{text}\n"))
    offset = len(before) + 1
    assert joined[joined >= offset].tolist() == (alone + offset).tolist()


@given(text=st.text(max_size=40))
def test_any_text_is_taken(text: str) -> None:
    """No text raises anything, and none without a hanzi has noise."""
    assert trigger(code_points(text)).tolist() == sorted(set(trigger(code_points(text)).tolist()))
    if not any("\u3400" <= c <= "\u9fff" for c in text):
        assert find(text) == []


def test_clean_text_has_no_trigger() -> None:
    """Brackets of honest text cost nothing further."""
    text = "國內生產總值(GDP)增長,世貿組織(World Trade Organization)說(一)、(二)兩項,北京(Beijing)"
    assert trigger(code_points(text)).tolist() == []
    assert trigger(code_points(text + "區(qū)")).tolist() == [len(text) + 1]


# --- stretches ------------------------------------------------------------------------------

INJURED = "".join(
    c + ({CONVERTED[k]: annotate(ARTICLE[CONVERTED[k]], 0, STYLES[0]) for k in range(0, 30, 3)}
         .get(i, ""))
    for i, c in enumerate(ARTICLE)
)  # fmt: skip


def test_other_texts_of_a_file_keep_their_notes() -> None:
    """A note far from a damaged text is judged by itself, one beside it is damage as well."""
    honest = "老師說重(chóng)新裝修的教室下周啟用。"
    filling = "這一帶近來沒有什麼特別的事情。" * 80
    n_damaged = len(find(INJURED))
    assert len(find(f"{INJURED}\n{filling}\n{honest}\n")) == n_damaged
    assert len(find(f"{INJURED}\n{honest}\n")) == n_damaged + 1


def test_stolen_page_about_pinyin() -> None:
    """Words of lessons protect a few notes, not the many of a converted page."""
    about = "本文介紹漢語拼音的讀音規則。\n"
    assert find(about + INJURED) == []
    assert len(find(about + INJURED * 3)) == 3 * len(find(INJURED))


@pytest.mark.parametrize("proved", [4, 12])
def test_unproved_notes_go_with_many_proved_ones(proved: int) -> None:
    """A syllable that is no reading of its character goes if nine of ten notes are proved."""
    places = CONVERTED[:: len(CONVERTED) // proved][:proved]
    notes = {i: annotate(ARTICLE[i], 0, STYLES[0]) for i in places}
    text = "".join(c + notes.get(i, "") for i, c in enumerate(ARTICLE)) + "這一帶村(lǎng)民很多"
    assert ("(lǎng)" in found_in(text)) == (proved == 12)
    assert len(find(text)) >= proved


# --- proofs ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "inside", "length"),
    [
        ("區", "qū", 1),
        ("区", "qū", 1),
        ("実", "shí", 1),  # the Japanese form reads as the Simplified one
        ("長", "zhǎng", 1),
        ("長", "cháng", 1),
        ("長", "chǎng", 0),
        ("長", "chang", 1),
        ("發", "fà", 1),  # of the hair, which Simplified script writes alike
        ("綠", "lü\u0300", 1),
        ("綠", "lu:", 1),
        ("區", "qu\u0308\u0304", 1),
        ("商品牌", "pǐnpái", 2),
        ("商品牌", "PǏN PÁI", 2),
        ("西安", "xī’ān", 2),
        ("西安", "xīān", 2),
        ("西安", "xian", 2),
        ("先", "xi'an", 0),  # two syllables, one character
        ("一个", "yígè", 2),  # the tone before a fourth tone
        ("品牌", "pǎipīn", 0),
        ("比亞迪", "BYD", 0),
        ("朋友", "péngyou", 2),
        ("平方米", "m", 0),
    ],
)
def test_proof(before: str, inside: str, length: int) -> None:
    """A spelling is proved by any reading of the characters, Simplified or Traditional."""
    spelled = spelling(inside)
    assert spelled is not None
    assert prove(before, spelled).length == length


@given(inside=st.text("aeiouvügnxhān\u0308\u0301 '’:-5中", max_size=12))
def test_spelling_takes_any_letters(inside: str) -> None:
    """Letters and tones belong together one by one; anything but letters of pinyin is refused."""
    spelled = spelling(inside)
    if spelled is None:
        return
    assert len(spelled.letters) == len(spelled.tones)
    assert set(spelled.letters) <= set("abcdefghijklmnopqrstuwxyzü")
    assert prove("中", spelled).length <= 1


# --- real text ------------------------------------------------------------------------------


@needs_real_pages
def test_real_page() -> None:
    """The page that the project began with has 210 notes; its other brackets stay."""
    text = (SHARED / "eval" / "hijacked_page.txt").read_text(encoding="utf-8")
    gold = json.loads((SHARED / "eval" / "hijacked_page.gold.json").read_text(encoding="utf-8"))
    noise = find(text)
    assert len(noise) == gold["pinyin_notes"]
    kept = without(text, noise)
    assert all(other in kept for other in gold["other_parentheses_kept"])
    assert find(kept) == []


@needs_corpora
@pytest.mark.parametrize("lines_per_page", [1, 20])
def test_corpora_keep_their_notes(lines_per_page: int) -> None:
    """No line of the public corpora loses a reading, alone or in a page."""
    cut = []
    for path in sorted((SHARED / "data").glob("*/*")):
        lines = path.read_bytes().decode("utf-8", "surrogateescape").split("\n")
        for start in range(0, len(lines), lines_per_page):
            page = "\n".join(lines[start : start + lines_per_page])
            cut.extend(found_in(page))
    assert cut == []
