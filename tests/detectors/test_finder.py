"""All detectors of noise together: what a batch of pages gives, and what models see of it."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junkfilter.detectors.noise.finder import PageNoise, proven_noise
from junkfilter.features import Block, FeatureSpec, joined_code_points
from junkfilter.filter import JunkFilter

CASES = Path(__file__).resolve().parents[1] / "cases"
RULES = ("pinyin", "jam", "tags", "emoji", "invisible", "bursts", "tails", "damage")
DETECTORS = {rule: import_module(f"junkfilter.detectors.noise.{rule}") for rule in RULES}
EXAMPLES = [
    json.loads(line)["text"]
    for rule in RULES
    for line in (CASES / f"noise_{rule}.jsonl").read_text("utf-8").splitlines()
]
NEWS = "开放初期实行预约参观,市民可以通过电话或现场登记。\n"
# "... develop the rural economy and bring growth", with readings.
NOTES = "發(fā)展農村經(jīng)濟并實(shí)現(xiàn)增長"
texts = st.sampled_from([*EXAMPLES, NEWS, "", "\n", "\r", "\ufeff", "a"])


def found(pages: list[str]) -> dict[int, PageNoise]:
    """The noise of some pages."""
    return proven_noise(pages, joined_code_points(pages))


def by_rules(page: str) -> list[tuple[int, int, str]]:
    """What the rules find when each reads the page: they need no trigger."""
    noise = [
        (start, end, detector.KIND)
        for detector in DETECTORS.values()
        for start, end, _ in detector.find(page)
    ]
    return sorted(noise)


@settings(deadline=None, max_examples=150)
@given(pages=st.lists(texts, min_size=1, max_size=5))
def test_nothing_is_missed_in_company(pages: list[str]) -> None:
    """In a batch each page has the noise that all rules together find in it alone."""
    noise = found(pages)
    for number, page in enumerate(pages):
        cuts = noise[number].cuts if number in noise else ()
        if not any(cut.kind == "invisible" for cut in cuts):
            assert sorted((cut.start, cut.end, cut.kind) for cut in cuts) == by_rules(page)
        assert found([page]).get(0) == noise.get(number)


def test_clean_pages_have_none() -> None:
    """A page without noise is not in what is found."""
    assert found([NEWS * 3, "", NEWS]) == {}


@pytest.mark.parametrize("disguise", ["\u200b", "\u2060\ufeff", "\u200d"], ids=ascii)
def test_invisible_characters_hide_no_noise(disguise: str) -> None:
    """Set between all characters of a note they neither save it nor the noise around it."""
    plain = found([NOTES + "\n</p>\n"])[0]
    disguised = disguise.join(NOTES) + f"\n{disguise}</{disguise}p>{disguise}\n"
    noise = found([disguised])[0]
    kinds = [cut.kind for cut in noise.cuts if cut.kind != "invisible"]
    assert [cut.kind for cut in plain.cuts] == kinds
    assert plain.seen(NOTES + "\n</p>\n") == noise.seen(disguised)
    tag = next(cut for cut in noise.cuts if cut.kind == "tag")
    # Nothing of the line is left to be glued to the next one.
    assert disguised[tag.start : tag.end] == f"{disguise}</{disguise}p>{disguise}\n"


def test_damage_is_proposed_and_not_hidden() -> None:
    """Damage of encodings stands for words, which models may read as they are."""
    page = "作者:ÖÐ¹úÈÕ±¨\n"  # "author: China Daily", read as Latin-1
    noise = found([page])[0]
    assert [cut.kind for cut in noise.cuts] == ["damage"]
    assert noise.seen(page) == page


@pytest.mark.parametrize(
    ("start", "end", "seen"), [(0, None, "區政府"), (0, 3, "區"), (2, 4, ""), (3, 7, "政府")]
)
def test_ranges_are_seen_without_noise(start: int, end: int | None, seen: str) -> None:
    """A part of a text is what is left of it, where noise reaches over its ends too."""
    noise = PageNoise((), ((1, 5),))
    assert seen == noise.seen("區(qū)政府", start, end)  # "district (reading) government"


def test_hidden_characters_leave_the_numbers_of_the_clean_page() -> None:
    """A block with noise hidden is, but for its offsets, the block of the page without it."""
    pages = [NEWS, f"{NOTES}\r\n{NEWS}"]
    hidden = {number: noise.hidden for number, noise in found(pages).items()}
    clean = [found(pages)[1].seen(pages[1]) if number else NEWS for number in range(2)]
    block, bare = Block(pages, FeatureSpec(), hidden=hidden), Block(clean, FeatureSpec())
    assert block.numbers.tolist() == bare.numbers.tolist()
    assert block.marks.tolist() == bare.marks.tolist()
    raw = block.codes[block.places()]
    assert bytes(raw).decode("utf-32").strip("\n").split("\n\n")[0] == NEWS.strip()


def test_line_ends_are_never_hidden() -> None:
    """A whole line of noise leaves an empty line for the model."""
    page = f"{NEWS}</p>\n{NEWS}"
    noise = found([page])
    block = Block([page], FeatureSpec(), hidden={0: noise[0].hidden})
    assert block.n_lines == 4
    assert block.lengths().tolist()[1] == 0


def test_spam_behind_notes_is_seen(default_filter: JunkFilter) -> None:
    """A line of spam scores what it scores without the noise that was strewn into it."""
    spam = "國產精品自拍在線觀看_亞洲一區二區無碼視頻_歐美成人免費網站_久久綜合日韓精品"
    page = f"{spam}\n{NOTES}\n"
    noisy = page.replace("線", "線(xiàn)").replace("區", "區(qū)").replace("無", "無(wú)")
    scores = [default_filter.flag(text)[0].score for text in (page, noisy)]
    assert scores[0] == scores[1]
