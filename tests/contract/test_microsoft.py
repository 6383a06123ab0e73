"""A Microsoft account keeps the connectors' contract, on a stand-in of Graph: its calendars, and its task lists."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from termintreu.model.errors import Forbidden, NotFound, PreconditionFailed
from termintreu.model.ports import Target
from termintreu_connectors.api_account import Pace
from termintreu_connectors.microsoft import MicrosoftAccount
from tests.contract.suite import Bench, TargetContract, event, objects_in, reader_of, todo
from tests.fakes.graph import GraphService, graph_service
from tests.fakes.graph.app import App
from tests.fakes.graph.service import Folder
from tests.fakes.tokens import logged_in

NOW = datetime(2026, 10, 1, tzinfo=UTC)


@dataclass(frozen=True)
class GraphHand:
    """Another app on the same calendar."""

    app: App
    place: str
    folder: Folder

    def put(self, name: str, data: bytes) -> None:
        self.app.put(self.place + self._key(name), data)

    def remove(self, name: str) -> None:
        self.app.delete(self.place + self._key(name))

    def read(self) -> Mapping[str, bytes]:
        return {
            f"{one.get('transactionId', key)}.ics": self.app.get(f"{self.place}{key}.ics")[1]
            for key, one in self.folder.items.items()
        }

    def drop(self) -> None:
        del self.app.service.calendars[self.folder.id]

    def _key(self, name: str) -> str:
        """Graph chose the id of what was created under a name."""
        stem = name.removesuffix(".ics")
        return next((key for key, one in self.folder.items.items() if one.get("transactionId") == stem), stem) + ".ics"


@pytest.fixture(scope="module")
def service() -> Iterator[GraphService]:
    with graph_service() as service:
        yield service


class TestMicrosoft(TargetContract):
    checks_uids = False  # ours stands in a property of its own
    components = frozenset({"VEVENT", "VTODO"})

    @pytest.fixture
    async def bench(self, service: GraphService, tmp_path: Path) -> AsyncIterator[Bench[Target]]:
        service.calendars.clear()
        service.lists.clear()
        service.add_calendar("Kalender", isDefaultCalendar=True)
        folder = service.add_calendar("Anna")
        account = MicrosoftAccount(
            "m365", logged_in(tmp_path), base=service.url, pace=Pace(write_interval=0.0), now=lambda: NOW
        )
        href = f"/calendars/{folder.id}/"
        [collection] = [one for one in await account.collections() if one.href == href]
        yield Bench(connector=account, collection=collection, hand=GraphHand(App(service), href, folder))
        await account.close()

    async def test_what_is_created_stands_there(self, bench: Bench[Target]) -> None:
        """At an href that Graph chooses."""
        made = await bench.connector.create(bench.collection, "neu.ics", event("a"))
        assert made.href.startswith(bench.collection.href)
        assert made.data is None
        assert ["neu.ics"] == list(bench.hand.read())
        assert objects_in(event("a")) == objects_in(*bench.hand.read().values())

    @pytest.mark.requirement(15)
    async def test_what_is_there_is_never_overwritten_by_a_create(self, bench: Bench[Target]) -> None:
        """Another id is chosen for what another app named so; what we made under a name is not made again."""
        await bench.connector.create(bench.collection, "a.ics", event("a"))
        before = bench.hand.read()
        for data in (event("a", "von uns"), event("b", "von uns")):
            with pytest.raises(PreconditionFailed):
                await bench.connector.create(bench.collection, "a.ics", data)
        assert before == bench.hand.read()

    async def test_tasks_can_be_written(self, bench: Bench[Target]) -> None:
        """In a list of their own."""
        with pytest.raises(Forbidden):
            await bench.connector.create(bench.collection, "task.ics", todo("t"))
        tasks = await bench.connector.ensure("Aufgaben", frozenset({"VTODO"}))
        made = await bench.connector.create(tasks, "task.ics", todo("t"))
        assert objects_in(todo("t")) == objects_in((await bench.connector.fetch(made.href)).data or b"")

    @pytest.mark.requirement(9)
    async def test_the_users_tick_is_seen_and_can_be_answered(
        self, bench: Bench[Target], service: GraphService
    ) -> None:
        tasks = await bench.connector.ensure("Aufgaben", frozenset({"VTODO"}))
        made = await bench.connector.create(tasks, "t.ics", todo("t"))
        reader = reader_of(Bench(connector=bench.connector, collection=tasks, hand=bench.hand))
        await reader.poll()
        App(service).put(made.href, todo("t").replace(b"NEEDS-ACTION", b"COMPLETED"))
        await reader.poll()
        assert {"STATUS:COMPLETED", "PERCENT-COMPLETE:100"} <= reader.objects["t"]
        await bench.connector.delete(made.href, reader.held[made.href].etag or "")
        with pytest.raises(NotFound):
            await bench.connector.fetch(made.href)

    @pytest.mark.requirement(1)
    async def test_fetch_gives_content_and_an_etag_to_write_on(self, bench: Bench[Target]) -> None:
        """On what is ours: what another app made can be fetched, and is never written."""
        bench.hand.put("a.ics", event("a"))
        row = await bench.connector.fetch(bench.collection.href + "a.ics")
        assert objects_in(event("a")) == objects_in(row.data or b"")
        with pytest.raises(Forbidden):
            await bench.connector.update(row.href, event("a", "neu"), row.etag or "")
        with pytest.raises(Forbidden):
            await bench.connector.delete(row.href, row.etag or "")
        assert objects_in(event("a")) == objects_in(*bench.hand.read().values())
