"""The first step after a call that was missed, or that began late (docs/rules.md, "After the call"). Pure.

    missed, or nothing in a log that should show it -> call back: own it, offer times         (missed_by_us)
    never called back                               -> the task is closed, and stays
    begun 15 minutes late or more                   -> one sentence to acknowledge the wait   (late)

A miss is settled by the user's word alone. Where only a log is silent, the task asks as much as it advises, and goes
when the user says that the call was held. What it advises to say stands in `saying`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from termintreu.judging.evidence import excuse_guard, shows_anything, what_the_log_shows
from termintreu.judging.rules.after import LateParams, MissedByUsParams
from termintreu.model import Call, Evidence, Item, Message, msg, slot_of
from termintreu.model.basis import CONFIRMED, SUSPECTED, Basis, FreeTime, read_basis
from termintreu.planning.afterwards import (
    FRESH,
    a_task,
    at_work,
    is_in_open_question,
    is_looked_after,
    kept_times,
    outcome_of,
)
from termintreu.planning.planning import LEAST, Planning
from termintreu.planning.saying import has_called, to_leave, to_say
from termintreu.planning.wording import headline, location, offer_lines, reach_lines, title

LATE = "late"
"""Role of the task to acknowledge a wait."""
_SUSPECTED_FOR = timedelta(days=2)
"""A silent log of longer ago is no matter any more: the question after the call is."""


def recovery(call: Call, planning: Planning) -> Iterable[Item]:
    """What the user should do first about one call that is over."""
    found = outcome_of(call, planning)
    if found is not None and found.outcome == "missed":
        if is_looked_after(call, planning):
            yield from _call_back(call, planning, confirmed=True, is_news=planning.now < found.at + FRESH)
        else:
            yield from _closed(call, planning)
    elif found is not None and found.outcome == "late":
        if (found.late_minutes or 0) >= planning.settings(LateParams).minutes:
            yield from _acknowledge(call, planning, found.late_minutes or 0, found.at)
    elif found is None and _is_suspected(call, planning) and not _is_asked_already(call, planning):
        yield from _call_back(call, planning, confirmed=False, is_news=_is_recent(call, planning))


def asks_itself(call: Call, planning: Planning) -> bool:
    """Whether a silent log's task asks how the call went: then no other one does."""
    if "missed_by_us" in planning.disabled or not _is_suspected(call, planning):
        return False
    standing = planning.standing.get(slot_of(call.key, "recovery"))
    return _is_recent(call, planning) or (standing is not None and standing.anchor in {None, call.start})


def _is_asked_already(call: Call, planning: Planning) -> bool:
    """Whether an open question about several calls asks about this one, from before the log was known to be silent."""
    own = planning.standing.get(slot_of(call.key, "recovery"))
    return (own is None or own.found is None) and is_in_open_question(call, planning)


def _is_suspected(call: Call, planning: Planning) -> bool:
    """Whether a log is silent that should show the call. One of private life may go over any telephone."""
    if planning.context.is_private(call):
        return False
    shown = planning.evidence.get(call.key)
    return shown is not None and shown.suspected_miss and not shown.reached


def _is_recent(call: Call, planning: Planning) -> bool:
    if planning.asked_since is not None and call.end < planning.asked_since:
        return False
    return planning.now < call.start + _SUSPECTED_FOR


def _call_back(call: Call, planning: Planning, *, confirmed: bool, is_news: bool) -> Iterable[Item]:
    kept = kept_times(call, "recovery", "", planning)
    if kept is None and not is_news:
        return
    texts = planning.texts
    before = _basis_before(call, planning) if kept else Basis()
    free_times = _free_times(call, before, planning)
    sure = CONFIRMED if confirmed else SUSPECTED
    times = kept or _at_once(call, planning)
    matter = _to_do(call, planning) if confirmed else msg("call, unless you have talked")
    summary = title(call, matter, texts, at=times[0])
    guard = _guard(call, planning)
    yield a_task(
        call,
        planning,
        kind="recovery",
        times=times,
        summary=summary,
        lines=_lines(call, planning, free_times=free_times, guard=guard),
        alarm_text=f"{summary} {location(call, texts)}".rstrip(),
        priority=1,
        rules=(
            "missed_by_us",
            *(["recovery"] if confirmed else []),
            *(["excuse_guard"] if guard is not None else []),
        ),
        # What it rests on stays as it was written: that a suspicion proved right is no reason to ring again.
        basis=replace(before if kept else Basis(severities=(("missed_by_us", sure),)), free_times=free_times),
    )


def _to_do(call: Call, planning: Planning) -> Message:
    """What a miss asks for, in a title."""
    if call.kind == "visit":
        return msg("get in touch now")
    return msg("call back now") if has_called(call, planning) else msg("call now")


def _closed(call: Call, planning: Planning) -> Iterable[Item]:
    """A call back that was never ticked asks for nothing any more when the time of special care is over. It stays: it
    is the only thing in the calendar that says that the call was missed, should the state be lost."""
    for item in _call_back(call, planning, confirmed=True, is_news=False):
        yield replace(item, closed=True, basis=str(Basis(severities=(("missed_by_us", CONFIRMED),))))


def _lines(call: Call, planning: Planning, *, free_times: tuple[FreeTime, ...], guard: Message | None) -> list[str]:
    texts = planning.texts
    shown = planning.evidence.get(call.key)
    facts = [texts.render(line) for line in (*_what_is_shown(call, shown), guard) if line is not None]
    return [
        *(_what_was_known(call, planning) or [headline(call, texts), *reach_lines(call, texts), *facts]),
        "",
        *to_say(call, free_times, planning),
        *offer_lines(call, free_times, texts),
        "",
        *to_leave(call, free_times, planning),
        "",
        texts.render(_after_it(planning)),
        # Such a line holds several words of ours: what is read back as the user's ends before it.
        texts.render(
            msg("#held if you talked as agreed, #noshow if nobody was there: one word in the title settles it")
        ),
    ]


def _what_was_known(call: Call, planning: Planning) -> list[str]:
    """What the task that stands says of a call that is gone from the calendar: its title and its number are remembered
    nowhere else."""
    kept = planning.kept(slot_of(call.key, "recovery"), call.start)
    if call.occurrence.href or kept is None:
        return []
    return kept.description.partition("\n\n")[0].split("\n")


def _what_is_shown(call: Call, shown: Evidence | None) -> Iterable[Message]:
    if shown is None or not shows_anything(shown):
        return
    yield what_the_log_shows(shown, call)
    if shown.talked_later_at is not None and not shown.attempts:
        yield msg(
            "Call log: talked on {later:at}. If that settled it, tick this task.",
            later=shown.talked_later_at,
        )


def _after_it(planning: Planning) -> Message:
    if "recovery" in planning.disabled:
        return msg("Tick this task when you have talked.")
    return msg("Tick this task when you have talked; the next step follows on the next workday.")


def _guard(call: Call, planning: Planning) -> Message | None:
    shown = planning.evidence.get(call.key)
    if shown is None or "excuse_guard" in planning.disabled:
        return None
    notes = [call.occurrence.summary, call.occurrence.description]
    for kind in ("outcome", "recovery"):
        standing = planning.standing.get(slot_of(call.key, kind))
        if standing is not None and standing.found is not None and standing.status == "taken_over":
            notes += [standing.found.summary, standing.found.description]
    return excuse_guard(notes, shown)


def _at_once(call: Call, planning: Planning) -> tuple[datetime, datetime]:
    """Alarm as soon as it can ring; DUE half an hour after S, or an hour after the alarm where that is later. That
    cannot wait on the day of the call; nobody is called at night, and what is known later only waits for work to
    begin."""
    amount = timedelta(minutes=planning.settings(MissedByUsParams).minutes)
    start, clock = planning.soon(), planning.context.clock
    if planning.is_night(start) or clock.day_of(call.start) != clock.day_of(start):
        start = planning.next_work(start)
        return start, start + max(amount, LEAST)
    return start, max(call.start + amount, start + LEAST)


def _acknowledge(call: Call, planning: Planning, minutes: int, known_at: datetime) -> Iterable[Item]:
    kept = kept_times(call, "recovery", LATE, planning)
    is_news = planning.now < known_at + FRESH and _is_recent(call, planning)
    if kept is not None and planning.now >= kept[0] + FRESH:
        return
    if kept is None and not is_news:
        return
    texts, times = planning.texts, kept or at_work(planning.soon(), planning)
    shown = planning.evidence.get(call.key)
    yield a_task(
        call,
        planning,
        kind="recovery",
        role=LATE,
        times=times,
        summary=title(call, msg("apologise for the wait"), texts, at=times[0]),
        lines=[
            headline(call, texts),
            *([texts.render(what_the_log_shows(shown, call))] if shown is not None else []),
            "",
            texts.render(msg("What you can say:")),
            texts.render(
                msg("“You waited {minutes:minutes} for me. I am sorry; thank you for your patience.”", minutes=minutes)
            ),
            texts.render(msg("One sentence is enough, on the phone or in your next message.")),
        ],
        priority=5,
        rules=("late",),
    )


def _basis_before(call: Call, planning: Planning) -> Basis:
    standing = planning.standing.get(slot_of(call.key, "recovery"))
    return read_basis(standing.basis if standing else "")


def _free_times(call: Call, before: Basis, planning: Planning) -> tuple[FreeTime, ...]:
    return planning.offered(call, before.free_times, lambda: planning.free_times_for(call))
