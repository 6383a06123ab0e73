"""The doors of the program: what a connector must do for the cycle. Implementations import model and errors only.

Every method may raise `errors.ConnectorError` and nothing else; connectors translate what their libraries throw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from termintreu.model import Collection, LogReading, Look, Resource, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What a server shows of things that will end, or are not as they should be."""

    certificate_ends: datetime | None = None
    """UTC: of the connection that was opened last."""
    clock_off: timedelta | None = None
    """By how much its clock differs from ours, by the answer that came last."""


@runtime_checkable
class ShowsSigns(Protocol):
    """A connector that sees such signs."""

    def signs(self) -> Signs:
        """As of the last answer."""


class SecondWay(Protocol):
    """A way to the user that is not the calendar. Nothing of it ever fails a cycle."""

    @property
    def leads_anywhere(self) -> bool:
        """Whether there is anything by which a message can go."""

    async def send(self, title: str, body: str) -> bool:
        """Send one message; whether it was taken. It takes some seconds at the most."""

    async def tried(self, title: str, body: str) -> list[tuple[str, str]]:
        """Send one message by every way, and a heartbeat: each way, and why it failed ("" where it did not)."""

    def beat(self) -> None:
        """Tell whoever watches from outside that all is well; does not wait."""

    async def end(self) -> None:
        """Let what is under way arrive."""


class Source(Protocol):
    """Something that holds calendars and is only ever read."""

    @property
    def name(self) -> str:
        """The name in the configuration."""

    async def collections(self) -> Sequence[Collection]:
        """Every collection with VEVENT or VTODO that the account offers (discovery, RFC 6764 and 4791).

        Not filtered by configuration: `collect` does that.
        """

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """What changed in `collection` since `token`.

        Args:
            collection: as `collections` gave it.
            token: from the last Snapshot; None asks for everything.
            known: href to ETag of what is held already: a source without sync-tokens fetches what differs only,
                and lists the unchanged ones with `data=None`.

        A token that is no longer valid leads to a full listing here; it never raises TokenInvalid.
        """

    def watch(self, wake: Callable[[], None]) -> AbstractContextManager[None] | None:
        """Call `wake` (from any thread) within a second of a change; None where only polling helps."""

    @property
    def requests(self) -> int:
        """Requests sent since the start (0 for folders)."""

    async def close(self) -> None:
        """Give back connections."""


@runtime_checkable
class LooksAhead(Protocol):
    """A source that can give the next days without all the rest."""

    async def ahead(self, collection: Collection, start: datetime, end: datetime) -> Sequence[Resource] | None:
        """Whole resources that have something in [start, end) (UTC); None where it cannot be had so.

        It is a preview only: others may be among them, and nothing follows from absence.
        """


@runtime_checkable
class Lists(Protocol):
    """A source that can say what is there without relying on a token. One without it always lists in full."""

    async def listing(self, collection: Collection, known: Mapping[str, str | None]) -> Snapshot:
        """Everything that stands in `collection`, by a question that no token answers.

        What is not as in `known` comes with its data, whatever any token says of it. The Snapshot is full; its token
        is None where the listing gave none: then one that is held stays good only if nothing was found to differ.
        """


@runtime_checkable
class TellsAvailability(Protocol):
    """A source that can tell when its user is to be had (RFC 7953)."""

    @property
    def availability(self) -> str | None:
        """The CALDAV:calendar-availability that the last `collections` found, as it came; "" where there was none, None
        before the first."""


@runtime_checkable
class KnowsItsAddress(Protocol):
    """A source that was found from less than its address, or behind redirects."""

    @property
    def address(self) -> str | None:
        """The whole URL where `collections` found it; None before."""


class Target(Source, Protocol):
    """A source into which our own items may be written. Every write is conditional; none follows a redirect."""

    async def ensure(self, name: str, components: frozenset[str], look: Look | None = None) -> Collection:
        """The collection of that display name for `components`, created where it is missing (MKCALENDAR).

        `look` is given to one that is created; what is there already keeps its own, and where a server refuses it the
        collection is made without.

        Returns the collection with the components it really supports: where the server allows no VTODO, the
        caller writes the fallback. Raises Forbidden where none can be made.
        """

    async def create(self, collection: Collection, name: str, data: bytes) -> Resource:
        """PUT with If-None-Match: *. `name` ends in .ics. Returns href and strong ETag (fetched where the PUT
        gave none); `data` is None.

        Raises PreconditionFailed when something stands there already.
        """

    async def update(self, href: str, data: bytes, etag: str) -> Resource:
        """PUT with If-Match: etag. Raises PreconditionFailed (changed since), NotFound."""

    async def delete(self, href: str, etag: str) -> None:
        """DELETE with If-Match: etag. Raises PreconditionFailed. Gone already (404) is success."""

    async def fetch(self, href: str) -> Resource:
        """GET: the resource with data and ETag. Raises NotFound."""

    async def description(self, collection: Collection) -> str:
        """The text that a collection is described with, in one line; "" where there is none, or none is kept."""

    async def discard(self, collection: Collection) -> None:
        """DELETE of a whole collection that we made and that holds nothing of anybody else's: a moment ago under a name
        that nobody else uses, or as its description tells. Gone already (404) is success. Raises Forbidden where the
        account allows none to be removed."""


class CallLog(Protocol):
    """A list of calls made and received; only ever read."""

    @property
    def name(self) -> str:
        """The name in the configuration."""

    async def read(self, position: str | None) -> LogReading:
        """The entries after `position` (None: all). A log that was rotated or truncated is read from its start.

        Raises ConnectorError where the log cannot be read at all; bad lines are values.
        """

    def watch(self, wake: Callable[[], None]) -> AbstractContextManager[None] | None:
        """As for sources."""

    async def close(self) -> None:
        """Give back connections."""
