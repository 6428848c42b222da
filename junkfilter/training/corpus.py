"""What a model learns from: the lines that a recipe names, in an order that is always the same.

A recipe (`train.toml`) names the honest corpora with their licences and roles, and how many lines
to make of each family's grammar. Lines are sorted by digest before anything is learned, so that the
order of files and rows never matters. Lines that stand in a test file, nearly the same lines
included, never reach training.

Learns nothing; see `junkfilter.training.fit`.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from junkfilter.errors import DataError
from junkfilter.evaluation.digests import data_digest, line_digest, read_known_ads
from junkfilter.formats.labelled import Sample, read_clean, read_labelled
from junkfilter.training.grammar import Grammar, data_folder
from junkfilter.training.honest import compose
from junkfilter.training.masked import masked_terms
from junkfilter.training.overlap import Shingles
from junkfilter.training.recipe import Recipe, Source

# A line with this share of its 8-character pieces in other lines is a near-duplicate of them.
NEAR_DUPLICATE = 0.5
# Grammars whose names begin so make honest lines.
HONEST = "honest"
_PAGE_POOLS = ("news", "hard", "look-alike", "promotion")
# Pages composed from one source; enough for the weights of stage 2, which are a few dozen.
_MOST_PAGES = 600
POOLS = ("news", "hard", "boilerplate", "promotion", "look-alike", "composed")


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
        digests: SHA-256 by path: of a corpus file its bytes, of labelled lines the set of rows,
            whatever their order (`evaluation.digests.data_digest`).
        missing: paths of the recipe that are not there.
        left_out: how many lines were left out, by reason.
    """

    rows: list[Row]
    pages: list[PageMaterial] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)

    def leave_out(self, reason: str, count: int) -> None:
        """Counts lines that were left out."""
        self.left_out[reason] = self.left_out.get(reason, 0) + count


def gather(
    recipe: Recipe,
    corpora: Path | None,
    *,
    data: Traversable | None = None,
    added: Sequence[Row] = (),
    held_out: Sequence[str] = (),
) -> Corpus:
    """All lines that a recipe names, sorted, without duplicates and without test lines.

    Args:
        recipe: what to gather.
        corpora: folder of the public corpora; None where there is none.
        data: folder of the project's own data; the one that comes with junkfilter by default.
        added: further rows. They come in no order, so that no pages are composed from them.
        held_out: lines that, with their near-duplicates, must not be learned from.
    """
    corpus = Corpus([])
    folder = data or data_folder()
    rows = list(_own_rows(recipe, folder, corpus))
    sources = [source for source in recipe.sources if source.family not in recipe.leave_out]
    found = [source for source in sources if _is_there(source, corpora, corpus)]
    for source in found:
        if source.role == "train" and corpora is not None:
            rows += _corpus_rows(source, corpora, recipe, corpus)
    in_order = [row for row in rows if row.pool in _PAGE_POOLS]
    rows += added
    rows = distinct_rows(_without_known_ads(rows, folder, corpus), corpus)
    tests = [source for source in found if source.role == "test"]
    if tests and corpora is not None:
        lines = [line for source in tests for line in read_clean(corpora / source.path)]
        rows = without_near(rows, lines, corpus, "near-duplicates of test lines")
    rows = without_near(rows, held_out, corpus, "near-duplicates of the lines of --clean")
    kept = {(row.sample.group, row.sample.text) for row in rows}
    in_order = [row for row in in_order if (row.sample.group, row.sample.text) in kept]
    corpus.pages = _pages(in_order, recipe.seed)
    # Last, from what is left: a line that may not be learned from may not come back in a mixture.
    corpus.rows = distinct_rows([*rows, *honest_compositions(rows, recipe.seed)], corpus)
    return corpus


def repository(name: str) -> str:
    """The repository that a corpus file or a line of one comes from: what splits go by.

    >>> repository("DRCKnowledgeTeam__DRCD__wiki_paragraphs.txt")
    'DRCKnowledgeTeam__DRCD'
    """
    return "__".join(name.split("__")[:2])


def honest_compositions(rows: Iterable[Row], seed: int) -> list[Row]:
    """Honest lines in the shapes of keyword spam, composed of words from honest headlines.

    Each is composed of lines of one group and belongs to it, so that no headline is learned from,
    in a mixture, by the model that is to judge it. Hand-written lines are one group here.
    """
    headlines: dict[str, list[str]] = {}
    for row in rows:
        if row.pool in _PAGE_POOLS and row.sample.label == "text":
            group = "composed" if row.pool == "look-alike" else row.sample.group
            if 4 <= len(row.sample.text) <= 30:
                headlines.setdefault(group, []).append(row.sample.text)
    return [
        Row(Sample(text, "text", "", "compositions", group), "composed")
        for group, lines in sorted(headlines.items())
        for _, text in compose(sorted(set(lines)), random.Random(f"{seed}/composed/{group}"))
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
    corpus.leave_out("known advertisements", len(rows) - len(kept))
    return kept


def _own_rows(recipe: Recipe, folder: Traversable, corpus: Corpus) -> Iterable[Row]:
    for file in sorted((folder / "lines").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".tsv"):
            samples = read_labelled(Path(str(file)))
            corpus.digests[f"data/lines/{file.name}"] = data_digest(samples)
            # Hand-written lines come in no order: shuffled, they give the same pages.
            for sample in sorted(samples, key=lambda sample: (line_digest(sample.text), sample)):
                if sample.family in recipe.leave_out:
                    corpus.leave_out("families left out", 1)
                    continue
                pool = "spam" if sample.label == "spam" else "look-alike"
                yield Row(sample, pool, recipe.hand_weight)
    for part in ("grammar", "vocabulary"):
        for file in sorted((folder / part).iterdir(), key=lambda entry: entry.name):
            if file.name.endswith((".toml", ".txt")):
                corpus.digests[f"data/{part}/{file.name}"] = _file_digest(Path(str(file)))
    grammar = Grammar(folder)
    for family in sorted(set(grammar.families()) - set(recipe.leave_out)):
        yield from _generated(grammar, family, recipe)


def _generated(grammar: Grammar, family: str, recipe: Recipe) -> Iterable[Row]:
    # Each family has a generator of its own: a new form in one leaves the others' lines alone.
    chance = random.Random(f"{recipe.seed}/{family}")
    honest = family.startswith(HONEST)
    label, pool = ("text", "composed") if honest else ("spam", "spam")
    for _ in range(recipe.lines.get(family, recipe.lines.get("each", 0))):
        form, text = grammar.sample(family, chance)
        text = text.strip()
        if text:
            known = "" if honest else family
            yield Row(Sample(text, label, known, "grammar", f"{family}/{form.name}"), pool)
    if family == "adult":
        yield from _masked_rows(grammar, recipe)


def _masked_rows(grammar: Grammar, recipe: Recipe) -> Iterable[Row]:
    """Adult lines with a masked term in them; they are in memory only, never in a file."""
    chance = random.Random(f"{recipe.seed}/masked")
    terms = masked_terms()
    for number in range(recipe.lines.get("masked", 0)):
        _, text = grammar.sample("adult", chance)
        place = chance.choice((0, len(text)))
        term = terms[number % len(terms)]
        masked = text[:place] + chance.choice("_-, ") + term + chance.choice("_-, ") + text[place:]
        group = f"adult/masked-{number % len(terms)}"
        yield Row(Sample(masked.strip("_-, "), "spam", "adult", "grammar", group), "spam")


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
        Row(Sample(text, source.label, source.family, path.name, repository(path.name)), pool)
        for text in read_clean(path)
    ]


def _topic_rows(path: Path, source: Source, recipe: Recipe, corpus: Corpus) -> list[Row]:
    """Rows of topic, text and source file; those that come from a test file stay out."""
    tests = [Path(s.path).stem for s in recipe.sources if s.role == "test"]
    rows: list[Row] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.count("\t") != 2:
            advice = "each is topic, text and source file between tabs"
            raise DataError("not three columns", path=str(path), line=number, advice=advice)
        _, text, origin = line.split("\t")
        if any(origin in test or test.startswith(origin) for test in tests):
            corpus.leave_out("topic rows of test files", 1)
        else:
            # Most of these lines stand in their source too: they must share its part.
            rows.append(Row(Sample(text, "text", "", path.name, repository(origin)), source.pool))
    return rows


def distinct_rows(rows: Iterable[Row], corpus: Corpus) -> list[Row]:
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
    corpus.leave_out("duplicates", len(keyed) - len(kept))
    return kept


def without_near(rows: list[Row], lines: Sequence[str], corpus: Corpus, reason: str) -> list[Row]:
    """The rows that do not stand, or nearly stand, among some lines."""
    if not lines or not rows:
        return rows
    shares = Shingles(lines).shares([row.sample.text for row in rows])
    kept = [row for row, share in zip(rows, shares, strict=True) if share < NEAR_DUPLICATE]
    corpus.leave_out(reason, len(rows) - len(kept))
    return kept


def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
