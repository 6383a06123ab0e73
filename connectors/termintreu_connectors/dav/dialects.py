"""What tells calendars (CalDAV, RFC 4791) from address books (CardDAV, RFC 6352) on the wire. All else about them is
the same: discovery, synchronising, hrefs. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass

from caldav.elements import cdav
from caldav.elements.base import BaseElement

from termintreu_connectors.dav.multistatus import CARD, C


class _AddressbookHomeSet(BaseElement):
    tag = CARD + "addressbook-home-set"


class _AddressData(BaseElement):
    tag = CARD + "address-data"


class _AddressbookMultiGet(BaseElement):
    tag = CARD + "addressbook-multiget"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One of the two, as the requests and the reading of answers need it."""

    noun: str
    """For messages."""
    holds: frozenset[str] | None
    """What every collection of the kind holds; None: each says so itself (supported-calendar-component-set)."""
    kind: str
    """In DAV:resourcetype."""
    home_set: type[BaseElement]
    data: type[BaseElement]
    """The property that is an object's content."""
    multiget: type[BaseElement]
    service: str
    """Its name in DNS and in the path of the server's entrance (RFC 6764 3, 5)."""
    begins: bytes
    """What every object begins with."""

    def fits(self, data: bytes) -> bool:
        """False for log-in pages and the like."""
        return self.begins in data[:1024].upper()


CALENDARS = Dialect(
    noun="calendar",
    holds=None,
    kind=C + "calendar",
    home_set=cdav.CalendarHomeSet,
    data=cdav.CalendarData,
    multiget=cdav.CalendarMultiGet,
    service="caldav",
    begins=b"BEGIN:VCALENDAR",
)
ADDRESS_BOOKS = Dialect(
    noun="address book",
    holds=frozenset({"VCARD"}),
    kind=CARD + "addressbook",
    home_set=_AddressbookHomeSet,
    data=_AddressData,
    multiget=_AddressbookMultiGet,
    service="carddav",
    begins=b"BEGIN:VCARD",
)
