"""Every kind of cut is told by a sign and a line as well as by a colour that can be read."""

from __future__ import annotations

import pytest

from junkfilter.policy import DAMAGE, KINDS
from junkfilter.presentation.colours import INK, PAPER, Mark, mark_rules, marks, style_variables


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_kind_has_a_look() -> None:
    """Whatever a cut or a flag can be called is there."""
    assert set(marks()) == {*KINDS, DAMAGE}


def test_signs_and_names_differ() -> None:
    """No two kinds share a letter."""
    signs = [mark.sign for mark in marks().values()]
    assert len(set(signs)) == len(signs)


@pytest.mark.parametrize("mark", marks().values(), ids=lambda mark: mark.kind)
def test_colours_can_be_read(mark: Mark) -> None:
    """Signs on the ground and on the tint, and text on the tint, have a contrast of 4.5."""
    for scheme, line, tint in (
        ("light", mark.light, mark.light_tint),
        ("dark", mark.dark, mark.dark_tint),
    ):
        assert contrast(line, PAPER[scheme]) >= 4.5
        assert contrast(line, tint) >= 4.5
        assert contrast(INK[scheme], tint) >= 4.5


def test_style_sheets_name_every_kind() -> None:
    """Both schemes have variables, and cuts and flags rules."""
    for kind in marks():
        assert style_variables().count(f"--{kind}:") == 2
        assert f"del.{kind} " in mark_rules()
        assert f"mark.{kind} " in mark_rules()
