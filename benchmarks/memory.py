"""How much memory the command takes on long inputs, and whether it grows: `memory.py --help`.

Inputs are made on the fly and fed through a pipe, so nothing large is stored. The process's own
peak (`VmHWM` of /proc) is read, hence this runs on Linux only. The inputs' speed is compared, too:
no kind of bytes may be ten times slower than text.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter
from typing import NamedTuple

from measuring import Target, print_table, progress, versions, write_json
from texts import LinePool, with_spam

_BLOCK = 1 << 20
_TEXT_BYTES = 8 * _BLOCK
_QUARTERS = (25, 50, 75, 100)
_SPAM_SHARE = 0.01
_MB = 1_000_000
_PLAIN = Target(150, " MB", at_least=False)
_WITH_JIEBA = Target(220, " MB", at_least=False)
_SPEED = Target(0.1, "×", at_least=True)
# Between the ends of the first and the last quarter; allocators give and take some.
_FLAT = Target(1.1, "×", at_least=False)
# The command as installed, which reports on itself at the end: its peak, since what the kernel
# tells the parent includes the parent's pages that a child begins with; and whether jieba was
# loaded. The name of the module is enough for that: junkfilter imports it when it needs it.
_CHILD = """
import atexit, os, sys
from junkfilter.cli import main

def report():
    with open("/proc/self/status") as status:
        peak = next(line.split()[1] for line in status if line.startswith("VmHWM:"))
    os.write(%d, f"{peak} {int('jieba' in sys.modules)}".encode())

atexit.register(report)
sys.exit(main())
"""


class Stream(NamedTuple):
    """An input, made of blocks that are repeated.

    Attributes:
        blocks: each of about 1 MiB.
        allowed: exit statuses that are right for it: 2 for what is no text.
    """

    name: str
    n_bytes: int
    blocks: Sequence[bytes]
    allowed: tuple[int, ...] = (0,)

    def pieces(self) -> Iterator[bytes]:
        """The input, piece by piece."""
        left = self.n_bytes
        for block in cycle(self.blocks):
            if left <= 0:
                return
            yield block[:left]
            left -= len(block)


class Run(NamedTuple):
    """What one input took.

    Attributes:
        peak: bytes.
        quarters: resident bytes when 25, 50, 75 and 100 % of the input had been taken.
        mb_per_s: start of the process included.
        message: last line of standard error.
    """

    name: str
    n_bytes: int
    peak: int
    quarters: tuple[int, ...]
    mb_per_s: float
    jieba: bool
    status: int
    message: str

    @property
    def growth(self) -> float:
        """How much more memory after the last quarter than after the first."""
        return self.quarters[-1] / max(self.quarters[0], 1)


def main() -> None:
    """Runs one input after the other."""
    options = _options()
    if not Path("/proc/self/status").exists():
        raise SystemExit("this needs /proc, so Linux")
    pool = LinePool(options.corpora)
    runs = []
    for stream in _streams(pool, options.scale):
        progress(f"{stream.name}, {stream.n_bytes / _MB:.0f} MB")
        runs.append(_run(stream))
    progress("")
    print(f"Lines: {pool.description}.\n")
    _print_runs(runs)
    report = {
        "versions": versions(["junkfilter", "numpy", "jieba"]),
        "lines_from": pool.description,
        "scale": options.scale,
        "rows": [{**run._asdict(), "growth": run.growth} for run in runs],
    }
    write_json(options.json, report)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, help="folder with legit_*/*.txt and *.jsonl")
    parser.add_argument("--scale", type=float, default=1, help="0.1 for inputs of a tenth the size")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    return parser.parse_args()


def _streams(pool: LinePool, scale: float) -> list[Stream]:
    lines = pool.draw(_TEXT_BYTES)
    text = _blocks("\n".join(lines).encode() + b"\n")
    mixed = _blocks("\n".join(with_spam(lines, _SPAM_SHARE)).encode() + b"\n")
    noise = random.Random(1).randbytes(_TEXT_BYTES)
    short, long = int(200 * _MB * scale), int(1000 * _MB * scale)
    return [
        Stream("text", short, text),  # the others' speed is compared with this one's
        Stream("text, five times as much", long, text),
        Stream("text with 1 % spam", short, mixed),
        Stream("one line", short, _blocks("".join(lines).encode())),
        Stream("random bytes (binary: passed)", short, _blocks(noise), (2,)),
        Stream("random bytes without NUL", short, _blocks(noise.replace(b"\0", b""))),
    ]


def _blocks(data: bytes) -> list[bytes]:
    return [data[start : start + _BLOCK] for start in range(0, len(data), _BLOCK)]


def _run(stream: Stream) -> Run:
    """Feeds a fresh process and watches it.

    Raises:
        SystemExit: the command ended with another status than the input calls for.
    """
    reading, writing = os.pipe()
    begun = perf_counter()
    with TemporaryFile() as messages:
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD % writing],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=messages,
            pass_fds=[writing],
        )
        os.close(writing)
        quarters = _feed(child, stream)
        status = child.wait()
        seconds = perf_counter() - begun
        messages.seek(0)
        message = messages.read().decode(errors="replace").strip().split("\n")[-1]
    with os.fdopen(reading, "r") as report:
        peak, jieba = map(int, report.read().split() or (0, 0))
    if status not in stream.allowed or not peak:
        raise SystemExit(f"{stream.name}: status {status}, {message}")
    speed = stream.n_bytes / _MB / seconds
    return Run(
        stream.name,
        stream.n_bytes,
        peak * 1024,
        quarters,
        speed,
        bool(jieba),
        status,
        message,
    )


def _feed(child: subprocess.Popen[bytes], stream: Stream) -> tuple[int, ...]:
    """Writes the whole input and closes it; resident bytes at each quarter.

    Where the command stops reading, its status tells, and quarters not reached are 0.
    """
    assert child.stdin is not None
    marks = [stream.n_bytes * percent // 100 for percent in _QUARTERS]
    resident: list[int] = []
    written = 0
    try:
        for piece in stream.pieces():
            child.stdin.write(piece)
            written += len(piece)
            while len(resident) < len(marks) and written >= marks[len(resident)]:
                resident.append(_resident_bytes(child.pid))
        child.stdin.close()
    except BrokenPipeError:
        resident += [0] * (len(marks) - len(resident))
    return tuple(resident)


def _resident_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0  # already ended


def _print_runs(runs: Sequence[Run]) -> None:
    sizes = ("size MB", "peak MB", "target", "MB at 25, 50, 75, 100 %", "growth")
    header = ("input", *sizes, "jieba", "speed to text", "status")
    rows = []
    for run in runs:
        target = _WITH_JIEBA if run.jieba else _PLAIN
        ratio = run.mb_per_s / runs[0].mb_per_s
        rows.append(
            (
                run.name,
                f"{run.n_bytes / _MB:.0f}",
                f"{run.peak / _MB:.0f}",
                target.verdict(run.peak / _MB),
                ", ".join(f"{quarter / _MB:.0f}" for quarter in run.quarters),
                f"{run.growth:.2f}, {_FLAT.verdict(run.growth)}",
                "loaded" if run.jieba else "not loaded",
                f"{ratio:.2f}, {_SPEED.verdict(ratio)}",
                str(run.status),
            )
        )
    print_table(header, rows)
    for run in runs:
        if run.message:
            print(f"- {run.name}: {run.message}")


if __name__ == "__main__":
    main()
