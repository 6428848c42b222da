"""Options that several commands share, spelled and explained once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from junkfilter.errors import InputFormatError, OutputError, PolicyError
from junkfilter.formats.separators import parse_separator
from junkfilter.formats.text import TextFormat
from junkfilter.policy import FAMILIES, KINDS, OPERATING_POINTS, REPAIR, Policy

if TYPE_CHECKING:
    from junkfilter.filter import JunkFilter

Command = TypeVar("Command", bound=Callable[..., Any])

input_files = click.argument("files", metavar="[FILE]...", nargs=-1)


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """Which model and policy the options ask for.

    Attributes:
        policy: what to cut.
        model: folder of the model, None for the default one.
        read_files: files of literals and the site memory, which no output may overwrite.
        site_memory: file of the site memory, None for none.
        site: site of pages without an address.
    """

    policy: Policy
    model: str | None
    read_files: tuple[str, ...]
    site_memory: str | None = None
    site: str = ""

    def load(self) -> JunkFilter:
        """The filter; only now NumPy is imported."""
        from junkfilter.filter import JunkFilter

        memory = None
        if self.site_memory is not None:
            from junkfilter.site_memory import SiteMemory

            memory = SiteMemory.open(self.site_memory)
        return JunkFilter.load(self.model, policy=self.policy, site_memory=memory, site=self.site)


class KindList(click.ParamType):  # type: ignore[type-arg]
    """One kind to remove, or several between commas; as a tuple."""

    name = "kind"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """The kinds that stand between the commas.

        >>> KindList().convert("pinyin,jam", None, None)
        ('pinyin', 'jam')
        """
        if isinstance(value, tuple):
            return value
        kinds = tuple(str(value).split(","))
        for kind in kinds:
            if kind not in (*KINDS, "none"):
                self.fail(f"{kind!r} is not one of {', '.join(KINDS)}, none.", param, ctx)
        return kinds


_POLICY_OPTIONS = (
    click.option(
        "--operating-point",
        type=click.Choice(list(OPERATING_POINTS)),
        default="precision",
        show_default=True,
        help="How sure to be: precision cuts at most 1 clean line in 10,000, balanced 1 in 1,000, "
        "recall 1 in 100.",
    ),
    click.option(
        "--threshold",
        type=float,
        metavar="LOG-ODDS",
        help="Cut spam that scores at least this, instead of an operating point.",
    ),
    click.option(
        "--remove",
        "remove",
        type=KindList(),
        metavar="KIND[,KIND]...",
        multiple=True,
        help=f"Cut this kind too: {', '.join(KINDS)}; may be given several times. spam is always "
        "cut, unless `none` is given as well: then only what is named.",
    ),
    click.option(
        "--repair",
        is_flag=True,
        help=f"Cut the noise that rules prove, inside of lines too: {', '.join(REPAIR)}.",
    ),
    click.option(
        "--spans",
        is_flag=True,
        help="Look for spans inside of lines too, such as a brand glued to a title; slower.",
    ),
    click.option(
        "--keep",
        type=click.Choice(FAMILIES),
        multiple=True,
        help="Flag this family of spam but never cut it; may be given several times.",
    ),
    click.option(
        "--allow",
        type=click.Path(),
        multiple=True,
        metavar="FILE",
        help="Never cut a line that contains one of the literals in FILE: UTF-8, one a line, "
        "every character counts; blank lines do not. Width, case and script do not matter.",
    ),
    click.option(
        "--deny",
        type=click.Path(),
        multiple=True,
        metavar="FILE",
        help="Always cut a line that contains one of the literals in FILE.",
    ),
    click.option(
        "--max-removed",
        type=click.FloatRange(0, 1),
        default=1.0,
        metavar="SHARE",
        help="Pass a page through, and say so, if more than this share of it would be cut "
        "(0 to 1).  [default: 1]",
    ),
    click.option(
        "--model", type=click.Path(), metavar="FOLDER", help="Use this model, not the default one."
    ),
    click.option(
        "--site-memory",
        type=click.Path(),
        metavar="FILE",
        help="Take into account on how many pages of the site earlier runs saw a suspicious first "
        "line, and remember this run's; FILE is made if there is none. Only digests are stored.",
    ),
    click.option(
        "--site",
        metavar="HOST",
        default="",
        help="The site of pages that come without an address, for --site-memory.",
    ),
)

text_options = (
    click.option(
        "--page-separator",
        metavar="STRING",
        help=r"These bytes stand between pages; they are copied and belong to no page. "
        r"Escapes: \n \t \r \f \0 \\ \xNN.",
    ),
    click.option("-z", "--null", is_flag=True, help="Pages are separated by NUL bytes."),
    click.option(
        "--line-buffered",
        is_flag=True,
        help="Every line is a page of its own and is written as soon as it has come. Verdicts may "
        "differ, because the lines around a line are evidence.",
    ),
)

verbosity_options = (
    click.option("-q", "--quiet", is_flag=True, help="Write nothing but errors to stderr."),
    click.option(
        "-v",
        "--verbose",
        is_flag=True,
        help="Write the summary to stderr even if that is no terminal.",
    ),
)


def apply_options(command: Command, options: tuple[Callable[[Any], Any], ...]) -> Command:
    """A command with some options, listed by `--help` in the order given."""
    for option in reversed(options):
        command = option(command)
    return command


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options of a policy; the command gets them as `choice`."""

    @wraps(command)
    def with_choice(
        *,
        operating_point: str,
        threshold: float | None,
        remove: tuple[tuple[str, ...], ...],
        repair: bool,
        spans: bool,
        keep: tuple[str, ...],
        allow: tuple[str, ...],
        deny: tuple[str, ...],
        max_removed: float,
        model: str | None,
        site_memory: str | None,
        site: str,
        **others: Any,
    ) -> Any:
        by_record = others.get("format_name", "text") not in ("auto", "text")
        by_line = bool(others.get("line_buffered"))
        _check_site(site_memory, site, by_record=by_record, by_line=by_line)
        policy = Policy(
            operating_point=operating_point,
            threshold=threshold,
            remove=_kinds([kind for kinds in remove for kind in kinds], repair=repair),
            keep=frozenset(keep),
            allow=_literals(allow),
            deny=_literals(deny),
            max_removed=max_removed,
            spans=spans,
        )
        read = (*allow, *deny, *([site_memory] if site_memory is not None else ()))
        return command(choice=FilterChoice(policy, model, read, site_memory, site), **others)

    return apply_options(with_choice, _POLICY_OPTIONS)


def format_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that divide a stream into pages; the command gets a `text_format`."""

    @wraps(command)
    def with_format(
        *, page_separator: str | None, null: bool, line_buffered: bool, **others: Any
    ) -> Any:
        text_format = parsed_text_format(page_separator, null=null, line_buffered=line_buffered)
        return command(text_format=text_format, **others)

    return apply_options(with_format, text_options)


def parsed_text_format(
    page_separator: str | None, *, null: bool, line_buffered: bool
) -> TextFormat:
    """How plain text is divided into pages, as the options say."""
    if page_separator is not None and null:
        raise click.UsageError("-z is a page separator already: leave out --page-separator")
    if page_separator == "":
        raise click.UsageError("--page-separator must not be empty")
    separator = b"\0" if null else parse_separator(page_separator or "")
    return TextFormat(separator, by_line=line_buffered)


def binary_output() -> BinaryIO:
    """Standard output for bytes.

    Raises:
        OutputError: it was closed by the caller.
    """
    if sys.stdout is None:
        raise OutputError("standard output is closed: there is nowhere to write to")
    return sys.stdout.buffer


def tell(message: str) -> None:
    """A message for people."""
    click.echo(f"junkfilter: {message}", err=True)


def _check_site(site_memory: str | None, site: str, *, by_record: bool, by_line: bool) -> None:
    if site and site_memory is None:
        raise click.UsageError("--site is for --site-memory: name its file as well")
    if site_memory is not None and not site and not by_record:
        raise click.UsageError(
            "plain text has no addresses: name the site with --site HOST, or say with --format "
            "what the input is"
        )
    if site_memory is not None and by_line and not by_record:
        raise click.UsageError(
            "--site-memory is about first lines of pages: leave out --line-buffered"
        )


def _kinds(remove: Iterable[str], *, repair: bool) -> frozenset[str]:
    kinds = (frozenset(remove) - {"none"}) | (frozenset(REPAIR) if repair else frozenset())
    if "none" not in remove:
        return kinds | {"spam"}
    if not kinds:
        raise PolicyError("--remove none leaves nothing to cut: name a kind as well, or use flag")
    return kinds


def _literals(paths: tuple[str, ...]) -> tuple[str, ...]:
    """The lines of some files, without the blank ones."""
    literals: list[str] = []
    for path in paths:
        try:
            lines = Path(path).read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise InputFormatError(f"cannot be read: {reason}", path=path) from None
        for number, line in enumerate(lines, start=1):
            try:
                literals += [line.decode()] if line.strip() else []
            except UnicodeDecodeError:
                raise InputFormatError(
                    "is not UTF-8", path=path, line=number, advice="convert the file with iconv"
                ) from None
    return tuple(literals)
