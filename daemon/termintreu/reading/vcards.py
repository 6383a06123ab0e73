"""People out of vCards (versions 2.1, 3.0 and 4.0: RFC 2426, RFC 6350), as far as calls need them. Pure.

Address books hold what thirty years of phones and programs have exported. So a card is cut out at the level of bytes,
only the properties that are used are taken apart, and a card that cannot be read takes no other one down. Nothing here
judges whether a number can be dialled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from termintreu.config.values import parse_zone
from termintreu.model.clean import clean_line
from termintreu.model.names import fold
from termintreu.model.regions import region_in
from termintreu.reading.vcard_lines import VCardLine, texts_of, vcard_lines

MAX_CARD = 10_000_000
"""Bytes of one card, with its photograph."""
MAX_CARDS = 20_000
"""Cards of one file or resource; the rest is reported and left out."""

NO_CARD = "This is no vCard."
UNCLOSED = "A card has no END."
TOO_LARGE = "A card is larger than this program reads."
TOO_MANY = "There are more cards than this program reads; the rest is left out."
NAMELESS = "A card has neither a name nor an address, or could not be read."

_NAME = 200
_EMAILS = 20
_PHONES = 10
_NICKNAMES = 5
_MARK = re.compile(rb"\n(BEGIN|END)[ \t]*:[ \t]*VCARD[ \t]*\r?(?=\n|\Z)", re.IGNORECASE)
_AGENT = re.compile(rb"\n(?:[A-Za-z0-9-]+\.)?AGENT[^\n]*\Z", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]{1,255}")
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,30}(?:/[A-Za-z0-9_+-]{1,30}){1,2}")
_CRITICAL = frozenset({"kritisch", "critical"})
_NOT_TO_SPEAK = frozenset({"fax", "pager", "bbs", "modem", "textphone", "car-fax"})
_REACHES = {"cell": 0, "mobile": 0, "iphone": 0, "work": 1, "home": 3}
_ELSE = 2
ZONES = {
    "DE": "Europe/Berlin", "AT": "Europe/Vienna", "CH": "Europe/Zurich", "FR": "Europe/Paris", "IT": "Europe/Rome",
    "NL": "Europe/Amsterdam", "BE": "Europe/Brussels", "LU": "Europe/Luxembourg", "DK": "Europe/Copenhagen",
    "SE": "Europe/Stockholm", "NO": "Europe/Oslo", "FI": "Europe/Helsinki", "IE": "Europe/Dublin",
    "GB": "Europe/London", "PL": "Europe/Warsaw", "CZ": "Europe/Prague", "HU": "Europe/Budapest",
    "RO": "Europe/Bucharest", "SI": "Europe/Ljubljana", "HR": "Europe/Zagreb", "GR": "Europe/Athens",
    "TR": "Europe/Istanbul", "UA": "Europe/Kyiv", "IL": "Asia/Jerusalem", "IN": "Asia/Kolkata",
    "CN": "Asia/Shanghai", "HK": "Asia/Hong_Kong", "JP": "Asia/Tokyo", "KR": "Asia/Seoul", "SG": "Asia/Singapore",
    "ZA": "Africa/Johannesburg",
}  # fmt: skip
"""Of countries with one zone, or where nearly everybody lives in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One person, or firm."""

    name: str
    """For display; an e-mail address where the card has no name."""
    emails: tuple[str, ...] = ()
    """Lower case, the preferred one first."""
    phones: tuple[str, ...] = ()
    """As written, those to speak on; the preferred one first, else mobile before work before home."""
    nicknames: tuple[str, ...] = ()
    firm: str = ""
    """Where the person works; "" for the firm's own card."""
    timezone: str | None = None
    """IANA name."""
    critical: bool = False
    """In a category that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardReading:
    """What a file or resource held."""

    cards: tuple[Card, ...] = ()
    problems: tuple[str, ...] = ()
    """One sentence for each card that could not be read, without text from it."""


def read_cards(data: bytes) -> CardReading:
    """Every card in a stream. Groups (KIND:group) are passed over. Never raises."""
    blocks, problems = _blocks(_normalized(data))
    cards: list[Card] = []
    for block in blocks:
        properties = _properties(block)
        if _is_group(properties):
            continue
        card = _card(properties)
        if card is None:
            problems.append(NAMELESS)
        else:
            cards.append(card)
    return CardReading(cards=tuple(cards), problems=tuple(problems))


def lean(data: bytes) -> bytes:
    """The same cards without what is never read: photographs, notes, birthdays, streets. Of a card that cannot be
    read an empty one is left, so that it is counted whenever they are read again.
    """
    blocks, problems = _blocks(_normalized(data))
    return b"".join(
        b"BEGIN:VCARD\r\n" + b"".join(line.lean() + b"\r\n" for line in vcard_lines(block)) + b"END:VCARD\r\n"
        for block in (*blocks, *(b"" for _ in problems))
    )


def _normalized(data: bytes) -> bytes:
    """In UTF-8 (or what stands for it), each line with one line feed before it."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", "replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    return b"\n" + (data if b"\n" in data else data.replace(b"\r", b"\n"))


def _blocks(data: bytes) -> tuple[list[bytes], list[str]]:
    """The whole cards, and what was wrong with the others. A card within a card (AGENT) is part of it."""
    blocks: list[bytes] = []
    problems: list[str] = []
    start, depth = 0, 0
    for mark in _MARK.finditer(data):
        if mark[1].upper() == b"BEGIN":
            if depth and _AGENT.search(data, max(start, mark.start() - 200), mark.start()):
                depth += 1
                continue
            if depth:
                problems.append(UNCLOSED)
            if len(blocks) + len(problems) >= MAX_CARDS:
                return blocks, [*problems, TOO_MANY]
            start, depth = mark.end(), 1
        elif depth:
            depth -= 1
            if depth:
                continue
            if mark.start() - start > MAX_CARD:
                problems.append(TOO_LARGE)
            else:
                blocks.append(data[start : mark.start()])
    if depth:
        problems.append(UNCLOSED)
    elif not blocks and not problems:
        problems.append(NO_CARD)
    return blocks, problems


@dataclass(slots=True)
class _Properties:
    """The lines of one card by name, each list in order of preference (RFC 6350 5.3)."""

    by_name: dict[str, list[VCardLine]] = field(default_factory=dict)

    def of(self, name: str) -> list[VCardLine]:
        return sorted(self.by_name.get(name, ()), key=lambda line: line.pref)

    def first(self, name: str) -> str:
        """The first value of a name that says something."""
        return next((text for line in self.of(name) if (text := _clean(texts_of(line.value, None)[0]))), "")


def _properties(block: bytes) -> _Properties:
    found = _Properties()
    for line in vcard_lines(block):
        found.by_name.setdefault(line.name, []).append(line)
    return found


def _is_group(properties: _Properties) -> bool:
    kinds = (*properties.of("KIND"), *properties.of("X-ADDRESSBOOKSERVER-KIND"))
    return any(line.value.strip().casefold() == "group" for line in kinds)


def _card(properties: _Properties) -> Card | None:
    emails = tuple(dict.fromkeys(_emails(properties)))[:_EMAILS]
    name = _name(properties) or next(iter(emails), "")
    phones = tuple(dict.fromkeys(_phones(properties)))[:_PHONES]
    if not name and not phones:
        return None
    return Card(
        name=name or phones[0],
        emails=emails,
        phones=phones,
        nicknames=tuple(dict.fromkeys(_listed(properties, "NICKNAME")))[:_NICKNAMES],
        firm=firm if (firm := _firm(properties)) != name else "",
        timezone=_timezone(properties),
        critical=any(word.lstrip("#").casefold() in _CRITICAL for word in _listed(properties, "CATEGORIES")),
    )


def _name(properties: _Properties) -> str:
    """FN; where that is missing or only an address, N, then ORG, then NICKNAME."""
    shown = properties.first("FN")
    if shown and "@" not in shown:
        return shown
    for line in properties.of("N"):
        family, given = [*texts_of(line.value, ";"), ""][:2]
        if name := _clean(f"{given} {family}"):
            return name
    return _firm(properties) or next(_listed(properties, "NICKNAME"), "")


def _firm(properties: _Properties) -> str:
    return next((firm for line in properties.of("ORG") if (firm := _clean(texts_of(line.value, ";")[0]))), "")


def _emails(properties: _Properties) -> Iterator[str]:
    for line in properties.of("EMAIL"):
        address = line.value.strip().casefold().removeprefix("mailto:")
        if _EMAIL.fullmatch(address) and address.isprintable():
            yield address


def _phones(properties: _Properties) -> Iterator[str]:
    def rank(line: VCardLine) -> tuple[int, int]:
        return line.pref, min((_REACHES[kind] for kind in line.types if kind in _REACHES), default=_ELSE)

    for line in sorted(properties.of("TEL"), key=rank):
        if not line.types & _NOT_TO_SPEAK and (number := _clean(texts_of(line.value, None)[0])[:60]):
            yield number


def _listed(properties: _Properties, name: str) -> Iterator[str]:
    for line in properties.of(name):
        yield from (text for each in texts_of(line.value, ",") if (text := _clean(each)))


def _timezone(properties: _Properties) -> str | None:
    """TZ where it names a zone (an offset alone knows no summer time); else the zone of the one country it lives in."""
    for line in properties.of("TZ"):
        for text in texts_of(line.value, ";"):
            if _ZONE.fullmatch(text.strip()):
                try:
                    return parse_zone(text.strip())
                except ValueError:
                    continue
    countries = {country for line in properties.of("ADR") if (country := _country(line))}
    return ZONES.get(countries.pop() or "") if len(countries) == 1 else None


def _country(line: VCardLine) -> str | None:
    """The country (ISO 3166-1) of an address (RFC 6350 6.3.1: its last component)."""
    parts = texts_of(line.value, ";")
    country = _clean(parts[6]) if len(parts) == 7 else ""
    return country.upper() if len(country) == 2 else region_in(fold(country))


def _clean(text: str) -> str:
    return clean_line(text, _NAME)
