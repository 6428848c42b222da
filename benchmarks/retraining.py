"""How long retraining takes, step by step: `retraining.py --help`.

Lines are made from the grammars of the project: labelled ones, half spam, in sites of a hundred
lines, and clean ones that set the thresholds. What is timed is the call that `junkfilter train
--base` makes, from reading the files to the model on the disk. Stage 2 and spans are the base's and
are not trained.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from measuring import Target, print_table, versions

from junkfilter.model import default_model_folder
from junkfilter.training.grammar import Grammar
from junkfilter.training.run import Assignment, train

_MOST_SECONDS = 180.0
_SITE = 100
_HONEST = ("honest_media", "honest_service", "honest_science", "honest_web")


def main() -> int:
    """Makes the lines, trains, prints the times."""
    given = _arguments()
    with TemporaryDirectory() as name:
        folder = Path(name)
        _write_lines(folder, given.labelled, given.clean)
        steps = _timed(folder, given)
    total = sum(seconds for _, seconds in steps)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = [(step, f"{seconds:.1f}") for step, seconds in steps]
    rows += [("all", f"{total:.1f}"), ("this process's CPU", f"{process_time():.1f}")]
    print(f"{given.labelled:,} labelled lines, {given.clean:,} clean lines, {given.jobs} processes")
    print_table(("step", "s"), rows)
    verdict = Target(_MOST_SECONDS, " s", at_least=False).verdict(total)
    used = ", ".join(f"{name} {found}" for name, found in versions(("numpy", "scipy")).items())
    print(f"\n{verdict}; largest memory of this process {peak:,.0f} MiB; {used}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labelled", type=int, default=100_000, metavar="N")
    parser.add_argument("--clean", type=int, default=900_000, metavar="N")
    parser.add_argument("--base", type=Path, default=default_model_folder(), metavar="MODEL")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    return parser.parse_args()


def _timed(folder: Path, given: argparse.Namespace) -> list[tuple[str, float]]:
    """The steps of one training with their seconds."""
    marks: list[tuple[str, float]] = []
    train(
        Assignment(
            output=folder / "model",
            data=(folder / "labelled.tsv",),
            clean=(folder / "clean.txt",),
            base=given.base,
            jobs=given.jobs,
        ),
        progress=lambda step: marks.append((step, perf_counter())),
    )
    ends = [time for _, time in marks[1:]] + [perf_counter()]
    return [(step, end - start) for (step, start), end in zip(marks, ends, strict=True)]


def _write_lines(folder: Path, labelled: int, clean: int) -> None:
    spam = _lines(Grammar(), honest=False)
    honest = _lines(Grammar(), honest=True)
    with (folder / "labelled.tsv").open("w", encoding="utf-8") as file:
        for number in range(labelled // 2):
            site = f"{number // _SITE}.example"
            family, text = next(spam)
            file.write(f"spam.{family}\t{text}\t{site}\ntext\t{next(honest)[1]}\t{site}\n")
    with (folder / "clean.txt").open("w", encoding="utf-8") as file:
        file.writelines(f"{text}\n" for _, text in islice(honest, clean))


def _lines(grammar: Grammar, *, honest: bool) -> Iterator[tuple[str, str]]:
    """Family and text of lines that are all different, without end."""
    names = _HONEST if honest else tuple(n for n in grammar.families() if n[:6] != "honest")
    chance = random.Random(f"retraining/{honest}")
    known: set[str] = set()
    while True:
        family = chance.choice(names)
        text = grammar.sample(family, chance)[1].strip()
        if text and text not in known and not text.startswith("#"):
            known.add(text)
            yield family, text


if __name__ == "__main__":
    sys.exit(main())
