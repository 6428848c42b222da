"""A file of lines and labels: several processes may add to it at the same time.

Every change is one transaction: who is killed loses at most the one in flight. What was said of a
line is a history that only grows; undoing is a row of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from junkfilter.errors import DataError
from junkfilter.labels import history
from junkfilter.labels.adding import Added, add
from junkfilter.labels.agreement import Agreement, Pass, agreement_of, all_passes
from junkfilter.labels.connection import Connection
from junkfilter.labels.history import Contradiction
from junkfilter.labels.items import (
    Candidate,
    Item,
    Judgment,
    Label,
    LabelledLine,
    checked,
    checked_name,
    checked_time,
    item_id,
)
from junkfilter.labels.queue import (
    EVERYTHING,
    Place,
    Progress,
    QueueFilter,
    items_after,
    queue_choices,
    queue_items,
    queue_progress,
)
from junkfilter.labels.rows import ITEM_COLUMNS, item_of, spans_text
from junkfilter.labels.schema import connected

# From this size on no lines are added, by default.
MOST_BYTES = 256 << 20
_LABEL = (
    "INSERT INTO labels (item, label, family, spans, annotator, pass, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_UNDO = (
    "INSERT INTO labels (item, label, family, spans, annotator, pass, at, undoes)"
    " SELECT item, 'undone', '', '[]', annotator, pass, ?, sequence FROM labels WHERE sequence = ?"
)


class LabelConflictError(DataError):
    """The line got another label since it was looked at.

    Attributes:
        label: the one that stands; None if it was taken back.
    """

    def __init__(self, label: Label | None) -> None:
        self.label = label
        super().__init__("this line got another label meanwhile")


class LabelStore(Connection):
    """An open file of labels. May be shared between threads.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, LabelStore.open(f"{folder}/labels.db") as s:
    ...     _ = s.add([Candidate(text="澜海体育官网")])  # site of an (invented) betting brand
    ...     _ = s.label(s.queue()[0].id, Judgment("spam", "gambling"), "ada")
    ...     [(line.text, line.label) for line in s.labelled()]
    [('澜海体育官网', 'spam')]
    """

    def __init__(self, path: Path, database: sqlite3.Connection, max_bytes: int) -> None:
        super().__init__(path, database)
        self._max_bytes = max_bytes

    @classmethod
    def open(
        cls, path: str | Path, *, read_only: bool = False, max_bytes: int = MOST_BYTES
    ) -> LabelStore:
        """The labels in a file, which is made if there is none.

        Args:
            path: the file; SQLite keeps `-wal` and `-shm` files beside it while it is open.
            read_only: nothing is written, and the file must be there.
            max_bytes: from this size on no lines are added; labels still are.

        Raises:
            DataError: it cannot be opened, is another program's database, is damaged, or was made
                by a newer junkfilter.
        """
        path = Path(path).absolute()
        return cls(path, connected(path, read_only=read_only), max_bytes)

    def add(self, candidates: Iterable[Candidate], *, keep_near: bool = False) -> Added:
        """Adds lines that are not there yet, all of them in one transaction.

        Args:
            candidates: as `Candidate` says; others are counted as refused.
            keep_near: add lines that are nearly the same as others too.

        Raises:
            DataError: the file cannot be written.
        """
        counts = dict.fromkeys(Added._fields, 0)
        # Whoever makes them may take hours; others wait for the end of the transaction.
        found = list(candidates)
        with self._writing() as database:
            for candidate in found:
                became = add(database, candidate, keep_near=keep_near, max_bytes=self._max_bytes)
                counts[became] += 1
        return Added(**counts)

    def report(
        self,
        candidate: Candidate,
        judgment: Judgment,
        annotator: str = "report",
        *,
        at: float | None = None,
    ) -> str:
        """Adds one line with its label, whatever else is nearly the same; in one transaction.

        Returns:
            The id of the line.

        Raises:
            DataError: the line or the judgment is none, or the file is full or cannot be written.
        """
        candidate = checked(candidate)
        item = item_id(candidate.text)
        with self._writing() as database:
            if add(database, candidate, keep_near=True, max_bytes=self._max_bytes) == "full":
                raise DataError("has its largest size", path=str(self.path))
            self.label(item, judgment, annotator, at=at)
        return item

    def item(self, item_id: str) -> Item:
        """The line with an id.

        Raises:
            DataError: there is none.
        """
        return self._one_item(item_id)[1]

    def items(self) -> Iterator[Item]:
        """All lines, by id."""
        last = ""
        while True:
            found = self._read(items_after, last)
            yield from found
            if not found:
                return
            last = found[-1].id

    def label(
        self,
        item_id: str,
        judgment: Judgment,
        annotator: str,
        pass_number: int = 1,
        *,
        seen: int | None = None,
        at: float | None = None,
        imported: bool = False,
    ) -> Label:
        """Adds what somebody says of a line; said again, it adds nothing while it still counts.

        Args:
            item_id: the line.
            judgment: is brought into its one form first, see `Judgment.checked`.
            annotator: who says it.
            pass_number: in which round, 1-based.
            seen: sequence of the annotator's own label of this round that was known when this one
                was made, 0 for none; checked if given, so that of two windows none overwrites the
                other unseen.
            at: Unix time in seconds; now by default.
            imported: what was said before now: if the annotator's last label says the same, that
                adds nothing, even where somebody else has overruled it since.

        Raises:
            LabelConflictError: the label that stands is not the one that was seen.
            DataError: no such line, a judgment that does not fit it, or the file cannot be written.
        """
        annotator = checked_name(annotator)
        with self._writing() as database:
            number, item = self._one_item(item_id)
            judgment = judgment.checked(item.text)
            own = history.of_annotator(database, number, annotator, pass_number)
            # Who says it again after somebody else overruled it overrules that.
            stands = imported or not own or not history.overruled(database, item_id, own[-1])
            for known in own:
                # The last one said again, or an import of what was imported.
                last = stands and known is own[-1]
                if known.judgment == judgment and (last or known.at == at):
                    return known
            if seen is not None and seen != (own[-1].sequence if own else 0):
                raise LabelConflictError(own[-1] if own else None)
            label, family, spans = judgment.label, judgment.family, spans_text(judgment.spans)
            now = checked_time(at)
            added = database.execute(
                _LABEL, (number, label, family, spans, annotator, pass_number, now)
            )
            sequence = int(added.lastrowid or 0)
        return Label(sequence, item.id, judgment, annotator, pass_number, now)

    def undo(
        self,
        annotator: str,
        pass_number: int = 1,
        *,
        sequence: int | None = None,
        at: float | None = None,
    ) -> Label | None:
        """Takes back an annotator's last label of a round that stands; again, the one before it.

        Args:
            annotator: who labelled.
            pass_number: in which round, 1-based.
            sequence: takes back this label of theirs and no other; by default the last one.
            at: Unix time in seconds; now by default.

        Returns:
            The label that was taken back; None if there is none, or it does not stand any more.
        """
        with self._writing() as database:
            taken = history.last(database, annotator, pass_number, sequence)
            if taken is not None:
                database.execute(_UNDO, (checked_time(at), taken.sequence))
        return taken

    def history(self, item_id: str) -> list[Label]:
        """All labels of a line that stand, in order of time."""
        return self._read(history.of_item, item_id)

    def current(self) -> dict[str, Label]:
        """The label that counts of each labelled line, by id: the latest that is no skip."""
        return self._read(history.current)

    def labelled(self) -> Iterator[LabelledLine]:
        """The labelled lines in order of their ids; of the same line folded, one, the latest wins.

        What it gives depends on no order in which lines and labels came, but that of labels which
        contradict each other.
        """
        return iter(self._read(history.labelled)[0])

    def contradictions(self) -> list[Contradiction]:
        """Labels that were overruled by a later one of the same line, by id."""
        return self._read(history.labelled)[1]

    def queue(
        self,
        wanted: QueueFilter = EVERYTHING,
        annotator: str = "",
        pass_number: int = 1,
        *,
        limit: int = 50,
        after: str = "",
    ) -> list[Item]:
        """The next lines to look at, those most worth it first; in the same order every time.

        Args:
            wanted: which lines.
            annotator: leave out lines that this one labelled or skipped in the round.
            pass_number: the round, 1-based.
            limit: how many at most.
            after: begin after the line with this id.
        """
        return self._read(queue_items, wanted, Place(annotator, pass_number, limit, after))

    def progress(
        self, annotator: str, pass_number: int = 1, wanted: QueueFilter = EVERYTHING
    ) -> Progress:
        """How many lines there are, and how many an annotator did in a round."""
        return self._read(queue_progress, wanted, annotator, pass_number)

    def choices(self) -> dict[str, dict[str, int]]:
        """Number of lines by `kind`, `family` and `why`: what a filter can ask for."""
        return self._read(queue_choices)

    def passes(self) -> list[Pass]:
        """The annotators and rounds that there are labels of, by name and number."""
        return self._read(all_passes)

    def agreement(self, first: tuple[str, int], second: tuple[str, int]) -> Agreement:
        """How far two annotators, or two rounds of one, agree on the lines that both labelled.

        Args:
            first: name and round of one.
            second: name and round of the other.
        """
        return self._read(agreement_of, first, second)

    def _one_item(self, item_id: str) -> tuple[int, Item]:
        query = f"SELECT items.number, {ITEM_COLUMNS} FROM items WHERE id = ?"
        with self._reading() as database:
            row = database.execute(query, (item_id,)).fetchone()
            if row is None:
                raise DataError(f"there is no line with the id {item_id[:40]!r}")
            return row[0], item_of(row[1:])
