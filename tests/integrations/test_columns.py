"""Arrow tables with a column of pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from junkfilter import JunkFilter, JunkfilterError, SiteMemory
from junkfilter.integrations.columns import strip_by_host, strip_table
from junkfilter.integrations.records import put_back

pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
KEY = b"key of the test"


def test_results_are_the_command_lines(
    pages: list[str],
    expected: dict[str, list[dict[str, Any]]],
    same: Callable[[Any, Any], None],
    default_filter: JunkFilter,
) -> None:
    """Kept text, cuts, kind and score of each page; the columns that were there stay."""
    table = pyarrow.table({"number": range(len(pages)), "text": pages})
    done = strip_table(table, "text", default_filter)
    assert done.select(["number", "text"]).equals(table)
    rows = done.drop_columns(["number", "text"]).to_pylist()
    same(
        [{name.removeprefix("text_"): value for name, value in row.items()} for row in rows],
        expected["default"],
    )
    for page, row in zip(pages, rows, strict=True):
        assert put_back(row["text_kept"], row["text_cuts"]) == page


@pytest.mark.parametrize("texts", [[], [None], ["", None, "新闻"]])  # "news"
def test_empty_and_missing_texts(texts: list[str | None], default_filter: JunkFilter) -> None:
    """No rows, no text and an empty text are no errors; types are the same as ever."""
    table = pyarrow.table({"text": pyarrow.array(texts, pyarrow.string())})
    done = strip_table(table, "text", default_filter)
    assert done.column("text_kept").to_pylist() == texts
    full = strip_table(pyarrow.table({"text": ["新闻"]}), "text", default_filter)
    assert done.schema == full.schema


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        ({"body": ["新闻"]}, {}, "no column 'text' .there are body"),
        ({"text": ["新闻"]}, {"host": "host"}, "no column 'host'"),
        ({"text": [1, None]}, {}, "'text' does not hold strings"),
        ({"text": [b"news"]}, {}, "'text' does not hold strings"),
    ],
    ids=["no text", "no host", "numbers", "bytes"],
)
def test_what_is_no_column_of_texts_is_refused(
    columns: dict[str, list[Any]],
    options: dict[str, str],
    message: str,
    default_filter: JunkFilter,
) -> None:
    """The error names the column."""
    with pytest.raises(JunkfilterError, match=message):
        strip_table(pyarrow.table(columns), "text", default_filter, **options)


def test_added_columns_are_replaced(default_filter: JunkFilter) -> None:
    """A second run has the columns of the first."""
    once = strip_table(pyarrow.table({"text": ["新闻"]}), "text", default_filter)
    assert strip_table(once, "text", default_filter).equals(once)


def test_hosts_are_judged_apart_and_results_are_in_order(
    pages: list[str], default_filter: JunkFilter
) -> None:
    """Without a memory a host says nothing, and each result belongs to its page."""
    hosts = [("a.example", None, "b.example")[number % 3] for number in range(len(pages))]
    found = strip_by_host(pages, hosts, default_filter)
    assert found == list(default_filter.strip_many(pages))


def test_a_memory_without_a_file_knows_what_others_noted(pages: list[str]) -> None:
    """Notes of several memories, brought together, are what one memory would have noted."""
    halves = [SiteMemory.without_file(KEY), SiteMemory.without_file(KEY)]
    for number, memory in enumerate(halves):
        junk = JunkFilter.load(site_memory=memory, site="news.example")
        list(junk.strip_many(pages[number::2]))
    notes = [note for memory in halves for note in memory.take_notes().items()]
    assert notes
    together = SiteMemory.without_file(KEY, notes * 2)
    whole = SiteMemory.without_file(KEY)
    junk = JunkFilter.load(site_memory=whole, site="news.example")
    list(junk.strip_many(pages))
    again = SiteMemory.without_file(KEY, whole.take_notes().items())
    for page in pages:
        for line in page.splitlines():
            times = together.times("news.example", line, "elsewhere")
            assert times == again.times("news.example", line, "elsewhere")
            assert together.times("other.example", line, "elsewhere") == 0
    together.commit()  # there is no file: nothing is written, and nothing is wrong
