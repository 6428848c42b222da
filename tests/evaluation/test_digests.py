"""Names of lines and the list of known ads."""

from __future__ import annotations

from pathlib import Path

import pytest

from junkfilter.errors import DataError
from junkfilter.evaluation.digests import line_digest, read_known_ads


def test_line_digest_is_pinned() -> None:
    """Lists of known ads stay valid: the digest of a line is not to change."""
    assert line_digest("广告ABC") == line_digest("廣告ａｂｃ\u200b")
    # sha256("广告abc"), first 16 digits
    assert line_digest("广告abc") == PINNED


PINNED = "d7a0162484e389c0"


def test_known_ads_are_read(tmp_path: Path) -> None:
    """Comments and blank lines are skipped; reasons may hold tabs."""
    path = tmp_path / "ads.tsv"
    path.write_text("# real ads\n\n0123456789abcdef\tlottery\tad\n", encoding="utf-8")
    assert read_known_ads(path) == {"0123456789abcdef": "lottery\tad"}


@pytest.mark.parametrize(
    "line",
    ["0123\tshort", "0123456789abcdef", "0123456789abcdef\t ", "0123456789ABCDEF\tupper"],
)
def test_bad_entries_are_refused_with_their_line(tmp_path: Path, line: str) -> None:
    """A typing error must not silently put an ad back among the clean lines."""
    path = tmp_path / "ads.tsv"
    path.write_text(f"# first\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"ads\.tsv:2: bad"):
        read_known_ads(path)


def test_repeated_entries_are_refused(tmp_path: Path) -> None:
    """Two reasons for one line are a mistake."""
    path = tmp_path / "ads.tsv"
    path.write_text("0123456789abcdef\ta\n0123456789abcdef\tb\n", encoding="utf-8")
    with pytest.raises(DataError, match=":2:"):
        read_known_ads(path)


def test_a_missing_file_is_a_data_error(tmp_path: Path) -> None:
    """Not an OSError."""
    with pytest.raises(DataError, match="cannot be read"):
        read_known_ads(tmp_path / "none.tsv")
