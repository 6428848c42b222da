"""junkfilter takes the spam that attackers injected out of Chinese pages and keeps the article.

    from junkfilter import JunkFilter

    result = JunkFilter.load().strip(text)
    result.text, result.cuts, result.flags, result.page_kind

These are the public names and all of them; everything else may change. They are imported when they
are first used: `import junkfilter` alone loads neither NumPy nor a model.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = [
    "REPAIR",
    "Cut",
    "Evidence",
    "Explanation",
    "JunkFilter",
    "JunkfilterError",
    "LabelStore",
    "LineVerdict",
    "Page",
    "Policy",
    "Result",
    "SiteMemory",
    "SpanExplanation",
    "__version__",
    "collect",
    "report_false",
    "report_miss",
]

if TYPE_CHECKING:
    from junkfilter.detectors.explanation import Evidence
    from junkfilter.errors import JunkfilterError
    from junkfilter.filter import JunkFilter
    from junkfilter.labels.cases import report_false, report_miss
    from junkfilter.labels.collect import collect
    from junkfilter.labels.store import LabelStore
    from junkfilter.page import Cut, Page
    from junkfilter.policy import REPAIR, Policy
    from junkfilter.results import Explanation, LineVerdict, Result, SpanExplanation
    from junkfilter.site_memory import SiteMemory

    __version__: str
else:
    _HOMES = {
        "Cut": "page",
        "Evidence": "detectors.explanation",
        "Explanation": "results",
        "JunkFilter": "filter",
        "JunkfilterError": "errors",
        "LabelStore": "labels.store",
        "LineVerdict": "results",
        "Page": "page",
        "Policy": "policy",
        "REPAIR": "policy",
        "Result": "results",
        "SiteMemory": "site_memory",
        "SpanExplanation": "results",
        "collect": "labels.collect",
        "report_false": "labels.cases",
        "report_miss": "labels.cases",
    }

    # A type checker must not see this function: for its sake any name would exist.
    def __getattr__(name: str) -> object:
        if name == "__version__":
            value = import_module("junkfilter.cli.version").program_version()
        elif name in _HOMES:
            value = getattr(import_module(f"junkfilter.{_HOMES[name]}"), name)
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
