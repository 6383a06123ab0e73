"""The relationship with each contact: both ratings, its length and intensity, and the calls they rest on. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from termintreu.judging.outcomes import Verdict, experiences, verdicts
from termintreu.judging.rating import LATE, TOLD_LATE, Experience, Side, rating, wilson_lower
from termintreu.judging.rating_history import RatedCall, rated_call_json, rated_calls
from termintreu.model import CallRecord, History, TrackRecord
from termintreu.model.kept import Kept, next_quarter
from termintreu.model.names import fold

_QUARTER = timedelta(days=91.3125)
_CALLED_OFF = frozenset({"cancelled", "cancelled_late"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """What is known of the calls with one contact."""

    key: str
    name: str
    ours: float
    """Our rating towards them."""
    theirs: float
    since: datetime
    """UTC start of the first call seen (not after now): the length of the relationship."""
    calls_per_quarter: float
    calls: tuple[tuple[CallRecord, Verdict | None], ...]
    """Every call that has begun, with how it went; oldest first."""
    experiences: tuple[Experience, ...] = ()
    rated_calls: tuple[RatedCall, ...] = ()
    """How both ratings came about: calls, and the times from which they were moved; oldest first."""

    @property
    def label(self) -> str:
        """The name, or the address or number where it is not known (any more); "" for an appointment that names nobody:
        its UID is no name. Foreign text."""
        return self.name or ("" if self.is_nobody else self.key.removeprefix("name:"))

    @property
    def is_nobody(self) -> bool:
        """Whether no name, address or number is known: the key is the appointment's own."""
        return self.key.startswith("uid:")

    @property
    def has_outcome(self) -> bool:
        """Whether anything counts yet; without, a rating is only the starting value."""
        return bool(self.experiences)

    @property
    def track(self) -> TrackRecord:
        """The same as far as rules need it."""
        outcomes = [how.outcome for _, how in self.calls if how is not None]
        no_shows = outcomes.count("noshow")
        ours = [one for one in self.experiences if one.side == "ours"]
        failed = max((one.at for one in ours if one.failure >= LATE), default=None)
        meetings = no_shows + outcomes.count("held") + outcomes.count("late")
        return TrackRecord(
            ours=self.ours,
            outcomes=len(outcomes),
            failures=sum(one.failure >= LATE for one in ours),
            failed_at=failed,
            held_since_failure=failed is not None and any(one.at > failed and not one.failure for one in ours),
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


def relationships(
    history: History,
    now: datetime,
    known: Mapping[str, Verdict] | None = None,
    kept: Kept[Relationship] | None = None,
) -> dict[str, Relationship]:
    """Every contact with a call that is remembered, by key.

    Args:
        history: all that is remembered.
        now: UTC.
        known: the verdicts of the history, where they are there already.
        kept: what was worked out before. It holds until the next call begins, a quarter of an hour at the most: so
            little do ratings fade meanwhile.
    """
    kept = Kept() if kept is None else kept
    known = verdicts(history) if known is None else known
    by_contact: dict[str, list[CallRecord]] = {}
    for record in sorted(history.calls.values(), key=lambda record: (record.start, record.key)):
        by_contact.setdefault(record.contact_key, []).append(record)
    found: dict[str, Relationship] = {}
    for key, records in by_contact.items():
        calls = tuple((record, known.get(record.key)) for record in records)
        work = partial(_relation, key, calls, now)
        found[key] = kept(key, calls, work, now=now, until=partial(_holds_until, records, now))
    return found


def _holds_until(records: Iterable[CallRecord], now: datetime, _: Relationship) -> datetime:
    return min((next_quarter(now), *(record.start for record in records if record.start > now)))


def _relation(key: str, calls: Sequence[tuple[CallRecord, Verdict | None]], now: datetime) -> Relationship:
    counted = tuple(one for record, how in calls for one in experiences(record, how, now))
    begun = tuple((record, how) for record, how in calls if record.start <= now)
    since = min(calls[0][0].start, now)
    quarters = max((now - since) / _QUARTER, 1.0)
    stood = sum(how is None or how.outcome not in _CALLED_OFF for _, how in begun)
    return Relationship(
        key=key,
        name=next((record.contact_name for record, _ in reversed(calls) if record.contact_name), ""),
        ours=rating(counted, "ours", now),
        theirs=rating(counted, "theirs", now),
        since=since,
        calls_per_quarter=stood / quarters,
        calls=begun,
        experiences=counted,
        rated_calls=rated_calls(calls, now),
    )


def matching(found: Iterable[Relationship], text: str | None, keys: Collection[str] = ()) -> list[Relationship]:
    """Relations by name: all for None; else those with one of `keys`; else those whose key or name is `text`; else
    those whose key or name holds it. Neither case nor umlauts matter.
    """
    ordered = sorted(found, key=lambda one: (fold(one.label), one.key))
    wanted = fold(text or "").strip()
    names = [(one, (fold(one.key), fold(one.label or one.key))) for one in ordered]
    return (
        [one for one in ordered if one.key in keys]
        or [one for one, own in names if wanted in own]
        or [one for one, own in names if any(wanted in each for each in own)]
    )


def as_json(relation: Relationship, zone: ZoneInfo) -> dict[str, Any]:
    """One entry of `rating --json`."""
    day: date = relation.since.astimezone(zone).date()
    return {
        "key": relation.key,
        "name": relation.label,
        "ours": round(relation.ours, 4),
        "theirs": round(relation.theirs, 4),
        "since": day.isoformat(),
        "calls_per_quarter": round(relation.calls_per_quarter, 1),
        "calls": [rated_call_json(entry, zone) for entry in relation.rated_calls],
    }
