"""What a crawler calls: load a filter once, give it pages, get the article back.

`strip`, `flag` and `explain` go one way: `SpamLines.judge` scores the lines of a batch of pages,
`_proposals` turns the scores into proposed cuts, the policy chooses, `page.apply` carries out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import NamedTuple

from junkfilter.chars import fold
from junkfilter.detectors.explanation import Evidence, evidence_for
from junkfilter.detectors.lines import Judgement, SpamLines
from junkfilter.detectors.quality import Quality
from junkfilter.errors import InputFormatError, PolicyError
from junkfilter.literals import Literals
from junkfilter.model import Model, default_model_folder
from junkfilter.page import MAX_PAGE_LINES, Cut, Page, apply, merged, split_pages
from junkfilter.policy import ALLOWED, DENIED, Policy

# Characters judged at once: so many that the cost of a NumPy call is spread over them, so few that
# a block's arrays are of the size of a second-level cache.
BATCH_CHARACTERS = 1 << 16
_FOREIGN = "foreign"


class Result(NamedTuple):
    """What became of a page.

    Attributes:
        text: what is kept; the very text that came in where nothing was cut.
        cuts: carried out, in order; offsets in the text that came in.
        flags: proposed but not carried out.
        page_kind: `foreign` for a page that is not mainly Chinese and was passed through, else "".
        too_long: number of lines over 1 MiB, which are never judged.
        held_back: more would have been cut than the policy's `max_removed`: passed through.
    """

    text: str
    cuts: tuple[Cut, ...] = ()
    flags: tuple[Cut, ...] = ()
    page_kind: str = ""
    too_long: int = 0
    held_back: bool = False


class LineVerdict(NamedTuple):
    """What is thought of one line.

    Attributes:
        number: 1-based number in the page.
        kind: `text`, `spam`, `boilerplate` or `garbled`; `spam` if the policy would cut it.
        family: family of spam, empty unless the line is proposed as spam.
        score: log-odds that it is injected spam.
        fpr: share of clean lines that score as high, in (0, 1].
        reason: evidence in words; `foreign` or `too-long` for what is not judged.
        text: the line without its terminator; empty if it is too long.
    """

    number: int
    kind: str
    family: str
    score: float
    fpr: float
    reason: str
    text: str


class Explanation(NamedTuple):
    """Why a line got its score.

    Attributes:
        verdict: the verdict that `flag` gives.
        evidence: what spoke for (positive) and against it; weights add up to the score.
    """

    verdict: LineVerdict
    evidence: tuple[Evidence, ...]


class JunkFilter:
    """Flags and strips injected spam. Safe to share between threads; pickles as path and policy."""

    def __init__(self, model: Model, policy: Policy, path: Path) -> None:
        self.model = model
        self.policy = policy
        self.path = path
        self._lines = SpamLines(model)
        self._quality = Quality(model)
        self._thresholds = {name: point.threshold for name, point in model.operating_points.items()}
        self._allow = _folded(policy.allow)
        self._deny = _folded(policy.deny)
        self._floor = min(self._thresholds.values())
        if policy.threshold is not None:
            self._floor = min(self._floor, policy.threshold)

    @classmethod
    def load(cls, model: str | Path | None = None, *, policy: Policy | None = None) -> JunkFilter:
        """A filter with a model from a folder; with the one that comes with junkfilter by default.

        Raises:
            ModelFileError: the folder is no intact model.
            PolicyError: the model does not have the policy's operating point.

        >>> result = JunkFilter.load().strip("日韩精品_国产在线_人妻无码\\n新闻标题\\n")
        >>> result.text  # (adult keywords), "news headline"
        '新闻标题\\n'
        """
        path = default_model_folder() if model in (None, "default") else Path(str(model))
        path = path.absolute()  # a pickle of the filter may be read elsewhere
        loaded = Model.load(path)
        policy = policy or Policy()
        if policy.operating_point not in loaded.operating_points:
            raise PolicyError(f"{path}: has no operating point {policy.operating_point!r}")
        return cls(loaded, policy, path)

    def __reduce__(self) -> tuple[object, ...]:
        return _loaded, (str(self.path), self.policy)

    def strip(self, text: str) -> Result:
        """The text without the spam, with the cuts that were made.

        A text beyond the limits of a page (1 MiB, 4,096 lines) is judged in pieces, as the command
        line judges a stream; a line of more than 1 MiB is kept unjudged.
        """
        return next(self.strip_many([text]))

    def strip_many(self, texts: Iterable[str]) -> Iterator[Result]:
        """A result for each text, in order; reads ahead by about 64 Ki characters."""
        return chain.from_iterable(self._batched(texts))

    def strip_pages(self, pages: Sequence[Page]) -> list[Result]:
        """A result for each page; pages within the limits, as the stream reader makes them."""
        texts = [page.text for page in pages]
        return list(self._results(texts, _continuations(pages)))

    def flag(self, text: str) -> list[LineVerdict]:
        """A verdict for each line of a text."""
        verdicts: list[LineVerdict] = []
        for number, (piece, too_long) in enumerate(split_pages(text)):
            if too_long:
                found = [LineVerdict(1, "text", "", 0.0, 1.0, "too-long", "")]
            else:
                found = self.flag_pages([Page(piece, continuation=number > 0)])[0]
            verdicts += [
                verdict._replace(number=verdict.number + len(verdicts)) for verdict in found
            ]
        return verdicts

    def flag_pages(self, pages: Sequence[Page]) -> list[list[LineVerdict]]:
        """Verdicts for the lines of each page; numbers are 1-based in each."""
        texts = [page.text for page in pages]
        if not texts:
            return []
        judgement = self._lines.judge(texts, _continuations(pages))
        proposals = self._proposals(judgement)
        quality = self._quality.kinds(judgement)
        return [
            self._verdicts(
                judgement,
                number,
                proposals.get(number, []),
                {} if number in judgement.foreign else quality,
            )
            for number in range(len(texts))
        ]

    def explain(self, text: str, *, line: int = 1) -> Explanation:
        """Why a line of a text has its score, judged in the text as its page.

        Args:
            text: a page; a bare line is a page of one line.
            line: 1-based number of the line.

        Raises:
            InputFormatError: there is no such line, or it is too long to be judged.
        """
        before = 0
        for number, (piece, too_long) in enumerate(split_pages(text)):
            page = Page(piece, continuation=number > 0)
            count = 1 if too_long else len(page.lines())
            if 1 <= line <= before + count and not too_long:
                verdict, evidence = self.explain_page(page, line=line - before)
                return Explanation(verdict._replace(number=line), evidence)
            before += count
        raise InputFormatError(f"there is no line {line} to explain", advice=f"there are {before}")

    def explain_page(self, page: Page, *, line: int = 1) -> Explanation:
        """Why a line of a page within the limits has its score; `line` is 1-based in the page.

        Raises:
            InputFormatError: there is no such line.
        """
        if not 1 <= line <= len(page.lines()):
            raise InputFormatError(f"there is no line {line} to explain", path=page.id)
        judgement = self._lines.judge([page.text], _continuations([page]))
        verdict = self.flag_pages([page])[0][line - 1]
        number = judgement.lines_of(0)[line - 1]
        evidence = evidence_for(self.model, judgement, number, verdict.text)
        return Explanation(verdict, evidence)

    def _strip_pieces(self, pieces: Sequence[tuple[str, bool]]) -> Result:
        """The results of the pages and over-long lines of one text, put together."""
        offset = 0
        cuts: list[Cut] = []
        flags: list[Cut] = []
        results = []
        for number, (piece, too_long) in enumerate(pieces):
            if too_long:
                result = Result(piece, too_long=1)
            else:
                result = self.strip_pages([Page(piece, continuation=number > 0)])[0]
            cuts += [_moved(cut, offset) for cut in result.cuts]
            flags += [_moved(cut, offset) for cut in result.flags]
            results.append(result)
            offset += len(piece)
        kinds = {result.page_kind for result in results if not result.too_long}
        return Result(
            "".join(result.text for result in results),
            tuple(cuts),
            tuple(flags),
            kinds.pop() if len(kinds) == 1 else "",
            sum(result.too_long for result in results),
            any(result.held_back for result in results),
        )

    def _batched(self, texts: Iterable[str]) -> Iterator[Iterable[Result]]:
        """The results, batch by batch; a text beyond the limits of a page is a batch of its own."""
        batch: list[str] = []
        size = 0
        for text in texts:
            if len(text) >= MAX_PAGE_LINES:  # a shorter text is one page
                pieces = split_pages(text)
                if len(pieces) > 1 or pieces[0][1]:
                    yield self._results(batch)
                    batch, size = [], 0
                    yield (self._strip_pieces(pieces),)
                    continue
            batch.append(text)
            size += len(text) + 1
            if size >= BATCH_CHARACTERS:
                yield self._results(batch)
                batch, size = [], 0
        yield self._results(batch)

    def _results(
        self, texts: Sequence[str], continuations: frozenset[int] = frozenset()
    ) -> Iterable[Result]:
        """A result for each text; all are judged by then, but most results not made yet.

        They are made one by one as they are taken. Five thousand at once keep the garbage collector
        busy for as long as the judging of five thousand headlines takes.
        """
        touched = self._touched(texts, continuations) if texts else {}
        if not touched:
            return _untouched(texts)
        parts: list[Iterable[Result]] = []
        position = 0
        for number in sorted(touched):
            parts += _untouched(texts[position:number]), (touched[number],)
            position = number + 1
        return chain(chain.from_iterable(parts), _untouched(texts[position:]))

    def _touched(self, texts: Sequence[str], continuations: frozenset[int]) -> dict[int, Result]:
        """Results for the texts of which there is something to say, by number."""
        judgement = self._lines.judge(texts, continuations)
        touched = {
            number: self._carried_out(texts[number], proposals)
            for number, proposals in self._proposals(judgement).items()
        }
        for number in judgement.foreign:
            result = touched.get(number) or Result(texts[number])
            touched[number] = result._replace(page_kind=_FOREIGN)
        return touched

    def _carried_out(self, text: str, proposals: list[Cut]) -> Result:
        cuts = self._chosen(text, proposals)
        chosen = set(map(id, cuts))
        flags = tuple(c for c in proposals if id(c) not in chosen and c.detector != ALLOWED)
        if not cuts:
            held_back = bool(self.policy.chosen(proposals, self._thresholds))
            return Result(text, (), flags, held_back=held_back)
        return Result(apply(text, cuts)[0], tuple(cuts), flags)

    def _chosen(self, text: str, proposals: Sequence[Cut]) -> list[Cut]:
        """The cuts to carry out: none at all where they would take more than `max_removed`."""
        cuts = self.policy.chosen(proposals, self._thresholds)
        spam = {cut.start for cut in cuts if cut.kind == "spam"}
        # A line that is spam and boilerplate is spam.
        cuts = [cut for cut in cuts if cut.kind == "spam" or cut.start not in spam]
        removed = sum(end - start for start, end in merged(cuts))
        return cuts if removed <= self.policy.max_removed * len(text) else []

    def _proposals(self, judgement: Judgement) -> dict[int, list[Cut]]:
        """Proposed cuts by number of the text, in order of the text."""
        found: dict[int, list[Cut]] = {}
        for number, cut in self._lines.cuts(judgement, self._floor):
            found.setdefault(number, []).append(cut)
        if self.policy.remove - {"spam"}:
            for number, cut in self._quality.cuts(judgement, self.policy.remove):
                found.setdefault(number, []).append(cut)
        if self._allow or self._deny:
            self._apply_literals(judgement, found)
        return {number: sorted(cuts, key=_by_place) for number, cuts in found.items()}

    def _apply_literals(self, judgement: Judgement, found: dict[int, list[Cut]]) -> None:
        """Puts what the user's literals say in the place of what was found on the same lines."""
        for number, text in enumerate(judgement.block.texts):
            # Folded whole, a page without a literal costs one search.
            folded = fold(text)
            if not self._allow.first_in(folded) and not self._deny.first_in(folded):
                continue
            cuts = {
                cut.start: cut
                for line in judgement.lines_of(number)
                if (cut := self._literal_cut(judgement, number, line)) is not None
            }
            if cuts:
                others = [cut for cut in found.get(number, []) if cut.start not in cuts]
                found[number] = [*others, *cuts.values()]

    def _literal_cut(self, judgement: Judgement, number: int, line: int) -> Cut | None:
        """What the user's literals say about a line; `allow` wins over `deny`."""
        place = judgement.line(line, number)
        folded = fold(judgement.block.texts[number][place.start : place.end])
        for detector, literals in ((ALLOWED, self._allow), (DENIED, self._deny)):
            literal = literals.first_in(folded)
            if literal:
                score = float(judgement.scores[line])
                fpr, reason = self.model.fpr(score), f"contains {literal!r}"
                return Cut(place.start, place.stop, "spam", "other", score, fpr, detector, reason)
        return None

    def _verdicts(
        self,
        judgement: Judgement,
        number: int,
        proposals: Sequence[Cut],
        quality: Mapping[int, str],
    ) -> list[LineVerdict]:
        """Verdicts for the lines of one text."""
        remark = _FOREIGN if number in judgement.foreign else ""
        cuts = self._chosen(judgement.block.texts[number], proposals)
        chosen = {cut.start: cut for cut in cuts}
        proposed = {cut.start: cut for cut in proposals}
        verdicts = []
        for line in judgement.lines_of(number):
            place = judgement.line(line, number)
            cut = chosen.get(place.start)
            mark = cut or proposed.get(place.start)
            score = float(judgement.scores[line])
            verdicts.append(
                LineVerdict(
                    place.number,
                    cut.kind if cut else quality.get(line, "text"),
                    mark.family if mark else "",
                    score,
                    self.model.fpr(score),
                    mark.reason if mark else remark,
                    judgement.block.texts[number][place.start : place.end],
                )
            )
        return verdicts


def _untouched(texts: Iterable[str]) -> Iterator[Result]:
    """Results for texts without cuts.

    Short texts are paid for by the call, not by the character, so that these are made without a
    Python call for each.
    """
    rows = zip(texts, repeat(()), repeat(()), repeat(""), repeat(0), repeat(False), strict=False)
    return map(tuple.__new__, repeat(Result), rows)


def _loaded(path: str, policy: Policy) -> JunkFilter:
    return JunkFilter.load(path, policy=policy)


def _folded(literals: Sequence[str]) -> Literals:
    """Literals as they are looked for.

    Raises:
        PolicyError: one of them is invisible, and would be found in every line.
    """
    folded = tuple(fold(literal) for literal in literals)
    if not all(folded):
        nothing = literals[folded.index("")]
        raise PolicyError(f"the literal {nothing!r} has no visible character: leave it out")
    return Literals(folded)


def _continuations(pages: Sequence[Page]) -> frozenset[int]:
    return frozenset(number for number, page in enumerate(pages) if page.continuation)


def _moved(cut: Cut, offset: int) -> Cut:
    return Cut(
        cut.start + offset, cut.end + offset, cut.kind, cut.family, cut.score, cut.fpr,
        cut.detector, cut.reason,
    )  # fmt: skip


def _by_place(cut: Cut) -> tuple[int, int]:
    return cut.start, cut.end
