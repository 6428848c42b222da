"""Tables in all three forms."""

from __future__ import annotations

import json
import math

from fake_judge import FakeJudge, honest, spam

from junkfilter.evaluation.evaluate import Evaluation, evaluate
from junkfilter.evaluation.metrics import Estimate
from junkfilter.evaluation.summary import as_json, tables
from junkfilter.evaluation.table import Table, formatted, markdown_table, plain_rows, text_table


def evaluation() -> Evaluation:
    """One spam line found, one missed, one honest line cut."""
    judge = FakeJudge({"色1": 9.0, "文1": 4.0})
    samples = [spam("色1"), spam("色2"), honest("文1"), honest("版", label="boilerplate")]
    return evaluate(judge, samples, {"news": ["净1", "净2"]})


def test_tables_come_in_the_order_of_reading() -> None:
    """Promises first, errors last; tables without a row are left out."""
    assert [table.name for table in tables(evaluation(), point="precision", errors=5)] == [
        "promises",
        "by_label",
        "by_family",
        "by_source",
        "by_group",
        "decisions",
        "rankings",
        "kinds",
        "false_positives",
        "misses",
    ]


def test_every_row_has_a_cell_for_every_column() -> None:
    """In each of the tables."""
    for table in tables(evaluation(), point="precision", errors=5):
        assert {len(row) for row in table.rows} == {len(table.header)}, table.name


def test_rates_have_a_column_for_each_point() -> None:
    """Name, lines, and for each point what is cut, as a count and a share."""
    by_family = tables(evaluation(), point="precision", errors=0)[2]
    row = dict(zip(by_family.header, by_family.rows[0], strict=True))
    assert (row["name"], row["lines"], row["cut@precision"]) == ("all", 2, 1)
    assert isinstance(row["share@recall"], Estimate)


def test_errors_are_limited_and_counted() -> None:
    """The title says how many there are, -1 lists them all."""
    judged = evaluate(FakeJudge({"文1": 9.0, "文2": 8.0}), [honest("文1"), honest("文2")], {})
    short = tables(judged, point="precision", errors=1)[-1]
    assert short.title.endswith("1 of 2")
    assert [row[-1] for row in short.rows] == ["文1"]
    assert len(tables(judged, point="precision", errors=-1)[-1].rows) == 2


def test_json_form_is_strict_json() -> None:
    """No NaN and no infinity, and figures by the names of their columns."""
    judged = evaluation()
    content = as_json(judged, tables(judged, point="precision", errors=5))
    again = json.loads(json.dumps(content, allow_nan=False))
    assert again["data"] == judged.data_digest()
    assert again["tables"]["by_family"][0]["share@precision"]["value"] == 0.5
    assert again["operating_points"][0] == {
        "name": "precision",
        "threshold": 3.0,
        "promised": 1e-4,
    }


def test_infinite_scores_are_none_in_json() -> None:
    """JSON has no infinity."""
    assert plain_rows(Table("t", "T", ("a", "b"), [(-math.inf, 1)])) == [{"a": None, "b": 1}]


def test_text_columns_are_aligned_over_chinese() -> None:
    """A Chinese character is as wide as two letters; numbers stand to the right."""
    table = Table("t", "T", ("name", "n"), [("新闻标题", 7), ("ab", 120)])
    assert text_table(table).splitlines() == [
        "T",
        "name        n",
        "新闻标题    7",
        "ab        120",
    ]


def test_markdown_escapes_what_would_end_a_cell() -> None:
    """Spam is full of bars."""
    table = Table("t", "T", ("text",), [("a|b",)])
    assert markdown_table(table).splitlines()[-1] == "| a\\|b |"


def test_truth_is_yes_or_no() -> None:
    """Not True or 1."""
    assert [formatted(True), formatted(False), formatted(3)] == ["yes", "no", "3"]


def test_control_characters_do_not_reach_the_terminal() -> None:
    """A line end or an escape sequence inside a cell becomes a blank."""
    assert formatted("a\nb\x1b[2J\tc\x9bd") == "a b [2J c d"
