"""Digests that name lines and data sets, and the list of real ads that go by them.

A digest lets a public file talk about a line (a real ad in a news corpus) without carrying text
that is not ours to pass on. Judges nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from junkfilter.chars import fold
from junkfilter.errors import DataError

DIGEST_LENGTH = 16


def line_digest(text: str) -> str:
    """The name of a line: the first 16 hexadecimal digits of the SHA-256 of its folded text.

    Lines that differ in width, case, script or invisible characters only have the same name.

    >>> line_digest("新聞ＡＢＣ") == line_digest("新闻abc")  # "news ABC", in both scripts
    True
    """
    folded = fold(text).encode("utf-8", "surrogatepass")
    return hashlib.sha256(folded).hexdigest()[:DIGEST_LENGTH]


def data_digest(rows: Iterable[tuple[str, ...]]) -> str:
    """SHA-256, hexadecimal, of a set of rows, whatever their order; a row that repeats counts.

    >>> data_digest([("a", "b"), ("c",)]) == data_digest([("c",), ("a", "b")])
    True
    >>> data_digest([("a", "b")]) == data_digest([("ab",)])
    False
    """
    # Lengths in front of the fields: no separator could be trusted not to stand in a text.
    each = sorted(
        hashlib.sha256(
            b"".join(b"%d:%b" % (len(field), field) for field in map(_bytes, row))
        ).digest()
        for row in rows
    )
    return hashlib.sha256(b"".join(each)).hexdigest()


def read_known_ads(path: Path) -> Mapping[str, str]:
    """Reasons by line digest: real ads that were found in corpora called clean.

    Each line is `digest<TAB>reason`; blank lines and lines that begin with `#` are skipped.

    Raises:
        DataError: the file cannot be read, or (with line number) a line is not of this form, gives
            no reason, or repeats a digest.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot be read: {error}", path=str(path)) from error
    known: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            digest, _, reason = line.strip().partition("\t")
            if not _is_digest(digest) or not reason.strip() or digest in known:
                raise DataError(
                    f"bad or repeated entry {digest[:40]!r}",
                    path=str(path),
                    line=number,
                    advice=f"each is {DIGEST_LENGTH} hexadecimal digits, a tab, and the reason",
                )
            known[digest] = reason.strip()
    return known


def _is_digest(text: str) -> bool:
    return len(text) == DIGEST_LENGTH and set(text) <= set("0123456789abcdef")


def _bytes(field: str) -> bytes:
    return field.encode("utf-8", "surrogatepass")
