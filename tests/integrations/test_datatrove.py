"""datatrove: the documented pipeline with its local executor, and the block by itself."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from junkfilter import JunkFilter, Policy
from junkfilter.integrations import datatrove as adapter
from junkfilter.integrations.records import put_back

NAMES = {"junkfilter_page_kind": "page_kind", "junkfilter_page_score": "page_score"}


def written(folder: Path) -> dict[str, dict[str, Any]]:
    """The documents in a folder of datatrove's JSON Lines, by id."""
    lines = [
        line
        for path in sorted(folder.glob("*.jsonl.gz"))
        for line in gzip.decompress(path.read_bytes()).decode().splitlines()
    ]
    # datatrove's writer leaves out what is empty.
    documents = [{"text": ""} | json.loads(line) for line in lines]
    return {document["id"]: document for document in documents}


def test_the_documented_pipeline(
    pages: list[str],
    expected: dict[str, list[dict[str, Any]]],
    same: Callable[[Any, Any], None],
    program: Callable[..., Any],
    block: Callable[[str, str, str], str],
    needed: Callable[[str], None],
    tmp_path: Path,
) -> None:
    """Two tasks in two processes: kept texts, cuts and kinds are the command line's."""
    needed("datatrove")
    # datatrove's readers pass over documents without a text.
    present = {str(number): page for number, page in enumerate(pages) if page}
    (tmp_path / "pages").mkdir()
    for task in range(2):
        lines = [
            json.dumps({"id": number, "text": page, "source": f"page {number}"}) + "\n"
            for number, page in present.items()
            if int(number) % 2 == task
        ]
        (tmp_path / "pages" / f"{task}.jsonl").write_text("".join(lines), "utf-8")
    (tmp_path / "clean.py").write_text(block("engines.md", "py", "LocalPipelineExecutor"), "utf-8")
    program("clean.py", cwd=tmp_path)
    kept, dropped = written(tmp_path / "kept"), written(tmp_path / "dropped")
    wanted = {number: expected["default"][int(number)] for number in present}
    assert set(dropped) == {n for n, one in wanted.items() if one["page_kind"] == "spam"}
    assert set(kept) == set(wanted) - set(dropped)
    for number, document in kept.items():
        metadata = document["metadata"]
        found = {short: metadata[name] for name, short in NAMES.items()}
        found |= {"kept": document["text"], "cuts": metadata["junkfilter_cuts"]}
        same([found], [wanted[number]])
        assert put_back(document["text"], metadata["junkfilter_cuts"]) == present[number]
        assert metadata["source"] == f"page {number}"
    for number, document in dropped.items():
        assert document["text"] == present[number]
        metadata = document["metadata"]
        assert metadata["filter_reason"] == "junkfilter_spam_page"
        assert metadata["junkfilter_page_score"] == wanted[number]["page_score"]
    stats = json.loads((tmp_path / "logs" / "stats.json").read_text("utf-8"))
    (step,) = [step for step in stats if "junkfilter" in step["name"]]
    counts = step["stats"]
    assert counts["total"] == len(present)
    assert counts["dropped_junkfilter_spam_page"] == len(dropped)
    assert counts["cuts_spam"] == sum(
        len(document["metadata"]["junkfilter_cuts"]) for document in kept.values()
    )


BY_ITSELF = """
import json, pickle, sys
from datatrove.data import Document
from junkfilter import Policy
from junkfilter.integrations import datatrove as adapter
from junkfilter.integrations.datatrove import JunkFilterBlock

pages = json.load(open("pages.json"))
block = JunkFilterBlock(policy=Policy(operating_point="recall"), drop_spam_pages=False)
block = pickle.loads(pickle.dumps(block))
documents = [Document(text=page, id=str(n)) for n, page in enumerate(pages)]
kept = list(block.run(documents))
one = Document(text=pages[0], id="one")
print(json.dumps({
    "kept": [document.text for document in kept],
    "same class": adapter.JunkFilterBlock is type(block),
    "one": [block.filter(one), one.text],
    "point": block.junk.policy.operating_point,
}))
"""


def test_the_block_by_itself(
    pages: list[str],
    program: Callable[..., Any],
    needed: Callable[[str], None],
    tmp_path: Path,
) -> None:
    """A block can be pickled, takes documents one by one too, and drops nothing if told so."""
    needed("datatrove")
    (tmp_path / "pages.json").write_text(json.dumps(pages), "utf-8")
    found = json.loads(program("-c", BY_ITSELF, cwd=tmp_path).stdout.splitlines()[-1])
    junk = JunkFilter.load(policy=Policy(operating_point="recall"))
    wanted = [result.text for result in junk.strip_many(pages)]
    assert found == {
        "kept": wanted,
        "same class": True,
        "one": [True, wanted[0]],
        "point": "recall",
    }


def test_other_names_are_refused() -> None:
    """The module has the one name that it makes when it is asked, and no other."""
    with pytest.raises(AttributeError, match="no attribute 'Block'"):
        adapter.Block  # noqa: B018
