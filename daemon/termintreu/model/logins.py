"""A log-in that was obtained by `termintreu login`, and what is told of one. Pure; no repr shows a secret."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

LoginKind = Literal["password", "oauth"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What a source logs in with, as it is kept. Moments are UTC, by this machine's clock."""

    kind: LoginKind
    place: str
    """What it is for, see `place_of`: it is never used for another server or client."""
    secret: str = field(repr=False)
    """The access token, or the app password."""
    username: str = field(default="", repr=False)
    """Of an app password."""
    refresh_token: str | None = field(default=None, repr=False)
    obtained_at: datetime
    """When the user logged in."""
    renewed_at: datetime | None = None
    """When the access token was renewed last."""
    expires_at: datetime | None = None
    """When the access token ends; None: nobody says."""
    ends_at: datetime | None = None
    """When it can be renewed no longer; None: nobody says."""
    slides: bool = False
    """`ends_at` moves on with each renewal."""
    token_endpoint: str = ""
    secret_in_body: bool = False
    """The token endpoint wants the client's secret in the form."""
    revocation_endpoint: str = ""

    @property
    def since(self) -> datetime:
        """When the access token was had."""
        return self.renewed_at or self.obtained_at

    @property
    def ends(self) -> datetime | None:
        """When the user must log in again, as far as that is known."""
        if self.kind == "oauth" and self.refresh_token is None:
            return self.expires_at
        return None if self.slides else self.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginState:
    """What may be told of a log-in."""

    kind: LoginKind
    expires: datetime | None = None
    """UTC: when what is sent now ends."""
    renewed: datetime | None = None
    """UTC: when it was had, or renewed last."""
    ends: datetime | None = None
    """UTC: when the user must log in again, as far as that is known."""
    trouble: str | None = None
    """Why it is of no use, in a sentence."""


@runtime_checkable
class ShowsLogin(Protocol):
    """A connector that knows how it logs in."""

    def login(self) -> LoginState:
        """As of now."""

    def has_new_login(self) -> bool:
        """Whether a refused log-in was replaced since: it is worth another try."""


class LoginStore(Protocol):
    """Keeps the log-in of one source. Every method may raise StoreError."""

    @property
    def watched(self) -> str:
        """The path of the file, which need not be there: it changes with the log-in."""

    def load(self) -> Login | None:
        """The log-in; None where there is none."""

    def mark(self) -> str:
        """Another one after each change, by whichever process; "" where there is none."""

    def prepare(self) -> None:
        """Make sure that there is room for one more: what can be had only once must not be lost on a full disk."""

    def save(self, login: Login) -> None:
        """Keep it; it is on the disk when this returns, and the one before is replaced as a whole."""

    def forget(self) -> None:
        """Overwrite and remove it."""

    def exclusive(self) -> AbstractContextManager[bool]:
        """Keeps other processes from renewing it; gives False where one of them is at it."""


def place_of(origin: str, client: str = "") -> str:
    """What a log-in is for: the server's origin or domain, and the OAuth client."""
    return f"{origin}\n{client}"


_COMMAND = "termintreu login"


def names_command(sentence: str) -> bool:
    """Whether a sentence says that the user must log in by the command."""
    return _COMMAND in sentence


def login_command(source: str, person: str = "") -> str:
    """The command that logs a source in; `person`: "" where the configuration is for one."""
    named = f'"{source}"' if " " in source else source
    return f"{_COMMAND} {named}" + (f" --person {person}" if person else "")
