"""What users write, checked for types and never run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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


def crawl(pages: Iterator[str]) -> Iterator[str]:
    """Articles of pages."""
    policy = Policy(operating_point="balanced", keep=frozenset({"finance"}))
    junk = JunkFilter.load(Path("my-model"), policy=policy)
    for result in junk.strip_many(pages):
        yield result.text


def look(junk: JunkFilter, text: str) -> tuple[list[Cut], list[LineVerdict], list[Evidence]]:
    """All that can be asked about a page."""
    result: Result = junk.strip(text)
    explanation: Explanation = junk.explain(text, line=2)
    results: list[Result] = junk.strip_pages([Page(text, id=__version__)])
    try:
        verdicts: list[LineVerdict] = junk.flag(text)
    except JunkfilterError as error:
        raise SystemExit(str(error)) from error
    return [*result.cuts, *results[0].flags], verdicts, list(explanation.evidence)
