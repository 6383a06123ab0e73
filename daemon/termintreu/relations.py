"""The relationship with each contact: both ratings, its length and intensity, and the calls they rest on. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from termintreu.model import CallRecord, History, TrackRecord
from termintreu.outcomes import Verdict, experiences, verdicts
from termintreu.rating import LATE, TOLD_LATE, Experience, Side, rating, wilson_lower

_QUARTER = timedelta(days=91.3125)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What is known of the calls with one contact."""

    key: str
    name: str
    ours: float
    """Our rating towards them."""
    theirs: float
    since: datetime
    """UTC start of the first call seen: the length of the relationship."""
    calls_per_quarter: float
    calls: tuple[tuple[CallRecord, Verdict | None], ...]
    """Every call that has begun, with how it went; oldest first."""
    experiences: tuple[Experience, ...] = ()

    @property
    def has_outcome(self) -> bool:
        """Whether anything counts yet; without, a rating is only the starting value."""
        return bool(self.experiences)

    @property
    def track(self) -> TrackRecord:
        """The same as far as rules need it."""
        outcomes = [how.outcome for _, how in self.calls if how is not None]
        no_shows = outcomes.count("noshow")
        meetings = no_shows + outcomes.count("held") + outcomes.count("late")
        return TrackRecord(
            ours=self.ours,
            outcomes=len(outcomes),
            failures=sum(one.side == "ours" and one.failure >= LATE for one in self.experiences),
            no_shows=no_shows,
            meetings=meetings,
            no_show_bound=wilson_lower(no_shows, meetings),
        )

    def broken(self, since: datetime, now: datetime) -> tuple[CallRecord, ...]:
        """Calls from `since` (UTC) on of which we missed one, called it off late, or came very late; oldest first."""
        return tuple(
            call
            for call, how in self.calls
            if call.start >= since
            and any(one.side == "ours" and one.failure >= TOLD_LATE for one in experiences(call, how, now))
        )

    def failures(self, side: Side, since: datetime) -> int:
        """Missed calls of one side from `since` (UTC) on."""
        outcome = "missed" if side == "ours" else "noshow"
        return sum(how is not None and how.outcome == outcome and call.start >= since for call, how in self.calls)


def relations(history: History, now: datetime) -> dict[str, Relation]:
    """Every contact with a call that is remembered, by key, as of `now` (UTC)."""
    known = verdicts(history)
    by_contact: dict[str, list[CallRecord]] = {}
    for record in sorted(history.calls.values(), key=lambda record: (record.start, record.key)):
        by_contact.setdefault(record.contact_key, []).append(record)
    return {
        key: _relation(key, [(record, known.get(record.key)) for record in records], now)
        for key, records in by_contact.items()
    }


def _relation(key: str, calls: list[tuple[CallRecord, Verdict | None]], now: datetime) -> Relation:
    counted = tuple(one for record, how in calls for one in experiences(record, how, now))
    begun = tuple((record, how) for record, how in calls if record.start <= now)
    since = calls[0][0].start
    quarters = max((now - since) / _QUARTER, 1.0)
    return Relation(
        key=key,
        name=next((record.contact_name for record, _ in reversed(calls) if record.contact_name), ""),
        ours=rating(counted, "ours", now),
        theirs=rating(counted, "theirs", now),
        since=since,
        calls_per_quarter=len(begun) / quarters,
        calls=begun,
        experiences=counted,
    )


def matching(found: Iterable[Relation], text: str | None) -> list[Relation]:
    """Relations whose key is `text` or whose name or key holds it, by name; all for None."""
    wanted = (text or "").casefold()
    hits = [one for one in found if wanted in one.name.casefold() or wanted in one.key.casefold()]
    return sorted(hits, key=lambda one: (one.name.casefold(), one.key))


def as_json(relation: Relation, zone: ZoneInfo) -> dict[str, Any]:
    """One entry of `rating --json`."""
    day: date = relation.since.astimezone(zone).date()
    return {
        "key": relation.key,
        "name": relation.name,
        "ours": round(relation.ours, 4),
        "theirs": round(relation.theirs, 4),
        "since": day.isoformat(),
        "calls_per_quarter": round(relation.calls_per_quarter, 1),
        "calls": [
            {
                "uid": record.uid,
                "start": record.start.astimezone(zone).isoformat(),
                "outcome": how.outcome if how else "unknown",
                "from": how.origin if how else None,
            }
            for record, how in relation.calls
        ],
    }
