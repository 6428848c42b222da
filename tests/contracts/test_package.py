"""The package as a stranger imports it: its names, and what importing costs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import junkfilter

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(junkfilter.__file__).parents[1])}
STRIP = "junkfilter.JunkFilter.load().strip('国产精品_亚洲欧美在线_无码av免费\\n新闻\\n')"


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import junkfilter", ["numpy", "click", "jieba", "sklearn"]),
        ("import junkfilter; junkfilter.Cut, junkfilter.Page, junkfilter.Policy", ["numpy"]),
        (f"import junkfilter; {STRIP}", ["jieba", "sklearn", "scipy", "joblib", "click"]),
    ],
    ids=["import", "light names", "strip"],
)
def test_only_what_is_needed_is_loaded(statement: str, absent: list[str]) -> None:
    """A fresh process loads heavy packages only for what needs them."""
    program = f"import sys\n{statement}\nprint(*(set({absent}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=ENVIRONMENT
    )
    assert (done.stdout, done.stderr) == ("\n", "")


@pytest.mark.parametrize("name", junkfilter.__all__)
def test_public_names_are_there(name: str) -> None:
    """Each public name can be got, and is listed by dir()."""
    assert getattr(junkfilter, name) is not None
    assert name in dir(junkfilter)


def test_other_names_are_not_there() -> None:
    """A name that is not public is refused as by any module."""
    with pytest.raises(AttributeError, match="no attribute 'Strip'"):
        junkfilter.Strip  # noqa: B018
