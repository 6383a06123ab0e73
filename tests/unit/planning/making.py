"""Makes calls, findings and plannings for tests, with as little said as possible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from termintreu.config import MeConfig
from termintreu.config.working_hours import HolidayName, WorkClock
from termintreu.judging.outcomes import Verdict
from termintreu.judging.rules.common.base import Context, Params
from termintreu.model import (
    Call,
    Caller,
    CallRecord,
    Collection,
    Contact,
    Evidence,
    Finding,
    History,
    Item,
    ItemRecord,
    Kind,
    Observed,
    Occurrence,
    Promise,
    Reach,
    Resource,
    Severity,
    Window,
    ZoneState,
    msg,
)
from termintreu.model.basis import FreeTime
from termintreu.model.marks import call_key
from termintreu.model.texts import Texts
from termintreu.planning import Planning
from termintreu.planning.items.observe import observe
from termintreu.planning.items.slot_state import slot_states

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 10, 5, 8, tzinfo=UTC)
"""A Monday, 10:00 in Berlin."""
S = datetime(2026, 10, 7, 12, 30, tzinfo=UTC)
"""The Wednesday after, 14:30 in Berlin."""
REMINDERS = Collection(href="/dav/termintreu/", name="Termintreu", components=frozenset({"VEVENT"}))
TASKS = Collection(href="/dav/aufgaben/", name="Termintreu Aufgaben", components=frozenset({"VTODO"}))
COLLECTIONS = {"reminders": REMINDERS, "tasks": TASKS}
ERIKA = Contact(key="erika@muster.example", name="Erika Muster", phones=("+4930901820",), known=True)
REACH = Reach(phone="+4930901820", phone_origin="contact", verified=True)


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of October 2026 by its wall time in Berlin."""
    return datetime(2026, 10, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def a_call(
    start: datetime = S,
    *,
    uid: str = "call-1@example.com",
    minutes: int = 30,
    kind: Kind = "phone",
    caller: Caller = "me",
    contact: Contact = ERIKA,
    reach: Reach = REACH,
    window: Window | None = None,
    critical: bool = False,
    all_day: bool = False,
    zone_state: ZoneState = "ok",
    summary: str = "Angebot besprechen",
    words: frozenset[str] = frozenset(),
) -> Call:
    occurrence = Occurrence(
        source="work",
        collection="/dav/work/",
        href=f"/dav/work/{uid}.ics",
        uid=uid,
        recurrence_id=None,
        start=start,
        end=start + timedelta(minutes=minutes),
        all_day=all_day,
        zone="Europe/Berlin",
        zone_state=zone_state,
        summary=summary,
    )
    return Call(
        occurrence=occurrence,
        key=call_key(uid, None),
        kind=kind,
        reach=reach,
        contact=contact,
        caller=caller,
        window=window,
        critical=critical,
        words=words,
    )


def a_finding(
    rule: str = "unconfirmed",
    severity: Severity = Severity.WARNING,
    settle_by: datetime | None = None,
    *,
    offers_times: bool = False,
    at: datetime | None = None,
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        message=msg("Everyone dials in.") if rule == "vague_time" else msg("You are called."),
        ask=msg("You make the call."),
        settle_by=settle_by or S - timedelta(hours=24),
        offers_times=offers_times,
        at=at,
    )


def a_planning(
    now: datetime = NOW,
    *,
    findings: Mapping[str, Iterable[Finding]] | None = None,
    observed: Iterable[Observed] = (),
    remembered: Mapping[str, ItemRecord] | None = None,
    settled: frozenset[str] = frozenset(),
    params: Mapping[str, Params] | None = None,
    disabled: frozenset[str] = frozenset(),
    asked_since: datetime | None = None,
    damaged: frozenset[str] = frozenset(),
    language: str = "de",
    free_times_for: Callable[[Call], tuple[FreeTime, ...]] = lambda _: (),
    is_still_free: Callable[[Call, FreeTime], bool] = lambda _, __: True,
    verdicts: Mapping[str, Verdict] | None = None,
    evidence: Mapping[str, Evidence] | None = None,
    talks: Mapping[str, int] | None = None,
    past: tuple[Call, ...] = (),
    promises: tuple[Promise, ...] = (),
    calls: Mapping[str, CallRecord] | None = None,
    around: tuple[Call, ...] = (),
    name: str = "Anna Beispiel",
    holiday: HolidayName = lambda _: None,
    tasks_from: Severity = Severity.WARNING,
) -> Planning:
    me = MeConfig(name=name)
    clock = WorkClock(me=me, zone=BERLIN, holiday=holiday)
    history = History(items=dict(remembered or {}), calls=dict(calls or {}))
    context = Context(
        now=now,
        me=me,
        zone=BERLIN,
        clock=clock,
        calls=around,
        busy=(),
        history=history,
        settled=settled | frozenset(verdicts or {}),
        promises=promises,
    )
    return Planning(
        context=context,
        texts=Texts(language="de" if language == "de" else "en", zone=BERLIN),
        findings={key: tuple(found) for key, found in (findings or {}).items()},
        standing=slot_states(observed, history.items),
        params=params or {},
        disabled=disabled,
        tasks_from=tasks_from,
        asked_since=asked_since,
        damaged=damaged,
        free_times_for=free_times_for,
        is_still_free=is_still_free,
        verdicts=verdicts or {},
        evidence=evidence or {},
        talks=talks or {},
        past=past,
    )


def seen(data: bytes, href: str, etag: str = '"1"') -> Observed:
    """What is observed of a stream of ours."""
    found = observe(Resource(href=href, etag=etag, data=data), href.rpartition("/")[0] + "/", BERLIN)
    assert found is not None
    return found


def local(item: Item) -> tuple[time, time | None]:
    """Start and end (or DUE) of an item on the wall in Berlin."""
    end = item.end or item.due
    return item.start.astimezone(BERLIN).time(), end.astimezone(BERLIN).time() if end else None
