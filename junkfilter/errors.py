"""All errors that junkfilter raises on purpose. Says what, where and what to do; decides nothing.

Every public call raises a `JunkfilterError` or one of its children, and nothing else, for anything
that can be wrong with input, models, data or the environment.
"""

from __future__ import annotations


class JunkfilterError(Exception):
    """Base of all errors of this package: catching it catches everything junkfilter refuses."""


class InputFormatError(JunkfilterError):
    """An input is not what its reader can judge: binary data, UTF-16, a directory.

    Args:
        what: what is wrong, in words.
        path: the file, `<stdin>` for standard input.
        line: physical line, 1-based, where one is known.
        advice: what the user can do.
    """

    def __init__(self, what: str, *, path: str = "", line: int = 0, advice: str = "") -> None:
        self.path = path
        self.line = line
        super().__init__(_located(what, path, line, advice))


class DataError(JunkfilterError):
    """Training or evaluation data cannot be used: bad label, empty class, binary file."""

    def __init__(self, what: str, *, path: str = "", line: int = 0, advice: str = "") -> None:
        self.path = path
        self.line = line
        super().__init__(_located(what, path, line, advice))


class RejectsError(JunkfilterError):
    """A rejects file is damaged, or does not belong to the kept text it is used with."""


class ModelFileError(JunkfilterError):
    """A model folder is damaged, incomplete, hostile or not a model folder at all."""


class ModelVersionError(ModelFileError):
    """A model folder has a format number that this version of junkfilter cannot read."""


class PolicyError(JunkfilterError):
    """An option of a policy has no meaning: unknown kind, family or operating point."""


class SiteMemoryError(JunkfilterError):
    """A site memory cannot be read or written, or is none, or was made by a newer junkfilter."""


class OutputError(JunkfilterError):
    """An output cannot be written, or writing it would overwrite an input."""


class MissingDependencyError(JunkfilterError):
    """A feature needs a package that is not installed; the message has the install command."""

    def __init__(self, package: str, *, extra: str) -> None:
        self.package = package
        super().__init__(
            f"this needs the package {package!r}, which is not installed: "
            f"pip install 'junkfilter[{extra}]'"
        )


def _located(what: str, path: str, line: int, advice: str) -> str:
    where = f"{path}:{line}: " if path and line else f"{path}: " if path else ""
    return f"{where}{what}" + (f" ({advice})" if advice else "")
