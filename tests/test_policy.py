"""Which proposals a policy chooses, and which policies make no sense."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junkfilter.errors import PolicyError
from junkfilter.page import Cut
from junkfilter.policy import ALLOWED, DENIED, FAMILIES, KINDS, OPERATING_POINTS, REPAIR, Policy

POINTS = {"precision": 3.0, "balanced": 2.0, "recall": 1.0}
THRESHOLDS = {"lines": POINTS, "spans": {name: bar + 10 for name, bar in POINTS.items()}}


def spam(score: float, family: str = "adult", detector: str = "lines") -> Cut:
    """A proposal of a line of ten characters."""
    return Cut(0, 10, "spam", family, score, 0.1, detector)


proposals = st.lists(
    st.builds(
        Cut,
        st.integers(0, 50),
        st.integers(50, 99),
        st.sampled_from(KINDS),
        st.sampled_from(FAMILIES),
        st.floats(-5, 5),
        st.just(0.5),
        st.sampled_from(["lines", "spans", ALLOWED, DENIED]),
    )
)


@pytest.mark.parametrize(
    "options",
    [
        {"operating_point": "reckless"},
        {"operating_point": ""},
        {"remove": frozenset({"everything"})},
        {"remove": frozenset({"damage"})},
        {"keep": frozenset({"news"})},
        {"max_removed": 1.1},
        {"max_removed": -0.1},
        {"max_removed": float("nan")},
        {"threshold": float("nan")},
    ],
    ids=str,
)
def test_senseless_policies_are_refused(options: dict[str, object]) -> None:
    """An unknown name or a share outside [0, 1] is refused where the policy is made."""
    with pytest.raises(PolicyError):
        Policy(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["operating point", "kind", "family"])
def test_messages_list_the_choices(name: str) -> None:
    """Who misspells a name is told the right ones."""
    options: dict[str, object] = {
        "operating point": {"operating_point": "x"},
        "kind": {"remove": frozenset({"x"})},
        "family": {"keep": frozenset({"x"})},
    }[name]  # type: ignore[assignment]
    known = {"operating point": OPERATING_POINTS, "kind": KINDS, "family": FAMILIES}[name]
    with pytest.raises(PolicyError, match=name) as raised:
        Policy(**options)  # type: ignore[arg-type]
    assert all(choice in str(raised.value) for choice in known)


@pytest.mark.parametrize(
    ("policy", "cut", "chosen"),
    [
        (Policy(), spam(3.0), True),
        (Policy(), spam(2.999), False),
        (Policy(operating_point="balanced"), spam(2.0), True),
        (Policy(threshold=5.0), spam(4.0), False),
        (Policy(threshold=-5.0), spam(-4.0), True),
        (Policy(), spam(float("nan")), False),
        (Policy(), spam(13.0, detector="spans"), True),
        (Policy(), spam(12.9, detector="spans"), False),
        (Policy(operating_point="recall"), spam(11.0, detector="spans"), True),
        (Policy(threshold=5.0), spam(5.0, detector="spans"), True),
        (Policy(), Cut(0, 4, "pinyin", detector="pinyin"), False),
        (Policy(remove=frozenset({"pinyin"})), Cut(0, 4, "pinyin", detector="pinyin"), True),
        (Policy(remove=frozenset({"pinyin"})), Cut(0, 4, "jam", detector="forum jam"), False),
        (Policy(remove=frozenset(REPAIR)), Cut(0, 4, "damage"), False),
        (Policy(threshold=9.0, remove=frozenset(REPAIR)), Cut(0, 4, "tag"), True),
        (Policy(keep=frozenset({"adult"})), spam(9.0), False),
        (Policy(keep=frozenset({"adult"})), spam(9.0, "gambling"), True),
        (Policy(remove=frozenset()), spam(9.0), False),
        (Policy(), spam(9.0, detector=ALLOWED), False),
        (Policy(), spam(-9.0, detector=DENIED), True),
        (Policy(remove=frozenset()), spam(-9.0, detector=DENIED), True),
        (Policy(keep=frozenset({"adult"})), spam(-9.0, detector=DENIED), True),
        (Policy(), Cut(0, 1, "boilerplate", score=9.0), False),
        (Policy(remove=frozenset({"boilerplate"})), Cut(0, 1, "boilerplate", score=-9.0), True),
        (Policy(remove=frozenset({"boilerplate"})), spam(9.0), False),
        (Policy(remove=frozenset({"garbled"})), Cut(0, 1, "boilerplate"), False),
    ],
)
def test_chosen(policy: Policy, cut: Cut, chosen: bool) -> None:
    """Thresholds, kinds, families and the user's literals decide, in that order of weight."""
    assert policy.chosen([cut], THRESHOLDS) == [cut] * chosen


@given(cuts=proposals)
def test_stricter_points_choose_a_part(cuts: list[Cut]) -> None:
    """Law 4: what a stricter operating point chooses, a looser one chooses too, in order."""
    chosen = [Policy(operating_point=point).chosen(cuts, THRESHOLDS) for point in POINTS]
    for strict, loose in ((chosen[0], chosen[1]), (chosen[1], chosen[2]), (chosen[2], cuts)):
        remaining = iter(loose)
        assert all(cut in remaining for cut in strict)


def test_policies_are_values() -> None:
    """A policy cannot be changed, is equal to its like, and can be a key."""
    policy = Policy(keep=frozenset({"seo"}))
    assert policy == Policy(keep=frozenset({"seo"}))
    assert len({policy, Policy(keep=frozenset({"seo"})), Policy()}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        policy.keep = frozenset()  # type: ignore[misc]


def test_promises_grow_looser() -> None:
    """The operating points are listed from the strictest to the loosest."""
    assert list(OPERATING_POINTS) == ["precision", "balanced", "recall"]
    assert list(OPERATING_POINTS.values()) == [1e-4, 1e-3, 1e-2]
