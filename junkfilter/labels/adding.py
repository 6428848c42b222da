"""How a line comes into a file of labels: once, and only while there is room."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace
from typing import Literal, NamedTuple

from junkfilter.errors import DataError
from junkfilter.labels import near
from junkfilter.labels.items import Candidate, checked, item_id
from junkfilter.labels.rows import ITEM_FIELDS, item_values
from junkfilter.labels.schema import size_of

# Lines that share a band with a new one and are compared with it.
_MOST_COMPARED = 100
_ADD = (
    f"INSERT INTO items ({', '.join(ITEM_FIELDS)}, signature)"
    f" VALUES ({', '.join('?' * len(ITEM_FIELDS))}, ?)"
)
_NEAR = (
    "SELECT DISTINCT items.signature FROM bands JOIN items ON items.number = bands.item"
    f" WHERE bands.band IN ({', '.join('?' * near.BANDS)}) LIMIT {_MOST_COMPARED}"
)


class Added(NamedTuple):
    """What became of some candidates.

    Attributes:
        new: were added.
        known: were there already, character by character.
        near: are nearly the same as a line that is there.
        full: were left out because the file has its largest size.
        refused: are blank, too long or otherwise no candidates.
    """

    new: int = 0
    known: int = 0
    near: int = 0
    full: int = 0
    refused: int = 0

    def __add__(self, other: object) -> Added:
        """The sums of both, field by field."""
        if not isinstance(other, Added):
            return NotImplemented
        return Added(*(own + theirs for own, theirs in zip(self, other, strict=True)))


def add(
    database: sqlite3.Connection, candidate: Candidate, *, keep_near: bool, max_bytes: int
) -> Literal["new", "known", "near", "full", "refused"]:
    """Adds a line within a transaction.

    Returns:
        What became of it, as `Added` names it.
    """
    try:
        candidate = checked(candidate)
    except DataError:
        return "refused"
    same = (item_id(candidate.text),)
    if database.execute("SELECT 1 FROM items WHERE id = ?", same).fetchone():
        return "known"
    signature = near.signature(candidate.text)
    keys = near.bands(signature)
    if not keep_near:
        others = database.execute(_NEAR, keys).fetchall()
        if any(near.resemble(other, signature) for (other,) in others):
            return "near"
    if size_of(database) >= max_bytes:
        return "full"
    if not candidate.collected:
        candidate = replace(candidate, collected=time.time())
    number = database.execute(_ADD, [*item_values(candidate), signature]).lastrowid
    database.executemany("INSERT INTO bands VALUES (?, ?)", [(key, number) for key in keys])
    return "new"
