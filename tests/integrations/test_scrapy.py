"""The Scrapy pipeline: in a crawl of a local site, and item by item."""

from __future__ import annotations

import functools
import json
import re
import runpy
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from junkfilter import JunkFilter, JunkfilterError
from junkfilter.integrations.records import put_back, strip_fields
from junkfilter.integrations.scrapy import JunkFilterPipeline

ROOT = Path(__file__).parents[2]
PIPELINE = "junkfilter.integrations.scrapy.JunkFilterPipeline"
# Adult search phrases.
SPAM = "欧美日韩精品在线观看_国产无码高清视频_亚洲成人综合一区_久久人妻中文字幕"
# "park gets three courts, free on weekends"
STORY = "市民公园新增三处篮球场，周末和节假日免费开放。"
NOISY = "發(fā)展農村經(jīng)濟并實(shí)現(xiàn)增長"  # "develop the rural economy and grow"


class Stats(dict[str, int]):
    """Counts like Scrapy's stats collector."""

    def inc_value(self, key: str) -> None:
        self[key] = self.get(key, 0) + 1


@dataclass
class Article:
    """An item with declared fields."""

    title: str
    text: str
    junkfilter_cuts: list[Any] = field(default_factory=list)


@dataclass
class Bare:
    """An item that declares no field for cuts."""

    text: str


@pytest.fixture
def pipeline(needed: Callable[[str], None]) -> Callable[..., tuple[JunkFilterPipeline, Stats]]:
    """Makes a pipeline as a crawler with these settings does, with the stats that it counts in."""
    needed("scrapy")
    from scrapy.settings import Settings

    def make(**settings: object) -> tuple[JunkFilterPipeline, Stats]:
        stats = Stats()
        crawler = SimpleNamespace(settings=Settings(settings), stats=stats)
        return JunkFilterPipeline.from_crawler(crawler), stats

    return make


@pytest.fixture
def site(tmp_path: Path, pages: list[str]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A local site of the pages, and title and body of each as a spider finds them."""
    folder = tmp_path / "site"
    folder.mkdir()
    articles: list[tuple[str, str]] = []
    for number, page in enumerate(pages):
        title, *body = [line.strip() for line in page.splitlines() if line.strip()] or ["空白页"]
        articles.append((title, "\n".join(body)))
        paragraphs = "\n".join(f"<p>{escape(line)}</p>" for line in body)
        html = f"<meta charset=utf-8><h1>{escape(title)}</h1><article>{paragraphs}</article>"
        (folder / f"{number}.html").write_text(html, "utf-8")
    links = "\n".join(f'<li><a href="{number}.html">{number}</a>' for number in range(len(pages)))
    (folder / "index.html").write_text(f"<meta charset=utf-8><ul>{links}</ul>", "utf-8")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Says nothing."""

    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", articles
        server.shutdown()
        thread.join()


def test_the_example_spider_crawls(
    site: tuple[str, list[tuple[str, str]]],
    program: Callable[..., Any],
    needed: Callable[[str], None],
    default_filter: JunkFilter,
    tmp_path: Path,
) -> None:
    """A real crawl: clean items with their cuts, no pages of spam, and stats that add up."""
    needed("scrapy")
    start, articles = site
    spider = ROOT / "examples" / "news_spider.py"
    arguments = ["-a", f"start={start}", "-O", "items.jsonl", "-s", "TELNETCONSOLE_ENABLED=0"]
    done = program("-m", "scrapy", "runspider", spider, *arguments, cwd=tmp_path)
    items = {
        int(re.findall(r"(\d+)\.html", item["url"])[0]): item
        for item in map(json.loads, (tmp_path / "items.jsonl").read_text("utf-8").splitlines())
    }
    stripped = [
        strip_fields({"title": title, "text": body}, default_filter) for title, body in articles
    ]
    assert set(items) == {n for n, one in enumerate(stripped) if one.page_kind != "spam"}
    assert 0 < len(items) < len(articles)
    for number, item in items.items():
        wanted = stripped[number]
        assert {name: item[name] for name in wanted.kept} == wanted.kept
        assert item["junkfilter_cuts"] == wanted.cuts
        for name, whole in zip(("title", "text"), articles[number], strict=True):
            cuts = [cut for cut in item["junkfilter_cuts"] if cut["field"] == name]
            assert put_back(item[name], cuts) == whole
    log = done.stderr.decode()
    stats = {name: int(n) for name, n in re.findall(r"'junkfilter/([\w/]+)': (\d+)", log)}
    assert stats["pages"] == len(articles)
    assert stats["pages_spam"] == len(articles) - len(items)
    assert stats["cuts/spam"] == sum(len(one.cuts) for one in stripped)
    assert stats["pages_cut"] == sum(bool(one.cuts) for one in stripped)
    assert "ERROR" not in log


def test_documented_settings_are_the_examples(
    block: Callable[[str, str, str], str], needed: Callable[[str], None]
) -> None:
    """The settings to paste from docs/crawlers.md are those that the example crawls with."""
    needed("scrapy")
    settings: dict[str, object] = {}
    exec(block("crawlers.md", "python", "ITEM_PIPELINES"), settings)
    del settings["__builtins__"]
    spider = runpy.run_path(str(ROOT / "examples" / "news_spider.py"))["NewsSpider"]
    assert settings == spider.custom_settings


@pytest.mark.parametrize("kind", ["dict", "dataclass", "scrapy.Item"])
def test_any_kind_of_item(kind: str, pipeline: Callable[..., Any]) -> None:
    """The item that went in comes out, with kept texts and its cuts."""
    make, stats = pipeline(
        JUNKFILTER_FIELDS="title,text", JUNKFILTER_KEEP_REJECTS="1"
    )  # as given on a command line
    import scrapy

    class Declared(scrapy.Item):
        title = scrapy.Field()
        text = scrapy.Field()
        junkfilter_cuts = scrapy.Field()

    made = {"dict": dict, "dataclass": Article, "scrapy.Item": Declared}[kind]
    item = made(title="公园新增球场", text=f"{SPAM}\n{STORY}")  # "park gets courts"
    done = make.process_item(item)
    assert done is item
    get = item.__getitem__ if kind != "dataclass" else lambda name: getattr(item, name)
    assert (get("title"), get("text")) == ("公园新增球场", STORY)
    assert [(cut["field"], cut["text"]) for cut in get("junkfilter_cuts")] == [
        ("text", f"{SPAM}\n")
    ]
    assert stats == {"junkfilter/pages": 1, "junkfilter/pages_cut": 1, "junkfilter/cuts/spam": 1}


def test_other_fields_are_not_touched(pipeline: Callable[..., Any]) -> None:
    """By default `text` alone is looked at, and nothing is added to an item."""
    item = {"title": SPAM, "text": STORY, "html": SPAM.encode(), "tags": [SPAM]}
    make, stats = pipeline()
    assert make.process_item(dict(item), "spider") == item
    assert stats == {"junkfilter/pages": 1}


@pytest.mark.parametrize("text", [None, 7, ["天气晴"]], ids=["none", "number", "list"])
def test_what_is_no_text_is_passed_on(text: object, pipeline: Callable[..., Any]) -> None:
    """An item without a text goes through as it is."""
    make, _ = pipeline(JUNKFILTER_KEEP_REJECTS=True)
    assert make.process_item({"text": text}) == {"text": text, "junkfilter_cuts": []}
    assert make.process_item({}) == {"junkfilter_cuts": []}


def test_repair_and_operating_point(pipeline: Callable[..., Any]) -> None:
    """The policy is that of the settings."""
    make, stats = pipeline(JUNKFILTER_REPAIR=True, JUNKFILTER_OPERATING_POINT="recall")
    assert make.process_item({"text": NOISY}) == {"text": "發展農村經濟并實現增長"}
    assert stats["junkfilter/cuts/pinyin"] == 4
    assert make._junk.policy.operating_point == "recall"
    assert pipeline(JUNKFILTER_SPANS=True)[0]._junk.policy.spans


def test_spam_pages_are_dropped_on_request_alone(
    pages: list[str], default_filter: JunkFilter, pipeline: Callable[..., Any]
) -> None:
    """A page that is spam as a whole stays whole, or is dropped as Scrapy drops items."""
    from scrapy.exceptions import DropItem

    page = next(page for page in pages if default_filter.strip(page).page_kind == "spam")
    kept = default_filter.strip(page).text
    make, stats = pipeline()
    assert make.process_item({"text": page}) == {"text": kept}
    assert stats["junkfilter/pages_spam"] == 1
    make, stats = pipeline(JUNKFILTER_DROP_SPAM_PAGES=True)
    with pytest.raises(DropItem, match="spam as a whole"):
        make.process_item({"text": page})
    assert stats["junkfilter/pages_spam"] == 1


@pytest.mark.parametrize(
    "settings",
    [{"JUNKFILTER_OPERATING_POINT": "best"}, {"JUNKFILTER_MODEL": "/nowhere/at/all"}],
    ids=["operating point", "model"],
)
def test_wrong_settings_end_the_crawl(
    settings: dict[str, str], pipeline: Callable[..., Any]
) -> None:
    """What is wrong with the settings shows before the first request."""
    with pytest.raises(JunkfilterError):
        pipeline(**settings)


def test_an_item_must_declare_its_cuts(pipeline: Callable[..., Any]) -> None:
    """Cuts for which an item has no place are an error, not lost."""
    make, _ = pipeline(JUNKFILTER_KEEP_REJECTS=True)
    with pytest.raises(KeyError, match="junkfilter_cuts"):
        make.process_item(Bare(STORY))
