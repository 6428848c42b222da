"""Model folders are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from junkfilter.errors import OutputError
from junkfilter.features import FeatureSpec
from junkfilter.model import Model
from junkfilter.training import export
from junkfilter.training.crossfit import plain_draft
from junkfilter.training.export import Draft, refuse_foreign, write_model
from junkfilter.training.fit import rounded
from junkfilter.training.thresholds import operating_points


def draft(weight: float = 1.0) -> Draft:
    """A model of one weight."""
    spec = FeatureSpec(bits=10)
    exact = np.zeros(spec.size)
    exact[5] = weight
    made = plain_draft(rounded(exact, -1.0), spec, 3.0)
    points = operating_points(np.arange(400.0), [])
    listed = {
        name: {field: getattr(point, field) for field in point.__slots__}
        for name, point in points.items()
    }
    arrays = dict.fromkeys(("family", "quality"), np.zeros((1 << 10, 2), dtype=np.int16))
    manifest = made.manifest | {
        "operating_points": listed,
        "families": ["adult", "other"],
        "family": {"scale": 1.0, "intercepts": [0.0, 0.0]},
        "quality": {"scale": 1.0, "intercepts": [0.0, 0.0], "thresholds": [9.0, 9.0]},
    }
    return Draft(manifest, dict(made.arrays) | arrays)


def test_what_was_written_reads_back(tmp_path: Path) -> None:
    """The model in the folder has the digest that was given back, and the same weights."""
    made = draft()
    digest = write_model(made, tmp_path / "a" / "model", {"MODEL_CARD.md": "# card\n"})
    loaded = Model.load(tmp_path / "a" / "model")
    assert loaded.digest == digest
    assert (loaded.line == made.arrays["line"]).all()
    assert (tmp_path / "a" / "model" / "MODEL_CARD.md").read_text("utf-8") == "# card\n"


def test_the_same_model_has_the_same_bytes(tmp_path: Path) -> None:
    """No time, no path and no order of a dictionary gets into a file."""
    for name in ("a", "b"):
        write_model(draft(), tmp_path / name, {})
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files == ["family.npy", "line.npy", "manifest.json", "quality.npy"]
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_model_is_replaced_and_other_files_stay(tmp_path: Path) -> None:
    """Floors of a gate survive a retraining; nothing else is left behind beside the folder."""
    folder = tmp_path / "model"
    before = write_model(draft(1.0), folder, {})
    (folder / "floors.json").write_text("{}", encoding="utf-8")
    after = write_model(draft(-1.0), folder, {})
    assert before != after
    assert Model.load(folder).digest == after
    assert (folder / "floors.json").read_text("utf-8") == "{}"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_recipe_alone_is_no_foreign_folder(tmp_path: Path) -> None:
    """A model may be written where only its recipe stands, or nothing."""
    for name in ("recipe", "empty"):
        (tmp_path / name).mkdir()
    (tmp_path / "recipe" / "train.toml").write_text("[model]\n", encoding="utf-8")
    for name in ("recipe", "empty", "new"):
        refuse_foreign(tmp_path / name)


@pytest.mark.parametrize("name", ["photos", "app", "broken", "file"])
def test_what_is_no_model_is_refused_and_untouched(tmp_path: Path, name: str) -> None:
    """Other people's folders, other manifests, and files are not overwritten."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    for folder, manifest in (("app", '{"name": "app"}'), ("broken", "[")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "manifest.json").write_text(manifest, encoding="utf-8")
    (tmp_path / "file").write_bytes(b"x")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(OutputError, match="no model"):
        write_model(draft(), tmp_path / name, {})
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_failure_leaves_the_old_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full halfway, the old model is still there, and no rest of the new one."""
    folder = tmp_path / "model"
    before = write_model(draft(1.0), folder, {})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "_fill", full)
    with pytest.raises(OutputError, match="No space left"):
        write_model(draft(-1.0), folder, {})
    assert Model.load(folder).digest == before
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
