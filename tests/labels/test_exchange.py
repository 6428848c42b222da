"""Labels from and to other programs: their files are read as they write them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_lines import HONEST, SPAM, headline

from junkfilter.errors import DataError
from junkfilter.formats.labelled import read_labelled
from junkfilter.labels.exchange.rows import from_units, to_units
from junkfilter.labels.exchange.transfer import (
    FORMATS,
    Exported,
    Imported,
    export_labels,
    import_labels,
    kind_of,
)
from junkfilter.labels.items import Candidate, Judgment, item_id
from junkfilter.labels.store import LabelStore

# One line with an emoji before an injected span, which is `站` and what follows.
EMOJI = "天气🎰晴🧧站澜海体育"  # "weather, fine" and a betting brand, made up
SPAN = (5, 10)
UNITS = (7, 12)

# Records as the programs write them: doccano's of each kind of project, Label Studio's tasks.
READ: dict[str, tuple[str, object, str, Judgment | None]] = {
    "text classification": (
        "doccano",
        {"id": 1, "text": SPAM, "label": ["spam"], "Comments": []},
        SPAM,
        Judgment("spam"),
    ),
    "text classification, by family": (
        "doccano",
        {"id": 1, "text": SPAM, "label": ["Gambling"]},
        SPAM,
        Judgment("spam", "gambling"),
    ),
    "not labelled yet": ("doccano", {"id": 1, "text": SPAM, "label": []}, SPAM, None),
    "sequence labelling": (
        "doccano",
        {"id": 1, "text": EMOJI, "label": [[*UNITS, "spam.gambling"]], "Comments": []},
        EMOJI,
        Judgment("mixed", "gambling", (SPAN,)),
    ),
    "sequence labelling, an old version": (
        "doccano",
        {"id": 1, "text": EMOJI, "labels": [[*UNITS, "gambling"]]},
        EMOJI,
        Judgment("mixed", "gambling", (SPAN,)),
    ),
    "with relations": (
        "doccano",
        {
            "text": EMOJI,
            "relations": [],
            "entities": [
                {"id": 0, "label": "spam", "start_offset": UNITS[0], "end_offset": UNITS[1]}
            ],
        },
        EMOJI,
        Judgment("mixed", "", (SPAN,)),
    ),
    "intent detection and slot filling": (
        "doccano",
        {"text": EMOJI, "cats": ["spam"], "entities": [[*UNITS, "spam"]]},
        EMOJI,
        Judgment("mixed", "", (SPAN,)),
    ),
    "categories alone": (
        "doccano",
        {"text": HONEST, "cats": ["text"], "entities": []},
        HONEST,
        Judgment("text"),
    ),
    "a task": (
        "label-studio",
        {
            "id": 7,
            "data": {"text": EMOJI},
            "annotations": [
                {
                    "id": 3,
                    "completed_by": 1,
                    "was_cancelled": False,
                    "result": [
                        {
                            "id": "a",
                            "type": "choices",
                            "from_name": "label",
                            "to_name": "text",
                            "value": {"choices": ["mixed"]},
                        },
                        {
                            "id": "b",
                            "type": "labels",
                            "from_name": "span",
                            "to_name": "text",
                            "value": {
                                "start": SPAN[0],
                                "end": SPAN[1],
                                "text": EMOJI[slice(*SPAN)],
                                "labels": ["gambling"],
                            },
                        },
                    ],
                }
            ],
        },
        EMOJI,
        Judgment("mixed", "gambling", (SPAN,)),
    ),
    "a task, offsets in UTF-16 units": (
        "label-studio",
        {
            "data": {"text": EMOJI},
            "annotations": [
                {
                    "result": [
                        {
                            "type": "labels",
                            "value": {
                                "start": UNITS[0],
                                "end": UNITS[1],
                                "text": EMOJI[slice(*SPAN)],
                                "labels": ["spam"],
                            },
                        }
                    ]
                }
            ],
        },
        EMOJI,
        Judgment("mixed", "", (SPAN,)),
    ),
    "a task without annotations": (
        "label-studio",
        {"id": 7, "data": {"text": HONEST}, "annotations": [], "predictions": []},
        HONEST,
        None,
    ),
    "a skipped task": (
        "label-studio",
        {"data": {"text": HONEST}, "annotations": [{"was_cancelled": True, "result": []}]},
        HONEST,
        None,
    ),
    "our own": (
        "jsonl",
        {"text": EMOJI, "label": "mixed.seo", "spans": [list(SPAN)]},
        EMOJI,
        Judgment("mixed", "seo", (SPAN,)),
    ),
    "our own without a label": ("jsonl", {"text": HONEST, "host": "a.example"}, HONEST, None),
}


def written(folder: Path, *records: object, array: bool = False) -> Path:
    """A file with some records, one a line or as an array."""
    path = folder / "labels.json"
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    path.write_text("[" + ",\n".join(lines) + "]" if array else "\n".join(lines), "utf-8")
    return path


@pytest.mark.parametrize("array", [False, True])
@pytest.mark.parametrize("name", READ)
def test_files_of_other_programs_are_read(
    store: LabelStore, tmp_path: Path, name: str, array: bool
) -> None:
    """As JSON Lines and as an array; the format is told from the first row."""
    kind, record, text, judgment = READ[name]
    path = written(tmp_path, record, array=array)
    assert kind_of(path) == kind
    done = import_labels(store, path)
    assert (done.new, done.refused, done.full) == (1, 0, 0)
    item = store.item(item_id(text))
    label = store.current().get(item.id)
    assert (label and label.judgment) == judgment
    assert item.text == text


def test_who_labelled_and_when_is_kept(store: LabelStore, tmp_path: Path) -> None:
    """Several annotations of a task are several labels; the latest counts."""
    annotations = [
        {
            "completed_by": user,
            "updated_at": f"2026-11-0{day}T08:00:00.000000Z",
            "result": [{"type": "choices", "value": {"choices": [label]}}],
        }
        for user, day, label in [
            (1, 3, "spam"),
            ({"id": 2, "email": "bo@example.org"}, 5, "text"),
            (None, 4, "garbled"),
        ]
    ]
    path = written(tmp_path, {"data": {"text": SPAM}, "annotations": annotations})
    assert import_labels(store, path, annotator="cy") == Imported(new=1, labels=3)
    labels = store.history(item_id(SPAM))
    import_labels(store, path, annotator="cy")
    assert store.history(item_id(SPAM)) == labels
    assert [label.annotator for label in labels] == [
        "label-studio 1",
        "cy",
        "label-studio bo@example.org",
    ]
    assert [label.judgment.label for label in labels] == ["spam", "garbled", "text"]
    assert labels[0].at == 1793692800.0


_OTHER_TEXT = {"start": 0, "end": 2, "text": "不同", "labels": ["spam"]}
NO_USE: dict[str, tuple[str, object]] = {
    "two labels": ("doccano", {"text": SPAM, "label": ["spam", "text"]}),
    "two lines": ("doccano", {"text": "两\n行", "label": ["spam"]}),
    "a blank line": ("doccano", {"text": " ", "label": ["spam"]}),
    "no text": ("doccano", {"label": ["spam"]}),
    "mixed without spans": ("doccano", {"text": SPAM, "cats": ["mixed"], "entities": []}),
    "a span outside": ("doccano", {"text": SPAM, "label": [[0, 999, "spam"]]}),
    "two families": ("doccano", {"text": SPAM, "label": [[0, 2, "seo"], [3, 5, "game"]]}),
    "a span of another text": (
        "label-studio",
        {
            "data": {"text": SPAM},
            "annotations": [{"result": [{"type": "labels", "value": _OTHER_TEXT}]}],
        },
    ),
    "a picture": ("label-studio", {"data": {"image": "1.jpg"}, "annotations": []}),
    "our own, mixed without spans": ("jsonl", {"text": SPAM, "label": "mixed", "spans": []}),
}


@pytest.mark.parametrize("name", NO_USE)
def test_rows_of_no_use_are_counted(store: LabelStore, tmp_path: Path, name: str) -> None:
    """They keep no other row out."""
    kind, record = NO_USE[name]
    path = written(tmp_path, record, {"text": HONEST, "data": {"text": HONEST}})
    assert import_labels(store, path, kind) == Imported(new=1, refused=1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no labelled lines"),
        ("{", "1: broken JSON"),
        ("[{}", "broken JSON"),
        ("[" * 100_000, "broken JSON"),
        ("[1]", "1: not a JSON object"),
        ('{"text": "新闻", "label": ["ham"]}', "1: bad label 'ham'"),
        ('{"text": "新闻"}\n{"text": "新闻", "label": "spam.poetry"}', "2: bad label"),
        ('{"text": "新闻", "entities": [5]}', "1: bad span"),
        ('{"text": "新闻", "label": "text", "spans": [5]}', "1: bad span"),
        ("ham\t新闻", "1: bad label"),
        ("spam", "1: a label without text"),
    ],
)
def test_what_is_no_file_of_labels_is_refused(
    store: LabelStore, tmp_path: Path, text: str, message: str
) -> None:
    """With the file and the line; nothing of it is added."""
    path = tmp_path / "labels.txt"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=message) as refused:
        import_labels(store, path)
    assert str(path) in str(refused.value)
    assert list(store.items()) == []


def test_binary_files_and_missing_ones_are_refused(store: LabelStore, tmp_path: Path) -> None:
    """No path raises anything but our own error."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe{\x00")
    for name in ("binary", "missing", "."):
        with pytest.raises(DataError):
            import_labels(store, tmp_path / name)


def filled(store: LabelStore) -> None:
    """Lines of every label, one without, and one with an emoji and spans."""
    labels = ["text", "boilerplate", "garbled", "spam", "spam"]
    for number, label in enumerate(labels):
        family = "seo" if number == 4 else ""
        line = Candidate(text=headline(number), host=f"{number}.example", source="a.txt")
        store.report(line, Judgment(label, family), "ada", at=float(number))
    store.report(Candidate(text=EMOJI), Judgment("mixed", "gambling", (SPAN,)), "ada", at=9.0)
    store.add([Candidate(text=HONEST, kind="spam", family="seo")])


@pytest.mark.parametrize("kind", FORMATS)
def test_a_round_trip_loses_nothing(store: LabelStore, tmp_path: Path, kind: str) -> None:
    """Lines, labels, families, spans and sites come back; TSV has no place for spans."""
    filled(store)
    path = tmp_path / "exported"
    with path.open("w", encoding="utf-8") as file:
        done = export_labels(store, kind, file.write, unlabelled=kind != "tsv")
    assert done == (Exported(5, 1) if kind == "tsv" else Exported(7, 0))
    assert kind_of(path) == kind
    with LabelStore.open(tmp_path / "other.db") as other:
        assert import_labels(other, path) == Imported(new=done.lines, labels=5 + (kind != "tsv"))
        assert import_labels(other, path) == Imported(labels=5 + (kind != "tsv"))
        expected = [line[:6] for line in store.labelled() if kind != "tsv" or not line.spans]
        assert [line[:6] for line in other.labelled()] == [tuple(line) for line in expected]
        assert len(other.history(item_id(headline(0)))) == 1


@pytest.mark.parametrize("kind", ["jsonl", "tsv"])
def test_exported_lines_are_what_train_reads(store: LabelStore, tmp_path: Path, kind: str) -> None:
    """Our own files go into `train` and `evaluate` as they are, with the site as group."""
    filled(store)
    path = tmp_path / f"labels.{kind}"
    with path.open("w", encoding="utf-8") as file:
        export_labels(store, kind, file.write)
    samples = {sample.text: sample for sample in read_labelled(path)}
    sample = samples[headline(4)]
    assert (sample.label, sample.family, sample.group) == ("spam", "seo", "4.example")
    if kind == "jsonl":
        assert samples[EMOJI].label == "mixed"


def test_what_the_filter_thought_is_a_prediction(store: LabelStore) -> None:
    """A line without a label comes to Label Studio with the verdict, and without annotations."""
    store.add([Candidate(text=SPAM, kind="spam", family="gambling", model="m")])
    pieces: list[str] = []
    export_labels(store, "label-studio", pieces.append, unlabelled=True)
    (task,) = json.loads("".join(pieces))
    assert "annotations" not in task
    (prediction,) = task["predictions"]
    assert prediction["model_version"] == "m"
    assert prediction["result"][0]["value"] == {"choices": ["spam.gambling"]}


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_to_export_is_an_empty_file(store: LabelStore, kind: str) -> None:
    """An array without tasks is still an array."""
    pieces: list[str] = []
    assert export_labels(store, kind, pieces.append) == Exported(0, 0)
    if kind == "label-studio":
        assert json.loads("".join(pieces)) == []


lines_of_text = st.text(
    st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), min_size=1, max_size=12
).filter(str.strip)


@settings(deadline=None, max_examples=12)
@given(texts=st.lists(lines_of_text, min_size=1, max_size=5, unique=True), data=st.data())
def test_any_line_and_span_survives(texts: list[str], data: st.DataObject) -> None:
    """Whatever characters a line has, the same characters are marked afterwards."""
    with (
        tempfile.TemporaryDirectory() as folder,
        LabelStore.open(Path(folder, "1.db")) as store,
    ):
        for text in texts:
            start = data.draw(st.integers(0, len(text) - 1))
            end = data.draw(st.integers(start + 1, len(text)))
            store.report(Candidate(text=text), Judgment("spam", "seo", ((start, end),)))
        for kind in ("jsonl", "doccano", "label-studio"):
            path = Path(folder, kind)
            with path.open("w", encoding="utf-8", newline="") as file:
                export_labels(store, kind, file.write)
            with LabelStore.open(Path(folder, f"{kind}.db")) as other:
                import_labels(other, path, kind)
                assert [line[:5] for line in other.labelled()] == [
                    line[:5] for line in store.labelled()
                ]


@given(text=st.text(max_size=20), data=st.data())
def test_offsets_in_utf16_units_lead_back(text: str, data: st.DataObject) -> None:
    """They are what JavaScript counts, and give the same character again."""
    offset = data.draw(st.integers(0, len(text)))
    units = to_units(text, offset)
    assert units == len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2
    assert from_units(text, units) == offset
