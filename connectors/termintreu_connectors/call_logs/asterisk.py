"""Asterisk's call detail records, Master.csv (cdr_csv.c): no header, a line for each call or leg when it has ended, the
system's local time unless it was told `usegmtime`. The direction is not in it: it follows from contexts, channels and
the length of numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from termintreu.model import LogEntry
from termintreu.model.errors import InvalidAnswer
from termintreu_connectors.call_logs.clocks import begun, instants
from termintreu_connectors.call_logs.log_files import Parsed, Piece
from termintreu_connectors.call_logs.rows import Rows, Unreadable, columns_of, decoded, dialled, is_extension

_COLUMNS = (
    "accountcode",
    "src",
    "dst",
    "dcontext",
    "clid",
    "channel",
    "dstchannel",
    "lastapp",
    "lastdata",
    "start",
    "answer",
    "end",
    "duration",
    "billsec",
    "disposition",
    "amaflags",
)
_MOST_COLUMNS = len(_COLUMNS) + 6
"""uniqueid, userfield, and what newer versions add behind."""
_INBOUND = re.compile(r"from-(?:trunk|pstn|did|outside|external|sip-external)|incoming|inbound|ext-did|^public$|^in$")
_OUTBOUND = re.compile(r"from-internal|outgoing|outbound|outrt|internal|local|^out$")
_MAILBOX = re.compile(r"voice ?mail|^minivm", re.IGNORECASE)
NOT_YET = datetime.min.replace(tzinfo=UTC)
"""Stands for a moment until the order of the records is known."""
_PEER = re.compile(r"^[^/]+/([^-@/]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CdrRow:
    """One record, still in local time."""

    start: datetime
    end: datetime
    lasted: timedelta
    """From start to end, with ringing."""
    entry: LogEntry
    """With a placeholder for its moment."""


class Asterisk:
    """The format. `zone` is the system's ("UTC" with `usegmtime`)."""

    grows = True
    export = False

    def __init__(self, zone: ZoneInfo, encoding: str | None) -> None:
        self._zone = zone
        self._encoding = encoding

    def parse(self, piece: Piece) -> Parsed:
        """Read new records. Raises InvalidAnswer where not one line is a record."""
        rows = Rows()
        found = rows.read(piece.lines(), lambda line: _row(decoded(line, self._encoding)))
        if rows.count and len(rows.bad) == rows.count and piece.first_line == 1:
            raise InvalidAnswer("that is no Master.csv of Asterisk: not one line has its columns")
        return parsed(found, rows, piece.after, self._zone)


def parsed(found: list[CdrRow], rows: Rows, after: datetime | None, zone: ZoneInfo) -> Parsed:
    """Records in the order in which their calls ended, as instants."""
    ends = instants((row.end for row in found), zone, after)
    entries = [
        replace(row.entry, at=begun(row.start, end, row.lasted, zone)) for row, end in zip(found, ends, strict=True)
    ]
    return Parsed(entries=tuple(entries), bad=tuple(rows.bad), lines=rows.count, last=max(ends, default=after))


def _row(text: str) -> CdrRow | None:
    values = columns_of(text)
    if not len(_COLUMNS) <= len(values) <= _MOST_COLUMNS:
        raise Unreadable(f"{len(_COLUMNS)} to {len(_COLUMNS) + 2} columns are wanted")
    value = dict(zip(_COLUMNS, values, strict=False))
    if value["channel"].startswith("Local/"):
        return None  # the inner half of a call that has a line of its own
    src, dst = dialled(value["src"]), dialled(value["dst"])
    outgoing = _is_outgoing(value, src, dst)
    answered = value["disposition"].strip().upper() == "ANSWERED"
    mailbox = bool(_MAILBOX.search(value["lastapp"])) or dst.startswith("*97")
    start = stamp(value["start"])
    return CdrRow(
        start=start,
        end=stamp(value["end"]) if value["end"].strip() else start + seconds(value["duration"]),
        lasted=seconds(value["duration"]),
        entry=LogEntry(
            log="",
            at=NOT_YET,
            direction="out" if outgoing else "in",
            number=dst if outgoing else src,
            reached=answered and not mailbox,
            talked=seconds(value["billsec"]),
            voicemail=answered and mailbox,
            internal=is_extension(src) and is_extension(dst),
            id=values[16].strip()[:64] if len(values) > 16 else "",
        ),
    )


def _is_outgoing(value: dict[str, str], src: str, dst: str) -> bool:
    """Contexts are named by people, and mostly alike; then the side that is an extension tells; then the numbers."""
    context = value["dcontext"].strip().casefold()
    if _INBOUND.search(context):
        return False
    if _OUTBOUND.search(context):
        return True
    here, there = (_peer(value[name]) for name in ("channel", "dstchannel"))
    if here != there:
        return here
    return is_extension(src) or not is_extension(dst)


def _peer(channel: str) -> bool:
    """Whether a channel ("PJSIP/101-0000002a") belongs to an extension."""
    match = _PEER.match(channel)
    return match is not None and match[1].isdigit() and is_extension(match[1])


def stamp(text: str) -> datetime:
    """ "2026-11-23 10:05:00" as the clock shows it. Raises Unreadable."""
    try:
        found = datetime.fromisoformat(text.strip()[:26])
    except ValueError as error:
        raise Unreadable("a time cannot be read") from error
    return found.replace(tzinfo=None)


def seconds(text: str) -> timedelta:
    """Whole or broken seconds. Raises Unreadable."""
    try:
        amount = float(text.strip() or 0)
        if not 0 <= amount < 10_000_000:
            raise Unreadable("a length is out of range")
        return timedelta(seconds=amount)
    except ValueError as error:
        raise Unreadable("a length cannot be read") from error
