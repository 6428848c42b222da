"""Files of lines to label, written for the tests of the review page."""

from __future__ import annotations

from pathlib import Path

from junkfilter.labels.items import Candidate, ScoredSpan
from junkfilter.labels.store import LabelStore

HEADLINE = "市图书馆新馆下月开放"  # the city's new library opens next month
BODY = "读者凭身份证可免押金借书,一次最多借十本。"  # readers borrow ten books without a deposit
PAGE = f"{HEADLINE}\n\n{{line}}\n{BODY}\n"
# An invented betting brand before an honest headline; the brand is the span.
INJECTED = "澜海体育app下载市图书馆新馆下月开放"
SPAN = (0, 9)
SPAM = "澜海体育官网_澜海体育app下载_澜海体育网址"
# Private servers of a game; a tag, a mark that turns the direction of text, a zero-width space.
HOSTILE = '传奇私服<script>document.title="hit"</script><img src=x onerror=alert(1)>\u202e\u200b'
HONEST = "本报讯 今年将改造六个街道图书分馆"  # six branch libraries will be rebuilt this year
CONTROL = "清水河治理二期工程正式开工"  # second part of the works on the river begins


def candidate(text: str, worth: float, **fields: object) -> Candidate:
    """A line in the third place of a page of the library's."""
    before, after = PAGE.split("{line}\n")
    known: dict[str, object] = {"host": "news.example.org", "source": "page.txt", "line": 3}
    known |= {"before": before, "after": after, "offset": len(before), "fpr": 0.01}
    return Candidate(text=text, worth=worth, **(known | fields))  # type: ignore[arg-type]


CANDIDATES = (
    candidate(SPAM, 0.9, kind="spam", family="gambling", score=6.0, why="control-spam"),
    candidate(
        INJECTED, 0.8, family="gambling", score=-0.5, why="span", spans=(ScoredSpan(*SPAN, 2.0),)
    ),
    candidate(HOSTILE, 0.7, family="game", score=0.4, why="uncertain"),
    candidate(HONEST, 0.6, score=-3.0, why="disagreement"),
    candidate(CONTROL, 0.5, score=-6.0, why="control-text"),
)


def write_labels(path: Path) -> Path:
    """A file with the five lines, the first most worth a label."""
    with LabelStore.open(path) as store:
        assert store.add(CANDIDATES).new == len(CANDIDATES)
    return path
