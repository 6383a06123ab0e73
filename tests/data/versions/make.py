"""Makes the fixture of a version: what that version of the program remembers and has written after a month of use.

    python tests/data/versions/make.py 0.2.0

It is started in a checkout of that version, with daemon/, connectors/ and the project's folder on PYTHONPATH. It runs
the real commands, day by day (`month.py`), once with SQLite and once with PostgreSQL, and keeps beside itself:

- `state.sqlite3` and `state.postgresql.sql`: what is remembered. `@HERE@` stands for the folder of all calendars.
- `calendars/<person>/`: every file as it stands in the end. Both runs must have left the same ones.
- `config.toml`, `people.d/`: the configurations, with `@HERE@`, `@DAV@` and `@PASSWORD@`.
- `expected.json`: what must still be true when a later version opens it: see `Facts` in tests/versions/kept.py.

A fixture that was made is never made anew: it is what people have.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from termintreu import __version__
from termintreu.storage import Store
from termintreu.storage.database import Database
from termintreu.storage.postgres import PostgresDatabase
from termintreu.storage.sqlite import SqliteDatabase
from termintreu.ui.cli.arguments import main
from tests.data.versions import month
from tests.postgres import Cluster, PostgresBench, running_cluster
from tests.servers import DavServer, radicale_server
from tests.versions.kept import HERE, relocate
from tests.versions.shelves import Folder, Server, Shelf, items, written_by

PLACE = Path(__file__).parent
NAMES = ("anna", "ben", "clara")


@dataclass
class House:
    """Three people under one configuration."""

    here: Path
    state_toml: str
    dav: DavServer
    shelves: dict[str, Shelf] = field(init=False)

    def __post_init__(self) -> None:
        server = Server(self.dav)
        server.prepare()
        self.shelves = {"anna": Folder(self.here / "anna"), "ben": Folder(self.here / "ben"), "clara": server}
        for name in ("anna", "ben"):
            for folder in ("calendar", "own"):
                (self.here / name / folder).mkdir(parents=True)
        password = self.here / "password"
        password.write_text(self.dav.password)
        password.chmod(0o600)
        (self.here / "people.d").mkdir()
        files = {"config.toml": month.main_toml(self.state_toml)}
        wanted = month.profiles(str(self.here), self.dav.url, str(password))
        files |= {f"people.d/{name}.toml": text for name, text in wanted.items()}
        for name, text in files.items():
            (self.here / name).touch(0o600)
            (self.here / name).write_text(text)

    def run(self, *arguments: str, at: datetime) -> Any:
        out, err = io.StringIO(), io.StringIO()
        given = [*arguments, "--json", "--config", str(self.here / "config.toml"), "--at", f"{at:%Y-%m-%dT%H:%M}"]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(given)
        assert code == 0, (given, code, out.getvalue()[-2000:], err.getvalue()[-3000:])
        return json.loads(out.getvalue())

    def person(self, name: str, *arguments: str, at: datetime) -> Any:
        return self.run(*arguments, "--person", name, at=at)

    def live(self) -> None:
        """The month."""
        deeds = sorted(self._deeds(), key=lambda deed: deed[0])
        moments = {datetime.fromisoformat(at): [] for at, _ in deeds} | {at: [] for at in _rounds()}
        for at, deed in deeds:
            moments[datetime.fromisoformat(at)].append(deed)
        for moment, now in sorted(moments.items()):
            month.write_log(self.here / "anrufe.csv", moment)
            self.run("once", at=moment)
            for deed in now:
                deed(moment)
            if now:
                self.run("once", at=moment + timedelta(minutes=1))
        month.write_log(self.here / "anrufe.csv", month.END)
        for _ in range(3):
            self.run("once", at=month.END)

    def _deeds(self) -> Iterator[month.Deed]:
        apps = {
            "anna": ("calendar", "Europe/Berlin"),
            "ben": ("calendar", "Europe/London"),
            "clara": ("calls", "Europe/Berlin"),
        }
        for name, (folder, zone) in apps.items():
            app = month.App(self.shelves[name], folder, zone)
            yield from getattr(month, name)(app, self._answer(name))

    def _answer(self, name: str) -> Callable[..., None]:
        return lambda *words, at: self.person(name, "answer", *words, at=at)

    def files(self) -> dict[str, bytes]:
        """Every calendar of everybody, as if one and the same installation had written them."""
        return {
            f"{name}/{path}": written_by("0" * 8, data)
            for name, shelf in self.shelves.items()
            for path, data in shelf.read().items()
            if not path.endswith(".lock")
        }


def _rounds() -> Iterator[datetime]:
    day = month.BEGIN
    while day < month.END:
        for time in month.ROUNDS if day.weekday() < 5 else ("10:00",):
            moment = datetime.fromisoformat(f"{day:%Y-%m-%d}T{time}")
            if moment < month.END:
                yield moment
        day += timedelta(days=1)


def facts(house: House, database: Database, lost: Callable[[], None]) -> dict[str, Any]:
    """What must still be true later; `lost` makes the state be lost, which is what this version itself answers last."""
    found: dict[str, Any] = {}
    for name in NAMES:
        history = Store(database, name).load_history(month.END.replace(tzinfo=month.BERLIN))
        there = list(items(house.shelves[name].read()))
        by_slot = {record.slot: record for record in history.items.values()}
        plan = house.person(name, "plan", at=month.END)
        assert plan["changes"] == [], plan["changes"]
        found[name] = {
            "ratings": house.person(name, "rating", at=month.END),
            "closed": sorted(item.name for item in there if not item.is_open),
            "edited": sorted(one.name for one in there if by_slot[one.slot].status == "taken_over"),
            "dismissed": sorted(slot for slot, record in by_slot.items() if record.status == "dismissed"),
            "open": {one.slot: one.name for one in there if one.is_open},
        }
    lost()
    for name in NAMES:
        plan = house.person(name, "plan", at=month.END)
        found[name]["lost"] = {
            "changes": sorted(f"{one['action']} {one['item']} {one['summary']}" for one in plan["changes"]),
            "ratings": _after_a_loss(house, name),
        }
    return found


def _after_a_loss(house: House, name: str) -> Any:
    house.person(name, "once", at=month.END)
    return house.person(name, "rating", at=month.END)


def keep(place: Path, house: House, expected: dict[str, Any], files: dict[str, bytes]) -> None:
    """Write what both databases share."""
    shelf = Folder(place / "calendars")
    for name, data in files.items():
        shelf.write(name, data)
    shutil.copy(house.here / "anrufe.csv", place)
    written = month.profiles(HERE, "@DAV@", "@PASSWORD@")
    (place / "people.d").mkdir()
    for name, text in written.items():
        (place / "people.d" / f"{name}.toml").write_text(text)
    (place / "config.toml").write_text(month.main_toml("@STATE@"))
    moment = f"{month.END:%Y-%m-%dT%H:%M}"
    document = {"version": __version__, "at": moment, "people": expected}
    (place / "expected.json").write_text(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def keep_sqlite(house: House, place: Path) -> None:
    shutil.copy(house.here / "state" / "state.sqlite3", place / "state.sqlite3")
    with closing(sqlite3.connect(place / "state.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
        relocate(connection, str(house.here), HERE)
        connection.execute("VACUUM")


def dump_postgres(cluster: Cluster, bench: PostgresBench, here: Path) -> str:
    command = [str(cluster.programs / "pg_dump"), "--no-owner", "--no-privileges", bench.url]
    command += ["--rows-per-insert=200", "--schema=public"]
    done = subprocess.run(command, env={"PGPASSWORD": bench.password}, capture_output=True, text=True, check=True)
    # Without lines for psql alone, and without what another version of the server would not know.
    noise = ("\\", "--", "SET ", "SELECT pg_catalog.set_config", "CREATE SCHEMA public", "COMMENT ON SCHEMA public")
    lines = [line for line in done.stdout.splitlines() if line.strip() and not line.startswith(noise)]
    return "\n".join(lines).replace(str(here), HERE) + "\n"


def make(version: str) -> None:
    assert version == __version__, f"this is {__version__}"
    place = PLACE / version
    place.mkdir()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="month-")))
        dav = stack.enter_context(radicale_server(folder / "radicale"))
        house = House(_made(folder / "sqlite"), f'[state]\npath = "{folder}/sqlite/state"\n', dav)
        house.live()
        keep_sqlite(house, place)
        files = house.files()
        with closing(SqliteDatabase.open(house.here / "state", read_only=True)) as database:
            expected = facts(house, database, lambda: shutil.rmtree(house.here / "state"))
        keep(place, house, expected, files)

        cluster = stack.enter_context(running_cluster())
        cluster.run("CREATE DATABASE month")
        bench = PostgresBench(cluster, "month")
        other = House(_made(folder / "postgresql"), bench.toml, dav)
        other.live()
        (place / "state.postgresql.sql").write_text(dump_postgres(cluster, bench, other.here))
        assert files == other.files(), sorted(
            name for name in files.keys() | other.files().keys() if files.get(name) != other.files().get(name)
        )
        with closing(PostgresDatabase.open(bench.url, bench.password)) as shared:
            assert _remembered(shared) == _remembered_by(place)


def _remembered(database: Database) -> dict[str, list[str]]:
    """What became of each item, by person."""
    now = month.END.replace(tzinfo=month.BERLIN)
    histories = {name: Store(database, name).load_history(now) for name in NAMES}
    return {
        name: sorted(f"{slot} {record.status}" for slot, record in history.items.items())
        for name, history in histories.items()
    }


def _remembered_by(place: Path) -> dict[str, list[str]]:
    with closing(SqliteDatabase.open(place, read_only=True)) as database:
        return _remembered(database)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


if __name__ == "__main__":
    make(sys.argv[1])
