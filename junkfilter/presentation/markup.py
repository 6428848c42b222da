"""HTML that is put together safely: what is not marked as markup is text, and is escaped.

Characters that a reader cannot see, or that do something else than stand there (controls, zero
width, changes of direction, bytes that are no text, private use), are shown by their code: a page
under inspection is hostile, and what is invisible in it is often the point.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape

# What stands in ordinary Chinese pages; of the rest each character is looked up.
_UNUSUAL = re.compile("[^\t\\x20-\\x7e\u2013-\u2027\u2030-\u205e\u3000-\u9fff\uff01-\uff9f]")
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_EMPTY = frozenset(("br", "col", "hr", "link", "meta"))


class Html(str):
    """Markup. A plain `str` is text."""

    __slots__ = ()


def tag(name: str, /, *children: str | None, **attributes: str | bool | None) -> Html:
    """An element.

    Args:
        name: of the element.
        children: `Html` as it is, other strings as text; None is left out.
        attributes: `class_` is `class`, `data_x` is `data-x`; True is an attribute without value,
            None and False are left out.

    >>> tag("p", "新闻 <b>", class_="a")  # "news"
    '<p class="a">新闻 &lt;b&gt;</p>'
    """
    start = f"<{name}{''.join(map(_attribute, attributes, attributes.values()))}>"
    if name in _EMPTY:
        return Html(start)
    return Html(f"{start}{joined(*children)}</{name}>")


def joined(*children: str | None) -> Html:
    """Children one after the other; what is not `Html` is escaped.

    >>> joined("a < b", tag("br"))
    'a &lt; b<br>'
    """
    return Html(
        "".join(
            child if isinstance(child, Html) else text(child)
            for child in children
            if child is not None
        )
    )


def text(plain: str) -> Html:
    """Text as markup, with codes for what cannot be seen.

    >>> text("新<闻\\x1b")  # "news"
    '新&lt;闻<span class="code" title="control character">1B</span>'
    """
    return Html("".join(_code(part) if unseen else escape(part) for part, unseen in parts(plain)))


def parts(plain: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces: stretches that can be seen, and single characters that cannot.

    >>> list(parts("新\\u200b闻"))  # "news", with a zero-width space
    [('新', False), ('\\u200b', True), ('闻', False)]
    """
    position = 0
    for found in _UNUSUAL.finditer(plain):
        if unicodedata.category(found[0]) in _UNSEEN:
            if found.start() > position:
                yield plain[position : found.start()], False
            yield found[0], True
            position = found.end()
    if position < len(plain):
        yield plain[position:], False


def code_of(character: str) -> str:
    """A character by its code; a byte that is no UTF-8 by its value.

    >>> code_of("\\u200b"), code_of("\\udcff")
    ('200B', 'FF')
    """
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:  # surrogateescape: a byte that is no text
        return f"{number - 0xDC00:02X}"
    return f"{number:02X}"


def _code(character: str) -> str:
    return f'<span class="code" title="{escape(_name(character))}">{code_of(character)}</span>'


def _name(character: str) -> str:
    category = unicodedata.category(character)
    if 0xDC80 <= ord(character) <= 0xDCFF:
        return "a byte that is no UTF-8"
    unnamed = {"Cc": "control character", "Co": "private use", "Cs": "lone surrogate"}
    return unicodedata.name(character, unnamed.get(category, "no character")).lower()


def _attribute(name: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    shown = name.rstrip("_").replace("_", "-")
    if value is True:
        return f" {shown}"
    # No markup fits into an attribute: codes stand as words.
    words = "".join(f"<{code_of(part)}>" if unseen else part for part, unseen in parts(value))
    return f' {shown}="{escape(words)}"'
