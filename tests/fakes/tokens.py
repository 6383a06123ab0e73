"""A log-in as the connectors of Google and Microsoft take one, that is good for an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from termintreu.model.logins import Login
from termintreu.storage.logins import LoginFile
from termintreu_connectors.kept_login import KeptLogin, OAuth
from termintreu_connectors.oauth.provider import OAuthClient
from termintreu_connectors.oauth.web import Web

ACCESS = "an access token"


def logged_in(folder: Path, name: str = "google") -> KeptLogin:
    """As after `termintreu login`."""
    file = LoginFile(folder, "only", name)
    now = datetime.now(UTC)
    file.save(Login(kind="oauth", place="here", secret=ACCESS, obtained_at=now, expires_at=now + timedelta(hours=1)))
    way = OAuth(client=OAuthClient(id="a client"), web=Web())
    return KeptLogin(file, place="here", command="termintreu login google", oauth=way)
