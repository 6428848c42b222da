"""Lines that people labelled, as rows to learn from: each once, in groups that no split divides.

A group is what belongs together: the lines of a site, and all lines that are nearly the same,
wherever they stand. One campaign stands on many sites, so that a split by site alone would let a
model be judged by lines that it knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from junkfilter.errors import DataError
from junkfilter.evaluation.digests import data_digest, line_digest
from junkfilter.formats.labelled import Sample, read_labelled
from junkfilter.labels.items import LabelledLine
from junkfilter.labels.near import clusters
from junkfilter.labels.store import LabelStore
from junkfilter.training.corpus import Corpus, Row

LABELLED = "labelled lines"
_HONEST_FIRST = ("text", "boilerplate", "garbled", "mixed", "spam")


class Contradiction(NamedTuple):
    """A line that got two labels, and which of them is learned.

    Attributes:
        text: the line.
        label: the label that is learned, with its family.
        instead_of: the one that is not.
        why: `latest` where a file of labels knows the time, else `honest first`.
    """

    text: str
    label: str
    instead_of: str
    why: str


class LabelledRows(NamedTuple):
    """What people said of lines.

    Attributes:
        rows: one for each line, sorted by digest, in groups as the module says.
        contradictions: sorted by text.
    """

    rows: list[Row]
    contradictions: list[Contradiction]


def labelled_rows(
    data: Sequence[Path], labels: Sequence[Path], corpus: Corpus, *, n_parts: int
) -> LabelledRows:
    """Rows of files of labelled lines and of files of labels, whatever their order.

    Args:
        data: files of labelled lines; of two labels for a line the honest one is learned.
        labels: files that `junkfilter collect` began; of two labels the latest is learned.
        corpus: gets the digest of all lines, and counts those left out.
        n_parts: parts that the rows will be divided into.

    Raises:
        DataError: a file cannot be read, or holds nothing to learn from.
    """
    samples = [sample for path in data for sample in read_labelled(path)]
    found = [_stored(path) for path in labels]
    stored, overruled = _latest(line for lines, _ in found for line in lines)
    samples += stored
    if not samples:
        return LabelledRows([], [])
    # Not the site: a line that stands on two has that of the page that was collected first.
    corpus.digests[LABELLED] = data_digest({(s.label, s.family, s.text) for s in samples})
    kept, contradictions = _one_label_each(samples)
    corpus.leave_out("duplicates", len(samples) - len(kept))
    whole = [sample for sample in kept if sample.label != "mixed"]
    corpus.leave_out("mixed lines", len(kept) - len(whole))
    if not whole:
        raise DataError(
            "nothing to learn from: all lines are mixed",
            path=str((*data, *labels)[0]),
            advice="a model of whole lines needs lines of spam or text",
        )
    pairs = {*contradictions, *overruled, *(pair for _, pairs in found for pair in pairs)}
    return LabelledRows(_grouped([_row(sample) for sample in whole], n_parts), sorted(pairs))


def _latest(lines: Iterable[LabelledLine]) -> tuple[list[Sample], list[Contradiction]]:
    """Of lines that stand in several files those labelled last, and what they overrule."""
    latest: dict[str, LabelledLine] = {}
    overruled: list[Contradiction] = []
    # At the same second the honest label, as anywhere.
    ordered = sorted(lines, key=lambda own: (own.at, -_HONEST_FIRST.index(own.label), own.text))
    for line in ordered:
        before = latest.get(digest := line_digest(line.text))
        if before is not None and before.label != line.label:
            names = _named(line.label, line.family), _named(before.label, before.family)
            overruled.append(Contradiction(line.text, *names, "latest"))
        latest[digest] = line
    return [line.sample() for line in latest.values()], overruled


def _stored(path: Path) -> tuple[list[LabelledLine], list[Contradiction]]:
    """The lines of a file of labels, and what was said of them otherwise before."""
    with LabelStore.open(path, read_only=True) as store:
        # The name of the file is no property of a line: labels may lie in any file.
        lines = list(store.labelled())
        pairs = [
            Contradiction(
                pair.text,
                _named(pair.new.judgment.label, pair.new.judgment.family),
                _named(pair.old.judgment.label, pair.old.judgment.family),
                "latest",
            )
            for pair in store.contradictions()
        ]
    return lines, pairs


def _one_label_each(samples: Iterable[Sample]) -> tuple[list[Sample], list[Contradiction]]:
    """Samples sorted by digest, one for each line; the honest label wins, and pairs are told."""
    keyed = sorted(
        (line_digest(sample.text), _HONEST_FIRST.index(sample.label), sample) for sample in samples
    )
    kept: list[Sample] = []
    pairs: set[Contradiction] = set()
    last = ""
    for digest, _, sample in keyed:
        if digest != last:
            kept.append(sample)
        elif sample.label != kept[-1].label:
            own = kept[-1]
            names = _named(own.label, own.family), _named(sample.label, sample.family)
            pairs.add(Contradiction(own.text, *names, "honest first"))
        last = digest
    return kept, sorted(pairs)


def _row(sample: Sample) -> Row:
    pools = {"text": "news", "spam": "spam"}
    return Row(sample, pools.get(sample.label, "boilerplate"))


def _grouped(rows: list[Row], n_parts: int) -> list[Row]:
    """The rows in groups of site and near-duplicates.

    Where all lines hang together, what is nearly the same makes a group, and at last each line.
    """
    near = clusters([row.sample.text for row in rows])
    sites = [row.sample.group for row in rows]
    for groups in (_joined(sites, near), [str(number) for number in near]):
        if len(set(groups)) >= n_parts:
            return [_in_group(row, group) for row, group in zip(rows, groups, strict=True)]
    return [_in_group(row, line_digest(row.sample.text)) for row in rows]


def _joined(sites: Sequence[str], near: Sequence[int]) -> list[str]:
    """For each line the first site, by name, that its own hangs together with."""
    first: dict[str, str] = {site: site for site in sites}

    def root(site: str) -> str:
        while first[site] != site:
            first[site] = first[first[site]]
            site = first[site]
        return site

    of_cluster: dict[int, str] = {}
    for site, cluster in zip(sites, near, strict=True):
        low, high = sorted((root(of_cluster.setdefault(cluster, site)), root(site)))
        first[high] = low
    return [root(site) for site in sites]


def _in_group(row: Row, group: str) -> Row:
    return row._replace(sample=row.sample._replace(group=group))


def _named(label: str, family: str) -> str:
    return f"{label}.{family}" if family else label
