"""A model: arrays of weights and their manifest. Scores blocks of lines; decides nothing.

A model folder holds `manifest.json` and three arrays in NumPy's `.npy` format:

* `line.npy` int16 (2**bits,): weights of the n-grams for "this line is injected spam";
* `family.npy` int16 (2**family bits, families): weights that tell the families apart;
* `quality.npy` int16 (2**quality bits, 2): weights for `boilerplate` and `garbled`.

The folder comes from strangers: nothing in it can run code (`allow_pickle=False`, JSON), sizes are
checked against the file before memory is used, and every byte is covered by a SHA-256 digest, so
that a damaged model is refused instead of judging differently.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from junkfilter.errors import ModelFileError, ModelVersionError
from junkfilter.features import Block, FeatureSpec

# Changing what a manifest or an array means needs a new number; a reader of the old one stays.
FORMAT = 1
# A manifest is some tens of kilobytes; this bounds what a hostile one can make us read.
MAX_MANIFEST_BYTES = 4 << 20
WINDOW = 10
# Longest line whose sum of at most four int16 weights a character surely fits into 32 bits.
_SURE_LENGTH = (1 << 31) // (4 << 15)
# Larger than any window's sum: marks a window that reaches over a line's start.
_OUTSIDE = np.int32(1 << 24)

Floats: TypeAlias = npt.NDArray[np.float64]
Int32: TypeAlias = npt.NDArray[np.int32]
Int64: TypeAlias = npt.NDArray[np.int64]
Int16: TypeAlias = npt.NDArray[np.int16]


class LineScores(NamedTuple):
    """What stage 1 says of each line of a block.

    Attributes:
        scores: log-odds that the line is injected spam, shape (n_lines,).
        sums: exact sums of the lines' weights, the integers behind `scores`, shape (n_lines,).
        windows: largest sum over `WINDOW` characters in a row, shape (n_lines,); the line's sum
            where the line is shorter.
    """

    scores: Floats
    sums: Int64
    windows: Int32


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A promise: at this threshold at most `promised` of clean lines are cut.

    Attributes:
        threshold: log-odds from which a line is cut.
        promised: share of clean lines, in [0, 1].
        clean_lines: lines that the threshold was set on.
        errors: how many of them it cuts.
        upper_bound: exact one-sided 95 % bound of the share, in [0, 1].
        proven: whether the bound keeps the promise.
    """

    threshold: float
    promised: float
    clean_lines: int
    errors: int
    upper_bound: float
    proven: bool


class Model:
    """Weights and what is known about them.

    Attributes:
        manifest: the whole manifest as read.
        spec: how features are computed.
        families: names of the families, in the order of the columns of `family`.
        operating_points: by name.
        evidence: weights of stage 2's evidence by name; see `junkfilter.detectors.evidence`.
        bar: stage-1 score from which a line goes on to stage 2.
    """

    def __init__(self, manifest: Mapping[str, object], arrays: Mapping[str, Int16]) -> None:
        self.manifest = manifest
        self.line = arrays["line"]
        self.family = arrays["family"]
        self.quality = arrays["quality"]
        try:
            self._read(manifest)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelFileError(f"the manifest is incomplete or damaged: {error!r}") from error

    def _read(self, manifest: Mapping[str, object]) -> None:
        reader = _Fields(manifest)
        self.id = str(manifest["id"])
        self.digest = manifest_digest(manifest)
        self.spec = FeatureSpec(**{k: int(v) for k, v in reader.table("features").items()})
        self.families = tuple(str(name) for name in reader.items("families"))
        line = reader.table("line")
        self.scale, self.intercept, self.bar = (float(line[k]) for k in ("scale", "intercept", "bar"))
        self.evidence = {name: float(v) for name, v in reader.table("evidence").items()}
        family = reader.table("family")
        self.family_scale = float(family["scale"])
        self.family_intercepts = np.array(family["intercepts"], dtype=np.float64)
        quality = reader.table("quality")
        self.quality_scale = float(quality["scale"])
        self.quality_intercepts = np.array(quality["intercepts"], dtype=np.float64)
        self.quality_thresholds = np.array(quality["thresholds"], dtype=np.float64)
        self.operating_points = {
            name: OperatingPoint(**point) for name, point in reader.table("operating_points").items()
        }
        calibration = reader.table("calibration")
        self._known_scores = np.array(calibration["scores"], dtype=np.float64)
        self._known_rates = np.array(calibration["rates"], dtype=np.float64)
        if not math.isfinite(self.scale) or self.line.shape != (self.spec.size,):
            raise ValueError("the weights do not fit the features")
        if not len(self._known_scores) == len(self._known_rates) > 0:
            raise ValueError("the calibration table is empty or uneven")

    def score(self, block: Block) -> LineScores:
        """Stage 1: every line of a block, in one pass."""
        sums: Int64 = np.zeros(block.n_lines, dtype=np.int64)
        windows: Int32 = np.zeros(block.n_lines, dtype=np.int32)
        for first, after in block.stretches():
            weights = self._position_weights(block, first, after)
            marks = block.marks[first : after + 1] - block.marks[first]
            sums[first:after] = _line_sums(weights, marks)
            windows[first:after] = _best_windows(weights, marks, sums[first:after])
        scores = sums * (self.scale / np.sqrt(np.diff(block.marks))) + self.intercept
        return LineScores(scores, sums, windows)

    def _position_weights(self, block: Block, first: int, after: int) -> Int32:
        """Sum of the weights of the n-grams that begin at each character or mark of some lines."""
        size = block.marks[after] - block.marks[first] + 1
        weights: Int32 = np.zeros(size, dtype=np.int32)
        for _, indices in block.n_grams(first, after):
            weights[: len(indices)] += self.line.take(indices, mode="clip")
        return weights

    def contributions(self, block: Block) -> list[tuple[int, int, float]]:
        """The n-grams of a block of one line: position, order and share of the line's score.

        Positions count folded characters from 0; -1 is the mark of the line's start. The shares
        add up to the line's score without the intercept.
        """
        marks = block.marks
        unit = self.scale / math.sqrt(marks[1] - marks[0])
        return [
            (position - 1, order, int(weight) * unit)
            for order, indices in block.n_grams(0, 1)
            for position, weight in enumerate(self.line.take(indices[: marks[1]]))
            if weight
        ]

    def family_of(self, block: Block) -> list[str]:
        """The likeliest family of spam for each line of a block."""
        shares = self._columns(block, self.family) * self.family_scale
        return [self.families[i] for i in np.argmax(shares + self.family_intercepts, axis=1)]

    def quality_scores(self, block: Block) -> Floats:
        """Log-odds of `boilerplate` and `garbled` for each line, shape (n_lines, 2)."""
        return self._columns(block, self.quality) * self.quality_scale + self.quality_intercepts

    def _columns(self, block: Block, table: Int16) -> Floats:
        """Sums of a table's rows over each line's n-grams, divided by the root of its length."""
        shift = self.spec.bits - int(table.shape[0]).bit_length() + 1
        total = np.zeros((block.n_lines, table.shape[1]), dtype=np.int64)
        for first, after in block.stretches():
            marks = block.marks[first : after + 1] - block.marks[first]
            rows = np.zeros((marks[-1] + 1, table.shape[1]), dtype=np.int32)
            for _, indices in block.n_grams(first, after):
                # NOTHING stays without weight in the smaller table too: its row 0 is all zeros.
                rows[: len(indices)] += table.take(indices >> shift, axis=0)
            total[first:after] = np.add.reduceat(rows, marks[:-1], axis=0)
        return total / np.sqrt(np.diff(block.marks))[:, None]

    def fpr(self, score: float) -> float:
        """Share of clean lines that score at least as high, in (0, 1].

        Known down to one in the number of clean lines of training; beyond that the last known
        rate is given, so that it is never an extrapolation.
        """
        place = int(np.searchsorted(self._known_scores, score, side="right")) - 1
        return float(self._known_rates[place]) if place >= 0 else 1.0

    @classmethod
    def load(cls, folder: Path) -> Model:
        """The model in a folder.

        Raises:
            ModelFileError: something is missing, damaged, or not what the manifest says.
            ModelVersionError: made by a newer junkfilter.
        """
        manifest = _read_manifest(folder)
        if manifest.get("format") != FORMAT:
            raise ModelVersionError(
                f"{folder}: model format {manifest.get('format')!r}, but this version of "
                f"junkfilter reads {FORMAT}: upgrade junkfilter, or train the model again"
            )
        listed = manifest.get("arrays")
        if not isinstance(listed, dict) or sorted(listed) != ["family", "line", "quality"]:
            raise ModelFileError(f"{folder}: the manifest does not list the model's arrays")
        try:
            arrays = {name: _read_array(folder, name, listed[name]) for name in listed}
            return cls(manifest, arrays)
        except ModelFileError as error:
            raise ModelFileError(f"{folder}: {error}") from error


def default_model_folder() -> Path:
    """Where the model that comes with junkfilter is, in a wheel or in a checkout."""
    inside = Path(str(files("junkfilter"))) / "models" / "default"
    return inside if inside.is_dir() else Path(__file__).parents[1] / "models" / "default"


def manifest_digest(manifest: Mapping[str, object]) -> str:
    """SHA-256 of a manifest without its own `digest`, hexadecimal: what identifies a model."""
    content = {key: value for key, value in manifest.items() if key != "digest"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _line_sums(weights: Int32, marks: npt.NDArray[np.intp]) -> Int64:
    sums: Int64 = np.add.reduceat(weights, marks[:-1]).astype(np.int64)
    for k in np.flatnonzero(np.diff(marks) > _SURE_LENGTH):
        sums[k] = weights[marks[k] : marks[k + 1]].sum(dtype=np.int64)
    return sums


def _best_windows(weights: Int32, marks: npt.NDArray[np.intp], sums: Int64) -> Int32:
    # A window over a mark gets a sum that is never the best, unless the line has no other one.
    weights[marks] = -_OUTSIDE
    running = np.cumsum(weights, dtype=np.int32)  # wraps; differences do not care
    best: Int32 = np.full(len(sums), -_OUTSIDE, dtype=np.int32)
    if len(running) > WINDOW:
        windows = running[WINDOW:] - running[:-WINDOW]
        starts = marks[:-1]
        inside = starts < len(windows)
        best[inside] = np.maximum.reduceat(windows, starts[inside])
    short = best < -(_OUTSIDE >> 1)
    best[short] = np.clip(sums[short], -_OUTSIDE, _OUTSIDE)
    return best


class _Fields:
    """Typed access to a manifest that a stranger may have written."""

    def __init__(self, manifest: Mapping[str, object]) -> None:
        self._manifest = manifest

    def table(self, name: str) -> dict[str, object]:  # values are converted where they are used
        value = self._manifest[name]
        if not isinstance(value, dict):
            raise TypeError(f"{name} is not an object")
        return value

    def items(self, name: str) -> list[object]:
        value = self._manifest[name]
        if not isinstance(value, list):
            raise TypeError(f"{name} is not a list")
        return value


def _read_manifest(folder: Path) -> dict[str, object]:
    path = folder / "manifest.json"
    try:
        with path.open("rb") as file:
            data = file.read(MAX_MANIFEST_BYTES + 1)
        manifest = json.loads(data.decode("utf-8")) if len(data) <= MAX_MANIFEST_BYTES else None
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"{path}: is not JSON: {error}") from error
    if not isinstance(manifest, dict):
        raise ModelFileError(f"{path}: is not a manifest")
    if manifest.get("digest") != manifest_digest(manifest):
        raise ModelFileError(f"{path}: does not match its own digest: the file was changed")
    return manifest


def _read_array(folder: Path, name: str, listed: object) -> Int16:
    """A memory-mapped array, after its size, type and digest were found to be as listed."""
    if not isinstance(listed, dict):
        raise ModelFileError(f"{name}.npy: the manifest does not describe it")
    path = folder / f"{name}.npy"
    shape = tuple(int(n) for n in listed.get("shape", ()))
    try:
        with path.open("rb") as file:
            version = np.lib.format.read_magic(file)
            if version != (1, 0):
                raise ModelFileError(f"{name}.npy: unknown version {version}")
            found, fortran, dtype = np.lib.format.read_array_header_1_0(file)
            start = file.tell()
        expected = start + 2 * math.prod(shape)
        if (found, dtype, fortran) != (shape, np.dtype("<i2"), False):
            raise ModelFileError(f"{name}.npy: holds {dtype}{found}, not int16{shape}")
        if path.stat().st_size != expected:
            raise ModelFileError(f"{name}.npy: {path.stat().st_size} bytes, not {expected}")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != listed.get("sha256"):
            raise ModelFileError(f"{name}.npy: does not match its digest: the file was changed")
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError as error:
        raise ModelFileError(f"{name}.npy: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ModelFileError(f"{name}.npy: not an array: {error}") from error
    return np.asarray(array)
