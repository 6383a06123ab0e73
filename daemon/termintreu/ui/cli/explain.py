"""Explains one call: how it was recognised, its contact, its findings, and the items written for it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rich.text import Text

from termintreu.config import MeConfig
from termintreu.cycle.report import Report, document
from termintreu.judging.call_history import recurrence_json
from termintreu.judging.evidence import excuse_guard, what_the_log_shows
from termintreu.judging.relationships import as_json
from termintreu.model import Call, Change, Occurrence, msg
from termintreu.model.names import fold
from termintreu.model.texts import Texts, clean
from termintreu.recognition.calls import Skipped
from termintreu.recognition.detection import why_not
from termintreu.ui.cli.rating_lines import entry_lines, summary
from termintreu.ui.cli.report_lines import LONGEST_TITLE, call_lines
from termintreu.ui.labels import action_word, item_word, own_alarm_word

_SHOWN = 12
"""Calls of a rating's history; `termintreu rating CONTACT` shows them all."""


def matching(report: Report, text: str) -> list[Call]:
    """Calls whose UID is `text`, or whose title or contact holds it (neither case nor umlauts matter); by start."""
    wanted = fold(text)
    return sorted(
        (
            call
            for call in report.calls
            if text.casefold() == call.occurrence.uid.casefold()
            or wanted in fold(call.occurrence.summary)
            or wanted in fold(call.contact.name)
        ),
        key=lambda call: call.start,
    )


def skipped_matching(report: Report, text: str) -> list[Skipped]:
    """Appointments that are no calls because of what the user taught, named as for `matching`; by start."""
    wanted = fold(text)
    return [
        one
        for one in report.skipped
        if text.casefold() == one.occurrence.uid.casefold() or wanted in fold(one.occurrence.summary)
    ]


_OTHERS = 5
"""Appointments that are no calls of which `explain` speaks: "a" stands in too many titles."""


def others_matching(report: Report, text: str) -> list[Occurrence]:
    """Appointments that are no calls by what they say, named as for `matching`: of each series the next one."""
    wanted = fold(text)
    found: dict[str, Occurrence] = {}
    for one in report.others:
        if (text.casefold() == one.uid.casefold() or wanted in fold(one.summary)) and one.end > report.at:
            found.setdefault(one.uid, one)
    return list(found.values())[:_OTHERS]


def other_json(one: Occurrence, me: MeConfig, texts: Texts) -> dict[str, Any]:
    """What `explain --json` says of such an appointment."""
    why = why_not(one, me=me)
    words = [{"word": word, "read_as": texts.render(meaning)} for word, meaning in why.words]
    return {**skipped_json(Skipped(occurrence=one, how=why.reason), texts), "words": words}


def other_lines(one: Occurrence, me: MeConfig, texts: Texts) -> Iterator[Text]:
    """The same as lines for a terminal."""
    why = why_not(one, me=me)
    *lines, end = skipped_lines(Skipped(occurrence=one, how=why.reason), texts)
    yield from lines
    if why.words:
        read = ", ".join(f"{clean(word)} ({texts.render(meaning)})" for word, meaning in why.words)
        yield _fact(texts.render(msg("Words")), read)
    yield end


def skipped_json(one: Skipped, texts: Texts) -> dict[str, Any]:
    """What `explain --json` says of such an appointment."""
    return {
        "uid": one.occurrence.uid,
        "recurrence_id": recurrence_json(one.occurrence.recurrence_id),
        "source": one.occurrence.source,
        "start": one.occurrence.start.astimezone(texts.zone).isoformat(),
        "summary": one.occurrence.summary,
        "kind": None,
        "reasons": [texts.render(one.how)],
    }


def skipped_lines(one: Skipped, texts: Texts) -> Iterator[Text]:
    """The same as lines for a terminal."""
    yield Text(texts.day(one.occurrence.start), style="bold")
    yield Text(f"  {clean(one.occurrence.summary)}")
    yield _fact(texts.render(msg("No call")), texts.render(one.how))
    yield Text()


def explain_json(call: Call, report: Report, texts: Texts) -> dict[str, Any]:
    """The call's entry of `plan --json`, with reasons, relation, and our items in the calendar."""
    whole = document(report, texts.render, texts.zone)
    identity = (call.occurrence.uid, recurrence_json(call.occurrence.recurrence_id))
    entry: dict[str, Any] = next(one for one in whole["appointments"] if (one["uid"], one["recurrence_id"]) == identity)
    relation = report.relationships.get(call.contact.key)
    return {
        **entry,
        "reasons": [texts.render(reason) for reason in call.reasons],
        "verified": call.reach.verified,
        "also_in": list(call.also_in),
        "evidence": _evidence_json(call, report, texts),
        "contact": {
            **entry["contact"],
            "theirs": round(relation.theirs, 4) if relation else None,
            "calls": len(relation.calls) if relation else 0,
        },
        "rating": as_json(relation, texts.zone) if relation else None,
        "items": [
            {"item": item.kind, "uid": item.uid, "summary": item.summary, "done": item.done}
            for item in report.items_of(call.key)
        ],
        "changes": [
            change
            for change in whole["changes"]
            if change["appointment"] is not None
            and (change["appointment"]["uid"], change["appointment"]["recurrence_id"]) == identity
        ],
    }


def explain_lines(call: Call, report: Report, texts: Texts, *, whole: bool = False) -> Iterator[Text]:
    """The same as lines for a terminal. `whole`: titles are not cut."""
    yield Text(texts.day(call.start), style="bold")
    yield from call_lines(call, report.findings.get(call.key, ()), texts, whole=whole)
    yield _fact(texts.render(msg("Recognised by")), "; ".join(map(texts.render, call.reasons)))
    yield _fact(texts.render(msg("Contact")), _contact(call, texts))
    if (own_alarm := own_alarm_word(call)) is not None:
        yield _fact(texts.render(msg("Appointment")), texts.render(own_alarm))
    shown = report.evidence.get(call.key)
    if shown is not None:
        sentence = texts.render(what_the_log_shows(shown, call))
        yield _fact(texts.render(msg("Call logs")), f"{sentence} ({clean(shown.log)})")
        if refuted := excuse_guard((call.occurrence.summary, call.occurrence.description), shown):
            yield _fact(texts.render(msg("Call logs")), texts.render(refuted))
    relation = report.relationships.get(call.contact.key)
    if relation is not None and relation.has_outcome:
        yield _fact(texts.render(msg("Rating")), texts.render(summary(relation)))
        for line in entry_lines(relation.rated_calls[-_SHOWN:], texts):
            yield Text("    ").append_text(line)
    for item in report.items_of(call.key):
        word = f"{texts.render(item_word(item.kind))}: " if item.kind else ""
        silent = bool(call.own_alarms) and item.kind == "reminder" and item.alarm_at is None
        state = " ✓" if item.done else f" ({texts.render(msg('without an alarm'))})" if silent else ""
        title = clean(item.summary, LONGEST_TITLE if whole else 80)
        yield _fact(texts.render(msg("In the calendar")), f"{word}{title}{state}")
    for change in report.changes:
        if change.slot.startswith(call.key):
            yield _fact(texts.render(msg("To be written")), _planned(change, texts))
    yield Text()


def _evidence_json(call: Call, report: Report, texts: Texts) -> dict[str, Any] | None:
    shown = report.evidence.get(call.key)
    if shown is None:
        return None

    def local(instant: datetime | None) -> str | None:
        return instant.astimezone(texts.zone).isoformat() if instant else None

    return {
        "log": shown.log,
        "healthy": shown.healthy,
        "outcome": shown.outcome,
        "late_minutes": shown.late_minutes,
        "suspected_miss": shown.suspected_miss,
        "attempts": [local(at) for at in shown.attempts],
        "not_taken": [local(at) for at in shown.not_taken],
        "begun_at": local(shown.begun_at),
        "ended_at": local(shown.ended_at),
        "sentence": texts.render(what_the_log_shows(shown, call)),
    }


def _planned(change: Change, texts: Texts) -> str:
    """ "Reminder: create (not there yet)"."""
    reason = f" ({texts.render(change.reason)})" if change.reason else ""
    return f"{texts.render(item_word(change.kind))}: {texts.render(action_word(change.action))}{reason}"


def _contact(call: Call, texts: Texts) -> str:
    """Name and key; of an appointment that names nobody, neither: its UID is no name."""
    if call.contact.key.startswith("uid:") and not call.contact.name:
        return texts.render(msg("(nobody is named)"))
    return f"{clean(call.contact.name)} ({clean(call.contact.key)})"


def _fact(label: str, value: str) -> Text:
    line = Text("  ")
    line.append(f"{label}: ", style="dim")
    line.append(value)
    return line
