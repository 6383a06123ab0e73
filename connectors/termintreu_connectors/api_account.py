"""What the accounts of services with an API of their own share: one log-in, one HTTP client, one session of JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from termintreu.model.logins import LoginState
from termintreu.model.ports import Signs
from termintreu_connectors.http import HttpClient, HttpLimits, Reach
from termintreu_connectors.json_api import Explain, JsonSession
from termintreu_connectors.kept_login import KeptLogin
from termintreu_connectors.retry import Retry, Sleep
from termintreu_connectors.watch import watching


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast an account is asked, and how long it is waited for."""

    limits: HttpLimits | None = None
    """Of each request."""
    write_interval: float = 0.2
    """Seconds between the beginnings of two writes."""
    longest_wait: float = 30.0
    """Seconds; a Retry-After beyond it is handed on as `Unavailable.retry_after`."""
    sleep: Sleep = asyncio.sleep
    """Waits for so many seconds."""


class ApiAccount:
    """One log-in at such a service. Connections are kept alive until `close`."""

    def __init__(
        self,
        name: str,
        kept: KeptLogin | None,
        *,
        base: str,
        explain: Explain,
        headers: Mapping[str, str] | None = None,
        pace: Pace | None = None,
    ) -> None:
        """Sends nothing yet.

        Args:
            name: as in the configuration.
            kept: the log-in that `termintreu login` obtained, or will; None: every request is refused there.
            base: the API's root; plain http on loopback only.
            explain: see `json_api.Explain`.
            headers: of each request.
        """
        pace, base = pace or Pace(), base.rstrip("/")
        self._name = name
        self._kept = kept
        reach = Reach.account(allow_private=False, url=base)
        self._http = HttpClient(reach=reach, limits=pace.limits, home=base, kept=kept)
        self.session = JsonSession(
            self._http,
            base,
            explain=explain,
            headers=headers or {},
            retry=Retry(longest=pace.longest_wait, sleep=pace.sleep),
            sleep=pace.sleep,
            write_interval=pace.write_interval,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name!r})"

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._name

    @property
    def requests(self) -> int:
        """Requests sent since the start, with repetitions."""
        return self._http.requests

    def signs(self) -> Signs:
        """What the server's last answer shows of it."""
        return self._http.signs()

    def login(self) -> LoginState:
        """As of now."""
        return LoginState(kind="oauth") if self._kept is None else self._kept.state()

    def has_new_login(self) -> bool:
        """Whether a refused log-in was replaced since."""
        return self._kept is not None and self._kept.has_new_login()

    def watch(self, wake: Callable[[], None]) -> AbstractContextManager[None] | None:
        """Wakes when somebody has logged in; a service tells a program without an address of its own nothing."""
        kept = self._kept
        if kept is None:
            return None
        return watching(Path(kept.store.watched), lambda: wake() if kept.is_news() else None)

    async def close(self) -> None:
        """Give back the connections."""
        await self._http.close()
