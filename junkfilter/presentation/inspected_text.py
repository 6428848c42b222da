"""Inspected pages for the terminal: marks, letters, and colour where it is wanted.

What a page holds is hostile: control characters, escape sequences and changes of direction are
shown by their codes and never sent. Without colour the marks alone tell cuts from flags, and the
letters the kinds.
"""

from __future__ import annotations

from collections.abc import Iterator

from junkfilter.presentation.colours import marks
from junkfilter.presentation.evidence import by_strength
from junkfilter.presentation.inspection import (
    InspectedLine,
    InspectedPage,
    Inspection,
    Marking,
)
from junkfilter.presentation.markup import code_of, parts
from junkfilter.presentation.nesting import Node, nested
from junkfilter.presentation.wording import fpr_in_words, page_in_words, summary_in_words

# What stands around a cut and around a flag. In a page's own text they are shown by their codes,
# so that no page can feign a mark.
_CUT = ("⟦", "⟧")
_FLAG = ("⟨", "⟩")
_OWN = frozenset("".join((*_CUT, *_FLAG)))
_MOST_EVIDENCE = 6

_RESET = "\x1b[0m"
_BOLD = 1
_DIM = 2
_UNDERLINED = 4
_REVERSED = 7


class Styles:
    """How things look on a terminal.

    Args:
        coloured: with escape sequences; without it there are none.
    """

    def __init__(self, *, coloured: bool) -> None:
        self._coloured = coloured

    def styled(self, shown: str, *codes: int) -> str:
        """A text with some codes of ECMA-48 (SGR).

        >>> Styles(coloured=True).styled("新闻", 1)  # "news"
        '\\x1b[1m新闻\\x1b[0m'
        """
        if not self._coloured or not shown:
            return shown
        return f"\x1b[{';'.join(map(str, codes))}m{shown}{_RESET}"


def inspection_text(inspection: Inspection, *, coloured: bool) -> Iterator[str]:
    """The lines to print, each with its line end.

    Args:
        inspection: what to show.
        coloured: for a terminal with colours.
    """
    styles = Styles(coloured=coloured)
    yield styles.styled(summary_in_words(inspection), _BOLD) + "\n"
    yield f"asked for: {safe(inspection.policy)}; model {safe(inspection.model)}\n"
    for notice in inspection.notices:
        yield f"{safe(notice)}\n"
    yield from _legend(inspection, styles)
    for page in inspection.pages:
        yield "\n"
        yield from _page(page, styles)


def safe(shown: str) -> str:
    """A text with codes for all that a terminal would act upon or not show.

    >>> safe("新\\x1b[2J闻\\u202e")  # "news", with "clear the screen" and "from right to left"
    '新<1B>[2J闻<202E>'
    """
    found = ""
    for part, unseen in parts(shown):
        if unseen:
            found += f"<{code_of(part)}>"
        elif _OWN.isdisjoint(part):
            found += part
        else:
            found += "".join(f"<{code_of(each)}>" if each in _OWN else each for each in part)
    return found


def _legend(inspection: Inspection, styles: Styles) -> Iterator[str]:
    shown = {kind for kind, _ in inspection.shown_marks()}
    kinds = [mark for mark in marks().values() if mark.kind in shown]
    if kinds:
        cut = f"{_CUT[0]}X:cut{_CUT[1]}"
        left = f"{_FLAG[0]}X:found, but left{_FLAG[1]}"
        letters = ", ".join(
            f"{styles.styled(mark.sign, mark.terminal, _BOLD)} {mark.name}" for mark in kinds
        )
        yield f"{cut} {left}; X is {letters}\n"


def _page(page: InspectedPage, styles: Styles) -> Iterator[str]:
    yield styles.styled(f"{safe(page.name)}: {page_in_words(page)}", _BOLD) + "\n"
    if page.url:
        yield f"{safe(page.url)}\n"
    width = len(str(page.lines[-1].number)) if page.lines else 1
    for line in page.lines:
        sign = "-" if line.is_cut else "~" if _done(line) else "?" if line.markings else " "
        gutter = styles.styled(f"{sign} {line.number:>{width}} │ ", _DIM)
        yield f"{gutter}{_content(nested(len(line.text), line.markings), line, styles)}\n"
        for reason in _reasons(line):
            yield styles.styled(f"{' ' * (width + 3)}└ {reason}", _DIM) + "\n"


def _done(line: InspectedLine) -> bool:
    return any(marking.done for marking in line.markings)


def _content(node: Node, line: InspectedLine, styles: Styles) -> str:
    """What is inside of a node, with marks around what is marked."""
    pieces: list[str] = []
    place = node.start
    for child in node.children:
        pieces += (
            _plain(node, line, place, child.start, styles),
            _bracket(child, 0, styles),
            _content(child, line, styles),
            _bracket(child, 1, styles),
        )
        place = child.end
    pieces.append(_plain(node, line, place, node.end, styles))
    return "".join(pieces)


def _plain(node: Node, line: InspectedLine, start: int, end: int, styles: Styles) -> str:
    shown = line.text[start : min(end, line.length)]
    if node.marking is None:
        return safe(shown)
    if node.marking.cut.kind == "invisible":
        shown = "".join(f"<{code_of(each)}>" for each in shown)
        return styles.styled(shown, *_look(node.marking))
    return styles.styled(safe(shown), *_look(node.marking))


def _bracket(node: Node, side: int, styles: Styles) -> str:
    assert node.marking is not None
    mark = marks()[node.marking.cut.kind]
    bracket = (_CUT if node.marking.done else _FLAG)[side]
    return styles.styled(f"{bracket}{mark.sign}:" if side == 0 else bracket, mark.terminal, _BOLD)


def _look(marking: Marking) -> tuple[int, int]:
    return marks()[marking.cut.kind].terminal, _REVERSED if marking.done else _UNDERLINED


def _reasons(line: InspectedLine) -> Iterator[str]:
    """Why the line or a span of it is spam; of noise the mark says enough."""
    for marking in line.markings:
        cut = marking.cut
        if cut.kind == "spam":
            done = "cut" if marking.done else "left"
            what = safe(line.text[cut.start : min(cut.end, line.length)][:30])
            where = "the line" if (cut.start, cut.end) == (0, len(line.text)) else what
            reason = f"; {safe(cut.reason)}" if cut.reason else ""
            rare = fpr_in_words(cut.fpr)
            yield f"{done}, {cut.family}: {where}; score {cut.score:.2f}, {rare}{reason}"
    if line.explanation is not None:
        words, others = by_strength(line.explanation.evidence)
        rows = (*words[:_MOST_EVIDENCE], *others[:_MOST_EVIDENCE])
        said = (f"{item.weight:+.2f} {safe(item.feature)}" for item in rows)
        yield f"line {line.explanation.verdict.score:.2f}: {', '.join(said)}, …"
