"""Writes a model folder by hand: one word speaks for spam, everything else for nothing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np

from junkfilter.features import Block, FeatureSpec
from junkfilter.model_folder import FORMAT, manifest_digest
from junkfilter.policy import FAMILIES

SPEC = FeatureSpec(bits=16)
THRESHOLDS = {"precision": (3.0, 1e-4), "balanced": (2.0, 1e-3), "recall": (1.0, 1e-2)}


def write_model(folder: Path, word: str) -> Path:
    """A model that cuts short lines with the word, at every operating point."""
    line = np.zeros(SPEC.size, dtype="<i2")
    for _, indices in Block([word], SPEC).n_grams(0, 1):
        line[indices] = 1000
    line[0] = 0
    arrays = {
        "line": line,
        "family": np.zeros((1 << 10, len(FAMILIES)), dtype="<i2"),
        "quality": np.zeros((1 << 10, 2), dtype="<i2"),
    }
    folder.mkdir()
    listed = {}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
        data = (folder / f"{name}.npy").read_bytes()
        listed[name] = {"shape": array.shape, "sha256": hashlib.sha256(data).hexdigest()}
    manifest = _manifest(listed)
    manifest["digest"] = manifest_digest(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def _manifest(listed: dict[str, object]) -> dict[str, object]:
    # Through JSON and back: the digest is taken of what a reader will see.
    manifest: dict[str, object] = {
        "format": FORMAT,
        "id": "tiny",
        "features": {name: getattr(SPEC, name) for name in SPEC.__dataclass_fields__},
        "families": list(FAMILIES),
        "line": {"scale": 0.01, "intercept": -5.0, "bar": 100.0},
        "evidence": {},
        "family": {"scale": 1.0, "intercepts": [0.0] * len(FAMILIES)},
        "quality": {"scale": 1.0, "intercepts": [-9.0, -9.0], "thresholds": [0.0, 0.0]},
        "operating_points": {
            name: {
                "threshold": threshold,
                "promised": promised,
                "clean_lines": 0,
                "errors": 0,
                "upper_bound": 1.0,
                "proven": False,
            }
            for name, (threshold, promised) in THRESHOLDS.items()
        },
        "calibration": {"scores": [0.0], "rates": [0.5]},
        "arrays": listed,
    }
    plain: dict[str, object] = json.loads(json.dumps(manifest))
    return plain
