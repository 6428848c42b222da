"""Ray Data: the documented program on a local Ray, with a table of pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from junkfilter.integrations.records import put_back

# Ray looks for a newer self, and for a dashboard, if it is not told otherwise.
ENVIRONMENT = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DATA_DISABLE_PROGRESS_BARS": "1"}
NAMES = {"kept": "text_kept", "cuts": "text_cuts"}
NAMES |= {"page_kind": "text_page_kind", "page_score": "text_page_score"}


@pytest.fixture(scope="module")
def rows(
    pages: list[str],
    program: Callable[..., Any],
    block: Callable[[str, str, str], str],
    needed: Callable[[str], None],
    tmp_path_factory: pytest.TempPathFactory,
) -> list[dict[str, Any]]:
    """What the program of docs/engines.md wrote, in order of the pages; the last has no text."""
    needed("ray")
    import pyarrow
    import pyarrow.parquet

    folder = tmp_path_factory.mktemp("ray")
    texts = [*pages, None]
    table = pyarrow.table({"id": range(len(texts)), "text": texts})
    pyarrow.parquet.write_table(table, folder / "pages.parquet", row_group_size=7)
    (folder / "clean.py").write_text(
        block("engines.md", "py", 'read_parquet("pages.parquet")\nstrip'), "utf-8"
    )
    program("clean.py", cwd=folder, environment=ENVIRONMENT)
    found = [
        row
        for path in Path(folder / "kept").glob("*.parquet")
        for row in pyarrow.parquet.read_table(path).to_pylist()
    ]
    return sorted(found, key=lambda row: int(row["id"]))


def test_results_are_the_command_lines(
    pages: list[str],
    expected: dict[str, list[dict[str, Any]]],
    same: Callable[[Any, Any], None],
    rows: list[dict[str, Any]],
) -> None:
    """Kept text, cuts, kind and score of each page; one row out per row in."""
    assert [row["id"] for row in rows] == list(range(len(pages) + 1))
    found = [{short: row[name] for short, name in NAMES.items()} for row in rows[:-1]]
    same(found, expected["default"])


def test_cuts_give_the_text_back(pages: list[str], rows: list[dict[str, Any]]) -> None:
    """What was cut is in the table, and can be put back; a null stays a null."""
    for page, row in zip(pages, rows, strict=False):
        assert put_back(row["text_kept"], row["text_cuts"]) == page
    assert (rows[-1]["text_kept"], rows[-1]["text_cuts"]) == (None, [])
