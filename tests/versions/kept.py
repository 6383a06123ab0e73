"""The fixtures of past versions below tests/data/versions, laid down so that the program of today can open them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from termintreu.service import bootstrap
from termintreu.storage import SqliteDatabase
from termintreu.ui.cli.arguments import main
from tests.postgres import Cluster
from tests.servers import DavServer
from tests.versions.shelves import Folder, Server, Shelf, items, written_by

DATA = Path(__file__).parents[1] / "data" / "versions"
VERSIONS = sorted(path.parent.name for path in DATA.glob("*/expected.json"))
HERE = "@HERE@"
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class Facts:
    """What must be true of a person's calendars and ratings, whatever becomes of texts and rules."""

    ratings: Sequence[Mapping[str, Any]]
    """As `rating --json` told."""
    closed: Sequence[str]
    """Files of items that the user ticked or declined."""
    edited: Sequence[str]
    """Files of items that the user changed: hands off."""
    dismissed: Sequence[str]
    """Slots whose items the user deleted: they stay empty."""
    open: Mapping[str, str]
    """Slot to file of the items that wait for the user or are still to come."""
    lost: Mapping[str, Any]
    """What that version itself made of the calendars alone: its changes, and its ratings afterwards."""


def facts(version: str) -> dict[str, Facts]:
    """By person."""
    return {name: Facts(**found) for name, found in _document(version)["people"].items()}


def moment(version: str) -> datetime:
    """When the version looked last, and found nothing to do; wall time in Berlin."""
    return datetime.fromisoformat(_document(version)["at"])


def _document(version: str) -> dict[str, Any]:
    return dict(json.loads((DATA / version / "expected.json").read_text(encoding="utf-8")))


def lay_sqlite(version: str, folder: Path, here: str = HERE) -> Path:
    """The state as a file in a folder, with the calendars below `here`; returns the file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "state.sqlite3"
    shutil.copy(DATA / version / "state.sqlite3", path)
    path.chmod(0o600)
    if here != HERE:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            relocate(connection, HERE, here)
    return path


def relocate(connection: sqlite3.Connection, old: str, new: str) -> None:
    """Put one folder for another wherever a text in the state names it."""
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for _, column, *_ in connection.execute(f"PRAGMA table_info('{table}')").fetchall():
            connection.execute(
                f'UPDATE "{table}" SET "{column}" = replace("{column}", ?, ?) WHERE typeof("{column}") = \'text\'',
                (old, new),
            )


def lay_postgres(version: str, cluster: Cluster, database: str, here: str = HERE) -> None:
    """The state in an empty database."""
    cluster.run((DATA / version / "state.postgresql.sql").read_text(encoding="utf-8").replace(HERE, here), database)


@dataclass
class House:
    """The people of a fixture in a folder, and on a server whoever has one."""

    version: str
    here: Path
    state_toml: str
    dav: DavServer
    shelves: dict[str, Shelf] = field(init=False)

    def __post_init__(self) -> None:
        place = DATA / self.version
        password = self.here / "password"
        self._write(password, self.dav.password)
        self._write(self.here / "config.toml", (place / "config.toml").read_text().replace("@STATE@", self.state_toml))
        (self.here / "people.d").mkdir()
        for profile in (place / "people.d").glob("*.toml"):
            text = profile.read_text().replace(HERE, str(self.here)).replace("@DAV@", self.dav.url)
            self._write(self.here / "people.d" / profile.name, text.replace("@PASSWORD@", str(password)))
        shutil.copy(place / "anrufe.csv", self.here)
        exported = moment(self.version).replace(tzinfo=BERLIN).timestamp()
        os.utime(self.here / "anrufe.csv", (exported, exported))
        server = Server(self.dav)
        server.prepare()
        self.shelves = {name: server if name == "clara" else Folder(self.here / name) for name in facts(self.version)}
        people, nothing = bootstrap.load_profiles(self.config), SqliteDatabase.open(None)
        for name, shelf in self.shelves.items():
            # The marks of an installation tell the machine and where the state is: here it is the one that wrote them.
            author = bootstrap.build(people.load(name), profile=name, dry=True, database=nothing).settings.author
            for path, data in Folder(place / "calendars" / name).read().items():
                shelf.write(path, written_by(author, data))

    @property
    def config(self) -> Path:
        return self.here / "config.toml"

    def _write(self, path: Path, text: str) -> None:
        path.touch(0o600)
        path.write_text(text)

    def run(self, name: str, *arguments: str) -> Any:
        """A command for one person, at the fixture's moment."""
        out, err = io.StringIO(), io.StringIO()
        at = f"{moment(self.version):%Y-%m-%dT%H:%M}"
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([*arguments, "--json", "--config", str(self.config), "--person", name, "--at", at])
        assert code == 0, (out.getvalue()[-2000:], err.getvalue()[-2000:])
        return json.loads(out.getvalue())


@dataclass(frozen=True)
class Seen:
    """What the program of today made of one person's calendars."""

    before: Mapping[str, bytes]
    changes: Sequence[Mapping[str, Any]]
    after: Mapping[str, bytes]
    again: Sequence[Mapping[str, Any]]
    """What it would still write in the cycle after."""
    ratings: Sequence[Mapping[str, Any]]

    def open_slots(self) -> Iterator[str]:
        """The slot of every open item that stands there now."""
        return (item.slot for item in items(self.after) if item.is_open)


def look(house: House, name: str) -> Seen:
    """Let one cycle go by."""
    shelf = house.shelves[name]
    before = shelf.read()
    changes = house.run(name, "once")["changes"]
    after = shelf.read()
    again = house.run(name, "plan")["changes"]
    return Seen(before, changes, after, again, house.run(name, "rating"))
