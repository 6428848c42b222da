"""How fast junkfilter reads clean text, beside other ways to judge lines: `throughput.py --help`.

Ratios are what to look at: megabytes per second say as much about the machine as about a program.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

from contestants import (
    FASTTEXT,
    JUNKFILTER,
    PACKAGES,
    REPAIRING,
    Contestant,
    all_contestants,
    fasttext_model,
)
from measuring import (
    Spread,
    Target,
    junkfilter_command,
    one_core,
    passes_per_second,
    print_table,
    progress,
    ratios,
    spread,
    versions,
    write_json,
)
from texts import INJURED_PAGES, Corpus, LinePool, corpora_for_throughput, pages, with_spam

_LIBRARY = Target(3, "×", at_least=True)
_LIBRARY_GOAL = Target(60, " MB/s", at_least=True)
# All detectors at work, on pages some of which give them work.
_INJURED = Target(1.5, "×", at_least=True)
_INJURED_GOAL = Target(25, " MB/s", at_least=True)
_PIPE = Target(2, "×", at_least=True)
_PIPE_GOAL = Target(40, " MB/s", at_least=True)
_STRIP = Target(0.3, " ms", at_least=False)
_SPAM_SHARE = 0.01
_STRIP_CALLS = 2000
_PIPE_CLEAN = "`junkfilter < FILE`, no spam"
_PIPE_SPAM = "`junkfilter < FILE`, 1 % spam"
_PIPE_REJECTS = "`junkfilter --rejects REJECTS < FILE`, 1 % spam"
_PIPE_JSON = "`junkfilter --format jsonl < FILE`, 1 % spam"
_PIPE_FASTTEXT = "fastText loop, 1 % spam"


class Row(NamedTuple):
    """One contestant on one corpus.

    Attributes:
        speed: MB/s.
        ratio: to fastText in the same round; None without fastText.
    """

    corpus: str
    name: str
    speed: Spread
    ratio: Spread | None
    targets: tuple[str, ...]


class Process(NamedTuple):
    """A whole process that is timed over a file."""

    name: str
    command: Sequence[str]
    input: Path


def main() -> None:
    """Runs everything that the machine has the packages for."""
    options = _options()
    one_core()
    pool = LinePool(options.corpora)
    report: dict[str, object] = {"versions": versions(PACKAGES), "lines_from": pool.description}
    print(f"Lines: {pool.description}. Rounds: {options.rounds}, interleaved, on one core.\n")
    with TemporaryDirectory() as name:
        folder = Path(name)
        contestants, missing = all_contestants(folder)
        corpora = corpora_for_throughput(pool, int(options.megabytes * 1e6), folder)
        rows = _library_rows(contestants, corpora, options.rounds, options.seconds)
        _print_rows(rows, corpora)
        page_times = _time_pages(corpora[1].texts)
        lines = pool.draw(int(options.cli_megabytes * 1e6))
        pipes = _pipe_rows(_processes(lines, folder), options.rounds, missing)
    for sentence in missing:
        print(f"- {sentence}")
    report |= {
        "rounds": options.rounds,
        "rows": [_as_json(row) for row in [*rows, *pipes]],
        "strip_3kb_ms": page_times,
        "left_out": missing,
    }
    write_json(options.json, report)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, help="folder with legit_*/*.txt and *.jsonl")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--megabytes", type=float, default=4, help="size of each corpus")
    parser.add_argument("--cli-megabytes", type=float, default=32, help="size of the piped file")
    parser.add_argument("--seconds", type=float, default=0.25, help="least time of a turn")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    return parser.parse_args()


def _library_rows(
    contestants: Sequence[Contestant], corpora: Sequence[Corpus], rounds: int, seconds: float
) -> list[Row]:
    bound = {(c.name, one.name): one.on(c) for c in corpora for one in contestants}
    sizes = {corpus.name: corpus.n_bytes / 1e6 for corpus in corpora}
    for run in bound.values():  # warm: caches, lazily built tables
        run()
    speeds: dict[tuple[str, str], list[float]] = {key: [] for key in bound}
    for number in range(1, rounds + 1):
        for key, run in bound.items():
            progress(f"round {number} of {rounds}: {key[0]}, {key[1]}")
            speeds[key].append(sizes[key[0]] * passes_per_second(run, seconds))
    progress("")
    return [_library_row(key, speeds) for key in speeds]


def _library_row(key: tuple[str, str], speeds: Mapping[tuple[str, str], list[float]]) -> Row:
    corpus, name = key
    base = speeds.get((corpus, FASTTEXT))
    speed, ratio = spread(speeds[key]), ratios(speeds[key], base) if base else None
    targets: tuple[str, ...] = ()
    if corpus == INJURED_PAGES:
        if name == REPAIRING:
            targets = _verdicts(speed, ratio, _INJURED, _INJURED_GOAL)
    elif name == JUNKFILTER:
        targets = _verdicts(speed, ratio, _LIBRARY, _LIBRARY_GOAL)
    return Row(corpus, name, speed, ratio, targets)


def _verdicts(speed: Spread, ratio: Spread | None, target: Target, goal: Target) -> tuple[str, ...]:
    reached = (f"goal {goal.verdict(speed.median)}",)
    return (target.verdict(ratio.median), *reached) if ratio else reached


def _time_pages(texts: Sequence[str]) -> dict[str, float]:
    """Time of one `strip`, over many different pages."""
    from junkfilter.filter import JunkFilter

    strip = JunkFilter.load().strip
    times = []
    for number in range(_STRIP_CALLS):
        text = texts[number % len(texts)]
        start = perf_counter()
        strip(text)
        times.append((perf_counter() - start) * 1000)
    median = statistics.median(times)
    slowest = statistics.quantiles(times, n=100)[-1]
    print(f"## One `strip` of a page of 3 KB, {_STRIP_CALLS} calls\n")
    header = ("", "median ms", "99th percentile ms", "target")
    print_table(header, [("`strip`", f"{median:.3f}", f"{slowest:.3f}", _STRIP.verdict(median))])
    return {"median": median, "percentile_99": slowest}


def _processes(lines: Sequence[str], folder: Path) -> list[Process]:
    clean, mixed = folder / "clean.txt", folder / "mixed.txt"
    clean.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    with_some = with_spam(lines, _SPAM_SHARE)
    mixed.write_text("\n".join(with_some) + "\n", encoding="utf-8", newline="\n")
    records = folder / "mixed.jsonl"
    records.write_text(_as_records(with_some), encoding="utf-8", newline="\n")
    rejects = str(folder / "rejects.jsonl")
    loop = Path(__file__).with_name("fasttext_loop.py")
    fasttext = [sys.executable, str(loop), str(fasttext_model(folder))]
    processes = [
        Process(_PIPE_CLEAN, junkfilter_command(), clean),
        Process(_PIPE_SPAM, junkfilter_command(), mixed),
        Process(_PIPE_JSON, [*junkfilter_command(), "--format", "jsonl"], records),
        Process(_PIPE_REJECTS, [*junkfilter_command(), "--rejects", rejects], mixed),
    ]
    if fasttext_model(folder).exists():
        processes.append(Process(_PIPE_FASTTEXT, fasttext, mixed))
    return processes


def _as_records(lines: Sequence[str]) -> str:
    """The lines as JSON Lines, in pages of the usual size."""
    records = [
        json.dumps({"id": number, "text": text}, ensure_ascii=False) + "\n"
        for number, text in enumerate(pages(lines))
    ]
    return "".join(records)


def _pipe_rows(processes: Sequence[Process], rounds: int, missing: list[str]) -> list[Row]:
    """Times whole processes, start included; those that fail at once are named in `missing`."""
    able = [process for process in processes if _can_run(process, missing)]
    speeds: dict[str, list[float]] = {process.name: [] for process in able}
    for number in range(1, rounds + 1):
        for process in able:
            progress(f"round {number} of {rounds}: {process.name}")
            size = process.input.stat().st_size / 1e6
            speeds[process.name].append(size / _seconds(process))
    progress("")
    rows = [_pipe_row(name, speeds) for name in speeds]
    if able:
        print(f"## Whole processes over a file of {able[0].input.stat().st_size / 1e6:.0f} MB\n")
        _print_speeds(rows)
    return rows


def _pipe_row(name: str, speeds: Mapping[str, list[float]]) -> Row:
    base = speeds.get(_PIPE_FASTTEXT)
    speed, ratio = spread(speeds[name]), ratios(speeds[name], base) if base else None
    is_measured = name in (_PIPE_SPAM, _PIPE_REJECTS)
    targets = _verdicts(speed, ratio, _PIPE, _PIPE_GOAL) if is_measured else ()
    return Row("pipe", name, speed, ratio, targets)


def _can_run(process: Process, missing: list[str]) -> bool:
    try:
        _seconds(process)
    except subprocess.CalledProcessError as error:
        last = (error.stderr or b"").decode(errors="replace").strip().split("\n")[-1]
        missing.append(f"{process.name} was left out: status {error.returncode}, {last}")
        return False
    return True


def _seconds(process: Process) -> float:
    with process.input.open("rb") as source:
        start = perf_counter()
        subprocess.run(
            process.command,
            stdin=source,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=True,
        )
        return perf_counter() - start


def _print_rows(rows: Sequence[Row], corpora: Sequence[Corpus]) -> None:
    for corpus in corpora:
        print(f"## {corpus.name} ({len(corpus.lines):,} lines, {corpus.n_bytes / 1e6:.1f} MB)\n")
        _print_speeds([row for row in rows if row.corpus == corpus.name])


def _print_speeds(rows: Sequence[Row]) -> None:
    header = ("contestant", "MB/s", "ratio to fastText", "target")
    print_table(
        header,
        [
            (
                row.name,
                row.speed.text(1),
                row.ratio.text(2) if row.ratio else "–",
                "; ".join(row.targets),
            )
            for row in rows
        ],
    )


def _as_json(row: Row) -> dict[str, object]:
    return {
        **row._asdict(),
        "speed": row.speed._asdict(),
        "ratio": row.ratio._asdict() if row.ratio else None,
    }


if __name__ == "__main__":
    main()
