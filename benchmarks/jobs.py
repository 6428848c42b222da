"""How much faster two processes are than one, and whether their memory grows: `jobs.py --help`.

The input is JSON Lines: pages of 3 KB, one in a hundred injured by the simulator. One job and two
take turns; the ratio is the median of the rounds. Output and rejects are compared first. Resident
memory is read from /proc while the processes run, hence this needs Linux, and two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from measuring import (
    Spread,
    Target,
    junkfilter_command,
    print_table,
    progress,
    ratios,
    spread,
    versions,
    write_json,
)
from texts import INJURED_SHARE, LinePool, injured, pages

_MB = 1_000_000
_DISTINCT_BYTES = 16 * _MB
_COMPARED_BYTES = 8 * _MB
_FASTER = Target(1.6, "×", at_least=True)
# Between the means of the second and the last quarter of a run; allocators give and take some.
_FLAT = Target(1.1, "×", at_least=False)
_SAMPLE_SECONDS = 0.1


class Run(NamedTuple):
    """One command's time and memory.

    Attributes:
        seconds: start of the processes included.
        parent: resident bytes of the parent, at each look.
        workers: resident bytes of all workers together, at each look.
    """

    seconds: float
    parent: Sequence[int]
    workers: Sequence[int]


def main() -> None:
    """Compares, then times by turns."""
    options = _options()
    if not Path("/proc/self/status").exists():
        raise SystemExit("this needs /proc, so Linux")
    pool = LinePool(options.corpora)
    jobs: int = options.jobs
    runs: dict[int, list[Run]] = {1: [], jobs: []}
    with TemporaryDirectory() as name:
        folder = Path(name)
        records = _records(pool)
        _compare(folder, _written(folder / "few.jsonl", records, _COMPARED_BYTES), jobs)
        path = _written(folder / "pages.jsonl", records, options.megabytes * _MB)
        for number in range(options.rounds):
            for n_jobs in runs:
                progress(f"round {number + 1} of {options.rounds}, -j {n_jobs}")
                runs[n_jobs].append(_run(path, n_jobs))
    progress("")
    rounds = f"{options.rounds} rounds"
    print(f"{options.megabytes} MB of JSON Lines from {pool.description}, {rounds}.\n")
    _print(runs, options.megabytes, jobs)
    report = {
        "versions": versions(["junkfilter", "numpy", "joblib"]),
        "megabytes": options.megabytes,
        "runs": {str(n_jobs): [run._asdict() for run in found] for n_jobs, found in runs.items()},
    }
    write_json(options.json, report)


def _records(pool: LinePool) -> list[bytes]:
    texts = injured(pages(pool.draw(_DISTINCT_BYTES)), INJURED_SHARE)
    return [
        json.dumps(
            {"id": number, "url": f"https://example.org/{number}", "text": text},
            ensure_ascii=False,
        ).encode()
        + b"\n"
        for number, text in enumerate(texts)
    ]


def _written(path: Path, records: Sequence[bytes], n_bytes: int) -> Path:
    """The records in a file, and again from the first one, up to a size."""
    block = b"".join(records)
    with path.open("wb") as file:
        while (left := n_bytes - file.tell()) > 0:
            cut = block.rfind(b"\n", 0, left) + 1 if left < len(block) else len(block)
            if not cut:
                break
            file.write(block[:cut])
    return path


def _compare(folder: Path, path: Path, jobs: int) -> None:
    """Checks that output and rejects do not depend on the number of jobs.

    Raises:
        SystemExit: they do.
    """
    found = set()
    for n_jobs in (1, jobs):
        rejects = folder / f"rejects-{n_jobs}.jsonl"
        command = [*junkfilter_command(), "-q", "-j", str(n_jobs), "--rejects", str(rejects)]
        done = subprocess.run([*command, str(path)], check=True, stdout=subprocess.PIPE)
        found.add((sha256(done.stdout).digest(), sha256(rejects.read_bytes()).digest()))
    if len(found) > 1:
        raise SystemExit(f"output or rejects with -j {jobs} differ from those with -j 1")


def _run(path: Path, jobs: int) -> Run:
    command = [*junkfilter_command(), "-q", "-j", str(jobs), str(path)]
    parent: list[int] = []
    workers: list[int] = []
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            parent.append(_resident_bytes(process.pid))
            workers.append(sum(map(_resident_bytes, _workers(process.pid))))
            time.sleep(_SAMPLE_SECONDS)
    seconds = time.perf_counter() - begun
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: status {process.returncode}")
    return Run(seconds, parent, workers)


def _workers(parent: int) -> list[int]:
    try:
        found = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()
    except OSError:  # already ended
        return []
    return [int(child) for child in found]


def _resident_bytes(process: int) -> int:
    try:
        fields = Path(f"/proc/{process}/statm").read_text("ascii").split()
    except OSError:
        return 0
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


def _growth(resident: Sequence[int]) -> float:
    """Memory in the last quarter of the time, divided by that in the second."""
    quarter = max(1, len(resident) // 4)
    early, late = resident[quarter : 2 * quarter], resident[-quarter - 1 : -1]
    if not early or not late or not sum(early):
        return 1.0
    return (sum(late) / len(late)) / (sum(early) / len(early))


def _print(runs: dict[int, list[Run]], megabytes: int, jobs: int) -> None:
    seconds = {n_jobs: [run.seconds for run in found] for n_jobs, found in runs.items()}
    header = ("jobs", "MB/s", "times as fast", "parent MB", "workers MB", "growth")
    rows = []
    for n_jobs, found in runs.items():
        faster = ratios(seconds[1], seconds[n_jobs])
        growth = max(max(_growth(run.parent), _growth(run.workers)) for run in found)
        rows.append(
            (
                f"`-j {n_jobs}`",
                spread(megabytes / value for value in seconds[n_jobs]).text(1),
                _faster(faster, n_jobs == jobs),
                f"{max(max(run.parent) for run in found) / _MB:.0f}",
                f"{max(max(run.workers) for run in found) / _MB:.0f}",
                f"{growth:.2f}, {_FLAT.verdict(growth)}",
            )
        )
    print_table(header, rows)


def _faster(faster: Spread, judged: bool) -> str:
    return faster.text(2) + (f", {_FASTER.verdict(faster.median)}" if judged else "")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, metavar="FOLDER", help="honest text")
    parser.add_argument("--megabytes", type=int, default=500, metavar="N", help="of input")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="compared with one")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
