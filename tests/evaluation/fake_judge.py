"""A filter whose scores are written into the test: it satisfies `Judge` and loads no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from junkfilter.evaluation.evaluate import POLICY
from junkfilter.formats.labelled import Sample
from junkfilter.model import OperatingPoint
from junkfilter.page import Page
from junkfilter.policy import Policy
from junkfilter.results import LineVerdict

THRESHOLDS = {"precision": 3.0, "balanced": 2.0, "recall": 1.0}
PROMISES = {"precision": 1e-4, "balanced": 1e-3, "recall": 1e-2}


@dataclass(frozen=True)
class FakeModel:
    """Operating points at 3, 2 and 1."""

    operating_points: Mapping[str, OperatingPoint] = field(
        default_factory=lambda: {
            name: OperatingPoint(threshold, PROMISES[name], 0, 0, 1.0, False)
            for name, threshold in THRESHOLDS.items()
        }
    )


@dataclass
class FakeJudge:
    """Knows the score of each text; all others score -5.

    Attributes:
        scores: log-odds by text.
        kinds: verdicts that do not follow from the score.
        policy: as `evaluate` wants it.
        model: operating points.
        pages: texts of the pages it has seen, in order.
        continuations: whether each of them continues another one.
    """

    scores: Mapping[str, float]
    kinds: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = POLICY
    model: FakeModel = field(default_factory=FakeModel)
    pages: list[str] = field(default_factory=list)
    continuations: list[bool] = field(default_factory=list)

    def flag_pages(self, pages: Sequence[Page]) -> list[list[LineVerdict]]:
        """Verdicts by the scores given."""
        self.pages += [page.text for page in pages]
        self.continuations += [page.continuation for page in pages]
        return [
            [self._verdict(line.number, page.text[line.start : line.end]) for line in page.lines()]
            for page in pages
        ]

    def _verdict(self, number: int, text: str) -> LineVerdict:
        score = self.scores.get(text, -5.0)
        kind = self.kinds.get(text, "spam" if score >= THRESHOLDS["recall"] else "text")
        family = "adult" if kind == "spam" else ""
        return LineVerdict(number, kind, family, score, 0.5, "", text)


def spam(text: str, family: str = "adult", group: str = "a.cn") -> Sample:
    """A labelled spam line."""
    return Sample(text, "spam", family, "dev.tsv", group)


def honest(text: str, label: str = "text", group: str = "a.cn") -> Sample:
    """A labelled line that is no whole spam line."""
    return Sample(text, label, "", "dev.tsv", group)
