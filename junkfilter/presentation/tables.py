"""Tables of figures as HTML: numbers to the right, shares with a bar for their interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from junkfilter.evaluation.metrics import Estimate
from junkfilter.evaluation.table import Cell, Table, formatted
from junkfilter.presentation.markup import Html, tag


def html_table(
    header: Sequence[str],
    rows: Sequence[Sequence[Cell | Html]],
    *,
    caption: str | None = None,
    lines: frozenset[str] = frozenset(),
) -> Html:
    """A table that scrolls by itself where it is too wide.

    Args:
        header: names of the columns.
        rows: cells; `Html` as it is, everything else as `formatted` writes it.
        caption: above the table.
        lines: columns that hold lines of pages, which may break anywhere.
    """
    heads = [
        tag("th", name, scope="col", class_="number" if _is_number(rows, place) else None)
        for place, name in enumerate(header)
    ]
    body = [
        tag("tr", *(_cell(cell, header[place] in lines) for place, cell in enumerate(row)))
        for row in rows
    ]
    table = tag(
        "table",
        tag("caption", caption) if caption else None,
        tag("thead", tag("tr", *heads)),
        tag("tbody", *body),
    )
    # A box that scrolls must be reachable by keyboard.
    return tag("div", table, class_="scroll", tabindex="0")


def of_table(table: Table) -> Html:
    """A table of `junkfilter evaluate`."""
    return html_table(table.header, table.rows, caption=table.title, lines=frozenset({"text"}))


def interval_bar(estimate: Estimate) -> Html:
    """A share in [0, 1] as a point with its interval."""
    low, value, high = (f"{100 * end:.1f}" for end in (estimate.low, estimate[0], estimate.high))
    return tag(
        "svg",
        tag("rect", x="0", y="0", width="100", height="10", class_="frame"),
        tag("line", x1=low, x2=high, y1="5", y2="5", class_="range"),
        tag("line", x1=value, x2=value, y1="1", y2="9", class_="dot"),
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        class_="interval",
        aria_hidden="true",
    )


def share_in_words(estimate: Estimate) -> str:
    """A share and its interval in percent.

    >>> share_in_words(Estimate(0.95, 0.905, 0.98))
    '95.0 % (90.5–98.0)'
    """
    value, low, high = (100 * end for end in estimate)
    digits = 1 if high >= 1 else 3
    return f"{value:.{digits}f} % ({low:.{digits}f}–{high:.{digits}f})"


def confusion_table(counts: Mapping[str, Mapping[str, int]], names: Sequence[str]) -> Html:
    """Labelled families by the families that were named, each cell shaded by its share of the row.

    Args:
        counts: number of lines, by labelled family and then by named one.
        names: of the columns, in order.
    """
    heads = [tag("th", "labelled ↓ named →", scope="col"), *(_column_head(n) for n in names)]
    body = []
    for family, row in counts.items():
        total = sum(row.values())
        cells = [_confusion_cell(row.get(name, 0), total, name == family) for name in names]
        body.append(tag("tr", tag("th", f"{family} ({total})", scope="row"), *cells))
    table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *body), class_="confusion")
    return tag("div", table, class_="scroll", tabindex="0")


def _column_head(name: str) -> Html:
    return tag("th", name, scope="col")


def _confusion_cell(count: int, total: int, right: bool) -> Html:
    share = count / total if total else 0.0
    level = sum(share > bar for bar in (0.0, 0.1, 0.35, 0.7))
    looks = [f"share{level}"] if level else []
    looks += ["right"] if right else []
    return tag("td", str(count) if count else "", class_=" ".join(looks) or None)


def _cell(cell: Cell | Html, is_line: bool) -> Html:
    if isinstance(cell, Html):
        return tag("td", cell)
    plain = isinstance(cell, str | bool)
    look = "line" if is_line else None if plain else "number"
    return tag("td", str(cell) if isinstance(cell, str) else formatted(cell), class_=look)


def _is_number(rows: Sequence[Sequence[Cell | Html]], place: int) -> bool:
    return bool(rows) and not any(isinstance(row[place], str | bool) for row in rows)
