"""Label Studio's JSON: tasks with annotations, as an array or one a line.

Sources: https://labelstud.io/guide/task_format, `.../guide/predictions`, and the tags `Choices` and
`Labels` of its documentation. A task is `{"data": {"text"}, "annotations": [{"result": [...]}]}`;
a result is `{"from_name", "to_name", "type": "choices", "value": {"choices": [label]}}`, or of type
`labels` with the value `{"start", "end", "text", "labels": [label]}`.

Offsets are characters today and were UTF-16 units once (pull request 1559 of label-studio); the
text of a span, which stands beside them, tells which. What is written here passes the checks of
label-studio-sdk 2.1.2 for the labelling interface in docs/labels.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from junkfilter.errors import DataError
from junkfilter.labels.exchange.rows import (
    UNCLEAR,
    Outgoing,
    Row,
    from_units,
    judgment_of,
    line_and_span_names,
    words,
)
from junkfilter.labels.items import SKIP, Item, Judgment, Range

NAME = "label-studio"
# Names of the controls in the labelling interface; docs/labels.md has it.
_CHOICES, _SPANS, _TEXT = "label", "span", "text"


def is_record(record: Mapping[str, object]) -> bool:
    """Whether a record looks like a task."""
    return isinstance(record.get("data"), dict)


def read(record: Mapping[str, object]) -> Iterator[Row]:
    """A row for each annotation of a task; one without a judgment if there is none.

    Raises:
        DataError: no text, or a label that is none of ours.
    """
    data = record.get("data")
    if not isinstance(data, dict):
        raise DataError("a task without data", advice="export as JSON, not as JSON-MIN")
    text = words(data.get("text"))
    row = Row(text, host=words(data.get("host")), source=words(data.get("file")))
    annotations = record.get("annotations")
    found = [each for each in _list(annotations) if isinstance(each, dict)]
    if not found:
        yield row
    for annotation in found:
        judgment = _judgment(text, annotation)
        if judgment is not None:
            annotator = _annotator(annotation.get("completed_by"))
            yield row._replace(judgment=judgment, annotator=annotator, at=_time(annotation))


def write(rows: Iterable[Outgoing]) -> Iterator[str]:
    """An array of tasks, one a line, with what the filter thought as predictions."""
    separator = "[\n"
    for item, label in rows:
        task: dict[str, object] = {
            "data": {
                "text": item.text,
                "host": item.host,
                "file": item.source,
                "why": item.why,
                "score": round(item.score, 3),
            },
        }
        if item.model:
            predicted = _result(item, _predicted(item))
            task["predictions"] = [{"model_version": item.model, "result": predicted}]
        if label is not None:
            task["annotations"] = [{"result": _result(item, label.judgment)}]
        yield separator + json.dumps(task, ensure_ascii=False)
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def _predicted(item: Item) -> Judgment:
    spans = tuple((span.start, span.end) for span in item.spans if item.kind != "spam")
    family = item.family if item.kind == "spam" else ""
    return Judgment("mixed" if spans else item.kind, family, spans)


def _result(item: Item, judgment: Judgment) -> list[dict[str, object]]:
    name, span_name = line_and_span_names(judgment)
    results: list[dict[str, object]] = [
        {
            "id": _CHOICES,
            "from_name": _CHOICES,
            "to_name": _TEXT,
            "type": "choices",
            "value": {"choices": [name]},
        }
    ]
    for number, (start, end) in enumerate(judgment.spans, 1):
        value = {
            "start": start,
            "end": end,
            "text": item.text[start:end],
            "labels": [span_name],
        }
        results.append(
            {
                "id": f"{_SPANS}{number}",
                "from_name": _SPANS,
                "to_name": _TEXT,
                "type": "labels",
                "value": value,
            }
        )
    return results


def _judgment(text: str, annotation: Mapping[str, object]) -> Judgment | None:
    """What an annotation says; who cancels it skips the line."""
    if annotation.get("was_cancelled") is True:
        return Judgment(SKIP)
    names: list[str] = []
    spans: list[tuple[Range, str]] = []
    for result in _list(annotation.get("result")):
        value = result.get("value") if isinstance(result, dict) else None
        if not isinstance(value, dict):
            continue
        names += [words(name) for name in _list(value.get("choices"))]
        for name in _list(value.get("labels")):
            span = _span(text, value)
            if span is None:
                return UNCLEAR
            spans.append((span, words(name)))
    return judgment_of(names, spans)


def _span(text: str, value: Mapping[str, object]) -> Range | None:
    """Where a span stands, in characters; None if its text stands at neither place."""
    start, end = value.get("start"), value.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        return None
    said = value.get("text")
    for place in ((start, end), (from_units(text, start), from_units(text, end))):
        if not isinstance(said, str) or text[place[0] : place[1]] == said:
            return place
    return None


def _annotator(completed_by: object) -> str:
    """Who annotated: an e-mail address, or the number of the user; empty if that is not said."""
    if isinstance(completed_by, dict):
        completed_by = completed_by.get("email") or completed_by.get("id")
    return f"{NAME} {completed_by}" if completed_by else ""


def _time(annotation: Mapping[str, object]) -> float | None:
    try:
        return datetime.fromisoformat(words(annotation.get("updated_at"))).timestamp()
    except (ValueError, OverflowError):
        return None


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()
