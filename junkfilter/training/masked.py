"""Terms that nobody should have to read: vocabulary that sexualises minors.

The filter must know it, and no file of the project may show it. The terms are stored masked in
`data/vocabulary/masked.txt` (Base64 of the UTF-8 bytes, each XOR 0x5A), are unmasked in memory when
a model is trained, and are never printed: reports name such lines by their digest.
"""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

from junkfilter.errors import DataError
from junkfilter.training.grammar import data_folder

_KEY = 0x5A


def mask(term: str) -> str:
    """A term as it is stored."""
    return base64.b64encode(bytes(byte ^ _KEY for byte in term.encode())).decode()


def unmask(stored: str) -> str:
    """The term behind a stored line.

    Raises:
        DataError: the line is not what `mask` makes.
    """
    try:
        return bytes(byte ^ _KEY for byte in base64.b64decode(stored, validate=True)).decode()
    except ValueError as error:
        raise DataError(f"not a masked term: {stored[:20]!r}") from error


@cache
def masked_terms() -> tuple[str, ...]:
    """All masked terms, in their order."""
    path = Path(str(data_folder() / "vocabulary" / "masked.txt"))
    lines = path.read_text(encoding="ascii").splitlines()
    return tuple(unmask(line) for line in lines if line and not line.startswith("#"))
