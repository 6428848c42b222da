"""What a model learns from: the recipe, and the lines it names, in an order that is always the same.

A recipe (`train.toml`) names the honest corpora with their licences and roles, and how many lines
to make of each family's grammar. Lines are sorted by digest before anything is learned, so that the
order of files and rows never matters. Lines that stand in a test file, nearly the same lines
included, never reach training.

Learns nothing; see `junkfilter.training.fit`.
"""

from __future__ import annotations

import hashlib
import random
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from junkfilter.errors import DataError
from junkfilter.evaluation.digests import line_digest, read_known_ads
from junkfilter.formats.labelled import Sample, read_clean, read_labelled
from junkfilter.policy import FAMILIES
from junkfilter.training.grammar import Grammar, data_folder
from junkfilter.training.honest import compose
from junkfilter.training.overlap import Shingles

# A line that shares this share of its 8-character pieces with test lines counts as a near-duplicate.
NEAR_DUPLICATE = 0.5
_PAGE_POOLS = ("news", "hard", "look-alike", "promotion")
# Pages composed from one source; enough for the weights of stage 2, which are a few dozen.
_MOST_PAGES = 600
POOLS = ("news", "hard", "boilerplate", "promotion", "look-alike", "composed")


@dataclass(frozen=True, slots=True)
class Source:
    """One corpus file of a recipe.

    Attributes:
        path: path below the folder of corpora.
        label: label of all its lines.
        origin: repository, files and commit it was taken from.
        licence: licence that its repository states.
        pool: `news` (the promise holds for it), `hard` or `boilerplate` (a tenth as strict), or
            `promotion` (advertising copy that its readers asked for, such as descriptions in app
            stores: learned from as honest, but no promise is made for it).
        role: `train` or `test`.
        columns: `topics` for a table of topic, text and source file.
        family: family of its lines, if they are spam.
    """

    path: str
    label: str = "text"
    origin: str = ""
    licence: str = "none stated"
    pool: str = "news"
    role: str = "train"
    columns: str = ""
    family: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is made; what `train.toml` says.

    Attributes:
        id: name of the model.
        bits: binary logarithm of the number of weights.
        seed: of everything random.
        lines: number of lines to make of each family's grammar.
        hand_weight: weight of a hand-written line against a generated one.
        penalty: inverse strength of the penalty on the weights (scikit-learn's `C`).
        folds: number of parts for cross-fitting.
        sources: corpora.
    """

    id: str = "unnamed"
    bits: int = 20
    seed: int = 2024
    lines: Mapping[str, int] = field(default_factory=dict)
    hand_weight: float = 1.0
    penalty: float = 3.0
    folds: int = 5
    sources: tuple[Source, ...] = ()

    @classmethod
    def read(cls, file: Traversable | Path) -> Recipe:
        """The recipe in a TOML file.

        Raises:
            DataError: not TOML, or a key that no recipe has.
        """
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
            sources = tuple(Source(**source) for source in content.pop("source", []))
            return cls(**content.pop("model"), lines=content.pop("lines", {}), sources=sources)
        except (tomllib.TOMLDecodeError, TypeError, KeyError, OSError) as error:
            raise DataError(f"not a recipe: {error}", path=str(file)) from error


class Row(NamedTuple):
    """A line to learn from.

    Attributes:
        sample: the line and its label.
        pool: pool of an honest line, `spam` for spam.
        weight: weight in training.
    """

    sample: Sample
    pool: str
    weight: float = 1.0


class PageMaterial(NamedTuple):
    """Neighbouring honest lines of one source: what pages are composed from.

    Attributes:
        group: the source, as in its rows' samples.
        pool: pool of its rows.
        lines: in their order.
    """

    group: str
    pool: str
    lines: tuple[str, ...]


@dataclass(slots=True)
class Corpus:
    """All lines of a recipe.

    Attributes:
        rows: lines to learn from, sorted by digest.
        pages: neighbouring lines of the same rows.
        digests: SHA-256 of each file used, by path.
        missing: paths of the recipe that are not there.
        left_out: how many lines were left out, by reason.
    """

    rows: list[Row]
    pages: list[PageMaterial] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)


def gather(recipe: Recipe, corpora: Path | None, *, data: Traversable | None = None) -> Corpus:
    """All lines that a recipe names, sorted, without duplicates and without test lines.

    Args:
        recipe: what to gather.
        corpora: folder of the public corpora; None where there is none.
        data: folder of the project's own data; the one that comes with junkfilter by default.
    """
    corpus = Corpus([])
    folder = data or data_folder()
    rows = list(_own_rows(recipe, folder, corpus))
    found = [source for source in recipe.sources if _is_there(source, corpora, corpus)]
    for source in found:
        if source.role == "train" and corpora is not None:
            rows += _corpus_rows(source, corpora, recipe, corpus)
    in_order = [row for row in rows if row.pool in _PAGE_POOLS]
    rows += honest_compositions(rows, recipe.seed)
    rows = _distinct(_without_known_ads(rows, folder, corpus), corpus)
    tests = [source for source in found if source.role == "test"]
    if tests and corpora is not None:
        rows = _without_test_lines(rows, tests, corpora, corpus)
    corpus.rows = rows
    kept = {row.sample.text for row in rows}
    corpus.pages = _pages([row for row in in_order if row.sample.text in kept], recipe.seed)
    return corpus


def honest_compositions(rows: Iterable[Row], seed: int) -> list[Row]:
    """Honest lines in the shapes of keyword spam, composed of words from honest headlines."""
    headlines = [
        row.sample.text
        for row in rows
        if row.pool != "spam" and row.sample.label == "text" and 4 <= len(row.sample.text) <= 30
    ]
    return [
        Row(Sample(text, "text", "", "compositions", f"composed-{form}"), "composed")
        for form, text in compose(sorted(set(headlines)), random.Random(seed))
    ]


def _pages(rows: Sequence[Row], seed: int) -> list[PageMaterial]:
    """Runs of neighbouring lines of each group, of 3 to 25 lines."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        groups.setdefault((row.sample.group, row.pool), []).append(row.sample.text)
    pages: list[PageMaterial] = []
    for (group, pool), lines in sorted(groups.items()):
        chance = random.Random(f"{seed}/pages/{group}")
        place, count = 0, 0
        while place < len(lines) and count < _MOST_PAGES:
            length = chance.randint(3, 25)
            pages.append(PageMaterial(group, pool, tuple(lines[place : place + length])))
            place += length
            count += 1
    return pages


def _without_known_ads(rows: list[Row], folder: Traversable, corpus: Corpus) -> list[Row]:
    """Rows of honest corpora that were read and found to be advertisements stay out."""
    path = Path(str(folder / "known_ads.tsv"))
    ads = read_known_ads(path) if path.is_file() else {}
    if not ads:
        return rows
    kept = [row for row in rows if row.pool == "spam" or line_digest(row.sample.text) not in ads]
    corpus.left_out["known advertisements"] = len(rows) - len(kept)
    return kept


def _own_rows(recipe: Recipe, folder: Traversable, corpus: Corpus) -> Iterable[Row]:
    for file in sorted((folder / "lines").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".tsv"):
            path = Path(str(file))
            corpus.digests[f"data/lines/{file.name}"] = _file_digest(path)
            for sample in read_labelled(path):
                pool = "spam" if sample.label == "spam" else "look-alike"
                if sample.label in ("boilerplate", "garbled"):
                    pool = "boilerplate"
                yield Row(sample, pool, recipe.hand_weight)
    grammar = Grammar(folder)
    for family in grammar.families():
        yield from _generated(grammar, family, recipe)


def _generated(grammar: Grammar, family: str, recipe: Recipe) -> Iterable[Row]:
    # Each family has a generator of its own: a new form in one leaves the others' lines as they are.
    chance = random.Random(f"{recipe.seed}/{family}")
    for _ in range(recipe.lines.get(family, recipe.lines.get("each", 0))):
        form, text = grammar.sample(family, chance)
        text = text.strip()
        if text:
            yield Row(Sample(text, "spam", family, "grammar", f"{family}/{form.name}"), "spam")


def _is_there(source: Source, corpora: Path | None, corpus: Corpus) -> bool:
    if corpora is not None and (corpora / source.path).is_file():
        corpus.digests[source.path] = _file_digest(corpora / source.path)
        return True
    corpus.missing.append(source.path)
    return False


def _corpus_rows(source: Source, corpora: Path, recipe: Recipe, corpus: Corpus) -> list[Row]:
    path = corpora / source.path
    if source.columns == "topics":
        return _topic_rows(path, source, recipe, corpus)
    pool = "spam" if source.label == "spam" else source.pool
    return [
        Row(Sample(text, source.label, source.family, path.name, path.name), pool)
        for text in read_clean(path)
    ]


def _topic_rows(path: Path, source: Source, recipe: Recipe, corpus: Corpus) -> list[Row]:
    """Rows of topic, text and source file; those that come from a test file stay out."""
    tests = [Path(s.path).stem for s in recipe.sources if s.role == "test"]
    rows: list[Row] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        topic, text, origin = line.split("\t")
        if any(origin in test or test.startswith(origin) for test in tests):
            corpus.left_out["topic rows of test files"] = (
                corpus.left_out.get("topic rows of test files", 0) + 1
            )
        else:
            rows.append(Row(Sample(text, "text", "", path.name, f"{origin}/{topic}"), source.pool))
    return rows


def _distinct(rows: Iterable[Row], corpus: Corpus) -> list[Row]:
    """Rows sorted by digest, one for each; of a line with two labels the honest one stays.

    A lost news line is worse than a kept spam line, also in training.
    """
    keyed = sorted((line_digest(row.sample.text), row.pool == "spam", row) for row in rows)
    kept: list[Row] = []
    last = ""
    for digest, _, row in keyed:
        if digest != last:
            kept.append(row)
        last = digest
    corpus.left_out["duplicates"] = len(keyed) - len(kept)
    return kept


def _without_test_lines(
    rows: list[Row], tests: Sequence[Source], corpora: Path, corpus: Corpus
) -> list[Row]:
    lines = [line for source in tests for line in read_clean(corpora / source.path)]
    shares = Shingles(lines).shares([row.sample.text for row in rows])
    kept = [row for row, share in zip(rows, shares, strict=True) if share < NEAR_DUPLICATE]
    corpus.left_out["near-duplicates of test lines"] = len(rows) - len(kept)
    return kept


def family_numbers(rows: Sequence[Row]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Index of each spam row's family, -1 where it has none."""
    known = {name: number for number, name in enumerate(FAMILIES)}
    return np.array([known.get(row.sample.family, -1) for row in rows], dtype=np.int64)


def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
