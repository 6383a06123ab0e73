"""By when a finding should be settled. Deadlines never lie in the past, and never after the call's start. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from termintreu.judging.rules.common.base import Context
from termintreu.model import Call


def settled_by(call: Call, context: Context, wanted: datetime) -> datetime:
    """`wanted` in UTC, but not before now, and not after the call's start."""
    return max(context.now, min(wanted, call.start))


def hours_before(call: Call, context: Context, hours: int) -> datetime:
    """So many hours before the call's start, never in the past: on the day of a clock change, 24 h are still 24 h."""
    return settled_by(call, context, call.start - timedelta(hours=hours))


def promptly(call: Call, context: Context, work_hours: int, hours: int = 24) -> datetime:
    """The earlier of "some work hours after now" and "some hours before the start", never in the past."""
    soon = context.clock.add(context.now, timedelta(hours=work_hours))
    return settled_by(call, context, min(soon, call.start - timedelta(hours=hours)))
