"""Reads the header of one WARC record and says which of its bytes are plain text.

WARC is ISO 28500; named fields and HTTP heads are read strictly (CRLF, a colon, no bare LF), and a
record that is anything else is not judged. Changes nothing and knows no borders between records.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# Longer heads do not occur; the limit bounds what a hostile one can cost.
MAX_HEAD_BYTES = 64 << 10
JUDGED_TYPES = frozenset({b"conversion", b"response", b"resource"})
# Names begin lines: looked for anywhere, a line without a colon would be read from each character.
_FIELD = re.compile(rb"^([^:\s]+):[ \t]*((?:[^\r\n]|\r\n[ \t])*)\r\n", re.MULTILINE)
# The whole head must fit: after a head with bare LFs the first CRLFCRLF may stand in the body.
_HTTP_HEAD = re.compile(rb"HTTP/\d(?:\.\d)? \d{3}[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n")
_CHARSET = re.compile(rb";[ \t]*charset[ \t]*=[ \t]*\"?([!-:<-~]{1,40}?)\"?[ \t]*(?:;|$)", re.I)


class NamedField(NamedTuple):
    """A field of a header.

    Attributes:
        name: in lower case.
        value: without the spaces around it.
        start: offset of the value in the record.
    """

    name: bytes
    value: bytes
    start: int

    @property
    def end(self) -> int:
        """Offset after the value."""
        return self.start + len(self.value)


class TextPart(NamedTuple):
    """The plain text of a record.

    Attributes:
        start: offset in the record.
        end: offset after it.
        charset: the encoding that the header declares, empty if none.
        url: the address of the page, empty if unknown.
    """

    start: int
    end: int
    charset: str
    url: str


class Unjudged(NamedTuple):
    """Why a record has no text to judge.

    Attributes:
        reason: for people; empty for records that are no plain text, which is most of an archive.
    """

    reason: str = ""


def named_fields(raw: bytes, start: int, end: int) -> list[NamedField]:
    """The fields of a header, in order; what is no field is left out.

    Args:
        raw: the record.
        start: offset of a line of the header.
        end: offset after its last line end.

    >>> named_fields(b"WARC/1.0\\r\\nContent-Length: 6\\r\\n\\r\\n", 10, 29)
    [NamedField(name=b'content-length', value=b'6', start=26)]
    """
    return [
        NamedField(match[1].lower(), match[2].rstrip(b" \t\r\n"), match.start(2))
        for match in _FIELD.finditer(raw, start, end)
    ]


def http_head_end(raw: bytes, start: int, end: int) -> int | None:
    """Offset of the body of an HTTP message that begins at `start`; None if it has no proper head.

    >>> http_head_end("HTTP/1.1 200 OK\\r\\n\\r\\n新闻".encode(), 0, 25)  # "news"
    19
    """
    found = _HTTP_HEAD.match(raw, start, min(end, start + MAX_HEAD_BYTES))
    return found.end() if found else None


def text_part(raw: bytes, head: int) -> TextPart | Unjudged:
    """Where in a whole record its plain text stands.

    Judged are `conversion` and `resource` records that are `text/plain`, and `response` records
    whose HTTP body is, if it is stored as it is (no transfer or content encoding).

    Args:
        raw: the record with the two line ends after its block.
        head: length of its header, with the empty line.
    """
    fields = _by_name(named_fields(raw, 0, head))
    kind = fields.get(b"warc-type", b"").lower()
    if kind not in JUDGED_TYPES:
        return Unjudged()
    end = len(raw) - len(b"\r\n\r\n")
    url = fields.get(b"warc-target-uri", b"").strip(b"<>").decode("utf-8", "replace")
    content_type = fields.get(b"content-type", b"")
    if kind == b"response":
        return _http_part(raw, head, end, url)
    if not _is_plain_text(content_type):
        return Unjudged()
    if b"warc-segment-number" in fields:
        return Unjudged("a record in segments")
    return TextPart(head, end, _charset(content_type), url)


def _http_part(raw: bytes, head: int, end: int, url: str) -> TextPart | Unjudged:
    body = http_head_end(raw, head, end)
    if body is None:
        return Unjudged()
    fields = _by_name(named_fields(raw, head, body))
    content_type = fields.get(b"content-type", b"")
    if not _is_plain_text(content_type):
        return Unjudged()
    if b"warc-segment-number" in _by_name(named_fields(raw, 0, head)):
        return Unjudged("a record in segments")
    for name in (b"transfer-encoding", b"content-encoding"):
        if fields.get(name, b"identity").lower() not in (b"identity", b""):
            return Unjudged("an encoded HTTP body")
    return TextPart(body, end, _charset(content_type), url)


def _by_name(fields: list[NamedField]) -> dict[bytes, bytes]:
    return {field.name: field.value for field in fields}


def _is_plain_text(content_type: bytes) -> bool:
    return content_type.partition(b";")[0].strip().lower() == b"text/plain"


def _charset(content_type: bytes) -> str:
    """The declared encoding.

    >>> _charset(b'text/plain; charset="GB2312"')
    'GB2312'
    """
    found = _CHARSET.search(content_type)
    return found[1].decode("ascii") if found else ""
