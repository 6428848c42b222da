"""The model card: what a model is, what it is for, what it was made from, what is proven of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from junkfilter.evaluation.table import Table, markdown_table
from junkfilter.training.corpus import PageMaterial
from junkfilter.training.recipe import Recipe, Source
from junkfilter.training.span_fit import WINDOW_BITS
from junkfilter.training.spans import FEWEST_PAGES
from junkfilter.training.versions import versions

_USE = """\
Finds lines of injected spam (adult and gambling keywords, search-engine spam, game servers,
certificates, medical and financial offers, contacts) in Chinese web pages, and cuts them or flags
them. Meant for people who clean crawled text. Not meant for judging people, mail or messages, or
for deciding alone what may be published."""
_LIMITS = """\
- Learned from Simplified and Traditional Chinese. Pages in other languages are passed through.
{reach}
- The scores are log-odds on the mixture of lines that the model was trained on, no probabilities
  for any other; `fpr` is the figure to act on.
- A promise holds for lines like the clean lines it was set on. Measure your own with
  `junkfilter evaluate`.
- Advertising that readers asked for (classifieds, shops, app descriptions) looks like spam, and
  no promise is made for it."""
_WHOLE_LINES = "- Sees whole lines. Spam inside an honest line is not cut out of it."
_SPANS = """\
- What it cuts inside lines it learned from pages injured by program with the words of `data`: the
  thresholds of spans are set on honest lines, what is found on real pages is not promised. A name
  that was put in the place of another is seldom told from the rest of its page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What a card tells.

    Attributes:
        manifest: the model's manifest, not yet with digests of arrays.
        recipe: how it was made.
        tables: figures.
        notes: what is not as it should be: missing corpora, promises that are not proven.
        given: name and SHA-256 of each file that was given beside the recipe.
        command: the command that makes the model again.
    """

    manifest: Mapping[str, object]
    recipe: Recipe
    tables: Sequence[Table]
    notes: Sequence[str]
    given: Sequence[tuple[str, str]] = ()
    command: str = "junkfilter train"


def model_card(facts: CardFacts) -> str:
    """The card in Markdown; equal facts give equal bytes."""
    training = _table_of(facts.manifest, "training")
    sections = [
        f"# Model card: {facts.manifest['id']}",
        _what(facts, training),
        f"## Intended use\n\n{_USE}",
        *(["## Mind\n\n" + _bullets(facts.notes)] if facts.notes else []),
        "## Figures",
        *(markdown_table(table) for table in facts.tables if table.rows),
        "## Made from",
        _sources(facts, training),
        _left_out(training),
        _limits(facts.manifest),
        _again(facts),
    ]
    return "\n\n".join(sections) + "\n"


def _what(facts: CardFacts, training: Mapping[str, object]) -> str:
    features = _table_of(facts.manifest, "features")
    text = (
        f"A linear model over hashed character n-grams of 1 to {features['orders']} characters "
        f"(2^{features['bits']} weights of 16 bits), and a second stage over the lines that pass "
        f"its bar. Learned from {training.get('rows', 0):,} lines."
    )
    if "spans" in facts.manifest:
        text += (
            " A table of its own scores single characters of the pages that may hold a span; what "
            "is known of each candidate as a whole decides."
        )
    base = training.get("base")
    if isinstance(base, Mapping):
        text += (
            f" Retrained from `{base['id']}` (digest `{base['digest']}`): families, second stage, "
            "spans and the tables for other kinds are that model's, and its card holds for them."
        )
    return text


def _sources(facts: CardFacts, training: Mapping[str, object]) -> str:
    files = _table_of(training, "files")
    known = {source.path: source for source in facts.recipe.sources}
    rows = ["| file | role | stated licence | taken from | SHA-256 |", "|---|---|---|---|---|"]
    for path, digest in sorted(files.items()):
        rows.append(_source_row(path, str(digest), known.get(path)))
    for name, digest in sorted(facts.given):
        rows.append(f"| {_cell(name)} | given | not stated | the user | `{digest}` |")
    text = "\n".join(rows) + (
        "\n\nDigests of `data/lines` and of labelled lines are those of the set of rows, whatever "
        "their order; all others are those of the files' bytes."
    )
    missing = training.get("missing")
    if isinstance(missing, list) and missing:
        text += "\n\nNamed by the recipe, but missing:\n\n" + _bullets([f"`{m}`" for m in missing])
    return text


def _source_row(path: str, digest: str, source: Source | None) -> str:
    if source is None:
        own = path.startswith("data/")
        licence, origin = ("Apache-2.0", "this project") if own else ("not stated", "the user")
        return f"| {_cell(path)} | train | {licence} | {origin} | `{digest}` |"
    role = "test: kept out of training" if source.role == "test" else source.role
    cells = map(_cell, (path, role, source.licence, source.origin))
    return f"| {' | '.join(cells)} | `{digest}` |"


def _left_out(training: Mapping[str, object]) -> str:
    counts = _table_of(training, "left_out")
    rows = [f"{reason}: {count:,}" for reason, count in sorted(counts.items()) if count]
    return "Lines left out:\n\n" + _bullets(rows or ["none"])


def _limits(manifest: Mapping[str, object]) -> str:
    reach = _SPANS if "spans" in manifest else _WHOLE_LINES
    return f"## Limits\n\n{_LIMITS.format(reach=reach)}"


def _again(facts: CardFacts) -> str:
    made_with = ", ".join(f"{name} {version}" for name, version in versions().items())
    return (
        f"## How to make it again\n\n```\n{facts.command}\n```\n\n"
        "The recipe is `train.toml` beside this card. The same lines and the same recipe give the "
        f"same model, bit for bit, in any order and with any number of jobs. Made with {made_with}."
    )


def span_notes(manifest: Mapping[str, object], pages: Sequence[PageMaterial]) -> list[str]:
    """What people must know of cuts inside lines: why there are none, or whose they are.

    Args:
        manifest: the model's.
        pages: honest pages that there were to learn from.
    """
    retrained = "base" in _table_of(manifest, "training")
    if "spans" in manifest:
        own = "cuts inside lines: the spans are the base's, and so are their thresholds"
        return [own] if retrained else []
    if retrained:
        return ["no cuts inside lines: the base has none"]
    ordinary = [page.group for page in pages if page.pool == "news"]
    return [
        "no cuts inside lines: to learn them takes "
        f"{FEWEST_PAGES} pages of ordinary text from two sources or more, and 2^{WINDOW_BITS} "
        f"weights; there are {len(ordinary):,} pages from {len(set(ordinary)):,}"
    ]


def command_line(
    *,
    data: Sequence[Path],
    labels: Sequence[Path] = (),
    base: str,
    clean: Sequence[Path],
    corpora: bool,
) -> str:
    """The command that makes a model again from its own recipe, with names of files, not paths."""
    parts = ["junkfilter train", *sorted(path.name for path in data), "--recipe train.toml"]
    parts += ["--corpora CORPORA"] if corpora else []
    parts += [f"--base {base}"] if base else []
    parts += sorted(f"--labels {path.name}" for path in labels)
    parts += sorted(f"--clean {path.name}" for path in clean)
    return " ".join([*parts, "-o MODEL"])


def _table_of(values: Mapping[str, object], name: str) -> Mapping[str, int | str]:
    found = values.get(name, {})
    return found if isinstance(found, Mapping) else {}


def _bullets(items: Sequence[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
