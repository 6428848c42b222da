"""Clean text of sources that no model has seen: what `strip` and `strip --repair` touch.

Run: python benchmarks/clean_pages.py --corpora ../shared/data

All lines of the test files of the default recipe, each a page of its own, and again in pages of 20
neighbouring lines. Lines that are touched are listed by digest; their text, which is not ours, is
printed with --show only.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from held_out import (
    HeldOut,
    as_text,
    corpora_options,
    excerpt,
    heading,
    held_out,
    in_pages,
    loaded,
    options,
    write,
)

from junkfilter.evaluation.digests import line_digest, read_known_ads
from junkfilter.evaluation.intervals import upper_bound
from junkfilter.evaluation.spans import differences
from junkfilter.evaluation.table import Cell, Table
from junkfilter.filter import JunkFilter
from junkfilter.page import Cut, split_lines
from junkfilter.policy import REPAIR

_PAGE_LINES = 20
# Issue: span cuts touch at most 1 line in 10,000, `strip` leaves 99.7 % of the pages as they are.
_MOST_TOUCHED, _LEAST_SAME = 1e-4, 0.997


class Touched(NamedTuple):
    """A clean line in which something was cut.

    Attributes:
        unit: `line`, or `page of 20`.
        source: name of the file.
        what: `spans`, `lines`, or the kind of noise.
        cut: the first such cut in the line.
        text: the line.
        marked: the line with the cuts marked.
    """

    unit: str
    source: str
    what: str
    cut: Cut
    text: str
    marked: str


@dataclass
class Counts:
    """What happened to the pages of a pool.

    Attributes:
        pages: number of pages.
        lines: lines of them.
        changed: pages that `strip` changes.
        changed_by_repair: pages that `strip --repair` changes.
        touched: lines touched by `strip --repair`, by what touched them.
    """

    pages: int = 0
    lines: int = 0
    changed: int = 0
    changed_by_repair: int = 0
    touched: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counts) -> None:
        """Counts the pages of another pool, too."""
        self.pages += other.pages
        self.lines += other.lines
        self.changed += other.changed
        self.changed_by_repair += other.changed_by_repair
        self.touched.update(other.touched)


def source_of(cut: Cut) -> str:
    """What to count a cut under: the kind of noise, or the detector of spam.

    >>> source_of(Cut(0, 3, "pinyin")), source_of(Cut(0, 3, "spam", detector="lines"))
    ('pinyin', 'lines')
    """
    return cut.detector if cut.kind == "spam" else cut.kind


def touched_lines(text: str, cuts: Sequence[Cut], unit: str, source: str) -> Iterator[Touched]:
    """The lines of a page in which something is cut, once for each thing that cuts."""
    if not cuts:
        return
    for line in split_lines(text):
        own = [cut for cut in cuts if cut.start < line.stop and cut.end > line.start]
        for what in dict.fromkeys(map(source_of, own)):
            those = [cut for cut in own if source_of(cut) == what]
            # Marked in the page, so that a cut that reaches beyond the line is shown as it is.
            within = [(max(c.start, line.start), min(c.end, line.stop)) for c in those]
            marked = next(differences(text, [], within))
            yield Touched(unit, source, what, those[0], text[line.start : line.end], marked)


def judged(
    filters: Sequence[JunkFilter], source: HeldOut, size: int, unit: str
) -> tuple[Counts, list[Touched]]:
    """Counts and touched lines of a file in pages of so many lines.

    Args:
        filters: the one of `strip`, then the one of `strip --repair`.
        source: the file.
        size: lines in a page.
        unit: name of such a page.
    """
    texts = [as_text(lines) for lines in in_pages(source.lines, size)]
    counts = Counts(pages=len(texts), lines=len(source.lines))
    found: list[Touched] = []
    plain, repairing = filters
    results = zip(texts, plain.strip_many(texts), repairing.strip_many(texts), strict=True)
    for text, result, repaired in results:
        counts.changed += result.text != text
        counts.changed_by_repair += repaired.text != text
        # What only one of them cuts is counted as well: the kinds must not disturb each other.
        found += touched_lines(text, list(dict.fromkeys((*result.cuts, *repaired.cuts))), unit,
                               Path(source.name).name)  # fmt: skip
    counts.touched.update(each.what for each in found)
    return counts, found


def tables(counted: dict[tuple[str, str], Counts]) -> Iterator[Table]:
    """Pools row by row: pages changed, lines touched, targets."""
    header: tuple[str, ...] = (
        "page", "pool", "pages", "changed by strip", "strip: bound, 1 page in",
        "changed by strip --repair", "repair: bound, 1 page in",
    )  # fmt: skip
    changed = [
        (unit, pool, each.pages, *_rate(each.changed, each.pages),
         *_rate(each.changed_by_repair, each.pages))
        for (unit, pool), each in counted.items()
    ]  # fmt: skip
    yield Table("pages", "Clean pages changed (bounds: one-sided 95 %)", header, changed)
    bounded, counted_only = ("spans", "lines", "pinyin"), [k for k in REPAIR if k != "pinyin"]
    touched: list[tuple[Cell, ...]] = [
        (unit, pool, each.lines,
         *(cell for what in bounded for cell in _rate(each.touched[what], each.lines)),
         *(each.touched[what] for what in counted_only))
        for (unit, pool), each in counted.items()
    ]  # fmt: skip
    names = (f"by {what}{more}" for what in bounded for more in ("", ": bound, 1 line in"))
    header = ("page", "pool", "lines", *names, *(f"by {what}" for what in counted_only))
    title = "Clean lines touched, by what touched them (bounds: one-sided 95 %)"
    yield Table("touched", title, header, touched)
    yield Table("targets", "Targets, each line a page", ("measure", "value", "target"),
                list(_targets(counted)))  # fmt: skip


def _rate(number: int, total: int) -> tuple[int, int]:
    return number, int(1 / upper_bound(number, total))


def _targets(counted: dict[tuple[str, str], Counts]) -> Iterator[tuple[Cell, ...]]:
    counts = counted["line", "all"]
    spans, pinyin = counts.touched["spans"], counts.touched["pinyin"]
    proven = upper_bound(spans, counts.lines) <= _MOST_TOUCHED
    yield ("lines touched by span cuts", f"{spans} of {counts.lines}",
           f"≤ 1 in 10,000: {_verdict(spans <= _MOST_TOUCHED * counts.lines)}"
           f"{', and proven' if proven else ', not proven'}")  # fmt: skip
    yield "lines touched by pinyin cuts", str(pinyin), f"0: {_verdict(pinyin == 0)}"
    same = counts.pages - counts.changed
    yield ("pages the same after strip", f"{same} of {counts.pages}",
           f"≥ 99.7 %: {_verdict(same >= _LEAST_SAME * counts.pages)}")  # fmt: skip


def _verdict(met: bool) -> str:
    return "met" if met else "MISSED"


def listing(found: Iterable[Touched], known_ads: Path, most: int) -> Table:
    """The touched lines by digest, the surest spam first; so many of each kind of page and cut."""
    known = read_known_ads(known_ads)
    groups: dict[tuple[str, str], list[Touched]] = {}
    for each in found:
        groups.setdefault((each.unit, each.what), []).append(each)
    rows = [
        (unit, what, (digest := line_digest(each.text)), each.cut.score, each.cut.family,
         each.source, known.get(digest, ""))
        for (unit, what), group in sorted(groups.items())
        for each in sorted(group, key=lambda each: -each.cut.score)[:most]
    ]  # fmt: skip
    header = ("page", "cut by", "digest", "score", "family", "source", "known ad")
    return Table("lines", f"Lines touched, at most {most} of a kind", header, rows)


def _options() -> argparse.Namespace:
    parser = options(__doc__)
    corpora_options(parser)
    parser.add_argument("--known-ads", type=Path, default=Path("data/known_ads.tsv"))
    parser.add_argument("--listed", type=int, default=10, metavar="N", help="lines of each kind")
    parser.add_argument("--show", action="store_true", help="print the touched lines, with marks")
    return parser.parse_args()


def main() -> None:
    """Prints the tables."""
    arguments = _options()
    filters = [loaded(arguments, ["spam"]), loaded(arguments)]
    print(heading(filters[1]))
    counted: dict[tuple[str, str], Counts] = {}
    found: list[Touched] = []
    sources = list(held_out(arguments.recipe, arguments.corpora))
    for unit, size in (("line", 1), (f"page of {_PAGE_LINES}", _PAGE_LINES)):
        for source in sources:
            counts, touched = judged(filters, source, size, unit)
            found += touched
            for pool in ("all", source.pool):
                counted.setdefault((unit, pool), Counts()).add(counts)
    if arguments.show:
        for each in found:
            place = f"{each.unit}, {each.what}, {each.cut.score:.2f} ({each.source})"
            print(f"{place}: {excerpt(each.marked)}")
    write(
        [*tables(counted), listing(found, arguments.known_ads, arguments.listed)],
        arguments.json,
        model=filters[1].model.id,
    )


if __name__ == "__main__":
    main()
