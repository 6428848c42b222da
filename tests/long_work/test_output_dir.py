"""`--output-dir`: what is where, what is refused, and what --resume finds."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from junkfilter.cli import main

# A keyword line of adult spam, composed for this test, over a page about road works.
SPAM = "国产精品一区二区三区_亚洲欧美日韩在线观看_无码av免费_久久综合网站\n".encode()
PAGE = (
    "滨江路下周起封闭施工\n\n"
    "本报讯 记者从市交通局了解到,滨江路部分路段将从下周一起封闭施工,工期约两个月。\n"
    "施工期间,途经的三条公交线路将临时改道,市民可以通过公告牌查询。\n"
).encode()
REJECTS = ".rejects.jsonl"
RECORD = ".junkfilter/run.json"

Files = dict[str, bytes]


def files_of(folder: Path) -> Files:
    """All files below a folder by relative path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def make(folder: Path, files: Files) -> None:
    """Writes files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a tree `in` of a few pages."""
    monkeypatch.chdir(tmp_path)
    pages = {"in/a.txt": SPAM + PAGE, "in/b/c.txt": PAGE, "in/b/d/e.txt": PAGE + SPAM, "in/f": b""}
    make(tmp_path, pages)
    return tmp_path


@pytest.fixture
def strip(here: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Calls the program in the working folder; status and standard error."""

    def run(*arguments: str) -> tuple[int, str]:
        status = main(["strip", *arguments])
        out, error = capfd.readouterr()
        assert out == ""
        return status, error

    return run


def test_the_tree_is_mirrored_with_rejects_beside(
    here: Path, strip: Callable[..., tuple[int, str]]
) -> None:
    """Every file has its kept text in the same place below the folder, and rejects that restore."""
    assert strip("--output-dir", "out", "in") == (0, "")
    kept = {"a.txt": PAGE, "b/c.txt": PAGE, "b/d/e.txt": PAGE, "f": b""}
    found = files_of(here / "out")
    assert {*kept, *(name + REJECTS for name in kept), RECORD} == set(found)
    for name, content in kept.items():
        assert content == found[name]
        rejects = f"out/{name}{REJECTS}"
        assert main(["restore", f"out/{name}", "--rejects", rejects, "-o", "back"]) == 0
        assert (here / "back").read_bytes() == (here / "in" / name).read_bytes()


def test_rejects_can_have_a_folder_of_their_own(
    here: Path, strip: Callable[..., tuple[int, str]]
) -> None:
    """With --rejects the tree is mirrored twice, and names of rejects bother no input."""
    make(here, {"in/a.txt" + REJECTS: PAGE})
    assert strip("--output-dir", "out", "--rejects", "cut", "in")[0] == 0
    assert set(files_of(here / "cut")) == {
        RECORD,
        *(name + REJECTS for name in files_of(here / "in")),
    }
    assert set(files_of(here / "out")) == {RECORD, *files_of(here / "in")}


def test_folders_and_files_are_laid_over_each_other(
    here: Path, strip: Callable[..., tuple[int, str]]
) -> None:
    """What is in folders and files that are named stand together at the top."""
    make(here, {"more/b/x.txt": PAGE, "lone.txt": PAGE})
    assert strip("--output-dir", "out", "lone.txt", "more", "in/")[0] == 0
    pages = {name for name in files_of(here / "out") if not name.endswith("json" + "l")}
    assert pages == {RECORD, "a.txt", "b/c.txt", "b/d/e.txt", "b/x.txt", "f", "lone.txt"}


@pytest.mark.parametrize("ending", ["gz", "bz2", "xz"])
def test_outputs_are_compressed_as_inputs_are(
    here: Path, strip: Callable[..., tuple[int, str]], ending: str
) -> None:
    """A compressed page becomes a compressed page, and its rejects restore what was in it."""
    packer = importlib.import_module({"gz": "gzip", "xz": "lzma"}.get(ending, ending))
    name = f"p.txt.{ending}"
    make(here, {f"in/{name}": packer.compress(SPAM + PAGE)})
    assert strip("--output-dir", "out", "in") == (0, "")
    assert packer.decompress((here / "out" / name).read_bytes()) == PAGE
    assert main(["restore", f"out/{name}", "--rejects", f"out/{name}{REJECTS}", "-o", "back"]) == 0
    assert packer.decompress((here / "back").read_bytes()) == SPAM + PAGE
    os.utime(here / "in" / name, (1, 1))
    assert strip("--output-dir", "out", "--resume", "in")[0] == 0


def test_more_jobs_make_the_same(here: Path, strip: Callable[..., tuple[int, str]]) -> None:
    """Outputs and rejects do not depend on the number of processes."""
    make(here, {f"in/many/{number}.txt": SPAM * (number % 2) + PAGE for number in range(30)})
    make(here, {"in/long.txt": (PAGE * 20 + SPAM) * 500})
    for jobs in ("1", "2"):
        assert strip("--output-dir", f"out{jobs}", "-j", jobs, "in")[0] == 0
    assert files_of(here / "out1") == files_of(here / "out2")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output-dir", "in/out", "in"], "lie one in the other"),
        (["--output-dir", "in", "in"], "lie one in the other"),
        (["--output-dir", ".", "in"], "lie one in the other"),
        (["--output-dir", "link/out", "in"], "lie one in the other"),
        (["--output-dir", "out", "--rejects", "in/cut", "in"], "lie one in the other"),
        (["--output-dir", "in/a.txt/out", "in/b"], "cannot be written"),
        (["--output-dir", "out", "in", "in/a.txt"], "would both be written to a.txt"),
        (["--output-dir", "out", "in", "other"], "would both be written to b"),
        (["--output-dir", "out", "twin"], "has the name of the rejects of"),
        (["--output-dir", "out", "state"], "needed in the output folder"),
        (["--output-dir", "out", "long"], "name of its rejects would be too long"),
        (["--output-dir", "full", "in"], "is not empty"),
        (["--output-dir", "full", "--resume", "in"], "is not empty"),
        (["--output-dir", "out", "missing"], "cannot be read"),
        (["--output-dir", "out"], "needs files or folders"),
        (["--output-dir", "out", "-"], "needs files or folders"),
        (["--output-dir", "out", "--count", "in"], "do not go together"),
        (["--resume", "in/a.txt"], "is for --output-dir"),
        (["-j", "0", "in/a.txt"], "-1 stands for all cores"),
    ],
)
def test_what_would_go_wrong_is_refused_first(
    here: Path, strip: Callable[..., tuple[int, str]], arguments: list[str], message: str
) -> None:
    """Outputs in inputs, clashes of names and foreign folders: nothing is written at all."""
    make(here, {"other/b": PAGE, "twin/p": PAGE, "twin/p" + REJECTS: PAGE, "full/x": PAGE})
    make(here, {"state/.junkfilter": PAGE, f"long/{'x' * 250}": PAGE})
    (here / "link").symlink_to("in")
    before = files_of(here)
    status, error = strip(*arguments)
    assert status == 2
    assert message in error
    assert before == files_of(here)


def test_links_to_files_are_read_and_links_to_folders_are_not(
    here: Path, strip: Callable[..., tuple[int, str]]
) -> None:
    """A linked page becomes a file of its own; a link upwards would never end; pipes would wait."""
    (here / "in/linked.txt").symlink_to("a.txt")
    (here / "in/b/up").symlink_to("..")
    os.mkfifo(here / "in/pipe")
    (here / "in/lost").symlink_to("nowhere")
    status, error = strip("--output-dir", "out", "in")
    assert status == 2  # the link that leads nowhere cannot be read
    assert "in/lost: cannot be read" in error
    assert "in/b/up: is a link to a folder and was left out" in error
    assert "in/pipe: is no regular file and was left out" in error
    found = files_of(here / "out")
    assert found["linked.txt"] == PAGE
    assert not (here / "out/linked.txt").is_symlink()
    assert not {"lost", "pipe", "b/up"} & {name.partition(".")[0] for name in found}
    assert files_of(here / "in")["a.txt"] == SPAM + PAGE


def test_resume_leaves_finished_files_alone(
    here: Path, strip: Callable[..., tuple[int, str]]
) -> None:
    """Only what is missing is made; a new input is, too."""
    strip("--output-dir", "out", "in")
    whole = files_of(here / "out")
    (here / "out/b/c.txt").unlink()
    (here / "out/f").write_bytes(b"has its name, so it is finished")
    make(here, {"in/new.txt": SPAM + PAGE})
    status, error = strip("--output-dir", "out", "--resume", "in")
    assert (status, error) == (0, "junkfilter: 3 of 5 files were finished before\n")
    found = files_of(here / "out")
    assert found.pop("new.txt") == PAGE
    assert found.pop("new.txt" + REJECTS)
    assert found == {**whole, "f": b"has its name, so it is finished"}


def test_resume_begins_where_there_is_nothing(
    here: Path, strip: Callable[..., tuple[int, str]]
) -> None:
    """A script may always say --resume."""
    assert strip("--output-dir", "out", "--resume", "in") == (0, "")
    assert (here / "out/a.txt").read_bytes() == PAGE


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--operating-point", "recall"], 'policy.operating_point "precision", not "recall"'),
        (["--repair"], "policy.remove"),
        (["--deny", "words"], "policy.deny.count 0, not 1"),
        (["--rejects", "cut"], 'rejects ".", not "../cut"'),
        (["--spans"], "policy.spans false, not true"),
    ],
)
def test_resume_refuses_another_policy(
    here: Path, strip: Callable[..., tuple[int, str]], options: list[str], message: str
) -> None:
    """A folder holds the outputs of one policy; the message names the difference."""
    (here / "words").write_text("词\n")  # "word"
    strip("--output-dir", "out", "in")
    before = files_of(here / "out")
    status, error = strip("--output-dir", "out", "--resume", *options, "in")
    assert status == 2
    assert message in error
    assert before == files_of(here / "out")


def test_resume_refuses_an_input_that_changed(
    here: Path, strip: Callable[..., tuple[int, str]]
) -> None:
    """Size and time of change tell; if they differ, the content decides."""
    strip("--output-dir", "out", "in")
    page = here / "in/a.txt"
    os.utime(page, (1, 1))
    assert strip("--output-dir", "out", "--resume", "in")[0] == 0
    page.write_bytes(PAGE)
    status, error = strip("--output-dir", "out", "--resume", "in")
    assert status == 2
    assert "in/a.txt: is not what it was when out/a.txt was made of it" in error
    (here / "out/a.txt").unlink()
    assert strip("--output-dir", "out", "--resume", "in")[0] == 0


def test_an_earlier_run_is_not_overwritten_by_chance(
    here: Path, strip: Callable[..., tuple[int, str]]
) -> None:
    """Without --resume a folder with outputs is refused."""
    strip("--output-dir", "out", "in")
    status, error = strip("--output-dir", "out", "in")
    assert status == 2
    assert "go on with --resume" in error


def test_two_runs_do_not_share_a_folder(here: Path, strip: Callable[..., tuple[int, str]]) -> None:
    """While a run has the folder, another is refused."""
    fcntl = pytest.importorskip("fcntl")
    (here / "out").mkdir()
    descriptor = os.open(here / "out", os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    status, error = strip("--output-dir", "out", "in")
    os.close(descriptor)
    assert status == 2
    assert "another run of junkfilter writes there" in error


def test_what_was_not_judged_to_its_end_is_tried_again(
    here: Path, strip: Callable[..., tuple[int, str]]
) -> None:
    """Binary data passes and is reported, by the run and by each that goes on with it."""
    make(here, {"in/picture": b"\x89PNG\0\0" + PAGE})
    for resume in ([], ["--resume"]):
        status, error = strip("--output-dir", "out", *resume, "in")
        assert status == 2
        assert "in/picture: this is binary data" in error
        assert (here / "out/picture").read_bytes() == b"\x89PNG\0\0" + PAGE


def test_a_file_that_changes_while_it_is_read_is_not_finished(
    here: Path, strip: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read may be half old and half new: nothing is kept of it, the rest is done."""
    from junkfilter.filter import JunkFilter

    judge = JunkFilter.strip_pages

    def meddling(self: JunkFilter, pages: list[object], /) -> object:
        if any(page.id == "in/a.txt" for page in pages):  # type: ignore[attr-defined]
            (here / "in/a.txt").write_bytes(PAGE * 2)
        return judge(self, pages)  # type: ignore[arg-type]

    monkeypatch.setattr(JunkFilter, "strip_pages", meddling)
    status, error = strip("--output-dir", "out", "in")
    assert status == 2
    assert "in/a.txt: changed while it was read" in error
    assert set(files_of(here / "out")) & {"a.txt", "a.txt" + REJECTS, "f"} == {"f"}
    monkeypatch.undo()
    os.chdir(here)
    assert strip("--output-dir", "out", "--resume", "in")[0] == 0


def test_the_summary_counts_each_input(here: Path, strip: Callable[..., tuple[int, str]]) -> None:
    """--summary has what was found in all and in each, in order, also when something failed."""
    make(here, {"in/picture": b"\x89PNG\0\0"})
    (here / "in/lost").symlink_to("nowhere")
    strip("--output-dir", "out", "--summary", "s.json", "in")
    summary = json.loads((here / "s.json").read_bytes())
    assert summary["total"]["cuts"] == {"adult": 2}
    assert (summary["total"]["inputs"], summary["total"]["errors"]) == (5, 2)
    assert summary["stopped"] is None
    names = ["in/a.txt", "in/b/c.txt", "in/b/d/e.txt", "in/f", "in/lost", "in/picture"]
    assert names == [each["source"] for each in summary["inputs"]]
    assert [bool(each["errors"]) for each in summary["inputs"]] == [False] * 4 + [True] * 2
    for key in ("pages", "lines", "bytes", "removed_bytes"):
        assert summary["total"][key] == sum(each[key] for each in summary["inputs"])
