"""What each character of an injured page teaches, and weights as integers."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from span_weights import SPEC

from junkfilter.characters import MARK, Characters
from junkfilter.features import Block
from junkfilter.span_model import FIRST, INSIDE, LAST, OUTCOMES, SPAN_WINDOW
from junkfilter.training.simulate import GoldCut
from junkfilter.training.span_fit import CharacterWeights, batches, labels, rounded_arrays
from junkfilter.training.span_pages import UNTAUGHT, TrainingPage
from junkfilter.windows import position_weights


def page(marked: str, kind: str = "spam", attack: str = "title tail") -> TrainingPage:
    """A page whose gold cuts stand in brackets."""
    cuts: list[GoldCut] = []
    text = ""
    for part in marked.split("⟦"):
        inner, closed, rest = part.partition("⟧")
        if closed:
            cuts.append(GoldCut(len(text), len(text) + len(inner), kind, "gambling", attack))
        text += inner + rest
    return TrainingPage("a", "news", text, tuple(cuts))


def outcome(pages: list[TrainingPage], number: int) -> str:
    """The characters of some pages of which something is so; marks are line feeds."""
    characters = Characters(Block([one.text for one in pages], SPEC))
    chosen = characters.places[labels(characters, pages).outcomes[:, number]]
    return "".join(map(chr, characters.block.codes[chosen].tolist()))


def test_labels_are_the_gold_cuts() -> None:
    """Inside, first and last characters of each span are those of the page's gold, in any batch."""
    pages = [page("市图书馆_⟦蓝鲸彩票⟧\n⟦彩⟧新馆\n"), page("天气\n"), page("⟦金沙⟧-明天\n")]
    assert outcome(pages, INSIDE) == "蓝鲸彩票彩金沙"
    assert outcome(pages, FIRST) == "蓝彩金"
    assert outcome(pages, LAST) == "票彩沙"


def test_invisible_characters_and_line_ends_teach_nothing() -> None:
    """A span over two lines begins twice, and what is hidden is not there."""
    pages = [page("市⟦蓝\u200b鲸\u200b⟧馆\n"), page("天⟦彩票\n金沙⟧气\r\n")]
    assert outcome(pages, INSIDE) == "蓝鲸彩票金沙"
    assert outcome(pages, FIRST) == "蓝彩金"
    assert outcome(pages, LAST) == "鲸票沙"


def test_what_is_not_taught_is_left_out() -> None:
    """Noise and whole lines are neither spam nor honest; marks are no characters."""
    pages = [page("市⟦乱码⟧图\n", kind="jam"), page("⟦彩票⟧\n天\n", attack=min(UNTAUGHT))]
    characters = Characters(Block([one.text for one in pages], SPEC))
    found = labels(characters, pages)
    usable = characters.block.codes[characters.places[found.usable]].tolist()
    assert "".join(map(chr, usable)) == "市图天"
    assert not found.outcomes.any()
    assert not found.usable[characters.kinds == MARK].any()


def test_both_sides_of_an_end_are_near() -> None:
    """Characters around the ends of spans are all learned from."""
    one = page("甲" * 40 + "⟦蓝鲸⟧" + "乙" * 40 + "\n")
    characters = Characters(Block([one.text], SPEC))
    near = np.flatnonzero(labels(characters, [one]).near)
    assert near[0] < 40 < 43 < near[-1]
    assert len(near) < 30


def test_batches_are_of_one_source() -> None:
    """Each lot has pages of one source in their order, and every page is in one."""
    pages = [TrainingPage(group, "news", f"{n}\n", ()) for n in range(250) for group in "ba"]
    lots = list(batches(pages))
    assert [group for group, _ in lots] == sorted(group for group, _ in lots)
    assert all(one.group == group for group, lot in lots for one in lot)
    assert [one for group, lot in lots for one in lot] == sorted(pages, key=lambda one: one.group)


@given(seed=st.integers(0, 99), size=st.floats(0.01, 50))
def test_rounded_weights_are_near(seed: int, size: float) -> None:
    """A weight is at most half a step away, or the largest that a byte can hold."""
    chance = np.random.default_rng(seed)
    exact = chance.normal(0, size, (64, OUTCOMES))
    weights = CharacterWeights(exact, np.zeros(OUTCOMES), chance.normal(0, size, 64))
    arrays, scale = rounded_arrays(weights)
    assert {name: array.dtype for name, array in arrays.items()} == {
        "characters": np.int8,
        "windows": np.int8,
    }
    back = arrays["characters"] * scale
    assert (np.abs(back - np.clip(exact, -127 * scale, 127 * scale)) <= scale / 2 + 1e-9).all()
    # The same scale for all windows, so that the bar of one table is that of another.
    steps = np.clip(weights.windows / (4 / 127), -127, 127)
    assert (np.abs(arrays["windows"] - steps) <= 0.5 + 1e-9).all()
    assert SPAN_WINDOW * 4 * 127 < 1 << 15


def test_windows_learn_what_windows_sum() -> None:
    """The n-grams told of a character are those whose weights its window is the sum of."""
    from junkfilter.training.span_fit import WINDOW_BITS, _window_indices

    spec = type(SPEC)(bits=WINDOW_BITS)
    block = Block(["市图书馆_蓝鲸彩票,明天多云\n有雨"], spec)
    table = np.random.default_rng(2).integers(-99, 99, 1 << WINDOW_BITS).astype(np.int16)
    table[0] = 0
    (weights,) = position_weights(block, 0, block.n_lines, [table])
    characters = Characters(block)
    here = 9  # 彩: its window has no mark
    told = _window_indices(characters, np.array([here]))[0]
    window = weights[here - SPAN_WINDOW // 2 : here - SPAN_WINDOW // 2 + SPAN_WINDOW]
    assert int(table[told].sum()) == int(window.sum())
