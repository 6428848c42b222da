"""What all formats share: a row on its way in or out, and the names of labels.

Offsets of spans are characters here. Programs in JavaScript may count UTF-16 units instead, in
which an emoji is two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from junkfilter.errors import DataError
from junkfilter.labels.items import LABELS, Item, Judgment, Label, Range
from junkfilter.policy import FAMILIES

# What nothing can be made of: counted, and left out.
UNCLEAR = Judgment("mixed")


class Row(NamedTuple):
    """A line as it comes from another program.

    Attributes:
        text: the line.
        judgment: what was said of it, None if nothing was. It may be one that cannot be.
        annotator: who said it, empty if that is not known.
        at: Unix time in seconds, None if that is not known.
        host: site, empty if unknown.
        source: where it came from, empty if unknown.
    """

    text: str
    judgment: Judgment | None = None
    annotator: str = ""
    at: float | None = None
    host: str = ""
    source: str = ""


class Outgoing(NamedTuple):
    """A line on its way to another program.

    Attributes:
        item: the line.
        label: the label that counts, None for none.
    """

    item: Item
    label: Label | None


def label_name(judgment: Judgment) -> str:
    """A judgment's label as other programs see it.

    >>> label_name(Judgment("spam", "gambling")), label_name(Judgment("text"))
    ('spam.gambling', 'text')
    """
    return f"{judgment.label}.{judgment.family}" if judgment.family else judgment.label


def line_and_span_names(judgment: Judgment) -> tuple[str, str]:
    """The label of the line, and that of its spans, for programs that have both.

    >>> line_and_span_names(Judgment("mixed", "seo", ((0, 2),)))
    ('mixed', 'spam.seo')
    """
    if judgment.label != "mixed":
        return label_name(judgment), ""
    return "mixed", label_name(Judgment("spam", judgment.family))


def judgment_of(names: Sequence[str], spans: Sequence[tuple[Range, str]] = ()) -> Judgment | None:
    """What some labels of a line, and of spans inside of it, say together.

    Args:
        names: labels of the line: one, or none where only spans were marked.
        spans: ranges of the line that were marked, each with its label.

    Returns:
        None if there is neither; a judgment that cannot be, if they contradict each other.

    Raises:
        DataError: a label that is none of ours.

    >>> judgment_of([], [((0, 2), "spam.gambling")])
    Judgment(label='mixed', family='gambling', spans=((0, 2),))
    """
    labels = {_parts(name) for name in names}
    families = {_parts(name)[1] for _, name in spans} - {""}
    if not labels and not spans:
        return None
    label, family = labels.pop() if labels else ("mixed", "")
    if labels or len({family, *families} - {""}) > 1:
        return UNCLEAR
    return Judgment(label, family or "".join(families), tuple(span for span, _ in spans))


def to_units(text: str, offset: int) -> int:
    """The offset of a character, counted in UTF-16 units.

    >>> to_units("彩🎰票", 2)  # "lottery", with an emoji inside
    3
    """
    return offset + sum(character > "\uffff" for character in text[:offset])


def from_units(text: str, units: int) -> int:
    """The character that begins at an offset in UTF-16 units; the next one inside of a character.

    >>> from_units("彩🎰票", 3)
    2
    """
    place = 0
    for offset, character in enumerate(text):
        if place >= units:
            return offset
        place += 1 + (character > "\uffff")
    return len(text) + max(0, units - place)


def words(value: object) -> str:
    """A text of a record; empty for anything else."""
    return value if isinstance(value, str) else ""


def _parts(name: str) -> tuple[str, str]:
    """Label and family in a name; `gambling` alone is a family of spam.

    Raises:
        DataError: the name is none of ours.
    """
    label, _, family = name.strip().lower().partition(".")
    if label in FAMILIES and not family:
        label, family = "spam", label
    if label not in LABELS or (family and family not in FAMILIES):
        known = f"{', '.join(LABELS)}, spam.<family>; families: {', '.join(FAMILIES)}"
        raise DataError(f"bad label {name[:40]!r}", advice=f"known: {known}")
    return label, family
