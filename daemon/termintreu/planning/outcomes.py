"""The question after a call: did it take place? (docs/rules.md, `outcome_open`). Pure.

Open for ever is "unknown", never a failure: an unanswered question is withdrawn, so that they do not pile up.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from termintreu.judging.rules.after import OutcomeOpenParams
from termintreu.model import Call, Item, msg, slot_of
from termintreu.planning.planning import Planning, details_of, is_vague, promised, recurrence_of
from termintreu.planning.wording import headline, name_of

_LEAST = timedelta(hours=1)
"""From the question to its DUE."""


def outcomes(call: Call, planning: Planning) -> Iterable[Item]:
    """The question about one call, from a while after its end until it is answered or given up."""
    ended = max(promised(call).end, call.end)
    asking_from = ended + planning.settings(OutcomeOpenParams).after
    if not asking_from <= planning.now or not _is_asked_about(call, planning):
        return
    kept = planning.kept(slot_of(call.key, "outcome"), call.start)
    if kept is not None and kept.start is not None:
        if planning.now < kept.start + planning.settings(OutcomeOpenParams).withdraw_after:
            yield _item(call, planning, start=kept.start, due=kept.due or kept.start + _LEAST)
        return
    if _is_news(call, ended, planning):
        start = _question_at(asking_from, planning)
        yield _item(call, planning, start=start, due=_due(start, planning))


def _is_asked_about(call: Call, planning: Planning) -> bool:
    if call.key in planning.context.settled:
        return False
    match planning.settings(OutcomeOpenParams).ask:
        case "all":
            return True
        case "mine":
            return call.caller == "me"
        case "critical":
            return call.critical
    return False


def _is_one_of_several(call: Call, planning: Planning) -> bool:
    """Whether the same question may stand there about another call as well: then each says which one it means."""
    near = planning.settings(OutcomeOpenParams).withdraw_after
    name = name_of(call, planning.texts)
    return any(
        other.key != call.key and abs(other.start - call.start) <= near and name_of(other, planning.texts) == name
        for other in planning.context.calls
    )


def _is_news(call: Call, ended: datetime, planning: Planning) -> bool:
    """Whether it is to be asked for the first time: it would not be given up already, and is not before our time."""
    own = planning.settings(OutcomeOpenParams)
    if planning.now >= ended + own.after + own.withdraw_after:
        return False
    return planning.asked_since is None or ended >= planning.asked_since


def _question_at(asking_from: datetime, planning: Planning) -> datetime:
    start = max(asking_from.replace(second=0, microsecond=0), planning.soon())
    return planning.next_work(start)


def _due(start: datetime, planning: Planning) -> datetime:
    """The end of the day's work, or of the next workday's where that is too near."""
    clock = planning.context.clock
    day = clock.day_of(start)
    for candidate in (day, clock.workday_after(day)):
        end = clock.end_of_work(candidate)
        if end is not None and end >= start + _LEAST:
            return end
    return start + timedelta(hours=8)


def _item(call: Call, planning: Planning, *, start: datetime, due: datetime) -> Item:
    texts = planning.texts
    who = name_of(call, texts)
    if call.kind == "visit":
        question = texts.render(msg("Did the appointment with {who} take place?", who=who))
    else:
        question = texts.render(msg("Did the call with {who} take place?", who=who))
    if _is_one_of_several(call, planning):
        when = promised(call)
        moment = texts.span(when.start, when.end) if is_vague(call) else texts.moment(when.start)
        question = f"{question} ({moment})"
    lines = [
        headline(call, texts),
        texts.render(msg("Yes: tick this task. Otherwise write one of these words into its title:")),
        # It begins with "#": what is read back as the user's words ends before such a line.
        texts.render(msg("#missed (by you), #late (you came late), #noshow (they did not come)")),
    ]
    return Item(
        kind="outcome",
        component="VTODO",
        call_key=call.key,
        appointment_uid=call.occurrence.uid,
        recurrence_id=recurrence_of(call),
        summary=question,
        description="\n".join(lines),
        start=start,
        due=due,
        alarm_text=question,
        priority=1 if call.critical else 5,
        rules=("outcome_open",),
        anchor=call.start,
        contact_key=call.contact.key,
        details=details_of(call),
    )
