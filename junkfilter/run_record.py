"""The state folder of an output folder: what its outputs were made with, and who is at work."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from junkfilter.errors import OutputError

STATE_FOLDER = ".junkfilter"
FORMAT = 1
_RECORD = "run.json"
_MOST_BYTES = 1 << 24


def lock(folder: str) -> list[int]:
    """A descriptor that keeps other runs out until it is closed; none where that is not possible.

    The system closes it when the process ends, however it ends.

    Raises:
        OutputError: another run has it.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        return []
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise OutputError(f"{folder}: another run of junkfilter writes there") from None
    except OSError:  # some network file systems
        os.close(descriptor)
        return []
    return [descriptor]


def prepare(folder: str, run: Mapping[str, object], *, resume: bool) -> None:
    """Writes the record of a run into a new folder, or compares it with that of the one before.

    What a killed run left in the state folder is thrown away.

    Args:
        folder: of the outputs; exists.
        run: what decides about the outputs, as JSON.
        resume: whether there may be outputs of an earlier run.

    Raises:
        OutputError: the folder has something else in it, or outputs that were made in another way.
    """
    state = os.path.join(folder, STATE_FOLDER)
    path = os.path.join(state, _RECORD)
    record = {"format": FORMAT, **run}
    before = json_object(path)
    if before is None:
        if set(os.listdir(folder)) - {STATE_FOLDER}:
            raise OutputError(
                f"{folder}: is not empty, and there is no earlier run to go on with; "
                "name a new folder"
            )
    elif not resume:
        raise OutputError(
            f"{folder}: has outputs of an earlier run; go on with --resume, or name a new folder"
        )
    elif before != (now := json.loads(json.dumps(record))):
        raise OutputError(f"{folder}: {_difference(before, now)}; name a new folder")
    os.makedirs(state, exist_ok=True)
    for name in os.listdir(state):
        if name != _RECORD:
            os.unlink(os.path.join(state, name))
    if before is None:
        _write_json(path, record)


def json_object(path: str) -> dict[str, object] | None:
    """A small JSON object; None if there is no such file, or something else in it."""
    try:
        with open(path, "rb") as file:
            return parsed(file.read(_MOST_BYTES))
    except FileNotFoundError:
        return None


def parsed(line: bytes) -> dict[str, object] | None:
    """A JSON object; None if it is none.

    >>> parsed(b'{"cuts": 1}'), parsed(b"[]"), parsed(b"{")
    ({'cuts': 1}, None, None)
    """
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _write_json(path: str, value: Mapping[str, object]) -> None:
    temporary = f"{path}.new"
    with open(temporary, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def _difference(before: Mapping[str, object], now: Mapping[str, object], name: str = "") -> str:
    """The first thing in which two records differ.

    >>> _difference({"policy": {"spans": True}}, {"policy": {"spans": False}})
    'was made with policy.spans true, not false'
    """
    for key in [*now, *(key for key in before if key not in now)]:
        then, here = before.get(key), now.get(key)
        if isinstance(then, dict) and isinstance(here, dict) and then != here:
            return _difference(then, here, f"{name}{key}.")
        if then != here:
            return f"was made with {name}{key} {json.dumps(then)}, not {json.dumps(here)}"
    return "was made in another way"
