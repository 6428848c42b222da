"""Counts what a run did and turns it into the exit status. Writes nothing by itself.

Exit status, the only table of it (also in `--help` and the manual):

====  ====================================================================
0     done
1     --check found something to cut, or a gate rejected a model
2     an error: wrong usage, an input that cannot be read or judged, an
      output that cannot be written, a damaged model or rejects file
130   stopped by Ctrl-C
141   the reader of the output went away (| head)
====  ====================================================================

Errors win over findings: status 1 says that everything was read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields

from junkfilter.page import Cut

DONE = 0
FOUND = 1
ERROR = 2
INTERRUPTED = 130
CLOSED_PIPE = 141
EXIT_STATUS = {
    DONE: "done",
    FOUND: "--check found something to cut, or a gate rejected a model",
    ERROR: "an error: wrong usage, an input that cannot be read or judged, an output that cannot "
    "be written, a damaged model or rejects file",
    INTERRUPTED: "stopped by Ctrl-C",
    CLOSED_PIPE: "the reader of the output went away (| head)",
}


def _silent(_message: str) -> None:
    pass


@dataclass
class Counts:
    """What was found in some pages, in numbers: workers send them, and they add up.

    Attributes:
        pages: pages that were judged.
        lines: their physical lines.
        bytes: all bytes that were read.
        removed_bytes: those that were cut.
        cuts: number of cuts by kind, and by family for spam.
        touched: pages with a cut.
        too_long: lines over the limit, passed through.
        foreign: pages that are not mainly Chinese, passed through.
        spam_pages: pages that are spam as a whole, passed through lest shreds be left.
        damaged: pages with damage of encodings, which is never mended.
        held_back: pages that would have lost more than allowed, passed through.
        broken: records that could not be parsed, passed through.
    """

    pages: int = 0
    lines: int = 0
    bytes: int = 0
    removed_bytes: int = 0
    cuts: Counter[str] = field(default_factory=Counter)
    touched: int = 0
    too_long: int = 0
    foreign: int = 0
    spam_pages: int = 0
    damaged: int = 0
    held_back: int = 0
    broken: int = 0

    def add_page(
        self,
        lines: int,
        cuts: Iterable[Cut],
        *,
        foreign: bool = False,
        spam_page: bool = False,
        damaged: bool = False,
    ) -> None:
        """Counts a judged page and what is cut from it."""
        self.pages += 1
        self.lines += lines
        self.foreign += foreign
        self.spam_pages += spam_page
        self.damaged += damaged
        before = self.cut_count
        self.cuts.update(cut.family or cut.kind for cut in cuts)
        self.touched += self.cut_count > before

    def add(self, other: Counts) -> None:
        """Counts what is counted there as well.

        >>> total = Counts(pages=1)
        >>> total.add(Counts(pages=2, cuts=Counter(adult=1)))
        >>> total.pages, total.cut_count
        (3, 1)
        """
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.cuts.update(other.cuts)

    def as_json(self) -> dict[str, object]:
        """The numbers by name; cuts from the most frequent to the rarest.

        >>> Counts(pages=1, cuts=Counter(adult=2)).as_json()["cuts"]
        {'adult': 2}
        """
        numbers: dict[str, object] = {name: getattr(self, name) for name in _NUMBERS}
        frequent_first = sorted(self.cuts.items(), key=lambda pair: (-pair[1], pair[0]))
        return {**numbers, "cuts": dict(frequent_first)}

    @property
    def cut_count(self) -> int:
        """Number of cuts of any kind."""
        return self.cuts.total()


_NUMBERS = tuple(each.name for each in fields(Counts) if each.name != "cuts")


@dataclass
class Report(Counts):
    """What a run did: its counts, its errors, and what it told people.

    Attributes:
        notify: is called with each message for people, errors and notices alike.
        quiet: notices are not passed on, only errors.
        inputs: inputs that were opened.
        errors: messages that were errors.
    """

    notify: Callable[[str], None] = _silent
    quiet: bool = False
    inputs: int = 0
    errors: int = 0

    def error(self, message: object) -> None:
        """Counts and passes on something that makes the run fail."""
        self.errors += 1
        self.notify(str(message))

    def notice(self, message: str) -> None:
        """Passes on something that people may want to know, unless they asked for quiet."""
        if not self.quiet:
            self.notify(message)

    def exit_status(self, *, check: bool = False) -> int:
        """The status of a run that came to its end.

        >>> Report().exit_status()
        0
        """
        if self.errors:
            return ERROR
        return FOUND if check and self.cut_count else DONE

    def summary(self, *, would: bool = False) -> str:
        """One or two lines for people.

        Args:
            would: nothing was cut really (`--check`).

        >>> Report(pages=1, lines=30, bytes=7252).summary()
        'cut nothing from 30 lines in 1 page'
        """
        verb = "would cut" if would else "cut"
        where = f"{_many(self.lines, 'line')} in {_many(self.pages, 'page')}"
        if not self.cuts:
            done = f"{verb} nothing from {where}"
        else:
            kinds = ", ".join(f"{name} {number}" for name, number in self.cuts.most_common())
            done = (
                f"{verb} {_many(self.cut_count, 'piece')} ({kinds}; "
                f"{self.removed_bytes} of {self.bytes} bytes) from {where}"
            )
        passed = [
            f"{_many(number, what)} {why}"
            for number, what, why in (
                (self.too_long, "line", "too-long"),
                (self.foreign, "page", "foreign"),
                (self.spam_pages, "page", "spam as a whole"),
                (self.held_back, "page", "over --max-removed"),
                (self.broken, "record", "broken"),
            )
            if number
        ]
        notes = ["passed through: " + ", ".join(passed)] if passed else []
        if self.damaged:
            notes.append(f"encoding damage in {_many(self.damaged, 'page')}")
        return "; ".join([done, *notes])


def _many(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
