"""What is told about each character: the same in any batch, of folded characters, of its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from span_weights import BRAND, HONEST, SPEC, frequencies, span_model

from junkfilter import character_features
from junkfilter.character_features import columns
from junkfilter.characters import (
    BLANK,
    CLOSING,
    COMMA,
    DIGIT,
    FOREIGN,
    HANZI,
    JOINER,
    LATIN,
    MARK,
    OPENING,
    PAUSES,
    RARE,
    STOP,
    SYMBOL,
    Characters,
    frequency_index,
    levels,
    mixed,
    pair_hash,
    pause_table,
)
from junkfilter.features import Block
from junkfilter.span_model import word_levels

ALPHABET = "彩票票网新國国,。 _-a9(\n"
pages = st.text(ALPHABET, max_size=40)


def of(*texts: str) -> Characters:
    """The characters of some pages."""
    return Characters(Block(texts, SPEC))


def told(characters: Characters) -> npt.NDArray[np.uint32]:
    """Everything that a model is told of each character, shape (n, columns)."""
    words = word_levels(characters, span_model())
    return np.stack(list(columns(characters, frequencies(), words)), axis=1)


def same(left: npt.NDArray[np.uint32], right: npt.NDArray[np.uint32]) -> bool:
    """Whether two tables are equal, sizes too."""
    return left.shape == right.shape and bool((left == right).all())


# --- batches --------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(batch=st.lists(pages, min_size=2, max_size=4))
def test_columns_do_not_depend_on_the_batch(batch: list[str]) -> None:
    """Law 3: all that is told of a page's characters is the same alone and among other pages."""
    together = told(of(*batch))
    position = 0
    for page in batch:
        alone = told(of(page))[:-1]  # the mark after the last line is the next page's first
        assert same(alone, together[position : position + len(alone)])
        position += len(alone)
    assert position == len(together) - 1


@settings(deadline=None, max_examples=60)
@given(batch=st.lists(pages, min_size=1, max_size=3), data=st.data())
def test_some_lines_are_told_what_all_are(batch: list[str], data: st.DataObject) -> None:
    """Looking at some lines only, each of their characters is told the same as among all."""
    whole = of(*batch)
    lines = data.draw(st.sets(st.integers(0, whole.block.n_lines - 1), min_size=1))
    part = whole.of_lines(np.array(sorted(lines)))
    of_whole, of_part = told(whole), told(part)
    for number, line in enumerate(part.lines.tolist()):
        here = slice(whole.marks[line] + 1, whole.marks[line + 1])
        there = slice(part.marks[number] + 1, part.marks[number + 1])
        assert same(of_whole[here], of_part[there])


@settings(deadline=None, max_examples=40)
@given(page=pages, data=st.data())
def test_invisible_characters_change_nothing(page: str, data: st.DataObject) -> None:
    """Law 6: zero-width characters between the others move no column."""
    place = data.draw(st.integers(0, len(page)))
    hidden = page[:place] + "\u200b\u2060" + page[place:]
    assert same(told(of(page)), told(of(hidden)))


@pytest.mark.parametrize(
    ("plain", "dressed"),
    [
        pytest.param("市图书馆\n开放\n", "市图书馆\r\n开放\r\n", id="CRLF"),
        pytest.param("市图书馆\n开放", "市图书馆\r开放", id="lone CR"),
        pytest.param("市图书馆\n", "\ufeff市图书馆\n", id="byte-order mark"),
        pytest.param("区政府\n", "区(qū)政府\n", id="reading behind a character"),
        pytest.param("tyc9728,下注\n", "TYC1355,下注\n", id="width, case, digits"),
    ],
)
def test_what_looks_alike_is_told_alike(plain: str, dressed: str) -> None:
    """Line ends, marks, readings, width, case and digits are folded before anything is told."""
    assert same(told(of(plain)), told(of(dressed)))


def test_hidden_ranges_are_not_there() -> None:
    """Noise that was proved before is as if it were cut; places stay those of the page."""
    page = "市图[乱码]书馆开放"  # "city library opens" with "[garble]" set into it
    hidden = Characters(Block([page], SPEC, hidden={0: [(2, 6)]}))
    assert same(told(of("市图书馆开放")), told(hidden))
    assert hidden.places.tolist() == [0, 1, 2, 7, 8, 9, 10, 11]


def test_every_number_stays_below_its_base(monkeypatch: pytest.MonkeyPatch) -> None:
    """No two things that are told share a hash: each value is below its base, all fit 32 bits."""

    def checked(values: Sequence[npt.NDArray[np.integer]], base: int) -> npt.NDArray[np.uint32]:
        rest = values[1:] if int(values[0].max()) >= base else values
        assert all(int(value.min()) >= 0 for value in values)
        assert all(int(value.max()) < base for value in rest)
        assert (int(values[0].max()) + 1) * base ** (len(values) - 1) <= 1 << 32
        return mixed(values, base)

    monkeypatch.setattr(character_features, "mixed", checked)
    strange = "".join(map(chr, (*range(0x20, 0x500), 0xE000, 0x1F600, 0x3042)))
    told(of((BRAND + "。") * 99 + "\n" + "網國" * 9 + strange + "\n" + "長" * 5000, "国" * 9, ""))


# --- kinds and neighbours -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "characters"),
    [
        (HANZI, "新聞〇㐀"),
        (DIGIT, "079"),
        (LATIN, "azAZaé"),
        (BLANK, " \t\u3000\u00a0"),
        (COMMA, ",,、;;:"),
        (STOP, "。.!?…"),
        (OPENING, "([《「【"),
        (CLOSING, ")]》」】”"),
        (JOINER, "-_|·—~/=&@"),
        (RARE, "★😀\ue000"),
        (FOREIGN, "のはか한"),
        (SYMBOL, "℃±"),
    ],
)
def test_kinds(kind: int, characters: str) -> None:
    """Every character is of the kind that its place in a sentence asks for, in either width."""
    found = of(characters).kinds
    assert found[0] == found[-1] == MARK
    assert found[1:-1].tolist() == [kind] * len(characters)


def test_marks_and_distances() -> None:
    """Marks stand before each line and after the last; distances are counted from them."""
    characters = of("彩票\n网", "新")
    assert np.flatnonzero(characters.kinds == MARK).tolist() == [0, 3, 5, 7]
    assert characters.line_of.tolist() == [0, 0, 0, 1, 1, 2, 2, 3]
    assert characters.pages.tolist() == [0, 0, 0, 0, 0, 1, 1, 1]
    assert characters.from_start.tolist() == [0, 1, 2, 0, 1, 0, 1, 0]
    assert characters.to_end.tolist()[:-1] == [3, 2, 1, 2, 1, 2, 1]


@given(page=pages, offset=st.integers(-8, 8))
def test_neighbours_are_of_the_same_line(page: str, offset: int) -> None:
    """Beyond a line's marks is nothing; the mark before a line is its own, the one after is not.

    A mark has no neighbours.
    """
    characters = of(page)
    values = np.arange(1, len(characters) + 1, dtype=np.int32)
    found = characters.shifted(values, offset).tolist()
    last = len(characters) - 1
    for here, line in enumerate(characters.line_of.tolist()):
        there = here + offset
        inside = 0 <= there <= last and int(characters.line_of[there]) == line
        inside &= not offset or int(characters.kinds[here]) != MARK
        assert found[here] == (there + 1 if inside else 0)


@given(page=pages)
def test_n_grams_never_cross_a_line_end(page: str) -> None:
    """What stands on the next line changes no n-gram but those that it begins."""
    for order in (1, 2, 3, 4):
        alone = [of(line).grams(order)[:-1].tolist() for line in page.split("\n")]
        assert of(page).grams(order)[:-1].tolist() == [gram for line in alone for gram in line]


@given(left=st.sampled_from(ALPHABET), right=st.sampled_from(ALPHABET))
def test_a_pair_that_would_be_has_the_hash_of_one_that_is(left: str, right: str) -> None:
    """Whether the text closes over a span is looked up like a pair of the text."""
    numbers = of("彩" + left.strip("\n") + "票" + right.strip("\n")).numbers
    together = of((left + right).replace("\n", "")).grams(2)
    one, two = (of(side.strip("\n") or "彩").numbers[1:2] for side in (left, right))
    if "\n" not in left + right:
        assert pair_hash(one, two)[0] == together[1]
    assert pair_hash(np.zeros(len(numbers), dtype=np.uint32), numbers).sum() == 0


# --- the page -------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(page=pages, order=st.integers(2, 4))
def test_recurrence_is_counted_in_the_page(page: str, order: int) -> None:
    """Levels are those of plain counting, and other pages of the batch do not count."""
    characters = of(page, page)
    level, habit = characters.recurrence(order)
    grams = characters.grams(order).tolist()
    own = range(len(of(page)) - 1)
    kinds = characters.kinds.tolist()
    lines = characters.line_of.tolist()
    counts = Counter(grams[i] for i in own)
    before = Counter(
        grams[i]
        for i in own
        if i + order >= len(kinds) or lines[i + order] != lines[i] or kinds[i + order] in PAUSES
    )
    for i in own:
        if kinds[i] == MARK:
            continue
        n, paused = counts[grams[i]], before[grams[i]]
        always = (1 + (n >= 3)) * (n == paused and n >= 2)
        real = grams[i] != 0
        assert level[i] == real * sum(n > bound for bound in (1, 2, 4, 8))
        assert habit[i] == real * min(min(paused, 2) + always, 4)


def test_places_of_lines() -> None:
    """A page's first written line is 1, its last 2, one alone 4; empty lines are no places."""
    places = of("\n彩票\n网\n\n新\n", "站", "\n").line_places()
    assert places.tolist() == [3, 1, 3, 3, 2, 3, 4, 3, 3, 3]


def test_segments_of_a_title() -> None:
    """`honest title_brand` has two segments: the first, and one like any other of those words."""
    title = of(f"{HONEST[0]}_{BRAND}")
    hashes, places, sizes, counts = title.segments()
    tail = slice(len(HONEST[0]) + 2, -1)
    assert places[1 : len(HONEST[0])].tolist() == [2] * (len(HONEST[0]) - 1)
    assert set(places[tail].tolist()) == {3}
    assert set(sizes[tail].tolist()) == {len(BRAND) + 1}
    assert set(counts[1:-1].tolist()) == {3}
    hashes_alone, places_alone, _, _ = of(f"{HONEST[1]}_{BRAND}_天气").segments()
    place = len(HONEST[1]) + 2
    assert hashes_alone[place] == hashes[tail][0]
    assert places_alone[place] == 1
    assert of(BRAND).segments()[1][1] == 4


def test_scripts_are_those_of_the_page() -> None:
    """A Simplified character on a Traditional page is told apart from one at home."""
    traditional = "圖書館開門時間為週一至週五"  # "the library is open Monday to Friday"
    scripts = of(traditional + "\n国", "图书馆开门时间为周一至周五\n国").scripts().tolist()
    first = len(traditional) + 2
    assert scripts[first] == 2 * 3 + 1
    assert scripts[-2] == 1 * 3 + 1
    assert scripts[1] == 2 * 3 + 2


# --- tables ---------------------------------------------------------------------------------


@given(seed=st.integers(0, 99), bits=st.integers(3, 12), page=pages)
def test_levels_are_read_as_they_were_packed(seed: int, bits: int, page: str) -> None:
    """Two levels share a byte, and each n-gram finds its own."""
    table = np.random.default_rng(seed).integers(0, 8, 1 << bits).astype(np.uint8)
    packed = table[::2] | table[1::2] << np.uint8(4)
    grams = of(page).grams(2)
    index = frequency_index(grams, len(table))
    assert levels(grams, packed).tolist() == table[index].tolist()


@given(st.lists(st.tuples(*[st.integers(0, 13)] * 5), min_size=2, max_size=20, unique=True))
def test_mixing_keeps_different_values_apart(rows: list[tuple[int, ...]]) -> None:
    """As long as the numbers fit 32 bits, no two rows have one hash."""
    values = [np.array(column) for column in zip(*rows, strict=True)]
    assert len(set(mixed(values, 14).tolist())) == len(rows)


def test_pauses_are_ends_of_clauses() -> None:
    """Commas, full stops in either width and line feeds end a clause, joiners and words do not."""
    table = pause_table()
    assert all(table[ord(character)] for character in ",,、。.!;:\n")
    assert not any(table[ord(character)] for character in "彩a9_- 《\u200b")
