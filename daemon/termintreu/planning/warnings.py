"""The one warning task of a call: all its findings, most severe first, what to do, and times to offer. Pure.

Some moments count from "now" ("4 work hours from now", free times). A warning that stands keeps the ones it was
written with, as long as it rests on the same rules at the same severity and the times offered are still free: a
second cycle has nothing to write.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from termintreu.model import Call, Finding, Item, Observed, Severity, msg, slot_of
from termintreu.model.basis import Basis, FreeTime, basis_of, read_basis
from termintreu.planning.planning import Planning, is_vague, promised, recurrence_of
from termintreu.planning.wording import at_a_glance, contact_zone, finding_lines, headline, location, reach_lines

PRIORITIES = {Severity.CRITICAL: 1, Severity.WARNING: 3, Severity.ADVICE: 5, Severity.INFO: 7}
_MINUTE = timedelta(minutes=1)
_LEAST = timedelta(minutes=10)
"""Between the alarm and DUE, and so between now and DUE, as far as the call leaves so much time."""


def warnings(call: Call, planning: Planning) -> Iterable[Item]:
    """The warning of a call that is not over and has a finding grave enough for a task ([tasks] from)."""
    findings = planning.findings_of(call)
    if not _asking(findings, planning):
        return
    if max(promised(call).end, call.end) <= planning.now:
        return
    kept = planning.kept(slot_of(call.key, "warning"), call.start)
    before = _basis_before(call, planning) if kept else Basis()
    free_times = _free_times(call, findings, before, planning)
    basis = basis_of(findings, free_times)
    same = kept if kept and basis.severities == before.severities else None
    start, due = _times(call, findings, same, planning)
    yield _item(call, findings, planning, free_times=free_times, start=start, due=due)


def _asking(findings: Iterable[Finding], planning: Planning) -> list[Finding]:
    """The findings that make it a task; the others only stand in it."""
    return [finding for finding in findings if finding.severity >= planning.tasks_from]


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
    glance = at_a_glance(call, texts, day=True)
    problem = texts.render(gravest.message)
    lines = [headline(call, texts), *reach_lines(call, texts), "", *finding_lines(findings, texts, ask=True)]
    if free_times:
        offered = [f"– {line}" for line in texts.free_time_lines(free_times, contact_zone(call))]
        lines += ["", texts.render(msg("Free times to offer:")), *offered]
    return Item(
        kind="warning",
        component="VTODO",
        call_key=call.key,
        appointment_uid=call.occurrence.uid,
        recurrence_id=recurrence_of(call),
        summary=f"⚠ {glance}: {problem}",
        description="\n".join(lines),
        start=start,
        due=due,
        alarm_text=f"{glance}: {problem} {location(call, texts)}".rstrip(),
        priority=PRIORITIES[gravest.severity],
        rules=tuple(dict.fromkeys(finding.rule for finding in findings)),
        anchor=call.start,
        contact_key=call.contact.key,
        basis=str(basis_of(findings, free_times)),
    )


def _basis_before(call: Call, planning: Planning) -> Basis:
    standing = planning.standing.get(slot_of(call.key, "warning"))
    return read_basis(standing.basis if standing else "")


def _free_times(call: Call, findings: Iterable[Finding], before: Basis, planning: Planning) -> tuple[FreeTime, ...]:
    """The times that stand in the task already, while all of them are free; else fresh ones."""
    if not any(finding.offers_times for finding in findings):
        return ()
    if before.free_times and all(planning.is_still_free(call, one) for one in before.free_times):
        return before.free_times
    return planning.free_times_for(call)


def _times(
    call: Call, findings: Iterable[Finding], same: Observed | None, planning: Planning
) -> tuple[datetime, datetime]:
    """DTSTART (the alarm) and DUE, DTSTART strictly before DUE and neither in the past when first written.

    DUE is the earliest moment by which one of the findings that make it a task should be settled. A standing warning's
    DUE never moves away from the user; it comes nearer where the calendar says so.
    """
    asking = _asking(findings, planning)
    earliest = min((finding.settle_by for finding in asking if finding.settle_by is not None), default=call.start)
    due = min(max(earliest.replace(second=0, microsecond=0), planning.soon() + _LEAST), _latest(call, planning))
    if same is not None and same.due is not None and same.start is not None:
        due = min(due, same.due)
        if same.start < due:
            return same.start, due
    return _alarm(max(finding.severity for finding in asking), due, planning), due


def _latest(call: Call, planning: Planning) -> datetime:
    """The last moment at which a warning can be due: when the call begins, or the window of a vague one ends. Where
    that is too near to ring before it, it is the end of the call."""
    last = promised(call).end if is_vague(call) else call.start
    if last <= planning.now + 2 * _MINUTE:
        last = max(promised(call).end, call.end, planning.soon() + _MINUTE)
    return last.replace(second=0, microsecond=0)


def _alarm(severity: Severity, due: datetime, planning: Planning) -> datetime:
    """When to ring: in working time, when there is time left to act; at once where that would be too late.

    Advice rings on the day it is due, a warning on the workday before, a critical one now.
    """
    clock, soon = planning.context.clock, planning.soon()
    day = clock.day_of(due)
    wanted = {
        Severity.ADVICE: clock.at(day, time.min),
        Severity.WARNING: clock.at(clock.workday_before(day), time.min),
    }.get(severity, soon)
    ringing = planning.next_work(max(wanted, soon))
    return ringing if ringing + _LEAST <= due else min(soon, due - _MINUTE)
