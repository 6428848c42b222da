"""Tables of figures: aligned text, Markdown and plain values for JSON. Computes nothing."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from junkfilter.evaluation.metrics import Estimate

Cell: TypeAlias = str | int | float | Estimate | None

# Line ends would break a table, escape sequences from a spam line the terminal.
_BLANKS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")


class Table(NamedTuple):
    """Named rows of cells.

    Attributes:
        name: key in JSON, in `snake_case`.
        title: what people read above it.
        header: names of the columns.
        rows: as many cells in each as there are columns.
    """

    name: str
    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def text_table(table: Table) -> str:
    """The table in aligned columns; numbers to the right, Chinese characters two columns wide.

    >>> print(text_table(Table("t", "Cut", ("word", "lines"), [("新闻", 7), ("ad", 12)])))  # news
    Cut
    word  lines
    新闻      7
    ad       12
    """
    rows = [tuple(map(formatted, row)) for row in table.rows]
    widths = [max(map(_width, column)) for column in zip(table.header, *rows, strict=True)]
    numeric = _numeric_columns(table)
    lines = [
        "  ".join(map(_padded, row, widths, numeric)).rstrip() for row in (table.header, *rows)
    ]
    return "\n".join([table.title, *lines])


def markdown_table(table: Table) -> str:
    """The table in Markdown, with its title as a bold line.

    >>> print(markdown_table(Table("t", "Cut", ("word", "lines"), [("a|b", 7)])))
    **Cut**
    <BLANKLINE>
    | word | lines |
    |---|---:|
    | a\\|b | 7 |
    """
    marks = ["---:" if right else "---" for right in _numeric_columns(table)]
    rows = [[formatted(cell).replace("|", "\\|") for cell in row] for row in table.rows]
    lines = [f"| {' | '.join(row)} |" for row in (table.header, *rows)]
    lines.insert(1, f"|{'|'.join(marks)}|")
    return "\n".join([f"**{table.title}**", "", *lines])


def plain_rows(table: Table) -> list[dict[str, object]]:
    """The rows as dictionaries for JSON: numbers unrounded, infinite ones as None.

    >>> plain_rows(Table("t", "Cut", ("share",), [(Estimate(0.5, 0.25, 0.75),)]))
    [{'share': {'value': 0.5, 'low': 0.25, 'high': 0.75}}]
    """
    return [dict(zip(table.header, map(_plain, row), strict=True)) for row in table.rows]


def formatted(cell: Cell) -> str:
    """A cell as people read it: three significant digits, intervals in brackets.

    >>> formatted(Estimate(0.95, 0.905, 0.98)), formatted(0.00012345), formatted(None)
    ('0.95 [0.905, 0.98]', '0.000123', '-')
    """
    if cell is None:
        return "-"
    if isinstance(cell, Estimate):
        return f"{cell.value:.3g} [{cell.low:.3g}, {cell.high:.3g}]"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return f"{cell:.3g}" if isinstance(cell, float) else str(cell).translate(_BLANKS)


def _plain(cell: Cell) -> object:
    if isinstance(cell, Estimate):
        return {name: _plain(value) for name, value in cell._asdict().items()}
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def _numeric_columns(table: Table) -> list[bool]:
    return [
        bool(table.rows) and all(not isinstance(row[place], str | bool) for row in table.rows)
        for place in range(len(table.header))
    ]


def _padded(text: str, width: int, right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if right else text + blanks


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
