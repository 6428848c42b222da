"""Inspected pages as one HTML page: what people send each other to discuss a cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from junkfilter.model import Model
from junkfilter.page import Cut
from junkfilter.presentation.colours import marks
from junkfilter.presentation.document import document, facts
from junkfilter.presentation.evidence import evidence_bars, glossary, heated
from junkfilter.presentation.inspection import (
    InspectedLine,
    InspectedPage,
    Inspection,
    Marking,
)
from junkfilter.presentation.markup import Html, code_of, joined, tag
from junkfilter.presentation.nesting import Node, nested
from junkfilter.presentation.wording import (
    counted,
    counts_in_words,
    fpr_in_words,
    page_in_words,
    summary_in_words,
    verdict_in_words,
)

# Markings of a line that are listed one by one; the text shows them all.
MOST_LISTED = 12


def inspection_page(inspection: Inspection, model: Model) -> str:
    """The whole document.

    Args:
        inspection: what to show.
        model: whose weights the words of a line are coloured by.
    """
    title = _title(inspection)
    shown = inspection.shown_marks()
    return document(
        title,
        tag("h1", title),
        tag("p", summary_in_words(inspection), class_="summary"),
        _notices(inspection.notices),
        _facts(inspection),
        _legend(shown),
        _contents(inspection),
        *(_page(page, number, model) for number, page in enumerate(inspection.pages, 1)),
        glossary() if ("spam", True) in shown or ("spam", False) in shown else None,
    )


def _title(inspection: Inspection) -> str:
    if inspection.judged == len(inspection.pages) == 1:
        return f"{inspection.pages[0].name}, inspected"
    return f"{counted(inspection.judged, 'page')}, inspected"


def _facts(inspection: Inspection) -> Html:
    return facts(
        [
            ("cut", counts_in_words(inspection.cuts)),
            ("found, but left", counts_in_words(inspection.flags)),
            ("characters cut", f"{inspection.removed:,} of {inspection.characters:,}"),
            ("asked for", inspection.policy),
            ("model", joined(inspection.model, " ", tag("code", inspection.digest[:16]))),
        ]
    )


def _notices(notices: Iterable[str]) -> Html | None:
    rows = [tag("li", notice) for notice in notices]
    return tag("ul", *rows, class_="bad") if rows else None


def _legend(shown: set[tuple[str, bool]]) -> Html | None:
    if not shown:
        return None
    rows: list[Html] = []
    for mark in marks().values():
        sign = _sign(mark.sign)
        cut = tag("del", "cut", sign, class_=f"cut {mark.kind}")
        left = tag("mark", "left", sign, class_=f"flag {mark.kind}")
        looks = [look for look, done in ((cut, True), (left, False)) if (mark.kind, done) in shown]
        if looks:
            rows.append(tag("li", *(joined(look, " ") for look in looks), mark.name))
    how = (
        "What is struck through on a tinted ground is cut. What is only underlined was found, but "
        "stays. The letter says which kind it is. The line below a marked line opens to say why; "
        "resting on a mark says what it is."
    )
    return joined(tag("p", how, class_="muted"), tag("ul", *rows, class_="legend"))


def _contents(inspection: Inspection) -> Html | None:
    if len(inspection.pages) < 2:
        return None
    rows = [
        tag("li", tag("a", page.name, href=f"#page-{number}"), f": {page_in_words(page)}")
        for number, page in enumerate(inspection.pages, 1)
    ]
    return tag("nav", tag("ol", *rows), aria_label="Pages")


def _page(page: InspectedPage, number: int, model: Model) -> Html:
    rows = [_line(line, model) for line in page.lines]
    more = None
    if page.unexplained:
        more = (
            f"{counted(page.unexplained, 'more line')} of this page "
            "would have evidence: `junkfilter explain FILE --line N` shows it."
        )
    return tag(
        "section",
        tag("h2", page.name, id=f"page-{number}"),
        tag("p", page.url, class_="muted") if page.url else None,
        tag("p", page_in_words(page)),
        tag("p", more, class_="muted") if more else None,
        tag("div", *rows, class_="page", lang="zh"),
        aria_labelledby=f"page-{number}",
    )


def _line(line: InspectedLine, model: Model) -> Html:
    look = "row gone" if line.is_cut else "row touched" if line.markings else "row"
    said = tag("span", "cut", class_="sign") if line.is_cut else None
    return tag(
        "div",
        tag("div", str(line.number), said, class_="gutter"),
        tag("div", _marked(line), class_="text"),
        _why(line, model) if line.markings else None,
        class_=look,
    )


def _marked(line: InspectedLine) -> Html:
    """The line with its markings as elements."""
    return _content(nested(len(line.text), line.markings), line)


def _content(node: Node, line: InspectedLine) -> Html:
    """What is inside of a node. Children lie inside, so that the depth is that of the markings."""
    pieces: list[str] = []
    place = node.start
    codes = node.marking is not None and node.marking.cut.kind == "invisible"
    for child in node.children:
        pieces += _shown(line, place, child.start, codes), _element(child, line)
        place = child.end
    pieces.append(_shown(line, place, node.end, codes))
    return joined(*pieces)


def _element(node: Node, line: InspectedLine) -> Html:
    assert node.marking is not None
    cut, done = node.marking
    content = joined(_content(node, line), _sign(marks()[cut.kind].sign))
    kind = f"{'cut' if done else 'flag'} {cut.kind}"
    return tag("del" if done else "mark", content, class_=kind, title=_hover(node.marking))


def _shown(line: InspectedLine, start: int, end: int, codes: bool) -> Html:
    """A piece of the line; of a line that is cut, its terminator is seen as well."""
    content = line.text[start : min(end, line.length)]
    if not codes:
        return joined(content)
    return joined(*(tag("span", code_of(each), class_="code") for each in content))


def _sign(sign: str) -> Html:
    return tag("span", sign, class_="sign", aria_hidden="true")


def _hover(marking: Marking) -> str:
    cut = marking.cut
    done = "cut" if marking.done else "left"
    return f"{done}: {_kind(cut)}. {cut.reason}".removesuffix(". ")


def _kind(cut: Cut) -> str:
    name = marks()[cut.kind].name
    return f"{name} ({cut.family})" if cut.family else name


def _why(line: InspectedLine, model: Model) -> Html:
    return tag(
        "details",
        tag("summary", _in_short(line)),
        tag("div", *_reasons(line, model), class_="box", lang="en"),
        class_="why",
    )


def _in_short(line: InspectedLine) -> str:
    done = Counter(m.cut.family or m.cut.kind for m in line.markings if m.done)
    left = Counter(m.cut.family or m.cut.kind for m in line.markings if not m.done)
    said = []
    if done:
        said.append(f"cut: {counts_in_words(done)}")
    if left:
        said.append(f"left: {counts_in_words(left)}")
    return "; ".join(said)


def _reasons(line: InspectedLine, model: Model) -> Iterator[Html]:
    if line.explanation is not None:
        verdict = line.explanation.verdict
        yield tag("p", verdict_in_words(line))
        yield tag("p", heated(model, verdict), lang="zh")
        yield evidence_bars(line.explanation.evidence)
        for span in line.explanation.spans:
            words = verdict.text[span.cut.start : span.cut.end]
            said = f": score {span.cut.score:.2f}, {fpr_in_words(span.cut.fpr)}"
            yield tag("h3", "Inside the line: ", tag("span", words, lang="zh"), said)
            yield evidence_bars(span.evidence)
    rows = [_reason(line, marking) for marking in line.markings[:MOST_LISTED]]
    if len(line.markings) > MOST_LISTED:
        rows.append(tag("li", f"and {len(line.markings) - MOST_LISTED:,} more", class_="muted"))
    yield tag("ul", *rows)


def _reason(line: InspectedLine, marking: Marking) -> Html:
    cut = marking.cut
    content = line.text[cut.start : min(cut.end, line.length)]
    words = content if len(content) <= 40 else f"{content[:39]}…"
    said = f"{'cut' if marking.done else 'left'}, {_kind(cut)}"
    return tag(
        "li",
        tag("span", words, class_=f"quoted {cut.kind}", lang="zh"),
        f" at {cut.start}: {said}",
        f"; {cut.reason}" if cut.reason else None,
    )
