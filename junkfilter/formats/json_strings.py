"""Finds the strings of a JSON object in its text, and their characters behind escapes.

Reads text that the standard library has parsed already; knows nothing of bytes and of spam.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from junkfilter.formats.lots import Field
from junkfilter.formats.removals import Places

# A string with its quotes. Possessive: no text makes it go back.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
# What is one character of the string: a pair of surrogates is.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL
)
# Up to the next string or bracket.
_PLAIN = re.compile(r'[^"\[\]{}]*+')


class Member(NamedTuple):
    """A string that is a value of the outermost object.

    Attributes:
        key: as it is read, without escapes.
        start: first character of the value in the object's text, after the quote.
        end: its end, before the quote.
        escapes: of each escape the number of characters that the value has before it, and where it
            begins and ends in the object's text.
    """

    key: str
    start: int
    end: int
    escapes: tuple[tuple[int, int, int], ...]


def top_level_strings(text: str) -> Iterator[Member]:
    r"""The string members of the object that a text is, in order; keys may stand more than once.

    >>> [member[:3] for member in top_level_strings('{"te\\u0078t": "新闻"}')]  # "news"
    [('text', 15, 17)]
    """
    depth = position = 0
    key: str | None = None
    while position < len(text):
        position = _skipped(text, position)
        character = text[position : position + 1]
        if character != '"':
            depth += (character in ("{", "[")) - (character in ("}", "]"))
            if depth == 1:  # the end of a value that is an object or a list
                key = None
            position += 1
            continue
        found = _STRING.match(text, position)
        if found is None:
            return
        position = found.end()
        if depth != 1:
            continue
        if _is_key(text, position):
            key = json.loads(found.group(), strict=False)
        elif key is not None:
            start, end = found.start() + 1, found.end() - 1
            yield Member(key, start, end, tuple(_escapes(text, start, end)))
            key = None


def _skipped(text: str, position: int) -> int:
    found = _PLAIN.match(text, position)
    return position if found is None else found.end()


def _is_key(text: str, position: int) -> bool:
    """Whether a colon follows."""
    while text[position : position + 1] in (" ", "\t", "\n", "\r"):
        position += 1
    return text[position : position + 1] == ":"


def _escapes(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Number of the escaped character, and where its escape is, for each escape."""
    saved = 0  # characters that the escapes so far are longer than what they stand for
    for escape in _ESCAPE.finditer(text, start, end):
        yield escape.start() - start - saved, escape.start(), escape.end()
        saved += escape.end() - escape.start() - 1


class StringPlaces:
    """Where the characters of judged strings stand in the bytes of a record.

    Args:
        members: the fields of the page and the strings that they are.
        whole: where the characters of the record stand in its bytes.
    """

    def __init__(self, members: Sequence[tuple[Field, Member]], whole: Places) -> None:
        self._members = members
        self._numbers = [[escape[0] for escape in member.escapes] for _, member in members]
        self._whole = whole

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The bytes of a range of characters, which lies in one field."""
        number = next(
            number
            for number, (field, _) in enumerate(self._members)
            if field.start <= start and end <= field.end
        )
        offset = self._members[number][0].start
        return self._whole.span(
            self._place(number, start - offset), self._place(number, end - offset)
        )

    def _place(self, number: int, character: int) -> int:
        """Where a character of a string begins in the record's text."""
        member = self._members[number][1]
        before = bisect_right(self._numbers[number], character - 1)
        if before == 0:
            return member.start + character
        escaped, _, end = member.escapes[before - 1]
        return end + character - escaped - 1
