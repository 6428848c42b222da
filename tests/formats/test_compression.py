"""Compressed streams: read whatever is in them, written as they came."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_examples import Dribble, run

from junkfilter.errors import OutputError
from junkfilter.formats.compression import (
    COMPRESSIONS,
    CompressedOutput,
    Decompressed,
    detected,
    may_become,
)
from junkfilter.formats.files import Source
from junkfilter.formats.text import TextFormat
from junkfilter.formats.writers import KeptWriter

zstd = pytest.importorskip("backports.zstd", reason="backports.zstd is not installed")

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd.compress,
}
UNPACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.decompress,
    "bz2": bz2.decompress,
    "xz": lzma.decompress,
    "zst": zstd.decompress,
}
kinds = pytest.mark.parametrize("kind", COMPRESSIONS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for inputs, each of which replaces the one before."""
    return tmp_path_factory.mktemp("packed")


def unpacked(packed: bytes, kind: str, size: int = 1 << 16) -> tuple[bytes, str]:
    """All that is decoded, and the error."""
    stream = Decompressed(io.BytesIO(packed).read, kind)
    parts = list(iter(lambda: stream.read(size), b""))
    assert all(part is not None and len(part) <= size for part in parts)
    return b"".join(part for part in parts if part), stream.error


@settings(deadline=None, max_examples=60)
@given(
    members=st.lists(st.binary(max_size=60), min_size=1, max_size=4),
    kind=st.sampled_from(COMPRESSIONS),
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=4),
)
def test_members_are_one_stream(members: list[bytes], kind: str, sizes: list[int]) -> None:
    """Several archives one after the other are read as one, in any reads."""
    packed = b"".join(map(PACKERS[kind], members))
    stream = Decompressed(Dribble(packed, sizes).read, kind)
    assert b"".join(iter(lambda: stream.read(7) or b"", b"")) == b"".join(members)
    assert stream.error == ""


@kinds
def test_what_is_written_is_read_by_others(kind: str) -> None:
    """Members, an empty stream and flushed parts are what the other programs read."""
    output = io.BytesIO()
    packed = CompressedOutput(output, kind)
    packed.write(b"one")
    packed.flush()
    packed.write(b"more")
    packed.begin_member()
    packed.write(b"two")
    packed.end()
    assert UNPACKERS[kind](output.getvalue()) == b"onemoretwo"
    nothing = io.BytesIO()
    CompressedOutput(nothing, kind).end()
    assert (detected(nothing.getvalue()), UNPACKERS[kind](nothing.getvalue())) == (kind, b"")


@kinds
def test_a_truncated_archive_gives_what_came_before(kind: str) -> None:
    """Whatever can be decoded is, and the error says where the archive breaks off."""
    data = b"".join(bytes([number % 251]) * (number % 7) for number in range(400_000))
    packed = PACKERS[kind](data)
    found, error = unpacked(packed[: len(packed) // 2], kind)
    assert data.startswith(found)
    assert f"breaks off (at byte {len(packed) // 2} of" in error


@kinds
def test_garbage_after_an_archive_is_an_error(kind: str) -> None:
    """What follows and is no archive is told; zeros are padding."""
    packed = PACKERS[kind](b"news")
    assert unpacked(packed + b"\0" * 512, kind) == (b"news", "")
    found, error = unpacked(packed + b"garbage", kind)
    assert (found, f"no {kind} follows the archive (at byte" in error) == (b"news", True)


@kinds
def test_a_damaged_archive_is_an_error(kind: str) -> None:
    """Changed bytes are told, and raise nothing."""
    packed = bytearray(PACKERS[kind](bytes(range(256)) * 200))
    packed[len(packed) // 2] ^= 0xFF
    packed[-6] ^= 0xFF
    _, error = unpacked(bytes(packed), kind)
    assert error


@kinds
def test_a_bomb_is_given_in_small_parts(kind: str) -> None:
    """However much is decoded from a few bytes, no part is larger than asked for."""
    packed = PACKERS[kind](bytes(20 << 20))
    stream = Decompressed(io.BytesIO(packed).read, kind)
    sizes = [len(part) for part in iter(lambda: stream.read(4096) or b"", b"")]
    assert (max(sizes), sum(sizes)) == (4096, 20 << 20)


@pytest.mark.parametrize("head", [b"\x1f", b"B", b"BZ", b"\xfd7z", b"\x28\xb5"])
def test_beginnings_that_may_become_an_archive(head: bytes) -> None:
    """Only these are waited on; a page is not."""
    assert may_become(head)
    assert not may_become(head + b"page")


@kinds
def test_output_is_compressed_as_the_input(folder: Path, kind: str) -> None:
    """The kept text is packed like the input; digests and offsets are of what is in it."""
    data = "新闻\n看这里!\n新闻\n".encode()
    done = run(folder, PACKERS[kind](data), TextFormat(), "auto")
    assert UNPACKERS[kind](done.kept) == "新闻\n新闻\n".encode()
    assert (done.cuts[0]["byte_start"], done.cuts[0]["byte_end"]) == (7, 18)
    plain = run(folder, PACKERS[kind](data), TextFormat(), "none")
    assert (plain.kept, plain.restored()) == ("新闻\n新闻\n".encode(), data)


@kinds
def test_a_broken_archive_is_kept_as_far_as_it_goes(folder: Path, kind: str) -> None:
    """What came before the break is judged and written, the run fails and says where."""
    data = "看这里!\n".encode() + b"".join(f"{number}\n".encode() for number in range(300_000))
    packed = PACKERS[kind](data)
    done = run(folder, packed[: len(packed) * 3 // 4], TextFormat(), "none")
    assert done.report.exit_status() == 2
    assert "the archive breaks off" in done.heard[-1]
    assert data.startswith(done.restored())
    assert (len(done.kept) > 0) == (len(done.restored()) > 0)


def test_inputs_of_different_compression_do_not_mix(tmp_path: Path) -> None:
    """One output cannot be packed in two ways, unless the user says how."""
    for name, data in (("a", b"news"), ("b", gzip.compress(b"news"))):
        (tmp_path / name).write_bytes(data)
    for wanted in ("auto", "xz"):
        output = io.BytesIO()
        writer = KeptWriter(output, wanted)
        with Source(str(tmp_path / "a")) as first, Source(str(tmp_path / "b")) as second:
            assert (first.peek(1), second.peek(1)) == (b"n", b"n")
            writer.begin(first, TextFormat())
            writer.end()
            if wanted == "xz":
                writer.begin(second, TextFormat())
                writer.end()
                assert lzma.decompress(output.getvalue()) == b""
            else:
                with pytest.raises(OutputError, match="is gz, the inputs before it"):
                    writer.begin(second, TextFormat())


@pytest.mark.parametrize("text", ["BZh", "BZhang 市图书馆\n", "BZh9\n", "(\n", "WARC"])
def test_text_that_begins_like_an_archive_is_text(text: str, tmp_path: Path) -> None:
    """Magic bytes that a person may write do not make an archive ("city library")."""
    path = tmp_path / "page.txt"
    path.write_text(text, "utf-8")
    with Source(str(path)) as source:
        assert source.read(99) == text.encode()
        assert source.error is None
