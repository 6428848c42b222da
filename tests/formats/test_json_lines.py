"""JSON Lines: strings of records are judged, all else stays as it came."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_examples import MARKED, records, run

from junkfilter.formats.encodings import Encodings
from junkfilter.formats.json_lines import JsonLinesFormat
from junkfilter.formats.json_strings import top_level_strings
from junkfilter.formats.lots import Role

CASES = [
    json.loads(line)
    for line in Path(__file__)
    .parents[1]
    .joinpath("cases", "records", "json_lines.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
CHARACTERS = [
    "广告",
    "新",
    "a",
    '"',
    "\\",
    "/",
    "\n",
    "\r",
    "\t",
    "!",
    "é",
    "😀",
    "\ud83d",
    "\ude00",
]
texts = st.lists(st.sampled_from(CHARACTERS), max_size=12).map("".join)
values = st.recursive(
    texts | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(texts | st.sampled_from(["text", "title"]), values, max_size=5)
lines = st.builds(
    lambda value, escaped, spaced: json.dumps(
        value, ensure_ascii=escaped, separators=(" , ", " : ") if spaced else None
    ).encode("utf-8", "surrogatepass"),
    objects,
    st.booleans(),
    st.booleans(),
)
some_bytes = st.sampled_from(
    [b"", b"{", b"[1]", b'{"text": "\xff\xe4!"}', b"\xef\xbb\xbf{}", b"\r"]
)
streams = st.lists(lines | some_bytes, max_size=6).map(b"\n".join)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for inputs, each of which replaces the one before."""
    return tmp_path_factory.mktemp("json")


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_cases(folder: Path, case: dict[str, Any]) -> None:
    """Each case is kept as it says and can be restored."""
    done = run(folder, case["line"].encode(), JsonLinesFormat(tuple(case.get("fields", ["text"]))))
    assert (done.kept.decode(), done.restored().decode()) == (case["kept"], case["line"])


@settings(deadline=None, max_examples=150)
@given(data=streams)
def test_any_bytes_are_restored(folder: Path, data: bytes) -> None:
    """Whatever the lines are, what is kept and what is cut are the input."""
    done = run(folder, data, JsonLinesFormat(("title", "text")))
    assert done.restored() == data


@settings(deadline=None, max_examples=150)
@given(value=objects, escaped=st.booleans())
def test_only_judged_strings_change(folder: Path, value: dict[str, Any], escaped: bool) -> None:
    """A record that is kept reads as before, but for what was cut from its judged string."""
    line = json.dumps(value, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    kept = json.loads(run(folder, line, JsonLinesFormat()).kept.decode("utf-8", "surrogatepass"))
    text = value.get("text")
    if isinstance(text, str) and kept.get("text") != text:
        # Reading a pair of surrogates makes one character of it, before anything is judged.
        read = json.loads(json.dumps(text))
        assert kept["text"] == MARKED.sub("", read)
    assert {**kept, "text": 0} == {
        **json.loads(line.decode("utf-8", "surrogatepass")),
        "text": 0,
    } or (kept == json.loads(line.decode("utf-8", "surrogatepass")))


@settings(deadline=None, max_examples=60)
@given(data=streams, sizes=st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_records_do_not_depend_on_reads(data: bytes, sizes: list[int]) -> None:
    """Records, their places and what is too large are the same for any reads."""
    page_format = JsonLinesFormat(max_record=40)
    assert records(page_format, data) == records(page_format, data, sizes)
    assert b"".join(piece.raw for piece in records(page_format, data)) == data


@given(value=objects, escaped=st.booleans())
def test_found_strings_are_those_of_the_parser(value: dict[str, Any], escaped: bool) -> None:
    """The scanner finds the string members that the standard library reads."""
    text = json.dumps(value, ensure_ascii=escaped)
    found = {
        member.key: json.loads(f'"{text[member.start : member.end]}"', strict=False)
        for member in top_level_strings(text)
    }
    assert found == {key: each for key, each in json.loads(text).items() if isinstance(each, str)}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "no JSON"),
        (b"text", "no JSON"),
        (b'{"text": "\n"}', "no JSON"),
        (b'{"text": ' + b"[" * 100_000, "nested too deeply"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b'{"text": "' + b"a" * 300_000 + b'"}', "larger than --max-record"),
    ],
    ids=["open", "word", "line end", "deep", "deep and closed", "large"],
)
def test_broken_records_pass_and_are_told(folder: Path, line: bytes, reason: str) -> None:
    """A broken record is passed through, counted, and told with its number."""
    data = b'{"text": "a"}\n' + line + b"\n"
    done = run(folder, data, JsonLinesFormat(max_record=1 << 18))
    assert (done.kept, done.report.exit_status()) == (data, 0)
    assert done.report.broken >= 1
    assert "record 2: " in done.heard[0]
    assert reason in done.heard[0]


def test_skipped_records_go_into_the_rejects(folder: Path) -> None:
    """A broken record that is skipped can be restored like a cut."""
    data = '{"text": "新闻"}\n{"text"\n{"text": "广告"}'.encode()  # "news", "ad"
    done = run(folder, data, JsonLinesFormat(skips_broken=True))
    assert done.kept == '{"text": "新闻"}\n{"text": ""}'.encode()
    assert [cut["kind"] for cut in done.cuts] == ["broken", "spam"]
    assert done.restored() == data


def test_rejects_tell_the_text_and_the_bytes(folder: Path) -> None:
    """A cut behind escapes has the text as people read it, and the bytes as base64."""
    (cut,) = run(folder, b'{"text": "\\u5e7f\\u544a\\n"}', JsonLinesFormat()).cuts
    assert (cut["text"], cut["base64"]) == ("广告", "XHU1ZTdmXHU1NDRh")
    assert (cut["field"], cut["record"], cut["char_start"], cut["char_end"]) == ("text", 1, 0, 2)


def test_a_long_text_is_judged_in_pages(folder: Path) -> None:
    """A record of several MiB is judged like a stream of that length; a line over 1 MiB is not."""
    text = "正文\n" * 9000 + "广告\n" + "很" * 400_000 + "广告\n" + "广告"
    line = json.dumps({"text": text}, ensure_ascii=False).encode()
    done = run(folder, line, JsonLinesFormat())
    assert (done.report.cut_count, done.report.too_long) == (2, 1)
    assert done.restored() == line


@pytest.mark.parametrize("encoding", ["gb18030", "big5hkscs"])
def test_structure_is_read_on_characters(folder: Path, encoding: str) -> None:
    """Second bytes that are a backslash, a brace or a bracket in ASCII end no string."""
    text = {"gb18030": "乗俓俔乕乗广告", "big5hkscs": "功許蓋閱功廣告"}[encoding]
    word = text[-2:].encode(encoding)
    line = f'{{"a": "{text}", "text": "{text}!"}}'.encode(encoding)
    done = run(folder, line, JsonLinesFormat(encodings=Encodings.named(encoding)))
    assert (done.report.broken, done.restored()) == (0, line)
    assert done.kept == f'{{"a": "{text}", "text": ""}}'.encode(encoding)
    assert word in done.kept


def test_a_url_is_the_address_of_the_page() -> None:
    """The string of the url field belongs to the page."""
    (piece,) = records(JsonLinesFormat(url_field="link"), b'{"text": "a", "link": "http://a.cn/"}')
    assert (piece.role, piece.url) == (Role.PAGE, "http://a.cn/")
