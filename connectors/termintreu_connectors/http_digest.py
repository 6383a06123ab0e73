"""Log-in headers: Basic (RFC 7617), sent at once, and Digest (RFC 7616) where a server asks for it. No I/O."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from termintreu_connectors.http_challenges import challenges

_HASHES: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
    "SHA-512-256": lambda data: hashlib.new("sha512_256", data).hexdigest(),
}


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
    """A server's Digest challenge, and the count of answers given to it.

    Its texts are octets, read as Latin-1 and sent back as such: what they mean is the server's affair.
    """

    realm: str
    nonce: str
    algorithm: str = "MD5"
    opaque: str | None = None
    qop: bool = False
    used: int = 0

    def answer(self, credentials: Credentials, method: str, target: str) -> str:
        """The Authorization header for one request, octets as Latin-1; `target` is its path and query as sent
        (RFC 7616 3.4). The log-in is in UTF-8."""
        self.used += 1
        count, cnonce = f"{self.used:08x}", secrets.token_hex(8)
        hashed = _HASHES[self.algorithm.upper().removesuffix("-SESS")]

        def digest(*parts: str) -> str:
            return hashed(":".join(parts).encode("latin-1"))

        username, password = (part.encode().decode("latin-1") for part in (credentials.username, credentials.password))
        ha1 = digest(username, self.realm, password)
        if self.algorithm.upper().endswith("-SESS"):
            ha1 = digest(ha1, self.nonce, cnonce)
        ha2 = digest(method, target)
        middle = (count, cnonce, "auth") if self.qop else ()
        fields = {
            "username": username,
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
    found = [_readable(challenge.parameters) for challenge in challenges(header or "") if challenge.scheme == "digest"]
    known = [challenge for challenge in found if challenge is not None]
    return max(known, key=lambda challenge: not challenge.algorithm.upper().startswith("MD5"), default=None)


def _readable(values: Mapping[str, str]) -> Digest | None:
    algorithm = values.get("algorithm", "MD5")
    qop = {option.strip().lower() for option in values.get("qop", "").split(",")} - {""}
    if algorithm.upper().removesuffix("-SESS") not in _HASHES or not {"realm", "nonce"} <= values.keys():
        return None
    if qop and "auth" not in qop:
        return None
    return Digest(
        realm=values["realm"],
        nonce=values["nonce"],
        algorithm=algorithm,
        opaque=values.get("opaque"),
        qop=bool(qop),
    )


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
