"""Which lines nearly stand in other lines."""

from __future__ import annotations

from junkfilter.training.overlap import Shingles

LINE = "市图书馆下周起延长开放时间"  # "the library will stay open longer"


def share(line: str, *known: str) -> float:
    """The share of a line's pieces that known lines have."""
    return float(Shingles(known).shares([line])[0])


def test_equal_and_different_lines() -> None:
    """A line shares all with itself and nothing with another."""
    assert share(LINE, LINE) == 1.0
    assert share(LINE, "气象台发布暴雨蓝色预警信号") == 0.0  # "rainstorm warning"


def test_script_width_and_case_do_not_matter() -> None:
    """Pieces are of folded characters."""
    assert share("市圖書館ＡＢＣ下週起延長", "市图书馆abc下周起延长") == 1.0


def test_a_line_with_an_addition_shares_most() -> None:
    """Of 13 + 3 characters 9 pieces of 8 remain, 6 of them known."""
    assert share(LINE + "请留意", LINE) == 6 / 9


def test_pieces_do_not_reach_over_line_ends() -> None:
    """Two known lines do not make a piece together."""
    assert share("一二三四五六七八", "一二三四", "五六七八") == 0.0


def test_short_lines_count_as_wholes() -> None:
    """A line shorter than a piece is known as a whole or not at all."""
    assert share("图书馆", "图书馆") == 1.0
    assert share("图书馆", "图书") == 0.0
    assert share("图书馆", LINE) == 0.0


def test_many_lines_keep_their_places() -> None:
    """Shares come in the order of the lines, beyond one batch."""
    lines = [f"第{n}号公告关于道路施工的通知" for n in range(9000)]
    shares = Shingles([lines[7]]).shares(lines)
    assert len(shares) == 9000
    assert shares[7] == 1.0
