"""`junkfilter report` on models of one word: what it says, and that the page is whole."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from types import ModuleType

import pytest
from read_html import ReadPage

from junkfilter.cli import main
from junkfilter.evaluation.rates import PromiseCheck
from junkfilter.model import Model, default_model_folder
from junkfilter.presentation.model_facts import card_sections, known_files
from junkfilter.presentation.report_html import promise_in_words

DATA = ("lines.tsv", "--clean", "clean/a.txt")


@pytest.fixture(scope="module")
def report(project: Path) -> str:
    """A report on one model, compared with the other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        assert main(["report", "cuts-av", *DATA, "--base", "cuts-news", "-o", "r.html"]) == 0
    return (project / "r.html").read_text("utf-8")


def test_the_page_is_whole_and_loads_nothing(report: str) -> None:
    """Well-formed, every name once, no script, no address outside the page."""
    page = ReadPage(report)
    assert page.faults == []
    policies = [a["content"] for n, a in page.elements if a.get("http-equiv")]
    assert len(policies) == 1
    assert "default-src 'none'" in str(policies[0])
    links = {a["href"] for n, a in page.elements if n == "a"}
    assert links <= {f"#{a['id']}" for _, a in page.elements if "id" in a}


@pytest.mark.parametrize(
    "heading",
    [
        "At a glance",
        "What the model is",
        "Promised and observed",
        "How its errors trade",
        "Recall by family",
        "Lines cut, by file and label",
        "Families: labelled and named",
        "Honest lines cut at precision, surest first: 1 of 1",
        "Spam kept at precision, least suspected first: 1 of 1",
        "Against its base",
        "How fast it is",
        "All tables",
    ],
)
def test_every_part_is_there(report: str, heading: str) -> None:
    """With its heading."""
    assert re.search(rf"<h[23][^>]*>{re.escape(heading)}</h", report)


def test_every_figure_says_how_to_read_it(report: str) -> None:
    """Each drawing has title, description and a caption, and its letters are text."""
    figures = re.findall(r"<figure>.*?</figure>", report, re.DOTALL)
    assert len(figures) == 5
    for figure in figures:
        drawing, _, caption = figure.partition("<figcaption>")
        title = re.search(r'<svg[^>]*aria-labelledby="(\S+) (\S+)"', drawing)
        assert title is not None
        for name in title.groups():
            assert re.search(rf'id="{name}">[^<]', drawing)
        assert "<text" in drawing
        assert len(re.sub(r"<[^>]*>", "", caption)) > 80


def test_drawings_follow_the_scheme_of_the_page(report: str) -> None:
    """No colour but the page's variables stands in a drawing."""
    drawings = "".join(re.findall(r'<svg[^>]*class="plot".*?</svg>', report, re.DOTALL))
    assert "var(--ink)" in drawings
    assert re.findall(r"#[0-9a-f]{6}\b", drawings) == []


def test_promises_and_errors_are_in_figures(report: str) -> None:
    """One clean line of 31 is cut: the promise of 1 in 10,000 is broken, and the line is shown."""
    assert "1 of 31 clean lines cut" in report
    assert ">broken</strong>" in report
    page = ReadPage(report, collect="heat3")
    assert page.texts
    assert "国产精品白酒" in re.sub(r"<[^>]*>", "", report)


def test_lines_of_files_are_text(project: Path, tmp_path: Path) -> None:
    """A line with a script tag is shown as it stands and is no element."""
    out = tmp_path / "r.html"
    data = str(project / "lines.tsv")
    status = main(["report", str(project / "cuts-news"), data, "--errors", "-1", "-o", str(out)])
    assert status == 0
    text = out.read_text("utf-8")
    page = ReadPage(text)
    assert page.faults == []
    assert "&lt;" in text
    assert "script" not in {name for name, _ in page.elements}


@pytest.mark.parametrize(
    "arguments",
    [
        ("lines.tsv",),
        ("--clean", "clean/a.txt"),
        (*DATA, "--as-pages", "--operating-point", "recall"),
    ],
    ids=["no clean text", "no labels", "pages"],
)
def test_a_report_needs_no_more_than_it_is_given(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """Without labels or without clean text the page says what is missing."""
    monkeypatch.chdir(project)
    out = tmp_path / "r.html"
    assert main(["report", "cuts-av", *arguments, "-o", str(out)]) == 0
    text = out.read_text("utf-8")
    assert ReadPage(text).faults == []
    assert ("No clean corpus was given" in text) == ("--clean" not in arguments)
    assert ("No curves" in text) == ("lines.tsv" not in arguments)


def test_lines_that_cannot_be_explained_are_listed(project: Path, tmp_path: Path) -> None:
    """A line of nothing but a byte-order mark, half a character, and one of many characters."""
    rows = [
        {"label": "spam", "text": text} for text in ("\ufeff", "坏\ud800", "坏" * 30_000)
    ]  # bad
    data = tmp_path / "odd.jsonl"
    data.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    out = tmp_path / "r.html"
    assert main(["report", str(project / "cuts-av"), str(data), "-o", str(out)]) == 0
    text = out.read_text("utf-8")
    assert ReadPage(text).faults == []
    assert "least suspected first: 3 of 3" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("cuts-av", "-o", "r2.html"), "nothing to measure with"),
        (("cuts-av", "lines.tsv"), "--output"),
        (("cuts-av", "lines.tsv", "-o", "lines.tsv"), "both input and output"),
        (("cuts-av", "none.tsv", "-o", "r2.html"), "none.tsv: cannot be read"),
        (("none", "lines.tsv", "-o", "r2.html"), "none"),
        (("cuts-av", "lines.tsv", "--base", "none", "-o", "r2.html"), "none"),
    ],
)
def test_errors_are_status_two(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    message: str,
) -> None:
    """With a message, and no file is written."""
    monkeypatch.chdir(project)
    assert main(["report", *arguments]) == 2
    assert message in capfd.readouterr().err
    assert not (project / "r2.html").exists()


def test_without_matplotlib_it_says_what_to_install(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Before anything is judged."""
    monkeypatch.chdir(project)
    load = importlib.import_module

    def without(name: str, package: str | None = None) -> ModuleType:
        if name.partition(".")[0] == "matplotlib":
            raise ModuleNotFoundError(name=name)
        return load(name, package)

    monkeypatch.setattr("junkfilter.extras.import_module", without)
    assert main(["report", "cuts-av", "lines.tsv", "-o", "r2.html"]) == 2
    assert "pip install 'junkfilter[report]'" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("cut", "lines", "promised", "said"),
    [
        (0, 50_000, 1e-4, "kept"),
        (0, 100, 1e-4, "open: too few lines"),
        (1, 5_000, 1e-4, "open: too few lines"),
        (40, 5_000, 1e-4, "broken"),
        (45, 2_251, 1e-2, "broken"),
    ],
)
def test_promises_in_words(cut: int, lines: int, promised: float, said: str) -> None:
    """Kept and broken are said only where the count proves it."""
    from junkfilter.evaluation.intervals import upper_bound

    bound = upper_bound(cut, lines)
    check = PromiseCheck("all", "p", promised, lines, cut, bound, 0, cut, bound, bound <= promised)
    assert promise_in_words(check) == said


def test_files_that_the_model_learned_from_are_named(tmp_path: Path) -> None:
    """By the digest of their bytes, whatever they are called."""
    model = Model.load(default_model_folder())
    known = default_model_folder().parents[1] / "data" / "vocabulary" / "seo.toml"
    (tmp_path / "copy.txt").write_bytes(known.read_bytes())
    (tmp_path / "new.txt").write_bytes(b"new")
    names = known_files(model, [str(tmp_path / "copy.txt"), str(tmp_path / "new.txt")])
    assert names == ["copy.txt"]


def test_sections_of_a_card(tmp_path: Path) -> None:
    """Use and limits, as paragraphs and bullets; a folder without a card has none."""
    assert card_sections(tmp_path) == []
    (tmp_path / "MODEL_CARD.md").write_text(
        "# Card\n\n## Intended use\n\nFinds\nspam.\n\n## Figures\n\n|x|\n\n"
        "## Limits\n\n- One `two`\n  three\n- <b>\n",
        encoding="utf-8",
    )
    assert card_sections(tmp_path) == [
        ("Intended use", "<p>Finds spam.</p>"),
        ("Limits", "<ul><li>One <code>two</code> three</li><li>&lt;b&gt;</li></ul>"),
    ]
