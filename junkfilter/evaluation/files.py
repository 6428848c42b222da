"""Evaluates a model on files: the labelled lines and corpora that commands are given by name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from junkfilter.evaluation.digests import read_known_ads
from junkfilter.evaluation.evaluate import POLICY, Evaluation, evaluate
from junkfilter.filter import JunkFilter
from junkfilter.formats.labelled import read_articles, read_clean, read_labelled


def evaluate_files(
    judge: JunkFilter,
    data: Iterable[str],
    clean: Iterable[str],
    *,
    known_ads: str | None = None,
    as_pages: bool = False,
) -> Evaluation:
    """The verdicts of a filter on some files.

    Args:
        judge: see `judge_for`.
        data: labelled lines, see `junkfilter.formats.labelled`.
        clean: corpora of honest text: lines, or JSON Lines of articles.
        known_ads: file with the digests of real ads in the corpora.
        as_pages: judge rows of a group, and whole articles, as pages.

    Raises:
        DataError: a file cannot be read, is broken, or there is nothing to measure with.
    """
    samples = [sample for path in data for sample in read_labelled(Path(path))]
    texts: dict[str, list[str]] = {}
    for path in clean:
        whole = as_pages and path.endswith(".jsonl")
        found = read_articles(Path(path)) if whole else read_clean(Path(path))
        texts.setdefault(corpus_name(Path(path)), []).extend(found)
    ads = read_known_ads(Path(known_ads)) if known_ads else {}
    return evaluate(judge, samples, texts, as_pages=as_pages, known_ads=ads)


def judge_for(model: str) -> JunkFilter:
    """A filter with a model's folder, or `default`, and the policy that evaluation needs.

    Raises:
        ModelFileError: the folder is no intact model.

    >>> judge_for("default").policy == POLICY
    True
    """
    return JunkFilter.load(model, policy=POLICY)


def corpus_name(path: Path) -> str:
    """Folder and file, so that a name does not depend on where the corpora are.

    >>> corpus_name(Path("/corpora/news/titles.txt"))
    'news/titles.txt'
    """
    folder = path.resolve().parent.name
    return f"{folder}/{path.name}" if folder else path.name
