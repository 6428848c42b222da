"""What all containers share: lots of raw bytes, the pieces in them, the contract of a format.

Reading has two halves. The parent finds where records end and hands on lots: whole records, raw.
Whoever judges a lot, the same process or a worker, decodes and parses it into pieces. Nothing here
knows how a record looks or what spam is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from junkfilter.errors import InputFormatError
from junkfilter.formats.blocks import BinaryStream

if TYPE_CHECKING:
    from junkfilter.formats.removals import JudgedPiece
    from junkfilter.page import Cut

STANDARD_INPUT = "<stdin>"
# A record over this is passed through in parts and never held in memory. The largest pages that
# Common Crawl keeps have 1 MiB.
MAX_RECORD_BYTES = 16 << 20


class Problem(NamedTuple):
    """Why a stream or a record is passed on as it is.

    Attributes:
        what: what is wrong, in words.
        advice: what the user can do; empty if nothing comes to mind.
        line: physical line of the stream, 1-based; 0 where none is known.
        record: number of the record, 1-based; 0 for the stream as a whole.
    """

    what: str
    advice: str = ""
    line: int = 0
    record: int = 0

    def error(self, source: str) -> InputFormatError:
        """The same as an error of an input."""
        where = f"record {self.record}: " if self.record else ""
        return InputFormatError(where + self.what, path=source, line=self.line, advice=self.advice)


class Lot(NamedTuple):
    """Whole records as they came, decompressed; pickles small.

    The lots of a stream, one after the other, are the stream.

    Attributes:
        raw: the bytes, about 1 MiB; more if one record is larger.
        byte_start: offset in the stream.
        line: physical line of the stream in which it begins, 1-based.
        record: number of its first record, 1-based.
        state: what else the format must know to read it without what came before.
        problem: what the parent found out about the stream at this place: it concerns the whole
            stream, which was then not judged to its end.
        starts: offsets in `raw` where a compressed output begins a new member; most formats need
            none.
    """

    raw: bytes
    byte_start: int
    line: int
    record: int
    state: object = None
    problem: Problem | None = None
    starts: tuple[int, ...] = ()


class Role(Enum):
    """What a piece of a stream is. Only a page is judged."""

    PAGE = "page"
    SEPARATOR = "separator"
    TOO_LONG = "too-long"
    BINARY = "binary"
    PASSED = "passed"
    BROKEN = "broken"


class Field(NamedTuple):
    """Where one of the judged texts of a record stands.

    Attributes:
        name: key, column or header that the text belongs to.
        start: first character in the piece's text.
        end: end in the piece's text, exclusive.
        raw_start: first byte of the value in the piece's bytes; 0 if only a touched record is
            searched for it.
        raw_end: end of the value in the piece's bytes, exclusive; 0 as well.
    """

    name: str
    start: int
    end: int
    raw_start: int = 0
    raw_end: int = 0


class Piece(NamedTuple):
    """Some bytes of a stream, what they are, and where they stand.

    Attributes:
        raw: the bytes.
        role: only a `Role.PAGE` is judged.
        text: a page's text; empty for other roles. Several fields of one record are one page: a
            line end that belongs to none of them stands between them.
        line: physical line of the stream in which it begins, 1-based.
        lines: number of line ends in it.
        byte_start: offset in the stream.
        char_start: offset in the text of the lot; 0 for records with fields.
        record: number of the record, or of the page between separators, 1-based.
        continuation: something of the same page came before it.
        characters: number of characters of the bytes; 0 for records with fields.
        goes_on: what the piece before it began (an over-long line, a broken record) goes on.
        fields: of a record: where in text and bytes its judged texts are. Empty for plain text,
            all of which is the page.
        url: address of the page; empty if unknown.
        encoding: name of the Python codec that the text was decoded with.
        reason: why it is not judged, for `Role.BROKEN` and where people should know.
    """

    raw: bytes
    role: Role
    text: str
    line: int
    lines: int
    byte_start: int
    char_start: int
    record: int
    continuation: bool = False
    characters: int = 0
    goes_on: bool = False
    fields: tuple[Field, ...] = ()
    url: str = ""
    encoding: str = "utf-8"
    reason: str = ""


class Format(Protocol):
    """How a container is read: borders in the parent, everything else where a lot is judged.

    Pickles small, and is of one input: what was found out when it was opened is in it.
    """

    @property
    def name(self) -> str:
        """What it is called on the command line."""

    @property
    def skips_broken(self) -> bool:
        """Whether records that cannot be parsed are taken out, into the rejects."""

    def lots(self, stream: BinaryStream, /) -> Iterator[Lot | None]:
        """The stream in lots; None where it pauses. Where lots end never shows in the result."""

    def pieces(self, lot: Lot, /) -> Iterator[Piece]:
        """What is in a lot: its bytes without gap or overlap, in order."""

    def carried_out(self, piece: Piece, cuts: Iterable[Cut], /) -> JudgedPiece:
        """The ranges of bytes that go when some ranges of the page's text go."""


def oversized(max_record: int) -> str:
    """The reason of a record that is too large to be judged.

    >>> oversized(1 << 20)
    'larger than --max-record (1048576 bytes)'
    """
    return f"larger than --max-record ({max_record} bytes)"


class PieceReader:
    """Iterates over the pieces of a stream in one process; None where the stream pauses.

    Attributes:
        refusal: after the last piece, why the stream was passed on unjudged; None if it was not.
        too_long: number of over-long lines so far.

    >>> import io
    >>> from junkfilter.formats.text import TextFormat
    >>> reader = PieceReader(io.BytesIO("甲\\0乙".encode()), TextFormat(separator=b"\\0"))  # A, B
    >>> [(piece.role.value, piece.record) for piece in reader]
    [('page', 1), ('separator', 1), ('page', 2)]
    """

    def __init__(
        self, stream: BinaryStream, page_format: Format, *, name: str = STANDARD_INPUT
    ) -> None:
        self.name = name
        self.refusal: InputFormatError | None = None
        self.too_long = 0
        self._stream = stream
        self._format = page_format

    def __iter__(self) -> Iterator[Piece | None]:
        characters = 0
        for lot in self._format.lots(self._stream):
            if lot is None:
                yield None
                continue
            if lot.problem is not None:
                self.refusal = lot.problem.error(self.name)
            before = characters
            for piece in self._format.pieces(lot):
                self.too_long += piece.role is Role.TOO_LONG and not piece.goes_on
                characters += piece.characters
                yield piece._replace(char_start=before + piece.char_start)
