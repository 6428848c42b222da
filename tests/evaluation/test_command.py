"""`junkfilter evaluate` on a model of one word: output, gate and exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_model import write_model

from junkfilter.cli import main

Evaluate = Callable[..., tuple[int, str, str]]


@pytest.fixture
def evaluate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Evaluate:
    """Runs the command where `cuts-av`, `cuts-news`, `lines.tsv` and `clean/` are."""
    monkeypatch.chdir(tmp_path)
    write_model(tmp_path / "cuts-av", "国产精品")  # "domestic quality", in adult spam
    write_model(tmp_path / "cuts-news", "图书馆")  # "library"
    rows = "spam.adult\t国产精品在线\nspam.game\t传奇私服\ntext\t图书馆开放时间\n"
    (tmp_path / "lines.tsv").write_text(rows, encoding="utf-8")
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "a.txt").write_text("国产精品白酒\n" + "天气晴\n" * 9, encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["evaluate", *arguments])
        out, error = capfdbinary.readouterr()
        return status, out.decode(), error.decode()

    return run


def tables(output: str) -> dict[str, list[dict[str, object]]]:
    """The tables of the JSON form."""
    found: dict[str, list[dict[str, object]]] = json.loads(output)["tables"]
    return found


def test_figures_of_labelled_and_clean_lines(evaluate: Evaluate) -> None:
    """One of two spam lines is found, one clean line of ten is cut and listed."""
    status, out, _ = evaluate("cuts-av", "lines.tsv", "--clean", "clean/a.txt", "--json")
    found = tables(out)
    assert status == 0
    assert [(row["name"], row["cut@precision"]) for row in found["by_family"]] == [
        ("all", 1),
        ("adult", 1),
        ("game", 0),
    ]
    assert [row["text"] for row in found["false_positives"]] == ["国产精品白酒"]
    assert found["promises"][0]["lines"] == 10
    assert {row["source"] for row in found["promises"]} == {"all", "clean/", "clean/a.txt"}


def test_known_ads_by_the_digest_that_is_listed(evaluate: Evaluate, tmp_path: Path) -> None:
    """The digest of a listed false positive goes into the file as it is."""
    arguments = ("cuts-av", "--clean", "clean/a.txt", "--json")
    listed = tables(evaluate(*arguments)[1])["false_positives"][0]
    (tmp_path / "ads.tsv").write_text(f"{listed['digest']}\tsells spirits\n", encoding="utf-8")
    found = tables(evaluate(*arguments, "--known-ads", "ads.tsv")[1])
    assert (found["promises"][0]["cut"], found["promises"][0]["cut without ads"]) == (1, 0)
    assert found["false_positives"][0]["known ad"] == "sells spirits"


@pytest.mark.parametrize("form", [(), ("--markdown",), ("--as-pages",), ("--by-group",)])
def test_people_get_tables(evaluate: Evaluate, form: tuple[str, ...]) -> None:
    """In text and in Markdown, of lines and of pages."""
    status, out, error = evaluate("cuts-av", "lines.tsv", "--clean", "clean/a.txt", *form)
    assert (status, error) == (0, "")
    assert "Recall, by family" in out
    assert ("by group" in out) == ("--by-group" in form)
    assert ("|---|" in out) == ("--markdown" in form)


def test_diff_lists_honest_lines_first(evaluate: Evaluate) -> None:
    """The model that is compared with is the one before."""
    _, out, _ = evaluate("cuts-news", "lines.tsv", "--diff", "cuts-av", "--json")
    assert [(row["change"], row["label"]) for row in tables(out)["difference"]] == [
        ("newly cut", "text"),
        ("newly kept", "spam.adult"),
    ]


def test_gate_accepts_what_it_was_made_from_and_rejects_worse(evaluate: Evaluate) -> None:
    """Status 1 and one message for each figure; nothing of it on standard output."""
    gate = ("lines.tsv", "--clean", "clean/a.txt", "--gate", "floors.json")
    assert evaluate("cuts-av", *gate, "--update-gate")[0] == 0
    assert evaluate("cuts-av", *gate)[0] == 0
    status, out, error = evaluate("cuts-news", *gate)
    assert status == 1
    assert "floors.json: recall.adult@precision is 0, must be at least 1" in error
    assert "must be" not in out


def test_labelled_lines_alone_pass_no_gate(evaluate: Evaluate) -> None:
    """Neither one that they pinned themselves nor that of the very same model."""
    evaluate("cuts-av", "lines.tsv", "--gate", "floors.json", "--update-gate")
    for gate in ("floors.json", "cuts-av"):
        status, _, error = evaluate("cuts-av", "lines.tsv", "--gate", gate)
        assert status == 1
        assert "labelled lines alone accept no model" in error


def test_gate_is_not_lowered_unless_told_to(evaluate: Evaluate, tmp_path: Path) -> None:
    """Refusing is an error and leaves the file as it was."""
    gate = ("lines.tsv", "--clean", "clean/a.txt", "--gate", "floors.json", "--update-gate")
    evaluate("cuts-av", *gate)
    before = (tmp_path / "floors.json").read_bytes()
    status, _, error = evaluate("cuts-news", *gate)
    assert (status, (tmp_path / "floors.json").read_bytes()) == (2, before)
    assert "--allow-regression" in error
    assert evaluate("cuts-news", *gate, "--allow-regression")[0] == 0
    assert evaluate("cuts-news", *gate[:-1])[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("cuts-av",), "nothing to measure with"),
        (("cuts-av", "none.tsv"), "none.tsv: cannot be read"),
        (("none", "lines.tsv"), "none"),
        (("cuts-av", "lines.tsv", "--json", "--markdown"), "do not go together"),
        (("cuts-av", "lines.tsv", "--update-gate"), "needs --gate"),
        (("cuts-av", "lines.tsv", "--allow-regression"), "goes with --update-gate"),
        (("cuts-av", "lines.tsv", "--gate", "none.json"), "none.json: cannot be read"),
        (("cuts-av", "lines.tsv", "--gate", "cuts-news", "--update-gate"), "needs a file"),
        (("cuts-av", "lines.tsv", "--labels", "labels.db"), "goes with --gate MODEL"),
        (("cuts-av", "lines.tsv", "--known-ads", "none.tsv"), "none.tsv: cannot be read"),
    ],
)
def test_errors_are_status_two(
    evaluate: Evaluate, arguments: tuple[str, ...], message: str
) -> None:
    """Usage and files alike, with a message and without a traceback."""
    status, _, error = evaluate(*arguments)
    assert status == 2
    assert message in error
