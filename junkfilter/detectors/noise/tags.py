"""Tags that became text: `• <tr id="yyy80"></tr>`, `/p>`, `![]()`, a line that is only `1.jpg`.

Four kinds, each with a proof of its own, for articles about HTML have tags as well:

* planted tags: programs that republish stolen articles set empty elements into them, with one
  random id for all of a page. Honest pages use an id once, never on different tags, and a list
  item is no table row. Lines of nothing but such elements go, and such elements in a line.
* ends without a beginning: `</p>`, `/p>`, `/div>` alone on a line or behind a sentence. On a page
  with code, beginnings stand beside the ends, and then nothing is touched.
* images without a source: `![]()`, unless the page is about such things.
* names of image files that a program gave, where a picture stood: alone between other lines, or
  behind a sentence. Names that follow each other are a list of files, and stay.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from junkfilter.chars import CodePoints
from junkfilter.detectors.noise import Indices, Noise, code_point_ranges, watched_in
from junkfilter.page import Line, split_lines

NAME = "tags as text"
KIND = "tag"

_BLANKS = " \t\u3000\u00a0"
_BLANK = f"[{_BLANKS}]"
_MARKS = "。！？!?.…；”’」』）)】"
_NAMES = (
    "article|body|br|center|dd|div|dl|dt|em|figure|font|form|h[1-6]|hr|html|li|ol|p|section|span"
    "|strong|table|tbody|td|th|tr|ul"
)
# `</p>`, `/p>` that lost its first sign, `<br>`, and a comment's end that the publishing program
# of many newspapers (Founder's) leaves.
_END = rf"(?:</(?:{_NAMES})>|<[bh]r ?/?>|/(?:{_NAMES})>|(?:<!--)?/?enp(?:property|content)-->)"
_NO_IMAGE = r"!\[\]\( ?\)"
_IMAGE_NAME = (
    "(?<![0-9A-Za-z])(?:(?:[0-9]{1,14}|[0-9a-f]{16,40}|[\u4e00-\u9fff]{1,2}[0-9]{1,3}"
    "|(?:image|img|pic|photo|未命名|IMG_|DSC_?|DSCN|(?:QQ|WPS|微信|屏幕)?(?:图片|圖片|截图|截圖)_?)"
    r"[-_ ]?[0-9]{0,17})(?:[-_ ]?\(?[0-9]{1,3}\)?)?\.(?i:jpe?g|png|gif|bmp|webp)"
    "|(?:QQ|微信)(?:图片|圖片|截图|截圖)_?[0-9]{14})"
)
# What a line must have for anything but planted tags to be found in it: prose seldom ends so. One
# class first: what begins with none of these characters is passed at once.
_CANDIDATE = (
    rf"(?=[<!/.e片图圖])(?:(?:{_END}|{_NO_IMAGE}|\.(?i:jpe?g|png|gif|bmp|webp)|[片图圖]_?[0-9]{{14}})"
    rf"{_BLANK}*(?![^\n\r])|!\[\]\()"
)
# Where code, tags or files are the subject, tags and names are what the page says; so they are
# where a tag has a beginning. Addresses end in `.html`, news has codes of shares, and pages of
# every kind have a row of popular tags: none of these is such a subject.
_SUBJECT = (
    "`|(?<![.a-z])(?:html|css|markdown)|(?<!热门)(?<!相关)(?<!文章)标签|(?<!熱門)(?<!相關)標籤"
    "|(?<!股票)(?<!证券)代码|程式碼|源碼|网页设计|文件名|檔名|命令行"
    r"|<(?![bh]r ?/?>)[a-z][a-z0-9]{0,15}[ \t>/]"
)
_MIN_HANZI_OF_PROSE = 12
# A page has one planted id, two pages joined have two; with more it is something else.
_MAX_IDS = 8


def watched_code_points() -> CodePoints:
    """Signs that end a tag or an image's name in brackets, and line ends."""
    return code_point_ranges((0x3E, 0x3E), (0x5D, 0x5D), (0x0A, 0x0A), (0x0D, 0x0D))


def trigger(codes: CodePoints, watched: Indices | None = None, /) -> Indices:
    """Positions of `>` behind a letter, a slash, a dash or a quotation mark, of `![]()`, and of
    ends of file names at a line's end.

    >>> trigger(np.array([ord(c) for c in "完。/p>"], dtype=np.uint32))  # "finished."
    array([4])
    """
    watched = watched_in(codes, watched_code_points()) if watched is None else watched
    seen = codes[watched]
    names = _ends_of_names(codes, watched[seen < 0x0E])
    watched, seen = watched[seen > 0x0E], seen[seen > 0x0E]
    if not len(watched):
        return names
    before = codes.take(watched - 1, mode="clip")
    small = (before - np.uint32(0x61) < 26) | (before - np.uint32(0x30) < 10)
    tags = (seen == 0x3E) & (small | (before == 0x22) | (before == 0x2D) | (before == 0x2F))
    closing = codes.take(watched + 2, mode="clip")
    images = (seen == 0x5D) & (codes.take(watched + 1, mode="clip") == 0x28)
    images &= (closing == 0x29) | (closing == 0x20)
    return np.sort(np.concatenate([watched[tags | images], names]))


def _ends_of_names(codes: CodePoints, ends: Indices) -> Indices:
    """Last characters of lines that end in `.jpg` and the like, or in a hanzi and 14 digits."""
    ends = np.append(ends, len(codes))
    ends = ends[ends >= 5]
    ends = ends[_ends_name()[np.minimum(codes[ends - 1], 0x7F)]]
    if not len(ends):
        return ends
    dotted = (codes[ends - 4] == 0x2E) | (codes[ends - 5] == 0x2E)
    typed = ends[dotted & (codes[ends - 1] > 0x39)]
    digits = ends[(codes[ends - 1] <= 0x39) & (ends >= 17)]
    for distance in (5, 10, 14):
        digits = digits[codes[digits - distance] - np.uint32(0x30) < 10]
    before = codes[digits - 15]
    found: Indices = np.concatenate([typed, digits[(before == 0x5F) | (before > 0x4E00)]]) - 1
    return found


@cache
def _ends_name() -> npt.NDArray[np.bool_]:
    """Of ASCII characters: last ones of types of images, and digits."""
    return np.array([chr(code) in "gpfGPF0123456789" for code in range(0x80)])


def find(text: str, /) -> list[Noise]:
    """The tags as text of a page: whole lines, or what stands beside the text of a line.

    >>> find("• <tr id=q7x2k></tr>\\n会议结束。/p>")  # "the meeting is over."
    ... # doctest: +ELLIPSIS
    [Noise(start=0, end=21, reason='empty tags ...'), Noise(start=26, end=29, reason='tag ...')]
    """
    ids = _planted_ids(text)
    places = [match.start() for match in _compiled(_CANDIDATE).finditer(text)]
    if not ids and not places:
        return []
    lines = split_lines(text)
    found: list[Noise] = []
    rest = text
    if ids:
        planted = _tags_with(ids)
        rest = planted.sub("", text)
        found = [noise for line in lines for noise in _planted(text, line, planted)]
    taken = {noise.start for noise in found}
    starts = [line.start for line in lines]
    numbers = sorted({bisect_right(starts, place) - 1 for place in places})
    left = list(_left_behind(text, lines, [n for n in numbers if starts[n] not in taken]))
    # Last, because the search for it takes longer than all before.
    if left and not _compiled(_SUBJECT, re.IGNORECASE).search(rest):
        found += left
    return sorted(found)


def _planted_ids(text: str) -> frozenset[str]:
    """The ids of empty elements that stand on different tags, or on a table row in a list."""
    if "></" not in text:
        return frozenset()
    empty = _compiled(r'<([a-z][a-z0-9]{0,9}) id="?([a-z0-9]{4,8})"?></\1>')
    tags: dict[str, set[str]] = defaultdict(set)
    for match in _compiled(r'<([a-z][a-z0-9]{0,9}) id="?([a-z0-9]{4,8})"?>').finditer(text):
        tags[match[2]].add(match[1])
    listed = _compiled(r'[•·●▪] ?<(?:t[drh]|tbody|thead|tfoot) id="?([a-z0-9]{4,8})"?></')
    in_lists = {match[1] for match in listed.finditer(text)}
    candidates = {match[2] for match in empty.finditer(text)}
    planted = {i for i in candidates if len(tags[i]) >= 2 or i in in_lists}
    return frozenset(planted if len(planted) <= _MAX_IDS else ())


def _planted(text: str, line: Line, planted: re.Pattern[str]) -> Iterator[Noise]:
    """Elements with a planted id and nothing in them; the line, if that is all it has."""
    reason = "empty tags with one random id"
    elements = [
        match.span()
        for match in planted.finditer(text, line.start, line.end)
        if _is_balanced(match[0])
    ]
    rest = planted.sub("", text[line.start : line.end])
    if elements and not rest.strip(" \t\u3000\u00a0•·●▪"):
        yield Noise(line.start, line.stop, reason)
    else:
        yield from (Noise(*span, reason) for span in elements)


def _is_balanced(tags: str) -> bool:
    """Whether each tag of a row is closed in it, so that no text is inside."""
    depth = 0
    for match in _compiled("<(/?)").finditer(tags):
        depth += -1 if match[1] else 1
        if depth < 0:
            return False
    return depth == 0


def _left_behind(text: str, lines: Sequence[Line], numbers: Sequence[int]) -> Iterator[Noise]:
    """Ends of tags, images without source and names of images on lines without planted tags."""
    alone = _compiled(f"(?:{_BLANK}*(?:{_END}|{_NO_IMAGE}))+{_BLANK}*")
    image = _compiled(f"{_BLANK}*{_IMAGE_NAME}")
    prose = _compiled(f"[\u3400-\u9fff，、“”]{{{_MIN_HANZI_OF_PROSE}}}").search(text) is not None
    for number in numbers:
        line = lines[number]
        if alone.fullmatch(text, line.start, line.end):
            yield Noise(line.start, line.stop, "tag without beginning, alone on its line")
        elif image.fullmatch(text, line.start, line.end):
            if prose and _is_by_itself(text, lines, number):
                yield Noise(line.start, line.stop, "name of an image in the place of a picture")
        else:
            yield from _fragments(text, line)


def _fragments(text: str, line: Line) -> Iterator[Noise]:
    """What stands behind the last sentence of a line, and images without source in it."""
    rows = _compiled(f"(?:{_BLANK}?(?:{_END}|{_NO_IMAGE}|{_IMAGE_NAME}))+")
    last = max(rows.finditer(text, line.start, line.end), key=re.Match.start, default=None)
    end = line.end
    if last and last.end() == end and last.start() and text[last.start() - 1] in _MARKS:
        end = last.start()
    for match in _compiled(f"(?:{_NO_IMAGE})+").finditer(text, line.start, end):
        yield Noise(*match.span(), "image without a source")
    if last and end < line.end:
        yield Noise(*last.span(), "tag or name of an image behind the last sentence")


def _is_by_itself(text: str, lines: Sequence[Line], number: int) -> bool:
    """Whether a file name is neither one of a list nor announced by the line before it."""
    neighbours = [_neighbour(text, lines, number, step) for step in (-1, 1)]
    if any(_compiled(r"\S{1,80}\.[A-Za-z0-9]{2,4}").fullmatch(line) for line in neighbours):
        return False
    return not neighbours[0].endswith((":", "："))


def _neighbour(text: str, lines: Sequence[Line], number: int, step: int) -> str:
    """The next line that is not empty, without blanks at its ends; empty if there is none near."""
    for _ in range(3):
        number += step
        if not 0 <= number < len(lines):
            break
        if content := text[lines[number].start : lines[number].end].strip():
            return content
    return ""


def _tags_with(ids: frozenset[str]) -> re.Pattern[str]:
    """Rows of tags that have one of some ids, or none; at least one has."""
    name, some = "[a-z][a-z0-9]{0,9}", "|".join(sorted(ids))
    with_id = f'<{name} id="?(?:{some})"?>'
    return re.compile(f"(?:{with_id}|</{name}>)+")


@cache
def _compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(pattern, flags)
