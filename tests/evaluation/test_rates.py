"""Counts by label, family and source, and promises with and without known ads."""

from __future__ import annotations

import pytest
from fake_judge import FakeJudge, honest, spam

from junkfilter.evaluation.digests import line_digest
from junkfilter.evaluation.evaluate import Evaluation, evaluate
from junkfilter.evaluation.intervals import interval, upper_bound
from junkfilter.evaluation.rates import (
    Rate,
    by_family,
    by_group,
    by_label,
    by_source,
    false_positives,
    misses,
    promise_checks,
)

SCORES = {"色1": 9.0, "色2": 2.5, "赌1": 1.5, "赌2": 0.5, "文1": 4.0, "混": 9.0, "净1": 3.0}


def evaluation(**options: object) -> Evaluation:
    """Two adult lines, two gambling lines, two honest ones, a mixed one, and three clean ones."""
    samples = [
        spam("色1"),
        spam("色2", group="b.cn"),
        spam("赌1", family="gambling"),
        spam("赌2", family="gambling", group="b.cn"),
        honest("文1"),
        honest("文2"),
        honest("混", label="mixed"),
    ]
    clean = {"news/a.txt": ["净1", "净2"], "hard/b.txt": ["净3"]}
    return evaluate(FakeJudge(SCORES), samples, clean, **options)  # type: ignore[arg-type]


def counts(rates: list[Rate]) -> dict[str, list[int]]:
    """Lines, then cuts at precision, balanced and recall, by name."""
    found: dict[str, list[int]] = {}
    for rate in rates:
        found.setdefault(rate.name, [rate.lines]).append(rate.cut)
    return found


def test_recall_by_family() -> None:
    """Adult 1, 2, 2 of 2; gambling 0, 0, 1 of 2; mixed rows are not spam."""
    assert counts(by_family(evaluation())) == {
        "all": [4, 1, 2, 3],
        "adult": [2, 1, 2, 2],
        "gambling": [2, 0, 0, 1],
    }


def test_cuts_by_label_show_mixed_apart() -> None:
    """Mixed rows have a line of their own and are in no other."""
    assert counts(by_label(evaluation())) == {
        "mixed": [1, 1, 1, 1],
        "spam": [4, 1, 2, 3],
        "text": [2, 1, 1, 1],
    }


def test_cuts_by_group_and_by_file() -> None:
    """Names of groups and files stand before the label."""
    by_host = counts(by_group(evaluation()))
    assert by_host["b.cn: spam"] == [2, 0, 1, 1]
    assert by_host["a.cn: text"] == [2, 1, 1, 1]
    assert counts(by_source(evaluation()))["dev.tsv: spam"] == [4, 1, 2, 3]


def test_a_rate_has_its_exact_interval() -> None:
    """3 of 4."""
    rate = by_family(evaluation())[2]
    assert (rate.point, rate.share) == ("recall", (0.75, *interval(3, 4)))


def test_promises_are_checked_for_all_folders_and_files() -> None:
    """Each clean corpus, its folder, and everything, at each point."""
    checks = {(check.source, check.point): check for check in promise_checks(evaluation())}
    assert [source for source, point in checks if point == "recall"] == [
        "all", "hard/", "hard/b.txt", "news/", "news/a.txt",
    ]  # fmt: skip
    news = checks["news/", "precision"]
    assert (news.lines, news.cut, news.bound) == (2, 1, upper_bound(1, 2))
    assert not news.proven
    assert checks["hard/", "precision"].bound == pytest.approx(0.95)


def test_known_ads_are_left_out_of_lines_and_cuts() -> None:
    """Figures before and after: 1 of 2 with the ad, 0 of 1 without."""
    ads = {line_digest("净1"): "a real ad"}
    checks = promise_checks(evaluation(known_ads=ads))
    news = next(check for check in checks if check.source == "news/")
    assert (news.lines, news.cut, news.known_ads, news.cut_without_ads) == (2, 1, 1, 0)
    assert news.bound == upper_bound(1, 2)
    assert news.bound_without_ads == upper_bound(0, 1)


def test_enough_clean_lines_prove_a_promise() -> None:
    """299 lines without a cut prove 1 in 100, 298 do not."""
    for lines, proven in ((299, True), (298, False)):
        judged = evaluate(FakeJudge({}), [], {"n": ["净"] * lines})
        check = next(c for c in promise_checks(judged) if c.point == "recall")
        assert check.proven is proven


def test_false_positives_are_listed_surest_first() -> None:
    """Labelled and clean lines together, with digest and reason; mixed rows are none."""
    ads = {line_digest("净1"): "a real ad"}
    judged = evaluation(known_ads=ads)
    listed = false_positives(judged, judged.point("precision"))
    assert [(line.text, line.score, line.about, line.known_ad) for line in listed] == [
        ("文1", 4.0, "text", ""),
        ("净1", 3.0, "clean", "a real ad"),
    ]
    assert listed[0].digest == line_digest("文1")


def test_misses_are_listed_least_suspected_first() -> None:
    """At `balanced` both gambling lines are kept."""
    judged = evaluation()
    listed = misses(judged, judged.point("balanced"))
    assert [(line.text, line.about) for line in listed] == [
        ("赌2", "spam.gambling"),
        ("赌1", "spam.gambling"),
    ]
