"""The way of a stream: reader, filter, rejects, writer. Decides nothing about any page.

The order in which things reach the disk is a promise: the rejects of a page are written before what
is kept of it, so that whatever stops the program, what was cut can be read somewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from junkfilter.conveyor import Conveyor
from junkfilter.formats.files import Source
from junkfilter.formats.lots import Format, Lot
from junkfilter.formats.rejects import BinaryOutput, RejectsWriter
from junkfilter.formats.text import TextFormat
from junkfilter.formats.writers import PageWriter, SilentWriter, WritesItself
from junkfilter.judging import JudgedLot, PageFilter, judge_lot
from junkfilter.passages import Input, Opener, Passage, opened
from junkfilter.policy import Policy
from junkfilter.report import Report

__all__ = [
    "Input",
    "Opener",
    "OutputReceiver",
    "Pipeline",
    "open_text",
    "rejects_header",
    "run_path",
]


class OutputReceiver:
    """Takes all inputs to one output, with or without rejects.

    Args:
        writer: gets what is left, or what the run is asked for instead.
        rejects: gets every cut, before the writer; None if nobody wants them.
    """

    def __init__(self, writer: PageWriter, rejects: RejectsWriter | None = None) -> None:
        self._writer = writer
        self._rejects = rejects
        self._restoring: Mapping[str, object] = {}

    def begin(self, passage: Passage, opened: Input) -> None:
        """Tells the writer what comes."""
        self._restoring = (
            opened.format.restoring() if isinstance(opened.format, WritesItself) else {}
        )
        self._writer.begin(opened.source, opened.format)

    def take(self, passage: Passage, lot: Lot, judged: JudgedLot) -> None:
        """Writes the rejects, then what is kept."""
        pieces = judged.shifted(passage.characters)
        if self._rejects is not None:
            self._rejects.add(passage.name, lot, pieces)
        self._writer.write(passage.name, lot, pieces)

    def end(self, passage: Passage) -> None:
        """Lets the last kept bytes out, then ends the rejects of the input."""
        self._writer.end()
        if self._rejects is not None:
            self._rejects.finish_source(passage.name, complete=passage.complete, **self._restoring)

    def pause(self) -> None:
        """Lets the kept bytes out; the rejects are always out before."""
        self._writer.flush()


class CountReceiver(OutputReceiver):
    """Writes the number of cuts of each input.

    Args:
        output: file in binary mode; stays open.
        named: write the name of the input before its number.
    """

    def __init__(self, output: BinaryOutput, *, named: bool) -> None:
        super().__init__(SilentWriter())
        self._counts = output
        self._named = named

    def end(self, passage: Passage) -> None:
        """Writes the number."""
        name = f"{passage.path}:" if self._named else ""
        line = f"{name}{passage.counts.cut_count}\n"
        self._counts.write(line.encode("utf-8", "surrogateescape"))
        self._counts.flush()


class Pipeline:
    """Takes inputs through a filter to one output, in this process.

    Args:
        page_filter: judges the pages.
        writer: gets what is left, or what the run is asked for instead.
        report: counts.
        rejects: gets every cut, before the writer; None if nobody wants them.
    """

    def __init__(
        self,
        page_filter: PageFilter,
        writer: PageWriter,
        report: Report,
        *,
        rejects: RejectsWriter | None = None,
    ) -> None:
        self._conveyor = Conveyor(page_filter, judge_lot, report)
        self._receiver = OutputReceiver(writer, rejects)

    def run(self, source: Source, page_format: Format | None = None) -> bool:
        """Takes one input through; False if it was not judged to its end, with the error reported.

        What could be read of a broken input is written all the same.

        Args:
            source: the input; stays open.
            page_format: how it is divided into pages; plain text without separators by default.
        """
        passage = Passage(source.name, Input(source, page_format or TextFormat()), close=False)
        self._conveyor.take([passage], self._receiver)
        return passage.complete

    def run_all(self, passages: Iterable[Passage]) -> None:
        """Takes inputs through, those too that could not be opened, which is reported."""
        self._conveyor.take(passages, self._receiver)


def open_text(path: str) -> Input:
    """Opens an input of plain text without separators.

    Raises:
        InputFormatError: it cannot be opened.
    """
    return Input(Source(path), TextFormat())


def run_path(pipeline: Pipeline, path: str, report: Report, open_input: Opener = open_text) -> None:
    """Takes an input through; if it cannot be opened that is reported, and others can be done."""
    pipeline.run_all(opened([path], open_input))


def rejects_header(
    policy: Policy, *, version: str, model_id: str, model_digest: str, in_place: bool = False
) -> dict[str, object]:
    """What the header of a rejects file says about the run."""
    return {
        "junkfilter": version,
        "model": {"id": model_id, "digest": model_digest},
        "policy": {
            "operating_point": policy.operating_point,
            "threshold": policy.threshold,
            "remove": sorted(policy.remove),
            "keep": sorted(policy.keep),
            "allow": _literals(policy.allow),
            "deny": _literals(policy.deny),
            "max_removed": policy.max_removed,
            "spans": policy.spans,
        },
        "in_place": in_place,
    }


def _literals(literals: Sequence[str]) -> dict[str, object]:
    joined = "".join(literal + "\n" for literal in literals).encode("utf-8", "surrogatepass")
    return {"count": len(literals), "sha256": hashlib.sha256(joined).hexdigest()}
