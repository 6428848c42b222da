"""Evidence in words: a line's score taken apart into what was added up.

The n-grams' shares of stage 1 are given to the words that they lie in, found by jieba, which has a
tokenizer and a cache of its own here. What is reported adds up to the score exactly as judged.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from junkfilter.chars import fold, without_notes
from junkfilter.detectors.lines import Judgement
from junkfilter.features import Block
from junkfilter.model import Model

if TYPE_CHECKING:
    import jieba


class Evidence(NamedTuple):
    """Something that spoke for or against a line.

    Attributes:
        feature: a word of the line, `start` or `end` of the line, or the name of page evidence.
        weight: its share of the score; positive speaks for spam.
    """

    feature: str
    weight: float


def evidence_for(
    model: Model, judgement: Judgement, number: int, text: str
) -> tuple[Evidence, ...]:
    """All evidence for a line of a judgement; the weights add up to its score.

    Args:
        model: the model that judged.
        judgement: the batch that the line belongs to.
        number: the line in the block.
        text: the line's text without terminator.
    """
    words = _word_weights(model, text)
    found = judgement.evidence.get(number)
    if found is None:
        rest = float(judgement.scores[number]) - math.fsum(w.weight for w in words)
        return (*words, Evidence("(constant)", rest))
    weights = model.evidence
    factor = weights.get("stage1", 0.0)
    spread = [Evidence(word.feature, word.weight * factor) for word in words]
    others = [
        Evidence(f"({name})", weights.get(name, 0.0) * value)
        for name, value in found.items()
        if name != "stage1" and weights.get(name, 0.0) * value
    ]
    total = math.fsum(item.weight for item in (*spread, *others))
    rest = float(judgement.scores[number]) - total
    return (*spread, *others, Evidence("(constant)", rest))


def _word_weights(model: Model, text: str) -> list[Evidence]:
    """Each n-gram's share given to its characters in equal parts, summed over words."""
    folded = without_notes(fold(text))
    shares = [0.0] * (len(folded) + 2)  # with the marks of start and end
    for position, order, weight in model.contributions(Block([folded], model.spec)):
        for place in range(position + 1, position + 1 + order):
            shares[place] += weight / order
    rows = [Evidence("(start of line)", shares[0])]
    place = 1
    for word in _words(folded):
        rows.append(Evidence(word, math.fsum(shares[place : place + len(word)])))
        place += len(word)
    rows.append(Evidence("(end of line)", shares[len(folded) + 1]))
    return [row for row in rows if row.weight]


def _words(folded: str) -> Sequence[str]:
    words: list[str] = tokenizer().lcut(folded, HMM=False)
    return words


@cache
def tokenizer() -> jieba.Tokenizer:
    """A tokenizer of our own, with its cache in the user's cache folder; 0.6 s on first use.

    jieba's own keeps its cache in the shared temporary folder, where anybody may have put it: the
    file is read with `marshal`. Without a folder that can be written the dictionary is read anew.
    """
    from junkfilter.detectors.jieba_cache import prepare

    with warnings.catch_warnings():
        # jieba 0.42 imports pkg_resources and has unescaped regular expressions: its own matter.
        warnings.simplefilter("ignore")
        import jieba

    found = jieba.Tokenizer()
    prepare(found)
    return found
