"""Which numbers of an event are to be dialled: a conference's own, or the other person's; never the user's, never
those that an event holds for other reasons (cancelling, hotels, shops, fax).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from termintreu.config import MeConfig
from termintreu.detection import vocabulary as v
from termintreu.detection.links import Link
from termintreu.detection.numbers import Written, parse_number, written_numbers
from termintreu.detection.phrases import Sign
from termintreu.detection.pins import dial_in_pin
from termintreu.detection.regions import region_in
from termintreu.detection.text import Line, Texts, fold
from termintreu.model import Occurrence


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
    r"(?<!\w)(?:dial|call(?:ing)?[- ]in|einwahl\w*|einwahlen|eingewahlt|one[- ]tap|one-touch|toll(?:[- ]free)?|toll-free|join (?:\w+ ){0,3}(?:by|via|from|with) (?:\w+ )?(?:phone|telephone|telefon)|by phone|"
    r"per telefon|uber telefon|telefonisch|mobile einwahl|schnelleinwahl|audio only|nur audio|telefonkonferenz\w*|conference (?:bridge|number|call|line|dial)|phone (?:numbers?|conference|one-tap|dial)|telefonnummern?|telefoneinwahl|"
    r"konferenz\w*|bridge|teleconference|telecon|participant|inbellen|international|find your local number|local number|numeros? de telefono|numero d'appel|par telephone|pstn|pin)(?!\w)"
)
_NEVER_DIALLED = re.compile(
    r"(?<!\w)(?:fax|telefax|text (?=\(?\+?\d)|sms|your (?:phone|number|mobile)|ihre (?:telefon|ruf|handy)?-?nummer)(?!\w)"
)
_OTHER_PURPOSE = re.compile(
    r"(?<!\w)(?:invitee|phone number:?$|handynummer:?$|telefonnummer:?$|"
    r"support hotline|hotline|notruf|emergency|helpdesk|help ?desk|hotel|rezeption|reception|front desk|salon|praxis|studio|taxi|restaurant|airline|airport)(?!\w)"
)
_THEIRS = re.compile(r"(?<!\w)(?:von|from|de|da|van)(?: der (?:nummer|rufnummer))? ?(?:the number |number )?[\s:(+]*$")
_AT = re.compile(r"(?<!\w)(?:unter|at|on|auf|under|op|au|al|sur|nummer|number|your|ihrer|deiner)[^.]{0,30}$")
_MAX_NUMBERS = 120
"""Enough for every dial-in list; more is no invitation."""
_BLOCK_END = re.compile(r"^[_.\-=*~ ]{8,}$")


def dialling_of(
    occurrence: Occurrence, texts: Texts, me: MeConfig, *, link: Link | None, author_is_me: bool
) -> Dialling:
    """The numbers of an event, sorted by what they are for."""
    country = me.country
    own = {number for written in me.phones if (number := parse_number(written, country))}
    given = _from_properties(occurrence, country)
    place = written_numbers(texts.location.text, country, alone=True)
    place_is_number = bool(place) and _little_else(texts.location, place)
    title = written_numbers(texts.summary.text, country)
    conference: list[Written] = list(given)
    if v.READER_IS_CALLED.search(texts.location.folded) and not author_is_me:
        place = tuple(n for n in place if _THEIRS.search(texts.location.folded[: n.start]))
        place_is_number = place_is_number and bool(place)
    plain: list[Written] = [*given, *(place if place_is_number or not _address(texts.location) else ()), *title]
    conference += [number for number in place if number.pin] if not place_is_number else list(place)
    block = _block(texts.body, link)
    with_code = False
    spare: list[Written] = []
    """Numbers of receptions and hotlines: dialled where a call has no other."""
    since_dial_in = 99
    previous = ""
    for line in block:
        folded = line.folded
        if len(plain) + len(conference) + len(spare) > _MAX_NUMBERS:
            break
        numbers = written_numbers(line.text, country, alone=since_dial_in <= 2 and len(line.text) < 60)
        since_dial_in = 0 if _DIAL_IN.search(folded) else since_dial_in + 1
        for number in numbers:
            before = folded[: number.start]
            if _NEVER_DIALLED.search(before):
                continue
            if _OTHER_PURPOSE.search(before) or _OTHER_PURPOSE.search(previous):
                spare.append(number)
                continue
            follows = bool(
                re.match(
                    r"\W{0,4}(?:(?:and |und |enter |,).{0,25})?(?:pin|code|passcode|id|access|konferenz|conference)\W",
                    folded[number.end : number.end + 60],
                )
            )
            with_code = with_code or number.pin is not None or follows
            spoken = v.READER_IS_CALLED.search(folded)
            if (
                number.pin
                or follows
                or (since_dial_in <= 12 and not _other_call(folded))
                or (region_in(folded) and since_dial_in < 40)
            ):
                conference.append(number)
                since_dial_in = min(since_dial_in, 1)
            if _other_call(folded) and not spoken:
                continue
            if spoken and not author_is_me and not _THEIRS.search(before):
                continue
            if number.labelled or number.plus or _short(line, number) or spoken:
                plain.append(number)
        previous = folded if folded.endswith(":") else ""
    pin = next((n.pin for n in conference if n.pin), None)
    has_numbers = bool(conference)
    labelled_pin = dial_in_pin(
        block,
        meeting=has_numbers
        and (link is None or link.vendor in ("zoom", "webex", "gotomeeting", "generic", "ringcentral")),
    )
    if not place_is_number and labelled_pin is None:
        labelled_pin = dial_in_pin((texts.location,), meeting=False)
    labelled_pin = _pin_property(occurrence) or labelled_pin
    slash = (
        re.match(r" ?[/,;x#] ?(?:pin|code|id)?:? ?(\d{3,10}) ?#?$", texts.location.folded[place[-1].end :])
        if place_is_number
        else None
    )
    pin = pin or (slash.group(1) if slash else None) or labelled_pin
    booked = not texts.location.text and _booked(texts.body) and bool(plain)
    tail = _from_signature(texts.tail, country, me) if not plain else []
    tail = tail or (spare if not plain else [])
    return Dialling(
        for_conference=_ranked(conference, own, country, dial_in=True),
        for_call=_ranked([*plain, *tail], own, country, dial_in=False),
        pin=pin,
        conference=bool(conference) and pin is not None and (with_code or bool(slash) or since_dial_in < 99),
        location_number=place_is_number and bool(_ranked(list(place), own, country, dial_in=False)),
        property_number=bool(given),
        vendor="teams"
        if any("phone conference id" in l.folded or "telefonkonferenz-id" in l.folded for l in block)
        else None,
        sign=Sign(kind="phone", reason="a booking without a place gives a number") if booked else None,
    )


_BOOKING = re.compile(
    r"(?<!\w)(?:powered by calendly|event name|invitee|calendly\.com|cal\.com|acuityscheduling|terminland|gebucht uber|booked (?:via|with))(?!\w)"
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


def _little_else(line: Line, numbers: tuple[Written, ...]) -> bool:
    """Whether a place is a number and at most a label: no street, no shop."""
    rest = line.folded
    for number in reversed(numbers):
        rest = rest[: number.start] + " " + rest[number.end :]
    rest = re.sub(
        r"(?<!\w)(?:tel\w*|phone|fon|mobil\w*|handy|cell|call|or|oder|and|und|video|pin|code|id|ext|durchwahl|anruf|nummer|number|office|buro|direct|uk|us|de|at|ch|dial|in|conference|konferenz|telko|bridge|participants?|access|toll|free|whatsapp|ruf\w*|unter|auf|von|wir|dich|sie|an|einwahl\w*)(?!\w)",
        " ",
        rest,
    )
    words = re.findall(r"[a-z]{2,}", rest)
    return not words and not _address(line)


def _address(line: Line) -> bool:
    return bool(
        re.search(
            r"(?:str\.|straße|strasse|street|\bst\.|road|avenue|platz|\bweg\b|allee|gasse|utca|\brue\b|\bvia\b \w|cim\w*:|\b[a-z]*straße\b|(?<![\d+])\d{4,5} [a-z]{3,})",
            line.folded,
        )
    )


def _other_call(folded: str) -> bool:
    return bool(v.CONDITION.search(folded)) and not _DIAL_IN.search(folded)


def _short(line: Line, number: Written) -> bool:
    return len(line.text) - (number.end - number.start) < 30


def _block(lines: tuple[Line, ...], link: Link | None) -> tuple[Line, ...]:
    """The part of a description that belongs to the link, where the description holds the blocks of two services."""
    cuts = [index for index, line in enumerate(lines) if _BLOCK_END.match(line.text)]
    if link is None or not cuts:
        return lines
    parts: list[tuple[Line, ...]] = []
    begin = 0
    for cut in [*cuts, len(lines)]:
        parts.append(lines[begin:cut])
        begin = cut + 1
    holding = [part for part in parts if any(_mentions(line, link) for line in part)]
    rich = [part for part in holding if any(character.isdigit() for line in part for character in line.text)]
    return rich[0] if rich and sum(any(v.JOIN_WORDS.search(l.folded) for l in part) for part in parts) > 1 else lines


def _mentions(line: Line, link: Link) -> bool:
    return link.url in line.text or bool(re.search(rf"(?<!\w){re.escape(link.vendor.partition('-')[0])}", line.folded))


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


def _ranked(numbers: list[Written], own: set[str], country: str, *, dial_in: bool) -> tuple[str, ...]:
    """Each number once, without the user's own; for a dial-in those of the user's country first."""
    found = list(dict.fromkeys(number.e164 for number in numbers if number.e164 not in own))
    if dial_in:
        home = parse_home(country)
        found.sort(key=lambda number: not number.startswith(home))
    return tuple(found)


def parse_home(country: str) -> str:
    """The user's country code with its plus."""
    return f"+{phonenumbers.country_code_for_region(country)}"
