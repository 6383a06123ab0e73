"""The calls of an Android telephone as SMS Backup & Restore saves them (XML). Read as a stream; entities and document
types are refused. A backup that is still being written counts as far as it goes, and is read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from lxml import etree

from termintreu.model import BadLine, LogEntry
from termintreu.model.errors import InvalidAnswer
from termintreu_connectors.call_logs.log_files import Parsed, Piece
from termintreu_connectors.call_logs.rows import Unreadable, dialled

_BLOCK = 64 * 1024
_TYPES: dict[str, tuple[Literal["out", "in"], bool]] = {
    "1": ("in", True),
    "2": ("out", True),
    "3": ("in", False),
    "4": ("in", False),
    "5": ("in", False),
    "6": ("in", False),
    "7": ("in", True),
}
"""Direction, and whether two people can have spoken: in, out, missed, voicemail, rejected, refused, taken elsewhere."""
_VOICEMAIL = "4"
_LATEST = 4_000_000_000_000
"""Milliseconds since 1970: what lies behind is no date."""


class SmsBackup:
    """The format. Its times are instants, so that it needs no zone."""

    grows = False
    export = True

    def parse(self, piece: Piece) -> Parsed:
        """Read the whole backup. Raises InvalidAnswer where it is no backup of calls."""
        entries: list[LogEntry] = []
        bad: list[BadLine] = []
        whole = True
        try:
            for element in _calls(piece):
                try:
                    entries.append(_entry(element.attrib))
                except Unreadable as error:
                    bad.append(BadLine(line=int(element.sourceline or 0), reason=str(error)))
        except etree.XMLSyntaxError as error:
            if not entries and not bad:
                raise InvalidAnswer("that is no whole XML file of SMS Backup & Restore") from error
            whole = False
            bad.append(BadLine(line=error.lineno or 0, reason="the file ends here, or is damaged"))
        return Parsed(entries=tuple(entries), bad=tuple(bad), whole=whole)


def _calls(piece: Piece) -> Iterator[Any]:
    """Each <call> element; memory stays small however long the file."""
    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    rest = piece.end
    known = False
    while rest > 0 and (block := piece.stream.read(min(_BLOCK, rest))):
        rest -= len(block)
        parser.feed(block)
        events: Any = parser.read_events()
        for event, element in events:
            if not known:
                _check_root(element)
                known = True
            if event == "end" and element.tag == "call":
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    parser.close()


def _check_root(element: Any) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise InvalidAnswer("the file declares a document type, which no backup of calls does")
    if element.tag != "calls":
        raise InvalidAnswer("that is no backup of calls: its outermost element is not <calls>")


def _entry(value: Any) -> LogEntry:
    kind = str(value.get("type", ""))
    if kind not in _TYPES:
        raise Unreadable("the type of call is not known")
    direction, possible = _TYPES[kind]
    try:
        milliseconds, seconds = int(value.get("date", "")), int(value.get("duration") or 0)
    except ValueError as error:
        raise Unreadable("the date or the duration cannot be read") from error
    if not 0 < milliseconds < _LATEST or not 0 <= seconds < 10_000_000:
        raise Unreadable("the date or the duration is out of range")
    number = str(value.get("number", ""))
    return LogEntry(
        log="",
        at=datetime.fromtimestamp(milliseconds / 1000, UTC),
        direction=direction,
        number="" if number.startswith("-") else dialled(number),
        reached=possible and seconds > 0,
        talked=timedelta(seconds=seconds),
        voicemail=kind == _VOICEMAIL,
    )
