"""A report on a model as one HTML page that a person reads who did not write the program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from junkfilter.evaluation.intervals import lower_bound
from junkfilter.evaluation.rates import PromiseCheck, promise_checks, spam_lines
from junkfilter.evaluation.summary import tables
from junkfilter.presentation.document import document
from junkfilter.presentation.markup import Html, joined, tag
from junkfilter.presentation.model_facts import card_sections, model_facts, trained_points
from junkfilter.presentation.report import ModelReport
from junkfilter.presentation.report_figures import figures
from junkfilter.presentation.report_lines import drift_section, error_sections
from junkfilter.presentation.report_rates import rate_sections
from junkfilter.presentation.tables import html_table, of_table
from junkfilter.presentation.wording import counted

_CONTENTS = (
    ("glance", "At a glance"),
    ("model", "What the model is"),
    ("promises", "Promised and observed"),
    ("figures", "How its errors trade"),
    ("recall", "What it finds"),
    ("errors", "Where it is wrong"),
    ("drift", "Against its base"),
    ("speed", "How fast it is"),
    ("tables", "All tables"),
)


def report_page(report: ModelReport) -> str:
    """The whole document."""
    title = f"Report on the model {report.model.id}"
    sections = dict(_sections(report))
    contents = tag(
        "ol",
        *(tag("li", tag("a", name, href=f"#{key}")) for key, name in _CONTENTS if key in sections),
    )
    return document(
        title,
        tag("h1", title),
        tag("p", _about_the_data(report), class_="muted"),
        tag("nav", contents, aria_label="Contents"),
        *(
            tag("section", tag("h2", name, id=key), sections[key], aria_labelledby=key)
            for key, name in _CONTENTS
            if key in sections
        ),
    )


def _sections(report: ModelReport) -> Iterator[tuple[str, Html]]:
    yield "glance", _glance(report)
    yield "model", _model(report)
    if report.evaluation.clean:
        yield "promises", _promises(report)
    yield "figures", figures(report)
    yield "recall", joined(*rate_sections(report))
    yield "errors", joined(*error_sections(report))
    if report.drift is not None:
        yield "drift", drift_section(report, report.drift)
    yield "speed", _speed(report)
    yield "tables", _tables(report)


def _about_the_data(report: ModelReport) -> str:
    evaluation = report.evaluation
    sources = {line.source for line in evaluation.clean}
    return (
        f"Measured on {counted(len(evaluation.labelled), 'labelled line')} and "
        f"{counted(len(evaluation.clean), 'clean line')} of {counted(len(sources), 'corpus')}, "
        + ("judged in their pages" if evaluation.as_pages else "each judged by itself")
        + f". Digest of the data: {evaluation.data_digest()[:16]}."
    ).replace("corpuss", "corpora")


def _glance(report: ModelReport) -> Html:
    tiles = [_promise_tile(check) for check in _all_checks(report)]
    tiles += _recall_tiles(report)
    how = (
        "An operating point is a promise: the share of honest lines that it may cut. The first "
        "tiles say whether the promise holds on this data, the others how much spam is found for "
        "it. A lost honest line is worse than spam that stays."
    )
    mind = (
        "Mind: the manifest of the model has the digests of "
        f"{', '.join(report.known_files)}. Unless its card says that such a file was kept for "
        "testing, the model has learned from it, and the figures are better than they should be."
    )
    return joined(
        tag("p", how),
        tag("ul", *tiles, class_="tiles"),
        tag("p", mind) if report.known_files else None,
    )


def _recall_tiles(report: ModelReport) -> list[Html]:
    spam = len(spam_lines(report.evaluation))
    return [
        tag(
            "li",
            f"spam found at {point.point.name}",
            tag("strong", f"{point.recall.value:.1%}"),
            f"of {counted(spam, 'line')}; with 95 % confidence between {point.recall.low:.1%} and "
            f"{point.recall.high:.1%}",
        )
        for point in report.curve_points
        if spam
    ]


def _all_checks(report: ModelReport) -> list[PromiseCheck]:
    checks = promise_checks(report.evaluation) if report.evaluation.clean else []
    return [check for check in checks if check.source == "all"]


def _promise_tile(check: PromiseCheck) -> Html:
    lines = check.lines - check.known_ads
    return tag(
        "li",
        f"promise of {check.point}: at most {check.promised:.2%} of honest lines cut",
        tag("strong", promise_in_words(check), class_=promise_look(check)),
        f"{check.cut_without_ads:,} of {lines:,} clean lines cut; with 95 % confidence at most "
        f"{check.bound_without_ads:.3%}",
        tag("br") if check.known_ads else None,
        f"{counted(check.known_ads, 'listed ad')} not counted" if check.known_ads else None,
    )


def promise_in_words(check: PromiseCheck) -> str:
    """Whether a promise holds on some corpus.

    >>> promise_in_words(PromiseCheck("all", "recall", 0.01, 10, 0, 0.26, 0, 0, 0.26, False))
    'open: too few lines'
    """
    if check.proven:
        return "kept"
    least = lower_bound(check.cut_without_ads, check.lines - check.known_ads)
    return "broken" if least > check.promised else "open: too few lines"


def promise_look(check: PromiseCheck) -> str | None:
    """Class of the words; words and sign say the same without it."""
    return {"kept": "good", "broken": "bad"}.get(promise_in_words(check))


def _model(report: ModelReport) -> Html:
    folder = report.judge.path
    sections = [joined(tag("h3", title), content) for title, content in card_sections(folder)]
    return joined(model_facts(report.model, folder), *sections, trained_points(report.model))


def _promises(report: ModelReport) -> Html:
    how = (
        "For each corpus of clean text and each operating point: how many lines are cut, and the "
        "highest share that this count does not rule out (exact, one-sided, 95 %). A promise is "
        "kept where that bound is below it. It is broken where even the lowest share that the "
        "count allows is above it. Between the two it is open: the corpus is too small to tell. "
        "Lines listed as real ads are left out."
    )
    rows: dict[str, list[str | int | Html]] = {}
    for check in _distinct(promise_checks(report.evaluation)):
        row = rows.setdefault(check.source, [check.source, check.lines - check.known_ads])
        row.append(_promise_cell(check))
    points = (f"{p.name}: at most {p.promised:.2%}" for p in report.evaluation.points)
    return joined(tag("p", how), html_table(("corpus", "lines", *points), list(rows.values())))


def _promise_cell(check: PromiseCheck) -> Html:
    words = tag("span", promise_in_words(check), class_=promise_look(check))
    return joined(f"{check.cut_without_ads:,} cut (≤ {check.bound_without_ads:.3%}): ", words)


def _distinct(checks: Sequence[PromiseCheck]) -> Iterator[PromiseCheck]:
    """The checks without those of folders that hold a single corpus, which has its own."""
    sources = {check.source for check in checks}
    for check in checks:
        inside = [name for name in sources if name.startswith(check.source)]
        if not check.source.endswith("/") or len(inside) > 2:
            yield check


def _speed(report: ModelReport) -> Html:
    how = (
        "The lines of this report were filtered again and again, on one core of the machine that "
        "made it, in turns with a plain loop that only decodes the same texts. The ratio says how "
        "many times as long filtering takes as that loop: it depends less on the machine than "
        "megabytes in a second. In brackets: slowest and fastest of the rounds."
    )
    rows = [
        (
            speed.texts,
            f"{speed.megabytes.value:.1f} ({speed.megabytes.low:.1f}–{speed.megabytes.high:.1f})",
            f"{speed.ratio.value:,.0f} ({speed.ratio.low:,.0f}–{speed.ratio.high:,.0f})",
        )
        for speed in report.speeds
    ]
    return joined(tag("p", how), html_table(("texts", "MB/s", "times the plain loop"), rows))


def _tables(report: ModelReport) -> Html:
    found = tables(report.evaluation, point=report.point.name, errors=0)
    elsewhere = ("false_positives", "misses", "by_group")
    shown = [table for table in found if table.name not in elsewhere]
    how = joined(
        "What ",
        tag("code", "junkfilter evaluate"),
        " prints for the same data, for looking up. In brackets: 95 % intervals.",
    )
    boxes = [tag("details", tag("summary", table.title), of_table(table)) for table in shown]
    return joined(tag("p", how), *boxes)
