"""A real browser at a running review server, driven as a person drives it: by keyboard."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import junkfilter
from junkfilter.labels.items import Judgment

NAMES = ("chromium", "google-chrome", "chromium-browser", "google-chrome-stable")
# Nothing of the browser's own must reach for the network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The package that the tests import is the one that runs, installed or not.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(junkfilter.__file__).parents[1])}
LABEL_KEYS = {
    "spam": "1",
    "text": "2",
    "mixed": "2",
    "boilerplate": "3",
    "garbled": "4",
    "skip": "0",
}
FAMILY_KEYS = {
    "adult": "a",
    "gambling": "g",
    "seo": "s",
    "game": "m",
    "certificate": "c",
    "medical": "d",
    "finance": "n",
    "contact": "k",
    "link-farm": "b",
    "other": "o",
    "": "w",
}


class Server(NamedTuple):
    """A running `junkfilter review`.

    Attributes:
        address: with the token.
        process: the server.
    """

    address: str
    process: subprocess.Popen[str]


def browser_path() -> str | None:
    """Where a browser is that can be driven; None if there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A headless browser; skips the test where none is installed."""
    path = browser_path()
    if path is None:
        pytest.skip("no Chromium or Chrome is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def review_server(
    labels: Path,
    *,
    annotator: str = "reviewer",
    pass_number: int = 1,
    model: Path | None = None,
    port: int = 0,
) -> Iterator[Server]:
    """`junkfilter review` as a process of its own; interrupted at the end, as by Ctrl-C."""
    arguments = ["--annotator", annotator, "--pass", str(pass_number), "--port", str(port)]
    arguments += ["--model", str(model)] if model else []
    process = subprocess.Popen(
        [sys.executable, "-m", "junkfilter", "review", str(labels), "--no-open", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        address = process.stdout.readline().strip()
        assert address, process.stderr.read()
        yield Server(address, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            process.stdout.close()
            process.stderr.close()


def label_in_browser(
    labels: Path,
    judge: Callable[[str], Judgment],
    *,
    annotator: str = "reviewer",
    pass_number: int = 1,
    most: int = 1000,
    model: Path | None = None,
    pictures: Path | None = None,
) -> int:
    """Works through the queue of a file by keyboard, and says how many lines got a label.

    Args:
        labels: the file.
        judge: what to say of a line, from its text.
        annotator: whose labels these are.
        pass_number: the round.
        most: labels after which to stop.
        model: the model that marks cuts on the page; the default one if None.
        pictures: folder for a picture of the first line, `review.png`.
    """
    with (
        running_browser() as browser,
        review_server(labels, annotator=annotator, pass_number=pass_number, model=model) as server,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(server.address)
        for done in range(most):
            if not is_line_shown(page):
                return done
            if done == 0 and pictures is not None:
                page.locator("#context del, #context mark").first.wait_for()
                page.screenshot(path=pictures / "review.png")
            give(page, judge(text_of_line(page)))
        return most


def is_line_shown(page: Page) -> bool:
    """Whether there is a line to label, as soon as the page knows."""
    page.locator("#card:visible, #done:visible").wait_for()
    return page.locator("#card").is_visible()


def text_of_line(page: Page) -> str:
    """The line that the page shows."""
    return page.locator("#line").get_attribute("aria-label") or ""


def give(page: Page, judgment: Judgment) -> None:
    """Labels the line that is shown, and waits until the page shows that it was saved."""
    shown = page.locator("#card").get_attribute("data-id")
    page.keyboard.press("x")
    for span in judgment.spans:
        mark_span(page, *span)
    if judgment.label in ("spam", "mixed") or judgment.spans:
        page.keyboard.press(FAMILY_KEYS[judgment.family])
    page.keyboard.press(LABEL_KEYS[judgment.label])
    page.locator(f'#card:visible:not([data-id="{shown}"]), #done:visible').wait_for()
    page.locator("body:not([aria-busy])").wait_for()


def mark_span(page: Page, start: int, end: int) -> None:
    """Selects characters of the line with the arrow keys, and marks them as a span."""
    page.keyboard.press("e")
    page.keyboard.press("Home")
    for _ in range(start):
        page.keyboard.press("ArrowRight")
    for _ in range(end - start - 1):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
