"""What the programs that measure cuts have in common: test files, filters, tables."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from junkfilter.evaluation.table import Table, markdown_table, plain_rows
from junkfilter.filter import JunkFilter
from junkfilter.formats.labelled import read_clean
from junkfilter.policy import OPERATING_POINTS, REPAIR, Policy
from junkfilter.training.recipe import Recipe


class HeldOut(NamedTuple):
    """The lines of a file that no model learns from.

    Attributes:
        name: path below the folder of corpora.
        pool: `news`, `hard` or `boilerplate`, as in the recipe.
        lines: in the file's order, without terminators.
    """

    name: str
    pool: str
    lines: Sequence[str]


def held_out(recipe: Path, corpora: Path) -> Iterator[HeldOut]:
    """The files of the role `test` of a recipe."""
    for source in Recipe.read(recipe).sources:
        if source.role == "test":
            lines = read_clean(corpora / source.path)
            # A few have a CR in them: a row of a corpus is one line here.
            yield HeldOut(source.path, source.pool, [line.replace("\r", " ") for line in lines])


def in_pages(lines: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Runs of so many neighbouring lines; the last may be shorter."""
    for first in range(0, len(lines), size):
        yield lines[first : first + size]


def as_text(lines: Iterable[str]) -> str:
    """A page of these lines, an LF behind each.

    >>> as_text(["新闻", "正文"])  # "news", "body"
    '新闻\\n正文\\n'
    """
    return "".join(f"{line}\n" for line in lines)


def excerpt(marked: str, around: int = 40) -> str:
    """A marked line from a little before its first mark to a little behind its last.

    >>> excerpt("正文正文⟪广告⟫正文正文", around=2)  # "body body ad body body"
    '…正文⟪广告⟫正文…'
    """
    places = [place for place, character in enumerate(marked) if character in "⟦⟧⟪⟫"]
    if not places:
        return marked
    start, end = max(places[0] - around, 0), places[-1] + 1 + around
    before, behind = "…" * (start > 0), "…" * (end < len(marked))
    return f"{before}{marked[start:end]}{behind}"


def options(description: str | None) -> argparse.ArgumentParser:
    """A parser with the options that all of these programs have."""
    parser = argparse.ArgumentParser(description=(description or "").split("\n")[0])
    parser.add_argument("--model", default=None, help="folder of a model  [default: the shipped]")
    parser.add_argument("--operating-point", choices=OPERATING_POINTS, default="precision")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    return parser


def corpora_options(parser: argparse.ArgumentParser) -> None:
    """Adds where the test files are."""
    parser.add_argument("--corpora", type=Path, required=True, help="folder the recipe's paths")
    parser.add_argument("--recipe", type=Path, default=Path("models/default/train.toml"))


def loaded(arguments: argparse.Namespace, remove: Iterable[str] = ("spam", *REPAIR)) -> JunkFilter:
    """The filter that the options name; it removes these kinds."""
    policy = Policy(operating_point=arguments.operating_point, remove=frozenset(remove), spans=True)
    return JunkFilter.load(arguments.model, policy=policy)


def heading(page_filter: JunkFilter) -> str:
    """What was measured, in words."""
    kinds = ", ".join(sorted(page_filter.policy.remove))
    point = page_filter.policy.operating_point
    return f"Model {page_filter.model.id}, operating point `{point}`, removed: {kinds}.\n"


def write(tables: Iterable[Table], file: Path | None, **facts: object) -> None:
    """Prints tables as Markdown and writes them, with some facts, if a file is wanted."""
    found = list(tables)
    for table in found:
        print(markdown_table(table) + "\n")
    if file:
        report = facts | {table.name: plain_rows(table) for table in found}
        text = json.dumps(report, ensure_ascii=False, indent=2)
        file.write_text(text + "\n", encoding="utf-8")
