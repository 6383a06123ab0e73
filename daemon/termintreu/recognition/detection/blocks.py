"""Which lines of a description are a conference's block, which are its own text, which a signature or quoted mail.

Calendar programs append their block below the signature, and mail programs quote it: so blocks are found first, and
signatures and quotes in what is left. A block is found from its core (a join link, a code with its label, a number
with the digits dialled after it) and grows over the lines around it that only such blocks hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from termintreu.model.regions import region_in
from termintreu.recognition.detection.lines import Line
from termintreu.recognition.detection.links import classify, urls_in

_DIALLED_AFTER = re.compile(r"\d ?[,;]{1,4} ?\*?\d{3}|\d,\*\d{2}\*\d|tel:[+%\d][^\s>]{4,40}[,;]\d{3}")
_CODE = re.compile(
    r"(?<!\w)(?:(?:meeting|besprechungs|konferenz|telefonkonferenz|conference|conf|konf|webinar|sitzungs|reunion|"
    r"event|raum|room|einwahl|dial-in|bridge|access|zugangs|zugriffs|teilnehmer|participant|attendee|guest|gast|"
    r"host|moderator\w{0,4}|phone|telefon|audio)[-. ]{0,2}(?:access |zugangs)?(?:id|nr|nummer|number|code|pin|kennung|"
    r"kennnummer|passcode)(?: ?\([^()]{1,40}\))?|konferenzraum|konf\.? ?raum|(?:numeric |phone |telefon-?)?"
    r"(?:pin|passcode|access code|zugangscode|zugangskennung|kenncode|teilnehmercode|kennung|kennwort)|^code(?= ?:))"
    r"(?: (?:is|ist|lautet))?\W{0,4}\d(?:[\d .-]{2,})"
)
_DIAL_WORD = (
    r"(?:dial|phone|call|tele?fon|tel)?[- ]?(?:dial[- ]in|call[- ]in|einwahl\w*|einwahlen|einzuwahlen|einwahldaten|"
    r"one[- ]tap|audio only|nur audio|toll[- ]free|freephone|gebuhrenfrei\w*)|dial(?= ?[:+(\d])|"
    r"telefonkonferenz|teleconference|conference bridge|konferenz(?:nummer|bridge)"
)
_DIAL_IN = re.compile(rf"(?<!\w)(?:{_DIAL_WORD})(?!\w)[^\d+]{{0,40}}[+(]?\d[\d()/ .-]{{5,}}")
_HEADING = re.compile(
    rf"(?<!\w)(?:{_DIAL_WORD}|beitreten|beizutreten|teilnehmen|teilzunehmen|teilnahme|betreten|"
    r"nehmen sie .{0,80} teil|einladungslink|"
    r"join(?:ing)?(?: \w+){0,4} (?:meeting|call|conference|webinar|session|room|computer|phone|telephone|link|video|"
    r"audio|app|device|browser|information|info|instructions|details|now|online|here)|join (?:via|by|from|with|on)|"
    r"to join|ways to join|connect (?:to|via|by)|by (?:tele)?phone|per telefon|uber telefon|via telefon|"
    r"(?:lokale|weitere|andere|internationale|globale) \w*nummern?|(?:local|global|international|more|other|all) "
    r"(?:\w+[- ]){0,3}numbers?|find (?:a |your )?local number|ortseinwahl\w*|telefonnummern|phone numbers?|"
    r"(?:meeting|besprechungs)-?(?:optionen|options)|(?:benotigen|brauchen) sie hilfe|need help|"
    r"fur organisatoren|for organizers|(?:probleme|trouble) (?:beim )?(?:beitreten|joining)|"
    r"(?:meeting|sitzungs|besprechungs|web)?[- ]?(?:passwort|kennwort|password|kenncode|passcode|pin|code)"
    r"(?= ?[:(=]| vergessen)|"
    r"(?:meeting|besprechungs|konferenz|conference|raum|room|zugangs|access|teilnehmer|participant)"
    r"[- ]?(?:id|nummer|number|code|kennung|link|url)|(?:zoom|webex|teams|skype|gotomeeting|goto|jitsi)[- ]?"
    r"(?:meeting|besprechung|konferenz|call|raum|room)|microsoft teams|google meet|cisco webex|bigbluebutton|"
    r"nextcloud talk|opentalk|amazon chime|ringcentral|dialpad|whereby|h\.?323|sip|video address|videoadresse|"
    r"passkey|mobile (?:app|einwahl))(?!\w)"
)
"""Words that stand in a block before, between and behind what one joins by."""
_DIALS = re.compile(
    rf"(?<!\w)(?:{_DIAL_WORD}|by (?:tele)?phone|(?:per|uber|via) telefon|telefonisch\w*|phone|telefon\w*|"
    r"rufen sie)(?!\w)"
)
_AGENDA = re.compile(
    r"^(?:topic|time|when|thema|uhrzeit|zeit|wann|host|veranstalter|nummer|number|telefon|phone|tel)\b\.?:"
)
"""Lines that services write above a link or a code."""
_PLACE_OF_NUMBER = re.compile(
    r"^\W{0,6}(?:\(?[a-z]{2}\)|[a-z][a-z .'-]{2,30}(?: \([a-z .'-]{2,30}\))?:?|[a-z]{2}:)?\W{0,4}"
    r"[+(]?\d[\d()/ .,;#*x-]{5,60}"
    r"(?:<tel:[^<>]{0,80}>)?\W{0,4}(?:[a-z ,.'()/-]{0,60})?$"
)
"""A number, with a place before or behind it, and nothing else."""
_PERSONAL = re.compile(
    r"(?<!\w)(?:mobil\w*|handy|natel|cell|fax|telefax|buro|office|direkt|direct|durchwahl|zentrale|hotline|notfall\w*|"
    r"notdienst|support|service\w*|sekretariat|praxis\w*|ruckfragen|privat|home|whatsapp|m|t|f|tel|fon)\b(?!-)"
)
_LABELLED_NUMBER = re.compile(r"^\W{0,4}(?:nummer|number|telefon|phone|tel)\b\.?:? ?[+(]?\d[\d()/ .,;#*-]{5,60}$")
_URL_ALONE = re.compile(r"^\W{0,3}(?:https?://|www\.)\S+$")
_SEPARATOR = re.compile(r"\W{0,1000}$|[\W_]{3,1000}$")
_SIGNATURE = re.compile(
    r"^(?:--\s*$|(?:best|cheers|thanks|danke|herzlich)[,!]?$|(?:cheers|herzlich), .{2,40}$|"
    r"(?:mit (?:freundlich|best|herzlich|viel|lieb|kollegial|sonnig)\w* gr(?:u|ue)(?:ß|ss)\w*|"
    r"(?:freundliche|viele|beste|liebe|herzliche|schone|sonnige)[nr]? gr(?:u|ue)(?:ß|ss)\w*|gr(?:u|ue)(?:ß|ss)e?|"
    r"lg|mfg|vg|bg|hg|herzlichst|"
    r"(?:kind|best|warm|many)(?:est)? regards|regards|best wishes|all the best|(?:yours )?(?:sincerely|faithfully)|"
    r"i\. ?a\.|i\. ?v\.|cordialement|met vriendelijke groet\w*|saludos|cordiali saluti)\b(?![:/]).{0,40}$)"
)
_HEADER = re.compile(
    r"^(?:-{2,} ?(?:original|urspr|weiterge|forwarded|anfang der)|begin forwarded|"
    r"(?:von|from|de|gesendet|sent|an|to|betreff|subject): .{0,200}@)"
)
_HEADER_GOES_ON = re.compile(r"^(?:von|from|de|gesendet|sent|an|to|cc|datum|date|betreff|subject): ")
_ANSWERED = re.compile(r"^(?:am .{5,80} schrieb |on .{5,80} wrote:)")
_QUOTED = re.compile(r"^(?:> ?)+")
_DIGITS = re.compile(r"\d{2}")
_ABOVE, _BELOW = 8, 2
"""Lines above a core that may belong to it, and foreign ones that a block may hold between two of its own."""
_FEW = 3
"""A forwarded mail below so few own lines is what the entry is about."""


def parted(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The body (own text and every conference block, whose lines know theirs) and the rest (signatures, quotes)."""
    bare = [_bare(line) for line in lines]
    blocks = _blocks(bare)
    body: list[Line] = []
    rest: list[Line] = []
    own = 0
    ended = forwarded = header = False
    for index, line in enumerate(lines):
        if index in blocks:
            body.append(replace(bare[index], block=blocks[index]))
            continue
        folded = bare[index].folded
        quoted = line is not bare[index]
        if _HEADER.match(folded) or ((header or quoted) and _HEADER_GOES_ON.match(folded)):
            header = forwarded = True
            ended = own > _FEW
        elif _ANSWERED.match(folded) or (quoted and own and not forwarded):
            ended = True
        else:
            header = False
            ended = ended or (index > 0 and _SIGNATURE.match(folded) is not None)
        if ended or header:
            rest.append(line)
        else:
            body.append(bare[index] if forwarded else line)
            own += 1
    return tuple(body), tuple(rest)


def _bare(line: Line) -> Line:
    """A line without the marks of quoting; the same object where it has none."""
    quoted = _QUOTED.match(line.text) if line.text.startswith(">") else None
    if quoted is None:
        return line
    return replace(line, text=line.text[quoted.end() :].strip(), folded=line.folded[quoted.end() :].strip())


def _blocks(lines: Sequence[Line]) -> dict[int, int]:
    """The block of every line that belongs to one, by the line's place."""
    found: dict[int, int] = {}
    number = -1
    end = -1
    for core in (index for index, line in enumerate(lines) if _is_core(line)):
        if core <= end:
            continue
        number += 1
        begin = _grown_up(lines, core, end + 1)
        end = _grown_down(lines, core)
        found.update((index, number) for index in range(begin, end + 1))
    return found


def _is_core(line: Line) -> bool:
    """Whether people can join by what stands in a line."""
    folded = line.folded
    if "/" in folded and any(classify(url) for _, url in urls_in(line.text)):
        return True
    return _DIGITS.search(folded) is not None and (
        _DIALLED_AFTER.search(folded) is not None
        or _CODE.search(folded) is not None
        or _DIAL_IN.search(folded) is not None
    )


def _grown_up(lines: Sequence[Line], core: int, lowest: int) -> int:
    """Where the block of a core begins. A bare number right below a signature's greeting is the writer's own."""
    begin = core
    first = max(lowest, core - _ABOVE)
    dialling = _dials(lines[core])
    near = range(core - 1, max(lowest, core - 2 * _ABOVE) - 1, -1)
    greeting = next((index for index in near if _SIGNATURE.match(lines[index].folded)), None)
    for index in range(core - 1, max(first - 1, -1 if greeting is None else greeting), -1):
        folded = lines[index].folded
        if _is_heading(folded) or _AGENDA.match(folded) or _listed(lines[index], surely=greeting is None and dialling):
            begin = index
        elif index < begin - 1:
            break
    return begin


def _grown_down(lines: Sequence[Line], core: int) -> int:
    """The last line of a core's block. A bare number belongs to it below a line that speaks of dialling in."""
    end = core
    dialling = _dials(lines[core])
    for index in range(core + 1, len(lines)):
        line = lines[index]
        if index - end > _BELOW + 1 or _SIGNATURE.match(line.folded) or _HEADER.match(line.folded):
            break
        listed = _listed(line, surely=dialling and index == end + 1)
        if listed or _is_heading(line.folded) or _is_core(line):
            end = index
            dialling = listed or _dials(line)
    return end


def _dials(line: Line) -> bool:
    """Whether numbers to dial in by may follow a line."""
    folded = line.folded
    return bool(_DIALS.search(folded) or _CODE.search(folded) or _DIALLED_AFTER.search(folded))


def _listed(line: Line, *, surely: bool) -> bool:
    """Whether a line is one of a list of numbers: its place tells, or (`surely`) where it stands."""
    return is_number(line) and (surely or region_in(line.folded) is not None)


def _is_heading(folded: str) -> bool:
    """Whether a line is one that only conference blocks hold: of words, an address, or a rule."""
    return bool(_SEPARATOR.match(folded) or _URL_ALONE.match(folded) or _HEADING.search(folded))


def is_number(line: Line) -> bool:
    """Whether a line of a block holds a number and at most its place, or a word for "number", before it."""
    plain = _LABELLED_NUMBER.match(line.folded) is not None
    return plain or (bool(_PLACE_OF_NUMBER.match(line.folded)) and not _PERSONAL.search(line.folded))
