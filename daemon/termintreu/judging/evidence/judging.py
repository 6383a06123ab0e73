"""Entries are given to the appointments they belong to, and weighed: who tried when, who was reached, what is proved.
Pure.

    entries -> one for each call made -> the appointment they belong to -> tries, talks -> outcome, or a suspicion

Only entries prove anything. Where a log shows nothing, the call may have gone out from another telephone: that is a
suspicion at most, and only where every log that is kept up was read after the time of the call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from termintreu.judging.evidence.kinds import SHORTEST, is_attempt, is_not_taken, is_talk, is_unclear
from termintreu.judging.evidence.matching import matching, numbers_of
from termintreu.judging.rules.common.loose import is_loose
from termintreu.model import Answer, Call, Evidence, History, LogEntry, LogState, Outcome
from termintreu.model.log_entries import merged

EARLY = timedelta(minutes=5)
GRACE = timedelta(minutes=10)
"""A call is looked for from EARLY before its start to GRACE after it; who begins later did not call in time."""
LATE = timedelta(minutes=5)
LATER = timedelta(minutes=30)
"""Until so long after its end a call may still take place, late."""
KEPT_UP = timedelta(days=7)
"""A log without anything new for so long before a call says nothing about it."""
_SAME_CALL = timedelta(seconds=90)
"""Two logs may show one call with clocks that differ by this much, or that show whole minutes."""
_LONGEST_EARLY = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Promise:
    """When a call is promised for: a minute (start and end are the same), or a window."""

    start: datetime
    end: datetime
    over: datetime

    @property
    def since(self) -> datetime:
        return self.start - EARLY

    @property
    def until(self) -> datetime:
        return self.end + GRACE

    @property
    def last(self) -> datetime:
        return max(self.over, self.end) + LATER

    def distance(self, at: datetime) -> timedelta:
        """From an entry to the promise; a minute is nearer than a window that holds it."""
        window = GRACE if self.end > self.start else timedelta(0)
        return max(self.start - at, at - self.end, timedelta(0)) + window


def gather(
    calls: Iterable[Call], entries: Iterable[LogEntry], logs: Mapping[str, LogState], *, country: str, now: datetime
) -> dict[str, Evidence]:
    """Evidence by call key, for each call with a number whose time has come, where there is a log.

    Args:
        calls: of this cycle.
        entries: everything that is held of the logs.
        logs: the logs of the configuration, by name; entries of other ones do not count.
        country: two letters: where numbers without a country code are from.
        now: UTC; later entries do not count.
    """
    dialled = [call for call in calls if numbers_of(call) and _promise(call).since <= now]
    if not logs or not dialled:
        return {}
    known = [
        entry
        for entry in merged(entries)
        if entry.log in logs and entry.at <= now and not entry.internal and not entry.forwarded
    ]
    matched = [(entry, matching(entry, dialled, logs[entry.log].prefixes, country)) for entry in known]
    own: dict[str, list[LogEntry]] = {call.key: [] for call in dialled}
    free: dict[str, list[LogEntry]] = {call.key: [] for call in dialled}
    for entry, candidates in matched:
        near = [call for call in candidates if _belongs(entry, _promise(call))]
        if near:
            nearest = min(near, key=lambda call: (_promise(call).distance(entry.at), call.start, call.key))
            own[nearest.key].append(entry)
        else:
            for call in candidates:
                free[call.key].append(entry)
    return {call.key: _judged(call, _once(own[call.key]), free[call.key], logs, now) for call in dialled}


def said_by_logs(
    calls: Iterable[Call], evidence: Mapping[str, Evidence], history: History, now: datetime
) -> tuple[Answer, ...]:
    """What the logs newly say: one statement for each call, where it differs from what they said before.

    What they said of a call that was moved ahead of now, or that healthy logs do not show any more, is taken back.
    """
    new = []
    for call in calls:
        shown = evidence.get(call.key)
        if shown is None and call.start <= now:
            continue
        before = [answer for answer in history.answers.get(call.key, ()) if answer.origin == "log"]
        last = before[-1] if before else None
        said = _answer(call.key, shown, now)
        if said.outcome == "unknown" and (last is None or (shown is not None and not shown.healthy)):
            continue
        if last is None or replace(last, recorded_at=now) != said:
            new.append(said)
    return tuple(new)


def runs_past(evidence: Evidence | None, end: datetime, now: datetime) -> datetime | None:
    """Until when a call is known to have run past its own end (UTC); `now` while it runs; None where it did not."""
    if evidence is None or evidence.begun_at is None:
        return None
    ended = now if evidence.running else evidence.ended_at
    return ended if ended is not None and ended > end else None


def _answer(key: str, evidence: Evidence | None, now: datetime) -> Answer:
    if evidence is None or evidence.outcome is None:
        return Answer(call_key=key, outcome="unknown", origin="log", recorded_at=now)
    return Answer(
        call_key=key,
        outcome=evidence.outcome,
        origin="log",
        recorded_at=now,
        late_minutes=evidence.late_minutes,
        attempts=len(evidence.attempts) or None,
        note=evidence.log,
    )


def _promise(call: Call) -> _Promise:
    if call.window is not None and is_loose(call):
        return _Promise(start=call.window.start, end=call.window.end, over=max(call.end, call.window.end))
    return _Promise(start=call.start, end=call.start, over=call.end)


def _belongs(entry: LogEntry, promise: _Promise) -> bool:
    """Whether an entry can be the call that was promised: it begins in its time, or runs into it."""
    if promise.since <= entry.at <= promise.last:
        return True
    early = promise.since - _LONGEST_EARLY <= entry.at < promise.since
    return early and is_talk(entry) and (entry.running or entry.at + (entry.talked or SHORTEST) >= promise.start)


def _judged(
    call: Call, own: Sequence[LogEntry], free: Iterable[LogEntry], logs: Mapping[str, LogState], now: datetime
) -> Evidence:
    promise = _promise(call)
    talk = next((entry for entry in own if is_talk(entry)), None)
    evidence = Evidence(
        call_key=call.key,
        since=promise.since,
        until=promise.until,
        attempts=tuple(entry.at for entry in own if entry.direction == "out" and is_attempt(entry)),
        not_taken=tuple(entry.at for entry in own if entry.direction == "in" and is_not_taken(entry)),
        unclear=tuple(entry.at for entry in own if is_unclear(entry)),
        begun_at=talk.at if talk else None,
        ended_at=talk.at + talk.talked if talk and talk.talked is not None and not talk.running else None,
        running=talk is not None and talk.running and logs[talk.log].complete_until is not None,
        talked_later_at=None
        if talk
        else next((one.at for one in free if is_talk(one) and one.at > promise.last), None),
        log=talk.log if talk else own[0].log if own else ", ".join(sorted(logs)),
        healthy=_is_healthy(promise, logs.values()),
    )
    if talk is not None:
        minutes = _minutes_late(call, own, talk, promise)
        return replace(evidence, outcome="late" if minutes else "held", late_minutes=minutes)
    return replace(
        evidence,
        outcome=_without_talk(call, evidence, now),
        suspected_miss=_is_suspected(call, evidence),
    )


def _minutes_late(call: Call, own: Iterable[LogEntry], talk: LogEntry, promise: _Promise) -> int | None:
    """Minutes by which the user let the other side wait; None where it was on time, or not the user's to call.

    Whoever tried on time was on time, whenever somebody answered.
    """
    tries = [entry.at for entry in own if entry.direction == "out"]
    if call.caller in {"me", "dial_in"}:
        effort = min([*tries, talk.at])
    elif call.caller == "them" and talk.direction == "out" and any(is_not_taken(entry) for entry in own):
        effort = talk.at
    else:
        return None
    late = effort - promise.end
    return ceil(late / timedelta(minutes=1)) if late > LATE else None


def _without_talk(call: Call, evidence: Evidence, now: datetime) -> Outcome | None:
    """A failed try of the user's in time proves that the other side was not there; nothing else is proved."""
    in_time = any(at <= evidence.until for at in evidence.attempts)
    if not in_time or evidence.unclear or evidence.not_taken or call.caller == "dial_in" or now < evidence.until:
        return None
    return "noshow"


def _is_suspected(call: Call, evidence: Evidence) -> bool:
    if evidence.unclear or not evidence.healthy:
        return False
    if call.caller == "them":
        return bool(evidence.not_taken)
    # That the other side called meanwhile, and nobody answered, makes it no better.
    return call.caller == "me" and not any(at <= evidence.until for at in evidence.attempts)


def _is_healthy(promise: _Promise, logs: Iterable[LogState]) -> bool:
    """Whether what is not in the logs did not happen on these telephones. A log that nobody keeps up is left out; one
    that is kept up and was not read since may still show the call."""
    kept_up = [log for log in logs if log.newest is None or log.newest >= promise.start - KEPT_UP]
    return bool(kept_up) and all(_reaches(log, promise) for log in kept_up)


def _reaches(log: LogState, promise: _Promise) -> bool:
    """Most logs show a call when it is over: until the end of the appointment it may be running."""
    wanted = promise.until if log.shows_running else max(promise.until, promise.over + GRACE)
    return log.complete_until is not None and log.complete_until >= wanted


def _once(entries: Iterable[LogEntry]) -> list[LogEntry]:
    """Calls that two logs show, once: as the one shows it where somebody was reached."""
    found: list[LogEntry] = []
    for entry in entries:
        double = next(
            (
                place
                for place, other in enumerate(found)
                if other.log != entry.log
                and other.direction == entry.direction
                and abs(other.at - entry.at) <= _SAME_CALL
            ),
            None,
        )
        if double is None:
            found.append(entry)
        elif is_talk(entry) and not is_talk(found[double]):
            found[double] = entry
    return found
