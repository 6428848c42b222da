"""The review page in a real browser: labels, spans, undo, filters, looks; and nothing foreign."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from collected import (
    BODY,
    CONTROL,
    HEADLINE,
    HONEST,
    HOSTILE,
    INJECTED,
    SPAM,
    SPAN,
    candidate,
    write_labels,
)
from playwright.sync_api import Browser, BrowserContext, Page, expect
from review.browser import (
    Server,
    give,
    is_line_shown,
    mark_span,
    review_server,
    running_browser,
    text_of_line,
)

from junkfilter.labels.items import Judgment, item_id
from junkfilter.labels.store import LabelStore

LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# The first evidence waits for jieba's dictionary, on a busy machine for long.
expect.set_options(timeout=60_000)
# What WCAG 2.1 asks of text (1.4.3). Counts with the nearest background that is not transparent.
LOW_CONTRAST = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim());
    const seen = node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (!own || !seen) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push(`${node.tagName}.${node.className} ${ratio.toFixed(2)}`);
  }
  return low;
}"""


class Watched:
    """What a browser's pages complain of, and whom they ask."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.asked: set[str] = set()

    def watch(self, context: BrowserContext) -> None:
        """Notes errors, dialogs and requests of all pages of a context."""
        context.on("request", lambda request: self.asked.add(request.url))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        context.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type in ("error", "warning")
                else None
            ),
        )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless browser, where one is installed."""
    with running_browser() as running:
        yield running


@pytest.fixture(scope="module")
def lasting_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The page for tests that label nothing: the model is loaded once."""
    with review_server(write_labels(tmp_path_factory.mktemp("look") / "labels.db")) as running:
        yield running


@pytest.fixture
def watched() -> Watched:
    """Notes of what goes wrong, which every test expects to be empty."""
    return Watched()


@pytest.fixture
def server(labels: Path) -> Iterator[Server]:
    """The review page at the five lines."""
    with review_server(labels, annotator="ada") as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Server, watched: Watched) -> Iterator[Page]:
    """The page on a laptop, in English; whatever it complains of fails the test."""
    with_page = opened(browser, server, watched)
    yield with_page
    with_page.context.close()
    assert not watched.complaints
    host = server.address.partition("/?")[0]
    assert all(url.startswith(f"{host}/") for url in watched.asked)


def opened(browser: Browser, server: Server, watched: Watched, **options: Any) -> Page:
    """The page in a window of its own."""
    context = browser.new_context(**({"viewport": LAPTOP, "locale": "en-US"} | options))
    watched.watch(context)
    page = context.new_page()
    page.goto(server.address)
    assert is_line_shown(page)
    return page


def judgments(labels: Path) -> dict[str, Judgment]:
    """What counts in a file, by text."""
    with LabelStore.open(labels, read_only=True) as store:
        texts = {item.id: item.text for item in store.items()}
        return {texts[key]: label.judgment for key, label in store.current().items()}


def test_lines_are_labelled_by_keyboard(page: Page, labels: Path) -> None:
    """One key gives a label, another one a family; the next line comes, and progress is told."""
    assert text_of_line(page) == SPAM
    page.keyboard.press("1")
    expect(page.locator("#line")).to_have_attribute("aria-label", INJECTED)
    give(page, Judgment("spam", "seo"))
    give(page, Judgment("garbled"))
    give(page, Judgment("boilerplate"))
    expect(page.locator("#count")).to_have_text("4 of 5 labelled · 0 skipped")
    give(page, Judgment("skip"))
    expect(page.locator("#done")).to_be_visible()
    assert judgments(labels) == {
        SPAM: Judgment("spam", "gambling"),  # the family that the filter named
        INJECTED: Judgment("spam", "seo"),
        HOSTILE: Judgment("garbled"),
        HONEST: Judgment("boilerplate"),
    }


def test_a_span_is_selected_by_keyboard(page: Page, labels: Path) -> None:
    """Arrows move, Shift extends, Enter marks; a line with a span is text with spam in it."""
    page.keyboard.press("ArrowRight")
    expect(page.locator("#line")).to_have_attribute("aria-label", INJECTED)
    mark_span(page, 0, 12)
    page.keyboard.press("e")
    page.keyboard.press("Delete")
    expect(page.locator("#spans .chosen")).to_have_count(0)
    mark_span(page, *SPAN)
    expect(page.locator("#spans .chosen")).to_have_text(f"{INJECTED[: SPAN[1]]} ×")
    expect(page.locator("#status")).to_have_text(f"span: {INJECTED[: SPAN[1]]}")
    page.keyboard.press("2")
    expect(page.locator("#line")).to_have_attribute("aria-label", HOSTILE)
    assert judgments(labels) == {INJECTED: Judgment("mixed", "gambling", (SPAN,))}


def test_ctrl_and_arrows_go_by_words(page: Page) -> None:
    """Scripts change where brands end."""
    page.keyboard.press("ArrowRight")
    expect(page.locator("#line")).to_have_attribute("aria-label", INJECTED)
    for key in ("e", "Home", "Control+ArrowRight", "Control+Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#spans .chosen")).to_have_text("app下 ×")


def test_a_span_is_selected_by_mouse(page: Page, labels: Path) -> None:
    """Dragging over characters marks them; the mark's button takes it away."""
    page.keyboard.press("ArrowRight")
    expect(page.locator("#line")).to_have_attribute("aria-label", INJECTED)
    page.locator("#line > span").nth(0).hover()
    page.mouse.down()
    page.locator("#line > span").nth(4).hover()
    page.locator("#line > span").nth(8).hover()
    page.mouse.up()
    expect(page.locator("#spans .chosen")).to_have_text(f"{INJECTED[: SPAN[1]]} ×")
    page.locator("#spans .chosen").click()
    expect(page.locator("#spans .chosen")).to_have_count(0)
    page.get_by_role("button", name="proposed:").click()
    page.get_by_role("button", name="text 2").click()
    expect(page.locator("#line")).to_have_attribute("aria-label", HOSTILE)
    assert judgments(labels)[INJECTED].spans == (SPAN,)


def test_a_span_is_selected_by_touch(
    browser: Browser, server: Server, watched: Watched, labels: Path
) -> None:
    """Two taps mark what is between them, for fingers scroll where mice drag."""
    page = opened(browser, server, watched, viewport=PHONE, has_touch=True, is_mobile=True)
    page.locator("[data-action=next]").tap()
    expect(page.locator("#line")).to_have_attribute("aria-label", INJECTED)
    page.locator("#line > span").nth(0).tap()
    page.locator("#line > span").nth(8).tap()
    expect(page.locator("#spans .chosen")).to_have_text(f"{INJECTED[: SPAN[1]]} ×")
    page.locator("[data-label=text]").tap()
    expect(page.locator("#line")).to_have_attribute("aria-label", HOSTILE)
    assert judgments(labels)[INJECTED].spans == (SPAN,)
    page.context.close()
    assert not watched.complaints


def test_the_next_line_is_in_sight(browser: Browser, server: Server, watched: Watched) -> None:
    """On a phone, who has scrolled down to the labels sees the next line come."""
    page = opened(browser, server, watched, viewport=PHONE, has_touch=True, is_mobile=True)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.evaluate("document.querySelector('[data-label=garbled]').click()")
    expect(page.locator("#line")).to_have_attribute("aria-label", INJECTED)
    expect(page.locator("#line-heading")).to_be_in_viewport()
    page.context.close()
    assert not watched.complaints


def test_a_label_with_spans_must_be_text(page: Page, labels: Path) -> None:
    """Garbled with a span is refused in words, and nothing is saved."""
    mark_span(page, 0, 3)
    page.keyboard.press("4")
    expect(page.locator("#status")).to_contain_text("has no spans")
    assert text_of_line(page) == SPAM
    assert not judgments(labels)


def test_undo_goes_back(page: Page, labels: Path) -> None:
    """The line comes back, as often as labels were given, also after a reload."""
    give(page, Judgment("text"))
    give(page, Judgment("text"))
    page.reload()
    expect(page.locator("#line")).to_have_attribute("aria-label", HOSTILE)
    page.keyboard.press("u")
    expect(page.locator("#line")).to_have_attribute("aria-label", INJECTED)
    page.keyboard.press("u")
    expect(page.locator("#line")).to_have_attribute("aria-label", SPAM)
    expect(page.locator("#count")).to_have_text("0 of 5 labelled · 0 skipped")
    page.keyboard.press("u")
    expect(page.locator("#status")).to_have_text("Nothing to undo in this tab.")
    assert not judgments(labels)


def test_the_queue_is_filtered(page: Page) -> None:
    """By reason, family, verdict and score; clearing shows all again."""
    page.keyboard.press("f")
    page.locator("[name=why]").select_option("control-text")
    page.keyboard.press("Enter")
    page.locator("#filter-form [type=submit]").click()
    expect(page.locator("#line")).to_have_attribute("aria-label", CONTROL)
    expect(page.locator("#filter-state")).to_have_text("on")
    page.locator("[name=why]").select_option("")
    page.locator("[name=lowest]").fill("-1")
    page.locator("[name=highest]").fill("0")
    page.keyboard.press("Enter")
    expect(page.locator("#line")).to_have_attribute("aria-label", INJECTED)
    page.locator("[name=family]").select_option("game")
    page.keyboard.press("Tab")
    page.locator("#filter-form [type=submit]").click()
    expect(page.locator("#done")).to_be_visible()
    page.locator("#filter-form [type=reset]").click()
    expect(page.locator("#line")).to_have_attribute("aria-label", SPAM)
    expect(page.locator("#filter-state")).to_have_text("")


def test_the_page_is_shown_with_its_cuts(page: Page) -> None:
    """The line stands in its page; what the filter cuts is struck out, with a sign of its kind."""
    context = page.locator("#context")
    expect(context).to_contain_text(HEADLINE)
    expect(context).to_contain_text(BODY)
    expect(page.locator("#this-line del.cut.spam")).to_contain_text(SPAM)
    expect(page.locator("#this-line .sign")).to_have_text("S")
    expect(page.locator("#legend")).to_contain_text("S spam")


def test_evidence_is_loaded_when_asked_for(page: Page, watched: Watched) -> None:
    """Until then nobody waits for it."""
    expect(page.locator("#legend")).to_contain_text("S spam")
    assert not any(url.endswith("/evidence") for url in watched.asked)
    page.keyboard.press("v")
    expect(page.locator("#evidence-body table").first).to_contain_text("体育")
    expect(page.locator("#evidence-body .total")).to_contain_text("spam · gambling")


def test_text_of_pages_is_only_text(page: Page) -> None:
    """Tags of a line do nothing; what cannot be seen, or turns text around, is shown."""
    page.locator("[name=why]").select_option("uncertain", force=True)
    page.evaluate("document.getElementById('filter-form').requestSubmit()")
    expect(page.locator("#line")).to_have_attribute("aria-label", HOSTILE)
    expect(page.locator("#context")).to_contain_text("<script>document.title")
    assert page.title() == "junkfilter review"
    assert page.locator("main script, main img").count() == 0
    expect(page.locator("#line > .unseen")).to_have_text(["202E", "200B"])
    assert "\u202e" not in page.locator("#context").inner_text()


@pytest.mark.parametrize("viewport", [LAPTOP, PHONE, {"width": 320, "height": 640}], ids=str)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_it_looks_right(
    browser: Browser,
    lasting_server: Server,
    watched: Watched,
    viewport: dict[str, int],
    scheme: str,
    locale: str,
) -> None:
    """At every width nothing sticks out; all text can be read; the language is the browser's."""
    page = opened(
        browser, lasting_server, watched, viewport=viewport, color_scheme=scheme, locale=locale
    )
    word = "垃圾" if locale == "zh-CN" else "spam"
    expect(page.locator("[data-label=spam]")).to_contain_text(word)
    page.locator("#filters > summary").click()
    page.keyboard.press("v")
    expect(page.locator("#evidence-body table").first).to_be_visible()
    mark_span(page, 0, 3)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert page.evaluate(LOW_CONTRAST) == []
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")
    page.context.close()
    assert not watched.complaints


def test_the_language_is_remembered(page: Page) -> None:
    """Chosen once, it stays, in this tab and in others."""
    page.keyboard.press("l")
    expect(page.locator("[data-label=spam]")).to_contain_text("垃圾")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.reload()
    expect(page.locator("[data-label=spam]")).to_contain_text("垃圾")
    page.locator("#language").click()
    expect(page.locator("[data-label=spam]")).to_contain_text("spam")


def test_everything_is_reached_without_a_mouse(page: Page) -> None:
    """Tab goes through every control, and where one is can be seen."""
    wanted = {"language", "show-help", "line", "context"}
    seen: set[str] = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            """() => {
              const at = document.activeElement;
              const shown = at.matches("[type=radio]") ? at.closest("label") : at;
              const name = at.id || at.dataset.action || at.dataset.label || at.name || at.tagName;
              return [name, getComputedStyle(shown).outlineStyle];
            }"""
        )
        if name == "BODY":
            break
        assert outline != "none", name
        seen.add(name)
    wanted |= {"spam", "text", "boilerplate", "garbled", "skip", "undo"}
    wanted |= {"select", "proposed", "clear", "previous", "next", "spam-family", "SUMMARY"}
    assert not wanted - seen


def test_single_keys_can_be_switched_off(page: Page, labels: Path) -> None:
    """For people who speak to their computer, a letter is no command."""
    page.keyboard.press("h")
    page.locator("#single-keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("1")
    page.locator("[data-label=boilerplate]").click()
    expect(page.locator("#line")).to_have_attribute("aria-label", INJECTED)
    assert judgments(labels) == {SPAM: Judgment("boilerplate")}


def test_long_lines_fit(browser: Browser, labels: Path, watched: Watched) -> None:
    """A line of the greatest length scrolls in its box, and its last character can be marked."""
    text = "新" * 9_998 + "末" + "\u0301"  # "new", "end", and an accent
    with LabelStore.open(labels) as store:
        store.add([candidate(text, 1.0)])
    with review_server(labels) as server:
        page = opened(browser, server, watched, viewport=PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        for key in ("e", "End", "Shift+ArrowLeft", "Enter"):
            page.keyboard.press(key)
        expect(page.locator("#spans .chosen")).to_have_text("末\u0301 ×")
        page.context.close()
    assert not watched.complaints


def test_keys_mean_nothing_where_one_types(page: Page, labels: Path) -> None:
    """Figures that are typed into the filter are no labels."""
    page.keyboard.press("f")
    page.locator("[name=lowest]").press_sequentially("123")
    assert text_of_line(page) == SPAM
    assert not judgments(labels)


def test_two_tabs_lose_no_label(
    browser: Browser, server: Server, watched: Watched, labels: Path
) -> None:
    """What one tab has labelled, another one cannot overwrite unseen; both are shown."""
    page = opened(browser, server, watched)
    other = page.context.new_page()
    other.goto(server.address)
    assert is_line_shown(other)
    give(page, Judgment("spam", "seo"))
    other.keyboard.press("2")
    expect(other.locator("#conflict-text")).to_contain_text("labelled spam · SEO (ada)")
    assert other.evaluate(LOW_CONTRAST) == []
    assert judgments(labels) == {SPAM: Judgment("spam", "seo")}
    other.keyboard.press("Enter")
    expect(other.locator("#line")).to_have_attribute("aria-label", INJECTED)
    give(page, Judgment("text"))
    other.keyboard.press("3")
    expect(other.locator("#conflict")).to_be_visible()
    other.locator("#conflict-replace").click()
    expect(other.locator("#line")).to_have_attribute("aria-label", HOSTILE)
    assert judgments(labels) == {SPAM: Judgment("spam", "seo"), INJECTED: Judgment("boilerplate")}
    page.context.close()
    # A conflict is an answer with an error's status, which the browser reports by itself.
    assert all("409" in complaint for complaint in watched.complaints)


def test_a_kill_loses_at_most_the_label_in_flight(
    browser: Browser, server: Server, watched: Watched, labels: Path
) -> None:
    """What the page has confirmed is in the file, and the page says that the server is gone."""
    page = opened(browser, server, watched)
    give(page, Judgment("spam", "seo"))
    give(page, Judgment("text"))
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    page.keyboard.press("3")
    expect(page.locator("#problem")).to_contain_text("The server does not answer")
    assert page.evaluate(LOW_CONTRAST) == []
    assert text_of_line(page) == HOSTILE
    kept = {SPAM: Judgment("spam", "seo"), INJECTED: Judgment("text")}
    assert judgments(labels) == kept
    port = int(server.address.partition("/?")[0].rpartition(":")[2])
    with review_server(labels, annotator="ada", port=port) as again:
        page.goto(again.address)
        expect(page.locator("#line")).to_have_attribute("aria-label", HOSTILE)
        page.keyboard.press("u")
        expect(page.locator("#line")).to_have_attribute("aria-label", INJECTED)
        page.context.close()
    assert judgments(labels) == {SPAM: Judgment("spam", "seo")}


def test_agreement_with_an_earlier_round_is_told(browser: Browser, labels: Path) -> None:
    """In the second round the same lines come without their labels."""
    said = {SPAM: "spam", INJECTED: "text", HOSTILE: "spam", HONEST: "text", CONTROL: "text"}
    with LabelStore.open(labels) as store:
        for text, label in said.items():
            store.label(item_id(text), Judgment(label), "ada")
    with review_server(labels, annotator="ada", pass_number=2) as server:
        page = opened(browser, server, Watched())
        for _ in said:
            expect(page.locator("#facts .own")).to_have_count(0)
            give(
                page,
                Judgment("text" if text_of_line(page) == HOSTILE else said[text_of_line(page)]),
            )
        expect(page.locator("#count")).to_have_text("Pass 2, ada · 5 of 5 labelled · 0 skipped")
        expect(page.locator("#agreement")).to_contain_text("ada, pass 1: 80 % of 5 (κ 0.55)")
        page.context.close()


def test_an_address_without_the_token_says_what_to_do(browser: Browser, server: Server) -> None:
    """Who opens it from a bookmark is told where the address is, in both languages."""
    page = browser.new_page()
    page.goto(server.address.partition("?")[0])
    expect(page.locator("body")).to_contain_text("terminal")
    expect(page.locator("body")).to_contain_text("终端")
    page.close()


def test_the_server_ends_when_interrupted(server: Server) -> None:
    """Ctrl-C is the way to end it: no error, and no secret in what it wrote."""
    server.process.send_signal(signal.SIGINT)
    out, err = server.process.communicate(timeout=20)
    assert server.process.returncode == 0
    assert out == ""
    assert "Traceback" not in err
    assert "token" not in err
