"""Makes a corpus of pages with sentences, without files."""

from __future__ import annotations

from small_project import headlines

from junkfilter.formats.labelled import Sample
from junkfilter.training.corpus import Corpus, PageMaterial, Row


def page_corpus(groups: str = "abc") -> Corpus:
    """Ten pages of each source, and spam lines."""
    rows: list[Row] = []
    pages: list[PageMaterial] = []
    for number, group in enumerate(groups):
        lines = [f"{line}。记者了解到,有关工作已经展开。" for line in headlines(60, number)]
        lines[::6] = headlines(10, number + 10)
        rows += [Row(Sample(line, "text", "", group, group), "news") for line in lines]
        starts = range(0, 60, 6)
        pages += [PageMaterial(group, "news", tuple(lines[at : at + 6])) for at in starts]
    spam = "永利真人投注_金沙注册送彩金"  # casino brands and offers
    rows += [
        Row(Sample(f"{spam}{n}", "spam", "gambling", "s", f"s{n % 2}"), "spam") for n in range(9)
    ]
    return Corpus(rows, pages)
