"""From calls to what threatens them: what happened to each, and what each needs. Pure: it only calls the pure stages in
order.

Beside `plan` and `diff` this is the whole mind of the program; the cycle around it only fetches and writes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from termintreu.config import Config
from termintreu.config.holidays import holidays_for
from termintreu.config.working_hours import WorkClock
from termintreu.judging.asked_calls import with_calls
from termintreu.judging.assess import assess, gone_calls
from termintreu.judging.blindness import Looks, Trouble, adopted, gaps, troubles, with_unheard
from termintreu.judging.call_history import call_history, declined, recalled
from termintreu.judging.evidence import gather, said_by_logs
from termintreu.judging.implied_outcomes import implied
from termintreu.judging.known_numbers import with_known_numbers
from termintreu.judging.outcomes import Verdict, statements, verdicts, words_of_past
from termintreu.judging.recovered_history import as_call, recovered, with_answers
from termintreu.judging.relationships import Relationship, relationships
from termintreu.judging.rules import RULES, ParamsT, params_of
from termintreu.judging.rules.after import RecoveryParams, RepeatParams
from termintreu.judging.rules.common.base import Context, Findings, Params
from termintreu.judging.rules.damaged import DamagedParams, damaged_contacts
from termintreu.judging.rules.loose_promise import loose_promises
from termintreu.judging.rules.vague_time import VagueTimeParams
from termintreu.model import (
    DAILY,
    Answer,
    Calendar,
    Call,
    CallRecord,
    Evidence,
    Finding,
    History,
    Lesson,
    LogEntry,
    LogState,
    Observed,
    Occurrence,
    Promise,
    each_call,
)
from termintreu.model.coverage import Coverage
from termintreu.model.kept import Kept
from termintreu.model.marks import call_key
from termintreu.recognition.calls import Lately, Skipped
from termintreu.recognition.contacts.book import ContactBook
from termintreu.recognition.detection import Detector
from termintreu.recognition.recognised import Recognised, recognised

RECOVERY = "recovery"
_OPEN = timedelta(days=60)
"""Older calls are done with, whatever is left open of them; unless care is to be taken for longer."""
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
    coverage: Coverage
    """With what is known of the calls."""
    seen: tuple[CallRecord, ...]
    """Call records to be remembered."""
    heard: tuple[Answer, ...]
    """Statements to be remembered."""
    troubles: tuple[Trouble, ...] = ()
    """What is not seen."""
    gaps: Mapping[str, datetime] = field(default_factory=dict)
    """As `blindness.gaps`."""
    learned: tuple[Lesson, ...] = ()
    """What the user taught, to be remembered."""
    skipped: tuple[Skipped, ...] = ()
    """Appointments that are no calls because of what the user taught."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standards:
    """What is judged by; the same from one reload to the next."""

    config: Config
    params: Mapping[str, Params]
    """By rule id; a rule that is missing here has its defaults."""
    disabled: frozenset[str]
    """Ids of rules that are left out."""
    clock: WorkClock
    """The user's working time."""
    detector: Detector = field(default_factory=Detector)
    """What was detected in earlier cycles is not detected again."""
    lately: Lately = field(default_factory=Lately)
    """The same of what was recognised."""
    related: Kept[Relationship] = field(default_factory=Kept)
    """By contact key."""
    assessed: Kept[tuple[Finding, ...]] = field(default_factory=Kept)
    """By call key: its findings."""

    @property
    def zone(self) -> ZoneInfo:
        """The user's."""
        return self.clock.zone

    def settings(self, wanted: type[ParamsT]) -> ParamsT:
        """The parameters of a rule, by their type."""
        return params_of(self.params, wanted)

    def forget(self) -> None:
        """At the end of a cycle: drop what it did not ask for."""
        self.detector.forget()
        self.lately.sweep()
        self.related.sweep()
        self.assessed.sweep()

    @property
    def care(self) -> timedelta:
        """For how long after a miss calls with the same contact are critical ones."""
        off = RECOVERY in self.disabled
        return timedelta(0) if off else timedelta(days=self.settings(RecoveryParams).critical_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was read and is remembered, before anything is concluded from it."""

    calendar: Calendar
    coverage: Coverage
    """What of the calendars was read."""
    observed: Mapping[str, Observed]
    """Our own items as they stand, by href."""
    history: History
    """As remembered at this moment."""
    book: ContactBook
    """The people the user knows."""
    entries: Sequence[LogEntry] = ()
    """What is held of the call logs."""
    logs: Mapping[str, LogState] = field(default_factory=dict)
    """How far each log can be relied upon, by name."""
    past: Sequence[Call] = ()
    """Calls of before the window, found in calendars that are read for the first time."""
    looks: Looks = field(default_factory=Looks)
    """How reading each source went."""
    troubles: tuple[Trouble, ...] = ()
    """What was not seen until now."""
    lessons: Sequence[Lesson] = ()
    """What the user taught then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What all steps of one judgement look at."""

    facts: Facts
    recognised: Recognised
    standards: Standards
    now: datetime
    past: tuple[Call, ...]
    """Those of `facts.past` that are known in no other way."""
    shown: Mapping[str, Evidence]
    """What the logs show of the calls."""
    occurrences: Mapping[str, Occurrence]
    """By call key."""

    @property
    def remembered(self) -> History:
        return self.facts.history

    @property
    def present(self) -> dict[str, datetime]:
        """Call key to start."""
        return {call.key: call.start for call in self.recognised.calls}

    @property
    def starts(self) -> dict[str, datetime]:
        """The same, with the calls of long ago."""
        return {**self.present, **{call.key: call.start for call in self.past}}

    def gathered(self, calls: Sequence[Call]) -> Mapping[str, Evidence]:
        """What the logs show of some calls."""
        facts, country = self.facts, self.standards.config.me.country
        return gather(calls, facts.entries, facts.logs, country=country, now=self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """What is known of all calls, those of this cycle included."""

    calls: tuple[Call, ...]
    """Of this cycle, each as critical as it is."""
    history: History
    verdicts: Mapping[str, Verdict]
    changed: tuple[CallRecord, ...]
    """What of them is new."""
    told: tuple[CallRecord, ...]
    """What calendars and tasks tell of calls that were remembered nowhere."""
    heard: tuple[Answer, ...]
    """Statements that are new."""


def recognise_calls(facts: Facts, standards: Standards, now: datetime) -> Recognised:
    """Which of what was read are calls. `now`: UTC."""
    return recognised(
        facts.calendar,
        facts.observed,
        config=standards.config,
        zone=standards.zone,
        book=facts.book,
        detector=standards.detector,
        vague_minutes=standards.settings(VagueTimeParams).minutes,
        now=now,
        lessons={**{one.uid: one for one in facts.lessons}, **facts.history.lessons},
        lately=standards.lately,
    )


def judge(facts: Facts, found: Recognised, standards: Standards, now: datetime) -> Judgement:
    """Note what happened to the calls, and judge them.

    Args:
        facts: what was read and is remembered.
        found: the calls among it.
        standards: the user's settings.
        now: UTC.
    """
    case = _opened(facts, found, standards, now)
    record = _recorded(case)
    relation = relationships(record.history, now, record.verdicts, standards.related)
    context = _context(case, record, relation)
    past = _open_past(case, record)
    since = now - standards.config.state.outcomes
    return Judgement(
        calendar=found.calendar,
        calls=record.calls,
        past=past,
        context=context,
        findings=assess(context, RULES, standards.params, standards.disabled, standards.assessed),
        history=record.history,
        verdicts=record.verdicts,
        relationships=relation,
        talks=_talks(relation.values(), now, standards.settings(RepeatParams)),
        coverage=_covered(case, record, past),
        seen=(*record.changed, *(one for one in record.told if one.end >= since)),
        heard=tuple(one for one in record.heard if _is_kept(record.history.calls.get(one.call_key), since)),
        troubles=_troubles(facts, record, now),
        gaps=gaps(facts.looks, now),
        learned=tuple(one for uid, one in found.taught.lessons.items() if facts.history.lessons.get(uid) != one),
        skipped=found.skipped,
    )


def _opened(facts: Facts, found: Recognised, standards: Standards, now: datetime) -> _Case:
    history = facts.book.filed(facts.history)
    met = facts.book.acquaintances({**recalled(facts.past), **history.calls, **recalled(found.calls)}.values())
    history = met.filed(history)
    found = replace(found, calls=met.with_contacts(found.calls))
    facts = replace(facts, past=met.with_contacts(facts.past))
    observed = with_calls(facts.observed, found.calls, history.calls, standards.zone)
    facts = replace(facts, history=history, observed=observed)
    present = {call.key for call in found.calls}
    case = _Case(
        facts=facts,
        recognised=found,
        standards=standards,
        now=now,
        past=tuple(call for call in facts.past if call.key not in facts.history.calls and call.key not in present),
        shown={},
        occurrences=_by_key(found.calendar.occurrences),
    )
    known = {**recalled(case.past), **facts.history.calls, **recalled(found.calls)}
    calls = with_known_numbers(found.calls, known.values())
    return replace(case, recognised=replace(found, calls=calls), shown=case.gathered(calls))


def _heard(case: _Case) -> tuple[Answer, ...]:
    """What is newly said of how calls went, by the user and by the logs."""
    observed, remembered, now = case.facts.observed, case.remembered, case.now
    return (
        *implied(observed.values(), remembered.calls.keys(), case.starts, now),
        *words_of_past(case.past, remembered, now),
        *said_by_logs(case.past, case.gathered(case.past), remembered, now),
        *statements(case.recognised.calls, observed, remembered, now),
        *said_by_logs(case.recognised.calls, case.shown, remembered, now),
    )


def _recorded(case: _Case) -> _Record:
    """The history with this cycle's calls and statements, and how each call went."""
    remembered, now, care = case.remembered, case.now, case.standards.care
    heard = _heard(case)
    unknown = recovered(each_call(case.facts.observed.values()), remembered.calls.keys() | case.starts.keys(), now)
    told = case.facts.book.filed(History(calls=unknown)).calls
    before = with_answers(replace(remembered, calls={**told, **recalled(case.past), **remembered.calls}), heard)
    known = verdicts(before)
    missed = {key for key, how in known.items() if how.outcome == "missed"}
    calls = after_misses(case.recognised.calls, before, missed, care)
    told = {**told, **recalled(after_misses(case.past, before, missed, care))}
    changed = call_history(
        remembered.calls,
        calls,
        case.occurrences,
        now=now,
        coverage=case.facts.coverage if not case.recognised.beyond else replace(case.facts.coverage, complete=False),
        my_emails=frozenset(email.casefold() for email in case.standards.config.me.emails),
        declined=declined(remembered),
    )
    history = replace(before, calls={**told, **remembered.calls, **{one.key: one for one in changed}})
    return _Record(
        calls=calls,
        history=history,
        verdicts=verdicts(history, known, {one.key for one in changed}),
        changed=changed,
        told=tuple(told.values()),
        heard=heard,
    )


def _context(case: _Case, record: _Record, relation: Mapping[str, Relationship]) -> Context:
    """What the rules may look at."""
    standards, found, history = case.standards, case.recognised, record.history
    config = standards.config
    tracks = {key: one.track for key, one in relation.items()}
    off = "damaged" in standards.disabled
    return Context(
        now=case.now,
        until=case.facts.coverage.window[1],
        me=config.me,
        zone=standards.zone,
        clock=standards.clock,
        calls=record.calls,
        busy=found.busy,
        absences=found.absences,
        todos=found.own.todos,
        history=history,
        holidays_of=lambda region: holidays_for(region, config.language),
        settled=frozenset(key for key, one in record.verdicts.items() if _is_settled(one, history.calls.get(key))),
        gone=gone_calls(history, case.now, case.facts.book),
        evidence=case.shown,
        relationships=tracks,
        private=frozenset(source.name for source in config.sources if source.private),
        damaged=frozenset() if off else damaged_contacts(tracks, standards.settings(DamagedParams)),
        promises=_promises(case, record.calls),
    )


def _promises(case: _Case, calls: Sequence[Call]) -> tuple[Promise, ...]:
    found = case.recognised
    return loose_promises(
        found.own.todos,
        found.own.occurrences,
        calls,
        case.standards.zone,
        case.now,
        skipped=frozenset(key for (key, _), words in found.said.items() if "skip" in words)
        | {call_key(one.occurrence.uid, one.occurrence.recurrence_id) for one in found.skipped},
    )


def _open_past(case: _Case, record: _Record) -> tuple[Call, ...]:
    """Calls that are not looked at any more, about which something may be left to do."""
    now, present, occurrences = case.now, case.present, case.occurrences
    observed = case.facts.observed.values()
    open_ones = {one.call_key for one in observed if one.kind == RECOVERY and not (one.done or one.declined)}
    oldest = now - max(_OPEN, case.standards.care)
    return tuple(
        as_call(one, case.facts.book)
        for key, one in sorted(record.history.calls.items())
        if key in record.verdicts
        and key not in present
        and (key not in occurrences or occurrences[key].status == "CANCELLED")
        and (oldest < one.start or key in open_ones)
        and one.start <= now
    )


def _troubles(facts: Facts, record: _Record, now: datetime) -> tuple[Trouble, ...]:
    """What is not seen."""
    looks = with_unheard(facts.looks, record.history, record.verdicts)
    return adopted(troubles(facts.troubles, looks, now), facts.observed.values())


def _covered(case: _Case, record: _Record, past: Iterable[Call]) -> Coverage:
    """What is known of the calls. Where not every calendar could be read, it is those there are, and those to come that
    were seen once, even if they are gone; of the rest nothing is known but what our tasks say. A question about several
    calls goes by what was said of them, not by what stands in the calendars."""
    coverage, records = case.facts.coverage, record.history.calls
    known = None
    if not coverage.complete:
        there = {call.key for call in (*record.calls, *past)}
        ahead = {key for key, one in records.items() if one.start > case.now}
        questions = {one.call_key for one in case.facts.observed.values() if one.role == DAILY and one.call_key}
        blind = {one.call_key for one in case.facts.observed.values() if one.kind == "blind" and one.call_key}
        known = frozenset(there | ahead | questions | blind)
    return replace(
        coverage,
        unread=case.recognised.beyond | case.recognised.far,
        deleted=frozenset(key for key, one in records.items() if one.gone_at is not None),
        known=known,
        remembered=bool(record.history.items),
    )


def _is_settled(verdict: Verdict, record: CallRecord | None) -> bool:
    """Whether nothing is left to do or to ask: not so for a call that was moved after it was spoken of."""
    moves = record.moves if record is not None else ()
    moved_since = any(move.new_start is not None and move.seen_at > verdict.at for move in moves)
    return verdict.outcome in _SETTLED and not moved_since


def after_misses(calls: Iterable[Call], history: History, missed: Collection[str], care: timedelta) -> tuple[Call, ...]:
    """The calls, those within `care` after a miss of ours with one of their people as critical ones; `missed`: keys.

    The missed call itself stays what it was: how grave it is must not follow from its being missed.
    """
    calls = tuple(calls)
    starts = {key: (history.calls[key].contact_key, history.calls[key].start) for key in missed if key in history.calls}
    starts |= {call.key: (call.contact.key, call.start) for call in calls if call.key in missed}
    return tuple(
        replace(call, critical=True)
        if any(
            contact in {call.contact.key, *call.also_with} and start < call.start <= start + care
            for contact, start in starts.values()
        )
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
