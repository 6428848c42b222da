"""`junkfilter model show` tells whether a model cuts inside lines, and from which scores."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from span_weights import span_draft

from junkfilter.training.export import Draft, write_model
from junkfilter.training.span_judge import empty_section

from .conftest import Run


def test_spans_are_shown(run: Callable[..., Run], tmp_path: Path) -> None:
    """Bar, arrays, and for each operating point the score and the share of honest lines."""
    write_model(span_draft(), tmp_path / "model", {})
    shown = run("model", "show", "model").out.decode()
    assert "spans     bar 100; characters 16,384 x 3, frequencies 32,768, windows 4,096" in shown
    rows = shown[shown.index("spans ") :].splitlines()[1:4]
    assert [row.split()[0] for row in rows] == ["precision", "balanced", "recall"]
    assert rows[0].endswith("score   4.000  in at most 0.1000% of honest lines")


def test_a_model_of_whole_lines_says_so(run: Callable[..., Run], tmp_path: Path) -> None:
    """Nothing is said to be cut inside lines where nothing is."""
    draft = span_draft()
    manifest = {name: value for name, value in draft.manifest.items() if name != "spans"}
    arrays = {name: draft.arrays[name] for name in ("line", "family", "quality")}
    write_model(Draft(manifest, arrays), tmp_path / "model", {})
    shown = run("model", "show", "model").out.decode()
    assert "spans     none: cuts whole lines only" in shown


def test_the_manifest_has_the_section(run: Callable[..., Run], tmp_path: Path) -> None:
    """With --json the whole section is there."""
    write_model(span_draft(), tmp_path / "model", {})
    shown = json.loads(run("model", "show", "model", "--json").out)
    assert set(shown["spans"]) == set(empty_section(1.0, [0.0] * 3))
