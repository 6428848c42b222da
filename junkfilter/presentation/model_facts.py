"""What a model says of itself, for a report: its manifest in words, and sections of its card."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from junkfilter.model import Model
from junkfilter.presentation.document import facts
from junkfilter.presentation.markup import Html, joined, tag
from junkfilter.presentation.tables import html_table

CARD = "MODEL_CARD.md"
# Sections of a card that people should read beside the figures.
_SECTIONS = ("Intended use", "Mind", "Limits")
_MOST_CARD_BYTES = 1 << 20
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


def model_facts(model: Model, folder: Path) -> Html:
    """Names and values: id, digest, what it is made of, what it learned from."""
    manifest = model.manifest
    training = _part(manifest, "training")
    files = _part(training, "files")
    rows: list[tuple[str, str | Html]] = [
        ("model", joined(model.id, " ", tag("code", model.digest))),
        ("size", f"{_size(folder) / (1 << 20):.1f} MiB in its folder"),
        (
            "what it is",
            f"2^{model.spec.bits} weights of n-grams of 1 to {model.spec.orders} characters, and "
            f"{len(model.evidence) - 1} other kinds of evidence about lines that look like spam",
        ),
        ("cuts inside of lines", "if asked to" if model.spans is not None else "no"),
        ("families", ", ".join(model.families)),
        ("learned from", f"{_number(training, 'rows'):,} lines of {len(files):,} files"),
    ]
    base = _part(training, "base")
    if base:
        rows.append(("retrained from", f"{base.get('id', '')} ({str(base.get('digest'))[:16]})"))
    left_out = _part(training, "left_out")
    if left_out:
        rows.append(("left out", ", ".join(f"{n} {c}" for n, c in sorted(left_out.items()) if c)))
    missing = training.get("missing")
    if isinstance(missing, list) and missing:
        rows.append(("named by the recipe, but missing", ", ".join(map(str, missing))))
    versions = _part(training, "versions")
    if versions:
        rows.append(("made with", ", ".join(f"{n} {v}" for n, v in versions.items())))
    return facts(rows)


def trained_points(model: Model) -> Html:
    """The operating points as they were set, before this data was seen."""
    points = sorted(model.operating_points.items(), key=lambda item: item[1].promised)
    rows = [
        (
            name,
            round(point.threshold, 3),
            f"{point.promised:.4%}",
            point.clean_lines,
            point.errors,
            f"{point.upper_bound:.4%}",
            point.proven,
        )
        for name, point in points
    ]
    header = ("point", "score", "promised", "clean lines", "cut", "bound", "proven")
    return html_table(header, rows, caption="As they were set when the model was made")


def card_sections(folder: Path) -> list[tuple[str, Html]]:
    """Titles and contents of the sections of the model's card that belong beside figures."""
    try:
        with (folder / CARD).open("rb") as file:
            text = file.read(_MOST_CARD_BYTES).decode("utf-8", "replace")
    except OSError:
        return []
    parts = _SECTION.split(text)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    return [(name, _as_html(sections[name])) for name in _SECTIONS if name in sections]


def known_files(model: Model, paths: Iterable[str]) -> list[str]:
    """Names of the files that stand in the model's manifest, byte for byte.

    What a model has learned from proves nothing about it. Files that its recipe kept for testing
    stand in the manifest as well: the model's card has the role of each.
    """
    # A manifest may hold anything there.
    digests = set(map(str, _part(_part(model.manifest, "training"), "files").values()))
    known: list[str] = []
    for path in paths:
        with open(path, "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() in digests:
                known.append(Path(path).name)
    return known


def _as_html(markdown: str) -> Html:
    """Paragraphs and bullets; the cards have no other Markdown in these sections."""
    pieces: list[Html] = []
    for block in re.split(r"\n\s*\n", markdown.strip()):
        if block.startswith("- "):
            items = re.split(r"\n- ", block[2:])
            pieces.append(tag("ul", *(tag("li", _inline(item)) for item in items)))
        else:
            pieces.append(tag("p", _inline(block)))
    return joined(*pieces)


def _inline(markdown: str) -> Html:
    """Words with code between backticks."""
    words = " ".join(markdown.split()).split("`")
    return joined(*(tag("code", part) if n % 2 else part for n, part in enumerate(words)))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.npy"))


def _part(values: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = values.get(name)
    return found if isinstance(found, Mapping) else {}


def _number(values: Mapping[str, object], name: str) -> int:
    found = values.get(name)
    return found if isinstance(found, int) else 0
