"""Both pages in a real browser: they fit a laptop and a phone, and fetch and run nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from junkfilter.cli import main

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "hijacked_page.txt"


@pytest.fixture(scope="module")
def pages(project: Path) -> dict[str, str]:
    """Addresses of an inspected page and of a report."""
    inspected, report = project / "inspected.html", project / "report.html"
    data = [str(project / "lines.tsv"), "--clean", str(project / "clean" / "a.txt")]
    model, base = str(project / "cuts-av"), str(project / "cuts-news")
    assert main(["inspect", str(EXAMPLE), "--repair", "-o", str(inspected)]) == 0
    assert main(["report", model, *data, "--base", base, "-o", str(report)]) == 0
    return {"inspect": inspected.as_uri(), "report": report.as_uri()}


def opened(browser: Browser, address: str, width: int, scheme: str) -> tuple[Page, list[str]]:
    """A page at some width, and what went wrong while it was loaded."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(request.url))
    page.goto(address)
    return page, faults


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["inspect", "report"])
def test_a_page_fits(
    browser: Browser, pages: dict[str, str], name: str, width: int, scheme: str, tmp_path: Path
) -> None:
    """No horizontal scrolling, no message of the console, no request but for the page itself."""
    page, faults = opened(browser, pages[name], width, scheme)
    assert faults == [pages[name]]
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert len(page.screenshot(path=tmp_path / "seen.png", full_page=True)) > 10_000
    page.context.close()


def test_signs_are_not_copied(browser: Browser, pages: dict[str, str]) -> None:
    """Who copies a marked line gets the line."""
    page, _ = opened(browser, pages["inspect"], 1280, "light")
    first = page.locator(".row .text").first
    copied = first.evaluate(
        "each => { getSelection().selectAllChildren(each); return getSelection().toString(); }"
    )
    assert copied.strip() == EXAMPLE.read_text("utf-8").split("\n")[0]
    page.context.close()


def test_evidence_opens_by_keyboard(browser: Browser, pages: dict[str, str]) -> None:
    """Tab reaches the line's evidence, Enter opens it."""
    page, _ = opened(browser, pages["inspect"], 390, "light")
    evidence = page.locator("details.why").first
    assert not evidence.locator(".evidence").is_visible()
    evidence.locator("summary").focus()
    page.keyboard.press("Enter")
    assert evidence.locator(".evidence").is_visible()
    page.context.close()


def test_a_report_on_paper_is_light(browser: Browser, pages: dict[str, str]) -> None:
    """However dark the reader's screen is."""
    page, _ = opened(browser, pages["report"], 800, "dark")
    page.emulate_media(media="print", color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert not page.locator("nav").is_visible()
    page.context.close()
