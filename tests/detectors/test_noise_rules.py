"""Jam, tags, emoji, invisible characters, bursts, tails, damage: what is found, what must stay."""

from __future__ import annotations

import json
import random
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junkfilter.chars import code_points
from junkfilter.detectors.noise import Noise, NoiseDetector

CASES = Path(__file__).resolve().parents[1] / "cases"
RULES = ("jam", "tags", "emoji", "invisible", "bursts", "tails", "damage")
DETECTORS = {
    rule: cast("NoiseDetector", import_module(f"junkfilter.detectors.noise.{rule}"))
    for rule in RULES
}
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
each_detector = pytest.mark.parametrize("rule", RULES)


class Case(NamedTuple):
    """One line of a `noise_*.jsonl` file: a page, what is cut of it, and why."""

    name: str
    text: str
    cut: list[str]
    gloss: str
    comment: str
    source: str


CASES_OF_RULES = [
    (rule, Case(**json.loads(line)))
    for rule in RULES
    for line in (CASES / f"noise_{rule}.jsonl").read_text("utf-8").splitlines()
]


def without(text: str, noise: list[Noise]) -> str:
    """The text after its noise is cut."""
    for start, end, _ in reversed(noise):
        text = text[:start] + text[end:]
    return text


# --- cases ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "case"), CASES_OF_RULES, ids=[f"{rule}-{case.name}" for rule, case in CASES_OF_RULES]
)
def test_cases(rule: str, case: Case) -> None:
    """Of each page exactly what its case lists is found, and the trigger leads there."""
    detector = DETECTORS[rule]
    found = detector.find(case.text)
    assert [case.text[noise.start : noise.end] for noise in found] == case.cut
    if case.cut:
        assert len(detector.trigger(code_points(case.text)))


@pytest.mark.parametrize(
    "case", [case for _, case in CASES_OF_RULES if not case.cut], ids=lambda case: case.name
)
def test_what_one_rule_must_keep_no_other_rule_touches(case: Case) -> None:
    """Honest pages that look like one kind of noise are not cut as another."""
    for rule in RULES:
        if rule != "damage":
            assert DETECTORS[rule].find(case.text) == []


def test_cases_say_what_they_are() -> None:
    """Every case has a name of its own in its file, an English gloss, a comment and a source."""
    names = [(rule, case.name) for rule, case in CASES_OF_RULES]
    assert len(set(names)) == len(names)
    for _, case in CASES_OF_RULES:
        assert all((case.text, case.gloss, case.comment, case.source)), case


# --- noise made the way its makers make it --------------------------------------------------


def test_strings_of_the_forum_program_are_found() -> None:
    """Of 500 strings of the forum's function nine in ten are cut, and never a character more."""
    chance = random.Random(7)
    found = 0
    for _ in range(500):
        pairs = chance.randint(5, 12)
        jam = "".join(
            f"{chr(chance.randint(32, 59))} {chr(chance.randint(63, 126))}" for _ in range(pairs)
        )
        text = f"会议开始了。{jam}\n大家坐好。"  # "the meeting began, all sat down."
        kept = without(text, DETECTORS["jam"].find(text))
        assert kept in (text, text.replace(jam, ""))
        found += kept != text
    assert found >= 450


def test_random_letters_behind_several_lines_are_found() -> None:
    """Of pages with five random tails, most tails go, and nothing but tails."""
    chance = random.Random(11)
    found = 0
    for _ in range(100):
        tails = ["".join(chance.choices(LETTERS, k=7)) for _ in range(5)]
        text = "".join(f"新桥今天通车了。{tail}\n" for tail in tails)  # "the bridge opened."
        noise = DETECTORS["tails"].find(text)
        assert {text[n.start : n.end] for n in noise} <= set(tails)
        found += len(noise)
    assert found >= 450


@pytest.mark.parametrize("alphabet", [LETTERS, LETTERS + "0123456789"], ids=["letters", "digits"])
def test_random_bursts_before_marks_are_found(alphabet: str) -> None:
    """Of pages with ten bursts, most bursts go, and nothing but bursts."""
    chance = random.Random(13)
    found = 0
    for _ in range(100):
        bursts = ["".join(chance.choices(alphabet, k=3)) for _ in range(10)]
        # "the bridge opened," ten times
        text = "".join(f"新桥今天通车{burst}，" for burst in bursts)
        noise = DETECTORS["bursts"].find(text)
        assert {text[n.start : n.end] for n in noise} <= set(bursts)
        assert without(text, noise).count("新桥今天通车") == 10
        found += len(noise)
    assert found >= 900


@pytest.mark.parametrize("gap", [20, 1500, 3000])
def test_bursts_far_from_each_other_prove_nothing(gap: int) -> None:
    """Three odd tokens count together only if each is within 2,000 characters of the next."""
    far = "今" * gap  # "today"
    text = f"通车kRt，{far}居民xTb，{far}商户WqD，"  # "opened", "residents", "shopkeepers"
    assert len(DETECTORS["bursts"].find(text)) == (3 if gap < 2000 else 0)


# --- laws -----------------------------------------------------------------------------------

PIECES = (
    *"会议，。！？、：“”（）\n\r \t\u3000aZ9/<>-_.·•",
    *"\u200b\u200c\u200d\u200e\u202e\u2060\ufeff\ufe0f\u00ad\u180b\U000e0100\U000e0067",
    *"😊🧑🔬🏽🏿🛍𓀟🀙🜚☀✅",
    *"\x00\udcd6\ud83d\ufffd\ue000é×Ö中مক",
    "\r\n",
    "7 I9 U) K# f% O",
    ") K",
    "% O",
    " B",
    "。sOVesmc",
    "xKvqRtb",
    "议kRt，",
    "会xTb。",
    "aQ，",
    "。iPhone\n",
    '<tr id="yk3x9"></tr>',
    '<b id="yk3x9">',
    "</b>",
    "/p>",
    "</p>",
    "<p>",
    "![]()",
    "1.jpg",
    " 22.png\n",
    "。🧑🏽‍🔬，",
    "会🛍🏽议",
    "ÖÐ¹ú",
    "?,F",
)
pages = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))


@each_detector
@settings(max_examples=150, deadline=None)
@given(text=pages)
def test_ranges_are_in_order_and_inside_the_text(rule: str, text: str) -> None:
    """Ranges are not empty, do not overlap, ascend, end inside the text, and have a reason."""
    end = 0
    for noise in DETECTORS[rule].find(text):
        assert end <= noise.start < noise.end <= len(text)
        assert noise.reason
        end = noise.end


@each_detector
@settings(max_examples=150, deadline=None)
@given(text=pages)
def test_a_cleaned_page_is_clean(rule: str, text: str) -> None:
    """After its noise is cut, a page has none of that kind."""
    detector = DETECTORS[rule]
    if rule != "damage":  # never cut
        assert detector.find(without(text, detector.find(text))) == []


@each_detector
@settings(max_examples=150, deadline=None)
@given(text=pages)
def test_the_trigger_misses_nothing(rule: str, text: str) -> None:
    """Where something is found, the trigger gives positions inside the text, in order."""
    detector = DETECTORS[rule]
    positions = detector.trigger(code_points(text)).tolist()
    assert positions == sorted(positions)
    assert all(0 <= position < len(text) for position in positions)
    assert positions or not detector.find(text)


@each_detector
@settings(max_examples=50, deadline=None)
@given(text=st.text(st.sampled_from("今年全县粮食又获丰收,。、《》“”0123 \n"), max_size=200))
def test_plain_prose_has_no_noise(rule: str, text: str) -> None:
    """Hanzi, digits and punctuation alone are never noise."""
    assert DETECTORS[rule].find(text) == []


@each_detector
@settings(max_examples=50, deadline=None)
@given(before=pages, after=pages)
def test_an_honest_page_before_it_hides_nothing(rule: str, before: str, after: str) -> None:
    """The trigger fires in joined pages wherever it fires in one of them."""
    detector = DETECTORS[rule]
    alone = len(detector.trigger(code_points(after))) > 0
    joined = detector.trigger(code_points(f"{before}\n{after}"))
    assert not alone or (joined > len(before)).any()


def test_kinds_are_those_of_the_policy() -> None:
    """Each rule names its kind; damage has one of its own, for it is never cut."""
    kinds = {rule: DETECTORS[rule].KIND for rule in RULES}
    assert kinds == {
        "jam": "jam",
        "tags": "tag",
        "emoji": "emoji",
        "invisible": "invisible",
        "bursts": "jam",
        "tails": "jam",
        "damage": "damage",
    }
    assert len({DETECTORS[rule].NAME for rule in RULES}) == len(RULES)
