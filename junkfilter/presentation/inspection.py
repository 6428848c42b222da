"""What there is to see of a page: its lines with their cuts and flags, and the evidence for them.

Judges through the filter's own calls, so that what is shown is what `strip` does. Shows nothing
itself: see `inspected_html` and `inspected_text`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from junkfilter.page import Cut, Line, Page, merged
from junkfilter.results import Explanation, inside

if TYPE_CHECKING:
    from junkfilter.filter import JunkFilter

# A line's evidence costs a thousand times its judgement; nobody reads that of more lines of a page.
MOST_EXPLAINED = 200


class Marking(NamedTuple):
    """A range of a line that is cut, or flagged.

    Attributes:
        cut: offsets count in the line's text with its terminator.
        done: it is cut; False for a flag.
    """

    cut: Cut
    done: bool


class InspectedLine(NamedTuple):
    """A line and what is marked in it.

    Attributes:
        number: 1-based: physical line of the input, or line of a record's text.
        text: with its terminator.
        length: characters of the text without the terminator.
        markings: in order of their starts; flags inside of a cut are left out.
        explanation: the evidence, for lines with a marking of kind `spam`.
    """

    number: int
    text: str
    length: int
    markings: tuple[Marking, ...] = ()
    explanation: Explanation | None = None

    @property
    def is_cut(self) -> bool:
        """Whether the line goes as a whole."""
        return any(m.done and m.cut.start == 0 and m.cut.end >= self.length for m in self.markings)


class InspectedPage(NamedTuple):
    """A page to look at.

    Attributes:
        name: of the input, and of the page in it.
        url: address of the page; empty if unknown.
        lines: all lines.
        kind: `foreign`, `spam` or "" as in `junkfilter.results.Result`.
        score: of a page that is spam as a whole, log-odds; else 0.
        held_back: more would have been cut than the policy allows.
        characters: of the page.
        removed: characters that are cut.
        cuts: number of cuts by family of spam or kind.
        flags: the same of flags.
        unexplained: lines whose evidence was left out because there are too many of them.
    """

    name: str
    url: str
    lines: Sequence[InspectedLine]
    kind: str
    score: float
    held_back: bool
    characters: int
    removed: int
    cuts: Counter[str]
    flags: Counter[str]
    unexplained: int


@dataclass
class Inspection:
    """Pages to look at, and the sum of all that were judged.

    Attributes:
        model: id of the model.
        digest: its digest.
        policy: what was asked for, in words.
        pages: those to show.
        judged: pages that were judged.
        lines: their lines.
        characters: their characters.
        removed: characters that are cut.
        cuts: number of cuts by family of spam or kind.
        flags: the same of flags.
        notices: what was not judged, and why.
    """

    model: str
    digest: str
    policy: str
    pages: list[InspectedPage] = field(default_factory=list)
    judged: int = 0
    lines: int = 0
    characters: int = 0
    removed: int = 0
    cuts: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    notices: list[str] = field(default_factory=list)

    def add(self, page: InspectedPage, *, show: bool) -> None:
        """Counts a page, and keeps it if it is to be shown."""
        self.judged += 1
        self.lines += len(page.lines)
        self.characters += page.characters
        self.removed += page.removed
        self.cuts += page.cuts
        self.flags += page.flags
        if show:
            self.pages.append(page)

    def shown_marks(self) -> set[tuple[str, bool]]:
        """Kinds of all that is marked in the pages to show, each with whether it is cut."""
        return {
            (marking.cut.kind, marking.done)
            for page in self.pages
            for line in page.lines
            for marking in line.markings
        }


def inspected(
    page_filter: JunkFilter, page: Page, *, name: str = "", first_line: int = 1
) -> InspectedPage:
    """A page as the filter sees it.

    Args:
        page_filter: whose verdicts are shown.
        page: within the limits of a page.
        name: of the page; that of its input by default.
        first_line: number of its first line.

    >>> from junkfilter.filter import JunkFilter
    >>> page = Page("日韩精品_国产在线_人妻无码\\n新闻标题\\n")  # (adult keywords), "news headline"
    >>> [line.is_cut for line in inspected(JunkFilter.load(), page).lines]
    [True, False]
    """
    result = page_filter.strip_pages([page])[0]
    cuts = merged(result.cuts)
    flags = _outside(result.flags, cuts)
    by_line = _by_line(page.lines(), _in_order(result.cuts, flags))
    wanted = [n for n, found in enumerate(by_line, 1) if any(m.cut.kind == "spam" for m in found)]
    explained = wanted[:MOST_EXPLAINED]
    explanations = dict(zip(explained, page_filter.explain_lines(page, explained), strict=True))
    lines = [
        InspectedLine(
            first_line + place.number - 1,
            page.text[place.start : place.stop],
            place.end - place.start,
            tuple(found),
            explanations.get(place.number),
        )
        for place, found in zip(page.lines(), by_line, strict=True)
    ]
    return InspectedPage(
        name or page.id,
        page.url,
        lines,
        result.page_kind,
        result.page_score,
        result.held_back,
        len(page.text),
        sum(end - start for start, end in cuts),
        _counted(result.cuts),
        _counted(flags),
        len(wanted) - len(explained),
    )


def _counted(cuts: Iterable[Cut]) -> Counter[str]:
    return Counter(cut.family or cut.kind for cut in cuts)


def _in_order(cuts: Iterable[Cut], flags: Iterable[Cut]) -> list[Marking]:
    """All that is marked, by its place; of two at one place the longer one first."""
    return sorted(
        [*(Marking(cut, True) for cut in cuts), *(Marking(flag, False) for flag in flags)],
        key=lambda marking: (marking.cut.start, -marking.cut.end, not marking.done),
    )


def _outside(flags: Iterable[Cut], cuts: Sequence[tuple[int, int]]) -> list[Cut]:
    """The flags that do not lie inside of a cut; cuts are disjoint and in order."""
    outside: list[Cut] = []
    place = 0
    for flag in sorted(flags, key=lambda flag: flag.start):
        while place < len(cuts) and cuts[place][1] <= flag.start:
            place += 1
        if place == len(cuts) or not (cuts[place][0] <= flag.start and flag.end <= cuts[place][1]):
            outside.append(flag)
    return outside


def _by_line(places: Sequence[Line], markings: Sequence[Marking]) -> list[list[Marking]]:
    """What is marked in each line, with offsets in it; both are in order."""
    found: list[list[Marking]] = [[] for _ in places]
    first = 0
    for cut, done in markings:
        while first < len(places) and places[first].stop <= cut.start:
            first += 1
        number = first
        while number < len(places) and places[number].start < cut.end:
            place = places[number]
            found[number].append(Marking(inside(cut, place.start, place.stop), done))
            number += 1
    return found
