"""Log-in headers: Basic (RFC 7617), sent at once, and Digest (RFC 7616) where a server asks for it. No I/O."""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

_HASHES: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
    "SHA-512-256": lambda data: hashlib.new("sha512_256", data).hexdigest(),
}
_PARAMETER = re.compile(r'([a-zA-Z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A log-in. Its repr shows neither part."""

    username: str = field(repr=False)
    password: str = field(repr=False)

    def basic(self) -> str:
        """The Authorization header of RFC 7617, in UTF-8."""
        return "Basic " + b64encode(f"{self.username}:{self.password}".encode()).decode("ascii")


@dataclass(slots=True, kw_only=True)
class Digest:
    """A server's Digest challenge, and the count of answers given to it."""

    realm: str
    nonce: str
    algorithm: str = "MD5"
    opaque: str | None = None
    qop: bool = False
    used: int = 0

    def answer(self, credentials: Credentials, method: str, target: str) -> str:
        """The Authorization header for one request; `target` is its path and query as sent (RFC 7616 3.4)."""
        self.used += 1
        count, cnonce = f"{self.used:08x}", secrets.token_hex(8)
        hashed = _HASHES[self.algorithm.upper().removesuffix("-SESS")]

        def digest(*parts: str) -> str:
            return hashed(":".join(parts).encode())

        ha1 = digest(credentials.username, self.realm, credentials.password)
        if self.algorithm.upper().endswith("-SESS"):
            ha1 = digest(ha1, self.nonce, cnonce)
        ha2 = digest(method, target)
        middle = (count, cnonce, "auth") if self.qop else ()
        fields = {
            "username": credentials.username,
            "realm": self.realm,
            "nonce": self.nonce,
            "uri": target,
            "response": digest(ha1, self.nonce, *middle, ha2),
        }
        if self.opaque is not None:
            fields["opaque"] = self.opaque
        header = ", ".join(f"{name}={_quoted(value)}" for name, value in fields.items())
        header += f", algorithm={self.algorithm}"
        if self.qop:
            header += f', qop=auth, nc={count}, cnonce="{cnonce}"'
        return "Digest " + header


def digest_challenge(header: str | None) -> Digest | None:
    """The strongest Digest challenge of a WWW-Authenticate header that we can answer; None where there is none."""
    found: list[Digest] = []
    for part in re.split(r"(?i)(?:^|[,\s])digest\s+", header or "")[1:]:
        values = {m[1].lower(): re.sub(r"\\(.)", r"\1", m[2]) if m[3] is None else m[3] for m in _matches(part)}
        algorithm = values.get("algorithm", "MD5")
        qop = {option.strip() for option in values.get("qop", "").split(",")} - {""}
        known = algorithm.upper().removesuffix("-SESS") in _HASHES
        if known and {"realm", "nonce"} <= values.keys() and (not qop or "auth" in qop):
            challenge = Digest(realm=values["realm"], nonce=values["nonce"], algorithm=algorithm, qop=bool(qop))
            challenge.opaque = values.get("opaque")
            found.append(challenge)
    return max(found, key=lambda challenge: not challenge.algorithm.upper().startswith("MD5"), default=None)


def _matches(text: str) -> list[re.Match[str]]:
    return list(_PARAMETER.finditer(text))


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
