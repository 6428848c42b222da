"""Injured pages: what is put in is known, and taking it out gives the page back."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junkfilter.chars import script_profile
from junkfilter.errors import DataError
from junkfilter.page import Cut, apply
from junkfilter.training.simulate import (
    ATTACKS,
    SPLITS,
    Campaign,
    InjuredPage,
    Vocabulary,
    dress,
    injure,
    to_traditional,
)
from junkfilter.training.simulate.draft import Draft, Insertion

# A page composed for these tests: a library opens longer, students help, readers are pleased.
PAGE = "".join(
    (
        "市图书馆延长开放时间\n",
        "本报讯 5月9日，市图书馆宣布，从下周一起开放时间延长到晚上九点，周末照常开放。",
        "馆长说：“读者的要求我们听到了。”\n",
        "据介绍，海州理工大学的学生担任志愿者，海州理工大学派出了三十人；他们在一楼大厅服务，",
        "每天两班。去年借书量增长3.5%，共有12,000人办证。\n",
        "读者王女士表示，孩子放学以后也能来看书，这样很方便。",
        "图书馆还准备增加座位、延长借期，并且举办讲座。\n",
    )
)
DOCUMENT = Path(__file__).parents[2] / "docs" / "simulate.md"
WORDS = {split: Vocabulary.load(split) for split in SPLITS}
KINDS = {"spam", "pinyin", "jam", "tag", "emoji", "invisible"}

hanzi = st.sampled_from("区国学会图书开放时间运动员市长说介绍的了在和与晚上周末读者长行发")
mark = st.sampled_from("，。、；：！？\n(“”) aZ3-_|")
text_lines = st.lists(st.text(st.one_of(hanzi, hanzi, hanzi, mark), max_size=80), max_size=6)
pages = st.one_of(
    text_lines.map("\n".join), st.text(max_size=60), st.just(PAGE), st.just(PAGE.rstrip("\n"))
).map(lambda text: text.replace("\r", " "))
seeds = st.integers(0, 2**32)


def cleaned(page: InjuredPage) -> str:
    """The page without its gold cuts, by the arithmetic that carries out real cuts."""
    return apply(page.text, [Cut(cut.start, cut.end, cut.kind) for cut in page.cuts])[0]


def is_subsequence(part: str, whole: str) -> bool:
    """Whether a text is another one with characters left out."""
    rest = iter(whole)
    return all(character in rest for character in part)


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("name", ATTACKS)
def test_every_attack_injures_an_ordinary_page(name: str, split: str) -> None:
    """A page with title, prose and an institution has a place for each attack."""
    page = injure(PAGE, [name], WORDS[split], random.Random(5))
    assert page is not None
    assert page.attacks == (name,)
    assert {cut.attack for cut in page.cuts} == {name}
    assert {cut.kind for cut in page.cuts} <= KINDS
    assert all(bool(cut.family) == (cut.kind == "spam") for cut in page.cuts)


@pytest.mark.parametrize("name", [name for name, attack in ATTACKS.items() if not attack.alters])
@given(text=pages, seed=seeds, converted=st.booleans())
@settings(max_examples=25, deadline=None)
def test_what_was_cut_is_what_was_put_in(name: str, text: str, seed: int, converted: bool) -> None:
    """Without the gold cuts an attacked page is the page that was given, or its conversion."""
    page = injure(text, [name], WORDS["training"], random.Random(seed), converted=converted)
    if page is not None:
        assert cleaned(page) == page.clean() == (to_traditional(text) if converted else text)


@given(
    text=pages,
    names=st.lists(st.sampled_from(sorted(ATTACKS)), min_size=1, max_size=3),
    split=st.sampled_from(SPLITS),
    seed=seeds,
)
@settings(max_examples=300, deadline=None)
def test_cuts_of_mixtures_are_sorted_and_disjoint(
    text: str, names: list[str], split: str, seed: int
) -> None:
    """However attacks are mixed, the cuts stand in order, in the page, and never overlap."""
    page = injure(text, names, WORDS[split], random.Random(seed))
    if page is None:
        return
    assert set(names) == {cut.attack for cut in page.cuts}
    position = 0
    for cut in page.cuts:
        assert position <= cut.start < cut.end <= len(page.text)
        position = cut.end
    assert cleaned(page) == page.clean()


@pytest.mark.parametrize("name", [name for name, attack in ATTACKS.items() if attack.alters])
@given(seed=seeds)
@settings(max_examples=25, deadline=None)
def test_altering_attacks_add_honest_text_or_take_names_away(name: str, seed: int) -> None:
    """An attack that alters the page writes honest text, or removes names of institutions."""
    page = injure(PAGE, [name], WORDS["training"], random.Random(seed), converted=False)
    assert page is not None
    if "replacement" in name or name == "brand and emoji":
        without_names = re.sub("海州理工大学|市?图书馆|学生", "", PAGE)
        assert is_subsequence(without_names, page.clean())
    else:
        assert is_subsequence(PAGE, page.clean())
    assert "\ufdd0" not in page.text


@given(seed=seeds, names=st.lists(st.sampled_from(sorted(ATTACKS)), min_size=1, max_size=2))
@settings(max_examples=50, deadline=None)
def test_the_same_seed_gives_the_same_page(seed: int, names: list[str]) -> None:
    """Nothing but the arguments decides what comes out."""
    first, second = (
        injure(PAGE, names, Vocabulary.load("training"), random.Random(seed)) for _ in range(2)
    )
    assert first == second


def test_a_page_without_a_place_is_refused() -> None:
    """A page without a sentence has no sentence ends; an attack nobody knows is an error."""
    assert injure("标题\n", ["stamps"], WORDS["training"], random.Random(1)) is None
    assert injure("", ["stutter"], WORDS["training"], random.Random(1)) is None
    with pytest.raises(DataError, match="first line"):
        injure(PAGE, ["no such attack"], WORDS["training"], random.Random(1))


def test_given_spam_lines_are_used() -> None:
    """Whole lines are those that the caller gave, with their family."""
    words = WORDS["evaluation"].with_spam_lines([("甲乙丙", "adult"), "丁戊己"])
    chance = random.Random(1)
    pages = [injure(PAGE, ["several lines"], words, chance) for _ in range(20)]
    found = Counter(
        (page.text[cut.start : cut.end].strip("\n"), cut.family)
        for page in pages
        if page is not None
        for cut in page.cuts
    )
    assert set(found) == {("甲乙丙", "adult"), ("丁戊己", "other")}


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_title_attacks_leave_the_title_whole(seed: int) -> None:
    """Brands stand before and behind the words of a title, joiners are cut with them."""
    page = injure(PAGE, ["title both"], WORDS["training"], random.Random(seed), converted=False)
    assert page is not None
    title = page.clean().split("\n")[0]
    assert title.startswith("市图书馆延长开放时间")
    head, tail = page.cuts
    assert head.start == 0
    assert "\n" not in page.text[: tail.end]


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_stutter_is_one_token(seed: int) -> None:
    """The same token stands in all places of a page, never inside a word."""
    page = injure(PAGE, ["stutter"], WORDS["training"], random.Random(seed), converted=False)
    assert page is not None
    assert len({page.text[cut.start : cut.end] for cut in page.cuts}) == 1
    assert 3 <= len(page.cuts) <= 15


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_notes_stand_behind_converted_characters(seed: int) -> None:
    """On a converted page each note per character stands behind a Traditional character."""
    names = ["pinyin per character"]
    page = injure(PAGE, names, WORDS["training"], random.Random(seed), converted=True)
    if page is None:  # a low share may hit no character of so short a page
        return
    for cut in page.cuts:
        assert script_profile(page.text[cut.start - 1]).traditional_only
        assert re.fullmatch(r"[(（][A-Za-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6} ?[)）]",
                            page.text[cut.start : cut.end])  # fmt: skip


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_notes_per_word_are_several_and_have_tones(seed: int) -> None:
    """Five words of a page or more carry their readings, with tone marks and behind hanzi."""
    page = injure(PAGE, ["pinyin per word"], WORDS["training"], random.Random(seed))
    assert page is not None
    assert len(page.cuts) >= 5
    for cut in page.cuts:
        assert re.search("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]", page.text[cut.start : cut.end])
        assert page.text[cut.start - 1] >= "\u3400"


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_jam_is_what_the_forum_program_makes(seed: int) -> None:
    """Jam is pairs of a low and a high character with a blank between; blanks may have gone."""
    page = injure(PAGE, ["jam"], WORDS["training"], random.Random(seed), converted=False)
    assert page is not None
    for cut in page.cuts:
        assert re.fullmatch(
            r"([?-~])?(([!-;] | {1,2})[?-~]){4,}\n?", page.text[cut.start : cut.end]
        )


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_random_letters_stand_behind_sentences_and_before_marks(seed: int) -> None:
    """Tails stand between a final mark and the line's end, bursts between a hanzi and a mark."""
    page = injure(PAGE, ["random tails"], WORDS["training"], random.Random(seed))
    assert page is not None
    for cut in page.cuts:
        assert re.search("[。”]$", page.text[: cut.start])
        assert page.text[cut.end : cut.end + 1] == "\n"
        assert re.fullmatch("[A-Za-z]{6,8}", page.text[cut.start : cut.end])
    page = injure(PAGE, ["random bursts"], WORDS["training"], random.Random(seed))
    assert page is not None
    for cut in page.cuts:
        assert re.search("[\u3400-\u9fff”]$", page.text[: cut.start])
        assert page.text[cut.end] in "，。；：、"
        assert re.fullmatch("[A-Za-z0-9]{3}", page.text[cut.start : cut.end])


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_private_use_characters_stay(seed: int) -> None:
    """Encoding damage is no cut: only invisible characters are."""
    names = ["invisible and private-use"]
    page = injure(PAGE, names, WORDS["training"], random.Random(seed))
    assert page is not None
    cut = "".join(page.text[cut.start : cut.end] for cut in page.cuts)
    assert not re.search("[\ue000-\uf8ff]", cut)
    assert re.search("[\ue000-\uf8ff]", page.clean())


@given(text=pages, seed=seeds)
@settings(max_examples=100, deadline=None)
def test_dressing_only_adds(text: str, seed: int) -> None:
    """A dressed page has all characters of the page in their order, but for ugly commas."""
    dressed = dress(text, WORDS["training"], random.Random(seed))
    plain = [part.replace("，", "#xff0c;").replace("：", "#xff1a;") for part in (text, dressed)]
    assert is_subsequence(*plain)


@given(
    text=st.text("甲乙丙丁\n", min_size=1, max_size=20),
    steps=st.lists(
        st.lists(st.tuples(st.integers(0, 20), st.text("甲x", min_size=1, max_size=3)), max_size=4),
        max_size=4,
    ),
)
def test_drafts_remember_what_was_put_in(text: str, steps: list[list[tuple[int, str]]]) -> None:
    """After any insertions, also into places that earlier ones moved, the clean text is there."""
    draft = Draft(text)
    for step in steps:
        draft.put(
            [Insertion(place, what) for place, what in step if place <= len(draft.text)], "test"
        )
    assert draft.clean() == text
    assert all(a.end <= b.start for a, b in zip(draft.cuts, draft.cuts[1:], strict=False))


def test_a_campaign_does_not_depend_on_other_pages() -> None:
    """A page of a number is injured in the same way whatever came before it."""
    plan = Campaign(vocabulary=WORDS["training"], copies=3, most_attacks=2, seed=9, dressed=True)
    alone = list(plan.injured(PAGE, 7))
    list(plan.injured(PAGE, 6))
    assert list(plan.injured(PAGE, 7)) == alone
    assert len(alone) == 3


def test_every_attack_is_documented() -> None:
    """The table of docs/simulate.md has each attack with its summary, and no other."""
    table = DOCUMENT.read_text("utf-8").partition("## Attacks")[2]
    rows = re.findall(r"^\| `([^`]+)` \| (.+?) \|", table, re.MULTILINE)
    assert dict(rows) == {name: attack.summary for name, attack in ATTACKS.items()}
