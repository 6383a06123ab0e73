"""How one logs in at Google: what is asked for, and where. The rights are the least that serve: calendars and their
entries are read only, and what is written goes into calendars that this client made itself.

The device flow is not offered: it refuses these scopes. Google shows each permission with a box of its own to tick.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from termintreu_connectors.oauth.provider import Endpoints, Provider

_AUTH = "https://www.googleapis.com/auth/"


def provider(*, writes: bool, tenant: str = "") -> Provider:
    """The provider, for a source whose account is written to, or only read. There are no tenants here."""
    to_write = ("calendar.app.created",) if writes else ()
    rights = ("calendar.calendarlist.readonly", "calendar.events.readonly", *to_write)
    return replace(_GOOGLE, scopes=tuple(f"{_AUTH}{right}" for right in rights))


_GOOGLE = Provider(
    parameters={"access_type": "offline", "prompt": "consent"},
    endpoints=Endpoints(
        issuer="https://accounts.google.com",
        authorization="https://accounts.google.com/o/oauth2/v2/auth",
        token="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
        revocation="https://oauth2.googleapis.com/revoke",
        takes_secret_in_body=True,
    ),
    trial=timedelta(days=7),
    trial_cause="your consent screen at Google is in testing: such log-ins end after 7 days; publish it, which needs "
    "no review for yourself",
)
