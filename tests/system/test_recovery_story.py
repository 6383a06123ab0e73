"""A customer who is called every month, and the one call that was missed: what becomes of the relationship, on Radicale
and on Xandikos, by the real commands, with time moved by `--at`.
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Component

from tests.call_log_files import FILES, Made, write
from tests.servers import DavServer
from tests.system.person import BERLIN, Person

MISSED = datetime(2026, 11, 25, 14, 30)
"""A Wednesday."""
MONTH = timedelta(days=30)
NEXT = datetime(2026, 12, 23, 14, 30)
TITLE = "Telefonat mit Erika Muster"


def at(moment: datetime, **after: float) -> str:
    return f"{moment + timedelta(**after):%Y-%m-%dT%H:%M}"


def a_year_of_calls(anna: Person) -> None:
    """Twelve calls, each held and ticked a quarter of an hour after it was asked about."""
    for number in range(12, 0, -1):
        start = MISSED - number * MONTH
        anna.put(f"call-{number}", at(start))
        anna.cycle(at(start, minutes=46))
        (open_one,) = [path for path, task in anna.items("outcome").items() if task["STATUS"] == "NEEDS-ACTION"]
        anna.tick(open_one, at(start, hours=1))
    anna.put("call-0", at(MISSED))
    anna.cycle(at(MISSED, hours=-6))


def mark(anna: Person, word: str, moment: datetime) -> list[dict[str, Any]]:
    """The user writes a word into the title of the missed call, and the program looks a minute later."""
    anna.put("call-0", at(MISSED), summary=f"{TITLE} {word}".strip())
    return anna.cycle(at(moment, minutes=1))


def ours(anna: Person, moment: datetime) -> float:
    (rating,) = anna.json("rating", at=at(moment))
    return float(rating["ours"])


def wall(component: Component, name: str) -> str:
    return f"{component[name].dt.astimezone(BERLIN):%d.%m. %H:%M}"


def kinds(changes: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((change["action"], change["item"]) for change in changes)


def test_a_missed_call_is_made_good_step_by_step(anna: Person) -> None:
    a_year_of_calls(anna)
    assert ours(anna, MISSED) == pytest.approx(0.88, abs=0.01)

    # 14:45: it was forgotten, and the user says so.
    changes = mark(anna, "#verpasst", MISSED + timedelta(minutes=14))
    assert ("create", "recovery") in kinds(changes)
    assert not {"amends", "check", "outcome"} & {change["item"] for change in changes}
    path, task = anna.only("recovery")
    text = str(task["DESCRIPTION"])
    assert str(task["SUMMARY"]) == "Erika Muster, Mi 14:30: jetzt anrufen"
    assert (wall(task, "DTSTART"), wall(task, "DUE"), task["PRIORITY"]) == ("25.11. 14:48", "25.11. 15:48", 1)
    assert "hier ist Anna Beispiel" in text
    assert "Das war mein Fehler" in text
    assert text.count("\n– ") == 3
    assert ours(anna, MISSED + timedelta(minutes=16)) == pytest.approx(0.64, abs=0.01)
    assert anna.cycle(at(MISSED, minutes=20)) == []

    # 15:10: called back, within the hour.
    anna.tick(path, at(MISSED, minutes=40))
    assert kinds(anna.cycle(at(MISSED, minutes=45))) == [("create", "amends")]
    assert ours(anna, MISSED + timedelta(minutes=46)) == pytest.approx(0.74, abs=0.01)
    path, task = anna.only("amends")
    assert (str(task["SUMMARY"]), wall(task, "DTSTART"), wall(task, "DUE")) == (
        "Kleine Geste für Erika Muster",
        "26.11. 10:00",
        "26.11. 17:30",
    )

    # The next day: amends. The machine breaks, and all that was remembered is gone; the tasks on the server tell it.
    anna.tick(path, "2026-11-26T11:00")
    assert kinds(anna.cycle("2026-11-26T11:05")) == [("create", "check")]
    before, stood = ours(anna, datetime(2026, 11, 26, 12)), anna.items().keys()
    shutil.rmtree(anna.folder / "state")
    assert anna.cycle("2026-11-26T12:00") == []
    assert stood == anna.items().keys()
    assert ours(anna, datetime(2026, 11, 26, 12)) == pytest.approx(before, abs=0.001)

    # A week later all is well.
    path, task = anna.only("check")
    assert wall(task, "DTSTART") == "02.12. 10:00"
    anna.tick(path, "2026-12-02T10:30")
    assert {action for action, _ in kinds(anna.cycle("2026-12-03T10:35"))} == {"delete"}
    assert anna.items("reminder") == {}

    # The next call must not fail: care is stricter, the reminder comes earlier, and one on the day before.
    anna.put("call-next", at(NEXT))
    assert kinds(anna.cycle("2026-12-14T10:00")) == [("create", "reminder"), ("create", "reminder")]
    starts = {wall(item, "DTSTART") for item in anna.items("reminder").values()}
    assert {"22.12. 16:00", "23.12. 14:00"} <= starts
    before = ours(anna, NEXT)
    anna.put("call-next", at(NEXT), summary=f"{TITLE} #gehalten")
    anna.cycle(at(NEXT, hours=1))
    assert ours(anna, NEXT + timedelta(hours=2)) > before


def test_a_miss_that_is_not_made_good_damages_the_relationship(radicale: DavServer, tmp_path: Path) -> None:
    radicale.wipe()
    anna = Person(radicale, tmp_path)
    a_year_of_calls(anna)
    mark(anna, "#verpasst", MISSED + timedelta(minutes=14))
    later = MISSED + timedelta(days=2)
    anna.cycle(at(later))
    assert ours(anna, later) == pytest.approx(0.50, abs=0.01)
    assert anna.items("amends") == {}

    anna.put("call-next", at(NEXT))
    (warning,) = [one for one in anna.cycle(at(NEXT, days=-10)) if one["item"] == "warning"]
    assert {"damaged", "fragile"} <= set(warning["rules"])
    assert anna.only("recovery")[1]["STATUS"] == "NEEDS-ACTION"


def test_a_call_that_was_held_after_all_takes_the_recovery_back(anna: Person) -> None:
    anna.put("call-0", at(MISSED))
    anna.cycle(at(MISSED, hours=-6))
    mark(anna, "#verpasst", MISSED + timedelta(minutes=14))
    assert ours(anna, MISSED + timedelta(minutes=20)) < 0.5
    assert kinds(mark(anna, "#gehalten", MISSED + timedelta(minutes=30))) == [("delete", "recovery")]
    (rating,) = anna.json("rating", at=at(MISSED, hours=1))
    assert [("held", "word")] == [(call["outcome"], call["from"]) for call in rating["calls"]]

    # The last word counts, also one on the command line, and it can be taken back.
    anna.run("answer", "call-0", "missed", at=at(MISSED, hours=1))
    assert ("create", "recovery") in kinds(anna.cycle(at(MISSED, hours=1, minutes=1)))
    anna.run("answer", "call-0", "unknown", at=at(MISSED, hours=2))
    assert kinds(anna.cycle(at(MISSED, hours=2, minutes=1))) == [("create", "outcome"), ("delete", "recovery")]


def test_a_second_failure_asks_for_a_talk(radicale: DavServer, tmp_path: Path) -> None:
    radicale.wipe()
    anna = Person(radicale, tmp_path)
    for uid, start in (("call-1", MISSED - timedelta(days=6)), ("call-2", MISSED)):
        anna.put(uid, at(start), summary=f"{TITLE} #missed")
    anna.cycle(at(MISSED, minutes=20))
    path, talk = anna.only("amends")
    assert str(talk["SUMMARY"]) == "Erika Muster: persönlich sprechen"
    assert "wie vereinbart liefen: 2." in str(talk["DESCRIPTION"])
    anna.server.delete(path)
    assert anna.cycle(at(MISSED, minutes=25)) == []


def test_a_promise_without_a_time_is_warned_of_until_it_has_one(radicale: DavServer, tmp_path: Path) -> None:
    radicale.wipe()
    anna = Person(radicale, tmp_path)
    anna.configure('[tasks]\nfrom = "advice"')
    title = "Bei Herrn Nord melde ich mich"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//an app//EN", "BEGIN:VEVENT", "UID:p-1"]
    lines += ["DTSTAMP:20261101T080000Z", "DTSTART;VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261127"]
    whole_day = "\r\n".join([*lines, f"SUMMARY:{title}", "END:VEVENT", "END:VCALENDAR", ""])
    anna.server.put(f"{anna.calendar}p-1.ics", whole_day)
    anna.cycle("2026-11-25T10:00")
    _, warning = anna.only("warning")
    assert wall(warning, "DUE") == "26.11. 16:00"
    assert str(warning["SUMMARY"]) == f"{title}: Uhrzeit fehlt"
    assert anna.cycle("2026-11-25T10:05") == []
    anna.put("p-1", "2026-11-26T09:00", summary=title)
    assert kinds(anna.cycle("2026-11-25T10:10")) == [("delete", "warning")]


def test_the_week_begins_with_its_calls(radicale: DavServer, tmp_path: Path) -> None:
    radicale.wipe()
    anna = Person(radicale, tmp_path)
    anna.put("held", "2026-11-18T10:00", summary=f"{TITLE} #gehalten")
    anna.put("fine", "2026-11-24T10:00")
    anna.put("clash", "2026-11-25T14:30", summary="Telefonat mit Max Nord +49 40 8998980")
    anna.put("busy", "2026-11-25T14:40", minutes=60, summary="Jour fixe")
    anna.cycle("2026-11-20T16:00")
    _, event = anna.only("weekly")
    assert wall(event, "DTSTART") == "23.11. 08:00"
    assert str(event["SUMMARY"]) == "Ihre Woche: 2 Anrufe"
    lines = str(event["DESCRIPTION"]).splitlines()
    assert lines[:6] == ["Di., 24.11.", "10:00 Erika Muster", "Mi., 25.11.", "14:30 Max Nord", "", "Zu klären:"]
    assert lines[6].startswith("– Max Nord, Mi 14:30: ")
    assert anna.cycle("2026-11-20T16:05") == []
    assert "weekly" not in {item for _, item in kinds(anna.cycle("2026-11-23T09:00"))}


def test_a_silent_call_log_opens_the_recovery_and_the_answer_decides(radicale: DavServer, tmp_path: Path) -> None:
    radicale.wipe()
    anna = Person(radicale, tmp_path)
    name, writer = FILES["asterisk"]
    write(tmp_path / name, writer([Made("2026-11-25 09:00", "out", "030555555", 300)]), at(MISSED, hours=1))
    anna.configure(f'[[call_logs]]\ntype = "asterisk"\nname = "pbx"\npath = "{tmp_path / name}"\nprefixes = ["0"]\n')
    anna.put("call-0", at(MISSED), lines=["DESCRIPTION:Ich rufe an. Dreimal versucht."])
    anna.cycle(at(MISSED, hours=-6))
    (opened,) = [one for one in anna.cycle(at(MISSED, hours=1, minutes=1)) if one["item"] == "recovery"]
    assert opened["rules"] == ["missed_by_us", "excuse_guard"]
    _, task = anna.only("recovery")
    assert str(task["SUMMARY"]) == "Erika Muster, Mi 14:30: gesprochen? Sonst anrufen"
    lines = str(task["DESCRIPTION"]).splitlines()
    assert "Laut Anrufliste: kein Anruf an +49 30 901820 (14:25–14:40 Uhr)." in lines
    assert "In der Anrufliste steht kein Versuch. Sprechen Sie nicht von Versuchen." in lines
    assert ours(anna, MISSED + timedelta(hours=1, minutes=5)) == 0.5

    anna.run("answer", "call-0", "missed", at=at(MISSED, hours=1, minutes=10))
    assert ours(anna, MISSED + timedelta(hours=1, minutes=15)) == pytest.approx(0.20, abs=0.01)
    anna.run("answer", "call-0", "held", at=at(MISSED, hours=1, minutes=20))
    assert ("delete", "recovery") in kinds(anna.cycle(at(MISSED, hours=1, minutes=21)))
    assert ours(anna, MISSED + timedelta(hours=1, minutes=25)) > 0.6
