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
@click.argument("folder", metavar="[FOLDER]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Write the whole manifest as one object.")
def show(*, folder: str | None, as_json: bool) -> int:
    """Show a model's id, digest, promises and families.

    Reads the default model without FOLDER. A model that is damaged in any byte is refused.
    """
    from pathlib import Path

    from junkfilter.model import Model, default_model_folder

    loaded = Model.load(default_model_folder() if folder is None else Path(folder))
    binary_output().write(json_line(loaded.manifest) if as_json else _as_text(loaded).encode())
    return DONE


def _as_text(model: Model) -> str:
    rows = [
        f"id        {model.id}",
        f"digest    {model.digest}",
        f"weights   {model.line.size:,}",
        f"families  {', '.join(model.families)}",
        "operating points:",
        *(_promise(name, point) for name, point in model.operating_points.items()),
    ]
    return "".join(row + "\n" for row in rows)


def _promise(name: str, point: OperatingPoint) -> str:
    """One operating point: what it promises, and on how many clean lines that was tried."""
    return (
        f"  {name:<10} score {point.threshold:7.3f}  promises {point.promised:.4%}  "
        f"cut {point.errors} of {point.clean_lines:,} clean lines, at most {point.upper_bound:.4%} "
        f"(95 % bound), {'proven' if point.proven else 'NOT PROVEN'}"
    )
