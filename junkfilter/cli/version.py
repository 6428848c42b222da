"""Which version this is. Not part of `--help`, because finding out takes a while."""

from __future__ import annotations

from pathlib import Path


def program_version() -> str:
    """Version of the installed package, or of the source folder that is run without installing."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("junkfilter")
    except PackageNotFoundError:
        return _source_version()


def version_text() -> str:
    """What `--version` prints: program, then id and digest of the default model."""
    from junkfilter.filter import JunkFilter

    model = JunkFilter.load().model
    return f"junkfilter {program_version()}\nmodel {model.id} {model.digest}"


def _source_version() -> str:
    import tomllib

    project = Path(__file__).parents[2] / "pyproject.toml"
    try:
        return str(tomllib.loads(project.read_text("utf-8"))["project"]["version"])
    except (OSError, ValueError, KeyError):
        return "unknown"
