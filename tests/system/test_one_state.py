"""One daemon a state: what is refused beside it, what is handed to it, and what goes on working."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.command_line import here
from tests.live_files import files_below
from tests.postgres import PostgresBench
from tests.system.manager import Manager, tomorrow

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def beside(manager: Manager) -> Iterator[tuple[Run, int]]:
    """Runs commands beside a daemon that has written a call's items; and the daemon's process."""
    runtime = str(manager.folder / "run")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        given = [*arguments, "--config", str(manager.config)]
        environ = {**manager.environment, "RUNTIME_DIRECTORY": runtime}
        if arguments != ("run",):
            return here(*given, environ=environ)
        command = [sys.executable, "-m", "termintreu", *given]
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=90)

    manager.put("a", tomorrow())
    with manager.daemon(RUNTIME_DIRECTORY=runtime) as process:
        manager.await_word("READY=1")
        assert manager.written()
        yield run, process.pid


@pytest.mark.requirement(29)
def test_a_second_daemon_and_a_purge_are_refused_beside_a_daemon(manager: Manager, beside: tuple[Run, int]) -> None:
    run, pid = beside
    written = manager.written()
    place = manager.folder / "state"
    second, purge = run("run"), run("purge")
    who = f"termintreu: ein Dienst (Prozess {pid}) läuft mit dem Zustand {place}"
    assert (
        f"{who}: beenden Sie jenen zuerst, oder geben Sie dieser Konfiguration einen eigenen Zustand ([state] path)\n"
        == second.stderr
    )
    assert f"{who}: beenden Sie ihn zuerst, denn er würde alles wieder schreiben\n" == purge.stderr
    assert ((1, 1), written) == ((second.returncode, purge.returncode), manager.written())

    listed = run("purge", "--dry-run")
    assert (0, written) == (listed.returncode, manager.written())
    hrefs = [path.name for path in files_below(manager.own, "termintreu-*.ics")]
    assert sorted(hrefs) == sorted(line.rpartition("/")[2] for line in listed.stdout.splitlines() if line[:2] == "- ")
    assert f"{len(written)} Einträge würden entfernt\n" == listed.stdout.splitlines(keepends=True)[-1]
    assert "Erika Muster" in listed.stdout

    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    gone = json.loads(run("purge", "--json").stdout)
    collections = ["Termintreu", "Termintreu Aufgaben"]
    assert sorted(gone.pop("collections")) == collections
    assert ({"removed": len(written), "errors": []}, []) == (gone, manager.written())


@pytest.mark.requirement(29)
def test_once_beside_a_daemon_is_handed_to_it(manager: Manager, beside: tuple[Run, int]) -> None:
    run, pid = beside
    # Without a sign to the daemon: it looks at files that change by itself.
    told = run("once", "--json")
    report = json.loads(told.stdout)
    assert (0, "", ["a"]) == (told.returncode, told.stderr, [one["uid"] for one in report["appointments"]])
    assert ([{"name": "work", "state": "ok"}], []) == (
        [{key: one[key] for key in ("name", "state")} for one in report["sources"]],
        report["changes"],
    )
    shown = run("once")
    assert (0, True) == (shown.returncode, "Erika Muster" in shown.stdout)
    other = run("once", "--at", "2026-11-23T09:00")
    assert (2, True) == (other.returncode, f"ein Dienst (Prozess {pid}) läuft mit dem Zustand" in other.stderr)
    assert "lassen Sie --at weg" in other.stderr

    for command in (("plan",), ("explain", "Erika"), ("rating",), ("status",)):
        assert 0 == run(*command).returncode, command
    manager.configure('langage = "de"')
    assert 78 == run("once").returncode
    manager.configure()
    manager.calendar.rename(manager.folder / "elsewhere")
    failed = run("once", "--json")
    assert (1, ["stale"]) == (failed.returncode, [one["state"] for one in json.loads(failed.stdout)["sources"]])


@pytest.mark.requirement(29)
def test_a_state_in_a_database_has_one_daemon_too(manager: Manager, postgres: PostgresBench) -> None:
    runtime = str(manager.folder / "run")
    text, _, _ = manager.config.read_text().partition("[state]")
    manager.config.write_text(text + postgres.toml)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "termintreu", *arguments, "--config", str(manager.config)]
        environment = {**manager.environment, "RUNTIME_DIRECTORY": runtime}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=90)

    manager.put("a", tomorrow())
    with manager.daemon(RUNTIME_DIRECTORY=runtime) as process:
        manager.await_word("READY=1")
        written = manager.written()
        assert written
        second, purge, once = run("run"), run("purge"), run("once", "--json")
        who = f"termintreu: ein Dienst (Prozess {process.pid}) läuft mit dem Zustand in der Datenbank {postgres.name}"
        who += " auf 127.0.0.1"
        remedy = "beenden Sie jenen zuerst, oder geben Sie dieser Konfiguration einen eigenen Zustand ([state] url)"
        assert f"{who}: {remedy}\n" == second.stderr
        assert f"{who}: beenden Sie ihn zuerst, denn er würde alles wieder schreiben\n" == purge.stderr
        assert ((1, 1, 0), written) == ((second.returncode, purge.returncode, once.returncode), manager.written())
        assert ["a"] == [one["uid"] for one in json.loads(once.stdout)["appointments"]]
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
        assert (0, []) == (run("purge").returncode, manager.written())
