"""When a collection is listed anew instead of being asked what changed. Pure.

What changed since a token is the server's word. Some forget tokens and do not say so, some echo what they cannot know,
a proxy may lose half an answer, a calendar may be another one at the same address. Only a plain listing finds that; it
costs one request, as the question for changes does, and takes its place once a day.
"""

from __future__ import annotations

import hashlib
import math
from datetime import datetime, timedelta

from termintreu.reading.mirror import GONE, Mirror

_DAY = timedelta(days=1).total_seconds()


def is_listing_due(mirror: Mirror, now: datetime) -> bool:
    """Whether to list a collection at `now` (UTC).

    Each collection has a moment of its own in the day, so that not all are listed at once: a listing is due when that
    moment has passed since the last good answer, whichever process got it. After it was read for the first time, it is
    listed with the next discovery; and what a listing has put in doubt, another listing confirms.
    """
    if mirror.checked_at is None:
        return False
    if mirror.pending not in {None, GONE}:
        return True
    if mirror.unconfirmed and mirror.discovered_at == now:
        return True
    place = _place(mirror)
    return _day(now, place) != _day(mirror.checked_at, place)


def _place(mirror: Mirror) -> float:
    """The collection's own moment of the day, from 0 to below 1."""
    name = "\0".join(mirror.key).encode()
    return int.from_bytes(hashlib.sha256(name).digest()[:6], "big") / 2**48


def _day(moment: datetime, place: float) -> int:
    """The number of the day, where days begin at `place`. A clock that was set back is another."""
    return math.floor(moment.timestamp() / _DAY - place)
