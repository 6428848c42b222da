"""What tests of adapters share: pages, the command line's word on them, and engines that run apart.

Engines run in processes of their own: they warn, fork and leave threads behind, and a virtual
machine is none of a test's business. What is not there is not run, and the last lines of the test
run say so.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import junkfilter

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
SEPARATOR = "\0"
# What the command line must be told so that its policy is the adapter's.
POLICIES = {"default": [], "repair": ["--repair", "--operating-point", "balanced"]}
CUT_KEYS = ("start", "end", "kind", "family", "score", "fpr", "detector", "reason", "text")
# By name of the engine: its own package, others that it needs, and a program that it needs.
ENGINES: dict[str, tuple[list[str], str]] = {
    "scrapy": (["scrapy"], ""),
    "spark": (["pyspark", "pandas", "pyarrow"], "java"),
    "datatrove": (["datatrove", "orjson"], ""),
    "ray": (["ray", "pandas", "pyarrow"], ""),
}
_ended: dict[str, str] = {}


@pytest.fixture(scope="session")
def pages() -> list[str]:
    """Pages of all kinds: injured and honest, spam as a whole, foreign, empty."""
    paths = [*sorted(CASES.glob("page_kinds/*/*.txt")), ROOT / "data/examples/hijacked_page.txt"]
    texts = [path.read_text("utf-8") for path in paths]
    foreign = "The museum opens a new wing today. Entry is free for all visitors until June.\n" * 5
    return [*texts, foreign, "", "一行", "第一行\r\n第二行\r\n"]  # "one line", "line one", ...


@pytest.fixture(scope="session")
def program() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs Python with arguments in a process of its own, which knows this junkfilter."""
    path = [str(Path(junkfilter.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    known = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, path)),
        "PYTHONWARNINGS": "ignore",
        "PYSPARK_PYTHON": sys.executable,
    }

    def run(
        *arguments: str | Path, environment: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            env=known | dict(environment or {}),
            timeout=1200,  # not to wait for ever for a machine that hangs
            **options,
        )
        assert done.returncode == 0, done.stderr.decode()[-4000:]
        return done

    return run


@pytest.fixture(scope="session")
def on_the_command_line(
    program: Callable[..., subprocess.CompletedProcess[bytes]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., list[dict[str, Any]]]:
    """What `junkfilter strip` and `junkfilter flag` make of some pages, page by page."""

    def judged(pages: list[str], options: list[str]) -> list[dict[str, Any]]:
        folder = tmp_path_factory.mktemp("command_line")
        (folder / "pages").write_bytes(SEPARATOR.join(pages).encode())
        command = ["-m", "junkfilter"]
        rejects = ["--rejects", "rejects.jsonl"]
        stripped = program(*command, "strip", "-z", *options, *rejects, "pages", cwd=folder)
        flagged = program(*command, "flag", "-z", "--json", *options, "pages", cwd=folder)
        results: list[dict[str, Any]] = [
            {"kept": kept, "cuts": [], "page_kind": "", "page_score": 0.0}
            for kept in stripped.stdout.decode().split(SEPARATOR)
        ]
        starts = [sum(len(page) + 1 for page in pages[:number]) for number in range(len(pages))]
        for line in (folder / "rejects.jsonl").read_text("utf-8").splitlines():
            found = json.loads(line)
            if found["type"] == "cut":
                page = max(n for n, start in enumerate(starts) if start <= found["char_start"])
                for cut in found.get("inner", [found]):
                    start, end = (cut[key] - starts[page] for key in ("char_start", "char_end"))
                    cut |= {"start": start, "end": end, "text": pages[page][start:end]}
                    results[page]["cuts"].append({key: cut[key] for key in CUT_KEYS})
        records = {page: number for number, page in enumerate(starts)}
        assert len(records) == len(results) == len(pages)
        for line in flagged.stdout.decode().splitlines():
            found = json.loads(line)
            result = results[found["record"] - 1]
            result |= {key: found[key] for key in ("page_kind", "page_score")}
        return results

    return judged


@pytest.fixture(scope="session")
def expected(
    pages: list[str], on_the_command_line: Callable[..., list[dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """The command line's word on the pages, by name of the policy."""
    return {name: on_the_command_line(pages, options) for name, options in POLICIES.items()}


@pytest.fixture(scope="session")
def needed() -> Callable[[str], None]:
    """Skips the test if an engine is not there, and notes for the last lines that it is or not."""

    def engine(name: str) -> None:
        packages, command = ENGINES[name]
        missing = [package for package in packages if find_spec(package) is None]
        missing += [command] if command and shutil.which(command) is None else []
        if missing:
            what = f"not installed: {', '.join(missing)}"
            _ended[name] = f"NOT RUN, {what}"
            pytest.skip(what)
        _ended[name] = f"ran, {packages[0]} {version(packages[0])}"

    return engine


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line for each engine that tests asked for."""
    for name, what in sorted(_ended.items()):
        terminalreporter.write_line(f"engine {name}: {what}")


def in_order(cuts: Any) -> list[dict[str, Any]]:
    """Cuts as plain dictionaries in one order: that of rejects is not that of results."""
    plain = [{key: cut[key] for key in CUT_KEYS} for cut in cuts]
    return sorted(plain, key=lambda cut: json.dumps(cut, ensure_ascii=False))


@pytest.fixture(scope="session")
def same() -> Callable[[Any, Any], None]:
    """Asserts that an adapter's results are the command line's."""

    def compare(found: Any, wanted: Any) -> None:
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            assert one | {"cuts": in_order(one["cuts"])} == other | {
                "cuts": in_order(other["cuts"])
            }

    return compare


@pytest.fixture(scope="session")
def block() -> Callable[[str, str, str], str]:
    """The code block of a document that has some words in it; one and no more."""

    def only(page: str, language: str, words: str) -> str:
        text = (ROOT / "docs" / page).read_text("utf-8")
        blocks = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        (found,) = [block for block in blocks if words in block]
        return found

    return only
