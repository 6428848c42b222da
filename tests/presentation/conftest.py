"""What tests of presentation share: small models and data, and a browser where there is one."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# `read_html` here and `tiny_model` of evaluation are imported by name; importlib mode puts no test
# folder on the path.
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "evaluation")]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium; the test is skipped, and says so, where none is installed."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        print("no Chromium on the path: pages are not looked at in a browser")
        pytest.skip("no Chromium on the path")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two models of one word each, labelled lines and a clean corpus."""
    from tiny_model import write_model

    folder = tmp_path_factory.mktemp("project")
    write_model(folder / "cuts-av", "国产精品")  # "domestic quality", in adult spam
    write_model(folder / "cuts-news", "图书馆")  # "library"
    rows = (
        "spam.adult\t国产精品在线\tbad.example\n"  # "domestic quality online"
        "spam.game\t传奇私服\tbad.example\n"  # "private server"
        "text\t图书馆开放时间<script>alert(1)</script>\tgood.example\n"  # "library hours"
        "boilerplate\t版权所有\tgood.example\n"  # "all rights reserved"
    )
    (folder / "lines.tsv").write_text(rows, encoding="utf-8")
    (folder / "clean").mkdir()
    clean = "国产精品白酒\n" + "天气晴\n" * 30  # "domestic quality spirits", "fine weather"
    (folder / "clean" / "a.txt").write_text(clean, encoding="utf-8")
    return folder
