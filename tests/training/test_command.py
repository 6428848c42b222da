"""`junkfilter train` as people call it: what it prints, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from small_project import SmallProject, headlines

from junkfilter.cli import main
from junkfilter.labels.items import Candidate, Judgment
from junkfilter.labels.store import LabelStore
from junkfilter.model import Model
from junkfilter.training.acceptance import read_learned

Train = Callable[..., tuple[int, str, str]]


@pytest.fixture
def train(
    project: SmallProject, trained: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Train:  # fmt: skip
    """Runs the command in an empty folder; `BASE` and `RECIPE` stand for those of the project."""
    monkeypatch.chdir(tmp_path)
    names = {"BASE": str(trained), "RECIPE": str(project.recipe), "CORPORA": str(project.corpora)}

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["train", "--jobs", "1", *(names.get(part, part) for part in arguments)])
        out, error = capfdbinary.readouterr()
        return status, out.decode(), error.decode()

    return run


def rows(path: str, text: str) -> str:
    """A file of labelled lines."""
    Path(path).write_text(text, encoding="utf-8")
    return path


def test_the_table_goes_to_standard_output(train: Train) -> None:
    """Promises, spam found and the digest of the model that was written; messages go elsewhere."""
    status, out, error = train("--recipe", "RECIPE", "--corpora", "CORPORA", "-o", "model")
    assert status == 0
    assert "precision" in out
    assert "Spam cut by models that had not seen" in out
    assert out.endswith(f"model digest  {Model.load(Path('model')).digest}\n")
    assert "not proven" in error
    assert "features of" not in error


def test_verbose_and_quiet(train: Train) -> None:
    """`-v` tells each step, `-q` tells nothing."""
    arguments = (rows("a.tsv", "spam\t海岛出租热线\n"), "--base", "BASE", "-o", "model")
    assert "writing the model" in train(*arguments, "-v")[2]
    assert train(*arguments, "-q")[2] == ""


@pytest.mark.parametrize(
    "text",
    [
        "label\ttext\nspam.other\t海岛出租热线\nmixed\t新闻 海岛\n",
        '{"text": "海岛出租热线", "label": ["spam.other"]}\n{"text": "新闻", "label": "mixed"}\n',
        "__label__spam.other 海岛出租热线\n__label__mixed 新闻\n",
    ],
)
def test_all_forms_of_labelled_lines(train: Train, text: str) -> None:
    """TSV, JSON Lines and fastText are learned from; mixed lines are counted and left out."""
    status, _, error = train(rows("lines", text), "--base", "BASE", "-o", "model")
    assert (status, "Traceback" in error) == (0, False)
    training = Model.load(Path("model")).manifest["training"]
    assert isinstance(training, dict)
    assert (training["rows"], training["left_out"]["mixed lines"]) == (1, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("spam\t好\nham\t好\n", "lines:2: bad label 'ham'"),
        ("spam\t好\ntext\t\n", "lines:2: a label without text"),
        ("spam\t好\nspam\t\0\n", "lines:2: binary data"),
        ('{"text": "a", "label": "spam"}\n{"text"\n', "lines:2: broken row"),
        ("\n", "lines: no labelled lines"),
        ("mixed\t好\n", "lines: nothing to learn from"),
    ],
)
def test_bad_lines_are_refused_by_number(train: Train, text: str, said: str) -> None:
    """Nothing is written, and the message has file and line."""
    status, out, error = train(rows("lines", text), "--base", "BASE", "-o", "model")
    assert (status, out) == (2, "")
    assert said in error
    assert not Path("model").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.tsv",), "nowhere.tsv: cannot be read"),
        (("--base", "BASE"), "no labelled lines"),
        (("--base", "nowhere"), "nowhere"),
        (("--recipe", "nowhere.toml"), "nowhere.toml: cannot be read"),
        (("--corpora", "nowhere"), "nowhere: is no folder"),
        (("--recipe", "RECIPE", "--clean", "nowhere.txt"), "nowhere.txt: cannot be read"),
        (("--jobs", "0"), "--jobs"),
    ],
)
def test_what_is_missing_is_named(train: Train, arguments: tuple[str, ...], said: str) -> None:
    """Files and folders that are not there end the run with 2 before anything is written."""
    status, _, error = train(*arguments, "-o", "model")
    assert status == 2
    assert said in error
    assert not Path("model").exists()


def test_a_foreign_folder_is_refused_before_training(train: Train) -> None:
    """The folder is untouched, and no data was even read."""
    Path("photos").mkdir()
    rows("photos/a.txt", "mine")
    status, _, error = train("nowhere.tsv", "-o", "photos")
    assert status == 2
    assert "photos: is there and is no model" in error
    assert Path("photos/a.txt").read_text("utf-8") == "mine"


def test_model_show_tells_all(
    train: Train, trained: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """For people the sources and promises, with --json the manifest itself."""
    assert main(["model", "show", str(trained)]) == 0
    text = capfdbinary.readouterr().out.decode()
    for expected in ("small", "1- to 4-grams", "precision", "news/a.txt", "scikit-learn"):
        assert expected in text
    assert main(["model", "show", str(trained), "--json"]) == 0
    shown = json.loads(capfdbinary.readouterr().out)
    assert shown == dict(Model.load(trained).manifest)


def test_labels_are_learned_and_doubts_listed(train: Train, project: SmallProject) -> None:
    """Labels of a file that `collect` began; a changed mind and a doubtful label are told."""
    with LabelStore.open(Path("labels.db")) as store:
        for number, text in enumerate(headlines(12, 40)):
            store.report(Candidate(text=text, host=f"{number % 4}.example"), Judgment("text"))
        wrong = headlines(1, 41)[0]
        store.report(Candidate(text=wrong, host="5.example"), Judgment("spam", "game"))
        changed = headlines(1, 42)[0]
        for label in ("spam", "text"):
            store.report(Candidate(text=changed, host="6.example"), Judgment(label))
    status, out, _ = train("--base", "BASE", "--labels", "labels.db", "-o", "model")
    assert status == 0
    assert "Lines with contradictory labels: 1" in out
    doubted = out.partition("Labels to look at again")[2]
    assert wrong in doubted
    assert changed not in doubted
    assert len(read_learned(Path("model"))) == 14
    assert "--labels labels.db" in Path("model/MODEL_CARD.md").read_text(encoding="utf-8")
    assert wrong not in Path("model/MODEL_CARD.md").read_text(encoding="utf-8")
