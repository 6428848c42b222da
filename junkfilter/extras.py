"""Packages that only some tasks need: imported where they are used, named where they are missing.

The extras are in `pyproject.toml`; without any of them junkfilter does its main work.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from junkfilter.errors import MissingDependencyError


def require(module: str, extra: str) -> ModuleType:
    """The module, or an error that says what to install.

    Args:
        module: full name of a module, such as `pyarrow.parquet`.
        extra: the extra of junkfilter that installs it.

    Raises:
        MissingDependencyError: the module, or the package it is in, is not installed.

    >>> require("json", "none").loads('"新闻"')  # "news"
    '新闻'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise  # installed, but something that it needs is not: its own words say more
        raise MissingDependencyError(module.partition(".")[0], extra=extra) from None
