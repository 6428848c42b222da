"""What a crawler calls: load a filter once, give it pages, get the article back.

`strip`, `flag` and `explain` go one way: `proposals.Detectors` judges a batch of pages and proposes
cuts, the policy chooses, `page.apply` carries out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from junkfilter.chars import fold
from junkfilter.detectors.page_kind import PageKind
from junkfilter.detectors.spans import NAME as SPANS
from junkfilter.errors import InputFormatError, PolicyError
from junkfilter.model import Model, default_model_folder
from junkfilter.page import MAX_PAGE_LINES, Cut, Page, apply, merged, split_pages
from junkfilter.policy import ALLOWED, DENIED, Policy
from junkfilter.proposals import Detectors, Judged
from junkfilter.results import (
    FOREIGN,
    Explanation,
    LineVerdict,
    Result,
    put_together,
    too_long_verdict,
    untouched,
)
from junkfilter.verdicts import line_verdicts

if TYPE_CHECKING:
    from junkfilter.site_memory import SiteMemory

# Characters judged at once: so many that the cost of a NumPy call is spread over them, so few that
# a block's arrays are of the size of a second-level cache.
BATCH_CHARACTERS = 1 << 16


class JunkFilter:
    """Flags and strips injected spam. Safe to share between threads; pickles as path and policy.

    Attributes:
        model: the weights.
        policy: what is cut.
        path: folder of the model.
        site_memory: what earlier runs saw of the pages' sites; None for nothing. What this one sees
            is added to the file by its `commit`.
        site: site of pages without an address; empty if it is not known.
    """

    def __init__(
        self,
        model: Model,
        policy: Policy,
        path: Path,
        site_memory: SiteMemory | None = None,
        site: str = "",
    ) -> None:
        self.model = model
        self.policy = policy
        self.path = path
        self.site_memory = site_memory
        self.site = site
        self._detectors = Detectors(model, policy, site_memory, site)

    @classmethod
    def load(
        cls,
        model: str | Path | None = None,
        *,
        policy: Policy | None = None,
        site_memory: SiteMemory | None = None,
        site: str = "",
    ) -> JunkFilter:
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
        return cls(loaded, policy, path, site_memory, site)

    def __reduce__(self) -> tuple[object, ...]:
        return _loaded, (str(self.path), self.policy, self.site_memory, self.site)

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
        if not pages:
            return []
        return list(self._results([page.text for page in pages], self._detectors.judge(pages)))

    def flag(self, text: str) -> list[LineVerdict]:
        """A verdict for each line of a text."""
        verdicts: list[LineVerdict] = []
        for number, (piece, too_long) in enumerate(split_pages(text)):
            if too_long:
                found = [too_long_verdict()]
            else:
                found = self.flag_pages([Page(piece, continuation=number > 0)])[0]
            verdicts += [
                verdict._replace(number=verdict.number + len(verdicts)) for verdict in found
            ]
        return verdicts

    def flag_pages(self, pages: Sequence[Page]) -> list[list[LineVerdict]]:
        """Verdicts for the lines of each page; numbers are 1-based in each."""
        return self._flagged(self._detectors.judge(pages)) if pages else []

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
                found = self.explain_page(page, line=line - before)
                return found._replace(verdict=found.verdict._replace(number=line))
            before += count
        raise InputFormatError(f"there is no line {line} to explain", advice=f"there are {before}")

    def explain_page(self, page: Page, *, line: int = 1) -> Explanation:
        """Why a line of a page within the limits has its score; `line` is 1-based in the page.

        Raises:
            InputFormatError: there is no such line.
        """
        return self.explain_lines(page, [line])[0]

    def explain_lines(self, page: Page, lines: Sequence[int]) -> list[Explanation]:
        """Why some lines of a page within the limits have their scores; judges the page once.

        Args:
            page: a page within the limits.
            lines: 1-based numbers, in any order.

        Raises:
            InputFormatError: there is no such line.
        """
        count = len(page.lines())
        for line in lines:
            if not 1 <= line <= count:
                raise InputFormatError(f"there is no line {line} to explain", path=page.id)
        if not lines:
            return []
        judged = self._detectors.judge([page])
        numbers = judged.lines.lines_of(0)
        verdicts = self._flagged(judged)[0]
        chosen = [numbers[line - 1] for line in lines]
        spans = self._detectors.spans(judged, 0, chosen)
        return [
            Explanation(verdicts[line - 1], self._detectors.evidence(judged, 0, number), found)
            for line, number, found in zip(lines, chosen, spans, strict=True)
        ]

    def _batched(self, texts: Iterable[str]) -> Iterator[Iterable[Result]]:
        """The results, batch by batch; a text beyond the limits of a page is a batch of its own."""
        batch: list[str] = []
        size = 0
        for text in texts:
            if len(text) >= MAX_PAGE_LINES:  # a shorter text is one page
                pieces = split_pages(text)
                if len(pieces) > 1 or pieces[0][1]:
                    yield self._results_of(batch)
                    batch, size = [], 0
                    yield (self._strip_pieces(pieces),)
                    continue
            batch.append(text)
            size += len(text) + 1
            if size >= BATCH_CHARACTERS:
                yield self._results_of(batch)
                batch, size = [], 0
        yield self._results_of(batch)

    def _strip_pieces(self, pieces: Sequence[tuple[str, bool]]) -> Result:
        """The results of the pages and over-long lines of one text, put together."""
        results = [
            Result(piece, too_long=1)
            if too_long
            else self.strip_pages([Page(piece, continuation=number > 0)])[0]
            for number, (piece, too_long) in enumerate(pieces)
        ]
        return put_together(results, [len(piece) for piece, _ in pieces])

    def _results_of(self, texts: Sequence[str]) -> Iterable[Result]:
        return self._results(texts, self._detectors.judge_texts(texts)) if texts else ()

    def _results(self, texts: Sequence[str], judged: Judged) -> Iterable[Result]:
        """A result for each text; what is not touched is not made yet.

        Results are made one by one as they are taken. Five thousand at once keep the garbage
        collector busy for as long as the judging of five thousand headlines takes.
        """
        touched = sorted({*judged.proposals, *judged.kinds, *judged.lines.foreign})
        if not touched:
            return untouched(texts)
        parts: list[Iterable[Result]] = []
        position = 0
        for number in touched:
            result = self._result(judged, number)
            parts += untouched(texts[position:number]), (result,)
            position = number + 1
        return chain(chain.from_iterable(parts), untouched(texts[position:]))

    def _flagged(self, judged: Judged) -> list[list[LineVerdict]]:
        qualities = self._detectors.qualities(judged)
        return [
            line_verdicts(
                judged.lines,
                number,
                self._result(judged, number),
                judged.proposals.get(number, []),
                qualities,
                self.model.fpr,
            )
            for number in range(len(judged.lines.block.texts))
        ]

    def _result(self, judged: Judged, number: int) -> Result:
        """What becomes of one text."""
        text = judged.lines.block.texts[number]
        proposals = judged.proposals.get(number, [])
        kind = judged.kinds.get(number)
        wanted = self._wanted(text, proposals, kind)
        held_back = not self._allows(text, wanted)
        twins = set() if held_back else _twins(wanted, proposals)
        cuts = [] if held_back else [cut for cut in wanted if id(cut) not in twins]
        chosen = twins.union(map(id, cuts))
        flags = tuple(c for c in proposals if id(c) not in chosen and c.detector != ALLOWED)
        kept = apply(text, cuts)[0] if cuts else text
        result = Result(kept, tuple(cuts), flags, held_back=held_back)
        if number in judged.lines.foreign:
            return result._replace(page_kind=FOREIGN)
        return result if kind is None else result._replace(page_kind=kind[0], page_score=kind[1])

    def _wanted(self, text: str, proposals: Sequence[Cut], kind: PageKind | None) -> list[Cut]:
        """The cuts that the policy wants; of a page that is spam as a whole, no shreds.

        All spam of such a page goes if nothing is left then. Else only what the user named goes.
        """
        cuts = self.policy.chosen(proposals, self._detectors.thresholds)
        if kind is not None and fold(apply(text, cuts)[0]).strip():
            cuts = [cut for cut in cuts if cut.kind != "spam" or cut.detector == DENIED]
        spam = {(cut.start, cut.end) for cut in cuts if cut.kind == "spam"}
        # A line that is spam and boilerplate is spam.
        return [cut for cut in cuts if cut.kind == "spam" or (cut.start, cut.end) not in spam]

    def _allows(self, text: str, cuts: Sequence[Cut]) -> bool:
        """Whether the cuts take no more than `max_removed`."""
        removed = sum(end - start for start, end in merged(cuts))
        return removed <= self.policy.max_removed * len(text)


def _twins(cuts: Sequence[Cut], proposals: Sequence[Cut]) -> set[int]:
    """Identities of the proposed spans that are a whole line which is cut as such: one cut."""
    lines = {(cut.start, cut.end) for cut in cuts if cut.kind == "spam" and cut.detector != SPANS}
    return {id(cut) for cut in proposals if cut.detector == SPANS and (cut.start, cut.end) in lines}


def _loaded(path: str, policy: Policy, site_memory: SiteMemory | None, site: str) -> JunkFilter:
    return JunkFilter.load(path, policy=policy, site_memory=site_memory, site=site)
