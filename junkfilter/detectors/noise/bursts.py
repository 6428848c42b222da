"""Random bursts of three characters before punctuation: `大桥今天通车kR4，居民出行更方便xTb。`

Programs that republish stolen articles make each copy different: before many of its marks they set
three random letters or digits, each time others. A single one proves nothing, for honest text has
three characters there as well: `GDP`, `App`, `300`, `5kg`, `B2B`, `PhD`. So it is the page that is
judged first. Tokens that stand near each other form a stretch, and a stretch is proved by several
that

* are odd: capitals, small letters and digits mixed as in no abbreviation, unit, version or formula
  (`xTb`, `k4W`, but not `mp3`, `kWh`, `NaF`, `IDs`);
* are all different, and stand nowhere else nearby: what an article is about it names again;
* are a good part of the tokens of three characters before the marks of the stretch.

On a proved stretch the others are random as well (of three random letters two fifths are not
odd), but for numbers, units and well-known words, which stay.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from junkfilter.chars import CodePoints
from junkfilter.detectors.noise import Indices, Noise, code_point_ranges, watched_in

NAME = "random bursts"
KIND = "jam"

_LENGTH = 3
# What a capital counts among characters of which small letters count 1, digits 0.
_CAPITAL = 16
# Of 314,015 honest lines 13 have an odd token, and no 100 neighbouring lines have two.
_MIN_ODD = 3
# Of three random letters 59 % are odd, of three random letters and digits 58 %; but honest tokens
# stand between them.
_SHARE_ODD = 0.25
# Characters from one token to the next of its stretch, at most: a file of many texts has some
# odd tokens, too, far from each other.
_REACH = 2000

_HANZI = "\u3400-\u9fff\uf900-\ufaff"
_CLOSING = "”’」』）》】)"
# A mark; an ASCII one ends a word only where no word goes on behind it, as in an address.
_MARK = "(?:[，。、；：！？…]|[,.;:!?](?![0-9A-Za-z/]))"

# Tokens of three characters that articles have before a mark: abbreviations, units, words. Written
# for this project; on a page of bursts they stay. Of three random letters 0.4 % are among them.
_KNOWN = (
    "3DS AAC ABC ABS ACM ADP ADR AED AFC AFP Air air ALL all AMD AND and API APP App app"
    " APT ARM ART art ATM ATP AUV AWS B2B B2C BAT BBC BBS BEC BIM BMI BMW Bob BOE BOT BRT"
    " BTC BTV BUG Bug bug BUS bus buy BYD C2C CAD CAO CAR car CAT cat CBA CBD CBF CCC CDC"
    " CDP CEC CEO CES CET CFA CFO CGI CIA CIF CIO CMO CNC CNG CNN CO2 COO COP COS CoS CPA"
    " CPC CPI CPU CRH CRM CRT CSR CTO CUV DAY day dBi dBm DDR DEA DIY DNA DNF DNS DOC doc"
    " DoD DOG dog DOS DoS DSP DVD dvd ECB ECG EDG EEG EMS END end EPA EPC EPS ERP ESG ETC"
    " ETF ETH EVA EVD EXE EXP FAA FAO FAQ FAX Fax fax FBI FCC FDA FDI FED Fed FIT FOB FOF"
    " for FPS FTA FTC FTP FUN fun GDP GET get GeV GHz GIF GMP GMV GNP God god GPa GPS GPT"
    " GPU GRE GSM GWh HBO HDR HEY Hey hey HIT hit HIV HKD HOT hot hPa HPV HRC HTC HUD IBM"
    " ICE ice ICO ICP ICU IDC IEA IgA IgE IgG IgM III IMF IMO INF IOC iOS IoT IPO IRA ISO"
    " ITC ITV IVF Jay Jim JOB job Joe JPG kDa keV KEY key KFC kgm kGy KHz kHz KOL kPa KPI"
    " KTV kVA KWH kWh LCD LED Lee Leo LGD Lin LME LNG LOF LOL LoL LOW low LPG LPL LPR LTE"
    " MAC Mac mAh MAN man map MAX Max max MBA McD McK MCN MCU MDa MeV mGy MHz MID MIT MIX"
    " mix MLB MLF MMO MOE MoS MOU MP3 mp3 MP4 mp4 MPA MPa mPa MPV MRI MSN mSv MTV MVP MWh"
    " NAS NBA NBC NCA NEC NEO NET net NEW new NFC NFL NFT NGO nGy NHK NHL non NOS NOT not"
    " NOW now NPC NSA NTT O2O OCR OEM off OFO ofo old OLE ONE one OPC OTA OTC our OUT out"
    " P2P PAD Pad PAY pay PCB PCE PCR PDA PDF PER PET Pet pet PhD PHS PIE pie PIM PLA PLC"
    " PMI PoE POP POS PoS PoW PPI PPP PPT PRO Pro pro PS4 PS5 PSP PTA PVC PVE PvE PVP PvP"
    " QDI QFI QoS QQS RAM Ray RED red RMB RNA RNG ROE ROI ROM RPG run Sam SAP SAR SAS SAT"
    " SCI SDK SDR SEC SEM SEO SET set SGS SHE she SIM SIR sir SKU SKY sky SLR SMS SNS SOC"
    " SoC SOS SPA spa SPV SSD SSL SSR STD STM Sun sun SUV TAG tag TAX tax TCL TEA tea TED"
    " Ted ten TeV TFT The the THz tip TMT TNT TOM Tom TOP top TOY toy tPA TPP TVB TVC TWO"
    " two TXT txt UAE UFC UFO UGC UHF uPA UPS URL USA USB USD USE use VAN van VCD via VIN"
    " VIP vip VOA VoD vPC VPN VRV WAP WAR war was way WBA WBC WBO WCG WEB Web web WHO who"
    " why Wii WIN Win win WMA WOW wow WPS WTA WTO WWF WWW www XML XPS YES yes YOU You you"
    " Zoe ZOO zoo"
)
_UNITS = (
    "kg km cm mm nm um dm ml mL cc kW MW GW kV mA mV Hz dB MB GB TB KB kb Mb Gb mg mu oz lb ha"
    " hp PS pt px in ft yd th st nd rd am pm AM PM KG KM CM MM ML mm dp ms ns AH Ah Wh"
)
# Letters that no number of two digits has behind it: `24h`, `12V`, `90s`, `36E`, but not `26u`.
_NO_UNITS = tuple("efijoqruyzIOQRYZ")
# Symbols of the chemical elements (IUPAC), one or two letters.
_ELEMENT = (
    "(?:A[cglmrstu]|B[aehikr]?|C[adeflmnorsu]?|D[bsy]|E[rsu]|F[elmr]?|G[ade]|H[efgos]?|I[nr]?|Kr?"
    "|L[airuv]|M[cdgnot]|N[abdehiop]?|O[gs]?|P[abdmortu]?|R[abefghnu]|S[bcegimnr]?|T[abcehilms]?"
    "|U|V|W|Xe|Yb?|Z[nr])"
)


def watched_code_points() -> CodePoints:
    """Capitals: of four bursts some have one, and Chinese text has few."""
    return code_point_ranges((0x41, 0x5A))


def trigger(codes: CodePoints, watched: Indices | None = None, /) -> Indices:
    """Positions of capitals in three letters or digits before a mark, where more follow.

    >>> text = "通车kRt，方便xTb，高兴WqD。"  # "opened to traffic, convenient, glad"
    >>> trigger(np.array([ord(c) for c in text], dtype=np.uint32))
    array([3, 9])
    """
    capitals = watched_in(codes, watched_code_points()) if watched is None else watched
    found = [capitals[:0]]
    for offset in range(_LENGTH):
        behind = codes.take(capitals + (_LENGTH - offset), mode="clip")
        near = capitals[_is_mark().take(behind, mode="clip")]
        if len(near):
            found.append(near[_may_be_burst(codes, near - offset, offset)])
    places = np.unique(np.concatenate(found))
    # Only where there are as many as `find` asks for.
    reach = (_MIN_ODD - 1) * (_REACH + _LENGTH)
    first = places[: 1 - _MIN_ODD]
    followed: Indices = first[places[_MIN_ODD - 1 :] - first <= reach]
    return followed


def _may_be_burst(codes: CodePoints, start: Indices, offset: int) -> npt.NDArray[np.bool_]:
    """Of places where three characters begin, one of them a capital, those that may be bursts."""
    kinds = np.zeros(len(start), dtype=np.intp)
    for step in range(_LENGTH):
        kinds += _kinds().take(codes.take(start + step, mode="clip"), mode="clip")
    before = codes.take(start - 1, mode="clip")
    # `GDP` and `App` are what honest text has.
    is_capitals = kinds >= _LENGTH * _CAPITAL
    is_word = (kinds % _CAPITAL == _LENGTH - 1) & (offset == 0)
    may_be: npt.NDArray[np.bool_] = (before > 0x7F) | (before == 0x29)
    may_be &= ~(is_capitals | is_word)
    return may_be


def find(text: str, /) -> list[Noise]:
    """The random bursts of a page.

    >>> text = "通车kRt，方便xTb，高兴WqD。"  # "opened to traffic, convenient, glad"
    >>> [text[noise.start : noise.end] for noise in find(text)]
    ['kRt', 'xTb', 'WqD']
    """
    matches = list(_bursts().finditer(text))
    starts = [match.start() for match in matches]
    found: list[Noise] = []
    for first, last in _stretches([m for m in matches if _is_odd(m[0])]):
        # Half of the reach on both sides, so that no token belongs to two stretches.
        near = slice(
            bisect_left(starts, first - _REACH // 2), bisect_right(starts, last + _REACH // 2)
        )
        found += _cut(text, matches[near])
    return found


def _stretches(odd: Iterable[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Where several odd tokens follow each other, none farther than `_REACH` from the next.

    Those without any capital do not count, for the trigger looks for capitals.
    """
    starts: list[int] = []
    for match in odd:
        if match[0].islower():
            continue
        if starts and match.start() - starts[-1] > _REACH:
            if len(starts) >= _MIN_ODD:
                yield starts[0], starts[-1]
            starts = []
        starts.append(match.start())
    if len(starts) >= _MIN_ODD:
        yield starts[0], starts[-1]


def _cut(text: str, stretch: Sequence[re.Match[str]]) -> Iterator[Noise]:
    """The bursts among the tokens of a stretch, none if too few of these are odd and alone."""
    start, end = stretch[0].start() - _REACH, stretch[-1].end() + _REACH
    times = Counter(_tokens().findall(text, max(start, 0), end))
    alone = [match for match in stretch if times[match[0]] == 1]
    n_odd = sum(_is_odd(match[0]) for match in alone)
    if n_odd < max(_MIN_ODD, _SHARE_ODD * len(stretch)):
        return
    reason = f"one of {len(alone)} random bursts before marks"
    for match in alone:
        if not _is_known(match[0]):
            yield Noise(*match.span(), reason)


def _is_odd(token: str) -> bool:
    """Whether letters and digits are mixed as in no word, number, unit, formula or code."""
    return _usual().fullmatch(token) is None and token not in _words(_KNOWN)


def _is_known(token: str) -> bool:
    """Whether a token means something in any text: a number, with a unit or without, or a word."""
    number = token.rstrip(string.ascii_letters)
    unit = token[len(number) :]
    if number.isdigit() and len(unit) < _LENGTH - 1:
        return unit not in _NO_UNITS
    return bool(number.isdigit() and unit in _words(_UNITS)) or token in _words(_KNOWN)


@cache
def _words(row: str) -> frozenset[str]:
    return frozenset(row.split())


@cache
def _bursts() -> re.Pattern[str]:
    # Looked for from its own first character on: letters are rare, hanzi are not.
    token = f"[0-9A-Za-z](?<=[{_HANZI}{_CLOSING}].)[0-9A-Za-z]{{{_LENGTH - 1}}}"
    return re.compile(f"{token}(?={_MARK})")


@cache
def _tokens() -> re.Pattern[str]:
    """Runs of letters and digits."""
    return re.compile("[0-9A-Za-z]+")


@cache
def _usual() -> re.Pattern[str]:
    units = _UNITS.replace(" ", "|")
    shapes = (
        "[A-Z]{3}|[A-Z]?[a-z]{2,3}",  # GDP, App, app
        f"[0-9]{{2,3}}[A-Za-z]?|[0-9](?:[A-Z]{{2}}|[a-z]{{2}}|{units})",  # 300, 10m, 4GB, 5kg, 2Mb
        "[A-Za-z][0-9]{2}",  # G20, v12
        "[A-Z]{2}[0-9s]|[a-z]{2}[0-9]|[A-Z][24][A-Z]",  # CO2, IDs, mp3, B2B
        f"(?:{_ELEMENT}[0-9]?){{1,3}}",  # NaF, KCl, H2O
    )
    return re.compile("|".join(shapes))


@cache
def _is_mark() -> npt.NDArray[np.bool_]:
    """Of the basic plane; its last code point, no character, stands for everything above."""
    table = np.zeros(0x10000, dtype=np.bool_)
    table[[ord(mark) for mark in "，。、；：！？…,.;:!?"]] = True
    return table


@cache
def _kinds() -> npt.NDArray[np.intp]:
    """Of ASCII what small letters, capitals and others count; its last one stands for all above."""
    table = np.full(0x80, _LENGTH * _CAPITAL, dtype=np.intp)
    for characters, kind in (
        (string.digits, 0),
        (string.ascii_lowercase, 1),
        (string.ascii_uppercase, _CAPITAL),
    ):
        table[list(map(ord, characters))] = kind
    return table
