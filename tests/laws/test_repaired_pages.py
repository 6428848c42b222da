"""The laws on pages that were injured in several ways, with everything on that can be cut."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junkfilter.filter import JunkFilter
from junkfilter.page import apply, restore, split_lines
from junkfilter.policy import OPERATING_POINTS, REPAIR, Policy
from junkfilter.results import Result
from junkfilter.training.simulate import ATTACKS, Vocabulary, injure

# Pages composed for these tests: a library opens longer, a river is cleaned, a school plants trees.
PAGES = (
    "市图书馆延长开放时间\n"
    "本报讯 5月9日,市图书馆宣布,从下周一起开放时间延长到晚上九点,周末照常开放。\n"
    "馆长说:“读者的要求我们听到了。”据介绍,学生担任志愿者,他们在一楼大厅服务,每天两班。\n"
    "读者王女士表示,孩子放学以后也能来看书,这样很方便。图书馆还准备增加座位、延长借期。\n",
    "清水河治理二期开工\n"
    "工程全长四公里,计划年底完工。沿线将增三处亲水平台,方便居民散步。\n"
    "施工期间,两岸道路单向通行,请过往车辆注意交通标志,提前选择路线。\n"
    "项目负责人介绍,一期工程完工以后,水质已经明显改善,岸边又能看到白鹭。\n",
    "师生植树迎春\n"
    "三月十二日上午,实验小学的师生来到后山,种下了一百二十棵树苗。\n"
    "校长说,每个班认领一片树林,以后由学生浇水、除草,观察记录树木的生长。\n",
)
WORDS = Vocabulary.load("evaluation")
NOISE = [name for name in ATTACKS if "pinyin" in name or "invisible" in name] + [
    *("emoji", "jam", "tag lines", "random tails", "random bursts"),
]
ENDS = ("\n", "\r\n", "\r")
seeds = st.integers(0, 1 << 32)


def injured(seed: int, attacks: Sequence[str] = tuple(ATTACKS)) -> str:
    """A page after one to three attacks, with some kind of line end, perhaps a mark in front."""
    chance = random.Random(seed)
    page = None
    while page is None:
        chosen = chance.sample(attacks, chance.randint(1, 3))
        page = injure(chance.choice(PAGES), chosen, WORDS, chance)
    return chance.choice(("", "\ufeff")) + page.text.replace("\n", chance.choice(ENDS))


@cache
def repairing(point: str = "precision") -> JunkFilter:
    """The default model, with all kinds of noise to be removed."""
    remove = frozenset({"spam", *REPAIR})
    return JunkFilter.load(policy=Policy(operating_point=point, remove=remove))


def covered(result: Result) -> set[int]:
    """Offsets of the characters that were cut."""
    return {place for cut in result.cuts for place in range(cut.start, cut.end)}


@settings(deadline=None, max_examples=60)
@given(seed=seeds)
def test_what_was_cut_can_be_put_back(seed: int) -> None:
    """Law 1: whatever overlaps, the cuts carried out and undone give the page."""
    page = injured(seed)
    result = repairing().strip(page)
    kept, removed = apply(page, result.cuts)
    assert (kept, page) == (result.text, restore(kept, removed))


@settings(deadline=None, max_examples=40)
@given(some=st.lists(seeds, min_size=2, max_size=6))
def test_company_does_not_matter(some: list[int]) -> None:
    """Law 3: a page has one result, whatever pages are judged with it, in whichever order."""
    pages = [injured(seed) for seed in some]
    alone = [repairing().strip(page) for page in pages]
    assert alone == list(repairing().strip_many(pages))
    assert alone[::-1] == list(repairing().strip_many(pages[::-1]))


@settings(deadline=None, max_examples=40)
@given(seed=seeds)
def test_stricter_points_cut_a_part(seed: int) -> None:
    """Law 4: what a stricter operating point cuts, a looser one cuts too."""
    page = injured(seed)
    strict, middle, loose = (covered(repairing(p).strip(page)) for p in OPERATING_POINTS)
    assert strict <= middle <= loose


@settings(deadline=None, max_examples=40)
@given(seed=seeds)
def test_strip_flag_and_explain_agree(seed: int) -> None:
    """Law 5: what `flag` and `explain` say of each line is what `strip` does."""
    page = injured(seed)
    result = repairing().strip(page)
    verdicts = repairing().flag(page)
    cuts, flags = set(), set()
    for line, verdict in zip(split_lines(page), verdicts, strict=True):
        assert verdict == repairing().explain(page, line=line.number).verdict
        assert (verdict.page_kind, verdict.page_score) == (result.page_kind, result.page_score)
        cuts |= {(line.start + cut.start, line.start + cut.end, cut.kind) for cut in verdict.cuts}
        flags |= {(line.start + cut.start, line.start + cut.end, cut.kind) for cut in verdict.flags}
        if verdict.kind not in ("text", "boilerplate", "garbled"):
            cuts.add((line.start, line.stop, verdict.kind))
    assert cuts == {(cut.start, cut.end, cut.kind) for cut in result.cuts}
    assert flags <= {(flag.start, flag.end, flag.kind) for flag in result.flags}


@pytest.mark.parametrize("attacks", [NOISE, list(ATTACKS)], ids=["noise", "all"])
def test_a_second_run_cuts_nothing(attacks: list[str]) -> None:
    """Law 9: of injured pages at most 1 in 1,000 loses more the second time."""
    pages = [injured(seed, attacks) for seed in range(1000)]
    kept = [result.text for result in repairing().strip_many(pages)]
    again = sum(bool(result.cuts) for result in repairing().strip_many(kept))
    assert again <= len(pages) / 1000


@pytest.mark.xfail(
    strict=True,
    reason="17 of 1,000: without the spans that are cut, others score higher",
)
def test_a_second_run_for_spans_cuts_nothing() -> None:
    """Law 9, with spans looked for."""
    junk_filter = JunkFilter.load(policy=Policy(remove=frozenset({"spam", *REPAIR}), spans=True))
    pages = [injured(seed, list(ATTACKS)) for seed in range(1000)]
    kept = [result.text for result in junk_filter.strip_many(pages)]
    again = sum(bool(result.cuts) for result in junk_filter.strip_many(kept))
    assert again <= len(pages) / 1000
