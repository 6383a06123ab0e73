"""How reliable a relationship has been: two ratings per contact, ours towards them and theirs towards us. Pure.

Beta reputation (Jøsang & Ismail 2002, "The Beta Reputation System") with exponential decay: with r the sum of
decayed kept calls and s the sum of decayed, weighted failures, rating = (r + 1) / (r + s + 2). A contact without
history stands at 0.5. Length and intensity of the relationship stand beside it, never inside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

HALF_LIFE = timedelta(days=180)
MADE_GOOD_AT_ONCE = timedelta(minutes=60)
MADE_GOOD_IN_TIME = timedelta(hours=24)

MISSED = 3.0
TOLD_LATE = 1.0
TOLD_EARLY = 0.25
LATE = 0.5
VERY_LATE = 1.0
_VERY_LATE_FROM = 15
_LATE_FROM = 5
_NOT_MADE_GOOD = 2.0
_AT_ONCE = 0.5
_CRITICAL = 1.5

Side = Literal["ours", "theirs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """One call as it counts for one side: kept (weight 0), or failed with a weight."""

    at: datetime
    """UTC start of the call (of the old appointment, where it was moved)."""
    side: Side
    failure: float = 0.0
    """0: kept. Else one of MISSED, TOLD_LATE, TOLD_EARLY, LATE, VERY_LATE."""
    critical: bool = False
    broken_at: datetime | None = None
    """UTC, from when on it could be made good: the end of a window that was promised; None: `at`."""
    made_good_at: datetime | None = None
    """UTC, when amends were made for a failure of ours; None: not yet."""


def lateness(minutes: int) -> float:
    """The weight of being late by that many minutes: 0 up to 5, 0.5 up to 15, more 1."""
    if minutes <= _LATE_FROM:
        return 0.0
    return LATE if minutes <= _VERY_LATE_FROM else VERY_LATE


def weight(experience: Experience, now: datetime) -> float:
    """How much a failure weighs before decay.

    Half where it was made good within 60 min; twice from 24 h on for as long as it is not made good; half as much
    again when critical. Only a miss of ours can be made good: the other side's failures, lateness and announced
    changes keep their weight.
    """
    factor = _CRITICAL if experience.critical else 1.0
    return experience.failure * factor * _amends(experience, now)


def _amends(experience: Experience, now: datetime) -> float:
    if not _can_be_made_good(experience):
        return 1.0
    broken = experience.broken_at or experience.at
    mended = _mended(experience, now)
    if mended is None:
        # Within the first day nobody can say yet that it was not made good.
        return _NOT_MADE_GOOD if now - broken > MADE_GOOD_IN_TIME else 1.0
    return _AT_ONCE if mended - broken <= MADE_GOOD_AT_ONCE else 1.0


def _can_be_made_good(experience: Experience) -> bool:
    return experience.side == "ours" and experience.failure >= MISSED


def _mended(experience: Experience, now: datetime) -> datetime | None:
    """When it was made good, as far as that was before `now`."""
    mended = experience.made_good_at
    return mended if mended is not None and mended <= now else None


def decay(experience: Experience, now: datetime) -> float:
    """0.5 for each half-life of age. A critical failure of ours does not fade until it is made good."""
    since = experience.at
    if experience.critical and _can_be_made_good(experience):
        since = _mended(experience, now) or now
    return float(0.5 ** (max(now - since, timedelta(0)) / HALF_LIFE))


def rating(experiences: Iterable[Experience], side: Side, now: datetime) -> float:
    """The rating of one side, strictly between 0 and 1; experiences later than `now` do not count."""
    counted = [one for one in experiences if one.side == side and one.at <= now]
    # Summed exactly: their order must not matter.
    kept = math.fsum(decay(one, now) for one in counted if one.failure == 0.0)
    failed = math.fsum(weight(one, now) * decay(one, now) for one in counted)
    return (kept + 1) / (kept + failed + 2)


def wilson_lower(failures: int, total: int, z: float = 1.645) -> float:
    """Lower bound of the share of failures (Wilson 1927, score interval); 0 where nothing was counted."""
    if total == 0:
        return 0.0
    share = failures / total
    centre = share + z * z / (2 * total)
    spread = z * float((share * (1 - share) / total + z * z / (4 * total * total)) ** 0.5)
    return (centre - spread) / (1 + z * z / total)
