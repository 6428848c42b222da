"""Honest lines that real pages have and corpora have lost: breadcrumb, source, copyright, headings.

Attacks need them as places. `dress` gives them to any page, so that a detector that learns from
injured pages does not take the lines themselves for a sign of spam.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from junkfilter.training.simulate.attacker import Attacker
from junkfilter.training.simulate.draft import Draft
from junkfilter.training.simulate.places import HANZI, honest_lines, paragraphs, title
from junkfilter.training.simulate.vocabulary import Vocabulary

# Where the name of an institution was. A noncharacter: no page has it, and it never stays in one.
HOLE = "\ufdd0"
_CLAUSE = re.compile(rf"[{HANZI}][^\n，。！？；：,!?;:]{{7,23}}(?=[，。！？；：,!?;:\n])")
_WORD = re.compile(rf"[{HANZI}]{{2,4}}")
_HEADING = re.compile(
    "^(?:相关|相關|推荐|推薦|热门|熱門|延伸)"
    "(?:新闻|新聞|阅读|閱讀|文章|推荐|推薦|资讯|資訊|链接)[:：]?$",
    re.MULTILINE,
)
_COPYRIGHT = re.compile(r"^(?:版权所有|版權所有|Copyright|copyright|©)", re.MULTILINE)


def dress(text: str, vocabulary: Vocabulary, chance: random.Random) -> str:
    """The page with some honest lines that web pages have; all of it stays in the clean page.

    Each kind of line comes with the name of an institution, with headlines and words cut from the
    page, or with a site's name behind the title.

    Args:
        text: an honest page, LF at line ends.
        vocabulary: names and labels.
        chance: source of everything random.

    >>> page = "新闻\\n正文\\n"  # "news", "body"
    >>> dressed = dress(page, Vocabulary.load("training"), random.Random(2))
    >>> all(line in dressed for line in page.split())
    True
    """
    if HOLE in text:
        return text
    draft = Draft(text)
    attacker = Attacker(vocabulary, vocabulary.brand(chance), chance)
    parts: tuple[tuple[float, Callable[[Draft, Attacker], object]], ...] = (
        (0.35, _site_tail), (0.25, _frame), (0.3, copyright_line), (0.3, _related),
        (0.15, keyword_line), (0.1, summary_line), (0.2, _frame), (0.15, _head_line),
    )  # fmt: skip
    for share, part in parts:
        if attacker.happens(share):
            part(draft, attacker)
    if attacker.happens(0.03):
        # Left over by scrapers of programming sites: text, if ugly.
        draft.text = draft.text.replace("，", "#xff0c;").replace("：", "#xff1a;")
    institution = vocabulary.any("institution", chance)
    return draft.text.replace(HOLE, institution)


def frames(draft: Draft, attacker: Attacker, wanted: int) -> list[tuple[int, str]]:
    """Places and texts, last place first: lines and sentences with a `HOLE` for a name."""
    spans = honest_lines(draft)
    prose = [line for line in paragraphs(draft) if not _COPYRIGHT.match(draft.text, line.start)]
    found: dict[str, tuple[int, str]] = {}
    for _ in range(wanted):
        kind = attacker.chance.choice(("head", "source", "copyright", "sentence", "sentence"))
        text = attacker.phrase(f"frame_{kind}", institution=HOLE)
        if kind == "sentence" and prose:
            line = attacker.chance.choice(prose)
            place = line.start if line.start and attacker.happens(0.5) else line.end
            found[f"sentence {place}"] = (place, text)
        elif kind == "source" and len(spans) > 1:
            found[kind] = (spans[1].start, text + "\n")
        elif kind == "head":
            found[kind] = (0, text + "\n")
        else:
            found["end"] = _at_end(draft, attacker.phrase("frame_copyright", institution=HOLE))
    return sorted(found.values(), reverse=True)


def copyright_line(draft: Draft, attacker: Attacker) -> int:
    """Where the copyright line begins; it is written if the page has none."""
    found = _COPYRIGHT.search(draft.text)
    if found is None:
        name = attacker.vocabulary.any("institution", attacker.chance)
        line = attacker.phrase("copyright", institution=name)
        place, text = _at_end(draft, line)
        draft.dress([(place, text)])
        return place + text.index(line)
    return found.start()


def heading(draft: Draft, attacker: Attacker) -> int:
    """Where the line after a heading like "related news" begins; written if there is none."""
    found = _HEADING.search(draft.text)
    if found is None:
        place, text = _at_end(draft, attacker.phrase("heading") + "\n")
        draft.dress([(place, text)])
        return place + len(text)
    return min(found.end() + 1, len(draft.text))


def keyword_line(draft: Draft, attacker: Attacker) -> list[int]:
    """Writes a line of key words cut from the page.

    Returns:
        Where its words begin and where the last one ends; empty if the page has too few.
    """
    words = _WORD.findall(draft.clean(0, 3000))
    if len(words) < 4:
        return []
    chosen = attacker.chance.sample(words, min(len(words), attacker.chance.randint(4, 9)))
    label = attacker.phrase("keyword_label")
    joint = attacker.chance.choice((",", ",", "，", " ", "、"))
    place, text = _at_end(draft, label + joint.join(chosen) + "\n")
    if attacker.happens(0.3) and len(honest_lines(draft)) > 1:
        place, text = honest_lines(draft)[1].start, text.lstrip("\n")
    draft.dress([(place, text)])
    starts, position = [], place + text.index(label) + len(label)
    for word in chosen:
        starts.append(position)
        position += len(word) + len(joint)
    return [*starts, position - len(joint)]


def summary_line(draft: Draft, attacker: Attacker) -> int | None:
    """Writes a line with the page's first words as a summary.

    Returns:
        Where the words begin; None if there are none.
    """
    prose = paragraphs(draft)
    if not prose:
        return None
    start, end, _ = prose[0]
    words = draft.clean(start, end)[: attacker.chance.randint(20, 60)]
    if not words:
        return None
    label = attacker.phrase("summary_label")
    draft.dress([(start, f"{label}{words}\n")])
    return start + len(label)


def headlines(draft: Draft, chance: random.Random, wanted: int) -> list[str]:
    """Clauses of the page that may stand as headlines."""
    found = _CLAUSE.findall(draft.clean(0, 4000))
    return chance.sample(found, min(len(found), wanted))


def _related(draft: Draft, attacker: Attacker) -> None:
    rows = headlines(draft, attacker.chance, attacker.chance.randint(3, 8))
    if rows:
        place = heading(draft, attacker)
        draft.dress([(place, "".join(f"{row}\n" for row in rows))])


def _site_tail(draft: Draft, attacker: Attacker) -> None:
    line = title(draft)
    if line is not None:
        draft.dress([(line.end, attacker.phrase("site_tail"))])


def _head_line(draft: Draft, attacker: Attacker) -> None:
    draft.dress([(0, attacker.phrase("head_line") + "\n")])


def _frame(draft: Draft, attacker: Attacker) -> None:
    for addition in frames(draft, attacker, 1):
        draft.dress([addition])


def _at_end(draft: Draft, line: str) -> tuple[int, str]:
    """A line of its own behind the last one, with a line end as the page's last line has it."""
    if draft.text and not draft.text.endswith("\n"):
        return len(draft.text), "\n" + line
    return len(draft.text), line.removesuffix("\n") + "\n"
