"""Which lines come next, and how far somebody is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from junkfilter.labels.history import STANDING
from junkfilter.labels.items import SKIP, Item
from junkfilter.labels.rows import ITEM_COLUMNS, item_of

# Lines that are read at a time, where all are.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which lines are wanted; what is empty or None wants all.

    Attributes:
        families: families that the filter named; "" is a line without one.
        kinds: kinds that the filter named.
        why: reasons for which lines were collected.
        hosts: sites.
        lowest: smallest score, log-odds.
        highest: largest score, log-odds.
        unlabelled: only lines that nobody has labelled yet; a skip is no label.
        labelled_by: only lines that this annotator, or anybody if the name is empty, has labelled
            in this round; a skip is no label.
    """

    families: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None
    unlabelled: bool = False
    labelled_by: tuple[str, int] | None = None


EVERYTHING = QueueFilter()


class Place(NamedTuple):
    """Whose queue, and which part of it.

    Attributes:
        annotator: who labels; empty for nobody in particular.
        pass_number: the round, 1-based.
        limit: how many lines at most.
        after: id of the line before the first; empty for the beginning.
    """

    annotator: str
    pass_number: int
    limit: int
    after: str


class Progress(NamedTuple):
    """How far an annotator is in a round.

    Attributes:
        total: lines that the filter lets through.
        labelled: how many of them the annotator labelled, skips not counted.
        skipped: how many of them the annotator skipped.
        by_label: number of lines by label.
    """

    total: int
    labelled: int
    skipped: int
    by_label: dict[str, int]


def queue_items(database: sqlite3.Connection, wanted: QueueFilter, place: Place) -> list[Item]:
    """The lines of a part of a queue, those most worth a look first, then by id."""
    conditions, values = _conditions(wanted)
    if place.annotator:
        conditions.append(
            f"items.number NOT IN (SELECT labels.item FROM {STANDING}"
            " AND labels.annotator = ? AND labels.pass = ?)"
        )
        values += place.annotator, place.pass_number
    if place.after:
        conditions.append("(-items.worth, items.id) > (SELECT -worth, id FROM items WHERE id = ?)")
        values.append(place.after)
    query = (
        f"SELECT {ITEM_COLUMNS} FROM items WHERE {' AND '.join(conditions)}"
        " ORDER BY items.worth DESC, items.id LIMIT ?"
    )
    return [item_of(row) for row in database.execute(query, [*values, place.limit]).fetchall()]


def items_after(database: sqlite3.Connection, last: str) -> list[Item]:
    """Some lines by id, from the one after an id; none at the end."""
    query = f"SELECT {ITEM_COLUMNS} FROM items WHERE id > ? ORDER BY id LIMIT {_AT_ONCE}"
    return [item_of(row) for row in database.execute(query, (last,)).fetchall()]


def queue_progress(
    database: sqlite3.Connection, wanted: QueueFilter, annotator: str, pass_number: int
) -> Progress:
    """How many lines a filter lets through, and how many of them are done."""
    conditions, values = _conditions(wanted)
    where = " AND ".join(conditions)
    (total,) = database.execute(f"SELECT count(*) FROM items WHERE {where}", values).fetchone()
    # Of a line that got several labels in the round, the last one counts.
    rows = database.execute(
        f"SELECT labels.label, max(labels.sequence) FROM {STANDING}"
        f" AND labels.annotator = ? AND labels.pass = ? AND {where} GROUP BY labels.item",
        [annotator, pass_number, *values],
    ).fetchall()
    by_label: dict[str, int] = {}
    for label, _ in sorted(rows):
        by_label[str(label)] = by_label.get(str(label), 0) + 1
    skipped = by_label.get(SKIP, 0)
    return Progress(int(total), len(rows) - skipped, skipped, by_label)


def queue_choices(database: sqlite3.Connection) -> dict[str, dict[str, int]]:
    """Number of lines by `kind`, `family` and `why`, each in order of the values."""
    choices: dict[str, dict[str, int]] = {}
    for column in ("kind", "family", "why"):
        query = f"SELECT {column}, count(*) FROM items GROUP BY {column} ORDER BY {column}"
        choices[column] = {str(value): int(n) for value, n in database.execute(query)}
    return choices


def _conditions(wanted: QueueFilter) -> tuple[list[str], list[object]]:
    """SQL conditions that all must hold, and the values in them."""
    conditions, values = ["TRUE"], list[object]()
    lists: Iterable[tuple[str, tuple[str, ...]]] = (
        ("family", wanted.families),
        ("kind", wanted.kinds),
        ("why", wanted.why),
        ("host", wanted.hosts),
    )
    for column, names in lists:
        if names:
            conditions.append(f"items.{column} IN ({', '.join('?' * len(names))})")
            values += names
    for sign, bound in ((">=", wanted.lowest), ("<=", wanted.highest)):
        if bound is not None:
            conditions.append(f"items.score {sign} ?")
            values.append(bound)
    labelled = f"(SELECT labels.item FROM {STANDING} AND labels.label <> '{SKIP}'"
    if wanted.unlabelled:
        conditions.append(f"items.number NOT IN {labelled})")
    if wanted.labelled_by is not None:
        name, pass_number = wanted.labelled_by
        conditions.append(
            f"items.number IN {labelled} AND labels.pass = ? AND ? IN ('', annotator))"
        )
        values += pass_number, name
    return conditions, values
