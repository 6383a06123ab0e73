"""ETags as servers spell them, made comparable (RFC 9110 8.8.3). No I/O."""

from __future__ import annotations

import hashlib
import re

_PLAIN = re.compile(r'"[!#-~]+"')
"""As it should be, which is most of them."""
_DIGEST = '"sha256-'


def strong_etag(text: str | None) -> str | None:
    """The ETag with quotes and without W/; None where there is none.

    Proxies that pack replies mark ETags as weak, and some servers leave the quotes out; what remains is what the
    server compares with. One encodes the quotes. Where it really is a weak one, the server answers 412 and nothing is
    lost.
    """
    if text and _PLAIN.fullmatch(text):
        return text
    text = (text or "").strip()
    text = text[2:] if text[:2] in {"W/", "w/"} else text
    text = text[3:-3] if text[:3] == text[-3:] == "%22" else text.strip('"')
    return f'"{text}"' if text and '"' not in text and text.isprintable() else None


def is_strong(text: str | None) -> bool:
    """Whether a header's ETag may be relied on for the bytes that were stored."""
    return strong_etag(text) is not None and not (text or "").strip().upper().startswith("W/")


def is_digest(etag: str) -> bool:
    """Whether it is ours, and none that the server knows."""
    return etag.startswith(_DIGEST)


def digest(data: bytes) -> str:
    """Stands for the ETag where a server gives none. XML takes CRLF for LF, so that line ends do not count."""
    data = data.replace(b"\r", b"").strip(b"\n")
    return f'{_DIGEST}{hashlib.sha256(data).hexdigest()}"'
