"""What is known of an authorization server, and of a provider. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """What the user registered, or the provider handed out. Its repr shows no secret."""

    id: str
    secret: str | None = field(default=None, repr=False)
    """None: a public client (RFC 6749 2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where an authorization server answers (RFC 8414 2)."""

    issuer: str
    token: str
    authorization: str | None = None
    device: str | None = None
    revocation: str | None = None
    takes_secret_in_body: bool = False
    """Its token endpoint knows client_secret_post, and not client_secret_basic."""
    offers_offline: bool = False
    """It knows the scope "offline_access", without which it gives no refresh token (OpenID Connect Core 11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """How one provider differs from the standard."""

    scopes: tuple[str, ...] = ()
    """What is asked for, beside what the server itself says that it wants."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """More of the authorization request."""
    endpoints: Endpoints | None = None
    """Fixed ones; None: they are found out."""
    loopback: str = "127.0.0.1"
    """How the redirect names this machine (RFC 8252 7.3, 8.3)."""
    trial: timedelta | None = None
    """How long log-ins last whose client is still being tried out."""
    trial_cause: str = ""
    """What to say of it, as a clause."""


STANDARD = Provider()
"""A server that publishes its endpoints."""
