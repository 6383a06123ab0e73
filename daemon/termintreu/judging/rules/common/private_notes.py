"""Notes of private life that are calls ("call Aunt Ida"): nobody else knows of them, and nothing has to be agreed.
Pure."""

from __future__ import annotations

from termintreu.judging.rules.common.base import Context
from termintreu.judging.rules.common.participants import other_attendees, other_organizer
from termintreu.model import Call


def is_private_note(call: Call, context: Context) -> bool:
    """Whether an entry of a private calendar names only a day, and no guest."""
    occurrence, me = call.occurrence, context.me
    alone = not other_attendees(occurrence, me) and other_organizer(occurrence, me) is None
    return context.is_private(call) and occurrence.all_day and alone
