"""Sync-tokens (RFC 6578 3.2), honest and otherwise. A token names the calendar's birth, so that one that was deleted
and made again does not take the old one's."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from tests.simulated_caldav.messages import Refused
from tests.simulated_caldav.site import Site
from tests.simulated_caldav.state import Calendar, Change

_BASE = "http://sync.example/"
_COUNTING = re.compile(re.escape(_BASE) + r"(\d{1,12})/(\d{1,12})")
_CLOCK = re.compile(re.escape(_BASE) + r"at/(\d{1,12})")


def token_of(site: Site, calendar: Calendar) -> str:
    """Of a calendar as it is; its ctag as well."""
    if site.profile.tokens == "clock":
        return f"{_BASE}at/{_second(calendar.history[-1].at) if calendar.history else 0}"
    return f"{_BASE}{calendar.born}/{calendar.version}"


def changes_since(site: Site, calendar: Calendar, token: str) -> dict[str, Change] | None:
    """The last change of each object since a token; None for all there is and nothing of what is gone. Raises
    Refused."""
    clock = _CLOCK.fullmatch(token)
    counting = _COUNTING.fullmatch(token)
    if site.profile.tokens == "clock" and clock:
        return {change.name: change for change in calendar.history if _second(change.at) > int(clock[1])}
    if counting and int(counting[1]) == calendar.born and int(counting[2]) <= calendar.version:
        return {change.name: change for change in calendar.history if change.version > int(counting[2])}
    match site.profile.bad_token:
        case "everything":
            return None
        case "nothing":
            return {}
        case _:
            status = site.profile.bad_token_status
            raise Refused(status, "d:valid-sync-token" if status == 403 else "")


def _second(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp())
