"""How one logs in at Microsoft: what is asked for, and where. Graph has no right that reaches our own calendars only:
who only reads asks for reading alone; what writes looks first what stands there (see `events`).

Its tokens cannot be withdrawn by a program.
"""

from __future__ import annotations

from urllib.parse import quote

from termintreu_connectors.oauth.provider import Endpoints, Provider

COMMON = "common"
"""The tenant of whoever logs in."""


def provider(*, writes: bool, tenant: str = COMMON) -> Provider:
    """The provider, for a source whose account is written to, or only read."""
    place = f"https://login.microsoftonline.com/{quote(tenant, safe='')}"
    rights = ("Calendars.ReadWrite", "Tasks.ReadWrite") if writes else ("Calendars.Read",)
    return Provider(
        scopes=(*rights, "offline_access"),
        parameters={"prompt": "select_account"},
        endpoints=Endpoints(
            issuer=f"{place}/v2.0",
            authorization=f"{place}/oauth2/v2.0/authorize",
            token=f"{place}/oauth2/v2.0/token",
            device=f"{place}/oauth2/v2.0/devicecode",
            takes_secret_in_body=True,
        ),
        loopback="localhost",
    )
