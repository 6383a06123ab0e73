"""Which appointment an occurrence is, and whether a call is a promise of no exact minute. Pure."""

from __future__ import annotations

from datetime import date, datetime

from termintreu.model import Call, Occurrence


def identity(occurrence: Occurrence) -> tuple[str, date | None, datetime]:
    """What makes an occurrence one appointment, be it in two calendars: UID + RECURRENCE-ID + start."""
    return occurrence.uid, occurrence.recurrence_id, occurrence.start


def is_loose(call: Call) -> bool:
    """Whether the call may come at any minute of its window.

    A long meeting that everybody joins by link or dial-in takes its time as it stands, however long it is.
    """
    if call.window is None:
        return False
    joint_meeting = call.caller == "dial_in" and not call.window.text and not call.occurrence.all_day
    return not joint_meeting
