"""Which entries belong to which call: numbers are compared in E.164, by the country they are dialled from, without the
digits for an outside line, and with the extensions of an exchange. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import phonenumbers

from termintreu.model import Call, LogEntry
from termintreu.recognition.detection import parse_number

_LEAST_DIGITS = 10
_EXTENSION = 4


def numbers_of(call: Call) -> tuple[str, ...]:
    """Every number under which the other side can be called, or calls; the one to be dialled first."""
    own = call.contact.phones if call.caller != "dial_in" else ()
    return tuple(dict.fromkeys([*([call.reach.phone] if call.reach.phone else []), *own]))


def matching(entry: LogEntry, calls: Iterable[Call], prefixes: tuple[str, ...], country: str) -> list[Call]:
    """The calls whose number an entry has, whenever they are."""
    written = _written(entry.number, prefixes, country)
    local = entry.number.lstrip("+")
    return [
        call
        for call in calls
        if any(_same_line(number, one) for number in numbers_of(call) for one in written)
        or (not written and _is_local_part(local, numbers_of(call)))
    ]


@lru_cache(maxsize=4096)
def _written(number: str, prefixes: tuple[str, ...], country: str) -> frozenset[str]:
    """What a number in a log can mean in E.164: as it stands, and without the digits for an outside line.

    Where none are configured and it is no number as it stands, one digit is tried: an office that nobody told of
    would look as if nobody ever called.
    """
    ways = [number, *(number.removeprefix(prefix) for prefix in prefixes if prefix and number.startswith(prefix))]
    found = frozenset(one for way in ways if (one := parse_number(way, country)) is not None)
    if found or prefixes or not number.isdigit():
        return found
    outside = parse_number(number[1:], country)
    return frozenset() if outside is None else frozenset({outside})


def _is_local_part(digits: str, numbers: Iterable[str]) -> bool:
    """Whether digits without an area code are the end of a number: at home nobody dials it."""
    return len(digits) >= 5 and not digits.startswith("0") and any(number.endswith(digits) for number in numbers)


@lru_cache(maxsize=4096)
def _same_line(one: str, other: str) -> bool:
    """Whether two numbers in E.164 are one, or an exchange and an extension of it (its "0" may be left out)."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    trunks = {short, short.removesuffix("0")}
    return any(
        len(trunk) >= _LEAST_DIGITS and long.startswith(trunk) and len(long) - len(trunk) <= _EXTENSION
        for trunk in trunks
    ) and not (len(short) == len(long) or _is_mobile(short))


def _is_mobile(number: str) -> bool:
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
    return bool(kind == phonenumbers.PhoneNumberType.MOBILE)
