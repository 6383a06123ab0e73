"""The protocol's parts: hrefs, ETags, request bodies, and multistatus answers that arrive in pieces."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from termintreu.model.errors import InvalidAnswer
from termintreu_connectors.dav import bodies
from termintreu_connectors.dav.discovery import clean_name
from termintreu_connectors.dav.etags import digest, is_strong, strong_etag
from termintreu_connectors.dav.hrefs import Hrefs
from termintreu_connectors.dav.multistatus import Multistatus
from termintreu_connectors.dav.writing import _slugs

ASKED = "https://example.com/dav/anna/"


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("/dav/a%40b/x.ics", "/dav/a@b/x.ics"),
        ("/dav/a@b/x.ics", "/dav/a@b/x.ics"),
        ("x.ics", "/dav/anna/x.ics"),
        ("https://other.example/dav/c%2bd.ics", "/dav/c+d.ics"),
        ("/dav/a%2Fb.ics", "/dav/a/b.ics"),
        ("/dav/%C3%BC.ics", "/dav/ü.ics"),
        ("/dav/%c3%bc.ics", "/dav/ü.ics"),
        ("/dav/100%.ics", "/dav/100%.ics"),
        ("//double/slash.ics", "//double/slash.ics"),
        ("/dav/a?b.ics", "/dav/a?b.ics"),
        ("", "/dav/anna/"),
    ],
)
def test_an_href_is_read_decoded_and_sent_as_it_came(raw: str, path: str) -> None:
    hrefs = Hrefs(ASKED)
    assert path == hrefs.read(raw, ASKED)
    if raw.startswith("/"):
        assert raw == hrefs.wire(path)
        assert "https://example.com" + raw == hrefs.url(path)


@pytest.mark.requirement(22)
@pytest.mark.parametrize("raw", ["mailto:anna@example.com", "A:0", "http://[broken/"])
def test_an_href_that_is_no_path_is_invalid(raw: str) -> None:
    with pytest.raises(InvalidAnswer):
        Hrefs(ASKED).read(raw, ASKED)


def test_a_new_name_takes_its_collections_spelling() -> None:
    hrefs = Hrefs(ASKED)
    hrefs.read("/dav/anna@example.com/w%6Frk/", ASKED)
    assert "/dav/anna@example.com/w%6Frk/new.ics" == hrefs.wire("/dav/anna@example.com/work/new.ics")
    assert "/dav/anna%40example.com/else/n%20w.ics" == hrefs.wire("/dav/anna@example.com/else/n w.ics")


def test_usual_spellings_are_not_remembered() -> None:
    hrefs = Hrefs(ASKED)
    for number in range(1000):
        hrefs.read(f"/dav/anna/{number}%20.ics", ASKED)
    assert {} == hrefs._spelled


@pytest.mark.requirement(25)
def test_icloud_moves_to_another_of_its_hosts_and_nobody_else_does() -> None:
    icloud = Hrefs("https://caldav.icloud.com/")
    moved = icloud.follow("https://p42-caldav.icloud.com:443/123/calendars/", "https://caldav.icloud.com/")
    assert "https://p42-caldav.icloud.com:443/123/calendars/" == moved
    assert "https://p42-caldav.icloud.com:443/123/calendars/a/" == icloud.url("/123/calendars/a/")
    other = Hrefs("https://example.com/")
    assert "https://example.com/home/" == other.follow("https://evil.example/home/", "https://example.com/")
    fake = Hrefs("https://caldav.icloud.com/")
    assert "https://caldav.icloud.com/x/" == fake.follow("https://evilicloud.com/x/", "https://caldav.icloud.com/")


@pytest.mark.parametrize(
    ("text", "etag", "strong"),
    [
        ('"1"', '"1"', True),
        ('W/"1"', '"1"', False),
        ("1", '"1"', True),
        ("%221%22", '"1"', True),
        ("1%22", '"1%22"', True),
        (' "a-b" ', '"a-b"', True),
        ("", None, False),
        (None, None, False),
        ('""', None, False),
        ('"a"b"', None, False),
        ('"a\nb"', None, False),
    ],
)
def test_etags_are_made_comparable(text: str | None, etag: str | None, strong: bool) -> None:
    assert (etag, strong) == (strong_etag(text), is_strong(text))


def test_what_stands_for_an_etag_does_not_hang_on_line_ends() -> None:
    """The same object comes with LF out of a report, and with CRLF out of a GET."""
    assert digest(b"BEGIN:VCALENDAR\nEND:VCALENDAR") == digest(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    assert digest(b"BEGIN:VCALENDAR\nEND:VCALENDAR") != digest(b"BEGIN:VCALENDAR\n\nEND:VCALENDAR")


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("  Team\n& Co\t", "Team & Co"),
        ("a\u202eb\u200bc\x00d", "abcd"),
        ("☎ Anna 🎉", "☎ Anna 🎉"),
        ("x" * 900, "x" * 200),
        ("\u2066", ""),
    ],
)
def test_display_names_are_cleaned(name: str, clean: str) -> None:
    assert clean == clean_name(name)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Termintreu", "termintreu"),
        ("Termintreu Aufgaben", "termintreu-aufgaben"),
        ("Rückrufe & Größe", "rueckrufe-groesse"),
        ("Émile", "emile"),
        ("☎", "termintreu"),
        ("../../etc", "etc"),
        ("x" * 300, "x" * 60),
    ],
)
def test_paths_of_our_own_calendars_are_plain(name: str, slug: str) -> None:
    assert slug == _slugs(name)[0]


@pytest.mark.requirement(27)
def test_bodies_carry_values_as_text_and_not_as_attributes() -> None:
    body = etree.fromstring(bodies.sync_collection("a&b", with_data=True))
    assert ["a&b", "1"] == [body.findtext(f"{{DAV:}}sync-{part}") for part in ("token", "level")]
    body = etree.fromstring(bodies.multiget(["/a%20b.ics", "/c.ics"]))
    assert ["/a%20b.ics", "/c.ics"] == [href.text for href in body.iterfind("{DAV:}href")]
    for body in map(etree.fromstring, (bodies.mkcalendar("A & B", ["VTODO"]), bodies.mkcol("A & B", ["VTODO"]))):
        assert "A & B" == body.findtext(".//{DAV:}displayname")
        assert ["VTODO"] == [comp.get("name") for comp in body.iter("{urn:ietf:params:xml:ns:caldav}comp")]


async def pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


async def rows_of(data: bytes, size: int = 7) -> tuple[list[tuple[str, int | None, str]], str | None]:
    reader = Multistatus("example.com")
    rows = [(row.href, row.status, row.text("{DAV:}getetag")) async for row in reader.rows(pieces(data, size))]
    return rows, reader.token


HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<multistatus xmlns="DAV:">'
ROW = "<response><href>/{0}</href><propstat><prop><getetag>{0}</getetag></prop>{1}</propstat></response>"
OK = "<status>HTTP/1.1 200 OK</status>"


@pytest.mark.parametrize("size", [1, 7, 64, 100_000])
async def test_an_answer_is_read_in_pieces_of_any_size(size: int) -> None:
    rows = "".join(ROW.format(f"☎{number}", OK) for number in range(20))
    gone = "<response><href>/x</href><status>HTTP/1.1 404 Not Found</status></response>"
    data = (HEAD + rows + gone + "<sync-token> t </sync-token></multistatus>").encode()
    found, token = await rows_of(data, size)
    assert [*((f"/☎{number}", None, f"☎{number}") for number in range(20)), ("/x", 404, "")] == found
    assert "t" == token


async def test_a_property_that_was_refused_is_not_there() -> None:
    data = HEAD + ROW.format("a", "<status>HTTP/1.1 404 X</status>") + ROW.format("b", "") + "</multistatus>"
    assert [("/a", None, ""), ("/b", None, "b")] == (await rows_of(data.encode()))[0]


async def test_a_sync_token_within_a_row_is_not_the_answers() -> None:
    inner = "<response><href>/a/</href><propstat><prop><sync-token>inner</sync-token></prop></propstat></response>"
    assert (await rows_of((HEAD + inner + "</multistatus>").encode()))[1] is None


@pytest.mark.requirement(20, 22)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        HEAD.encode(),
        (HEAD + "</multistatus").encode(),
        (HEAD + "</multistatus><more/>").encode(),
        b"<html/>",
        b"<multistatus/>",
        b'<!DOCTYPE a [<!ENTITY e "x">]><multistatus xmlns="DAV:">&e;</multistatus>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><multistatus xmlns="DAV:"/>',
        (HEAD + "<response>" * 300).encode(),
        (HEAD + "<response><href>" + "x" * 11_000_000 + "</href></response></multistatus>").encode(),
    ],
)
async def test_what_is_no_whole_multistatus_is_invalid(data: bytes) -> None:
    with pytest.raises(InvalidAnswer):
        await rows_of(data, 65_536)


VALID = (
    HEAD + "".join(ROW.format(f"☎{n}", OK) for n in range(3)) + "<sync-token>t</sync-token></multistatus>"
).encode()


@given(at=st.integers(0, len(VALID)), cut=st.integers(0, 30), put=st.binary(max_size=30), size=st.integers(1, 400))
def test_a_damaged_answer_is_read_or_invalid_and_nothing_else(at: int, cut: int, put: bytes, size: int) -> None:
    with contextlib.suppress(InvalidAnswer):
        asyncio.run(rows_of(VALID[:at] + put + VALID[at + cut :], size))


@given(raw=st.one_of(st.text(max_size=40), st.from_regex(r"https?://[\[\]a-z:0-9@/?#%]{0,30}")))
def test_an_href_of_any_kind_is_a_path_or_invalid(raw: str) -> None:
    hrefs = Hrefs(ASKED)
    with contextlib.suppress(InvalidAnswer):
        path = hrefs.read(raw, ASKED)
        assert path.startswith("/")
        assert hrefs.url(path).startswith("https://example.com/")
        assert path == hrefs.read(hrefs.wire(path), ASKED)


READ_60_MB = """
import asyncio, pathlib, re
from termintreu_connectors.dav.multistatus import Multistatus

ROW = b"<response><href>/a</href><propstat><prop><getetag>%s</getetag></prop></propstat></response>"

async def answer():
    yield b'<multistatus xmlns="DAV:">'
    for number in range(6_000):
        yield ROW % (b"x" * 10_000)
    yield b"</multistatus>"

async def read():
    return [len(row.text("{DAV:}getetag")) async for row in Multistatus("example.com").rows(answer())]

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])

before = peak()
assert [10_000] * 6_000 == asyncio.run(read())
print(peak() - before)
"""


def test_rows_are_let_go_as_they_are_read() -> None:
    """60 MB of rows, and never more than a few of them in memory. In a process of its own: lxml's memory is its own."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", READ_60_MB]
    grown = int(subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60).stdout)
    assert grown < 15_000, f"{grown} kB"
