"""What the HTTP client asks of a log-in that changes while it is in use. No I/O."""

from __future__ import annotations

from typing import Protocol

from termintreu.model.errors import Unauthorized


class RenewedLogin(Protocol):
    """One that is renewed before it ends, and once more where the server refuses it."""

    async def header(self) -> str | None:
        """The Authorization header of the next request; None: none is sent. Raises Unauthorized where only the user
        can help, Unreachable where what is needed cannot be had now."""

    async def renew(self, refused: str | None) -> None:
        """After an answer of 401 to that header: have another one ready. Raises as `header`."""

    def refused_again(self) -> Unauthorized:
        """The error where the other one is refused, too."""

    async def close(self) -> None:
        """Let what is under way arrive."""
