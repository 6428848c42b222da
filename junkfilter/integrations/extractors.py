"""Cleans what extractors make of a page: a title, a body, and what is known about them.

Made for the dictionaries of trafilatura (`title`, `text`) and GeneralNewsExtractor (`title`,
`content`); anything with a title and a body is cleaned in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from junkfilter import JunkFilter
from junkfilter.integrations.records import FieldCut, strip_fields

# What extractors call title and body, in the order of the page. A dictionary has one of the bodies.
FIELDS = ("title", "text", "content")


class CleanArticle(NamedTuple):
    """An article without the spam.

    Attributes:
        article: all that the extractor gave, with kept text in the place of title and body.
        cuts: carried out; `field` says in which field, `put_back` undoes them.
        page_kind: `spam` if there is no article in it, `foreign` if it is not Chinese, else "".
        page_score: log-odds that the page is spam as a whole; 0 unless it is.
    """

    article: dict[str, Any]
    cuts: list[FieldCut]
    page_kind: str
    page_score: float


def clean_article(
    article: Mapping[str, Any] | Any, junk: JunkFilter, *, fields: Sequence[str] = FIELDS
) -> CleanArticle:
    """An extracted page without the spam in its title and body, which are judged as one page.

    Args:
        article: a dictionary, or an object with a method `as_dict`, such as trafilatura's
            `Document`. It is not changed.
        junk: the filter.
        fields: keys of the texts, in the order of the page. A key that is absent, or has no text,
            is passed over; every other key is metadata and stays as it is.

    >>> spam = "欧美日韩精品在线观看_国产无码高清视频_亚洲成人综合一区"  # adult search phrases
    >>> article = {"title": "公园新增球场", "content": f"{spam}\\n周末免费开放", "author": "王"}
    >>> clean = clean_article(article, JunkFilter.load())  # "park gets courts", "free on weekends"
    >>> clean.article
    {'title': '公园新增球场', 'content': '周末免费开放', 'author': '王'}
    >>> [(cut["field"], cut["family"]) for cut in clean.cuts]
    [('content', 'adult')]
    """
    known = dict(article if isinstance(article, Mapping) else article.as_dict())
    texts = {name: known[name] for name in fields if isinstance(known.get(name), str)}
    stripped = strip_fields(texts, junk)
    return CleanArticle(
        known | stripped.kept, stripped.cuts, stripped.page_kind, stripped.page_score
    )
