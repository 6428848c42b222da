"""What a crawler calls: policies, limits, sharing, and what a process must not load."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest

import junkfilter as package
from junkfilter.errors import InputFormatError, JunkfilterError, ModelFileError, PolicyError
from junkfilter.filter import JunkFilter
from junkfilter.page import Page, apply, restore
from junkfilter.policy import Policy

ADULT = "国产精品自拍在线观看_亚洲一区二区无码视频_欧美成人免费av网站_久久综合日韩精品\n"
GAMBLING = "澳门新葡京娱乐场_真人百家乐在线投注_时时彩平台注册送彩金\n"
NEWS = (
    "市博物馆新馆下月开放\n"
    "本报讯(记者 何远)历时三年建设,市博物馆新馆将于下月初正式向市民开放。\n"
    "开放初期实行预约参观,市民可以通过电话或现场登记,每日限额两千人。\n"
)
NAVIGATION = "首页 > 新闻中心 > 本地要闻 > 正文\n"
ENGLISH = "The city museum will open its new wing next month after three years of work.\n" * 3
JAPANESE = "来月から開館時間が夜九時まで延長されます。どうぞご利用ください。\n"
KOREAN = "다음 달부터 개관 시간이 밤 아홉 시까지 연장됩니다.\n"
CODE = "def area(width, height):\n    return width * height\n"
MEBIBYTE = 1 << 20


def load(**options: object) -> JunkFilter:
    """The default model with some options of the policy."""
    return JunkFilter.load(policy=Policy(**options))  # type: ignore[arg-type]


# --- policies -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({}, NEWS),
        ({"threshold": 1e6}, ADULT + NEWS + GAMBLING),
        ({"threshold": float("inf")}, ADULT + NEWS + GAMBLING),
        ({"threshold": -1e6}, ""),
        ({"keep": frozenset({"adult"})}, ADULT + NEWS),
        ({"keep": frozenset({"adult", "gambling"})}, ADULT + NEWS + GAMBLING),
        ({"allow": ("自拍在线",)}, ADULT + NEWS),
        ({"allow": ("自拍在線",)}, ADULT + NEWS),
        ({"allow": ("ＡＶ网站",)}, ADULT + NEWS),
        ({"allow": ("自\u200b拍",)}, ADULT + NEWS),
        ({"deny": ("记者 何远",)}, NEWS.replace(NEWS.splitlines(True)[1], "")),
        ({"deny": ("博物館新館",)}, NEWS.splitlines(True)[2]),
        ({"allow": ("自拍",), "deny": ("自拍",)}, ADULT + NEWS),
        ({"deny": ("没有这句话",)}, NEWS),
        ({"remove": frozenset()}, ADULT + NEWS + GAMBLING),
        ({"remove": frozenset(), "deny": ("自拍",)}, NEWS + GAMBLING),
        ({"keep": frozenset({"adult"}), "deny": ("自拍",)}, NEWS),
        ({"max_removed": 0.0}, ADULT + NEWS + GAMBLING),
        ({"max_removed": 0.9}, NEWS),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_policy_decides(options: dict[str, object], kept: str) -> None:
    """Each option changes what is cut of a page as it says, and nothing else."""
    result = load(**options).strip(ADULT + NEWS + GAMBLING)
    assert kept == result.text


@pytest.mark.parametrize("literal", ["", "\u200b", "\ufeff\u00ad"], ids=ascii)
@pytest.mark.parametrize("option", ["allow", "deny"])
def test_literals_that_fold_to_nothing_decide_nothing(option: str, literal: str) -> None:
    """An empty literal is in every line: it is refused or has no effect."""
    try:
        result = load(**{option: (literal,)}).strip(ADULT + NEWS)
    except PolicyError:
        return
    assert result.text == NEWS


def test_what_is_not_carried_out_is_a_flag() -> None:
    """A family that is kept, and a page held back, still show what was found."""
    kept = load(keep=frozenset({"adult"})).strip(ADULT + NEWS)
    lines = [flag for flag in kept.flags if flag.detector == "lines"]
    assert [(flag.kind, flag.family, flag.start) for flag in lines] == [("spam", "adult", 0)]
    held = load(max_removed=0.1).strip(ADULT + NEWS)
    assert held.held_back
    assert held.cuts == ()
    assert [flag.start for flag in held.flags if flag.detector == "lines"] == [0]


def test_an_allowed_line_is_neither_cut_nor_flagged() -> None:
    """The user's word is final, at every operating point."""
    for point in ("precision", "balanced", "recall"):
        result = load(operating_point=point, allow=("自拍",)).strip(ADULT + NEWS)
        assert result.text == ADULT + NEWS
        assert [flag for flag in result.flags if flag.start == 0] == []


def test_boilerplate_goes_only_when_asked_for() -> None:
    """Navigation is honest: it stays by default, is named by `flag`, and can be removed."""
    page = NAVIGATION + NEWS
    assert load().strip(page).text == page
    assert load().flag(page)[0].kind == "boilerplate"
    removing = load(remove=frozenset({"spam", "boilerplate"}))
    result = removing.strip(ADULT + page)
    assert result.text == NEWS
    assert [cut.kind for cut in result.cuts] == ["spam", "boilerplate"]
    only = load(remove=frozenset({"boilerplate"}))
    assert only.strip(ADULT + page).text == ADULT + NEWS


def test_whole_batches_are_judged_alike() -> None:
    """`strip_pages` and `flag_pages` give each page what it gets alone, wherever it stands."""
    junk_filter = load(remove=frozenset({"spam", "boilerplate"}))
    pages = [Page(text) for text in (NEWS, "", ADULT, ENGLISH, NAVIGATION, "\n", GAMBLING + NEWS)]
    alone = [junk_filter.strip_pages([page])[0] for page in pages]
    assert alone == junk_filter.strip_pages(pages)
    verdicts = [junk_filter.flag_pages([page])[0] for page in pages]
    assert verdicts == junk_filter.flag_pages(pages)
    assert junk_filter.strip_pages([]) == []
    assert junk_filter.flag_pages([]) == []


def test_denied_lines_go_from_foreign_pages_too() -> None:
    """What the user denies is cut wherever it stands."""
    line = "buy pills now\n"
    result = load(deny=("PILLS",)).strip(ENGLISH + line)
    assert (result.text, result.page_kind) == (ENGLISH, "foreign")


# --- pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [ENGLISH, JAPANESE, KOREAN, CODE], ids=["en", "ja", "ko", "code"])
def test_foreign_pages_pass(text: str) -> None:
    """A page that is not mainly Chinese comes out as it was, and says so."""
    result = load(threshold=-1e6).strip(text)
    assert (result.text, result.cuts, result.page_kind) == (text, (), "foreign")
    assert {verdict.kind for verdict in load().flag(text)} == {"text"}


@pytest.mark.parametrize(
    "text", ["", "\ufeff", "\n", "\r\n", "\r", " ", "\u200b\n", "\0"], ids=ascii
)
def test_texts_without_words_pass(text: str) -> None:
    """Nothing to judge is nothing to cut, at every operating point."""
    for point in ("precision", "balanced", "recall"):
        result = load(operating_point=point).strip(text)
        assert (result.text, result.cuts, result.flags) == (text, (), ())


def test_too_long_lines_pass_and_the_rest_is_judged() -> None:
    """A line of more than 1 MiB is counted and kept; pages before and after it lose their spam."""
    long = ADULT.strip() * (2 * MEBIBYTE // len(ADULT.encode()))
    text = ADULT + NEWS + long + "\n" + ADULT + NEWS
    result = load().strip(text)
    assert result.text == NEWS + long + "\n" + NEWS
    assert result.too_long == 1
    verdicts = load().flag(text)
    assert [v.number for v in verdicts] == list(range(1, len(verdicts) + 1))
    assert verdicts[4].reason == "too-long"
    assert verdicts[4].text == ""
    with pytest.raises(InputFormatError):
        load().explain(text, line=5)


@pytest.mark.parametrize(
    ("block", "count"), [(NEWS, 3 * MEBIBYTE // len(NEWS.encode())), ("新闻\n", 5000)],
    ids=["3 MB", "5,000 lines"],
)  # fmt: skip
def test_texts_beyond_a_page_are_judged_in_pieces(block: str, count: int) -> None:
    """Beyond the limits of a page offsets and line numbers stay those of the whole text."""
    junk_filter = load()
    text = ADULT + block * count + GAMBLING
    result = junk_filter.strip(text)
    assert result.text == block * count
    assert [text[cut.start : cut.end] for cut in result.cuts] == [ADULT, GAMBLING]
    kept, removed = apply(text, result.cuts)
    assert restore(kept, removed) == text
    verdicts = junk_filter.flag(text)
    lines = text.splitlines()
    assert [verdict.text for verdict in verdicts] == lines
    assert [verdict.number for verdict in verdicts] == list(range(1, len(lines) + 1))
    assert {v.number for v in verdicts if v.kind == "spam"} == {1, len(lines)}
    assert junk_filter.explain(text, line=len(lines)).verdict == verdicts[-1]


@pytest.mark.parametrize("line", [0, -1, 4, 10**9])
def test_only_lines_that_exist_are_explained(line: int) -> None:
    """A line number outside the text is refused, and the message says how many lines there are."""
    with pytest.raises(InputFormatError, match="3"):
        load().explain(NEWS, line=line)


# --- many texts -----------------------------------------------------------------------------


def test_strip_many_is_lazy_and_keeps_the_order(default_filter: JunkFilter) -> None:
    """An endless iterable can be read from; results come in order, reading little ahead."""
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield f"{ADULT}{NEWS}第{taken}页\n"

    results = default_filter.strip_many(endless())
    assert taken == 0
    texts = [result.text for result in islice(results, 5)]
    assert [f"{NEWS}第{number}页\n" for number in range(1, 6)] == texts
    assert taken * len(ADULT + NEWS) <= 2 << 16


def test_strip_many_takes_texts_of_all_sizes(default_filter: JunkFilter) -> None:
    """Small and large texts in one iterable come out in order, an empty iterable gives nothing."""
    texts = [NEWS, ADULT * 2 + NEWS * 400, "", GAMBLING, NEWS * 20_000, ADULT + NEWS]
    assert [default_filter.strip(text) for text in texts] == list(default_filter.strip_many(texts))
    assert list(default_filter.strip_many([])) == []


def test_an_iterable_may_fail(default_filter: JunkFilter) -> None:
    """An error of the iterable reaches the caller as it is."""

    def failing() -> Iterator[str]:
        yield NEWS
        raise KeyError("page")

    with pytest.raises(KeyError):
        list(default_filter.strip_many(failing()))


def test_threads_share_a_filter(filters: Mapping[str, JunkFilter]) -> None:
    """Results do not depend on how many threads use a filter at once."""
    junk_filter = filters["balanced"]
    texts = [f"{ADULT * (i % 2)}第{i}条 {NEWS}{GAMBLING * (i % 3)}" for i in range(200)]
    expected = [(junk_filter.strip(text), junk_filter.flag(text)) for text in texts]

    def both(text: str) -> tuple[object, object]:
        return junk_filter.strip(text), junk_filter.flag(text)

    with ThreadPoolExecutor(8) as threads:
        assert expected == list(threads.map(both, texts))


def test_a_filter_pickles_as_its_path_and_policy() -> None:
    """Workers get a small pickle, and the filter they make of it judges alike."""
    junk_filter = load(operating_point="balanced", keep=frozenset({"gambling"}))
    data = pickle.dumps(junk_filter)
    assert len(data) < 2000
    copy = pickle.loads(data)
    assert (copy.policy, copy.path) == (junk_filter.policy, junk_filter.path)
    assert copy.strip(ADULT + NEWS + GAMBLING) == junk_filter.strip(ADULT + NEWS + GAMBLING)


def test_missing_models_and_points_are_refused(tmp_path: Path) -> None:
    """A folder without a model is an error with the folder's name."""
    with pytest.raises(ModelFileError, match=tmp_path.name):
        JunkFilter.load(tmp_path)
    with pytest.raises(JunkfilterError):
        load(operating_point="reckless")


# --- processes ------------------------------------------------------------------------------


def modules_after(program: str) -> set[str]:
    """Names of the modules that a fresh process has loaded after running some code."""
    report = "\nimport json, sys\nprint(json.dumps(list(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program + report],
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
        cwd=Path(package.__file__).parents[1],
        timeout=60,
    )
    assert done.stderr == ""
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_stripping_loads_neither_jieba_nor_scikit_learn() -> None:
    """A process that strips and flags loads nothing that only explaining or training needs."""
    loaded = modules_after(
        "from junkfilter.filter import JunkFilter\n"
        f"result = JunkFilter.load().strip({ADULT + NEWS!r})\n"
        f"assert result.text == {NEWS!r} and len(result.cuts) == 1\n"
        f"assert JunkFilter.load().flag({NEWS!r})"
    )
    assert "numpy" in loaded
    assert not {"jieba", "sklearn", "scipy", "joblib", "click"} & loaded


def test_importing_loads_and_does_nothing() -> None:
    """The package and its errors can be imported without NumPy, or anything else being touched."""
    before = modules_after("import json")
    program = (
        "import random, locale, os, sys, logging, warnings\n"
        "def state():\n"
        "    return (random.getstate(), locale.setlocale(locale.LC_ALL), dict(os.environ),\n"
        "        os.getcwd(), logging.root.handlers[:], warnings.filters[:],\n"
        "        sys.stdout.encoding, sys.getrecursionlimit())\n"
        "before = state()\n"
        "import junkfilter, junkfilter.errors\n"
        "assert state() == before\n"
    )
    loaded = modules_after(program) - before
    assert not {"numpy", "jieba", "sklearn", "click"} & loaded
    assert {name for name in loaded if name.startswith("junkfilter")} <= {
        "junkfilter",
        "junkfilter.errors",
    }


@pytest.mark.parametrize(
    "arguments", [["--help"], ["strip", "--help"], ["flag", "-h"]], ids=" ".join
)
def test_help_is_quick(arguments: list[str]) -> None:
    """Nobody waits for NumPy to read the help."""
    loaded = modules_after(
        f"from junkfilter.cli import main\nassert main({arguments!r}) == 0\nprint()"
    )
    assert not {"numpy", "jieba", "sklearn"} & loaded
