"""Pages that are spam as a whole: the page, not a line, is the verdict.

A betting brand's own page, an essay that sells private servers, a list of nothing but queries: cut
line by line, shreds of advertising would be left that look like an article. Such a page gets a
kind; what is done with it is the user's decision, and nothing of it is cut by this module.

What is asked of a page, from stage 1's scores of its lines alone:

* several lines are surely spam, and a good share of the page's text stands in such lines;
* the mean of its lines' scores, each counted by its length, is above zero;
* there is no article: few characters stand in honest lines, and no run of such lines is long.

The third condition is a veto, because it is the one that protects: a hijacked article with sixty
rows of spam below it has a high mean too. The bars are fixed numbers, never those of an operating
point, and a page's verdict depends on nothing but the page.

Measured with a model that had seen none of the lines (2026-11-23): of pages composed of
hand-written advertising prose 64 % have the kind, of pages of queries 85 %; of 9,000 pages of
honest lines and look-alikes none; of 6,000 articles with one to six lines of spam, or with rows of
it below, 21 that have 150 honest characters and more, most of them price lists and lists of
contacts; of 6,000 pages of app-store copy 10. Of 3,374 pages of 20 lines of the test files none.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from junkfilter.chars import code_points, fold
from junkfilter.detectors.lines import Judgement
from junkfilter.features import Block, Indices
from junkfilter.model import Model
from junkfilter.model_folder import Floats

SPAM = "spam"

# Log-odds of stage 1. By models that had not seen them, 54 % of the hand-written lines of spam
# score above the first, and of ordinary honest lines 1 in 1,500; below the second are 93 % of
# ordinary honest lines, 71 % of honest look-alikes and 6 % of the spam.
SURE = 2.0
HONEST = -2.5
# With three, of short pages of app-store copy four times as many would pass.
LEAST_LINES = 4
LEAST_SURE_SHARE = 0.25
# Characters of honest lines with no sure line between them: two or three sentences.
ARTICLE = 100
MOST_HONEST_SHARE = 0.25
# One long line of spam, or one article with a brand glued to it, must not outweigh a page.
_LONGEST = 80
# Beyond this a line's score says nothing new: a keyword line of 300 characters reaches 40.
_LARGEST = 6.0
# Scores are summed as whole numbers of this size, so that no order of summing shows in a verdict.
_UNIT = 1000
# Characters of a piece that may recur; a brand of two characters recurs with its comma.
_PIECE = 3
_LEAST_RECURRING = 4
_LINES_FOR_EACH = 3


class PageKind(NamedTuple):
    """What a page is as a whole.

    Attributes:
        kind: `spam`.
        score: mean stage-1 score of the page's lines, in log-odds, each at most 6 in size and
            counted by its length (lines over the bar by at most 80 characters): above 0 for every
            page of this kind, at most 6.
        reason: evidence in words, short.
    """

    kind: str
    score: float
    reason: str


def page_kinds(judgement: Judgement, model: Model) -> dict[int, PageKind]:
    """The pages of a batch that are spam as a whole, by number of the text.

    Costs one comparison for each line; only pages with `LEAST_LINES` lines over the bar are looked
    at more closely, and only those that pass are scored a second time, without what recurs.

    >>> from junkfilter.detectors.lines import SpamLines
    >>> from junkfilter.model import Model, default_model_folder
    >>> model = Model.load(default_model_folder())
    >>> page = "新闻标题\\n正文第一句。\\n"  # "headline", "first sentence"
    >>> page_kinds(SpamLines(model).judge([page]), model)
    {}
    """
    over = np.flatnonzero(judgement.stage1.scores >= SURE)
    if len(over) < LEAST_LINES:
        return {}
    found: dict[int, PageKind] = {}
    texts, counts = np.unique(judgement.block.texts_of(over), return_counts=True)
    for text in texts[counts >= LEAST_LINES].tolist():
        if text in judgement.foreign:
            continue
        kind = _kind_of(judgement, text)
        if kind is not None and not _article_behind_stamps(judgement.seen(text), model):
            found[text] = kind
    return found


def _kind_of(judgement: Judgement, text: int) -> PageKind | None:
    lines = judgement.lines_of(text)
    lengths = judgement.block.lengths()[lines.start : lines.stop]
    return kind_from_scores(judgement.stage1.scores[lines.start : lines.stop], lengths)


def kind_from_scores(scores: Floats, lengths: Indices) -> PageKind | None:
    """The kind of a page, from what stage 1 says of its lines; None for an ordinary page.

    Args:
        scores: log-odds of each line, in order, shape (n_lines,).
        lengths: folded characters of each line, shape (n_lines,); blank lines count for nothing.

    >>> kind_from_scores(np.array([5.0, 4.0, 3.0, 6.0]), np.array([20, 30, 40, 30])).score
    4.333
    """
    sure = (scores >= SURE) & (lengths > 0)
    n_sure = int(sure.sum())
    if n_sure < LEAST_LINES or has_article(scores, lengths):
        return None
    weights = np.where(sure, np.minimum(lengths, _LONGEST), lengths)
    total = int(weights.sum())
    share = int(weights[sure].sum()) / total
    units = np.rint(np.clip(scores, -_LARGEST, _LARGEST) * _UNIT).astype(np.int64)
    mean = int((units * weights).sum()) / total / _UNIT
    if share < LEAST_SURE_SHARE or mean <= 0:
        return None
    reason = f"{share:.0%} of its text in {n_sure} lines of spam, no article"
    return PageKind(SPAM, round(mean, 3), reason)


def has_article(scores: Floats, lengths: Indices) -> bool:
    """Whether a page has honest text that a verdict on the whole page would take with it.

    Args:
        scores: log-odds of each line, in order, shape (n_lines,).
        lengths: folded characters of each line, shape (n_lines,).
    """
    sure = scores >= SURE
    honest = np.where(scores <= HONEST, lengths, 0)
    counted = np.where(sure, np.minimum(lengths, _LONGEST), lengths)
    if int(honest.sum()) > MOST_HONEST_SHARE * int(counted.sum()):
        return True
    # Stretches of lines between one sure line and the next.
    stretches = np.bincount(np.cumsum(sure), weights=honest)
    return bool(stretches.max() > ARTICLE)


def _article_behind_stamps(text: str, model: Model) -> bool:
    """Whether a page has an article once what recurs on it is left out.

    A brand set before the commas of an article makes all its lines spam, and none of them is: with
    it before four commas in five, three such pages in ten would pass without this, and none of
    6,195 with it.
    """
    block = Block([without_recurring(text)], model.spec)
    return has_article(model.score(block).scores, block.lengths())


def without_recurring(text: str) -> str:
    """The folded text without the pieces of three characters that recur all over it.

    They recur if they stand on the page four times, and once for each three of its lines.

    >>> without_recurring("必威,好\\n必威,新\\n必威,大\\n必威,小")  # a betting brand four times
    '好\\n新\\n大\\n小'
    """
    folded = fold(text)
    codes = code_points(folded).astype(np.int64)
    if len(codes) < _PIECE:
        return folded
    ends = (codes == ord("\n")) | (codes == ord("\r"))
    pieces = codes[:-2] << 42 | codes[1:-1] << 21 | codes[2:]
    across = ends[:-2] | ends[1:-1] | ends[2:]
    _, which, counts = np.unique(pieces, return_inverse=True, return_counts=True)
    # A CRLF is one line end.
    feeds = codes == ord("\n")
    n_lines = int(ends.sum()) - int((feeds[1:] & (codes[:-1] == ord("\r"))).sum())
    often = max(_LEAST_RECURRING, n_lines // _LINES_FOR_EACH)
    recurring = (counts[which] >= often) & ~across
    dropped = np.zeros(len(codes), dtype=np.bool_)
    for place in range(_PIECE):
        dropped[place : place + len(pieces)] |= recurring
    kept: bytes = codes[~dropped].astype(np.uint32).tobytes()
    return kept.decode("utf-32", "surrogatepass")
