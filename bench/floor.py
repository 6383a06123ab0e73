"""The least that can be spent: http.client and lxml, one kept connection, no iCalendar at all.

Runs as a process of its own and takes one command a line on its standard input, as `ours` does. It asks for the same
collections as the program, keeps hrefs, ETags and data, and does nothing with them.
"""

from __future__ import annotations

import base64
import http.client
import json
import sys
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from bench.meter import Meter

D = "{DAV:}"
C = "{urn:ietf:params:xml:ns:caldav}"
_OPEN = '<?xml version="1.0" encoding="utf-8"?>'
_SPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
_CHUNK = 250


def sync_collection(token: str, *, with_data: bool) -> bytes:
    """REPORT sync-collection (RFC 6578)."""
    data = "<C:calendar-data/>" if with_data else ""
    return (
        f"{_OPEN}<D:sync-collection {_SPACES}><D:sync-token>{escape(token)}</D:sync-token>"
        f"<D:sync-level>1</D:sync-level><D:prop><D:getetag/>{data}</D:prop></D:sync-collection>"
    ).encode()


def multiget(hrefs: Iterable[str]) -> bytes:
    """REPORT calendar-multiget (RFC 4791)."""
    listed = "".join(f"<D:href>{escape(href)}</D:href>" for href in hrefs)
    return (
        f"{_OPEN}<C:calendar-multiget {_SPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop>{listed}"
        "</C:calendar-multiget>"
    ).encode()


class Account:
    """One connection, and what is held of each collection."""

    def __init__(self, port: int, username: str, password: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        login = base64.b64encode(f"{username}:{password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {login}", "Content-Type": "application/xml"}
        self.tokens: dict[str, str] = {}
        self.held: dict[str, tuple[str, str]] = {}
        self.etag = ""
        self.body = b""

    def poll(self, path: str) -> None:
        """What changed in a collection."""
        listed = self._report(path, sync_collection(self.tokens.get(path, ""), with_data=True), "0")
        owed = [href for href, data in listed.items() if not data]
        for at in range(0, len(owed), _CHUNK):
            self._report(path, multiget(owed[at : at + _CHUNK]), "1")

    def get(self, path: str) -> None:
        """A feed."""
        self.connection.request("GET", path, headers={"If-None-Match": self.etag} if self.etag else {})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status == 200:
            self.etag, self.body = answer.headers["ETag"], body

    def _report(self, path: str, body: bytes, depth: str) -> dict[str, str]:
        self.connection.request("REPORT", path, body, self.headers | {"Depth": depth})
        answer = self.connection.getresponse()
        if answer.status != 207:
            raise RuntimeError(f"{answer.status} on {path}")
        parser: Any = etree.XMLPullParser(events=("end",), tag=(D + "response", D + "sync-token"))
        found: dict[str, str] = {}
        while chunk := answer.read(65_536):
            parser.feed(chunk)
            for _, element in parser.read_events():
                if element.tag == D + "sync-token":
                    self.tokens[path] = element.text or ""
                    continue
                href = element.findtext(D + "href")
                prop = element.find(f"{D}propstat/{D}prop")
                if prop is not None and href.rstrip("/") != path.rstrip("/"):
                    data = prop.findtext(C + "calendar-data") or ""
                    self.held[href] = prop.findtext(D + "getetag") or "", data
                    found[href] = data
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        return found


def main() -> None:
    """Commands: {"paths": [...]} polls collections, {"get": path} a feed."""
    port, username, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    account, meter = Account(port, username, password), Meter()
    for line in sys.stdin:
        wanted = json.loads(line)
        meter.start()
        for path in wanted.get("paths", ()):
            account.poll(path)
        if "get" in wanted:
            account.get(wanted["get"])
        print(json.dumps(meter.stop()), flush=True)


if __name__ == "__main__":
    main()
