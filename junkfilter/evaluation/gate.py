"""Floors that quality must not fall through: pinned figures, and the data they were measured on.

A gate is a JSON file:

    {"format": 1,
     "data": "SHA-256 of all lines and labels, and of how they were put into pages",
     "at_least": {"recall.adult@precision": 0.95},
     "at_most": {"fpr.legit_news/@precision": 0.0},
     "promises": {"bound.legit_news/@precision": 0.0001}}

`at_least` and `at_most` are a ratchet: an update moves them to better figures by itself, and to
worse ones only when told to. `promises` are upper limits that no update moves. Names are those of
`figures`. Changed data is a violation, so that nobody changes it unnoticed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from junkfilter.errors import DataError
from junkfilter.evaluation.evaluate import Evaluation
from junkfilter.evaluation.quality import kind_qualities
from junkfilter.evaluation.rates import by_family, by_label, promise_checks

FORMAT = 1
# Bars are kept with so many decimals, rounded to the lenient side; one line in a million is seen.
_DECIMALS = 6
# Less than any line can move a figure; it only forgives the last bits of a division.
_TOLERANCE = 1e-9
_AT_LEAST = ("recall", "precision")
_AT_MOST = ("cut", "fpr", "bound")
_PARTS = {"at_least": _AT_LEAST, "at_most": _AT_MOST, "promises": _AT_MOST}


class Violation(NamedTuple):
    """A bar that is not reached.

    Attributes:
        name: name of the figure, or `data`.
        what: what is wrong, in words.
    """

    name: str
    what: str


@dataclass(frozen=True, slots=True)
class Gate:
    """Pinned figures; see the module for what each part means.

    Attributes:
        data: digest of the evaluation data.
        at_least: floors by figure, in [0, 1].
        at_most: ceilings by figure, in [0, 1].
        promises: ceilings that no update moves, in [0, 1].
    """

    data: str
    at_least: Mapping[str, float]
    at_most: Mapping[str, float]
    promises: Mapping[str, float]

    @classmethod
    def read(cls, path: Path) -> Gate:
        """The gate in a file.

        Raises:
            DataError: the file cannot be read, is no gate, or has a bar of the wrong kind.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content["format"] != FORMAT:
                raise DataError(f"gate format {content['format']!r}, not {FORMAT}", path=str(path))
            parts = {part: _bars(content.get(part, {}), part, path) for part in _PARTS}
            return cls(str(content["data"]), **parts)
        except OSError as error:
            raise DataError(f"cannot be read: {error.strerror}", path=str(path)) from error
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise DataError(f"not a gate: {error!r}", path=str(path)) from error

    def write(self, path: Path) -> None:
        """Writes the file, sorted, so that its history shows what moved."""
        content = {"format": FORMAT, **asdict(self)}
        path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")

    def bars(self) -> list[tuple[str, float, bool]]:
        """Name, bar, and whether the bar is a floor, of everything to check."""
        ceilings = [*self.at_most.items(), *self.promises.items()]
        return [(name, bar, True) for name, bar in self.at_least.items()] + [
            (name, bar, False) for name, bar in ceilings
        ]


def figures(evaluation: Evaluation) -> dict[str, float]:
    """All figures that a gate can pin, by name; all in [0, 1].

    * `recall.FAMILY@POINT`, and `recall.all@POINT`: share of labelled spam that is cut;
    * `cut.LABEL@POINT`: share of other labelled lines that is cut;
    * `fpr.SOURCE@POINT`, `bound.SOURCE@POINT`: share of clean lines that is cut, known ads left
      out, and its upper bound; SOURCE is a corpus, a folder and `/`, or `all`;
    * `precision.KIND`, `recall.KIND` of the kinds `boilerplate` and `garbled`.
    """
    found = {f"recall.{rate.name}@{rate.point}": rate.share.value for rate in by_family(evaluation)}
    for rate in by_label(evaluation):
        if rate.name != "spam":
            found[f"cut.{rate.name}@{rate.point}"] = rate.share.value
    for check in promise_checks(evaluation):
        honest = max(check.lines - check.known_ads, 1)
        found[f"fpr.{check.source}@{check.point}"] = check.cut_without_ads / honest
        found[f"bound.{check.source}@{check.point}"] = check.bound_without_ads
    for quality in kind_qualities(evaluation):
        found[f"precision.{quality.kind}"] = quality.precision.value
        found[f"recall.{quality.kind}"] = quality.recall.value
    return found


def check(gate: Gate, evaluation: Evaluation) -> list[Violation]:
    """Everything that is worse than pinned, not measured, or measured on other data.

    Raises:
        DataError: the gate pins nothing: a gate that checked nothing must not look passed.
    """
    bars = gate.bars()
    if not bars:
        raise DataError("the gate has no floors: it would let everything pass")
    violations = []
    if not evaluation.clean:
        what = "are missing: labelled lines alone accept no model; give --clean FILE"
        violations.append(Violation("clean lines", what))
    if gate.data != evaluation.data_digest():
        violations.append(
            Violation("data", "is not what the floors were measured on; see --update-gate")
        )
    return violations + _worse(bars, figures(evaluation))


def pinned(evaluation: Evaluation) -> Gate:
    """A first gate: every figure as it is, and as promises those that the clean corpora prove."""
    found = figures(evaluation)
    proven = {
        f"bound.{check.source}@{check.point}": check.promised
        for check in promise_checks(evaluation)
        if check.proven
    }
    return Gate(
        evaluation.data_digest(),
        {name: _lenient(v, True) for name, v in found.items() if _kind(name) in _AT_LEAST},
        {name: _lenient(v, False) for name, v in found.items() if _kind(name) in ("cut", "fpr")},
        proven,
    )


def updated(gate: Gate, evaluation: Evaluation, *, allow_regression: bool = False) -> Gate:
    """The gate moved to the data and the figures of an evaluation.

    Figures that became better raise their bars; no figure is pinned that was not before.

    Args:
        gate: what is pinned.
        evaluation: what is measured.
        allow_regression: lower the bars that are not reached, and drop those not measured.

    Raises:
        DataError: a bar is not reached and may not be lowered; a promise never may.
    """
    found = figures(evaluation)
    ratchet = gate.bars()[: len(gate.at_least) + len(gate.at_most)]
    broken = _worse([(name, bar, False) for name, bar in gate.promises.items()], found)
    lowered = [] if allow_regression else _worse(ratchet, found)
    if broken or lowered:
        listed = "; ".join(f"{name} {what}" for name, what in (*broken, *lowered))
        advice = "a promise is never lowered" if broken else "lower with --allow-regression"
        raise DataError(f"the gate is not updated: {listed}", advice=advice)
    return Gate(
        evaluation.data_digest(),
        _moved(gate.at_least, found, floor=True, loosen=allow_regression),
        _moved(gate.at_most, found, floor=False, loosen=allow_regression),
        gate.promises,
    )


def _moved(
    bars: Mapping[str, float], found: Mapping[str, float], *, floor: bool, loosen: bool
) -> dict[str, float]:
    stricter = max if floor else min
    moved: dict[str, float] = {}
    for name, bar in bars.items():
        if name in found:
            measured = _lenient(found[name], floor)
            worse = bool(_worse([(name, bar, floor)], found))
            moved[name] = measured if worse and loosen else stricter(bar, measured)
    return moved


def _worse(bars: Iterable[tuple[str, float, bool]], found: Mapping[str, float]) -> list[Violation]:
    violations = []
    for name, bar, floor in bars:
        if name not in found:
            violations.append(Violation(name, "is not measured by this evaluation"))
        elif (bar - found[name] if floor else found[name] - bar) > _TOLERANCE:
            wanted = "at least" if floor else "at most"
            violations.append(Violation(name, f"is {found[name]:.6g}, must be {wanted} {bar:.6g}"))
    return violations


def _bars(bars: Mapping[str, float], part: str, path: Path) -> dict[str, float]:
    for name, bar in bars.items():
        if _kind(name) not in _PARTS[part]:
            known = ", ".join(_PARTS[part])
            raise DataError(f"{name!r} under {part!r}: known are {known}", path=str(path))
        if not 0.0 <= bar <= 1.0:
            raise DataError(f"{name!r} is {bar}, not in [0, 1]", path=str(path))
    return {name: float(bar) for name, bar in bars.items()}


def _kind(name: str) -> str:
    return name.partition(".")[0]


def _lenient(value: float, floor: bool) -> float:
    """The value with a few decimals, rounded so that it still passes itself."""
    unit = 10.0**_DECIMALS
    rounded = (
        math.floor(value * unit + _TOLERANCE) if floor else math.ceil(value * unit - _TOLERANCE)
    )
    return rounded / unit
