"""How reliable a relationship has been: two ratings per contact, ours towards them and theirs towards us. Pure.

Beta reputation (Jøsang & Ismail 2002, "The Beta Reputation System") with exponential decay: with r the sum of
decayed kept calls and s the sum of decayed, weighted failures, rating = (r + 1) / (r + s + 2). A contact without
history stands at 0.5. Length and intensity of the relationship stand beside it, never inside it.
"""

from __future__ import annotations

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
    made_good_at: datetime | None = None
    """UTC, when amends were made for a failure of ours; None: not yet."""


def lateness(minutes: int) -> float:
    """The weight of being late by that many minutes: 0 up to 5, 0.5 up to 15, more 1."""
    if minutes <= _LATE_FROM:
        return 0.0
    return LATE if minutes <= _VERY_LATE_FROM else VERY_LATE


def weight(experience: Experience, now: datetime) -> float:
    """How much a failure weighs before decay.

    Twice while it was not made good within 24 h, half when it was within 60 min; half as much again when critical.
    Only a miss of ours can be made good: the other side's failures and announced changes keep their weight.
    """
    if experience.failure == 0.0:
        return 0.0
    factor = _CRITICAL if experience.critical else 1.0
    if experience.side == "ours" and experience.failure >= MISSED:
        mended = experience.made_good_at
        if mended is not None and mended <= now and mended - experience.at <= MADE_GOOD_AT_ONCE:
            factor *= _AT_ONCE
        elif mended is None or mended > now or mended - experience.at > MADE_GOOD_IN_TIME:
            # Within the first day nobody can say yet that it was not made good.
            factor *= _NOT_MADE_GOOD if now - experience.at > MADE_GOOD_IN_TIME else 1.0
    return experience.failure * factor


def decay(experience: Experience, now: datetime) -> float:
    """0.5 for each half-life of age. A critical failure of ours does not fade until it is made good."""
    since = experience.at
    if experience.critical and experience.failure >= MISSED and experience.side == "ours":
        mended = experience.made_good_at
        since = mended if mended is not None and mended <= now else now
    return float(0.5 ** (max(now - since, timedelta(0)) / HALF_LIFE))


def rating(experiences: Iterable[Experience], side: Side, now: datetime) -> float:
    """The rating of one side, strictly between 0 and 1; experiences later than `now` do not count."""
    kept = failed = 0.0
    for experience in experiences:
        if experience.side != side or experience.at > now:
            continue
        faded = decay(experience, now)
        if experience.failure == 0.0:
            kept += faded
        else:
            failed += weight(experience, now) * faded
    return (kept + 1) / (kept + failed + 2)


def wilson_lower(failures: int, total: int, z: float = 1.645) -> float:
    """Lower bound of the share of failures (Wilson 1927, score interval); 0 where nothing was counted."""
    if total == 0:
        return 0.0
    share = failures / total
    centre = share + z * z / (2 * total)
    spread = z * float((share * (1 - share) / total + z * z / (4 * total * total)) ** 0.5)
    return (centre - spread) / (1 + z * z / total)
