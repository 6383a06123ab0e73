"""What people live through whose calendar is at Google or at Microsoft, by the real commands, on the stand-ins of their
APIs. The story is one; what differs is what the providers make of an event and a task.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, cast

import pytest

from termintreu.model.logins import Login, place_of
from termintreu.storage.logins import LoginFile
from tests.fakes.google import google_calendar
from tests.fakes.google.app import App as GoogleApp
from tests.fakes.graph import graph_service
from tests.fakes.graph.app import App as GraphApp
from tests.fakes.tokens import ACCESS
from tests.servers import DavServer
from tests.system.person import Person

MONDAY = "2026-11-23T09:00"


class ApiPerson(Person):
    """Anna, whose calendar is at a service with an API of its own."""

    type: ClassVar[str]
    task: ClassVar[str]
    """The component that a task is there."""
    box: ClassVar[str] = ""
    """What the title of a task begins with."""
    rings_a_minute_before: ClassVar[Mapping[str, Any]]
    """What the provider keeps of a reminder: it rings, for its user alone, who stays free."""
    service: Any

    def account(self, url: str) -> str:
        self.log_in(url)
        return f'type = "{self.type}"\nclient = {{ id = "a client" }}\nbase = "{url}"'

    def log_in(self, url: str, access: str = ACCESS) -> None:
        """As after `termintreu login work`."""
        moment = datetime.now(UTC) + timedelta(seconds=access != ACCESS)
        login = Login(kind="oauth", place=place_of(url, "a client\n"), secret=access, obtained_at=moment)
        LoginFile(self.folder / "state", "default", "work").save(login)

    def foreign(self) -> Any:
        """Everything outside of what we made."""
        everything = self.service.calendars.items()
        return {key: self.inside(one) for key, one in everything if not self.name(one).startswith("Termintreu")}

    def written(self, name: str) -> list[dict[str, Any]]:
        """What stands in the calendar of that name, as the provider keeps it."""
        [found] = [one for one in self.service.calendars.values() if self.name(one) == name]
        return list(self.inside(found).values())

    def name(self, calendar: Any) -> str:
        raise NotImplementedError

    def inside(self, calendar: Any) -> dict[str, dict[str, Any]]:
        raise NotImplementedError


class GooglePerson(ApiPerson):
    type = "google"
    task = "VEVENT"
    box = "☐ "
    rings_a_minute_before: ClassVar = {
        "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 1}]},
        "transparency": "transparent",
        "visibility": "private",
    }

    def tick(self, path: str, at: str) -> None:
        """A task is an event: its box is ticked in the title."""
        self.edit(path, "SUMMARY:☐", "SUMMARY:☑")

    def name(self, calendar: Any) -> str:
        return str(calendar.entry["summary"])

    def inside(self, calendar: Any) -> dict[str, dict[str, Any]]:
        return dict(calendar.events)


class MicrosoftPerson(ApiPerson):
    type = "microsoft"
    task = "VTODO"
    rings_a_minute_before: ClassVar = {
        "isReminderOn": True,
        "reminderMinutesBeforeStart": 1,
        "showAs": "free",
        "sensitivity": "private",
    }

    def name(self, calendar: Any) -> str:
        return str(calendar.row["name"])

    def inside(self, calendar: Any) -> dict[str, dict[str, Any]]:
        return dict(calendar.items)


class _GoogleServer(GoogleApp):
    """As the person knows servers."""

    def make_calendar(self, name: str, components: tuple[str, ...] = ()) -> str:
        return super().make_calendar(name)


class _GraphServer(GraphApp):
    """As the person knows servers."""

    def make_calendar(self, name: str, components: tuple[str, ...] = ()) -> str:
        return super().make_calendar(name)


@pytest.fixture(params=["google", "microsoft"])
def anna(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiPerson]:
    monkeypatch.setattr("termintreu_connectors.microsoft._utc_now", lambda: datetime(2026, 11, 23, 8, tzinfo=UTC))
    is_google = request.param == "google"
    with google_calendar() if is_google else graph_service() as service:
        service.takes = lambda token: token == ACCESS
        server = _GoogleServer(service) if is_google else _GraphServer(service)
        person = (GooglePerson if is_google else MicrosoftPerson)(cast("DavServer", server), tmp_path)
        person.service = service
        yield person


def kinds(changes: list[dict[str, Any]], action: str | None = None) -> list[str]:
    return sorted(str(change["item"]) for change in changes if action in {None, change["action"]})


@pytest.mark.requirement(4, 6)
def test_a_call_gets_its_reminder_that_rings_in_the_providers_own_apps(anna: ApiPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    before = anna.foreign()
    assert ["reminder"] == kinds(anna.cycle(MONDAY), "create")
    _, item = anna.only("reminder")
    assert str(item["SUMMARY"]) == "☎ 14:30 Erika Muster"
    [stored] = anna.written("Termintreu")
    assert anna.rings_a_minute_before == {name: stored[name] for name in anna.rings_a_minute_before}
    assert stored["start"]["dateTime"].startswith("2026-11-25T13:20:00")
    assert [] == anna.cycle("2026-11-23T09:05")
    assert before == anna.foreign()


def test_a_moved_call_takes_its_reminder_with_it_and_a_deleted_one_loses_it(anna: ApiPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.put("call-2", "2026-11-25T10:30")
    anna.cycle(MONDAY)
    anna.put("call-1", "2026-11-26T10:00")
    assert ["reminder"] == kinds(anna.cycle("2026-11-23T10:00"), "update")
    anna.server.delete(f"{anna.calendar}call-1.ics")
    assert ["reminder"] == kinds(anna.cycle("2026-11-23T10:05"), "delete")
    assert 1 == len(anna.items("reminder"))


@pytest.mark.requirement(12)
def test_what_the_user_deletes_never_comes_back_unless_the_call_moves(anna: ApiPerson) -> None:
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
def test_what_the_user_edits_is_the_users(anna: ApiPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.put("call-2", "2026-11-25T10:30")
    anna.cycle(MONDAY)
    [path] = [path for path, item in anna.items("reminder").items() if "14:30" in item["SUMMARY"]]
    anna.edit(path, "☎ 14:30 Erika Muster", "Mama anrufen")
    anna.cycle("2026-11-23T09:05")
    anna.put("call-1", "2026-11-26T10:00")
    anna.cycle("2026-11-23T10:00")
    assert "Mama anrufen" in anna.server.get(path)[1].decode()


@pytest.mark.requirement(7, 8)
def test_a_warning_is_the_providers_kind_of_task_and_goes_with_its_reason(anna: ApiPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.put("busy", "2026-11-25T14:40", minutes=60, summary="Jour fixe")
    anna.cycle(MONDAY)
    path, task = anna.only("warning")
    assert (anna.task, anna.box) == (task.name, str(task["SUMMARY"]).partition("Erika")[0])
    assert "Jour fixe" in str(task["DESCRIPTION"])
    assert [] == anna.cycle("2026-11-23T09:20")
    anna.server.delete(f"{anna.calendar}busy.ics")
    assert "warning" in kinds(anna.cycle("2026-11-23T09:30"), "delete")
    assert not anna.server.exists(path)


def test_after_the_call_one_question_and_its_tick_is_heard(anna: ApiPerson) -> None:
    anna.put("call-1", "2026-11-23T10:00")
    anna.cycle(MONDAY)
    assert ["outcome"] == kinds(anna.cycle("2026-11-23T10:45"), "create")
    path, _ = anna.only("outcome")
    anna.tick(path, "2026-11-23T11:00")
    assert [] == anna.cycle("2026-11-23T11:05")
    (rating,) = anna.json("rating", at="2026-11-23T11:10")
    assert [("held", "task")] == [(call["outcome"], call["from"]) for call in rating["calls"]]


def test_a_miss_leads_to_a_recovery_and_lowers_the_rating(anna: ApiPerson) -> None:
    anna.put("call-0", "2026-11-23T10:00")
    anna.cycle(MONDAY)
    anna.put("call-0", "2026-11-23T10:00", summary="Telefonat mit Erika Muster #verpasst")
    assert "recovery" in kinds(anna.cycle("2026-11-23T10:15"), "create")
    path, task = anna.only("recovery")
    assert str(task["SUMMARY"]).startswith(f"{anna.box}Erika Muster")
    assert "Das war mein Fehler" in str(task["DESCRIPTION"])
    before = anna.json("rating", at="2026-11-23T10:20")[0]["ours"]
    anna.tick(path, "2026-11-23T10:40")
    anna.cycle("2026-11-23T10:41")
    assert before < 0.6
    assert anna.json("rating", at="2026-11-23T10:42")[0]["ours"] >= before


@pytest.mark.requirement(11)
def test_a_lost_state_loses_and_doubles_nothing(anna: ApiPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.put("busy", "2026-11-25T14:40", minutes=60, summary="Jour fixe")
    anna.cycle(MONDAY)
    before = anna.items().keys()
    shutil.rmtree(anna.folder / "state")
    anna.log_in(anna.server.url)
    assert [] == anna.cycle("2026-11-23T09:05")
    assert before == anna.items().keys()


@pytest.mark.requirement(1, 30)
def test_purge_removes_ours_and_nothing_else(anna: ApiPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    before = anna.foreign()
    anna.cycle(MONDAY)
    anna.run("purge")
    assert before == anna.foreign()
    assert {} == anna.items()


def test_the_doctor_tries_an_alarm_and_leaves_nothing(anna: ApiPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    before = set(anna.service.calendars)
    examined = anna.json("doctor")
    assert all(one["ok"] for one in examined), examined
    assert before == set(anna.service.calendars)


def test_an_unchanged_poll_is_one_request_for_each_calendar(anna: ApiPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.cycle(MONDAY)
    anna.cycle("2026-11-23T09:02")
    (source,) = anna.json("once", at="2026-11-23T09:04")["sources"]
    assert ("ok", 1, 1) == (source["state"], source["collections"], source["requests"])


def test_no_request_ever_mails_anybody(anna: ApiPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.cycle(MONDAY)
    assert not [path for _, path in anna.service.asked if "sendUpdates" in path or "sendNotifications" in path]
    assert anna.written("Termintreu")
    assert not [one for one in anna.written("Termintreu") if {"attendees", "isOnlineMeeting"} & set(one)]


def test_a_log_in_that_ended_is_told_and_mended_by_one_command(anna: ApiPerson) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.cycle(MONDAY)
    anna.service.takes = lambda _: False
    report = anna.json("once", at="2026-11-23T10:00", ok=1)
    assert "unauthorized" == report["sources"][0]["state"]
    assert "termintreu login work" in report["sources"][0]["error"]
    anna.log_in(anna.server.url, "another")
    anna.service.takes = lambda token: token == "another"
    assert "ok" == anna.json("once", at="2026-11-23T10:05")["sources"][0]["state"]
