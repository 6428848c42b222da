"""Encodings of Chinese text: bytes of one record to characters, and characters back to their bytes.

Text is decoded to be judged and for nothing else: what is kept is copied as bytes. UTF-8 first,
because text in another encoding is hardly ever valid UTF-8; then what is declared; then what
charset-normalizer finds (https://charset-normalizer.readthedocs.io), among GB18030 and Big5-HKSCS
only. Each record by itself, so that nothing depends on the records before it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, NamedTuple

from junkfilter.errors import InputFormatError, JunkfilterError
from junkfilter.extras import require
from junkfilter.formats.lots import Field, Piece
from junkfilter.formats.removals import (
    JudgedPiece,
    Places,
    TextPlaces,
    judged_piece,
    kept_bytes,
)
from junkfilter.page import Cut, apply

AUTO = "auto"
UTF_8 = "utf-8"
GB18030 = "gb18030"
BIG5_HKSCS = "big5hkscs"
# GB18030 reads all of GBK and GB2312, Big5-HKSCS all of Big5.
_NAMES = {
    "utf-8": UTF_8, "utf8": UTF_8, "ascii": UTF_8, "us-ascii": UTF_8,
    "gb18030": GB18030, "gbk": GB18030, "gb2312": GB18030, "cp936": GB18030, "hz-gbk": GB18030,
    "x-gbk": GB18030, "gb_2312-80": GB18030, "euc-cn": GB18030, "936": GB18030, "ms936": GB18030,
    "big5": BIG5_HKSCS, "big5-hkscs": BIG5_HKSCS, "big5hkscs": BIG5_HKSCS, "cp950": BIG5_HKSCS,
    "x-x-big5": BIG5_HKSCS, "cn-big5": BIG5_HKSCS, "950": BIG5_HKSCS,
}  # fmt: skip
# What `--encoding` takes, beside `auto`.
ENCODINGS = ("utf-8", "gb18030", "gbk", "gb2312", "big5", "big5-hkscs")
# Shorter text can be read in both encodings with equal right.
_SHORTEST_DETECTED = 64
_SAMPLED_BYTES = 4096
# Share of disorder up to which a reading is taken for text. At the library's own 0.2, pages with
# rows of keywords are no text in 1 of 20 cases (1,000 characters of news, navigation and spam);
# at 0.5 all of them are, and shreds of UTF-8 and of Latin-1 still are not.
_MOST_DISORDER = 0.5
# Compiled where they are needed: text in UTF-8 needs none of them, and they take milliseconds.
_COMBINING = "[\u0304\u030c]"
_ERROR = "[\udc80-\udcff]"
_BEYOND_ASCII = "[^\x00-\x7f\udc80-\udcff]"
UNCERTAIN = "passed through: what is kept would be read as other characters"


class Decoded(NamedTuple):
    """Text and the name of the Python codec that it was decoded with."""

    text: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Encodings:
    """How the bytes of records are decoded.

    Attributes:
        name: `auto`, or the codec to use for what is not UTF-8.
    """

    name: str = AUTO

    @classmethod
    def named(cls, name: str) -> Encodings:
        """From a name as people write it.

        Raises:
            InputFormatError: it is none of the known ones.

        >>> Encodings.named("GBK").name
        'gb18030'
        """
        if name == AUTO:
            return cls()
        known = canonical(name)
        if known is None:
            names = ", ".join(ENCODINGS)
            raise InputFormatError(f"unknown encoding {name!r}", advice=f"known are {names}")
        return cls(known)

    def decode(self, raw: bytes, declared: str = "") -> Decoded:
        """The text of a record.

        Args:
            raw: the bytes; those that cannot be decoded become lone surrogates, one each.
            declared: what the record says of itself, such as `gb2312`; empty for nothing.

        >>> Encodings("gb18030").decode("新闻".encode("gbk"))  # "news"
        Decoded(text='新闻', encoding='gb18030')
        """
        try:
            return Decoded(raw.decode(), UTF_8)
        except UnicodeDecodeError:
            pass
        damaged = raw.decode(UTF_8, "surrogateescape")
        if self.name == UTF_8 or _mostly_read(damaged):
            return Decoded(damaged, UTF_8)
        if self.name != AUTO:
            return Decoded(raw.decode(self.name, "surrogateescape"), self.name)
        for name in (canonical(declared), _detected(raw)):
            if name is not None and name != UTF_8:
                try:
                    return Decoded(raw.decode(name), name)
                except UnicodeDecodeError:
                    continue
        return Decoded(damaged, UTF_8)


AUTOMATIC = Encodings()
ONLY_UTF_8 = Encodings(UTF_8)


def canonical(name: str) -> str | None:
    """The codec for a declared name, None for an encoding that is not read here.

    >>> canonical(" GB2312 "), canonical("latin-1")
    ('gb18030', None)
    """
    return _NAMES.get(name.strip().strip("\"'").lower().replace("_", "-"))


def encoded_places(raw: bytes, decoded: Decoded) -> Places | None:
    """Where characters stand in the bytes they were decoded from; None if that is not certain.

    >>> encoded_places("新闻".encode("gbk"), Decoded("新闻", "gb18030")).span(1, 2)  # "news"
    (2, 4)
    """
    if decoded.encoding == UTF_8:
        return TextPlaces(decoded.text)
    # One code of Big5-HKSCS for two characters: each alone has no bytes, or others.
    joined = decoded.encoding == BIG5_HKSCS and re.search(_COMBINING, decoded.text)
    try:
        if not joined and decoded.text.encode(decoded.encoding, "surrogateescape") == raw:
            return TextPlaces(decoded.text, decoded.encoding)
    except UnicodeEncodeError:
        pass
    return _walked(raw, decoded)


def field_places(piece: Piece) -> Places | None:
    """Where the fields of a record stand in its bytes; None if that is not certain.

    For formats whose values are their bytes, without escapes: `Field.raw_start` and `raw_end` say
    where.
    """
    places: list[tuple[Field, Places]] = []
    for field in piece.fields:
        raw = piece.raw[field.raw_start : field.raw_end]
        text = piece.text[field.start : field.end]
        found = encoded_places(raw, Decoded(text, piece.encoding))
        if found is None:
            return None
        places.append((field, found))
    return _FieldPlaces(places)


class _FieldPlaces:
    """Places in several fields; a range lies in one of them."""

    def __init__(self, places: Sequence[tuple[Field, Places]]) -> None:
        self._places = places

    def span(self, start: int, end: int) -> tuple[int, int]:
        for field, places in self._places:
            if field.start <= start and end <= field.end:
                first, last = places.span(start - field.start, end - field.start)
                return field.raw_start + first, field.raw_start + last
        raise JunkfilterError(f"characters {start}-{end} are of no field")


def judged_text(piece: Piece, cuts: Iterable[Cut]) -> JudgedPiece:
    """Carries cuts out on a page that is all of its bytes, in any encoding.

    Nothing goes if what stays would be read as other characters: after an invalid first byte, the
    next one may become its second when what stood between them is gone.
    """
    if piece.encoding == UTF_8:
        return judged_piece(piece, cuts)
    untouched = JudgedPiece(piece.line, piece.record, reason=UNCERTAIN)
    places = encoded_places(piece.raw, Decoded(piece.text, piece.encoding))
    if places is None:
        return untouched
    cuts = list(cuts)
    judged = judged_piece(piece, cuts, places)
    kept = kept_bytes(piece, judged).decode(piece.encoding, "surrogateescape")
    return judged if kept == apply(piece.text, cuts)[0] else untouched


def _mostly_read(damaged: str) -> bool:
    """Whether UTF-8 with errors has more characters beyond ASCII than errors.

    A page that was cut off within a character is one; read as GBK it would be valid and senseless.
    In text of another encoding most bytes are errors.
    """
    errors = len(damaged) - len(re.sub(_ERROR, "", damaged))
    return len(damaged) - len(re.sub(_BEYOND_ASCII, "", damaged)) > errors


def _walked(raw: bytes, decoded: Decoded) -> Places | None:
    """Byte by byte: some codecs read several byte sequences as one character."""
    decoder = codecs.getincrementaldecoder(decoded.encoding)("surrogateescape")
    ends: list[int] = []
    text: list[str] = []
    used = 0
    for number in range(len(raw)):
        characters = decoder.decode(raw[number : number + 1], final=number == len(raw) - 1)
        if not characters:
            continue
        # A byte may first turn out to be invalid when the next one is read.
        end = number + 1 - len(decoder.getstate()[0])
        single = end - used == len(characters) and not re.search(_BEYOND_ASCII, characters)
        ends += range(used + 1, end + 1) if single else [end] * len(characters)
        text.append(characters)
        used = end
    return _ListedPlaces(ends) if "".join(text) == decoded.text else None


class _ListedPlaces:
    """Places as a list of where the bytes of each character end."""

    def __init__(self, ends: Sequence[int]) -> None:
        self._starts = [0, *ends]

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self._starts[start], self._starts[end]


def _detected(raw: bytes) -> str | None:
    """What charset-normalizer takes the bytes for, if it takes them for one thing only."""
    if len(raw) < _SHORTEST_DETECTED or not can_detect():
        return None
    library = require("charset_normalizer", "encodings")
    found = library.from_bytes(
        _sample(raw),
        steps=1,
        chunk_size=_SAMPLED_BYTES,
        threshold=_MOST_DISORDER,
        cp_isolation=[GB18030, BIG5_HKSCS],
        enable_fallback=False,
    )
    if len(found) == 2 and not _better(found[0], found[1]):
        return None
    return str(found[0].encoding) if len(found) else None


def _better(first: Any, second: Any) -> bool:
    """Whether a reading has no more disorder, and more characters of a known language."""
    return bool(first.chaos <= second.chaos and first.coherence > second.coherence)


def can_detect() -> bool:
    """Whether charset-normalizer is installed."""
    return find_spec("charset_normalizer") is not None


def _sample(raw: bytes) -> bytes:
    """The beginning, to the last byte that is a character by itself in all of the encodings."""
    if len(raw) <= _SAMPLED_BYTES:
        return raw
    for end in range(_SAMPLED_BYTES, _SAMPLED_BYTES // 2, -1):
        if raw[end - 1] < 0x30:
            return raw[:end]
    return raw[:_SAMPLED_BYTES]
