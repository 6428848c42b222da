"""Makes the lengths and digests of a WARC record right again after its text was cut.

Only what was right before is changed: a wrong length of an HTTP body, or a digest that the old
bytes do not have, says something about the past of the archive, and is left as it was found.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from junkfilter.formats.warc_records import NamedField, http_head_end, named_fields

_DIGESTS = (b"warc-block-digest", b"warc-payload-digest")
_ALGORITHMS = {"sha1": "sha1", "sha256": "sha256", "sha512": "sha512", "md5": "md5"}
# The standard leaves the writing open: Common Crawl has base32, other archives hexadecimal digits.
_WRITINGS: tuple[Callable[[bytes], bytes], ...] = (
    base64.b32encode,
    lambda digest: base64.b32encode(digest).rstrip(b"="),
    lambda digest: digest.hex().encode("ascii"),
    lambda digest: digest.hex().upper().encode("ascii"),
)


class Edit(NamedTuple):
    """A range of a record and what takes its place.

    Attributes:
        start: offset in the record.
        end: offset after the range.
        new: the bytes that stand there afterwards; empty for a cut.
    """

    start: int
    end: int
    new: bytes = b""


def edited(raw: bytes, edits: Sequence[Edit]) -> bytes:
    """Bytes with some edits carried out.

    Args:
        raw: the bytes as they were.
        edits: in order, not overlapping.

    >>> edited("旧新闻".encode(), [Edit(0, 3)]).decode()  # "old news"
    '新闻'
    """
    parts: list[bytes] = []
    position = 0
    for edit in edits:
        parts += raw[position : edit.start], edit.new
        position = edit.end
    parts.append(raw[position:])
    return b"".join(parts)


def header_edits(raw: bytes, head: int, cuts: Sequence[Edit]) -> tuple[list[Edit], list[str]]:
    """What has to change in the headers of a record when its text is cut.

    Args:
        raw: the whole record as it was.
        head: length of its WARC header, with the empty line.
        cuts: ranges of its text that go, in order.

    Returns:
        The edits in order, and the names of digests that were wrong before and stay as they are.

    >>> record = "WARC/1.0\\r\\nContent-Length: 6\\r\\n\\r\\n新闻\\r\\n\\r\\n".encode()  # "news"
    >>> header_edits(record, 31, [Edit(31, 34)])
    ([Edit(start=26, end=27, new=b'3')], [])
    """
    end = len(raw) - len(b"\r\n\r\n")
    fields = named_fields(raw, 0, head)
    body = _payload_start(raw, head, fields)
    length = end - body - sum(cut.end - cut.start for cut in cuts)
    in_http = _http_length(raw, head, body, length)
    block = edited(raw[:end], [*in_http, *cuts])[head:]
    payload = block[len(block) - length :]
    edits: list[Edit] = []
    wrong: list[str] = []
    for field in fields:
        if field.name == b"content-length":
            edits.append(Edit(field.start, field.end, b"%d" % len(block)))
        elif field.name in _DIGESTS:
            of_block = field.name == b"warc-block-digest"
            before, after = (raw[head:end], block) if of_block else (raw[body:end], payload)
            digest = _new_digest(field.value, before, after)
            if digest is None:
                wrong.append(field.name.decode("ascii"))
            else:
                edits.append(Edit(field.start, field.end, digest))
    changed = [edit for edit in (*edits, *in_http) if raw[edit.start : edit.end] != edit.new]
    return changed, wrong


def _payload_start(raw: bytes, head: int, fields: Sequence[NamedField]) -> int:
    """Where the payload begins: of a response after the HTTP head, else where the block does."""
    if any(field.name == b"warc-type" and field.value.lower() == b"response" for field in fields):
        return http_head_end(raw, head, len(raw)) or head
    return head


def _http_length(raw: bytes, head: int, body: int, length: int) -> list[Edit]:
    """The new length in an HTTP head, where the old one was that of the body."""
    before = b"%d" % (len(raw) - len(b"\r\n\r\n") - body)
    return [
        Edit(field.start, field.end, b"%d" % length)
        for field in named_fields(raw, head, body)
        if field.name == b"content-length" and field.value == before
    ]


def _new_digest(labelled: bytes, old: bytes, new: bytes) -> bytes | None:
    """The digest of new bytes, written as that of the old ones; None if that was not theirs.

    >>> _new_digest(b"md5:D41D8CD98F00B204E9800998ECF8427E", b"", "新闻".encode())  # "news"
    b'md5:1D9C15C5D2162CE48E816B504182E5BE'
    """
    label, _, value = labelled.partition(b":")
    name = label.decode("latin-1").lower().replace("-", "")
    if name not in _ALGORITHMS:
        return None
    before = hashlib.new(name, old, usedforsecurity=False).digest()
    for write in _WRITINGS:
        if write(before) == value:
            after = hashlib.new(name, new, usedforsecurity=False).digest()
            return label + b":" + write(after)
    return None
