"""Labels that the terminal and the page share: kinds of items, actions, results, states of sources, times. Pure; they
are translated where they are shown, and are in no JSON document.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from termintreu.model.message import Message, msg
from termintreu.model.texts import Texts

if TYPE_CHECKING:
    from termintreu.model import Call, ChangeAction, ChangeResult, ItemKind, SourceState


def item_word(kind: ItemKind) -> Message:
    """The label of a kind of item."""
    match kind:
        case "reminder":
            return msg("Reminder")
        case "warning":
            return msg("Task")
        case "outcome":
            return msg("Question")
        case "recovery":
            return msg("Call after a miss")
        case "retry":
            return msg("Another try")
        case "amends":
            return msg("Small gesture")
        case "check":
            return msg("Ask again")
        case "blind":
            return msg("Not seen")
    return msg("The week")


def action_word(action: ChangeAction) -> Message:
    """The label of an action on an item."""
    match action:
        case "create":
            return msg("create")
        case "update":
            return msg("change")
    return msg("remove")


def result_word(result: ChangeResult) -> Message:
    """The label of a write that failed."""
    match result:
        case "conflict":
            return msg("changed elsewhere meanwhile")
        case "refused":
            return msg("refused")
    return msg("to be tried again")


def state_word(state: SourceState) -> Message:
    """The label of a source's state."""
    match state:
        case "ok":
            return msg("in order")
        case "stale":
            return msg("out of date")
        case "unauthorized":
            return msg("log-in refused")
    return msg("cannot be read")


def moment(instant: datetime, now: datetime, texts: Texts) -> str:
    """A time, with its day where that is not the one of `now`."""
    same = instant.astimezone(texts.zone).date() == now.astimezone(texts.zone).date()
    return texts.time(instant) if same else texts.moment(instant)


def own_alarm_word(call: Call) -> Message | None:
    """When the appointment reminds of itself; None where it does not."""
    ringing = next((alarm for alarm in call.own_alarms if not alarm.acknowledged), None)
    return None if ringing is None else msg("its own alarm rings at {at:time}", at=ringing.at)
