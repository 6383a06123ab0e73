"""Reports and contents for the page's tests, made from the few words that matter to one test."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from termintreu.cycle.report import Report
from termintreu.judging.blindness import Trouble
from termintreu.judging.rating import Experience, rating
from termintreu.judging.relationships import Relationship
from termintreu.model import (
    Call,
    Change,
    Finding,
    Item,
    Observed,
    Severity,
    SourceReport,
    msg,
    slot_of,
)
from termintreu.model.texts import Texts
from termintreu.service.board import PageContent
from tests.factories import at

BERLIN = ZoneInfo("Europe/Berlin")
NOW = at("2026-11-23 10:30")
DE = Texts(language="de", zone=BERLIN)
EN = Texts(language="en", zone=BERLIN)


def source(name: str = "work", state: Any = "ok", **more: Any) -> SourceReport:
    fields: dict[str, Any] = {"error": None, "collections": 2, "resources": 18, "requests": 3, "checked_at": NOW}
    return SourceReport(name=name, state=state, **fields | more)


def report(calls: Iterable[Call] = (), **more: Any) -> Report:
    fields: dict[str, Any] = {"at": NOW, "sources": (source(),), "rejected": (), "changes": (), "findings": {}}
    return Report(calls=tuple(calls), applied=True, **fields | more)


def content(calls: Iterable[Call] = (), texts: Texts = DE, **more: Any) -> PageContent:
    return PageContent(texts=texts, report=report(calls, **more), next_poll=NOW + timedelta(minutes=5))


def finding(severity: Severity, why: str = "Nobody has confirmed.", **more: Any) -> Finding:
    rule = "threatened" if severity is Severity.CRITICAL else "unconfirmed"
    return Finding(**{"rule": rule, "severity": severity, "message": msg("{why:text}", why=why), **more})


def item(call: Call, kind: Any = "reminder", **more: Any) -> Item:
    """A reminder ten minutes before the call, unless said otherwise."""
    fields: dict[str, Any] = {
        "component": "VEVENT",
        "summary": "",
        "description": "",
        "start": call.start - timedelta(minutes=10),
        "anchor": call.start,
    }
    return Item(kind=kind, call_key=call.key, **fields | more)


def observed(of: Item, **more: Any) -> Observed:
    """The item as it stands in the calendar."""
    return Observed(
        href=f"/own/{of.kind}-{of.call_key}.ics",
        collection="/own/",
        etag='"1"',
        uid=f"termintreu-{of.kind}-{of.call_key}",
        component=of.component,
        kind=of.kind,
        call_key=of.call_key,
        generation=0,
        fingerprint="",
        start=of.start,
        due=of.due,
        **more,
    )


def change(action: Any, of: Item, result: Any = "applied") -> Change:
    return Change(
        action=action,
        component=of.component,
        kind=of.kind,
        slot=slot_of(of.call_key, of.kind),
        uid=f"termintreu-{of.kind}-{of.call_key}",
        collection="/own/",
        href=f"/own/{of.kind}-{of.call_key}.ics",
        etag=None,
        data=b"",
        item=None if action == "delete" else of,
        result=result,
    )


def relation(key: str, *experiences: Experience, now: datetime = NOW, **more: Any) -> Relationship:
    """A relationship of 100 days; its ratings are what the experiences make of them."""
    fields: dict[str, Any] = {
        "name": key.partition("@")[0].title(),
        "ours": rating(experiences, "ours", now),
        "theirs": rating(experiences, "theirs", now),
        "since": now - timedelta(days=100),
        "calls_per_quarter": 3.25,
        "calls": (),
    }
    return Relationship(key=key, experiences=tuple(experiences), **fields | more)


def kept(days_ago: float, side: Any = "ours") -> Experience:
    return Experience(at=NOW - timedelta(days=days_ago), side=side)


def trouble(name: str = "crm", **more: Any) -> Trouble:
    """A source that was not seen for an hour."""
    seen = NOW - timedelta(hours=1)
    given: dict[str, Any] = {"kind": "unread", "begun": seen, "last": NOW, "seen": seen, "why": "503", **more}
    return Trouble(name=name, **given)
