"""When the other side was not there (docs/rules.md, `missed_by_them`): two reminders to try again, 10 and 30 minutes
after the start, then a task to propose another time, on the next workday at 10. Three tries at most. All of it goes as
soon as somebody was reached, or the user says how the call went. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from termintreu.judging.evidence import shows_anything, what_the_log_shows
from termintreu.judging.outcomes import verdict
from termintreu.judging.rules.after import MissedByThemParams
from termintreu.model import Call, Item, msg, slot_of
from termintreu.model.basis import Basis, FreeTime, read_basis
from termintreu.planning.planning import Planning, details_of, is_vague, promised, recurrence_of
from termintreu.planning.reminders import ALARM_BEFORE
from termintreu.planning.wording import (
    for_their_ears,
    headline,
    location,
    name_of,
    offer_lines,
    reach_lines,
    said_time,
    title,
    titled,
)

ROLES = ("10", "30")
"""Of the reminders for the second and the third try; they name the slots, whenever the reminders come."""
_LENGTH = timedelta(minutes=10)
_LEAST = timedelta(hours=2)
"""From the task's alarm to its DUE."""
_OLDEST = timedelta(days=2)
"""Nobody tries again after that for the first time."""


def retries(call: Call, planning: Planning) -> Iterable[Item]:
    """What is left to be done about one call that reached nobody."""
    if call.kind == "visit" or not _nobody_there(call, planning):
        return
    shown = planning.evidence.get(call.key)
    tries = len(shown.attempts) if shown else 0
    own = planning.settings(MissedByThemParams)
    moments = [call.start + timedelta(minutes=minutes) for minutes in (own.second_minutes, own.third_minutes)]
    for number, (role, at) in enumerate(zip(ROLES, moments, strict=True), 1):
        if tries <= number < own.tries and not is_vague(call) and _is_due(call, role, at, planning):
            yield _reminder(call, role, at, planning)
    if tries >= own.tries or planning.now >= max([call.start, *moments[: own.tries - 1]]) + _LENGTH:
        yield from _task(call, planning)


def _nobody_there(call: Call, planning: Planning) -> bool:
    """The user says so, or the log shows a try in time and nobody reached since."""
    history, shown = planning.context.history, planning.evidence.get(call.key)
    known = verdict(history.calls.get(call.key), history.answers.get(call.key, ()))
    if shown is not None and shown.reached:
        return False
    if known is not None and known.origin != "log":
        return known.outcome == "noshow" and call.start <= planning.now
    if shown is None or shown.unclear or shown.not_taken or call.caller == "dial_in":
        return False
    return any(at <= shown.until for at in shown.attempts)


def _is_due(call: Call, role: str, at: datetime, planning: Planning) -> bool:
    """Its alarm lies ahead; or it stands already, and its time is not over."""
    if at - timedelta(minutes=ALARM_BEFORE) > planning.now:
        return True
    return planning.now < at + _LENGTH and planning.kept(slot_of(call.key, "retry", role), call.start) is not None


def _reminder(call: Call, role: str, at: datetime, planning: Planning) -> Item:
    texts = planning.texts
    summary = titled(
        lambda who: texts.render(msg("☎ {at:time} {who}: try again", at=at, who=who)), name_of(call, texts)
    )
    return Item(
        kind="retry",
        role=role,
        component="VEVENT",
        call_key=call.key,
        appointment_uid=call.occurrence.uid,
        recurrence_id=recurrence_of(call),
        summary=summary,
        description="\n".join([headline(call, texts), *reach_lines(call, texts), *_shown(call, planning)]),
        location=location(call, texts),
        start=at,
        end=at + _LENGTH,
        alarm_before=ALARM_BEFORE,
        alarm_text=f"{summary} {location(call, texts)}".rstrip(),
        rules=("missed_by_them",),
        anchor=call.start,
        contact_key=call.contact.key,
        details=details_of(call),
    )


def _task(call: Call, planning: Planning) -> Iterable[Item]:
    texts = planning.texts
    slot = slot_of(call.key, "retry")
    kept = planning.kept(slot, call.start)
    if kept is None and not _is_news(call, planning):
        return
    start, due = _times(call, planning)
    if kept is not None and kept.start is not None:
        start, due = kept.start, kept.due or kept.start + _LEAST
    free_times = _free_times(call, slot, due, planning)
    summary = title(call, msg("propose a new time"), texts, at=start)
    lines = [headline(call, texts), *reach_lines(call, texts), *_shown(call, planning)]
    lines += ["", *_to_say(call, free_times, max(start, planning.now), planning)]
    lines += offer_lines(call, free_times, texts)
    yield Item(
        kind="retry",
        component="VTODO",
        call_key=call.key,
        appointment_uid=call.occurrence.uid,
        recurrence_id=recurrence_of(call),
        summary=summary,
        description="\n".join(lines),
        start=start,
        due=due,
        alarm_text=f"{summary} {location(call, texts)}".rstrip(),
        priority=3,
        rules=("missed_by_them",),
        anchor=call.start,
        contact_key=call.contact.key,
        details=details_of(call),
        basis=str(Basis(free_times=free_times)),
    )


def _to_say(call: Call, free_times: tuple[FreeTime, ...], at: datetime, planning: Planning) -> list[str]:
    """A sentence that reproaches nobody, and offers the first free time; it is read at `at`."""
    theirs, start = for_their_ears(call, planning.texts), promised(call).start
    when = msg("on {start:long_day}", start=start) if is_vague(call) else msg("on {start:spoken}", start=start)
    free = said_time(free_times[0][0], theirs, at) if free_times else None
    asked = msg("When would suit you?") if free is None else msg("Can we talk {free}?", free=free)
    shown = planning.evidence.get(call.key)
    # Their call list shows what the log shows: of a try that is in neither nothing is said.
    if shown is not None and shown.healthy and not shown.attempts:
        said = msg("“We had arranged to talk {when}. {asked}”", when=when, asked=asked)
    else:
        said = msg("“I did not reach you {when}. {asked}”", when=when, asked=asked)
    return [planning.texts.render(msg("What you can say:")), theirs.render(said)]


def _is_news(call: Call, planning: Planning) -> bool:
    if planning.asked_since is not None and call.end < planning.asked_since:
        return False
    return call.start >= planning.now - _OLDEST


def _times(call: Call, planning: Planning) -> tuple[datetime, datetime]:
    """10 o'clock on the next workday, or as soon as work begins after that; at once where that is past."""
    clock = planning.context.clock
    hour = time(planning.settings(MissedByThemParams).hour)
    morning = clock.at(clock.workday_after(clock.day_of(call.start)), hour)
    start = planning.next_work(max(morning, planning.soon()))
    return start, start + _LEAST


def _free_times(call: Call, slot: str, due: datetime, planning: Planning) -> tuple[FreeTime, ...]:
    """The times that stand in the task already, while they are free; fresh ones come after the task is due: what is
    free today is over when it rings."""
    standing = planning.standing.get(slot)
    before = read_basis(standing.basis if standing else "").free_times
    return planning.offered(call, before, lambda: planning.free_times_from(call, due))


def _shown(call: Call, planning: Planning) -> list[str]:
    shown = planning.evidence.get(call.key)
    return (
        [planning.texts.render(what_the_log_shows(shown, call))] if shown is not None and shows_anything(shown) else []
    )
