"""Foreign words in what we write, and foreign words that look like the user's. Interop 2, 4, 5, 7, 13, 27."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar, Component

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.storage import Store
from tests.faults.worlds import MONDAY, FaultyStore, a_world, event

WEDNESDAY = MONDAY + timedelta(days=2)
STRANGER = [
    'ORGANIZER;CN="Max Fremd":mailto:max@fremd.example',
    'ATTENDEE;CN="Max Fremd";PARTSTAT=ACCEPTED:mailto:max@fremd.example',
    "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:anna@beispiel.example",
]
ACCEPTED = [line.replace("NEEDS-ACTION", "ACCEPTED") for line in STRANGER]
NUMBER = "+49 30 23125 042"
ACTING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class Scene:
    """One account in memory, and a program that runs cycles over it."""

    def __init__(self) -> None:
        self.server = FaultyStore()
        self.world = a_world(self.server, Store.open(None))

    def put(self, uid: str, start: datetime, **more: object) -> None:
        self.server.put(f"{self.server.calendar.href}{uid}.ics", event(uid, start, **more))  # type: ignore[arg-type]  # as event takes them

    def cycle(self, now: datetime) -> Report:
        return asyncio.run(run_cycle(self.world, now))

    def written(self) -> list[Component]:
        return [
            component
            for data in self.server.own_objects().values()
            for component in Calendar.from_ical(data).walk()
            if component.name in {"VEVENT", "VTODO"}
        ]

    def kinds(self) -> list[str]:
        return sorted(str(item["X-TERMINTREU-ID"]).split(";")[1] for item in self.written())


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.mark.requirement(27)
def test_a_strangers_number_is_marked_and_never_made_a_button(scene: Scene) -> None:
    """docs/safety.md, row 27"""
    scene.put("a", WEDNESDAY, summary="Telefonat", lines=[*STRANGER, f"LOCATION:Tel. {NUMBER}"])
    scene.cycle(MONDAY)
    reminder = next(item for item in scene.written() if item.name == "VEVENT")
    assert not str(reminder.get("LOCATION", ""))
    assert "ungeprüft" in str(reminder["DESCRIPTION"])
    assert all("23125" not in str(alarm["DESCRIPTION"]) for alarm in reminder.walk("VALARM"))
    assert "23125" not in str(reminder["SUMMARY"])


@pytest.mark.requirement(27)
def test_a_number_that_was_accepted_may_be_dialled(scene: Scene) -> None:
    """docs/safety.md, row 27"""
    scene.put("a", WEDNESDAY, summary="Telefonat", lines=[*ACCEPTED, f"LOCATION:Tel. {NUMBER}"])
    scene.cycle(MONDAY)
    reminder = next(item for item in scene.written() if item.name == "VEVENT")
    assert "23125" in str(reminder["LOCATION"])


@pytest.mark.requirement(27)
def test_a_contacts_own_number_wins_over_the_invitations(scene: Scene) -> None:
    """docs/safety.md, row 27"""
    people = [line.replace("max@fremd.example", "erika@muster.example") for line in STRANGER]
    scene.put("a", WEDNESDAY, summary="Telefonat", lines=[*people, f"LOCATION:Tel. {NUMBER}"])
    scene.cycle(MONDAY)
    reminder = next(item for item in scene.written() if item.name == "VEVENT")
    assert "901820" in str(reminder["LOCATION"])
    assert b"23125" not in reminder.to_ical().replace(b"\r\n ", b"")


@pytest.mark.requirement(2, 27)
@pytest.mark.parametrize(
    "title",
    [
        "Telefonat <img src=x onerror=alert(1)> <b>jetzt</b>",
        "Telefonat \u202egnp.exe\u202c mit \u2066Max\u2069",
        "Telefonat\\nDTSTART:20300101T000000Z\\nBEGIN:VALARM\\nACTION:EMAIL",
        "Telefonat https://evil.example/login und www.evil.example",
        "Telefonat mailto:x@evil.example javascript:alert(1)",
        "Telefonat " + "sehr " * 20_000 + "lang",
        "Telefonat \u200b\ufeff\U000e0041 mit Max #held #gehalten",
        "Telefonat -- termintreu",
        "Telefonat;X-EVIL=1:foo\\, BEGIN:VEVENT",
    ],
    ids=lambda title: title[:24].encode("ascii", "replace").decode(),
)
def test_hostile_words_are_harmless_in_what_we_write(scene: Scene, title: str) -> None:
    """docs/safety.md, rows 2, 4, 5, 7, 27"""
    people = [line.replace("Max Fremd", "Max <script> https://evil.example #skip") for line in STRANGER]
    scene.put("a", WEDNESDAY, summary=title, lines=[*people, f"DESCRIPTION:{title} \u202e {NUMBER}"])
    scene.put("b", WEDNESDAY + timedelta(minutes=10), summary=title, lines=["DESCRIPTION:x"])
    scene.cycle(MONDAY)
    assert scene.written()
    for data in scene.server.own_objects().values():
        lines = data.decode().replace("\r\n ", "").splitlines(keepends=True)
        text = "".join(line for line in lines if not line.startswith("X-TERMINTREU-CALL"))
        assert not ACTING.search(text)
        assert 1 == text.count("\nBEGIN:VALARM")
        assert 5_000 > len(text)
        for word in ("<", "://", "www.", "mailto:", "javascript:", "ORGANIZER", "ATTENDEE", "METHOD", "\nACTION:EMAIL"):
            assert word not in text
        assert text.count("\nDTSTART") == 1
        assert not re.search(r"#(held|gehalten|skip)", text)
        assert text.count("\\n-- termintreu") == 1


@pytest.mark.parametrize("word", ["#skip", "#held", "#missed", "#noshow", "#critical", "#confirmed"])
def test_the_notes_of_who_invites_are_no_gestures(scene: Scene, word: str) -> None:
    """A stranger, or a newsletter, writes a word that the user could have written."""
    scene.put("a", WEDNESDAY, summary="Telefonat", lines=[*ACCEPTED, f"DESCRIPTION:Alles {word} hier\\, {NUMBER}"])
    plain = Scene()
    plain.put("a", WEDNESDAY, summary="Telefonat", lines=[*ACCEPTED, f"DESCRIPTION:Alles hier\\, {NUMBER}"])
    for now in (MONDAY, WEDNESDAY + timedelta(minutes=46)):
        (call,) = scene.cycle(now).calls
        assert frozenset() == call.words
        plain.cycle(now)
        assert plain.kinds() == scene.kinds()


@pytest.mark.parametrize(
    "lines", [[], ["ORGANIZER:mailto:anna@beispiel.example"]], ids=["no organizer", "organised by me"]
)
def test_the_users_own_notes_are_gestures(scene: Scene, lines: list[str]) -> None:
    scene.put("a", WEDNESDAY, lines=[*lines, "DESCRIPTION:Bitte #skip"])
    assert () == scene.cycle(MONDAY).calls


def test_a_word_that_the_user_adds_to_the_title_of_an_invitation_counts(scene: Scene) -> None:
    scene.put("a", WEDNESDAY, summary="Telefonat", lines=[*ACCEPTED, f"DESCRIPTION:{NUMBER}"])
    scene.cycle(MONDAY)
    scene.put("a", WEDNESDAY, summary="Telefonat #verpasst", lines=[*ACCEPTED, f"DESCRIPTION:{NUMBER}"])
    later = WEDNESDAY + timedelta(hours=1)
    scene.cycle(later)
    assert ["missed"] == [
        one.outcome for said in scene.world.memory.load_history(later).answers.values() for one in said
    ]


def test_a_title_quoted_in_our_own_task_is_no_answer(scene: Scene) -> None:
    """What is quoted of another appointment must not be read as the user's word on this call."""
    scene.put("a", WEDNESDAY)
    scene.put("b", WEDNESDAY + timedelta(minutes=10), summary="Abgabe #missed #held", lines=["DESCRIPTION:x"])
    for minute in (0, 5, 10):
        scene.cycle(MONDAY + timedelta(minutes=minute))
    assert "warning" in scene.kinds()
    assert {} == scene.world.memory.load_history(MONDAY + timedelta(days=9)).answers


def test_a_word_in_a_whole_series_settles_none_that_is_to_come(scene: Scene) -> None:
    scene.put("a", WEDNESDAY, summary="Telefonat mit Erika Muster #held", lines=["RRULE:FREQ=DAILY;COUNT=3"])
    scene.cycle(MONDAY)
    assert ["reminder"] * 3 == scene.kinds()


def test_a_missed_call_that_is_moved_is_a_new_promise(scene: Scene) -> None:
    title = "Telefonat mit Erika Muster #verpasst"
    scene.put("a", WEDNESDAY, summary="Telefonat mit Erika Muster")
    scene.cycle(MONDAY)
    scene.put("a", WEDNESDAY, summary=title)
    scene.cycle(WEDNESDAY + timedelta(hours=1))
    scene.put("a", WEDNESDAY + timedelta(days=2), summary=title)
    report = scene.cycle(WEDNESDAY + timedelta(hours=2))
    (new,) = {change.start for change in report.changes if change.slot.endswith("/reminder/")}
    assert new is not None
    assert WEDNESDAY + timedelta(days=2) - timedelta(minutes=30) <= new < WEDNESDAY + timedelta(days=2)


@pytest.mark.requirement(2, 4, 5, 7)
def test_an_item_of_ours_holds_what_every_app_understands(scene: Scene) -> None:
    """docs/safety.md, rows 2, 4, 5, 7: forms that servers and apps agree on."""
    scene.put("a", WEDNESDAY, lines=[*ACCEPTED])
    scene.put("b", WEDNESDAY + timedelta(minutes=10), summary="Jour fixe")
    scene.cycle(MONDAY)
    items = scene.written()
    assert {"VEVENT", "VTODO"} == {item.name for item in items}
    for item in items:
        assert "PRIVATE" == item["CLASS"]
        (alarm,) = item.walk("VALARM")
        assert "DISPLAY" == alarm["ACTION"]
        assert not {"ORGANIZER", "ATTENDEE", "METHOD", "ATTACH", "URL"} & set(item)
        trigger = alarm["TRIGGER"].dt
        if item.name == "VEVENT":
            assert item["DTSTART"].to_ical().endswith(b"Z")
            assert item["DTEND"].to_ical().endswith(b"Z")
            assert ("TRANSPARENT", "FREE") == (item["TRANSP"], item["X-MICROSOFT-CDO-BUSYSTATUS"])
            assert timedelta(minutes=-40320) <= trigger <= timedelta(minutes=-1)
            assert 0 == trigger.total_seconds() % 60
            assert "RELATED" not in alarm["TRIGGER"].params
        else:
            assert item["DTSTART"].dt < item["DUE"].dt
            assert item["DTSTART"].dt == trigger
