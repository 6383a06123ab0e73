"""FreeSWITCH's call detail records as mod_cdr_csv writes them. Columns are as in the default template, or as configured
to match a template of one's own; the switch's local time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from termintreu.model import LogEntry
from termintreu.model.errors import InvalidAnswer
from termintreu_connectors.call_logs.asterisk import NOT_YET, CdrRow, parsed, seconds, stamp
from termintreu_connectors.call_logs.log_files import Parsed, Piece
from termintreu_connectors.call_logs.rows import Rows, Unreadable, columns_of, decoded, dialled, is_extension

DEFAULT_COLUMNS = (
    "caller_id_name",
    "caller_id_number",
    "destination_number",
    "context",
    "start_stamp",
    "answer_stamp",
    "end_stamp",
    "duration",
    "billsec",
    "hangup_cause",
    "uuid",
    "bleg_uuid",
    "accountcode",
)
_NEEDED = {"caller_id_number", "destination_number", "start_stamp", "billsec"}
_INBOUND = re.compile(r"public|inbound|incoming|from-trunk|from-pstn")
_MAILBOX = re.compile(r"voice ?mail|^vmain|^\*?98$|^\*97$|^4000$", re.IGNORECASE)


class FreeSwitch:
    """The format. `columns` are the template's variables in order; empty: the default template."""

    grows = True
    export = False

    def __init__(self, zone: ZoneInfo, encoding: str | None, columns: Sequence[str] = ()) -> None:
        self._zone = zone
        self._encoding = encoding
        self._columns = tuple(name.strip().strip("${}") for name in columns) or DEFAULT_COLUMNS

    def parse(self, piece: Piece) -> Parsed:
        """Read new records. Raises InvalidAnswer where columns are missing or not one line fits them."""
        if missing := _NEEDED - set(self._columns):
            raise InvalidAnswer(f"columns must name {', '.join(sorted(missing))}")
        rows = Rows()
        found = rows.read(piece.lines(), lambda line: self._row(decoded(line, self._encoding)))
        if rows.count and len(rows.bad) == rows.count and piece.first_line == 1:
            raise InvalidAnswer("not one line has the columns of FreeSWITCH's records; set columns to your template's")
        return parsed(found, rows, piece.after, self._zone)

    def _row(self, text: str) -> CdrRow:
        values = columns_of(text)
        if len(values) < len(self._columns):
            raise Unreadable(f"{len(self._columns)} columns are wanted")
        value = dict(zip(self._columns, values, strict=False))
        src, dst = dialled(value["caller_id_number"]), dialled(value["destination_number"])
        outgoing = not _INBOUND.search(value.get("context", "").casefold())
        start, talked = stamp(value["start_stamp"]), seconds(value["billsec"])
        lasted = seconds(value["duration"]) if "duration" in value else talked
        mailbox = any(_MAILBOX.search(value.get(name, "").strip()) for name in ("destination_number", "last_app"))
        return CdrRow(
            start=start,
            end=stamp(value["end_stamp"]) if value.get("end_stamp", "").strip() else start + lasted,
            lasted=lasted,
            entry=LogEntry(
                log="",
                at=NOT_YET,
                direction="out" if outgoing else "in",
                number=dst if outgoing else src,
                reached=bool(talked) and not mailbox,
                talked=talked,
                voicemail=bool(talked) and mailbox,
                internal=is_extension(src) and is_extension(dst),
                id=value.get("uuid", "").strip()[:64],
            ),
        )
