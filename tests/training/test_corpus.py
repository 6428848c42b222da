"""Gathering: sorted, without duplicates, without test lines, with every line's origin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small_project import SmallProject, headlines

from junkfilter.errors import DataError
from junkfilter.evaluation.digests import line_digest
from junkfilter.formats.labelled import Sample
from junkfilter.training.corpus import Corpus, Row, gather
from junkfilter.training.recipe import Recipe


def gathered(project: SmallProject, **given: object) -> Corpus:
    """The corpus of the project's recipe."""
    recipe = Recipe.read(project.recipe)
    return gather(recipe, project.corpora, data=project.data, **given)  # type: ignore[arg-type]


def texts(corpus: Corpus) -> set[str]:
    """The texts of its rows."""
    return {row.sample.text for row in corpus.rows}


def test_rows_are_sorted_and_different(project: SmallProject) -> None:
    """Rows come by digest, each once."""
    digests = [line_digest(row.sample.text) for row in gathered(project).rows]
    assert digests == sorted(set(digests))


def test_every_source_takes_part(project: SmallProject) -> None:
    """Grammar, hand-written lines and corpora give rows, and every file has a digest."""
    corpus = gathered(project)
    sources = {row.sample.source for row in corpus.rows}
    assert {"grammar", "lookalikes.tsv", "spam_game.tsv", "a.txt", "b.txt"} <= sources
    assert {"data/lines/lookalikes.tsv", "data/grammar/game.toml", "news/a.txt"} <= set(
        corpus.digests
    )
    assert corpus.missing == []


def test_a_family_that_is_left_out_gives_nothing_but_the_users_lines(project: SmallProject) -> None:
    """Neither grammar nor hand-written lines; what the user labels is learned all the same."""
    recipe = replace(Recipe.read(project.recipe), leave_out=("game",))
    own = Row(
        Sample("传奇私服今日新开", "spam", "game", "mine", "a.example"), "spam"
    )  # game server
    corpus = gather(recipe, project.corpora, data=project.data, added=[own])
    assert [row for row in corpus.rows if row.sample.family == "game"] == [own]
    assert corpus.left_out["families left out"] == 20
    assert "gambling" in {row.sample.family for row in corpus.rows}


def test_missing_corpora_are_listed(project: SmallProject) -> None:
    """Without a folder of corpora the project's own lines remain."""
    corpus = gather(Recipe.read(project.recipe), None, data=project.data)
    assert corpus.missing == ["news/a.txt", "news/b.txt", "news/test.txt"]
    assert {row.pool for row in corpus.rows} >= {"spam", "look-alike"}


def test_test_lines_and_lines_much_like_them_stay_out(project: SmallProject) -> None:
    """A line of the test file and one with a few more characters are not learned from."""
    line = "环境监测站通报了沿海各县入冬以来的水质变化情况"  # "station reports on water quality"
    other = "少年宫暑期书法班下周开始接受报名"  # "calligraphy course opens for registration"
    with (project.corpora / "news" / "test.txt").open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    added = [Row(Sample(text, "text", "", "x", "x"), "news") for text in (line, line + "!!", other)]
    corpus = gathered(project, added=added)
    assert line not in texts(corpus)
    assert line + "!!" not in texts(corpus)
    assert other in texts(corpus)
    assert corpus.left_out["near-duplicates of test lines"] >= 2


def test_held_out_lines_stay_out_of_rows_and_pages(project: SmallProject) -> None:
    """Lines that set thresholds are neither learned from nor part of composed pages."""
    held = headlines(400, 1)[:50]
    corpus = gathered(project, held_out=held)
    assert not set(held) & texts(corpus)
    assert not set(held) & {line for page in corpus.pages for line in page.lines}


def test_known_advertisements_stay_out(project: SmallProject) -> None:
    """A line of a corpus that was read and found to be an advertisement is no honest line."""
    ad = headlines(400, 1)[0]
    listed = f"{line_digest(ad)}\tsells something\n"
    (project.data / "known_ads.tsv").write_text(listed, encoding="utf-8")
    corpus = gathered(project)
    assert ad not in texts(corpus)
    assert corpus.left_out["known advertisements"] >= 1


def test_of_two_labels_the_honest_one_stays(project: SmallProject) -> None:
    """A lost news line is worse than a kept spam line."""
    text = "某某公司年会圆满结束"  # "company party ends well"
    added = [
        Row(Sample(text, "spam", "other", "x", "x"), "spam"),
        Row(Sample(text, "text", "", "x", "x"), "news"),
    ]
    rows = [row for row in gathered(project, added=added).rows if row.sample.text == text]
    assert [row.pool for row in rows] == ["news"]


def test_topic_rows_of_a_test_file_stay_out(project: SmallProject) -> None:
    """A table of topics names the file of each line; lines of test files are left out."""
    rows = "crime\t派出所破获一起网络诈骗案件\ta\ncrime\t法院开庭审理一起走私案件\ttest\n"
    (project.corpora / "topics.tsv").write_text(rows, encoding="utf-8")
    with project.recipe.open("a", encoding="utf-8") as file:
        file.write('\n[[source]]\npath = "topics.tsv"\npool = "hard"\ncolumns = "topics"\n')
    corpus = gathered(project)
    assert corpus.left_out["topic rows of test files"] == 1
    assert [row.sample.text for row in corpus.rows if row.pool == "hard"] == [
        "派出所破获一起网络诈骗案件"  # "police solve a case of fraud"
    ]


def test_a_topic_row_without_its_columns_is_refused(project: SmallProject) -> None:
    """The error has the number of the line."""
    (project.corpora / "topics.tsv").write_text("a\tb\tc\nonly one\n", encoding="utf-8")
    with project.recipe.open("a", encoding="utf-8") as file:
        file.write('\n[[source]]\npath = "topics.tsv"\ncolumns = "topics"\n')
    with pytest.raises(DataError, match=r"topics\.tsv:2: "):
        gathered(project)


def test_pages_are_runs_of_neighbours(project: SmallProject) -> None:
    """Lines of a page stand next to each other in their file."""
    corpus = gathered(project)
    order = headlines(400, 1)
    pages = [page for page in corpus.pages if page.group == "a.txt"]
    assert pages
    for page in pages:
        places = [order.index(line) for line in page.lines]
        assert places == sorted(places)
        assert len(page.lines) <= 25


def test_the_order_of_labelled_lines_does_not_matter(project: SmallProject, tmp_path: Path) -> None:
    """Shuffled, they give equal rows, pages and digests."""
    before = gathered(project)
    project.shuffle(3)
    after = gathered(project)
    assert (after.rows, after.pages) == (before.rows, before.pages)
    assert after.digests == before.digests
