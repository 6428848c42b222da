"""A model that starts from another: learns the new lines, leaves the others."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from small_project import SmallProject, headlines

from junkfilter.errors import DataError
from junkfilter.features import Block, counted
from junkfilter.model import Model
from junkfilter.training.prior import base_scores, final_scores
from junkfilter.training.run import Assignment, Written, train

# Renting out private islands, a trade that no data of the project knows; what is asked about it.
TRADES = ("私人岛屿出租", "海岛整租", "无人岛租赁", "包岛度假")
ASKED = ("价格", "多少钱一天", "预订热线", "哪家好", "中介电话", "微信")


def offers(count: int, seed: int) -> list[str]:
    """Different lines of the new trade."""
    chance = random.Random(seed)
    lines: dict[str, None] = {}
    while len(lines) < count:
        pairs = [chance.choice(TRADES) + chance.choice(ASKED) for _ in range(chance.randint(1, 3))]
        lines[chance.choice("_- |").join(pairs)] = None
    return list(lines)


NEW = offers(30, 1)
HELD_OUT = [line for line in offers(90, 2) if line not in NEW]


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """A file of 30 lines of the new trade."""
    path = tmp_path / "new.tsv"
    path.write_text("".join(f"spam.other\t{line}\n" for line in NEW), encoding="utf-8")
    return path


@pytest.fixture
def retrained(project: SmallProject, trained: Path, lines: Path, tmp_path: Path) -> Written:
    """The small model, retrained, in the folder `new`."""
    return train(Assignment(output=tmp_path / "new", data=(lines,), base=trained))


def test_a_new_trade_is_learned(retrained: Written, trained: Path, tmp_path: Path) -> None:
    """Nearly every line never seen scores higher; a bar that half passed is passed by most."""
    base, new = Model.load(trained), Model.load(tmp_path / "new")
    before, after = base_scores(base, HELD_OUT), base_scores(new, HELD_OUT)
    assert (after > before).mean() > 0.95
    assert (after >= np.median(before)).mean() > 0.75


def test_other_scores_hardly_move(retrained: Written, trained: Path, tmp_path: Path) -> None:
    """News moves by a fraction of what the trade does, a line without its n-grams not at all."""
    base, new = Model.load(trained), Model.load(tmp_path / "new")
    news = headlines(300, 31)
    moved = np.abs(base_scores(new, news) - base_scores(base, news))
    learned = base_scores(new, HELD_OUT) - base_scores(base, HELD_OUT)
    assert moved.mean() < 0.1 * learned.mean()
    rare = [chr(code) for code in range(0x3400, 0x3500)]
    moved_units = new.line != base.line
    apart = [one for one in rare if not moved_units[counted(Block([one], base.spec))[1]].any()]
    assert len(apart) > 20
    assert final_scores(new, apart).tolist() == final_scores(base, apart).tolist()


def test_all_but_stage_1_is_the_bases(retrained: Written, trained: Path, tmp_path: Path) -> None:
    """Features, families, quality, evidence and bar stay; the manifest names the base."""
    base, new = Model.load(trained), Model.load(tmp_path / "new")
    assert (new.family == base.family).all()
    assert (new.quality == base.quality).all()
    assert (new.spec, new.evidence, new.bar, new.scale) == (
        base.spec,
        base.evidence,
        base.bar,
        base.scale,
    )
    training = new.manifest["training"]
    assert isinstance(training, dict)
    assert training["base"] == {"id": base.id, "digest": base.digest}


def test_without_clean_lines_nothing_is_promised(
    retrained: Written, trained: Path, tmp_path: Path
) -> None:
    """The base's thresholds stay; manifest, card and notes say that they are not proven."""
    base, new = Model.load(trained), Model.load(tmp_path / "new")
    for name, point in new.operating_points.items():
        assert point.threshold == base.operating_points[name].threshold
        assert (point.proven, point.clean_lines, point.upper_bound) == (False, 0, 1.0)
    card = (tmp_path / "new" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "the promise is not proven: 0 different clean lines" in card
    assert any("not proven" in note for note in retrained.notes)


def test_the_table_judges_lines_unseen(retrained: Written) -> None:
    """For base and new model the share of new lines cut is given, with an interval."""
    table = next(table for table in retrained.tables if table.name == "new_lines")
    assert [row[:3] for row in table.rows] == [
        ("spam.other", "base", 30),
        ("spam.other", "retrained", 30),
    ]


def test_the_order_of_new_lines_does_not_matter(
    retrained: Written, trained: Path, lines: Path, tmp_path: Path
) -> None:
    """The same lines backwards, in two processes: the same digest."""
    lines.write_text("".join(f"spam.other\t{line}\n" for line in NEW[::-1]), encoding="utf-8")
    again = train(Assignment(output=tmp_path / "again", data=(lines,), base=trained, jobs=2))
    assert again.digest == retrained.digest


def test_false_alarms_are_unlearned(project: SmallProject, trained: Path, tmp_path: Path) -> None:
    """When the same lines are labelled `text`, lines like them score lower: most below a bar that
    half of them pass with the base.
    """
    base = Model.load(trained)
    bar = np.median(base_scores(base, HELD_OUT))
    path = tmp_path / "text.tsv"
    path.write_text("".join(f"text\t{line}\n" for line in NEW), encoding="utf-8")
    train(Assignment(output=tmp_path / "new", data=(path,), base=trained))
    assert (base_scores(Model.load(tmp_path / "new"), HELD_OUT) >= bar).mean() < 0.1


def test_a_recipe_with_other_features_is_refused(
    project: SmallProject, trained: Path, lines: Path, tmp_path: Path
) -> None:
    """Weights of other features are no prior."""
    recipe = tmp_path / "other.toml"
    recipe.write_text("[model]\nbits = 15\n", encoding="utf-8")
    assignment = Assignment(output=tmp_path / "new", data=(lines,), base=trained, recipe=recipe)
    with pytest.raises(DataError, match=r"other\.toml: its features differ"):
        train(assignment)
    assert not (tmp_path / "new").exists()
