"""A datatrove block that cuts spam from documents and drops pages that are spam as a whole.

The block is a subclass of datatrove's filter, so that datatrove is imported when the block is:
`from junkfilter.integrations.datatrove import JunkFilterBlock`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from junkfilter import JunkFilter, Policy, Result
from junkfilter.extras import require
from junkfilter.integrations.records import cut_records

# Metadata of each document, and what the exclusion writer is told of a dropped one.
CUTS = "junkfilter_cuts"
PAGE_KIND = "junkfilter_page_kind"
PAGE_SCORE = "junkfilter_page_score"
REASON = "junkfilter_spam_page"


def __getattr__(name: str) -> Any:
    if name != "JunkFilterBlock":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _block_class()


@cache
def _block_class() -> type:
    """The class; one and the same for ever, because pickles of blocks name it.

    Raises:
        MissingDependencyError: datatrove is not installed.
    """
    base = require("datatrove.pipeline.filters.base_filter", "datatrove").BaseFilter

    class JunkFilterBlock(base):  # type: ignore[misc,valid-type]
        """Keeps a document's honest text; what was cut is in its metadata.

        Args:
            model: folder of a model; None for the default one.
            policy: what to cut; None for the default policy.
            exclusion_writer: gets the dropped documents, whole, with the reason in their metadata.
            drop_spam_pages: drop documents that are spam as a whole.
            batch_size: documents that are judged at once.
        """

        name = "junkfilter"

        def __init__(
            self,
            model: str | None = None,
            *,
            policy: Policy | None = None,
            exclusion_writer: Any = None,
            drop_spam_pages: bool = True,
            batch_size: int = 128,
        ) -> None:
            super().__init__(exclusion_writer, batch_size)
            self.junk = JunkFilter.load(model, policy=policy)
            self.drop_spam_pages = drop_spam_pages

        def filter(self, doc: Any) -> bool | tuple[bool, str]:
            """Whether the document stays; its text is then what was kept."""
            return self.filter_batch([doc])[0]

        def filter_batch(self, batch: Sequence[Any]) -> list[bool | tuple[bool, str]]:
            """For each document whether it stays, or False and the reason."""
            results = self.junk.strip_many([doc.text for doc in batch])
            return [self._kept(*pair) for pair in zip(batch, results, strict=True)]

        def _kept(self, doc: Any, result: Result) -> bool | tuple[bool, str]:
            doc.metadata |= {PAGE_KIND: result.page_kind, PAGE_SCORE: result.page_score}
            if self.drop_spam_pages and result.page_kind == "spam":
                return False, REASON
            doc.metadata[CUTS] = cut_records(doc.text, result.cuts)
            doc.text = result.text
            for cut in result.cuts:
                self.stat_update(f"cuts_{cut.kind}")
            return True

    JunkFilterBlock.__qualname__ = JunkFilterBlock.__name__
    return JunkFilterBlock
