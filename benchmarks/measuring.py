"""How the benchmarks time and report: one core, interleaved rounds, medians, ratios.

A shared machine runs faster and slower by turns, so contestants take turns within each round and
are compared within it; a ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Spread(NamedTuple):
    """The median of some measurements, with the least and the most."""

    median: float
    least: float
    most: float

    def text(self, digits: int) -> str:
        """`median (least–most)`."""
        return f"{self.median:.{digits}f} ({self.least:.{digits}f}–{self.most:.{digits}f})"


class Target(NamedTuple):
    """What a measurement should reach."""

    bound: float
    unit: str
    at_least: bool

    def verdict(self, value: float) -> str:
        """The bound, and whether it is met."""
        met = value >= self.bound if self.at_least else value <= self.bound
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.bound:g}{self.unit}: {'met' if met else 'MISSED'}"


def one_core() -> None:
    """Keeps this process and its children on one core and in one thread.

    Must be called before NumPy is imported, whose libraries read the variables once.
    """
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    if hasattr(os, "sched_setaffinity"):
        # The last core: the first serves more of the system's interrupts.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def junkfilter_command() -> list[str]:
    """The installed command beside this interpreter, or else the package run as a module."""
    beside = shutil.which("junkfilter", path=str(Path(sys.executable).parent))
    return [beside] if beside else [sys.executable, "-m", "junkfilter"]


def spread(values: Iterable[float]) -> Spread:
    """Median and extremes.

    >>> spread([3.0, 1.0, 2.0])
    Spread(median=2.0, least=1.0, most=3.0)
    """
    known = list(values)
    return Spread(statistics.median(known), min(known), max(known))


def ratios(values: Sequence[float], base: Sequence[float]) -> Spread:
    """Spread of the ratios, round by round."""
    return spread(value / other for value, other in zip(values, base, strict=True))


def passes_per_second(run: Callable[[], object], at_least_seconds: float) -> float:
    """Runs at least once, and again until the time is up: short runs are too noisy to compare."""
    passes = 0
    start = perf_counter()
    while True:
        run()
        passes += 1
        elapsed = perf_counter() - start
        if elapsed >= at_least_seconds:
            return passes / elapsed


def progress(text: str) -> None:
    """A line on a terminal that the next one overwrites; nothing into files."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def versions(packages: Iterable[str]) -> dict[str, str]:
    """What was measured, without a word about where."""
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed as a package"
    return found


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A Markdown table; the first column to the left, the others to the right."""
    print("| " + " | ".join(header) + " |")
    print("|---|" + "---:|" * (len(header) - 1))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def write_json(path: Path | None, report: Mapping[str, object]) -> None:
    """Writes the report, if a file is wanted."""
    if path:
        text = json.dumps(report, ensure_ascii=False, indent=2)
        path.write_text(text + "\n", encoding="utf-8")
