"""Kills a run over many files at random moments and goes on with it: `kills.py --help`.

200 files are stripped into a folder by one run that is left alone, and by one that is killed with
`kill -9` twenty times, workers and all or the parent alone, and goes on with `--resume` each time.
The two folders must hold the same bytes, and nothing temporary may be left. Exit status 1 if not.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from measuring import junkfilter_command, progress
from texts import LinePool, injured, pages

_PAGE_BYTES = 3000


def main() -> None:
    """Makes the files, the one run and the many, and compares."""
    options = _options()
    chance = random.Random(options.seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        _write_files(folder / "in", LinePool(options.corpora), options.files, chance)
        begun = time.perf_counter()
        _run(folder, "whole", options.jobs).wait()
        seconds = time.perf_counter() - begun
        killed = 0
        while killed < options.kills:
            progress(f"kill {killed + 1} of {options.kills}")
            killed += _killed(folder, options.jobs, chance, seconds / options.kills)
        status = _run(folder, "killed", options.jobs).wait()
        progress("")
        whole, found = _contents(folder / "whole"), _contents(folder / "killed")
        if status or whole != found:
            differing = sorted(
                path for path in {*whole, *found} if whole.get(path) != found.get(path)
            )
            print(f"status {status}; differing: {', '.join(differing[:10])}")
            sys.exit(1)
        print(
            f"{options.files} files, {killed} times killed and gone on with: {len(found)} outputs, "
            "all the same as those of one run, and nothing else."
        )


def _write_files(folder: Path, pool: LinePool, number: int, chance: random.Random) -> None:
    """Files of 1 to 60 pages, some of which are injured, in folders of ten."""
    texts = injured(pages(pool.draw(number * 30 * _PAGE_BYTES)), 0.1)
    position = 0
    for file in range(number):
        length = chance.choice((1, 1, 5, 60))
        path = folder / f"{file // 10:02}" / f"{file:03}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        chosen = [texts[(position + page) % len(texts)] for page in range(length)]
        path.write_text("\f".join(chosen), encoding="utf-8", newline="")
        position += length


def _run(folder: Path, output: str, jobs: int) -> subprocess.Popen[bytes]:
    """A run over all files that goes on with what is there."""
    command = [*junkfilter_command(), "-q", "-j", str(jobs), "--output-dir", output, "--resume"]
    command += ["--page-separator", r"\f", "in"]
    return subprocess.Popen(command, cwd=folder, start_new_session=True)


def _killed(folder: Path, jobs: int, chance: random.Random, seconds: float) -> bool:
    """Begins or goes on, and kills at a random moment; False if the run was over before."""
    before = len(_contents(folder / "killed"))
    process = _run(folder, "killed", jobs)
    # Sometimes while it starts; else as long after its first output as it takes to write some.
    if chance.random() < 0.8:
        while process.poll() is None and len(_contents(folder / "killed")) <= before:
            time.sleep(0.005)
    time.sleep(chance.random() * seconds)
    over = process.poll() is not None
    if not over and chance.random() < 0.5:
        process.kill()  # the workers must find out by themselves
    elif not over:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if over:
        print("a run was over before it was killed: give more --files", file=sys.stderr)
        sys.exit(1)
    return True


def _contents(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in folder.rglob("*"):
        try:
            if path.is_file():
                found[str(path.relative_to(folder))] = path.read_bytes()
        except FileNotFoundError:  # renamed meanwhile
            continue
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, metavar="FOLDER", help="honest text")
    parser.add_argument("--files", type=int, default=200, metavar="N")
    parser.add_argument("--kills", type=int, default=20, metavar="N")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    return parser.parse_args()


if __name__ == "__main__":
    main()
