"""A Scrapy spider whose articles come out without injected spam.

    pip install 'junkfilter[scrapy]'
    scrapy runspider news_spider.py -a start=https://news.example/ -O articles.jsonl

Takes what a list page links to as articles. The pipeline is configured in `custom_settings`; a
project has the same names in its settings.py (docs/crawlers.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import scrapy
from scrapy.http import Response


class NewsSpider(scrapy.Spider):
    """Articles of one site.

    Args:
        start: address of a page with links to articles.
    """

    name = "news"
    custom_settings = {  # noqa: RUF012 (Scrapy reads it from the class)
        "ITEM_PIPELINES": {"junkfilter.integrations.scrapy.JunkFilterPipeline": 300},
        "JUNKFILTER_FIELDS": ["title", "text"],
        "JUNKFILTER_KEEP_REJECTS": True,
        "JUNKFILTER_DROP_SPAM_PAGES": True,
    }

    def __init__(self, start: str, **options: Any) -> None:
        super().__init__(**options)
        self.start_urls = [start]

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        """Requests for the articles of a list page."""
        yield from response.follow_all(css="li a", callback=self.parse_article)

    def parse_article(self, response: Response) -> Iterator[dict[str, str]]:
        """One item: address, title and body."""
        yield {
            "url": response.url,
            "title": response.css("h1::text").get(default=""),
            "text": "\n".join(response.css("article p::text").getall()),
        }
