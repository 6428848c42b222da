"""Cuts inside of lines: how they go together with cuts of lines, and what is said of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import pytest

from junkfilter.detectors.lines import Judgement
from junkfilter.detectors.spans import NAME as SPANS
from junkfilter.filter import JunkFilter
from junkfilter.model import Model
from junkfilter.page import Cut, apply, restore
from junkfilter.policy import REPAIR, Policy

BRAND = "星河娱乐"  # a brand that nobody has
# A headline, a sentence, and a line of navigation: "museum opens next month", "visitors book by
# telephone", "home > news > text".
HEADLINE = f"市博物馆新馆下月开放-{BRAND}\n"
SENTENCE = "开放初期实行预约参观,市民可以通过电话或现场登记。\n"
NAVIGATION = "首页 > 新闻中心 > 本地要闻 > 正文\n"
SPAM = "国产精品自拍在线观看_亚洲一区二区无码视频_欧美成人免费av网站_久久综合日韩精品\n"
# "develop the rural economy and bring growth", with readings.
NOTES = "發(fā)展農村經(jīng)濟并實(shí)現(xiàn)增長"
# "video online", with a reading.
NOTED_SPAM = "视(shì)频在(zài)线(xiàn)观看免(miǎn)费(fèi)"
SCORES = {"precision": 3.0, "balanced": 2.0, "recall": 1.0}


class BrandDetector:
    """Proposes every place of `BRAND` as a span, with the score it is given."""

    def __init__(self, score: float) -> None:
        self.score = score

    def proposals(self, judgement: Judgement, floor: float) -> Iterator[tuple[int, Cut]]:
        """The brand in pages that are Chinese, if the score reaches the floor."""
        for number, text in enumerate(judgement.block.texts):
            place = text.find(BRAND)
            while place >= 0 and self.score >= floor and number not in judgement.foreign:
                yield number, self._cut(place)
                place = text.find(BRAND, place + 1)

    def explain(
        self, judgement: Judgement, text: int, line: int
    ) -> Iterator[tuple[Cut, tuple[tuple[str, float], ...]]]:
        """The brand in one line of the block."""
        place = judgement.line(line, text)
        for _, cut in self.proposals(judgement, -math.inf):
            if place.start <= cut.start < place.stop:
                yield cut, (("known", self.score + 1), ("constant", -1.0))

    def explain_lines(
        self, judgement: Judgement, text: int, lines: Sequence[int]
    ) -> list[list[tuple[Cut, tuple[tuple[str, float], ...]]]]:
        """The brand in some lines of the block."""
        return [list(self.explain(judgement, text, line)) for line in lines]

    def _cut(self, place: int) -> Cut:
        end = place + len(BRAND)
        return Cut(place, end, "spam", "gambling", self.score, 0.001, SPANS, "known")


def with_spans(score: float, **options: object) -> JunkFilter:
    """The default model with a policy and a detector of spans."""
    junk_filter = JunkFilter.load(policy=Policy(**options))  # type: ignore[arg-type]
    junk_filter._detectors._spans = BrandDetector(score)  # type: ignore[assignment]
    junk_filter._detectors.thresholds[SPANS] = SCORES
    junk_filter._detectors._floors[SPANS] = min(SCORES.values())
    return junk_filter


@pytest.mark.parametrize(
    ("score", "options", "cuts", "flags"),
    [
        (3.0, {}, 1, 0),
        (2.9, {}, 0, 1),
        (2.9, {"operating_point": "balanced"}, 1, 0),
        (0.9, {}, 0, 0),
        (2.0, {"threshold": 2.0}, 1, 0),
        (3.0, {"keep": frozenset({"gambling"})}, 0, 1),
        (3.0, {"remove": frozenset()}, 0, 1),
        (3.0, {"allow": ("博物馆",)}, 0, 0),
        (3.0, {"allow": ("预约",)}, 1, 0),
    ],
)
def test_the_policy_decides_about_spans(
    score: float, options: dict[str, object], cuts: int, flags: int
) -> None:
    """Spans have thresholds of their own; families, kinds and literals hold for them too."""
    junk_filter = with_spans(score, **options)
    page = HEADLINE + SENTENCE
    result = junk_filter.strip(page)
    assert [page[cut.start : cut.end] for cut in result.cuts] == [BRAND] * cuts
    assert [page[flag.start : flag.end] for flag in result.flags] == [BRAND] * flags
    verdict = junk_filter.flag(page)[0]
    assert verdict.kind == "text"
    assert [verdict.text[cut.start : cut.end] for cut in verdict.cuts] == [BRAND] * cuts
    assert [verdict.text[flag.start : flag.end] for flag in verdict.flags] == [BRAND] * flags


def test_a_denied_line_takes_its_spans_with_it() -> None:
    """The user's word replaces what was found inside of the line."""
    result = with_spans(3.0, deny=("博物馆",)).strip(HEADLINE + SENTENCE)
    assert result.text == SENTENCE
    assert [cut.detector for cut in result.cuts] == ["deny"]


def test_a_span_where_another_cut_begins() -> None:
    """A span at the start of a line stays a cut beside one of the whole line."""
    page = BRAND + NAVIGATION + SENTENCE
    removing = with_spans(3.0, remove=frozenset({"spam", "boilerplate"}))
    result = removing.strip(page)
    assert {(cut.start, cut.end) for cut in result.cuts} >= {(0, len(BRAND))}
    only_spans = with_spans(3.0).strip(page)
    assert only_spans.text == NAVIGATION + SENTENCE


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""], ids=ascii)
def test_cuts_inside_of_a_line_that_goes(end: str) -> None:
    """Of overlapping cuts their union goes, once, and can be put back."""
    line = SPAM.strip() + BRAND + NOTED_SPAM + end
    page = SENTENCE + line
    junk_filter = with_spans(3.0, remove=frozenset({"spam", *REPAIR}))
    result = junk_filter.strip(page)
    assert result.text == SENTENCE
    assert {cut.kind for cut in result.cuts} == {"spam", "pinyin"}
    kept, removed = apply(page, result.cuts)
    assert len(removed) == 1
    assert restore(kept, removed) == page
    verdict = junk_filter.flag(page)[1]
    assert verdict.kind == "spam"
    assert {cut.kind for cut in verdict.cuts} == {"spam", "pinyin"}
    # What goes with the line counts once against the share that may go.
    share = len(line) / len(page)
    exact = with_spans(3.0, remove=frozenset({"spam", *REPAIR}), max_removed=share)
    assert not exact.strip(page).held_back


def test_a_line_that_ends_in_something_honest_stays() -> None:
    """Whole lines are cut only without an honest part; what else is found in them is cut."""
    line = SPAM.strip() + BRAND + NOTES + "\n"
    result = with_spans(3.0, remove=frozenset({"spam", *REPAIR})).strip(SENTENCE + line)
    assert result.text == SENTENCE + SPAM.strip() + "發展農村經濟并實現增長\n"


def test_explain_tells_of_spans_and_proofs() -> None:
    """Evidence of a span adds up to its score; readings come with what they are readings of."""
    page = HEADLINE + NOTES + "\n"
    explanation = with_spans(3.0).explain(page, line=1)
    (span,) = explanation.spans
    assert explanation.verdict.text[span.cut.start : span.cut.end] == BRAND
    assert math.fsum(item.weight for item in span.evidence) == span.cut.score
    proofs = [flag.reason for flag in with_spans(3.0).explain(page, line=2).verdict.flags]
    assert proofs == [f"reading of {hanzi}" for hanzi in "發經實現"]


def test_noise_is_flagged_where_nobody_asked_for_repair(default_filter: JunkFilter) -> None:
    """Without `--repair` noise stays, and is told of; each kind can be asked for by itself."""
    page = SENTENCE + NOTES + "\n</p>\n"
    result = default_filter.strip(page)
    assert (result.text, result.cuts) == (page, ())
    assert [flag.kind for flag in result.flags] == ["pinyin"] * 4 + ["tag"]
    only = JunkFilter.load(policy=Policy(remove=frozenset({"tag"}))).strip(page)
    assert only.text == SENTENCE + NOTES + "\n"
    repairing = JunkFilter.load(policy=Policy(remove=frozenset(REPAIR)))
    whole = repairing.strip(page)
    assert whole.text == SENTENCE + "發展農村經濟并實現增長\n"
    assert {cut.score for cut in whole.cuts} == {0.0}


def test_a_line_of_noise_is_of_its_kind() -> None:
    """`flag` names a line that goes as noise, and keeps its number."""
    repairing = JunkFilter.load(policy=Policy(remove=frozenset(REPAIR)))
    kinds = [verdict.kind for verdict in repairing.flag(SENTENCE + "</p>\n" + SENTENCE)]
    assert kinds == ["text", "tag", "text"]


def test_a_page_of_noise_alone_is_not_foreign() -> None:
    """A line of jam is no text in another language."""
    repairing = JunkFilter.load(policy=Policy(remove=frozenset(REPAIR)))
    jam = "7 I9 U) K# f% O\n"
    result = repairing.strip(jam)
    assert (result.text, result.page_kind) == ("", "")


def test_literals_are_found_behind_notes(default_filter: JunkFilter) -> None:
    """A literal is looked for in the line as it stands and as it reads without its noise."""
    page = SENTENCE + NOTES + "\n"
    for literal in ("发展农村", "發(fā)展"):
        denying = JunkFilter(default_filter.model, Policy(deny=(literal,)), default_filter.path)
        assert denying.strip(page).text == SENTENCE


def test_blocks_of_some_pages_hide_the_same_noise(default_filter: JunkFilter) -> None:
    """A block of judged pages has the numbers that these pages had in the batch."""
    pages = [SENTENCE, NOTES + "\n", HEADLINE]
    judgement = default_filter._detectors.judge_texts(pages).lines
    model: Model = default_filter.model
    block = judgement.block_of([2, 1])
    scores = model.score(block).scores.tolist()
    whole = judgement.stage1.scores.tolist()
    assert scores == [whole[4], whole[5], whole[2], whole[3]]
    assert judgement.seen(1) == "發展農村經濟并實現增長\n"
