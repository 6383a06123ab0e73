"""The CalDAV connector against real servers on loopback: what it finds, what it costs, what it writes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from termintreu.model import Collection, Look
from termintreu.model.errors import Forbidden, NotFound, PreconditionFailed, Unauthorized
from termintreu_connectors.caldav import CalDavAccount
from tests.servers import DavServer, Relay, event, todo

BOTH = frozenset({"VEVENT", "VTODO"})


@pytest.fixture
def relay(dav_server: DavServer) -> Iterator[Relay]:
    with Relay(dav_server.port) as running:
        yield running


@pytest.fixture
async def account(dav_server: DavServer, relay: Relay) -> AsyncIterator[CalDavAccount]:
    made = CalDavAccount("work", relay.url, dav_server.username, dav_server.password, write_interval=0.0)
    yield made
    await made.close()


@pytest.fixture
def calendar(dav_server: DavServer) -> Collection:
    path = dav_server.make_calendar("Arbeit")
    return Collection(href=path, name="Arbeit", components=BOTH)


@pytest.mark.parametrize("entrance", ["", "{home}", "{principal}", "{calendar}", "nothing-here/"])
async def test_calendars_are_found_from_any_url_of_the_account(
    dav_server: DavServer, calendar: Collection, entrance: str
) -> None:
    principal = f"/{dav_server.username}/"
    path = entrance.format(home=dav_server.home(), principal=principal, calendar=calendar.href).lstrip("/")
    account = CalDavAccount("work", dav_server.url + path, dav_server.username, dav_server.password)
    found = await account.collections()
    await account.close()
    assert calendar in found


async def test_a_journal_and_an_address_book_are_no_calendars(dav_server: DavServer, account: CalDavAccount) -> None:
    journal = dav_server.make_calendar("Tagebuch", components=["VJOURNAL"])
    tasks = dav_server.make_calendar("Aufgaben", components=["VTODO"])
    found = {collection.href: collection for collection in await account.collections()}
    assert journal not in found
    assert frozenset({"VTODO"}) == found[tasks].components
    assert all("VEVENT" in c.components or "VTODO" in c.components for c in found.values())


async def test_the_first_answer_lists_everything(
    dav_server: DavServer, account: CalDavAccount, calendar: Collection
) -> None:
    etags = {calendar.href + name: dav_server.put(calendar.href + name, event(name)) for name in ("a.ics", "b.ics")}
    dav_server.put(calendar.href + "gone.ics", event("gone"))
    dav_server.delete(calendar.href + "gone.ics")
    snapshot = await account.changes(calendar, None, {})
    assert etags == {resource.href: resource.etag for resource in snapshot.changed}
    assert all(b"BEGIN:VEVENT" in (resource.data or b"") for resource in snapshot.changed)
    assert (True, True, ()) == (snapshot.full, snapshot.complete, snapshot.deleted)


async def test_an_unchanged_calendar_costs_one_request(
    dav_server: DavServer, account: CalDavAccount, calendar: Collection, relay: Relay
) -> None:
    for number in range(3):
        dav_server.put(f"{calendar.href}{number}.ics", event(f"e{number}"))
    first = await account.changes(calendar, None, {})
    relay.requests.clear()
    second = await account.changes(calendar, first.token, {r.href: r.etag for r in first.changed})
    assert ["REPORT"] == [method for method, _ in relay.requests]
    assert (1, False, (), (), True) == (
        second.requests,
        second.full,
        second.changed,
        second.deleted,
        second.complete,
    )
    assert first.token == second.token


async def test_one_change_costs_one_request_on_radicale_and_two_on_xandikos(
    dav_server: DavServer, account: CalDavAccount, calendar: Collection, relay: Relay
) -> None:
    for number in range(5):
        dav_server.put(f"{calendar.href}{number}.ics", event(f"e{number}"))
    first = await account.changes(calendar, None, {})
    etag = dav_server.put(f"{calendar.href}3.ics", event("e3", "Neu"))
    dav_server.delete(f"{calendar.href}4.ics")
    relay.requests.clear()
    second = await account.changes(calendar, first.token, {r.href: r.etag for r in first.changed})
    assert {"radicale": 1, "xandikos": 2}[dav_server.kind] == len(relay.requests) == second.requests
    assert [(f"{calendar.href}3.ics", etag)] == [(r.href, r.etag) for r in second.changed]
    assert b"SUMMARY:Neu" in (second.changed[0].data or b"")
    assert (f"{calendar.href}4.ics",) == second.deleted
    assert not second.full


async def test_what_is_held_already_is_not_fetched_again(
    dav_server: DavServer, account: CalDavAccount, calendar: Collection, relay: Relay
) -> None:
    """Our own write comes back as a change; its ETag is known. Whether that is all there is, a listing tells."""
    first = await account.changes(calendar, None, {})
    written = await account.create(calendar, "own.ics", event("own").encode())
    relay.requests.clear()
    await account.changes(calendar, first.token, {written.href: written.etag})
    assert [method for method, _ in relay.requests] == ["REPORT", "PROPFIND"]


@pytest.mark.requirement(19)
@pytest.mark.parametrize("token", ["garbage", "http://radicale.org/ns/sync/" + 64 * "0", 40 * "0"])
async def test_a_token_that_is_refused_leads_to_a_full_listing(
    dav_server: DavServer, account: CalDavAccount, calendar: Collection, token: str
) -> None:
    etag = dav_server.put(calendar.href + "same.ics", event("same"))
    dav_server.put(calendar.href + "new.ics", event("new"))
    known = {calendar.href + "same.ics": etag, calendar.href + "gone.ics": '"x"'}
    snapshot = await account.changes(calendar, token, known)
    data = {resource.href.rpartition("/")[2]: resource.data for resource in snapshot.changed}
    assert {"same.ics", "new.ics"} == data.keys()
    assert data["same.ics"] is None
    assert b"UID:new" in (data["new.ics"] or b"")
    assert snapshot.full
    held = {resource.href: resource.etag for resource in snapshot.changed}
    assert (await account.changes(calendar, snapshot.token, held)).changed == ()


async def test_a_calendar_that_is_gone_is_not_found(
    dav_server: DavServer, account: CalDavAccount, calendar: Collection
) -> None:
    first = await account.changes(calendar, None, {})
    dav_server.delete(calendar.href)
    for token in (first.token, None, "ctag:x"):
        with pytest.raises(NotFound):
            await account.changes(calendar, token, {})


async def test_odd_names_are_compared_decoded_and_asked_for_as_spelled(
    dav_server: DavServer, account: CalDavAccount, calendar: Collection
) -> None:
    names = ["mit leer.ics", "ümläut.ics", "a+b@c.ics", "proz%25ent.ics"]
    for number, name in enumerate(names):
        wire = "".join(
            c if (c.isalnum() and c.isascii()) or c == "." else "".join(f"%{b:02x}" for b in c.encode()) for c in name
        )
        dav_server.put(calendar.href + wire, event(f"odd{number}"))
    snapshot = await account.changes(calendar, None, {})
    assert {calendar.href + name for name in names} == {resource.href for resource in snapshot.changed}
    for resource in snapshot.changed:
        assert b"UID:odd" in (resource.data or b"")
        fetched = await account.fetch(resource.href)
        assert resource.etag == fetched.etag
        updated = await account.update(
            resource.href, (fetched.data or b"").replace(b"Telefonat", b"Anruf"), fetched.etag or ""
        )
        await account.delete(resource.href, updated.etag or "")
    assert dav_server.list(calendar.href) == set()


async def test_create_update_fetch_delete(dav_server: DavServer, account: CalDavAccount, calendar: Collection) -> None:
    created = await account.create(calendar, "x-1.ics", todo("x-1").encode())
    assert (calendar.href + "x-1.ics", dav_server.get(created.href)[0], None) == (
        created.href,
        created.etag,
        created.data,
    )
    updated = await account.update(created.href, todo("x-1", "Neu").encode(), created.etag or "")
    assert b"SUMMARY:Neu" in dav_server.get(created.href)[1]
    assert updated.etag == (await account.fetch(created.href)).etag != created.etag
    await account.delete(created.href, updated.etag or "")
    assert not dav_server.exists(created.href)
    await account.delete(created.href, updated.etag or "")


@pytest.mark.requirement(15, 16)
async def test_nothing_is_overwritten_or_deleted_on_a_stale_etag(
    dav_server: DavServer, account: CalDavAccount, calendar: Collection
) -> None:
    created = await account.create(calendar, "x.ics", event("x").encode())
    users = dav_server.put(created.href, event("x", "Des Nutzers"))
    with pytest.raises(PreconditionFailed) as create:
        await account.create(calendar, "x.ics", event("x").encode())
    assert not create.value.uid_conflict
    with pytest.raises(PreconditionFailed):
        await account.update(created.href, event("x").encode(), created.etag or "")
    with pytest.raises(PreconditionFailed):
        await account.delete(created.href, created.etag or "")
    assert users == dav_server.get(created.href)[0]


async def test_a_uid_that_stands_elsewhere_is_told_from_a_change(account: CalDavAccount, calendar: Collection) -> None:
    await account.create(calendar, "x.ics", event("x").encode())
    with pytest.raises(PreconditionFailed) as refused:
        await account.create(calendar, "y.ics", event("x").encode())
    assert refused.value.uid_conflict


async def test_a_missing_resource_is_not_found(account: CalDavAccount, calendar: Collection) -> None:
    with pytest.raises(NotFound):
        await account.fetch(calendar.href + "nothing.ics")


@pytest.mark.requirement(15)
@pytest.mark.parametrize("name", ["../x.ics", "a b.ics", ".x.ics", "x", "x.ics/", "ü.ics", "x.ics\n"])
async def test_only_plain_names_are_written(
    account: CalDavAccount, calendar: Collection, relay: Relay, name: str
) -> None:
    with pytest.raises(Forbidden):
        await account.create(calendar, name, event("x").encode())
    assert relay.requests == []


@pytest.mark.requirement(3)
@pytest.mark.parametrize("components", [frozenset({"VTODO"}), frozenset({"VEVENT"}), BOTH])
async def test_a_collection_of_our_own_is_made_once(
    dav_server: DavServer, account: CalDavAccount, components: frozenset[str]
) -> None:
    dav_server.wipe()
    made = await account.ensure("Rück & <Anrufe> ☎", components)
    assert ("Rück & <Anrufe> ☎", components, True) == (made.name, made.components, made.writable)
    assert made.href.endswith("/rueck-anrufe/")
    again = CalDavAccount("again", dav_server.url, dav_server.username, dav_server.password)
    assert made == await again.ensure("Rück & <Anrufe> ☎", components)
    await again.close()


LOOK = b"""<propfind xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="http://apple.com/ns/ical/"><prop>
<C:calendar-description/><A:calendar-color/></prop></propfind>"""


async def test_a_server_without_an_inbox_tells_no_working_hours(dav_server: DavServer, account: CalDavAccount) -> None:
    dav_server.wipe()
    dav_server.make_calendar("Arbeit")
    assert ["Arbeit"] == [collection.name for collection in await account.collections()]
    assert "" == account.availability


@pytest.mark.requirement(3)
async def test_a_collection_of_our_own_keeps_its_look(dav_server: DavServer, account: CalDavAccount) -> None:
    dav_server.wipe()
    made = await account.ensure("Termintreu", BOTH, Look(color="#9AA5B1", description="Rück & <Anrufe>"))
    _, _, body = dav_server.request("PROPFIND", made.href, LOOK, Depth="0", Content_Type="application/xml")
    answer = ElementTree.fromstring(body)
    assert "#9AA5B1FF" == answer.findtext(".//{http://apple.com/ns/ical/}calendar-color")
    assert "Rück & <Anrufe>" == answer.findtext(".//{urn:ietf:params:xml:ns:caldav}calendar-description")


@pytest.mark.requirement(1, 3)
async def test_another_collection_at_the_same_path_is_left_alone(dav_server: DavServer, account: CalDavAccount) -> None:
    dav_server.wipe()
    there = dav_server.make_calendar("Fremd", slug="termintreu")
    made = await account.ensure("Termintreu", BOTH)
    assert made.href == dav_server.home() + "termintreu-2/"
    names = {c.href: c.name for c in await account.collections()}
    assert {there: "Fremd", made.href: "Termintreu"} == names


async def test_writes_of_one_account_go_one_at_a_time(
    dav_server: DavServer, account: CalDavAccount, calendar: Collection
) -> None:
    names = [f"{number}.ics" for number in range(12)]
    await asyncio.gather(*(account.create(calendar, name, event(name).encode()) for name in names))
    assert {calendar.href + name for name in names} == dav_server.list(calendar.href)


@pytest.mark.requirement(17)
async def test_a_wrong_password_is_unauthorized(radicale: DavServer) -> None:
    account = CalDavAccount("work", radicale.url, radicale.username, "falsch")
    with pytest.raises(Unauthorized) as refused:
        await account.collections()
    assert account.requests == 1
    assert "falsch" not in str(refused.value)
    await account.close()


async def test_more_resources_than_one_multiget_takes(xandikos: DavServer) -> None:
    path = xandikos.make_calendar("Viele")
    for number in range(7):
        xandikos.put(f"{path}{number}.ics", event(f"e{number}"))
    with Relay(xandikos.port) as relay:
        account = CalDavAccount("work", relay.url, xandikos.username, xandikos.password, chunk=3)
        snapshot = await account.changes(Collection(href=path, name="Viele"), None, {})
        await account.close()
        assert len(relay.requests) == 4
    assert all(resource.data for resource in snapshot.changed)
    assert len(snapshot.changed) == 7


async def test_the_next_days_are_had_without_the_rest(
    dav_server: DavServer, relay: Relay, account: CalDavAccount, calendar: Collection
) -> None:
    weekly = "RRULE:FREQ=WEEKLY"
    dav_server.put(f"{calendar.href}soon.ics", event("soon", start="20261124T090000Z"))
    dav_server.put(f"{calendar.href}later.ics", event("later", start="20270124T090000Z"))
    dav_server.put(f"{calendar.href}series.ics", event("series", start="20261006T090000Z", extra=weekly))
    dav_server.put(f"{calendar.href}over.ics", event("over", start="20261006T090000Z"))
    await account.collections()
    del relay.requests[:]
    found = await account.ahead(
        calendar, datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 26, 8, tzinfo=ZoneInfo("Europe/Berlin"))
    )
    assert found is not None
    assert ["series.ics", "soon.ics"] == sorted(one.href.rpartition("/")[2] for one in found)
    assert ["REPORT"] == [method for method, _ in relay.requests]
    whole = {one.href: one for one in (await account.changes(calendar, None, {})).changed}
    assert all(one.etag == whole[one.href].etag and b"BEGIN:VEVENT" in (one.data or b"") for one in found)
