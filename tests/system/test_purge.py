"""What stands after a purge is what a first cycle would write, whenever either of them is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.servers import DavServer, todo
from tests.system.person import Person
from tests.system.test_init import COMMAND, at_a_terminal


@pytest.mark.requirement(12, 30)
@pytest.mark.parametrize("at", ["2020-11-23T09:00", "2090-11-20T09:00"], ids=["before now", "after now"])
def test_what_was_purged_is_no_deletion_of_the_users(anna: Person, at: str) -> None:
    day = at[:8]
    anna.put("call-1", f"{day}25T14:30")
    anna.put("call-2", f"{day}26T14:30")
    written = [change["item"] for change in anna.cycle(at)]
    before = anna.items().keys()
    anna.run("purge")
    assert anna.items() == {}
    assert written == [change["item"] for change in anna.cycle(at)]
    assert anna.cycle(at) == []
    # A UID that was deleted is never used again: some servers refuse it.
    assert not before & anna.items().keys()


@pytest.mark.requirement(1, 30)
def test_the_calendars_that_we_made_go_with_what_is_in_them_and_come_back(anna: Person) -> None:
    anna.put("call-1", "2090-11-25T14:30")
    before = anna.server.list(anna.server.home())
    anna.cycle("2090-11-20T09:00")
    ours = anna.server.list(anna.server.home()) - before
    assert len(ours) == 2
    would = json.loads(anna.run("purge", "--dry-run", "--json").stdout)
    assert ["Termintreu", "Termintreu Aufgaben"] == sorted(would["collections"])
    done = json.loads(anna.run("purge", "--json").stdout)
    assert (len(would["would_remove"]), would["collections"]) == (done["removed"], done["collections"])
    assert before == anna.server.list(anna.server.home())
    assert anna.cycle("2090-11-20T09:00") != []


@pytest.mark.requirement(1, 30)
def test_a_calendar_that_holds_more_or_was_made_by_hand_stays(anna: Person) -> None:
    by_hand = anna.server.make_calendar("Termintreu", components=("VEVENT",))
    anna.put("call-1", "2090-11-25T14:30")
    before = anna.server.list(anna.server.home())
    anna.cycle("2090-11-20T09:00")
    (tasks,) = anna.server.list(anna.server.home()) - before
    anna.server.put(f"{tasks.rstrip('/')}/mine.ics", todo("mine"))
    assert [] == json.loads(anna.run("purge", "--json").stdout)["collections"]
    assert anna.server.exists(f"{tasks.rstrip('/')}/mine.ics")
    assert by_hand in anna.server.list(anna.server.home()) or by_hand.rstrip("/") in before


def test_on_a_terminal_it_lists_first_and_asks(radicale: DavServer, tmp_path: Path) -> None:
    radicale.wipe()
    anna = Person(radicale, tmp_path)
    anna.put("call-1", "2090-11-25T14:30")
    anna.cycle("2090-11-20T09:00")
    there = anna.items()
    code, shown = at_a_terminal([*COMMAND, "purge", "--config", str(anna.config)], [("Entfernen?", "n")])
    assert (1, there) == (code, anna.items())
    assert "würden entfernt" in shown or "würde entfernt" in shown
    assert "nichts wurde entfernt" in shown
    anna.run("purge", "--yes")
    assert {} == anna.items()
