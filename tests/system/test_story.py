"""What a user lives through, on Radicale and on Xandikos, by the real commands."""

from __future__ import annotations

import shutil

import pytest

from tests.servers import event
from tests.system.person import Person

MONDAY = "2026-11-23T09:00"


def kinds(changes: list[dict[str, object]], action: str | None = None) -> list[object]:
    return sorted(str(change["item"]) for change in changes if action in {None, change["action"]})


@pytest.mark.requirement(4, 6)
def test_a_call_gets_its_reminder_and_a_second_cycle_writes_nothing(anna: Person) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    (created,) = anna.cycle(MONDAY)
    assert created["result"] == "applied"
    _, item = anna.only("reminder")
    assert str(item["SUMMARY"]) == "☎ 14:30 Erika Muster"
    assert item["DTSTART"].to_ical() == b"20261125T132000Z"
    assert item["DTEND"].to_ical() == b"20261125T133000Z"
    assert item["TRANSP"] == "TRANSPARENT"
    assert item.walk("VALARM")[0]["TRIGGER"].to_ical() == b"-PT1M"
    assert anna.cycle("2026-11-23T09:05") == []


@pytest.mark.requirement(30)
def test_a_dry_run_writes_nothing_anywhere(anna: Person) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    before = anna.server.list(anna.server.home())
    planned = anna.json("plan", at=MONDAY)
    assert kinds(planned["changes"]) == ["reminder"]
    assert before == anna.server.list(anna.server.home())
    assert not (anna.folder / "state").exists()
    anna.cycle(MONDAY)
    assert anna.json("plan", at=MONDAY)["changes"] == []


def test_a_moved_call_takes_its_reminder_with_it(anna: Person) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.cycle(MONDAY)
    path, _ = anna.only("reminder")
    anna.put("call-1", "2026-11-26T10:00")
    assert kinds(anna.cycle("2026-11-23T10:00"), "update") == ["reminder"]
    again, item = anna.only("reminder")
    assert path == again
    assert item["DTSTART"].to_ical() == b"20261126T085000Z"
    assert item["SEQUENCE"] == 1


def test_a_cancelled_and_a_deleted_call_lose_their_reminders(anna: Person) -> None:
    for number in range(6):
        anna.put(f"call-{number}", f"2026-11-2{4 + number % 2}T{10 + number}:00")
    anna.cycle(MONDAY)
    assert len(anna.items("reminder")) == 6
    anna.put("call-1", "2026-11-25T11:00", lines=["STATUS:CANCELLED"])
    anna.server.delete(f"{anna.calendar}call-2.ics")
    assert kinds(anna.cycle("2026-11-23T09:10"), "delete") == ["reminder", "reminder"]
    assert len(anna.items("reminder")) == 4


def test_what_is_withdrawn_says_of_which_appointment_it_was(anna: Person) -> None:
    gone = anna.put("call-1", "2026-11-25T14:30")
    series = anna.put("call-2", "2026-11-26T14:30", lines=["RRULE:FREQ=DAILY;COUNT=2"])
    anna.cycle(MONDAY)
    anna.server.delete(gone)
    anna.edit(series, "COUNT=2", "COUNT=2\r\nEXDATE;TZID=Europe/Berlin:20261127T143000")
    changes = anna.cycle("2026-11-23T09:05")
    assert [("delete", "call-1", None), ("delete", "call-2", "2026-11-27T14:30:00+01:00")] == sorted(
        (change["action"], change["appointment"]["uid"], change["appointment"]["recurrence_id"]) for change in changes
    )


@pytest.mark.requirement(12)
def test_what_the_user_deletes_never_comes_back_unless_the_call_moves(anna: Person) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.cycle(MONDAY)
    path, item = anna.only("reminder")
    anna.server.delete(path)
    assert anna.cycle("2026-11-23T09:05") == []
    assert anna.cycle("2026-11-23T12:00") == []
    anna.put("call-1", "2026-11-26T10:00")
    anna.cycle("2026-11-23T13:00")
    _, again = anna.only("reminder")
    assert item["UID"] != again["UID"]


@pytest.mark.requirement(13)
def test_what_the_user_edits_is_the_users(anna: Person) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.cycle(MONDAY)
    path, _ = anna.only("reminder")
    anna.edit(path, "☎ 14:30 Erika Muster", "Mama anrufen")
    anna.cycle("2026-11-23T09:05")
    anna.put("call-1", "2026-11-26T10:00")
    anna.cycle("2026-11-23T10:00")
    anna.server.delete(f"{anna.calendar}call-1.ics")
    # Where the daily listing falls on this look, that the only entry is gone counts when the next one confirms it.
    anna.cycle("2026-11-23T11:00", ok=None)
    anna.cycle("2026-11-23T11:05")
    assert "Mama anrufen" in anna.server.get(path)[1].decode()


def test_a_clash_becomes_one_warning_with_free_times(anna: Person) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.put("busy", "2026-11-25T14:40", minutes=60, summary="Jour fixe")
    anna.cycle(MONDAY)
    path, task = anna.only("warning")
    text = str(task["DESCRIPTION"])
    assert "Jour fixe" in text
    assert text.count("– ") >= 3
    assert task["DTSTART"].dt < task["DUE"].dt
    assert task.walk("VALARM")[0]["TRIGGER"].dt == task["DTSTART"].dt
    assert anna.cycle("2026-11-23T09:20") == []
    anna.server.delete(f"{anna.calendar}busy.ics")
    assert ("delete", "warning") in {(c["action"], c["item"]) for c in anna.cycle("2026-11-23T09:30")}
    assert not anna.server.exists(path)


def test_after_the_call_one_question_and_its_tick_is_heard(anna: Person) -> None:
    anna.put("call-1", "2026-11-23T10:00")
    anna.cycle(MONDAY)
    assert kinds(anna.cycle("2026-11-23T10:44"), "create") == []
    assert kinds(anna.cycle("2026-11-23T10:45"), "create") == ["outcome"]
    path, _ = anna.only("outcome")
    anna.tick(path, "2026-11-23T11:00")
    assert anna.cycle("2026-11-23T11:05") == []
    (rating,) = anna.json("rating", at="2026-11-23T11:10")
    assert [("held", "task")] == [(call["outcome"], call["from"]) for call in rating["calls"]]
    assert rating["ours"] > 0.6
    assert anna.server.exists(path)


@pytest.mark.requirement(11)
def test_a_lost_state_loses_and_doubles_nothing(anna: Person) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.put("busy", "2026-11-25T14:40", minutes=60, summary="Jour fixe")
    anna.cycle(MONDAY)
    before = anna.items().keys()
    shutil.rmtree(anna.folder / "state")
    assert anna.cycle("2026-11-23T09:05") == []
    assert before == anna.items().keys()


@pytest.mark.requirement(1, 30)
def test_purge_removes_ours_and_nothing_else(anna: Person) -> None:
    call = anna.put("call-1", "2026-11-25T14:30")
    anna.cycle(MONDAY)
    own_calendar = next(iter(anna.items())).rpartition("/")[0] + "/"
    foreign = event("mine", "Geburtstag")
    anna.server.put(f"{own_calendar}mine.ics", foreign)
    anna.run("purge")
    assert anna.items() == {}
    assert anna.server.exists(f"{own_calendar}mine.ics")
    assert anna.server.exists(call)


def test_an_unchanged_poll_is_one_request_for_each_collection(anna: Person) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.cycle(MONDAY)
    anna.cycle("2026-11-23T09:02")
    (source,) = anna.json("once", at="2026-11-23T09:04")["sources"]
    assert (source["state"], source["collections"], source["requests"]) == ("ok", 1, 1)


def test_explain_and_status_speak_of_the_call(anna: Person) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.cycle(MONDAY)
    (why,) = anna.json("explain", "call-1", at=MONDAY)
    assert why["kind"] == "phone"
    assert why["contact"]["name"] == "Erika Muster"
    assert [item["item"] for item in why["items"]] == ["reminder"]
    assert why["reasons"] == ["Telefonat im Titel", "bekannter Kontakt (Name im Titel)"]
    told = anna.run("explain", "Erika", at=MONDAY).stdout
    assert "Erkannt an: Telefonat im Titel; bekannter Kontakt (Name im Titel)" in told
    assert "Im Kalender: Erinnerung: ☎ 14:30 Erika Muster" in told
    assert "work: in Ordnung, gelesen 09:00  1 Kalender, 1 Eintrag" in anna.run("status").stdout
    assert "work: in Ordnung  1 Kalender, 1 Eintrag, " in anna.run("plan", at=MONDAY).stdout
    state = b"".join(file.read_bytes() for file in (anna.folder / "state").iterdir())
    assert anna.server.password.encode() not in state


@pytest.mark.requirement(30)
def test_the_doctor_tries_an_alarm_and_leaves_nothing(anna: Person) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    before = anna.server.list(anna.server.home())
    examined = anna.json("doctor")
    assert all(one["ok"] for one in examined)
    assert before == anna.server.list(anna.server.home())
    assert anna.items() == {}
    told = anna.run("doctor").stdout
    assert "ein Alarm hin und zurück: unverändert zurück und wieder entfernt" in told
    assert "Lesen von Arbeit: 1 Eintrag, jede Abfrage holt nur, was sich geändert hat" in told
    assert told.endswith("Alles in Ordnung. Weiter: `termintreu plan` zeigt, was geschrieben würde.\n")


def test_explain_says_why_something_is_no_call(anna: Person) -> None:
    anna.put("no-call", "2026-11-25T14:30", summary="Rückruf-Button bauen")
    anna.cycle(MONDAY)
    told = anna.run("explain", "Button", at=MONDAY, ok=None).stdout
    assert "Kein Anruf: das Wort für einen Anruf im Titel ist der Name von etwas anderem" in told
    assert "Rückruf (ein Wort für ein Telefonat), Button (eine Sache)" in told


def test_a_secret_that_cannot_be_had_locks_its_own_account_only(anna: Person) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    feed = '[[sources]]\nname = "crm"\ntype = "caldav"\nurl = "https://crm.example.com/"\nusername = "a"\n'
    anna.configure(feed + 'password = { env = "TERMINTREU_NO_SUCH_SECRET" }\n')
    report = anna.json("once", at=MONDAY, ok=1)
    assert [source["state"] for source in report["sources"]] == ["ok", "unauthorized"]
    # And the user is told of the account that is not seen.
    assert sorted(kinds(report["changes"], "create")) == ["blind", "reminder"]


def test_a_call_cancelled_at_short_notice_asks_to_tell_the_person(anna: Person) -> None:
    for number in range(3):
        anna.put(f"call-{number}", f"2026-11-23T{14 + number}:00")
    anna.cycle(MONDAY)
    anna.server.delete(f"{anna.calendar}call-1.ics")
    changes = anna.cycle("2026-11-23T10:00")
    assert {("delete", "reminder"), ("create", "warning")} <= {(one["action"], one["item"]) for one in changes}
    (warning,) = [one for one in changes if one["item"] == "warning"]
    assert warning["rules"] == ["late_change"]
    assert anna.cycle("2026-11-23T10:05") == []
