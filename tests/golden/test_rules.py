"""From a calendar to sentences: reading, detection, rules and texts together, one folder a case.

`rules/<rule>/<case>/` holds `calendar.ics`, and in `case.toml` the moment (`now`), what differs from the ordinary
configuration (`config`; `config.source` is of the source), what is remembered (`moves`: old, new, seen; without `new`
the call went), and every finding that is expected (`findings`, in order), in both languages. `talks` are what a call
log shows, `past` are earlier calls with Erika Muster (start, outcome, the number that stood there).
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from termintreu.config import ContactConfig, MeConfig, SourceConfig
from termintreu.config.holidays import holidays_for
from termintreu.config.working_hours import WorkClock
from termintreu.judging.assess import assess, gone_calls
from termintreu.judging.known_numbers import with_known_numbers
from termintreu.judging.relationships import relationships
from termintreu.judging.rules import RULES, Context, params_of, rule_params
from termintreu.judging.rules.common.base import Findings
from termintreu.judging.rules.damaged import DamagedParams, damaged_contacts
from termintreu.model import Answer, Calendar, Call, CallRecord, Evidence, Finding, History, Move, Outcome
from termintreu.model.marks import call_key
from termintreu.model.texts import Texts
from termintreu.reading.ical import read_resource
from termintreu.recognition.calls import appointments, busy_and_absences, recognise
from termintreu.recognition.contacts.book import ContactBook, contacts_from_config
from termintreu.recognition.whose import mine, not_mine

CASES = Path(__file__).parent / "rules"
ZONE = ZoneInfo("Europe/Berlin")
OFFICE = {day: ["09:00-12:30", "13:30-17:30"] for day in ("mon", "tue", "wed", "thu", "fri")}
ME = {"name": "Anna Beispiel", "emails": ["anna@beispiel.de"], "region": "DE", "working_hours": OFFICE}
ERIKA = {
    "name": "Erika Muster",
    "emails": ["erika@muster.example"],
    "phones": ["+49 30 901820"],
    "timezone": "Europe/Vienna",
}


def assessed(folder: Path, case: dict[str, Any]) -> list[tuple[Call, Finding]]:
    """Every finding of the case: calls by start, findings in their order."""
    context, findings = judged(folder, case)
    return [(call, one) for call in (*context.calls, *context.gone) for one in findings.get(call.key, ())]


def judged(folder: Path, case: dict[str, Any]) -> tuple[Context, Findings]:
    """What the case's calendar holds, and every finding by call."""
    now = datetime.fromisoformat(case["now"]).astimezone(UTC)
    config = case.get("config", {})
    me = MeConfig.model_validate(ME | config.get("me", {}))
    contacts = [ContactConfig.model_validate(contact) for contact in config.get("contacts", [ERIKA])]
    reading = read_resource(
        (folder / "calendar.ics").read_bytes(),
        source="work",
        collection="/anna/work/",
        href="/anna/work/calendar.ics",
        zone=ZONE,
        window=(now - timedelta(days=7), now + timedelta(days=14)),
    )
    book = ContactBook(contacts_from_config(contacts, me.country), me)
    source = SourceConfig.model_validate({"name": "work", "type": "vdir", "path": "/"} | config.get("source", {}))
    found = appointments(mine(Calendar(occurrences=reading.occurrences), not_mine([source])).occurrences, me=me)
    busy, absences = busy_and_absences(found, me, ZONE)
    history = remembered(case.get("moves", []))
    earlier = past(case.get("past", []))
    history = replace(history, calls={**earlier.calls, **history.calls})
    tracks = {key: one.track for key, one in relationships(earlier, now).items()}
    calls = with_known_numbers(recognise(found, book=book, me=me, zone=ZONE), earlier.calls.values())
    params = {name: type_.model_validate(config.get(name, {})) for name, type_ in rule_params().items()}
    context = Context(
        now=now,
        me=me,
        zone=ZONE,
        clock=WorkClock(me=me, zone=ZONE, holiday=holidays_for(me.region, "de")),
        calls=calls,
        busy=busy,
        absences=absences,
        todos=reading.todos,
        history=history,
        holidays_of=lambda region: holidays_for(region, "de"),
        gone=gone_calls(history, now),
        evidence=talks(case.get("talks", [])),
        relationships=tracks,
        private=frozenset({source.name} if source.private else ()),
        damaged=damaged_contacts(tracks, params_of(params, DamagedParams)),
    )
    settled = frozenset(call.key for call in context.calls if call.words & {"held", "late", "missed", "noshow"})
    return context, assess(replace(context, settled=settled), RULES, params)


def remembered(moves: list[dict[str, Any]]) -> History:
    """What earlier cycles saw of the calls that moved."""
    records: dict[str, CallRecord] = {}
    for move in moves:
        old, seen = (datetime.fromisoformat(move[name]).astimezone(UTC) for name in ("old", "seen"))
        new = datetime.fromisoformat(move["new"]).astimezone(UTC) if "new" in move else None
        key = call_key(move["uid"], None)
        before = records[key].moves if key in records else ()
        records[key] = CallRecord(
            key=key,
            uid=move["uid"],
            recurrence_id=None,
            contact_key="erika@muster.example",
            contact_name="Erika Muster",
            kind="phone",
            start=new or old,
            end=(new or old) + timedelta(minutes=30),
            first_seen=seen - timedelta(days=30),
            last_seen=seen,
            gone_at=seen if new is None else None,
            moves=(*before, Move(old_start=old, new_start=new, seen_at=seen, by_me=move.get("by_me", True))),
        )
    return History(calls=records)


def past(given: list[dict[str, str]]) -> History:
    """Earlier calls with Erika Muster, and how they went."""
    records, answers = {}, {}
    for number, one in enumerate(given):
        start = datetime.fromisoformat(one["start"]).astimezone(UTC)
        key = call_key(f"past-{number}", None)
        records[key] = CallRecord(
            key=key,
            uid=f"past-{number}",
            recurrence_id=None,
            contact_key="erika@muster.example",
            contact_name="Erika Muster",
            kind="phone",
            start=start,
            end=start + timedelta(minutes=30),
            first_seen=start - timedelta(days=7),
            last_seen=start,
            phone=one.get("phone"),
        )
        said = Answer(
            call_key=key,
            outcome=cast("Outcome", one["outcome"]),
            origin="task",
            recorded_at=start + timedelta(hours=1),
        )
        answers[key] = (said,)
    return History(calls=records, answers=answers)


def talks(given: list[dict[str, str]]) -> dict[str, Evidence]:
    """What call logs show: `uid`, when both began to talk, and when that ended (without: they talk still)."""
    found: dict[str, Evidence] = {}
    for one in given:
        begun = datetime.fromisoformat(one["begun"]).astimezone(UTC)
        ended = datetime.fromisoformat(one["ended"]).astimezone(UTC) if "ended" in one else None
        key = call_key(one["uid"], None)
        found[key] = Evidence(
            call_key=key, since=begun, until=begun, begun_at=begun, ended_at=ended, running=ended is None
        )
    return found


def told(call: Call, finding: Finding) -> dict[str, str]:
    """A finding as a case writes it: whose, what, how grave, until when, and its sentences."""
    assert finding.settle_by is not None
    assert finding.ask is not None
    sentences = {
        language: " ".join(Texts(language=language, zone=ZONE).render(part) for part in (finding.message, finding.ask))
        for language in ("de", "en")
    }
    return {
        "uid": call.occurrence.uid,
        "rule": finding.rule,
        "severity": finding.severity.label,
        "settle_by": finding.settle_by.astimezone(ZONE).isoformat(),
        **sentences,
    }


FOLDERS = sorted(path.parent for path in CASES.glob("*/*/case.toml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_a_calendar_gives_exactly_these_findings(folder: Path) -> None:
    case = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    assert case["findings"] == [told(call, finding) for call, finding in assessed(folder, case)]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_every_finding_has_its_matter_in_a_few_words_for_a_title(folder: Path) -> None:
    case = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    for _, finding in assessed(folder, case):
        assert finding.matter is not None
        for language in ("de", "en"):
            matter = Texts(language=language, zone=ZONE).render(finding.matter)
            assert len(matter) <= (36 if finding.rule == "threatened" else 26)
            assert len(matter.split()) <= 5
            assert matter[-1] != "."


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_case_where_it_fires_and_one_where_it_just_does_not(rule: Any) -> None:
    fires = {
        any(finding["rule"] == rule.id for finding in tomllib.loads(path.read_text(encoding="utf-8"))["findings"])
        for path in (CASES / rule.id).glob("*/case.toml")
    }
    assert {True, False} == fires
