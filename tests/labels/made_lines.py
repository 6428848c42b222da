"""Lines for tests of labels, all made up, no two of them nearly the same."""

from __future__ import annotations

from random import Random

from junkfilter.labels.items import Candidate

_PLACES = ("市图书馆", "北山中学", "东岭医院", "青河大桥", "老城粮站", "南湖公园", "气象台")
# Characters of ordinary headlines, of which no two are the same in another script or width.
_WORDS = "开放时间延长建校周年门诊启用通车事故今日上午举行座谈会议讨论明春植树方案收成天气转晴"
SPAM = "澜海体育官网_澜海体育app下载"  # an invented betting brand: its site, its app
HONEST = "市图书馆周末照常开放"  # "the city library is open at the weekend as usual"


def headline(number: int) -> str:
    """One of many lines of honest words, in an order that makes no sense."""
    words = Random(number).choices(_WORDS, k=14)
    return _PLACES[number % len(_PLACES)] + "".join(words)


def lines(count: int, **fields: object) -> list[Candidate]:
    """Some candidates; `worth` falls from the first to the last."""
    return [
        Candidate(**{"text": headline(n), "worth": 1 - n / count, **fields})  # type: ignore[arg-type]
        for n in range(count)
    ]
