"""How long junkfilter takes to start: `startup.py --help`.

Two times: `--help` from start to end, and a small page from start to the first byte of output. The
interpreter's own start-up is timed beside them in the same rounds.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

from measuring import (
    Spread,
    Target,
    junkfilter_command,
    one_core,
    print_table,
    progress,
    ratios,
    spread,
    versions,
    write_json,
)
from texts import small_page

_BARE = "`python -c pass`"


class Start(NamedTuple):
    """A command that is timed.

    Attributes:
        to_first_byte: whether the clock stops at the first byte of output, or at the end.
        page: standard input; None for none.
    """

    name: str
    command: Sequence[str]
    to_first_byte: bool = False
    page: Path | None = None
    target: Target | None = None


class Row(NamedTuple):
    """One command's times, and their ratios to the bare interpreter's."""

    name: str
    seconds: Spread
    ratio: Spread
    target: str


def main() -> None:
    """Times all starts by turns."""
    options = _options()
    one_core()
    with TemporaryDirectory() as folder:
        starts = _starts(Path(folder), options.page)
        rows = _rows(starts, options.rounds)
    print(f"Rounds: {options.rounds}, interleaved, on one core, all files cached.\n")
    print_table(
        ("start", "seconds", "ratio to bare Python", "target"),
        [(row.name, row.seconds.text(3), row.ratio.text(1), row.target) for row in rows],
    )
    as_json = [
        {**row._asdict(), "seconds": row.seconds._asdict(), "ratio": row.ratio._asdict()}
        for row in rows
    ]
    found = versions(["junkfilter", "click", "numpy"])
    write_json(options.json, {"versions": found, "rounds": options.rounds, "rows": as_json})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--page", type=Path, help="a page with spam, instead of a composed one")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    return parser.parse_args()


def _starts(folder: Path, given: Path | None) -> list[Start]:
    injected, clean = folder / "injected.txt", folder / "clean.txt"
    page = given.read_bytes() if given else small_page().encode()
    injected.write_bytes(page)
    clean.write_bytes(page.partition(b"\n")[2])
    command = junkfilter_command()
    help_target = Target(0.15, " s", at_least=False)
    first_target = Target(0.4, " s", at_least=False)
    return [
        Start(_BARE, [sys.executable, "-c", "pass"]),
        Start("`junkfilter --help`, to the end", [*command, "--help"], target=help_target),
        Start("page without its first line, to the first byte", command, True, clean, first_target),
        Start("page with spam as first line, the same", command, True, injected, first_target),
    ]


def _rows(starts: Sequence[Start], rounds: int) -> list[Row]:
    for start in starts:  # warm: compiled modules, jieba's cache
        _seconds(start)
    times: dict[str, list[float]] = {start.name: [] for start in starts}
    for number in range(1, rounds + 1):
        progress(f"round {number} of {rounds}")
        for start in starts:
            times[start.name].append(_seconds(start))
    progress("")
    return [_row(start, times[start.name], times[_BARE]) for start in starts]


def _row(start: Start, times: Sequence[float], bare: Sequence[float]) -> Row:
    seconds = spread(times)
    verdict = start.target.verdict(seconds.median) if start.target else ""
    return Row(start.name, seconds, ratios(times, bare), verdict)


def _seconds(start: Start) -> float:
    """From the start of the process to the first byte, or to the end.

    Raises:
        SystemExit: the command failed, or wrote nothing where a page was to come.
    """
    source = start.page.open("rb") if start.page else None
    begun = perf_counter()
    with subprocess.Popen(
        start.command,
        stdin=source or subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    ) as child:
        assert child.stdout is not None
        first = child.stdout.read(1)
        first_byte = perf_counter() - begun
        _, message = child.communicate()
        whole = perf_counter() - begun
    if source:
        source.close()
    if child.returncode or (start.to_first_byte and not first):
        last = message.decode(errors="replace").strip().split("\n")[-1]
        raise SystemExit(f"{start.name}: status {child.returncode}, {last}")
    return first_byte if start.to_first_byte else whole


if __name__ == "__main__":
    main()
