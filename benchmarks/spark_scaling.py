"""How much faster a Spark cluster of two workers is than one of one: `spark_scaling.py --help`.

The same Parquet file of pages goes through `strip_column` on `local-cluster[1,1,1024]` and on
`local-cluster[2,1,1024]`: one or two virtual machines with one task at a time. Clusters take turns,
each is started anew, reads the pages once outside of the clock, and then with it. Beside the
filter, pages that are only moved to Python and back, which is what Spark itself takes.

A worker is two processes, one of Java and one of Python, that work by turns and a little at the
same time. A machine with two cores is therefore not quite enough for two workers.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from measuring import Target, print_table, progress, ratios, spread, versions, write_json
from texts import LinePool, pages

_MB = 1_000_000
_WORKERS = (1, 2)
# Of a task. Many tasks, so that the last one to end is soon done; each with far more to do than
# to be handed out costs.
_PIECE_BYTES = 2 << 20
# Of two workers against one, in the time that pages take to be stripped.
_SCALING = Target(1.6, "×", at_least=True)
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.sql.files.maxPartitionBytes": str(_PIECE_BYTES),
    # No work before all workers are there.
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",
    "spark.scheduler.maxRegisteredResourcesWaitingTime": "300s",
}


def main(arguments: list[str] | None = None) -> None:
    """Parses the options; with --workers it is the child that works on one cluster."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--corpora", type=Path, metavar="FOLDER", help="real text to read")
    parser.add_argument("--megabytes", type=int, default=100, metavar="N", help="of pages")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="of both clusters")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    parser.add_argument("--workers", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--pages", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.workers:
        print(json.dumps(timed(options.workers, options.pages)))
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pages.parquet"
        description, n_bytes, n_pages = write_pages(path, options.corpora, options.megabytes)
        print(f"{n_pages:,} pages of 3 KB, {n_bytes / _MB:.0f} MB, from {description}.\n")
        rounds: list[dict[int, dict[str, float]]] = []
        for number in range(options.rounds):
            progress(f"round {number + 1} of {options.rounds}")
            rounds.append({workers: in_a_child(workers, path) for workers in _WORKERS})
        progress("")
    report(rounds, n_bytes, options.json)


def write_pages(path: Path, corpora: Path | None, megabytes: int) -> tuple[str, int, int]:
    """Writes pages as Parquet; what they are made of, their bytes and their number."""
    import pyarrow
    import pyarrow.parquet

    pool = LinePool(corpora)
    drawn = pages(pool.draw(megabytes * _MB))
    n_bytes = sum(len(page.encode()) for page in drawn)
    # Small corpora are read several times.
    texts = drawn * max(1, round(megabytes * _MB / n_bytes))
    table = pyarrow.table({"id": range(len(texts)), "text": texts})
    rows = max(1, _PIECE_BYTES * len(drawn) // n_bytes)
    pyarrow.parquet.write_table(table, path, row_group_size=rows, compression="none")
    return pool.description, n_bytes * len(texts) // len(drawn), len(texts)


def in_a_child(workers: int, path: Path) -> dict[str, float]:
    """Seconds by name of the job, on a cluster that is started for it and stopped."""
    command = [sys.executable, __file__, "--workers", str(workers), "--pages", str(path)]
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "PYTHONWARNINGS": "ignore"}
    environment["OMP_NUM_THREADS"] = environment["OPENBLAS_NUM_THREADS"] = "1"
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    if done.returncode:
        sys.exit(done.stderr.decode(errors="replace"))
    seconds: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return seconds


def timed(workers: int, path: str) -> dict[str, float]:
    """Seconds by name of the job, on a cluster of so many workers."""
    from pyspark.sql import SparkSession

    from junkfilter.integrations.spark import strip_column

    builder = SparkSession.builder.master(f"local-cluster[{workers},1,1024]")
    for name, value in {**_SETTINGS, "spark.cores.max": str(workers)}.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        frame = spark.read.parquet(path)
        jobs = {"moved": frame.mapInArrow(_moved, frame.schema)}
        jobs["stripped"] = strip_column(frame, "text")
        for job in jobs.values():
            _run(job)  # starts Python, loads the model, compiles
        return {name: _run(job) for name, job in jobs.items()}
    finally:
        spark.stop()


def report(rounds: list[dict[int, dict[str, float]]], n_bytes: int, path: Path | None) -> None:
    """Prints the table and writes the figures."""
    rows: list[list[str]] = []
    figures: dict[str, Any] = {"bytes": n_bytes, "versions": versions(["pyspark", "pyarrow"])}
    for job in ("moved", "stripped"):
        seconds = {n: [one[n][job] for one in rounds] for n in _WORKERS}
        speeds = {n: [n_bytes / _MB / value for value in seconds[n]] for n in _WORKERS}
        gain = ratios(speeds[2], speeds[1])
        verdict = _SCALING.verdict(gain.median) if job == "stripped" else ""
        rows.append([job, *(spread(speeds[n]).text(1) for n in _WORKERS), gain.text(2), verdict])
        figures[job] = {"seconds": seconds, "gain": gain._asdict()}
    print_table(["pages are", "1 worker, MB/s", "2 workers, MB/s", "gain", "target"], rows)
    write_json(path, figures)


def _run(frame: Any) -> float:
    start = perf_counter()
    frame.write.format("noop").mode("overwrite").save()
    return perf_counter() - start


def _moved(batches: Iterable[Any]) -> Iterator[Any]:
    yield from batches


if __name__ == "__main__":
    main()
