"""Where the other side of a call is: by the contact's zone, else by the number's. Pure.

A dial-in stands anywhere. A number that many zones share (a mobile of a large country) tells only what holds in all of
them, a toll-free one nothing.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from termintreu.config.holidays import zones_of_number
from termintreu.model import Call


def own_number(call: Call) -> str | None:
    """A number of the person's, in E.164: the contact's, else the one that the call is made to."""
    return next(iter(call.contact.phones), None if call.caller == "dial_in" else call.reach.phone)


def their_zones(call: Call, home: ZoneInfo | None = None) -> tuple[ZoneInfo, ...]:
    """The zones where the other side can be; none where nothing is known.

    With `home`, the user's zone: none, either, where only the number tells, and the clocks there show what those at
    home show at that moment.
    """
    if call.contact.timezone:
        return (ZoneInfo(call.contact.timezone),)
    number = own_number(call)
    zones = tuple(map(ZoneInfo, zones_of_number(number))) if number else ()
    if home is None:
        return zones
    here = call.start.astimezone(home).utcoffset()
    return zones if any(call.start.astimezone(zone).utcoffset() != here for zone in zones) else ()


def their_zone(call: Call, home: ZoneInfo | None = None) -> ZoneInfo | None:
    """The one zone of those; None where it is none, or several."""
    zones = their_zones(call, home)
    return zones[0] if len(zones) == 1 else None
