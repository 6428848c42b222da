"""Makes a model by hand that knows one brand and nothing else, on lines and inside them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
import numpy.typing as npt

from junkfilter.characters import Characters, frequency_index
from junkfilter.features import Block, FeatureSpec
from junkfilter.model import Model
from junkfilter.policy import FAMILIES
from junkfilter.span_model import FIRST, INSIDE, LAST, OUTCOMES, character_indices
from junkfilter.training.export import Draft
from junkfilter.training.span_judge import empty_section

SPEC = FeatureSpec(bits=14)
BRAND = "蓝鲸彩票"  # "Blue Whale Lottery", made up
# Headlines and sentences without a character of the brand: "city library opens", "rain tomorrow".
HONEST = (
    "市图书馆新馆开放",
    "明天多云有小雨",
    "记者从教育局了解到,今年秋季开学时间不变。",
    "本报讯,气象台发布大风预报,请市民注意防范。",
)
SPAN_POINTS = {"precision": 4.0, "balanced": 2.0, "recall": 0.5}
_LINE_POINTS = {"precision": (5.0, 1e-4), "balanced": (4.0, 1e-3), "recall": (3.0, 1e-2)}
_ROWS = 1 << 14
_LEVELS = 1 << 16


def span_draft() -> Draft:
    """A model that cuts short lines with `BRAND`, and the brand out of longer ones."""
    arrays: dict[str, npt.NDArray[np.integer]] = {
        "line": _words(np.zeros(SPEC.size, dtype=np.int16), 1000),
        "family": np.zeros((1 << 10, len(FAMILIES)), dtype=np.int16),
        "quality": np.zeros((1 << 10, 2), dtype=np.int16),
        "windows": _words(np.zeros(1 << 12, dtype=np.int8), 20),
        "characters": np.zeros((_ROWS, OUTCOMES), dtype=np.int8),
        "frequencies": frequencies(),
    }
    draft = Draft(_manifest(), arrays)
    arrays["characters"] = _characters(draft.as_model(), arrays["frequencies"].astype(np.uint8))
    return draft


@cache
def span_model() -> Model:
    """The model of `span_draft`."""
    return span_draft().as_model()


def frequencies() -> npt.NDArray[np.uint8]:
    """Levels in which the pairs and triples of `HONEST` are common, and nothing else is known."""
    table = np.zeros(_LEVELS, dtype=np.uint8)
    characters = Characters(Block(HONEST, SPEC))
    for order in (2, 3):
        grams = characters.grams(order)
        table[frequency_index(grams[grams != 0], _LEVELS)] = 5
    packed: npt.NDArray[np.uint8] = table[::2] | table[1::2] << np.uint8(4)
    return packed


def _words(table: npt.NDArray[np.integer], weight: int) -> npt.NDArray[np.integer]:
    """A table in which the n-grams of the brand have a weight."""
    shift = SPEC.size.bit_length() - len(table).bit_length()
    for _, indices in Block([f"甲{BRAND}乙"], SPEC).n_grams(0, 1):
        table[indices[2:6] >> shift] = weight
    table[0] = 0
    return table


def _characters(model: Model, levels: npt.NDArray[np.uint8]) -> npt.NDArray[np.int8]:
    """Weights of what is told of the brand's characters wherever it stands, and of no others."""
    contexts = [f"{HONEST[0]}_{BRAND}", f"{BRAND}-{HONEST[1]}", f"天气{BRAND},晴", f"甲{BRAND}乙"]
    told = [_told(model, levels, text) for text in contexts]
    honest = {index for columns in _told_all(model, levels, HONEST) for index in columns}
    honest |= {index for columns in told[0][: len(HONEST[0])] for index in columns}
    table = np.zeros((_ROWS, OUTCOMES), dtype=np.int8)
    for place in range(len(BRAND)):
        here = (
            set(columns[text.index(BRAND) + place])
            for columns, text in zip(told, contexts, strict=True)
        )
        own = sorted(set.intersection(*here) - honest - {0})
        table[own, INSIDE] = 20
        table[own, FIRST] = 20 if place == 0 else -20
        table[own, LAST] = 20 if place == len(BRAND) - 1 else -20
    return table


def _told(model: Model, levels: npt.NDArray[np.uint8], text: str) -> list[list[int]]:
    """For each character of a line the indices of what is told of it."""
    characters = Characters(Block([text], SPEC))
    columns = character_indices(characters, levels, model, _ROWS)
    return np.stack(list(columns), axis=1)[1:-1].tolist()


def _told_all(
    model: Model, levels: npt.NDArray[np.uint8], texts: Iterable[str]
) -> Iterable[list[int]]:
    for text in texts:
        yield from _told(model, levels, text)


def _manifest() -> dict[str, object]:
    evidence = {"constant": -1.0, "inside": 1.0, "edges": 0.5, "title": 0.25}
    return {
        "id": "one brand",
        "features": {"bits": SPEC.bits, "orders": SPEC.orders, "seed": SPEC.seed},
        "families": list(FAMILIES),
        "line": {"scale": 0.003, "intercept": -3.0, "bar": 2.0},
        "evidence": {"constant": 0.0, "stage1": 1.0},
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
            for name, (threshold, promised) in _LINE_POINTS.items()
        },
        "calibration": {"scores": [0.0, 4.0], "rates": [0.5, 0.01]},
        "spans": empty_section(0.05, [-4.0, -3.0, -3.0])
        | {
            "bar": 100,
            "alone": evidence,
            "evidence": evidence | {"company": 0.5},
            "exact": evidence | {"constant": 2.0},
            "thresholds": SPAN_POINTS,
            "known_scores": [0.0, 2.0, 4.0],
            "known_rates": [0.1, 0.01, 0.001],
        },
    }
