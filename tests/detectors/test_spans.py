"""Spans inside lines: exactly the brand is cut, in any batch, and scores can be taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, product
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from span_weights import BRAND, HONEST, SPAN_POINTS, SPEC, span_model

from junkfilter.characters import Characters
from junkfilter.detectors.lines import Judgement, SpamLines
from junkfilter.detectors.span_bar import lines_over, recurring
from junkfilter.detectors.span_candidates import best_runs
from junkfilter.detectors.span_evidence import OWN, Candidate, company
from junkfilter.detectors.spans import NAME, Span, Spans, _range
from junkfilter.features import Block
from junkfilter.model import Model
from junkfilter.page import Cut
from junkfilter.span_model import CharacterScores, SpanModel

FLOOR = min(SPAN_POINTS.values())
# The brand with the readings of its characters behind them.
NOTED = "蓝(lán)鲸(jīng)彩(cǎi)票(piào)"


class Detector(NamedTuple):
    """A model of one brand, and what finds it."""

    model: Model
    weights: SpanModel
    spans: Spans

    def judge(self, *texts: str, continuations: frozenset[int] = frozenset()) -> Judgement:
        """The judgement of the line detector."""
        return SpamLines(self.model).judge(texts, continuations)

    def cuts(self, *texts: str, floor: float = FLOOR) -> list[list[Cut]]:
        """The proposed cuts of each text."""
        found = list(self.spans.proposals(self.judge(*texts), floor))
        return [[cut for number, cut in found if number == text] for text in range(len(texts))]

    def candidates(self, text: str, continuations: frozenset[int] = frozenset()) -> list[Span]:
        """All candidates of a text, likely ones or not."""
        return self.spans.judge(Block([text], SPEC), continuations)


@pytest.fixture(scope="module")
def detector() -> Detector:
    """The detector with the model of one brand."""
    model = span_model()
    assert model.spans is not None
    return Detector(model, model.spans, Spans(model, model.spans))


def marked(page: str) -> tuple[str, list[str]]:
    """A page without the brackets ⟦ ⟧, and what stands between them."""
    inner = [part.split("⟧")[0] for part in page.split("⟦")[1:]]
    return page.replace("⟦", "").replace("⟧", ""), inner


# --- what is cut ----------------------------------------------------------------------------

PAGES = {
    "title tail": f"{HONEST[0]}_⟦{BRAND}⟧\n{HONEST[2]}\n",
    "title head": f"⟦{BRAND}⟧-{HONEST[0]}\n{HONEST[2]}\n",
    "between sentences": f"{HONEST[2]}⟦{BRAND}⟧。{HONEST[3]}\n",
    "inside a word": f"市图⟦{BRAND}⟧书馆新馆开放\n",
    "twice": f"{HONEST[2]}⟦{BRAND}⟧{HONEST[3]}⟦{BRAND}⟧,\n",
    "whole line, with its terminator": f"{HONEST[0]}\n⟦{BRAND}\n⟧{HONEST[3]}\n",
    "whole line before CRLF": f"{HONEST[0]}\r\n⟦{BRAND}\r\n⟧{HONEST[3]}\r\n",
    "whole line before a lone CR": f"{HONEST[0]}\r⟦{BRAND}\r⟧{HONEST[3]}\r",
    "whole line without a terminator": f"{HONEST[0]}\n⟦{BRAND}⟧",
    "before CRLF": f"{HONEST[0]}_⟦{BRAND}⟧\r\n{HONEST[2]}\r\n",
    "before a lone CR": f"{HONEST[0]}_⟦{BRAND}⟧\r{HONEST[2]}\r",
    "after a byte-order mark": f"\ufeff⟦{BRAND}⟧-{HONEST[0]}\n",
    "invisible characters inside": f"{HONEST[0]}_⟦蓝\u200b鲸\u2060彩票⟧\n",
    "invisible characters at the sides": f"{HONEST[0]}_\u200b⟦{BRAND}⟧\u200b {HONEST[1]}\n",
    "Traditional and full width": f"{HONEST[0]}_⟦藍鯨彩票⟧\n",
    "readings inside": f"{HONEST[0]}_⟦{NOTED}⟧,{HONEST[1]}\n",
    "readings at the line's end": f"{HONEST[0]}_⟦{NOTED}⟧\n{HONEST[1]}\n",
    "readings before CRLF": f"{HONEST[0]}_⟦{NOTED}⟧\r\n{HONEST[1]}\r\n",
    "readings on a whole line": f"{HONEST[0]}\n⟦{NOTED}\n⟧{HONEST[1]}\n",
    "an honest remark behind it": f"{HONEST[0]}_⟦{BRAND}⟧(图){HONEST[1]}\n",
    "nothing": f"{HONEST[0]}\n{HONEST[2]}\n",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_the_brand_is_cut_and_nothing_else(detector: Detector, page: str) -> None:
    """The two sides join as they were; a line that is the brand goes with its terminator."""
    text, expected = marked(page)
    (cuts,) = detector.cuts(text)
    assert [text[cut.start : cut.end] for cut in cuts] == expected


def test_cuts_say_what_they_are(detector: Detector) -> None:
    """A proposal has kind, detector, a rate that falls with the score, and reasons."""
    ((cut,),) = detector.cuts(f"{HONEST[0]}_{BRAND}\n")
    assert (cut.kind, cut.detector, cut.fpr) == ("spam", NAME, 0.001)
    assert cut.reason.startswith("inside +")


def test_foreign_pages_are_left_alone(detector: Detector) -> None:
    """A page that is not mainly Chinese passes, whatever stands in it."""
    (cuts,) = detector.cuts("The municipal library opens its new wing in June. " * 3 + BRAND)
    assert cuts == []


@given(floor=st.floats(-5, 12))
@settings(deadline=None, max_examples=40)
def test_a_lower_floor_proposes_more(detector: Detector, floor: float) -> None:
    """What is proposed from a floor on are the proposals of a lower one that reach it."""
    page = f"{HONEST[0]}_{BRAND}\n{HONEST[2]}{BRAND}\n{HONEST[1]}彩票\n{BRAND}\n"
    (everything,) = detector.cuts(page, floor=-20.0)
    (found,) = detector.cuts(page, floor=floor)
    assert found == [cut for cut in everything if cut.score >= floor]


pieces = st.sampled_from([*HONEST, BRAND, "蓝鲸", "彩票", "_", " ", "\n", "\r\n", "(图)", "\u200b"])
pages = st.lists(pieces, max_size=8).map("".join)


@settings(deadline=None, max_examples=40)
@given(batch=st.lists(pages, min_size=1, max_size=4))
def test_proposals_do_not_depend_on_the_batch(detector: Detector, batch: list[str]) -> None:
    """Law 3: a page has the same proposals, to the last bit, alone and among others."""
    alone = [cuts for page in batch for cuts in detector.cuts(page, floor=-20.0)]
    assert detector.cuts(*batch, floor=-20.0) == alone


@settings(deadline=None, max_examples=40)
@given(page=pages)
def test_proposals_lie_in_their_line(detector: Detector, page: str) -> None:
    """Spans are not empty, do not overlap, and hold no line end but that of a whole line."""
    (cuts,) = detector.cuts(page, floor=-20.0)
    after = 0
    for cut in cuts:
        assert after <= cut.start < cut.end <= len(page)
        words = page[cut.start : cut.end]
        if words.endswith(("\n", "\r")):
            assert cut.start == 0 or page[cut.start - 1] in "\r\n\u200b"
        assert not {"\n", "\r"} & set(words.removesuffix("\n").removesuffix("\r"))
        after = cut.end


# --- the same judgement, taken apart --------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(page=pages)
def test_explain_takes_the_proposals_apart(detector: Detector, page: str) -> None:
    """Law 5: the candidates of all lines are the proposals, and shares add up to their scores."""
    judgement = detector.judge(page)
    explained = [
        found
        for line in judgement.lines_of(0)
        for found in detector.spans.explain(judgement, 0, line)
    ]
    assert [cut for cut, _ in explained] == detector.cuts(page, floor=-99.0)[0]
    for cut, shares in explained:
        assert sum(share for _, share in shares) == pytest.approx(cut.score)


def test_all_evidence_has_a_name(detector: Detector) -> None:
    """Each candidate has the evidence that is listed, and its company."""
    for span in detector.candidates(f"{HONEST[0]}_{BRAND}\n{BRAND}\n{HONEST[2]}彩票\n"):
        assert set(span.evidence) == {*OWN, "company"}
        assert all(np.isfinite(value) for value in span.evidence.values())


def test_a_continuation_has_no_title(detector: Detector) -> None:
    """The first line of a page that was divided is a line like any other."""
    page = f"{HONEST[0]}_{BRAND}\n{HONEST[2]}\n"
    (title,) = detector.candidates(page)
    (inner,) = detector.candidates(page, frozenset({0}))
    assert (title.evidence["title"], inner.evidence["title"]) == (1.0, 0.0)


def test_what_repeats_a_candidate_is_one(detector: Detector) -> None:
    """Each place of the brand is a candidate once, and says how often it recurs."""
    page = f"{HONEST[2]}{BRAND}。\n" * 4
    spans = detector.candidates(page)
    assert [page[span.start : span.end] for span in spans] == [BRAND] * 4
    assert {span.evidence["recurs"] for span in spans} == {2.0}  # a binary logarithm


@pytest.mark.parametrize(
    ("pages", "words", "scores", "expected"),
    [
        pytest.param([0], ["a"], [5.0], [0.0], id="alone"),
        pytest.param([0, 0], ["a", "b"], [5.0, 3.0], [3.0, 5.0], id="the best of the others"),
        pytest.param([0, 0, 0], ["a", "b", "c"], [5.0, 5.0, 1.0], [5.0, 5.0, 5.0], id="two alike"),
        pytest.param([0, 1], ["a", "b"], [5.0, 3.0], [0.0, 0.0], id="other pages"),
        pytest.param([0, 0], ["a", "b"], [-5.0, -3.0], [0.0, 0.0], id="never below zero"),
        pytest.param([0, 0], ["a", "b"], [99.0, 1.0], [1.0, 6.0], id="never above the limit"),
    ],
)
def test_company(
    pages: list[int], words: list[str], scores: list[float], expected: list[float]
) -> None:
    """The best other candidate of the page speaks for each, within limits."""
    assert company(pages, words, scores) == expected


# --- the best runs --------------------------------------------------------------------------

sums = st.lists(
    st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=6
)


def all_runs(length: int) -> Iterator[list[tuple[int, int]]]:
    """All ways to put runs on some characters, touching ones among them."""
    for states in product("oib", repeat=length):  # outside, inside, begins
        starts = [i for i, state in enumerate(states) if state == "b"]
        if any(s == "i" and (not i or states[i - 1] == "o") for i, s in enumerate(states)):
            continue
        stops = ((i for i in range(start + 1, length) if states[i] != "i") for start in starts)
        yield [(start, next(stop, length)) for start, stop in zip(starts, stops, strict=True)]


def joined(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs in which touching ones are one."""
    covered = sorted({place for start, end in runs for place in range(start, end)})
    groups = groupby(enumerate(covered), key=lambda pair: pair[1] - pair[0])
    found = [[place for _, place in group] for _, group in groups]
    return [(places[0], places[-1] + 1) for places in found]


@settings(deadline=None, max_examples=40)
@given(rows=sums, first=st.integers(0, 3))
def test_runs_are_the_best_that_there_are(rows: list[tuple[int, int, int]], first: int) -> None:
    """No other choice of runs, of all that there are, has a larger sum."""
    table = np.array([(9, 9, 9)] * first + rows, dtype=np.int32)
    scores = CharacterScores(table, 0.75, np.array([-0.5, -0.25, -0.25]))
    inside, begins, ends = scores.parts(first, first + len(rows))

    def worth(runs: list[tuple[int, int]]) -> float:
        return sum(begins[s] + sum(inside[s:e]) + ends[e - 1] for s, e in runs)

    choices = [(worth(runs), joined(runs)) for runs in all_runs(len(rows))]
    best = max(value for value, _ in choices)
    found = [
        (start - first, end - first) for start, end in best_runs(scores, first, first + len(rows))
    ]
    assert found in [runs for value, runs in choices if value > best - 1e-9]


# --- where a run stands ---------------------------------------------------------------------

RANGES = {
    "plain": "市⟦图书⟧馆",
    "after invisible characters": "市\u200b⟦图书⟧馆",
    "around them": "市⟦图\u200b书⟧\u200b馆",
    "with the reading of its last character": "市⟦图(tú)书(shū)⟧馆",
    "with it at the line's end": "市⟦图书(shū)⟧\n馆",
    "with it at the end of a line with CRLF": "市⟦图书(shū)⟧\r\n馆",
    "a remark is not its own": "市⟦图书⟧(馆)",
    "whole line": "市\n⟦图书\n⟧馆",
    "whole line and CRLF": "市\r\n⟦图书\r\n⟧馆",
    "whole line and CR": "市\r⟦图书\r⟧馆",
    "whole line with a reading": "市\n⟦图书(shū)\n⟧馆",
    "whole line with a reading and CRLF": "市\r\n⟦图书(shū)\r\n⟧馆",
    "line's end and CRLF": "市⟦图书⟧\r\n馆",
    "line's end and CR": "市⟦图书⟧\r馆",
    "the page's end": "市⟦图书⟧",
    "all there is": "⟦图书⟧",
}


def found_range(page: str, before: str = "") -> list[str]:
    """What `_range` makes of the characters `图书` (books) of a page."""
    text, _ = marked(page)
    characters = Characters(Block([before, text], SPEC))
    wanted = characters.numbers.tolist()
    one, two = Characters(Block(["图书"], SPEC)).numbers[1:3].tolist()
    start = next(i for i in range(len(wanted)) if wanted[i : i + 2] == [one, two])
    line = int(characters.line_of[start])
    low, high = int(characters.block.marks[line]) + 1, int(characters.block.marks[line + 1])
    candidate = Candidate(1, line, start, start + 2, low, high)
    first, after = _range(characters, candidate)
    return [text[first:after]]


@pytest.mark.parametrize("page", RANGES.values(), ids=RANGES.keys())
def test_ranges_in_the_text(page: str) -> None:
    """Runs of folded characters become ranges of the page, whatever stands before the page."""
    _, expected = marked(page)
    for before in ("", "新闻\r\n\u200b", "\ufeff"):
        assert found_range(page, before) == expected


# --- pages worth a look ---------------------------------------------------------------------


def test_windows_and_recurrence_pick_what_is_looked_at(detector: Detector) -> None:
    """A line is looked at for the brand's window, a page for an unknown word before pauses."""
    stutter = "".join(f"{line[:6]}谲诡,{line[6:]}" for line in HONEST)  # a rare word
    texts = [HONEST[0], f"{HONEST[0]}_{BRAND}", stutter, stutter.replace("谲诡", "新馆")]
    texts.append(f"{HONEST[1]}\n{HONEST[0]}\n{HONEST[2]}_{BRAND}\n")
    judgement = detector.judge(*texts)
    assert lines_over(judgement, detector.weights) == {1: [0], 4: [2]}
    assert recurring(judgement.block, detector.weights) == [2]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("谲诡,市谲诡。书谲诡!馆", True),
        ("谲诡,市谲诡。书谲诡馆", False),
        ("谲诡\n市谲诡\n书谲诡\n馆", True),
        ("谲诡\r\n市谲诡\r\n书谲诡\r\n馆", True),
        ("谲\u200b诡,市谲诡。书谲诡!馆", True),
        ("谲\n诡\n谲\n诡\n谲\n诡\n谲", False),
    ],
)
def test_recurrence_before_pauses(detector: Detector, page: str, found: bool) -> None:
    """Three times before the end of a clause; pairs never cross a line end."""
    for texts in ([page], [HONEST[0], page], [page, HONEST[2]]):
        block = Block(texts, SPEC)
        expected = [texts.index(page)] if found else []
        assert recurring(block, detector.weights) == expected
