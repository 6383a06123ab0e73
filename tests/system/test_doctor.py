"""`termintreu doctor`: what it tells a person to do fits what is wrong, and what it says of an account is true."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from termintreu.model.errors import Unavailable
from termintreu.ui.cli.arguments import main
from termintreu_connectors.vdir import VdirFolder
from tests.command_line import here
from tests.scripted import Answer, ScriptedServer

CONFIG = """
language = "en"
timezone = "Europe/Berlin"
[me]
name = "Anna Beispiel"
[[sources]]
name = "crm"
type = "ics"
url = "{feed}"
allow_private = true
[[sources]]
name = "work"
type = "caldav"
url = "{feed}"
username = "anna"
password = {{ file = "{folder}/nowhere" }}
[[sources]]
name = "private"
type = "vdir"
path = "{folder}/nowhere"
[target]
type = "vdir"
path = "{folder}"
[[call_logs]]
type = "asterisk"
path = "{folder}/nowhere.csv"
"""


WORKING = """
language = "{language}"
timezone = "Europe/Berlin"
[[sources]]
name = "crm"
type = "ics"
url = "{feed}"
allow_private = true
[[sources]]
name = "private"
type = "vdir"
path = "{folder}/private"
[[sources]]
name = "single"
type = "vdir"
path = "{folder}/private/one.ics"
[target]
type = "vdir"
path = "{folder}/own"
"""
FEED = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"
EVENT = FEED.replace(
    b"END:VCALENDAR", b"BEGIN:VEVENT\r\nUID:dinner\r\nDTSTART:20261125T190000Z\r\nEND:VEVENT\r\nEND:VCALENDAR"
)
TAGGED = [
    Answer(method=None, status=200, headers={"Content-Type": "text/calendar", "ETag": '"1"'}, body=FEED),
    Answer(method=None, status=304, headers={"ETag": '"1"'}),
]
UNTAGGED = [Answer(method=None, status=200, headers={"Content-Type": "text/calendar"}, body=FEED)] * 2
PAGE = Answer(method=None, status=200, headers={"Content-Type": "text/html"}, body=b"<!DOCTYPE html><html></html>")


def in_trouble(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """A command, where no account is as it should be."""
    config = folder / "config.toml"
    with ScriptedServer([PAGE] * 9) as server:
        config.write_text(CONFIG.format(feed=f"{server.url}feed.ics", folder=folder))
        config.chmod(0o600)
        environ = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
        return here(command, "--json", "--config", str(config), environ=environ)


def test_the_advice_fits_the_kind_of_the_account(tmp_path: Path) -> None:
    done = in_trouble(tmp_path, "doctor")
    advice = {one["account"]: one["do"] for one in json.loads(done.stdout) if not one["ok"]}
    assert done.returncode == 1, done.stderr
    assert "copy the feed's address again" in advice["crm"]
    assert "`password`" in advice["work"]
    assert "check the path" in advice["private"]
    assert "check the path" in advice["asterisk"]


def test_check_warns_of_a_password_that_cannot_be_had_and_is_content(tmp_path: Path) -> None:
    done = in_trouble(tmp_path, "check")
    config = tmp_path / "config.toml"
    line = next(number for number, text in enumerate(config.read_text().splitlines(), 1) if "password" in text)
    place = f"{config}:{line}: sources[1].password"
    warning = f'{place}: the password from file "{tmp_path}/nowhere": No such file or directory'
    assert warning in json.loads(done.stdout)["warnings"]
    assert warning in done.stderr.splitlines()
    assert (0, []) == (done.returncode, json.loads(done.stdout)["problems"])


def test_what_fails_is_logged_with_what_to_do(tmp_path: Path) -> None:
    lines = [line for line in in_trouble(tmp_path, "once").stderr.splitlines() if " failed " in line]
    told = {name: next(line for line in lines if name in line) for name in ("crm", "work", "private", "asterisk")}
    assert "mend the log-in, then reload" in told["work"]
    assert "see `termintreu doctor`" in told["crm"]
    assert "see `termintreu doctor`" in told["private"]
    assert "mend it" in told["asterisk"]


def examined(folder: Path, script: list[Answer], language: str, *options: str) -> str:
    """What doctor prints, where all is well."""
    (folder / "private").mkdir()
    (folder / "private" / "one.ics").write_bytes(FEED)
    config = folder / "config.toml"
    with ScriptedServer(script) as server:
        config.write_text(WORKING.format(feed=f"{server.url}feed.ics", folder=folder, language=language))
        config.chmod(0o600)
        environ = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
        done = here("doctor", "--config", str(config), *options, environ=environ)
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


@pytest.mark.parametrize(
    ("script", "way"),
    [(TAGGED, "read again only when it has changed"), (UNTAGGED, "each poll reads all of it")],
)
def test_how_changes_are_noticed_is_told_as_it_is(tmp_path: Path, script: list[Answer], way: str) -> None:
    readings = {
        one["account"]: one["found"]
        for one in json.loads(examined(tmp_path, script, "en", "--json"))
        if one["step"].startswith("reading")
    }
    files = "a running daemon sees changes of the files at once"
    assert {
        "crm": f"1 entry, {way}",
        "private": f"1 entry, {files}",
        "single": f"1 entry, {files}",
    } == readings


def second_ways(folder: Path, alerts: str, receiver: ScriptedServer, command: str = "doctor") -> str:
    """What doctor or check says on a configuration with these [alerts]."""
    (folder / "own").mkdir()
    config, place = folder / "config.toml", f"127.0.0.1:{receiver.port}"
    alerts = alerts.format(place=place, folder=folder)
    config.write_text(
        'language = "en"\n[[sources]]\nname = "private"\ntype = "vdir"\n'
        f'path = "{folder}/own"\n[target]\nsource = "private"\n[alerts]\n{alerts}'
    )
    config.chmod(0o600)
    environ = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
    environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
    done = here(command, "--config", str(config), environ=environ)
    return done.stdout + done.stderr


ALERTS = """
urls = ["json://{place}/hook-4711", "json://hooks.example.com/hook-4711", {{ env = "NOWHERE_TO_BE_SEEN" }}]
heartbeat = "http://{place}/beat-4711"
"""


def test_it_tries_each_second_way_and_the_heartbeat_and_names_no_address(tmp_path: Path) -> None:
    with ScriptedServer([Answer(None, 200), Answer(None, 404)]) as receiver:
        said = second_ways(tmp_path, ALERTS, receiver)
    assert ["POST", "GET"] == receiver.methods
    assert "✓ a message by 1 (json): sent; see whether it has arrived" in said
    assert "✗ a message by 2 (json): json:// goes in the clear" in said
    assert "✗ heartbeat: it answered 404" in said
    assert "✗ a message: " in said
    assert "4711" not in said


def test_check_names_the_second_ways_that_lead_nowhere(tmp_path: Path) -> None:
    with ScriptedServer() as receiver:
        said = second_ways(tmp_path, ALERTS, receiver, "check")
    assert [] == receiver.recorded
    assert "config.toml:10: alerts.urls[1]: json:// goes in the clear; jsons:// is wanted, but on this machine" in said
    assert "alerts.urls[0]" not in said
    assert "4711" not in said


def test_a_heartbeat_in_the_clear_from_a_file_is_found_by_check(tmp_path: Path) -> None:
    (tmp_path / "address").write_text("http://hc.example.com/4711\n")
    (tmp_path / "address").chmod(0o600)
    with ScriptedServer() as receiver:
        said = second_ways(tmp_path, 'heartbeat = {{ file = "{folder}/address" }}', receiver, "check")
    assert "config.toml:9: alerts.heartbeat: it goes in the clear; https:// is wanted" in said


def test_the_doctor_speaks_the_users_language(tmp_path: Path) -> None:
    told = examined(tmp_path, TAGGED, "de")
    assert "1 Eintrag, wird nur neu gelesen, wenn sich etwas geändert hat" in told
    assert "1 Eintrag, der laufende Dienst bemerkt Änderungen der Dateien sofort" in told
    assert "ein Alarm hin und zurück: unverändert zurück und wieder entfernt" in told
    assert told.endswith("Alles in Ordnung. Weiter: `termintreu plan` zeigt, was geschrieben würde.\n")


def everything(folder: Path) -> dict[str, bytes | None]:
    return {str(one): one.read_bytes() if one.is_file() else None for one in sorted(folder.rglob("*"))}


def on_folders(folder: Path, **target: str) -> Path:
    """A configuration over folders; the one for our own is not there yet."""
    (folder / "calendars" / "private").mkdir(parents=True)
    (folder / "calendars" / "private" / "displayname").write_text("Privat")
    (folder / "calendars" / "private" / "one.ics").write_bytes(EVENT)
    config = folder / "config.toml"
    more = "".join(f'{key} = "{value}"\n' for key, value in target.items())
    config.write_text(
        f'language = "en"\ntimezone = "Europe/Berlin"\n[state]\npath = "{folder / "state"}"\n'
        f'[[sources]]\nname = "work"\ntype = "vdir"\npath = "{folder / "calendars"}"\n'
        f'[target]\ntype = "vdir"\npath = "{folder / target.get("path", "own")}"\n{more}'
    )
    config.chmod(0o600)
    return config


def doctor(config: Path) -> tuple[int, list[dict[str, Any]]]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main(["doctor", "--json", "--config", str(config)])
    return code, json.loads(out.getvalue())


@pytest.mark.requirement(30)
def test_what_the_doctor_made_is_gone_and_what_a_killed_one_left_goes_too(tmp_path: Path) -> None:
    config = on_folders(tmp_path)
    before = everything(tmp_path)
    code, told = doctor(config)
    assert (0, before) == (code, everything(tmp_path))
    assert "Termintreu, Termintreu Aufgaben: tasks" in [one["found"] for one in told]

    with patch.object(VdirFolder, "discard", side_effect=Unavailable("the disk hangs")):
        code, told = doctor(config)
    assert (1, "tidying up") == (code, told[-1]["step"])
    assert before != everything(tmp_path)
    (tmp_path / "own" / "termintreu-doctor-x").mkdir()
    assert 0 == doctor(config)[0]
    (tmp_path / "own" / "termintreu-doctor-x").rmdir()
    (tmp_path / "own").rmdir()
    assert before == everything(tmp_path)


@pytest.mark.requirement(30)
@pytest.mark.parametrize("fails", ["fetch", "create"])
def test_a_doctor_that_fails_midway_leaves_nothing(tmp_path: Path, fails: str) -> None:
    """The alarm was written, and then the answer was lost; or somebody lost patience."""
    config = on_folders(tmp_path)
    before = everything(tmp_path)
    real = getattr(VdirFolder, fails)
    for error in (Unavailable("no answer in time"), KeyboardInterrupt()):
        answers = iter([error])

        async def lost(*arguments: Any, answers: Iterator[BaseException] = answers) -> Any:
            answer = await real(*arguments)
            for one in answers:
                raise asyncio.CancelledError if isinstance(one, KeyboardInterrupt) else one
            return answer

        with patch.object(VdirFolder, fails, lost):
            code = main(["doctor", "--config", str(config)])
        assert ({"Unavailable": 1, "KeyboardInterrupt": 130}[type(error).__name__], before) == (
            code,
            everything(tmp_path),
        )


@pytest.mark.requirement(3, 30)
@pytest.mark.parametrize("role", ["reminders", "tasks"])
def test_the_doctor_refuses_somebody_elses_calendar_as_ours(tmp_path: Path, role: str) -> None:
    config = on_folders(tmp_path, **{role: "Privat"})
    text = config.read_text().replace(str(tmp_path / "own"), str(tmp_path / "calendars"))
    config.write_text(text)
    before = everything(tmp_path)
    code, told = doctor(config)
    assert (1, before) == (code, everything(tmp_path))
    (bad,) = [one for one in told if not one["ok"]]
    assert ("our own collections", "Privat holds entries that are not ours") == (bad["step"], bad["found"])
    assert "names of their own" in bad["do"]
