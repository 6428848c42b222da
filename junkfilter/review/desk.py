"""What the review page asks for, and what it says: values for JSON. Knows nothing of HTTP."""

from __future__ import annotations

from hashlib import blake2b
from threading import Lock
from typing import NamedTuple

from junkfilter.filter import JunkFilter
from junkfilter.formats.rejects import finite
from junkfilter.labels.items import Item, Judgment
from junkfilter.labels.queue import QueueFilter
from junkfilter.labels.store import LabelStore
from junkfilter.page import Page
from junkfilter.policy import Policy
from junkfilter.review.fields import after, item_fields, label_fields, mark_fields, strongest_first

STATES = ("open", "labelled", "all")
_MOST_ROUNDS = 3


class Wanted(NamedTuple):
    """Which lines the page shows.

    Attributes:
        lines: as the store filters them; its `labelled_by` is set here.
        state: one of `STATES`: what is still to do, what is done, or both.
        after: id of the line before; empty for the beginning.
    """

    lines: QueueFilter = QueueFilter()
    state: str = "open"
    after: str = ""


class Desk:
    """One annotator's place at a file of labels. May be shared between threads.

    Args:
        store: the file.
        annotator: whose labels are given.
        pass_number: the round, 1-based. Later rounds go over the lines of the round before, and do
            not show what was said there.
        model: folder of the model that explains; the default one if None.
    """

    def __init__(
        self,
        store: LabelStore,
        annotator: str,
        pass_number: int = 1,
        model: str | None = None,
    ) -> None:
        self._store = store
        self._annotator = annotator
        self._pass = pass_number
        self._model = model
        place = f"{store.path}\n{annotator}\n{pass_number}"
        self._place = blake2b(place.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        self._filter: JunkFilter | None = None
        self._loading = Lock()

    def load_model(self) -> None:
        """Loads the model now, not when it is first needed.

        Raises:
            ModelFileError: the folder is no intact model.
        """
        self._judge()

    def overview(self) -> dict[str, object]:
        """Whose desk it is, what can be filtered by, and `progress`."""
        return self.progress() | {
            "place": self._place,
            "annotator": self._annotator,
            "pass": self._pass,
            "choices": self._store.choices(),
        }

    def progress(self) -> dict[str, object]:
        """How far the annotator is, and agreement with other rounds: asked for at each label."""
        done = self._store.progress(self._annotator, self._pass, self._round())
        fields = {"total": done.total, "done": done.labelled, "skipped": done.skipped}
        return {"progress": fields, "agreement": self._agreements()}

    def next(self, wanted: Wanted) -> dict[str, object]:
        """The next line with the annotator's label of this round; None where there is no line."""
        lines, annotator = wanted.lines, ""
        if wanted.state == "labelled":
            lines = self._narrowed(lines, (self._annotator, self._pass))
        else:
            lines = self._narrowed(lines, self._round().labelled_by)
            annotator = self._annotator if wanted.state == "open" else ""
        found = self._store.queue(lines, annotator, self._pass, limit=1, after=wanted.after)
        return self._entry(found[0]) if found else {"item": None, "label": None}

    def entry(self, item_id: str) -> dict[str, object]:
        """A line with the annotator's label of this round.

        Raises:
            DataError: there is none.
        """
        return self._entry(self._store.item(item_id))

    def label(self, item_id: str, judgment: Judgment, expected: int) -> dict[str, object]:
        """Saves what the annotator says of a line.

        Args:
            item_id: the line.
            judgment: what is said of it.
            expected: sequence of the label that the page showed, 0 for none.

        Raises:
            LabelConflictError: the label that stands is another one, given in another window.
            DataError: the judgment does not fit the line, or cannot be written.
        """
        saved = self._store.label(item_id, judgment, self._annotator, self._pass, seen=expected)
        return {"sequence": saved.sequence}

    def undo(self, sequence: int) -> dict[str, object]:
        """Takes back one label of the annotator: not the last one, which another window may own.

        Returns:
            The line's id; None if the label does not stand any more.
        """
        undone = self._store.undo(self._annotator, self._pass, sequence=sequence)
        return {"undone": undone.item_id if undone else None}

    def page(self, item_id: str) -> dict[str, object]:
        """What the filter cuts and flags in the page around a line; offsets in `_page`'s text."""
        page = self._page(self._store.item(item_id))
        result = self._judge().strip_pages([page])[0]
        marks = [mark_fields(cut, is_cut=True) for cut in result.cuts]
        return {"marks": marks + [mark_fields(flag, is_cut=False) for flag in result.flags]}

    def evidence(self, item_id: str) -> dict[str, object]:
        """Why the line has its score, judged in the page around it, and why its spans have."""
        item = self._store.item(item_id)
        page = self._page(item)
        place = len(item.before)
        number = next((line.number for line in page.lines() if line.stop > place), 1)
        found = self._judge().explain_page(page, line=number)
        text = found.verdict.text
        return {
            "kind": found.verdict.kind,
            "family": found.verdict.family,
            "score": finite(found.verdict.score),
            "evidence": strongest_first(found.evidence),
            "spans": [
                {
                    "text": text[span.cut.start : span.cut.end],
                    "score": finite(span.cut.score),
                    "evidence": strongest_first(span.evidence),
                }
                for span in found.spans
            ],
        }

    def _round(self) -> QueueFilter:
        """The lines of this round: from the second on, those that the round before labelled."""
        return QueueFilter(labelled_by=("", self._pass - 1) if self._pass > 1 else None)

    @staticmethod
    def _narrowed(lines: QueueFilter, by: tuple[str, int] | None) -> QueueFilter:
        return QueueFilter(
            lines.families, lines.kinds, lines.why, lines.hosts, lines.lowest, lines.highest,
            labelled_by=by,
        )  # fmt: skip

    def _entry(self, item: Item) -> dict[str, object]:
        own = [
            label
            for label in self._store.history(item.id)
            if (label.annotator, label.pass_number) == (self._annotator, self._pass)
        ]
        return {"item": item_fields(item), "label": label_fields(own[-1]) if own else None}

    def _agreements(self) -> list[dict[str, object]]:
        """With other rounds on the same lines, those with most lines in common first."""
        own = (self._annotator, self._pass)
        others = [(other.annotator, other.number) for other in self._store.passes()]
        found = [
            {
                "annotator": other[0],
                "pass": other[1],
                "compared": agreement.both,
                "equal": agreement.raw,
                "kappa": agreement.kappa,
            }
            for other in others
            if other != own
            for agreement in [self._store.agreement(own, other)]
            if agreement.both
        ]
        found.sort(key=lambda fields: -int(str(fields["compared"])))
        return found[:_MOST_ROUNDS]

    def _page(self, item: Item) -> Page:
        return Page(
            item.before + item.text + after(item),
            id=item.source,
            continuation=item.offset > len(item.before),
        )

    def _judge(self) -> JunkFilter:
        with self._loading:
            if self._filter is None:
                self._filter = JunkFilter.load(self._model, policy=Policy(spans=True))
            return self._filter
