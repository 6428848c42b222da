"""Rejects and the way back."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junkfilter.errors import RejectsError
from junkfilter.formats.rejects import RejectsWriter, json_line
from junkfilter.formats.removals import judged_piece, kept_parts
from junkfilter.formats.restore import Restoration
from junkfilter.formats.text import TextFormat
from junkfilter.judging import JudgedLot
from junkfilter.page import Cut
from junkfilter.report import Counts

SPAM = "广告\n"  # "ad"
WORDS = [b"\n", b"\r", b"\r\n", b"\0", b"\xef\xbb\xbf", "\u2028\x85".encode(), b"\xff", b"\xe4"]
WORDS += ["字".encode(), "𠀀".encode(), b"a", b"--"]
any_bytes = st.lists(st.sampled_from(WORDS), max_size=30).map(b"".join) | st.binary(max_size=50)


def written(
    inputs: dict[str, tuple[bytes, list[Cut]]], *, header: dict[str, object] | None = None
) -> tuple[bytes, bytes]:
    """Kept text and rejects of some inputs whose pages are each cut at the same places."""
    kept, rejects = io.BytesIO(), io.BytesIO()
    with RejectsWriter(rejects, header or {}, single=len(inputs) == 1) as writer:
        for name, (data, cuts) in inputs.items():
            text_format = TextFormat(b"--")
            characters = 0
            for lot in filter(None, text_format.lots(io.BytesIO(data))):
                pieces = list(text_format.pieces(lot))
                judged = [
                    judged_piece(piece, [cut for cut in cuts if cut.end <= len(piece.text)])
                    for piece in pieces
                ]
                shifted = JudgedLot(tuple(judged), Counts()).shifted(characters)
                characters += sum(piece.characters for piece in pieces)
                writer.add(name, lot, shifted)
                kept.write(b"".join(kept_parts(lot, shifted)))
            writer.finish_source(name)
    return kept.getvalue(), rejects.getvalue()


def restored(kept: bytes, rejects: bytes, source: str | None = None) -> bytes:
    """What the way back gives."""
    way = Restoration(io.BytesIO(kept), io.BytesIO(rejects), source=source)
    return b"".join(way.blocks())


def objects(rejects: bytes) -> list[dict[str, Any]]:
    """The lines of a rejects file."""
    return [json.loads(line) for line in rejects.split(b"\n")[:-1]]


def changed(rejects: bytes, number: int, **values: object) -> bytes:
    """Rejects with some keys of one line changed."""
    lines = rejects.splitlines(keepends=True)
    lines[number] = json_line({**json.loads(lines[number]), **values})
    return b"".join(lines)


@pytest.fixture
def example() -> tuple[bytes, bytes]:
    """Kept text and rejects of a page of three lines, the second of which is an advertisement."""
    return written({"page.txt": ("新闻\n广告\n正文\n".encode(), [Cut(3, 6, "spam", "seo", 4.5)])})


@st.composite
def cuts(draw: st.DrawFn) -> list[Cut]:
    """Cuts near the beginning of a page, overlapping or not."""
    spans = draw(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6)), max_size=6))
    return [Cut(start, start + length, "spam") for start, length in spans]


@given(st.lists(st.tuples(any_bytes, cuts()), min_size=1, max_size=3))
def test_restore_gives_the_input(inputs: list[tuple[bytes, list[Cut]]]) -> None:
    """Any bytes, cut anywhere, from one input or several, come back exactly."""
    kept, rejects = written({str(number): given for number, given in enumerate(inputs)})
    assert b"".join(data for data, _ in inputs) == restored(kept, rejects)


@given(any_bytes, cuts())
def test_offsets_point_at_what_was_cut(data: bytes, places: list[Cut]) -> None:
    """Byte and character offsets of every object find its bytes in the stream."""
    text = data.decode("utf-8", "surrogateescape")
    _, rejects = written({"x": (data, places)})
    for value in objects(rejects):
        if value["type"] == "cut":
            raw = data[value["byte_start"] : value["byte_end"]]
            chars = text[value["char_start"] : value["char_end"]]
            assert raw == chars.encode("utf-8", "surrogateescape")
            assert ("base64" in value) == (value["text"].encode() != raw)


def test_objects_of_a_run(example: tuple[bytes, bytes]) -> None:
    """A header, one object per cut with its place and evidence, the source, the footer."""
    header, cut, source, footer = objects(example[1])
    assert header == {"type": "header", "format": 1}
    assert tuple(
        cut[key]
        for key in ("source", "record", "line", "byte_start", "byte_end", "char_start", "char_end")
    ) == ("page.txt", 1, 2, 7, 14, 3, 6)
    assert tuple(cut[key] for key in ("kind", "family", "score", "text")) == (
        "spam",
        "seo",
        4.5,
        SPAM,
    )
    assert (
        source["cuts"],
        footer["sources"],
        footer["input"]["bytes"],
        footer["kept"]["bytes"],
    ) == (1, 1, 21, 14)


def test_overlapping_cuts_are_one_object_with_inner_ones() -> None:
    """A note inside a spam line is listed inside the line's object, with its own place."""
    places = [Cut(0, 5, "spam", "adult", 9.0), Cut(1, 3, "garbled", score=2.0)]
    _, rejects = written({"x": ("国(guó)\n正文".encode(), places)})
    cut = objects(rejects)[1]
    assert (cut["char_start"], cut["char_end"], cut["family"]) == (0, 5, "adult")
    inner = [(each["kind"], each["byte_start"], each["byte_end"]) for each in cut["inner"]]
    assert inner == [("spam", 0, 8), ("garbled", 3, 5)]


def test_touching_cuts_stay_apart() -> None:
    """Two spam lines in a row are two objects."""
    _, rejects = written({"x": (b"a\nb\n", [Cut(0, 2, "spam"), Cut(2, 4, "spam")])})
    assert [value["type"] for value in objects(rejects)[1:3]] == ["cut", "cut"]


def test_no_line_separator_but_lf_is_written() -> None:
    """U+2028 and its like are escaped, so that every reader of lines sees the same lines."""
    _, rejects = written({"x": ("甲\u2028乙\x85\u2029".encode(), [Cut(0, 5, "spam")])})
    assert len(rejects.decode().splitlines()) == rejects.count(b"\n")


@pytest.mark.parametrize("score", [float("inf"), float("nan")])
def test_scores_that_json_cannot_say_are_null(score: float) -> None:
    """An infinite score leaves the file valid JSON."""
    _, rejects = written({"x": (b"ab", [Cut(0, 1, "spam", score=score)])})
    assert objects(rejects)[1]["score"] is None


def test_source_names_of_any_bytes_are_valid_json() -> None:
    """A file name that is no UTF-8 does not break the file."""
    _, rejects = written({"\udcff.txt": (b"ab", [Cut(0, 1, "spam")])})
    assert objects(rejects)[1]["source"] == "\udcff.txt"


def test_a_stopped_run_has_no_footer_and_is_refused() -> None:
    """Rejects of a run that broke off are closed, and restore says what happened."""
    rejects = io.BytesIO()
    with pytest.raises(KeyboardInterrupt), RejectsWriter(rejects, {}):
        raise KeyboardInterrupt
    with pytest.raises(RejectsError, match="the last object is missing"):
        restored(b"", rejects.getvalue())


def test_one_of_several_in_place_files_is_found_by_its_text() -> None:
    """Rejects of files that were replaced restore each of them from its own kept text."""
    inputs = {"a": (b"xa", [Cut(0, 1, "spam")]), "b": (b"yyb", [Cut(0, 2, "spam")])}
    _, rejects = written(inputs, header={"in_place": True})
    assert [restored(b"a", rejects), restored(b"b", rejects)] == [b"xa", b"yyb"]


def test_same_kept_text_asks_for_the_source() -> None:
    """Two files with the same kept text need to be named; then each is restored."""
    inputs = {"a": (b"xk", [Cut(0, 1, "spam")]), "b": (b"yk", [Cut(0, 1, "spam")])}
    _, rejects = written(inputs, header={"in_place": True})
    with pytest.raises(RejectsError, match="--source"):
        restored(b"k", rejects)
    assert restored(b"k", rejects, "b") == b"yk"


def test_misfits_are_refused(example: tuple[bytes, bytes]) -> None:
    """Kept text that was edited, or belongs to another run, is refused with what differs."""
    kept, rejects = example
    with pytest.raises(RejectsError, match=r"it has 15 bytes, .* beside 14"):
        restored(kept + b"\n", rejects)
    with pytest.raises(RejectsError, match="its SHA-256 is"):
        restored(kept.replace("新".encode(), "旧".encode()), rejects)
    with pytest.raises(RejectsError, match="know no source 'other'"):
        restored(kept, rejects, "other")


@pytest.mark.parametrize(
    ("number", "values", "message"),
    [
        (0, {"format": 2}, "format 2; this version reads 1"),
        (0, {"type": "cut"}, "no rejects file"),
        (1, {"text": "新闻"}, "line 2: the cut's place and its text do not fit"),
        (1, {"text": "广场\n"}, "the removed text in the rejects was changed"),
        (1, {"byte_start": -1}, "'byte_start' is no number of bytes"),
        (1, {"byte_start": True}, "'byte_start' is no number of bytes"),
        (1, {"base64": "é"}, "line 2: 'base64' is no base64"),
        (1, {"text": "\ud800"}, "do not fit"),
        (1, {"type": "header"}, "second header"),
        (2, {"kept": {"bytes": 15, "sha256": ""}}, "do not add up"),
        (2, {"kept": 3}, "'kept' is missing"),
        (2, {"type": "unknown"}, "the object of the last source is missing|do not add up"),
        (3, {"input": {"bytes": 22, "sha256": ""}}, "do not add up"),
    ],
)
def test_edited_rejects_are_refused(
    example: tuple[bytes, bytes], number: int, values: dict[str, object], message: str
) -> None:
    """A rejects file in which something was changed is refused, with line and reason."""
    kept, rejects = example
    with pytest.raises(RejectsError, match=message):
        restored(kept, changed(rejects, number, **values))


@pytest.mark.parametrize(
    ("rejects", "message"),
    [
        (b"", "last object is missing"),
        (b"not json\n", "line 1: no JSON"),
        (b"[" * 100_000 + b"\n", "line 1"),
        (b"[]\n", "line 1: no object"),
        (b'{"type": "header", "for', "line 1 breaks off"),
        (b'{"type": "header", "format": ' + b"9" * 5000 + b"}\n", "line 1"),
        (b" " * (65 << 20) + b"\n", "line 1: longer than 64 MiB"),
        (b"\xff\n", "line 1: no JSON"),
    ],
    ids=["empty", "text", "deep", "list", "broken", "number", "long", "bytes"],
)
def test_hostile_rejects_are_refused(rejects: bytes, message: str) -> None:
    """Whatever stands where rejects should, restore refuses it and raises nothing else."""
    with pytest.raises(RejectsError, match=message):
        restored(b"", rejects)


def test_something_after_the_footer_is_refused(example: tuple[bytes, bytes]) -> None:
    """Two rejects files in one are refused."""
    kept, rejects = example
    with pytest.raises(RejectsError, match="follows the last object"):
        restored(kept, rejects * 2)
