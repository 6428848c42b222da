"""What a report on a model tells, gathered: verdicts, figures, errors with evidence, drift, speed.

Shows nothing itself: see `report_html`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from junkfilter.detectors.explanation import Evidence
from junkfilter.evaluation.evaluate import Evaluation, Point
from junkfilter.evaluation.rates import (
    HONEST,
    ListedLine,
    false_positives,
    misses,
    spam_lines,
)
from junkfilter.filter import JunkFilter
from junkfilter.model import Model
from junkfilter.page import Page
from junkfilter.policy import Policy
from junkfilter.presentation.curves import (
    Curve,
    CurvePoint,
    curve,
    curve_points,
    effective_scores,
)
from junkfilter.presentation.drift import Drift
from junkfilter.presentation.throughput import Throughput, throughput
from junkfilter.results import LineVerdict

NOT_FOUND = "not found"
# Characters; the evidence of longer lines would take longer than the rest of the report.
_LONGEST_EXPLAINED = 20_000


class ShownLine(NamedTuple):
    """A line to read, with its evidence.

    Attributes:
        listed: the line and what is known of it.
        verdict: of the line by itself.
        evidence: the same.
    """

    listed: ListedLine
    verdict: LineVerdict
    evidence: tuple[Evidence, ...]


class Errors(NamedTuple):
    """Lines on which the model is wrong.

    Attributes:
        shown: the worst of them.
        total: how many there are.
    """

    shown: list[ShownLine]
    total: int


class ModelReport(NamedTuple):
    """All that a report tells.

    Attributes:
        judge: the filter, loaded with `evaluation.evaluate.POLICY`.
        evaluation: its verdicts.
        point: operating point whose errors are listed.
        curves: spam against labelled honest lines, and against clean ones; as many as can be drawn.
        curve_points: operating points against the clean lines, or the labelled if there are none.
        confusion: spam lines by labelled family and named one, `NOT_FOUND` among the latter.
        false_positives: honest lines cut at the point.
        misses: spam kept at the point.
        drift: against a base; None without one.
        speeds: measured.
        known_files: names of files of the data that stand in the model's manifest.
    """

    judge: JunkFilter
    evaluation: Evaluation
    point: Point
    curves: list[Curve]
    curve_points: list[CurvePoint]
    confusion: dict[str, Counter[str]]
    false_positives: Errors
    misses: Errors
    drift: Drift | None
    speeds: list[Throughput]
    known_files: Sequence[str]

    @property
    def model(self) -> Model:
        """The model that the report is on."""
        return self.judge.model


def model_report(
    judge: JunkFilter,
    evaluation: Evaluation,
    *,
    point: str,
    errors: int,
    drift: Drift | None = None,
    known_files: Sequence[str] = (),
) -> ModelReport:
    """Everything for a report on a model; measures its speed, which takes a second or two.

    Args:
        judge: the filter that judged.
        evaluation: its verdicts.
        point: operating point whose errors are listed.
        errors: how many of each kind to list at most; -1 for all.
        drift: against a base.
        known_files: names of files of the data that stand in the model's manifest.

    Raises:
        DataError: the model has no such operating point.
    """
    chosen = evaluation.point(point)
    spam = spam_lines(evaluation)
    labelled = [line for line in evaluation.labelled if line.label in HONEST]
    found = [
        curve(
            name,
            effective_scores(spam, evaluation.points),
            effective_scores(honest, evaluation.points),
        )
        for name, honest in (("labelled", labelled), ("clean", evaluation.clean))
    ]
    user = JunkFilter(judge.model, Policy(operating_point=point), judge.path)
    return ModelReport(
        judge,
        evaluation,
        chosen,
        [each for each in found if each is not None],
        curve_points(spam, evaluation.clean or labelled, evaluation.points),
        confusion(evaluation),
        _errors(judge, false_positives(evaluation, chosen), errors),
        _errors(judge, misses(evaluation, chosen), errors),
        drift,
        throughput(user, [line.text for line in (*evaluation.labelled, *evaluation.clean)]),
        known_files,
    )


def confusion(evaluation: Evaluation) -> dict[str, Counter[str]]:
    """Spam lines by their labelled family, and by the family that the filter names.

    Lines below the loosest operating point are counted as `NOT_FOUND`; lines without a labelled
    family are left out.
    """
    found: dict[str, Counter[str]] = {}
    for line in spam_lines(evaluation):
        if line.family:
            named = line.named if line.kind == "spam" else NOT_FOUND
            found.setdefault(line.family, Counter())[named] += 1
    return dict(sorted(found.items()))


def _errors(judge: JunkFilter, lines: Sequence[ListedLine], most: int) -> Errors:
    chosen = lines if most < 0 else lines[:most]
    return Errors([_shown(judge, line) for line in chosen], len(lines))


def _shown(judge: JunkFilter, listed: ListedLine) -> ShownLine:
    """A line with its evidence as a page of one line, whatever page it was judged in."""
    page = Page(listed.text.replace("\r", " ").replace("\n", " "))
    if not page.lines() or len(page.text) > _LONGEST_EXPLAINED:
        shown = page.text[:_LONGEST_EXPLAINED]
        verdict = LineVerdict(1, "text", "", listed.score, listed.fpr, "", shown)
        return ShownLine(listed, verdict, ())
    found = judge.explain_page(page)
    return ShownLine(listed, found.verdict, found.evidence)
