"""From occurrences to what the calls need: recognise, remember, judge. Pure: it only calls the pure stages in order.

Beside `plan` and `diff` this is the whole mind of the program; the cycle around it only fetches and writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from termintreu.config import Config
from termintreu.config.holidays import holidays_for
from termintreu.config.working_hours import WorkClock
from termintreu.judging.assess import assess, gone_calls
from termintreu.judging.call_history import call_history, recalled
from termintreu.judging.evidence import gather, said_by_logs
from termintreu.judging.implied_outcomes import implied
from termintreu.judging.outcomes import Verdict, statements, verdicts, words_of_past
from termintreu.judging.recovered_history import as_call, recovered, with_answers
from termintreu.judging.relationships import Relationship, relationships
from termintreu.judging.rules import RULES, params_of
from termintreu.judging.rules.after import RecoveryParams, RepeatParams
from termintreu.judging.rules.common.base import Context, Findings, Params
from termintreu.judging.rules.damaged import DamagedParams, damaged_contacts
from termintreu.judging.rules.loose_promise import loose_promises
from termintreu.judging.rules.vague_time import VagueTimeParams
from termintreu.model import Answer, Calendar, Call, CallRecord, History, LogEntry, LogState, Observed, Occurrence
from termintreu.model.marks import call_key
from termintreu.reading.limits import nearest_appointments, nearest_calls
from termintreu.recognition.calls import appointments, busy_and_absences, recognise
from termintreu.recognition.contacts.book import ContactBook
from termintreu.recognition.detection import Detector
from termintreu.recognition.hashtags import hashtags

RECOVERY = "recovery"
_OPEN = timedelta(days=60)
"""Older calls are done with, whatever is left open of them; unless care is to be taken for longer."""
_NO_LOGS: Mapping[str, LogState] = {}
_SETTLED = frozenset({"held", "late", "cancelled", "cancelled_late", "missed", "noshow"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the pure stages made of the calendars."""

    calendar: Calendar
    calls: tuple[Call, ...]
    past: tuple[Call, ...]
    """Calls that are not looked at any more, as they are remembered, about which something may be left to do."""
    context: Context
    findings: Findings
    history: History
    """With what this cycle has newly seen and heard."""
    verdicts: Mapping[str, Verdict]
    relationships: Mapping[str, Relationship]
    talks: Mapping[str, int]
    """Call key to the number of our failures with its contact, for the last one of those that were too many."""
    left_out: frozenset[str]
    """Keys of appointments beyond the limits: nothing is planned for them, and nothing of theirs is withdrawn."""
    seen: tuple[CallRecord, ...]
    """Call records to be remembered."""
    heard: tuple[Answer, ...]
    """Statements to be remembered."""


def judge(
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
    since: datetime,
    complete: bool,
    entries: Sequence[LogEntry] = (),
    logs: Mapping[str, LogState] = _NO_LOGS,
    detector: Detector | None = None,
    past: Sequence[Call] = (),
) -> Judgement:
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
        since: UTC; what happened before it is not kept.
        complete: every watched collection gave an answer to rely on.
        entries: what is held of the call logs.
        logs: how far each log can be relied upon, by name.
        detector: remembers what was detected in earlier cycles.
        past: calls of before the window, found in calendars that are read for the first time.
    """
    remembered = book.filed(remembered)
    zone = clock.zone
    sources = [source.name for source in config.sources]
    calendar, unseen = nearest_appointments(calendar, now, config.limits.appointments)
    said = hashtags(observed.values())
    appointed = appointments(calendar.occurrences, me=config.me, sources=sources)
    calls = recognise(
        appointed,
        book=book,
        me=config.me,
        zone=zone,
        visits_sources=frozenset(source.name for source in config.sources if source.visits),
        vague_minutes=params_of(params, VagueTimeParams).minutes,
        said=said,
        detector=detector,
    )
    calls, far, reports = nearest_calls(calls, now, config.limits.calls)
    busy, absences = busy_and_absences(appointed, config.me, zone)
    occurrences = _by_key(calendar.occurrences)
    shown = gather(calls, entries, logs, country=config.me.country, now=now)
    present = {call.key: call.start for call in calls}
    past = tuple(call for call in past if call.key not in remembered.calls and call.key not in present)
    starts = {**present, **{call.key: call.start for call in past}}
    heard = (
        *implied(observed.values(), remembered.calls.keys(), starts, now),
        *words_of_past(past, remembered, now),
        *said_by_logs(past, gather(past, entries, logs, country=config.me.country, now=now), remembered, now),
        *statements(calls, observed, remembered, now),
        *said_by_logs(calls, shown, remembered, now),
    )
    told = book.filed(History(calls=recovered(observed.values(), remembered.calls.keys() | starts.keys(), now))).calls
    before = with_answers(replace(remembered, calls={**told, **recalled(past), **remembered.calls}), heard)
    care = timedelta(0) if RECOVERY in disabled else timedelta(days=params_of(params, RecoveryParams).critical_days)
    calls = after_misses(calls, before, care)
    told = {**told, **recalled(after_misses(past, before, care))}
    before = replace(before, calls={**told, **remembered.calls})
    seen = call_history(
        remembered.calls,
        calls,
        occurrences,
        now=now,
        window=window,
        complete=complete and not unseen,
        my_emails=frozenset(email.casefold() for email in config.me.emails),
    )
    history = replace(before, calls={**before.calls, **{record.key: record for record in seen}})
    known = verdicts(history)
    open_ones = {one.call_key for one in observed.values() if one.kind == RECOVERY and not (one.done or one.declined)}
    relation = relationships(history, now)
    tracks = {key: one.track for key, one in relation.items()}
    context = Context(
        now=now,
        until=window[1],
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
        gone=gone_calls(history, now, book),
        evidence=shown,
        relationships=tracks,
        damaged=frozenset() if "damaged" in disabled else damaged_contacts(tracks, params_of(params, DamagedParams)),
        promises=loose_promises(
            calendar.todos,
            calendar.occurrences,
            calls,
            zone,
            now,
            skipped=frozenset(key for (key, _), words in said.items() if "skip" in words),
        ),
    )
    return Judgement(
        calendar=replace(calendar, rejected=(*calendar.rejected, *reports)),
        calls=calls,
        past=tuple(
            as_call(record, book)
            for key, record in sorted(history.calls.items())
            if key in known
            and key not in present
            and (key not in occurrences or occurrences[key].status == "CANCELLED")
            and (now - max(_OPEN, care) < record.start or key in open_ones)
            and record.start <= now
        ),
        context=context,
        findings=assess(context, RULES, params, disabled),
        history=history,
        verdicts=known,
        relationships=relation,
        talks=_talks(relation.values(), now, params_of(params, RepeatParams)),
        left_out=unseen | far,
        seen=(*seen, *(record for record in told.values() if record.end >= since)),
        heard=tuple(answer for answer in heard if _is_kept(history.calls.get(answer.call_key), since)),
    )


def _is_settled(verdict: Verdict, record: CallRecord | None) -> bool:
    """Whether nothing is left to do or to ask: not so for a call that was moved after it was spoken of."""
    moves = record.moves if record is not None else ()
    moved_since = any(move.new_start is not None and move.seen_at > verdict.at for move in moves)
    return verdict.outcome in _SETTLED and not moved_since


def after_misses(calls: Iterable[Call], history: History, care: timedelta) -> tuple[Call, ...]:
    """The calls, those within `care` after a miss of ours with the same contact as critical ones.

    The missed call itself stays what it was: how grave it is must not follow from its being missed.
    """
    calls = tuple(calls)
    starts = {record.key: (record.contact_key, record.start) for record in history.calls.values()}
    starts |= {call.key: (call.contact.key, call.start) for call in calls}
    missed = [starts[key] for key, how in verdicts(history).items() if how.outcome == "missed" and key in starts]
    return tuple(
        replace(call, critical=True)
        if any(contact == call.contact.key and start < call.start <= start + care for contact, start in missed)
        else call
        for call in calls
    )


def _talks(found: Iterable[Relationship], now: datetime, params: RepeatParams) -> dict[str, int]:
    """Where too much went wrong with one contact, by its last failure."""
    since = now - timedelta(days=params.days)
    broken = [relation.broken(since, now) for relation in found]
    return {calls[-1].key: len(calls) for calls in broken if len(calls) >= params.failures}


def _is_kept(record: CallRecord | None, since: datetime) -> bool:
    """Whether what is said of a call is remembered: what lies before the retention stands in our tasks only."""
    return record is None or record.end >= since


def _by_key(occurrences: Iterable[Occurrence]) -> dict[str, Occurrence]:
    return {call_key(one.uid, one.recurrence_id): one for one in occurrences}
