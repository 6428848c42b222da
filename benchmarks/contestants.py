"""What junkfilter is timed beside: ways to judge lines that people use today, and two yardsticks.

Each contestant is as its own documentation would have it, small, and given every advantage that
does not change what it computes; README.md lists them. They learn from the project's own lines,
never from what is timed: only their speed counts here.

A contestant whose package is missing is left out and named in the report.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

from texts import Corpus, Row, keywords, own_rows, pages

if TYPE_CHECKING:
    from junkfilter.filter import JunkFilter

JUNKFILTER = "junkfilter `strip_many`"
REPAIRING = "junkfilter `strip_many`, spans and noise as well"
LINES_ALONE = "junkfilter `strip_many`, whole lines only"
FASTTEXT = "fastText, a call per line"
PACKAGES = ("junkfilter", "numpy", "scikit-learn", "fasttext-wheel", "vowpalwabbit")
_N_KEYWORDS = 2500
_BITS = 18
_BATCH = 1024
_LARGE_TEXT = 64 << 10


class LeftOutError(Exception):
    """A contestant cannot take part; the text says why."""


class Contestant(NamedTuple):
    """A way to judge a corpus.

    Attributes:
        name: of the row in the table.
        on: binds it to a corpus, outside the clock; what it gives is one pass over the corpus.
    """

    name: str
    on: Callable[[Corpus], Callable[[], object]]


def all_contestants(folder: Path) -> tuple[list[Contestant], list[str]]:
    """Those that can take part, and for each of the others a sentence why not.

    Args:
        folder: for models and keyword lists.
    """
    rows = own_rows()
    others: list[tuple[str, Callable[[], list[Contestant]]]] = [
        ("fastText", lambda: [_fasttext(rows, folder)]),
        ("scikit-learn", lambda: [_scikit_learn(rows)]),
        ("Vowpal Wabbit", lambda: _vowpal_wabbit(rows, folder)),
        ("grep", lambda: [_grep(folder)]),
        ("yardsticks", lambda: [Contestant("empty line loop", _line_loop), _DECODE]),
    ]
    present = _junkfilter()
    missing: list[str] = []
    for name, make in others:
        try:
            present += make()
        except (ImportError, LeftOutError) as reason:
            missing.append(f"{name} was left out: {reason}")
    return present, missing


def fasttext_model(folder: Path) -> Path:
    """Where the fastText model is, or will be, saved."""
    return folder / "fasttext.bin"


def _junkfilter() -> list[Contestant]:
    from junkfilter.filter import JunkFilter
    from junkfilter.policy import REPAIR, Policy

    strip = _consumer(JunkFilter.load())
    repair = _consumer(
        JunkFilter.load(policy=Policy(remove=frozenset({"spam", *REPAIR}), spans=True))
    )
    return [
        Contestant(JUNKFILTER, lambda corpus: strip(corpus.texts)),
        # How much of the time goes into texts and results, and how much into lines.
        Contestant(
            "junkfilter `strip_many`, 64 KiB texts",
            lambda corpus: strip(pages(corpus.lines, _LARGE_TEXT)),
        ),
        Contestant(REPAIRING, lambda corpus: repair(corpus.texts)),
        Contestant(LINES_ALONE, _lines_alone()),
    ]


def _consumer(page_filter: JunkFilter) -> Callable[[Sequence[str]], Callable[[], object]]:
    """Binds the filter to texts; a pass takes every result and keeps none."""

    def consume(texts: Sequence[str]) -> Callable[[], object]:
        results = page_filter.strip_many
        return lambda: deque((result.text for result in results(texts)), maxlen=0)

    return consume


def _lines_alone() -> Callable[[Corpus], Callable[[], object]]:
    """What the detectors of spans and noise cost: the filter as it is without them."""
    from junkfilter.detectors import lines
    from junkfilter.filter import JunkFilter
    from junkfilter.model import Model, default_model_folder
    from junkfilter.policy import Policy

    folder = default_model_folder()
    model = Model.load(folder)
    model.spans = None
    consume = _consumer(JunkFilter(model, Policy(), folder))

    def bind(corpus: Corpus) -> Callable[[], object]:
        one_pass = consume(corpus.texts)

        def run() -> None:
            # Nobody would want that but who asks for its cost, so the library has no switch for it.
            with patch.object(lines, "proven_noise", lambda _texts, _codes: {}):
                one_pass()

        return run

    return bind


def _fasttext(rows: Iterable[Row], folder: Path) -> Contestant:
    import fasttext

    sample = folder / "fasttext.txt"
    labelled = (f"__label__{'spam' if row.spam else 'text'} {row.text}\n" for row in rows)
    sample.write_text("".join(labelled), encoding="utf-8")
    model = fasttext.train_supervised(
        str(sample), minn=1, maxn=4, wordNgrams=1, dim=16, thread=1, verbose=0
    )
    model.save_model(str(fasttext_model(folder)))
    # `model.predict` of fastText 0.9.2 fails with NumPy 2 (`np.array(..., copy=False)`). What it
    # wraps gives the same labels without making arrays, so this is fastText at its fastest.
    predict = model.f.predict

    def bind(corpus: Corpus) -> Callable[[], object]:
        # The wrapper adds the line end, which fastText needs as the end of a text.
        ended = [line + "\n" for line in corpus.lines]

        def run() -> None:
            for line in ended:
                predict(line, 1, 0.0, "strict")

        return run

    return Contestant(FASTTEXT, bind)


def _scikit_learn(rows: Sequence[Row]) -> Contestant:
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import SGDClassifier

    vectorizer = HashingVectorizer(
        analyzer="char", ngram_range=(1, 4), n_features=1 << _BITS, alternate_sign=False, norm=None
    )
    model = SGDClassifier(loss="log_loss", max_iter=20, tol=None, random_state=0)
    model.fit(vectorizer.transform([row.text for row in rows]), [row.spam for row in rows])

    def bind(corpus: Corpus) -> Callable[[], object]:
        batches = [
            corpus.lines[start : start + _BATCH] for start in range(0, len(corpus.lines), _BATCH)
        ]

        def run() -> None:
            for batch in batches:
                model.decision_function(vectorizer.transform(batch))

        return run

    return Contestant("scikit-learn HashingVectorizer + linear model, batches", bind)


def _vowpal_wabbit(rows: Iterable[Row], folder: Path) -> list[Contestant]:
    import vowpalwabbit

    saved = folder / "model.vw"
    options = f"--quiet --bit_precision {_BITS} --ngram c4 --loss_function logistic"
    model = vowpalwabbit.Workspace(options)
    for row in rows:
        model.learn(f"{1 if row.spam else -1} {_vw_features(row.text)}")
    model.save(str(saved))

    def call_per_line(corpus: Corpus) -> Callable[[], object]:
        def run() -> None:
            for line in corpus.lines:
                model.predict(_vw_features(line))

        return run

    def own_driver(corpus: Corpus) -> Callable[[], object]:
        prepared = corpus.path.with_suffix(".vw")
        prepared.write_text("".join(f"{_vw_features(s)}\n" for s in corpus.lines), "utf-8")
        return lambda: _vw_drive(vowpalwabbit, saved, prepared)

    return [
        Contestant("Vowpal Wabbit, a call per line", call_per_line),
        Contestant("Vowpal Wabbit's driver, file prepared beforehand", own_driver),
    ]


def _vw_features(line: str) -> str:
    """The line's characters as features of namespace c; `--ngram c4` makes the n-grams."""
    return "|c " + " ".join(line.replace("|", "¦").replace(":", "："))


def _vw_drive(vowpalwabbit: Any, model: Path, prepared: Path) -> None:
    """What the program `vw` does with these arguments, without its start-up time."""
    arguments = ["--quiet", "--testonly", "--initial_regressor", str(model), "--data"]
    driver = vowpalwabbit.Workspace(arg_list=[*arguments, str(prepared), "-p", os.devnull])
    driver.finish()


def _grep(folder: Path) -> Contestant:
    program = shutil.which("grep")
    words = keywords(_N_KEYWORDS)
    if not program:
        raise LeftOutError("there is no such command")
    patterns = folder / "keywords.txt"
    patterns.write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}

    def bind(corpus: Corpus) -> Callable[[], object]:
        command = [program, "-c", "-F", "-f", str(patterns), str(corpus.path)]
        return lambda: _run_grep(command, environment)

    return Contestant(f"`grep -F -f` on {len(words)} keywords", bind)


def _run_grep(command: Sequence[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    if done.returncode > 1:  # 1: no line has a keyword
        raise RuntimeError(f"grep failed with status {done.returncode}")


def _line_loop(corpus: Corpus) -> Callable[[], object]:
    def run() -> None:
        with corpus.path.open(encoding="utf-8", newline="\n") as file:
            for _line in file:
                pass

    return run


def _decode(corpus: Corpus) -> Callable[[], object]:
    return corpus.path.read_bytes().decode


_DECODE = Contestant("`bytes.decode`", _decode)
