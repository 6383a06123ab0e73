"""Workers that share a database: kill -9, a standstill, a thousand people, and somebody in a hurry."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from tests.command_line import here
from tests.faults.proxy import Misdeed, Proxy, Reply, Request
from tests.live_files import texts_below
from tests.postgres import PostgresBench, running_cluster
from tests.servers import DavServer, event
from tests.system.manager import eventually, tomorrow
from tests.system.person import Person

A_MINUTE = 60.0


class Machines:
    """Several machines with configurations of their own, and one database."""

    def __init__(self, folder: Path, postgres: PostgresBench, poll: str) -> None:
        self.folder = folder
        self.postgres = postgres
        self.poll = poll
        self.shared = ""
        """Further TOML for everybody."""
        self.processes: list[subprocess.Popen[bytes]] = []

    def config(self, machine: str) -> Path:
        path = self.folder / machine / "config.toml"
        (path.parent / "people.d").mkdir(parents=True, exist_ok=True)
        path.touch(0o600)
        path.write_text(
            f'profiles = "people.d"\ntimezone = "Europe/Berlin"\n[schedule]\npoll = "{self.poll}"\n'
            f"{self.postgres.toml}{self.shared}"
        )
        return path

    def start(self, role: str, machine: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / machine / "log").open("ab") as log:
            command = [sys.executable, "-m", "termintreu", role, "--config", str(self.config(machine)), *arguments]
            self.processes.append(subprocess.Popen(command, stderr=log, stdout=log))
        return self.processes[-1]

    def log(self, machine: str) -> str:
        return (self.folder / machine / "log").read_text()

    def everything(self) -> str:
        return "\n".join(path.read_text()[-3000:] for path in self.folder.glob("*/log"))

    def ask(self, machine: str, *arguments: str) -> str:
        done = here(*arguments, "--config", str(self.config(machine)))
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout


@contextlib.contextmanager
def running_machines(folder: Path, postgres: PostgresBench, poll: str) -> Iterator[Machines]:
    made = Machines(folder, postgres, poll)
    try:
        yield made
    finally:
        for process in made.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait(10)


class Strike:
    """What befalls one machine in the middle of a write: the server has carried it out, the answer is on its way."""

    def __init__(self, proxy: Proxy, number: signal.Signals, nth: int) -> None:
        self.struck = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None
        self._proxy = proxy
        self._number = number
        self._nth = nth
        proxy.misdeed = self._misdeed

    def _misdeed(self, request: Request) -> Misdeed | None:
        if request.method != "PUT" or sum(one.method == "PUT" for one in self._proxy.asked) != self._nth:
            return None
        return Misdeed("struck", reaches_the_server=True, spoil=self._strike)

    def _strike(self, reply: Reply) -> Reply:
        assert self.process is not None
        self.process.send_signal(self._number)
        self.struck.set()
        return reply


PEOPLE = [f"person-{number}" for number in range(6)]


def test_a_worker_killed_and_one_that_stands_still_in_the_middle_of_a_write_lose_and_double_nothing(
    radicale: DavServer, postgres: PostgresBench, tmp_path: Path
) -> None:
    radicale.wipe()
    anna = Person(radicale, tmp_path)
    calendars = {name: radicale.make_calendar(f"of {name}", components=("VEVENT",)) for name in PEOPLE}

    def call(number: int) -> None:
        start = tomorrow() + timedelta(hours=2 * number)
        for name, calendar in calendars.items():
            text = event(f"{name}-{number}", "Telefonat mit Erika Muster 030 901820", f"{start:%Y%m%dT%H%M%SZ}")
            radicale.put(f"{calendar}{number}.ics", text)

    def reminded() -> Counter[str]:
        items = anna.items("reminder")
        assert len(items) == len({str(item["X-TERMINTREU-ID"]) for item in items.values()})
        return Counter(path.split("/")[2] for path in items)

    call(0)
    call(1)
    with (
        running_machines(tmp_path, postgres, "2s") as machines,
        Proxy(radicale.port) as first,
        Proxy(radicale.port) as second,
    ):
        killed, stopped = Strike(first, signal.SIGKILL, 3), Strike(second, signal.SIGSTOP, 3)
        urls = {"sound": radicale.url, "killed": first.url, "stopped": second.url}
        for machine, url in urls.items():
            machines.config(machine)
            for name in PEOPLE:
                anna.configure(url=url)
                profile = machines.folder / machine / "people.d" / f"{name}.toml"
                profile.touch(0o600)
                profile.write_text(
                    anna.config.read_text()
                    .replace('calendars = ["Arbeit"]', f'calendars = ["of {name}"]')
                    .replace('source = "work"', f'source = "work"\nreminders = "R {name}"\ntasks = "T {name}"')
                    .replace(f'[state]\npath = "{tmp_path / "state"}"\n', "")
                )
        killed.process = machines.start("worker", "killed", "--jobs", "2")
        stopped.process = machines.start("worker", "stopped", "--jobs", "2")
        machines.start("scheduler", "sound")
        assert killed.struck.wait(A_MINUTE), machines.everything()
        assert stopped.struck.wait(A_MINUTE), machines.everything()
        struck = time.monotonic()
        machines.start("worker", "sound")
        call(2)
        assert eventually(lambda: sorted(reminded().values()) == [3] * len(PEOPLE)), machines.everything()
        assert time.monotonic() - struck < A_MINUTE
        stopped.process.send_signal(signal.SIGCONT)
        assert eventually(lambda: "taken" in machines.log("stopped")), machines.everything()
        call(3)
        assert eventually(lambda: sorted(reminded().values()) == [4] * len(PEOPLE)), machines.everything()
        assert "worker lost" in machines.log("sound")
        for process in machines.processes:
            process.terminate()
        for process in machines.processes:
            process.wait(20)
        for name in PEOPLE:
            planned = json.loads(machines.ask("sound", "plan", "--json", "--person", name))
            assert planned["changes"] == []
            assert len(planned["appointments"]) == 4
    assert {path for calendar in calendars.values() for path in radicale.list(calendar)} == {
        f"{calendar}{number}.ics" for calendar in calendars.values() for number in range(4)
    }


def test_a_thousand_people_are_served_within_a_minute_of_a_workers_death_and_who_is_in_a_hurry_goes_first(
    postgres: PostgresBench, tmp_path: Path
) -> None:
    people = 1000
    for folder in ("calendar", "own"):
        (tmp_path / folder).mkdir()
    with running_machines(tmp_path, postgres, "1h") as machines, postgres.connect() as database:
        config = machines.config("one")
        machines.shared = (
            f'[[sources]]\nname = "work"\ntype = "vdir"\npath = "{tmp_path / "calendar"}"\n'
            f'[target]\ntype = "vdir"\npath = "{tmp_path / "own"}"\n'
        )
        for number in range(people):
            (config.parent / "people.d" / f"p{number:04}.toml").touch(0o600)

        def waiting() -> list[str]:
            """Who is due, in the order of their jobs."""
            if database.execute("SELECT to_regclass('turns')").fetchone() == (None,):
                return []
            rows = database.execute("SELECT profile FROM turns WHERE due_at <= %s", [int(time.time() * 1e6)])
            return sorted(name for (name,) in rows)

        killed = machines.start("worker", "one")
        machines.start("worker", "one")
        machines.start("scheduler", "one")
        assert eventually(lambda: 0 < len(waiting()) <= people - 50), machines.everything()
        killed.kill()
        died = time.monotonic()
        left = waiting()
        hurried = left[-1]
        machines.ask("one", "sync", hurried)
        assert eventually(lambda: hurried not in waiting()), machines.everything()
        ahead_of = len(waiting())
        assert eventually(lambda: not waiting()), machines.everything()
        assert time.monotonic() - died < A_MINUTE
        assert database.execute("SELECT count(*) FROM turns WHERE trouble IS NULL").fetchone() == (people,)
        assert eventually(lambda: database.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,))
    assert ahead_of > 0
    print(f"{len(left)} left at the death, {ahead_of} when the hurried one was served")


def test_workers_outlive_their_database(tmp_path: Path) -> None:
    with running_cluster() as cluster:
        cluster.run("CREATE DATABASE here")
        bench = PostgresBench(cluster, "here")
        for folder in ("calendar", "own"):
            (tmp_path / folder).mkdir()
        with running_machines(tmp_path, bench, "2s") as machines:
            machines.shared = (
                f'[[sources]]\nname = "work"\ntype = "vdir"\npath = "{tmp_path / "calendar"}"\n'
                f'[target]\ntype = "vdir"\npath = "{tmp_path / "own"}"\n'
            )
            (machines.config("one").parent / "people.d" / "anna.toml").touch(0o600)

            def call(number: int) -> None:
                start = tomorrow() + timedelta(hours=3 * number)
                text = event(f"{number}@example", "Telefonat mit Erika Muster 030 901820", f"{start:%Y%m%dT%H%M%SZ}")
                (tmp_path / "calendar" / f"{number}.ics").write_text(text)

            def reminders() -> int:
                """Calls that have one."""
                texts = [text.replace("\\", "") for text in texts_below(tmp_path / "own")]
                return len({call for text in texts for call in re.findall(r"X-TERMINTREU-ID:1;reminder;(\w+)", text)})

            call(0)
            machines.start("worker", "one")
            machines.start("scheduler", "one")
            assert eventually(lambda: reminders() == 1), machines.everything()
            cluster.control("-m", "fast", "stop")
            assert eventually(lambda: machines.log("one").count("database not reachable") >= 2)
            call(1)
            cluster.control("-l", str(cluster.folder / "log"), "start")
            assert eventually(lambda: reminders() == 2), machines.everything()
            for process in machines.processes:
                process.terminate()
            assert [process.wait(20) for process in machines.processes] == [0, 0]
            assert "Traceback" not in machines.log("one")
            assert "geheim" not in machines.log("one")
