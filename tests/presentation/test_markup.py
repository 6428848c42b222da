"""Markup is safe by construction: text cannot become an element or an attribute."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from read_html import ReadPage

from junkfilter.presentation.markup import Html, code_of, joined, parts, tag, text

HOSTILE = st.text(
    st.one_of(
        st.sampled_from("<>&\"'/=-\x00\x1b\r\n\t\u200b\u202e\u2066\udcff\ue848新闻"),
        st.characters(),
    ),
    max_size=60,
)


@given(HOSTILE)
def test_text_is_no_markup(plain: str) -> None:
    """A parser finds one element, and in it the text with codes for what cannot be seen."""
    page = ReadPage(tag("p", plain, class_="x"), collect="x")
    seen = "".join(code_of(part) if unseen else part for part, unseen in parts(plain))
    assert page.faults == []
    assert {name for name, _ in page.elements} <= {"p", "span"}
    assert page.texts == [seen.replace("\r\n", "\n").replace("\r", "\n")]


@given(HOSTILE)
def test_attributes_are_no_markup(plain: str) -> None:
    """A value stays in its attribute."""
    page = ReadPage(tag("p", "x", title=plain))
    assert [(name, set(attributes)) for name, attributes in page.elements] == [("p", {"title"})]


@given(HOSTILE)
def test_markup_can_be_written_as_utf8(plain: str) -> None:
    """Lone surrogates, which are bytes that are no text, are gone, and so are all controls."""
    written = joined(text(plain), tag("p", "x", title=plain))
    written.encode()
    assert not any(
        unicodedata.category(each) in ("Cc", "Cf", "Cs") for each in written if each != "\t"
    )


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("新闻标题", "新闻标题"),  # "news headline"
        ("a\tb", "a\tb"),
        ("<b>", "&lt;b&gt;"),
        ("\x1b[2J", '<span class="code" title="control character">1B</span>[2J'),
        ("\udce9", '<span class="code" title="a byte that is no UTF-8">E9</span>'),
        ("\ue848", '<span class="code" title="private use">E848</span>'),
        ("\u202e", '<span class="code" title="right-to-left override">202E</span>'),
    ],
)
def test_what_cannot_be_seen_has_a_code(plain: str, shown: str) -> None:
    """Ordinary text is as it was; a control character does nothing but stand there."""
    assert text(plain) == shown


def test_markup_is_not_escaped_again() -> None:
    """An element inside of an element stays one, and its absence leaves nothing."""
    inner = tag("b", "<")
    assert isinstance(inner, Html)
    assert tag("p", inner, None, hidden=True, title=None) == "<p hidden><b>&lt;</b></p>"
