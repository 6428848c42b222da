"""Writes what a run did as one JSON file, for programs. Counts nothing itself.

The file appears when the run is over, whether it came to its end or not, and all at once. The
objects of inputs wait in a temporary file without a name, so that a million of them take no memory.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import IO, Self

from junkfilter.formats.files import replacement
from junkfilter.formats.rejects import json_line
from junkfilter.report import Counts, Report

FORMAT = 1
_SPOOLED_BYTES = 1 << 20


class Summary:
    """Collects what a run does; a context manager that writes the file at the end.

    Args:
        path: where to; None for nowhere.
        run: what decided: versions, model, policy.
        report: of the whole run.

    Raises:
        OutputError: the file cannot be written.
    """

    def __init__(self, path: str | None, run: Mapping[str, object], report: Report) -> None:
        self._path = path
        self._run = run
        self._report = report
        self._begun = time.monotonic()
        self._begun_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self._inputs: IO[bytes] = io.BytesIO()
        if path is not None:
            from tempfile import SpooledTemporaryFile

            self._inputs = SpooledTemporaryFile(_SPOOLED_BYTES)  # noqa: SIM115

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        with self._inputs:
            if self._path is not None:
                self._write(self._path, error)

    def add(self, source: str, counts: Counts, **more: object) -> None:
        """Adds an input.

        Args:
            source: its name.
            counts: what was found in it.
            more: further keys.
        """
        if self._path is not None:
            self._inputs.write(json_line({"source": source, **counts.as_json(), **more}))

    def _write(self, path: str, error: BaseException | None) -> None:
        seconds = round(time.monotonic() - self._begun, 3)
        head = {
            "format": FORMAT,
            **self._run,
            "python": ".".join(map(str, sys.version_info[:3])),
            "begun": self._begun_at,
            "seconds": seconds,
            "stopped": None if error is None else str(error) or type(error).__name__,
            "total": {
                "inputs": self._report.inputs,
                **self._report.as_json(),
                "errors": self._report.errors,
            },
        }
        with replacement(path) as file:
            file.write(
                json.dumps(head, ensure_ascii=False, indent=1)[:-2].encode(
                    "utf-8", "backslashreplace"
                )
            )
            file.write(b',\n "inputs": [')
            self._inputs.seek(0)
            separator = b"\n  "
            for line in self._inputs:
                file.write(separator + line[:-1])
                separator = b",\n  "
            file.write(b"\n ]\n}\n")
