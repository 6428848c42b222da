"""What tests of several rooms share: the filter with the model that comes with junkfilter."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

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
