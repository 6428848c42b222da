"""User code, checked by mypy and never run: the types that the public names promise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import assert_type

from junkfilter import (
    Cut,
    Evidence,
    Explanation,
    JunkFilter,
    JunkfilterError,
    LineVerdict,
    Page,
    Policy,
    Result,
    __version__,
)


def crawl(pages: list[str]) -> Iterator[str]:
    """What a crawler writes."""
    junk_filter = JunkFilter.load()
    assert_type(junk_filter, JunkFilter)
    for result in junk_filter.strip_many(pages):
        assert_type(result, Result)
        yield result.text


def look(text: str) -> None:
    """Every call and every field of what it gives."""
    policy = Policy(operating_point="balanced", keep=frozenset({"seo"}), max_removed=0.5)
    junk_filter = JunkFilter.load(Path("models/default"), policy=policy)
    result = junk_filter.strip(text)
    assert_type(result.text, str)
    assert_type(result.cuts, tuple[Cut, ...])
    assert_type(result.flags, tuple[Cut, ...])
    assert_type(result.page_kind, str)
    assert_type(result.held_back, bool)
    for cut in result.cuts:
        assert_type((cut.start, cut.end), tuple[int, int])
        assert_type((cut.kind, cut.family, cut.detector, cut.reason), tuple[str, str, str, str])
        assert_type((cut.score, cut.fpr), tuple[float, float])
    verdicts = junk_filter.flag(text)
    assert_type(verdicts, list[LineVerdict])
    assert_type(verdicts[0].number, int)
    assert_type(verdicts[0].score, float)
    explanation = junk_filter.explain(text, line=1)
    assert_type(explanation, Explanation)
    assert_type(explanation.verdict, LineVerdict)
    assert_type(explanation.evidence, tuple[Evidence, ...])
    assert_type(junk_filter.strip_pages([Page(text, url="https://example.org")]), list[Result])
    assert_type(__version__, str)


def misuse(junk_filter: JunkFilter, text: str) -> None:
    """What a type checker must refuse: an ignore that is not needed is an error under `strict`."""
    junk_filter.strip(b"bytes")  # type: ignore[arg-type]
    junk_filter.explain(text, 1)  # type: ignore[call-arg]
    Policy(keep=["seo"])  # type: ignore[arg-type]
    result = junk_filter.strip(text)
    result.text = ""  # type: ignore[misc]
    Cut(0, 1, "spam").start = 1  # type: ignore[misc]
    try:
        JunkFilter.load(3)  # type: ignore[arg-type]
    except JunkfilterError as error:
        assert_type(error, JunkfilterError)
