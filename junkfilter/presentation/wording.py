"""Sentences about pages and figures that several presentations say in the same words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from junkfilter.policy import Policy
from junkfilter.results import FOREIGN

if TYPE_CHECKING:
    from junkfilter.presentation.inspection import InspectedLine, InspectedPage, Inspection


# What the names of a line's evidence mean; the table of docs/inspect.md has the same words.
EVIDENCE: Mapping[str, str] = {
    "constant": "where every line begins",
    "first line": "it is the first of its page",
    "last line": "it is the last of its page",
    "neighbours": "how the lines around it score",
    "off topic": "it shares no words with its page",
    "on topic": "it shares words with its page",
    "repetition": "how often the same two characters come again",
    "same first line": "other pages of the site began with it",
    "saturation": "what its words have above a score of 6 says nothing new, and is taken back",
    "script mismatch": "it is Simplified and its page is Traditional",
    "shared prefixes": "its terms begin alike",
    "term length": "how long its terms are, between separators",
    "terms": "how many terms it has",
    "window": "its most suspicious ten characters",
}


def counted(number: int, what: str) -> str:
    """A number and what it counts.

    >>> counted(1, "page"), counted(2000, "line")
    ('1 page', '2,000 lines')
    """
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def counts_in_words(counts: Mapping[str, int]) -> str:
    """Numbers by name, the largest first.

    >>> counts_in_words({"pinyin": 210, "adult": 1})
    'pinyin 210, adult 1'
    """
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {number:,}" for name, number in rows) or "nothing"


def fpr_in_words(fpr: float) -> str:
    """How rare a score is among clean lines.

    >>> fpr_in_words(0.0001), fpr_in_words(0.4)
    ('1 clean line in 10,000 scores as high', '2 clean lines in 5 score as high')
    """
    if fpr >= 1:
        return "any clean line may score as high"
    if fpr <= 0:
        return "no clean line is known to score as high"
    if fpr > 0.3:
        return f"{round(fpr * 5)} clean lines in 5 score as high"
    one_in = 1 / fpr
    digits = 10 ** max(0, len(str(int(one_in))) - 2)
    return f"1 clean line in {round(one_in / digits) * digits:,} scores as high"


def policy_in_words(policy: Policy) -> str:
    """What a policy cuts, in the words of the command line.

    >>> policy_in_words(Policy(spans=True))
    'spam at precision, inside of lines too'
    """
    said = [_spam_in_words(policy)] if "spam" in policy.remove else []
    said += [f"but never {', '.join(sorted(policy.keep))}"] if policy.keep else []
    said += sorted(policy.remove - {"spam"})
    literals = [
        f"{counted(len(found), 'literal')} to {what}"
        for what, found in (("allow", policy.allow), ("deny", policy.deny))
        if found
    ]
    if policy.max_removed < 1:
        literals.append(f"at most {policy.max_removed:.0%} of a page")
    return "; ".join([", ".join(said) or "nothing", *literals])


def summary_in_words(inspection: Inspection) -> str:
    """What was found in all pages, in a sentence or two."""
    if not inspection.judged:
        return "There is no page to show."
    where = f"{counted(inspection.judged, 'page')} of {counted(inspection.lines, 'line')}"
    if not inspection.cuts:
        done = f"Nothing is cut from {where}."
    else:
        number = inspection.cuts.total()
        done = f"{counted(number, 'piece')} {'is' if number == 1 else 'are'} cut from {where}."
    left = inspection.flags.total()
    if left:
        done += f" {counted(left, 'more piece')} {'was' if left == 1 else 'were'} found and left."
    hidden = inspection.judged - len(inspection.pages)
    if hidden:
        done += f" {counted(hidden, 'page')} of them {'is' if hidden == 1 else 'are'} not shown."
    return done


def page_in_words(page: InspectedPage) -> str:
    """What a page is, and what happens to it.

    A page that is passed through has its reason.
    """
    where = counted(len(page.lines), "line")
    if page.kind == FOREIGN:
        return f"{where}: not mainly Chinese, passed through."
    said = [where]
    if page.cuts:
        said.append(f"cut: {counts_in_words(page.cuts)}")
    if page.flags:
        said.append(f"left: {counts_in_words(page.flags)}")
    if not page.cuts and not page.flags:
        said.append("nothing found")
    sentence = "; ".join(said) + "."
    if page.kind:
        sentence += (
            f" The page is {page.kind} as a whole (score {page.score:.2f}): drop it, or read it."
        )
    if page.held_back:
        sentence += " More would be cut than --max-removed allows: nothing is."
    return sentence


def verdict_in_words(line: InspectedLine) -> str:
    """A line's score, and how rare it is; for a line with an explanation."""
    assert line.explanation is not None
    verdict = line.explanation.verdict
    what = f"spam of the family {verdict.family}" if verdict.family else "no spam as a whole"
    said = f"Judged as {what}: score {verdict.score:.2f}; {fpr_in_words(verdict.fpr)}."
    return said + " Below, what is warm spoke for spam, what is dotted against."


def _spam_in_words(policy: Policy) -> str:
    bar = policy.operating_point
    if policy.threshold is not None:
        bar = f"score {policy.threshold:g}"
    return f"spam at {bar}" + (", inside of lines too" if policy.spans else "")
