"""Articles as extractors give them, and the blocks of docs/crawlers.md."""

from __future__ import annotations

import doctest
import json
import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from junkfilter import JunkFilter
from junkfilter.integrations.extractors import clean_article
from junkfilter.integrations.records import put_back

ROOT = Path(__file__).parents[2]
# Adult search phrases.
SPAM = "欧美日韩精品在线观看_国产无码高清视频_亚洲成人综合一区_久久人妻中文字幕"
TITLE = "市民公园新增篮球场"  # "park gets basketball courts"
BODY = [
    "市民公园新增的三处篮球场今天起向公众开放，周末和节假日不收费，附近居民步行十分钟就能走到。",
    "工程从三月开始，六月底完成，费用全部由区财政承担，场边还装了照明灯和饮水台。",
]  # "the three new courts open today ...", "work began in March and ended in June ..."
HTML = f"""<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{TITLE}</title>
<meta name="author" content="记者 王小明"></head><body><article><h1>{TITLE}</h1>
<p>{SPAM}</p>
{"".join(f"<p>{line}</p>" for line in BODY)}
</article></body></html>"""
# lxml and what lies under the extractors warn of their own age.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def by_trafilatura() -> Any:
    """The page as an object of trafilatura."""
    trafilatura = pytest.importorskip("trafilatura", reason="trafilatura is not installed")
    return trafilatura.bare_extraction(HTML, with_metadata=True)


def by_trafilatura_as_json() -> dict[str, Any]:
    """The page as trafilatura's JSON."""
    trafilatura = pytest.importorskip("trafilatura", reason="trafilatura is not installed")
    return dict(json.loads(trafilatura.extract(HTML, output_format="json", with_metadata=True)))


def by_general_news_extractor() -> dict[str, Any]:
    """The page as a dictionary of GeneralNewsExtractor."""
    gne = pytest.importorskip("gne", reason="gne is not installed")
    return dict(gne.GeneralNewsExtractor().extract(HTML))


@pytest.mark.parametrize(
    ("extract", "body"),
    [
        (by_trafilatura, "text"),
        (by_trafilatura_as_json, "text"),
        (by_general_news_extractor, "content"),
    ],
)
def test_extracted_articles_lose_their_spam(
    extract: Callable[[], Any], body: str, default_filter: JunkFilter
) -> None:
    """The injected paragraph goes; title, article and metadata stay, and it can be put back."""
    article = extract()
    known = article if isinstance(article, dict) else article.as_dict()
    assert SPAM in known[body]
    clean = clean_article(article, default_filter)
    assert [(cut["field"], cut["text"].strip()) for cut in clean.cuts] == [(body, SPAM)]
    assert clean.article["title"] == TITLE
    assert [line for line in clean.article[body].splitlines() if line in BODY] == BODY
    assert put_back(clean.article[body], clean.cuts) == known[body]
    changed = {name for name in known if clean.article[name] != known[name]}
    assert changed == {body}
    assert list(clean.article) == list(known)


def test_title_and_body_are_one_page(default_filter: JunkFilter) -> None:
    """A spam title is judged with its article, and comes back apart from it."""
    article = {"title": SPAM, "author": None, "content": "\n".join(BODY)}
    clean = clean_article(article, default_filter)
    page = default_filter.strip("\n".join([SPAM, *BODY]))
    assert [cut["score"] for cut in clean.cuts] == [cut.score for cut in page.cuts]
    assert clean.article == {"title": "", "author": None, "content": "\n".join(BODY)}
    assert article["title"] == SPAM


@pytest.mark.parametrize("article", [{}, {"title": None}, {"title": 3, "images": ["a.png"]}])
def test_what_is_missing_is_passed_over(
    article: dict[str, Any], default_filter: JunkFilter
) -> None:
    """An article without texts comes back as it is."""
    assert clean_article(article, default_filter) == (article, [], "", 0.0)


def test_other_names_of_fields(default_filter: JunkFilter) -> None:
    """Fields are those that are asked for."""
    clean = clean_article({"headline": SPAM, "text": SPAM}, default_filter, fields=["headline"])
    assert clean.article == {"headline": "", "text": SPAM}
    assert clean.page_kind in ("", "spam")


def test_a_page_without_an_article_says_so(pages: list[str], default_filter: JunkFilter) -> None:
    """The kind of the page and its score are those of the page."""
    page = next(page for page in pages if default_filter.strip(page).page_kind == "spam")
    title, _, content = page.partition("\n")
    clean = clean_article({"title": title, "content": content}, default_filter)
    assert (clean.page_kind, clean.page_score) == ("spam", default_filter.strip(page).page_score)


@pytest.mark.skipif(
    find_spec("trafilatura") is None or find_spec("gne") is None,
    reason="trafilatura and gne are not both installed",
)
def test_the_document_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python blocks of docs/crawlers.md, run one after the other, give what they show."""
    (tmp_path / "page.html").write_text(HTML, "utf-8")
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "crawlers.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    examples = "\n".join(block for block in blocks if block.startswith(">>>"))
    parsed = doctest.DocTestParser().get_doctest(examples, {}, "crawlers.md", "crawlers.md", 0)
    assert len(parsed.examples) > 20
    assert doctest.DocTestRunner().run(parsed).failed == 0
