"""An inspected page shows what the filter does, and all of the page, and nothing that acts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from read_html import ReadPage

from junkfilter.filter import JunkFilter
from junkfilter.page import Page
from junkfilter.policy import REPAIR, Policy
from junkfilter.presentation.inspected_html import inspection_page
from junkfilter.presentation.inspected_text import inspection_text
from junkfilter.presentation.inspection import (
    MOST_EXPLAINED,
    InspectedLine,
    Inspection,
    inspected,
)
from junkfilter.presentation.markup import code_of, parts

# A keyword line of adult spam, composed for this test.
SPAM = "国产精品一区二区三区_亚洲欧美日韩在线观看_无码av免费_久久综合网站"
# "The library opens", with the reading behind a character, and a zero-width space.
NOISY = "市圖書館(guǎn)今日(rì)開館(guǎn),市區(qū)讀(dú)者\u200b可以借書(shū)"
PAGE = f"{SPAM}\n{NOISY}\n新闻<script>alert(1)</script>\x1b[2J\n"
SGR = re.compile(r"\x1b\[[0-9;]*m")

LINES = st.one_of(
    st.sampled_from([SPAM, NOISY, "", "新闻标题", '• <tr id="yyy80"></tr>', "\x1b]0;x\x07"]),
    st.text(max_size=20),
)
PAGES = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\r\n", "\r", ""])), max_size=8).map(
    lambda drawn: "".join(line + end for line, end in drawn)
)


@pytest.fixture(scope="module")
def repairing() -> JunkFilter:
    """A filter that cuts noise as well."""
    return JunkFilter.load(policy=Policy(remove=frozenset({"spam", *REPAIR}), spans=True))


def inspection_of(page_filter: JunkFilter, *texts: str) -> Inspection:
    """Some pages, all shown."""
    found = Inspection("tiny", "0" * 64, "spam")
    for each in texts:
        page = inspected(page_filter, Page(each, id="page.txt"))
        found.add(page, show=True)
    return found


def as_shown(line: InspectedLine) -> str:
    """A line with codes for what cannot be seen, or is cut because it cannot."""
    hidden = {
        place
        for marking in line.markings
        if marking.cut.kind == "invisible"
        for place in range(marking.cut.start, marking.cut.end)
    }
    return "".join(
        code_of(each) if place in hidden or next(parts(each))[1] else each
        for place, each in enumerate(line.text[: line.length])
    )


def test_a_page_with_spam_and_noise(default_filter: JunkFilter) -> None:
    """By default the spam line is cut, and the notes are flags."""
    page = inspected(default_filter, Page(PAGE), first_line=7)
    assert [line.number for line in page.lines] == [7, 8, 9]
    assert [line.is_cut for line in page.lines] == [True, False, False]
    assert page.cuts == {"adult": 1}
    assert page.flags["pinyin"] >= 4
    assert page.lines[0].explanation is not None
    assert page.lines[1].explanation is None


@settings(deadline=None, max_examples=40)
@given(PAGES)
def test_what_is_marked_is_what_strip_cuts(repairing: JunkFilter, text: str) -> None:
    """Without the characters that are marked as cut, the text that `strip` keeps is left."""
    kept = text[:1] if text.startswith("\ufeff") else ""
    for line in inspected(repairing, Page(text)).lines:
        gone = {k for m in line.markings if m.done for k in range(m.cut.start, m.cut.end)}
        kept += "".join(each for place, each in enumerate(line.text) if place not in gone)
    assert kept == repairing.strip(text).text


@settings(deadline=None, max_examples=40)
@given(PAGES)
def test_the_html_shows_every_line(repairing: JunkFilter, text: str) -> None:
    """A parser finds each line whole, with codes for what cannot be seen, and nothing that acts."""
    found = inspection_of(repairing, text)
    page = ReadPage(inspection_page(found, repairing.model), collect="text", without=("sign",))
    assert page.faults == []
    assert page.texts == [as_shown(line) for line in found.pages[0].lines]


@settings(deadline=None, max_examples=40)
@given(PAGES, st.booleans())
def test_the_terminal_is_sent_nothing_that_acts(
    repairing: JunkFilter, text: str, coloured: bool
) -> None:
    """Beside line ends, tabs and our own colours there is no control character."""
    shown = "".join(inspection_text(inspection_of(repairing, text), coloured=coloured))
    plain = SGR.sub("", shown) if coloured else shown
    assert all(part in "\n" for part, unseen in parts(plain) if unseen)
    shown.encode()


def test_without_colours_marks_and_letters_tell(repairing: JunkFilter) -> None:
    """Cuts stand in their brackets with the letter of their kind, codes for what is not seen."""
    lines = "".join(inspection_text(inspection_of(repairing, PAGE), coloured=False)).splitlines()
    assert f"- 1 │ ⟦S:{SPAM}⟧" in lines
    assert any("館⟦P:(guǎn)⟧" in line and "者⟦I:<200B>⟧可" in line for line in lines)
    assert any("新闻<script>alert(1)</script><1B>[2J" in line for line in lines)


def test_flags_look_different_from_cuts(default_filter: JunkFilter) -> None:
    """What stays has other brackets on the terminal, and is another element on the page."""
    found = inspection_of(default_filter, PAGE)
    assert "館⟨P:(guǎn)⟩" in "".join(inspection_text(found, coloured=False))
    names = [
        (name, attributes["class"])
        for name, attributes in ReadPage(inspection_page(found, default_filter.model)).elements
        if name in ("del", "mark")
    ]
    assert ("del", "cut spam") in names
    assert ("mark", "flag pinyin") in names
    assert ("del", "cut pinyin") not in names


def test_a_page_cannot_feign_marks(default_filter: JunkFilter) -> None:
    """Brackets of the page itself are shown by their codes."""
    shown = "".join(
        inspection_text(inspection_of(default_filter, "新闻⟦S:标题⟧\n"), coloured=False)
    )
    assert f"新闻<{code_of('⟦')}>S:标题<{code_of('⟧')}>" in shown


def test_evidence_is_bounded(default_filter: JunkFilter) -> None:
    """A page of nothing but spam has evidence for its first lines, and says what is left out."""
    text = f"{SPAM}\n" * (MOST_EXPLAINED + 5)
    page = inspected(default_filter, Page(text))
    assert sum(line.explanation is not None for line in page.lines) == MOST_EXPLAINED
    assert page.unexplained == 5
    found = inspection_of(default_filter, text)
    assert "5 more lines of this page" in inspection_page(found, default_filter.model)


def test_several_pages_have_a_table_of_contents(default_filter: JunkFilter) -> None:
    """Each page has its heading, and a link leads to it."""
    page = ReadPage(
        inspection_page(inspection_of(default_filter, PAGE, PAGE), default_filter.model)
    )
    links = [a["href"] for name, a in page.elements if name == "a"]
    names = [a.get("id") for _, a in page.elements]
    assert {"#page-1", "#page-2"} <= set(links)
    assert {"page-1", "page-2"} <= set(names)
