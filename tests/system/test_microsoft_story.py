"""What a user of Microsoft 365 lives through, by the real commands, on the stand-in of its API."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from termintreu.model.logins import Login, place_of
from termintreu.storage.logins import LoginFile
from tests.fakes.graph import GraphService, graph_service
from tests.fakes.graph.app import App
from tests.fakes.tokens import ACCESS
from tests.servers import DavServer
from tests.system.person import HOURS, Person

MONDAY = "2026-11-23T09:00"


class MicrosoftPerson(Person):
    """Anna, who has her calendar at Microsoft."""

    service: GraphService

    def configure(self, more: str = "", *, language: str = "de", url: str | None = None) -> None:
        self.config.write_text(
            f"""
language = "{language}"
timezone = "Europe/Berlin"
[me]
name = "Anna Beispiel"
emails = ["anna@beispiel.example"]
region = "DE"
[me.working_hours]
{HOURS}
[[sources]]
name = "work"
type = "microsoft"
client = {{ id = "a client" }}
base = "{url or self.server.url}"
calendars = ["Arbeit"]
[target]
source = "work"
[state]
path = "{self.folder / "state"}"
[rules.outcome_open]
when = "each"
[[contacts]]
name = "Erika Muster"
emails = ["erika@muster.example"]
phones = ["+49 30 901820"]
{more}"""
        )
        self.config.chmod(0o600)
        self.log_in(url or self.server.url)

    def log_in(self, url: str) -> None:
        """As after `termintreu login work`."""
        now = datetime.now(UTC)
        login = Login(kind="oauth", place=place_of(url, "a client\n"), secret=ACCESS, obtained_at=now)
        LoginFile(self.folder / "state", "default", "work").save(login)


@pytest.fixture
def anna(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MicrosoftPerson]:
    monkeypatch.setattr("termintreu_connectors.microsoft._utc_now", lambda: datetime(2026, 11, 23, 8, tzinfo=UTC))
    with graph_service() as service:
        service.takes = lambda token: token == ACCESS
        server = cast("DavServer", _Server(service))
        person = MicrosoftPerson(server=server, folder=tmp_path)
        person.service = service
        yield person


class _Server(App):
    """As the person knows servers."""

    password = ACCESS
    username = "anna"

    def make_calendar(self, name: str, components: tuple[str, ...] = ()) -> str:
        return super().make_calendar(name)


def kinds(changes: list[dict[str, Any]], action: str | None = None) -> list[str]:
    return sorted(str(change["item"]) for change in changes if action in {None, change["action"]})


def foreign(anna: MicrosoftPerson) -> Any:
    """Everything outside of what we made."""
    return {key: dict(one.items) for key, one in anna.service.calendars.items() if one.row["name"] != "Termintreu"}


@pytest.mark.requirement(4, 6)
def test_a_call_gets_its_reminder_that_rings_in_outlook(anna: MicrosoftPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    before = foreign(anna)
    assert ["reminder"] == kinds(anna.cycle(MONDAY), "create")
    path, item = anna.only("reminder")
    assert str(item["SUMMARY"]) == "☎ 14:30 Erika Muster"
    [own] = [one for one in anna.service.calendars.values() if one.row["name"] == "Termintreu"]
    [stored] = own.items.values()
    assert (True, 1) == (stored["isReminderOn"], stored["reminderMinutesBeforeStart"])
    assert ("2026-11-25T13:20:00.0000000", "free", "private") == (
        stored["start"]["dateTime"],
        stored["showAs"],
        stored["sensitivity"],
    )
    assert [] == anna.cycle("2026-11-23T09:05")
    assert before == foreign(anna)
    assert path.startswith(f"/calendars/{own.id}/")


def test_a_moved_call_takes_its_reminder_with_it_and_a_deleted_one_loses_it(anna: MicrosoftPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.put("call-2", "2026-11-25T10:30")
    anna.cycle(MONDAY)
    anna.put("call-1", "2026-11-26T10:00")
    assert ["reminder"] == kinds(anna.cycle("2026-11-23T10:00"), "update")
    anna.server.delete(f"{anna.calendar}call-1.ics")
    assert ["reminder"] == kinds(anna.cycle("2026-11-23T10:05"), "delete")
    assert 1 == len(anna.items("reminder"))


@pytest.mark.requirement(12)
def test_what_the_user_deletes_never_comes_back_unless_the_call_moves(anna: MicrosoftPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.cycle(MONDAY)
    path, item = anna.only("reminder")
    anna.server.delete(path)
    # Where the daily listing falls on this look, that the only entry is gone counts when the next one confirms it.
    assert [] == anna.cycle("2026-11-23T09:05", ok=None) == anna.cycle("2026-11-23T12:00")
    anna.put("call-1", "2026-11-26T10:00")
    anna.cycle("2026-11-23T13:00")
    _, again = anna.only("reminder")
    assert item["UID"] != again["UID"]


@pytest.mark.requirement(13)
def test_what_the_user_edits_is_the_users(anna: MicrosoftPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.put("call-2", "2026-11-25T10:30")
    anna.cycle(MONDAY)
    [path] = [path for path, item in anna.items("reminder").items() if "14:30" in item["SUMMARY"]]
    anna.edit(path, "☎ 14:30 Erika Muster", "Mama anrufen")
    anna.cycle("2026-11-23T09:05")
    anna.put("call-1", "2026-11-26T10:00")
    anna.cycle("2026-11-23T10:00")
    assert "Mama anrufen" in anna.server.get(path)[1].decode()


@pytest.mark.requirement(7)
def test_a_warning_is_a_task_in_to_do_and_goes_with_its_reason(anna: MicrosoftPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.put("busy", "2026-11-25T14:40", minutes=60, summary="Jour fixe")
    anna.cycle(MONDAY)
    path, task = anna.only("warning")
    assert ("VTODO", True) == (task.name, path.startswith("/lists/"))
    assert task["DTSTART"].dt < task["DUE"].dt
    assert "Jour fixe" in str(task["DESCRIPTION"])
    assert [] == anna.cycle("2026-11-23T09:20")
    anna.server.delete(f"{anna.calendar}busy.ics")
    assert "warning" in kinds(anna.cycle("2026-11-23T09:30"), "delete")
    assert not anna.server.exists(path)


def test_after_the_call_one_question_and_its_tick_is_heard(anna: MicrosoftPerson) -> None:
    anna.put("call-1", "2026-11-23T10:00")
    anna.cycle(MONDAY)
    assert ["outcome"] == kinds(anna.cycle("2026-11-23T10:45"), "create")
    path, _ = anna.only("outcome")
    anna.tick(path, "2026-11-23T11:00")
    assert [] == anna.cycle("2026-11-23T11:05")
    (rating,) = anna.json("rating", at="2026-11-23T11:10")
    assert [("held", "task")] == [(call["outcome"], call["from"]) for call in rating["calls"]]


def test_a_miss_leads_to_a_recovery_and_lowers_the_rating(anna: MicrosoftPerson) -> None:
    anna.put("call-0", "2026-11-23T10:00")
    anna.cycle(MONDAY)
    anna.put("call-0", "2026-11-23T10:00", summary="Telefonat mit Erika Muster #verpasst")
    assert "recovery" in kinds(anna.cycle("2026-11-23T10:15"), "create")
    path, task = anna.only("recovery")
    assert str(task["SUMMARY"]).startswith("Erika Muster")
    assert "Das war mein Fehler" in str(task["DESCRIPTION"])
    before = anna.json("rating", at="2026-11-23T10:20")[0]["ours"]
    anna.tick(path, "2026-11-23T10:40")
    anna.cycle("2026-11-23T10:41")
    assert before < 0.6
    assert anna.json("rating", at="2026-11-23T10:42")[0]["ours"] >= before


@pytest.mark.requirement(11)
def test_a_lost_state_loses_and_doubles_nothing(anna: MicrosoftPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.put("busy", "2026-11-25T14:40", minutes=60, summary="Jour fixe")
    anna.cycle(MONDAY)
    before = anna.items().keys()
    shutil.rmtree(anna.folder / "state")
    anna.log_in(anna.server.url)
    assert [] == anna.cycle("2026-11-23T09:05")
    assert before == anna.items().keys()


@pytest.mark.requirement(1, 30)
def test_purge_removes_ours_and_nothing_else(anna: MicrosoftPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    before = foreign(anna)
    anna.cycle(MONDAY)
    anna.run("purge")
    assert before == foreign(anna)
    assert {} == anna.items()


def test_the_doctor_tries_an_alarm_and_leaves_nothing(anna: MicrosoftPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    before = set(anna.service.calendars)
    examined = anna.json("doctor")
    assert all(one["ok"] for one in examined), examined
    assert before == set(anna.service.calendars)


def test_an_unchanged_poll_is_one_request_for_each_calendar(anna: MicrosoftPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.cycle(MONDAY)
    anna.cycle("2026-11-23T09:02")
    (source,) = anna.json("once", at="2026-11-23T09:04")["sources"]
    assert ("ok", 1, 1) == (source["state"], source["collections"], source["requests"])


def test_no_request_ever_mails_anybody(anna: MicrosoftPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.cycle(MONDAY)
    ours = [calendar for calendar in anna.service.calendars.values() if calendar.row["name"] == "Termintreu"]
    written = [one for calendar in ours for one in calendar.items.values()]
    assert written
    assert not [one for one in written if "attendees" in one or "isOnlineMeeting" in one]


def test_a_log_in_that_ended_is_told_and_mended_by_one_command(anna: MicrosoftPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.cycle(MONDAY)
    anna.service.takes = lambda _: False
    report = anna.json("once", at="2026-11-23T10:00", ok=1)
    assert "unauthorized" == report["sources"][0]["state"]
    assert "termintreu login work" in report["sources"][0]["error"]
    now = datetime.now(UTC) + timedelta(seconds=1)
    LoginFile(anna.folder / "state", "default", "work").save(
        Login(kind="oauth", place=place_of(anna.server.url, "a client\n"), secret="another", obtained_at=now)
    )
    anna.service.takes = lambda token: token == "another"
    assert "ok" == anna.json("once", at="2026-11-23T10:05")["sources"][0]["state"]
