"""Measures of many pages: against hand-counted figures, and what their intervals promise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junkfilter.evaluation.metrics import Estimate
from junkfilter.evaluation.spans import Comparison
from junkfilter.evaluation.tally import Tally, mean_f1


def tally_of(*pages: Comparison, group: str = "") -> Tally:
    """Each page its own group, or all of one."""
    tally = Tally()
    for number, page in enumerate(pages):
        tally.add(group or f"page {number}", page)
    return tally


COMPARISONS = st.tuples(
    st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(9, 50), st.booleans()
).map(lambda five: Comparison(five[0], min(five[0], five[1]), *five[2:]))


def test_measures_are_of_all_characters_together() -> None:
    """10 gold, 8 hits, 2 lost of 990 honest characters: long pages count more than short ones."""
    tally = tally_of(Comparison(2, 0, 2, 90, False), Comparison(8, 8, 0, 900, True))
    assert tally.precision().value == pytest.approx(0.8)
    assert tally.recall().value == pytest.approx(0.8)
    assert tally.f1().value == pytest.approx(0.8)
    assert tally.lost_per_million().value == pytest.approx(2e6 / 990)
    assert tally.exact().value == 0.5
    assert tally.pages_that_lost() == 1


@pytest.mark.parametrize("pages", [[], [Comparison(0, 0, 0, 10, True)]])
def test_nothing_gold_and_nothing_cut_proves_nothing(pages: list[Comparison]) -> None:
    """Without a gold character or a cut the measures could be anything."""
    tally = tally_of(*pages)
    assert tally.f1() == tally.precision() == tally.recall() == Estimate(0.0, 0.0, 1.0)


@given(st.lists(COMPARISONS, min_size=1, max_size=8))
def test_intervals_lie_in_the_range_and_repeat(pages: list[Comparison]) -> None:
    """Ends are in order and in range, and the same pages give the same interval."""
    tally = tally_of(*pages)
    for measure in (tally.precision, tally.recall, tally.f1, tally.exact):
        found = measure()
        assert 0.0 <= found.low <= found.high <= 1.0
        assert found == measure()


def test_pages_of_one_group_are_one_observation() -> None:
    """Copies of a page make an interval no narrower; as pages of their own they would."""
    pages = [Comparison(4, 4, 0, 9, True), Comparison(4, 0, 0, 9, False)] * 5
    twice = Tally()
    for number, page in enumerate(pages * 4):
        twice.add(f"page {number % 10}", page)
    alone = tally_of(*pages * 4)
    assert twice.f1() == tally_of(*pages).f1()
    assert twice.f1().high - twice.f1().low > alone.f1().high - alone.f1().low


def test_the_mean_gives_each_attack_one_vote() -> None:
    """An attack with a thousand characters weighs as much as one with ten."""
    tallies = {
        "short": tally_of(Comparison(10, 0, 0, 9, False)),
        "long": tally_of(Comparison(1000, 1000, 0, 9, True)),
    }
    assert mean_f1(tallies).value == pytest.approx(0.5)


def test_the_mean_of_one_attack_is_its_f1() -> None:
    """With a single attack nothing is averaged, and the interval is the same."""
    tally = tally_of(*(Comparison(9, hits, 1, 50, False) for hits in range(10)))
    assert mean_f1({"one": tally}) == pytest.approx(tally.f1())


@pytest.mark.parametrize("tallies", [{}, {"none": Tally()}])
def test_the_mean_of_nothing_proves_nothing(tallies: dict[str, Tally]) -> None:
    """Without pages the mean could be anything."""
    assert mean_f1(tallies) == Estimate(0.0, 0.0, 1.0)


def test_the_mean_leaves_out_attacks_without_gold_or_cuts() -> None:
    """An attack of which nothing can be said has no vote."""
    tallies = {
        "something": tally_of(Comparison(4, 4, 0, 9, True), group="page"),
        "nothing": tally_of(Comparison(0, 0, 0, 9, True), group="page"),
    }
    assert mean_f1(tallies).value == 1.0
