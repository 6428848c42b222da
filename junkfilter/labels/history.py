"""What was said of lines: which labels stand, which one counts, which were overruled."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import groupby, pairwise
from typing import NamedTuple

from junkfilter.chars import fold
from junkfilter.labels.items import SKIP, Label, LabelledLine
from junkfilter.labels.rows import LABEL_COLUMNS, label_of

# The labels that nobody took back, with their lines.
STANDING = (
    "labels JOIN items ON items.number = labels.item WHERE labels.undoes IS NULL"
    " AND labels.sequence NOT IN (SELECT undoes FROM labels WHERE undoes IS NOT NULL)"
)
_LABELS = f"SELECT {LABEL_COLUMNS} FROM {STANDING}"
_LATER = " ORDER BY labels.at, labels.sequence"


class Contradiction(NamedTuple):
    """Two labels of one line that say different things.

    Attributes:
        text: the line, as it stands where it got the new label.
        old: the label that does not count.
        new: the later one.
    """

    text: str
    old: Label
    new: Label


class _Said(NamedTuple):
    """A label, with the line that it is about."""

    label: Label
    text: str
    host: str
    source: str
    why: str


def of_item(database: sqlite3.Connection, item_id: str) -> list[Label]:
    """The labels of a line that stand, the latest last."""
    rows = database.execute(f"{_LABELS} AND items.id = ?{_LATER}", (item_id,)).fetchall()
    return [label_of(row) for row in rows]


def of_annotator(
    database: sqlite3.Connection, number: int, annotator: str, pass_number: int
) -> list[Label]:
    """An annotator's labels of a line in a round that stand, in order; skips are labels too."""
    query = (
        f"{_LABELS} AND labels.item = ? AND labels.annotator = ? AND labels.pass = ?"
        " ORDER BY labels.sequence"
    )
    return [label_of(row) for row in database.execute(query, (number, annotator, pass_number))]


def overruled(database: sqlite3.Connection, item_id: str, label: Label) -> bool:
    """Whether a later label of the line, which is no skip, says something else."""
    said = [own for own in of_item(database, item_id) if own.judgment.label != SKIP]
    return bool(said) and said[-1].judgment != label.judgment and label.judgment.label != SKIP


def last(
    database: sqlite3.Connection, annotator: str, pass_number: int, sequence: int | None
) -> Label | None:
    """An annotator's last label of any line in a round; or the one with a number, if it stands."""
    query = (
        f"{_LABELS} AND labels.annotator = ? AND labels.pass = ?"
        " AND (? IS NULL OR labels.sequence = ?) ORDER BY labels.sequence DESC LIMIT 1"
    )
    row = database.execute(query, (annotator, pass_number, sequence, sequence)).fetchone()
    return None if row is None else label_of(row)


def current(database: sqlite3.Connection) -> dict[str, Label]:
    """The latest label of each line that is no skip, by id."""
    rows = database.execute(f"{_LABELS} AND labels.label <> ?{_LATER}", (SKIP,)).fetchall()
    found = {label.item_id: label for label in map(label_of, rows)}
    return dict(sorted(found.items()))


def labelled(database: sqlite3.Connection) -> tuple[list[LabelledLine], list[Contradiction]]:
    """The lines with the label that counts, by id; and the labels that were overruled.

    Lines that differ only in width, case, script or invisible characters are one line for every
    model, so that one label of them counts, and one of them is given: the one with the lowest id
    of those that have this label.
    """
    query = (
        f"SELECT {LABEL_COLUMNS}, items.host, items.source, items.why FROM {STANDING}"
        " AND labels.label <> ?"
    )
    rows = database.execute(query, (SKIP,)).fetchall()
    said = [_Said(label_of(row[:9]), str(row[2]), *map(str, row[9:])) for row in rows]
    lines: list[LabelledLine] = []
    overruled: list[Contradiction] = []
    by_line = sorted(said, key=lambda own: (_key(own.text), own.label.at, own.label.sequence))
    for _, group in groupby(by_line, key=lambda own: _key(own.text)):
        of_line = list(group)
        lines.append(_line(of_line))
        overruled += [
            Contradiction(new.text, old.label, new.label)
            for old, new in pairwise(of_line)
            if _meaning(old) != _meaning(new)
        ]
    lines.sort(key=lambda line: line.id)
    overruled.sort(key=lambda pair: (pair.new.item_id, pair.new.at, pair.new.sequence))
    return lines, overruled


def _line(of_line: Iterable[_Said]) -> LabelledLine:
    """The line of the label that counts; labels are in order of time."""
    said = list(of_line)
    latest = {own.label.item_id: own for own in said}.values()
    meant = _meaning(said[-1])
    chosen = min(
        (own for own in latest if _meaning(own) == meant), key=lambda own: own.label.item_id
    )
    judgment = chosen.label.judgment
    return LabelledLine(
        chosen.label.item_id,
        chosen.text,
        judgment.label,
        judgment.family,
        judgment.spans,
        chosen.host,
        chosen.source,
        chosen.why,
        said[-1].label.at,
    )


def _key(text: str) -> str:
    # Nothing but invisible characters folds to nothing: such lines are each their own.
    return fold(text).strip() or text


def _meaning(said: _Said) -> tuple[str, tuple[str, ...]]:
    """What two labels must share to say the same: what the line is, and what was put in."""
    judgment = said.label.judgment
    return judgment.label, tuple(said.text[start:end] for start, end in judgment.spans)
