"""Work for the tests of workers, in a module that worker processes can import."""

from __future__ import annotations

import os
import signal
import time

from junkfilter.errors import InputFormatError, JunkfilterError, MissingDependencyError


class Unreadable:
    """Pickles, but cannot be read again: a model folder that was removed meanwhile."""

    def __call__(self, number: int) -> int:
        """Is never called in a worker."""
        return number

    def __reduce__(self) -> tuple[object, ...]:
        return _refuse, ()


def _refuse() -> None:
    raise JunkfilterError("the model is gone")


def squared(number: int) -> int:
    """Later numbers are ready sooner."""
    time.sleep(0.05 / (number + 1))
    return number * number


def process(_number: int) -> int:
    """The process that works."""
    time.sleep(0.02)
    return os.getpid()


def refused(number: int) -> int:
    """Errors of ours with arguments of their own, which plain pickling loses or fails on."""
    if number == 1:
        raise MissingDependencyError("pandas", extra="spark")
    if number == 2:
        raise InputFormatError("is broken", path="page.txt", line=7)
    return number


def killed(number: int) -> int:
    """Dies like a process that the system kills."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def noisy(number: int) -> int:
    """Writes where only kept text may go."""
    os.write(1, b"noise")
    return number
