"""Names of resources and the ids of Google's events: each tells the other, so that nothing has to be remembered, and a
create that is repeated meets what it made before.

An id may hold the digits and letters of base32hex (0-9, a-v), 5 to 1024 of them. What is named otherwise is written so.
"""

from __future__ import annotations

import base64
import binascii
import re

from termintreu.model.errors import Forbidden

SUFFIX = ".ics"
_MARK = "tt"
_GOOGLES = re.compile(r"[0-9a-v]{5,1024}|[0-9A-Za-z_]*_[0-9A-Za-z_]{4,}")
"""What is imported, or is one occurrence of a series, has a "_" in it."""
_LONGEST = 600
"""Octets of a name: half as much again in base32hex."""


def id_of(name: str) -> str:
    """The event's id of a resource's (decoded) name. Raises Forbidden for one that can have none."""
    stem = name.removesuffix(SUFFIX)
    raw = stem.encode("utf-8", "surrogatepass")
    if _GOOGLES.fullmatch(stem) and _decoded(stem) is None:
        return stem
    if not stem or len(raw) > _LONGEST:
        raise Forbidden("a resource's name has 1 to 600 octets here")
    return _MARK + base64.b32hexencode(raw).decode().rstrip("=").lower() + "0"


def name_of(event_id: str) -> str:
    """The resource's name of an event's id."""
    stem = _decoded(event_id)
    return (event_id if stem is None else stem) + SUFFIX


def _decoded(event_id: str) -> str | None:
    """The name that was written as an id; None for an id of Google's own."""
    if not event_id.startswith(_MARK) or not event_id.endswith("0") or len(event_id) < 5:
        return None
    written = event_id.removeprefix(_MARK)[:-1].upper()
    try:
        stem = base64.b32hexdecode(written + "=" * (-len(written) % 8)).decode("utf-8", "surrogatepass")
    except (binascii.Error, ValueError):
        return None
    again = base64.b32hexencode(stem.encode("utf-8", "surrogatepass")).decode().rstrip("=")
    return stem if stem and again == written else None
