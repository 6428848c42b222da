"""An item pipeline for Scrapy that takes the spam out of the items' texts.

Settings are in docs/crawlers.md. Scrapy is imported with the first crawler.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from junkfilter import REPAIR, JunkFilter, Policy
from junkfilter.extras import require
from junkfilter.integrations.records import StrippedFields, strip_fields

CUTS = "junkfilter_cuts"


class JunkFilterPipeline:
    """Strips the texts of each item; counts in the crawl's stats what was cut.

    Args:
        junk: the filter.
        stats: the crawl's stats collector.
        fields: names of the texts; those of one item are one page.
        keep_rejects: put the cuts into the item's field `junkfilter_cuts`.
        drop_spam_pages: drop items that are spam as a whole.
    """

    def __init__(
        self,
        junk: JunkFilter,
        stats: Any,
        *,
        fields: Iterable[str] = ("text",),
        keep_rejects: bool = False,
        drop_spam_pages: bool = False,
    ) -> None:
        self._adapter = require("itemadapter", "scrapy").ItemAdapter
        self._drop = require("scrapy.exceptions", "scrapy").DropItem
        self._junk = junk
        self._stats = stats
        self._fields = tuple(fields)
        self._keep_rejects = keep_rejects
        self._drop_spam_pages = drop_spam_pages

    @classmethod
    def from_crawler(cls, crawler: Any) -> JunkFilterPipeline:
        """The pipeline that a crawler's settings ask for; the model is loaded now.

        Raises:
            JunkfilterError: an unknown operating point, or no model: the crawl does not begin.
        """
        settings = crawler.settings
        repair = REPAIR if settings.getbool("JUNKFILTER_REPAIR") else ()
        policy = Policy(
            operating_point=settings.get("JUNKFILTER_OPERATING_POINT", "precision"),
            remove=frozenset({"spam", *repair}),
            spans=settings.getbool("JUNKFILTER_SPANS"),
        )
        return cls(
            JunkFilter.load(settings.get("JUNKFILTER_MODEL"), policy=policy),
            crawler.stats,
            fields=settings.getlist("JUNKFILTER_FIELDS", ["text"]),
            keep_rejects=settings.getbool("JUNKFILTER_KEEP_REJECTS"),
            drop_spam_pages=settings.getbool("JUNKFILTER_DROP_SPAM_PAGES"),
        )

    # Older Scrapy calls with the spider; newer Scrapy warns of pipelines that cannot do without.
    def process_item(self, item: Any, spider: Any = None) -> Any:
        """The item with what was kept of its texts; all else of it is not looked at."""
        adapter = self._adapter(item)
        texts = {name: adapter.get(name) for name in self._fields}
        texts = {name: text for name, text in texts.items() if isinstance(text, str)}
        stripped = strip_fields(texts, self._junk)
        self._count(stripped)
        if self._drop_spam_pages and stripped.page_kind == "spam":
            raise self._drop(f"spam as a whole, log-odds {stripped.page_score:.1f}")
        for name in {cut["field"] for cut in stripped.cuts}:
            adapter[name] = stripped.kept[name]
        if self._keep_rejects:
            adapter[CUTS] = stripped.cuts
        return item

    def _count(self, stripped: StrippedFields) -> None:
        names = ["pages", *(f"cuts/{cut['kind']}" for cut in stripped.cuts)]
        if stripped.cuts:
            names.append("pages_cut")
        if stripped.page_kind:
            names.append(f"pages_{stripped.page_kind}")
        if stripped.held_back:
            names.append("pages_held_back")
        for name in names:
            self._stats.inc_value(f"junkfilter/{name}")
