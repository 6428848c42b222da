"""Reads JSON Lines (https://jsonlines.org): one object a line, some of whose strings are judged.

A record is parsed to be judged, and searched for the bytes of its strings only if something of it
goes. What is cut is cut out of those bytes: all else, key order, spacing, escapes and the spelling
of numbers, stays as it came.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from junkfilter.formats.blocks import BinaryStream
from junkfilter.formats.encodings import (
    AUTOMATIC,
    UNCERTAIN,
    UTF_8,
    Decoded,
    Encodings,
    encoded_places,
)
from junkfilter.formats.json_strings import Member, StringPlaces, top_level_strings
from junkfilter.formats.lots import MAX_RECORD_BYTES, Field, Lot, Piece, Role, oversized
from junkfilter.formats.records import (
    BYTE_ORDER_MARK,
    LineLots,
    Part,
    RecordPlace,
    RecordState,
    joined,
    kept_texts,
    oversized_piece,
)
from junkfilter.formats.removals import JudgedPiece, Places, judged_piece, kept_bytes
from junkfilter.page import Cut

_MARK = BYTE_ORDER_MARK.decode()


@dataclass(frozen=True, slots=True)
class JsonLinesFormat:
    """Which strings of the records are judged.

    Attributes:
        fields: their keys, in the order in which they make a page.
        url_field: key of the page's address.
        max_record: bytes of a line, its end included, beyond which it is passed through.
        encodings: how lines are decoded, each by itself.
        skips_broken: lines that cannot be parsed are taken out, into the rejects.
        eager: lots are given as soon as they come.
    """

    fields: tuple[str, ...] = ("text",)
    url_field: str = "url"
    max_record: int = MAX_RECORD_BYTES
    encodings: Encodings = AUTOMATIC
    skips_broken: bool = False
    eager: bool = False

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return "jsonl"

    def lots(self, stream: BinaryStream) -> Iterator[Lot | None]:
        """The stream in lots of whole lines; None where it pauses."""
        return LineLots(self.max_record, eager=self.eager).of(stream)

    def pieces(self, lot: Lot) -> Iterator[Piece]:
        """One piece for each line.

        >>> line = '{"text": "新闻"}'.encode()  # "news"
        >>> [piece.text for piece in JsonLinesFormat().pieces(Lot(line, 0, 1, 1))]
        ['新闻']
        """
        state = lot.state if isinstance(lot.state, RecordState) else RecordState()
        if state.part is not Part.WHOLE:
            yield oversized_piece(lot, state, oversized(self.max_record))
            return
        place = RecordPlace(lot)
        for raw, decoded in self._lines(lot):
            yield self._piece(place, raw, decoded)

    def carried_out(self, piece: Piece, cuts: Iterable[Cut]) -> JudgedPiece:
        """The ranges of bytes that go; none if the record would then be read as something else."""
        cuts = list(cuts)
        untouched = JudgedPiece(piece.line, piece.record, reason=UNCERTAIN)
        places = self._places(piece)
        if places is None:
            return untouched
        judged = judged_piece(piece, cuts, places)
        return judged if _is_kept(piece, judged, kept_texts(piece, cuts)) else untouched

    def _lines(self, lot: Lot) -> Iterator[tuple[bytes, Decoded | None]]:
        """The lines with their ends, and their texts; None for those over the limit."""
        raws = _with_ends(lot.raw)
        try:
            texts: Iterable[str] = lot.raw.decode().split("\n")
        except UnicodeDecodeError:
            for raw in raws:
                yield raw, None if len(raw) > self.max_record else self.encodings.decode(raw)
            return
        for raw, text in zip(raws, texts, strict=False):
            yield raw, None if len(raw) > self.max_record else Decoded(text, UTF_8)

    def _piece(self, place: RecordPlace, raw: bytes, decoded: Decoded | None) -> Piece:
        lines = int(raw.endswith(b"\n"))
        if decoded is None:
            return place.piece(raw, Role.BROKEN, lines, reason=oversized(self.max_record))
        try:
            value = _parsed(decoded.text.removeprefix(_MARK))
        except (ValueError, RecursionError) as error:
            if not decoded.text.removeprefix(_MARK).strip():
                return place.piece(raw, Role.PASSED, lines)
            return place.piece(raw, Role.BROKEN, lines, reason=_reason(error))
        if not isinstance(value, dict):
            return place.piece(raw, Role.PASSED, lines)
        found = [(name, value.get(name), 0, 0) for name in self.fields]
        text, fields = joined(
            (name, text, start, end) for name, text, start, end in found if isinstance(text, str)
        )
        if not fields:
            return place.piece(raw, Role.PASSED, lines)
        url = value.get(self.url_field)
        return place.piece(
            raw,
            Role.PAGE,
            lines,
            text,
            fields=fields,
            url=url if isinstance(url, str) else "",
            encoding=decoded.encoding,
        )

    def _places(self, piece: Piece) -> Places | None:
        """Where the characters of the judged strings stand in the bytes of a record."""
        text = piece.raw.decode(piece.encoding, "surrogateescape")
        whole = encoded_places(piece.raw, Decoded(text, piece.encoding))
        if whole is None:
            return None
        # Of a key that stands twice the last counts, for Python's reader as for jq's.
        members = {member.key: member for member in top_level_strings(text)}
        places: list[tuple[Field, Member]] = []
        for field in piece.fields:
            member = members.get(field.name)
            if member is None:
                return None
            places.append((field, member))
        return StringPlaces(places, whole)


def _with_ends(raw: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in raw.split(b"\n")]
    if lines[-1] == b"\n":
        lines.pop()
    else:
        lines[-1] = lines[-1][:-1]
    return lines


def _parsed(text: str) -> object:
    """The value of a line; numbers of any length, control characters in strings."""
    try:
        return _decoder().decode(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # more digits than Python makes a number of
        return json.JSONDecoder(strict=False, parse_int=str).decode(text)


@cache
def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(strict=False)


@cache
def _exact_decoder() -> json.JSONDecoder:
    """Objects as lists of pairs, numbers as they are spelt: equal only if nothing has changed."""
    return json.JSONDecoder(
        strict=False, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=list
    )


def _is_kept(piece: Piece, judged: JudgedPiece, wanted: dict[str, str]) -> bool:
    """Whether what stays is the same record but for the judged strings, and these as wanted."""
    before = piece.raw.decode(piece.encoding, "surrogateescape")
    after = kept_bytes(piece, judged).decode(piece.encoding, "surrogateescape")
    try:
        old = _exact_decoder().decode(before.removeprefix(_MARK))
        new = _exact_decoder().decode(after.removeprefix(_MARK))
    except (ValueError, RecursionError):
        return False
    last = {pair[0]: number for number, pair in enumerate(old)}
    expected = [
        (key, wanted[key]) if key in wanted and last[key] == number else (key, value)
        for number, (key, value) in enumerate(old)
    ]
    return bool(new == expected)


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON: {error.msg} at character {error.pos + 1}"
    return "no JSON that can be read: nested too deeply"
