"""A column of pages in an Arrow table: what engines that move Arrow batches have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from junkfilter import JunkFilter, JunkfilterError, Result, SiteMemory
from junkfilter.extras import require
from junkfilter.integrations.records import cut_records

if TYPE_CHECKING:
    import pyarrow


def added_columns(column: str) -> tuple[str, str, str, str]:
    """Names of the columns that are added: kept text, cuts, kind of the page, its score.

    >>> added_columns("text")
    ('text_kept', 'text_cuts', 'text_page_kind', 'text_page_score')
    """
    return f"{column}_kept", f"{column}_cuts", f"{column}_page_kind", f"{column}_page_score"


def strip_table(
    table: pyarrow.Table, column: str, junk: JunkFilter, *, host: str | None = None
) -> pyarrow.Table:
    """The table with what became of a column of pages, in columns that are added at its end.

    Args:
        table: has the column, of strings; a null is a page without text, and what is kept of it
            is null. Columns that have the names of added ones are replaced.
        column: name of the column.
        junk: the filter.
        host: name of a column with the site of each page, for a filter with a site memory.

    Raises:
        JunkfilterError: there is no such column, or it does not hold strings.
    """
    check_columns(table.column_names, column, host)
    texts = table.column(column).to_pylist()
    if not all(text is None or isinstance(text, str) for text in texts):
        raise JunkfilterError(f"column {column!r} does not hold strings")
    pages = [text or "" for text in texts]
    if host is None:
        results = list(junk.strip_many(pages))
    else:
        results = strip_by_host(pages, table.column(host).to_pylist(), junk)
    added: tuple[list[Any], ...] = (
        [text and result.text for text, result in zip(texts, results, strict=True)],
        [cut_records(page, one.cuts) for page, one in zip(pages, results, strict=True)],
        [result.page_kind for result in results],
        [result.page_score for result in results],
    )
    present = set(added_columns(column)) & set(table.column_names)
    table = table.drop_columns(sorted(present))
    for values, (name, kind) in zip(added, arrow_fields(column), strict=True):
        table = table.append_column(name, require("pyarrow", "parquet").array(values, kind))
    return table


def check_columns(present: Sequence[str], *wanted: str | None) -> None:
    """Refuses a table without some columns; None stands for a column that nobody asked for.

    Raises:
        JunkfilterError: it names the first column that is missing, and those that are there.

    >>> check_columns(["url", "text"], "text", None)
    """
    for name in wanted:
        if name is not None and name not in present:
            raise JunkfilterError(f"there is no column {name!r} (there are {', '.join(present)})")


def arrow_fields(column: str) -> list[tuple[str, Any]]:
    """Names and Arrow types of the added columns."""
    arrow = require("pyarrow", "parquet")
    text, whole, real = arrow.string(), arrow.int64(), arrow.float64()
    # The keys of a `CutRecord`.
    cut = [("start", whole), ("end", whole), ("kind", text), ("family", text), ("score", real)]
    cut += [("fpr", real), ("detector", text), ("reason", text), ("text", text)]
    kinds = (text, arrow.list_(arrow.struct(cut)), text, real)
    return list(zip(added_columns(column), kinds, strict=True))


def strip_by_host(
    pages: Sequence[str], hosts: Sequence[str | None], junk: JunkFilter
) -> list[Result]:
    """A result for each page, in order; the pages of a host are judged together.

    >>> strip_by_host(["新闻"], ["news.example"], JunkFilter.load())[0].text  # "news"
    '新闻'
    """
    results: dict[int, Result] = {}
    for host, rows in rows_by_host(hosts).items():
        of_host = with_memory(junk, junk.site_memory, host)
        results |= zip(rows, of_host.strip_many(pages[row] for row in rows), strict=True)
    return [results[row] for row in range(len(pages))]


def rows_by_host(hosts: Iterable[str | None]) -> dict[str, list[int]]:
    """The numbers of the rows of each host, those of none under the empty name.

    >>> rows_by_host(["a.example", None, "a.example"])
    {'a.example': [0, 2], '': [1]}
    """
    rows: dict[str, list[int]] = {}
    for row, host in enumerate(hosts):
        rows.setdefault(host or "", []).append(row)
    return rows


def with_memory(junk: JunkFilter, memory: SiteMemory | None, host: str = "") -> JunkFilter:
    """The filter with another site memory, for the pages of a host; it shares the weights.

    >>> with_memory(JunkFilter.load(), None, "news.example").site
    'news.example'
    """
    return JunkFilter(junk.model, junk.policy, junk.path, memory, host)
