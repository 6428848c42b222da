"""Compressed streams: recognised by their first bytes, read in bounded memory, written alike.

gzip, bzip2, xz and Zstandard, several members one after the other as one stream. What is decoded is
given in pieces of the size that was asked for, whatever the ratio: a bomb costs time, no memory.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from types import ModuleType
from typing import Any, Protocol

from junkfilter.errors import JunkfilterError
from junkfilter.extras import require

GZ, BZ2, XZ, ZST = "gz", "bz2", "xz", "zst"
COMPRESSIONS = (GZ, BZ2, XZ, ZST)
_MAGIC = {
    GZ: b"\x1f\x8b\x08",
    BZ2: b"BZh",
    XZ: b"\xfd7zXZ\x00",
    ZST: b"\x28\xb5\x2f\xfd",
}
# `BZhang` is a name: of bzip2 the first ten bytes are asked for, the level and the mark of the
# first block or, of an empty archive, of the end.
_BZIP2_MARKS = (b"1AY&SY", b"\x17rE8P\x90")
_BEGINNINGS = {kind: (magic,) for kind, magic in _MAGIC.items()} | {
    BZ2: tuple(b"BZh%d" % level + mark for level in range(1, 10) for mark in _BZIP2_MARKS)
}
# A Zstandard dictionary in a skippable frame, as some WARC files begin
# (https://iipc.github.io/warc-specifications/specifications/warc-zstd/): not read.
_DICTIONARY_MAGIC = b"\x5d\x2a\x4d\x18"
# No archiver asks for more than 65 MiB (`xz -9`); a hostile header can ask for 4 GiB.
_XZ_MEMORY = 192 << 20
_READ_BYTES = 1 << 16
_PADDING = b"\0"


class _Decoder(Protocol):
    """What `bz2`, `lzma` and `compression.zstd` have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def detected(head: bytes) -> str:
    """The compression of a stream that begins so; empty for none.

    >>> detected(bytes([0x1F, 0x8B, 8, 0]))
    'gz'
    """
    return next((kind for kind, magics in _BEGINNINGS.items() if head.startswith(magics)), "")


def may_become(head: bytes) -> bool:
    """Whether more bytes could make it the beginning of a compressed stream."""
    return any(
        len(head) < len(magic) and magic.startswith(head)
        for magics in _BEGINNINGS.values()
        for magic in magics
    )


def has_dictionary(head: bytes) -> bool:
    """Whether the stream is Zstandard with a dictionary in front, which is not read."""
    return head.startswith(_DICTIONARY_MAGIC)


class Decompressed:
    """The decoded bytes of a compressed stream.

    Attributes:
        error: why decoding stopped before the end, in words with the offset in the compressed
            stream; empty if it did not. What was decoded before that was given.

    Args:
        read: gives the compressed bytes, as `read` of a file does; None where nothing is there yet.
        kind: one of `COMPRESSIONS`.

    >>> import bz2, io
    >>> file = io.BytesIO(bz2.compress("新闻".encode()))  # "news"
    >>> Decompressed(file.read, "bz2").read(99).decode()
    '新闻'
    """

    def __init__(self, read: Callable[[int], bytes | None], kind: str) -> None:
        self.error = ""
        self._source = read
        self._kind = kind
        self._make, self._errors = _decoders(kind)
        self._decoder: _Decoder | None = self._make()
        self._pending = b""
        self._offset = 0
        self._ended = False

    def read(self, size: int, /) -> bytes | None:
        """At most so many decoded bytes; none at the end and after an error."""
        while not self._ended:
            if self._decoder is None:
                if self._next_member():
                    continue
                return b"" if self._ended else None
            data = self._pull() if self._decoder.needs_input else b""
            if data is None:
                return None
            if not data and self._decoder.needs_input:
                self._end("the archive breaks off")
                break
            try:
                decoded = self._decoder.decompress(data, size)
            except self._errors as error:
                self._end(f"the archive is damaged: {error}")
                break
            if self._decoder.eof:
                self._pending = self._decoder.unused_data
                self._offset -= len(self._pending)
                self._decoder = None
            if decoded:
                return decoded
        return b""

    def _pull(self) -> bytes | None:
        """The next compressed bytes."""
        data: bytes | None = self._pending
        self._pending = b""
        if not data:
            data = self._source(_READ_BYTES)
        self._offset += len(data or b"")
        return data

    def _next_member(self) -> bool:
        """Begins another member if there is one; between members archivers write zeros."""
        magic = _MAGIC[self._kind]
        while len(self._pending) < len(magic):
            more = self._source(_READ_BYTES)
            if more is None:
                return False
            if not more:
                break
            self._skip_padding(self._pending + more)
        self._skip_padding(self._pending)
        if not self._pending:
            self._ended = True
            return False
        if not self._pending.startswith(magic):
            self._end(f"something that is no {self._kind} follows the archive")
            return False
        self._decoder = self._make()
        return True

    def _skip_padding(self, data: bytes) -> None:
        self._pending = data.lstrip(_PADDING)
        self._offset += len(data) - len(self._pending)

    def _end(self, what: str) -> None:
        self._ended = True
        self.error = f"{what} (at byte {self._offset} of the compressed file)"


class CompressedOutput:
    """Compresses what is written and passes it on.

    Args:
        output: gets the compressed bytes; stays open.
        kind: one of `COMPRESSIONS`.
    """

    def __init__(self, output: _Output, kind: str) -> None:
        self._output = output
        self._kind = kind
        self._encoder: Any = None
        self._members = 0
        _encoder(kind)  # a missing package is told before anything is written

    def write(self, data: bytes, /) -> int:
        """Takes the next bytes."""
        if self._encoder is None:
            self._encoder = _encoder(self._kind)
        self._output.write(self._encoder.compress(data))
        return len(data)

    def flush(self) -> None:
        """Lets everything so far reach its reader, where the compression can do that in a member.

        bzip2 and xz cannot: they decode whole blocks.
        """
        if self._encoder is not None and self._kind in (GZ, ZST):
            mode = zlib.Z_SYNC_FLUSH if self._kind == GZ else _zstd().ZstdCompressor.FLUSH_BLOCK
            self._output.write(self._encoder.flush(mode))
        self._output.flush()

    def begin_member(self) -> None:
        """Lets the next bytes begin what a reader can decode by itself."""
        if self._encoder is not None:
            self._end_member(self._encoder)

    def end(self) -> None:
        """Ends the stream; if nothing was written, it is a compressed nothing."""
        if self._encoder is not None or not self._members:
            self._end_member(self._encoder or _encoder(self._kind))

    def _end_member(self, encoder: Any) -> None:
        self._output.write(encoder.flush())
        self._encoder = None
        self._members += 1


class _Output(Protocol):
    def write(self, data: bytes, /) -> int: ...
    def flush(self) -> None: ...


class _GzipDecoder:
    """gzip with the interface of the others."""

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(wbits=31)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        decoded = self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)
        # A full output may have left more inside, even where all input was taken.
        self.needs_input = len(decoded) < max_length and not self._decoder.unconsumed_tail
        return decoded


def _decoders(kind: str) -> tuple[Callable[[], _Decoder], tuple[type[Exception], ...]]:
    """What makes a decoder, and what that raises for damaged data."""
    if kind == GZ:
        return _GzipDecoder, (zlib.error,)
    if kind == BZ2:
        import bz2

        return bz2.BZ2Decompressor, (OSError, ValueError)
    if kind == XZ:
        import lzma

        return lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY), (lzma.LZMAError, EOFError)
    zstd = _zstd()
    return zstd.ZstdDecompressor, (zstd.ZstdError,)


def _encoder(kind: str) -> Any:
    """A new encoder: `compress` takes bytes, `flush` ends the member."""
    if kind == GZ:
        return zlib.compressobj(wbits=31)
    if kind == BZ2:
        import bz2

        return bz2.BZ2Compressor()
    if kind == XZ:
        import lzma

        return lzma.LZMACompressor()
    if kind == ZST:
        return _zstd().ZstdCompressor()
    raise JunkfilterError(f"unknown compression {kind!r}: known are {', '.join(COMPRESSIONS)}")


def _zstd() -> ModuleType:
    """`compression.zstd` of Python 3.14, or the package that is the same for older ones."""
    if sys.version_info >= (3, 14):
        return require("compression.zstd", "zstd")
    return require("backports.zstd", "zstd")
