"""Recipes: what a `train.toml` says about how a model is made. Gathers and learns nothing."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from importlib.resources.abc import Traversable
from pathlib import Path

from junkfilter.errors import DataError
from junkfilter.policy import FAMILIES


@dataclass(frozen=True, slots=True)
class Source:
    """One corpus file of a recipe.

    Attributes:
        path: path below the folder of corpora.
        label: label of all its lines.
        origin: repository, files and commit it was taken from.
        licence: licence that its repository states.
        pool: `news` (the promise holds for it), `hard` or `boilerplate` (a tenth as strict), or
            `promotion` (advertising copy that its readers asked for, such as descriptions in app
            stores: learned from as honest, but no promise is made for it).
        role: `train` or `test`.
        columns: `topics` for a table of topic, text and source file.
        family: family of its lines, if they are spam.
    """

    path: str
    label: str = "text"
    origin: str = ""
    licence: str = "none stated"
    pool: str = "news"
    role: str = "train"
    columns: str = ""
    family: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is made; what `train.toml` says.

    Attributes:
        id: name of the model.
        bits: binary logarithm of the number of weights.
        seed: of everything random.
        lines: number of lines to make of each family's grammar.
        hand_weight: weight of a hand-written line against a generated one.
        penalty: inverse strength of the penalty on the weights (scikit-learn's `C`).
        folds: number of parts for cross-fitting.
        leave_out: families of which nothing is learned but what the user's own lines say: no
            grammar, no hand-written line and no corpus. For trials of how a new family is learned;
            the simulator's word lists mix families, so such a model cuts whole lines only.
        sources: corpora.
    """

    id: str = "unnamed"
    bits: int = 20
    seed: int = 2024
    lines: Mapping[str, int] = field(default_factory=dict)
    hand_weight: float = 1.0
    penalty: float = 1.0
    folds: int = 5
    leave_out: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()

    @classmethod
    def read(cls, file: Traversable | Path) -> Recipe:
        """The recipe in a TOML file.

        Raises:
            DataError: not TOML, or a key or value that no recipe has.
        """
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
            sources = tuple(Source(**source) for source in content.pop("source", []))
            model = content.pop("model")
            left_out = tuple(model.pop("leave_out", ()))
            lines = content.pop("lines", {})
            recipe = cls(**model, lines=lines, leave_out=left_out, sources=sources)
            if content:
                raise KeyError(", ".join(sorted(content)))
            _check_ranges(recipe)
        except OSError as error:
            raise DataError(f"cannot be read: {error.strerror}", path=str(file)) from error
        except KeyError as error:
            raise DataError(f"not a recipe: missing or unknown {error}", path=str(file)) from error
        except (ValueError, TypeError) as error:
            raise DataError(f"not a recipe: {error}", path=str(file)) from error
        return recipe


def recipe_text(recipe: Recipe) -> str:
    """The recipe as TOML, such that reading it gives an equal recipe.

    >>> print(recipe_text(Recipe(id="small", bits=14, lines={"each": 9})), end="")
    [model]
    id = "small"
    bits = 14
    seed = 2024
    hand_weight = 1.0
    penalty = 1.0
    folds = 5
    <BLANKLINE>
    [lines]
    each = 9
    """
    model = [(f.name, getattr(recipe, f.name)) for f in fields(recipe)]
    own = [(name, v) for name, v in model if name not in ("lines", "sources") and v != ()]
    tables = [
        ["[model]", *_pairs(own)],
        ["[lines]", *_pairs(sorted(recipe.lines.items()))],
    ]
    for source in recipe.sources:
        values = ((f.name, getattr(source, f.name)) for f in fields(source))
        tables.append(["[[source]]", *_pairs((name, value) for name, value in values if value)])
    return "\n\n".join("\n".join(table) for table in tables) + "\n"


def _pairs(values: Iterable[tuple[str, object]]) -> list[str]:
    # A JSON string is a TOML string, apart from DEL, which JSON leaves as it is.
    return [
        f"{name} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
        for name, value in values
    ]


def _check_ranges(recipe: Recipe) -> None:
    if not 10 <= recipe.bits <= 22:
        raise ValueError(f"bits is {recipe.bits}, but must be between 10 and 22")
    if recipe.folds < 2:
        raise ValueError(f"folds is {recipe.folds}, but must be at least 2")
    if not recipe.penalty > 0:
        raise ValueError(f"penalty is {recipe.penalty}, but must be above 0")
    if not all(isinstance(count, int) and count >= 0 for count in recipe.lines.values()):
        raise ValueError("lines are counts")
    unknown = set(recipe.leave_out) - set(FAMILIES)
    if unknown:
        raise ValueError(f"leave_out has {min(unknown)!r}, but families are {', '.join(FAMILIES)}")
