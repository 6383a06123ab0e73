"""PINs and access codes of dial-ins, where a word names them. Never a password with letters, never a host's code.

A service gives several codes: the conference's own, one of the web page, the host's. What counts is which of them a
telephone asks for: first what is called the conference's, then what stands on the line of the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from termintreu.recognition.detection.lines import Line

Span = tuple[int, int]
"""Where a telephone number stands in a line: first place, and the one behind the last."""

_DIGIT = re.compile(r"\d")
_CODE = r"(?P<code>\d(?:[ \u00a0.-]?\d){2,15})(?![\w@])"
_LINK = (
    r"(?:\(s\))?(?:\s?\((?:access code|zugangscode|zugriffscode|numeric|numerisch|audio only|nur audio)\))?"
    r"(?: (?:for|fur|fuer) (?:the|this|our|die|das|den|telephone|phone|telefon)(?: \w+)?)?"
    r"\s?(?:is|ist|lautet)?\s?[:#=-]{0,2}\s{0,3}\*{0,2}\s?[\"']?"
)
_NUMBERED = r"(?:id|pin|code|number|no|nr|nummer|kennung|kennnummer|kennziffer)"

_NAMES: tuple[tuple[str, str], ...] = (
    (
        "conference",
        (
            r"(?:phone |audio |telephone |telefon-?|audio-?|tele)?(?:conference|konferenz|conf|konf)[-. ]{0,2}"
            rf"{_NUMBERED}\.?|(?:conf|konf)\.?(?= ?[:#]? ?\d)|einwahl-?(?:pin|code|kennung)|"
            r"identifiant de (?:la )?conference|id de (?:la )?conference(?: telephonique)?|"
            r"conference bridge(?: id)?|bridge(?: id| number| pin| code)"
        ),
    ),
    (
        "participant",
        (
            r"(?:part\w{0,3}c\w{0,2}pants?|attendee|guest|teilnehmer\w{0,5}|gast|gaste|access|zugangs|zugriffs|entry|"
            r"dial-in)[-' ]{0,2}(?:access |zugangs)?(?:pass)?(?:code|pin|kode|key|kennung|id|nummer|number|nr\.?|no\.?)"
            r"|(?:meeting|besprechungs|sitzungs|session|veranstaltungs)[- ]?(?:code|pin|kode)"
            r"|(?:participants?|access|teilnehmer|zugang|guest|gast)(?= ?[:#]| \d)"
            r"|(?:telefon|phone|audio)[- ]?(?:pin|passcode|code|kennung)|code d'acces|codigo de acceso|"
            r"codice di accesso|toegangscode"
        ),
    ),
    (
        "meeting",
        (
            r"(?:meeting|webinar|besprechungs|sitzungs|raum|room)[- ]?(?:id|number|nummer|nr\.?|kennung|extension|"
            r"kennnummer(?: \(zugriffscode\))?)"
            r"|id de (?:la )?reunion|numero de reunion|vergaderings?-?id|event number|id(?= ?[:#]? ?\d)"
        ),
    ),
    (
        "other",
        (
            r"pin(?:-?code|[- ]?(?:nr\.?|no\.?|nummer|number))?|pass ?code|pc|kenncode|kennung|kennnummer|kennziffer|"
            r"kennzahl|code|key in|key(?= \d)|pass(?= ?:? ?\d)|p(?=: ?\d)|bridge"
        ),
    ),
    ("password", r"kennwort|passwor[dt]|security code"),
    ("room", r"(?:(?:konf\.? ?|konferenz)?raum|(?:conference )?room|rm|konferenz|conference|conf)(?: (?:no|nr)\.?)?"),
)
"""What a code is called, the surest first."""
_NAMED = re.compile(r"(?<!\w)(?:" + "|".join(f"(?P<{kind}>{names})" for kind, names in _NAMES) + r")" + _LINK + _CODE)
_RANK = {kind: rank for rank, (kind, _) in enumerate(_NAMES)}
_ACCESS_CODE = re.compile(r"\((?:access code|zugriffscode|zugangscode)\)|kennnummer")
_LOCK = re.compile(
    r"(?:schl(?:u|ue)ssel\w*|schliessfach|t(?:u|ue)r|tor|haus\w*|alarm\w*|safe|tresor|garage\w*|key ?box|lock ?box|"
    r"door|gate|lock|wi-?fi|wlan|entsperr\w*|sim)[-: ]{0,2}$"
)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_HOST = (
    r"(?:host|moderator\w*|leader|chair\w*|organi[sz]er\w*|organisator\w*|leiter\w*|gastgeber\w*|admin\w*|presenter)"
)
_HOST_BEFORE = re.compile(rf"(?<!\w){_HOST}(?:'s|s')?[^\w()]{{0,4}}(?:pass|access|zugangs|zugriffs)?[- ]?$")
_HOST_AFTER = re.compile(rf" ?#? ?[(\[=] ?(?:nur )?(?:fur |for |only )?(?:den |die |the )?{_HOST}(?![\w-])")
_ENTERED = re.compile(
    r"(?:enter|eingeben|geben sie|wahlen sie|use|then|dann|danach|followed by|press|drucken)\W{0,3}(?:\w+\W{1,2}){0,5}?"
    r"(?P<code>\d(?: ?\d){2,12}) ?#"
    r"|(?:enter|key in|type)(?: [a-z]+){0,3} (?P<keyed>\d(?: ?\d){3,12})(?!\w)"
    r"|(?<!\w)(?P<german>\d(?: ?\d){3,12}) ?#? (?:eingeben|eintippen|eintasten)(?!\w)"
    r"|(?<!\w)(?P<ended>\d(?: ?\d){2,12}),? (?:und|and|then|dann|followed by|gefolgt von|mit|with) "
    r"(?:(?:die|der|the|a) )?(?:raute|hash|pound)"
)
_BEHIND = re.compile(
    r"\W{0,4}?(?:[/,;x#]|x{1,2}|then|dann|danach)? ?(?P<code>\d(?: ?\d){2,12}) ?#"
    r"|\W{0,3}?(?:[/,;x#]|x{1,2}) ?(?P<bare>\d{3,12})(?=$|[^\w.,:-])"
)
"""What is keyed in right behind a number, with the sign that ends it, or parted from the number by one."""
_AWAITED = re.compile(
    r"(?:conference (?:id|code)|konferenz-?id|(?:participant |attendee )?(?:access|participant|attendee|guest) code|"
    r"teilnehmer-?code|zugangscode|zugriffscode|pin)(?:\(s\))?:?$"
)
_ALONE = re.compile(r"(?P<code>\d(?:[ .-]?\d){2,14}) ?#?(?: ?\(.{0,60}\))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A line in which a code may stand, and the numbers in it."""

    line: Line
    dialled: Sequence[Span] = ()
    """Of numbers by which the conference is joined."""
    spared: Sequence[Span] = ()
    """Of all telephone numbers: none of their digits is a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    code: str
    rank: int
    sure: bool
    """It is one for the telephone, whether or not a number stands in the entry."""
    beside: bool
    """A number to dial stands on its line."""


def dial_in_pin(lines: Iterable[Searched], *, meeting: bool, numbers: bool) -> str | None:
    """The code to key in after dialling, digits only.

    Args:
        lines: of the description, or of one conference's part of it; a title or a place.
        meeting: whether the meeting's own ID serves as the code (Zoom and Webex do so where one can dial in).
        numbers: whether there is a number to dial: without one a bare passcode is the password of a web page.
    """
    best: _Found | None = None
    for found in _codes(lines, meeting=meeting):
        if (numbers or found.sure) and (best is None or _order(found) < _order(best)):
            best = found
    return best.code if best else None


def _order(found: _Found) -> tuple[int, int]:
    return (0 if found.rank == 0 else 1 if found.beside else 2, found.rank)


def _codes(lines: Iterable[Searched], *, meeting: bool) -> Iterator[_Found]:
    """Every code for participants, in the order of the text."""
    awaited = False
    for searched in lines:
        folded = _without_numbers(searched)
        alone = _ALONE.fullmatch(folded) if awaited else None
        if alone:
            yield _found(alone, 0, sure=True)
        digits = _DIGIT.search(folded) is not None
        awaited = not digits and bool(_AWAITED.search(folded)) and not re.search(_HOST, folded)
        if digits:
            yield from _named(folded, meeting=meeting, beside=bool(searched.dialled))
            yield from _behind(folded, searched.dialled)


def _named(folded: str, *, meeting: bool, beside: bool) -> Iterator[_Found]:
    for match in _NAMED.finditer(folded):
        kind = next(name for name in _RANK if match[name])
        rank = _RANK[kind]
        if _hosts(folded, match) or not match["code"].strip("0 .-"):
            continue
        if rank >= _RANK["other"] and (_LOCK.search(folded[max(0, match.start() - 25) : match.start()])):
            continue
        if kind == "room" and _YEAR.fullmatch(match["code"]):
            continue
        access = bool(_ACCESS_CODE.search(match[0]))
        if kind != "meeting" or meeting or access:
            yield _found(match, 0 if access else rank, sure=rank == 0 or access, beside=beside)
    entered = _ENTERED.search(folded)
    if entered and not _hosts(folded, entered):
        code = next(filter(None, entered.groups()))
        yield _Found(code=_digits(code), rank=_RANK["participant"], sure=False, beside=beside)


def _behind(folded: str, dialled: Sequence[Span]) -> Iterator[_Found]:
    for _, end in dialled:
        match = _BEHIND.match(folded, end)
        if match:
            yield _Found(
                code=_digits(match["code"] or match["bare"]), rank=_RANK["participant"], sure=False, beside=True
            )


def _found(match: re.Match[str], rank: int, *, sure: bool = False, beside: bool = False) -> _Found:
    return _Found(code=_digits(match["code"]), rank=rank, sure=sure, beside=beside)


def _hosts(folded: str, match: re.Match[str]) -> bool:
    """Whether a code is the host's."""
    before = folded[max(0, match.start() - 40) : match.start()]
    return bool(_HOST_BEFORE.search(before) or _HOST_AFTER.match(folded, match.end()))


def _without_numbers(searched: Searched) -> str:
    folded = searched.line.folded
    for start, end in searched.spared:
        folded = folded[:start] + "~" * (end - start) + folded[end:]
    return folded


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
