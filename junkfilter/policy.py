"""The only place with thresholds: which proposed cuts are carried out.

Detectors propose, the policy chooses. A policy is a frozen value: it can be shared between threads,
compared, and written into a rejects file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from junkfilter.errors import PolicyError
from junkfilter.page import Cut

# Names of the detectors that the user's own literals make.
ALLOWED = "allow"
DENIED = "deny"
# Noise that rules prove: what `--repair` removes.
REPAIR = ("pinyin", "jam", "tag", "emoji", "invisible")
KINDS = ("spam", "boilerplate", "garbled", *REPAIR)
# Damage of encodings is proposed like noise and never removed: cutting it would lose the words that
# it stands for.
DAMAGE = "damage"
FAMILIES = (
    "adult",
    "gambling",
    "seo",
    "game",
    "certificate",
    "medical",
    "finance",
    "contact",
    "link-farm",
    "other",
)
# The promise of each point: at most this share of clean lines is cut (upper 95 % bound).
OPERATING_POINTS: Mapping[str, float] = {"precision": 1e-4, "balanced": 1e-3, "recall": 1e-2}


@dataclass(frozen=True, slots=True)
class Policy:
    """What the user wants removed, and how sure the filter has to be.

    Attributes:
        operating_point: `precision` (default), `balanced` or `recall`.
        threshold: log-odds that replace the operating point's thresholds for spam, of lines and
            of spans alike; None for none.
        remove: kinds to remove; `spam` alone by default. Add `REPAIR` to have the noise removed
            that rules prove; it has no threshold.
        keep: families of spam that are flagged but never removed.
        allow: literals; a line that contains one, both folded, is never removed.
        deny: literals; a line that contains one, both folded, is removed, unless it is allowed.
        spans: look for spans inside lines too. Finds half to four fifths of them, takes some
            honest characters along, and makes cleaning several times as slow: docs/evaluation.md.
        max_removed: largest share of a page's characters that may be removed, in [0, 1]; a page
            that would lose more is passed through untouched and reported.

    Raises:
        PolicyError: an unknown kind, family or operating point, or a share outside [0, 1].

    >>> Policy(operating_point="balanced").remove
    frozenset({'spam'})
    >>> sorted(Policy(remove=frozenset({"spam", *REPAIR})).remove)
    ['emoji', 'invisible', 'jam', 'pinyin', 'spam', 'tag']
    """

    operating_point: str = "precision"
    threshold: float | None = None
    remove: frozenset[str] = field(default_factory=lambda: frozenset({"spam"}))
    keep: frozenset[str] = frozenset()
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    max_removed: float = 1.0
    spans: bool = False

    def __post_init__(self) -> None:
        _known("operating point", {self.operating_point}, OPERATING_POINTS)
        _known("kind", self.remove, KINDS)
        _known("family", self.keep, FAMILIES)
        if not 0.0 <= self.max_removed <= 1.0:
            raise PolicyError(f"max_removed is {self.max_removed}, but must be between 0 and 1")
        if self.threshold is not None and self.threshold != self.threshold:
            raise PolicyError("threshold is not a number")

    def chosen(
        self, proposals: Iterable[Cut], thresholds: Mapping[str, Mapping[str, float]]
    ) -> list[Cut]:
        """The proposed cuts that are to be carried out, in their order.

        Args:
            proposals: what the detectors found.
            thresholds: for each detector of spam, its threshold at each operating point.
        """
        return [cut for cut in proposals if self._wants(cut, thresholds)]

    def _wants(self, cut: Cut, thresholds: Mapping[str, Mapping[str, float]]) -> bool:
        if cut.detector == DENIED:
            return True
        if cut.kind not in self.remove or cut.detector == ALLOWED:
            return False
        if cut.kind != "spam":
            return True
        bar = self.threshold
        if bar is None:
            bar = thresholds[cut.detector][self.operating_point]
        return cut.score >= bar and cut.family not in self.keep


def _known(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    names = list(known)
    for name in sorted(given):
        if name not in names:
            raise PolicyError(f"unknown {what} {name!r}: choose from {', '.join(names)}")
