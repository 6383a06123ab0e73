"""Which requests the page answers, and its security headers. Pure.

A page without a password on loopback has two enemies: a site that makes its own name point to 127.0.0.1 (DNS
rebinding), and foreign text from calendars. The first one is stopped by the Host header, the second by escaping, and by
a policy under which nothing runs and nothing is loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

METHODS = ("GET", "HEAD")

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""The headers of every response."""


def is_own_host(hosts: Sequence[str], address: tuple[str, int]) -> bool:
    """Whether a request was meant for this page: it has one Host header (RFC 9112 3.2), and that names this machine.

    Args:
        hosts: every Host header of the request.
        address: IP address and port that the page listens on.
    """
    ip, port = address
    names = {"localhost", "127.0.0.1", "[::1]", f"[{ip}]" if ":" in ip else ip}
    allowed = {f"{name}:{port}" for name in names} | (names if port == 80 else set())
    return len(hosts) == 1 and hosts[0].strip().lower() in allowed
