"""A Google account keeps the connectors' contract, on a stand-in of its API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from termintreu.model.errors import Forbidden
from termintreu.model.ports import Target
from termintreu_connectors.api_account import Pace
from termintreu_connectors.google import GoogleAccount
from termintreu_connectors.google.ids import id_of, name_of
from termintreu_connectors.google.to_ical import stream_of
from tests.contract.suite import Bench, TargetContract, event, objects_in, reader_of, todo
from tests.fakes.google import GoogleCalendar, google_calendar
from tests.fakes.google.app import as_json
from tests.fakes.tokens import logged_in


@dataclass(frozen=True)
class GoogleHand:
    """Another app on the same calendar."""

    service: GoogleCalendar
    calendar: str

    def put(self, name: str, data: bytes) -> None:
        key = id_of(name)
        there = self.service.living(self.calendar).get(key)
        uid = {} if there else {"status": "confirmed"}
        self.service.put(self.calendar, {"id": key} | uid | as_json(data.decode(), whole=not there))

    def remove(self, name: str) -> None:
        self.service.remove(self.calendar, id_of(name))

    def read(self) -> Mapping[str, bytes]:
        return {name_of(key): stream_of([one], ()) for key, one in self.service.living(self.calendar).items()}

    def drop(self) -> None:
        del self.service.calendars[self.calendar]


@pytest.fixture(scope="module")
def service() -> Iterator[GoogleCalendar]:
    with google_calendar() as service:
        yield service


class TestGoogle(TargetContract):
    checks_uids = False  # a UID of ours is no id of theirs
    components = frozenset({"VEVENT"})

    @pytest.fixture
    async def bench(self, service: GoogleCalendar, tmp_path: Path) -> AsyncIterator[Bench[Target]]:
        service.calendars.clear()
        service.add_calendar("anna@example.com", primary=True)
        place = service.add_calendar("Anna", by_app=True)
        account = GoogleAccount("google", logged_in(tmp_path), base=service.url, pace=Pace(write_interval=0.0))
        [collection] = [one for one in await account.collections() if one.href == f"/{place.id}/"]
        yield Bench(connector=account, collection=collection, hand=GoogleHand(service, place.id))
        await account.close()

    async def test_tasks_can_be_written(self, bench: Bench[Target]) -> None:
        """They cannot, and are refused: a task is an event there."""
        with pytest.raises(Forbidden):
            await bench.connector.create(bench.collection, "task.ics", todo("t"))
        assert {} == bench.hand.read()

    async def test_the_users_tick_is_seen_and_can_be_answered(self, bench: Bench[Target]) -> None:
        """A task is an event, and a tick a change of its title."""
        made = await bench.connector.create(bench.collection, "t.ics", event("t", "☐ Zurückrufen"))
        reader = reader_of(bench)
        await reader.poll()
        done = event("t", "☑ Zurückrufen")
        bench.hand.put("t.ics", done)
        await reader.poll()
        assert objects_in(done) == reader.objects
        await bench.connector.delete(made.href, reader.held[made.href].etag or "")
        assert {} == bench.hand.read()
