"""How each call went: gathers what the user, the logs and the calendar say, and decides. Pure.

The user's last word wins over all evidence, and can be taken back with "unknown". Next comes a call log; last what
happened to the event itself. Nothing said is not a failure: such a call is "unknown" and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from termintreu.detection import find_words
from termintreu.model import Answer, AnswerOrigin, Call, CallRecord, History, Observed, Outcome
from termintreu.rating import LATE, MISSED, TOLD_EARLY, TOLD_LATE, Experience, lateness

_USER: frozenset[AnswerOrigin] = frozenset({"task", "word", "answer"})
_WORDS: dict[str, Outcome] = {"missed": "missed", "noshow": "noshow", "late": "late", "held": "held"}
"""Gesture to outcome, gravest first: where a user wrote two, the graver one is meant."""
IN_TIME = timedelta(hours=24)
"""Told at least this long before is told in time."""


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


def verdict(record: CallRecord | None, answers: Iterable[Answer]) -> Verdict | None:
    """The outcome of one call; None while nobody has said anything.

    Args:
        record: what was remembered of the call.
        answers: everything said about it, in any order.
    """
    said = sorted(answers, key=lambda answer: answer.recorded_at)
    mended = next((answer.made_good_at for answer in said if answer.made_good_at is not None), None)
    last = _last_of_each_origin(answer for answer in said if answer.made_good_at is None)
    spoken = [answer for answer in last if answer.origin in _USER] or [a for a in last if a.origin == "log"]
    if not spoken:
        return _from_calendar(record)
    final = max(spoken, key=lambda answer: answer.recorded_at)
    return Verdict(
        outcome=final.outcome,
        origin=final.origin,
        at=final.recorded_at,
        late_minutes=final.late_minutes,
        attempts=final.attempts,
        made_good_at=mended,
    )


def _last_of_each_origin(said: Iterable[Answer]) -> list[Answer]:
    """What still stands: an "unknown" takes back what was said in the same way, and as an answer all the user said."""
    last: dict[AnswerOrigin, Answer] = {}
    for answer in said:
        if answer.outcome != "unknown":
            last[answer.origin] = answer
        elif answer.origin == "answer":
            last = {origin: kept for origin, kept in last.items() if origin not in _USER}
        else:
            last.pop(answer.origin, None)
    return list(last.values())


def _from_calendar(record: CallRecord | None) -> Verdict | None:
    if record is None or record.gone_at is None or record.gone_at >= record.end:
        return None
    told_in_time = record.start - record.gone_at >= IN_TIME
    return Verdict(outcome="cancelled" if told_in_time else "cancelled_late", origin="calendar", at=record.gone_at)


def verdicts(history: History) -> dict[str, Verdict]:
    """Call key to verdict, for every call of which anything is known."""
    keys = history.calls.keys() | history.answers.keys()
    found = ((key, verdict(history.calls.get(key), history.answers.get(key, ()))) for key in sorted(keys))
    return {key: one for key, one in found if one is not None}


def experiences(record: CallRecord, how: Verdict | None, now: datetime) -> tuple[Experience, ...]:
    """What one call counts for: its outcome, and each time it was moved, for the side whose doing it was."""
    found = [
        Experience(
            at=move.old_start,
            side="ours" if move.by_me else "theirs",
            failure=TOLD_EARLY if move.old_start - move.seen_at >= IN_TIME else TOLD_LATE,
        )
        for move in record.moves
        if move.seen_at < move.old_start
    ]
    if how is None or record.start > now:
        return tuple(found)
    if how.outcome == "held":
        found += [Experience(at=record.start, side="ours"), Experience(at=record.start, side="theirs")]
    elif how.outcome == "late":
        failure = lateness(how.late_minutes) if how.late_minutes is not None else LATE
        found += [
            Experience(at=record.start, side="ours", failure=failure, critical=record.critical),
            Experience(at=record.start, side="theirs"),
        ]
    elif how.outcome == "missed":
        found += [
            Experience(
                at=record.start,
                side="ours",
                failure=MISSED,
                critical=record.critical,
                made_good_at=how.made_good_at,
            ),
            Experience(at=record.start, side="theirs"),
        ]
    elif how.outcome == "noshow":
        found += [
            Experience(at=record.start, side="ours"),
            Experience(at=record.start, side="theirs", failure=MISSED),
        ]
    elif how.origin != "calendar" and how.outcome in {"cancelled", "cancelled_late"}:
        failure = TOLD_EARLY if how.outcome == "cancelled" else TOLD_LATE
        found.append(Experience(at=record.start, side="ours", failure=failure))
    return tuple(found)


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
        now: UTC.
    """
    new: list[Answer] = []
    for call in calls:
        # How a call went is known when it has begun, or to the user whose own single entry it is: the words of a whole
        # series, and of an invitation as it was sent, are about nothing that is still to come.
        if call.start <= now or not (call.occurrence.series or call.occurrence.organizer):
            new += _news(history, call.key, _word(call.words), "word", now)
    for item in observed.values():
        if item.call_key is None or item.kind not in {"outcome", "recovery", "warning", "retry"}:
            continue
        told = _word(find_words(item.summary, _notes(item.description), categories=item.categories))
        ticked: Outcome | None = "held" if item.kind == "outcome" and item.done else None
        new += _news(history, item.call_key, told or ticked, "task", item.done_at or now)
        if item.kind == "recovery" and item.done and not _mended(history, item.call_key):
            new.append(
                Answer(
                    call_key=item.call_key,
                    outcome="unknown",
                    origin="task",
                    recorded_at=now,
                    made_good_at=item.done_at or now,
                )
            )
    return tuple(new)


def _notes(description: str) -> str:
    """The user's own lines: a line with several gestures is our explanation of them."""
    return "\n".join(line for line in description.splitlines() if line.count("#") <= 1)


def _word(words: frozenset[str]) -> Outcome | None:
    return next((outcome for word, outcome in _WORDS.items() if word in words), None)


def _mended(history: History, key: str) -> bool:
    return any(answer.made_good_at is not None for answer in history.answers.get(key, ()))


def _news(
    history: History, key: str, outcome: Outcome | None, origin: AnswerOrigin, at: datetime
) -> tuple[Answer, ...]:
    """A statement, unless it is what was said last in that way; its absence takes that back."""
    said = [
        answer for answer in history.answers.get(key, ()) if answer.origin == origin and answer.made_good_at is None
    ]
    last = said[-1].outcome if said else "unknown"
    if (outcome or "unknown") == last:
        return ()
    return (Answer(call_key=key, outcome=outcome or "unknown", origin=origin, recorded_at=at),)
