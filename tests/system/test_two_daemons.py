"""Two installations on one account, each with a state of its own: neither undoes what the other one does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.proxy import Proxy, Request
from tests.servers import DavServer
from tests.system.person import Person

MONDAY = "2026-11-23T09:00"


@dataclass
class Two:
    """Anna's laptop and her server."""

    one: Person
    other: Person

    def settle(self, at: str) -> None:
        """Each has its turn, twice; then neither finds anything to do."""
        for minute in (0, 1):
            for installation in (self.one, self.other):
                installation.cycle(f"{at}{minute}")
        assert [[], []] == [installation.cycle(f"{at}5") for installation in (self.one, self.other)]


@pytest.fixture
def two(dav_server: DavServer, tmp_path: Path) -> Two:
    dav_server.wipe()
    one, other = (Person(dav_server, folder) for folder in folders(tmp_path))
    dav_server.delete(other.calendar)
    other.calendar = one.calendar
    return Two(one, other)


def folders(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "laptop", tmp_path / "server"]
    for folder in made:
        folder.mkdir()
    return made


def a_week(anna: Person) -> None:
    for number in range(3):
        anna.put(f"call-{number}", f"2026-11-25T{10 + 2 * number}:00")
    anna.put("clash", "2026-11-25T12:10", summary="Jour fixe")


def standing(anna: Person) -> dict[str, str]:
    return {path: str(item["SUMMARY"]) for path, item in anna.items().items()}


def test_with_one_configuration_the_second_one_writes_nothing(two: Two) -> None:
    a_week(two.one)
    two.one.cycle(MONDAY)
    before = standing(two.one)
    assert 3 == len(two.one.items("reminder"))
    assert [] == two.other.cycle("2026-11-23T09:01")
    two.settle("2026-11-23T09:1")
    assert before == standing(two.one)


def test_with_another_language_what_stands_stays(two: Two) -> None:
    two.other.configure(language="en")
    a_week(two.one)
    two.settle("2026-11-23T09:0")
    before = standing(two.one)
    two.settle("2026-11-23T10:0")
    assert before == standing(two.one)
    assert 3 == len(two.one.items("reminder"))
    assert 1 == len(two.one.items("warning"))


def test_a_call_that_moves_takes_its_reminder_along_whoever_sees_it_first(two: Two) -> None:
    two.other.configure(language="en")
    a_week(two.one)
    two.settle("2026-11-23T09:0")
    two.one.put("call-0", "2026-11-26T15:00")
    assert ["update"] == [change["action"] for change in two.other.cycle("2026-11-23T09:20")]
    assert [] == two.one.cycle("2026-11-23T09:21")
    two.settle("2026-11-23T09:3")
    starts = sorted(f"{item['DTSTART'].dt:%d %H:%M}" for item in two.one.items("reminder").values())
    assert ["25 10:50", "25 12:50", "26 13:50"] == starts


def test_a_call_that_is_cancelled_loses_its_reminder_whoever_sees_it_first(two: Two) -> None:
    two.other.configure(language="en")
    a_week(two.one)
    two.settle("2026-11-23T09:0")
    two.one.server.delete(f"{two.one.calendar}call-0.ics")
    assert ["delete"] == [change["action"] for change in two.other.cycle("2026-11-23T09:20")]
    two.settle("2026-11-23T09:3")
    assert 2 == len(two.one.items("reminder"))


def test_what_only_one_of_them_knows_is_left_alone_by_the_other(two: Two) -> None:
    """one reads the calendar at work, the other one the private one"""
    a_week(two.one)
    work = two.one.calendar
    two.other.calendar = two.other.server.make_calendar("Privat", components=("VEVENT",))
    two.other.config.write_text(two.other.config.read_text().replace('["Arbeit"]', '["Privat"]'))
    two.other.put("doctor", "2026-11-26T11:00", summary="Telefonat mit Dr. Zahn")
    users = {two.other.calendar, work}
    for hours in ("09:0", "15:0"):
        two.settle(f"2026-11-23T{hours}")
        reminders = [path for path in two.one.items("reminder") if path.rpartition("/")[0] + "/" not in users]
        assert 4 == len(reminders)


def test_what_only_one_of_them_finds_is_left_alone_by_the_other(two: Two) -> None:
    two.other.configure('[rules]\ndisabled = ["conflict", "outcome_open"]\n')
    a_week(two.one)
    two.settle("2026-11-23T09:0")
    assert 1 == len(two.one.items("warning"))
    # After the first call: only one of them asks about it.
    two.settle("2026-11-25T10:5")
    assert 1 == len(two.one.items("outcome"))


@pytest.mark.requirement(12, 13)
def test_what_the_user_does_holds_for_both(two: Two) -> None:
    a_week(two.one)
    two.settle("2026-11-23T09:0")
    (deleted, edited, _) = sorted(two.one.items("reminder"))
    two.one.server.delete(deleted)
    two.one.edit(edited, "SUMMARY:", "SUMMARY:! ")
    text = two.one.server.get(edited)[1]
    two.settle("2026-11-23T09:2")
    assert 2 == len(two.one.items("reminder"))
    assert text == two.one.server.get(edited)[1]


def test_two_that_begin_at_once_make_one_pair_of_calendars(two: Two) -> None:
    a_week(two.one)
    both = [one.start("once", "--at", MONDAY) for one in (two.one, two.other)]
    for process in both:
        process.communicate(timeout=60)
    two.settle("2026-11-23T09:1")
    assert 3 == len(two.one.items("reminder"))
    homes = two.one.server.list(two.one.server.home())
    assert 3 == len(homes), homes


def test_a_calendar_that_the_other_one_makes_at_the_same_moment_is_used(two: Two) -> None:
    a_week(two.one)
    server = two.one.server
    slugs = {"termintreu": ("Termintreu", ("VEVENT",)), "termintreu-aufgaben": ("Termintreu Aufgaben", ("VTODO",))}

    def meanwhile(request: Request) -> None:
        slug = request.path.rstrip("/").rpartition("/")[2]
        if request.method == "MKCALENDAR" and slug in slugs:
            name, components = slugs.pop(slug)
            server.make_calendar(name, components=components, slug=slug)

    with Proxy(server.port) as proxy:
        proxy.misdeed = meanwhile
        two.one.configure(url=proxy.url)
        two.one.cycle(MONDAY)
    assert {} == slugs
    assert 3 == len(server.list(server.home()))
    assert 3 == len(two.one.items("reminder"))


def test_a_state_that_is_lost_is_no_other_installation(two: Two) -> None:
    a_week(two.one)
    two.one.cycle(MONDAY)
    for path in (two.one.folder / "state").iterdir():
        path.unlink()
    two.one.configure(language="en")
    assert {"update"} == {change["action"] for change in two.one.cycle("2026-11-23T09:10")}
