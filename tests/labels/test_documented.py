"""docs/labels.md says what the file and the commands are."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from junkfilter.labels import adding, collect, items, schema
from junkfilter.labels.exchange.transfer import FORMATS
from junkfilter.labels.store import MOST_BYTES, LabelStore

TEXT = (Path(__file__).parents[2] / "docs" / "labels.md").read_text("utf-8")


def test_every_column_is_documented(path: Path) -> None:
    """Each table and column stands in the page, as does the number of the format."""
    with LabelStore.open(path):
        pass
    with closing(sqlite3.connect(path)) as database:
        tables = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        columns = {
            column[1]
            for table in tables
            for column in database.execute(f"PRAGMA table_info({table})")
        }
        (application,) = database.execute("PRAGMA application_id").fetchone()
    missing = {name for name in {*tables, *columns} if f"`{name}`" not in TEXT}
    assert not missing
    assert f"{application:#X}".replace("0X", "0x") in TEXT
    assert f"number of the format, {schema.FORMAT}." in TEXT


def test_every_name_is_documented() -> None:
    """Reasons, labels, formats, and what becomes of candidates."""
    names = {*items.WHY, *items.LABELS, *FORMATS, *adding.Added._fields}
    missing = {name for name in names if f"`{name}`" not in TEXT}
    assert not missing


def test_the_figures_are_those_of_the_program() -> None:
    """Limits and budgets."""
    for figure in (
        f"{collect.EACH} lines a run",
        f"{items.MOST_CHARACTERS:,} characters",
        f"{items.CONTEXT_CHARACTERS:,} characters on each side",
        f"A file of {MOST_BYTES >> 20} MB",
    ):
        assert figure in TEXT


def test_the_example_for_crawlers_runs(tmp_path: Path, monkeypatch: object) -> None:
    """The Python block adds the lines of its page."""
    (code,) = re.findall(r"^```py\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    code = code.replace('"labels.db"', repr(str(tmp_path / "labels.db")))
    found: dict[str, object] = {"text": "市图书馆周末照常开放\n今天天气晴\n"}  # library, weather
    exec(code, found)
    added = found["added"]
    assert isinstance(added, adding.Added)
    assert added.new == 2
