"""Writes the counts of data/README.md from the files; with `--check` only says if they are old."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from pathlib import Path

from junkfilter.formats.labelled import read_labelled

DATA = Path(__file__).parents[1] / "data"
DATASHEET = DATA / "README.md"
BEGIN, END = "<!-- counts -->\n", "<!-- /counts -->\n"


def counts() -> str:
    """The tables: lines by file, and lists, rules and forms by family."""
    return "\n".join(
        [
            "| lines | label | number | groups |",
            "|---|---|---:|---:|",
            *_line_rows(),
            "",
            "| family or subject | lists of words | words | rules | forms |",
            "|---|---:|---:|---:|---:|",
            *_grammar_rows(),
            "",
        ]
    )


def main(arguments: list[str]) -> int:
    """Writes the tables, or checks them."""
    text = DATASHEET.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    wanted = before + BEGIN + counts() + END + after
    if arguments == ["--check"]:
        if text != wanted:
            print("data/README.md is out of date: run python scripts/build_data_counts.py")
            return 1
        return 0
    DATASHEET.write_text(wanted, "utf-8")
    return 0


def _line_rows() -> list[str]:
    rows = []
    total = 0
    for path in sorted((DATA / "lines").glob("*.tsv")):
        samples = read_labelled(path)
        labels = Counter(sample.label for sample in samples)
        groups = len({sample.group for sample in samples})
        total += len(samples)
        rows.append(f"| `lines/{path.name}` | {', '.join(labels)} | {len(samples):,} | {groups} |")
    return [*rows, f"| all | | {total:,} | |"]


def _grammar_rows() -> list[str]:
    names = {
        path.stem for part in ("vocabulary", "grammar") for path in (DATA / part).glob("*.toml")
    }
    rows = []
    for name in sorted(names):
        vocabulary = _toml(DATA / "vocabulary" / f"{name}.toml")
        grammar = _toml(DATA / "grammar" / f"{name}.toml")
        lists = [value for value in vocabulary.values() if isinstance(value, list)]
        numbers = (
            len(lists),
            sum(map(len, lists)),
            _size(grammar, "rules"),
            _size(grammar, "forms"),
        )
        rows.append(f"| `{name}` | " + " | ".join(f"{number:,}" for number in numbers) + " |")
    return rows


def _toml(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def _size(content: dict[str, object], key: str) -> int:
    value = content.get(key, ())
    return len(value) if isinstance(value, (dict, list)) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
