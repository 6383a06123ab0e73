"""Who may write a state on a PostgreSQL server: an advisory lock (PostgreSQL manual 13.3.5) of a session of its own.

The server lets go of it when the session ends, however that was, and soon after the machine at the other end is gone.
It needs a session that lasts: a pooler that hands out one for each transaction cannot hold it.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from termintreu.model.errors import StoreError
from termintreu.storage.postgres import in_words, url_of

_WRITING = 0x54524556
"""The lock. Each database has its own."""
_CLIENT = {"connect_timeout": 10, "tcp_user_timeout": 10_000}
"""Seconds for a connection, and milliseconds for what was sent to arrive."""
_SESSION = (
    "-c idle_session_timeout=0 -c statement_timeout=10000 "
    # A machine that went away without a word is noticed within a minute.
    "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
)
_TAKE = text("SELECT pg_try_advisory_lock(:key)")
_ALIVE = text("SELECT 1")
_HOLDER = text(
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted "
    "AND classid = 0 AND objid = :key AND objsubid = 1 "
    "AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlace:
    """A database that can be locked."""

    url: str
    """As configured, without a password."""
    password: str | None = field(repr=False, compare=False)

    def __str__(self) -> str:
        url = url_of(self.url, None)
        return f"in the database {url.database or url.username or '?'} on {url.host or 'the local server'}"


class SessionLock:
    """One process's hold on a database; calls may come from any thread."""

    def __init__(self, place: SessionPlace, name: str) -> None:
        """Connects; raises StoreError. `name` is what others read of whoever holds it, 63 ASCII characters at most."""
        self._place = place
        self._name = name
        self._guard = threading.Lock()
        self._closed = False
        self._connection = self._connected()

    def take(self) -> bool:
        """Whether it is ours from now on. Raises StoreError."""
        with in_words(f"the state {self._place}"):
            return bool(self._connection.scalar(_TAKE, {"key": _WRITING}))

    def holder(self) -> str:
        """The name of whoever holds it; "" where nobody does, or it cannot be told. Raises StoreError."""
        with in_words(f"the state {self._place}"):
            return str(self._connection.scalar(_HOLDER, {"key": _WRITING}) or "")

    def is_kept(self) -> bool:
        """Whether it is ours still: it ended with its session where the server was started anew, and is taken again
        then. False where another process was faster. Raises StoreError while there is no server to ask."""
        with self._guard:
            try:
                if not self._closed:
                    self._connection.scalar(_ALIVE)
            except DBAPIError:
                self._disconnect()
                self._connection = self._connected()
                return self.take()
            return True

    def close(self) -> None:
        """Let go of it."""
        with self._guard:
            self._closed = True
            self._disconnect()

    def _disconnect(self) -> None:
        with contextlib.suppress(DBAPIError):
            self._connection.close()
        self._connection.engine.dispose()

    def _connected(self) -> Connection:
        try:
            engine = create_engine(
                url_of(self._place.url, self._place.password),
                poolclass=NullPool,
                isolation_level="AUTOCOMMIT",
                connect_args={**_CLIENT, "application_name": self._name, "options": _SESSION},
            )
        except ImportError as error:
            raise StoreError("[state] url needs the driver: pip install 'termintreu[scale]'") from error
        with in_words(f"the state {self._place}"):
            return engine.connect()
