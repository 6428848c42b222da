"""How far two people, or two rounds of one, agree."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import NamedTuple

from junkfilter.labels.history import STANDING
from junkfilter.labels.items import SKIP


class Pass(NamedTuple):
    """A round of one annotator.

    Attributes:
        annotator: the name.
        number: of the round, 1-based.
        labelled: lines with a label that stands, skips not counted.
    """

    annotator: str
    number: int
    labelled: int


class Agreement(NamedTuple):
    """How far two rounds agree on what lines are (`spam`, `text`, ...).

    Attributes:
        both: lines that both labelled.
        same: how many of them got the same label.
        raw: share of these, in [0, 1]; 0 without common lines.
        kappa: the share beyond what chance would give (Cohen, 1960), at most 1; 0 is chance. 1 if
            both gave every line the same one label, 0 without common lines.
        different: ids of the others, ascending.
    """

    both: int
    same: int
    raw: float
    kappa: float
    different: tuple[str, ...]


def all_passes(database: sqlite3.Connection) -> list[Pass]:
    """The rounds that there are labels of, by name and number."""
    rows = database.execute(
        f"SELECT labels.annotator, labels.pass, count(DISTINCT labels.item) FROM {STANDING}"
        " AND labels.label <> ? GROUP BY labels.annotator, labels.pass ORDER BY 1, 2",
        (SKIP,),
    )
    return [Pass(str(name), int(number), int(count)) for name, number, count in rows]


def agreement_of(
    database: sqlite3.Connection, first: tuple[str, int], second: tuple[str, int]
) -> Agreement:
    """How far two rounds agree; see `Agreement`."""
    one, other = _labels(database, first), _labels(database, second)
    common = sorted(one.keys() & other.keys())
    pairs = [(one[item], other[item]) for item in common]
    same = sum(own == theirs for own, theirs in pairs)
    different = tuple(item for item in common if one[item] != other[item])
    raw = same / len(pairs) if pairs else 0.0
    return Agreement(len(pairs), same, raw, kappa(pairs), different)


def kappa(pairs: list[tuple[str, str]]) -> float:
    """Cohen's kappa of two people's labels of the same lines.

    Args:
        pairs: for each line, the one's label and the other's.

    >>> kappa([("spam", "spam"), ("text", "text"), ("spam", "text"), ("text", "spam")])
    0.0
    >>> kappa([("spam", "spam"), ("text", "text")])
    1.0
    """
    if not pairs:
        return 0.0
    count = len(pairs)
    ours, theirs = Counter(own for own, _ in pairs), Counter(other for _, other in pairs)
    observed = sum(own == other for own, other in pairs) / count
    expected = sum(ours[label] * theirs[label] for label in ours) / count**2
    return 1.0 if expected == 1.0 else (observed - expected) / (1.0 - expected)


def _labels(database: sqlite3.Connection, of: tuple[str, int]) -> dict[str, str]:
    rows = database.execute(
        f"SELECT items.id, labels.label FROM {STANDING} AND labels.annotator = ?"
        " AND labels.pass = ? ORDER BY labels.sequence",
        of,
    )
    return {str(item): str(label) for item, label in rows if label != SKIP}
