"""How each kind of cut looks, as data: colours for paper, screen and terminal, and a sign beside.

No kind is told by its colour alone: each has a letter and a line under it, so that people who do
not see the colours, and printers without them, tell the kinds apart. Every colour is readable
(contrast 4.5 and more) on the background it is made for, and text on every tint.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

# Backgrounds and text of both schemes: what the contrast of the colours below is counted against.
PAPER = {"light": "#ffffff", "dark": "#16181d"}
INK = {"light": "#1b1d22", "dark": "#e6e7ea"}


class Mark(NamedTuple):
    """How one kind looks.

    Attributes:
        kind: as in `junkfilter.page.Cut`.
        sign: one letter that stands beside what is marked.
        name: the kind in words.
        light: colour of line and sign on white, `#rrggbb`.
        light_tint: background of text that is cut, on white.
        dark: colour of line and sign on a dark background.
        dark_tint: background of text that is cut, on a dark background.
        underline: style of the line in CSS.
        terminal: ANSI colour, 31 to 36 or 90.
    """

    kind: str
    sign: str
    name: str
    light: str
    light_tint: str
    dark: str
    dark_tint: str
    underline: str
    terminal: int


_MARKS = (
    Mark("spam", "S", "spam", "#b3261e", "#fde3e0", "#ff8a80", "#4a1f1c", "double", 31),
    Mark(
        "boilerplate",
        "B",
        "boilerplate, such as menus",
        "#4a5a70",
        "#e6eaf0",
        "#a9b8cc",
        "#2b3442",
        "solid",
        90,
    ),
    Mark("garbled", "G", "garbled text", "#7a4a00", "#f7e8d0", "#e0b070", "#3d2d14", "dashed", 33),
    Mark(
        "pinyin",
        "P",
        "reading behind a character",
        "#0b57a8",
        "#dcebfb",
        "#8ab8f5",
        "#17304d",
        "dotted",
        34,
    ),
    Mark("jam", "J", "anti-copy jam", "#6b3fa0", "#ece2f8", "#c3a5f0", "#33234d", "wavy", 35),
    Mark("tag", "T", "tag as text", "#00655e", "#d8f0ed", "#6fcfc4", "#10393a", "dashed", 36),
    Mark("emoji", "E", "strewn emoji", "#7a5d00", "#f9efc4", "#e6cb5c", "#3b3312", "wavy", 33),
    Mark(
        "invisible",
        "I",
        "invisible character",
        "#9c2377",
        "#fbe0f2",
        "#f08fcf",
        "#47193a",
        "solid",
        35,
    ),
    Mark(
        "damage", "D", "encoding damage", "#3f6212", "#e6f2d5", "#a5d06a", "#26360f", "dotted", 32
    ),
)


@cache
def marks() -> Mapping[str, Mark]:
    """The looks of all kinds that a cut or a flag can have, by kind.

    >>> marks()["spam"].sign
    'S'
    """
    return MappingProxyType({mark.kind: mark for mark in _MARKS})


def style_variables() -> str:
    """CSS that names the colours `--KIND` and `--KIND-tint`, `--paper` and `--ink`.

    Light, or dark where the reader's system asks for it; paper is always light.

    >>> style_variables().splitlines()[0]
    ':root {'
    """
    dark = "@media screen and (prefers-color-scheme: dark) {\n" + _variables("dark") + "}\n"
    return _variables("light") + dark


def _variables(scheme: str) -> str:
    rows = [f"--paper: {PAPER[scheme]};", f"--ink: {INK[scheme]};"]
    for mark in _MARKS:
        line, tint = (
            (mark.light, mark.light_tint) if scheme == "light" else (mark.dark, mark.dark_tint)
        )
        rows.append(f"--{mark.kind}: {line}; --{mark.kind}-tint: {tint};")
    return ":root {\n" + "".join(f"  {row}\n" for row in rows) + "}\n"


def mark_rules() -> str:
    """CSS for what is marked with a class of its kind: cuts with a tint, flags with a line alone.

    >>> "del.spam" in mark_rules()
    True
    """
    return "".join(
        f"del.{mark.kind} {{ background: var(--{mark.kind}-tint); "
        f"text-decoration-color: var(--{mark.kind}); }}\n"
        f"mark.{mark.kind} {{ text-decoration: underline {mark.underline} var(--{mark.kind}); }}\n"
        f".{mark.kind} > .sign {{ color: var(--{mark.kind}); }}\n"
        for mark in _MARKS
    )
