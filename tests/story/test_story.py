"""From "it missed these lines" to a better model, with proof that nothing honest is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sites import FAMILIES, FORMS, Command, Story, forms_of

from junkfilter import JunkFilter, Policy
from junkfilter.labels.items import Judgment
from junkfilter.labels.store import LabelStore
from junkfilter.training.corpus import gather
from junkfilter.training.recipe import Recipe

POINT = "balanced"
MEASURED = "held-out.tsv"


def tables(out: str) -> dict[str, list[dict[str, object]]]:
    """The tables of a command's JSON."""
    found: dict[str, list[dict[str, object]]] = json.loads(out)["tables"]
    return found


def recall(out: str) -> float:
    """Share of spam found at the story's operating point."""
    row = next(row for row in tables(out)["by_family"] if row["name"] == "all")
    share = row[f"share@{POINT}"]
    assert isinstance(share, dict)
    return float(share["value"])


def test_the_base_has_learned_nothing_of_the_two(world: Story) -> None:
    """No line of its spam is of one of the families, or sells a private server or a diploma."""
    recipe = Recipe.read(Path(world.path("train.toml")))
    rows = gather(recipe, Path(world.path("corpora"))).rows
    spam = [row.sample for row in rows if row.pool == "spam"]
    assert len(spam) > 5_000
    assert not {sample.family for sample in spam} & set(FAMILIES)
    # "private server", two words for a diploma: one line sells attacks on such servers, another
    # lends money without the pledge of a diploma.
    named = [s for s in spam if any(word in s.text for word in ("私服", "毕业证", "文凭"))]
    assert len(named) <= 2


def test_what_is_measured_was_never_labelled(world: Story) -> None:
    """Neither host nor template nor line of a measured page is one of the labelled pages."""
    for family in FAMILIES:
        known, measured = (
            {form.name for form in forms_of(family, labelled=which)} for which in (True, False)
        )
        assert not known & measured
        assert known | measured == set(FORMS[family])
    hosts = [{page.url.split("/")[2] for page in pages} for pages in (world.labelled, world.held)]
    assert not hosts[0] & hosts[1]
    lines = [
        {line for page in pages for line in page.spam} for pages in (world.labelled, world.held)
    ]
    assert len(world.labelled) == 300
    assert not lines[0] & lines[1]


def test_recall_rises_and_the_gate_accepts(retrained: Story, command: Command) -> None:
    """Below 50 % before, at least 95 % after, and false positives within the promise."""
    measure = (retrained.path(MEASURED), "--clean", retrained.path("more-clean.txt"), "--json")
    before = recall(command("evaluate", retrained.path("base"), *measure)[1])
    gate = ("--gate", retrained.path("base"), "--labels", retrained.path("labels.db"))
    status, out, error = command("evaluate", retrained.path("mine"), *measure, *gate)
    assert (before < 0.5, recall(out) >= 0.95) == (True, True), (before, recall(out))
    promise = next(
        row for row in tables(out)["promises"] if (row["source"], row["point"]) == ("all", POINT)
    )
    assert float(str(promise["cut"])) <= float(str(promise["promised"])) * int(
        str(promise["lines"])
    )
    assert status == 0, error
    assert all(row["passed"] for row in tables(out)["acceptance"])


def test_the_new_model_strips(retrained: Story, command: Command) -> None:
    """Of measured pages most spam is gone, next to no other line, and all of it can be restored."""
    arguments = ("--model", retrained.path("mine"), "--operating-point", POINT)
    status, out, _ = command("strip", *arguments, retrained.path("held-out.jsonl"))
    assert status == 0
    kept = [json.loads(line)["text"] for line in out.splitlines()]
    found = lost = 0
    for page, text in zip(retrained.held, kept, strict=True):
        gone = set(page.text.splitlines()) - set(text.splitlines())
        found += len(gone & page.spam)
        lost += len(gone - page.spam)
    spam = sum(len(page.spam) for page in retrained.held)
    honest = sum(len(page.text.splitlines()) for page in retrained.held) - spam
    assert found / spam > 0.75
    assert lost / honest < 0.01


def test_the_difference_shows_honest_lines_first(retrained: Story, command: Command) -> None:
    """`--diff` lists what is newly cut, honest lines before spam."""
    _, out, _ = command(
        "evaluate", retrained.path("mine"), retrained.path(MEASURED), "--json",
        "--operating-point", POINT, "--diff", retrained.path("base"),
    )  # fmt: skip
    labels = [str(row["label"]) for row in tables(out)["difference"]]
    assert len(labels) > 100
    assert labels == sorted(labels, key=lambda label: label != "text")


def test_labelled_lines_alone_accept_nothing(retrained: Story, command: Command) -> None:
    """Without clean lines, and with clean lines that all were labelled, the gate rejects."""
    gate = ("--gate", retrained.path("base"))
    labelled = retrained.folder / "labelled.txt"
    with LabelStore.open(retrained.folder / "labels.db", read_only=True) as store:
        honest = [line.text for line in store.labelled() if line.label == "text"]
    labelled.write_text("\n".join(honest) + "\n", encoding="utf-8")
    for clean in ((), ("--clean", str(labelled))):
        status, _, error = command(
            "evaluate", retrained.path("mine"), retrained.path(MEASURED), *clean, *gate
        )
        assert status == 1
        assert "labelled lines alone accept no model" in error


def test_the_order_of_labels_does_not_matter(
    labelled: Story, retrained: Story, tmp_path: Path, command: Command
) -> None:
    """The same lines and labels put in backwards, and training done twice: the same model bytes."""
    with LabelStore.open(labelled.folder / "labels.db", read_only=True) as store:
        items, lines = list(store.items()), {line.text: line for line in store.labelled()}
    with LabelStore.open(tmp_path / "labels.db") as store:
        store.add(items[::-1], keep_near=True)
        for item in items[::-1]:
            if item.text in lines:
                line = lines[item.text]
                store.label(item.id, Judgment(line.label, line.family, line.spans), "ben")
    status, _, _ = command(
        "train", "--base", retrained.path("base"), "--labels", str(tmp_path / "labels.db"),
        "--clean", retrained.path("clean.txt"), "-q", "-o", str(tmp_path / "again"),
    )  # fmt: skip
    assert status == 0
    for name in ("line.npy", "family.npy", "quality.npy", "manifest.json", "learned.txt"):
        ours, again = retrained.folder / "mine" / name, tmp_path / "again" / name
        assert ours.read_bytes() == again.read_bytes(), name


def test_poison_is_listed_and_rejected(labelled: Story, tmp_path: Path, command: Command) -> None:
    """Of 200 honest lines labelled spam most are listed as doubtful, and the gate rejects."""
    import sites

    poison = sites.honest_lines(200, seed=99)
    path = tmp_path / "poison.tsv"
    rows = (f"spam.game\t{line}\tsite{k % 20}\n" for k, line in enumerate(poison))
    path.write_text("".join(rows), encoding="utf-8")
    _, out, _ = command(
        "train", str(path), "--base", labelled.path("base"), "--labels",
        labelled.path("labels.db"), "-q", "--label-errors", "-1", "-o", str(tmp_path / "poisoned"),
    )  # fmt: skip
    listed = out.partition("Labels to look at again")[2]
    assert sum(line in listed for line in poison) > 120
    status, _, error = command(
        "evaluate", str(tmp_path / "poisoned"), "--clean", labelled.path("more-clean.txt"),
        "--gate", labelled.path("base"),
    )  # fmt: skip
    assert status == 1
    assert "rejected: clean lines cut@" in error


@pytest.mark.parametrize("point", ["precision", "recall"])
def test_other_points_gain_too(retrained: Story, point: str) -> None:
    """At the strictest and the loosest point the new model cuts more of the measured pages."""
    found = []
    for model in ("base", "mine"):
        page_filter = JunkFilter.load(retrained.path(model), policy=Policy(operating_point=point))
        results = page_filter.strip_many([page.text for page in retrained.held])
        found.append(sum(len(result.cuts) for result in results))
    assert found[1] > found[0]
