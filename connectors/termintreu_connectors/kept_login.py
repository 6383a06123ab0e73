"""The log-in of one source that `termintreu login` obtained, for its HTTP client: read where it is kept, sent, renewed
before it ends, and once more where the server refuses it.

One renewal at a time, also among processes. What a renewal brings is on the disk before it is used; it goes on to its
end although whoever asked for it no longer waits, because an answer that is lost may be the only good log-in.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from termintreu.model.errors import ConnectorError, StoreError, Unauthorized, Unreachable
from termintreu.model.logins import Login, LoginKind, LoginState, LoginStore
from termintreu_connectors.oauth.provider import STANDARD, OAuthClient, Provider
from termintreu_connectors.oauth.tokens import Refused, cause_of, renew
from termintreu_connectors.oauth.web import Web
from termintreu_connectors.retry import Sleep
from termintreu_connectors.watch import watching

log = structlog.get_logger(__name__)

_EARLY = timedelta(minutes=5)
"""A token is renewed so long before its end, or when a quarter of its life is left, whichever is later."""
_AGAIN_AFTER = timedelta(seconds=30)
"""After a renewal that failed, while the old token is still good."""
_OTHERS = 60.0
"""Seconds that another process has for its renewal."""
_LOOK_EVERY = 0.05
_GOODBYE = 10.0
"""Seconds that closing waits for a renewal that is under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth:
    """How a source's tokens are renewed."""

    client: OAuthClient
    web: Web
    provider: Provider = STANDARD


def _utc_now() -> datetime:
    return datetime.now(UTC)


class KeptLogin:
    """See the module. Tokens live by this machine's clock."""

    def __init__(
        self,
        store: LoginStore,
        *,
        place: str,
        command: str,
        oauth: OAuth | None = None,
        now: Callable[[], datetime] = _utc_now,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """
        Args:
            store: where it is kept.
            place: see `place_of`; what was kept for another one is not used.
            command: that obtains a new one, for messages.
            oauth: None: it is an app password.
            now: the machine's clock, UTC.
            sleep: waits for so many seconds.
        """
        self._store = store
        self._place = place
        self._command = command
        self._oauth = oauth
        self._now = now
        self._sleep = sleep
        self._renewal: asyncio.Task[Login] | None = None
        self._held: Login | None = None
        self._seen: str | None = None
        self._saved = store.mark()
        """The mark of what was written here last, or stood there at the beginning."""
        self._unsaved: Login | None = None
        self._refused: tuple[str, str] | None = None
        """The mark of what was refused for good, and why."""
        self._not_before: datetime | None = None

    @property
    def store(self) -> LoginStore:
        """Where it is kept."""
        return self._store

    @property
    def kind(self) -> LoginKind:
        """What it is."""
        return "password" if self._oauth is None else "oauth"

    def state(self) -> LoginState:
        """What may be told of it."""
        try:
            login = self._current()
        except Unauthorized as error:
            return LoginState(kind=self.kind, trouble=str(error))
        if login is None:
            trouble = None if self._oauth is None else self._missing()
            return LoginState(kind=self.kind, trouble=trouble)
        trouble = self._refused[1] if self._refused is not None and self._refused[0] == self._seen else None
        return LoginState(
            kind=self.kind, expires=login.expires_at, renewed=login.since, ends=login.ends, trouble=trouble
        )

    def is_news(self) -> bool:
        """Whether what is kept came from somebody else. It may have been read here meanwhile, by a cycle that had begun
        without it."""
        return self._store.mark() not in {"", self._saved}

    def watch(self, wake: Callable[[], None]) -> AbstractContextManager[None]:
        """Call `wake` (from a thread) when somebody else has logged in."""
        return watching(Path(self._store.watched), lambda: wake() if self.is_news() else None)

    def has_new_login(self) -> bool:
        """Whether what was refused was replaced."""
        return self._refused is None or self._refused[0] != self._store.mark()

    async def header(self) -> str | None:
        """The Authorization header of a request; None where nothing is kept and nothing is needed. Raises Unauthorized
        where the user must log in; Unreachable where what is needed cannot be had now."""
        login = self._current()
        if login is None:
            if self._oauth is not None:
                raise self._refuse(self._missing())
            return None
        if self._refused is not None and self._refused[0] == self._seen:
            raise Unauthorized(self._refused[1])
        if self._unsaved is not None:
            await self._keep(self._unsaved)
        if login.kind == "oauth" and self._is_due(login):
            login = await self._renewed(login, forced=False)
        return _header(login)

    async def renew(self, refused: str | None) -> None:
        """After an answer of 401 to a header: have another one ready. Raises as `header`."""
        login = self._current()
        if login is None:
            raise self._refuse(f"the server wants a log-in: {self._command}, or a username and password")
        if _header(login) == refused:
            if login.kind == "password":
                raise self._refuse(f"the server refuses the app password, it may be withdrawn there: {self._command}")
            if login.refresh_token is None:
                raise self._refuse(f"the log-in has ended, and there is nothing to renew it with: {self._command}")
            await self._renewed(login, forced=True)

    def refused_again(self) -> Unauthorized:
        """The error where what was just renewed is refused as well."""
        return self._refuse(f"the server refuses the log-in although it is a new one: {self._command}")

    async def close(self) -> None:
        """Let a renewal that is under way arrive."""
        if self._renewal is not None and not self._renewal.done():
            await asyncio.wait({self._renewal}, timeout=_GOODBYE)

    def _missing(self) -> str:
        return f"not logged in: {self._command}"

    def _refuse(self, why: str, mark: str | None = None) -> Unauthorized:
        """`mark`: of what was refused; None: of what was read last."""
        self._refused = (self._seen or "") if mark is None else mark, why
        return Unauthorized(why)

    def _current(self) -> Login | None:
        """What is kept, for this place. Raises Unauthorized where it cannot be read."""
        mark = self._store.mark()
        if self._unsaved is not None and mark == self._seen:
            return self._unsaved
        if mark != self._seen:
            try:
                self._held = self._store.load()
            except StoreError as error:
                raise self._refuse(str(error), mark) from error
            self._seen, self._unsaved, self._not_before = mark, None, None
        held = self._held
        return held if held is not None and held.place == self._place and held.kind == self.kind else None

    def _is_due(self, login: Login) -> bool:
        if login.expires_at is None or login.refresh_token is None:
            return False
        now = self._now()
        if self._not_before is not None and now < self._not_before and now < login.expires_at:
            return False
        return now >= login.expires_at - min(_EARLY, (login.expires_at - login.since) / 4)

    async def _renewed(self, login: Login, *, forced: bool) -> Login:
        """`login`, or what has come in its place; whoever comes while it is renewed gets the same."""
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew(login))
            self._renewal.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            return await asyncio.shield(self._renewal)
        except ConnectorError as error:
            expires = login.expires_at
            if forced or isinstance(error, Unauthorized) or expires is None or self._now() >= expires:
                raise
            self._not_before = self._now() + _AGAIN_AFTER
            return login

    async def _renew(self, login: Login) -> Login:
        waited = 0.0
        while True:
            try:
                with self._store.exclusive() as alone:
                    if alone:
                        return await self._renew_alone(login)
            except StoreError as error:
                raise Unreachable(str(error)) from error
            if waited >= _OTHERS:
                raise Unreachable("another process has not done with renewing the log-in")
            await self._sleep(_LOOK_EVERY)
            waited += _LOOK_EVERY

    async def _renew_alone(self, login: Login) -> Login:
        current, oauth = self._current(), self._oauth
        if current is None or oauth is None:
            raise self._refuse(self._missing())
        if current.secret != login.secret:
            return current  # another process was first
        mark = self._seen
        if self._unsaved is None:
            await asyncio.to_thread(self._store.prepare)
        now = self._now()
        try:
            new = await renew(oauth.web, current, oauth.client, asked_at=now)
        except Refused as refused:
            why = cause_of(refused, current, oauth.provider, now)
            log.info("log-in not renewed", code=refused.code)
            raise self._refuse(f"the log-in is not renewed any more, {why}: {self._command}", mark) from None
        except ConnectorError as error:
            raise Unreachable(f"the log-in cannot be renewed now: {error}") from None
        await self._keep(new)
        return new

    async def _keep(self, new: Login) -> None:
        self._held = new
        try:
            await asyncio.to_thread(self._store.save, new)
        except StoreError as error:
            # It is the only good one: this process goes on with it, and tries again to keep it with each request.
            if self._unsaved is not new:
                log.warning("log-in not kept", error=str(error), do="make room there before this process ends")
            self._unsaved = new
            return
        self._unsaved = None
        self._seen = self._saved = self._store.mark()


def _header(login: Login) -> str:
    if login.kind == "oauth":
        return "Bearer " + login.secret
    return "Basic " + b64encode(f"{login.username}:{login.secret}".encode()).decode("ascii")
