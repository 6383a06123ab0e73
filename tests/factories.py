"""Calls, occurrences and contexts for tests, made from the few words that matter to one test. Times are given as
wall time in Berlin ("2026-11-26 14:00"), which is also the user's zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from termintreu.config import MeConfig
from termintreu.config.holidays import holidays_for
from termintreu.config.working_hours import WorkClock
from termintreu.judging.assess import assess
from termintreu.judging.rules import RULES, Context
from termintreu.model import (
    Call,
    CallRecord,
    Contact,
    Finding,
    History,
    ItemRecord,
    Move,
    Occurrence,
    Person,
    Reach,
    Window,
    slot_of,
)
from termintreu.model.history import ItemStatus
from termintreu.model.marks import call_key

BERLIN = ZoneInfo("Europe/Berlin")
ANNA = "anna@beispiel.de"
ERIKA = Person(email="erika@muster.example", name="Erika Muster", partstat="ACCEPTED")
OFFICE: dict[str, Any] = {day: ["09:00-12:30", "13:30-17:30"] for day in ("mon", "tue", "wed", "thu", "fri")}


def at(wall: str, zone: ZoneInfo = BERLIN) -> datetime:
    """The instant (UTC) of a wall time; seconds are optional."""
    return datetime.fromisoformat(wall).replace(tzinfo=zone).astimezone(UTC)


def person(email: str, partstat: str = "NEEDS-ACTION", **more: Any) -> Person:
    """Somebody who is invited."""
    return Person(email=email, partstat=partstat, **more)


def occurrence(start: str | datetime, minutes: float = 30, **more: Any) -> Occurrence:
    """An appointment; its UID follows from its title and start unless one is given."""
    begin = at(start) if isinstance(start, str) else start
    title = more.setdefault("summary", "Besprechung")
    more.setdefault("uid", f"{title}-{begin:%Y%m%dT%H%M%S}@test")
    more.setdefault("recurrence_id", None)
    more.setdefault("end", begin + timedelta(minutes=minutes))
    more.setdefault("zone", "Europe/Berlin")
    more.setdefault("local_start", begin.astimezone(BERLIN).replace(tzinfo=None))
    return Occurrence(source="work", collection="/cal/", href=f"/cal/{more['uid']}.ics", start=begin, **more)


def all_day(day: str, days: int = 1, **more: Any) -> Occurrence:
    """An all-day appointment."""
    start = at(f"{day} 00:00")
    end = (start.astimezone(BERLIN) + timedelta(days=days)).astimezone(UTC)
    return occurrence(start, end=end, all_day=True, zone=None, local_start=None, **more)


def call(start: str | datetime | Occurrence, minutes: float = 30, **more: Any) -> Call:
    """A phone call that the user has to make, with a number. Fields of the occurrence and of the call may be mixed."""
    own = {name: more.pop(name) for name in list(more) if name in Call.__dataclass_fields__}
    if isinstance(start, Occurrence):
        where = replace(start, **more) if more else start
    else:
        where = occurrence(start, minutes, **{"summary": "Telefonat mit Erika Muster", **more})
    own.setdefault("key", call_key(where.uid, where.recurrence_id))
    own.setdefault("kind", "phone")
    own.setdefault("reach", Reach(phone="+4930901820", phone_origin="contact", verified=True))
    own.setdefault("contact", Contact(key="erika@muster.example", name="Erika Muster", known=True))
    own.setdefault("caller", "me")
    return Call(occurrence=where, **own)


def window(start: str, end: str, text: str = "") -> Window:
    """A promise without a minute."""
    return Window(start=at(start), end=at(end), text=text)


def context(now: str | datetime, calls: Iterable[Call] = (), busy: Iterable[Occurrence] = (), **more: Any) -> Context:
    """Anna's day in Berlin: 9:00-12:30 and 13:30-17:30 on weekdays, German holidays. Calls are busy themselves."""
    me = more.pop("me", None) or MeConfig(name="Anna Beispiel", emails=[ANNA], region="DE", working_hours=OFFICE)
    listed = tuple(sorted(calls, key=lambda one: (one.start, one.occurrence.uid)))
    solid = [one.occurrence for one in listed if not one.occurrence.all_day and not one.occurrence.transparent]
    return Context(
        now=at(now) if isinstance(now, str) else now,
        me=me,
        zone=BERLIN,
        clock=WorkClock(me=me, zone=BERLIN, holiday=holidays_for(me.region, "de")),
        calls=listed,
        busy=tuple(sorted([*busy, *solid], key=lambda one: (one.start, one.uid))),
        holidays_of=lambda region: holidays_for(region, "de"),
        **more,
    )


def found(rule: str, one: Call, where: Context, **params: Any) -> Finding | None:
    """What one rule says about one of the context's calls when all rules run (the weighing ones see the others')."""
    tuned = {own.id: own.params(**params) for own in RULES if own.id == rule}
    return only(rule, assess(where, RULES, tuned).get(one.key, ()))


def only(rule: str, findings: Sequence[Finding]) -> Finding | None:
    """The finding of a rule; None where there is none. More than one is a mistake."""
    of_rule = [finding for finding in findings if finding.rule == rule]
    assert len(of_rule) <= 1
    return of_rule[0] if of_rule else None


def moved(one: Call, *moves: tuple[str, str | None, str], by_me: bool = True, gone: bool = False) -> History:
    """A history in which a call moved: (old start, new start, seen at) each; `gone` with the last of them."""
    record = CallRecord(
        key=one.key,
        uid=one.occurrence.uid,
        recurrence_id=None,
        contact_key=one.contact.key,
        contact_name=one.contact.name,
        kind=one.kind,
        start=one.start,
        end=one.end,
        first_seen=at("2026-01-01 09:00"),
        last_seen=at("2026-01-01 09:00"),
        gone_at=at(moves[-1][2]) if gone else None,
        moves=tuple(
            Move(old_start=at(old), new_start=at(new) if new else None, seen_at=at(seen), by_me=by_me)
            for old, new, seen in moves
        ),
    )
    return History(calls={one.key: record})


def told_of(one: Call, status: ItemStatus, basis: str, anchor: str) -> ItemRecord:
    """What is remembered of the warning of a call."""
    return ItemRecord(
        slot=slot_of(one.key, "warning"),
        uid="termintreu-1",
        generation=0,
        collection="/own/",
        href="/own/1.ics",
        etag=None,
        fingerprint="1:0",
        status=status,
        anchor=at(anchor),
        recorded_at=at("2026-11-20 09:00"),
        basis=basis,
    )
