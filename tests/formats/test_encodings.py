"""Encodings: text is decoded to be judged, bytes are kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_examples import PatternFilter, run

from junkfilter.errors import InputFormatError
from junkfilter.formats import encodings
from junkfilter.formats.encodings import Decoded, Encodings, encoded_places
from junkfilter.formats.text import TextFormat
from junkfilter.page import Page

NEWS = "本报讯 从下周一起,市图书馆的开放时间延长到晚上九点,读者可以在二楼自习室坐到闭馆。\n"
TRADITIONAL = "本報訊 從下週一起,市圖書館的開放時間延長到晚上九點,讀者可以在二樓自習室坐到閉館。\n"
# Two characters from one code, and codes that have a twin, of Big5-HKSCS.
WORDS = ["字", "廣告", "Ê̄", "Ê̌", "ê̄", "兀", "嗀", "a", "!", "\n", "𠀀"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for inputs, each of which replaces the one before."""
    return tmp_path_factory.mktemp("encodings")


@pytest.mark.parametrize(
    ("given", "known"),
    [("GBK", "gb18030"), ("gb2312", "gb18030"), ("Big5-HKSCS", "big5hkscs"), ("utf-8", "utf-8")],
)
def test_names_as_people_write_them(given: str, known: str) -> None:
    """A name stands for the codec that reads most of what goes by it."""
    assert Encodings.named(given).name == known


def test_unknown_encodings_are_refused() -> None:
    """An encoding that is not read here is an error that lists the others."""
    with pytest.raises(InputFormatError, match="known are utf-8, gb18030"):
        Encodings.named("utf-7")


@pytest.mark.parametrize(
    ("text", "codec"),
    [(NEWS, "gb18030"), (TRADITIONAL, "big5hkscs"), (NEWS, "utf-8"), (NEWS[:9], "gb18030")],
)
@pytest.mark.parametrize("declared", ["", "gbk", "big5", "utf-8", "x-unknown"])
def test_auto_asks_the_bytes_after_the_record(text: str, codec: str, declared: str) -> None:
    """UTF-8 is always seen; then what is declared counts, if it can be read so, then the bytes."""
    decoded = Encodings().decode(text.encode(codec), declared)
    named = encodings.canonical(declared)
    if codec == "utf-8" or len(text) > 9:
        expected = {text} if named in (None, codec, "utf-8") else {text, decoded.text}
        assert decoded.text in expected
    elif named == codec:
        assert decoded.text == text
    elif named in (None, "utf-8"):  # too short to be told apart
        assert decoded.encoding == "utf-8"


@pytest.mark.parametrize("name", ["auto", "gb18030", "big5hkscs"])
@pytest.mark.parametrize("start", range(3))
@pytest.mark.parametrize("end", range(1, 3))
def test_a_page_that_breaks_off_stays_utf_8(name: str, start: int, end: int) -> None:
    """A few wrong bytes in UTF-8 do not make it text of another encoding."""
    raw = (NEWS * 3).strip().encode()[start:-end]
    assert Encodings(name).decode(raw, "gbk").encoding == "utf-8"


def test_without_the_library_bytes_stay_what_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is guessed where charset-normalizer is not installed."""
    monkeypatch.setattr(encodings, "can_detect", lambda: False)
    assert Encodings().decode(NEWS.encode("gbk")).encoding == "utf-8"


@pytest.mark.parametrize("raw", [b"\xff\xfe" * 99, bytes(range(256)) * 4, b"\xe5" * 300])
def test_what_is_no_text_is_not_guessed(raw: bytes) -> None:
    """Bytes that no encoding fits are decoded one by one."""
    assert Encodings().decode(raw) == Decoded(raw.decode("utf-8", "surrogateescape"), "utf-8")


@settings(deadline=None, max_examples=150)
@given(
    data=st.lists(st.sampled_from(WORDS), max_size=20).map("".join),
    noise=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 255)), max_size=3),
    encoding=st.sampled_from(["gb18030", "big5hkscs"]),
)
def test_places_are_those_of_the_characters(
    data: str, noise: list[tuple[int, int]], encoding: str
) -> None:
    """The bytes of each place, decoded by themselves, are the character that stands there."""
    raw = bytearray(data.encode(encoding, "ignore"))
    for place, byte in noise:
        raw[place:place] = bytes([byte])
    decoded = Decoded(bytes(raw).decode(encoding, "surrogateescape"), encoding)
    places = encoded_places(bytes(raw), decoded)
    if places is None:
        return
    assert places.span(0, len(decoded.text)) == (0, len(raw))
    for number in range(len(decoded.text)):
        start, _ = places.span(number, number)
        before = bytes(raw)[:start].decode(encoding, "surrogateescape")
        assert decoded.text.startswith(before)


@settings(deadline=None, max_examples=150)
@given(
    data=st.lists(
        st.sampled_from([word.encode("big5hkscs", "ignore") for word in WORDS])
        | st.sampled_from([b"\x88", b"\xff", b"\x80", b"\x88\x62", b"\xa1"]),
        max_size=20,
    ).map(b"".join),
    encoding=st.sampled_from(["gb18030", "big5hkscs"]),
)
def test_any_bytes_are_restored_and_read_as_kept(folder: Path, data: bytes, encoding: str) -> None:
    """What is kept is read as the text without the cuts, or nothing is cut; all comes back."""
    data += b"!"
    done = run(folder, data, TextFormat(encodings=Encodings.named(encoding)))
    assert done.restored() == data
    text, used = Encodings.named(encoding).decode(data)
    if used != "utf-8":
        kept = done.kept.decode(encoding, "surrogateescape")
        (result,) = PatternFilter().strip_pages([Page(text)])
        assert kept in (result.text, text)


def test_a_page_is_cut_in_its_own_bytes(folder: Path) -> None:
    """Plain text in GBK loses the bytes of its spam, and the rejects say what these were."""
    data = (NEWS + "看这里!\n" + NEWS).encode("gbk")
    done = run(folder, data, TextFormat(encodings=Encodings()))
    assert done.kept == (NEWS * 2).encode("gbk")
    (cut,) = done.cuts
    assert (cut["text"], cut["encoding"]) == ("看这里!\n", "gb18030")
    assert (cut["char_start"], cut["byte_start"]) == (len(NEWS), len(NEWS.encode("gbk")))
