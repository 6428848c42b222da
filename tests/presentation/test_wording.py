"""What pages say of themselves, in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from junkfilter.filter import JunkFilter
from junkfilter.page import Page
from junkfilter.policy import Policy
from junkfilter.presentation.inspection import inspected
from junkfilter.presentation.wording import (
    EVIDENCE,
    fpr_in_words,
    page_in_words,
    policy_in_words,
)

ROOT = Path(__file__).parents[2]
# The page of a betting brand: nothing in it is an article.
BRAND = (ROOT / "tests/cases/page_kinds/spam/betting_brand.txt").read_text("utf-8")
SPAM = "国产精品一区二区三区_亚洲欧美日韩在线观看_无码av免费_久久综合网站\n"
NEWS = "市图书馆调整开放时间\n本报讯 从下周一起,开放时间延长到晚上九点。\n"  # library hours


def test_every_name_of_evidence_is_explained(default_filter: JunkFilter) -> None:
    """What the model weighs has words, and the manual has the same."""
    assert set(default_filter.model.evidence) - {"stage1"} <= set(EVIDENCE)
    table = (ROOT / "docs" / "inspect.md").read_text("utf-8").partition("## Evidence")[2]
    rows = re.findall(r"^\| ([a-z ]+) \| (.+) \|$", table.partition("\n## ")[0], re.MULTILINE)
    assert dict(rows[1:]) == dict(EVIDENCE)


@pytest.mark.parametrize(
    ("fpr", "said"),
    [
        (1.0, "any clean line may score as high"),
        (0.9, "4 clean lines in 5 score as high"),
        (0.25, "1 clean line in 4 scores as high"),
        (0.01, "1 clean line in 100 scores as high"),
        (1 / 171_436, "1 clean line in 170,000 scores as high"),
        (0.0, "no clean line is known to score as high"),
    ],
)
def test_rates_in_words(fpr: float, said: str) -> None:
    """Two digits, and no more than is known."""
    assert fpr_in_words(fpr) == said


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (Policy(), "spam at precision"),
        (Policy(threshold=2.5), "spam at score 2.5"),
        (Policy(remove=frozenset({"jam"})), "jam"),
        (
            Policy(keep=frozenset({"seo"}), allow=("甲",), max_removed=0.5),
            "spam at precision, but never seo; 1 literal to allow; at most 50% of a page",
        ),
    ],
)
def test_policies_in_words(policy: Policy, said: str) -> None:
    """Whatever decides about a cut is said."""
    assert policy_in_words(policy) == said


@pytest.mark.parametrize(
    ("text", "policy", "said"),
    [
        (NEWS, Policy(), "2 lines; nothing found."),
        (SPAM + NEWS, Policy(), "3 lines; cut: adult 1."),
        (SPAM + NEWS, Policy(keep=frozenset({"adult"})), "3 lines; left: adult 1."),
        (SPAM + NEWS, Policy(max_removed=0.1), "More would be cut than --max-removed allows"),
        ("これは日本語の文章です。\n" * 9, Policy(), "not mainly Chinese"),  # "this is Japanese"
        (BRAND, Policy(), "The page is spam as a whole (score "),
    ],
)
def test_pages_in_words(text: str, policy: Policy, said: str) -> None:
    """What is cut, what is left, and why a page is passed through."""
    page = inspected(JunkFilter.load(policy=policy), Page(text))
    assert said in page_in_words(page)
