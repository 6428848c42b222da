"""Vocabulary that sexualises minors is caught, and no file shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from junkfilter.errors import DataError
from junkfilter.filter import JunkFilter
from junkfilter.policy import Policy
from junkfilter.training.masked import mask, masked_terms, unmask


def test_terms_survive_masking() -> None:
    """Masking hides a term, and unmasking gives it back."""
    assert mask("示例") != "示例"  # "example"
    assert unmask(mask("示例")) == "示例"


def test_what_is_not_masked_is_refused() -> None:
    """A line that `mask` did not make is an error that names it."""
    with pytest.raises(DataError, match="not a masked term"):
        unmask("示例")


def test_no_file_of_the_data_shows_a_term() -> None:
    """The terms of two hanzi that mean nothing else stand in no vocabulary, grammar or line."""
    folder = Path(__file__).parents[1] / "data"
    text = "\n".join(path.read_text("utf-8") for path in sorted(folder.rglob("*.t*")))
    shown = [number for number, term in enumerate(masked_terms()) if term in text]
    assert shown == []


@pytest.mark.parametrize("number", range(len(masked_terms())))
def test_a_keyword_line_with_a_masked_term_is_cut(number: int) -> None:
    """Such a term among search words is spam; the line is made in memory, and not reported."""
    term = masked_terms()[number]
    line = "_".join([term + "在线观看", "国产" + term + "视频", term + "免费播放", "高清" + term])
    # No assertion on the text itself: a failure must not print it.
    judge = JunkFilter.load(policy=Policy(operating_point="balanced"))
    kept = len(judge.strip(line + "\n新闻\n").text)
    assert kept == len("新闻\n")


@pytest.mark.parametrize("number", range(len(masked_terms())))
def test_a_masked_term_speaks_for_spam(number: int) -> None:
    """A line scores higher with the term in it than with an everyday word in its place."""
    judge = JunkFilter.load()
    scores = [
        judge.flag(f"{word}_视频_在线观看")[0].score for word in (masked_terms()[number], "天气")
    ]
    assert scores[0] > scores[1]
