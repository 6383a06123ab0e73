"""When the user's time is taken, and what is free of it. Pure arithmetic on occurrences, in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from termintreu.judging.rules.common.base import Context
from termintreu.judging.rules.common.loose import identity
from termintreu.model import Call, Occurrence

_BEYOND = timedelta(days=7)
_LINK = re.compile(r"://|\bwww\.|\b[\w-]+\.[a-z]{2,}/\S", re.IGNORECASE)
_NUMBER = re.compile(r"^(?:\w{1,8}\.?:?\s*)?\+?\d[\d\s()/.,;#*–-]{4,}$", re.IGNORECASE)
_ONLINE = re.compile(
    r"\b(?:online|remote|virtuell|virtual|video\w*|zoom|(?:ms |microsoft )?teams|google meet|meet|hangouts?|webex|skype"
    r"|jitsi|whereby|gotomeeting|facetime|whatsapp|signal|discord|slack|bigbluebutton|telefon\w*|telko|phone|anruf"
    r"|call|tel|tbd|tba)\b",
    re.IGNORECASE,
)


def has_place(occurrence: Occurrence) -> bool:
    """Whether its LOCATION is somewhere to come back from: no link, no number, no online word."""
    location = occurrence.location.strip()
    return bool(location) and not any(pattern.search(location) for pattern in (_LINK, _NUMBER, _ONLINE))


def taken(call: Call, context: Context, since: datetime, until: datetime) -> list[Occurrence]:
    """Busy occurrences beside the call itself that touch the time from `since` to `until`, by start.

    Windows in which another call may come are left out: nobody is occupied by a promise to phone some time
    between 9 and 15.
    """
    own = identity(call.occurrence)
    return [occurrence for occurrence in context.fixed.touching(since, until) if identity(occurrence) != own]


def overlap(call: Call, occurrence: Occurrence) -> timedelta:
    """How long both run at once (negative: the gap). A call without a length counts as one minute."""
    end = max(call.end, call.start + timedelta(minutes=1))
    return min(end, occurrence.end) - max(call.start, occurrence.start)


def reachable_spans(call: Call, context: Context) -> list[tuple[datetime, datetime]]:
    """The rest of a vague call's window within the user's working time; all of the rest where none is in it.

    Nothing is known of what lies beyond the days that were read, and so nothing is in the way there: of a window that
    reaches further, a week of it stands for all of the rest.
    """
    start, end = (call.window.start, call.window.end) if call.window else (call.start, call.end)
    start = max(start, context.now)
    if context.until is not None:
        end = max(start, min(end, context.until + _BEYOND))
    return list(context.clock.between(start, end)) or [(start, end)]


def has_free_stretch(
    spans: Iterable[tuple[datetime, datetime]], occupied: Iterable[Occurrence], length: timedelta
) -> bool:
    """Whether any of `spans` leaves `length` free of `occupied` (sorted by start)."""
    blocks = list(occupied)
    for start, end in spans:
        free_from = start
        for block in blocks:
            if block.start - free_from >= length and block.start <= end:
                return True
            if block.start < end:
                free_from = max(free_from, block.end)
        if end - free_from >= length:
            return True
    return False
