"""Which numbers of an event are to be dialled: a conference's own, or the other person's; never the user's, never
those that an event holds for other reasons (cancelling, hotels, shops, fax).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers

from termintreu.config import MeConfig
from termintreu.config.holidays import country_of_zone
from termintreu.model import Occurrence, msg
from termintreu.recognition.detection import sentences
from termintreu.recognition.detection.grammar.signs import Sign
from termintreu.recognition.detection.links import Link, classify, urls_in
from termintreu.recognition.detection.numbers import Written, parse_number, written_numbers
from termintreu.recognition.detection.pins import dial_in_pin
from termintreu.recognition.detection.purpose import (
    DIAL_IN,
    NEVER_DIALLED,
    THEIRS,
    Sorted,
    reader_is_rung,
    searched,
    sort_body,
)
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


_DIGIT = re.compile(r"\d")
_NOTHING = Dialling()


def dialling_of(
    occurrence: Occurrence, texts: Texts, me: MeConfig, *, link: Link | None, author_is_me: bool
) -> Dialling:
    """The numbers of an event, sorted by what they are for.

    Args:
        occurrence: the event, for its properties.
        texts: of the event.
        me: own numbers are left out; the region reads numbers without a country code, and where it makes nothing of
            them, the country of the event's zone does.
        link: by which the conference is joined: its part of the description counts.
        author_is_me: the user wrote the texts: "we will call you at ..." then gives the other side's number.
    """
    lines = (texts.summary, texts.location, *texts.body, *texts.tail)
    if not _has_properties(occurrence) and not any(_DIGIT.search(line.text) for line in lines):
        return _NOTHING  # as most titles are
    found = _dialled_from(me.country, occurrence, texts, me, link=link, author_is_me=author_is_me)
    if found.for_call or found.for_conference or not occurrence.zone:
        return found
    abroad = country_of_zone(occurrence.zone)
    if abroad is None or abroad == me.country:
        return found
    return _dialled_from(abroad, occurrence, texts, me, link=link, author_is_me=author_is_me)


def _has_properties(occurrence: Occurrence) -> bool:
    return bool(occurrence.conferences or occurrence.url or occurrence.extra)


def _dialled_from(
    country: str, occurrence: Occurrence, texts: Texts, me: MeConfig, *, link: Link | None, author_is_me: bool
) -> Dialling:
    """The same, with numbers read as those of one country."""
    own = frozenset(filter(None, (parse_number(written, me.country) for written in me.phones)))
    given = _from_properties(occurrence, country)
    place = _place(texts.location, country, author_is_me=author_is_me)
    title = _spot(texts.summary, written_numbers(texts.summary.text, country), in_title=True)
    block = _block(texts.body, link)
    body = sort_body(block, country, own=own, author_is_me=author_is_me)
    conference = [*given, *place.dialled, *title.dialled, *body.conference]
    plain = [*given, *(place.numbers if place.alone or not place.address else ()), *title.numbers, *body.plain]
    pin = (
        next((number.pin for number in conference if number.pin), None)
        or place.pin
        or title.pin
        or _pin_property(occurrence)
        or _named_pin(body, link, numbers=bool(conference))
    )
    booked = not texts.location.text and bool(plain) and _booked(texts.body)
    rest = [] if plain else _second_choice(texts, body, country, me, author_is_me=author_is_me)
    return Dialling(
        for_conference=_home_first(_distinct(conference, own), country),
        for_call=_distinct([*plain, *rest], own),
        pin=pin,
        conference=bool(conference) and pin is not None and (bool(body.conference) or bool(place.pin or title.pin)),
        location_number=place.alone and bool(_distinct(place.numbers, own)),
        property_number=bool(given),
        vendor="teams" if any(_TEAMS_AUDIO.search(line.folded) for line in block) else None,
        sign=Sign(kind="phone", reason=msg("a booking without a place gives a number")) if booked else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Numbers and codes of a title or a place."""

    numbers: list[Written]
    dialled: list[Written]
    """Those by which a conference is joined."""
    pin: str | None
    alone: bool
    """It is a number and nothing else."""
    address: bool
    """It is a place where people go."""


_NOWHERE = _Spot(numbers=[], dialled=[], pin=None, alone=False, address=False)


def _place(line: Line, country: str, *, author_is_me: bool) -> _Spot:
    """Of a place; not the user's own number where it says that somebody calls the reader there."""
    numbers = list(written_numbers(line.text, country, alone=True))
    if not author_is_me and sentences.READER_IS_CALLED.search(line.folded):
        numbers = [number for number in numbers if THEIRS.search(line.folded[: number.start])]
    return _spot(line, numbers)


def _spot(line: Line, written: Iterable[Written], *, in_title: bool = False) -> _Spot:
    numbers = list(written)
    if not numbers:
        return _NOWHERE
    alone = not in_title and _little_else(line, numbers)
    dtmf = next((number.pin for number in numbers if number.pin), None)
    pin = dtmf or dial_in_pin((searched(line, numbers, numbers),), meeting=True, numbers=True)
    dialled = [
        number for number in numbers if pin or alone or (not in_title and DIAL_IN.search(line.folded[: number.start]))
    ]
    return _Spot(
        numbers=numbers,
        dialled=dialled,
        pin=pin,
        alone=alone,
        address=not in_title and _address(line, numbers),
    )


_TEAMS_AUDIO = re.compile(r"phone conference id|telefonkonferenz-id")
_ID_IS_NO_PIN = frozenset({"teams", "google-meet", "skype", "skype-business", "bigbluebutton", "jitsi"})
"""Services whose meeting ID is for apps; others ask for it when one has dialled."""


def _named_pin(body: Sorted, link: Link | None, *, numbers: bool) -> str | None:
    """A code that a word names in the description."""
    meeting = numbers and (link is None or link.vendor not in _ID_IS_NO_PIN)
    return dial_in_pin(body.searched, meeting=meeting, numbers=numbers)


def _second_choice(texts: Texts, body: Sorted, country: str, me: MeConfig, *, author_is_me: bool) -> list[Written]:
    """Numbers of the signature, or of a reception, where the entry has no other; none where the reader is called."""
    found = _from_signature(texts, country, me) or body.spare
    return [] if body.called or (found and not author_is_me and reader_is_rung(texts.body)) else found


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


_BLOCK_END = re.compile(r"^[_.\-=*~ ]{8,}$")


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


_MOBILE = re.compile(r"(?<!\w)(?:mobil\w*|handy\w*|natel|cell(?:phone)?|mobile)(?!\w)")


def _from_signature(texts: Texts, country: str, me: MeConfig) -> list[Written]:
    """Numbers of a mail signature, unless it is the user's own; the mobile one first where the text speaks of it."""
    own = {fold(me.name), *(email.casefold() for email in me.emails)} - {""}
    if any(mark in line.folded for line in texts.tail for mark in own):
        return []
    found = [
        (line.folded[: number.start], number)
        for line in texts.tail
        for number in written_numbers(line.text, country)
        if (number.labelled or number.plus) and not NEVER_DIALLED.search(line.folded[: number.start])
    ]
    if any(_MOBILE.search(line.folded) for line in texts.body):
        found.sort(key=lambda one: not _MOBILE.search(one[0][-20:]))
    return [number for _, number in found]


def _distinct(numbers: list[Written], own: frozenset[str]) -> tuple[str, ...]:
    """Each number once, in E.164, without the user's own."""
    return tuple(dict.fromkeys(number.e164 for number in numbers if number.e164 not in own))


def _home_first(numbers: tuple[str, ...], country: str) -> tuple[str, ...]:
    """Numbers of the user's country before others: the cheapest way in."""
    home = f"+{phonenumbers.country_code_for_region(country)}"
    return tuple(sorted(numbers, key=lambda number: not number.startswith(home)))
