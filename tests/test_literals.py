"""Literals are found as plain search finds them, however many there are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from junkfilter.literals import Literals

_TEXT = st.text(alphabet="甲乙ab.*(\n", max_size=12)


@given(st.lists(_TEXT.filter(bool), max_size=8), _TEXT)
def test_a_literal_is_found_exactly_when_it_stands_in_the_text(
    literals: list[str], text: str
) -> None:
    """Whether any literal is found agrees with `in`, and what is found is one of them."""
    found = Literals(literals).first_in(text)
    assert bool(found) == any(literal in text for literal in literals)
    assert found == "" or (found in literals and found in text)


def test_no_literals_are_never_found() -> None:
    """An empty set finds nothing and is false."""
    assert not Literals([])
    assert Literals([]).first_in("新闻") == ""  # "news"


def test_long_literals_do_not_exhaust_the_stack() -> None:
    """A literal of fifty thousand characters is only another literal."""
    literal = "新" * 50_000
    assert Literals([literal]).first_in("旧" + literal) == literal
