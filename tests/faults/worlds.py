"""Worlds for whole cycles on accounts in memory: the real pipeline and the real state, with nothing beyond the process.

`FaultyStore` fails as servers fail, `MortalMemory` as processes do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from termintreu.config import Config
from termintreu.config.holidays import holidays_for
from termintreu.config.working_hours import WorkClock
from termintreu.cycle.world import Accounts, Memory, Settings, State, World
from termintreu.judging.rules import rule_params
from termintreu.model import Collection, Snapshot
from termintreu.model.ports import Source, Target
from termintreu.model.texts import Texts
from termintreu.reading.collect import Account
from termintreu.reading.ical import Reader
from termintreu.recognition.contacts.book import ContactBook, contacts_from_config
from termintreu.storage import Store
from termintreu_connectors.memory import MemoryStore

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 10, 5, 8, tzinfo=UTC)
"""10:00 in Berlin."""
OFFICE = {day: ["09:00-12:30", "13:30-17:30"] for day in ("mon", "tue", "wed", "thu", "fri")}


class Killed(BaseException):
    """The process is dead: nothing after this runs, and nothing catches it."""


class FaultyStore(MemoryStore):
    """An account whose watched calendar can look empty for once, though nothing was deleted."""

    def __init__(self, name: str = "work", **more: Any) -> None:
        super().__init__(name, **more)
        self.calendar = self.add_collection("Arbeit", components=frozenset({"VEVENT"}))
        self.looks_empty = False

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """As every account, or wrongly empty and certain of it."""
        if self.looks_empty and collection.href == self.calendar.href:
            return Snapshot(collection=collection, token=None, full=True, changed=(), deleted=(), requests=1)
        return await super().changes(collection, token, known)

    def own_objects(self) -> dict[str, bytes]:
        """Everything outside of the watched calendar."""
        return {href: data for href, data in self.objects().items() if not href.startswith(self.calendar.href)}


class MortalMemory:
    """The real state, of a process that dies before or after it is written for the n-th time."""

    def __init__(self, store: Store, *, dies_at: int | None = None, after: bool = False) -> None:
        self._store = store
        self._left = dies_at
        self._after = after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def remember(self, **what: Any) -> str:
        """Keep all of it, unless the process dies first."""
        dies = self._left == 0
        if self._left is not None:
            self._left -= 1
        if dies and not self._after:
            raise Killed
        revision = self._store.remember(**what)
        if dies:
            raise Killed
        return revision


def a_config(**more: Any) -> Config:
    """Anna's settings: one account for reading and writing."""
    return Config.model_validate(
        {
            "timezone": "Europe/Berlin",
            "me": {"name": "Anna Beispiel", "emails": ["anna@beispiel.example"], "working_hours": OFFICE},
            "sources": [{"name": "work", "type": "caldav", "url": "https://dav.example/"}],
            "target": {"source": "work"},
            "contacts": [
                {"name": "Erika Muster", "emails": ["erika@muster.example"], "phones": ["+49 30 901820"]},
            ],
            **more,
        }
    )


def a_world(
    store: Target, memory: Memory, *, config: Config | None = None, sources: Sequence[Source] = (), author: str = ""
) -> World:
    """A process's world over an account that is read and written, and over further sources that are only read."""
    config = config or a_config()
    own = {"reminders": config.target.reminders, "tasks": config.target.tasks}
    return World(
        settings=Settings(
            config=config,
            params={name: params() for name, params in rule_params().items()},
            disabled=frozenset(),
            clock=WorkClock(me=config.me, zone=BERLIN, holiday=holidays_for(config.me.region, config.language)),
            texts=Texts(language=config.language, zone=BERLIN),
            reader=Reader(zone=BERLIN, max_occurrences=config.limits.occurrences),
            author=author,
        ),
        accounts=Accounts(
            calendars=(
                Account(name="work", connector=store, patterns=("Arbeit",), own=own),
                *(Account(name=source.name, connector=source) for source in sources),
            ),
            target=store,
            target_name="work",
            contacts=ContactBook(contacts_from_config(config.contacts, config.me.country), config.me),
        ),
        state=State(memory=memory),
    )


def event(
    uid: str,
    start: datetime,
    *,
    minutes: int = 30,
    summary: str = "Telefonat mit Erika Muster",
    lines: Sequence[str] = (),
) -> bytes:
    """An appointment, as an app writes it."""
    body = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//an app//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20261001T080000Z",
        f"DTSTART:{start.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTEND:{(start + timedelta(minutes=minutes)).astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{summary}",
        *lines,
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(body).encode()


def mangled(data: bytes) -> bytes:
    """As servers give back what they were given."""
    return data.replace(b"CLASS:PRIVATE", b"CLASS:PUBLIC").replace(b"TRIGGER:-PT1M", b"UID:a\r\nTRIGGER:-PT60S")
