"""What a question about several calls keeps of each of them, in a property of its own: the answers come back from it
when the state is lost. Pure.

Every part is percent-encoded: servers escape what they do not know, each in its own way; here is nothing to escape.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from termintreu.model import AskedCall, CallDetails
from termintreu.model.clean import clean_line
from termintreu.model.times import bounded

CALLS_PROPERTY = "X-TERMINTREU-CALLS"
"""One for each call, in the order of the lines:
`<key>/<start>/<end>/<kind>/<0, or 1 where critical>/<RECURRENCE-ID>/<contact key>/<name>/<UID>`."""

MOST = 40
"""Calls in one question."""
_STAMP = "%Y%m%dT%H%M%SZ"
_KEY_LIMIT = 254
_NAME_LIMIT = 80
_FORM = re.compile(
    r"([0-9a-f]{16})/(\d{8}T\d{6}Z)/(\d{8}T\d{6}Z)/([a-z]{1,16})/([01])"
    r"/([^/\s]{0,120})/([^/\s]{1,3100})/([^/\s]{0,1000})/([^/\s]{1,3100})"
)


def property_of(call: AskedCall) -> str:
    """One value of the property."""
    details = call.details
    return "/".join(
        (
            call.key,
            f"{call.start.astimezone(UTC):{_STAMP}}",
            f"{details.end.astimezone(UTC):{_STAMP}}",
            details.kind,
            str(int(details.critical)),
            _quoted(call.recurrence_id or ""),
            _quoted(call.contact_key[:_KEY_LIMIT]),
            _quoted(details.name[:_NAME_LIMIT]),
            _quoted(details.uid[:_KEY_LIMIT]),
        )
    )


def read_property(text: str) -> AskedCall | None:
    """The call in a value of the property; None where it is none of ours."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        return None
    try:
        start, end = (bounded(datetime.strptime(match[n], _STAMP).replace(tzinfo=UTC)) for n in (2, 3))
    except ValueError:
        return None
    recurrence, contact, name, uid = (clean_line(unquote(match[n]), _KEY_LIMIT) for n in (6, 7, 8, 9))
    return AskedCall(
        key=match[1],
        start=start,
        contact_key=contact,
        details=CallDetails(uid=uid, end=end, kind=match[4], name=name[:_NAME_LIMIT], critical=match[5] == "1"),
        recurrence_id=recurrence or None,
    )


def _quoted(text: str) -> str:
    return quote(text, safe="@", errors="replace")
