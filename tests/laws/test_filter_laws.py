"""The laws of the filter for any text at all, with the default model."""

from __future__ import annotations

import math
from collections.abc import Mapping

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from junkfilter.chars import fold, folding_pairs, invisible_code_points
from junkfilter.detectors.noise.finder import proven_noise
from junkfilter.errors import JunkfilterError
from junkfilter.features import joined_code_points
from junkfilter.filter import JunkFilter
from junkfilter.page import apply, restore, split_lines
from junkfilter.policy import FAMILIES, KINDS, OPERATING_POINTS, Policy
from junkfilter.results import LineVerdict, Result

SPAM = "国产精品自拍在线观看_亚洲一区二区无码视频_欧美成人免费av网站_久久综合日韩精品"
GAMBLING = "澳门新葡京娱乐场_真人百家乐在线投注_时时彩平台注册送彩金"
# Converted text with readings: "develop the rural economy and bring growth".
NOTES = "發(fā)展農村經(jīng)濟并實(shí)現(xiàn)增長"
NEWS = "开放初期实行预约参观,市民可以通过电话或现场登记。"
# Any code points, surrogates and controls among them, and the pieces pages are made of.
anything = st.text(st.characters(exclude_categories=[]), max_size=30)
pieces = st.sampled_from(
    [
        *(SPAM, GAMBLING, NEWS, "國", "a", "⑨", "_", " ", "\n", "\r\n", "\r", "\u200b", "\ufeff"),
        *("\u2028", "\x85", "\0", "\udc80", "\ud83d", "\ue000", "ア", "한", "(qū)", "區(qū)"),
        *(NOTES, "7 I9 U) K# f% O", "</p>", "。sOVesmc", "🛍🏽，", "市🧑🏽‍🔬，民𓀟、", "ÖÐ¹ú"),
    ]
)
pages = st.lists(pieces | anything, max_size=12).map("".join)
policies = st.builds(
    Policy,
    operating_point=st.sampled_from(sorted(OPERATING_POINTS)),
    threshold=st.none() | st.floats(allow_nan=False),
    remove=st.frozensets(st.sampled_from(KINDS)),
    keep=st.frozensets(st.sampled_from(FAMILIES)),
    allow=st.lists(anything | pieces, max_size=2).map(tuple),
    deny=st.lists(anything | pieces, max_size=2).map(tuple),
    max_removed=st.floats(0, 1),
)
INVISIBLE = [chr(code) for code in invisible_code_points().tolist()]
FORMS: dict[str, list[str]] = {}
for source, target in zip(*(array.tolist() for array in folding_pairs()), strict=True):
    FORMS.setdefault(chr(target), []).append(chr(source))

several = settings(deadline=None, max_examples=150)


def restored(text: str, result: Result) -> str:
    """What is kept with what was cut put back."""
    kept, removed = apply(text, result.cuts)
    assert kept == result.text
    return restore(kept, removed)


def told(text: str, verdicts: list[LineVerdict]) -> set[tuple[int, int]]:
    """What `flag` says is cut as spam or noise: whole lines, and ranges inside of lines."""
    found: set[tuple[int, int]] = set()
    for line, verdict in zip(split_lines(text), verdicts, strict=True):
        found |= {(line.start + cut.start, line.start + cut.end) for cut in verdict.cuts}
        if verdict.kind not in ("text", "boilerplate", "garbled"):
            found.add((line.start, line.stop))
    return found


def cut_ranges(result: Result) -> set[tuple[int, int]]:
    """Where a result's cuts are."""
    return {(cut.start, cut.end) for cut in result.cuts}


def hidden(page: str) -> set[str]:
    """Kinds of noise of a page, but for those that change nothing that models see."""
    noise = proven_noise([page], joined_code_points([page])).values()
    return {cut.kind for found in noise for cut in found.cuts} - {"invisible", "damage"}


@several
@given(text=pages, policy=policies)
def test_any_text_and_policy(default_filter: JunkFilter, text: str, policy: Policy) -> None:
    """Laws 1, 5 and 7: no text and policy fails, and what was cut can be put back."""
    try:
        junk_filter = JunkFilter(default_filter.model, policy, default_filter.path)
    except JunkfilterError:
        return
    result = junk_filter.strip(text)
    assert text == restored(text, result)
    verdicts = junk_filter.flag(text)
    lines = split_lines(text)
    assert [text[line.start : line.end] for line in lines] == [v.text for v in verdicts]
    for line in lines[:3]:
        explanation = junk_filter.explain(text, line=line.number)
        assert explanation.verdict == verdicts[line.number - 1]
        total = math.fsum(item.weight for item in explanation.evidence)
        assert math.isclose(total, explanation.verdict.score, rel_tol=1e-9, abs_tol=1e-9)


@several
@given(batch=st.lists(pages, max_size=6))
def test_company_does_not_matter(filters: Mapping[str, JunkFilter], batch: list[str]) -> None:
    """Law 3: a text has one result, whatever texts are judged with it, and in which order."""
    junk_filter = filters["recall"]
    alone = [junk_filter.strip(text) for text in batch]
    assert alone == list(junk_filter.strip_many(batch))
    assert alone[::-1] == list(junk_filter.strip_many(batch[::-1]))


@several
@given(text=pages)
def test_stricter_points_cut_a_part(filters: Mapping[str, JunkFilter], text: str) -> None:
    """Law 4: what a stricter operating point cuts, a looser one cuts too."""
    covered = [
        {place for cut in junk_filter.strip(text).cuts for place in range(cut.start, cut.end)}
        for junk_filter in filters.values()
    ]
    assert covered[0] <= covered[1] <= covered[2]


@several
@given(text=pages)
def test_strip_and_flag_agree(filters: Mapping[str, JunkFilter], text: str) -> None:
    """Law 5: the lines and the ranges inside of lines that are called spam are those cut."""
    for junk_filter in filters.values():
        assert told(text, junk_filter.flag(text)) == cut_ranges(junk_filter.strip(text))


@several
@given(text=pages, data=st.data())
def test_disguises_leave_the_score(
    default_filter: JunkFilter, text: str, data: st.DataObject
) -> None:
    """Law 6: invisible characters and other forms of a character leave a line's score.

    Rules for noise see the characters as they are: no `</p>` has a full-width bracket, and no
    random tail is without capitals. So the law is about text in which they find nothing to hide.
    """
    line = text.replace("\n", "").replace("\r", "")
    score = [verdict.score for verdict in default_filter.flag(f"{line}\n")]
    changed = "".join(
        data.draw(st.sampled_from([character, *FORMS.get(fold(character), [])]))
        + data.draw(st.sampled_from(["", *INVISIBLE[::40]]))
        for character in line
    )
    assert fold(changed) == fold(line)
    assume(not any(hidden(page) for page in (line, changed)))
    assert score == [verdict.score for verdict in default_filter.flag(f"{changed}\n")]


@several
@given(
    line=anything, ends=st.lists(st.sampled_from(["\n", "\r\n", "\r", ""]), min_size=2, max_size=2)
)
def test_the_line_end_is_no_evidence(
    default_filter: JunkFilter, line: str, ends: list[str]
) -> None:
    """A line's score does not depend on how it ends."""
    line = "新" + line.replace("\n", "").replace("\r", "")
    scores = [default_filter.flag(line + end)[0].score for end in ends]
    assert scores[0] == scores[1]
