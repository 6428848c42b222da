"""Reads model folders that a stranger may have made. Nothing in them can run code.

`manifest.json` is JSON of bounded size; arrays are NumPy's `.npy` without pickles, memory-mapped
after their declared size was found to be the file's; every byte is covered by a SHA-256 digest, so
that a damaged model is refused instead of judging differently. `docs/model-format.md` has the
format.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from junkfilter.errors import ModelFileError, ModelVersionError

Int16: TypeAlias = npt.NDArray[np.int16]
Array: TypeAlias = npt.NDArray[np.integer]
Floats: TypeAlias = npt.NDArray[np.float64]

# Changing what a manifest or an array means needs a new number; a reader of the old one stays.
FORMAT = 1
LARGEST = 1e12
# The arrays of every model, and those of one that also cuts inside lines, with their types.
ARRAYS = {"family": "<i2", "line": "<i2", "quality": "<i2"}
SPAN_ARRAYS = {"characters": "|i1", "frequencies": "|u1", "windows": "|i1"}
# A manifest is some tens of kilobytes, the arrays 6 MiB; these bound what a hostile folder costs.
MAX_MANIFEST_BYTES = 4 << 20
MAX_ARRAY_BYTES = 64 << 20


def read_folder(folder: Path) -> tuple[dict[str, object], dict[str, Array]]:
    """The manifest and the arrays of a model folder, checked against each other.

    Raises:
        ModelFileError: something is missing, damaged, or not what the manifest says.
        ModelVersionError: made by a newer junkfilter.
    """
    manifest = _read_manifest(folder)
    if manifest.get("format") != FORMAT:
        raise ModelVersionError(
            f"{folder}: model format {str(manifest.get('format'))[:40]}, but this version of "
            f"junkfilter reads {FORMAT}: upgrade junkfilter, or train the model again"
        )
    listed = manifest.get("arrays")
    kinds = ARRAYS | SPAN_ARRAYS if "spans" in manifest else ARRAYS
    if not isinstance(listed, dict) or sorted(listed) != sorted(kinds):
        raise ModelFileError(f"{folder}: the manifest does not list the model's arrays")
    return manifest, {
        name: _read_array(folder / f"{name}.npy", listed[name], kind)
        for name, kind in kinds.items()
    }


def manifest_digest(manifest: Mapping[str, object]) -> str:
    """SHA-256 of a manifest without its own `digest`, hexadecimal: what identifies a model."""
    content = {key: value for key, value in manifest.items() if key != "digest"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class Fields:
    """Typed access to a part of a manifest.

    Every method raises `ModelFileError` for a value that is missing or of the wrong kind, with the
    name of the value.
    """

    def __init__(self, values: object, name: str = "manifest") -> None:
        if not isinstance(values, dict):
            raise ModelFileError(f"{name} is not an object")
        self._values = values
        self._name = name

    def part(self, key: str) -> Fields:
        """An object inside."""
        return Fields(self._value(key), f"{self._name}.{key}")

    def names(self) -> list[str]:
        """Names of the values, in order."""
        return [str(key) for key in self._values]

    def number(self, key: str) -> float:
        """A number of at most `LARGEST` in size: products and sums of such stay finite."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key, "a number")
        try:
            number = float(value)
        except OverflowError as error:
            raise self._wrong(key, "a number of sensible size") from error
        if not abs(number) <= LARGEST:  # not a number is not, either
            raise self._wrong(key, "a number of sensible size")
        return number

    def integer(self, key: str, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self._wrong(key, f"a whole number from {low} to {high}")
        return value

    def truth(self, key: str) -> bool:
        """True or false."""
        value = self._value(key)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def text(self, key: str) -> str:
        """A string."""
        value = self._value(key)
        if not isinstance(value, str):
            raise self._wrong(key, "a string")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of different strings."""
        value = self._value(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, "a list of strings")
        if len(set(value)) != len(value):
            raise self._wrong(key, "without repetition")
        return tuple(value)

    def numbers(self, key: str) -> Floats:
        """A list of finite numbers, as an array."""
        value = self._value(key)
        if not isinstance(value, list):
            raise self._wrong(key, "a list of numbers")
        part = Fields(dict(enumerate(value)), f"{self._name}.{key}")
        return np.array([part.number(k) for k in part._values], dtype=np.float64)

    def shape(self, key: str) -> tuple[int, ...]:
        """One to three whole numbers of at least 1."""
        value = self._value(key)
        if not isinstance(value, list) or not 1 <= len(value) <= 3:
            raise self._wrong(key, "a shape")
        part = Fields(dict(enumerate(value)), f"{self._name}.{key}")
        return tuple(part.integer(k, 1, MAX_ARRAY_BYTES) for k in part._values)

    def _value(self, key: object) -> object:
        if key not in self._values:
            raise ModelFileError(f"{self._name} has no {key!r}")
        return self._values[key]

    def _wrong(self, key: str, expected: str) -> ModelFileError:
        return ModelFileError(f"{self._name}.{key} is not {expected}")


def _read_manifest(folder: Path) -> dict[str, object]:
    path = folder / "manifest.json"
    data = _read_bounded(path, MAX_MANIFEST_BYTES)
    try:
        manifest = json.loads(data.decode("utf-8"))
        if not isinstance(manifest, dict):
            raise ModelFileError(f"{path}: is not a manifest")
        digest = manifest_digest(manifest)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"{path}: is not JSON: {error}") from error
    if manifest.get("digest") != digest:
        raise ModelFileError(f"{path}: does not match its own digest: the file was changed")
    return manifest


def _read_array(path: Path, listed: object, kind: str) -> Array:
    """A memory-mapped array, after its size, type and digest were found to be as listed."""
    fields = Fields(listed, path.name)
    shape = fields.shape("shape")
    size = np.dtype(kind).itemsize * math.prod(shape)
    if size > MAX_ARRAY_BYTES:
        raise ModelFileError(f"{path}: a shape of {shape} is not a model's")
    data = _read_bounded(path, MAX_ARRAY_BYTES + 4096)
    if hashlib.sha256(data).hexdigest() != fields.text("sha256"):
        raise ModelFileError(f"{path}: does not match its digest: the file was changed")
    header = array_header(shape, kind)
    if not data.startswith(header) or len(data) != len(header) + size:
        raise ModelFileError(f"{path}: is not an array of {kind} of shape {shape}")
    array = np.memmap(path, dtype=kind, mode="r", offset=len(header), shape=shape)
    return np.asarray(array)


def array_header(shape: tuple[int, ...], kind: str = "<i2") -> bytes:
    """The bytes before the numbers in a `.npy` file of this shape and type.

    Headers are compared with it, not parsed: NumPy evaluates them as Python literals, and
    `{[]: 1}` or nine thousand minus signs there end in errors of every kind.
    """
    buffer = io.BytesIO()
    description = {"descr": kind, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, description)
    return buffer.getvalue()


def _read_bounded(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:  # a NUL in the path
        raise ModelFileError(f"{str(path)!r}: cannot be read: {error}") from error
    if len(data) > limit:
        raise ModelFileError(f"{path}: more than {limit} bytes")
    return data
