"""Feeds as servers really send them: validators, wrong types and charsets, log-in pages, half bodies, redirects."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator, Iterator

import pytest

from termintreu.model import Snapshot
from termintreu.model.errors import ConnectorError, Forbidden, InvalidAnswer, NotFound, Unauthorized, Unavailable
from termintreu_connectors.http import HttpLimits
from termintreu_connectors.ics_feed import IcsFeed, masked
from tests.servers import Answer, ScriptedServer

CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261006T122000Z\r\n"
    b"SUMMARY:Telefonat\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


async def no_wait(seconds: float) -> None:
    """The pause between repetitions, without its length."""


@pytest.fixture
async def feed(server: ScriptedServer) -> AsyncIterator[IcsFeed]:
    feed = IcsFeed("crm", server.url + "private-9f3/feed.ics?token=abc", allow_private=True, sleep=no_wait)
    yield feed
    await feed.close()


async def poll(feed: IcsFeed, before: Snapshot | None = None) -> Snapshot:
    [collection] = await feed.collections()
    known = {row.href: row.etag for row in before.changed} if before else {}
    return await feed.changes(collection, before.token if before else None, known)


async def test_both_validators_are_handed_back(server: ScriptedServer, feed: IcsFeed) -> None:
    stamp = "Tue, 06 Oct 2026 12:20:00 GMT"
    server.answer("GET", 200, CALENDAR, ETag='W/"x;1"', Last_Modified=stamp)
    server.answer("GET", 304)
    first = await poll(feed)
    second = await poll(feed, first)
    asked = server.recorded[1].headers
    assert ('W/"x;1"', stamp) == (asked["if-none-match"], asked["if-modified-since"])
    assert (False, (), (), first.token) == (second.full, second.changed, second.deleted, second.token)


async def test_nothing_is_asked_conditionally_where_nothing_is_held(server: ScriptedServer, feed: IcsFeed) -> None:
    server.answer("GET", 200, CALENDAR)
    [collection] = await feed.collections()
    await feed.changes(collection, json.dumps({"etag": '"1"'}), {})
    assert "if-none-match" not in server.recorded[0].headers


@pytest.mark.requirement(21)
async def test_a_304_that_was_not_asked_for_is_no_answer(server: ScriptedServer, feed: IcsFeed) -> None:
    server.answer("GET", 304)
    with pytest.raises(InvalidAnswer):
        await poll(feed)


@pytest.mark.parametrize(
    "token", ['{"etag": 1}', "[]", '"x"', '{"etag": "a\\r\\nX-Evil: 1"}', "{", '{"etag": "ä"}', '{"etag": ""}']
)
async def test_a_token_that_is_not_ours_becomes_no_header(server: ScriptedServer, feed: IcsFeed, token: str) -> None:
    server.answer("GET", 200, CALENDAR)
    [collection] = await feed.collections()
    snapshot = await feed.changes(collection, token, {collection.href: '"old"'})
    assert {"if-none-match", "if-modified-since", "x-evil"}.isdisjoint(server.recorded[0].headers)
    assert CALENDAR == snapshot.changed[0].data


async def test_the_same_content_under_new_validators_is_unchanged(server: ScriptedServer, feed: IcsFeed) -> None:
    server.answer("GET", 200, CALENDAR, ETag='"1"')
    server.answer("GET", 200, CALENDAR, ETag='"2"')
    first = await poll(feed)
    second = await poll(feed, first)
    assert [(first.changed[0].etag, None)] == [(row.etag, row.data) for row in second.changed]
    assert {"etag": '"2"'} == json.loads(second.token or "")


@pytest.mark.parametrize("kind", [None, "text/plain", "text/html", "application/octet-stream; charset=nonsense"])
async def test_the_content_type_does_not_matter(server: ScriptedServer, feed: IcsFeed, kind: str | None) -> None:
    server.script.append(Answer("GET", 200, {"Content-Type": kind} if kind else {}, CALENDAR))
    assert CALENDAR == (await poll(feed)).changed[0].data


UMLAUTS = CALENDAR.decode().replace("Telefonat", "Rückruf Müßig")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (UMLAUTS.encode(), "text/calendar; charset=iso-8859-1"),
        (UMLAUTS.encode("latin-1"), "text/calendar; charset=ISO-8859-1"),
        (UMLAUTS.encode("latin-1"), "text/calendar; charset=utf-8"),
        (UMLAUTS.encode("latin-1"), "text/calendar"),
        (UMLAUTS.encode("iso-8859-15"), 'text/calendar; charset="iso-8859-15"'),
        (UMLAUTS.encode("utf-16"), "text/calendar"),
        (UMLAUTS.encode("latin-1"), "text/calendar; charset=iso-8859-99"),
        (UMLAUTS.encode("latin-1"), "text/calendar; charset=punycode"),
    ],
)
async def test_a_wrong_charset_is_put_right(server: ScriptedServer, feed: IcsFeed, body: bytes, kind: str) -> None:
    server.answer("GET", 200, body, Content_Type=kind)
    assert UMLAUTS.encode() == (await poll(feed)).changed[0].data


async def test_broken_bytes_do_not_lose_the_feed(server: ScriptedServer, feed: IcsFeed) -> None:
    server.answer("GET", 200, CALENDAR.replace(b"Telefonat", b"\xff\x81\x8d"))
    data = (await poll(feed)).changed[0].data or b""
    assert "SUMMARY:ÿ" in data.decode()


@pytest.mark.parametrize(
    "body", [b"\xef\xbb\xbf" + CALENDAR, b"\r\n" + CALENDAR, CALENDAR + b"\r\n \n", CALENDAR.replace(b"\r\n", b"\n")]
)
async def test_marks_and_blanks_around_a_calendar_are_let_pass(
    server: ScriptedServer, feed: IcsFeed, body: bytes
) -> None:
    server.answer("GET", 200, body)
    assert body == (await poll(feed)).changed[0].data


@pytest.mark.requirement(21)
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!DOCTYPE html><html>Anmelden BEGIN:VCALENDAR\nEND:VCALENDAR</html>", "web page"),
        (b"", "empty"),
        (b" \r\n", "empty"),
        (CALENDAR[:-20], "breaks off"),
        (CALENDAR[: len(CALENDAR) // 2], "breaks off"),
        (b'{"error": "expired"}', "not a calendar"),
        (CALENDAR.partition(b"\r\n")[2], "not a calendar"),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "not a calendar"),
    ],
)
async def test_what_is_no_whole_calendar_is_no_answer(
    server: ScriptedServer, feed: IcsFeed, body: bytes, said: str
) -> None:
    server.answer("GET", 200, body, Content_Type="text/calendar")
    with pytest.raises(InvalidAnswer, match=said):
        await poll(feed)


@pytest.mark.requirement(21)
async def test_a_body_that_is_cut_off_is_never_taken(server: ScriptedServer, feed: IcsFeed) -> None:
    for _ in range(3):
        server.answer("GET", 200, CALENDAR + CALENDAR, cut=len(CALENDAR))
    with pytest.raises(ConnectorError):
        await poll(feed)


@pytest.mark.requirement(21)
@pytest.mark.parametrize("status", [201, 204, 206, 300])
async def test_only_200_counts(server: ScriptedServer, feed: IcsFeed, status: int) -> None:
    server.answer("GET", status, CALENDAR if status != 204 else b"")
    with pytest.raises(InvalidAnswer):
        await poll(feed)


@pytest.mark.parametrize(("status", "error"), [(401, Unauthorized), (403, Forbidden), (404, NotFound), (410, NotFound)])
async def test_statuses_become_errors(
    server: ScriptedServer, feed: IcsFeed, status: int, error: type[ConnectorError]
) -> None:
    server.answer("GET", status)
    with pytest.raises(error):
        await poll(feed)
    assert 1 == feed.requests


async def test_a_server_that_is_busy_is_asked_again(server: ScriptedServer, feed: IcsFeed) -> None:
    server.answer("GET", 503)
    server.answer("GET", 200, CALENDAR)
    snapshot = await poll(feed)
    assert CALENDAR == snapshot.changed[0].data
    assert 2 == snapshot.requests == feed.requests


async def test_a_long_pause_is_left_to_the_caller(server: ScriptedServer, feed: IcsFeed) -> None:
    server.answer("GET", 429, Retry_After="3600")
    with pytest.raises(Unavailable) as caught:
        await poll(feed)
    assert 3600 == caught.value.retry_after
    assert 1 == feed.requests


async def test_a_packed_feed_is_unpacked(server: ScriptedServer, feed: IcsFeed) -> None:
    server.answer("GET", 200, gzip.compress(CALENDAR), Content_Encoding="gzip")
    assert CALENDAR == (await poll(feed)).changed[0].data


@pytest.mark.requirement(22)
async def test_a_bomb_is_refused_at_its_unpacked_size(server: ScriptedServer) -> None:
    body = CALENDAR.replace(b"SUMMARY", b"X-FILL:" + b"x" * 2_000_000 + b"\r\nSUMMARY")
    assert len(gzip.compress(body)) < 10_000
    server.answer("GET", 200, gzip.compress(body), Content_Encoding="gzip")
    feed = IcsFeed("crm", server.url, allow_private=True, limits=HttpLimits(body=1_000_000))
    with pytest.raises(InvalidAnswer):
        await poll(feed)
    await feed.close()


@pytest.mark.requirement(24)
@pytest.mark.parametrize(("hops", "good"), [(5, True), (6, False)])
async def test_five_redirects_are_followed(server: ScriptedServer, feed: IcsFeed, hops: int, good: bool) -> None:
    for number in range(hops):
        server.answer("GET", 302, Location=f"/{number}")
    server.answer("GET", 200, CALENDAR)
    if good:
        assert CALENDAR == (await poll(feed)).changed[0].data
    else:
        with pytest.raises(InvalidAnswer):
            await poll(feed)


@pytest.mark.requirement(25)
async def test_a_log_in_goes_to_its_own_server_only(server: ScriptedServer) -> None:
    with ScriptedServer() as other:
        server.answer("GET", 302, Location=other.url)
        other.answer("GET", 200, CALENDAR)
        feed = IcsFeed("crm", server.url, "anna", "geheim", allow_private=True)
        await poll(feed)
        await feed.close()
        assert server.recorded[0].headers["authorization"].startswith("Basic ")
        assert "authorization" not in other.recorded[0].headers


async def test_a_log_in_within_the_url_is_used_and_not_shown(server: ScriptedServer) -> None:
    server.answer("GET", 200, CALENDAR)
    feed = IcsFeed("crm", server.url.replace("//", "//anna:geheim@"), allow_private=True)
    snapshot = await poll(feed)
    await feed.close()
    assert "authorization" in server.recorded[0].headers
    assert "geheim" not in repr((feed, snapshot))


@pytest.mark.requirement(24)
async def test_a_log_in_is_not_sent_in_the_clear_beyond_this_machine() -> None:
    feed = IcsFeed("crm", "http://10.0.0.1/x.ics", "anna", "geheim", allow_private=True)
    with pytest.raises(Forbidden):
        await poll(feed)
    await feed.close()


@pytest.mark.requirement(24)
async def test_loopback_is_refused_unless_it_is_allowed(server: ScriptedServer) -> None:
    feed = IcsFeed("crm", server.url)
    with pytest.raises(Forbidden):
        await poll(feed)
    await feed.close()
    assert [] == server.recorded


@pytest.mark.requirement(26)
async def test_no_error_shows_the_secret_part_of_the_url(server: ScriptedServer, feed: IcsFeed) -> None:
    bodies = [(200, b"<html>"), (404, b""), (401, b""), (500, b""), (500, b""), (500, b"")]
    for status, body in bodies:
        server.answer("GET", status, body)
    for _ in range(4):
        with pytest.raises(ConnectorError) as caught:
            await poll(feed)
        assert not {"9f3", "token", "abc", "feed.ics"} & set(str(caught.value).replace("/", " ").split())
        assert "private-9f3" not in repr(caught.value)


@pytest.mark.requirement(26)
async def test_the_collection_says_where_it_comes_from_and_no_more() -> None:
    feed = IcsFeed("crm", "webcal://anna:geheim@crm.example.com/private-9f3/feed.ics?token=abc")
    [collection] = await feed.collections()
    assert collection.href.startswith("https://crm.example.com/")
    assert not any(secret in repr((feed, collection)) for secret in ("9f3", "abc", "anna", "geheim", "feed.ics"))
    assert "crm" == collection.name
    assert not collection.writable
    assert 0 == feed.requests


def test_masks_tell_feeds_of_one_host_apart_and_stay_the_same() -> None:
    one, other = masked("https://a.example/1.ics"), masked("https://a.example/2.ics")
    assert one != other
    assert one == masked("webcal://a.example/1.ics") == masked("a.example/1.ics")


@pytest.mark.parametrize("url", ["http://[", "https://", "ftp://example.com/x.ics", "https://a.example:99999/x"])
async def test_what_is_no_address_fails_when_it_is_asked(url: str) -> None:
    feed = IcsFeed("crm", url)
    with pytest.raises(ConnectorError):
        await poll(feed)
    await feed.close()
