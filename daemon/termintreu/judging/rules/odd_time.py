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
    why = _about_zone(call) or _about_them(call, context, params) or _about_me(call, context)
    if why is not None:
        local = call.start.astimezone(context.zone)
        day = context.clock.workday_before(local.date(), params.workdays)
        yield Finding(
            rule="odd_time",
            severity=Severity.WARNING,
            message=why,
            ask=msg("Check the time."),
            settle_by=settled_by(call, context, context.clock.at(day, local.time())),
        )


def _about_zone(call: Call) -> Message | None:
    occurrence = call.occurrence
    if occurrence.zone_state == "unknown":
        return msg("No reminder, because its time zone is unknown: another hour may be meant.")
    if occurrence.zone_state == "floating" and not occurrence.all_day:
        return msg("It has no time zone: another hour may be meant.")
    return None


def _about_them(call: Call, context: Context, params: OddTimeParams) -> Message | None:
    there = ZoneInfo(call.contact.timezone) if call.contact.timezone else None
    if there is not None and not is_loose(call):
        local = call.start.astimezone(there)
        before = _shifted_from(call, context, there)
        if before is not None:
            return msg(
                "A clock change shifts it for the other side: {now} there, {before} the last time.",
                now=f"{local:%H:%M}",
                before=f"{before.astimezone(there):%H:%M}",
            )
        if _is_night(local.time(), params):
            return msg("It is night where the other side is ({local}).", local=f"{local:%H:%M}")
    region = None if context.is_private(call) else _region_there(call)
    if region is not None and region != context.me.country:
        name = context.holidays_of(region)(call.start.astimezone(there or context.zone).date())
        if name is not None:
            return msg("Public holiday where the other side is: {name}.", name=name)
    return None


def _shifted_from(call: Call, context: Context, there: ZoneInfo) -> datetime | None:
    """The series' previous start, where a clock change between both moves the call for the other side: because the
    series is kept in the user's zone, or in a third one (UTC)."""
    occurrence, start, previous = call.occurrence, call.start, call.occurrence.previous_start
    if previous is None or _wall(start, there) == _wall(previous, there):
        return None  # at their hour, as ever: it is only the user's own clock that changes
    apart = _offset(start, there) - _offset(start, context.zone)
    if apart != _offset(previous, there) - _offset(previous, context.zone):
        return previous
    kept_in = ZoneInfo(occurrence.zone) if occurrence.zone and occurrence.zone_state == "ok" else context.zone
    steady = _wall(start, kept_in) == _wall(previous, kept_in)
    return previous if steady else None


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def _wall(instant: datetime, zone: ZoneInfo) -> time:
    return instant.astimezone(zone).time()


def _is_night(local: time, params: OddTimeParams) -> bool:
    start, end = params.night_from, params.night_until
    return start <= local.hour < end if start <= end else local.hour >= start or local.hour < end


def _region_there(call: Call) -> str | None:
    """The country the other side is in: by the zone, else by the number. A dial-in stands anywhere."""
    contact = call.contact
    if contact.timezone:
        return country_of_zone(contact.timezone)
    own = None if call.caller == "dial_in" else call.reach.phone
    phone = next(iter(contact.phones), own)
    return country_of_number(phone) if phone else None


def _about_me(call: Call, context: Context) -> Message | None:
    if context.is_private(call):
        return None
    start, end = (call.window.start, call.window.end) if call.window and is_loose(call) else (call.start, call.start)
    if context.clock.is_work(start) or any(context.clock.between(start, end)):
        return None
    day = context.clock.day_of(start)
    holiday = context.clock.holiday(day)
    if holiday is not None:
        return msg("Public holiday: {name}.", name=holiday)
    if not context.clock.is_workday(day):
        return msg("On a day off.")
    return msg("Outside your working hours.")


RULE = Rule(
    id="odd_time",
    severity=Severity.WARNING,
    params=OddTimeParams,
    check=_check,
    basis="user requests",
    summary="Outside your working hours; at night (22:00 to 7:00) or on a public holiday where the person is; without "
    "a time zone or in an unknown one; or a clock change shifts the series for the other side. In a private calendar, "
    "working hours and holidays do not count.",
)
