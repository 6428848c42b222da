"""A model: arrays of weights and their manifest. Scores blocks of lines; decides nothing.

A model folder holds `manifest.json` and three arrays in NumPy's `.npy` format:

* `line.npy` int16 (2**bits,): weights of the n-grams for "this line is injected spam";
* `family.npy` int16 (2**family bits, families): weights that tell the families apart;
* `quality.npy` int16 (2**quality bits, 2): weights for `boilerplate` and `garbled`.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from junkfilter.errors import ModelFileError
from junkfilter.features import Block, FeatureSpec
from junkfilter.model_folder import Array, Fields, Floats, Int16, manifest_digest, read_folder
from junkfilter.span_model import SPAN_WINDOW, SpanModel
from junkfilter.windows import Weights, best_windows, line_sums, position_weights

WINDOW = 10
MOST_FAMILIES = 64
# Kinds of honest lines that are not the article, in the order of the columns of `quality`.
QUALITIES = ("boilerplate", "garbled")

Int32: TypeAlias = npt.NDArray[np.int32]
Int64: TypeAlias = npt.NDArray[np.int64]


class LineScores(NamedTuple):
    """What stage 1 says of each line of a block.

    Attributes:
        scores: log-odds that the line is injected spam, shape (n_lines,).
        sums: exact sums of the lines' weights, the integers behind `scores`, shape (n_lines,).
        windows: largest sum over `WINDOW` characters in a row, shape (n_lines,); the line's sum
            where the line is shorter.
        span_windows: the same by the weights of injected spans, over `SPAN_WINDOW` characters;
            zeros where the model does not cut inside lines.
    """

    scores: Floats
    sums: Int64
    windows: Int32
    span_windows: Int32


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
        spans: what judges single characters; None in a model of whole lines alone.
    """

    def __init__(self, manifest: Mapping[str, object], arrays: Mapping[str, Array]) -> None:
        self.manifest = manifest
        self.line: Int16 = arrays["line"].astype(np.int16, copy=False)
        self.family: Int16 = arrays["family"].astype(np.int16, copy=False)
        self.quality: Int16 = arrays["quality"].astype(np.int16, copy=False)
        fields = Fields(dict(manifest))
        self.id = fields.text("id")
        self.digest = manifest_digest(manifest)
        features = fields.part("features")
        self.spec = FeatureSpec(
            features.integer("bits", 10, 22),
            features.integer("orders", 1, 4),
            features.integer("seed", 0, (1 << 32) - 1),
        )
        self.families = fields.texts("families")
        self._read_line(fields.part("line"))
        self._read_tables(fields)
        evidence = fields.part("evidence")
        self.evidence = {"constant": 0.0, "stage1": 1.0}
        self.evidence |= {name: evidence.number(name) for name in evidence.names()}
        points = fields.part("operating_points")
        self.operating_points = {name: _point(points.part(name)) for name in points.names()}
        self._read_calibration(fields.part("calibration"))
        self.spans = self._read_spans(fields.part("spans"), arrays) if "spans" in manifest else None

    def _read_line(self, line: Fields) -> None:
        self.scale = line.number("scale")
        self.intercept = line.number("intercept")
        self.bar = line.number("bar")
        if self.line.shape != (self.spec.size,):
            raise ModelFileError(f"line.npy has shape {self.line.shape}, not ({self.spec.size},)")

    def _read_tables(self, fields: Fields) -> None:
        family, quality = fields.part("family"), fields.part("quality")
        self.family_scale = family.number("scale")
        self.family_intercepts = family.numbers("intercepts")
        self.quality_scale = quality.number("scale")
        self.quality_intercepts = quality.numbers("intercepts")
        self.quality_thresholds = quality.numbers("thresholds")
        self._check_table("family", self.family, len(self.families), self.family_intercepts)
        for numbers in (self.quality_intercepts, self.quality_thresholds):
            self._check_table("quality", self.quality, len(QUALITIES), numbers)

    def _check_table(self, name: str, table: Int16, columns: int, numbers: Floats) -> None:
        rows = table.shape[0]
        fits = table.ndim == 2 and table.shape[1] == columns == len(numbers)
        fits = fits and 0 < columns <= MOST_FAMILIES
        if not fits or rows & (rows - 1) or rows > self.spec.size:
            raise ModelFileError(f"{name}.npy has shape {table.shape}, which fits nothing else")

    def _read_spans(self, section: Fields, arrays: Mapping[str, Array]) -> SpanModel:
        spans = SpanModel(section, arrays)
        if spans.thresholds.keys() != self.operating_points.keys():
            raise ModelFileError("the thresholds of spans are not those of the operating points")
        if len(spans.windows) > self.spec.size:
            raise ModelFileError(f"windows.npy has shape {spans.windows.shape}: more than line.npy")
        return spans

    def _read_calibration(self, calibration: Fields) -> None:
        self._known_scores = calibration.numbers("scores")
        self._known_rates = calibration.numbers("rates")
        if not len(self._known_scores) == len(self._known_rates) > 0:
            raise ModelFileError("the calibration table is empty or uneven")

    def without_spans(self) -> Model:
        """The same model for whole lines alone; arrays are shared."""
        lines = copy.copy(self)
        lines.spans = None
        return lines

    def score(self, block: Block) -> LineScores:
        """Stage 1: every line of a block, in one pass."""
        sums: Int64 = np.zeros(block.n_lines, dtype=np.int64)
        windows: Int32 = np.zeros(block.n_lines, dtype=np.int32)
        span_windows: Int32 = np.zeros(block.n_lines, dtype=np.int32)
        tables: list[Weights] = [self.line]
        if self.spans is not None:
            tables.append(self.spans.windows)
        for first, after in block.stretches():
            marks = block.marks[first : after + 1] - block.marks[first]
            found = position_weights(block, first, after, tables)
            lines = slice(first, after)
            sums[lines] = line_sums(found[0], marks)
            windows[lines] = best_windows(found[0], marks, sums[lines], WINDOW)
            for inner in found[1:]:
                inner_sums = line_sums(inner, marks)
                span_windows[lines] = best_windows(inner, marks, inner_sums, SPAN_WINDOW)
        scores = sums * (self.scale / np.sqrt(np.diff(block.marks))) + self.intercept
        return LineScores(scores, sums, windows, span_windows)

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
        manifest, arrays = read_folder(folder)
        try:
            return cls(manifest, arrays)
        except ModelFileError as error:
            raise ModelFileError(f"{folder}: {error}") from error


def default_model_folder() -> Path:
    """Where the model that comes with junkfilter is, in a wheel or in a checkout."""
    inside = Path(str(files("junkfilter"))) / "models" / "default"
    return inside if inside.is_dir() else Path(__file__).parents[1] / "models" / "default"


def _point(point: Fields) -> OperatingPoint:
    return OperatingPoint(
        point.number("threshold"),
        point.number("promised"),
        point.integer("clean_lines", 0, 1 << 62),
        point.integer("errors", 0, 1 << 62),
        point.number("upper_bound"),
        point.truth("proven"),
    )
