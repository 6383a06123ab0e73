"""What Google's API does that no other backend does, one test each, on its stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from termintreu.model import Collection, Look
from termintreu.model.errors import (
    Forbidden,
    InvalidAnswer,
    NotFound,
    PreconditionFailed,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)
from termintreu_connectors.api_account import Pace
from termintreu_connectors.google import GoogleAccount
from termintreu_connectors.google.ids import id_of, name_of
from tests.contract.suite import Reader, event, objects_in
from tests.fakes.google import GoogleCalendar, google_calendar, rules
from tests.fakes.google.calendar import Calendar, Refused
from tests.fakes.tokens import ACCESS, logged_in


@dataclass
class Bench:
    """An account, its own calendar, and one that is only read."""

    service: GoogleCalendar
    account: GoogleAccount
    own: Calendar
    read: Calendar

    def run(self, action: Callable[[], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            try:
                return await action()
            finally:
                await self.account.close()

        return asyncio.run(whole())

    @property
    def reader(self) -> Reader:
        return Reader(source=self.account, collection=place(self.read))

    def asked(self) -> list[str]:
        """The requests since this was asked last, without their hosts and numbers of entries."""
        said = [f"{method} {path}".replace("maxResults=1000", "").rstrip("?&") for method, path in self.service.asked]
        self.service.asked.clear()
        return said


def place(calendar: Calendar) -> Collection:
    return Collection(href=f"/{calendar.id}/", name="x", components=frozenset({"VEVENT"}))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with google_calendar() as service:
        service.takes = lambda token: token == ACCESS
        account = GoogleAccount(
            "google", logged_in(tmp_path), base=service.url, pace=Pace(write_interval=0.0, sleep=_at_once)
        )
        own = service.add_calendar("Termintreu", by_app=True)
        yield Bench(service, account, own, service.calendars["anna@example.com"])


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


def single(key: str, hour: int = 12, **more: Any) -> dict[str, Any]:
    moment = {"dateTime": f"2026-10-06T{hour:02}:00:00Z", "timeZone": "UTC"}
    times = {"start": moment, "end": moment}
    return {"id": key, "status": "confirmed", "iCalUID": f"{key}@google.com", "summary": key, **times, **more}


def series(key: str) -> dict[str, Any]:
    return single(key, recurrence=["RRULE:FREQ=DAILY;COUNT=5"])


def exception(master: str, day: int, **more: Any) -> dict[str, Any]:
    start = {"dateTime": f"2026-10-{day:02}T12:00:00Z", "timeZone": "UTC"}
    key = f"{master}_202610{day:02}T120000Z"
    whole = single(key, iCalUID=f"{master}@google.com", recurringEventId=master, originalStartTime=start)
    return whole | more


def test_an_unchanged_poll_is_one_request(bench: Bench) -> None:
    bench.service.put(bench.read.id, single("abcde"))
    reader = bench.reader

    async def twice() -> None:
        await reader.poll()
        bench.asked()
        await reader.poll()

    bench.run(twice)
    assert ["GET /calendar/v3/calendars/anna%40example.com/events?syncToken=sync%3D1"] == bench.asked()


def test_a_long_list_comes_in_pages_and_is_whole(bench: Bench) -> None:
    for number in range(7):
        bench.service.put(bench.read.id, single(f"abcd{number}"))
    bench.service.page = 3
    reader = bench.reader
    snapshot = bench.run(reader.poll)
    assert (7, 3) == (len(reader.held), snapshot.requests)


def test_what_changes_in_a_series_brings_the_whole_series(bench: Bench) -> None:
    bench.service.put(bench.read.id, series("serie"))
    reader = bench.reader

    async def story() -> list[int]:
        await reader.poll()
        found = []
        for change in (
            lambda: bench.service.put(bench.read.id, exception("serie", 7, summary="verschoben")),
            lambda: bench.service.put(bench.read.id, exception("serie", 8)),
            lambda: bench.service.remove(bench.read.id, "serie_20261008T120000Z"),
        ):
            change()
            await reader.poll()
            stream = (reader.held[f"/{bench.read.id}/serie.ics"].data or b"").decode()
            found.append(stream.count("BEGIN:VEVENT") * 10 + stream.count("EXDATE"))
        return found

    assert [20, 30, 21] == bench.run(story)
    assert [f"/{bench.read.id}/serie.ics"] == list(reader.held)


def test_a_series_that_is_deleted_is_gone_with_its_exceptions(bench: Bench) -> None:
    bench.service.put(bench.read.id, series("serie"))
    bench.service.put(bench.read.id, exception("serie", 7))
    reader = bench.reader

    async def story() -> None:
        await reader.poll()
        bench.service.remove(bench.read.id, "serie_20261007T120000Z")
        bench.service.remove(bench.read.id, "serie")
        await reader.poll()

    bench.run(story)
    assert {} == reader.held


def test_who_is_invited_to_one_occurrence_only_has_that_one(bench: Bench) -> None:
    bench.service.put(bench.read.id, exception("elsewhere", 7, summary="nur heute"))
    reader = bench.reader

    async def story() -> int:
        await reader.poll()
        bench.service.put(bench.read.id, exception("elsewhere", 7, summary="doch nicht"))
        await reader.poll()
        held = len(reader.held)
        bench.service.remove(bench.read.id, "elsewhere_20261007T120000Z")
        await reader.poll()
        return held

    assert 1 == bench.run(story)
    assert {} == reader.held


def test_after_many_series_changed_all_is_listed_at_once(bench: Bench) -> None:
    reader = bench.reader

    async def story() -> Any:
        await reader.poll()
        for number in range(40):
            bench.service.put(bench.read.id, series(f"serie{number}"))
        bench.asked()
        return await reader.poll()

    snapshot = bench.run(story)
    assert (True, 40, 2) == (snapshot.full, len(reader.held), len(bench.asked()))


def test_when_the_calendars_own_reminders_change_all_is_listed_anew(bench: Bench) -> None:
    bench.service.put(bench.read.id, single("abcde", reminders={"useDefault": True}))
    reader = bench.reader

    async def story() -> tuple[bytes, bytes]:
        await reader.poll()
        [before] = reader.held.values()
        bench.read.leads = [45]
        await reader.poll()
        [after] = reader.held.values()
        return before.data or b"", after.data or b""

    before, after = bench.run(story)
    assert b"-PT10M" in before
    assert b"-PT45M" in after


def test_a_forgotten_token_costs_a_listing_and_nothing_else(bench: Bench) -> None:
    bench.service.put(bench.read.id, single("abcde"))
    reader = bench.reader

    async def story() -> Any:
        await reader.poll()
        bench.service.forget_tokens()
        return await reader.poll()

    snapshot = bench.run(story)
    assert snapshot.full
    assert [None] == [row.data for row in snapshot.changed]


def test_where_somebody_works_is_no_appointment(bench: Bench) -> None:
    bench.service.put(bench.read.id, single("abcde", eventType="workingLocation"))
    reader = bench.reader
    bench.run(reader.poll)
    assert {} == reader.held


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize("reason", ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"])
def test_a_quota_is_waited_for_and_is_the_whole_accounts(bench: Bench, status: int, reason: str) -> None:
    bench.service.refusals = [Refused(status, reason)]
    with pytest.raises(TooManyRequests) as caught:
        bench.run(bench.account.collections)
    assert (caught.value.retry_after or 0) >= 60
    assert 1 == len(bench.asked())


def test_a_box_that_was_left_unticked_is_named(bench: Bench) -> None:
    bench.service.scopes = frozenset({rules.APP_CREATED, rules.EVENTS_READ})
    with pytest.raises(Unauthorized, match="leave every box ticked"):
        bench.run(bench.account.collections)


def test_an_api_that_is_not_enabled_is_named(bench: Bench) -> None:
    bench.service.refusals = [Refused(403, "accessNotConfigured")]
    with pytest.raises(Forbidden, match="not enabled in the project"):
        bench.run(bench.account.collections)


@pytest.mark.requirement(1)
def test_the_log_in_itself_cannot_change_what_we_did_not_make(bench: Bench) -> None:
    bench.service.put(bench.read.id, single("abcde"))
    before = dict(bench.service.living(bench.read.id))

    async def story() -> None:
        row = await bench.account.fetch(f"/{bench.read.id}/abcde.ics")
        with pytest.raises(Forbidden):
            await bench.account.update(row.href, event("x"), row.etag or "")
        with pytest.raises(Forbidden):
            await bench.account.delete(row.href, row.etag or "")
        with pytest.raises(Forbidden):
            await bench.account.create(place(bench.read), "neu.ics", event("x"))

    bench.run(story)
    assert before == bench.service.living(bench.read.id)


def test_a_create_whose_answer_was_lost_is_not_made_twice(bench: Bench) -> None:
    bench.service.lost = {"events.insert"}

    async def story() -> None:
        with pytest.raises(Unavailable):
            await bench.account.create(place(bench.own), "termintreu-1.ics", event("termintreu-1"))
        with pytest.raises(PreconditionFailed):
            await bench.account.create(place(bench.own), "termintreu-1.ics", event("termintreu-1"))
        reader = Reader(source=bench.account, collection=place(bench.own))
        await reader.poll()
        assert objects_in(event("termintreu-1")) == reader.objects

    bench.run(story)
    assert 1 == len(bench.service.living(bench.own.id))


def test_what_the_user_deleted_cannot_be_brought_back(bench: Bench) -> None:
    async def story() -> None:
        made = await bench.account.create(place(bench.own), "termintreu-1.ics", event("termintreu-1"))
        bench.service.remove(bench.own.id, id_of("termintreu-1.ics"))
        with pytest.raises(PreconditionFailed):
            await bench.account.create(place(bench.own), "termintreu-1.ics", event("termintreu-1"))
        with pytest.raises((PreconditionFailed, NotFound)):
            await bench.account.update(made.href, event("termintreu-1"), made.etag or "")
        with pytest.raises(NotFound):
            await bench.account.fetch(made.href)
        await bench.account.delete(made.href, made.etag or "")  # 410, "deleted"

    bench.run(story)
    assert {} == bench.service.living(bench.own.id)


def test_an_update_takes_away_what_the_item_no_longer_has_and_keeps_the_users_colour(bench: Bench) -> None:
    key = id_of("termintreu-1.ics")

    async def story() -> None:
        made = await bench.account.create(place(bench.own), "termintreu-1.ics", event("t", extra=("LOCATION:Köln",)))
        bench.service.put(bench.own.id, {"id": key, "colorId": "5"})
        row = await bench.account.fetch(made.href)
        await bench.account.update(made.href, event("t", "neu"), row.etag or "")

    bench.run(story)
    stored = bench.service.living(bench.own.id)[key]
    assert ("5", "neu", None) == (stored["colorId"], stored["summary"], stored.get("location"))


def test_a_calendar_is_made_once_although_its_answer_is_lost(bench: Bench) -> None:
    bench.service.lost = {"calendars.insert"}
    look = Look(color="#9AA5B1", description="Erinnerungen")

    async def story() -> Collection:
        with pytest.raises(Unavailable):
            await bench.account.ensure("Neu", frozenset({"VTODO"}), look)
        return await bench.account.ensure("Neu", frozenset({"VTODO"}), look)

    made = bench.run(story)
    assert frozenset({"VEVENT"}) == made.components
    assert 1 == sum(one.entry["summary"] == "Neu" for one in bench.service.calendars.values())


def test_a_calendar_that_we_make_has_its_colour(bench: Bench) -> None:
    made = bench.run(lambda: bench.account.ensure("Neu", frozenset({"VEVENT"}), Look(color="#9AA5B1", description="x")))
    assert "#9AA5B1" == bench.service.calendars[made.href.strip("/")].entry["backgroundColor"]


def test_calendars_that_show_busy_only_are_left_out(bench: Bench) -> None:
    bench.service.add_calendar("Chef", role="freeBusyReader")
    bench.service.add_calendar("Team", role="reader")
    found = {one.name: one.writable for one in bench.run(bench.account.collections)}
    assert {"anna@example.com": True, "Termintreu": True, "Team": False} == found


def test_a_list_that_never_ends_is_given_up(bench: Bench) -> None:
    bench.service.answer = lambda *_: (200, {"items": [], "nextPageToken": "again"})  # type: ignore[method-assign]  # a server that lies
    with pytest.raises(InvalidAnswer, match="does not end"):
        bench.run(bench.reader.poll)


@pytest.mark.parametrize(
    "said", [[], "x", {"items": []}, {"nextSyncToken": "x"}, {"items": 5, "nextSyncToken": "x"}, {}]
)
def test_an_answer_of_another_form_is_no_empty_calendar(bench: Bench, said: Any) -> None:
    bench.service.answer = lambda *_: (200, said)  # type: ignore[method-assign]  # a server that lies
    with pytest.raises(InvalidAnswer):
        bench.run(bench.reader.poll)


def test_an_event_without_its_etag_costs_itself_and_nothing_beside_it(bench: Bench) -> None:
    for key in ("abcde", "fghij"):
        bench.service.put(bench.read.id, single(key))
    bench.read.events["abcde"]["etag"] = 5
    snapshot = bench.run(bench.reader.poll)
    assert (1, False) == (len(snapshot.changed), snapshot.complete)


@pytest.mark.parametrize(
    "name",
    [
        *("termintreu-0f6f3c3a-5c0e-5a57-8f4e-7b1d1e5f6a21.ics", "a.ics", "yearly.ics", "with space.ics", "☎🎉.ics"),
        *("abcde.ics", "_60q30c1g60o30.ics", "abc_20261006T122000Z.ics", "tt00.ics", id_of("x.ics") + ".ics"),
    ],
)
def test_names_and_ids_tell_each_other(name: str) -> None:
    assert name == name_of(id_of(name))


@pytest.mark.parametrize("name", [".ics", "x" * 700 + ".ics"])
def test_a_name_that_can_have_no_id_is_refused(name: str) -> None:
    with pytest.raises(Forbidden):
        id_of(name)


def test_ids_of_what_we_name_are_ones_that_google_takes() -> None:
    for name in ("termintreu-0f6f3c3a-5c0e-5a57-8f4e-7b1d1e5f6a21.ics", "a.ics", "W-Z.ics"):
        assert "" == rules.fault_of({"id": id_of(name)}, whole=False)
