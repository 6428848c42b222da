"""Cuts as records, and several fields as one page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junkfilter import REPAIR, Cut, JunkFilter, Policy
from junkfilter.integrations.records import cut_records, put_back, strip_fields
from junkfilter.page import apply

# Adult search phrases.
SPAM = "欧美日韩精品在线观看_国产无码高清视频_亚洲成人综合一区_久久人妻中文字幕"
# "park gets three courts, free on weekends"
STORY = "市民公园新增三处篮球场，周末和节假日免费开放。"

texts = st.text(alphabet="新闻广告\n\r 𠀀é", max_size=30)


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[str, list[Cut]]:
    """A text with cuts that may touch, overlap, be empty and lie inside of one another."""
    text = draw(texts)
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    return text, [Cut(start, end, "spam") for start, end in draw(st.lists(places, max_size=6))]


@given(cut_texts())
def test_kept_text_and_records_are_the_text(case: tuple[str, list[Cut]]) -> None:
    """Whatever was cut, what was kept of a text and the records of its cuts give the text back."""
    text, cuts = case
    kept, _ = apply(text, cuts)
    records = cut_records(text, cuts)
    assert put_back(kept, records) == text
    assert put_back(kept, records[::-1]) == text


@given(st.lists(st.lists(st.sampled_from([SPAM, STORY, "", "天气晴"]), max_size=4), max_size=4))
def test_fields_come_back(default_filter: JunkFilter, lines: list[list[str]]) -> None:
    """Each field is what was kept of it and its cuts, whatever the fields are."""
    fields = {f"field {number}": "\n".join(found) for number, found in enumerate(lines)}
    stripped = strip_fields(fields, default_filter)
    assert list(stripped.kept) == list(fields)
    for name, text in fields.items():
        cuts = [cut for cut in stripped.cuts if cut["field"] == name]
        assert put_back(stripped.kept[name], cuts) == text
        assert all(text[cut["start"] : cut["end"]] == cut["text"] for cut in cuts)


def test_fields_are_one_page(default_filter: JunkFilter) -> None:
    """Fields get the scores that their lines have on one page, not those of lines alone."""
    fields = {"title": SPAM, "text": f"{STORY}\n{STORY}\n天气晴"}  # "sunny"
    together = default_filter.strip("\n".join(fields.values())).cuts
    stripped = strip_fields(fields, default_filter)
    assert [cut["score"] for cut in stripped.cuts] == [cut.score for cut in together]
    assert stripped.cuts[0]["score"] != default_filter.strip(SPAM).cuts[0].score


@pytest.mark.parametrize(
    ("fields", "cut", "wanted"),
    [
        ({"title": "甲乙", "text": "丙丁"}, (0, 3), [("title", 0, 2)]),
        ({"title": "甲乙", "text": "丙丁"}, (1, 4), [("title", 1, 2), ("text", 0, 1)]),
        ({"title": "甲乙", "text": "丙丁"}, (2, 3), []),
        ({"title": "", "text": "丙丁"}, (0, 3), [("text", 0, 2)]),
        ({"title": "甲", "lead": "", "text": "丙"}, (0, 4), [("title", 0, 1), ("text", 0, 1)]),
    ],
    ids=["line end of the joint", "across the joint", "joint alone", "empty field", "all"],
)
def test_cuts_are_divided_at_the_joint(
    fields: dict[str, str],
    cut: tuple[int, int],
    wanted: list[tuple[str, int, int]],
    monkeypatch: pytest.MonkeyPatch,
    default_filter: JunkFilter,
) -> None:
    """A cut belongs to the fields that it touches; the line end between fields to none of them."""
    result = default_filter.strip("\n".join(fields.values()))
    result = result._replace(cuts=(Cut(*cut, "spam"),))
    junk = JunkFilter(default_filter.model, default_filter.policy, default_filter.path)
    monkeypatch.setattr(junk, "strip", lambda text: result)
    stripped = strip_fields(fields, junk)
    assert [(found["field"], found["start"], found["end"]) for found in stripped.cuts] == wanted


def test_records_say_what_the_command_line_says(
    pages: list[str],
    expected: dict[str, list[dict[str, Any]]],
    same: Callable[[Any, Any], None],
) -> None:
    """One field is a page like any other: kept text, cuts, kind and score are the CLI's."""
    repair = Policy(operating_point="balanced", remove=frozenset({"spam", *REPAIR}))
    for name, policy in {"default": Policy(), "repair": repair}.items():
        junk = JunkFilter.load(policy=policy)
        stripped = [strip_fields({"text": page}, junk) for page in pages]
        found = [
            {
                "kept": one.kept["text"],
                "cuts": one.cuts,
                "page_kind": one.page_kind,
                "page_score": one.page_score,
            }
            for one in stripped
        ]
        same(found, expected[name])
    assert any(one["cuts"] for one in expected["default"])
    assert {one["page_kind"] for one in expected["default"]} == {"", "spam", "foreign"}


def test_fields_say_what_the_command_line_says_of_records(
    pages: list[str],
    program: Callable[..., Any],
    default_filter: JunkFilter,
    tmp_path: Path,
) -> None:
    """Title and body are what `strip --field title --field text` makes of them, cuts and all."""
    articles = [dict(zip(("title", "text"), page.split("\n", 1), strict=False)) for page in pages]
    lines = [json.dumps(article, ensure_ascii=False) + "\n" for article in articles]
    (tmp_path / "articles.jsonl").write_text("".join(lines), "utf-8")
    fields = ["--field", "title", "--field", "text"]
    arguments = ["--format", "jsonl", *fields, "--rejects", "rejects.jsonl", "articles.jsonl"]
    done = program("-m", "junkfilter", "strip", *arguments, cwd=tmp_path)
    stripped = [strip_fields(article, default_filter) for article in articles]
    assert [one.kept for one in stripped] == [json.loads(line) for line in done.stdout.splitlines()]
    keys = ("kind", "family", "score", "fpr", "detector", "reason", "text")
    wanted = []
    for line in (tmp_path / "rejects.jsonl").read_text("utf-8").splitlines():
        cut = json.loads(line)
        if cut["type"] == "cut":
            place = (cut["record"], cut["field"], cut["char_start"], cut["char_end"])
            wanted.append((*place, *(cut[key] for key in keys)))
    assert wanted
    assert wanted == [
        (number, cut["field"], cut["start"], cut["end"], *(cut[key] for key in keys))
        for number, one in enumerate(stripped, start=1)
        for cut in one.cuts
    ]
