"""From mirrors to what the calls need: read, recognise, remember, judge. Pure: it only calls the pure stages in order.

Beside `plan` and `diff` this is the whole mind of the program; the cycle around it only fetches and writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from termintreu.assess import assess, gone_calls
from termintreu.calls import busy_and_absences, recognise
from termintreu.chronicle import chronicle
from termintreu.config import Config
from termintreu.contacts import ContactBook
from termintreu.evidence import gather, said_by_logs
from termintreu.holiday import holidays_for
from termintreu.ical import Reader
from termintreu.identity import call_key
from termintreu.mirror import Mirror
from termintreu.model import Answer, Calendar, Call, CallRecord, History, LogEntry, LogState, Observed, Occurrence
from termintreu.outcomes import Verdict, statements, verdicts
from termintreu.relations import Relation, relations
from termintreu.rules import RULES, vague_time
from termintreu.rules.base import Context, Findings, Params
from termintreu.rules.vague_time import VagueTimeParams
from termintreu.workclock import WorkClock

_NO_LOGS: Mapping[str, LogState] = {}
_SETTLED = frozenset({"held", "late", "cancelled", "cancelled_late", "missed", "noshow"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What the pure stages made of the calendars."""

    calendar: Calendar
    calls: tuple[Call, ...]
    context: Context
    findings: Findings
    history: History
    """With what this cycle has newly seen and heard."""
    verdicts: Mapping[str, Verdict]
    relations: Mapping[str, Relation]
    seen: tuple[CallRecord, ...]
    """Call records to be remembered."""
    heard: tuple[Answer, ...]
    """Statements to be remembered."""


def read(mirrors: Iterable[Mirror], reader: Reader, window: tuple[datetime, datetime]) -> Calendar:
    """Everything that stands in the watched collections within the window (UTC)."""
    readings = [
        reader.read(mirror.source, mirror.collection.href, mirror.resources.values(), window)
        for mirror in mirrors
        if not mirror.roles
    ]
    return Calendar(
        occurrences=tuple(one for reading in readings for one in reading.occurrences),
        todos=tuple(one for reading in readings for one in reading.todos),
        rejected=tuple(one for reading in readings for one in reading.rejected),
    )


def understand(
    calendar: Calendar,
    observed: Mapping[str, Observed],
    remembered: History,
    *,
    config: Config,
    params: Mapping[str, Params],
    disabled: frozenset[str],
    book: ContactBook,
    clock: WorkClock,
    now: datetime,
    window: tuple[datetime, datetime],
    complete: bool,
    entries: Sequence[LogEntry] = (),
    logs: Mapping[str, LogState] = _NO_LOGS,
) -> Understood:
    """Recognise the calls, note what happened to them, and judge them.

    Args:
        calendar: what was read.
        observed: our own items as they stand, by href.
        remembered: as of `now`.
        config: the user's settings.
        params: parameters by rule id.
        disabled: rules that are left out.
        book: the people the user knows.
        clock: the user's working time.
        now: UTC.
        window: UTC; what was read.
        complete: every watched collection gave an answer to rely on.
        entries: what is held of the call logs.
        logs: how far each log can be relied upon, by name.
    """
    zone = clock.zone
    sources = [source.name for source in config.sources]
    calls = recognise(
        calendar.occurrences,
        book=book,
        me=config.me,
        zone=zone,
        visits_sources=frozenset(source.name for source in config.sources if source.visits),
        vague_minutes=_vague_minutes(params),
        sources=sources,
    )
    busy, absences = busy_and_absences(calendar.occurrences, config.me, zone, sources=sources)
    seen = chronicle(
        remembered.calls,
        calls,
        _by_key(calendar.occurrences),
        now=now,
        window=window,
        complete=complete,
        my_emails=frozenset(email.casefold() for email in config.me.emails),
    )
    shown = gather(calls, entries, logs, country=config.me.country, now=now)
    heard = (*statements(calls, observed, remembered, now), *said_by_logs(calls, shown, remembered, now))
    history = _with(remembered, seen, heard)
    known = verdicts(history)
    context = Context(
        now=now,
        me=config.me,
        zone=zone,
        clock=clock,
        calls=calls,
        busy=busy,
        absences=absences,
        todos=calendar.todos,
        history=history,
        holidays_of=lambda region: holidays_for(region, config.language),
        settled=frozenset(key for key, one in known.items() if _is_settled(one, history.calls.get(key))),
        gone=gone_calls(history, now),
        evidence=shown,
    )
    return Understood(
        calendar=calendar,
        calls=calls,
        context=context,
        findings=assess(context, RULES, params, disabled),
        history=history,
        verdicts=known,
        relations=relations(history, now),
        seen=seen,
        heard=heard,
    )


def _is_settled(verdict: Verdict, record: CallRecord | None) -> bool:
    """Whether nothing is left to do or to ask: not so for a call that was moved after it was spoken of."""
    moved_since = record is not None and any(move.seen_at > verdict.at for move in record.moves)
    return verdict.outcome in _SETTLED and not moved_since


def _vague_minutes(params: Mapping[str, Params]) -> int:
    own = params.get(vague_time.RULE.id)
    return (own if isinstance(own, VagueTimeParams) else VagueTimeParams()).minutes


def _by_key(occurrences: Iterable[Occurrence]) -> dict[str, Occurrence]:
    return {call_key(one.uid, one.recurrence_id): one for one in occurrences}


def _with(remembered: History, seen: Iterable[CallRecord], heard: Iterable[Answer]) -> History:
    """The history as it will be remembered after this cycle."""
    answers = dict(remembered.answers)
    for answer in heard:
        said = (*answers.get(answer.call_key, ()), answer)
        answers[answer.call_key] = tuple(sorted(said, key=lambda one: one.recorded_at))
    return replace(remembered, calls={**remembered.calls, **{record.key: record for record in seen}}, answers=answers)
