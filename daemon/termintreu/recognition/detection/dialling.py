"""Which numbers of an event are to be dialled: a conference's own, or the other person's; never the user's, never
those that an event holds for other reasons (cancelling, hotels, shops, fax).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import phonenumbers

from termintreu.config import MeConfig
from termintreu.model import Occurrence, msg
from termintreu.model.regions import region_in
from termintreu.recognition.detection import sentences
from termintreu.recognition.detection.links import Link, classify, urls_in
from termintreu.recognition.detection.numbers import Written, parse_number, written_numbers
from termintreu.recognition.detection.phrases import Sign
from termintreu.recognition.detection.pins import dial_in_pin
from termintreu.recognition.detection.text import Line, Texts, fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialling:
    """Numbers and codes of one event."""

    for_conference: tuple[str, ...] = ()
    """E.164, best first: numbers by which a conference is joined."""
    for_call: tuple[str, ...] = ()
    """E.164, best first: numbers of the other side."""
    pin: str | None = None
    conference: bool = False
    """A number to dial in by stands with its code."""
    location_number: bool = False
    """The place is a number and nothing else."""
    property_number: bool = False
    """A CONFERENCE or vendor property gives a number."""
    vendor: str | None = None
    sign: Sign | None = None


_DIAL_IN = re.compile(
    r"(?<!\w)(?:dial|call(?:ing)?[- ]in|einwahl\w*|einwahlen|eingewahlt|one[- ]tap|one-touch|"
    r"toll(?:[- ]free)?|toll-free|join (?:\w+ ){0,3}(?:by|via|from|with) (?:\w+ )?(?:phone|telephone|"
    r"telefon)|by phone|"
    r"per telefon|uber telefon|telefonisch|mobile einwahl|schnelleinwahl|audio only|nur audio|"
    r"telefonkonferenz\w*|conference (?:bridge|number|call|line|dial)|phone (?:numbers?|conference|"
    r"one-tap|dial)|telefonnummern?|telefoneinwahl|"
    r"konferenz\w*|bridge|teleconference|telecon|participant|inbellen|international|"
    r"find your local number|local number|numeros? de telefono|numero d'appel|par telephone|pstn|"
    r"pin)(?!\w)"
)
_NEVER_DIALLED = re.compile(
    r"(?<!\w)(?:fax|telefax|text (?=\(?\+?\d)|sms|your (?:phone|number|mobile)|ihre (?:telefon|ruf|"
    r"handy)?-?nummer)(?!\w)"
)
_OTHER_PURPOSE = re.compile(
    r"(?<!\w)(?:invitee|phone number:?$|handynummer:?$|telefonnummer:?$|"
    r"support hotline|hotline|notruf|emergency|helpdesk|help ?desk|hotel|rezeption|reception|front desk|"
    r"salon|praxis|studio|taxi|restaurant|airline|airport)(?!\w)"
)
_THEIRS = re.compile(r"(?<!\w)(?:von|from|de|da|van)(?: der (?:nummer|rufnummer))? ?(?:the number |number )?[\s:(+]*$")
_MAX_NUMBERS = 80
"""Enough for every dial-in list; more is no invitation."""
_BLOCK_END = re.compile(r"^[_.\-=*~ ]{8,}$")


@dataclass(slots=True)
class _Sorted:
    """Numbers as they are found, by what they are for."""

    conference: list[Written] = field(default_factory=list)
    plain: list[Written] = field(default_factory=list)
    spare: list[Written] = field(default_factory=list)
    """Of receptions and hotlines: dialled where a call has no other."""
    with_code: bool = False
    """A code stands right behind a number, or words for dialling in somewhere before one."""

    def full(self) -> bool:
        return len(self.conference) + len(self.plain) + len(self.spare) > _MAX_NUMBERS


def dialling_of(
    occurrence: Occurrence, texts: Texts, me: MeConfig, *, link: Link | None, author_is_me: bool
) -> Dialling:
    """The numbers of an event, sorted by what they are for.

    Args:
        occurrence: the event, for its properties.
        texts: of the event.
        me: own numbers are left out; the region reads numbers without a country code.
        link: by which the conference is joined: its part of the description counts.
        author_is_me: the user wrote the texts: "we will call you at ..." then gives the other side's number.
    """
    country = me.country
    own = frozenset(filter(None, (parse_number(written, country) for written in me.phones)))
    given = _from_properties(occurrence, country)
    place = _in_place(texts.location, country, author_is_me=author_is_me)
    place_is_number = bool(place) and _little_else(texts.location, place)
    found = _Sorted(conference=list(given), plain=list(given))
    if place_is_number or not _address(texts.location, place):
        found.plain += place
    found.conference += [
        number
        for number in place
        if place_is_number or number.pin or _DIAL_IN.search(texts.location.folded[: number.start])
    ]
    found.plain += written_numbers(texts.summary.text, country)
    block = _block(texts.body, link)
    _sort_body(block, found, country, author_is_me=author_is_me)
    behind = _BEHIND_STROKE.match(texts.location.folded[place[-1].end :]) if place_is_number else None
    pin = (
        next((number.pin for number in found.conference if number.pin), None)
        or (behind.group(1) if behind else None)
        or _pin_property(occurrence)
        or _named_pin(block, texts, link, numbers=bool(found.conference), place_is_number=place_is_number)
    )
    booked = not texts.location.text and bool(found.plain) and _booked(texts.body)
    rest = [] if found.plain else _from_signature(texts.tail, country, me) or found.spare
    return Dialling(
        for_conference=_home_first(_distinct(found.conference, own), country),
        for_call=_distinct([*found.plain, *rest], own),
        pin=pin,
        conference=bool(found.conference) and pin is not None and (found.with_code or behind is not None),
        location_number=place_is_number and bool(_distinct(place, own)),
        property_number=bool(given),
        vendor="teams" if any(_TEAMS_AUDIO.search(line.folded) for line in block) else None,
        sign=Sign(kind="phone", reason=msg("a booking without a place gives a number")) if booked else None,
    )


_BEHIND_STROKE = re.compile(
    r"\W{0,3}(?:[/,;x#]|(?:conf\w* |part\w* |access |teilnehmer-?|zugangs-?|konferenz-?)?"
    r"(?:pin|code|id|participants?|passcode|access|kennung)|x{1,2})[:#]? ?(\d{3,12}) ?#?$"
)
_TEAMS_AUDIO = re.compile(r"phone conference id|telefonkonferenz-id")
_CODE_FOLLOWS = re.compile(
    r"\W{0,4}(?:(?:and |und |enter |,).{0,25})?(?:pin|code|passcode|id|access|konferenz|conference)\W"
)
_ID_IS_PIN = frozenset({"zoom", "webex", "gotomeeting", "generic", "ringcentral", "bluejeans", "lifesize"})
"""Services whose meeting ID is what one keys in after dialling."""


def _in_place(line: Line, country: str, *, author_is_me: bool) -> list[Written]:
    """Numbers of a place; not the user's own where it says that somebody calls the reader there."""
    place = written_numbers(line.text, country, alone=True)
    if author_is_me or not sentences.READER_IS_CALLED.search(line.folded):
        return list(place)
    return [number for number in place if _THEIRS.search(line.folded[: number.start])]


def _sort_body(block: tuple[Line, ...], found: _Sorted, country: str, *, author_is_me: bool) -> None:
    """Sort the numbers of a description: a list of dial-in numbers goes on until another subject begins."""
    since_dial_in = _LIST_OF_COUNTRIES
    heading = ""
    for line in block:
        if found.full():
            break
        alone = since_dial_in <= 2 and len(line.text) < 60
        since_dial_in = 0 if _DIAL_IN.search(line.folded) else since_dial_in + 1
        for number in written_numbers(line.text, country, alone=alone):
            before = line.folded[: number.start]
            if _NEVER_DIALLED.search(before):
                continue
            if _OTHER_PURPOSE.search(before) or _OTHER_PURPOSE.search(heading):
                found.spare.append(number)
                continue
            if _dials_in(line, number, since_dial_in):
                found.conference.append(number)
                found.with_code = True
                since_dial_in = min(since_dial_in, 1)
            if _calls(line, number, author_is_me=author_is_me):
                found.plain.append(number)
        heading = line.folded if line.folded.endswith(":") else ""


_LIST = 12
"""Lines over which a list of dial-in numbers may stretch."""
_LIST_OF_COUNTRIES = 40
"""The same, where each line names a country."""


def _dials_in(line: Line, number: Written, since_dial_in: int) -> bool:
    """Whether a number is one to join a conference by."""
    if number.pin or _CODE_FOLLOWS.match(line.folded[number.end : number.end + 60]):
        return True
    if since_dial_in <= _LIST and not _other_call(line.folded):
        return True
    return since_dial_in < _LIST_OF_COUNTRIES and region_in(line.folded) is not None


_OF_HER = re.compile(r"(?<!\w)[Ii]ch (?:rufe|werde) sie(?!\w)")
"""Small letters: she or they are called; whoever is addressed is "Sie"."""


def _calls(line: Line, number: Written, *, author_is_me: bool) -> bool:
    """Whether a number is the other side's."""
    spoken = sentences.READER_IS_CALLED.search(line.folded) is not None
    if spoken and not _OF_HER.search(line.text):
        return author_is_me or _THEIRS.search(line.folded[: number.start]) is not None
    return not _other_call(line.folded) and (number.labelled or number.plus or _short(line, number))


def _named_pin(
    block: tuple[Line, ...], texts: Texts, link: Link | None, *, numbers: bool, place_is_number: bool
) -> str | None:
    """A code that a word names, in the description or the place."""
    meeting = numbers and (link is None or link.vendor in _ID_IS_PIN)
    return dial_in_pin(block, meeting=meeting, numbers=numbers) or (
        None if place_is_number else dial_in_pin((texts.location,), meeting=False, numbers=numbers)
    )


_BOOKING = re.compile(
    r"(?<!\w)(?:powered by calendly|event name|invitee|calendly\.com|cal\.com|acuityscheduling|"
    r"terminland|gebucht uber|booked (?:via|with))(?!\w)"
)
_BOOKED_PLACE = re.compile(r"^(?:location|ort|where|wo|place|adresse|address):")


def _booked(lines: tuple[Line, ...]) -> bool:
    """Whether a booking page made the event, and names no place."""
    return any(_BOOKING.search(line.folded) for line in lines) and not any(
        _BOOKED_PLACE.match(line.folded) for line in lines
    )


def _from_properties(occurrence: Occurrence, country: str) -> list[Written]:
    found: list[Written] = []
    for conference in occurrence.conferences:
        features = {feature.upper() for feature in conference.features}
        if "MODERATOR" not in features and conference.uri.lower().startswith("tel:"):
            found += written_numbers(conference.uri, country)
    if occurrence.url.lower().startswith(("tel:", "callto:")):
        found += written_numbers(occurrence.url, country)
    for name, value in occurrence.extra:
        if name == "X-MICROSOFT-ONLINEMEETINGTOLLNUMBER":
            found += written_numbers(value, country, alone=True)
    return found


def _pin_property(occurrence: Occurrence) -> str | None:
    value = occurrence.extras().get("X-MICROSOFT-ONLINEMEETINGCONFERENCEID", "")
    digits = "".join(character for character in value if character.isdigit())
    return digits if 3 <= len(digits) <= 16 else None


def _little_else(line: Line, numbers: list[Written]) -> bool:
    """Whether a place is a number and at most a label: no street, no shop."""
    rest = _without(line, numbers)
    rest = re.sub(
        (
            r"(?<!\w)(?:tel\w*|phone|fon|mobil\w*|handy|cell|call|or|oder|and|und|video|pin|code|id|ext|"
            r"durchwahl|anruf|nummer|number|office|buro|direct|uk|us|de|at|ch|dial|in|conference|konferenz|"
            r"telko|bridge|participants?|access|toll|free|whatsapp|ruf\w*|unter|auf|von|wir|dich|sie|an|"
            r"einwahl\w*)(?!\w)"
        ),
        " ",
        rest,
    )
    words = re.findall(r"[a-z]{2,}", _NAMED.sub(" ", rest, count=1))
    return not words and not _address(line, numbers)


_NAMED = re.compile(
    r"(?<!\w)(?:herrn?|frau|hr\.|fr\.|mr\.?|mrs\.?|ms\.?) (?!dr\.|prof\.)[^\W\d]{2,}(?:[ -][^\W\d]{2,})?(?!\w)"
)
"""A person to be called, by a form of address; a doctor's name and number are rather those of a practice."""


def _without(line: Line, numbers: list[Written]) -> str:
    rest = line.folded
    for number in reversed(numbers):
        rest = rest[: number.start] + " " + rest[number.end :]
    return rest


def _address(line: Line, numbers: list[Written]) -> bool:
    """Whether a place is one where people go, whatever numbers it holds."""
    return bool(
        re.search(
            (
                r"(?:str\.|straße|strasse|street|\bst\.|road|avenue|platz|\bweg\b|allee|gasse|utca|\brue\b|"
                r"\bvia\b \w|cim\w*:|\b[a-z]*straße\b|(?<![\d+])\d{4,5} [a-z]{3,})"
            ),
            _without(line, numbers),
        )
    )


def _other_call(folded: str) -> bool:
    return bool(sentences.CONDITION.search(folded)) and not _DIAL_IN.search(folded)


def _short(line: Line, number: Written) -> bool:
    return len(line.text) - (number.end - number.start) < 30


def _block(lines: tuple[Line, ...], link: Link | None) -> tuple[Line, ...]:
    """What a description says of the link's conference: without the blocks of other services, if there are any."""
    cuts = [index for index, line in enumerate(lines) if _BLOCK_END.match(line.text)]
    if link is None or not cuts:
        return lines
    kept: list[Line] = []
    begin = 0
    for cut in [*cuts, len(lines)]:
        part = lines[begin:cut]
        services = _services(part)
        if not services or link.vendor in services:
            kept += part
        begin = cut + 1
    return tuple(kept)


def _services(lines: tuple[Line, ...]) -> frozenset[str]:
    """The services whose join links stand in some lines."""
    links = (classify(url) for line in lines for _, url in urls_in(line.text))
    return frozenset(link.vendor for link in links if link is not None)


def _from_signature(lines: tuple[Line, ...], country: str, me: MeConfig) -> list[Written]:
    """Numbers of a mail signature, unless it is the user's own."""
    own = {fold(me.name), *(email.casefold() for email in me.emails)} - {""}
    if any(mark in line.folded for line in lines for mark in own):
        return []
    return [
        number
        for line in lines
        for number in written_numbers(line.text, country)
        if (number.labelled or number.plus) and not _NEVER_DIALLED.search(line.folded[: number.start])
    ]


def _distinct(numbers: list[Written], own: frozenset[str]) -> tuple[str, ...]:
    """Each number once, in E.164, without the user's own."""
    return tuple(dict.fromkeys(number.e164 for number in numbers if number.e164 not in own))


def _home_first(numbers: tuple[str, ...], country: str) -> tuple[str, ...]:
    """Numbers of the user's country before others: the cheapest way in."""
    home = f"+{phonenumbers.country_code_for_region(country)}"
    return tuple(sorted(numbers, key=lambda number: not number.startswith(home)))
