"""Reads a multistatus (RFC 4918 13) while it arrives, row by row, so that its size is never held as a tree. No DTD, no
entities, no network. Anything that is not a whole multistatus is an InvalidAnswer. No I/O of its own.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml import etree

from termintreu.model.errors import InvalidAnswer

D = "{DAV:}"
C = "{urn:ietf:params:xml:ns:caldav}"
CARD = "{urn:ietf:params:xml:ns:carddav}"

_RESPONSE, _HREF, _STATUS = (D + name for name in ("response", "href", "status"))
_PROPSTAT, _PROP = D + "propstat", D + "prop"
_CODE = re.compile(r"HTTP/\d(?:\.\d)?\s+(\d{3})")
# In UTF-8 these bytes are nothing but control characters, which XML 1.0 does not allow. Some servers pass them on from
# an event's text; without this one such event would make its whole collection unreadable.
_CONTROL = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D})


@dataclass(slots=True)
class Row:
    """One DAV:response. Its elements are valid only until the next row is asked for."""

    href: str
    """As it came: encoded, absolute or a path."""
    status: int | None
    """Of the whole row; None where it has propstats."""
    found: dict[str, etree._Element] = field(default_factory=dict)
    """Properties with a status of 200, by qualified name."""

    def text(self, name: str) -> str:
        """A property's text; "" where it is absent."""
        element = self.found.get(name)
        return (element.text or "") if element is not None else ""


class Multistatus:
    """One answer. `token` is the sync-token at its end; read it after the rows."""

    def __init__(self, host: str) -> None:
        self.token: str | None = None
        self._host = host
        self._begun = False

    async def rows(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[Row]:
        """The rows. Raises InvalidAnswer where the XML is broken, cut off, has a DTD, or is no multistatus."""
        parser: Any = etree.XMLPullParser(
            events=("end",),
            tag=(_RESPONSE, D + "sync-token"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            async for chunk in chunks:
                parser.feed(chunk.translate(None, _CONTROL))
                for row in self._take(parser):
                    yield row
            root = parser.close()
            for row in self._take(parser):
                yield row
            self._check(root)
        except etree.XMLSyntaxError as failure:
            raise InvalidAnswer(f"{self._host}: the answer is no readable XML, or was cut off") from failure

    def _check(self, root: Any) -> None:
        if root.tag != D + "multistatus" or root.getroottree().docinfo.doctype:
            raise InvalidAnswer(f"{self._host}: the answer is no multistatus")

    def _take(self, parser: Any) -> Iterator[Row]:
        root = None
        for _, element in parser.read_events():
            parent = element.getparent()
            if parent is None or parent.getparent() is not None:
                continue
            root = parent
            if not self._begun:
                self._check(root)
                self._begun = True
            if element.tag == _RESPONSE:
                yield _row(element)
            else:
                self.token = (element.text or "").strip() or None
        if root is not None:
            del root[:-1]  # the parser may still be at the last one


def _row(response: Any) -> Row:  # Any: lxml-stubs know no slices
    href, status = "", None
    found: dict[str, etree._Element] = {}
    for child in response[:]:  # which takes half as long as walking along
        tag = child.tag
        if tag == _PROPSTAT:
            said: int | None = None
            props: list[etree._Element] = []
            for part in child[:]:
                if part.tag == _PROP:
                    props += part[:]
                elif part.tag == _STATUS:
                    said = _number(part.text or "")
            if said is None or said == 200:
                for element in props:
                    found[str(element.tag)] = element
        elif tag == _HREF:
            href = href or (child.text or "").strip()
        elif tag == _STATUS:
            status = _number(child.text or "")
    return Row(href, status, found)


@lru_cache(maxsize=256)
def _number(line: str) -> int | None:
    match = _CODE.search(line)
    return int(match[1]) if match else None
