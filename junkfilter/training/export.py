"""Writes model folders: arrays, manifest and card, all or nothing."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from junkfilter.errors import OutputError
from junkfilter.model import Model
from junkfilter.model_folder import ARRAYS, FORMAT, SPAN_ARRAYS, manifest_digest

Array = npt.NDArray[np.integer]
# What may stand in a model's folder before there is a model.
_KEPT = {"train.toml", "floors.json", "MODEL_CARD.md", "learned.txt"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A model before it is written: the arrays, and the manifest without their digests."""

    manifest: dict[str, object]
    arrays: Mapping[str, Array]

    def as_model(self) -> Model:
        """The model as it will be read back."""
        return Model(_complete(self)[0], self.arrays)


def _npy(name: str, array: Array) -> bytes:
    kind = (ARRAYS | SPAN_ARRAYS)[name]
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array, dtype=kind), version=(1, 0))
    return buffer.getvalue()


def _complete(draft: Draft) -> tuple[dict[str, object], dict[str, bytes]]:
    """The finished manifest and the bytes of each array."""
    contents = {name: _npy(name, array) for name, array in sorted(draft.arrays.items())}
    listed = {
        name: {
            "dtype": draft.arrays[name].dtype.name,
            "shape": list(draft.arrays[name].shape),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for name, content in contents.items()
    }
    manifest = {"format": FORMAT, **draft.manifest, "arrays": listed}
    # Through JSON and back, so that the digest is that of what will be read.
    manifest = json.loads(json.dumps(manifest))
    return manifest | {"digest": manifest_digest(manifest)}, contents


def write_model(draft: Draft, folder: Path, extra: Mapping[str, str]) -> str:
    """Writes a model folder and gives its digest; an existing model is replaced as a whole.

    Args:
        draft: the model.
        folder: where to; a folder that is there must be a model, or empty.
        extra: further text files by name, such as the card.

    Raises:
        OutputError: the folder holds something else, or cannot be written.
    """
    refuse_foreign(folder)
    manifest, contents = _complete(draft)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            _fill(fresh, manifest, contents, extra)
            _replace(folder, fresh)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written: {error.strerror}") from error
    return str(manifest["digest"])


def refuse_foreign(folder: Path) -> None:
    """Refuses a place where something stands that is no model, before anything is overwritten.

    Raises:
        OutputError: a file, or a folder with other things in it than a model or its recipe.
    """
    if not folder.exists() and not folder.is_symlink():
        return
    try:
        names = {entry.name for entry in folder.iterdir()}
        manifest = json.loads((folder / "manifest.json").read_bytes()) if names - _KEPT else {}
        ours = not (names - _KEPT) or {"format", "arrays", "digest"} <= manifest.keys()
    except (OSError, ValueError, AttributeError):
        ours = False
    if not ours:
        raise OutputError(f"{folder}: is there and is no model; name another folder")


def _fill(
    folder: Path,
    manifest: Mapping[str, object],
    contents: Mapping[str, bytes],
    extra: Mapping[str, str],
) -> None:
    for name, content in contents.items():
        (folder / f"{name}.npy").write_bytes(content)
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    for name, text in extra.items():
        (folder / name).write_text(text, encoding="utf-8")
    folder.chmod(0o755)


def _replace(folder: Path, fresh: Path) -> None:
    """Puts the fresh folder in the place of an old one; files that are not the model's stay."""
    if not folder.exists():
        os.rename(fresh, folder)
        return
    for file in folder.iterdir():
        if not (fresh / file.name).exists():
            (shutil.copytree if file.is_dir() else shutil.copy2)(file, fresh / file.name)
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    os.rename(folder, old / folder.name)
    try:
        os.rename(fresh, folder)
    except OSError:
        os.rename(old / folder.name, folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
