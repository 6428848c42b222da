"""Counts over judged lines: what is cut by label, family, source or group, and which promises hold.

Rows labelled `mixed` (an injection inside an honest line) count as neither spam nor honest: their
right answer is a span. They appear where lines are counted by label, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from junkfilter.evaluation.digests import line_digest
from junkfilter.evaluation.evaluate import CLEAN, Evaluation, JudgedLine, Point
from junkfilter.evaluation.intervals import upper_bound
from junkfilter.evaluation.metrics import Estimate, share

HONEST = ("text", "boilerplate", "garbled", CLEAN)
ALL = "all"


class Rate(NamedTuple):
    """How many of some lines are cut at an operating point.

    Attributes:
        name: label, family, source or group of the lines.
        point: name of the operating point.
        lines: number of lines.
        cut: how many of them are cut.
        share: `cut` / `lines` with its exact two-sided interval.
    """

    name: str
    point: str
    lines: int
    cut: int
    share: Estimate


class PromiseCheck(NamedTuple):
    """What an operating point promises, against what it does to clean lines it never saw.

    Attributes:
        source: name of the corpus; a folder's name and `/` for all corpora in it; or `all`.
        point: name of the operating point.
        promised: share of clean lines that may be cut, in [0, 1].
        lines: lines of the corpus.
        cut: how many are cut.
        bound: exact one-sided upper 95 % bound of the share cut.
        known_ads: how many of the lines are listed as real ads.
        cut_without_ads: how many lines are cut that are not listed.
        bound_without_ads: the bound when listed lines are left out.
        proven: whether `bound_without_ads` keeps the promise.
    """

    source: str
    point: str
    promised: float
    lines: int
    cut: int
    bound: float
    known_ads: int
    cut_without_ads: int
    bound_without_ads: float
    proven: bool


class ListedLine(NamedTuple):
    """A line to read: cut though honest, or kept though spam.

    Attributes:
        digest: name of the line, see `line_digest`.
        score: log-odds.
        fpr: share of clean lines that score as high.
        about: label, and family if known.
        source: name of the file or corpus.
        known_ad: reason why it is listed as a real ad, empty if it is not.
        text: the line.
    """

    digest: str
    score: float
    fpr: float
    about: str
    source: str
    known_ad: str
    text: str


def by_label(evaluation: Evaluation) -> list[Rate]:
    """What is cut of each label of the labelled data, `mixed` included."""
    return cut_rates(evaluation.labelled, evaluation.points, lambda line: line.label)


def by_family(evaluation: Evaluation) -> list[Rate]:
    """Recall: what is cut of all spam, and of the spam of each family."""
    spam = spam_lines(evaluation)
    return [
        *cut_rates(spam, evaluation.points, lambda _: ALL),
        *cut_rates(spam, evaluation.points, lambda line: line.family or "unknown"),
    ]


def by_source(evaluation: Evaluation) -> list[Rate]:
    """What is cut of each label in each labelled file."""
    lines = evaluation.labelled
    return cut_rates(lines, evaluation.points, lambda line: f"{line.source}: {line.label}")


def by_group(evaluation: Evaluation) -> list[Rate]:
    """What is cut of each label in each group of the labelled data."""
    lines = evaluation.labelled
    return cut_rates(lines, evaluation.points, lambda line: f"{line.group}: {line.label}")


def cut_rates(
    lines: Iterable[JudgedLine], points: Iterable[Point], key: Callable[[JudgedLine], str]
) -> list[Rate]:
    """Rates at each point of the lines that share a key, sorted by key."""
    parts: dict[str, list[JudgedLine]] = {}
    for line in lines:
        parts.setdefault(key(line), []).append(line)
    points = tuple(points)
    return [_rate(name, parts[name], point) for name in sorted(parts) for point in points]


def promise_checks(evaluation: Evaluation) -> list[PromiseCheck]:
    """Each promise against all clean lines, those of each folder, and those of each corpus."""
    parts: dict[str, list[tuple[JudgedLine, bool]]] = {}
    for line in evaluation.clean:
        folder, slash, _ = line.source.rpartition("/")
        counted = (line, evaluation.is_known_ad(line))
        for name in {ALL, folder + slash or line.source, line.source}:
            parts.setdefault(name, []).append(counted)
    names = sorted(parts, key=lambda name: (name != ALL, name))
    return [_check(name, parts[name], point) for name in names for point in evaluation.points]


def false_positives(evaluation: Evaluation, point: Point) -> list[ListedLine]:
    """Honest lines that are cut, the surest first; known ads are among them, with their reason."""
    cut = [line for line in honest_lines(evaluation) if line.is_cut(point)]
    return [_listed(line, evaluation) for line in sorted(cut, key=lambda line: -line.score)]


def misses(evaluation: Evaluation, point: Point) -> list[ListedLine]:
    """Spam that is kept, the least suspected first."""
    kept = [line for line in spam_lines(evaluation) if not line.is_cut(point)]
    return [_listed(line, evaluation) for line in sorted(kept, key=lambda line: line.score)]


def spam_lines(evaluation: Evaluation) -> list[JudgedLine]:
    """The labelled lines that are spam as a whole."""
    return [line for line in evaluation.labelled if line.label == "spam"]


def honest_lines(evaluation: Evaluation) -> list[JudgedLine]:
    """The labelled lines that are no spam, then the clean lines."""
    return [line for line in (*evaluation.labelled, *evaluation.clean) if line.label in HONEST]


def _rate(name: str, lines: list[JudgedLine], point: Point) -> Rate:
    cut = sum(line.is_cut(point) for line in lines)
    return Rate(name, point.name, len(lines), cut, share(cut, len(lines)))


def _check(name: str, lines: list[tuple[JudgedLine, bool]], point: Point) -> PromiseCheck:
    cut = sum(line.is_cut(point) for line, _ in lines)
    ads = sum(known for _, known in lines)
    without = sum(line.is_cut(point) for line, known in lines if not known)
    bound = upper_bound(without, len(lines) - ads)
    return PromiseCheck(
        source=name,
        point=point.name,
        promised=point.promised,
        lines=len(lines),
        cut=cut,
        bound=upper_bound(cut, len(lines)),
        known_ads=ads,
        cut_without_ads=without,
        bound_without_ads=bound,
        proven=bound <= point.promised,
    )


def _listed(line: JudgedLine, evaluation: Evaluation) -> ListedLine:
    digest = line_digest(line.text)
    return ListedLine(
        digest=digest,
        score=line.score,
        fpr=line.fpr,
        about=f"{line.label}.{line.family}" if line.family else line.label,
        source=line.source,
        known_ad=evaluation.known_ads.get(digest, ""),
        text=line.text,
    )
