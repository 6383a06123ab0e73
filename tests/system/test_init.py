"""`termintreu init`, as a person at a terminal and as a script meet it."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import stat
import subprocess
import sys
import termios
import time
from pathlib import Path

from tests.command_line import here
from tests.servers import DavServer

COMMAND = [sys.executable, "-m", "termintreu"]


def script(*arguments: str) -> subprocess.CompletedProcess[str]:
    return here(*arguments)


def private(path: Path) -> bool:
    return stat.S_IMODE(path.stat().st_mode) == 0o600


def at_a_terminal(command: list[str], answers: list[tuple[str, str]], within: float = 40) -> tuple[int, str]:
    """Run at a terminal of its own; each answer is typed when its question has appeared."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(LANG="de_AT.UTF-8", TZ="UTC", TERM="dumb", COLUMNS="200")
        os.environ.pop("LC_ALL", None)
        os.execv(command[0], command)
    shown, position = "", 0
    deadline = time.monotonic() + within
    waiting = list(answers)
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                shown += os.read(terminal, 65536).decode(errors="replace")
            except OSError:
                break
        if waiting and waiting[0][0] in shown[position:]:
            if waiting[0][0] in {"Passwort", "Password"} and termios.tcgetattr(terminal)[3] & termios.ECHO:
                continue  # what is typed before the echo is off would be thrown away
            position = len(shown)
            os.write(terminal, waiting.pop(0)[1].encode() + b"\n")
    else:
        os.kill(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    assert waiting == [], shown
    return code, shown


def test_a_person_answers_a_few_questions_and_may_correct_them(dav_server: DavServer, tmp_path: Path) -> None:
    dav_server.wipe()
    for name in ("Arbeit", "Privat", "Termintreu"):
        dav_server.make_calendar(name, components=("VEVENT",))
    config = tmp_path / "etc" / "config.toml"
    code, shown = at_a_terminal(
        [*COMMAND, "init", "--config", str(config), "--name", "Anna Beispiel"],
        [
            ("Adresse Ihres Kalenderservers", "http://127.0.0.1:1/"),
            ("Benutzername", dav_server.username),
            ("Passwort", "falsch"),
            ("E-Mail", "anna"),
            ("Bundesland", "Wien"),
            ("Sprache", "en"),
            ("E-Mail", "anna@beispiel.example, a@b.example"),
            ("Bundesland", "AT"),
            ("Sprache", ""),
            ("Adresse Ihres Kalenderservers", dav_server.url),
            ("Benutzername", dav_server.username),
            ("Passwort", dav_server.password),
            ("Bundesland", ""),
            ("Sprache", ""),
            ("In welchen", "Arbeit"),
        ],
    )
    assert code == 0, shown
    assert "Das hat nicht geklappt" in shown
    assert "Arbeit, Privat" in shown
    assert "Termintreu" not in shown, "our own calendar is offered as one to read"
    assert dav_server.password not in shown
    text = config.read_text()
    assert dav_server.password not in text
    assert private(config)
    assert private(config.with_name("password"))
    assert 'region = "AT"' in text
    assert '\ntimezone = "Europe/Vienna"' in text
    assert "Ihre Angaben" not in shown
    assert 'calendars = ["Arbeit"]' in text
    assert 'emails = ["anna@beispiel.example", "a@b.example"]' in text
    assert text.count("\n#") > 50
    assert script("check", "--config", str(config)).returncode == 0
    examined = script("doctor", "--json", "--config", str(config))
    assert [True] * 4 == [step["ok"] for step in json.loads(examined.stdout)], examined.stdout


def test_a_script_gives_flags_and_is_told_which_are_missing(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    said = script("init", "--config", str(config), "--url", "https://cloud.example.com/")
    assert said.returncode == 2
    assert "--username" in said.stderr
    assert "--password-file" in said.stderr
    given = ["--url", "https://cloud.example.com/", "--username", "anna", "--password-command", "pass show 'my cal'"]
    done = script("init", "--config", str(config), *given, "--region", "DE-BY", "--no-try", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"written": [str(config)]}
    assert 'password = { command = ["pass", "show", "my cal"] }' in config.read_text()
    assert private(config)


def test_what_is_there_is_replaced_only_on_demand(tmp_path: Path) -> None:
    folder = tmp_path / "calendars"
    (folder / "work").mkdir(parents=True)
    config = tmp_path / "config.toml"
    config.write_text("mine")
    said = script("init", "--config", str(config), "--path", str(folder))
    assert said.returncode == 2
    assert "--force" in said.stderr
    assert config.read_text() == "mine"
    assert script("init", "--config", str(config), "--path", str(folder), "--force").returncode == 0
    assert private(config)
    assert script("plan", "--config", str(config)).returncode == 0


def test_nothing_is_written_where_the_account_cannot_be_reached(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    said = script(
        "init", "--config", str(config), "--url", "http://127.0.0.1:1/", "--username", "a", "--password-env", "PATH"
    )
    assert said.returncode == 1
    assert "Traceback" not in said.stderr
    assert not config.exists()
