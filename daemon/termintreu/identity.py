"""Who is who: keys of calls, and the marks by which our own items are known. Pure; nothing here may be random.

Changing anything here gives every user doubled items: keys, UIDs and marks are a format.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime

UID_PREFIX = "termintreu-"
ID_PROPERTY = "X-TERMINTREU-ID"
CATEGORY = "termintreu"
LAST_LINE = "-- termintreu"


def recurrence_text(recurrence_id: datetime | date | None) -> str:
    """A RECURRENCE-ID in one canonical form: UTC where it has a zone, as it stands where it floats, "" for none."""
    if recurrence_id is None:
        return ""
    if isinstance(recurrence_id, datetime):
        if recurrence_id.tzinfo is not None:
            return recurrence_id.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        return recurrence_id.strftime("%Y%m%dT%H%M%S")
    return recurrence_id.strftime("%Y%m%d")


def call_key(uid: str, recurrence_id: datetime | date | None, salt: str = "") -> str:
    """16 hex digits for one occurrence. `salt` tells two appointments apart that share UID and RECURRENCE-ID."""
    text = (
        "\0".join((uid, recurrence_text(recurrence_id), salt)) if salt else f"{uid}\0{recurrence_text(recurrence_id)}"
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def has_own_mark(*, uid: str, id_property: str | None, categories: Iterable[str], description: str) -> bool:
    """Whether any of our four marks is on a component (interop 10); any one excludes it as an appointment."""
    last_line = description.rstrip().rpartition("\n")[2].strip()
    return (
        uid.lower().startswith(UID_PREFIX)
        or id_property is not None
        or any(category.strip().lower() == CATEGORY for category in categories)
        or last_line == LAST_LINE
    )
