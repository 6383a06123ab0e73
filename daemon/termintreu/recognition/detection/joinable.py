"""Which join links may be offered to be clicked. Pure; no request is made.

A browser and this program must read the same host in an address, so that only plain spellings pass: no user name before
the host, no port, no escapes in the host, no character that browsers rewrite. What a mail gateway wraps is not
offered.
"""

from __future__ import annotations

import re

from termintreu.recognition.detection.links import MAX_URL, classify
from termintreu.recognition.detection.services import SELF_HOSTED, SERVICES

_PLAIN = re.compile(
    r"https://(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z][a-z0-9-]{1,61})"
    r"(?P<rest>[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)",
    re.IGNORECASE,
)


def trusted_host(url: str, *, vouched: bool) -> str | None:
    """The host, lower case, of a join link that may be clicked; None for every other address.

    Args:
        url: as it was found.
        vouched: whether the appointment is the user's, a known contact's, or was accepted. Only then may a host be
            one that people run themselves: its name and path prove nothing.
    """
    found = _PLAIN.fullmatch(url) if len(url) <= MAX_URL else None
    if found is None or classify(url) is None:
        return None
    host, rest = found["host"].lower(), found["rest"]
    known = [service for service in SERVICES if service.host.search(host)]
    for service in known or (SELF_HOSTED if vouched else ()):
        if service.host.search(host) and service.rest.search(rest):
            return host
    return None
