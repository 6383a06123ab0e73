"""The question about all calls since the last one: when it is asked, about which, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from termintreu.config.working_hours import HolidayName
from termintreu.judging.asked_calls import with_calls
from termintreu.judging.outcomes import statements, verdicts
from termintreu.judging.recovered_history import recovered, with_answers
from termintreu.judging.rules.after import OutcomeOpenParams
from termintreu.model import (
    DAILY,
    Answer,
    Call,
    Change,
    Contact,
    Evidence,
    History,
    Item,
    ItemRecord,
    Observed,
    Person,
    each_call,
)
from termintreu.model.marks import item_uid
from termintreu.planning import plan
from termintreu.planning.items.render import as_event, render_item
from termintreu.planning.planning import Planning
from termintreu.writing.diff import Diff, after_write
from tests.comparing import diff
from tests.unit.planning.making import BERLIN, COLLECTIONS, TASKS, a_call, a_planning, berlin, seen

OFFICE_AT = {"outcome_open": OutcomeOpenParams(at=(time(12, 30), time(17)))}
SEIDL = Contact(key="seidl@bau.example", name="Seidl Bau")
ANNA, JUERGEN = (Contact(key=f"{one}@mueller.example", name=f"{one} Müller") for one in ("Anna", "Jürgen"))
ONE = a_call(berlin(7, 9), uid="one")
TWO = a_call(berlin(7, 10), uid="two", contact=SEIDL)
THREE = a_call(berlin(7, 11), uid="three", contact=ANNA)
LATER = a_call(berlin(7, 14), uid="later", contact=JUERGEN)
CALLS = (ONE, TWO, THREE, LATER)
NOON, EVENING = berlin(7, 12, 30), berlin(7, 17)
Params = dict[str, OutcomeOpenParams]


def asked(now: datetime, *calls: Call, **more: object) -> list[Item]:
    around = calls or CALLS
    planning = a_planning(now, **{"params": OFFICE_AT, "around": around, **more})  # type: ignore[arg-type]  # passed on
    return [item for item in plan(around, planning) if item.kind == "outcome"]


def meeting(*guests: str) -> Call:
    people = tuple(Person(email=f"{name.lower()}@x.example", name=name) for name in ("Anna", *guests))
    return replace(ONE, occurrence=replace(ONE.occurrence, summary="Projektrunde", attendees=people))


@pytest.mark.parametrize(
    ("guests", "expected"),
    [(("Bo", "Cleo"), "Mit Erika Muster gesprochen?"), (("Bo", "Cleo", "Dana"), "Hat „Projektrunde“ stattgefunden?")],
)
def test_a_meeting_of_several_is_asked_about_by_its_title(guests: tuple[str, ...], expected: str) -> None:
    assert expected == the_question(NOON, meeting(*guests)).summary


def the_question(now: datetime = NOON, *calls: Call, **more: object) -> Item:
    (item,) = asked(now, *calls, **more)
    return item


def stored(item: Item, now: datetime = NOON, *, edit: tuple[str, str] = ("", ""), drop: str = "") -> Observed:
    uid = item_uid(item.slot, 0)
    data = render_item(item, uid=uid, generation=0, now=now).replace(b"\r\n ", b"").decode()
    if drop:
        data = "\r\n".join(line for line in data.split("\r\n") if not line.startswith(drop))
    data = data.replace(*edit) if edit[0] else data
    return seen(data.encode(), f"{TASKS.href}{uid}.ics")


def ticked(item: Item, exceptions: str = "", **more: str) -> Observed:
    title = (item.summary, f"{item.summary} {exceptions}".strip())
    found = stored(item, edit=title, **more)
    data = found.data.decode().replace("STATUS:NEEDS-ACTION", "STATUS:COMPLETED\r\nCOMPLETED:20261007T110000Z")
    return seen(data.encode(), found.href)


def outcomes_of(item: Observed, now: datetime = EVENING, history: History | None = None) -> dict[str, str]:
    history = history or History()
    said = statements((), {item.href: item}, history, now)
    keys = {call.key: call.occurrence.uid for call in CALLS}
    return {keys[key]: one.outcome for key, one in verdicts(with_answers(history, said)).items()}


def compared(planning: Planning, wanted: list[Item], observed: list[Observed], **more: object) -> Diff:
    return diff(wanted, observed, planning.context.history.items, now=planning.now, collections=COLLECTIONS, **more)  # type: ignore[arg-type]  # passed on


def test_at_noon_one_task_asks_about_all_calls_of_the_morning_and_not_before() -> None:
    assert [] == asked(NOON - timedelta(seconds=1))

    item = the_question()

    assert (item.kind, item.role, item.component, item.rules) == ("outcome", DAILY, "VTODO", ("outcome_open",))
    assert item.summary == "Haben diese 3 Anrufe stattgefunden?"
    assert item.description.split("\n") == [
        "1. 09:00 Erika Muster",
        "2. 10:00 Seidl Bau",
        "3. 11:00 Anna Müller",
        "→ Ja, alle: Aufgabe abhaken.",
        "→ Sonst vorher in den Titel, mit Nummer oder Name: 2 #verpasst, 3 #nichterschienen, 1 #verspätet",
    ]
    assert (item.start, item.due) == (NOON + timedelta(minutes=3), EVENING)
    assert ["one", "two", "three"] == [call.details.uid for call in item.about]


def test_one_call_alone_has_the_question_about_one_at_that_time() -> None:
    item = the_question(EVENING, LATER)

    assert (item.role, item.appointment_uid, item.about) == ("", "later", ())
    assert item.summary.startswith("Mit Jürgen Müller gesprochen?")


def test_a_critical_call_is_asked_about_alone_and_soon() -> None:
    grave = a_call(berlin(7, 9), uid="grave", critical=True)

    assert ["grave"] == [item.appointment_uid for item in asked(berlin(7, 9, 45), grave, TWO, THREE)]
    noon = asked(NOON, grave, TWO, THREE, observed=[stored(the_question(berlin(7, 9, 45), grave), berlin(7, 9, 45))])
    assert [["two", "three"]] == [[call.details.uid for call in item.about] for item in noon if item.about]


def test_with_each_there_is_one_question_a_call() -> None:
    each = {"outcome_open": OutcomeOpenParams(when="each")}

    assert {"one", "two", "three"} == {item.appointment_uid for item in asked(NOON, params=each)}


def test_a_call_that_ends_meanwhile_is_in_the_next_question_and_the_open_one_stays_as_it_is() -> None:
    noon = stored(the_question())
    planning = a_planning(berlin(7, 15), params=OFFICE_AT, around=CALLS, observed=[noon])  # type: ignore[arg-type]  # rules
    wanted = [item for item in plan(CALLS, planning) if item.kind == "outcome"]

    assert [noon.call_key] == [item.call_key for item in wanted]
    assert () == compared(planning, wanted, [noon]).changes
    evening = asked(EVENING, observed=[noon])
    assert ["later"] == [item.appointment_uid for item in evening if not item.about]


def test_a_call_that_is_entered_after_the_question_waits_for_the_next_one() -> None:
    noon = stored(the_question())
    entered = a_call(berlin(7, 8), uid="entered", contact=JUERGEN)

    assert [noon.call_key] == [item.call_key for item in asked(berlin(7, 13), *CALLS, entered, observed=[noon])]
    (evening,) = [item for item in asked(EVENING, *CALLS, entered, observed=[noon]) if item.call_key != noon.call_key]
    assert ["entered", "later"] == [call.details.uid for call in evening.about]


def test_by_default_it_is_asked_when_the_longest_pause_begins_and_when_work_ends() -> None:
    # The ordinary hours have no pause.
    assert [] == asked(NOON, params={})
    assert len(the_question(EVENING, params={}).about) == 4


def test_a_day_off_is_asked_about_on_the_next_workday() -> None:
    def holiday(day: object) -> str | None:
        return "Feiertag" if str(day) in {"2026-10-07", "2026-10-08", "2026-10-09"} else None

    days_off: HolidayName = holiday
    assert [] == asked(berlin(9, 17), holiday=days_off)
    assert ["one", "two", "three", "later"] == [
        call.details.uid for call in the_question(berlin(12, 12, 30), holiday=days_off).about
    ]


def test_who_starts_the_machine_in_the_evening_is_asked_in_the_next_working_time() -> None:
    assert berlin(8, 9) == the_question(berlin(7, 20)).start


def test_an_unanswered_question_is_withdrawn_after_three_days_and_not_asked_again() -> None:
    noon = stored(the_question())
    assert noon.start is not None
    gives_up = noon.start + timedelta(days=3)

    assert noon.call_key in [item.call_key for item in asked(gives_up - timedelta(seconds=1), observed=[noon])]
    planning = a_planning(gives_up, params=OFFICE_AT, around=CALLS[:3], observed=[noon])  # type: ignore[arg-type]  # rules
    wanted = [item for item in plan(CALLS[:3], planning) if item.kind == "outcome"]
    (gone,) = compared(planning, wanted, [noon]).changes
    assert ("delete", noon.uid) == (gone.action, gone.uid)


def test_a_question_goes_when_all_is_known_and_stays_in_place_while_a_part_is() -> None:
    noon = stored(the_question())
    part = frozenset({ONE.key, TWO.key})

    assert [noon.description.removesuffix("\n-- termintreu")] == [
        item.description for item in asked(berlin(7, 13), THREE, observed=[noon], settled=part)
    ]
    assert [] == asked(berlin(7, 13), observed=[noon], settled=part | {THREE.key})


def a_record(item: Observed, status: str, basis: str) -> ItemRecord:
    return ItemRecord(
        slot=f"{item.call_key}/outcome/{DAILY}",
        uid=item.uid,
        generation=0,
        collection=TASKS.href,
        href=item.href,
        etag=None,
        fingerprint=item.fingerprint,
        status=status,  # type: ignore[arg-type]  # one of them
        anchor=item.anchor,
        recorded_at=NOON,
        basis=basis,
    )


def test_deleting_a_question_dismisses_it_for_all_its_calls() -> None:
    item = the_question()
    record = a_record(stored(item), "dismissed", item.basis)

    evening = asked(EVENING, remembered={record.slot: record})
    assert ["later"] == [item.appointment_uid for item in evening]


def test_a_tick_says_held_of_all_but_those_that_are_excepted() -> None:
    item = the_question()

    assert {"one": "held", "two": "held", "three": "held"} == outcomes_of(ticked(item))
    assert {"one": "held", "two": "missed", "three": "noshow"} == outcomes_of(
        ticked(item, "2 #verpasst, #nichterschienen Müller")
    )


def test_exceptions_alone_are_no_answer_before_the_tick() -> None:
    item = the_question()
    found = stored(item, edit=(item.summary, f"{item.summary} 2 #missed"))

    assert {} == outcomes_of(found)
    # The question stands, and is not taken for the user's own.
    assert [item.call_key] == [one.call_key for one in asked(berlin(7, 13), observed=[found])]


def test_a_name_that_fits_two_is_asked_about_again_and_the_next_question_says_why() -> None:
    other = a_call(berlin(7, 11, 30), uid="other", contact=JUERGEN)
    item = the_question(NOON, ONE, THREE, other)
    found = ticked(item, "#missed Müller")
    said = statements((), {found.href: found}, History(), EVENING)

    assert {ONE.key: "held"} == {answer.call_key: answer.outcome for answer in said}
    (again,) = asked(EVENING, ONE, THREE, other, observed=[found], settled=frozenset({ONE.key}))
    assert ["three", "other"] == [call.details.uid for call in again.about]
    assert "→ Letztes Mal nicht verstanden: „missed Müller“. Bitte hier die Nummer nennen." in again.description


def test_a_tick_for_all_takes_nothing_back_that_was_said_of_one() -> None:
    before = Answer(call_key=TWO.key, outcome="missed", origin="answer", recorded_at=berlin(7, 12, 40))
    history = with_answers(History(), [before])

    assert {"one": "held", "two": "missed", "three": "held"} == outcomes_of(ticked(the_question()), EVENING, history)


def test_a_tick_that_is_taken_back_takes_the_answers_back() -> None:
    item = the_question()
    said = statements((), {"": ticked(item)}, History(), EVENING)
    back = statements((), {"": stored(item)}, with_answers(History(), said), EVENING + timedelta(hours=1))

    assert {"unknown"} == {answer.outcome for answer in back}
    assert 3 == len(back)


def test_with_the_state_lost_a_ticked_question_brings_calls_and_answers_back() -> None:
    found = ticked(the_question(), "2 #missed")
    records = recovered(each_call([found]), (), EVENING)

    assert {ONE.key, TWO.key, THREE.key} == records.keys()
    two = records[TWO.key]
    assert ("two", SEIDL.key, "Seidl Bau", TWO.start, TWO.end) == (
        two.uid,
        two.contact_key,
        two.contact_name,
        two.start,
        two.end,
    )
    assert {"one": "held", "two": "missed", "three": "held"} == outcomes_of(found)


def test_where_a_server_drops_our_properties_the_numbered_lines_say_which_calls_it_was() -> None:
    found = ticked(the_question(), "2 #missed", drop="X-TERMINTREU")
    assert (found.kind, found.role, found.about) == ("outcome", DAILY, ())

    read = with_calls({found.href: found}, CALLS, {}, BERLIN)[found.href]
    assert ["one", "two", "three"] == [call.details.uid for call in read.about]
    assert {"one": "held", "two": "missed", "three": "held"} == outcomes_of(read)
    # One that fits no line any more leaves nothing to be guessed from.
    assert () == with_calls({found.href: found}, (ONE, TWO), {}, BERLIN)[found.href].about


def test_a_copy_of_a_question_is_none_of_ours() -> None:
    item = the_question()
    assert (None, "") == (
        (copy := stored(item, drop="X-TERMINTREU", edit=("DTSTART:20261007", "DTSTART:20261008"))).kind,
        copy.role,
    )


def test_a_silent_log_asks_itself() -> None:
    silent = Evidence(call_key=ONE.key, since=ONE.start, until=ONE.end, suspected_miss=True)

    assert ["two", "three"] == [call.details.uid for call in the_question(evidence={ONE.key: silent}).about]


@pytest.mark.parametrize("ask", ["mine", "none"])
def test_who_is_asked_about_is_configured(ask: str) -> None:
    theirs = a_call(berlin(7, 10), uid="theirs", caller="them", contact=SEIDL)
    params = {"outcome_open": OutcomeOpenParams(ask=ask, at=(time(12, 30),))}  # type: ignore[arg-type]  # one of them

    found = [call.details.uid for item in asked(NOON, ONE, theirs, THREE, params=params) for call in item.about]
    assert (["one", "three"] if ask == "mine" else []) == found


def test_a_moved_call_is_asked_about_anew() -> None:
    noon = stored(the_question())
    moved = a_call(berlin(7, 15), uid="two", contact=SEIDL)
    (evening,) = [
        item for item in asked(EVENING, ONE, moved, THREE, LATER, observed=[noon]) if item.call_key != noon.call_key
    ]

    assert ["later", "two"] == [call.details.uid for call in evening.about]


def test_a_question_of_an_earlier_version_is_not_doubled() -> None:
    each = {"outcome_open": OutcomeOpenParams(when="each")}
    old = [stored(item) for item in asked(berlin(7, 9, 45), params=each)]

    found = asked(NOON, observed=old)
    assert [("one", 0), (None, 2)] == [(item.appointment_uid, len(item.about)) for item in found]


def test_where_there_are_no_tasks_an_event_stands_in_and_its_box_is_the_tick() -> None:
    item = the_question()
    event = as_event(item)
    uid = item_uid(item.slot, 0)
    data = render_item(event, uid=uid, generation=0, now=NOON)
    found = seen(data.decode().replace("☐", "☑").encode(), f"{TASKS.href}{uid}.ics")

    assert {"one": "held", "two": "held", "three": "held"} == outcomes_of(found)


def closing(found: Observed, now: datetime, *, status: str = "taken_over", fingerprint: str = "") -> list[Change]:
    """What becomes of a question about one call that is not asked for any more."""
    record = ItemRecord(
        slot=f"{found.call_key}/outcome/",
        uid=found.uid,
        generation=0,
        collection=TASKS.href,
        href=found.href,
        etag=None,
        fingerprint=fingerprint or found.written_fingerprint or "",
        status=status,  # type: ignore[arg-type]  # one of them
        anchor=found.anchor,
        recorded_at=NOON,
    )
    planning = a_planning(now, observed=[found], remembered={record.slot: record})
    difference = compared(planning, [], [found])
    if difference.changes:
        (after,) = after_write(difference, [_applied(difference.changes[0])], {record.slot: record}, now)
        assert ("declined", found.anchor) == (after.status, after.anchor)
    return list(difference.changes)


def _applied(change: Change) -> Change:
    return replace(change, result="applied")


@pytest.mark.parametrize("status", ["live", "taken_over"])
def test_a_title_changed_by_our_words_alone_is_no_edit_and_the_task_closes(status: str) -> None:
    item = the_question(EVENING, LATER)
    found = stored(item, EVENING, edit=(item.summary, f"{item.summary} #verpasst"))

    (change,) = closing(found, EVENING + timedelta(days=270), status=status)
    assert change.action == "update"
    after = seen(change.data or b"", found.href)
    assert (after.declined, after.summary, after.alarm_at) == (True, f"{item.summary} #verpasst", None)
    assert {"later": "missed"} == outcomes_of(after, EVENING + timedelta(days=270))
    # Closed it stays as it is.
    assert [] == closing(after, EVENING + timedelta(days=271), status="declined")


def test_a_title_with_words_of_the_users_own_stays_the_users() -> None:
    item = the_question(EVENING, LATER)
    found = stored(item, EVENING, edit=(item.summary, f"{item.summary} #verpasst, Mappe mitnehmen"))

    assert [] == closing(found, EVENING + timedelta(days=270))


def test_a_task_in_which_only_our_own_words_stand_holds_none_of_the_users() -> None:
    assert frozenset() == stored(the_question()).without_words
    assert frozenset() == stored(the_question(EVENING, LATER), EVENING).without_words


def test_a_log_that_turns_silent_later_adds_no_task_to_the_question_that_asks_already() -> None:
    silent = {
        TWO.key: Evidence(
            call_key=TWO.key, since=TWO.start, until=TWO.start, log="box", healthy=True, suspected_miss=True
        )
    }
    now = berlin(7, 13)
    asked_at_noon = stored(the_question(NOON))
    with_question = a_planning(now, params=OFFICE_AT, around=CALLS, evidence=silent, observed=[asked_at_noon])
    without = a_planning(now, params=OFFICE_AT, around=CALLS, evidence=silent)
    assert [] == [item for item in plan(CALLS, with_question) if item.kind == "recovery"]
    assert [TWO.key] == [item.call_key for item in plan(CALLS, without) if item.kind == "recovery"]


def test_a_log_that_turns_silent_later_takes_the_place_of_the_question_about_that_call_alone() -> None:
    silent = {
        LATER.key: Evidence(
            call_key=LATER.key, since=LATER.start, until=LATER.start, log="box", healthy=True, suspected_miss=True
        )
    }
    now = EVENING + timedelta(minutes=20)
    alone = stored(the_question(EVENING, LATER), EVENING)
    planning = a_planning(now, params=OFFICE_AT, around=(LATER,), evidence=silent, observed=[alone])
    assert ["recovery"] == [item.kind for item in plan((LATER,), planning) if item.kind in {"recovery", "outcome"}]
