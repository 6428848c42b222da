"""Spark: a cluster of two workers says what the command line says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from junkfilter.integrations.records import put_back

ROOT = Path(__file__).parents[2]
JOB = Path(__file__).parent / "spark_job.py"
# Java that lives for a minute is not worth optimising for long.
ENVIRONMENT = {"JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
HOSTS = ("news.example", "other.example")
# "a story of the town", numbered
STORY = "云溪区第{}小学的图书角今天开放，孩子们排队借书，老师说下周还会再添一批新书。"


@pytest.fixture(scope="module")
def sites() -> dict[str, list[str]]:
    """Pages of two hosts that begin with lines of spam: on one host all with the same, on the other
    each with another."""
    cases = (ROOT / "tests" / "cases" / "spam.jsonl").read_text("utf-8").splitlines()
    lines = [json.loads(case)["text"] for case in cases[:6]]
    alike = [f"{lines[0]}\n{STORY.format(number)}" for number in range(12)]
    alike += [f"{lines[1]}\n{STORY.format(number)}" for number in range(2)]
    unlike = [f"{line}\n{STORY.format(number)}" for number, line in enumerate(lines)]
    return dict(zip(HOSTS, (alike, unlike), strict=True))


@pytest.fixture(scope="module")
def found(
    pages: list[str],
    sites: dict[str, list[str]],
    program: Callable[..., Any],
    block: Callable[[str, str, str], str],
    needed: Callable[[str], None],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:
    """What the cluster made of all pages, and of one without a text.

    Under `host`, by id, the rows that the program in docs/engines.md wrote.
    """
    needed("spark")
    import pyarrow
    import pyarrow.parquet

    folder = tmp_path_factory.mktemp("spark")
    hosted: list[tuple[str | None, str | None]] = [(None, page) for page in pages]
    hosted += [(host, page) for host, group in sites.items() for page in group]
    hosted.append((HOSTS[0], None))
    table = {
        "id": range(len(hosted)),
        "host": [host for host, _ in hosted],
        "text": [page for _, page in hosted],
        "note": [f"note {number}" for number in range(len(hosted))],
    }
    pyarrow.parquet.write_table(pyarrow.table(table), folder / "pages.parquet")
    (folder / "program.py").write_text(block("engines.md", "py", "SparkSession"), "utf-8")
    program(JOB, cwd=folder, environment=ENVIRONMENT)
    result: dict[str, Any] = json.loads((folder / "found.json").read_text("utf-8"))
    kept = pyarrow.parquet.read_table(folder / "kept.parquet").to_pylist()
    result["host"] = {row["id"]: row for row in kept}
    return result | {"texts": [page for _, page in hosted]}


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as the command line's results are written."""
    names = {"kept": "text_kept", "cuts": "text_cuts", "page_kind": "text_page_kind"}
    names["page_score"] = "text_page_score"
    return [{short: row[name] for short, name in names.items()} for row in rows]


def test_two_workers_had_a_part(found: dict[str, Any]) -> None:
    """The cluster is one: two virtual machines ran Python."""
    assert found["executors"] == 2


@pytest.mark.parametrize("policy", ["default", "repair"])
def test_results_are_the_command_lines(
    policy: str,
    pages: list[str],
    expected: dict[str, Any],
    same: Callable[[Any, Any], None],
    found: dict[str, Any],
) -> None:
    """Kept text, cuts, kind and score of each page, whatever the policy."""
    same(plain(found[policy])[: len(pages)], expected[policy])


def test_evidence_of_a_site_is_that_of_a_site_memory(
    sites: dict[str, list[str]],
    on_the_command_line: Callable[..., list[dict[str, Any]]],
    same: Callable[[Any, Any], None],
    found: dict[str, Any],
    pages: list[str],
    tmp_path: Path,
) -> None:
    """With hosts, the verdicts are those of the second run with a site memory over each host."""
    start = len(pages)
    for host, group in sites.items():
        options = ["--site-memory", str(tmp_path / f"{host}.db"), "--site", host]
        first = on_the_command_line(group, options)
        second = on_the_command_line(group, options)
        numbers = range(start, start + len(group))
        same(plain([found["host"][number] for number in numbers]), second)
        same(plain([found["default"][number] for number in numbers]), first)
        assert (first != second) is (host == HOSTS[0])
        start += len(group)


def test_the_documented_program_leaves_spam_out(found: dict[str, Any], pages: list[str]) -> None:
    """The program to paste from docs/engines.md wrote all pages but those of spam.

    A page whose host is null is judged by itself.
    """
    wanted = [row for row in found["default"] if row["text_page_kind"] != "spam"]
    assert sorted(found["host"]) == [row["id"] for row in wanted]
    assert len(wanted) < len(found["default"])
    for row in wanted:
        if row["id"] < len(pages):
            written = found["host"][row["id"]]
            assert {name: written[name] for name in row} == row


def test_a_null_is_a_null(found: dict[str, Any]) -> None:
    """A page without a text has nothing kept and nothing cut, and does not stop the job."""
    last = len(found["default"]) - 1
    for row in plain([found["default"][last], found["host"][last]]):
        assert row == {"kept": None, "cuts": [], "page_kind": "", "page_score": 0.0}


def test_other_columns_stay(found: dict[str, Any]) -> None:
    """One row out per row in, with its other columns; columns added before are replaced."""
    assert [row["id"] for row in found["default"]] == list(range(len(found["texts"])))
    assert all(row["note"] == f"note {row['id']}" for row in found["default"])
    added = ["text_kept", "text_cuts", "text_page_kind", "text_page_score"]
    assert found["columns"] == [*found["pages"], *added]


@pytest.mark.parametrize("run", ["default", "repair", "host"])
def test_cuts_give_the_text_back(run: str, found: dict[str, Any]) -> None:
    """What was cut is in the table, and can be put back."""
    rows = found[run].values() if run == "host" else found[run]
    for row in rows:
        text = put_back(row["text_kept"] or "", row["text_cuts"])
        assert text == (found["texts"][row["id"]] or "")
