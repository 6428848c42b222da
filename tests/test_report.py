"""Counts and the exit status."""

from __future__ import annotations

import pytest

from junkfilter import report as report_module
from junkfilter.page import Cut
from junkfilter.report import EXIT_STATUS, Report

CUT = Cut(0, 3, "spam", "adult")


@pytest.mark.parametrize(
    ("cuts", "errors", "check", "expected"),
    [(0, 0, True, 0), (1, 0, False, 0), (1, 0, True, 1), (1, 1, True, 2), (0, 1, False, 2)],
)
def test_exit_status(cuts: int, errors: int, check: bool, expected: int) -> None:
    """A finding is 1 with --check only, and an error is always 2."""
    report = Report()
    report.add_page(1, [CUT] * cuts)
    for _ in range(errors):
        report.error("broken")
    assert expected == report.exit_status(check=check)


def test_every_status_is_in_the_docstring() -> None:
    """The table for programs and the table for people list the same numbers."""
    table = (report_module.__doc__ or "").split("====")[2:]
    for status, meaning in EXIT_STATUS.items():
        assert any(f"{status}  " in part for part in table)
        assert " ".join(meaning.split()) in " ".join("".join(table).split())


def test_summary_names_what_was_cut_and_what_passed() -> None:
    """The summary counts cuts by family and says which pages passed through, and why."""
    report = Report(too_long=1, bytes=100, removed_bytes=10)
    report.add_page(3, [CUT, Cut(5, 6, "garbled")])
    report.add_page(1, [], foreign=True)
    expected = (
        "cut 2 pieces (adult 1, garbled 1; 10 of 100 bytes) from 4 lines in 2 pages; "
        "passed through: 1 line too-long, 1 page foreign"
    )
    assert expected == report.summary()


def test_quiet_hides_notices_but_no_errors() -> None:
    """With -q people hear of errors only."""
    heard: list[str] = []
    report = Report(notify=heard.append, quiet=True)
    report.notice("notice")
    report.error("error")
    assert heard == ["error"]


def test_summary_tells_of_pages_that_are_not_ordinary() -> None:
    """Pages that are spam as a whole and pages with damaged encoding are counted apart."""
    report = Report()
    report.add_page(9, [], spam_page=True)
    report.add_page(9, [Cut(1, 5, "pinyin")], damaged=True)
    told = report.summary()
    assert "pinyin 1" in told
    assert "passed through: 1 page spam as a whole" in told
    assert told.endswith("encoding damage in 1 page")
