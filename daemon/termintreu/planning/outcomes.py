"""The question after a call: did it take place? (docs/rules.md, `outcome_open`). Pure.

Open for ever is "unknown", never a failure: an unanswered question is withdrawn, so that they do not pile up.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from termintreu.judging.rules.after import OutcomeOpenParams
from termintreu.model import DAILY, Call, Item, Message, msg, slot_of
from termintreu.planning.afterwards import calls_of, due_of
from termintreu.planning.planning import Planning, details_of, promised, recurrence_of
from termintreu.planning.recovery import asks_itself
from termintreu.planning.wording import headline, is_meeting, name_at_a_glance, titled, when_in_title

_LEAST = timedelta(hours=1)
"""From the question to its DUE."""


def outcomes(call: Call, planning: Planning) -> Iterable[Item]:
    """The question about one call alone, until it is answered or given up. Which calls get one as soon as they are
    over is configured; critical ones do in any case. The others are asked about together (`questions`)."""
    own = planning.settings(OutcomeOpenParams)
    ended = ended_at(call)
    kept = planning.kept(slot_of(call.key, "outcome"), call.start)
    if not _is_wanted(call, planning):
        return
    if kept is not None and kept.start is not None:
        # Once a log turns out to be silent its task asks.
        if not asks_itself(call, planning) and planning.now < kept.start + own.withdraw_after:
            yield question_about(call, planning, start=kept.start, due=kept.due or kept.start + _LEAST)
        return
    asking_from = ended + own.after
    if own.when == "daily" and not (call.critical or _is_standing(call, planning)):
        return
    if asks_itself(call, planning):
        return
    if asking_from <= planning.now and _is_news(call, ended, planning) and not _is_in_another(call, planning):
        start = _question_at(asking_from, planning)
        yield question_about(call, planning, start=start, due=due_of(start, planning))


def ended_at(call: Call) -> datetime:
    """When a call is over, also where it was promised for a longer time (UTC)."""
    return max(promised(call).end, call.end)


def is_asked_about(call: Call, planning: Planning) -> bool:
    """Whether the user wants to be asked about a call, nobody knows how it went, and no other task asks."""
    return _is_wanted(call, planning) and not asks_itself(call, planning)


def _is_wanted(call: Call, planning: Planning) -> bool:
    """Whether the user wants to be asked about a call, and nobody knows how it went."""
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


def was_asked(call: Call, planning: Planning) -> bool:
    """Whether a question about this call alone stands, or was answered, deleted or given up."""
    state = planning.standing.get(slot_of(call.key, "outcome"))
    return state is not None and state.anchor in {None, call.start}


def _is_standing(call: Call, planning: Planning) -> bool:
    state = planning.standing.get(slot_of(call.key, "outcome"))
    return state is not None and state.found is not None and state.anchor in {None, call.start}


def _is_in_another(call: Call, planning: Planning) -> bool:
    """Whether a question about several calls has asked about this one."""
    return any(
        (call.key, call.start) in calls_of(state)
        for slot, state in planning.standing.items()
        if slot.endswith(f"/outcome/{DAILY}")
    )


def _is_one_of_several(call: Call, planning: Planning) -> bool:
    """Whether the same question may stand there about another call as well: then each says which one it means."""
    near = planning.settings(OutcomeOpenParams).withdraw_after
    name = name_at_a_glance(call, planning.texts)
    return any(
        other.key != call.key
        and abs(other.start - call.start) <= near
        and name_at_a_glance(other, planning.texts) == name
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


def _question(call: Call, who: str) -> Message:
    if is_meeting(call):
        return msg("Did “{title}” take place?", title=who)
    return msg("Did you meet {who}?", who=who) if call.kind == "visit" else msg("Did you talk to {who}?", who=who)


def question_about(call: Call, planning: Planning, *, start: datetime, due: datetime) -> Item:
    """The question about one call alone."""
    texts = planning.texts
    # Where the same question stands about another call, too, each says which one it means.
    when = f" ({when_in_title(call, texts, start)})" if _is_one_of_several(call, planning) else ""
    question = titled(lambda who: texts.render(_question(call, who)) + when, name_at_a_glance(call, texts))
    lines = [
        headline(call, texts),
        texts.render(msg("Yes: tick this task. Otherwise put one of these words into its title:")),
        # It begins with "#": what is read back as the user's words ends before such a line.
        texts.render(msg("#missed (not called), #late (too late), #noshow (nobody there)")),
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
