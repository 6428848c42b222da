"""What a new model may promise: thresholds from clean lines, or the old ones, no longer proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from junkfilter.evaluation.digests import data_digest
from junkfilter.evaluation.intervals import upper_bound
from junkfilter.model import OperatingPoint
from junkfilter.training.export import Draft
from junkfilter.training.fit import Floats
from junkfilter.training.prior import final_scores
from junkfilter.training.thresholds import ENOUGH_CLEAN_LINES, calibration, operating_points

Points = Mapping[str, OperatingPoint]


def with_thresholds(
    draft: Draft, points: Points, clean: Sequence[str], *, held: Sequence[Floats] | None
) -> tuple[Draft, Points]:
    """The draft with thresholds set on clean lines, or, with too few lines, with given ones.

    Args:
        draft: the model.
        points: thresholds that stay if there are too few clean lines.
        clean: different honest lines that the model has not seen.
        held: scores of other pools of honest lines, which hold thresholds up, each by itself;
            None if `points` are those of another model and prove nothing of this one.
    """
    scores = final_scores(draft.as_model(), clean)
    changes: dict[str, object] = {}
    if len(clean) >= ENOUGH_CLEAN_LINES:
        points = operating_points(scores, [] if held is None else held)
        changes["calibration"] = calibration(scores)
    elif held is None:
        points = {name: _unproven(point, scores) for name, point in points.items()}
    changes["operating_points"] = {name: asdict(point) for name, point in points.items()}
    training = draft.manifest.get("training")
    if len(clean) and isinstance(training, dict):
        digest = data_digest((line,) for line in clean)
        changes["training"] = training | {"clean": {"lines": len(clean), "digest": digest}}
    return replace(draft, manifest=draft.manifest | changes), points


def promise_notes(
    points: Points, clean: Sequence[str], *, retrained: bool, asked: bool
) -> list[str]:
    """What people must know about the promises; nothing if all are proven.

    Args:
        points: the operating points.
        clean: different clean lines that were given.
        retrained: thresholds that clean lines did not set are those of the base.
        asked: clean lines were given.
    """
    few = f"{len(clean):,} different clean lines, and {ENOUGH_CLEAN_LINES:,} are needed"
    if len(clean):
        few += f" (of so many, none cut proves 1 in {1 / upper_bound(0, len(clean)):,.0f} at best)"
    enough = len(clean) >= ENOUGH_CLEAN_LINES
    if retrained and not enough:
        return [f"the promise is not proven: {few}; the thresholds are still the base's"]
    notes = []
    if asked and not enough:
        notes.append(f"--clean sets no thresholds: {few}; cross-fitting sets them")
    unproven = sorted(name for name, point in points.items() if not point.proven)
    if unproven:
        names = ", ".join(unproven)
        notes.append(
            f"the promise is not proven for {names}: more clean lines are needed "
            f"({ENOUGH_CLEAN_LINES:,} at the least, see --clean)"
        )
    return notes


def _unproven(point: OperatingPoint, scores: Floats) -> OperatingPoint:
    """The base's threshold, with what is known of it for the new model."""
    errors = int((scores >= point.threshold).sum())
    bound = upper_bound(errors, len(scores))
    return OperatingPoint(point.threshold, point.promised, len(scores), errors, bound, False)
