"""What earlier runs saw of a site: how many of its pages began with the same line.

An injected line is often one string for all pages of a site, so that a suspicious first line that
other pages of the host had as well is worth more. Honest sites repeat their first line too (name,
navigation), so that this is evidence for lines that stage 1 suspects anyway, and too little to cut
a line by itself; such lines alone are noted.

A run reads the memory as it stood when the run began, and adds what it saw at its end: verdicts
depend neither on the order of pages nor on how many processes share the file. What is remembered
of a line is the set of pages that had it, as digests, at most the `MOST_PAGES` smallest: adding the
same pages again, in any order, changes nothing.

The file is an SQLite database. Nothing but digests and a run number is in it: a digest of host and
line together, and digests of pages, all keyed with random bytes that belong to the file. Who has
the file can check whether a host had a line only by knowing both.
"""

from __future__ import annotations

import math
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

from junkfilter.chars import fold, without_notes
from junkfilter.errors import SiteMemoryError

# Name of the evidence in stage 2.
EVIDENCE = "same first line"
# Log-odds of the evidence when seven other pages and more have the line; a third of it for one
# other page. If each began all pages of its site, 2 of 65,137 honest lines of the test files would
# be cut at `precision`, and none of 2,251 lines of navigation; of 64 labelled lines of spam 42 are
# found before an article on something else, 39 without it. With 1.5 it is 7, 0 and 44 (2026-11-23).
WEIGHT = 1.0
MOST_PAGES = 8
# Lines that a file remembers. One honest page in a hundred has a first line that is noted, so that
# this is some ten million pages; in memory it is about 50 MB.
MOST_LINES = 200_000

FORMAT = 1
_APPLICATION = 0x4A4B4D53
_PAGE_BYTES = 8
_LINE_BYTES = 16
_KEY_BYTES = 32
# Far more than MOST_LINES lines need: such a file is none of ours.
_MOST_FILE_BYTES = 1 << 28
# Others write for a second at most; who waits longer than this waits for a stopped process.
_PATIENCE = 60.0
_SCHEMA = (
    "CREATE TABLE site_memory (key BLOB NOT NULL, run INTEGER NOT NULL)",
    "CREATE TABLE first_lines (line BLOB PRIMARY KEY, pages BLOB NOT NULL, run INTEGER NOT NULL)"
    " WITHOUT ROWID",
)
_READ = "SELECT line, pages FROM first_lines ORDER BY line LIMIT ?"
_ADD = (
    "INSERT INTO first_lines VALUES (?, ?, ?) ON CONFLICT (line)"
    " DO UPDATE SET pages = joined(pages, excluded.pages), run = excluded.run"
)
# What is forgotten first: lines of one page, the longest not seen before the others.
_FORGET = (
    "DELETE FROM first_lines WHERE line IN (SELECT line FROM first_lines"
    " ORDER BY length(pages) > ?, run, line LIMIT max(0, (SELECT count(*) FROM first_lines) - ?))"
)


def site_of(url: str) -> str:
    """The host of an address, in lower case and without `www.`; empty where there is none.

    >>> site_of("https://www.Example.org:8080/a.html")
    'example.org'
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # `http://[`: not an address
        return ""
    return host.rstrip(".").removeprefix("www.")


def repetition(others: int) -> float:
    """The evidence that other pages of the site have the line, in [0, 1].

    >>> repetition(0), repetition(1), repetition(7), repetition(7000)
    (0.0, 0.3333333333333333, 1.0, 1.0)
    """
    return math.log2(1 + min(others, MOST_PAGES - 1)) / math.log2(MOST_PAGES)


class SiteMemory:
    """The first lines of a file as they stood when it was opened, and those noted since.

    May be shared between threads, and sent to other processes, which then know the same. Notes stay
    where they are made until `commit`.
    """

    def __init__(self, path: Path | None, key: bytes, known: Mapping[bytes, bytes]) -> None:
        self._path = path
        self._key = key
        self._known = known
        self._noted: dict[bytes, bytes] = {}
        self._lock = Lock()

    @classmethod
    def open(cls, path: str | Path) -> SiteMemory:
        """The memory in a file, which is made if there is none.

        Raises:
            SiteMemoryError: it cannot be read and written, is damaged, is another program's
                database, or was made by a newer junkfilter.
        """
        path = Path(path).absolute()
        with _connected(path) as database:
            # Found out now, not after hours of work: that the file can be written.
            database.execute("BEGIN IMMEDIATE")
            _prepare(database, path)
            key = _key_of(database, path)
            known = dict(database.execute(_READ, (MOST_LINES,)).fetchall())
            database.execute("COMMIT")
        if not all(map(_is_row, known.keys(), known.values())):
            raise SiteMemoryError(f"{path}: is damaged: a line is not what it should be")
        return cls(path, key, known)

    @classmethod
    def without_file(cls, key: bytes, notes: Iterable[tuple[bytes, bytes]] = ()) -> SiteMemory:
        """A memory that knows some notes and writes no file: an engine keeps them elsewhere.

        Args:
            key: 1 to 64 bytes; notes can be used by memories with the same key alone.
            notes: items of what `take_notes` gives, of any number of memories.
        """
        known: dict[bytes, bytes] = {}
        for line, pages in notes:
            known[line] = _joined(known.get(line, b""), pages)
        return cls(None, key, known)

    def __getstate__(self) -> dict[str, object]:
        return {"_path": self._path, "_key": self._key, "_known": self._known}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._noted = {}
        self._lock = Lock()

    def times(self, site: str, first_line: str, page: str) -> int:
        """On how many other pages of a site a line was the first, as known at the start.

        Args:
            site: the host, or whatever names the site.
            first_line: the page's first line that is not blank.
            page: the page's address, or its text where that is unknown; the page itself, seen in
                an earlier run, does not count.

        Returns:
            At most `MOST_PAGES`; 0 without a site or a line.
        """
        line = self._line_digest(site, first_line)
        own = self._digest(_PAGE_BYTES, site, page)
        return sum(other != own for other in _pages(self._known.get(line, b"")))

    def note(self, site: str, first_line: str, page: str) -> None:
        """Remembers that a page begins with a line; see `times`. Not known before `commit`."""
        line = self._line_digest(site, first_line)
        if line:
            own = self._digest(_PAGE_BYTES, site, page)
            with self._lock:
                self._noted[line] = _joined(self._noted.get(line, b""), own)
                if len(self._noted) > 2 * MOST_LINES:
                    self._noted = _smallest(self._noted)

    def take_notes(self) -> dict[bytes, bytes]:
        """What was noted and not committed, as digests of lines and of pages; not kept here."""
        with self._lock:
            noted, self._noted = self._noted, {}
        return noted

    def add_notes(self, notes: Mapping[bytes, bytes]) -> None:
        """Adds what another memory with the same key noted, in a worker; see `take_notes`."""
        with self._lock:
            for line, pages in notes.items():
                self._noted[line] = _joined(self._noted.get(line, b""), pages)
            if len(self._noted) > 2 * MOST_LINES:
                self._noted = _smallest(self._noted)

    def commit(self) -> None:
        """Adds what was noted to the file; all of it, or nothing if the process is killed.

        Raises:
            SiteMemoryError: the file cannot be written, or is not the one that was opened.
        """
        with self._lock:
            noted, self._noted = _smallest(self._noted), {}
        if not noted or self._path is None:
            return
        with _connected(self._path) as database:
            database.execute("BEGIN IMMEDIATE")
            _prepare(database, self._path)
            if _key_of(database, self._path) != self._key:
                raise SiteMemoryError(f"{self._path}: was replaced by another one meanwhile")
            database.execute("UPDATE site_memory SET run = run + 1")
            (run,) = database.execute("SELECT run FROM site_memory").fetchone()
            database.executemany(_ADD, [(line, pages, run) for line, pages in noted.items()])
            database.execute(_FORGET, (_PAGE_BYTES, MOST_LINES))
            database.execute("COMMIT")

    def _line_digest(self, site: str, first_line: str) -> bytes:
        line = without_notes(fold(first_line)).strip()
        return self._digest(_LINE_BYTES, site, line) if site and line else b""

    def _digest(self, size: int, site: str, text: str) -> bytes:
        # A host has no NUL: no other pair of texts gives the same bytes.
        data = f"{site}\0{text}".encode("utf-8", "surrogatepass")
        return blake2b(data, digest_size=size, key=self._key).digest()


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """A database, closed at the end; what was not committed is rolled back.

    Raises:
        SiteMemoryError: for everything that SQLite or the system refuses.
    """
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            database.create_function("joined", 2, _joined, deterministic=True)
            yield database
    except sqlite3.OperationalError as error:
        raise SiteMemoryError(f"{path}: cannot be read or written: {error}") from error
    except (sqlite3.Error, OverflowError) as error:
        raise SiteMemoryError(f"{path}: is no site memory, or is damaged: {error}") from error
    except (OSError, ValueError) as error:
        raise SiteMemoryError(f"{path}: cannot be opened: {error}") from error


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    """Checks that a database is ours, down to its schema; fills an empty one."""
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    schema = [sql for (sql,) in database.execute("SELECT sql FROM sqlite_master")]
    if not schema and application == version == 0:
        for statement in _SCHEMA:
            database.execute(statement)
        database.execute(f"PRAGMA application_id = {_APPLICATION}")
        database.execute(f"PRAGMA user_version = {FORMAT}")
        key = secrets.token_bytes(_KEY_BYTES)
        database.execute("INSERT INTO site_memory VALUES (?, 0)", (key,))
        return
    if application != _APPLICATION:
        raise SiteMemoryError(f"{path}: is a database of another program; name another file")
    if version > FORMAT:
        raise SiteMemoryError(f"{path}: was made by a newer junkfilter (format {version})")
    # A view or a trigger in the place of a table could run for ever.
    if version != FORMAT or len(schema) != len(_SCHEMA) or set(schema) != set(_SCHEMA):
        raise SiteMemoryError(f"{path}: is damaged: its tables are not those of a site memory")
    (size,) = database.execute(
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    ).fetchone()
    if size > _MOST_FILE_BYTES:
        raise SiteMemoryError(f"{path}: is too large for a site memory ({size} bytes)")


def _key_of(database: sqlite3.Connection, path: Path) -> bytes:
    rows = database.execute("SELECT key FROM site_memory LIMIT 2").fetchall()
    if len(rows) != 1 or not isinstance(rows[0][0], bytes) or len(rows[0][0]) != _KEY_BYTES:
        raise SiteMemoryError(f"{path}: is damaged: it has no key")
    return rows[0][0]


def _is_row(line: object, pages: object) -> bool:
    """Whether a row is a digest of a line and one to `MOST_PAGES` digests of pages."""
    return (
        isinstance(line, bytes)
        and isinstance(pages, bytes)
        and len(line) == _LINE_BYTES
        and len(pages) in range(_PAGE_BYTES, MOST_PAGES * _PAGE_BYTES + 1, _PAGE_BYTES)
    )


def _pages(joined: bytes) -> list[bytes]:
    return [joined[at : at + _PAGE_BYTES] for at in range(0, len(joined), _PAGE_BYTES)]


def _joined(first: bytes, second: bytes) -> bytes:
    """The smallest digests of two sets: whatever the order of joining, the result is the same."""
    return b"".join(sorted({*_pages(first), *_pages(second)})[:MOST_PAGES])


def _smallest(noted: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """As many notes as a file may hold: those with the smallest digests, in no order of pages."""
    return {line: noted[line] for line in sorted(noted)[:MOST_LINES]}
