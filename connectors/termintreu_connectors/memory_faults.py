"""How requests to the account in memory fail: what befalls one, and what is known of it when that is decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

from termintreu.model.errors import ConnectorError


class Fault(Enum):
    """What befalls one request. Any other failure is given as the ConnectorError to raise, before anything is done."""

    LOST_BEFORE = auto()
    """The request never arrived: Unavailable, and nothing was done."""
    LOST_AFTER = auto()
    """The request was carried out and the answer was lost: Unavailable."""
    SWALLOWED = auto()
    """A write is answered as done and was not (a PUT that a redirect turned into a GET)."""
    INCOMPLETE = auto()
    """A listing leaves out every second row, and says that it is not complete."""
    TOKEN_INVALID = auto()
    """The sync-token of this request has expired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """One request, as fault injection sees it before it is carried out."""

    kind: Literal["collections", "changes", "ensure", "create", "update", "delete", "fetch", "discard"]
    href: str
    """Of the resource or collection; the display name for `ensure`, "" for `collections`."""
    number: int
    """Counting from 1 since the start."""

    @property
    def writes(self) -> bool:
        """True where the request would change something."""
        return self.kind in {"ensure", "create", "update", "delete", "discard"}


Faults = Callable[[Op], Fault | ConnectorError | None]
