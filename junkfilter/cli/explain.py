"""`junkfilter explain`: the evidence for and against a line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from junkfilter.cli.format_options import input_options
from junkfilter.cli.options import (
    FilterChoice,
    binary_output,
    filter_options,
)
from junkfilter.errors import InputFormatError
from junkfilter.formats.lots import Piece, PieceReader, Role
from junkfilter.formats.rejects import finite, inner_cut_fields, json_line, text_fields
from junkfilter.page import Cut, Page
from junkfilter.report import DONE

if TYPE_CHECKING:
    from junkfilter.detectors.explanation import Evidence
    from junkfilter.formats.detection import FormatOptions
    from junkfilter.results import Explanation


@click.command()
@click.argument("text", metavar="TEXT|-|FILE")
@filter_options
@input_options
@click.option(
    "--line",
    "number",
    type=click.IntRange(min=1),
    metavar="N",
    help="Explain physical line N of the file, judged in its page; of a record, line N of its text."
    "  [default: 1]",
)
@click.option(
    "--record",
    type=click.IntRange(min=1),
    metavar="N",
    help="Explain a line of record N (JSON Lines, tables, WARC).  [default: 1]",
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def explain(
    *,
    text: str,
    choice: FilterChoice,
    inputs: FormatOptions,
    number: int | None,
    record: int | None,
    as_json: bool,
) -> int:
    """Say why a line is what it is.

    What is the name of a file is read as one, `-` is standard input, and anything else is a text
    that is judged as a page of one line. First the verdict, then the words and n-grams that spoke
    for (+) and against (-), strongest first: their weights add up to the score. Then what would be
    cut inside of the line, and what was found there and stays, with its proof; and of spans what
    spoke for and against them.
    """
    from_file = text == "-" or os.path.exists(text)
    if (number is not None or record is not None) and not from_file:
        advice = "--line and --record are for files and `-`"
        raise InputFormatError("no such file", path=text, advice=advice)
    page, line = Page(text), 1
    if from_file:
        page, line = _find_line(text, inputs, number or 1, record)
    explanation = choice.load().explain_page(page, line=line)
    binary_output().write(_as_json(explanation) if as_json else _as_text(explanation))
    return DONE


def _find_line(
    path: str, inputs: FormatOptions, number: int, record: int | None
) -> tuple[Page, int]:
    """The page that holds a line, and the line's number in it.

    Args:
        path: of the file, `-` for standard input.
        inputs: how it is read.
        number: physical line of plain text, or line of a record's text.
        record: number of the record; None for the first, or for plain text.
    """
    source, page_format = inputs.open(path)
    with source:
        reader = PieceReader(source, page_format, name=source.name)
        last = 0
        for piece in filter(None, reader):
            if piece.fields or page_format.name != "text":
                last = piece.record
                if piece.record == (record or 1):
                    return _line_of_record(piece, number, source.name)
                continue
            if record is not None:
                raise InputFormatError("is plain text and has no records", path=source.name)
            last = piece.line + piece.lines - piece.raw.endswith((b"\n", b"\r"))
            if piece.line <= number <= last and piece.role is Role.PAGE:
                page = Page(piece.text, id=path, continuation=piece.continuation)
                return page, number - piece.line + 1
            if piece.line <= number <= last and piece.role is Role.TOO_LONG:
                raise _too_long(source.name, number)
        error = source.error or reader.refusal
        if error is not None:
            raise error
        wanted = f"line {number}" if page_format.name == "text" else f"record {record or 1}"
        raise InputFormatError(
            f"there is no {wanted}", path=source.name, advice=f"the last one is {last}"
        )


def _line_of_record(piece: Piece, number: int, source: str) -> tuple[Page, int]:
    from junkfilter.judging import pages_of, parts_of

    parts = parts_of(piece)
    if not parts:
        what = piece.reason or "has no text that is judged"
        raise InputFormatError(f"record {piece.record}: {what}", path=source)
    pages = iter(pages_of(piece, source, parts))
    before = 0
    for _, too_long in parts:
        page = None if too_long else next(pages)
        count = 1 if page is None else len(page.lines())
        if number <= before + count:
            if page is None:
                raise _too_long(source, number)
            return page, number - before
        before += count
    raise InputFormatError(
        f"record {piece.record} has no line {number}", path=source, advice=f"it has {before}"
    )


def _too_long(source: str, number: int) -> InputFormatError:
    return InputFormatError(
        "longer than 1 MiB: such lines are never judged", path=source, line=number
    )


def _as_text(explanation: Explanation) -> bytes:
    verdict = explanation.verdict
    what = f"{verdict.kind} {verdict.family}".rstrip()
    rows = [f"{what}\tscore {verdict.score:.3f}\tfpr {verdict.fpr:.3g}\t{verdict.reason}"]
    rows += [
        f"{evidence.weight:+.3f}\t{evidence.feature}"
        for evidence in _strongest_first(explanation.evidence)
    ]
    for what, cuts in (("cut", verdict.cuts), ("flag", verdict.flags)):
        rows += [_cut_row(what, verdict.text, cut) for cut in cuts]
    for span in explanation.spans:
        rows.append(_cut_row("span", verdict.text, span.cut))
        rows += [f"{item.weight:+.3f}\t{item.feature}" for item in _strongest_first(span.evidence)]
    return "".join(row + "\n" for row in rows).encode("utf-8", "surrogateescape")


def _strongest_first(evidence: Sequence[Evidence]) -> list[Evidence]:
    return sorted(evidence, key=lambda item: -abs(item.weight))


def _cut_row(what: str, text: str, cut: Cut) -> str:
    """A range of the line: what becomes of it, where and what it is, why, and its text."""
    kind = f"{cut.kind} {cut.family}".rstrip()
    row = (f"{what} {cut.start}-{cut.end}", kind, f"score {cut.score:.3f}", cut.reason)
    return "\t".join((*row, text[cut.start : cut.end]))


def _as_json(explanation: Explanation) -> bytes:
    verdict = explanation.verdict
    return json_line(
        {
            "kind": verdict.kind,
            "family": verdict.family,
            "score": finite(verdict.score),
            "fpr": finite(verdict.fpr),
            "reason": verdict.reason,
            **text_fields(verdict.text.encode("utf-8", "surrogateescape")),
            "page_kind": verdict.page_kind,
            "page_score": finite(verdict.page_score),
            "evidence": _evidence_fields(explanation.evidence),
            "cuts": [inner_cut_fields(verdict.text, cut) for cut in verdict.cuts],
            "flags": [inner_cut_fields(verdict.text, cut) for cut in verdict.flags],
            "spans": [
                inner_cut_fields(verdict.text, span.cut)
                | {"evidence": _evidence_fields(span.evidence)}
                for span in explanation.spans
            ],
        }
    )


def _evidence_fields(evidence: Sequence[Evidence]) -> list[dict[str, object]]:
    return [{"feature": item.feature, "weight": finite(item.weight)} for item in evidence]
