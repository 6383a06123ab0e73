"""The errors that cross a layer. Expected failures of one item are values (see `model`), not exceptions.

Each class says what is known when it is raised, and what cannot be known. Messages are for the user: where,
what was found, what would be right. They never hold a secret, a feed's secret path, or text from a calendar.
"""

from __future__ import annotations

from typing import ClassVar, Literal

Scope = Literal["account", "collection"]


class TermintreuError(Exception):
    """Base of every error that is shown to the user as one line, without a traceback."""


class ConfigError(TermintreuError):
    """The configuration cannot be used. `problems` holds one message each, all of them at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StoreError(TermintreuError):
    """The state cannot be read or written (locked, corrupt, full, from a newer version)."""


class ConnectorError(TermintreuError):
    """A request to a server, feed or folder did not succeed.

    Attributes:
        transient: whether the same request may succeed later without anybody doing anything.
        retry_after: seconds the server asked us to wait; None when it said nothing.
        scope: how far it reaches when it befalls the reading of one collection. What says nothing of the others
            ("collection") costs that collection only.
    """

    transient = False
    scope: ClassVar[Scope] = "collection"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(ConnectorError):
    """Time-out, connection lost, 5xx, 429. For a write it is unknown whether the server carried it out."""

    transient = True


class Unreachable(Unavailable):
    """Nothing answered: no such host, connection refused or lost, time-out. A disk that is not mounted."""

    scope = "account"


class TooManyRequests(Unavailable):
    """429: whoever is logged in asks too often, wherever they ask."""

    scope = "account"


class NotThereYet(Unavailable):
    """The folder of our own collections is not there. Either it was never made, and will be with the first of them, or
    its disk is not mounted; only who remembers what stood in it can tell.

    Attributes:
        href: what the hrefs of everything in it begin with.
    """

    scope = "account"

    def __init__(self, message: str, *, href: str) -> None:
        super().__init__(message)
        self.href = href


class Unauthorized(ConnectorError):
    """401, or log-in refused. Nothing more is tried on that account until its credentials change."""

    scope = "account"


class Forbidden(ConnectorError):
    """403 and its like: the collection may be read, not written."""


class NotFound(ConnectorError):
    """404, 410: there is nothing at that href (any more)."""


class PreconditionFailed(ConnectorError):
    """412, 409, or 423: not stored; the object changed, exists already, or its UID is taken elsewhere.

    Attributes:
        uid_conflict: the server said that the UID stands under another href (CALDAV:no-uid-conflict).
    """

    def __init__(self, message: str, *, uid_conflict: bool = False) -> None:
        super().__init__(message)
        self.uid_conflict = uid_conflict


class OutOfSpace(ConnectorError):
    """507: the account is full. No further writes in this cycle."""


class InvalidAnswer(ConnectorError):
    """The answer is not what the protocol asks for (HTML with 200, truncated XML, no token, too large).

    What was known before stays in force; the source is reported stale.
    """

    transient = True


class Untrusted(InvalidAnswer):
    """No trusted TLS connection could be made: nothing was asked."""

    scope = "account"


class TokenInvalid(ConnectorError):
    """The sync-token is no longer good (RFC 6578 3.2): ask for a full listing."""
