"""Reads a page strictly: what is not closed, named twice or loaded from elsewhere is a fault."""

from __future__ import annotations

from html.parser import HTMLParser

_EMPTY = frozenset(("br", "col", "hr", "link", "meta", "input", "img"))
# Attributes that make a browser fetch or run something.
_FETCHING = frozenset(("src", "srcset", "action", "background", "data", "poster"))


class ReadPage(HTMLParser):
    """A page taken apart.

    Attributes:
        elements: names and attributes of all elements, in order.
        texts: of each element of the class that was asked for, the text inside.
        faults: what a strict reader objects to.
    """

    def __init__(self, markup: str, collect: str = "", without: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.faults: list[str] = []
        self._open: list[tuple[str, frozenset[str]]] = []
        self._collect, self._without = collect, frozenset(without)
        self._ids: set[str] = set()
        self.feed(markup)
        self.close()
        self.faults += [f"not closed: {name}" for name, _ in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        classes = frozenset((attributes.get("class") or "").split())
        if self._collect in classes:
            self.texts.append("")
        if tag not in _EMPTY:
            self._open.append((tag, classes))
        name = attributes.get("id")
        if name is not None and name in self._ids:
            self.faults.append(f"named twice: {name}")
        self._ids.add(name or "")
        self._check(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        if not self._open or self._open[-1][0] != tag:
            self.faults.append(f"closed out of order: {tag}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text."""
        classes = [classes for _, classes in self._open]
        inside = any(self._collect in each for each in classes)
        if inside and not any(self._without & each for each in classes):
            self.texts[-1] += data

    def _check(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag in ("script", "iframe", "object", "embed", "base", "form", "link"):
            self.faults.append(f"element {tag}")
        for name, value in attributes.items():
            if name.startswith("on") or name in _FETCHING:
                self.faults.append(f"attribute {name}")
            if name.endswith("href") and not (value or "").startswith("#"):
                self.faults.append(f"link to {value}")
            if name == "style" and "url(" in (value or "") and "url(#" not in (value or ""):
                self.faults.append(f"style {value}")
