"""Separators of pages as people write them on a command line. Reads nothing."""

from __future__ import annotations

import re

from junkfilter.errors import InputFormatError

_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|(.?))", re.DOTALL)
_ESCAPED = {"n": b"\n", "t": b"\t", "r": b"\r", "f": b"\f", "0": b"\0", "\\": b"\\"}


def parse_separator(escaped: str) -> bytes:
    r"""The bytes that a separator written on a command line stands for.

    Args:
        escaped: a literal string, with the escapes \n \t \r \f \0 \\ and \xNN.

    Raises:
        InputFormatError: an unknown escape.

    >>> parse_separator(r"\n---\x0c")
    b'\n---\x0c'
    """
    separator = b""
    position = 0
    for escape in _ESCAPE.finditer(escaped):
        separator += os_bytes(escaped[position : escape.start()])
        digits, letter = escape.groups()
        if digits is None and letter not in _ESCAPED:
            raise InputFormatError(
                f"unknown escape {escape.group()!r} in the page separator",
                advice=r"known are \n \t \r \f \0 \\ and \xNN",
            )
        separator += bytes([int(digits, 16)]) if digits is not None else _ESCAPED[letter]
        position = escape.end()
    return separator + os_bytes(escaped[position:])


def os_bytes(argument: str) -> bytes:
    """The bytes of a command-line argument, invalid UTF-8 included."""
    return argument.encode("utf-8", "surrogateescape")
