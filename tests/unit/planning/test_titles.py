"""Titles as a phone shows them: short, the name first, the matter readable, however long or hostile the name is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termintreu.judging.outcomes import Verdict
from termintreu.model import Call, Evidence, Finding, Item, Message, Promise, Severity, Window, msg
from termintreu.model.marks import item_uid
from termintreu.planning import Planning, plan
from termintreu.planning.items.render import render_item
from termintreu.recognition.detection import find_words
from tests.unit.planning.making import ERIKA, NOW, TASKS, S, a_call, a_finding, a_planning, seen

LONGEST = 60
"""Characters of a title that a phone shows."""
AFTER = S + timedelta(minutes=50)
PROFESSOR = "Univ.-Prof. Dr. Dr. h.c. Maximilian von Hohenlohe-Langenburg zu Oberstenfeld"
DAY = timedelta(days=1)


def found(matter: Message | None = None) -> Finding:
    return replace(a_finding(), matter=matter or msg("number missing"))


def of(call: Call, planning: Planning) -> tuple[Item, ...]:
    return plan([call], planning)


def missed(call: Call, language: str, outcome: str = "missed") -> Iterator[Item]:
    """The steps after a miss, each ticked in its turn."""
    verdict = Verdict(outcome=outcome, origin="word", at=AFTER, late_minutes=20)  # type: ignore[arg-type]  # one of them
    observed = []
    for _ in range(3):
        planning = a_planning(
            AFTER, verdicts={call.key: verdict}, observed=observed, talks={call.key: 2}, language=language
        )
        for item in of(call, planning):
            uid = item_uid(item.slot, 0)
            data = render_item(item, uid=uid, generation=0, now=AFTER)
            done = f"STATUS:COMPLETED\r\nCOMPLETED:{AFTER:%Y%m%dT%H%M%SZ}".encode()
            observed.append(seen(data.replace(b"STATUS:NEEDS-ACTION", done), f"{TASKS.href}{uid}.ics"))
            yield item


def everything(name: str, language: str) -> Iterator[Item]:
    """Every item about a call with somebody."""
    contact = replace(ERIKA, name=name)
    call = a_call(contact=contact, critical=True)
    vague = Window(start=S - timedelta(hours=3), end=S + timedelta(hours=3), text="nachmittags")
    buffer = a_finding("no_buffer", at=S - timedelta(minutes=15))
    for one in (call, replace(call, window=vague), a_call(contact=contact), a_call(contact=contact, kind="visit")):
        matters = [
            msg("outside working hours"),
            msg("{matters:commas}", matters=(msg("double-booked"), msg("not confirmed"))),
        ]
        for matter in matters:
            yield from of(one, a_planning(findings={one.key: (found(matter), buffer)}, language=language))
        around = (one, replace(one, key="b" * 16))
        yield from of(one, a_planning(S + DAY, around=around, language=language))
    yield from of(call, a_planning(NOW - 8 * DAY, findings={call.key: (found(),)}, language=language))
    yield from missed(call, language)
    yield from missed(a_call(contact=contact), language, "late")
    tried = Evidence(call_key=call.key, since=S, until=AFTER, attempts=(S,), log="pbx", healthy=True)
    for now in (S + timedelta(minutes=2), AFTER):
        yield from of(call, a_planning(now, evidence={call.key: tried}, language=language))
    silent = replace(tried, attempts=(), suspected_miss=True)
    yield from of(call, a_planning(AFTER, evidence={call.key: silent}, language=language))
    promise = Promise(key="c" * 16, uid="p", recurrence_id=None, title=f"{name} zurückrufen", made_at=NOW)
    yield from plan([], a_planning(promises=(promise,), tasks_from=Severity.ADVICE, language=language))


KINDS = {
    *(("reminder", role) for role in ("", "eve", "buffer")),
    *(("retry", role) for role in ("", "10", "30")),
    *(("recovery", role) for role in ("", "late")),
    *(("amends", role) for role in ("", "talk")),
    ("warning", ""),
    ("outcome", ""),
    ("check", ""),
}
ASKED = {
    "outcome": ("Mit ", "Did you talk to ", "Did you meet "),
    "amends": ("Kleine Geste für ", "A small gesture for "),
}
"""What stands before the name: a question, and a gesture for somebody."""


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_kind_of_item_is_looked_at_here(language: str) -> None:
    assert KINDS == {(item.kind, item.role) for item in everything("Erika Muster", language) if item.kind != "weekly"}


@given(
    name=st.text(max_size=120)
    | st.text("äöüßabcd -.,:?#✓☑\u202e\n", max_size=200)
    | st.sampled_from([PROFESSOR, "X" * 500, "☑ Max", "#held Max", "Herr " + "B" * 90, "<b>Max</b>", "2 #missed"])
)
@settings(max_examples=15, deadline=None)
@pytest.mark.parametrize("language", ["de", "en"])
def test_no_title_is_longer_than_a_phone_shows(language: str, name: str) -> None:
    for item in everything(name, language):
        assert len(item.summary) <= LONGEST, item.summary
        assert find_words(item.summary) == frozenset()


@pytest.mark.parametrize("name", ["Erika Muster", "Herr Brandt", PROFESSOR, "Y" * 80])
@pytest.mark.parametrize("language", ["de", "en"])
def test_the_name_comes_first(language: str, name: str) -> None:
    first = "Maximil" if name == PROFESSOR else name[:4]
    for item in everything(name, language):
        if item.kind in {"reminder", "retry"} and item.component == "VEVENT":
            continue  # a symbol, the hour, the name
        if item.kind == "weekly":
            continue
        openings = [before + part for before in (*ASKED.get(item.kind, ()), "") for part in (first, name[:4])]
        assert item.summary.startswith(tuple(openings)), item.summary


def test_a_task_names_whom_when_and_the_matter() -> None:
    call = a_call()
    (item,) = [one for one in of(call, a_planning(findings={call.key: (found(),)})) if one.kind == "warning"]
    assert item.summary == "Erika Muster, Mi 14:30: Nummer fehlt"


def test_a_call_that_is_more_than_six_days_away_has_its_date() -> None:
    call = a_call(S + 7 * DAY)
    (item,) = [one for one in of(call, a_planning(findings={call.key: (found(),)})) if one.kind == "warning"]
    rung = replace(found(), settle_by=S + 6 * DAY)
    (near,) = [one for one in of(call, a_planning(findings={call.key: (rung,)})) if one.kind == "warning"]
    assert item.summary == "Erika Muster, Mi 14.10. 14:30: Nummer fehlt"
    assert near.summary == "Erika Muster, Mi 14:30: Nummer fehlt"


def warned(name: str) -> str:
    call = a_call(contact=replace(ERIKA, name=name))
    items = of(call, a_planning(findings={call.key: (found(),)}))
    return next(item.summary for item in items if item.kind == "warning")


def test_a_long_name_loses_its_degrees_first_and_a_short_one_keeps_them() -> None:
    assert warned("Dr. Eva Ott") == "Dr. Eva Ott, Mi 14:30: Nummer fehlt"
    assert warned(PROFESSOR) == "Maximilian von Hohenlohe-Langenbu…, Mi 14:30: Nummer fehlt"
