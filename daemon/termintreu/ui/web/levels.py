"""The page's short words for levels, outcomes and kinds of calls, before they have a language. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from termintreu.model import Call, Message, Outcome, Severity, msg

Level = Literal["critical", "warning", "advice", "info", "none"]

LEVELS: Mapping[Severity, Level] = {
    Severity.CRITICAL: "critical",
    Severity.WARNING: "warning",
    Severity.ADVICE: "advice",
    Severity.INFO: "info",
}


def level_word(level: Level, *, threatened: bool = False) -> Message:
    """A level in a word. `threatened`: the rule of that name says so."""
    if threatened:
        return msg("Threatened")
    match level:
        case "critical":
            return msg("Urgent")
        case "warning":
            return msg("To be settled")
        case "advice":
            return msg("Advice")
    return msg("Note")


def outcome_word(outcome: Outcome | None) -> Message:
    """How a call went, in a word."""
    match outcome:
        case "held":
            return msg("Took place")
        case "late":
            return msg("Came late")
        case "missed":
            return msg("Missed")
        case "noshow":
            return msg("Nobody there")
        case "cancelled":
            return msg("Called off in time")
        case "cancelled_late":
            return msg("Called off late")
        case "moved":
            return msg("Moved")
    return msg("Not said yet")


def kind_word(call: Call) -> Message:
    """What kind of call it is."""
    match call.kind:
        case "phone":
            return msg("Phone call")
        case "video":
            return msg("Video call")
    return msg("Visit")


def way_words(call: Call, *, linked: bool) -> Iterator[Message]:
    """What is needed to get through, beside the number. `linked`: the link itself is shown."""
    if call.reach.pin:
        yield msg("PIN: {pin}", pin=call.reach.pin)
    if call.reach.url and not linked:
        yield msg("Link: in the appointment")
