"""One corpus in every container, compression and encoding: are the cuts the same everywhere?

Run: python benchmarks/containers.py --corpora FOLDER

Each file goes through `junkfilter --rejects` and back through `junkfilter restore`, as processes.
Compared are the cuts of each page with those that the library makes, what is restored with what
came in (decoded bytes; of Parquet schema, metadata and values), and programs that are not ours say
whether they can read what was kept. Nothing is timed.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from container_files import CONTAINERS, UNPACKED, Case, Place, cases
from measuring import junkfilter_command, print_table, progress, versions, write_json
from texts import LinePool, injured, pages

from junkfilter.extras import require

_PAGE_BYTES = 1000
_INJURED_SHARE = 0.3
_TESTERS = {
    "gz": ["gzip", "-t"],
    "bz2": ["bzip2", "-t"],
    "xz": ["xz", "-t"],
    "zst": ["zstd", "-tq"],
}


class Outcome(NamedTuple):
    """What became of a case; `foreign` names the program that read it, or why none did."""

    cuts: int
    same: bool
    exact: bool
    foreign: str


def main() -> None:
    """Prints the table; the exit status is 1 if a cut, a byte or a reader differs."""
    options = _options()
    pool = LinePool(options.corpora)
    lines = pool.draw(options.pages * _PAGE_BYTES * 2)
    texts = injured(pages(lines, _PAGE_BYTES)[: options.pages], _INJURED_SHARE)
    print(f"{len(texts)} pages, three of ten injured: {pool.description}\n")
    rows: list[tuple[Case, Outcome]] = []
    with TemporaryDirectory() as folder:
        for case, wanted in cases(texts, options.containers):
            progress(case.name)
            rows.append((case, _outcome(case, wanted, Path(folder))))
    progress("")
    _print(rows)
    packages = ("junkfilter", "pyarrow", "warcio", "charset-normalizer")
    report = [{**case._asdict(), "data": len(case.data), **out._asdict()} for case, out in rows]
    write_json(options.json, {"versions": versions(packages), "cases": report})
    if not all(out.same and out.exact and out.foreign != "REFUSED" for _, out in rows):
        sys.exit(1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--corpora", type=Path, help="folder with legit_*/*.txt and *.jsonl")
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument(
        "--containers",
        nargs="+",
        choices=CONTAINERS,
        default=CONTAINERS,
        metavar="NAME",
        help="only these",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the outcomes to FILE")
    return parser.parse_args()


def _outcome(case: Case, wanted: list[list[Place]], folder: Path) -> Outcome:
    path, kept, rejects = (folder / f"{case.name}{end}" for end in ("", ".kept", ".rejects"))
    path.write_bytes(case.data)
    with kept.open("wb") as output:
        command = [*junkfilter_command(), "-q", *case.options, "--rejects", str(rejects), str(path)]
        subprocess.run(command, stdout=output, check=True)
    found = _places(rejects, case)
    restored = subprocess.run(
        [*junkfilter_command(), "restore", str(kept), "--rejects", str(rejects)],
        capture_output=True,
        check=True,
    ).stdout
    outcome = Outcome(
        sum(map(len, found.values())),
        found == {number: cuts for number, cuts in enumerate(wanted) if cuts},
        _is_exact(case, restored),
        _foreign(case, kept, len(wanted)),
    )
    for file in (path, kept, rejects):
        file.unlink()
    return outcome


def _places(rejects: Path, case: Case) -> dict[int, list[Place]]:
    """The cuts of each page, 0-based, with places in the page's text."""
    starts: list[int] = []
    first = 1
    if case.container == "text":
        texts = UNPACKED[case.compression](case.data).decode(case.encoding).split("\0")
        starts = [0, *accumulate(len(text) + 1 for text in texts)]
    elif case.container in ("csv", "tsv"):
        first = 2  # the header is a record
    places: dict[int, list[Place]] = {}
    for line in rejects.read_bytes().splitlines():
        cut: dict[str, Any] = json.loads(line)
        if cut["type"] == "cut":
            page = cut["record"] - first
            start = starts[page] if starts else 0
            place = (cut["char_start"] - start, cut["char_end"] - start, cut["kind"], cut["family"])
            places.setdefault(page, []).append(place)
    return places


def _is_exact(case: Case, restored: bytes) -> bool:
    if case.container != "parquet":
        unpacked = UNPACKED[case.compression]
        return unpacked(restored) == unpacked(case.data)
    parquet = require("pyarrow.parquet", "parquet")
    old, new = (parquet.ParquetFile(io.BytesIO(data)) for data in (case.data, restored))
    return bool(
        new.schema.equals(old.schema)
        and new.metadata.metadata == old.metadata.metadata
        and new.read().equals(old.read(), check_metadata=True)
    )


def _foreign(case: Case, kept: Path, count: int) -> str:
    """What another program says to the kept file."""
    readers: list[tuple[str, bool]] = []
    tester = _TESTERS.get(case.compression) if case.container != "parquet" else None
    if tester and shutil.which(tester[0]):
        done = subprocess.run(tester, stdin=kept.open("rb"), capture_output=True)
        readers.append((tester[0], done.returncode == 0))
    if case.container == "parquet":
        table = require("pyarrow.parquet", "parquet").read_table(kept)
        readers.append(("pyarrow", len(table) == count))
    elif case.container == "warc":
        readers += _warcio(case, kept, count)
    elif case.container.startswith("jsonl") and case.encoding == "utf-8" and shutil.which("jq"):
        data = UNPACKED[case.compression](kept.read_bytes())
        done = subprocess.run(["jq", "-c", ".id"], input=data, capture_output=True)
        readers.append(("jq", done.stdout.split() == [b"%d" % n for n in range(count)]))
    elif case.container in ("csv", "tsv"):
        text = UNPACKED[case.compression](kept.read_bytes()).decode(case.encoding)
        delimiter = "\t" if case.container == "tsv" else ","
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        readers.append(
            ("csv", [row[::2] for row in rows[1:]] == [[str(n), "x"] for n in range(count)])
        )
    if not all(fine for _, fine in readers):
        return "REFUSED"
    return ", ".join(name for name, _ in readers) or "-"


def _warcio(case: Case, kept: Path, count: int) -> list[tuple[str, bool]]:
    """warcio reads gzip by itself, and checks that records are members of their own."""
    try:
        from warcio.archiveiterator import ArchiveIterator
    except ImportError:
        return []
    data = kept.read_bytes()
    stream = io.BytesIO(data if case.compression == "gz" else UNPACKED[case.compression](data))
    records = [record.content_stream().read() for record in ArchiveIterator(stream)]
    return [("warcio", len(records) == count)]


def _print(rows: Sequence[tuple[Case, Outcome]]) -> None:
    header = ("container", "encoding", "compression", "cuts", "as in the library", "restored",
              "read by")  # fmt: skip
    print_table(
        header,
        [
            (
                case.container,
                case.encoding,
                case.compression,
                str(out.cuts),
                "same" if out.same else "DIFFER",
                "exact" if out.exact else "DIFFERS",
                out.foreign,
            )
            for case, out in rows
        ],
    )


if __name__ == "__main__":
    main()
