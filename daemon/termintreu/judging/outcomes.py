"""How each call went: gathers what the user, the logs and the calendar say, and decides. Pure.

The user's last word wins over all evidence, and can be taken back with "unknown". Next comes a call log; last what
happened to the event itself. Nothing said is not a failure: such a call is "unknown" and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from termintreu.judging.rating import LATE, MISSED, TOLD_EARLY, TOLD_LATE, Experience, lateness
from termintreu.model import (
    DAILY,
    Answer,
    AnswerOrigin,
    Call,
    CallRecord,
    History,
    ItemRecord,
    Move,
    Observed,
    Outcome,
    slot_of,
)
from termintreu.model.basis import read_asked
from termintreu.recognition.detection import find_words
from termintreu.recognition.excepted import Excepted, excepted, numbered_lines
from termintreu.recognition.hashtags import own_lines

_USER: frozenset[AnswerOrigin] = frozenset({"task", "word", "answer"})
_WORDS: dict[str, Outcome] = {"missed": "missed", "noshow": "noshow", "late": "late", "held": "held"}
"""Gesture to outcome, gravest first: where a user wrote two, the graver one is meant."""
_ASKING = frozenset({"outcome", "recovery", "warning", "retry", "amends", "check"})
"""Kinds of our items in which a word is an answer."""
_RECOVERY = "recovery/"
_TICKS: Mapping[str, Outcome] = {"outcome/": "held", _RECOVERY: "missed"}
"""Kind and role of a task to what its tick says; whoever makes good says that there was something to make good."""
_ONE_OF_SEVERAL = f"outcome/{DAILY}"
"""The way of a question about several calls."""
_UNDONE = "undone"
"""Note of the statement that takes back that a miss was made good."""
UNDO = "undo"
"""Note of an answer that takes the user's answer before it back: what was said otherwise stands again."""
BY_THEM = "by them"
"""Note of an answer by which the other side called it off."""
IN_TIME = timedelta(hours=24)
"""Told at least this long before is told in time."""
_LONGEST = timedelta(hours=2)
"""What is longer is no call, but the time within which one was promised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a call went, and who says so."""

    outcome: Outcome
    origin: AnswerOrigin
    at: datetime
    """UTC, when it was said or read."""
    late_minutes: int | None = None
    attempts: int | None = None
    made_good_at: datetime | None = None
    by_them: bool = False
    """Of a call that was called off: whether the other side did."""
    said: tuple[Answer, ...] = ()
    """All that stands, whether it decided or was overruled: the last word of each kind."""


def verdict(record: CallRecord | None, answers: Iterable[Answer]) -> Verdict | None:
    """The outcome of one call; None while nobody has said anything.

    Args:
        record: what was remembered of the call.
        answers: everything said about it, in any order.
    """
    said = _without_undone(sorted(answers, key=lambda answer: answer.recorded_at))
    last = _last_of_each_origin(answer for answer in said if answer.made_good_at is None)
    spoken = [answer for answer in last if answer.origin in _USER] or [a for a in last if a.origin == "log"]
    if not spoken:
        return from_calendar(record)
    final = max(spoken, key=lambda answer: answer.recorded_at)
    return Verdict(
        outcome=final.outcome,
        origin=final.origin,
        at=final.recorded_at,
        late_minutes=_late_minutes(final, last),
        attempts=final.attempts,
        made_good_at=_mended(said),
        by_them=final.note == BY_THEM or _gone_by_them(record),
        said=tuple(sorted(last, key=lambda answer: answer.recorded_at)),
    )


def _without_undone(said: Iterable[Answer]) -> list[Answer]:
    """What is left when each "undo" has taken the user's answer before it away."""
    kept: list[Answer] = []
    for answer in said:
        if (answer.origin, answer.note) != ("answer", UNDO):
            kept.append(answer)
        elif (last := next((one for one in reversed(kept) if one.origin == "answer"), None)) is not None:
            kept.remove(last)
    return kept


def _late_minutes(final: Answer, last: Iterable[Answer]) -> int | None:
    """How late it was: who says "late" need not count the minutes that a log has counted."""
    if final.outcome != "late" or final.late_minutes is not None:
        return final.late_minutes
    return next((one.late_minutes for one in last if one.origin == "log" and one.outcome == "late"), None)


def _last_of_each_origin(said: Iterable[Answer]) -> list[Answer]:
    """What still stands: an "unknown" takes back what was said in the same way, and as an answer all the user said.

    Each of our tasks is a way of its own: that one holds no word takes nothing back that another one says.
    """
    last: dict[tuple[AnswerOrigin, str | None], Answer] = {}
    for answer in said:
        way = answer.origin, answer.note if answer.origin == "task" else None
        if answer.outcome != "unknown":
            last[way] = answer
        elif answer.origin == "answer":
            last = {other: kept for other, kept in last.items() if other[0] not in _USER}
        else:
            last.pop(way, None)
    return list(last.values())


def _mended(said: Iterable[Answer]) -> datetime | None:
    """When the miss was made good, as last said."""
    mends = sorted((one for one in said if one.made_good_at is not None), key=lambda one: one.recorded_at)
    return mends[-1].made_good_at if mends and mends[-1].note != _UNDONE else None


def from_calendar(record: CallRecord | None) -> Verdict | None:
    """What happened to the event itself: called off before its end, early or late; None where it stands."""
    if record is None or record.gone_at is None or record.gone_at >= record.end:
        return None
    return Verdict(
        outcome="cancelled" if record.start - record.gone_at >= IN_TIME else "cancelled_late",
        origin="calendar",
        at=record.gone_at,
        by_them=_gone_by_them(record),
    )


def _gone_by_them(record: CallRecord | None) -> bool:
    return record is not None and any(move.new_start is None and not move.by_me for move in record.moves[-1:])


def verdicts(
    history: History, known: Mapping[str, Verdict] | None = None, changed: Collection[str] = ()
) -> dict[str, Verdict]:
    """Call key to verdict, for every call of which anything is known.

    Args:
        history: all calls and statements.
        known: verdicts of the same history before some calls changed; None: there are none yet.
        changed: keys of these; of the others nothing is worked out anew.
    """
    every = history.calls.keys() | history.answers.keys()
    found = dict(known or {})
    for key in every if known is None else changed:
        how = verdict(history.calls.get(key), history.answers.get(key, ()))
        if how is None:
            found.pop(key, None)
        else:
            found[key] = how
    return dict(sorted(found.items()))


def experiences(record: CallRecord, how: Verdict | None, now: datetime) -> tuple[Experience, ...]:
    """What one call counts for: each time it was moved, and its outcome, for the side whose doing it was.

    Nobody knows whether the other side would have kept a call that we missed, or that was called off.
    """
    moved = tuple(
        _failure(record, _told(move.old_start - move.seen_at), at=move.old_start, theirs=not move.by_me)
        for move in counted_moves(record)
    )
    if how is None or record.start > now:
        return moved
    return (*moved, *_outcome(record, how))


def counted_moves(record: CallRecord) -> tuple[Move, ...]:
    """The moves to another time that were made before the call should have begun."""
    return tuple(move for move in record.moves if move.new_start is not None and move.seen_at < move.old_start)


def _outcome(record: CallRecord, how: Verdict) -> tuple[Experience, ...]:
    kept = Experience(at=record.start, side="ours"), Experience(at=record.start, side="theirs")
    match how.outcome:
        case "held":
            return kept
        case "late":
            failure = LATE if how.late_minutes is None else lateness(how.late_minutes)
            return _failure(record, failure), kept[1]
        case "missed":
            return (replace(_failure(record, MISSED), made_good_at=how.made_good_at, broken_at=_broken_at(record)),)
        case "noshow":
            return kept[0], _failure(record, MISSED, theirs=True)
        case "cancelled" | "cancelled_late":
            return (_failure(record, TOLD_EARLY if how.outcome == "cancelled" else TOLD_LATE, theirs=how.by_them),)
    return ()


def _failure(record: CallRecord, failure: float, *, at: datetime | None = None, theirs: bool = False) -> Experience:
    """Critical is what we fail in: the other side's failures do their own standing no lasting damage."""
    return Experience(
        at=at or record.start,
        side="theirs" if theirs else "ours",
        failure=failure,
        critical=record.critical and not theirs,
    )


def _told(before: timedelta) -> float:
    return TOLD_EARLY if before >= IN_TIME else TOLD_LATE


def _broken_at(record: CallRecord) -> datetime:
    """A promise for a minute is broken with it; one for a part of the day lasts until its end."""
    return record.end if record.end - record.start > _LONGEST else record.start


def statements(
    calls: Iterable[Call],
    observed: Mapping[str, Observed],
    history: History,
    now: datetime,
) -> tuple[Answer, ...]:
    """What the user has newly said in the calendar: ticks and words in our tasks, words in the call itself.

    Args:
        calls: of this cycle.
        observed: our own items, by href.
        history: what is remembered.
        now: UTC; what was said later does not count yet.
    """
    new: list[Answer] = []
    for call in calls:
        # How a call went is known when it has begun, or to the user whose own single entry it is: the words of a whole
        # series, and of an invitation as it was sent, are about nothing that is still to come.
        if call.start <= now or not (call.occurrence.series or call.occurrence.organizer):
            new += _news(history, call.key, _word(call.words), "word", now)
    tasks = _newest(observed.values())
    for slot, item in tasks.items():
        key, _, way = slot.partition("/")
        at = _said_at(item, history.items.get(slot), now)
        if at > now:
            continue
        if way == _ONE_OF_SEVERAL:
            new += _of_several(history, item, at)
            continue
        told = _word(find_words(item.summary, own_lines(item.description), categories=item.categories))
        ticked = _TICKS.get(way) if item.done else None
        new += _news(history, key, told or ticked, "task", at, note=way)
        if way == _RECOVERY:
            new += _mending(history, key, item, at)
    new += _gone_ticks(history, tasks.keys())
    return tuple(new)


def exceptions(item: Observed) -> Excepted:
    """What is excepted in a question about several calls; the calls are counted as in `Observed.about`."""
    lines = numbered_lines(item.description)
    names = [call.details.name for call in item.about]
    # Where its lines are no longer as we wrote them, the names are known still.
    known = [f"{line} {name}" for line, name in zip(lines, names, strict=True)] if len(lines) == len(names) else names
    return excepted(item.summary, item.description, known, item.categories)


def _of_several(history: History, item: Observed, at: datetime) -> Iterator[Answer]:
    """What a question about several calls says of each: the exceptions hold once it is ticked. Two calls' words in one
    task are no answer before: the user may be in the middle of writing them."""
    said = exceptions(item) if item.done else None
    for index, call in enumerate(item.about):
        outcome = cast("Outcome | None", None if said is None else said.of(index))
        if said is not None and index not in said.outcomes and _is_said_elsewhere(history, call.key):
            # A tick for all takes nothing back that the user said of one.
            continue
        yield from _news(history, call.key, outcome, "task", at, note=_ONE_OF_SEVERAL)


def _is_said_elsewhere(history: History, key: str) -> bool:
    before = verdict(None, history.answers.get(key, ()))
    return before is not None and before.origin in {"answer", "word"} and before.outcome != "unknown"


def words_of_past(calls: Iterable[Call], history: History, now: datetime) -> tuple[Answer, ...]:
    """The user's words in calls of long ago, as said when the event was changed last; at their end where none knows.

    Args:
        calls: that have begun.
        history: what is remembered.
        now: UTC.
    """
    return tuple(
        answer
        for call in calls
        for answer in _news(
            history,
            call.key,
            _word(call.words),
            "word",
            min(max(call.occurrence.last_modified or call.end, call.start), now),
        )
    )


def _newest(observed: Iterable[Observed]) -> dict[str, Observed]:
    """The newest generation of each task of ours that can hold an answer, by slot."""
    found: dict[str, Observed] = {}
    for item in sorted(observed, key=lambda item: (item.generation, item.href)):
        if item.call_key is not None and item.kind in _ASKING:
            found[slot_of(item.call_key, item.kind, item.role)] = item
    return found


def _said_at(item: Observed, record: ItemRecord | None, now: datetime) -> datetime:
    """When a task was ticked or changed; `now` where it does not say, or only says when we wrote it."""
    if item.done and item.done_at is not None:
        return item.done_at
    written = record.recorded_at if record is not None else None
    changed = item.modified_at
    return changed if changed is not None and (written is None or changed > written) else now


def _mending(history: History, key: str, item: Observed, at: datetime) -> tuple[Answer, ...]:
    """That the recovery was ticked, or its tick taken back."""
    before = _mended(history.answers.get(key, ()))
    if item.done == (before is not None):
        return ()
    return (
        Answer(
            call_key=key,
            outcome="unknown",
            origin="task",
            recorded_at=at,
            made_good_at=at if item.done else before,
            note=None if item.done else _UNDONE,
        ),
    )


def _gone_ticks(history: History, standing: Collection[str]) -> list[Answer]:
    """What tasks said that are gone by now: an event that stands in for a task is ticked by deleting it."""
    new: list[Answer] = []
    for slot, record in history.items.items():
        key, _, way = slot.partition("/")
        said = history.answers.get(key, ())
        if record.status != "done" or slot in standing:
            continue
        at = record.done_at or record.recorded_at
        if way == _ONE_OF_SEVERAL and record.done_at == record.recorded_at:
            # Deleted where that is the tick. What was ticked before it went has said what it says.
            asked = [one for one, _ in read_asked(record.basis)]
            if not any(answer.note == way for one in asked for answer in history.answers.get(one, ())):
                new += [answer for one in asked for answer in _news(history, one, "held", "task", at, note=way)]
        if way not in _TICKS:
            continue
        if not any(answer.note == way for answer in said):
            new += _news(history, key, _TICKS[way], "task", at, note=way)
        if way == _RECOVERY and not any(answer.made_good_at is not None for answer in said):
            new.append(Answer(call_key=key, outcome="unknown", origin="task", recorded_at=at, made_good_at=at))
    return new


def _word(words: frozenset[str]) -> Outcome | None:
    return next((outcome for word, outcome in _WORDS.items() if word in words), None)


def _news(
    history: History, key: str, outcome: Outcome | None, origin: AnswerOrigin, at: datetime, *, note: str | None = None
) -> tuple[Answer, ...]:
    """A statement, unless it is what was said last in that way; its absence takes that back."""
    said = [
        answer
        for answer in history.answers.get(key, ())
        if (answer.origin, answer.note) == (origin, note) and answer.made_good_at is None
    ]
    last = said[-1].outcome if said else "unknown"
    if (outcome or "unknown") == last:
        return ()
    return (Answer(call_key=key, outcome=outcome or "unknown", origin=origin, recorded_at=at, note=note),)
