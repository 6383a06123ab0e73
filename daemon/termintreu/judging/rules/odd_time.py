"""A time that may not be meant: outside working hours, at night there, without a zone, or shifted by a clock change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field

from termintreu.config.holidays import country_of_number, country_of_zone
from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import settled_by
from termintreu.judging.rules.common.loose import is_loose
from termintreu.judging.rules.common.participants import (
    is_among_colleagues,
    my_attendance,
    other_attendees,
    other_organizer,
)
from termintreu.judging.rules.common.their_zone import own_number, their_zone, their_zones
from termintreu.model import Call, Finding, Message, Severity, msg


class OddTimeParams(Params):
    """[rules.odd_time]"""

    night_from: int = Field(default=22, ge=0, le=23)
    """The hour at which the night begins where the person is."""
    night_until: int = Field(default=7, ge=0, le=23)
    """The hour at which the night ends where the person is."""
    workdays: int = Field(default=2, ge=0)
    """It should be checked this many workdays before the call."""


def _check(call: Call, context: Context, params: OddTimeParams) -> Iterable[Finding]:
    """One finding a call: the first reason in this order explains those after it."""
    why = _about_zone(call) or _about_them(call, context, params) or _about_my_holidays(call, context)
    severity = Severity.WARNING
    if why is not None and why[1] == _CLOCK_CHANGE and _is_at_their_usual_hour(call, context):
        severity = Severity.ADVICE
    elif why is None and (why := _about_my_hours(call, context)) is not None and _is_meant(call, context):
        severity = Severity.INFO  # advice where the call is critical: no task asks about it
    if why is not None:
        local = call.start.astimezone(context.zone)
        day = context.clock.workday_before(local.date(), params.workdays)
        yield Finding(
            rule="odd_time",
            severity=severity,
            message=why[0],
            matter=why[1],
            ask=msg("Check whether this is the time you mean."),
            settle_by=settled_by(call, context, context.clock.at(day, local.time())),
        )


_Why = tuple[Message, Message]
"""A sentence, and the same in three words."""
_CLOCK_CHANGE = msg("clock change")
_LONGER_THAN_APART = timedelta(weeks=6)
"""Two countries that both change their clocks never do so further apart."""


def _about_zone(call: Call) -> _Why | None:
    occurrence = call.occurrence
    if occurrence.zone_state == "unknown":
        return (
            msg("No reminder, because its time zone is unknown: another hour may be meant."),
            msg("time zone unknown"),
        )
    if occurrence.zone_state == "floating" and not occurrence.all_day:
        return msg("It has no time zone: another hour may be meant."), msg("time zone missing")
    return None


def _about_them(call: Call, context: Context, params: OddTimeParams) -> _Why | None:
    zones = () if is_loose(call) else their_zones(call, context.zone)
    if len(zones) == 1 and (before := _shifted_from(call, context, zones[0])) is not None:
        return _shifted(call, _wall(call.start, zones[0]), _wall(before, zones[0])), _CLOCK_CHANGE
    there = [call.start.astimezone(zone) for zone in zones]
    if there and all(_is_night(local.time(), params) for local in there):
        return _night(call, _span(there)), msg("night there")
    name = _holiday_there(call, context)
    return None if name is None else (_holiday(call, name), msg("holiday there"))


def _span(there: Iterable[datetime]) -> tuple[time, ...]:
    """The wall time, or the first and the last of several."""
    walls = sorted(there, key=lambda local: local.replace(tzinfo=None))
    return tuple(dict.fromkeys(local.time() for local in (walls[0], walls[-1])))


def _holiday_there(call: Call, context: Context) -> str | None:
    region = None if context.is_private(call) else _region_there(call)
    if region is None or region == context.me.country:
        return None
    there = their_zone(call, context.zone) or context.zone
    return context.holidays_of(region)(call.start.astimezone(there).date())


def _shifted(call: Call, now: time, before: time) -> Message:
    if not call.contact.name:
        return msg("The clocks change: there it is {now} then, and was {before} the last time.", now=now, before=before)
    return msg(
        "The clocks change: for {who} it is {now} then, and was {before} the last time.",
        who=call.contact.name,
        now=now,
        before=before,
    )


def _night(call: Call, local: tuple[time, ...]) -> Message:
    if not call.contact.name:
        return msg("It is night there ({local:hours}).", local=local)
    return msg("It is night where {who} is ({local:hours}).", who=call.contact.name, local=local)


def _holiday(call: Call, name: str) -> Message:
    if not call.contact.name:
        return msg("Public holiday there: {name}.", name=name)
    return msg("Public holiday where {who} is: {name}.", who=call.contact.name, name=name)


def _shifted_from(call: Call, context: Context, there: ZoneInfo) -> datetime | None:
    """The series' previous start, where a clock change between both moves the call for the other side: because the
    series is kept in the user's zone, or in a third one (UTC)."""
    start, previous = call.start, call.occurrence.previous_start
    if previous is None or _wall(start, there) == _wall(previous, there):
        return None  # at their hour, as ever: it is only the user's own clock that changes
    apart = _offset(start, there) - _offset(start, context.zone)
    if apart != _offset(previous, there) - _offset(previous, context.zone):
        return previous
    kept_in = _kept_in(call, context)
    steady = _wall(start, kept_in) == _wall(previous, kept_in)
    return previous if steady else None


def _is_at_their_usual_hour(call: Call, context: Context) -> bool:
    """Whether a series that a clock change shifts is back where it was before another one, some weeks ago, had shifted
    it: who was told then is not told again."""
    (there,) = their_zones(call, context.zone)
    kept_in = _kept_in(call, context)
    usual = (call.start.astimezone(kept_in) - _LONGER_THAN_APART).astimezone(there)
    return usual.time() == _wall(call.start, there)


def _kept_in(call: Call, context: Context) -> ZoneInfo:
    """The zone in which the appointment stands in the calendar."""
    occurrence = call.occurrence
    return ZoneInfo(occurrence.zone) if occurrence.zone and occurrence.zone_state == "ok" else context.zone


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def _wall(instant: datetime, zone: ZoneInfo) -> time:
    return instant.astimezone(zone).time()


def _is_night(local: time, params: OddTimeParams) -> bool:
    start, end = params.night_from, params.night_until
    return start <= local.hour < end if start <= end else local.hour >= start or local.hour < end


def _region_there(call: Call) -> str | None:
    """The country the other side is in: by the zone, else by the number. A dial-in stands anywhere."""
    if call.contact.timezone:
        return country_of_zone(call.contact.timezone)
    phone = own_number(call)
    return country_of_number(phone) if phone else None


def _about_my_holidays(call: Call, context: Context) -> _Why | None:
    if _is_at_work(call, context):
        return None
    holiday = context.clock.holiday(context.clock.day_of(call.start))
    return (msg("Public holiday: {name}.", name=holiday), msg("public holiday")) if holiday is not None else None


def _about_my_hours(call: Call, context: Context) -> _Why | None:
    if _is_at_work(call, context):
        return None
    if not context.clock.is_workday(context.clock.day_of(call.start)):
        return msg("Not a working day."), msg("not a working day")
    return msg("Outside your working hours."), msg("outside working hours")


def _is_at_work(call: Call, context: Context) -> bool:
    """Whether it lies in the user's working time, or that does not matter."""
    if context.is_private(call):
        return True
    start, end = (call.window.start, call.window.end) if call.window and is_loose(call) else (call.start, call.start)
    return context.clock.is_work(start) or any(context.clock.between(start, end))


def _is_meant(call: Call, context: Context) -> bool:
    """Whether somebody has looked at the hour already: it lies in a pause of the working day, the series took place at
    it before, all have accepted it, one of the colleagues that they all are has, or the user says so."""
    spans = context.clock.spans(context.clock.day_of(call.start))
    if spans and spans[0][0] <= call.start < spans[-1][1]:
        return True
    occurrence, zone = call.occurrence, context.zone
    before = occurrence.previous_start
    if "confirmed" in call.words or (before is not None and _wall(before, zone) == _wall(call.start, zone)):
        return True
    people = other_attendees(occurrence, context.me)
    mine, organizer = my_attendance(occurrence, context.me), other_organizer(occurrence, context.me)
    if organizer is not None:
        return mine is not None and mine.partstat == "ACCEPTED"
    accepted = [person for person in people if person.partstat == "ACCEPTED"]
    return bool(accepted) and (accepted == people or is_among_colleagues(occurrence, context.me))


RULE = Rule(
    id="odd_time",
    severity=Severity.WARNING,
    params=OddTimeParams,
    check=_check,
    basis="user requests",
    summary="Outside your working hours; at night (22:00 to 7:00) or on a public holiday where the person is; without "
    "a time zone or in an unknown one; or a clock change shifts the series for the other side. In a private calendar, "
    "working hours and holidays do not count. Info only, where the hour is meant: a pause of the "
    "working day, accepted by everybody or by one of the colleagues that all are, the series' own, or #confirmed. "
    "Advice where a clock change puts a series back to the hour that it had there some weeks ago.",
)
