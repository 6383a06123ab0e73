"""The call list that a FRITZ!Box exports or mails as CSV. Its codes are not those of TR-064: 1 is a call that was taken
(by an answering machine, too), 2 one that nobody took (in either direction), 3 one that was refused (on old boxes: an
outgoing one), 4 an outgoing one. Times and lengths are in whole minutes; the newest call stands first.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from termintreu.model import LogEntry
from termintreu.model.errors import InvalidAnswer
from termintreu_connectors.call_logs.clocks import instants, newest_first
from termintreu_connectors.call_logs.log_files import Parsed, Piece
from termintreu_connectors.call_logs.rows import Rows, Unreadable, columns_of, decoded, dialled, is_extension

_COLUMNS = {
    "type": {"typ", "type", "call type"},
    "date": {"datum", "date"},
    "number": {"rufnummer", "number", "telephone number", "phone number"},
    "device": {"nebenstelle", "extension", "telefoniegerät", "telephony device"},
    "duration": {"dauer", "duration"},
}
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{2}|\d{4}) (\d{1,2}):(\d\d)(?::(\d\d))?")
_DURATION = re.compile(r"(\d{1,4}):([0-5]\d)")
_MACHINE = re.compile(r"anrufbeantworter|answering|voicebox|voice ?mail|mailbox|\b(?:AB|TAM)\b", re.IGNORECASE)
_FORWARDED = re.compile(r"umleitung|weiterleitung|divers?ion|divert|forward", re.IGNORECASE)

Direction = Literal["out", "in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    wall: datetime
    direction: Direction
    number: str
    reached: bool
    talked: timedelta
    device: str


class FritzBoxCsv:
    """The format. `zone` is the box's; `encoding` None: found out."""

    grows = False
    export = True

    def __init__(self, zone: ZoneInfo, encoding: str | None) -> None:
        self._zone = zone
        self._encoding = encoding

    def parse(self, piece: Piece) -> Parsed:
        """Read the whole list. Raises InvalidAnswer where it has no header of such a list."""
        data = piece.stream.read(piece.end)
        lines = decoded(data, self._encoding).splitlines()
        delimiter = ";"
        numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
        if numbered and (named := re.fullmatch(r"sep=(.)", numbered[0][1].strip())):
            delimiter = named[1]
            del numbered[0]
        if not numbered:
            return Parsed(whole=False)
        header = columns_of(numbered[0][1], delimiter)
        places = _places(header)
        # A last line without an end is whole when it has all columns: not every export ends in a line break.
        whole = data.endswith((b"\n", b"\r")) or numbered[-1][1].count(delimiter) >= len(header) - 1
        rows = Rows()
        found = rows.read(
            ((number, line.encode()) for number, line in numbered[1 : None if whole else -1]),
            lambda line: _row(columns_of(line.decode(), delimiter), places),
        )
        return Parsed(entries=tuple(_entries(found, self._zone)), bad=tuple(rows.bad), lines=len(lines), whole=whole)


def _places(header: list[str]) -> dict[str, int]:
    """Where each column stands. Raises InvalidAnswer."""
    names = [name.strip().casefold() for name in header]
    places = {column: names.index(name) for column, known in _COLUMNS.items() for name in names if name in known}
    if missing := {"type", "date", "number", "duration"} - places.keys():
        raise InvalidAnswer(f"that is no call list of a FRITZ!Box: a column is missing ({', '.join(sorted(missing))})")
    return places


def _row(values: list[str], places: dict[str, int]) -> _Row:
    if len(values) <= max(places.values()):
        raise Unreadable("columns are missing")
    value = {column: values[place].strip() for column, place in places.items()}
    device = value.get("device", "")
    talked = duration_of(value["duration"])
    direction, reached = _meaning(value["type"], device, talked)
    return _Row(
        wall=wall_of(value["date"]),
        direction=direction,
        number=dialled(value["number"]),
        reached=reached,
        talked=talked,
        device=device,
    )


def _meaning(code: str, device: str, talked: timedelta) -> tuple[Direction, bool]:
    """Direction, and whether somebody took the call. Only a call of our own has a device and was not taken."""
    match code:
        case "1":
            return "in", True
        case "2":
            return ("out" if device else "in"), False
        case "3":
            return ("out", bool(talked)) if device or talked else ("in", False)
        case "4":
            return "out", bool(talked)
    raise Unreadable("the type of call is not known")


def wall_of(text: str) -> datetime:
    """ "23.11.26 10:05" as the box's clock shows it. Raises Unreadable."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise Unreadable("the date cannot be read")
    day, month, year, hour, minute = (int(part) for part in match.groups()[:5])
    try:
        return datetime(year + 2000 if year < 100 else year, month, day, hour, minute, int(match[6] or 0))  # noqa: DTZ001 - a wall time
    except ValueError as error:
        raise Unreadable("the date cannot be read") from error


def duration_of(text: str) -> timedelta:
    """ "0:05" in hours and minutes. Raises Unreadable."""
    if not text:
        return timedelta(0)
    match = _DURATION.fullmatch(text)
    if match is None:
        raise Unreadable("the duration cannot be read")
    return timedelta(hours=int(match[1]), minutes=int(match[2]))


def is_machine(device: str) -> bool:
    """Whether the device that took a call is an answering machine."""
    return bool(_MACHINE.search(device))


def is_forwarding(device: str) -> bool:
    """Whether a call was handed on by the box."""
    return bool(_FORWARDED.search(device))


def _entries(rows: list[_Row], zone: ZoneInfo) -> list[LogEntry]:
    """Oldest first. Several calls to one number within a minute are counted from the oldest, so that the next export
    counts them alike."""
    ordered = rows[::-1] if newest_first([row.wall for row in rows]) else rows
    seen: Counter[tuple[datetime, Direction, str]] = Counter()
    found = []
    for row, at in zip(ordered, instants((row.wall for row in ordered), zone), strict=True):
        seen[at, row.direction, row.number] += 1
        machine = is_machine(row.device)
        found.append(
            LogEntry(
                log="",
                at=at,
                direction=row.direction,
                number=row.number,
                reached=row.reached and not machine,
                talked=row.talked,
                rounded=True,
                voicemail=row.reached and machine,
                internal=is_extension(row.number),
                forwarded=is_forwarding(row.device),
                id=str(seen[at, row.direction, row.number]),
            )
        )
    return found
