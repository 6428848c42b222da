"""The tables of a labels file, and who may open it.

A labels file is an SQLite database in WAL mode. A file may come from a stranger: it is read only if
its tables are, to the letter, the ones written here, so that no view or trigger stands in the place
of a table; nothing longer than `_MOST_VALUE` is ever read from it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from junkfilter.errors import DataError

FORMAT = 1
_APPLICATION = 0x4A4B4C42  # "JKLB"
_MOST_VALUE = 1 << 20
# Others write for a second at most; who waits longer than this waits for a stopped process.
_PATIENCE = 60.0
_TABLES = (
    # A line, with its page and what the filter thought of it. Never changed.
    "CREATE TABLE items (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL,"
    " before TEXT NOT NULL, after TEXT NOT NULL, offset INTEGER NOT NULL, host TEXT NOT NULL,"
    " source TEXT NOT NULL, line INTEGER NOT NULL, kind TEXT NOT NULL, family TEXT NOT NULL,"
    " score REAL NOT NULL, fpr REAL NOT NULL, stage1 REAL NOT NULL, spans TEXT NOT NULL,"
    " why TEXT NOT NULL, worth REAL NOT NULL, model TEXT NOT NULL, model_digest TEXT NOT NULL,"
    " collected REAL NOT NULL, signature BLOB NOT NULL)",
    "CREATE INDEX items_by_worth ON items (worth DESC, id)",
    "CREATE INDEX items_by_verdict ON items (kind, family, why)",
    # Under which keys a line is found by lines that are near it.
    "CREATE TABLE bands (band BLOB NOT NULL, item INTEGER NOT NULL, PRIMARY KEY (band, item))"
    " WITHOUT ROWID",
    # What people said, one row each, never changed and never removed. A row with `undoes` takes
    # that one back.
    "CREATE TABLE labels (sequence INTEGER PRIMARY KEY, item INTEGER NOT NULL, label TEXT NOT NULL,"
    " family TEXT NOT NULL, spans TEXT NOT NULL, annotator TEXT NOT NULL, pass INTEGER NOT NULL,"
    " at REAL NOT NULL, undoes INTEGER)",
    "CREATE INDEX labels_by_item ON labels (item)",
)


@contextmanager
def refused(path: Path) -> Iterator[None]:
    """Gives what SQLite and the system refuse as `DataError`, with the file's name."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise DataError(f"cannot be read or written: {error}", path=str(path)) from error
    except (sqlite3.Error, OverflowError, UnicodeError) as error:
        raise DataError(f"is no file of labels, or is damaged: {error}", path=str(path)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(f"cannot be opened: {reason}", path=str(path)) from error


def connected(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection to a labels file, which is made if there is none.

    Raises:
        DataError: it cannot be opened, is another program's database, is damaged, or was made by a
            newer junkfilter; with `read_only`, there is none.
    """
    if "\0" in str(path):  # SQLite would open a file with the part before it
        raise DataError("no such file", path=str(path))
    if read_only and not path.is_file():
        raise DataError("no such file", path=str(path), advice="junkfilter collect makes one")
    with refused(path):
        mode = "ro" if read_only else "rwc"
        database = sqlite3.connect(
            f"{path.as_uri()}?mode={mode}",
            uri=True,
            timeout=_PATIENCE,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _prepare(database, path, read_only=read_only)
        except BaseException:
            database.close()
            raise
    return database


def size_of(database: sqlite3.Connection) -> int:
    """Bytes that the file takes, what the running transaction adds included."""
    (size,) = database.execute(
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    ).fetchone()
    return int(size)


def _prepare(database: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_VALUE)
    database.execute("PRAGMA trusted_schema = OFF")
    if not read_only and _is_new(database):
        database.execute("PRAGMA journal_mode = WAL")
        # Two processes may have seen the same empty file.
        database.execute("BEGIN IMMEDIATE")
        if _is_new(database):
            for statement in _TABLES:
                database.execute(statement)
            database.execute(f"PRAGMA application_id = {_APPLICATION}")
            database.execute(f"PRAGMA user_version = {FORMAT}")
        database.execute("COMMIT")
    _check(database, path)


def _is_new(database: sqlite3.Connection) -> bool:
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return not (application or version or tables)


def _check(database: sqlite3.Connection, path: Path) -> None:
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if application != _APPLICATION:
        advice = "name another file"
        raise DataError("is a database of another program", path=str(path), advice=advice)
    if version > FORMAT:
        raise DataError(f"was made by a newer junkfilter (format {version})", path=str(path))
    tables = [
        sql for (sql,) in database.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL")
    ]
    if version != FORMAT or sorted(tables) != sorted(_TABLES):
        raise DataError("is damaged: its tables are not those of a file of labels", path=str(path))
