"""Calls of private life that the user wrote down alone ("call Aunt Ida"): nothing has to be agreed, and nobody to be
asked for a number. Pure."""

from __future__ import annotations

from termintreu.judging.rules.common.base import Context
from termintreu.judging.rules.common.participants import other_attendees, other_organizer
from termintreu.model import Call


def is_private_note(call: Call, context: Context) -> bool:
    """Whether an entry of a private calendar names no guest."""
    occurrence, me = call.occurrence, context.me
    alone = not other_attendees(occurrence, me) and other_organizer(occurrence, me) is None
    return context.is_private(call) and alone
