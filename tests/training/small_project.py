"""Writes a project of some thousand lines: grammar, hand-written lines, corpora and a recipe."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

# city, body, verb, thing: enough to make thousands of headlines that are no spam.
CITIES = tuple("京沪穗深杭宁汉蓉陕湘青连厦昆郑")
BODIES = ("市政府", "图书馆", "气象台", "教育局", "博物馆", "电视台", "环保局", "供水公司")
VERBS = ("公布", "启动", "推迟", "讨论", "完成", "调整", "批准", "检查", "举办", "修订")
THINGS = ("新规划", "年度报告", "防汛工作", "招生办法", "读书活动", "道路改造", "冬季供暖")
# The end of a headline.
ENDS = ("", "。", ",月初实施", ",下周开始", ",市民关注")
CRIMES = ("赌场", "私服", "百家乐")
# place, service, offer: gambling spam; game servers follow the same plan.
GAMBLING = """
brands = ["新葡京", "金沙", "永利", "百家乐", "威尼斯人", "太阳城"]
offers = ["注册送彩金", "真人投注", "平台开户", "在线开奖", "返水优惠", "下注平台"]
"""
GAME = """
brands = ["传奇", "奇迹", "魔域", "天龙", "诛仙"]
offers = ["私服发布网", "新开一秒", "无限元宝", "合击版", "外挂下载"]
"""
FORMS = """
[rules]
phrase = ["3: {brands}{offers}", "澳门{brands}{offers}"]
[[forms]]
name = "row"
weight = 3
pattern = "{phrase*2-5|_}"
[[forms]]
name = "spaced"
pattern = "{phrase*2-4| }"
[[forms]]
name = "address"
pattern = "{brands}{offers}www{digits:3-5}.com"
"""
RECIPE = """
[model]
id = "small"
bits = 14
folds = 2
penalty = 10.0

[lines]
each = 150

[[source]]
path = "news/a.txt"
origin = "made for a test"
licence = "CC0-1.0"

[[source]]
path = "news/b.txt"

[[source]]
path = "news/test.txt"
role = "test"
"""


def headlines(count: int, seed: int) -> list[str]:
    """Different honest headlines."""
    chance = random.Random(seed)
    lines: dict[str, None] = {}
    while len(lines) < count:
        words = (chance.choice(part) for part in (CITIES, BODIES, VERBS, CITIES, THINGS))
        lines["".join(words) + chance.choice(ENDS)] = None
    return list(lines)


@dataclass(frozen=True)
class SmallProject:
    """Where the parts of the project are."""

    data: Path
    corpora: Path
    recipe: Path

    @classmethod
    def write(cls, folder: Path) -> SmallProject:
        """Writes all parts below a folder."""
        project = cls(folder / "data", folder / "corpora", folder / "train.toml")
        project.recipe.parent.mkdir(parents=True)
        project.recipe.write_text(RECIPE, encoding="utf-8")
        for family, words in (("gambling", GAMBLING), ("game", GAME)):
            _write(project.data / "vocabulary" / f"{family}.toml", words)
            _write(project.data / "grammar" / f"{family}.toml", FORMS)
        _write(project.data / "lines" / "lookalikes.tsv", _lookalikes())
        _write(project.data / "lines" / "spam_game.tsv", _hand_written())
        for name, seed in (("a", 1), ("b", 2), ("test", 3)):
            _write(project.corpora / "news" / f"{name}.txt", "\n".join(headlines(400, seed)))
        return project

    def shuffle(self, seed: int) -> None:
        """Puts the labelled lines into another order."""
        for path in (self.data / "lines").iterdir():
            lines = path.read_text(encoding="utf-8").splitlines()
            random.Random(seed).shuffle(lines)
            _write(path, "\n".join(lines) + "\n")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _lookalikes() -> str:
    """Joined titles and reports about gambling, in two groups."""
    chance = random.Random(4)
    rows = [f"text\t{line}_新闻网\tjoined" for line in headlines(60, 5)]
    rows += [
        f"text\t{chance.choice(CITIES)}城警方查处{chance.choice(CRIMES)}案{n}起\tcrime"
        for n in range(60)
    ]
    rows += [f"boilerplate\t责任编辑:{city} 浏览次数:{n}\tfooter" for n, city in enumerate(CITIES)]
    return "\n".join(rows) + "\n"


def _hand_written() -> str:
    chance = random.Random(6)
    rows = [
        f"spam.game\t{chance.choice(('热血', '仿盛大', '变态'))}传奇SF{n}区今日新开\tserver"
        for n in range(20)
    ]
    return "\n".join(rows) + "\n"
