"""Help, version, flag and explain."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from junkfilter.cli.group import COMMANDS, junkfilter
from junkfilter.report import EXIT_STATUS

from .conftest import ENVIRONMENT, PAGE, SPAM, Run

Runner = Callable[..., Run]
FIELDS = ("number", "kind", "family", "score", "fpr", "reason", "text")


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help_needs_no_numpy(arguments: list[str]) -> None:
    """Help of every command comes without loading what judges pages."""
    script = (
        "import sys; from junkfilter.cli import main; status = main(sys.argv[1:]); "
        "heavy = {'numpy', 'jieba', 'sklearn', 'junkfilter.filter'} & set(sys.modules); "
        "sys.exit(f'{status} {heavy}' if status or heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: junkfilter")


def test_help_has_the_exit_status(run: Runner) -> None:
    """Every exit status is in the help."""
    text = run("--help").out.decode()
    assert all(f"\n    {status} " in text for status in EXIT_STATUS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_does(name: str) -> None:
    """The list that help shows without importing commands agrees with them."""
    command = junkfilter.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert COMMANDS[name][1] == (command.help or "").split("\n")[0]


def test_version_names_the_model(run: Runner) -> None:
    """--version prints the program's version and the default model's id and digest."""
    program, model = run("--version").out.decode().splitlines()
    assert program.startswith("junkfilter ")
    assert len(model.split()) == 3


def test_flag_gives_a_line_for_a_line(run: Runner) -> None:
    """As many lines come out as go in, numbered, with the text last."""
    lines = (SPAM + PAGE).decode().splitlines()
    rows = [row.split("\t", 6) for row in run("flag", data=SPAM + PAGE).out.decode().splitlines()]
    assert lines == [row[6] for row in rows]
    assert [str(number) for number in range(1, len(lines) + 1)] == [row[0] for row in rows]
    assert rows[0][1:3] == ["spam", "adult"]
    assert {row[1] for row in rows[1:]} <= {"text", "boilerplate"}


def test_flag_in_json_says_the_same(run: Runner) -> None:
    """--json has the same fields by name."""
    rows = [row.split("\t", 6) for row in run("flag", data=SPAM + PAGE).out.decode().splitlines()]
    objects = [
        json.loads(line) for line in run("flag", "--json", data=SPAM + PAGE).out.splitlines()
    ]
    for row, value in zip(rows, objects, strict=True):
        assert dict(zip(FIELDS, row, strict=True))["text"] == value["text"]
        assert (row[0], row[1], row[2]) == (str(value["number"]), value["kind"], value["family"])
        assert f"{value['score']:.3f}" == row[3]


def test_flag_keeps_bytes_that_are_no_utf8(run: Runner) -> None:
    """Tab-separated lines have the bytes as they are, JSON has them in base64."""
    data = b"\xff ab\ttab\n"
    assert run("flag", data=data).out.endswith(b"\t" + data)
    assert "base64" in json.loads(run("flag", "--json", data=data).out)


def test_flag_numbers_lines_of_the_stream(run: Runner) -> None:
    """After a separator, numbers go on; an over-long line has a row, too."""
    data = PAGE + b"\0" + b"a" * (1 << 20) + b"b\nend\n"
    rows = run("flag", "-z", data=data).out.split(b"\n")[:-1]
    count = PAGE.count(b"\n")
    assert [str(n).encode() for n in range(1, count + 3)] == [r.split(b"\t")[0] for r in rows]
    assert rows[count].split(b"\t")[5:] == [b"too-long", b""]


def test_flag_and_strip_agree(run: Runner) -> None:
    """The lines that flag calls spam are those that strip cuts."""
    data = SPAM + PAGE + SPAM
    rows = [row.split("\t", 6) for row in run("flag", data=data).out.decode().splitlines()]
    kept = "".join(row[6] + "\n" for row in rows if row[1] != "spam")
    assert kept.encode() == run(data=data).out


def test_flag_passes_over_binary_input(run: Runner) -> None:
    """What is no text has no lines, and is an error."""
    done = run("flag", data=b"PK\0\0")
    assert (done.status, done.out) == (2, b"")


def test_explanation_adds_up(run: Runner, page: Path) -> None:
    """The weights of the evidence sum to the score, in the page and for a bare text."""
    for arguments in (["page.txt", "--line", "1"], [SPAM.decode().strip()]):
        value = json.loads(run("explain", "--json", *arguments).out)
        assert value["kind"] == "spam"
        total = sum(evidence["weight"] for evidence in value["evidence"])
        assert total == pytest.approx(value["score"], abs=1e-6)


def test_explain_reads_standard_input(run: Runner) -> None:
    """`-` is a page from a pipe; --line is a physical line of it."""
    done = run("explain", "-", "--line", "2", data=PAGE + SPAM)
    assert (done.status, done.out.startswith(b"text\tscore ")) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["page.txt", "--line", "99"], "there is no line 99 (the last one is 7)"),
        (["nowhere.txt", "--line", "1"], "no such file"),
        (["."], "Is a directory"),
    ],
)
def test_explain_refuses_lines_that_are_not_there(
    run: Runner, page: Path, arguments: list[str], message: str
) -> None:
    """A line beyond the end and a missing file are errors that say what there is."""
    done = run("explain", *arguments)
    assert (done.status, done.out) == (2, b"")
    assert message in done.err


def test_model_show_names_the_model_and_its_promises(run: Runner) -> None:
    """The id is that of --version, and every operating point has its promise."""
    text = run("model", "show").out.decode()
    assert run("--version").out.decode().split()[3] in text
    manifest = json.loads(run("model", "show", "--json").out)
    assert all(f"  {name} " in text for name in manifest["operating_points"])


def test_what_is_no_model_is_refused(run: Runner, page: Path) -> None:
    """A folder that is no model stops every command before anything is written."""
    for arguments in (["model", "show", "."], ["--model", ".", "--rejects", "r", "page.txt"]):
        done = run(*arguments)
        assert (done.status, done.out) == (2, b"")
    assert [page] == list(page.parent.iterdir())


def test_the_reference_is_up_to_date() -> None:
    """docs/cli.md is what the script makes of the commands now."""
    script = Path(__file__).parents[2] / "scripts" / "build_cli_reference.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, env=ENVIRONMENT
    )
    assert (done.returncode, done.stdout) == (0, "")
