"""May a retrained model take its base's place? Asked of lines that no label touched.

Three things are asked, and labelled lines answer none of them:

* Clean lines: at no operating point are so many cut that the promise cannot hold (the exact
  one-sided lower 95 % bound of their share exceeds it), and the promise is proven, by these lines
  or by those that set the thresholds.
* Floors: of each family that the base finds, in lines of the project's own data, made or written by
  hand, the model finds at least nine tenths as many.
* The same of untouched labelled spam that was given beside.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from junkfilter.evaluation.digests import line_digest
from junkfilter.evaluation.evaluate import Evaluation, evaluate
from junkfilter.evaluation.files import judge_for
from junkfilter.evaluation.intervals import lower_bound
from junkfilter.evaluation.rates import PromiseCheck, by_family, promise_checks
from junkfilter.evaluation.table import Cell, Table
from junkfilter.filter import JunkFilter
from junkfilter.formats.labelled import Sample, read_labelled
from junkfilter.labels.near import plain
from junkfilter.labels.store import LabelStore
from junkfilter.training.corpus import HONEST
from junkfilter.training.grammar import Grammar, data_folder

# Digests of the lines that a model learned from labels; in its folder.
LEARNED = "learned.txt"
# Of each family that many lines are made, with a seed of their own.
_MADE = 300
_SEED = "acceptance"
# A family may lose so much of what the base found: thresholds that are set anew move recall by some
# points at the strictest of them, in either direction.
_KEPT_AT_LEAST = 0.9
# Families of which the base finds fewer than one line in ten have no floor worth the name.
_FEWEST_FOUND = 0.1


class Check(NamedTuple):
    """One thing that was asked.

    Attributes:
        name: what is measured.
        point: name of the operating point.
        base: the base's share, in [0, 1].
        model: the new model's.
        bar: at least or at most so much, in [0, 1].
        passed: whether it is reached.
        what: the answer in words.
    """

    name: str
    point: str
    base: float
    model: float
    bar: float
    passed: bool
    what: str


def own_lines(folder: Traversable | None = None) -> list[Sample]:
    """Spam of each family in the project's data: hand-written lines, and some made for this.

    They were learned from, as far as they are written by hand: what is asked of them is whether
    something was lost, not how much is found on the web.
    """
    folder = folder or data_folder()
    samples = [
        sample
        for file in sorted((folder / "lines").iterdir(), key=lambda entry: entry.name)
        if file.name.endswith(".tsv")
        for sample in read_labelled(Path(str(file)))
        if sample.label == "spam"
    ]
    grammar = Grammar(folder)
    for family in (name for name in grammar.families() if not name.startswith(HONEST)):
        chance = random.Random(f"{_SEED}/{family}")
        made = (grammar.sample(family, chance)[1].strip() for _ in range(_MADE))
        samples += [Sample(text, "spam", family, "grammar", family) for text in made if text]
    return samples


def read_learned(folder: Path) -> frozenset[str]:
    """Digests of the labelled lines that a model learned from; none for a model without labels."""
    path = folder / LEARNED
    return frozenset(path.read_text("utf-8").split()) if path.is_file() else frozenset()


class Touched:
    """Lines that a label touched: those that a model learned, and what is nearly the same.

    Args:
        learned: digests, see `read_learned`.
        texts: texts of labelled lines, where they are at hand.
    """

    def __init__(self, learned: Iterable[str], texts: Sequence[str] = ()) -> None:
        self._digests = {*learned, *map(line_digest, texts)}
        self._plain = set(map(plain, texts))

    def __contains__(self, text: str) -> bool:
        return line_digest(text) in self._digests or plain(text) in self._plain


def acceptance(evaluation: Evaluation, base: Evaluation, proven: Mapping[str, bool]) -> list[Check]:
    """Everything that is asked, answered; the model is accepted if all is passed.

    Args:
        evaluation: verdicts of the model on lines that no label touched.
        base: verdicts of its base on the same lines.
        proven: by operating point, whether clean lines of the training prove its promise.
    """
    if not evaluation.clean:
        what = "no clean lines: labelled lines alone accept no model; give --clean FILE"
        return [Check("clean lines", "all", 0.0, 0.0, 0.0, False, what)]
    return [*_promises(evaluation, base, proven), *_floors(evaluation, base)]


def _promises(evaluation: Evaluation, base: Evaluation, proven: Mapping[str, bool]) -> list[Check]:
    before = {check.point: check for check in promise_checks(base) if check.source == "all"}
    checks = (check for check in promise_checks(evaluation) if check.source == "all")
    return [_promise(check, before[check.point], proven) for check in checks]


def _promise(found: PromiseCheck, before: PromiseCheck, proven: Mapping[str, bool]) -> Check:
    lines = max(found.lines - found.known_ads, 1)
    broken = lower_bound(found.cut_without_ads, lines) > found.promised
    said = f"{found.cut_without_ads} of {lines:,} clean lines cut"
    if broken:
        said += f": more than {found.promised:.2%} allows"
    elif not (found.proven or proven.get(found.point, False)):
        said += f": {found.promised:.2%} is proven neither by them nor by the training"
    passed = not broken and (found.proven or proven.get(found.point, False))
    was, now = before.cut_without_ads / lines, found.cut_without_ads / lines
    return Check("clean lines cut", found.point, was, now, found.promised, passed, said)


def _floors(evaluation: Evaluation, base: Evaluation) -> list[Check]:
    before = {(rate.name, rate.point): rate.share.value for rate in by_family(base)}
    checks = []
    for rate in by_family(evaluation):
        was, now = before[rate.name, rate.point], rate.share.value
        floor = was * _KEPT_AT_LEAST if was >= _FEWEST_FOUND else 0.0
        what = f"{now:.1%} of {rate.name} found, by the base {was:.1%}"
        checks.append(
            Check(f"recall of {rate.name}", rate.point, was, now, floor, now >= floor, what)
        )
    return checks


def acceptance_table(checks: Sequence[Check]) -> Table:
    """What was asked, for people: what failed first."""
    ordered = sorted(checks, key=lambda check: check.passed)
    rows: list[tuple[Cell, ...]] = [
        (check.name, check.point, check.base, check.model, check.bar, check.passed)
        for check in ordered
    ]
    refused = sum(not check.passed for check in checks)
    verdict = f"rejected, {refused} of {len(checks)} not passed" if refused else "accepted"
    header = ("asked", "point", "base", "model", "bar", "passed")
    return Table("acceptance", f"Gate, on lines that no label touched: {verdict}", header, rows)


def judged_against(
    model: str,
    base: str,
    evaluation: Evaluation,
    before: Evaluation,
    labels: Sequence[Path] = (),
) -> list[Check]:
    """The checks for a model that is to take the place of another.

    Args:
        model: its folder, or `default`.
        base: the other's.
        evaluation: the model's verdicts on what was given to measure with.
        before: the base's verdicts on the same.
        labels: files of labels that were learned.

    Raises:
        DataError: a file of labels cannot be read.
    """
    texts: list[str] = []
    for path in labels:
        with LabelStore.open(path, read_only=True) as store:
            texts += [line.text for line in store.labelled()]
    judge, other = judge_for(model), judge_for(base)
    touched = Touched(read_learned(judge.path), texts)
    own = [sample for sample in own_lines() if sample.text not in touched]
    proven = {name: point.proven for name, point in judge.model.operating_points.items()}
    pairs = ((evaluation, judge), (before, other))
    found, was = (_with_own(_untouched(seen, touched), by, own) for seen, by in pairs)
    return acceptance(found, was, proven)


def _untouched(evaluation: Evaluation, touched: Touched) -> Evaluation:
    labelled = tuple(line for line in evaluation.labelled if line.text not in touched)
    clean = tuple(line for line in evaluation.clean if line.text not in touched)
    return replace(evaluation, labelled=labelled, clean=clean)


def _with_own(evaluation: Evaluation, judge: JunkFilter, own: Sequence[Sample]) -> Evaluation:
    lines = evaluate(judge, own, {}).labelled
    return replace(evaluation, labelled=(*evaluation.labelled, *lines))
