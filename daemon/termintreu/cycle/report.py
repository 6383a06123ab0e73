"""What a cycle found and did, and the JSON document of it that the contract promises. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from termintreu.judging.blindness import Trouble
from termintreu.judging.call_history import recurrence_json
from termintreu.judging.relationships import Relationship
from termintreu.model import (
    AddressBookReport,
    Call,
    Change,
    Evidence,
    Finding,
    LogReport,
    Message,
    Observed,
    Occurrence,
    Rejected,
    Severity,
    SourceReport,
    is_threatened,
)
from termintreu.model.logins import LoginState
from termintreu.recognition.calls import Skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One cycle."""

    at: datetime
    sources: tuple[SourceReport, ...]
    calls: tuple[Call, ...]
    findings: Mapping[str, tuple[Finding, ...]]
    """By call key, most severe first."""
    rejected: tuple[Rejected, ...]
    changes: tuple[Change, ...]
    applied: bool
    """False for a dry run: then no change has a result."""
    held_back: tuple[str, ...] = ()
    """Why something that should be written was not: the brake, a cap, a target that cannot be read."""
    relationships: Mapping[str, Relationship] = field(default_factory=dict)
    """By contact key."""
    observed: Mapping[str, Observed] = field(default_factory=dict)
    """Our items as they stood before this cycle's writes, by href."""

    call_logs: tuple[LogReport, ...] = ()
    address_books: tuple[AddressBookReport, ...] = ()
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    """What the call logs show, by call key."""
    blind: tuple[Trouble, ...] = ()
    """What is not seen, as far as the user is told of it."""
    skipped: tuple[Skipped, ...] = ()
    """Appointments that are no calls because of what the user taught."""
    others: tuple[Occurrence, ...] = ()
    """Of a dry run: what stands in the calendars and is no call, by start."""

    @property
    def failed(self) -> bool:
        """Whether some source or some write failed: exit code 1."""
        return (
            any(source.state != "ok" for source in self.sources)
            or any(log.state != "ok" for log in self.call_logs)
            or any(book.state != "ok" for book in self.address_books)
            or bool(self.held_back)
            or any(change.result not in {None, "applied"} for change in self.changes)
        )

    def items_of(self, call_key: str) -> list[Observed]:
        """Our items for one call, as they stand in the calendar."""
        return [
            item
            for item in self.observed.values()
            if item.call_key == call_key or any(call.key == call_key for call in item.about)
        ]

    def rating_with(self, contact_key: str) -> float:
        """Our rating towards a contact, to four digits; a new contact stands at 0.5."""
        relation = self.relationships.get(contact_key)
        return round(relation.ours, 4) if relation is not None else 0.5


def document(report: Report, render: Callable[[Message], str], zone: ZoneInfo) -> dict[str, Any]:
    """The document of `plan --json` and `once --json`.

    Args:
        report: of the cycle.
        render: gives a message its language.
        zone: the user's; times are given in it, with offset.
    """

    def local(instant: datetime | None) -> str | None:
        return instant.astimezone(zone).isoformat() if instant else None

    return {
        "at": local(report.at),
        "sources": [source_json(source) for source in report.sources],
        "appointments": [
            _appointment(call, report, render, local) for call in sorted(report.calls, key=lambda call: call.start)
        ],
        "rejected": [
            {"source": bad.source, "href": bad.href, "reason": bad.sentence, "title": bad.title, "line": bad.line}
            for bad in report.rejected
        ],
        "changes": [_change(change, local, applied=report.applied) for change in report.changes],
        "held_back": list(report.held_back),
        "call_logs": [log_json(log, local) for log in report.call_logs],
        "address_books": [book_json(book, local) for book in report.address_books],
    }


def log_json(log: LogReport, local: Callable[[datetime | None], str | None]) -> dict[str, Any]:
    """One entry of `call_logs`."""
    return {
        "name": log.name,
        "type": log.type,
        "state": log.state,
        "error": log.error,
        "last_entry": local(log.last_entry),
        "entries": log.entries,
        "bad_lines": log.bad_lines,
    }


def book_json(book: AddressBookReport, local: Callable[[datetime | None], str | None]) -> dict[str, Any]:
    """One entry of `address_books`."""
    return {
        "name": book.name,
        "type": book.type,
        "state": book.state,
        "error": book.error,
        "books": book.books,
        "cards": book.cards,
        "bad_cards": book.bad_cards,
        "requests": book.requests,
        "checked_at": local(book.checked_at),
    }


def source_json(source: SourceReport) -> dict[str, Any]:
    """One entry of `sources`."""
    return {
        "name": source.name,
        "state": source.state,
        "error": source.error,
        "collections": source.collections,
        "resources": source.resources,
        "requests": source.requests,
    }


def login_json(login: LoginState | None, local: Callable[[datetime | None], str | None]) -> dict[str, Any] | None:
    """`login` of one source; None where there is nothing to log in to."""
    if login is None:
        return None
    return {
        "kind": login.kind,
        "expires": local(login.expires),
        "renewed": local(login.renewed),
        "trouble": login.trouble,
    }


def blind_json(trouble: Trouble, local: Callable[[datetime | None], str | None]) -> dict[str, Any]:
    """One entry of `blind`."""
    return {
        "name": trouble.name,
        "watched": trouble.watched,
        "kind": trouble.kind,
        "calendar": trouble.title or None,
        "since": local(trouble.seen or trouble.begun),
        "why": trouble.why or None,
    }


_Local = Callable[[datetime | None], str | None]


def _appointment(call: Call, report: Report, render: Callable[[Message], str], local: _Local) -> dict[str, Any]:
    return {
        "uid": call.occurrence.uid,
        "recurrence_id": recurrence_json(call.occurrence.recurrence_id),
        "source": call.occurrence.source,
        "collection": call.occurrence.collection,
        "start": local(call.start),
        "end": local(call.end),
        "all_day": call.occurrence.all_day,
        "summary": call.occurrence.summary,
        "kind": call.kind,
        "phone": call.reach.phone,
        "pin": call.reach.pin,
        "url": call.reach.url,
        "rings": call.rings,
        "contact": {
            "key": call.contact.key,
            "name": call.contact.name,
            "rating": report.rating_with(call.contact.key),
        },
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity.label,
                "message": render(finding.message),
                "settle_by": local(finding.settle_by),
            }
            for finding in report.findings.get(call.key, ())
        ],
    }


def _change(change: Change, local: _Local, *, applied: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "action": change.action,
        "component": change.component,
        "item": change.kind,
        "uid": change.uid,
        "collection": change.collection,
        "appointment": (
            {"uid": change.appointment_uid, "recurrence_id": change.recurrence_id}
            if change.appointment_uid and not change.about
            else None
        ),
        "appointments": _about(change),
        "rules": list(change.rules),
        "summary": change.summary,
        "start": local(change.start),
        "due": local(change.due),
    }
    if applied:
        entry["result"] = change.result
        if change.error is not None:
            entry["error"] = change.error
    return entry


def _about(change: Change) -> list[dict[str, Any]]:
    """All the appointments that a change is about."""
    if change.about:
        return [{"uid": call.details.uid, "recurrence_id": call.recurrence_id} for call in change.about]
    if change.appointment_uid:
        return [{"uid": change.appointment_uid, "recurrence_id": change.recurrence_id}]
    return []


def summary(report: Report, zone: ZoneInfo, *, braked: Iterable[str], next_poll: datetime) -> dict[str, Any]:
    """What is remembered of a cycle for `status`: no names, titles or numbers."""
    ahead = [call for call in report.calls if call.start > report.at]
    # The gravest finding stands first, and this is told after every poll.
    critical = [
        found for call in ahead if (found := report.findings.get(call.key)) and found[0].severity is Severity.CRITICAL
    ]
    return {
        "at": report.at.astimezone(zone).isoformat(),
        "next": next_poll.astimezone(zone).isoformat(),
        "calls": len(ahead),
        "threatened": sum(map(is_threatened, critical)),
        "sources": [
            source_json(source)
            | {
                "checked_at": source.checked_at.astimezone(zone).isoformat() if source.checked_at else None,
                "login": login_json(
                    source.login, lambda instant: instant.astimezone(zone).isoformat() if instant else None
                ),
            }
            for source in report.sources
        ],
        "written": sum(change.result == "applied" for change in report.changes),
        "rejected": len(report.rejected),
        "held_back": list(report.held_back),
        "call_logs": [
            log_json(log, lambda instant: instant.astimezone(zone).isoformat() if instant else None)
            for log in report.call_logs
        ],
        "address_books": [
            book_json(book, lambda instant: instant.astimezone(zone).isoformat() if instant else None)
            for book in report.address_books
        ],
        "blind": [
            blind_json(one, lambda instant: instant.astimezone(zone).isoformat() if instant else None)
            for one in report.blind
        ],
        "braked": sorted(braked),
    }


def status_line(report: Report, zone: ZoneInfo) -> str:
    """One line for systemd: "12 calls ahead, 2 threatened, work: ok 14:02, crm: stale since 11:30"."""
    ahead = [call for call in report.calls if call.start > report.at]
    threatened = sum(is_threatened(report.findings.get(call.key, ())) for call in ahead)
    today = report.at.astimezone(zone).date()
    sources = ", ".join(
        f"{source.name}: {state_and_time(source.state, source.checked_at, today, zone)}" for source in report.sources
    )
    return f"{len(ahead)} calls ahead, {threatened} threatened, {sources}"


def state_and_time(state: str, checked_at: datetime | None, today: date, zone: ZoneInfo) -> str:
    """ "ok 14:02"; "stale since 11:30", or "stale since 2026-11-21 11:30" where that was not today."""
    if checked_at is None:
        return state
    checked = checked_at.astimezone(zone)
    when = f"{checked:%H:%M}" if checked.date() == today else f"{checked:%Y-%m-%d %H:%M}"
    return f"{state} {when}" if state == "ok" else f"{state} since {when}"
