"""PINs and access codes of dial-ins, where a word names them. Never a password with letters, never a host's code."""

from __future__ import annotations

import re
from collections.abc import Iterable

from termintreu.recognition.detection.lines import Line

_DIGIT = re.compile(r"\d")
_CODE = r"(?P<code>\d(?:[ \u00a0.-]?\d){2,15})(?![\w@])"
_LINK = (
    r"(?:\(s\))?(?:\s?\((?:access code|zugangscode|zugriffscode|numeric|audio only|nur audio)\))?"
    r"(?: (?:for|fur|fuer) (?:the|this|our|die|das|den) (?:\w+ )?(?:call|conference|meeting|konferenz|telko|"
    r"besprechung))?\s?(?:is|ist|lautet)?\s?[:#=-]{0,2}\s{0,3}\*{0,2}\s?"
)

_OF_DIAL_IN = re.compile(
    (
        r"(?<!\w)(?:(?:phone |audio |telephone |telefon-?|audio-?)?(?:conference|konferenz|"
        r"conf\.?)[- ]?(?:id|pin|code|number|nummer|kennung|kenn\w*|raum|room)"
        r"|telefonkonferenz-?(?:id|kennung|nummer|pin)|konferenzkennung|einwahl-?(?:pin|code)"
        r"|(?:part\w{0,3}c\w{0,2}pants?|attendee|guest|teilnehmer|gast|access|zugangs|zugriffs|entry|dial-in|"
        r"meeting)[- ]?(?:access )?(?:pass)?(?:code|pin|kode|key)"
        r"|(?:participants?|access|teilnehmer)(?= ?[:#]| \d)"
        r"|(?:telefon|phone|audio)[- ]?(?:pin|passcode)|code d'acces|codigo de acceso|codice di accesso|"
        r"toegangscode|identifiant de (?:la )?conference|id de (?:la )?conference(?: telephonique)?|"
        r"conference bridge(?: id)?|bridge(?: id| number)?|pin(?:-?code)?|pass ?code|code)"
    )
    + _LINK
    + _CODE
)
_OF_MEETING = re.compile(
    (
        r"(?<!\w)(?:(?:meeting|webinar|besprechungs|sitzungs)[- ]?(?:id|number|nummer|nr\.?|"
        r"kennnummer(?: \(zugriffscode\))?)"
        r"|id de (?:la )?reunion|numero de reunion|vergaderings?-?id|event number)"
    )
    + _LINK
    + _CODE
)
_OF_HOST = re.compile(
    r"(?<!\w)(?:host|moderator\w*|leader|chair\w*|organi[sz]er|organisator|leiter|gastgeber|"
    r"admin)[- ]?(?:pass)?(?:code|pin|key|kode)?"
)
_ENTERED = re.compile(
    r"(?:enter|eingeben|geben sie|pin|code|wahlen sie|use)\W{0,3}(?:\w+\W{1,2}){0,5}?(?P<code>\d(?: ?\d){3,12}) ?#"
)
_ACCESS_CODE = re.compile(r"\((?:access code|zugriffscode|zugangscode)\)|kennnummer")


_AWAITED = re.compile(
    r"(?:conference (?:id|code)|konferenz-?id|(?:participant |attendee )?(?:access|participant|attendee|guest) code|"
    r"teilnehmer-?code|zugangscode|zugriffscode|pin)(?:\(s\))?:?$"
)
_ALONE = re.compile(r"(?P<code>\d(?:[ .-]?\d){2,14}) ?#?(?: ?\(.{0,60}\))?")


def dial_in_pin(lines: Iterable[Line], *, meeting: bool, numbers: bool) -> str | None:
    """The code to key in after dialling, digits only.

    Args:
        lines: of the description, or of one conference's part of it.
        meeting: whether the meeting's own ID serves as the code (Zoom and Webex do so where one can dial in).
        numbers: whether there is a number to dial: without one a bare passcode is the password of a web page.
    """
    weaker: list[str] = []
    awaited = False
    for line in lines:
        folded = line.folded
        alone = _ALONE.fullmatch(folded) if awaited else None
        if alone:
            return _digits(alone.group("code"))
        awaited = bool(_AWAITED.search(folded)) and not _OF_HOST.search(folded)
        if not _DIGIT.search(folded):
            continue  # there is no code in it
        host = _OF_HOST.search(folded)
        for match in _OF_DIAL_IN.finditer(folded):
            if (
                host
                and host.start() <= match.start()
                and not re.search(r"participant|attendee|teilnehmer|guest", folded[host.end() : match.start() + 12])
            ):
                continue
            if not match.group("code").strip("0 .-"):
                continue
            if re.search(r"\(?(?:access code|zugriffscode)\)?", folded[: match.start("code")]) or _certain(
                match.group(0)
            ):
                return _digits(match.group("code"))
            if numbers:
                weaker.append(_digits(match.group("code")))
        entered = _ENTERED.search(folded)
        if entered and not host:
            weaker.insert(0, _digits(entered.group("code")))
        number = _OF_MEETING.search(folded)
        if number and _ACCESS_CODE.search(number.group(0)):
            return _digits(number.group("code"))
        if number and meeting:
            weaker.append(_digits(number.group("code")))
    return weaker[0] if weaker else None


def _certain(words: str) -> bool:
    return bool(re.search(r"conf|konf|access|participant|attendee|teilnehmer|pin|bridge|einwahl|zugangs", words))


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
