"""The CalDAV connector against a server that misbehaves by script: what real ones have been seen to do."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest

from termintreu.model import Collection, Look, Snapshot
from termintreu.model.errors import (
    ConnectorError,
    Forbidden,
    InvalidAnswer,
    NotFound,
    OutOfSpace,
    PreconditionFailed,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)
from termintreu_connectors.caldav import CalDavAccount
from termintreu_connectors.dav.etags import digest
from termintreu_connectors.dav.multistatus import Row
from termintreu_connectors.http import HttpClient, HttpLimits, Reach
from tests.servers import Answer, ScriptedServer, event

CAL = "/dav/anna/work/"
WORK = Collection(href=CAL, name="Work")
LOGIN_PAGE = "<!DOCTYPE html><html><body>Please log in<br></body></html>"


def row(name: str, etag: str | None = '"1"', data: str | None = None, status: int | None = None) -> str:
    """One DAV:response about CAL + name."""
    href = escape(name if name.startswith(("/", "http")) else CAL + name)
    if status is not None:
        return f"<D:response><D:href>{href}</D:href><D:status>HTTP/1.1 {status} X</D:status></D:response>"
    props = "" if etag is None else f"<D:getetag>{escape(etag)}</D:getetag>"
    missing = ""
    if data is None:
        missing = "<D:propstat><D:prop><C:calendar-data/></D:prop><D:status>HTTP/1.1 404 X</D:status></D:propstat>"
    else:
        props += f"<C:calendar-data>{escape(data)}</C:calendar-data>"
    found = f"<D:propstat><D:prop>{props}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>"
    return f"<D:response><D:href>{href}</D:href>{found}{missing}</D:response>"


def own(ctag: str = "", status: int | None = None) -> str:
    """The row about the collection itself."""
    if status is not None:
        return row("", status=status)
    prop = f"<D:resourcetype><D:collection/><C:calendar/></D:resourcetype><S:getctag>{ctag}</S:getctag>"
    return (
        f"<D:response><D:href>{CAL}</D:href><D:propstat><D:prop>{prop}</D:prop>"
        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    )


def multistatus(*rows: str, token: str | None = None) -> str:
    end = f"<D:sync-token>{token}</D:sync-token>" if token else ""
    return (
        '<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" '
        f'xmlns:S="http://calendarserver.org/ns/">{"".join(rows)}{end}</D:multistatus>'
    )


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


class Waits(list[float]):
    """Remembers how long somebody wanted to sleep, and does not."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def account(server: ScriptedServer, waits: Waits) -> AsyncIterator[CalDavAccount]:
    made = CalDavAccount(
        "work",
        server.url + "dav/",
        "anna",
        "s3cret",
        sleep=waits,
        limits=HttpLimits(body=50_000, read=5.0, total=10.0),
        write_interval=0.0,
    )
    yield made
    await made.close()


def summary(snapshot: Snapshot) -> tuple[dict[str, bool], tuple[str, ...], str | None, bool, bool]:
    """Names with whether content came, deleted, token, full, complete."""
    names = {r.href.removeprefix(CAL): r.data is not None for r in snapshot.changed}
    return names, tuple(h.removeprefix(CAL) for h in snapshot.deleted), snapshot.token, snapshot.full, snapshot.complete


# Writes.


@pytest.mark.requirement(24)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirected_write_is_an_error_and_sent_once(
    server: ScriptedServer, account: CalDavAccount, status: int
) -> None:
    server.answer("PUT", status, Location="/elsewhere")
    server.answer("GET", 207, multistatus())
    with pytest.raises(InvalidAnswer, match="redirected"):
        await account.create(WORK, "x.ics", event("x").encode())
    assert ["PUT"] == server.methods


@pytest.mark.requirement(16, 17)
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (207, multistatus(), InvalidAnswer),
        (400, "", Forbidden),
        (401, "", Unauthorized),
        (403, "", Forbidden),
        (404, "", NotFound),
        (405, "", Forbidden),
        (409, "<e/>", PreconditionFailed),
        (410, "", NotFound),
        (412, "", PreconditionFailed),
        (415, "", Forbidden),
        (423, "", PreconditionFailed),
        (501, "", Forbidden),
        (502, "", Unavailable),
        (503, "", Unavailable),
        (507, "", OutOfSpace),
    ],
)
async def test_a_write_is_never_repeated_and_its_status_becomes_an_error(
    server: ScriptedServer, account: CalDavAccount, waits: Waits, status: int, body: str, error: type[ConnectorError]
) -> None:
    server.answer("PUT", status, body)
    server.answer("PUT", 201, ETag='"2"')
    with pytest.raises(error) as raised:
        await account.update(CAL + "x.ics", event("x").encode(), '"1"')
    assert type(raised.value) is error
    assert ["PUT"] == server.methods
    assert [] == waits
    for secret in ("s3cret", "anna", CAL, "x.ics"):
        assert secret not in str(raised.value)
    assert "PUT" in str(raised.value)
    assert f"127.0.0.1:{server.port}" in str(raised.value)


@pytest.mark.requirement(18)
async def test_a_write_that_came_too_soon_waits_and_is_sent_again(
    server: ScriptedServer, account: CalDavAccount, waits: Waits
) -> None:
    """A 429 says that nothing was done."""
    server.answer("PUT", 429, Retry_After="2")
    server.answer("PUT", 204, ETag='"2"')
    assert '"2"' == (await account.update(CAL + "x.ics", event("x").encode(), '"1"')).etag
    assert ["PUT", "PUT"] == server.methods
    assert [2.0] == waits


async def test_a_write_is_given_up_after_three_that_came_too_soon(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    for _ in range(4):
        server.answer("DELETE", 429)
    with pytest.raises(TooManyRequests):
        await account.delete(CAL + "x.ics", '"1"')
    assert ["DELETE"] * 3 == server.methods


async def test_a_write_that_the_server_fails_on_is_not_repeated(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("PUT", 500)
    with pytest.raises(Unavailable):
        await account.update(CAL + "x.ics", event("x").encode(), '"1"')
    assert ["PUT"] == server.methods


@pytest.mark.parametrize("status", [403, 409, 412])
@pytest.mark.parametrize(
    "condition",
    [
        '<C:no-uid-conflict xmlns:C="urn:ietf:params:xml:ns:caldav"/>',
        '<C:no-uid-conflict xmlns:C="urn:ietf:params:xml:ns:carddav"/>',
        '<C:unique-scheduling-object-resource xmlns:C="urn:ietf:params:xml:ns:caldav"/>',
    ],
)
async def test_a_uid_that_is_taken_is_told_by_the_condition_and_not_by_the_status(
    server: ScriptedServer, account: CalDavAccount, status: int, condition: str
) -> None:
    """A 403 of this kind does not say that the calendar is read-only."""
    server.answer("PUT", status, f'<D:error xmlns:D="DAV:">{condition}</D:error>')
    with pytest.raises(PreconditionFailed) as refused:
        await account.create(WORK, "x.ics", event("x").encode())
    assert refused.value.uid_conflict


@pytest.mark.requirement(15)
async def test_what_was_read_without_an_etag_is_changed_by_the_one_it_has(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    server.answer("REPORT", 207, multistatus(row("x.ics", etag=None, data=event("x")), token="t1"))
    [read] = (await account.changes(WORK, None, {})).changed
    server.answer("GET", 200, event("x"), ETag='"7"')
    server.answer("PUT", 204, ETag='"8"')
    await account.update(read.href, event("x").encode(), read.etag or "")
    assert '"7"' == server.recorded[-1].headers["if-match"]


@pytest.mark.requirement(15)
async def test_what_was_read_without_an_etag_and_has_changed_is_left_alone(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    server.answer("GET", 200, event("y"), ETag='"7"')
    with pytest.raises(PreconditionFailed):
        await account.delete(CAL + "x.ics", digest(event("x").encode()))
    assert ["GET"] == server.methods


@pytest.mark.requirement(15)
async def test_a_server_without_any_etag_is_told_of_and_nothing_is_changed_there(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    server.answer("GET", 200, event("x"))
    server.answer("PROPFIND", 207, multistatus(row("x.ics", etag=None)))
    with pytest.raises(Forbidden, match="tells no ETag"):
        await account.delete(CAL + "x.ics", digest(event("x").encode()))
    assert ["GET", "PROPFIND"] == server.methods


async def test_a_lost_answer_to_a_write_is_not_repeated(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("PUT", 201, b"x" * 100, cut=10)
    with pytest.raises(Unavailable):
        await account.create(WORK, "x.ics", event("x").encode())
    assert ["PUT"] == server.methods


@pytest.mark.requirement(15)
async def test_conditions_of_writes(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("PUT", 201, ETag='"1"')
    server.answer("PUT", 204, ETag='"2"')
    server.answer("DELETE", 204)
    created = await account.create(WORK, "x.ics", event("x").encode())
    updated = await account.update(created.href, event("x").encode(), created.etag or "")
    await account.delete(updated.href, updated.etag or "")
    sent = [(r.headers.get("if-none-match"), r.headers.get("if-match")) for r in server.recorded]
    assert [("*", None), (None, '"1"'), (None, '"2"')] == sent
    assert "text/calendar; charset=utf-8" == server.recorded[0].headers["content-type"]
    assert {CAL + "x.ics"} == {r.path for r in server.recorded}


@pytest.mark.requirement(15)
@pytest.mark.parametrize("etag", ["", "*", '"*"', 'W/"*"', '"a"b"'])
async def test_nothing_is_written_without_a_strong_etag(
    server: ScriptedServer, account: CalDavAccount, etag: str
) -> None:
    with pytest.raises(PreconditionFailed):
        await account.update(CAL + "x.ics", event("x").encode(), etag)
    with pytest.raises(PreconditionFailed):
        await account.delete(CAL + "x.ics", etag)
    assert [] == server.methods


@pytest.mark.requirement(15)
@pytest.mark.parametrize("etag", [None, 'W/"7"'])
async def test_a_write_without_a_strong_etag_is_looked_at(
    server: ScriptedServer, account: CalDavAccount, etag: str | None
) -> None:
    server.answer("PUT", 201, **({"ETag": etag} if etag else {}))
    server.answer("GET", 200, event("x", "rewritten by the server"), ETag='"8"')
    assert '"8"' == (await account.create(WORK, "x.ics", event("x").encode())).etag


async def test_a_write_that_stored_something_else_is_an_error(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("PUT", 201)
    server.answer("GET", 200, event("another"), ETag='"8"')
    with pytest.raises(InvalidAnswer, match="something else"):
        await account.create(WORK, "x.ics", event("x").encode())


async def test_a_write_that_stored_nothing_is_an_error(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("PUT", 204)
    server.answer("GET", 404)
    with pytest.raises(InvalidAnswer, match="not there"):
        await account.create(WORK, "x.ics", event("x").encode())


async def test_an_etag_that_only_a_listing_gives_is_asked_for(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("GET", 200, event("x"))
    server.answer("PROPFIND", 207, multistatus(row("x.ics", '"9"')))
    assert '"9"' == (await account.fetch(CAL + "x.ics")).etag


async def test_a_login_page_is_no_resource(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("GET", 200, LOGIN_PAGE, ETag='"1"')
    with pytest.raises(InvalidAnswer):
        await account.fetch(CAL + "x.ics")


@pytest.mark.parametrize("status", [404, 410])
async def test_deleting_what_is_gone_is_success(server: ScriptedServer, account: CalDavAccount, status: int) -> None:
    server.answer("DELETE", status)
    await account.delete(CAL + "x.ics", '"1"')
    assert ["DELETE"] == server.methods


@pytest.mark.requirement(15)
async def test_a_server_that_ignores_conditions_is_asked_first(server: ScriptedServer, account: CalDavAccount) -> None:
    sogo = Collection(href="/SOGo/dav/anna/Calendar/own/", name="own")
    href = sogo.href + "x.ics"
    server.answer("GET", 200, event("x"), ETag='"1"')
    with pytest.raises(PreconditionFailed):
        await account.create(sogo, "x.ics", event("x").encode())
    server.answer("GET", 200, event("x"), ETag='"2"')
    with pytest.raises(PreconditionFailed):
        await account.delete(href, '"1"')
    server.answer("GET", 404)
    with pytest.raises(NotFound):
        await account.update(href, event("x").encode(), '"1"')
    assert {"GET"} == set(server.methods)
    server.answer("GET", 404)
    server.answer("PUT", 201, ETag='"1"')
    await account.create(sogo, "x.ics", event("x").encode())


@pytest.mark.requirement(18)
async def test_writes_go_one_at_a_time(server: ScriptedServer, account: CalDavAccount) -> None:
    hold = threading.Event()
    names = [f"{number}.ics" for number in range(3)]
    server.script.append(Answer("PUT", 201, {"ETag": '"1"'}, hold=hold))
    server.answer("GET", 200, event("x"), ETag='"1"')
    for _ in names[1:]:
        server.answer("PUT", 201, ETag='"1"')
    writes = asyncio.gather(*(account.create(WORK, name, event(name).encode()) for name in names))
    await until(lambda: server.methods == ["PUT"])
    await account.fetch(CAL + "x.ics")
    assert ["PUT", "GET"] == server.methods
    hold.set()
    await writes
    assert ["PUT", "GET", "PUT", "PUT"] == server.methods


async def test_at_most_four_requests_are_under_way(server: ScriptedServer, account: CalDavAccount) -> None:
    hold = threading.Event()
    server.script += [Answer("GET", 200, {"ETag": '"1"'}, event("x").encode(), hold=hold)] * 12
    reads = asyncio.gather(*(account.fetch(f"{CAL}{number}.ics") for number in range(12)))
    await until(lambda: server.methods == ["GET"] * 4)
    other = HttpClient(reach=Reach.account(allow_private=False))
    await other.request("OPTIONS", server.url)
    await other.close()
    assert [*["GET"] * 4, "OPTIONS"] == server.methods
    hold.set()
    await reads
    assert 13 == len(server.methods)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something holds, 10 seconds at most."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in the server's threads
            await asyncio.sleep(0.005)


@pytest.mark.requirement(18)
async def test_writes_are_paced(server: ScriptedServer, waits: Waits) -> None:
    account = CalDavAccount("work", server.url, sleep=waits, write_interval=3600.0)
    for _ in range(3):
        server.answer("PUT", 201, ETag='"1"')
    for name in ("a.ics", "b.ics", "c.ics"):
        await account.create(WORK, name, event(name).encode())
    await account.close()
    assert 2 == len(waits)
    assert all(3500.0 < wait <= 3600.0 for wait in waits)


# Changes.


@pytest.mark.parametrize("status", [200, 204, 206])
async def test_anything_but_207_is_an_invalid_answer(
    server: ScriptedServer, account: CalDavAccount, status: int
) -> None:
    body = "" if status == 204 else LOGIN_PAGE
    server.answer("REPORT", status, body)
    with pytest.raises(InvalidAnswer):
        await account.changes(WORK, "t1", {})
    assert ["REPORT"] == server.methods


async def test_an_answer_without_a_token_says_nothing(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("REPORT", 207, multistatus())
    server.answer("REPORT", 207, multistatus(row("b.ics")))
    server.answer("PROPFIND", 207, multistatus(own(), row("a.ics")))
    assert ({"a.ics": False}, (), None, True, True) == summary(
        await account.changes(WORK, "t1", {CAL + "a.ics": '"1"'})
    )
    server.answer("PROPFIND", 207, multistatus(own(), row("a.ics")))
    assert ({"a.ics": False}, (), None, True, True) == summary(
        await account.changes(WORK, None, {CAL + "a.ics": '"1"'})
    )


@pytest.mark.requirement(20, 22)
@pytest.mark.parametrize(
    "body",
    [
        multistatus(row("a.ics", data=event("a")), token="t2")[:-40],
        "",
        LOGIN_PAGE,
        "<html xmlns='DAV:'/>",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + multistatus(token="t2").partition("?>")[2],
    ],
)
async def test_xml_that_is_no_whole_multistatus_is_invalid(
    server: ScriptedServer, account: CalDavAccount, body: str
) -> None:
    for _ in range(2):
        server.answer("REPORT", 207, body)
    with pytest.raises(InvalidAnswer):
        await account.changes(WORK, "t1", {CAL + "a.ics": '"1"'})


async def test_what_follows_the_bytes_of_an_answer_that_said_nothing_is_read(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    nothing = multistatus(token="t1")
    changed = multistatus(row("a.ics", data=event("a")), token="t2")
    answers = (nothing, nothing, nothing[:-20], changed, nothing.replace("t1", "t3"), nothing + " ")
    for answer in (*answers[:3], *answers[2:]):  # what is no whole answer is asked for once more
        server.answer("REPORT", 207, answer)
    held = {CAL + "b.ics": '"1"'}
    for _ in range(2):
        assert ({}, (), "t1", False, True) == summary(await account.changes(WORK, "t1", held))
    with pytest.raises(InvalidAnswer):
        await account.changes(WORK, "t1", held)
    assert ({"a.ics": True}, (), "t2", False, True) == summary(await account.changes(WORK, "t1", held))
    assert ({}, (), "t3", False, True) == summary(await account.changes(WORK, "t2", held))
    assert ({}, (), "t1", False, True) == summary(await account.changes(WORK, "t1", held))


@pytest.mark.requirement(19)
async def test_the_request_is_depth_0_and_without_a_limit(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("REPORT", 207, multistatus(token="t2"))
    await account.changes(WORK, "t&1", {CAL + "z.ics": '"1"'})
    sent = server.recorded[0]
    body = ElementTree.fromstring(sent.body)
    assert "0" == sent.headers["depth"]
    assert "t&1" == body.findtext("{DAV:}sync-token")
    assert "1" == body.findtext("{DAV:}sync-level")
    assert body.find(".//{DAV:}limit") is None


async def test_a_hundred_changes_cost_two_requests_where_data_is_left_out(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    names = [f"{number}.ics" for number in range(100)]
    server.answer("REPORT", 207, multistatus(*map(row, names), token="t2"))
    server.answer("REPORT", 207, multistatus(*(row(name, data=event(name)) for name in names)))
    snapshot = await account.changes(WORK, "t1", {})
    assert (2, 100, 2) == (snapshot.requests, len(snapshot.changed), len(server.recorded))


@pytest.mark.requirement(20)
async def test_hrefs_that_a_multiget_leaves_out_stay_owed(server: ScriptedServer, account: CalDavAccount) -> None:
    delta = multistatus(row("a.ics"), row("b.ics"), row("c.ics"), row("d.ics", status=404), token="t2")
    server.answer("REPORT", 207, delta)
    server.answer("REPORT", 207, multistatus(row("a.ics", '"1"', event("a")), row("b.ics", status=404)))
    server.answer("GET", 404)
    for _ in range(3):
        server.answer("GET", 503)
    snapshot = await account.changes(WORK, "t1", {CAL + "d.ics": '"0"'})
    assert ({"a.ics": True}, ("b.ics", "d.ics"), "t1", False, False) == summary(snapshot)
    assert snapshot.note

    server.answer("REPORT", 207, delta)
    server.answer("PROPFIND", 207, multistatus(own("c"), row("a.ics"), row("b.ics"), row("c.ics")))
    server.answer("REPORT", 207, multistatus(row("c.ics", '"1"', event("c"))))
    snapshot = await account.changes(WORK, "t1", {CAL + "a.ics": '"1"', CAL + "b.ics": '"1"'})
    assert ({"a.ics": False, "b.ics": False, "c.ics": True}, (), "t2", True, True) == summary(snapshot)
    asked = ElementTree.fromstring(server.recorded[-1].body)
    assert [CAL + "c.ics"] == [href.text for href in asked.iter("{DAV:}href")]


async def test_a_404_for_all_in_a_multiget_is_not_believed(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("REPORT", 207, multistatus(row("a.ics"), row("b.ics"), token="t2"))
    server.answer("REPORT", 207, multistatus(row("a.ics", status=404), row("b.ics", status=404)))
    server.answer("GET", 200, event("a"), ETag='"1"')
    server.answer("GET", 404)
    snapshot = await account.changes(WORK, "t1", {CAL + "z.ics": '"1"'})
    assert ({"a.ics": True}, ("b.ics",), "t2", False, True) == summary(snapshot)


async def test_a_first_answer_may_name_what_was_deleted_before(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("REPORT", 207, multistatus(row("x.ics", status=404), row("a.ics", data=event("a")), token="t1"))
    assert ({"a.ics": True}, (), "t1", True, True) == summary(await account.changes(WORK, None, {}))


@pytest.mark.requirement(19)
@pytest.mark.parametrize("status", [403, 409, 410, 412, 418])
async def test_a_refused_token_leads_to_a_listing_in_the_same_call(
    server: ScriptedServer, account: CalDavAccount, status: int
) -> None:
    server.answer("REPORT", status, '<D:error xmlns:D="DAV:"><D:valid-sync-token/></D:error>')
    server.answer("REPORT", 207, multistatus(row("a.ics"), row("b.ics", '"2"'), token="t9"))
    server.answer("REPORT", 207, multistatus(row("b.ics", '"2"', event("b"))))
    snapshot = await account.changes(WORK, "t1", {CAL + "a.ics": '"1"', CAL + "b.ics": '"1"', CAL + "z.ics": '"1"'})
    assert ({"a.ics": False, "b.ics": True}, (), "t9", True, True) == summary(snapshot)
    assert b"calendar-data" not in server.recorded[1].body
    assert 3 == snapshot.requests


async def test_a_truncated_answer_is_asked_on_with_its_new_token(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    server.answer("REPORT", 207, multistatus(row("a.ics", data=event("a")), row("", status=507), token="t2"))
    server.answer("REPORT", 207, multistatus(row("b.ics", data=event("b")), token="t3"))
    snapshot = await account.changes(WORK, None, {})
    assert ({"a.ics": True, "b.ics": True}, (), "t3", True, True) == summary(snapshot)
    assert b">t2<" in server.recorded[1].body


async def test_an_answer_that_never_ends_is_given_up(server: ScriptedServer, account: CalDavAccount) -> None:
    for _ in range(3):
        server.answer("REPORT", 207, multistatus(row("", status=507), token="t2"))
    with pytest.raises(InvalidAnswer, match="never ends"):
        await account.changes(WORK, "t1", {})


@pytest.mark.requirement(19)
async def test_a_server_without_sync_is_read_by_ctag_and_etags(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("REPORT", 415)
    server.answer("PROPFIND", 207, multistatus(own("c1"), row("a.ics"), row("b.ics")))
    server.answer("REPORT", 207, multistatus(row("a.ics", data=event("a")), row("b.ics", data=event("b"))))
    first = await account.changes(WORK, None, {})
    assert ({"a.ics": True, "b.ics": True}, (), "ctag:c1", True, True) == summary(first)

    server.answer("PROPFIND", 207, multistatus(own("c1")))
    second = await account.changes(WORK, first.token, {CAL + "a.ics": '"1"', CAL + "b.ics": '"1"'})
    assert ({}, (), "ctag:c1", False, True) == summary(second)
    assert (1, "0") == (second.requests, server.recorded[-1].headers["depth"])

    server.answer("PROPFIND", 207, multistatus(own("c2")))
    server.answer("PROPFIND", 207, multistatus(own("c2"), row("b.ics", '"2"')))
    server.answer("REPORT", 207, multistatus(row("b.ics", '"2"', event("b"))))
    third = await account.changes(WORK, second.token, {CAL + "a.ics": '"1"', CAL + "b.ics": '"1"'})
    assert ({"b.ics": True}, (), "ctag:c2", True, True) == summary(third)


async def test_a_server_that_has_learnt_to_sync_is_asked_by_token_again(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    server.answer("PROPFIND", 207, multistatus(own("c2")))
    server.answer("REPORT", 207, multistatus(row("a.ics"), row("b.ics", '"2"'), token="t1"))
    server.answer("REPORT", 207, multistatus(row("b.ics", '"2"', event("b"))))
    snapshot = await account.changes(WORK, "ctag:c1", {CAL + "a.ics": '"1"', CAL + "b.ics": '"1"'})
    assert ({"a.ics": False, "b.ics": True}, (), "t1", True, True) == summary(snapshot)


@pytest.mark.requirement(20)
async def test_a_207_with_a_404_inside_is_not_an_empty_calendar(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("PROPFIND", 207, multistatus(own(status=404)))
    with pytest.raises(NotFound):
        await account.changes(WORK, "ctag:c1", {CAL + "a.ics": '"1"'})


async def test_an_empty_listing_without_the_calendar_is_invalid(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("PROPFIND", 207, multistatus(own("c2")))
    server.answer("REPORT", 501)
    server.answer("PROPFIND", 207, multistatus())
    with pytest.raises(InvalidAnswer):
        await account.changes(WORK, "ctag:c1", {CAL + "a.ics": '"1"'})


async def test_a_full_list_on_an_unknown_token_is_reconciled(server: ScriptedServer, account: CalDavAccount) -> None:
    """DAViCal and SOGo answer any token with all there is, without what was deleted."""
    names = [f"{number}.ics" for number in range(30)]
    server.answer("REPORT", 207, multistatus(*(row(name, data=event(name)) for name in names), token="t2"))
    server.answer("PROPFIND", 207, multistatus(own("c"), *(row(name) for name in names)))
    snapshot = await account.changes(WORK, "t1", {CAL + name: '"1"' for name in [*names, "gone.ics"]})
    assert (set(names), "t2", True, True) == (summary(snapshot)[0].keys(), *summary(snapshot)[2:])


async def test_a_token_that_goes_back_means_another_calendar(server: ScriptedServer, account: CalDavAccount) -> None:
    """sabre/dav and SOGo answer a token from the future with "no changes"."""
    server.answer("REPORT", 207, multistatus(token="http://sabre.io/ns/sync/2"))
    server.answer("REPORT", 207, multistatus(row("a.ics", '"5"'), token="http://sabre.io/ns/sync/2"))
    server.answer("REPORT", 207, multistatus(row("a.ics", '"5"', event("a"))))
    snapshot = await account.changes(WORK, "http://sabre.io/ns/sync/17", {CAL + "old.ics": '"1"'})
    assert ({"a.ics": True}, (), "http://sabre.io/ns/sync/2", True, True) == summary(snapshot)


@pytest.mark.requirement(19)
@pytest.mark.parametrize("rows", [1, 3, 19])
async def test_one_unchanged_row_among_the_changes_leads_to_a_listing(
    server: ScriptedServer, account: CalDavAccount, rows: int
) -> None:
    """DAViCal forgets tokens after a week, and says so by telling everything but what is gone."""
    names = [f"{number}.ics" for number in range(rows)]
    server.answer("REPORT", 207, multistatus(*(row(name, data=event(name)) for name in names), token="t2"))
    server.answer("PROPFIND", 207, multistatus(own("c"), *(row(name) for name in names)))
    snapshot = await account.changes(WORK, "t1", {CAL + name: '"1"' for name in [*names, "gone.ics"]})
    assert (set(names), (), "t2", True, True) == (summary(snapshot)[0].keys(), *summary(snapshot)[1:])
    assert ["REPORT", "PROPFIND"] == server.methods


async def test_changes_without_an_unchanged_row_are_believed(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("REPORT", 207, multistatus(row("a.ics", '"2"', data=event("a")), row("b.ics", None), token="t2"))
    server.answer("REPORT", 207, multistatus(row("b.ics", '"1"', event("b"))))
    snapshot = await account.changes(WORK, "t1", {CAL + "a.ics": '"1"', CAL + "b.ics": None, CAL + "c.ics": '"1"'})
    assert ({"a.ics": True, "b.ics": True}, (), "t2", False, True) == summary(snapshot)
    assert "PROPFIND" not in server.methods


async def test_a_listing_asks_by_no_token_and_fetches_what_differs(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    server.answer("PROPFIND", 207, multistatus(own(), row("a.ics"), row("b.ics", '"2"'), row("c.ics")))
    server.answer("REPORT", 207, multistatus(row("b.ics", '"2"', event("b")), row("c.ics", data=event("c"))))
    held = {CAL + "a.ics": '"1"', CAL + "b.ics": '"1"', CAL + "gone.ics": '"1"'}
    snapshot = await account.listing(WORK, held)
    assert ({"a.ics": False, "b.ics": True, "c.ics": True}, (), None, True, True) == summary(snapshot)
    assert (2, "1") == (snapshot.requests, server.recorded[0].headers["depth"])


async def test_a_listing_in_which_nothing_differs_is_one_request(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    server.answer("PROPFIND", 207, multistatus(own("c1"), row("a.ics")))
    snapshot = await account.listing(WORK, {CAL + "a.ics": '"1"'})
    assert ({"a.ics": False}, (), "ctag:c1", True, True) == summary(snapshot)
    assert ["PROPFIND"] == server.methods


@pytest.mark.requirement(22)
async def test_an_answer_that_is_too_large_is_asked_for_in_pieces(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    big = event("a", "x" * 30_000)
    server.answer("REPORT", 207, multistatus(row("a.ics", data=big), row("b.ics", data=big), token="t1"))
    server.answer("REPORT", 207, multistatus(row("a.ics"), row("b.ics"), row("c.ics"), token="t1"))
    server.answer("REPORT", 207, multistatus(*(row(n, data=big) for n in ("a.ics", "b.ics", "c.ics"))))
    server.answer("REPORT", 207, multistatus(row("a.ics", data=big)))
    server.answer("REPORT", 207, multistatus(row("b.ics", data=big), row("c.ics", data=big)))
    server.answer("REPORT", 207, multistatus(row("b.ics", data=big)))
    server.answer("REPORT", 207, multistatus(row("c.ics", data=big * 2)))
    server.answer("GET", 200, big * 2, ETag='"1"')
    snapshot = await account.changes(WORK, None, {})
    assert ({"a.ics": True, "b.ics": True, "c.ics": True}, (), "t1", True, True) == summary(snapshot)
    assert {"c.ics": b""}.items() <= {r.href.removeprefix(CAL): r.data for r in snapshot.changed}.items()
    assert "1 entries" in (snapshot.note or "")


async def test_a_control_character_in_one_event_does_not_break_the_answer(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    body = multistatus(row("a.ics", data=event("a", "x\x0by\x00z")), row("b.ics", data=event("b")), token="t1")
    server.answer("REPORT", 207, body)
    snapshot = await account.changes(WORK, None, {})
    assert ({"a.ics": True, "b.ics": True}, (), "t1", True, True) == summary(snapshot)


async def test_one_event_that_breaks_the_xml_is_fetched_on_its_own(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    broken = multistatus(row("a.ics", data=event("a", "WEIRD")), token="t1").replace("WEIRD", "&#11;")
    server.answer("REPORT", 207, broken)
    server.answer("REPORT", 207, multistatus(row("a.ics"), token="t1"))
    server.answer("REPORT", 207, broken)
    server.answer("GET", 200, event("a", "\x0b"), ETag='"1"')
    snapshot = await account.changes(WORK, None, {})
    assert ({"a.ics": True}, (), "t1", True, True) == summary(snapshot)


@pytest.mark.requirement(22)
async def test_hrefs_come_in_many_spellings(server: ScriptedServer, account: CalDavAccount) -> None:
    spelled = {
        "/dav/anna%40example.com/w%6Frk/a%2Fb.ics": "/dav/anna@example.com/work/a/b.ics",
        "https://inner.example:8443/dav/anna@example.com/work/c%2bd.ics": "/dav/anna@example.com/work/c+d.ics",
    }
    work = Collection(href="/dav/anna@example.com/work/", name="Work")
    server.answer("REPORT", 207, multistatus(*(row(raw) for raw in spelled), token="t1"))
    server.answer("REPORT", 207, multistatus(*(row(raw, data=event("x")) for raw in spelled)))
    snapshot = await account.changes(work, None, {})
    assert set(spelled.values()) == {r.href for r in snapshot.changed}
    assert snapshot.complete
    assert "/dav/anna%40example.com/work/" == server.recorded[0].path
    asked = {href.text for href in ElementTree.fromstring(server.recorded[1].body).iter("{DAV:}href")}
    assert {"/dav/anna%40example.com/w%6Frk/a%2Fb.ics", "/dav/anna@example.com/work/c%2bd.ics"} == asked


async def test_a_renamed_calendar_shows_as_a_row_and_is_no_resource(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    server.answer("REPORT", 207, multistatus(own("c"), row("sub/"), row("a.ics", data=event("a")), token="t2"))
    held = {CAL + "z.ics": '"1"'}
    assert ({"a.ics": True}, (), "t2", False, True) == summary(await account.changes(WORK, "t1", held))


# Retries.


async def test_a_read_waits_as_long_as_it_is_asked_to(
    server: ScriptedServer, account: CalDavAccount, waits: Waits
) -> None:
    server.answer("REPORT", 429, Retry_After="7")
    server.answer("REPORT", 503)
    server.answer("REPORT", 207, multistatus(token="t2"))
    assert 3 == (await account.changes(WORK, "t1", {})).requests
    assert 7.0 == waits[0]
    assert 0.0 <= waits[1] <= 30.0


@pytest.mark.requirement(17)
async def test_a_long_wait_is_handed_on(server: ScriptedServer, account: CalDavAccount, waits: Waits) -> None:
    server.answer("REPORT", 503, Retry_After="3600")
    with pytest.raises(Unavailable) as raised:
        await account.changes(WORK, "t1", {})
    assert (3600.0, []) == (raised.value.retry_after, waits)


async def test_a_read_is_given_up_after_three_tries(server: ScriptedServer, account: CalDavAccount) -> None:
    for _ in range(9):
        server.answer("REPORT", 503)
    with pytest.raises(Unavailable):
        await account.changes(WORK, "t1", {})
    assert 3 == len(server.methods)


@pytest.mark.requirement(19)
async def test_a_token_that_a_server_fails_on_does_not_last_for_ever(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    """Some answer 500 to every token that they do not know."""
    for _ in range(3):
        server.answer("REPORT", 500)
    server.answer("PROPFIND", 207, multistatus(own("c"), row("a.ics")))
    snapshot = await account.changes(WORK, "t1", {CAL + "a.ics": '"1"', CAL + "b.ics": '"1"'})
    assert ({"a.ics": False}, (), "ctag:c", True, True) == summary(snapshot)


@pytest.mark.requirement(19)
async def test_a_report_that_is_gone_is_replaced_by_a_listing(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("REPORT", 501)
    server.answer("REPORT", 501)
    server.answer("PROPFIND", 207, multistatus(own("c"), row("a.ics")))
    snapshot = await account.changes(WORK, "t1", {CAL + "a.ics": '"1"'})
    assert ({"a.ics": False}, (), "ctag:c", True, True) == summary(snapshot)


@pytest.mark.requirement(19)
async def test_who_holds_nothing_trusts_no_token(server: ScriptedServer, account: CalDavAccount) -> None:
    """All there is costs no more then, and some answer "no changes" to a token that they do not know."""
    server.answer("REPORT", 207, multistatus(row("a.ics", data=event("a")), token="t2"))
    assert ({"a.ics": True}, (), "t2", True, True) == summary(await account.changes(WORK, "t1", {}))
    assert b"t1" not in server.recorded[0].body


@pytest.mark.requirement(17)
async def test_a_refused_login_is_not_repeated(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("PROPFIND", 401)
    with pytest.raises(Unauthorized):
        await account.collections()
    assert ["PROPFIND"] == server.methods


# Discovery.


def place(href: str, *kinds: str, props: str = "") -> str:
    types = "".join(f"<{kind}/>" for kind in kinds)
    return (
        f"<D:response><D:href>{href}</D:href><D:propstat><D:prop><D:resourcetype>{types}</D:resourcetype>{props}"
        "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    )


PRINCIPAL = "<D:current-user-principal><D:href>/dav/p/</D:href></D:current-user-principal>"
HOME = "<C:calendar-home-set><D:href>/dav/anna/</D:href></C:calendar-home-set>"


async def test_discovery_reads_rights_components_and_names(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("PROPFIND", 207, multistatus(place("/dav/", "D:collection", props=PRINCIPAL)))
    server.answer("PROPFIND", 207, multistatus(place("/dav/p/", "D:principal", props=HOME)))
    read = "<D:current-user-privilege-set><D:privilege><D:read/></D:privilege></D:current-user-privilege-set>"
    write = read.replace("D:read/", "D:write-content/")
    todo = '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>'
    journal = todo.replace("VTODO", "VJOURNAL")
    calendar = ("D:collection", "C:calendar")
    listing = multistatus(
        place("/dav/anna/", "D:collection"),
        place("/dav/anna/inbox/", "D:collection", "C:schedule-inbox"),
        place("/dav/anna/outbox/", *calendar, "C:schedule-outbox"),
        place("/dav/anna/journal/", *calendar, props=journal),
        place("/dav/anna/read/", *calendar, props=read + "<D:displayname> Team\u202e &amp;\n Co </D:displayname>"),
        place("/dav/anna/t%C3%A4sks", *calendar, props=write + todo),
    )
    server.answer("PROPFIND", 207, listing)
    expected = [
        Collection(href="/dav/anna/read/", name="Team & Co", writable=False),
        Collection(href="/dav/anna/täsks/", name="täsks", components=frozenset({"VTODO"})),
    ]
    assert expected == await account.collections()
    server.answer("PROPFIND", 207, listing)
    assert expected == await account.collections()
    assert 4 == len(server.methods)


async def test_a_main_calendar_that_is_the_outbox_as_well_is_read(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    """SOGo's `Calendar/personal/` is both, and says that it holds events."""

    def holding(*names: str) -> str:
        comps = "".join(f'<C:comp name="{name}"/>' for name in names)
        return f"<C:supported-calendar-component-set>{comps}</C:supported-calendar-component-set>"

    server.answer("PROPFIND", 207, multistatus(place("/dav/", "D:collection", props=HOME)))
    calendar = ("D:collection", "C:calendar")
    listing = multistatus(
        place("/dav/anna/personal/", *calendar, "C:schedule-outbox", props=holding("VEVENT", "VTODO")),
        place("/dav/anna/outbox/", *calendar, "C:schedule-outbox"),
        place("/dav/anna/outbox-of-tasks/", *calendar, "C:schedule-outbox", props=holding("VTODO")),
        place("/dav/anna/inbox/", *calendar, "C:schedule-inbox", props=holding("VEVENT")),
    )
    server.answer("PROPFIND", 207, listing)
    assert ["/dav/anna/personal/"] == [collection.href for collection in await account.collections()]


async def test_discovery_asks_the_well_known_place_where_the_url_leads_nowhere(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    server.answer("PROPFIND", 200, LOGIN_PAGE)
    server.answer("PROPFIND", 301, Location="/real/")
    server.answer("PROPFIND", 207, multistatus(place("/real/", "D:collection", props=HOME)))
    server.answer("PROPFIND", 207, multistatus(place("/dav/anna/w/", "D:collection", "C:calendar")))
    assert ["/dav/anna/w/"] == [collection.href for collection in await account.collections()]
    assert ["/dav/", "/.well-known/caldav", "/real/", "/dav/anna/"] == [r.path for r in server.recorded]


@pytest.mark.requirement(25)
async def test_a_login_is_not_sent_to_another_host_that_discovery_names(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    with ScriptedServer() as other:
        server.answer("PROPFIND", 301, Location=other.url + "dav/")
        other.answer("PROPFIND", 401)
        server.answer("PROPFIND", 404)
        with pytest.raises(Forbidden, match="does not get this log-in"):
            await account.collections()
        assert "authorization" not in other.recorded[0].headers


async def test_a_plain_folder_at_the_url_is_passed_over_for_the_well_known_place(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    server.answer("PROPFIND", 207, multistatus(place("/dav/", "D:collection")))
    server.answer("PROPFIND", 207, multistatus(place("/.well-known/caldav", "D:collection", props=HOME)))
    server.answer("PROPFIND", 207, multistatus(place("/dav/anna/w/", "D:collection", "C:calendar")))
    assert ["/dav/anna/w/"] == [collection.href for collection in await account.collections()]


def telling(*, inbox: str = "", calendar: str = "") -> bytes:
    """A home with a calendar and an inbox for invitations, which say when somebody is to be had."""

    def said(text: str) -> str:
        return f"<C:calendar-availability><![CDATA[{text}]]></C:calendar-availability>" if text else ""

    return multistatus(
        place("/dav/anna/", "D:collection"),
        place("/dav/anna/w/", "D:collection", "C:calendar", props=said(calendar)),
        place("/dav/anna/inbox/", "D:collection", "C:schedule-inbox", props=said(inbox)),
    )


async def test_the_inbox_for_invitations_tells_the_working_hours_in_the_same_request(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    text = "BEGIN:VCALENDAR\nBEGIN:VAVAILABILITY\nEND:VAVAILABILITY\nEND:VCALENDAR\n"
    assert account.availability is None
    server.answer("PROPFIND", 207, multistatus(place("/dav/", "D:collection", props=HOME)))
    server.answer("PROPFIND", 207, telling(inbox=text, calendar="of somebody else, who shares it"))
    assert ["/dav/anna/w/"] == [collection.href for collection in await account.collections()]
    assert text == account.availability
    assert [False, True] == [b"calendar-availability" in one.body for one in server.recorded]

    server.answer("PROPFIND", 500)
    with pytest.raises(ConnectorError):
        await account.collections()
    assert text == account.availability

    server.answer("PROPFIND", 207, telling(calendar=text))
    await account.collections()
    assert "" == account.availability


async def test_of_an_availability_without_end_a_part_is_taken(server: ScriptedServer) -> None:
    account = CalDavAccount("work", server.url)
    server.answer("PROPFIND", 207, multistatus(place("/dav/", "D:collection", props=HOME)))
    server.answer("PROPFIND", 207, telling(inbox="x" * 1_000_000))
    assert 1 == len(await account.collections())
    assert 100_000 == len(account.availability or "")
    await account.close()


async def test_a_home_that_moved_is_looked_for_again(server: ScriptedServer, account: CalDavAccount) -> None:
    for home in ("/dav/anna/", "/dav/new/"):
        moved = HOME.replace("/dav/anna/", home)
        server.answer("PROPFIND", 207, multistatus(place("/dav/", "D:collection", props=moved)))
        server.answer("PROPFIND", 207, multistatus(place(home + "w/", "D:collection", "C:calendar")))
        assert [home + "w/"] == [collection.href for collection in await account.collections()]
        server.answer("PROPFIND", 404)


async def test_a_server_that_makes_no_calendars_is_forbidden(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("PROPFIND", 207, multistatus(place("/dav/", "D:collection", props=HOME)))
    server.answer("PROPFIND", 207, multistatus(place("/dav/anna/w/", "D:collection", "C:calendar")))
    for method in ("MKCALENDAR", "MKCOL", "MKCALENDAR"):
        server.answer(method, 405)
    server.answer("PROPFIND", 404)
    with pytest.raises(Forbidden):
        await account.ensure("Termintreu", frozenset({"VEVENT", "VTODO"}))
    assert [] == server.script


@pytest.mark.requirement(1, 3)
async def test_a_calendar_that_may_only_be_read_is_not_taken_for_ours(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    read = "<D:current-user-privilege-set><D:privilege><D:read/></D:privilege></D:current-user-privilege-set>"
    named = "<D:displayname>Termintreu</D:displayname>"
    calendar = ("D:collection", "C:calendar")
    server.answer("PROPFIND", 207, multistatus(place("/dav/", "D:collection", props=HOME)))
    server.answer("PROPFIND", 207, multistatus(place("/dav/anna/termintreu/", *calendar, props=named + read)))
    server.answer("MKCALENDAR", 201)
    server.answer("PROPFIND", 207, multistatus(place("/dav/anna/termintreu-2/", *calendar, props=named)))
    made = await account.ensure("Termintreu", frozenset({"VEVENT"}))
    assert ("/dav/anna/termintreu-2/", True) == (made.href, made.writable)
    assert ["/dav/anna/termintreu-2/"] == [r.path for r in server.recorded if r.method == "MKCALENDAR"]


@pytest.mark.requirement(8)
async def test_a_server_without_tasks_gives_what_it_has(server: ScriptedServer, account: CalDavAccount) -> None:
    events = '<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>'
    named = "<D:displayname>Termintreu</D:displayname>" + events
    server.answer("PROPFIND", 207, multistatus(place("/dav/", "D:collection", props=HOME)))
    server.answer("PROPFIND", 207, multistatus(place("/dav/anna/", "D:collection")))
    server.answer("MKCALENDAR", 403)
    server.answer("MKCOL", 403)
    server.answer("MKCALENDAR", 201)
    server.answer(
        "PROPFIND", 207, multistatus(place("/dav/anna/termintreu/", "D:collection", "C:calendar", props=named))
    )
    made = await account.ensure("Termintreu", frozenset({"VTODO"}))
    assert frozenset({"VEVENT"}) == made.components


@pytest.mark.requirement(3)
async def test_a_calendar_is_made_with_its_look_in_the_words_of_apple(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    named = "<D:displayname>Termintreu</D:displayname>"
    server.answer("PROPFIND", 207, multistatus(place("/dav/", "D:collection", props=HOME)))
    server.answer("PROPFIND", 207, multistatus(place("/dav/anna/", "D:collection")))
    server.answer("MKCALENDAR", 201)
    server.answer(
        "PROPFIND", 207, multistatus(place("/dav/anna/termintreu/", "D:collection", "C:calendar", props=named))
    )
    await account.ensure("Termintreu", frozenset({"VEVENT"}), Look(color="#9AA5B1", description="Rück & <x>"))
    (asked,) = (ElementTree.fromstring(one.body) for one in server.recorded if one.method == "MKCALENDAR")
    assert "#9AA5B1FF" == asked.findtext(".//{http://apple.com/ns/ical/}calendar-color")
    assert "Rück & <x>" == asked.findtext(".//{urn:ietf:params:xml:ns:caldav}calendar-description")


@pytest.mark.requirement(3)
async def test_a_server_that_refuses_a_look_makes_the_calendar_all_the_same(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    named = "<D:displayname>Termintreu</D:displayname>"
    server.answer("PROPFIND", 207, multistatus(place("/dav/", "D:collection", props=HOME)))
    server.answer("PROPFIND", 207, multistatus(place("/dav/anna/", "D:collection")))
    server.answer("MKCALENDAR", 403)
    server.answer("MKCALENDAR", 201)
    server.answer("PROPPATCH", 207, multistatus(place("/dav/anna/termintreu/")))
    server.answer("PROPPATCH", 403)
    server.answer(
        "PROPFIND", 207, multistatus(place("/dav/anna/termintreu/", "D:collection", "C:calendar", props=named))
    )
    made = await account.ensure("Termintreu", frozenset({"VEVENT"}), Look(color="#9AA5B1", description="x"))
    assert "/dav/anna/termintreu/" == made.href
    bodies = [one.body for one in server.recorded if one.method in {"MKCALENDAR", "PROPPATCH"}]
    assert [True, False, False, True] == [b"calendar-color" in body for body in bodies]
    assert [] == server.script


async def test_a_name_that_was_ignored_is_set_afterwards(server: ScriptedServer, account: CalDavAccount) -> None:
    calendar = ("/dav/anna/termintreu/", "D:collection", "C:calendar")
    server.answer("PROPFIND", 207, multistatus(place("/dav/", "D:collection", props=HOME)))
    server.answer("PROPFIND", 207, multistatus(place("/dav/anna/", "D:collection")))
    server.answer("MKCALENDAR", 201)
    server.answer("PROPFIND", 207, multistatus(place(*calendar)))
    server.answer("PROPPATCH", 207, multistatus(place("/dav/anna/termintreu/")))
    server.answer("PROPFIND", 207, multistatus(place(*calendar, props="<D:displayname>Termintreu</D:displayname>")))
    assert "Termintreu" == (await account.ensure("Termintreu", frozenset({"VEVENT"}))).name


# Log-in.


async def test_digest_is_answered_where_it_is_asked_for(server: ScriptedServer, account: CalDavAccount) -> None:
    challenge = 'Digest realm="dav", nonce="abc", qop="auth", algorithm=MD5'
    server.answer("REPORT", 401, WWW_Authenticate=challenge)
    server.answer("REPORT", 207, multistatus(token="t2"))
    server.answer("REPORT", 207, multistatus(token="t3"))
    await account.changes(WORK, "t1", {})
    await account.changes(WORK, "t2", {})
    sent = [request.headers["authorization"] for request in server.recorded]
    assert ["Basic", "Digest", "Digest"] == [header.split()[0] for header in sent]
    assert "nc=00000002" in sent[2]


async def test_a_digest_whose_nonce_expired_is_answered_again(server: ScriptedServer, account: CalDavAccount) -> None:
    for nonce in ("one", "two"):
        server.answer("REPORT", 401, WWW_Authenticate=f'Digest realm="dav", nonce="{nonce}", qop="auth"')
        server.answer("REPORT", 207, multistatus(token="t2"))
        await account.changes(WORK, "t1", {})
    assert 4 == len(server.methods)
    assert 'nonce="two"' in server.recorded[3].headers["authorization"]


async def test_a_digest_that_is_refused_is_unauthorized(server: ScriptedServer, account: CalDavAccount) -> None:
    for _ in range(4):
        server.answer("REPORT", 401, WWW_Authenticate='Digest realm="dav", nonce="abc"')
    for sent in (2, 3):
        with pytest.raises(Unauthorized):
            await account.changes(WORK, "t1", {})
        assert sent == len(server.methods)


async def test_the_rows_of_an_answer_that_each_poll_gets_are_taken_once(
    server: ScriptedServer, account: CalDavAccount
) -> None:
    session = account._synchronizer._session
    taken: list[str] = []

    async def ask(question: bytes, ctag: str) -> str | None:
        server.answer("PROPFIND", 207, multistatus(own(ctag)))

        def take(row: Row, _: str) -> str:
            taken.append(ctag)
            return ctag

        url = f"{server.url}dav/work/"
        answer = await session.multistatus("PROPFIND", url, question, depth="0", take=take, often=True)
        return answer.rows[0]

    assert ["c1", "c1"] == [await ask(b"<ctag/>", "c1"), await ask(b"<ctag/>", "c1")]
    assert ["c1"] == taken
    assert ["c2", "c2"] == [await ask(b"<ctag/>", "c2"), await ask(b"<another/>", "c2")]
    assert ["c1", "c2", "c2"] == taken
