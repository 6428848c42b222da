"""Lines of real pages with an injection inside: which characters are cut, flagged, lost.

Run: python benchmarks/dev_spans.py --dev ../shared/eval/dev_lines.tsv \
         --spans ../shared/eval/dev_spans.jsonl

Each line is judged alone, and with the other lines of its host as its page. The lines are read to
see what real pages hold, never to learn or to choose a number by. With --show, those that are
not cut as they should be are printed: ⟦what should go⟧ and ⟪what went⟫.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from held_out import as_text, heading, loaded, options, write

from junkfilter.evaluation.metrics import Estimate, share
from junkfilter.evaluation.spans import (
    OUTCOMES,
    Range,
    common,
    compare,
    differences,
    joined,
    length,
    outcomes,
)
from junkfilter.evaluation.table import Cell, Table
from junkfilter.filter import JunkFilter
from junkfilter.formats.labelled import Sample, read_labelled
from junkfilter.page import Cut, split_lines

# A brand in an institution's place: when it is cut, a hole is left.
REPLACED = "replaced"
_LEAST_EXACT, _MOST_TEXT = 18, 2


class Gold(NamedTuple):
    """What an ideal cleaner cuts of a row.

    Attributes:
        ranges: what is cut.
        replaced: those that leave a hole.
        sure: whoever marked the row was sure.
    """

    ranges: tuple[Range, ...]
    replaced: tuple[Range, ...]
    sure: bool


class Verdict(NamedTuple):
    """What became of a row; ranges are in its own characters, its line end included.

    Attributes:
        cuts: all cuts.
        spam: those of spam.
        spans: those of the span detector.
        flags: flags of spam that are not the whole line.
        line_flag: the whole line is flagged as spam.
    """

    cuts: list[Range]
    spam: list[Range]
    spans: list[Range]
    flags: list[Range]
    line_flag: bool


Judge = Callable[[JunkFilter, Sequence[Sample]], list[Verdict]]


def read_gold(path: Path, samples: Sequence[Sample]) -> dict[int, Gold]:
    """The gold cuts by 0-based number of their row.

    Raises:
        SystemExit: the text of a row is not the one that was marked.
    """
    found: dict[int, Gold] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        number = record["row"] - 1
        digest = hashlib.sha256(samples[number].text.encode()).hexdigest()
        if digest != record["sha256"]:
            raise SystemExit(f"row {record['row']} is not the row that {path} was made for")
        every = tuple((start, end) for start, end, _ in record["cuts"])
        replaced = tuple((start, end) for start, end, kind in record["cuts"] if kind == REPLACED)
        found[number] = Gold(every, replaced, not record["unsure"])
    return found


def alone(page_filter: JunkFilter, samples: Sequence[Sample]) -> list[Verdict]:
    """Each row as a page of one line."""
    texts = [as_text([sample.text]) for sample in samples]
    results = page_filter.strip_many(texts)
    return [
        verdict(0, len(text), result.cuts, result.flags)
        for text, result in zip(texts, results, strict=True)
    ]


def with_host(page_filter: JunkFilter, samples: Sequence[Sample]) -> list[Verdict]:
    """Each row in a page of all rows of its host, in the file's order."""
    hosts: dict[str, list[int]] = {}
    for number, sample in enumerate(samples):
        hosts.setdefault(sample.group, []).append(number)
    texts = [as_text(samples[number].text for number in rows) for rows in hosts.values()]
    found: dict[int, Verdict] = {}
    results = page_filter.strip_many(texts)
    for rows, text, result in zip(hosts.values(), texts, results, strict=True):
        for number, line in zip(rows, split_lines(text), strict=True):
            found[number] = verdict(line.start, line.stop, result.cuts, result.flags)
    return [found[number] for number in range(len(samples))]


def verdict(start: int, stop: int, cuts: Sequence[Cut], flags: Sequence[Cut]) -> Verdict:
    """What is cut and flagged of a line of a page that begins and stops there.

    >>> verdict(3, 6, [Cut(0, 3, "spam"), Cut(4, 5, "jam")], []).cuts
    [(1, 2)]
    """

    def own(chosen: Iterator[Cut]) -> list[Range]:
        ranges = joined((cut.start, cut.end) for cut in chosen)
        return [(first - start, end - start) for first, end in common(ranges, [(start, stop)])]

    flags = [flag for flag in flags if flag.kind == "spam"]
    whole = [flag for flag in flags if flag.start <= start and stop <= flag.end]
    return Verdict(
        own(iter(cuts)),
        own(cut for cut in cuts if cut.kind == "spam"),
        own(cut for cut in cuts if cut.detector == "spans"),
        own(flag for flag in flags if flag not in whole),
        bool(whole),
    )


class Judged(NamedTuple):
    """The rows with what became of them, judged in one way."""

    way: str
    samples: Sequence[Sample]
    gold: dict[int, Gold]
    verdicts: Sequence[Verdict]

    def rows(self, *, replaced: bool) -> Iterator[tuple[str, Gold, Verdict]]:
        """Text, gold and verdict of the marked rows with, or without, a replaced name."""
        for number, gold in self.gold.items():
            if gold.sure and gold.ranges and bool(gold.replaced) == replaced:
                yield as_text([self.samples[number].text]), gold, self.verdicts[number]


def span_rows(judged: Judged) -> tuple[Cell, ...]:
    """Rows without a replaced name: exact, touched beside the gold, and so on."""
    found = [compare(text, gold.ranges, v.cuts) for text, gold, v in judged.rows(replaced=False)]
    exact = sum(each.exact for each in found)
    return (
        judged.way, len(found), share(exact, len(found)), exact,
        sum(each.hits > 0 and not each.exact for each in found),
        sum(each.lost > 0 for each in found),
        sum(each.hits for each in found), sum(each.gold for each in found),
        sum(each.lost for each in found),
    )  # fmt: skip


def replaced_ranges(judged: Judged) -> tuple[Cell, ...]:
    """Replaced names: cut, flagged, in a flagged line, or kept; and what was cut beside them."""
    counts, line_flags, lost, rows_that_lost = Counter[str](), 0, 0, 0
    for text, gold, v in judged.rows(replaced=True):
        became = outcomes(text, gold.ranges, v.cuts, v.flags)
        own = [end for each, end in zip(gold.ranges, became, strict=True) if each in gold.replaced]
        counts.update(own)
        line_flags += v.line_flag * own.count("kept")
        beside = compare(text, gold.ranges, v.cuts).lost
        lost += beside
        rows_that_lost += beside > 0
    found = counts["cut"] + counts["flagged"]
    return (
        judged.way, counts.total(), *(counts[name] for name in OUTCOMES), line_flags,
        share(found, counts.total()), lost, rows_that_lost,
    )  # fmt: skip


def labels(judged: Judged) -> Iterator[tuple[Cell, ...]]:
    """Rows of each label: cut as a whole, touched by spam cuts, touched by span cuts."""
    for label in ("spam", "text", "boilerplate", "garbled", "mixed"):
        own = [
            (len(sample.text), v)
            for sample, v in zip(judged.samples, judged.verdicts, strict=True)
            if sample.label == label
        ]
        whole = sum(length(common(v.cuts, [(0, size)])) == size for size, v in own)
        yield (
            judged.way, label, len(own), whole,
            sum(bool(v.spam) for _, v in own), sum(bool(v.spans) for _, v in own),
            sum(bool(v.cuts) for _, v in own),
        )  # fmt: skip


def tables(every: Sequence[Judged]) -> Iterator[Table]:
    """What becomes of spans, of replaced names, and of the rows of each label."""
    header: tuple[str, ...] = (
        "judged", "rows", "exact", "exact rows", "cut in part or too much", "rows that lost",
        "gold characters cut", "gold characters", "honest characters cut",
    )  # fmt: skip
    title = "Rows without a replaced name (intervals: exact 95 %)"
    yield Table("spans", title, header, [span_rows(judged) for judged in every])
    header = ("judged", "names", *OUTCOMES, "kept, line flagged", "cut or flagged",
              "honest characters cut beside them", "rows that lost")  # fmt: skip
    yield Table("replaced", "Replaced names", header, [replaced_ranges(each) for each in every])
    header = ("judged", "label", "rows", "cut whole", "touched by spam cuts",
              "touched by span cuts", "touched")  # fmt: skip
    yield Table("labels", "Rows of each label", header, [r for each in every for r in labels(each)])
    yield Table("targets", "Targets, each row alone", ("measure", "value", "target"),
                list(_targets(every[0])))  # fmt: skip


def _targets(judged: Judged) -> Iterator[tuple[Cell, ...]]:
    exact = sum(
        compare(text, gold.ranges, v.cuts).exact for text, gold, v in judged.rows(replaced=False)
    )
    yield "rows exact", exact, f"≥ {_LEAST_EXACT}: {_verdict(exact >= _LEAST_EXACT)}"
    *_, found, lost, _ = replaced_ranges(judged)
    half = isinstance(found, Estimate) and found.value >= 0.5
    yield "replaced names cut or flagged", found, f"≥ half: {_verdict(half)}"
    yield "honest characters cut beside them", lost, f"0: {_verdict(lost == 0)}"
    touched = sum(
        bool(v.spam)
        for sample, v in zip(judged.samples, judged.verdicts, strict=True)
        if sample.label == "text"
    )
    yield "`text` rows touched", touched, f"≤ {_MOST_TEXT}: {_verdict(touched <= _MOST_TEXT)}"


def _verdict(met: bool) -> str:
    return "met" if met else "MISSED"


def _shown(judged: Judged) -> Iterator[str]:
    for replaced in (False, True):
        for text, gold, v in judged.rows(replaced=replaced):
            yield from (f"{judged.way}: {s}" for s in differences(text, gold.ranges, v.cuts))
    for sample, v in zip(judged.samples, judged.verdicts, strict=True):
        if sample.label == "text" and v.cuts:
            yield from (f"{judged.way}, text: {s}" for s in differences(sample.text, [], v.cuts))


def _options() -> argparse.Namespace:
    parser = options(__doc__)
    parser.add_argument("--dev", type=Path, required=True, help="labelled lines")
    parser.add_argument("--spans", type=Path, required=True, help="their gold cuts")
    parser.add_argument("--show", action="store_true", help="print what is not as it should be")
    return parser.parse_args()


def main() -> None:
    """Prints the tables."""
    arguments = _options()
    page_filter = loaded(arguments)
    print(heading(page_filter))
    samples = read_labelled(arguments.dev)
    gold = read_gold(arguments.spans, samples)
    ways: tuple[tuple[str, Judge], ...] = (("alone", alone), ("host's rows as a page", with_host))
    every = [Judged(way, samples, gold, judge(page_filter, samples)) for way, judge in ways]
    if arguments.show:
        for judged in every:
            print(*_shown(judged), sep="\n")
    write(tables(every), arguments.json, model=page_filter.model.id)


if __name__ == "__main__":
    main()
