"""What tests of several rooms share: the filter with the model that comes with junkfilter."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

# `span_weights` is imported by name; importlib mode puts no test folder on the path.
sys.path.insert(0, str(Path(__file__).parent))

from junkfilter.filter import JunkFilter
from junkfilter.policy import OPERATING_POINTS, Policy


@pytest.fixture(scope="session")
def filters() -> Mapping[str, JunkFilter]:
    """The default model at each operating point, strictest first."""
    return {
        point: JunkFilter.load(policy=Policy(operating_point=point)) for point in OPERATING_POINTS
    }


@pytest.fixture(scope="session")
def default_filter(filters: Mapping[str, JunkFilter]) -> JunkFilter:
    """The default model with the default policy."""
    return filters["precision"]
