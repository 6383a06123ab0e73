"""One process for many profiles: each has its turns, and an error of one stops no other."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import select
import shutil
import signal
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from termintreu.service import status_client
from termintreu.ui.cli.arguments import main
from termintreu.ui.cli.commands import context
from tests.live_files import texts_below
from tests.postgres import PostgresBench
from tests.system.manager import Manager, eventually, tomorrow
from tests.system.person import Done
from tests.system.test_service import mute_server


class House(Manager):
    """Several people over folders, under one daemon."""

    def configure(self, more: str = "") -> None:
        self.profiles = self.folder / "people.d"
        self.profiles.mkdir(exist_ok=True)
        self.config.write_text(
            f'profiles = "people.d"\ntimezone = "Europe/Berlin"\n{more}\n'
            f'[schedule]\npoll = "1h"\n[state]\npath = "{self.folder / "state"}"\n'
        )
        self.config.chmod(0o600)

    def write_profile(self, name: str, more: str = "") -> None:
        """Put a person's profile down; its folders too."""
        for folder in (self.calendar / name, self.own / name):
            folder.mkdir(exist_ok=True)
        profile = self.profiles / f"{name}.toml"
        profile.touch(0o600)
        profile.write_text(
            f'{more}\n[[sources]]\nname = "work"\ntype = "vdir"\npath = "{self.calendar / name}"\n'
            f'[target]\ntype = "vdir"\npath = "{self.own / name}"\n'
        )

    def call(self, name: str, number: int = 0) -> None:
        """A call in that person's calendar."""
        self.put(f"{name}/{number}", tomorrow() + timedelta(minutes=40 * number))

    def reminders(self, name: str) -> int:
        texts = texts_below(self.own / name, "termintreu-*.ics")
        return sum(";reminder;" in text.replace("\\", "") for text in texts)

    def ask(self, *arguments: str) -> Done:
        """A command, in this process: starting one takes longer than all it does."""
        out, err = io.StringIO(), io.StringIO()
        with (
            patch.dict(os.environ, {"RUNTIME_DIRECTORY": str(self.folder / "run")}),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = main([*arguments, "--config", str(self.config)])
        return Done(code, out.getvalue(), err.getvalue())

    def all_words(self) -> list[str]:
        """Everything it said to systemd."""
        while select.select([self.socket], [], [], 0)[0]:
            self.heard.append(self.socket.recv(4096).decode())
        return self.heard

    def status(self) -> dict[str, dict[str, Any]]:
        """What the daemon says of each person."""
        document = status_client.ask(self.config, {"RUNTIME_DIRECTORY": str(self.folder / "run")}) or {}
        return {one["name"]: one for one in document.get("people", ())}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_each_profile_has_its_turns_and_is_added_and_removed_with_its_file(house: House) -> None:
    for name in ("anna", "berta"):
        house.write_profile(name)
        house.call(name)
    house.write_profile("carl", 'langage = "de"')
    house.call("carl")
    with house.daemon(RUNTIME_DIRECTORY=str(house.folder / "run")) as process:
        house.await_word("READY=1")
        assert eventually(lambda: house.reminders("anna") == 1 and house.reminders("berta") == 1)
        assert eventually(lambda: "langage" in house.log())
        assert house.reminders("carl") == 0

        house.write_profile("carl")
        house.write_profile("dora")
        house.call("dora")
        assert eventually(lambda: house.reminders("carl") == 1 and house.reminders("dora") == 1)
        house.call("anna", 1)
        assert eventually(lambda: house.reminders("anna") == 2)

        (house.profiles / "berta.toml").unlink()
        assert eventually(lambda: house.status().keys() == {"anna", "carl", "dora"})
        # A bad file leaves the last good one in force, and is told of.
        house.write_profile("dora", "poll = 3")
        assert eventually(lambda: bool(house.status()["dora"]["problems"]))
        house.call("dora", 1)
        assert eventually(lambda: house.reminders("dora") == 2)

        said = house.ask("status")
        assert said.code == 0
        assert said.stdout.index("dora") < said.stdout.index("anna: 2 Anrufe stehen an")
        listed = [line.partition(":")[0] for line in said.stdout.splitlines() if " gefährdet, " in line]
        assert listed == ["dora", "anna", "carl"]
        assert re.search(
            r"anna: 2 Anrufe stehen an, \d gefährdet, letzter Blick \w\w\., \d+\.\d+\.\d{4}, \d\d:\d\d; "
            r"Sieht alle Kalender$",
            said.stdout,
            re.MULTILINE,
        )
        assert re.search(
            r"^Dienst: Prozess \d+, läuft seit \w\w\., \d+\.\d+\., \d\d:\d\d; 3 Profile$", said.stdout, re.MULTILINE
        )
        listed = [one["name"] for one in json.loads(house.ask("status", "--json").stdout)["people"]]
        assert listed == ["anna", "carl", "dora"]
        of_carl = house.ask("status", "--person", "carl").stdout
        assert "1 Anruf steht bevor" in of_carl
        assert of_carl.startswith(f"Sieht alle Kalender\nDienst: Prozess {process.pid}, läuft seit ")
        assert "Nächster Blick: " in of_carl
        of_dora = house.ask("status", "--person", "dora")
        assert (of_dora.code, "! " in of_dora.stdout, "dora.toml:1: poll" in of_dora.stdout) == (0, True, True)
        daemon = json.loads(house.ask("status", "--json", "--person", "dora").stdout)["daemon"]
        assert (daemon["pid"], len(daemon["problems"])) == (process.pid, 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    with closing(sqlite3.connect(house.folder / "state" / "state.sqlite3")) as state:
        profiles = {name for (name,) in state.execute("SELECT DISTINCT profile FROM calls")}
    assert profiles == {"anna", "berta", "carl", "dora"}


def test_servers_that_never_answer_delay_no_other_profile(house: House) -> None:
    """More of them than are admitted at once; one healthy person's cycles are counted meanwhile."""
    with mute_server() as url:
        feed = f'[[sources]]\nname = "crm"\ntype = "ics"\nallow_private = true\nurl = "{url}"\n'
        mute = [f"mute-{number}" for number in range(20)]
        for name in mute:
            house.write_profile(name)
            with (house.profiles / f"{name}.toml").open("a") as profile:
                profile.write(feed)
        house.write_profile("zoe")
        with house.daemon(RUNTIME_DIRECTORY=str(house.folder / "run")):
            for number in range(4):
                house.call("zoe", number)
                assert eventually(lambda seen=number: house.reminders("zoe") > seen)  # type: ignore[misc]  # a default is no argument
            status = house.status()
    assert status["zoe"]["calls"] >= 3
    assert [name for name in mute if status[name]["at"] is None] == mute


def test_a_calendar_that_cannot_be_read_affects_one_profile_only(house: House) -> None:
    for name in ("anna", "berta", "carl"):
        house.write_profile(name)
        house.call(name)
    shutil.rmtree(house.calendar / "berta")
    (house.calendar / "anna" / "bomb.ics").write_bytes(b"BEGIN:VCALENDAR\r\n" + b"X" * 1_000_000)
    with house.daemon(RUNTIME_DIRECTORY=str(house.folder / "run")):
        assert eventually(lambda: house.reminders("anna") == 1)
        assert eventually(lambda: house.reminders("carl") == 1)
        assert eventually(lambda: house.status()["berta"]["trouble"] == ["work"])
        assert house.status()["carl"]["trouble"] == []
        assert eventually(lambda: any("trouble: " in word and "berta" in word for word in house.all_words()))


def test_commands_want_to_know_whom_they_are_about(house: House) -> None:
    for name in ("anna", "berta"):
        house.write_profile(name)
    house.call("anna")

    nobody = house.ask("explain", "Erika")
    assert (nobody.code, nobody.stdout) == (2, "")
    assert "nennen Sie mit --person eine davon: anna, berta" in nobody.stderr
    assert len(json.loads(house.ask("plan", "--json", "--person", "anna").stdout)["appointments"]) == 1
    assert house.ask("once", "--person", "anna").code == 0
    assert (house.reminders("anna"), house.reminders("berta")) == (1, 0)
    assert house.ask("explain", "--person", "berta", "Erika").code == 1
    assert "in Ordnung für 2 Profile" in house.ask("check").stdout
    house.write_profile("carl", 'langage = "de"')
    bad = house.ask("check")
    assert (bad.code, "carl.toml:1: langage" in bad.stderr) == (78, True)
    assert house.ask("check", "--person", "anna").code == 0


def test_once_and_plan_go_through_all_profiles(house: House) -> None:
    for name in ("berta", "anna"):
        house.write_profile(name)
        house.call(name)

    foretold = house.ask("plan")
    assert foretold.code == 0
    headings = [line for line in foretold.stdout.splitlines() if line.startswith("==")]
    assert headings == ["== anna ==", "== berta =="]
    assert foretold.stdout.count("Zu schreiben") == 2
    assert (house.reminders("anna"), house.reminders("berta")) == (0, 0)
    people = json.loads(house.ask("plan", "--json").stdout)["people"]
    assert [(one["name"], len(one["appointments"])) for one in people] == [("anna", 1), ("berta", 1)]
    assert [{key: one[key] for key in one if key != "name"}.keys() for one in people] == [
        json.loads(house.ask("plan", "--json", "--person", name).stdout).keys() for name in ("anna", "berta")
    ]

    done = house.ask("once", "--json")
    assert (done.code, house.reminders("anna"), house.reminders("berta")) == (0, 1, 1)
    results = [{change["result"] for change in one["changes"]} for one in json.loads(done.stdout)["people"]]
    assert results == [{"applied"}, {"applied"}]


def test_in_once_nobody_has_to_wait_for_anybody_elses_trouble_to_be_mended(house: House) -> None:
    """A bad file, a folder that is gone, a defect of ours: the others are served, and the exit code tells."""
    for name in ("anna", "berta", "carl", "dora"):
        house.write_profile(name)
        house.call(name)
    house.write_profile("anna", 'langage = "de"')
    shutil.rmtree(house.calendar / "berta")
    real = context.run_cycle

    async def defective(world: World, now: datetime, *, dry: bool) -> Report:
        if world.config.target.path == str(house.own / "carl"):
            raise ZeroDivisionError
        return await real(world, now, dry=dry)

    with patch.object(context, "run_cycle", defective):
        done = house.ask("once", "--json")

    assert (done.code, house.reminders("dora")) == (1, 1)
    anna, berta, carl, dora = json.loads(done.stdout)["people"]
    assert (anna["name"], anna["error"], len(anna["problems"])) == ("anna", "the configuration is wrong", 1)
    assert f"{house.profiles}/anna.toml:1: langage" in done.stderr
    assert (berta["name"], [source["state"] for source in berta["sources"]]) == ("berta", ["failed"])
    assert (carl.keys(), "ZeroDivisionError" in carl["error"]) == ({"name", "error"}, True)
    assert (dora["name"], len(dora["appointments"])) == ("dora", 1)

    said = house.ask("once")
    assert said.code == 1
    assert "== dora ==" in said.stdout
    house.write_profile("anna")
    (house.calendar / "berta").mkdir()
    assert house.ask("once").code == 0


def test_two_people_of_one_name_are_a_mistake_that_harms_nobody_else(house: House) -> None:
    house.write_profile("anna")
    house.call("anna")
    with house.config.open("a") as config:
        config.write('[[people]]\nname = "anna"\n')

    status = house.ask("check")
    assert (status.code, status.stdout) == (78, "")
    assert 'config.toml:9: people[0].name: found "anna" twice' in status.stderr
    assert house.ask("check", "--person", "anna").code == 0
    done = house.ask("once")
    assert (done.code, house.reminders("anna"), '"anna" steht zweimal da' in done.stderr) == (1, 1, True)


def test_a_single_mistake_for_everybody_is_exit_code_78(house: House) -> None:
    house.write_profile("anna")
    house.configure('langage = "de"')
    with house.daemon() as process:
        assert process.wait(60) == 78


def test_nobody_at_all_is_a_house_that_waits(house: House) -> None:
    with house.daemon():
        house.await_word("READY=1")
        house.write_profile("anna")
        house.call("anna")
        assert eventually(lambda: house.reminders("anna") == 1)


def test_the_daemon_keeps_its_state_on_postgresql_where_it_is_told_to(house: House, postgres: PostgresBench) -> None:
    house.config.write_text(f'profiles = "people.d"\ntimezone = "Europe/Berlin"\n{postgres.toml}')
    for name in ("anna", "berta"):
        house.write_profile(name)
        house.call(name)
    assert house.ask("status").stdout.startswith("Kein Dienst antwortet")
    with house.daemon() as process:
        assert eventually(lambda: house.reminders("anna") == 1 and house.reminders("berta") == 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert not (house.folder / "state").exists()
    assert json.loads(house.ask("plan", "--json", "--person", "anna").stdout)["changes"] == []
    assert "anna: 1 Anruf steht an" in house.ask("status").stdout
    with postgres.connect() as database:
        rows = database.execute("SELECT DISTINCT profile FROM calls ORDER BY profile").fetchall()
    assert rows == [("anna",), ("berta",)]


def test_once_beside_a_daemon_has_everybody_looked_after_now(house: House) -> None:
    for name in ("anna", "berta"):
        house.write_profile(name)
        house.call(name)
    with house.daemon(RUNTIME_DIRECTORY=str(house.folder / "run")):
        house.await_word("READY=1")
        status = house.ask("once", "--json")
        people = json.loads(status.stdout)["people"]
        assert (0, [("anna", 1), ("berta", 1)]) == (
            status.code,
            [(one["name"], len(one["appointments"])) for one in people],
        )
        assert 1 == len(json.loads(house.ask("once", "--json", "--person", "berta").stdout)["appointments"])
        shown = house.ask("once")
        assert ["== anna ==", "== berta =="] == [line for line in shown.stdout.splitlines() if line.startswith("==")]
        refused = house.ask("purge", "--person", "anna")
        assert (1, True) == (refused.code, "beenden Sie ihn zuerst" in refused.stderr)
    assert (1, 1) == (house.reminders("anna"), house.reminders("berta"))
