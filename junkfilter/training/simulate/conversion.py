"""Simplified pages as careless machines make Traditional ones: character by character."""

from __future__ import annotations

from functools import cache

from junkfilter.chars import folding_pairs, script_profile

# Where the rule below differs from the first forms of OpenCC's STCharacters (Apache-2.0), the table
# that most such machines use: characters of both scripts, and forms that are both frequent. A queen
# (皇后) comes out as an afterwards (皇後).
_ALWAYS = str.maketrans(
    "后里云广据台愿并范征干斗术冲余占几么于万仆党准吁叶号启踪当御蔑采卜淀"
    "为种价证极确划历群厂众丰适游胜尽听伪吃虫秘坏赞托苏筑签岩挂床儿峰杰腊涌柜扑荐辟荡朴晒杠纤岳勋伙咨"
    "丑脏郁夸霉闲艳亘咸咤栗熏尸唇厘凶涂",
    "後裏雲廣據臺願並範徵幹鬥術衝餘佔幾麼於萬僕黨準籲葉號啓蹤當禦衊採蔔澱"
    "爲種價證極確劃歷羣廠衆豐適遊勝盡聽僞喫蟲祕壞贊託蘇築籤巖掛牀兒峯傑臘湧櫃撲薦闢蕩樸曬槓纖嶽勳夥諮"
    "醜髒鬱誇黴閒豔亙鹹吒慄燻屍脣釐兇塗",
)
# Big5 has the frequent forms of characters before this row, the rare ones after it.
_FIRST_RARE_ROW = 0xC9


def to_traditional(text: str) -> str:
    """The text in Traditional characters, converted one by one.

    >>> to_traditional("体育馆后门")  # "back door of the sports hall"
    '體育館後門'
    """
    return text.translate(_table())


@cache
def _table() -> dict[int, int]:
    """Simplified character to the form that Big5 has among its frequent ones, else to the first."""
    sources, targets = folding_pairs()
    forms: dict[int, list[int]] = {}
    for source, target in zip(sources.tolist(), targets.tolist(), strict=True):
        if (
            script_profile(chr(source)).traditional_only
            and script_profile(chr(target)).simplified_only
        ):
            forms.setdefault(target, []).append(source)
    table = {simplified: min(found, key=_rank) for simplified, found in forms.items()}
    return table | _ALWAYS


def _rank(form: int) -> tuple[bool, int]:
    encoded = chr(form).encode("big5", "ignore")
    return (not encoded or encoded[0] >= _FIRST_RARE_ROW, form)
