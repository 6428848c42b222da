"""Lines, labels and evidence as values for JSON, and what the page sends as values of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from junkfilter.errors import DataError
from junkfilter.formats.rejects import finite
from junkfilter.labels.items import Item, Judgment, Label
from junkfilter.page import Cut

if TYPE_CHECKING:
    from junkfilter.detectors.explanation import Evidence


def label_fields(label: Label) -> dict[str, object]:
    """A label as the page reads it."""
    judgment = label.judgment
    return {
        "sequence": label.sequence,
        "annotator": label.annotator,
        "pass": label.pass_number,
        "judgment": {
            "label": judgment.label,
            "family": judgment.family,
            "spans": [list(span) for span in judgment.spans],
        },
    }


def judgment_from(fields: Mapping[str, object]) -> Judgment:
    """What the page says of a line.

    Raises:
        DataError: a field is missing or is of another type.

    >>> judgment_from({"label": "mixed", "family": "seo", "spans": [[0, 4]]}).spans
    ((0, 4),)
    """
    label, family, spans = (fields.get(name) for name in ("label", "family", "spans"))
    if not (isinstance(label, str) and isinstance(family, str) and isinstance(spans, list)):
        raise DataError("a judgment has label, family and spans")
    return Judgment(label, family, tuple(_range(span) for span in spans))


def whole_number(fields: Mapping[str, object], name: str) -> int:
    """A whole number of what the page sends.

    Raises:
        DataError: it is missing or no whole number.

    >>> whole_number({"expected": 7}, "expected")
    7
    """
    value = fields.get(name)
    if type(value) is not int:  # True is an int
        raise DataError(f"{name} must be a whole number")
    return value


def _range(span: object) -> tuple[int, int]:
    if not (isinstance(span, list) and len(span) == 2 and all(type(at) is int for at in span)):
        raise DataError("a span is a start and an end")
    return span[0], span[1]


def item_fields(item: Item) -> dict[str, object]:
    """A line as the page reads it; `before`, `text` and `after` together are its page."""
    return {
        "id": item.id,
        "text": item.text,
        "before": item.before,
        "after": after(item),
        "host": item.host,
        "source": item.source,
        "line": item.line,
        "kind": item.kind,
        "family": item.family,
        "score": finite(item.score),
        "fpr": finite(item.fpr),
        "why": item.why,
        "spans": [[span.start, span.end] for span in item.spans],
    }


def after(item: Item) -> str:
    """The page behind the line: stored without the line's terminator, which stands here again."""
    return f"\n{item.after}"


def mark_fields(cut: Cut, *, is_cut: bool) -> dict[str, object]:
    """A cut or a flag of a page, as the page reads it."""
    return {
        "start": cut.start,
        "end": cut.end,
        "kind": cut.kind,
        "family": cut.family,
        "score": finite(cut.score),
        "cut": is_cut,
    }


def strongest_first(evidence: Sequence[Evidence]) -> list[dict[str, object]]:
    """Evidence as the page reads it, the largest weight first, whatever its sign."""
    ordered = sorted(evidence, key=lambda item: -abs(item.weight))
    return [{"feature": item.feature, "weight": finite(item.weight)} for item in ordered]
