"""The development lines at every operating point, and adult lines cut down to their first terms.

Run: python benchmarks/short_lines.py --dev ../shared/eval/dev_lines.tsv

Each line is judged alone, and then with the other rows of its host as its page.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from junkfilter.evaluation.intervals import interval
from junkfilter.filter import JunkFilter
from junkfilter.formats.labelled import Sample, read_labelled
from junkfilter.page import Page
from junkfilter.policy import Policy

_SEPARATOR = re.compile(r"[_\-,，丨|－＿]")


def first_terms(text: str, count: int) -> str:
    """The line up to its `count`-th separator; the whole line if it has fewer.

    >>> first_terms("国产_在线_视频", 2)  # (three search words)
    '国产_在线'
    """
    places = [match.start() for match in _SEPARATOR.finditer(text)]
    return text[: places[count - 1]] if len(places) >= count else text


def alone(page_filter: JunkFilter, samples: Sequence[Sample]) -> list[float]:
    """Scores of lines that stand alone."""
    return [rows[0].score for rows in page_filter.flag_pages([Page(s.text) for s in samples])]


def with_host(page_filter: JunkFilter, samples: Sequence[Sample]) -> list[float]:
    """Scores of lines with all rows of their host as the page."""
    hosts: dict[str, list[int]] = {}
    for number, sample in enumerate(samples):
        hosts.setdefault(sample.group, []).append(number)
    pages = [Page("\n".join(samples[k].text for k in rows)) for rows in hosts.values()]
    scores = [0.0] * len(samples)
    for rows, verdicts in zip(hosts.values(), page_filter.flag_pages(pages), strict=True):
        for number, verdict in zip(rows, verdicts, strict=True):
            scores[number] = verdict.score
    return scores


def groups() -> dict[str, Callable[[Sample], bool]]:
    """Which rows are counted together."""
    return {
        "spam, adult": lambda s: s.label == "spam" and s.family == "adult",
        "spam, other families": lambda s: s.label == "spam" and s.family != "adult",
        "mixed (right is a span)": lambda s: s.label == "mixed",
        "text": lambda s: s.label == "text",
        "boilerplate": lambda s: s.label == "boilerplate",
        "garbled": lambda s: s.label == "garbled",
    }


def rows(page_filter: JunkFilter, samples: Sequence[Sample]) -> Iterator[str]:
    """Lines of a Markdown table."""
    points = page_filter.model.operating_points
    names = [name for name in ("precision", "balanced", "recall") if name in points]
    yield "| lines | judged | " + " | ".join(names) + " |"
    yield "|---|---|" + "---|" * len(names)
    for way, judge in (("alone", alone), ("host's rows as a page", with_host)):
        scores = judge(page_filter, samples)
        for group, belongs in groups().items():
            own = [score for score, s in zip(scores, samples, strict=True) if belongs(s)]
            cells = [_cell(own, points[name].threshold) for name in names]
            yield f"| {group} | {way} | " + " | ".join(cells) + " |"
    adult = [s for s in samples if s.label == "spam" and s.family == "adult"]
    for count in (4, 3, 2, 1):
        cut = [s._replace(text=first_terms(s.text, count)) for s in adult]
        own = alone(page_filter, cut)
        cells = [_cell(own, points[name].threshold) for name in names]
        yield f"| spam, adult, first {count} terms | alone | " + " | ".join(cells) + " |"


def _cell(scores: Sequence[float], threshold: float) -> str:
    cut = sum(score >= threshold for score in scores)
    low, high = interval(cut, len(scores))
    return f"{cut} of {len(scores)} ({low:.0%}–{high:.0%})"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--dev", type=Path, required=True)
    parser.add_argument("--model", default=None)
    arguments = parser.parse_args()
    page_filter = JunkFilter.load(arguments.model, policy=Policy(operating_point="recall"))
    for line in rows(page_filter, read_labelled(arguments.dev)):
        print(line)


if __name__ == "__main__":
    main()
