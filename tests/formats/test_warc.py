"""WARC: borders of records, what is judged, headers that follow the text, and the way back."""

from __future__ import annotations

import gzip
import hashlib
import importlib
import io
import json
import re
import zlib
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from warc_examples import (
    ARTICLE,
    SPAM,
    changed,
    judged_lots,
    problems,
    record,
    response,
    run,
    sha1,
    stripped,
    touched,
)

from junkfilter.errors import RejectsError
from junkfilter.formats.compression import detected
from junkfilter.formats.restore import Restoration
from junkfilter.formats.warc import WarcFormat
from junkfilter.formats.warc_borders import PART_BYTES, RecordBorders
from junkfilter.formats.warc_headers import Edit, edited, header_edits
from junkfilter.formats.warc_records import TextPart, text_part

TEXT = ARTICLE.encode()
KEPT = ARTICLE.replace(SPAM, "").encode()
HTML = "<p>新闻</p>\n<p>广告</p>\n".encode()  # "news", "ad"
LENGTH = re.compile(rb"Content-Length: \d+")


def digests(block: bytes) -> list[bytes]:
    """Both digests of a record whose block is its payload."""
    return [b"WARC-Block-Digest: " + sha1(block), b"WARC-Payload-Digest: " + sha1(block)]


def test_text_of_a_record_is_cut_and_its_header_follows() -> None:
    """Length and digests are those of what is left; all other bytes are as they came."""
    assert stripped(record(TEXT, *digests(TEXT))) == record(KEPT, *digests(KEPT))


@pytest.mark.parametrize("kind", [b"conversion", b"resource"])
def test_records_of_plain_text_are_judged(kind: bytes) -> None:
    """WET files have conversions, other archives resources."""
    assert stripped(record(TEXT, kind=kind)) == record(KEPT, kind=kind)


@pytest.mark.parametrize(
    ("kind", "media"),
    [
        (b"conversion", b"text/html"),
        (b"resource", b"text/plainer"),
        (b"metadata", b"text/plain"),
        (b"warcinfo", b"text/plain"),
        (b"request", b"application/http; msgtype=request"),
        (b"revisit", b"text/plain"),
    ],
)
def test_other_records_are_copied(kind: bytes, media: bytes) -> None:
    """What is not the plain text of a page is nobody's to cut, whatever words stand in it."""
    data = record(TEXT, kind=kind, media=media)
    assert stripped(data + data) == data + data


def test_a_response_of_plain_text_is_cut() -> None:
    """The body loses the line; both digests and both lengths follow."""
    before = response(TEXT, b"Content-Length: %d" % len(TEXT), b"ETag: x")
    assert stripped(before) == response(KEPT, b"Content-Length: %d" % len(KEPT), b"ETag: x")


def test_a_length_of_the_body_that_was_wrong_stays() -> None:
    """A server's wrong word about its body is part of the archive."""
    before = response(TEXT, b"Content-Length: 5")
    assert stripped(before) == response(KEPT, b"Content-Length: 5")


@pytest.mark.parametrize(
    "head",
    [
        b"Transfer-Encoding: chunked",
        b"Content-Encoding: gzip",
        b"content-encoding: br",
    ],
)
def test_encoded_bodies_are_copied_and_reported(head: bytes) -> None:
    """Bytes that are no text yet are not searched for text, and that is said."""
    data = response(TEXT, head)
    notices = [notice for _, judged in judged_lots(data) for notice in judged.notices]
    assert stripped(data) == data
    assert len(notices) == 1
    assert "encoded HTTP body" in notices[0]


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\nContent-Type: text/plain\n\n",
        b"ICY 200 OK\r\nContent-Type: text/plain\r\n\r\n",
        b"",
    ],
)
def test_a_response_without_a_proper_head_is_copied(head: bytes) -> None:
    """With bare line feeds nobody knows for certain where the head ends."""
    data = record(head + TEXT, kind=b"response", media=b"application/http; msgtype=response")
    assert stripped(data) == data


def test_html_is_copied() -> None:
    """A cut across tags would break the page."""
    data = response(HTML, media=b"text/html; charset=utf-8")
    assert stripped(data) == data


def test_segments_are_copied_and_reported() -> None:
    """The digest of a payload in segments is that of all of them."""
    data = record(TEXT, b"WARC-Segment-Number: 1")
    assert stripped(data) == data
    assert [notice for _, judged in judged_lots(data) for notice in judged.notices]


@pytest.mark.parametrize(
    "labelled",
    [
        lambda block: b"sha1:" + hashlib.sha1(block).hexdigest().encode(),
        lambda block: b"SHA-1:" + hashlib.sha1(block).hexdigest().upper().encode(),
        lambda block: b"md5:" + hashlib.md5(block).hexdigest().encode(),
        lambda block: b"sha256:" + hashlib.sha256(block).hexdigest().encode(),
        lambda block: b"sha-512:" + hashlib.sha512(block).hexdigest().encode(),
        sha1,
    ],
)
def test_digests_keep_their_label_and_writing(labelled) -> None:  # type: ignore[no-untyped-def]
    """A digest in hexadecimal capitals stays one."""
    before = record(TEXT, b"WARC-Block-Digest: " + labelled(TEXT))
    assert stripped(before) == record(KEPT, b"WARC-Block-Digest: " + labelled(KEPT))


@pytest.mark.parametrize("digest", [b"sha1:" + b"A" * 32, b"crc32:01020304", b"", b"sha1"])
def test_digests_that_are_wrong_or_unknown_stay_and_are_reported(digest: bytes) -> None:
    """What did not fit before is not made to fit."""
    field = b"WARC-Block-Digest: " + digest
    assert stripped(record(TEXT, field)) == record(KEPT, field)
    (piece,) = touched(record(TEXT, field))
    assert "warc-block-digest" in piece.reason


def test_the_old_header_is_in_the_rewrites() -> None:
    """What stood in the header is remembered, value by value, with the place where it stood."""
    data = record(b"", kind=b"warcinfo") + record(TEXT, *digests(TEXT))
    (piece,) = touched(data)
    for rewrite in piece.rewrites:
        assert data[rewrite.byte_start : rewrite.byte_end] == rewrite.raw
    assert piece.rewrites[0].raw == b"%d" % len(TEXT)
    assert piece.record == 2


def test_the_address_reaches_the_page() -> None:
    """The site of a page is known, in angle brackets or not."""
    for data in (record(TEXT), record(TEXT).replace(b"http://example.com/news", b"<http://a/>")):
        (lot,) = (lot for lot, _ in judged_lots(data))
        (piece,) = WarcFormat().pieces(lot)
        assert piece.url in ("http://example.com/news", "http://a/")


def test_a_declared_encoding_is_found() -> None:
    """The charset of the content type, of a response that of its HTTP head."""
    media = b'text/plain; boundary=x; charset="GBK"'
    data = record(TEXT, media=media)
    part = text_part(data, data.index(b"\r\n\r\n") + 4)
    assert isinstance(part, TextPart)
    assert part.charset == "GBK"


@pytest.mark.parametrize("media", [b"text/plain; charset=gb2312", b"text/plain;charset='GBK'"])
def test_text_in_another_encoding_is_cut_and_stays_in_it(media: bytes) -> None:
    """Bytes are copied, and lengths are those of the bytes."""
    before, after = ARTICLE.encode("gbk"), ARTICLE.replace(SPAM, "").encode("gbk")
    data = record(before, *digests(before), media=media)
    assert stripped(data) == record(after, *digests(after), media=media)


def test_bytes_of_no_encoding_survive() -> None:
    """What cannot be decoded is judged as far as it can be read, and stays."""
    assert stripped(record(b"\xff\xe4\n" + TEXT)) == record(b"\xff\xe4\n" + KEPT)


@pytest.mark.parametrize(
    "field",
    [
        b"a" * 60_000,
        b"X: a" + b" " * 60_000 + b"b",
        b"X: " + b"\r\n " * 20_000,
        b"X: " + b"; charset" * 6_000,
        b"Content-Lengths: 1" + b" " * 60_000 + b"1",
    ],
    ids=["no-colon", "spaces", "folded", "charset", "length"],
)
def test_long_headers_are_read_once(field: bytes) -> None:
    """No header makes its reader go back and forth, and all of its bytes stay."""
    data = record(TEXT, *digests(TEXT), field)
    assert stripped(data * 9) == record(KEPT, *digests(KEPT), field) * 9


# A wrong record and what is said about it. Each stands between two good ones.
WRONG = {
    "too-long": (LENGTH.sub(b"Content-Length: 400", record(TEXT)), "does not fit"),
    "beyond-the-end": (LENGTH.sub(b"Content-Length: 9999", record(TEXT)), "in the middle"),
    "too-short": (LENGTH.sub(b"Content-Length: 3", record(TEXT)), "does not fit"),
    "negative": (LENGTH.sub(b"Content-Length: -3", record(TEXT)), "no number"),
    "no-number": (LENGTH.sub(b"Content-Length: 3a", record(TEXT)), "no number"),
    "huge": (LENGTH.sub(b"Content-Length: " + b"9" * 400, record(TEXT)), "no number"),
    "missing": (LENGTH.sub(b"X: 3", record(TEXT)), "missing"),
    "twice": (record(TEXT, b"Content-Length: 33"), "missing"),
    "bare-line-feeds": (record(TEXT).replace(b"\r\n", b"\n") + b"\r\n\r\n", "bare"),
    "no-record": ("什么都不是\r\n\r\n".encode(), "no record"),  # "nothing at all"
    "another-version": (record(TEXT).replace(b"WARC/1.0", b"WARC/9.0"), "no record"),
    "long-header": (record(TEXT, b"X: " + b"x" * (70 << 10)), "no end"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_a_wrong_record_is_copied_and_the_next_one_judged(name: str, size: int) -> None:
    """Wrong lengths cost one record its judgement, and no other."""
    wrong, reason = WRONG[name]
    good, cut = record(TEXT, *digests(TEXT)), record(KEPT, *digests(KEPT))
    assert stripped(good + wrong + good, size=size) == cut + wrong + cut
    (problem,) = problems(good + wrong + good, size=size)
    assert problem.startswith("2: ")
    assert reason in problem


def test_a_record_that_begins_elsewhere_is_no_record() -> None:
    """A line that looks like a beginning counts only after an empty line."""
    wrong = b"junk\r\n" + record(TEXT)
    assert stripped(wrong + record(TEXT)) == wrong + record(KEPT)


def test_a_quoted_record_is_text() -> None:
    """The block of a record is stepped over by its length, whatever stands in it."""
    quoted = record(b"", kind=b"metadata") + "新闻\n".encode() + record(b"", kind=b"metadata")
    data = record(quoted) + record(TEXT)
    assert stripped(data) == record(quoted) + record(KEPT)
    assert not problems(data)


def test_blank_lines_between_records_are_copied() -> None:
    """Some writers end records with more line ends than they should."""
    data = record(TEXT) + b"\r\n\r\n\r\n" + record(TEXT)
    assert stripped(data) == record(KEPT) + b"\r\n\r\n\r\n" + record(KEPT)
    assert not problems(data)


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_a_truncated_archive_keeps_what_came_before(size: int) -> None:
    """Wherever the input ends, whole records are judged and the rest is copied."""
    data = record(TEXT) + record(TEXT)
    for end in range(len(record(TEXT)) + 1, len(data), 11):
        assert stripped(data[:end], size=size) == record(KEPT) + data[len(record(TEXT)) : end]
        assert len(problems(data[:end], size=size)) == 1


@pytest.mark.parametrize("size", [1, 100, 1 << 20])
def test_a_large_record_is_passed_through_in_parts(size: int) -> None:
    """Over the limit nothing is judged, and what follows is."""
    large = record(TEXT * 100)
    data = record(TEXT) + large + record(TEXT)
    assert stripped(data, max_record=2000, size=size) == record(KEPT) + large + record(KEPT)
    assert problems(data, max_record=2000, size=size) == [
        "2: larger than --max-record (2000 bytes)"
    ]


@pytest.mark.parametrize("size", [1, 100, 1 << 20])
def test_a_large_record_that_is_wrong_ends_where_the_next_one_begins(size: int) -> None:
    """A length that was believed and turned out wrong costs what it reached over."""
    large = LENGTH.sub(b"Content-Length: %d" % 3000, record(TEXT * 100))
    data = large + record(TEXT)
    assert stripped(data, max_record=2000, size=size) == large + record(KEPT)
    assert len(problems(data, max_record=2000, size=size)) == 1


def test_a_length_of_terabytes_takes_no_memory() -> None:
    """The rest of the input is passed through as it comes, and its end is reported."""
    data = LENGTH.sub(b"Content-Length: 999999999999", record(TEXT)) + record(TEXT * 99999)
    borders = RecordBorders(max_record=1 << 20)
    given = 0
    for start in range(0, len(data), 1 << 18):
        borders.feed(data[start : start + (1 << 18)])
        given += sum(extent.length for extent in borders.extents())
        borders.taken()
        assert start - given < PART_BYTES
    assert stripped(data) == data
    assert any("ends in the middle" in problem for problem in problems(data))


@pytest.mark.parametrize("wrong", [b"junk" * 999_999, record(TEXT * 99_999)])
def test_parts_do_not_depend_on_reads(wrong: bytes) -> None:
    """What is not judged comes in the same parts, each small enough for the rejects."""
    data = record(TEXT) + wrong + record(TEXT)
    parts = [
        [
            (extent.border, extent.length)
            for lot, _ in judged_lots(data, size=size)
            for extent in lot.state
        ]  # type: ignore[attr-defined]
        for size in (1 << 16, 333_333, 1 << 22)
    ]
    assert parts[0] == parts[1] == parts[2]
    assert max(length for _, length in parts[0]) == PART_BYTES
    assert sum(length for _, length in parts[0]) == len(data)


def test_records_begin_new_members() -> None:
    """Offsets of records are known to who compresses them, one by one, for random access."""
    data = record(TEXT) + b"\r\n" + record(TEXT) + b"junk"
    starts = [lot.byte_start + start for lot, _ in judged_lots(data) for start in lot.starts]
    first = len(record(TEXT))
    assert starts == [0, first + 2, 2 * first + 2]


def foreign_archive() -> bytes:
    """An archive as another program writes it: several kinds of records, a gzip member each."""
    warcio = pytest.importorskip("warcio", reason="warcio is not installed: pip install warcio")
    output = io.BytesIO()
    writer = warcio.WARCWriter(output, gzip=True)
    writer._create_temp_file = io.BytesIO  # its own are never closed, which is a warning
    headers = importlib.import_module("warcio.statusandheaders").StatusAndHeaders
    writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "test"}))
    for media in ("text/plain; charset=utf-8", "text/html"):
        head = headers("200 OK", [("Content-Type", media)], protocol="HTTP/1.1")
        url, body = "http://example.com/", io.BytesIO(TEXT)
        writer.write_record(writer.create_warc_record(url, "response", body, http_headers=head))
    for kind in ("conversion", "resource", "metadata"):
        page = writer.create_warc_record(
            url, kind, payload=io.BytesIO(TEXT), warc_content_type="text/plain"
        )
        writer.write_record(page)
    return output.getvalue()


def records_of(data: bytes) -> list[tuple[str, bytes]]:
    """Kinds and payloads of an archive as another program reads it, with digests checked."""
    iterator = importlib.import_module("warcio.archiveiterator").ArchiveIterator
    records = iterator(io.BytesIO(data), check_digests="raise")
    return [(each.rec_type, each.content_stream().read()) for each in records]


def test_another_program_reads_what_is_left() -> None:
    """Archives of warcio are read by warcio afterwards, digests and all."""
    compressed = foreign_archive()
    before = records_of(compressed)
    after = records_of(stripped(gzip.decompress(compressed)))
    judged = [("response", TEXT), ("conversion", TEXT), ("resource", TEXT)]
    assert [kind for kind, _ in after] == [kind for kind, _ in before]
    assert [kind for kind, payload in after if payload == KEPT] == [kind for kind, _ in judged]
    assert sum(payload == TEXT for _, payload in after) == 2  # HTML and metadata


def test_a_second_program_verifies_the_digests() -> None:
    """FastWARC checks block and payload digests of every record, one member each."""
    fastwarc = pytest.importorskip("fastwarc.warc", reason="FastWARC is not installed")
    data = stripped(gzip.decompress(foreign_archive()))
    starts = [
        lot.byte_start + start
        for lot in WarcFormat().lots(io.BytesIO(data))
        if lot is not None
        for start in lot.starts
    ]
    members = b"".join(
        gzip.compress(data[start:end])
        for start, end in zip(starts, [*starts[1:], None], strict=True)
    )
    verified = [
        (each.verify_block_digest(), each.is_http and each.verify_payload_digest())
        for each in fastwarc.ArchiveIterator(io.BytesIO(members), parse_http=False)
    ]
    assert len(verified) == len(starts) == 6
    assert all(block for block, _ in verified)


def restored(kept: bytes, rejects: bytes) -> bytes:
    """What the way back gives."""
    return b"".join(Restoration(io.BytesIO(kept), io.BytesIO(rejects)).blocks())


def way(folder: Path, data: bytes, **options: int) -> tuple[bytes, bytes]:
    """What is left of an archive, and its rejects."""
    path = folder / "x.warc"
    path.write_bytes(data)
    return run(path, WarcFormat(**options))  # type: ignore[arg-type]


@pytest.fixture
def example(tmp_path: Path) -> tuple[bytes, bytes]:
    """What is left of two records, and their rejects."""
    return way(tmp_path, record(TEXT, *digests(TEXT)) + response(TEXT))


def test_rejects_hold_the_old_header(example: tuple[bytes, bytes]) -> None:
    """Length and digests as they stood, before the cut of the same record."""
    values = [json.loads(line) for line in example[1].splitlines()]
    types = [value["type"] for value in values if value.get("record") == 1]
    assert types == ["rewrite", "rewrite", "rewrite", "cut"]
    assert (values[1]["text"], values[1]["kept_text"]) == (str(len(TEXT)), str(len(KEPT)))
    assert values[2]["text"] == sha1(TEXT).decode()
    assert values[4]["field"] == "payload"


@pytest.mark.parametrize(
    "change",
    [
        {"text": "34"},
        {"kept_text": "27"},
        {"kept_text": "268"},
        {"byte_start": 3},
        {"byte_end": 900},
        {"kept_text": None},
        {"base64": "?"},
    ],
)
def test_rewrites_that_were_changed_are_refused(
    example: tuple[bytes, bytes], change: dict[str, object]
) -> None:
    """Neither the old header nor the new one, nor their place, can be altered unseen."""
    kept, rejects = example
    assert json.loads(rejects.splitlines()[1])["type"] == "rewrite"
    with pytest.raises(RejectsError):
        restored(kept, changed(rejects, 1, **change))


def test_a_header_that_was_changed_is_refused(example: tuple[bytes, bytes]) -> None:
    """Kept archives are compared byte for byte, headers too."""
    kept, rejects = example
    with pytest.raises(RejectsError):
        restored(kept.replace(b"WARC-Date: 2026", b"WARC-Date: 2025"), rejects)


def test_records_are_members_of_their_own(tmp_path: Path) -> None:
    """A compressed archive is read again from the beginning of any record, as before."""
    data = record(TEXT) + record(b"", kind=b"warcinfo") + response(TEXT)
    path = tmp_path / "x.warc.gz"
    path.write_bytes(gzip.compress(data))
    kept, _ = run(path, WarcFormat())
    members = []
    while kept:
        one = zlib.decompressobj(wbits=31)
        members.append(one.decompress(kept))
        kept = one.unused_data
    assert members == [record(KEPT), record(b"", kind=b"warcinfo"), response(KEPT)]


fragments = st.sampled_from(
    [
        record(TEXT),
        record(TEXT, *digests(TEXT)),
        response(TEXT, b"Content-Length: %d" % len(TEXT)),
        record(HTML, media=b"text/html"),
        record(b"", kind=b"warcinfo"),
        *(wrong for wrong, _ in WRONG.values()),
        record(TEXT)[:100],
        b"\r\n",
        b"\r",
        b"WARC/1.",
        b"\0\xff",
        TEXT,
    ]
)
archives = st.lists(fragments, max_size=8).map(b"".join) | st.binary(max_size=60)


@given(archives, st.sampled_from([1, 3, 64, 1 << 20]), st.sampled_from([300, 1 << 20]))
def test_what_is_kept_does_not_depend_on_reads(data: bytes, size: int, limit: int) -> None:
    """However the bytes of anything at all come, the same is cut and the same reported."""
    if len(data) > 2000:
        size = max(size, 64)
    assert stripped(data, size=size, max_record=limit) == stripped(data, max_record=limit)
    assert problems(data, size=size, max_record=limit) == problems(data, max_record=limit)


@settings(deadline=None)
@given(archives, st.sampled_from([300, 1 << 20]))
def test_restore_gives_the_archive(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, limit: int
) -> None:
    """Whatever an archive holds, right or wrong, it comes back byte for byte."""
    assume(not detected(data))  # what looks compressed is another test's
    assert restored(*way(tmp_path_factory.mktemp("law"), data, max_record=limit)) == data


@given(archives)
def test_lots_are_the_stream(data: bytes) -> None:
    """No byte is lost, doubled or moved, and the pieces of a lot are the lot."""
    lots = [lot for lot, _ in judged_lots(data)]
    assert b"".join(lot.raw for lot in lots) == data
    position = 0
    for lot in lots:
        assert lot.byte_start == position
        assert b"".join(piece.raw for piece in WarcFormat().pieces(lot)) == lot.raw
        position += len(lot.raw)


@given(archives)
def test_stripping_twice_changes_nothing(data: bytes) -> None:
    """What is left is left alone."""
    assert stripped(stripped(data)) == stripped(data)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=4), st.booleans())
def test_headers_are_right_after_any_cuts(spans: list[tuple[int, int]], http: bool) -> None:
    """Whatever is cut from a right record, it is a right record afterwards."""
    text = TEXT * 2
    make = (
        (lambda body: response(body, b"Content-Length: %d" % len(body)))
        if http
        else (lambda body: record(body, *digests(body)))
    )
    raw = make(text)
    head = raw.index(b"\r\n\r\n") + 4
    body = raw.index(text)
    cuts, position = [], 0
    for start, length in sorted(spans):
        if start >= position:
            cuts.append(Edit(body + start, body + start + length))
            position = start + length
    edits, wrong = header_edits(raw, head, cuts)
    kept = edited(text, [Edit(cut.start - body, cut.end - body) for cut in cuts])
    assert edited(raw, sorted([*edits, *cuts])) == make(kept)
    assert not wrong
