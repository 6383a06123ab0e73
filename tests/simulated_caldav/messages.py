"""What goes in and what comes out, and the XML of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit
from xml.sax.saxutils import escape

from lxml import etree

D = "{DAV:}"
C = "{urn:ietf:params:xml:ns:caldav}"
S = "{http://calendarserver.org/ns/}"
A = "{http://apple.com/ns/ical/}"
_OPEN = (
    '<?xml version="1.0" encoding="utf-8"?>\n<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" '
    'xmlns:s="http://calendarserver.org/ns/" xmlns:a="http://apple.com/ns/ical/">'
)
_PREFIX = {"DAV:": "d", C[1:-1]: "c", S[1:-1]: "s", A[1:-1]: "a"}
_REASONS = {200: "OK", 403: "Forbidden", 404: "Not Found", 418: "I'm a teapot", 507: "Insufficient Storage"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it arrived."""

    method: str
    path: str
    """As in the request line: encoded, with the query."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By lower-case name."""
    body: bytes = b""
    host: str = ""

    @property
    def place(self) -> str:
        """The decoded path."""
        return unquote(urlsplit(self.path).path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Refused(Exception):
    """An answer that ends the matter."""

    def __init__(self, status: int, condition: str = "", **headers: str) -> None:
        """`condition`: what of the RFC is not met, with its prefix: `c:no-uid-conflict`."""
        super().__init__(status, condition)
        self.status, self.condition, self.headers = status, condition, headers

    def response(self) -> Response:
        """As an answer (RFC 4918 16)."""
        headers = {name.replace("_", "-"): value for name, value in self.headers.items()}
        if not self.condition:
            return Response(status=self.status, headers=headers)
        namespaces = (
            'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:card="urn:ietf:params:xml:ns:carddav"'
        )
        body = f'<?xml version="1.0"?><d:error {namespaces}><{self.condition}/></d:error>'
        return Response(status=self.status, headers=headers | _XML, body=body.encode())


_XML = {"Content-Type": 'application/xml; charset="utf-8"'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One DAV:response: what was found of a place, or one status for the whole of it."""

    href: str
    found: Mapping[str, str] = field(default_factory=dict)
    """XML by qualified name."""
    missing: Iterable[str] = ()
    status: int | None = None


def multistatus(rows: Iterable[Row], token: str | None = None) -> Response:
    """RFC 4918 13, with the sync-token of RFC 6578 where there is one."""
    parts = [_OPEN, *map(_row, rows)]
    if token is not None:
        parts.append(f"<d:sync-token>{escape(token)}</d:sync-token>")
    return Response(status=207, headers=_XML, body="".join([*parts, "</d:multistatus>"]).encode())


def _row(row: Row) -> str:
    href = f"<d:response><d:href>{escape(row.href)}</d:href>"
    if row.status is not None:
        return f"{href}{_status(row.status)}</d:response>"
    found = "".join(row.found.values())
    parts = [f"<d:propstat><d:prop>{found}</d:prop>{_status(200)}</d:propstat>"] if found else []
    missing = "".join(f"<{prefixed(name)}/>" for name in row.missing)
    if missing or not found:
        parts.append(f"<d:propstat><d:prop>{missing}</d:prop>{_status(404)}</d:propstat>")
    return f"{href}{''.join(parts)}</d:response>"


def _status(status: int) -> str:
    return f"<d:status>HTTP/1.1 {status} {_REASONS.get(status, 'Said')}</d:status>"


def prefixed(name: str) -> str:
    """A qualified name as it is written in an answer."""
    space, _, local = name[1:].partition("}")
    prefix = _PREFIX.get(space)
    return f"{prefix}:{local}" if prefix else f'x:{local} xmlns:x="{escape(space)}"'


def text(name: str, value: str) -> str:
    """An element with a text."""
    tag = prefixed(name)
    return f"<{tag}>{escape(value)}</{tag}>"


def inside(name: str, inner: str) -> str:
    """An element with XML in it."""
    tag = prefixed(name)
    return f"<{tag}>{inner}</{tag}>"


@lru_cache(maxsize=1024)
def spelled(path: str) -> str:
    """A decoded path as an href."""
    return quote(path)


def parsed(body: bytes) -> etree._Element:
    """The XML of a request. Raises Refused."""
    try:
        return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        raise Refused(400) from None


def asked_props(root: etree._Element | None) -> list[str]:
    """The names of the properties that a PROPFIND or REPORT asks for."""
    prop = None if root is None else root.find(D + "prop")
    return [] if prop is None else [str(child.tag) for child in prop]
