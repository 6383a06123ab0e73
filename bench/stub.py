"""A CalDAV server that costs next to nothing: for how we scale with profiles, not for how servers do.

Every account has as many calendars as asked for, with the same events each, and our own collections once they are made.
Knows PROPFIND, sync-collection, MKCALENDAR, PUT, GET and DELETE; no log-in. One process, asyncio, kept alive.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

_TOKEN = re.compile(rb"sync-token>([^<]*)<")
_NAME = re.compile(rb"displayname>([^<]*)<")
_COMPONENT = re.compile(rb'name="(VEVENT|VTODO)"')
_HEAD = '<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'


@dataclass
class Calendar:
    """One collection."""

    name: str
    components: tuple[str, ...]
    objects: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Path to version and content."""
    version: int = 1

    def described(self, path: str) -> str:
        sets = "".join(f'<C:comp name="{each}"/>' for each in self.components)
        return _row(
            path,
            "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
            f"<D:displayname>{self.name}</D:displayname><C:supported-calendar-component-set>{sets}"
            "</C:supported-calendar-component-set><D:current-user-privilege-set><D:privilege><D:all/></D:privilege>"
            "</D:current-user-privilege-set><D:supported-report-set><D:supported-report><D:report>"
            "<D:sync-collection/></D:report></D:supported-report></D:supported-report-set>",
        )


@cache
def events(count: int, calls: int) -> dict[str, str]:
    """Meetings over the next weeks, and among them some calls."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    made = {}
    for number in range(count):
        begin = start + timedelta(hours=7 * number)
        call = number < calls
        summary = f"Telefonat mit Erika Muster {number} 030 901820" if call else f"Planung {number}"
        made[f"{number}.ics"] = "\r\n".join(
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//stub//EN",
                "BEGIN:VEVENT",
                f"UID:{number}@stub",
                "DTSTAMP:20260101T000000Z",
                f"DTSTART:{begin:%Y%m%dT%H%M%SZ}",
                f"DTEND:{begin + timedelta(minutes=45):%Y%m%dT%H%M%SZ}",
                f"SUMMARY:{summary}",
                "DESCRIPTION:" + "Tagesordnung und Unterlagen wie besprochen. " * 8,
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            ]
        )
    return made


class Stub:
    """Accounts by the first part of the path, made when they are asked for."""

    def __init__(self, collections: int, count: int, calls: int) -> None:
        self._shape = collections, count, calls
        self._accounts: dict[str, dict[str, Calendar]] = {}

    def answer(self, method: str, path: str, depth: str, body: bytes) -> tuple[int, str, str]:
        """Status, extra header lines, body."""
        parts = path.strip("/").split("/")
        account = self._account(parts[0])
        home = f"/{parts[0]}/"
        calendar = account.get(f"{home}{parts[1]}/") if len(parts) > 1 else None
        if method == "PROPFIND":
            return 207, "", self._propfind(path, home, account, calendar, depth)
        if method == "REPORT" and calendar is not None:
            return 207, "", _sync(path, calendar, body)
        if method == "MKCALENDAR":
            name = _NAME.search(body)
            components = tuple(word.decode() for word in _COMPONENT.findall(body)) or ("VEVENT", "VTODO")
            account[path.rstrip("/") + "/"] = Calendar(name[1].decode() if name else parts[1], components)
            return 201, "", ""
        if calendar is None:
            return 404, "", ""
        if method == "PUT":
            calendar.version += 1
            calendar.objects[path] = (calendar.version, body.decode())
            return 201, f'ETag: "{calendar.version}"\r\n', ""
        if method == "DELETE":
            calendar.objects.pop(path, None)
            calendar.version += 1
            return 204, "", ""
        version, text = calendar.objects.get(path, (0, ""))
        return (200, f'ETag: "{version}"\r\n', text) if version else (404, "", "")

    def _account(self, name: str) -> dict[str, Calendar]:
        if name not in self._accounts:
            collections, count, calls = self._shape
            self._accounts[name] = {
                f"/{name}/cal-{number}/": Calendar(
                    f"Calendar {number}",
                    ("VEVENT",),
                    {
                        f"/{name}/cal-{number}/{href}": (1, text)
                        for href, text in events(count, 0 if number else calls).items()
                    },
                )
                for number in range(collections)
            }
        return self._accounts[name]

    def _propfind(
        self, path: str, home: str, account: dict[str, Calendar], calendar: Calendar | None, depth: str
    ) -> str:
        if calendar is not None:
            return _HEAD + calendar.described(path) + "</D:multistatus>"
        principal = (
            "<D:resourcetype><D:collection/></D:resourcetype>"
            f"<D:current-user-principal><D:href>{home}</D:href></D:current-user-principal>"
            f"<C:calendar-home-set><D:href>{home}</D:href></C:calendar-home-set>"
        )
        rows = [_row(home, principal)]
        if depth == "1":
            rows += [one.described(href) for href, one in account.items()]
        return _HEAD + "".join(rows) + "</D:multistatus>"


def _row(path: str, properties: str) -> str:
    return (
        f"<D:response><D:href>{path}</D:href><D:propstat><D:prop>{properties}</D:prop>"
        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    )


def _sync(path: str, calendar: Calendar, body: bytes) -> str:
    token = f"urn:v{calendar.version}"
    known = _TOKEN.search(body)
    rows = []
    if known is None or known[1].decode() != token:
        rows = [
            _row(href, f'<D:getetag>"{version}"</D:getetag><C:calendar-data>{text}</C:calendar-data>')
            for href, (version, text) in calendar.objects.items()
        ]
    return f"{_HEAD}{''.join(rows)}<D:sync-token>{token}</D:sync-token></D:multistatus>"


async def serve(port: int, stub: Stub) -> None:
    """Until the process is ended."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                method, path, _ = lines[0].split(" ")
                headers = {
                    name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
                }
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                status, extra, text = stub.answer(method, path, headers.get("depth", "0"), body)
                payload = text.encode()
                kind = "application/xml; charset=utf-8" if status == 207 else "text/calendar; charset=utf-8"
                top = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n{extra}Content-Length: {len(payload)}\r\n\r\n"
                writer.write(top.encode() + payload)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", port, backlog=4096, limit=2**22) as server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name in ("port", "collections", "events", "calls"):
        parser.add_argument(name, type=int)
    given = parser.parse_args()
    asyncio.run(serve(given.port, Stub(given.collections, given.events, given.calls)))
