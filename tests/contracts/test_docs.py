"""The documents say what the program does: they are compared with it, and what they show is run."""

from __future__ import annotations

import doctest
import importlib.util
import inspect
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import click
import pytest

import junkfilter
from junkfilter import errors
from junkfilter.cli.group import COMMANDS
from junkfilter.cli.group import junkfilter as program
from junkfilter.report import EXIT_STATUS
from junkfilter.training.recipe import Recipe, Source

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "data" / "examples" / "hijacked_page.txt"
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
PAGES += [ROOT / "data" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)\s]*)?\)")


def blocks(text: str, language: str) -> list[str]:
    """Contents of a document's code blocks in one language."""
    return [content for found, content in BLOCK.findall(text) if found == language]


def documented(page: str) -> str:
    """A page of docs/."""
    return (ROOT / "docs" / page).read_text("utf-8")


def commands() -> Iterator[tuple[str, click.Command]]:
    """All commands with their full names, those inside groups included."""
    context = click.Context(program)
    for name in COMMANDS:
        command = program.get_command(context, name)
        assert command is not None
        yield f"junkfilter {name}", command
        if isinstance(command, click.Group):
            for inner in command.list_commands(context):
                found = command.get_command(context, inner)
                assert found is not None
                yield f"junkfilter {name} {inner}", found


def script(name: str) -> ModuleType:
    """A program of scripts/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what README's commands use: the example page, and `junkfilter` on the path."""
    (tmp_path / "data" / "examples").mkdir(parents=True)
    shutil.copy(EXAMPLE, tmp_path / "data" / "examples")
    shutil.copy(EXAMPLE, tmp_path / "page.txt")
    shutil.copy(EXAMPLE, tmp_path / "kept.txt")
    kept = EXAMPLE.read_bytes().split(b"\n", 1)[1]
    (tmp_path / "kept.txt").write_bytes(kept)
    launcher = tmp_path / "bin" / "junkfilter"
    launcher.parent.mkdir()
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m junkfilter "$@"\n')
    launcher.chmod(0o755)
    package = str(Path(junkfilter.__file__).parents[1])
    monkeypatch.setenv("PATH", f"{launcher.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", package)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_has_a_section_and_help() -> None:
    """docs/cli.md has a section for each command, and each says what it is for."""
    sections = re.findall(r"^## (.+)$", documented("cli.md"), re.MULTILINE)
    for name, command in commands():
        assert name in sections
        assert command.help


@pytest.mark.parametrize(
    ("name", "command"), list(commands()), ids=[name for name, _ in commands()]
)
def test_every_option_is_documented(name: str, command: click.Command) -> None:
    """Each option stands in its command's section, with words about it."""
    section = re.search(
        rf"^## {re.escape(name)}$(.*?)(?=^## |\Z)", documented("cli.md"), re.MULTILINE | re.DOTALL
    )
    assert section is not None
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help
            for spelling in parameter.opts:
                assert re.search(rf"(?<![\w-]){re.escape(spelling)}(?![\w-])", section[1])


@pytest.mark.parametrize("name", ["build_cli_reference", "build_data_counts"])
def test_generated_documents_are_up_to_date(name: str) -> None:
    """What a script writes into the documents is what stands there."""
    assert script(name).main(["--check"]) == 0


def test_every_error_is_documented() -> None:
    """The table of docs/library.md has each class of junkfilter.errors, and no other."""
    classes = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, errors.JunkfilterError)
    }
    table = documented("library.md").partition("## Errors")[2]
    assert classes == set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


def test_every_public_name_is_documented() -> None:
    """The first table of docs/library.md has each name of the package, and no other."""
    table = documented("library.md").partition("## Calls")[0]
    assert set(junkfilter.__all__) == set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


def test_every_field_is_documented() -> None:
    """The fields of results, verdicts and policies stand in docs/library.md."""
    text = documented("library.md")
    names = [
        *junkfilter.Result._fields,
        *junkfilter.LineVerdict._fields,
        *junkfilter.Evidence._fields,
        *junkfilter.Policy.__dataclass_fields__,
        *junkfilter.Cut.__dataclass_fields__,
    ]
    missing = [name for name in names if f"`{name}`" not in text]
    assert not missing


def test_exit_status_is_what_the_readme_says() -> None:
    """README's table is that of junkfilter.report."""
    table = README.partition("## Exit status")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", table, re.MULTILINE)
    assert {int(status): text.replace("\\|", "|") for status, text in rows} == EXIT_STATUS


def test_the_readme_begins_with_two_commands() -> None:
    """The first two shell blocks are one line each: the main job, and the tests."""
    main_job, tests = blocks(README, "sh")[:2]
    assert main_job.count("\n") == tests.count("\n") == 1
    assert "junkfilter data/examples/hijacked_page.txt" in main_job
    assert "pytest" in tests


def test_pipes_of_the_readme_run(clone: Path) -> None:
    """Each command of a console block gives what stands below it; `...` stands for anything."""
    for block in blocks(README, "console"):
        for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            done = subprocess.run(
                ["sh", "-c", command], capture_output=True, encoding="utf-8", timeout=60
            )
            assert done.stderr == ""
            assert doctest.OutputChecker().check_output(expected, done.stdout, doctest.ELLIPSIS), (
                f"{command}\n{done.stdout}"
            )


@pytest.mark.parametrize("page", ["README.md", "docs/library.md"])
def test_python_of_the_documents_runs(page: str, clone: Path) -> None:
    """The Python blocks of a page, run one after the other, give what they show."""
    text = "\n".join(blocks((ROOT / page).read_text("utf-8"), "python"))
    parsed = doctest.DocTestParser().get_doctest(text, {}, page, page, 0)
    assert parsed.examples
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(parsed).failed == 0


def test_every_key_of_a_rejects_file_is_documented(clone: Path) -> None:
    """docs/rejects.md names whatever a rejects file can hold."""
    subprocess.run(
        ["junkfilter", "--rejects", "cut.jsonl", "page.txt"], check=True, stdout=subprocess.DEVNULL
    )
    keys = set()
    for line in Path("cut.jsonl").read_text("utf-8").splitlines():
        found = json.loads(line)
        keys |= set(found)
        keys |= {key for value in found.values() if isinstance(value, dict) for key in value}
    text = documented("rejects.md")
    missing = {key for key in {*keys, "base64", "inner"} if f"`{key}`" not in text}
    assert not missing


def test_every_key_of_a_manifest_is_documented() -> None:
    """docs/model-format.md names whatever stands in the default model's manifest."""
    manifest = junkfilter.JunkFilter.load().model.manifest
    text = documented("model-format.md")
    missing = {key for key in manifest if f"`{key}`" not in text}
    assert not missing


def test_every_key_of_a_recipe_is_documented() -> None:
    """docs/training.md names whatever a recipe can say."""
    text = documented("training.md")
    keys = {field.name for kind in (Recipe, Source) for field in fields(kind)}
    missing = {key for key in keys - {"lines", "sources"} if f"`{key}`" not in text}
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_shown_commands_exist(page: Path) -> None:
    """Each command of a shell block that is only shown has the options that it is given."""
    known = {name.removeprefix("junkfilter "): command for name, command in commands()}
    for block in blocks(page.read_text("utf-8"), "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.findall(r"(?:^|[|;&(] *)junkfilter (.*?)(?=[|;&)]|$)", line):
                words = shlex.split(part, comments=True)
                name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
                command = known.get(name, known["strip"])
                options = {spelling for option in command.params for spelling in option.opts}
                options |= {other for option in command.params for other in option.secondary_opts}
                options |= {"--help", "-h", "--version", "-", "--"}
                given = {word.partition("=")[0] for word in words if re.match("-[^0-9]", word)}
                assert given <= options, line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """A relative link of a document names a file of the project."""
    for target in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / target).exists(), target
