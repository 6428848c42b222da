"""Injured pages to learn from: reproducible, with gold cuts that are what was put in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_project import SmallProject
from span_corpus import page_corpus

from junkfilter.page import Cut, apply
from junkfilter.training.corpus import gather
from junkfilter.training.recipe import Recipe
from junkfilter.training.simulate import GoldCut, Vocabulary
from junkfilter.training.span_pages import cut_out, training_pages


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    """The words of training."""
    return Vocabulary.load("training")


def test_pages_do_not_depend_on_the_order_of_lines(
    project: SmallProject, vocabulary: Vocabulary
) -> None:
    """Law 8: shuffled files give the same pages, another seed gives others."""
    recipe = Recipe.read(project.recipe)
    first = gather(recipe, project.corpora)
    project.shuffle(5)
    again = gather(recipe, project.corpora)
    pages = training_pages(first, vocabulary, seed=1, copies=2)
    assert training_pages(again, vocabulary, seed=1, copies=2) == pages
    assert training_pages(again, vocabulary, seed=2, copies=2) != pages


def test_gold_cuts_are_what_was_put_in(vocabulary: Vocabulary) -> None:
    """Cuts are in order, apart and not empty; some pages have none, the groups are the corpus's."""
    pages = training_pages(page_corpus(), vocabulary, seed=3, copies=3)
    assert len(pages) == 90
    assert {page.group for page in pages} == {"a", "b", "c"}
    assert 5 < sum(not page.cuts for page in pages) < 60
    for page in pages:
        after = 0
        for cut in page.cuts:
            assert after <= cut.start < cut.end <= len(page.text)
            after = cut.end
        assert page.text.endswith("\n")


def test_each_copy_is_injured_otherwise(vocabulary: Vocabulary) -> None:
    """The copies of a page are not the same lesson again."""
    pages = training_pages(page_corpus(), vocabulary, seed=3, copies=3)
    copies = zip(pages[:30], pages[30:60], pages[60:], strict=True)
    assert sum(len({page.text for page in copy}) == 3 for copy in copies) > 15


@given(
    text=st.text("彩票市图\n", max_size=20),
    gaps=st.lists(st.integers(0, 4), max_size=12),
    noise=st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_cutting_noise_out_moves_the_other_cuts(
    text: str, gaps: list[int], noise: list[bool]
) -> None:
    """What the others cut stays the same words, and all cuts together leave the same text."""
    places = [sum(gaps[: n + 1]) for n in range(len(gaps)) if sum(gaps[: n + 1]) <= len(text)]
    pairs = list(zip(places[::2], places[1::2], strict=False))
    cuts = [GoldCut(start, end, "spam", "", "x") for start, end in pairs]
    gone = [cut for cut, is_noise in zip(cuts, noise, strict=False) if is_noise]
    others = [cut for cut, is_noise in zip(cuts, noise, strict=False) if not is_noise]
    left, moved = cut_out(text, gone, others)
    words = [text[cut.start : cut.end] for cut in others if cut.end > cut.start]
    assert [left[cut.start : cut.end] for cut in moved] == words
    everything = apply(text, [Cut(cut.start, cut.end, "spam") for cut in cuts])[0]
    assert apply(left, [Cut(cut.start, cut.end, "spam") for cut in moved])[0] == everything
