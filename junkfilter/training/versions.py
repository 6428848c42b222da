"""Versions of what a model's bytes may depend on."""

from __future__ import annotations

import platform
from importlib.metadata import version

_PACKAGES = ("numpy", "scipy", "scikit-learn")


def versions() -> dict[str, str]:
    """Version by name of Python and the packages that take part in training."""
    return {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES}
