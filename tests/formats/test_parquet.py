"""Parquet: what is read, what is written, and how much of a file stays what it was."""

from __future__ import annotations

import errno
import gc
import gzip
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warc_examples import ARTICLE, SPAM, LineFilter, changed, run

import junkfilter.formats.parquet as parquet_module
from junkfilter.errors import InputFormatError, OutputError, RejectsError
from junkfilter.formats.files import Source
from junkfilter.formats.lots import Role
from junkfilter.formats.parquet import ParquetFormat
from junkfilter.formats.parquet_restore import ParquetRestoration
from junkfilter.formats.writers import KeptWriter
from junkfilter.judging import judge_lot
from junkfilter.pipeline import Pipeline
from junkfilter.report import Report

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

KEPT = ARTICLE.replace(SPAM, "")
TEXTS = [ARTICLE, None, "", "干净的一行", ARTICLE, SPAM, "没有"]  # "a clean line", "nothing"
LEFT = [KEPT, None, "", "干净的一行", KEPT, "", "没有"]


def stripped(path: Path, columns: Sequence[str] = ("text",), *, max_record: int = 1 << 20) -> bytes:
    """What is left of a file.

    Raises:
        InputFormatError: what is wrong with the file.
    """
    return taken_through(path, columns, max_record=max_record)[0]


def taken_through(
    path: Path, columns: Sequence[str] = ("text",), *, max_record: int = 1 << 20
) -> tuple[bytes, bytes]:
    """What is left of a file, and its rejects.

    Raises:
        InputFormatError: what is wrong with the file.
    """
    errors: list[str] = []
    kept, rejects = run(
        path, ParquetFormat(tuple(columns), max_record=max_record), notify=errors.append
    )
    if errors:
        raise InputFormatError(errors[0])
    return kept, rejects


def cuts(rejects: bytes) -> list[dict[str, Any]]:
    """The cuts in a rejects file."""
    values = [json.loads(line) for line in rejects.splitlines()]
    return [value for value in values if value["type"] == "cut"]


def restored(folder: Path, kept: bytes, rejects: bytes, source: str | None = None) -> Any:
    """The table that the way back gives."""
    path = folder / "kept.parquet"
    path.write_bytes(kept)
    with path.open("rb") as file:
        way = ParquetRestoration(file, io.BytesIO(rejects), source=source)
        return read(b"".join(way.blocks()))


def written(tmp_path: Path, table: Any, **options: Any) -> Path:
    """The path of a new file."""
    path = tmp_path / "pages.parquet"
    pq.write_table(table, path, **options)
    return path


def read(data: bytes) -> Any:
    """A file in memory."""
    return pq.ParquetFile(io.BytesIO(data))


TYPES = {
    "string": pa.string(),
    "large_string": pa.large_string(),
    "binary": pa.binary(),
    "large_binary": pa.large_binary(),
    "dictionary": pa.dictionary(pa.int32(), pa.string()),
    "small-dictionary": pa.dictionary(pa.int8(), pa.large_string()),
}
if hasattr(pa, "string_view"):
    TYPES |= {"string_view": pa.string_view(), "binary_view": pa.binary_view()}


@pytest.mark.parametrize("name", TYPES)
def test_texts_of_every_type_are_cut(tmp_path: Path, name: str) -> None:
    """Whatever Arrow calls a text, nulls stay null, empty texts empty, and the type stays."""
    texts = pa.array(TEXTS).cast(TYPES[name])
    table = pa.table({"id": range(len(TEXTS)), "text": texts})
    path = written(tmp_path, table, row_group_size=3)
    after = read(stripped(path)).read()
    assert after.schema == pq.read_schema(path)
    assert after["text"].cast(pa.string()).to_pylist() == LEFT
    assert after["id"].equals(table["id"])


def test_a_file_without_spam_is_copied_byte_for_byte(tmp_path: Path) -> None:
    """What nothing is cut from is not written anew."""
    path = written(tmp_path, pa.table({"text": ["新闻", None]}))  # "news"
    assert stripped(path) == path.read_bytes()


def test_row_groups_keep_their_sizes(tmp_path: Path) -> None:
    """Row groups before, between and after those with cuts have the rows they had."""
    texts = ["新闻"] * 7 + [ARTICLE] + ["新闻"] * 9  # "news"
    path = written(tmp_path, pa.table({"text": texts}), row_group_size=4)
    old, new = pq.ParquetFile(path), read(stripped(path))
    assert new.num_row_groups == old.num_row_groups == 5
    for number in range(5):
        assert new.read_row_group(number).num_rows == old.read_row_group(number).num_rows


def test_metadata_is_kept(tmp_path: Path) -> None:
    """Metadata of the file, of pandas and of single fields is what it was."""
    field = pa.field("text", pa.string(), nullable=False, metadata={"note": "中文"})
    schema = pa.schema([field, ("n", pa.int8())], metadata={"pandas": "{}", "who": "测试"})
    path = written(tmp_path, pa.table({"text": [ARTICLE], "n": [1]}, schema=schema))
    old, new = pq.ParquetFile(path), read(stripped(path))
    assert new.schema_arrow.equals(old.schema_arrow, check_metadata=True)
    assert new.schema.equals(old.schema)
    assert new.metadata.metadata == old.metadata.metadata
    assert new.schema_arrow.field("text").metadata[b"note"] == "中文".encode()


def test_layout_is_kept(tmp_path: Path) -> None:
    """Codec, dictionary and encoding of each column, statistics and version are what they were."""
    table = pa.table({"text": [ARTICLE] * 9, "n": range(9), "tag": ["a"] * 9, "d": range(9)})
    path = written(
        tmp_path,
        table,
        compression={"text": "zstd", "n": "gzip", "tag": "snappy", "d": "none"},
        use_dictionary=["tag"],
        column_encoding={"d": "DELTA_BINARY_PACKED"},
        write_statistics=["n"],
        version="2.4",
    )
    old, new = pq.ParquetFile(path).metadata, read(stripped(path)).metadata
    assert new.format_version == old.format_version
    for number in range(4):
        before, after = old.row_group(0).column(number), new.row_group(0).column(number)
        assert after.compression == before.compression
        assert after.has_dictionary_page == before.has_dictionary_page
        assert set(after.encodings) == set(before.encodings)
        assert after.is_stats_set == before.is_stats_set


def test_columns_of_all_types_are_equal_afterwards(tmp_path: Path) -> None:
    """What is not judged has the same values, whatever they are."""
    schema = pa.schema(
        {
            "text": pa.string(),
            "list": pa.list_(pa.struct({"a": pa.int64(), "b": pa.string()})),
            "map": pa.map_(pa.string(), pa.float64()),
            "time": pa.timestamp("ns", tz="Asia/Shanghai"),
            "decimal": pa.decimal128(30, 4),
            "bytes": pa.binary(3),
            "day": pa.date32(),
            "flag": pa.bool_(),
            "small": pa.uint8(),
            "fixed": pa.list_(pa.float32(), 2),
            "none": pa.null(),
        }
    )
    rows = [
        {
            "text": ARTICLE,
            "list": [{"a": 1, "b": None}, None],
            "map": [("k", float("inf"))],
            "fixed": [0, 1],
        },
        {"text": None, "list": [], "fixed": [1.5, None], "bytes": b"\x00\xff1", "flag": False},
        {"text": "好", "time": 1, "day": 3, "small": 255, "fixed": [2, 3]},
    ]
    path = written(tmp_path, pa.Table.from_pylist(rows, schema=schema), row_group_size=2)
    old, new = pq.ParquetFile(path).read(), read(stripped(path)).read()
    assert new.drop_columns(["text"]).equals(old.drop_columns(["text"]))
    assert new["text"].to_pylist() == [KEPT, None, "好"]


def test_a_field_of_a_struct_can_be_judged(tmp_path: Path) -> None:
    """Dots lead into structs; other fields, and rows without a struct, stay."""
    rows = [{"text": ARTICLE, "n": 1}, None, {"text": None, "n": 2}, {"text": "好", "n": None}]
    table = pa.table({"page": rows, "text": [ARTICLE] * 4})
    after = read(stripped(written(tmp_path, table), ["page.text"])).read()
    assert after["page"].to_pylist() == [{"text": KEPT, "n": 1}, *rows[1:]]
    assert after["text"].equals(table["text"])


def test_columns_of_a_row_are_one_page(tmp_path: Path) -> None:
    """Title and body are judged together, cut apart, and nothing is put between them."""
    table = pa.table({"title": ["标题", None], "body": [ARTICLE, SPAM]})  # "title"
    path = written(tmp_path, table)
    data, rejects = taken_through(path, ["title", "body"])
    assert read(data).read().to_pydict() == {"title": ["标题", None], "body": [KEPT, ""]}
    assert [cut["field"] for cut in cuts(rejects)] == ["body", "body"]
    parquet = ParquetFormat(("title", "body"))
    with Source(str(path)) as source:
        pieces = [piece for lot in parquet.lots(source) if lot for piece in parquet.pieces(lot)]
    assert [piece.text for piece in pieces] == ["标题\n" + ARTICLE, SPAM]


def test_cuts_know_row_column_and_place(tmp_path: Path) -> None:
    """A cut tells its row, its column, its characters in the value, its bytes in the stream."""
    path = written(tmp_path, pa.table({"text": [None, "头", ARTICLE]}))  # "head"
    (cut,) = cuts(taken_through(path)[1])
    assert (cut["record"], cut["field"], cut["text"]) == (3, "text", SPAM)
    assert ARTICLE[cut["char_start"] : cut["char_end"]] == SPAM
    assert cut["byte_start"] == len("头新闻一则\n".encode())  # "head", "a news item"


def test_addresses_reach_the_pages(tmp_path: Path) -> None:
    """A column of addresses, if it has text, tells the site of each page."""
    path = written(tmp_path, pa.table({"text": ["甲", "乙"], "url": ["http://a/", None]}))
    parquet = ParquetFormat()
    with Source(str(path)) as source:
        pieces = [piece for lot in parquet.lots(source) if lot for piece in parquet.pieces(lot)]
    assert [piece.url for piece in pieces] == ["http://a/", ""]


def test_a_large_value_is_passed_through(tmp_path: Path) -> None:
    """A row over the limit is not judged, and its neighbours are."""
    path = written(tmp_path, pa.table({"text": [ARTICLE * 9, ARTICLE]}))
    data = stripped(path, max_record=100)
    assert read(data).read()["text"].to_pylist() == [ARTICLE * 9, KEPT]
    parquet = ParquetFormat(max_record=100)
    with Source(str(path)) as source:
        (lot,) = parquet.lots(source)
    assert lot is not None
    assert [piece.role for piece in parquet.pieces(lot)] == [Role.PASSED, Role.PAGE]


def test_bytes_that_are_no_utf8_survive(tmp_path: Path) -> None:
    """Old writers put any bytes into a text; what is kept of them is what came."""
    value = b"\xff\xe4\n" + SPAM.encode() + b"\x00\xfe\n"
    path = written(tmp_path, pa.table({"text": pa.array([value], pa.binary())}))
    assert read(stripped(path)).read()["text"].to_pylist() == [b"\xff\xe4\n\x00\xfe\n"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (["body"], "no column 'body' (text is in: text, page)"),
        (["n"], "no text but int64"),
        (["page"], "no text but struct"),
        (["page.n"], "no text but int64"),
        (["page.x"], "no column 'page.x'"),
        (["text", "text"], "named twice"),
    ],
)
def test_columns_that_cannot_be_judged_are_refused(
    tmp_path: Path, columns: list[str], said: str
) -> None:
    """The message names the file and what there is."""
    path = written(tmp_path, pa.table({"text": ["a"], "n": [1], "page": [{"n": 1}]}))
    with pytest.raises(InputFormatError) as caught:
        stripped(path, columns)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    """Cut off, overwritten or something else altogether: an error, never a traceback."""
    data = written(tmp_path, pa.table({"text": [ARTICLE] * 2000})).read_bytes()
    path = tmp_path / "damaged.parquet"
    for damaged in (b"", b"PAR1", data[:-9], data[:4], b"PAR1" + b"\xff" * 200 + b"PAR1"):
        path.write_bytes(damaged)
        with pytest.raises(InputFormatError):
            stripped(path)


def test_a_damaged_page_is_refused(tmp_path: Path) -> None:
    """A file whose end is whole and whose middle is not."""
    path = written(tmp_path, pa.table({"text": [ARTICLE] * 2000}), compression="gzip")
    data = bytearray(path.read_bytes())
    data[20:60] = b"\xff" * 40
    path.write_bytes(data)
    with pytest.raises(InputFormatError):
        stripped(path)


@pytest.mark.parametrize("texts", [[], [None, None]])
def test_files_without_texts_are_copied(tmp_path: Path, texts: list[None]) -> None:
    """No rows, or none with a text: nothing to judge and nothing to write anew."""
    path = written(tmp_path, pa.table({"text": pa.array(texts, pa.string())}))
    assert stripped(path) == path.read_bytes()


@pytest.mark.parametrize(("limit", "value"), [("MOST_GROUP_BYTES", 1 << 20), ("MOST_ROWS", 3000)])
def test_a_row_group_that_no_memory_would_hold_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    """A few bytes that say one text a thousand times are not made into all those texts."""
    monkeypatch.setattr(parquet_module, limit, value)
    indices = pa.array([0] * 4000, pa.int32())
    texts = pa.DictionaryArray.from_arrays(indices, pa.array([ARTICLE * 20]))
    path = written(tmp_path, pa.table({"text": texts}))
    assert path.stat().st_size < 9000
    with pytest.raises(InputFormatError, match=r"row group 1 has .* smaller row groups"):
        stripped(path)


def test_int96_and_old_files_are_written_as_they_were(tmp_path: Path) -> None:
    """Files of Spark and Hive have timestamps of 96 bits and no schema of Arrow."""
    table = pa.table({"text": [ARTICLE], "time": pa.array([5], pa.timestamp("ns"))})
    path = written(
        tmp_path, table, use_deprecated_int96_timestamps=True, store_schema=False, version="1.0"
    )
    old, new = pq.ParquetFile(path), read(stripped(path))
    assert new.schema.equals(old.schema)
    assert b"ARROW:schema" not in (new.metadata.metadata or {})
    assert new.read()["time"].equals(old.read()["time"])


def test_restore_gives_equal_schema_metadata_and_values(tmp_path: Path) -> None:
    """Everything that Arrow and Parquet say of the file is as before, row groups too."""
    schema = pa.schema(
        [pa.field("text", pa.large_string(), metadata={"a": "b"}), ("n", pa.int64())],
        metadata={"pandas": "{}"},
    )
    table = pa.table({"text": TEXTS, "n": range(len(TEXTS))}, schema=schema)
    path = written(tmp_path, table, row_group_size=2, compression="zstd")
    old, new = pq.ParquetFile(path), restored(tmp_path, *taken_through(path))
    assert new.read().equals(old.read(), check_metadata=True)
    assert new.schema.equals(old.schema)
    assert new.metadata.metadata == old.metadata.metadata
    for number in range(old.num_row_groups):
        assert new.metadata.row_group(number).num_rows == old.metadata.row_group(number).num_rows
        assert new.metadata.row_group(number).column(0).compression == "ZSTD"


def test_an_untouched_file_is_restored_byte_for_byte(tmp_path: Path) -> None:
    """Without cuts, both ways are copies."""
    path = written(tmp_path, pa.table({"text": ["新闻"]}))  # "news"
    kept, rejects = taken_through(path)
    (tmp_path / "kept").write_bytes(kept)
    with (tmp_path / "kept").open("rb") as file:
        way = ParquetRestoration(file, io.BytesIO(rejects))
        assert b"".join(way.blocks()) == path.read_bytes()


def test_texts_that_were_changed_are_refused(tmp_path: Path) -> None:
    """A kept file whose texts are others does not belong to the rejects."""
    path = written(tmp_path, pa.table({"text": TEXTS}))
    _, rejects = taken_through(path)
    other = written(tmp_path, pa.table({"text": [*LEFT[:-1], "别的"]}))  # "something else"
    with pytest.raises(RejectsError, match="does not belong"):
        restored(tmp_path, other.read_bytes(), rejects)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "广靠\n"},  # "ad", misspelt
        {"record": 2},
        {"record": 99},
        {"field": "n"},
        {"field": None},
        {"byte_start": 14, "byte_end": 21},
        {"byte_start": 0},
        {"record": "1"},
    ],
)
def test_cuts_that_were_changed_are_refused(tmp_path: Path, change: dict[str, object]) -> None:
    """Neither text nor place of a cut can be altered unseen."""
    kept, rejects = taken_through(written(tmp_path, pa.table({"text": TEXTS})))
    with pytest.raises(RejectsError):
        restored(tmp_path, kept, changed(rejects, 1, **change))


@pytest.mark.parametrize("columns", [None, [], "text", [1], ["body"]])
def test_columns_that_were_changed_are_refused(tmp_path: Path, columns: object) -> None:
    """The columns of a source are a list of names that the kept file has."""
    kept, rejects = taken_through(written(tmp_path, pa.table({"text": TEXTS})))
    with pytest.raises((RejectsError, InputFormatError)):
        restored(tmp_path, kept, changed(rejects, -2, columns=columns))


def test_a_pipe_is_read_to_its_end_first(tmp_path: Path) -> None:
    """Standard input that cannot be read twice is copied, and the copy read."""
    data = written(tmp_path, pa.table({"text": TEXTS})).read_bytes()
    reader, writer = os.pipe()
    with Source("-") as source, open(writer, "wb") as feed:
        source.file = open(reader, "rb", buffering=0)  # noqa: SIM115
        feed.write(data)
        feed.close()
        output = io.BytesIO()
        Pipeline(LineFilter(), KeptWriter(output), Report()).run(source, ParquetFormat())
    assert read(output.getvalue()).read()["text"].to_pylist() == LEFT


def test_half_a_file_does_not_look_like_a_whole_one(tmp_path: Path) -> None:
    """What was written when a run broke off has no end that a reader would take it for."""
    path = written(tmp_path, pa.table({"text": TEXTS * 3}), row_group_size=7)
    output, parquet = io.BytesIO(), ParquetFormat()
    with Source(str(path)) as source:
        writer = parquet.kept_writer(source, output)
        (lot,) = parquet.lots(source)
        assert lot is not None
        first = lot._replace(state=lot.state._replace(lengths=lot.state.lengths[:8]))  # type: ignore[attr-defined]
        writer.write(source.name, first, judge_lot(LineFilter(), parquet, "x", first).judged)
        writer.end()
        del writer
        gc.collect()
    assert output.getvalue().startswith(b"PAR1")
    with pytest.raises(pa.ArrowInvalid):
        read(output.getvalue())


class Full(io.BytesIO):
    """An output that takes no more after a while."""

    def write(self, data: Any, /) -> int:
        """Fails as a full disk does."""
        if self.tell() > 100:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


def test_an_output_that_fails_is_no_fault_of_the_input(tmp_path: Path) -> None:
    """A full disk and a closed pipe reach the caller as what they are."""
    path = written(tmp_path, pa.table({"text": TEXTS * 300}), row_group_size=70)
    pipeline = Pipeline(LineFilter(), KeptWriter(Full()), Report())
    with Source(str(path)) as source, pytest.raises(OSError, match="No space left"):
        pipeline.run(source, ParquetFormat())


def test_two_files_do_not_go_to_one_output(tmp_path: Path) -> None:
    """Parquet files, one after the other, are no Parquet file."""
    path = written(tmp_path, pa.table({"text": TEXTS}))
    pipeline = Pipeline(LineFilter(), KeptWriter(io.BytesIO()), Report())
    with Source(str(path)) as first, Source(str(path)) as second:
        pipeline.run(first, ParquetFormat())
        with pytest.raises(OutputError):
            pipeline.run(second, ParquetFormat())


def test_a_file_inside_of_gzip_is_refused(tmp_path: Path) -> None:
    """It cannot be read from its end; the message says what to do."""
    path = tmp_path / "x.parquet.gz"
    data = written(tmp_path, pa.table({"text": TEXTS})).read_bytes()
    path.write_bytes(gzip.compress(data))
    with pytest.raises(InputFormatError, match="decompress"):
        stripped(path)


values = st.none() | st.sampled_from(["", ARTICLE, SPAM, "广告", "干净", "\n", "\r\n", SPAM * 3])


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(st.tuples(values, values), max_size=12),
    group=st.integers(1, 5),
    dictionary=st.booleans(),
)
def test_cutting_a_value_is_cutting_its_text(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str | None, str | None]],
    group: int,
    dictionary: bool,
) -> None:
    """In every row and column exactly the marked lines go, however the file is laid out."""
    schema = pa.schema({"a": pa.string(), "b": pa.large_string(), "n": pa.int64()})
    listed = [{"a": a, "b": b, "n": number} for number, (a, b) in enumerate(rows)]
    table = pa.Table.from_pylist(listed, schema=schema)
    path = written(
        tmp_path_factory.mktemp("p"), table, row_group_size=group, use_dictionary=dictionary
    )
    kept, rejects = taken_through(path, ["a", "b"])
    after = read(kept)
    assert after.num_row_groups == pq.ParquetFile(path).num_row_groups
    for row, (a, b) in zip(after.read().to_pylist(), rows, strict=True):
        assert (row["a"], row["b"]) == (left(a), left(b))
    assert restored(path.parent, kept, rejects).read().equals(pq.read_table(path))


def left(text: str | None) -> str | None:
    """A text without its marked lines."""
    if text is None:
        return None
    return "".join(line for line in text.splitlines(keepends=True) if "广告" not in line)
