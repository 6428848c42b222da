"""`--repair`, `--remove KIND`, page kinds and the site memory on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import PAGE, SPAM, Run

Runner = Callable[..., Run]
# "develop the rural economy and bring growth", with readings.
NOTES = "發(fā)展農村經(jīng)濟并實(shí)現(xiàn)增長"
BARE = "發展農村經濟并實現增長"
JAM = "7 I9 U) K# f% O"
CASES = Path(__file__).resolve().parents[1] / "cases" / "page_kinds"
SPAM_PAGES = sorted(path for path in CASES.rglob("*.txt") if "spam" in path.parent.name)


def noisy(end: str = "\n", mark: str = "", broken: bytes = b"") -> tuple[bytes, bytes]:
    """A page with a line of spam and noise of several kinds, and what repair leaves of it."""
    text = PAGE.decode().replace("\n", end)
    given = f"{mark}{SPAM.decode().strip()}{end}{NOTES}{end}{JAM}{end}</p>{end}{text}免\u200b费"
    kept = f"{mark}{BARE}{end}{text}免费"
    return given.encode() + broken, kept.encode() + broken


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=ascii)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=ascii)
@pytest.mark.parametrize("broken", [b"", b"\xff\n\xd6"], ids=repr)
def test_repair_cuts_noise_and_restore_brings_it_back(
    run: Runner, tmp_path: Path, end: str, mark: str, broken: bytes
) -> None:
    """With any line end, a byte-order mark, or invalid bytes, every cut can be put back."""
    given, kept = noisy(end, mark, broken)
    done = run("--repair", "--rejects", "r", data=given)
    assert (done.status, done.out) == (0, kept)
    (tmp_path / "kept").write_bytes(done.out)
    assert run("restore", "kept", "--rejects", "r").out == given
    objects = [json.loads(line) for line in (tmp_path / "r").read_bytes().splitlines()]
    kinds = [found["kind"] for found in objects if found["type"] == "cut"]
    assert kinds == ["spam", "pinyin", "pinyin", "pinyin", "pinyin", "jam", "tag", "invisible"]
    assert run("--repair", data=kept).out == kept


@pytest.mark.parametrize(
    ("options", "lost"),
    [
        ([], [SPAM.decode()]),
        (["--remove", "tag"], [SPAM.decode(), "</p>\n"]),
        (["--remove", "tag,jam"], [SPAM.decode(), "</p>\n", f"{JAM}\n"]),
        (["--remove", "tag", "--remove", "jam"], [SPAM.decode(), "</p>\n", f"{JAM}\n"]),
        (["--remove", "none", "--remove", "jam"], [f"{JAM}\n"]),
        (["--remove", "none,invisible"], ["\u200b"]),
        (["--remove", "pinyin"], [SPAM.decode(), "(fā)", "(jīng)", "(shí)", "(xiàn)"]),
    ],
    ids=" ".join,
)
def test_kinds_go_one_by_one(run: Runner, options: list[str], lost: list[str]) -> None:
    """Exactly the kinds that are named go, beside spam unless there is a `none`."""
    expected = noisy()[0].decode()
    for part in lost:
        assert expected.count(part) == 1
        expected = expected.replace(part, "")
    assert run(*options, data=noisy()[0]) == Run(0, expected.encode(), "")


@pytest.mark.parametrize("kinds", ["damage", "everything", "tag,", "tag, jam", ""])
def test_unknown_kinds_are_refused(run: Runner, kinds: str) -> None:
    """A misspelt kind, and damage that is never cut, are wrong usage."""
    done = run("--remove", kinds, data=PAGE)
    assert (done.status, done.out) == (2, b"")
    assert "invisible" in done.err


def test_a_line_of_spam_with_noise_is_one_object(run: Runner, tmp_path: Path) -> None:
    """Readings inside of a line that goes stand in its object, each with its place and proof."""
    line = SPAM.decode().strip() + NOTES + "\n"
    run("--repair", "--rejects", "r", data=line.encode() + PAGE)
    objects = [json.loads(row) for row in (tmp_path / "r").read_bytes().splitlines()]
    (cut,) = [found for found in objects if found["type"] == "cut"]
    assert (cut["kind"], cut["text"]) == ("spam", line)
    assert [inner["kind"] for inner in cut["inner"]] == ["spam"] + ["pinyin"] * 4
    for inner in cut["inner"][1:]:
        text = line[inner["char_start"] : inner["char_end"]]
        assert text == line.encode()[inner["byte_start"] : inner["byte_end"]].decode()
        assert (text[0], inner["score"], inner["reason"][:10]) == ("(", 0.0, "reading of")


def test_flag_lists_what_is_inside(run: Runner) -> None:
    """In JSON each cut and flag of a line has its place, text and proof; tabbed rows name kinds."""
    data = (NOTES + "\n").encode()
    for options, wanted in (([], "flags"), (["--repair"], "cuts")):
        row = json.loads(run("flag", "--json", *options, data=data).out)
        assert [found["text"] for found in row[wanted]] == ["(fā)", "(jīng)", "(shí)", "(xiàn)"]
        assert row[wanted][0] | {"start": 1, "end": 5, "kind": "pinyin"} == row[wanted][0]
        assert row["kind"] == "text"
    cells = run("flag", "--repair", data=data).out.decode().split("\t")
    assert (cells[1], cells[5], len(cells)) == ("text", "inside: pinyin 4", 7)


def test_explain_gives_proofs(run: Runner) -> None:
    """Noise is told after the evidence, with its place, as a cut or a flag."""
    rows = run("explain", NOTES).out.decode().splitlines()
    assert "flag 1-5\tpinyin\tscore 0.000\treading of 發\t(fā)" in rows
    found = json.loads(run("explain", "--json", "--repair", NOTES).out)
    assert [cut["start"] for cut in found["cuts"]] == [1, 9, 18, 24]
    assert found["spans"] == found["flags"] == []


def test_damage_is_told_and_stays(run: Runner) -> None:
    """The summary counts pages with damage; nothing of it is cut."""
    data = "作者:ÖÐ¹úÈÕ±¨\n".encode() + PAGE  # "author: China Daily", read as Latin-1
    done = run("--repair", "-v", data=data)
    assert done.out == data
    assert "encoding damage in 1 page" in done.err


def test_a_page_of_spam_is_named(run: Runner, tmp_path: Path) -> None:
    """A page that is spam as a whole is told of in messages, rejects and `flag`."""
    data = SPAM_PAGES[0].read_bytes()
    done = run("--rejects", "r", data=data)
    assert "page is spam as a whole" in done.err
    objects = [json.loads(row) for row in (tmp_path / "r").read_bytes().splitlines()]
    assert [found["page_kind"] for found in objects if found["type"] == "page"] == ["spam"]
    (tmp_path / "kept").write_bytes(done.out)
    assert run("restore", "kept", "--rejects", "r").out == data
    rows = [json.loads(row) for row in run("flag", "--json", data=data).out.splitlines()]
    assert {row["page_kind"] for row in rows} == {"spam"}
    # Line by line there is no page to judge.
    assert "as a whole" not in run("--line-buffered", data=data).err


def test_a_site_is_remembered(run: Runner, tmp_path: Path) -> None:
    """The file is made, filled by strip, and used; explain reads it and changes nothing."""
    options = ("--site-memory", "m.db", "--site", "news.example")
    assert run(*options, data=SPAM + PAGE) == Run(0, PAGE, "")
    before = (tmp_path / "m.db").read_bytes()
    run("explain", *options, "-", data=SPAM + PAGE)
    assert (tmp_path / "m.db").read_bytes() == before
    again = run("explain", *options, "-", data=SPAM + b"x" + PAGE).out.decode()
    assert "(same first line)" in again


@pytest.mark.parametrize(
    "arguments",
    [
        ["--site", "news.example"],
        ["--site-memory", "m.db"],
        ["--site-memory", "m.db", "--site", "news.example", "--line-buffered"],
        ["--site-memory", "m.db", "--site", "news.example", "--rejects", "m.db"],
    ],
    ids=" ".join,
)
def test_senseless_memories_are_refused(run: Runner, tmp_path: Path, arguments: list[str]) -> None:
    """A memory needs a site and pages, and no output may overwrite it."""
    (tmp_path / "m.db").write_bytes(b"")
    done = run(*arguments, data=PAGE)
    assert (done.status, done.out) == (2, b"")
    assert (tmp_path / "m.db").read_bytes() == b""
