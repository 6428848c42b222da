"""STUB, replaced within the hour by the real thing with the same names and signatures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from junkfilter.page import Cut, Page, apply, split_lines
from junkfilter.policy import Policy


class Result(NamedTuple):
    text: str  # kept text
    cuts: tuple[Cut, ...] = ()  # carried out, offsets in the original text
    flags: tuple[Cut, ...] = ()  # proposed but not carried out
    page_kind: str = ""  # "" or "foreign"
    too_long: int = 0  # lines over 1 MiB, never judged
    held_back: bool = False  # more than policy.max_removed would have gone: passed through


class LineVerdict(NamedTuple):
    number: int
    kind: str  # text spam boilerplate garbled
    family: str
    score: float
    fpr: float
    reason: str
    text: str  # content without terminator


class Evidence(NamedTuple):
    feature: str
    weight: float


class Explanation(NamedTuple):
    verdict: LineVerdict
    evidence: tuple[Evidence, ...]  # weights add up to verdict.score


@dataclass(frozen=True)
class ModelStub:
    id: str = "stub"
    digest: str = "0" * 64
    path: Path = Path("models/default")


class JunkFilter:
    model = ModelStub()

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    @classmethod
    def load(cls, model: str | Path | None = None, *, policy: Policy | None = None) -> JunkFilter:
        return cls(policy or Policy())

    def _verdict(self, number: int, text: str) -> LineVerdict:
        spam = "国产" in text and "_" in text
        return LineVerdict(
            number, "spam" if spam else "text", "adult" if spam else "", 9.0 if spam else -9.0,
            1e-6 if spam else 1.0, "stub", text,
        )  # fmt: skip

    def strip(self, text: str) -> Result:
        return self.strip_pages([Page(text)])[0]

    def strip_pages(self, pages: Sequence[Page]) -> list[Result]:
        results = []
        for page in pages:
            cuts = []
            for line in split_lines(page.text):
                verdict = self._verdict(line.number, page.text[line.start : line.end])
                if verdict.kind == "spam":
                    cuts.append(
                        Cut(line.start, line.stop, "spam", "adult", 9.0, 1e-6, "lines", "stub")
                    )
            results.append(Result(apply(page.text, cuts)[0], tuple(cuts)))
        return results

    def strip_many(self, texts: Iterable[str]) -> Iterator[Result]:
        for text in texts:
            yield self.strip(text)

    def flag(self, text: str) -> list[LineVerdict]:
        return self.flag_pages([Page(text)])[0]

    def flag_pages(self, pages: Sequence[Page]) -> list[list[LineVerdict]]:
        """Numbers are 1-based within each page."""
        return [
            [self._verdict(line.number, page.text[line.start : line.end]) for line in page.lines()]
            for page in pages
        ]

    def explain(self, text: str, *, line: int = 1) -> Explanation:
        verdict = self.flag(text)[line - 1]
        return Explanation(verdict, (Evidence("stub", verdict.score),))
