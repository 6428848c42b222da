"""Pages that are spam as a whole, and what earlier runs saw of a site."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junkfilter.filter import JunkFilter
from junkfilter.page import Page, apply
from junkfilter.policy import OPERATING_POINTS, Policy
from junkfilter.site_memory import EVIDENCE, SiteMemory

PAGES = {
    path.parent.name + "/" + path.stem: path.read_text("utf-8")
    for path in sorted((Path(__file__).parent / "cases" / "page_kinds").rglob("*.txt"))
}
LINES = sorted({line for page in PAGES.values() for line in page.split("\n")})
HOST = "news.example"
texts = st.one_of(
    st.sampled_from(sorted(PAGES.values())),
    st.lists(st.sampled_from(LINES), max_size=14).map("\n".join),
)


def load(**options: object) -> JunkFilter:
    """The default model with some options of the policy."""
    return JunkFilter.load(policy=Policy(**options))  # type: ignore[arg-type]


def spam_pages() -> list[str]:
    """The pages of the cases that are spam as a whole and would leave shreds."""
    junk_filter = load()
    return [page for page in PAGES.values() if junk_filter.strip(page).page_kind == "spam"]


def test_there_are_such_pages() -> None:
    """Some of the cases are spam as a whole, and some are not."""
    assert 0 < len(spam_pages()) < len(PAGES)


def test_no_shreds_are_left() -> None:
    """Of a page that is spam as a whole all goes or nothing does; what is found is flagged."""
    for page in spam_pages():
        result = load().strip(page)
        assert result.text == page or not result.text.strip()
        assert len(result.cuts) + len(result.flags) > 0
        assert result.page_score > 0
        verdicts = load().flag(page)
        assert {(v.page_kind, v.page_score) for v in verdicts} == {("spam", result.page_score)}


def test_what_the_user_denies_goes_from_such_pages_too() -> None:
    """A literal is cut wherever it stands."""
    page = next(page for page in spam_pages() if load().strip(page).text)
    first = page.split("\n")[0]
    result = load(deny=(first,)).strip(page)
    assert (0, len(first) + 1) in {(cut.start, cut.end) for cut in result.cuts}
    assert {cut.detector for cut in result.cuts} == {"deny"}


@settings(deadline=None, max_examples=60)
@given(text=texts)
def test_laws_hold(text: str) -> None:
    """Laws 1, 4 and 5 for pages of all kinds; the kind does not depend on the operating point."""
    covered: list[set[int]] = []
    kinds = set()
    for point in OPERATING_POINTS:
        junk_filter = load(operating_point=point)
        result = junk_filter.strip(text)
        assert apply(text, result.cuts)[0] == result.text
        covered.append({place for cut in result.cuts for place in range(cut.start, cut.end)})
        kinds.add(result.page_kind)
        verdicts = junk_filter.flag(text)
        assert sum(verdict.kind == "spam" for verdict in verdicts) == len(result.cuts)
        if verdicts:
            assert junk_filter.explain(text, line=len(verdicts)).verdict == verdicts[-1]
    assert covered[0] <= covered[1] <= covered[2]
    assert len(kinds) == 1


def test_lines_that_are_pages_have_no_kind() -> None:
    """What is spam as a whole is told of pages of several lines alone."""
    for line in spam_pages()[0].split("\n"):
        assert load().strip(line + "\n").page_kind != "spam"


# --- site memory ----------------------------------------------------------------------------


def remembered(path: Path, lines: list[str]) -> SiteMemory:
    """A memory in which other pages of the host begin with each of some lines."""
    memory = SiteMemory.open(path)
    for line in lines:
        for number in range(9):
            memory.note(HOST, line, f"/{number}")
    memory.commit()
    return SiteMemory.open(path)


def suspects() -> list[str]:
    """Lines that are over the bar."""
    junk_filter = load()
    found = []
    for line in LINES:
        judgement = junk_filter._detectors.judge_texts([line]).lines
        found += [line] * bool(judgement.evidence)
    return found


def test_a_line_that_other_pages_have_scores_higher(tmp_path: Path) -> None:
    """The same first line counts where the host is known, and nowhere else; explain shows it."""
    lines = suspects()[:5]
    junk_filter = JunkFilter.load(site_memory=remembered(tmp_path / "db", lines))
    for line in lines:
        page, stranger = Page(line, url=f"http://{HOST}/new"), Page(line, url="http://b.example/")
        explained, alone = junk_filter.explain_page(page), junk_filter.explain_page(stranger)
        assert math.isclose(explained.verdict.score, alone.verdict.score + 1)
        shares = {item.feature: item.weight for item in explained.evidence}
        assert shares[f"({EVIDENCE})"] == 1
        assert math.isclose(math.fsum(shares.values()), explained.verdict.score, abs_tol=1e-9)
        later = Page(line, url=f"http://{HOST}/new", continuation=True)
        assert junk_filter.explain_page(later).verdict.score == alone.verdict.score


@pytest.mark.parametrize("site", ["", HOST])
def test_texts_without_an_address_belong_to_the_named_site(tmp_path: Path, site: str) -> None:
    """`strip` and `strip_many` use the site they are told, and without one no memory at all."""
    (line, *_) = suspects()
    junk_filter = JunkFilter.load(site_memory=remembered(tmp_path / "db", [line]), site=site)
    difference = junk_filter.flag(line)[0].score - load().flag(line)[0].score
    assert math.isclose(difference, 1.0 if site else 0.0, abs_tol=1e-9)
    list(junk_filter.strip_many([line]))
    assert junk_filter.site_memory is not None
    before = SiteMemory.open(tmp_path / "db").times(HOST, line, "elsewhere")
    junk_filter.site_memory.commit()
    assert before == SiteMemory.open(tmp_path / "db").times(HOST, line, "elsewhere") == 8


@settings(deadline=None, max_examples=15)
@given(batch=st.lists(texts, min_size=2, max_size=6), order=st.randoms())
def test_the_order_of_pages_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, batch: list[str], order: object
) -> None:
    """Law 3 with a memory: it is read as it stood when the run began."""
    path = tmp_path_factory.mktemp("memory") / "db"
    junk_filter = JunkFilter.load(site_memory=remembered(path, LINES[:40]))
    pages = [Page(text, url=f"http://{HOST}/p{number}") for number, text in enumerate(batch)]
    places = list(range(len(pages)))
    order.shuffle(places)  # type: ignore[attr-defined]
    together = junk_filter.strip_pages(pages)
    assert [together[place] for place in places] == junk_filter.strip_pages(
        [pages[place] for place in places]
    )
    assert together == [junk_filter.strip_pages([page])[0] for page in pages]
