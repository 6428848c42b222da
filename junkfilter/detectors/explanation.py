"""Evidence in words: a line's score taken apart into what was added up.

The n-grams' shares of stage 1 are given to the words that they lie in, found by jieba, which has a
tokenizer and a cache of its own here; n-grams over words stand for themselves. What is reported
adds up to the score, but for the rounding of floating-point sums.
"""

from __future__ import annotations

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
        feature: a word of the line with all n-grams inside it; an n-gram that reaches over words,
            `^` and `$` being the line's start and end; or, in parentheses, the name of other
            evidence.
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
        text: the line's text without terminator and proven noise.
    """
    words = _word_weights(model, text)
    found = judgement.evidence.get(number)
    weights = judgement.weights
    factor = weights.get("stage1", 0.0)
    others = [
        Evidence(f"({name})", weights.get(name, 0.0) * value)
        for name, value in (found or {}).items()
        if name != "stage1" and weights.get(name, 0.0) * value
    ]
    constant = weights["constant"] + factor * model.intercept
    spread = [Evidence(word.feature, word.weight * factor) for word in words]
    return (*spread, *others, Evidence("(constant)", constant))


def _word_weights(model: Model, text: str) -> list[Evidence]:
    """Words with the n-grams inside them, and n-grams over words; each feature once."""
    folded = without_notes(fold(text))
    marked = f"^{folded}$"
    word_at = [0]
    for number, word in enumerate(tokenizer().lcut(folded, HMM=False), 1):
        word_at += [number] * len(word)
    word_at.append(word_at[-1] + 1)
    words = _texts_of_words(marked, word_at)
    sums: dict[str, float] = {}
    for position, order, weight in model.contributions(Block([folded], model.spec)):
        first, last = position + 1, position + order
        inside = word_at[first] == word_at[last]
        feature = words[word_at[first]] if inside else marked[first : last + 1]
        sums[feature] = sums.get(feature, 0.0) + weight
    return [Evidence(feature, weight) for feature, weight in sums.items() if weight]


def _texts_of_words(marked: str, word_at: Sequence[int]) -> list[str]:
    texts = [""] * (word_at[-1] + 1)
    for character, word in zip(marked, word_at, strict=True):
        texts[word] += character
    return texts


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
