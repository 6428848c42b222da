"""Honest lines in the shapes of spam: joined titles, keyword lists, tag rows, navigation.

Keyword spam is joined by `_`, `-`, `|` and `,`, and so are the titles and keyword lists of honest
sites. A model that saw separators in spam only would cut `标题_新浪财经_新浪网` (title, Sina
Finance, Sina). So the separators are given to honest words as well: what is left for the model to
learn is what stands between them.

Words come from the honest headlines of the training sources, or from `data/vocabulary/common.toml`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

_WORD = re.compile(r"[\u4e00-\u9fff]{2,8}")
_JOINS = ("_", "-", "|", ",", " ", "、", " - ", " | ", "_", "·", ">", "/", ";", ",")
_SITES = (
    "新闻网", "日报", "晚报", "在线", "网", "频道", "门户网站", "资讯", "财经", "论坛", "博客",
    "教育网", "大学", "政府网", "电视台", "百科", "文库", "商城", "官网", "人民政府", "图书馆",
)  # fmt: skip
_LABELS = ("关键词:", "關鍵詞:", "标签:", "Tags:", "分类:", "主题词:", "Keywords: ", "", "", "")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Composed lines for each form; enough for every separator and length, few against the real lines.
_EACH = 400


def compose(headlines: Sequence[str], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Pairs of a form's name and an honest line in that form; nothing without headlines."""
    words = sorted({word for line in headlines for word in _WORD.findall(line) if len(word) <= 6})
    if len(words) < 100:
        return
    for _ in range(_EACH):
        yield "joined-title", _joined_title(headlines, words, chance)
        yield "keyword-list", _keyword_list(words, chance)
        yield "navigation", _navigation(words, chance)
        yield "figures", _figures(words, chance)
        yield "latin", _latin(words, chance)
        yield "mentions", _mentions(headlines, words, chance)


def _joined_title(headlines: Sequence[str], words: Sequence[str], chance: random.Random) -> str:
    join = chance.choice(_JOINS[:3] + _JOINS[6:9])
    name = chance.choice(words)[:4]
    parts = [chance.choice(headlines)]
    if chance.random() < 0.6:
        parts.append(name + chance.choice(_SITES))
    parts.append(name + chance.choice(_SITES))
    return join.join(parts)


def _keyword_list(words: Sequence[str], chance: random.Random) -> str:
    join = chance.choice(_JOINS)
    return chance.choice(_LABELS) + join.join(chance.sample(words, chance.randint(3, 9)))


def _navigation(words: Sequence[str], chance: random.Random) -> str:
    join = chance.choice(_JOINS[:6])
    short = [chance.choice(words)[:4] for _ in range(chance.randint(4, 14))]
    return join.join(["首页", *short] if chance.random() < 0.5 else short)


def _figures(words: Sequence[str], chance: random.Random) -> str:
    """Rows of tables, formulas, dates: numbers are no evidence, whatever stands between them."""
    join = chance.choice((" ", "", ",", "\t", "—", "/", "|", ".", "-", ";", "=", "+", "、"))
    cells = [
        chance.choice(words)
        if chance.random() < 0.25
        else f"{chance.uniform(0, 10 ** chance.randint(0, 5)):.{chance.randint(0, 3)}f}"
        for _ in range(chance.randint(2, 25))
    ]
    return join.join(cells).replace("\t", " ")


def _latin(words: Sequence[str], chance: random.Random) -> str:
    """Latin words, names of models, addresses and codes, alone or between hanzi.

    The grammars make random letters, for reality does; without these any rare Latin name in an
    honest line would be evidence of spam.
    """
    alphabet = chance.choice((_LETTERS, _LETTERS.upper(), _LETTERS + "0123456789"))
    code = "".join(chance.choice(alphabet) for _ in range(chance.randint(2, 10)))
    shape = chance.choice(
        ("{w}{c}{v}", "{c}", "{w}({c})", "http://www.{c}.com/{d}", "{c}.{d}", "{w}: {c}", "{c} {w}",
         "{w}{d}{v}", "https://{c}.cn/{d}.html {w}", "{w}{c}-{d}{v}", "{c}@{d}.com", "{w}{c}的{v}",
         "({c}) {w}, {d}{v}", "{c}_{d}", "{c}={d}+{c}({d})")
    )  # fmt: skip
    number = str(chance.randint(1, 10 ** chance.randint(1, 8)))
    return shape.format(w=chance.choice(words), v=chance.choice(words), c=code, d=number)


def _mentions(headlines: Sequence[str], words: Sequence[str], chance: random.Random) -> str:
    """A post that calls names: rows of `@name` are no keyword rows."""
    names = [
        "@" + chance.choice(words)[: chance.randint(2, 6)] + chance.choice(("", "", "V", "_", "12"))
        for _ in range(chance.randint(1, 14))
    ]
    mood = "".join(f"[{chance.choice(words)[:2]}]" for _ in range(chance.randint(0, 4)))
    return chance.choice(("", chance.choice(headlines))) + mood + " ".join(names)
