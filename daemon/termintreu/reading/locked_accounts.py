"""An account or a call log whose secret cannot be had: it says so whenever it is asked, and the others go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NoReturn

from termintreu.model import Collection, LogReading, Look, Resource, Snapshot
from termintreu.model.errors import Unauthorized
from termintreu.model.logins import LoginKind, LoginState


class LockedAccount:
    """Stands in for a source or target; every request ends as a refused log-in."""

    requests = 0

    def __init__(self, name: str, reason: str, kind: LoginKind = "password") -> None:
        """`reason` tells the user where the secret was looked for."""
        self.name = name
        self._reason = reason
        self._kind = kind

    def login(self) -> LoginState:
        """Of no use."""
        return LoginState(kind=self._kind, trouble=self._reason)

    def has_new_login(self) -> bool:
        """Only a reload makes another account of it."""
        return False

    async def collections(self) -> Sequence[Collection]:
        """Refused."""
        self._refuse()

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """Refused."""
        self._refuse()

    def watch(self, wake: Callable[[], None]) -> AbstractContextManager[None] | None:
        """Nothing to watch."""
        return None

    async def close(self) -> None:
        """Nothing to give back."""

    async def ensure(self, name: str, components: frozenset[str], look: Look | None = None) -> Collection:
        """Refused."""
        self._refuse()

    async def create(self, collection: Collection, name: str, data: bytes) -> Resource:
        """Refused."""
        self._refuse()

    async def update(self, href: str, data: bytes, etag: str) -> Resource:
        """Refused."""
        self._refuse()

    async def delete(self, href: str, etag: str) -> None:
        """Refused."""
        self._refuse()

    async def fetch(self, href: str) -> Resource:
        """Refused."""
        self._refuse()

    async def description(self, collection: Collection) -> str:
        """Refused."""
        self._refuse()

    async def discard(self, collection: Collection) -> None:
        """Refused."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise Unauthorized(self._reason)


class LockedLog:
    """Stands in for a call log; every reading ends as a refused log-in."""

    def __init__(self, name: str, reason: str) -> None:
        """`reason` tells the user where the secret was looked for."""
        self.name = name
        self._reason = reason

    async def read(self, position: str | None) -> LogReading:
        """Refused."""
        raise Unauthorized(self._reason)

    def watch(self, wake: Callable[[], None]) -> AbstractContextManager[None] | None:
        """Nothing to watch."""
        return None

    async def close(self) -> None:
        """Nothing to give back."""
