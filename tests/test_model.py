"""Scores against brute force, and model folders that are damaged or hostile."""

from __future__ import annotations

import copy
import hashlib
import io
import json
import pickle
import shutil
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from junkfilter.errors import JunkfilterError, ModelFileError, ModelVersionError
from junkfilter.features import Block, FeatureSpec
from junkfilter.filter import JunkFilter
from junkfilter.model import WINDOW, Model
from junkfilter.model_folder import FORMAT, manifest_digest, read_folder
from junkfilter.policy import FAMILIES, Policy

SPEC = FeatureSpec(bits=12)
SPANS = ["characters", "frequencies", "windows"]
ARRAYS = ["line", "family", "quality", *SPANS]
FILES = ["manifest.json", *(f"{name}.npy" for name in ARRAYS)]
PAGE = "国产精品_在线视频_亚洲无码\n市博物馆新馆下月开放,欢迎参观。\n"
CHARACTERS = "国产精品a9\n\r\u200b_ "
texts = st.text(st.sampled_from(CHARACTERS), max_size=40)


def weights(kind: str) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Weights of every n-gram: random ones, or the largest that there are, of one sign."""
    table = np.random.default_rng(7).integers(-(1 << 15), 1 << 15, SPEC.size).astype("<i2")
    if kind != "random":
        table[:] = {"lowest": -(1 << 15), "highest": (1 << 15) - 1}[kind]
    table[0] = 0
    return table


def write_arrays(folder: Path, kind: str = "random") -> None:
    """The arrays of a small model that also cuts inside lines."""
    line = weights(kind)
    columns = np.tile(line[: 1 << 10, None], len(FAMILIES))
    families = columns // np.arange(1, len(FAMILIES) + 1, dtype="<i2")
    quality = np.ascontiguousarray(columns[:, :2])
    chance = np.random.default_rng(8)
    arrays = {
        "line": line,
        "family": families,
        "quality": quality,
        "characters": chance.integers(-127, 128, (1 << 10, 3)).astype(np.int8),
        "frequencies": chance.integers(0, 256, 1 << 10).astype(np.uint8),
        "windows": chance.integers(-127, 128, 1 << 10).astype(np.int8),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


def manifest_of(folder: Path) -> dict[str, Any]:
    """A manifest that fits the arrays in a folder."""
    arrays = {}
    for name in ARRAYS:
        data = (folder / f"{name}.npy").read_bytes()
        array = np.load(io.BytesIO(data))
        shape = list(array.shape)
        arrays[name] = {"dtype": array.dtype.name, "shape": shape, "sha256": sha256(data)}
    point = {"promised": 0.1, "clean_lines": 9, "errors": 0, "upper_bound": 0.1, "proven": True}
    return {
        "format": FORMAT,
        "id": "small",
        "features": {"bits": SPEC.bits, "orders": SPEC.orders, "seed": SPEC.seed},
        "families": list(FAMILIES),
        "line": {"scale": 0.0001, "intercept": -1.0, "bar": -1.0},
        "evidence": {"constant": 0.5, "stage1": 1.0, "terms": -0.5, "on topic": -2.0},
        "family": {"scale": 0.001, "intercepts": [0.0] * len(FAMILIES)},
        "quality": {"scale": 0.001, "intercepts": [0.0, -1.0], "thresholds": [0.0, 0.0]},
        "operating_points": {
            "precision": point | {"threshold": 2.0},
            "balanced": point | {"threshold": 1.0},
            "recall": point | {"threshold": 0.0},
        },
        "calibration": {"scores": [-5.0, 0.0, 5.0], "rates": [1.0, 0.5, 0.1]},
        "spans": {
            "scale": 0.01,
            "intercepts": [0.5, 0.5, 0.5],
            "bar": -(1 << 31),
            "alone": {"inside": 1.0},
            "evidence": {"constant": 0.5, "inside": 1.0, "company": 0.5},
            "exact": {"constant": 0.5, "inside": 1.0},
            "thresholds": {"precision": 2.0, "balanced": 1.0, "recall": 0.0},
            "known_scores": [-5.0, 0.0, 5.0],
            "known_rates": [1.0, 0.5, 0.1],
        },
        "arrays": arrays,
    }


def sha256(data: bytes) -> str:
    """Digest of some bytes."""
    return hashlib.sha256(data).hexdigest()


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Writes a manifest with the digest that belongs to it."""
    text = json.dumps(manifest)
    signed = manifest | {"digest": manifest_digest(json.loads(text))}
    (folder / "manifest.json").write_text(json.dumps(signed), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small intact model."""
    path = tmp_path / "model"
    path.mkdir()
    write_arrays(path)
    write_manifest(path, manifest_of(path))
    return path


@pytest.fixture(scope="module", params=["random", "lowest", "highest"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A small model with weights of some kind."""
    path = tmp_path_factory.mktemp("model")
    write_arrays(path, request.param)
    write_manifest(path, manifest_of(path))
    return Model.load(path)


# --- scores ---------------------------------------------------------------------------------


def slow_scores(model: Model, text: str) -> list[tuple[int, int, float]]:
    """Sum, best window and score of each line, in Python's integers."""
    block = Block([text], model.spec)
    whole = [0] * len(block.numbers)
    for _, indices in block.n_grams(0, block.n_lines):
        for position, index in enumerate(indices.tolist()):
            whole[position] += int(model.line[index])
    found = []
    for first, stop in pairwise(block.marks.tolist()):
        total = sum(whole[first:stop])
        inner = whole[first + 1 : stop]
        windows = [sum(inner[i : i + WINDOW]) for i in range(len(inner) - WINDOW + 1)]
        score = total * (model.scale / np.sqrt(stop - first)) + model.intercept
        found.append((total, max(windows, default=total), float(score)))
    return found


@settings(deadline=None)
@given(text=texts)
def test_scores_are_exact(model: Model, text: str) -> None:
    """Sums and windows are those of exact arithmetic, and the score is made of them alone."""
    scores = model.score(Block([text], model.spec))
    found = zip(scores.sums.tolist(), scores.windows.tolist(), scores.scores.tolist(), strict=True)
    assert slow_scores(model, text) == list(found)


@settings(deadline=None)
@given(batch=st.lists(texts, min_size=1, max_size=6))
def test_scores_do_not_depend_on_the_block(model: Model, batch: list[str]) -> None:
    """Law 3: a line has the same sum, window and score in a block as alone."""
    together = model.score(Block(batch, model.spec))
    alone = [model.score(Block([text], model.spec)) for text in batch]
    for column in range(3):
        expected = np.concatenate([scores[column] for scores in alone])
        assert expected.tolist() == together[column].tolist()


@pytest.mark.parametrize("length", [9, 10, 11, 16_383, 16_384, 16_385, 40_000, 200_000])
def test_long_lines_are_summed_exactly(model: Model, length: int) -> None:
    """No sum leaves its number type, in lines of any length."""
    text = "短\n" + ("国产精品a9_" * (length // 7 + 1))[:length] + "\n短"
    scores = model.score(Block([text], model.spec))
    expected = slow_scores(model, text)
    assert [line[0] for line in expected] == scores.sums.tolist()
    assert [line[1] for line in expected] == scores.windows.tolist()


@pytest.mark.parametrize("length", [3, 40_000])
def test_contributions_add_up_to_the_score(model: Model, length: int) -> None:
    """The n-grams' shares are the score without its constant."""
    block = Block(["国产精" * length], model.spec)
    total = sum(weight for _, _, weight in model.contributions(block))
    score = float(model.score(block).scores[0])
    assert total == pytest.approx(score - model.intercept, rel=1e-9)


def test_families_of_long_lines_do_not_wrap(model: Model) -> None:
    """The sums of the small tables are those of exact arithmetic as well."""
    block = Block(["国产精品" * 30_000], model.spec)
    table, shift = model.quality, SPEC.bits - 10
    rows = np.zeros(2, dtype=np.int64)
    for _, indices in block.n_grams(0, 1):
        rows += table[indices >> shift].sum(axis=0, dtype=np.int64)
    expected = rows / np.sqrt(block.marks[1]) * model.quality_scale + model.quality_intercepts
    assert expected.tolist() == pytest.approx(model.quality_scores(block)[0].tolist())


@given(scores=st.lists(st.floats(-9, 9), min_size=2))
def test_rates_fall_with_the_score(model: Model, scores: list[float]) -> None:
    """A higher score never has a higher share of clean lines above it; none is zero."""
    rates = [model.fpr(score) for score in sorted(scores)]
    assert all(a >= b > 0 for a, b in pairwise(rates))
    assert model.fpr(float("-inf")) == 1.0


# --- folders that cannot be trusted ---------------------------------------------------------


def test_intact_folder_is_read(folder: Path) -> None:
    """The folder that the other tests damage is fine itself."""
    loaded = Model.load(folder)
    assert loaded.id == "small"
    assert len(loaded.digest) == 64
    assert not loaded.line.flags.writeable


@pytest.mark.parametrize("place", [0.0, 0.01, 0.5, 0.999], ids=["first", "head", "middle", "last"])
@pytest.mark.parametrize("name", FILES)
def test_flipped_bit_is_refused(folder: Path, name: str, place: float) -> None:
    """One bit that differs anywhere in any file, and nothing is judged."""
    data = bytearray((folder / name).read_bytes())
    data[int(place * len(data))] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ModelFileError):
        Model.load(folder)


def remove(path: Path) -> None:
    """The file is missing."""
    path.unlink()


def truncate(path: Path) -> None:
    """The file ends early."""
    path.write_bytes(path.read_bytes()[:-3])


def lengthen(path: Path) -> None:
    """Something follows the file's content."""
    path.write_bytes(path.read_bytes() + b"\0\0")


def empty(path: Path) -> None:
    """The file is empty."""
    path.write_bytes(b"")


def replace_by_folder(path: Path) -> None:
    """A folder has the file's name."""
    path.unlink()
    path.mkdir()


def replace_by_loop(path: Path) -> None:
    """The file is a symbolic link to itself."""
    path.unlink()
    path.symlink_to(path.name)


@pytest.mark.parametrize(
    "damage", [remove, truncate, lengthen, empty, replace_by_folder, replace_by_loop]
)
@pytest.mark.parametrize("name", FILES)
def test_damaged_files_are_refused(folder: Path, name: str, damage: Callable[[Path], None]) -> None:
    """A missing, cut or wrong file is refused with the folder's name."""
    damage(folder / name)
    with pytest.raises(ModelFileError, match="model"):
        Model.load(folder)


def test_missing_folder_or_file_in_its_place_is_refused(tmp_path: Path) -> None:
    """A path that is no folder is refused."""
    (tmp_path / "file").write_bytes(b"x")
    for path in (tmp_path / "nothing", tmp_path / "file", Path("a\0b")):
        with pytest.raises(JunkfilterError):
            Model.load(path)


def sign(folder: Path, change: Callable[[dict[str, Any]], None] | None = None) -> None:
    """Makes all digests right again, as a forger would, and changes the manifest."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest.pop("digest", None)
    for name, listed in manifest["arrays"].items():
        listed["sha256"] = sha256((folder / f"{name}.npy").read_bytes())
    if change:
        change(manifest)
    write_manifest(folder, manifest)


class Evil:
    """Leaves a file behind if it is ever unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def test_pickles_are_never_read(folder: Path, tmp_path: Path) -> None:
    """Arrays of objects, bare pickles and their like are refused and run nothing."""
    trace = tmp_path / "trace"
    objects = np.array([Evil(trace)] * SPEC.size, dtype=object)
    for data in (saved(objects), pickle.dumps(Evil(trace))):
        (folder / "line.npy").write_bytes(data)
        sign(folder)
        with pytest.raises(ModelFileError):
            Model.load(folder)
    assert not trace.exists()


def saved(array: np.ndarray[Any, Any]) -> bytes:
    """An array as the bytes of a `.npy` file."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


FAMILY = np.zeros((1 << 10, len(FAMILIES)), dtype="<i2")


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("family", np.asfortranarray(FAMILY)),
        ("family", FAMILY.astype(np.float64)),
        ("family", FAMILY.astype(">i2")),
        ("family", FAMILY[:1000]),
        ("family", FAMILY[:, :3]),
        ("family", FAMILY.reshape(-1)),
        ("family", FAMILY[:, :, None]),
        ("line", np.zeros(SPEC.size // 2, dtype="<i2")),
        ("line", np.zeros((SPEC.size, 1), dtype="<i2")),
        ("line", np.zeros((), dtype="<i2")),
        ("line", np.zeros(0, dtype="<i2")),
        ("quality", np.zeros((1 << 10, 3), dtype="<i2")),
        ("quality", np.zeros((1 << 10, 1), dtype="<i2")),
        ("quality", np.zeros((1 << 13, 2), dtype="<i2")),
        ("quality", np.zeros((0, 2), dtype="<i2")),
        ("characters", np.zeros((1 << 10, 3), dtype="<i2")),
        ("characters", np.zeros((1 << 10, 3), dtype="|u1")),
        ("characters", np.zeros((1 << 10, 2), dtype="|i1")),
        ("characters", np.zeros((3, 1 << 10), dtype="|i1").T),
        ("frequencies", np.zeros(1 << 10, dtype="|i1")),
        ("frequencies", np.zeros(1000, dtype="|u1")),
        ("windows", np.zeros(1 << 10, dtype="|u1")),
        ("windows", np.zeros(1 << 23, dtype="|i1")),
        ("windows", np.zeros((1 << 10, 1), dtype="|i1")),
        ("windows", np.zeros(1 << 13, dtype="|i1")),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.dtype.str}{value.shape}",
)
def test_arrays_of_another_kind_are_refused(
    folder: Path, name: str, array: np.ndarray[Any, Any]
) -> None:
    """Only arrays of their own types in C order, of shapes that fit together, are a model."""
    (folder / f"{name}.npy").write_bytes(saved(array))

    def fit(manifest: dict[str, Any]) -> None:
        manifest["arrays"][name]["shape"] = list(array.shape)
        if name == "quality" and array.ndim == 2:
            width = array.shape[1]
            manifest["quality"] |= {"intercepts": [0.0] * width, "thresholds": [0.0] * width}

    sign(folder, fit)
    with pytest.raises(ModelFileError):
        Model.load(folder)


@pytest.mark.parametrize(
    "shape",
    [
        *([1 << 62], [1 << 31, 1 << 31], [-1], [1e300], [4096.5], [0], [], [None], [True]),
        *([[4096]], [1 << 20] * 100, [float("nan")], "4096", None, {}),
    ],
    ids=lambda shape: repr(shape)[:30],
)
def test_declared_shapes_cost_nothing(folder: Path, shape: object) -> None:
    """A huge or senseless shape is refused before memory is asked for."""
    sign(folder, lambda manifest: manifest["arrays"]["line"].update(shape=shape))
    with pytest.raises(ModelFileError):
        Model.load(folder)


HEADERS = {
    "huge shape": "{'descr': '<i2', 'fortran_order': False, 'shape': (4611686018427387904,), }",
    "negative shape": "{'descr': '<i2', 'fortran_order': False, 'shape': (-4096,), }",
    "extra key": "{'descr': '<i2', 'fortran_order': False, 'shape': (4096,), 'a': 1, }",
    "no dictionary": "[1, 2, 3]",
    "unhashable key": "{[]: 1}",
    "bare word": "{'descr': evil, 'fortran_order': False, 'shape': (4096,), }",
    "open bracket": "{'descr': (((((",
    "open string": "{'descr': '",
    "bad indent": "  {\n 1\n}",
    "deep signs": "-" * 9000 + "1",
    "deep brackets": "(" * 9000 + ")" * 9000,
    "null byte": "{'descr': '<i2\0'}",
    "long number": "{'descr': '<i2', 'fortran_order': False, 'shape': (4096L,), }",
    "structure": "{'descr': [('a', '<i2')], 'fortran_order': False, 'shape': (4096,), }",
    "odd structure": "{'descr': [('a',)], 'fortran_order': False, 'shape': (4096,), }",
    "odd tuple": "{'descr': (), 'fortran_order': False, 'shape': (4096,), }",
    "objects": "{'descr': '|O', 'fortran_order': False, 'shape': (4096,), }",
    "not Latin-1": "{'descr': '<i2\xff'}",
    "empty": "",
}


@pytest.mark.filterwarnings("ignore:Reading `.npy`:UserWarning")
@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
def test_hostile_array_headers_are_refused(folder: Path, header: str) -> None:
    """An array's header, which is parsed, raises nothing else whatever it holds."""
    text = header.encode("latin-1").ljust(117) + b"\n"
    data = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text
    (folder / "line.npy").write_bytes(data + bytes(2 * SPEC.size))
    sign(folder)
    with pytest.raises(ModelFileError):
        Model.load(folder)


@pytest.mark.parametrize("version", [2, 10**30, -1, "1", None, [], 1.5])
def test_other_formats_say_so(folder: Path, version: object) -> None:
    """A model of a newer format asks for a newer junkfilter."""
    sign(folder, lambda manifest: manifest.update(format=version))
    with pytest.raises(ModelVersionError, match="upgrade"):
        Model.load(folder)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="cut"),
        pytest.param(b"[]", id="list"),
        pytest.param(b"null", id="null"),
        pytest.param(b"\xff\xfe", id="UTF-16"),
        pytest.param(b'{"format": 1}', id="no digest"),
        pytest.param(b"[" * 200_000, id="deep lists"),
        pytest.param(b'{"a":' * 100_000, id="deep objects"),
        pytest.param(b"9" * 10_000, id="long number"),
        pytest.param(b'{"format": 1, "digest": NaN}', id="NaN"),
        pytest.param(b'{"\\ud800": 1}', id="surrogate"),
        pytest.param(b"x" * ((4 << 20) + 1), id="huge"),
    ],
)
def test_what_is_no_manifest_is_refused(folder: Path, data: bytes) -> None:
    """Text that is no manifest is refused, however deep or large."""
    (folder / "manifest.json").write_bytes(data)
    with pytest.raises(ModelFileError):
        read_folder(folder)


def paths(value: object, *before: object) -> list[tuple[object, ...]]:
    """Where every value of a manifest stands, inner ones too."""
    found = [before] if before else []
    if isinstance(value, dict):
        found += [path for key in value for path in paths(value[key], *before, key)]
    if isinstance(value, list):
        found += [path for key in range(len(value)) for path in paths(value[key], *before, key)]
    return found


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.sampled_from([0, -1, 1, 2, 23, 63, 1 << 31, 1 << 63, 10**400, "", "precision", "-0"])
    | st.floats()
    | st.sampled_from([1e308, -1e308, 5e-324, 1e9])
    | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=12)
        | st.dictionaries(st.text(max_size=9) | st.sampled_from(["stage1", "constant"]), inner)
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model whose manifest is written again and again."""
    path = tmp_path_factory.mktemp("fuzzed")
    write_arrays(path)
    write_manifest(path, manifest_of(path))
    return path


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_manifest_makes_anything_else_go_wrong(fuzzed: Path, data: st.DataObject) -> None:
    """Whatever stands at one place of a manifest, only a `JunkfilterError` comes out."""
    manifest = manifest_of(fuzzed)
    path = data.draw(st.sampled_from(paths(manifest)))
    inner: Any = copy.deepcopy(manifest)
    changed = inner
    for key in path[:-1]:
        inner = inner[key]
    if data.draw(st.booleans()) or isinstance(inner, list):
        inner[path[-1]] = data.draw(json_values)
    else:
        del inner[path[-1]]
    write_manifest(fuzzed, changed)
    with np.errstate(all="ignore"), suppress(JunkfilterError):
        policy = Policy(remove=frozenset({"spam", "boilerplate", "garbled"}))
        junk_filter = JunkFilter.load(fuzzed, policy=policy)
        junk_filter.strip(PAGE)
        junk_filter.flag(PAGE)
        junk_filter.explain(PAGE, line=1)


def test_the_default_model_is_small() -> None:
    """The model that comes with junkfilter has at most 8 MiB."""
    folder = JunkFilter.load().path
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 8 << 20


@pytest.mark.parametrize("name", SPANS)
def test_a_model_of_whole_lines_is_whole_without_spans(folder: Path, name: str) -> None:
    """Without the section and its arrays it is a model; with one of the arrays it is none."""

    def whole_lines(manifest: dict[str, Any]) -> None:
        del manifest["spans"]
        for array in SPANS:
            del manifest["arrays"][array]

    listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["arrays"][name]
    sign(folder, whole_lines)
    model = Model.load(folder)
    assert model.spans is None
    assert model.score(Block([PAGE], SPEC)).span_windows.tolist() == [0] * 3
    sign(folder, lambda manifest: manifest["arrays"].update({name: listed}))
    with pytest.raises(ModelFileError, match="arrays"):
        Model.load(folder)


def test_promises_of_spans_and_lines_have_the_same_names(folder: Path) -> None:
    """A model whose spans lack an operating point, or have one more, is refused."""
    sign(folder, lambda manifest: manifest["spans"]["thresholds"].pop("recall"))
    with pytest.raises(ModelFileError, match="thresholds"):
        Model.load(folder)
    sign(folder, lambda manifest: manifest["spans"]["thresholds"].update(recall=0.0, other=0.0))
    with pytest.raises(ModelFileError, match="thresholds"):
        Model.load(folder)


def test_a_model_can_be_moved(folder: Path, tmp_path: Path) -> None:
    """A model is its folder and nothing else: a copy has the same digest and scores."""
    shutil.copytree(folder, tmp_path / "copy")
    moved, original = Model.load(tmp_path / "copy"), Model.load(folder)
    block = Block([PAGE], SPEC)
    assert original.digest == moved.digest
    assert original.score(block).scores.tolist() == moved.score(block).scores.tolist()
