"""Reads a binary stream in blocks and says when it pauses. Knows nothing of pages.

A filter in a pipe has to be fast when data is there and prompt when it is not: big blocks while the
other side keeps up, and an empty block, "nothing more for now", before a read that would wait.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator
from typing import Protocol

BLOCK_BYTES = 1 << 20
# One read: pipes give 64 KiB at most, and a larger buffer would be allocated for nothing.
_READ_BYTES = 1 << 18
# `cat`, `zcat` and `curl` on a busy machine leave gaps of a few milliseconds; a human notices 100.
_PAUSE_MILLISECONDS = 20


class BinaryStream(Protocol):
    """What is read from: a file opened in binary mode, a pipe, a `BytesIO`."""

    def read(self, size: int, /) -> bytes | None: ...


def read_blocks(stream: BinaryStream, *, eager: bool = False) -> Iterator[bytes]:
    """The bytes of a stream, in blocks of any size; an empty block where the stream pauses.

    Args:
        stream: read with one system call at a time where it can be (`read1`, or unbuffered).
        eager: give what there is at once instead of waiting a moment for a full block.

    >>> import io
    >>> list(read_blocks(io.BytesIO(b"abc")))
    [b'abc']
    """
    read: Callable[[int], bytes | None] = getattr(stream, "read1", stream.read)
    ready = readiness(stream)
    patience = 0 if eager else _PAUSE_MILLISECONDS
    parts: list[bytes] = []
    size = 0
    paused = True
    while True:
        if not paused and not ready(patience):
            if parts:
                yield b"".join(parts)
                parts, size = [], 0
            yield b""
            paused = True
        data = read(_READ_BYTES)
        if data is None:  # a descriptor that somebody made non-blocking
            ready(None)
            continue
        if not data:
            break
        paused = False
        parts.append(data)
        size += len(data)
        if eager or size >= BLOCK_BYTES:
            yield parts[0] if len(parts) == 1 else b"".join(parts)
            parts, size = [], 0
    if parts:
        yield b"".join(parts)


def readiness(stream: object) -> Callable[[int | None], bool]:
    """A function that waits some milliseconds for data and says whether a read would not block."""
    descriptor = getattr(stream, "fileno", None)
    if descriptor is None or not hasattr(select, "poll"):
        return _always_ready
    try:
        poll = select.poll()
        poll.register(descriptor(), select.POLLIN)
    except (OSError, ValueError):  # a stream in memory
        return _always_ready
    return lambda milliseconds: bool(poll.poll(milliseconds))


def _always_ready(_milliseconds: int | None) -> bool:
    return True
