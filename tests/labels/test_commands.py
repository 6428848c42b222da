"""The commands: what they print, write and refuse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from made_lines import HONEST, SPAM, headline

import junkfilter
from junkfilter.cli import main
from junkfilter.labels.items import Judgment, item_id
from junkfilter.labels.store import LabelStore

ADULT = "国产精品一区二区三区_亚洲欧美日韩在线观看_无码av免费_久久综合网站"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the program in an empty folder: arguments, then input."""

    def run_program(
        *arguments: str, data: str = "", status: int = 0
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "junkfilter", *arguments],
            input=data,
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(junkfilter.__file__).parents[1])},
            timeout=60,
        )
        assert "Traceback" not in done.stderr
        assert done.returncode == status, done.stderr
        return done

    return run_program


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A file with a page: a line of spam over honest lines."""
    path = tmp_path / "page.txt"
    path.write_text("\n".join([ADULT, *map(headline, range(20))]) + "\n", "utf-8")
    return path


def stored(folder: Path) -> LabelStore:
    """The file of labels that a command made."""
    return LabelStore.open(folder / "labels.db", read_only=True)


def test_collect_adds_lines_and_says_so(run: Run, tmp_path: Path, pages: Path) -> None:
    """Once; and nothing is said where nobody looks, or quiet is asked for."""
    done = run("collect", "page.txt", "--labels", "labels.db", "--each", "3", "-v")
    assert "21 lines read" in done.stderr
    assert done.stdout == ""
    with stored(tmp_path) as store:
        items = {item.text: item for item in store.items()}
    assert f"{len(items)} added to labels.db" in done.stderr
    assert (items[ADULT].kind, items[ADULT].line) == ("spam", 1)
    assert items[ADULT].source == "page.txt"
    again = run("collect", "page.txt", "--labels", "labels.db", "--each", "3", "-v")
    assert f" 0 added to labels.db, {len(items)} were there" in again.stderr
    assert run("collect", "page.txt", "--labels", "labels.db").stderr == ""


def test_collect_reads_records_with_their_addresses(run: Run, tmp_path: Path) -> None:
    """JSON Lines give host and number of the record; a broken one is told and passed over."""
    rows = [
        json.dumps({"url": "https://www.news.example/1", "text": f"{headline(1)}\n{ADULT}"}),
        '{"url": "https://www.news.example/2", "text": ',
        json.dumps({"url": "https://www.news.example/3", "text": headline(2)}),
    ]
    data = "\n".join(rows) + "\n"
    (tmp_path / "pages.jsonl").write_text(data, "utf-8")
    done = run("collect", "pages.jsonl", "--format", "jsonl", "--labels", "labels.db")
    assert "record 2" in done.stderr
    with stored(tmp_path) as store:
        item = store.item(item_id(ADULT))
        assert len(list(store.items())) == 3
    assert (item.host, item.line) == ("news.example", 1)
    run("collect", "pages.jsonl", "--format", "jsonl", "--on-error", "stop", "--labels", "x.db",
        status=2)  # fmt: skip


def test_collect_does_what_it_can_with_what_it_gets(run: Run, tmp_path: Path, pages: Path) -> None:
    """An input that is missing is an error, and the others are read all the same."""
    done = run("collect", "missing.txt", "page.txt", "--labels", "labels.db", status=2)
    assert "missing.txt" in done.stderr
    with stored(tmp_path) as store:
        assert store.item(item_id(ADULT))
    piped = run("collect", "--labels", "piped.db", "--site", "a.example", data=pages.read_text())
    assert piped.stderr == ""
    with LabelStore.open(tmp_path / "piped.db") as store:
        item = store.item(item_id(ADULT))
    assert (item.source, item.host) == ("<stdin>", "a.example")


def test_collect_never_writes_over_its_input(run: Run, pages: Path) -> None:
    """A page as file of labels is refused, under whatever name, and stays as it is."""
    before = pages.read_bytes()
    run("collect", "page.txt", "--labels", "./page.txt", status=2)
    run("collect", "--labels", "page.txt", data=HONEST, status=2)
    assert pages.read_bytes() == before


def test_a_full_file_is_told(run: Run, tmp_path: Path) -> None:
    """Nothing is added to it, and the exit status stays that of a run that did its work."""
    text = "\n".join(f"{headline(n)}{'晴' * 900}" for n in range(600))
    done = run(
        "collect",
        "--labels",
        "labels.db",
        "--max-size",
        "1",
        "--each",
        "600",
        "--no-spans",
        data=text,
    )
    assert "were not added" in done.stderr
    assert (tmp_path / "labels.db").stat().st_size < 2 << 20


def test_a_case_is_reported_from_the_shell(run: Run, tmp_path: Path) -> None:
    """As text, as a file, from a pipe; each line is labelled at once."""
    (tmp_path / "cases.txt").write_text(f"\ufeff{SPAM}\n\n{headline(1)}\n", "utf-8")
    at = ("--labels", "labels.db")
    done = run("report-miss", ADULT, *at, "--family", "adult", "--host", "a.example", "-v")
    assert "1 of them are found already" in done.stderr
    assert run("report-miss", "cases.txt", *at, "--annotator", "ada").stderr == ""
    run("report-false", "-", *at, data=f"{HONEST}\n{headline(1)}\n")
    with stored(tmp_path) as store:
        said = {line.text: (line.label, line.family, line.why) for line in store.labelled()}
        item = store.item(item_id(ADULT))
        second = store.history(item_id(headline(1)))
    assert said == {
        ADULT: ("spam", "adult", "miss"),
        SPAM: ("spam", "", "miss"),
        HONEST: ("text", "", "false"),
        headline(1): ("text", "", "miss"),
    }
    assert (item.host, item.kind, item.line) == ("a.example", "spam", 1)
    assert [label.annotator for label in second] == ["ada", "report"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("report-miss", " ", "--labels", "labels.db"), "no line"),
        (("report-miss", "labels.db", "--labels", "labels.db"), "file of labels"),
        (("report-miss", ".", "--labels", "labels.db"), "cannot be read"),
        (("report-miss", "text", "--labels", "labels.db", "--family", "poetry"), "poetry"),
        (("report-miss", "text"), "--labels"),
        (("labels", "export", "--labels", "missing.db"), "no such file"),
        (("labels", "export", "--labels", "labels.db", "-o", "labels.db"), "both input and"),
        (("labels", "import", "labels.db", "--labels", "labels.db"), "both input and"),
        (("labels", "import", "missing.tsv", "--labels", "labels.db"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    message: str,
) -> None:
    """With a word on why, and the file of labels stays as it is."""
    monkeypatch.chdir(tmp_path)
    with LabelStore.open("labels.db"):
        pass
    before = (tmp_path / "labels.db").read_bytes()
    assert main(arguments) == 2
    assert message in capsys.readouterr().err
    assert (tmp_path / "labels.db").read_bytes() == before


def test_a_case_that_is_too_long_is_counted(run: Run, tmp_path: Path) -> None:
    """The other lines of the file are labelled."""
    (tmp_path / "cases.txt").write_text(f"{'长' * 10_001}\n{SPAM}\n", "utf-8")
    done = run("report-miss", "cases.txt", "--labels", "labels.db", "-v")
    assert "1 lines labelled" in done.stderr
    assert "1 lines are too long" in done.stderr


def test_labels_go_out_and_come_in(run: Run, tmp_path: Path) -> None:
    """To standard output or a file, by the format that is asked for, and back."""
    with LabelStore.open(tmp_path / "labels.db") as store:
        run("report-miss", SPAM, "--labels", "labels.db")
        run("report-false", "甲\t乙", "--labels", "labels.db")  # "A", "B"
        store.label(item_id(SPAM), Judgment("spam", "gambling"), "ada")
    out = run("labels", "export", "--labels", "labels.db")
    with stored(tmp_path) as store:
        ids = [line.id for line in store.labelled()]
    rows = [json.loads(line) for line in out.stdout.splitlines()]
    assert [row["id"] for row in rows] == ids
    assert {row["text"]: row["label"] for row in rows} == {
        SPAM: "spam.gambling",
        "甲\t乙": "text",
    }
    table = run("labels", "export", "--labels", "labels.db", "--format", "tsv", "-o", "out.tsv")
    assert "1 lines have no place in tsv" in table.stderr
    assert (tmp_path / "out.tsv").read_text("utf-8") == (
        f"label\ttext\thost\nspam.gambling\t{SPAM}\t\n"
    )
    done = run("labels", "import", "out.tsv", "--labels", "new.db", "--annotator", "bo")
    assert "out.tsv: 1 new lines, 1 labels" in done.stderr
    with LabelStore.open(tmp_path / "new.db") as store:
        assert [each.annotator for each in store.passes()] == ["bo"]


def test_what_is_said_again_after_somebody_overruled_it_counts(run: Run, tmp_path: Path) -> None:
    """The latest word counts, also one that was said before."""
    run("report-miss", SPAM, "--labels", "labels.db")
    run("report-false", SPAM, "--labels", "labels.db", "--annotator", "ada")
    run("report-miss", SPAM, "--labels", "labels.db")
    with stored(tmp_path) as store:
        assert [line.label for line in store.labelled()] == ["spam"]
