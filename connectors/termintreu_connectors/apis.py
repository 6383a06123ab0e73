"""Services that are reached by an API of their own, by the configuration's `type`: where it is, and how one logs in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from termintreu_connectors.google.provider import provider as google
from termintreu_connectors.microsoft.provider import provider as microsoft
from termintreu_connectors.oauth.provider import Provider


class MakesProvider(Protocol):
    """How one logs in at such a service."""

    def __call__(self, *, writes: bool, tenant: str) -> Provider:
        """`writes`: the account is written to; `tenant`: whose users log in, where there are several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One such service."""

    root: str
    """What all its addresses begin with."""
    provider: MakesProvider


APIS: Mapping[str, Api] = MappingProxyType(
    {
        "google": Api(root="https://www.googleapis.com", provider=google),
        "microsoft": Api(root="https://graph.microsoft.com", provider=microsoft),
    }
)
