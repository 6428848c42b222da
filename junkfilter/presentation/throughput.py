"""How fast a filter is on the very data of a report, beside a loop that only reads it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from junkfilter.evaluation.metrics import Estimate
from junkfilter.filter import JunkFilter

# Texts are repeated until there is enough to time, and cut off where there is more than that.
_CHARACTERS = 150_000
_ROUNDS = 5
# About 3 KB of Chinese text, as a page has it.
_PAGE_CHARACTERS = 1_000


class Throughput(NamedTuple):
    """How fast texts of one size go through.

    Attributes:
        texts: what was measured, in words.
        megabytes: of UTF-8 text in a second: median of the rounds, slowest and fastest.
        ratio: how many times as long it takes as a loop that reads the same texts; median,
            smallest and largest of the rounds.
    """

    texts: str
    megabytes: Estimate
    ratio: Estimate


def throughput(page_filter: JunkFilter, lines: Sequence[str]) -> list[Throughput]:
    """Measured speeds: each line as a text of its own, and pages of about 3 KB.

    Filter and loop take turns, so that what else the machine does meets both.

    Args:
        page_filter: as it is used: its policy decides what is looked for.
        lines: any lines, at least one.
    """
    enough: list[str] = []
    size = 0
    while size < _CHARACTERS:
        for line in lines:
            enough.append(line)
            size += len(line) + 1
            if size >= _CHARACTERS:
                break
    return [
        _measured("each line a text", page_filter, enough),
        _measured("pages of about 3 KB", page_filter, _pages(enough)),
    ]


def _pages(lines: Sequence[str]) -> list[str]:
    pages: list[str] = []
    page: list[str] = []
    size = 0
    for line in lines:
        page.append(line)
        size += len(line) + 1
        if size >= _PAGE_CHARACTERS:
            pages.append("\n".join(page))
            page, size = [], 0
    return [*pages, "\n".join(page)] if page else pages


def _measured(name: str, page_filter: JunkFilter, texts: Sequence[str]) -> Throughput:
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    megabytes = sum(map(len, encoded)) / 1e6
    for _ in page_filter.strip_many(texts[:10]):  # tables are made on first use
        pass
    speeds: list[float] = []
    ratios: list[float] = []
    for _ in range(_ROUNDS):
        filtering = _seconds(lambda: sum(len(r.text) for r in page_filter.strip_many(texts)))
        reading = _seconds(lambda: sum(len(data.decode("utf-8", "replace")) for data in encoded))
        speeds.append(megabytes / filtering)
        ratios.append(filtering / reading)
    return Throughput(name, _spread(speeds), _spread(ratios))


def _seconds(work: Callable[[], int]) -> float:
    start = time.perf_counter()
    work()
    return max(time.perf_counter() - start, 1e-9)


def _spread(values: Sequence[float]) -> Estimate:
    return Estimate(statistics.median(values), min(values), max(values))
