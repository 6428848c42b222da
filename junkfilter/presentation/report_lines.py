"""Lines of a report that are read one by one: errors with their evidence, and what flips."""

from __future__ import annotations

from collections.abc import Iterator

from junkfilter.presentation.curves import histograms
from junkfilter.presentation.drift import Drift
from junkfilter.presentation.evidence import MOST_CHARACTERS, evidence_bars, glossary, heated
from junkfilter.presentation.markup import Html, joined, tag
from junkfilter.presentation.plots import score_histograms
from junkfilter.presentation.report import Errors, ModelReport, ShownLine
from junkfilter.presentation.report_figures import figure
from junkfilter.presentation.tables import html_table
from junkfilter.presentation.wording import fpr_in_words

# Flipped lines that are listed; `junkfilter evaluate --diff` lists them all.
_MOST_FLIPS = 50


def error_sections(report: ModelReport) -> Iterator[Html]:
    """Honest lines that are cut, and spam that is kept."""
    yield tag(
        "p",
        "What is warm in a line spoke for spam, what is dotted underneath against it; each line "
        "opens to show its evidence, which adds up to its score.",
        " The evidence is that of the line by itself, without its page."
        if report.evaluation.as_pages
        else None,
    )
    point = report.point.name
    yield from _listing(
        f"Honest lines cut at {point}, surest first",
        "Each of these is a lost line, or a line that is not as honest as its corpus: read before "
        "you judge. Real ads can be listed by their digest (--known-ads).",
        report,
        report.false_positives,
    )
    yield from _listing(
        f"Spam kept at {point}, least suspected first",
        "What the model does not know yet. More labelled lines of the same kind teach it.",
        report,
        report.misses,
    )
    yield glossary()


def _listing(title: str, how: str, report: ModelReport, errors: Errors) -> Iterator[Html]:
    yield tag("h3", f"{title}: {len(errors.shown)} of {errors.total:,}")
    if errors.total:
        yield tag("p", how)
        yield tag("ol", *(_line(report, shown) for shown in errors.shown))


def _line(report: ModelReport, shown: ShownLine) -> Html:
    listed = shown.listed
    about = f"{listed.about}, {listed.source}; score {listed.score:.2f}, {fpr_in_words(listed.fpr)}"
    known = f"; listed as an ad: {listed.known_ad}" if listed.known_ad else ""
    return tag(
        "li",
        tag("div", heated(report.model, shown.verdict), lang="zh"),
        tag(
            "details",
            tag("summary", f"{about}{known}", class_="muted"),
            tag("p", "digest ", tag("code", listed.digest)),
            evidence_bars(shown.evidence),
        ),
    )


def drift_section(report: ModelReport, drift: Drift) -> Html:
    """What changes if the model takes the place of its base."""
    before, now = histograms(drift.before), histograms(report.evaluation)
    plot = score_histograms(
        now,
        report.evaluation.points,
        before=before,
        name="drift",
        title="Scores now, and the base's",
    )
    how = (
        "Filled: scores of this model; outlined: of the base, on the same lines. Where outline and "
        "fill differ, verdicts may flip."
    )
    return joined(
        tag("p", "The same lines judged by this model and by the one it was compared with."),
        _changes(drift),
        _shifts(drift),
        tag("div", figure(plot, how), class_="figures"),
        *_flips(report, drift),
    )


def _changes(drift: Drift) -> Html:
    header = ("point", "lines", "number", "base cuts", "this cuts", "newly cut", "newly kept")
    caption = "Verdicts at each operating point. Honest lines newly cut are the price of a change."
    return html_table(header, drift.changes, caption=caption)


def _shifts(drift: Drift) -> Html:
    caption = "How far scores moved (log-odds): the middle, and where all but 5 % at each end are."
    header = ("label", "lines", "5 %", "middle", "95 %")
    return html_table(header, drift.shifts, caption=caption)


def _flips(report: ModelReport, drift: Drift) -> Iterator[Html]:
    shown = drift.flips[:_MOST_FLIPS]
    point = report.point.name
    yield tag(
        "h3", f"Lines that flip at {point}, honest first: {len(shown)} of {len(drift.flips):,}"
    )
    if shown:
        header = ("change", "label", "score", "before", "source", "line")
        rows = [
            (
                flip.change,
                flip.about,
                flip.score,
                flip.score_before,
                flip.source,
                _shortened(flip.text),
            )
            for flip in shown
        ]
        yield html_table(header, rows, lines=frozenset({"line"}))


def _shortened(line: str) -> str:
    return line if len(line) <= MOST_CHARACTERS else f"{line[:MOST_CHARACTERS]}…"
