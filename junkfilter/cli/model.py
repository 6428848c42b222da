"""`junkfilter model`: what is known about a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from junkfilter.cli.options import binary_output
from junkfilter.formats.rejects import json_line
from junkfilter.report import DONE

if TYPE_CHECKING:
    from junkfilter.model import Model, OperatingPoint


@click.group()
def model() -> None:
    """Say what is known about a model."""


@model.command()
@click.argument("folder", metavar="[MODEL]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Write the whole manifest as one object.")
def show(*, folder: str | None, as_json: bool) -> int:
    """Show what a model is, promises and was made from.

    Reads the default model without MODEL. A model that is damaged in any byte is refused.
    """
    from pathlib import Path

    from junkfilter.model import Model, default_model_folder

    loaded = Model.load(default_model_folder() if folder is None else Path(folder))
    binary_output().write(json_line(loaded.manifest) if as_json else _as_text(loaded).encode())
    return DONE


def _as_text(model: Model) -> str:
    spec = model.spec
    rows = [
        f"id        {model.id}",
        f"digest    {model.digest}",
        f"format    {model.manifest.get('format')}",
        f"features  character 1- to {spec.orders}-grams, seed {spec.seed}",
        f"weights   {model.line.size:,}",
        f"families  {', '.join(model.families)}",
        "operating points:",
        *(_promise(name, point) for name, point in _strictest_first(model)),
        *_spans(model),
        *_training(model.manifest.get("training")),
    ]
    return "".join(row + "\n" for row in rows)


def _strictest_first(model: Model) -> list[tuple[str, OperatingPoint]]:
    return sorted(model.operating_points.items(), key=lambda item: (item[1].promised, item[0]))


def _promise(name: str, point: OperatingPoint) -> str:
    """One operating point: what it promises, and on how many clean lines that was tried."""
    return (
        f"  {name:<10} score {point.threshold:7.3f}  promises {point.promised:.4%}  "
        f"cut {point.errors} of {point.clean_lines:,} clean lines, at most {point.upper_bound:.4%} "
        f"(95 % bound), {'proven' if point.proven else 'NOT PROVEN'}"
    )


def _spans(model: Model) -> list[str]:
    """What cuts inside lines: from which scores, and how large its arrays are."""
    spans = model.spans
    if spans is None:
        return ["spans     none: cuts whole lines only"]
    arrays = (
        f"{name} {' x '.join(f'{size:,}' for size in array.shape)}"
        for name, array in sorted(spans.arrays().items())
    )
    return [
        f"spans     bar {spans.bar}; {', '.join(arrays)}",
        *(
            f"  {name:<10} score {spans.thresholds[name]:7.3f}  "
            f"in at most {spans.fpr(spans.thresholds[name]):.4%} of honest lines"
            for name, _ in _strictest_first(model)
        ),
    ]


def _training(training: object) -> list[str]:
    """What the manifest says of how the model was made; nothing if it says nothing."""
    if not isinstance(training, dict):
        return []
    base = training.get("base")
    rows = [f"seed      {training['seed']}"] if "seed" in training else []
    if isinstance(base, dict):
        rows.append(f"base      {base.get('id')} {base.get('digest')}")
    return rows + [
        row
        for name in ("versions", "files", "missing", "left_out")
        for row in _listed(name.replace("_", " "), training.get(name))
    ]


def _listed(name: str, values: object) -> list[str]:
    """A heading and the entries of a table or list of the manifest."""
    if isinstance(values, dict) and values:
        return [f"{name}:", *(f"  {key}  {value}" for key, value in sorted(values.items()))]
    if isinstance(values, list) and values:
        return [f"{name}:", *(f"  {value}" for value in values)]
    return []
