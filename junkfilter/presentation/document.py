"""The frame of a page for people: one file, nothing loaded, no script, readable everywhere."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from junkfilter.presentation.colours import mark_rules, style_variables
from junkfilter.presentation.markup import Html, joined, tag

# Nothing may be fetched and nothing may run, whatever stands in the pages that are shown.
SECURITY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


def document(title: str, *body: Html | None) -> Html:
    """A whole HTML document.

    Args:
        title: of the window.
        body: what stands in `main`; None is left out.

    >>> document("新闻").startswith("<!DOCTYPE html>")  # "news"
    True
    """
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=SECURITY_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="generator", content="junkfilter"),
        tag("title", title),
        tag("style", style()),
    )
    main = tag("main", *body, id="main")
    skip = tag("a", "To the content", href="#main", class_="skip")
    return Html(f"<!DOCTYPE html>\n{tag('html', head, tag('body', skip, main), lang='en')}\n")


@cache
def style() -> Html:
    """The style sheet, with the colours of all kinds."""
    sheet = files("junkfilter.presentation").joinpath("style.css").read_text("utf-8")
    return Html(style_variables() + sheet + mark_rules())


def facts(rows: list[tuple[str, str | Html]]) -> Html:
    """Names and values, side by side.

    >>> facts([("model", "default")])
    '<dl class="facts"><dt>model</dt><dd>default</dd></dl>'
    """
    cells = [joined(tag("dt", name), tag("dd", value)) for name, value in rows]
    return tag("dl", *cells, class_="facts")
