"""An open file of labels: one connection, shared between threads, and its transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self, TypeVar

from junkfilter.labels.schema import refused

Answer = TypeVar("Answer")


class Connection:
    """A file that is open.

    Attributes:
        path: the file.
    """

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path = path
        self._database = database
        self._lock = RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the use of the file; twice does no harm."""
        with self._lock:
            self._database.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that is done within is one transaction: everything, or nothing if it fails.

        Raises:
            DataError: the file cannot be written.
        """
        with self._writing():
            yield

    def _read(self, question: Callable[..., Answer], *arguments: object) -> Answer:
        """What a function finds in the database.

        Raises:
            DataError: the file cannot be read, or is damaged.
        """
        with self._reading() as database:
            return question(database, *arguments)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, refused(self.path):
            yield self._database

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction; one inside of another is part of it.

        Raises:
            DataError: the file cannot be written.
        """
        with self._reading() as database:
            if database.in_transaction:
                yield database
                return
            # At once, so that what is read in it is what will be changed.
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
                database.execute("COMMIT")
            finally:
                if database.in_transaction:
                    database.execute("ROLLBACK")
