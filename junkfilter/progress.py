"""Shows on a terminal how far a run is. Counts nothing itself and changes no output."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Protocol, TextIO

from junkfilter.errors import MissingDependencyError
from junkfilter.extras import require

# What is over sooner needs no bar.
_DELAY_SECONDS = 1.0
_INTERVAL_SECONDS = 0.2


class Progress(Protocol):
    """What is told how far a run is."""

    def advance(self, n_bytes: int, found: str) -> None:
        """So many more bytes of the inputs are done; what was found so far, in a few words."""

    def tell(self, message: str) -> None:
        """Shows a message for people on a line of its own."""

    def close(self) -> None:
        """Removes whatever is shown."""


class NoProgress:
    """Shows nothing but messages."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def advance(self, n_bytes: int, found: str) -> None:
        """Does nothing."""

    def tell(self, message: str) -> None:
        """Passes the message on."""
        self._tell(message)

    def close(self) -> None:
        """Does nothing."""


class ProgressBar:
    """A bar with bytes, rate and what was found; it disappears when the run is over.

    Args:
        tqdm: the package.
        tell: shows a message.
        total: bytes of all inputs; None if they are not known.
        file: the terminal.
    """

    def __init__(
        self, tqdm: ModuleType, tell: Callable[[str], None], total: int | None, file: TextIO
    ) -> None:
        self._tell = tell
        self._bar = tqdm.tqdm(
            total=total,
            unit="B",
            unit_scale=True,
            leave=False,
            dynamic_ncols=True,
            delay=_DELAY_SECONDS,
            mininterval=_INTERVAL_SECONDS,
            file=file,
        )

    def advance(self, n_bytes: int, found: str) -> None:
        """Moves the bar, which is drawn five times a second at most."""
        self._bar.set_postfix_str(found, refresh=False)
        self._bar.update(n_bytes)

    def tell(self, message: str) -> None:
        """Shows a message above the bar."""
        self._bar.clear()
        self._tell(message)

    def close(self) -> None:
        """Removes the bar."""
        self._bar.close()


def progress_on(
    terminal: TextIO | None,
    tell: Callable[[str], None],
    *,
    total: int | None,
    asked: bool = False,
    shares_terminal: bool = False,
) -> Progress:
    """A bar where there is a terminal to show it and tqdm to draw it, else nothing but messages.

    Args:
        terminal: standard error; None for no bar whatever else is said.
        tell: shows a message.
        total: bytes of all inputs; None if they are not known.
        asked: it was asked for, so that a missing package is an error.
        shares_terminal: text is read from or written to a terminal too, which a bar would disturb.

    Raises:
        MissingDependencyError: it was asked for, and tqdm is not installed.

    >>> import io
    >>> progress_on(io.StringIO(), print, total=None).tell("读完")  # "read to the end"
    读完
    """
    if terminal is None or not (asked or terminal.isatty()):
        return NoProgress(tell)
    try:
        tqdm = require("tqdm", "progress")
    except MissingDependencyError:
        if asked:
            raise
        return NoProgress(tell)
    if not terminal.isatty() or (shares_terminal and not asked):
        return NoProgress(tell)
    return ProgressBar(tqdm, tell, total, terminal)
