"""A copied site whose institution's name became a brand: the largest family after adult lines."""

from __future__ import annotations

import re
from collections import Counter

from junkfilter.training.simulate.attacker import Attack, Attacker
from junkfilter.training.simulate.draft import Draft, Insertion
from junkfilter.training.simulate.dressing import HOLE, frames
from junkfilter.training.simulate.emoji import emoji_before_marks
from junkfilter.training.simulate.places import HANZI, institutions, lines

# What belongs to an institution where no name stands before it: its name, or what replaced it,
# fits there. `县领导` ("leaders of the county") has its own.
_BELONGS = re.compile(
    rf"(?:(?<![{HANZI}])|(?<=[的在由为為和与與是到从從]))"
    "(?:图书馆|圖書館|党委|黨委|团委|團委|工会|工會|宣传部|宣傳部|师生|師生|员工|員工|学生|學生|教授|老师|老師|体育|體育"
    "|校友|新闻中心|新聞中心|办公室|辦公室|代表队|代表隊|志愿者|志願者|董事长|董事長|总经理|總經理|研究员|研究員"
    "|项目部|項目部|俱乐部|俱樂部|分公司|附属|附屬|大厦|大廈|校区|校區|实验室|實驗室|记者|記者|专家|專家|医生|醫生)"
)
_MOST_PER_LINE = 4
# The same sites make a firm of the school: honest lines, and a hint that only the page gives.
_SCHOOL_TO_FIRM = (("学生", "员工"), ("校长", "董事长"), ("學生", "員工"), ("校長", "董事長"))
# No clause names its institution twice.
_CLAUSE_LENGTH = 16


def coded_replacement(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """The name becomes the brand with its code or suffix."""
    return _replaced(draft, attacker, attacker.phrase("replacement"))


def bare_replacement(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """The name becomes a bare brand."""
    return _replaced(draft, attacker, attacker.brand.name)


def brand_and_emoji(draft: Draft, attacker: Attacker) -> list[Insertion]:
    """The name becomes a brand, and emoji stand before the marks."""
    brands = _replaced(draft, attacker, attacker.phrase("emoji_brand"))
    emoji = emoji_before_marks(draft, attacker) if brands else []
    return [*brands, *emoji] if emoji else []


def _replaced(draft: Draft, attacker: Attacker, brand: str) -> list[Insertion]:
    """The brand in the places of the page's commonest name, beside its nouns, and in frames."""
    if HOLE in draft.text:
        return []
    if not draft.cuts and attacker.happens(0.25):
        for school, firm in _SCHOOL_TO_FIRM:
            draft.text = draft.text.replace(school, firm)
    found = institutions(draft)
    names = Counter(draft.text[start:end] for start, end in found)
    wanted = {name for name, _ in names.most_common(attacker.chance.choice((1, 1, 2, 3)))}
    spans = [span for span in found if draft.text[slice(*span)] in wanted]
    spans += _beside_nouns(draft, attacker, enough=len(spans) >= 3)
    if len(spans) < 2 or attacker.happens(0.4):
        _write_frames(draft, attacker, least=1 + (len(spans) < 2))
        # Offsets moved: what was found is looked for again in the longer page.
        found = institutions(draft)
        spans = [span for span in found if draft.text[slice(*span)] in wanted]
        spans += _beside_nouns(draft, attacker, enough=len(spans) >= 3)
        spans += _holes(draft)
    return _at_most_per_line(draft, spans, brand)


def _beside_nouns(draft: Draft, attacker: Attacker, *, enough: bool) -> list[tuple[int, int]]:
    """Empty ranges before nouns that belong to an institution."""
    if enough and attacker.happens(0.7):
        return []
    places = [match.start() for match in _BELONGS.finditer(draft.text)]
    chosen: list[tuple[int, int]] = []
    for place in attacker.some(places, 1, 5):
        near = chosen and place - chosen[-1][0] < _CLAUSE_LENGTH
        if not near and draft.is_free(place, place):
            chosen.append((place, place))
    return chosen


def _write_frames(draft: Draft, attacker: Attacker, *, least: int) -> None:
    """Honest sentences and lines with a hole where the name was."""
    for place, text in frames(draft, attacker, attacker.chance.randint(least, 4)):
        draft.dress([(place, text)])


def _holes(draft: Draft) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(HOLE, draft.text)]


def _at_most_per_line(draft: Draft, spans: list[tuple[int, int]], brand: str) -> list[Insertion]:
    made: list[Insertion] = []
    stops = [line.stop for line in lines(draft)]
    number = on_line = 0
    end_of_last = -1
    for start, end in _apart(spans):
        while number < len(stops) - 1 and start >= stops[number]:
            number, on_line = number + 1, 0
        is_hole = draft.text[start:end] == HOLE
        if start < end_of_last or (on_line == _MOST_PER_LINE and not is_hole):
            continue
        made.append(Insertion(start, brand, "gambling", replaced=end - start))
        on_line += 1
        end_of_last = end
    return made


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, without places beside nouns that are near a name."""
    names = [span for span in set(spans) if span[0] < span[1]]
    near = {
        place
        for start, end in names
        for place in range(start - _CLAUSE_LENGTH, end + _CLAUSE_LENGTH)
    }
    places = {span for span in spans if span[0] == span[1] and span[0] not in near}
    return sorted({*names, *places})


ATTACKS = (
    Attack("replacement", "a brand with a code in an institution's place", coded_replacement,
           0.15, alters=True),
    Attack("bare replacement", "a bare brand in an institution's place", bare_replacement,
           0.15, alters=True),
    Attack("brand and emoji", "a brand in an institution's place, emoji before marks",
           brand_and_emoji, 0.6, alters=True),
)  # fmt: skip
