"""CSV and TSV: columns are judged, the table keeps its shape."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_examples import MARKED, records, run

from junkfilter.formats.delimited import DelimitedFormat
from junkfilter.formats.encodings import Encodings
from junkfilter.formats.lots import Role

WORDS = ["广告", "新", "a", '"', '""', ",", "\t", "\n", "\r\n", "\r", "!", " ", "\ufeff"]
texts = st.lists(st.sampled_from(WORDS), max_size=8).map("".join)
wild = st.lists(
    st.sampled_from([word.encode() for word in WORDS] + [b"\xff", b"\xe4"]), max_size=30
).map(b"".join)
rows = st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for inputs, each of which replaces the one before."""
    return tmp_path_factory.mktemp("tables")


def table(values: list[tuple[str, ...]], name: str = "csv", *, quoted: bool = False) -> str:
    """A table as Python writes it."""
    file = io.StringIO()
    delimiter = "," if name == "csv" else "\t"
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(file, delimiter=delimiter, quoting=quoting).writerows(values)
    return file.getvalue()


def read(text: str, name: str = "csv") -> list[list[str]]:
    """The values as Python reads them."""
    delimiter = "," if name == "csv" else "\t"
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@settings(deadline=None, max_examples=150)
@given(values=rows, name=st.sampled_from(["csv", "tsv"]), quoted=st.booleans())
def test_only_judged_columns_change(
    folder: Path, values: list[tuple[str, ...]], name: str, quoted: bool
) -> None:
    """Another reader finds the same table, but for what was cut from the judged columns."""
    header = ("title", "id", "text")
    data = table([header, *values], name, quoted=quoted)
    done = run(folder, data.encode(), DelimitedFormat(name, ("title", "text")))
    expected = [
        [MARKED.sub("", title), number, MARKED.sub("", text)] for title, number, text in values
    ]
    assert read(done.kept.decode(), name) == [list(header), *expected]
    assert done.restored() == data.encode()


@settings(deadline=None, max_examples=200)
@given(data=wild, name=st.sampled_from(["csv", "tsv"]), column=st.sampled_from(["1", "2", "a"]))
def test_any_bytes_are_restored(folder: Path, data: bytes, name: str, column: str) -> None:
    """Whatever the table is, what is kept and what is cut are the input."""
    done = run(folder, data, DelimitedFormat(name, (column,)))
    assert done.restored() == data


@settings(deadline=None, max_examples=200)
@given(
    data=wild,
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    max_record=st.sampled_from([12, 40]),
)
def test_records_do_not_depend_on_reads(data: bytes, sizes: list[int], max_record: int) -> None:
    """Records, their places and what is too large are the same for any reads."""
    page_format = DelimitedFormat("csv", ("1", "2"), max_record=max_record)
    assert records(page_format, data) == records(page_format, data, sizes)
    assert b"".join(piece.raw for piece in records(page_format, data)) == data


@settings(deadline=None, max_examples=100)
@given(values=rows)
def test_records_are_those_of_another_reader(values: list[tuple[str, ...]]) -> None:
    """Each row that Python writes is one record."""
    data = table(values).encode()
    assert len(records(DelimitedFormat("csv", ("1",)), data)) == len(values)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("text\r\n广告\r\nb\r\n", "text\r\n广告\r\nb\r\n"),
        ('text\r\n"广告"\r\nb\r\n', 'text\r\n""\r\nb\r\n'),
        ("id,text\n1,广告\n2\n\n3,b广告", "id,text\n1,\n2\n\n3,b"),
        ('id,text\n1,广告"a"\n', 'id,text\n1,广告"a"\n'),
        ('id,text\n1,a"广告"\n', 'id,text\n1,a""\n'),
        ('id,text\n1,"a""广告"""\n', 'id,text\n1,"a"""""\n'),
        ('id,text\n1,"广告" b\n', 'id,text\n1,"" b\n'),
        ('\ufeffid,text\n1,"广告\n', '\ufeffid,text\n1,"\n'),
        ('\ufeff"text"\n"广告,\n"', '\ufeff"text"\n",\n"'),
    ],
    ids=[
        "a line that would be empty", "quoted and empty", "short rows and empty lines",
        "a quote would come first", "quotes inside", "doubled quotes", "text after a quote",
        "a quote that never ends", "a mark and a quoted name",
    ],
)  # fmt: skip
def test_cases(folder: Path, given: str, kept: str) -> None:
    """What would change how a record reads stays; all else is cut in the bytes."""
    done = run(folder, given.encode(), DelimitedFormat())
    assert (done.kept.decode(), done.restored().decode()) == (kept, given)


def test_a_cut_that_is_not_carried_out_is_told(folder: Path) -> None:
    """People are told of a record that was left alone."""
    done = run(folder, "text\n广告\n".encode(), DelimitedFormat())
    assert ("record 2: passed through" in done.heard[0], done.report.cut_count) == (True, 0)


def test_a_missing_column_is_an_error(folder: Path) -> None:
    """Without the column nothing is judged, and the message has the names there are."""
    data = "id,body\n1,广告\n".encode() * 9
    done = run(folder, data, DelimitedFormat())
    assert (done.kept, done.report.exit_status()) == (data, 2)
    assert "no column 'text'" in done.heard[0]
    assert "id, body" in done.heard[0]


def test_numbered_columns_have_no_header(folder: Path) -> None:
    """By number, the first record is judged like the others."""
    done = run(folder, "广告a\tb\n广告c\td\n".encode(), DelimitedFormat("tsv", ("1",)))
    assert done.kept == b"a\tb\nc\td\n"


@pytest.mark.parametrize("encoding", ["gb18030", "big5hkscs"])
def test_tables_in_other_encodings(folder: Path, encoding: str) -> None:
    """Bytes are cut where the characters stand, quotes and delimiters are found on bytes."""
    words = {"gb18030": ("乗俓新闻", "广告"), "big5hkscs": ("功許新聞", "廣告!")}[encoding]
    values = [("id", "text"), ("1", words[0] + '"\n' + words[1]), ("2", words[0])]
    data = table(values).encode(encoding)
    done = run(folder, data, DelimitedFormat(encodings=Encodings.named(encoding)))
    expected = [("id", "text"), ("1", words[0] + '"\n'), ("2", words[0])]
    assert read(done.kept.decode(encoding)) == [list(row) for row in expected]
    assert done.restored() == data


def test_an_oversized_record_passes_in_parts(folder: Path) -> None:
    """A record over the limit is passed on, counted once, and the next one is judged."""
    data = ('id,text\n1,"' + "广告\n" * 1000 + '"\n2,广告\n').encode()
    done = run(folder, data, DelimitedFormat(max_record=500))
    assert done.kept == data.replace("\n2,广告".encode(), b"\n2,")
    assert (done.report.broken, done.report.cut_count) == (1, 1)


def test_the_url_column_is_the_address_of_the_page() -> None:
    """A column of that name belongs to the page without being asked for."""
    pieces = records(DelimitedFormat(), b'url,text\n"http://a.cn/",b\n')
    assert [(piece.role, piece.url) for piece in pieces] == [
        (Role.PASSED, ""),
        (Role.PAGE, "http://a.cn/"),
    ]


@pytest.mark.parametrize("columns", [("text", "2"), ("2", "02"), ("2", "text", "2")])
def test_a_column_that_is_named_twice_is_one_field(folder: Path, columns: tuple[str, ...]) -> None:
    """By name and by number it is the same column; its cuts are carried out once."""
    data = "id,text\n1,新闻广告\n".encode()  # "news", "ad"
    done = run(folder, data, DelimitedFormat(columns=columns))
    assert done.kept == "id,text\n1,新闻\n".encode()
    assert done.report.cut_count == 1
    assert done.restored() == data


def test_only_ascii_digits_number_a_column(folder: Path) -> None:
    """A superscript is a name, which no column has."""
    data = "id,text\n1,广告\n".encode()
    done = run(folder, data, DelimitedFormat(columns=("²",)))
    assert (done.kept, done.report.exit_status()) == (data, 2)
