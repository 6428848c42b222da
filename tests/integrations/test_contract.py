"""Adapters are thin, know public names alone, and can be imported without their engines."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import junkfilter

ROOT = Path(__file__).parents[2]
ADAPTERS = sorted((ROOT / "junkfilter" / "integrations").glob("*.py"))
ENGINES = ("scrapy", "itemadapter", "pyspark", "pyarrow", "pandas", "datatrove", "ray")
MOST_LINES = 65
BY_NAME = {"ids": lambda path: path.stem}


def imports(path: Path) -> list[ast.Import | ast.ImportFrom]:
    """The imports of a module that happen when it runs, wherever they stand."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    return [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def lines_of_code(path: Path) -> int:
    """How many lines a module has, one a statement, without comments and docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            documented = ast.get_docstring(node) is not None
            node.body = node.body[documented:] or [ast.Pass()]
    return len(ast.unparse(tree).split("\n"))


@pytest.mark.parametrize("path", ADAPTERS, **BY_NAME)
def test_adapters_import_public_names_alone(path: Path) -> None:
    """Of junkfilter they import its public names, `require`, and each other."""
    for node in imports(path):
        if isinstance(node, ast.Import):
            assert all(name.name.partition(".")[0] != "junkfilter" for name in node.names)
        elif node.module == "junkfilter":
            assert {name.name for name in node.names} <= set(junkfilter.__all__)
        elif (node.module or "").startswith("junkfilter"):
            inner = node.module == "junkfilter.extras" or "integrations" in str(node.module)
            assert inner, ast.unparse(node)
            assert not any(name.name.startswith("_") for name in node.names)


@pytest.mark.parametrize("path", ADAPTERS, **BY_NAME)
def test_adapters_are_thin(path: Path) -> None:
    """No adapter has room for judgement of its own."""
    assert lines_of_code(path) <= MOST_LINES


@pytest.mark.parametrize("path", ADAPTERS, **BY_NAME)
def test_engines_are_imported_late(path: Path, program: Callable[..., Any]) -> None:
    """Importing an adapter loads no engine."""
    name = f"junkfilter.integrations.{path.stem}".removesuffix(".__init__")
    code = f"import sys, {name}\nprint(*set({ENGINES}) & set(sys.modules))"
    assert program("-c", code).stdout.strip() == b""


@pytest.mark.parametrize(
    ("extra", "engine", "call"),
    [
        ("scrapy", "scrapy", "from junkfilter.integrations.scrapy import JunkFilterPipeline as P; "
         "P(None, None)"),
        ("scrapy", "itemadapter", "from junkfilter.integrations.scrapy import JunkFilterPipeline "
         "as P; P(None, None)"),
        ("datatrove", "datatrove", "from junkfilter.integrations.datatrove import JunkFilterBlock"),
        ("spark", "pyspark", "from junkfilter.integrations.spark import site_evidence as s; "
         "s(None, 'text', host='host')"),
        ("parquet", "pyarrow", "from junkfilter.integrations.columns import arrow_fields as f; "
         "f('text')"),
    ],
    ids=["scrapy", "itemadapter", "datatrove", "pyspark", "pyarrow"],
)  # fmt: skip
def test_a_missing_engine_is_named(
    extra: str, engine: str, call: str, program: Callable[..., Any]
) -> None:
    """Without its engine an adapter says what to install."""
    code = (
        f"import sys; sys.modules[{engine!r}] = None\n"
        "from junkfilter import JunkfilterError\n"
        f"try:\n    {call}\nexcept JunkfilterError as error:\n    print(error)\n"
    )
    assert f"pip install 'junkfilter[{extra}]'" in program("-c", code).stdout.decode()


def blocks(path: Path) -> list[str]:
    """Code blocks of a document in Python."""
    return re.findall(r"^```py(?:thon)?\n(.*?)^```$", path.read_text("utf-8"), re.M | re.S)


def test_the_readme_shows_programs_that_run() -> None:
    """What README shows of adapters stands in the pages whose programs are run by these tests."""
    run = blocks(ROOT / "docs" / "crawlers.md") + blocks(ROOT / "docs" / "engines.md")
    for shown in blocks(ROOT / "README.md"):
        if "integrations" in shown:
            assert any(shown in block for block in run), shown
