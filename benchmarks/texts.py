"""What the benchmarks read: lines from a folder of corpora, or composed from the project's `data/`.

Everything is drawn with a fixed seed, so that two runs over the same folder time the same bytes.
Neither NumPy nor junkfilter is imported here: `memory.py` must itself stay small.
"""

from __future__ import annotations

import heapq
import json
import random
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

_SEED = 2
_DATA = Path(__file__).resolve().parent.parent / "data"
PAGE_BYTES = 3000
INJURED_PAGES = "pages of 3 KB, 1 % of them injured"
INJURED_SHARE = 0.01
# Lines of this many bytes are the headlines; with the corpora that the project is measured on,
# their mean is 33.
_HEADLINE_BYTES = range(24, 43)


class Row(NamedTuple):
    """A labelled line of the project's own data."""

    text: str
    spam: bool


class Corpus(NamedTuple):
    """One text in the shapes that the contestants want.

    Attributes:
        name: heads the table.
        texts: what a crawler hands over, one page each; never empty.
        lines: all lines of the texts, without line ends.
        path: the lines as a file.
        n_bytes: UTF-8 bytes of the lines, line ends not counted.
    """

    name: str
    texts: Sequence[str]
    lines: Sequence[str]
    path: Path
    n_bytes: int


class LinePool:
    """Honest lines, by source, to draw from.

    Args:
        corpora: folder with subfolders `legit_*` of `.txt` (a line each) and `.jsonl` files
            (`title` and `text`); None for the project's own lines.
    """

    def __init__(self, corpora: Path | None) -> None:
        files = sorted(corpora.glob("legit_*/*")) if corpora else []
        self.sources = [lines for path in files if (lines := _lines_of(path))]
        self.description = f"{len(self.sources)} corpora"
        if not self.sources:
            if corpora:
                print(f"no legit_*/* files in {corpora}", file=sys.stderr)
            self.sources = [_composed_lines()]
            self.description = "lines composed from the project's data/ (no corpora given)"

    def draw(self, n_bytes: int, *, lengths: range | None = None) -> list[str]:
        """Shuffled lines of about `n_bytes` in all, as much as possible from each source alike.

        Args:
            n_bytes: UTF-8 bytes, line ends not counted.
            lengths: only lines of so many bytes.
        """
        chance = random.Random(_SEED)
        sources = []
        for lines in self.sources:
            fitting = [s for s in lines if lengths is None or len(s.encode()) in lengths]
            chance.shuffle(fitting)
            sources.append(fitting)
        drawn = _evenly(sources, n_bytes)
        chance.shuffle(drawn)
        return drawn


def corpora_for_throughput(pool: LinePool, n_bytes: int, folder: Path) -> list[Corpus]:
    """Diverse lines, pages of 3 KB of them, headlines, and those pages with some of them injured.

    Their files go to `folder`.
    """
    lines = pool.draw(n_bytes)
    headlines = pool.draw(n_bytes, lengths=_HEADLINE_BYTES)
    mean = sum(len(s.encode()) for s in headlines) / len(headlines)
    mixed = injured(pages(lines), INJURED_SHARE)
    # What rivals read is what the pages hold, and blank lines are no lines to them.
    mixed_lines = [line for line in "".join(mixed).split("\n") if line.strip()]
    return [
        _corpus("diverse lines, each a text", lines, lines, folder / "lines.txt"),
        _corpus("pages of 3 KB", pages(lines), lines, folder / "pages.txt"),
        _corpus(f"headlines of {mean:.0f} bytes", headlines, headlines, folder / "headlines.txt"),
        _corpus(INJURED_PAGES, mixed, mixed_lines, folder / "injured.txt"),
    ]


def injured(texts: Sequence[str], share: float) -> list[str]:
    """The pages, that share of them injured in one to three ways; evenly spread.

    Brands and phrases are those that no model is trained with. Where a page offers no place for an
    attack, the next one is injured in its stead.
    """
    # Only here: the simulator belongs to junkfilter, which `memory.py` must not load.
    from junkfilter.training.simulate import Campaign, Vocabulary

    plan = Campaign(vocabulary=Vocabulary.load("evaluation"), most_attacks=3, seed=_SEED)
    mixed: list[str] = []
    done = 0
    for number, text in enumerate(texts):
        page = next(plan.injured(text, number), None) if done < number * share else None
        done += page is not None
        mixed.append(page.text if page else text)
    return mixed


def pages(lines: Iterable[str], n_bytes: int = PAGE_BYTES) -> list[str]:
    """The lines in order, with line ends, in texts of at least `n_bytes`."""
    texts: list[str] = []
    page: list[str] = []
    size = 0
    for line in lines:
        page.append(line)
        size += len(line.encode()) + 1
        if size >= n_bytes:
            texts.append("\n".join(page) + "\n")
            page, size = [], 0
    if page:
        texts.append("\n".join(page) + "\n")
    return texts


def with_spam(lines: Sequence[str], share: float) -> list[str]:
    """The lines with hand-written spam lines put between them at random places."""
    chance = random.Random(_SEED)
    spam = [row.text for row in own_rows() if row.spam]
    mixed: list[str] = []
    for line in lines:
        if chance.random() < share:
            mixed.append(chance.choice(spam))
        mixed.append(line)
    return mixed


def own_rows() -> list[Row]:
    """The hand-written lines of the project's data: spam, and honest ones with page furniture."""
    rows = []
    for path in sorted((_DATA / "lines").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").split("\n"):
            label, _, rest = line.partition("\t")
            if label.startswith(("spam", "text", "boilerplate")):
                rows.append(Row(rest.split("\t")[0], label.startswith("spam")))
    return rows


def keywords(count: int) -> list[str]:
    """That many words of the spam vocabularies, as a keyword list would have them.

    Words of one character and those with fields to fill in are left out, and common words as well,
    which belong to no family of spam.
    """
    words: set[str] = set()
    for path in sorted((_DATA / "vocabulary").glob("*.toml")):
        if path.stem != "common":
            words.update(_strings(tomllib.loads(path.read_text(encoding="utf-8"))))
    usable = sorted(word for word in words if len(word) > 1 and not set(word) & set("{}\n"))
    return random.Random(_SEED).sample(usable, min(count, len(usable)))


def small_page() -> str:
    """A page of twenty honest lines under one adult keyword line."""
    rows = own_rows()
    adult = next(row.text for row in rows if row.spam)
    return "\n".join([adult, *_composed_lines()[:20]]) + "\n"


def _corpus(name: str, texts: Sequence[str], lines: Sequence[str], path: Path) -> Corpus:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return Corpus(name, texts, lines, path, sum(len(s.encode()) for s in lines))


def _evenly(sources: Iterable[Sequence[str]], n_bytes: int) -> list[str]:
    """Lines up to `n_bytes`, the next always from the source that has given fewest bytes."""
    turns: list[tuple[int, int, Iterator[str]]] = [(0, i, iter(s)) for i, s in enumerate(sources)]
    drawn: list[str] = []
    size = 0
    while turns and size < n_bytes:
        given, number, source = heapq.heappop(turns)
        line = next(source, None)
        if line is None:
            continue
        drawn.append(line)
        size += (length := len(line.encode()))
        heapq.heappush(turns, (given + length, number, source))
    if not drawn:
        raise SystemExit("no line of the wanted length: give --corpora")
    return _repeated(drawn, n_bytes - size)


def _repeated(lines: list[str], missing: int) -> list[str]:
    """The lines, and the first of them again until the missing bytes are made up."""
    more: list[str] = []
    for line in cycle(lines):
        if missing <= 0:
            break
        more.append(line)
        missing -= len(line.encode())
    return lines + more


def _lines_of(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".jsonl":
        records = [json.loads(line) for line in text.split("\n") if line]
        text = "\n".join(f"{record['title']}\n{record['text']}" for record in records)
    elif path.suffix != ".txt":
        return []
    # Rivals and junkfilter must see the same lines, so nothing else may end one.
    return [line for line in text.replace("\r", "\n").split("\n") if line.strip()]


def _composed_lines() -> list[str]:
    """Lines of one to six of the project's honest ones: nothing like real text, but distinct."""
    chance = random.Random(_SEED)
    honest = [row.text for row in own_rows() if not row.spam]
    joined = ("，".join(chance.sample(honest, chance.randint(1, 6))) for _ in range(20_000))
    return honest + list(joined)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
