"""The one warning task of a call: all its findings, most severe first, what to do, and times to offer. Pure.

Some moments count from "now" ("4 work hours from now", free times). A warning that stands keeps the ones it was
written with, as long as it rests on the same rules at the same severity and the times offered are still free: a
second cycle has nothing to write. What joins, goes or becomes graver changes the task that stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from termintreu.model import Call, Finding, Item, Observed, Severity, slot_of
from termintreu.model.basis import Basis, FreeTime, basis_of, read_basis
from termintreu.planning.planning import LEAST, Planning, is_vague, promised, recurrence_of
from termintreu.planning.wording import finding_lines, headline, location, offer_lines, reach_lines, title

PRIORITIES = {Severity.CRITICAL: 1, Severity.WARNING: 3, Severity.ADVICE: 5, Severity.INFO: 7}
_MINUTE = timedelta(minutes=1)


def warnings(call: Call, planning: Planning) -> Iterable[Item]:
    """The warning of a call that is not over and has a finding grave enough for a task ([tasks] from)."""
    findings = planning.findings_of(call)
    if not _asking(findings, planning):
        return
    if max(promised(call).end, call.end) <= planning.now:
        return
    kept = planning.kept(slot_of(call.key, "warning"), call.start)
    if kept is None and _comes_too_late(call, _asking(findings, planning), planning):
        return
    before = _basis_before(call, planning) if kept else Basis()
    free_times = offered_in(call, planning)
    start, due = _times(call, findings, kept, before, planning)
    yield _item(call, findings, planning, free_times=free_times, start=start, due=due)


def _asking(findings: Iterable[Finding], planning: Planning) -> list[Finding]:
    """The findings that make it a task; the others only stand in it, or are asked about at another call."""
    return [one for one in findings if one.severity >= planning.tasks_from and one.at_call is None]


def _comes_too_late(call: Call, asking: Iterable[Finding], planning: Planning) -> bool:
    """Whether only an odd hour is to be checked, and no working time is left to do so: the call's own reminder says it.
    To ring in the evening for a call that night helps nobody."""
    clock = planning.context.clock
    only_its_hour = call.occurrence.zone_state == "ok" and clock.holiday(clock.day_of(call.start)) is None
    if not only_its_hour or any(one.rule != "odd_time" or one.severity >= Severity.CRITICAL for one in asking):
        return False
    return not clock.is_work(planning.now) and planning.next_work(planning.soon()) >= call.start


def _item(
    call: Call,
    findings: Sequence[Finding],
    planning: Planning,
    *,
    free_times: tuple[FreeTime, ...],
    start: datetime,
    due: datetime,
) -> Item:
    texts, gravest = planning.texts, findings[0]
    summary = title(call, gravest.matter or gravest.message, texts, at=start)
    lines = [headline(call, texts), *reach_lines(call, texts), "", *finding_lines(findings, texts, ask=True)]
    lines += offer_lines(call, free_times, texts)
    return Item(
        kind="warning",
        component="VTODO",
        call_key=call.key,
        appointment_uid=call.occurrence.uid,
        recurrence_id=recurrence_of(call),
        summary=summary,
        description="\n".join(lines),
        start=start,
        due=due,
        alarm_text=f"{summary} {location(call, texts)}".rstrip(),
        priority=PRIORITIES[gravest.severity],
        rules=tuple(dict.fromkeys(finding.rule for finding in findings)),
        anchor=call.start,
        contact_key=call.contact.key,
        basis=str(basis_of(findings, free_times)),
    )


def _basis_before(call: Call, planning: Planning) -> Basis:
    standing = planning.standing.get(slot_of(call.key, "warning"))
    return read_basis(standing.basis if standing else "")


def offered_in(call: Call, planning: Planning) -> tuple[FreeTime, ...]:
    """The times that the warning of a call offers; none where it is not the time that is wrong."""
    if not any(finding.offers_times for finding in planning.findings_of(call)):
        return ()
    stands = planning.kept(slot_of(call.key, "warning"), call.start) is not None
    before = _basis_before(call, planning).free_times if stands else ()
    return planning.offered(call, before, lambda: planning.free_times_for(call))


def _times(
    call: Call, findings: Iterable[Finding], kept: Observed | None, before: Basis, planning: Planning
) -> tuple[datetime, datetime]:
    """DTSTART (the alarm) and DUE, DTSTART strictly before DUE and neither in the past when first written.

    DUE is the earliest moment by which one of the findings that make it a task should be settled. What stands keeps
    its alarm, whatever joins or goes: it may come earlier while it has not rung, and rings again only for what has
    become critical since. While nothing changes DUE never moves away from the user.
    """
    asking = _asking(findings, planning)
    latest, begins = _latest(call, planning), _begins(call, asking, planning)
    earliest = min((one.settle_by for one in asking if one.settle_by is not None), default=call.start)
    earliest = earliest.replace(second=0, microsecond=0)
    fresh = min(_alarm(max(one.severity for one in asking), earliest, begins, planning), latest - _MINUTE)
    if kept is None or kept.start is None:
        return fresh, min(max(earliest, fresh + LEAST), max(latest, _least(call, fresh)))
    same = basis_of(findings).severities == before.severities
    start = kept.start
    if not same and (kept.start > planning.now or _is_newly_critical(asking, before)):
        start = min(kept.start, fresh) if kept.start > planning.now else fresh
    due = max(min(max(earliest, start + LEAST), max(latest, _least(call, start))), start + _MINUTE)
    return start, min(due, kept.due) if same and kept.due is not None and kept.due > start else due


def _least(call: Call, alarm: datetime) -> datetime:
    """The earliest DUE of a task that rings when its call may have begun already: there is no start to be due at."""
    return alarm + LEAST if is_vague(call) and call.start <= alarm else alarm


def _is_newly_critical(asking: Iterable[Finding], before: Basis) -> bool:
    known = dict(before.severities)
    return any(known.get(one.rule, -1) < one.severity == Severity.CRITICAL for one in asking)


def _latest(call: Call, planning: Planning) -> datetime:
    """The last moment at which a warning can be due: when the call begins, or the window of a vague one ends. Where
    that is too near to ring before it, it is the end of the call."""
    last = promised(call).end if is_vague(call) else call.start
    if last <= planning.now + 2 * _MINUTE:
        last = max(promised(call).end, call.end, planning.soon() + _MINUTE)
    return last.replace(second=0, microsecond=0)


def _begins(call: Call, asking: Iterable[Finding], planning: Planning) -> datetime:
    """When it is too late to ring: the call begins, or it would have begun before it was moved at short notice, or the
    window that is closing has no hour left."""
    rules = {one.rule for one in asking}
    if "window_closing" in rules:
        return promised(call).end - LEAST
    begins = promised(call).end if is_vague(call) else call.start
    record = planning.context.history.calls.get(call.key)
    if "late_change" in rules and record is not None and record.moves:
        begins = min(begins, record.moves[-1].old_start)
    return begins


def _alarm(severity: Severity, settle_by: datetime, begins: datetime, planning: Planning) -> datetime:
    """When to ring: advice on the workday on which it should be settled, a warning on the one before, what is critical
    at once; each in working time, as long as the call leaves some."""
    clock = planning.context.clock
    day = clock.day_of(settle_by)
    if severity <= Severity.ADVICE and not clock.is_workday(day):
        day = clock.workday_before(day)
    if severity == Severity.WARNING:
        day = clock.workday_before(day)
    return planning.rings(planning.now if severity == Severity.CRITICAL else clock.at(day, time.min), begins)
