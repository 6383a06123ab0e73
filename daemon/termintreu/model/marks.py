"""Who is who: keys of calls, and the marks by which our own items are known. Pure; nothing here may be random.

Changing anything here gives every user doubled items: keys, UIDs and marks are a format.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import cast, get_args

from termintreu.model import ItemKind, slot_of

UID_PREFIX = "termintreu-"
ID_PROPERTY = "X-TERMINTREU-ID"
CATEGORY = "termintreu"
LAST_LINE = "-- termintreu"

_NAMESPACE = uuid.UUID("0f6f3c3a-5c0e-5a57-8f4e-7b1d1e5f6a21")
_OWN_UID = re.compile(r"termintreu-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MARK = re.compile(r"1;([a-z]+);([0-9a-f]{16});(\d{1,6})(?:;([a-z0-9]{1,16}))?")


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
    if len(uid) > _SHORT or salt:
        return _call_key(uid, recurrence_id, salt)
    return _known_call_key(uid, recurrence_id, salt)


def _call_key(uid: str, recurrence_id: datetime | date | None, salt: str) -> str:
    text = (
        "\0".join((uid, recurrence_text(recurrence_id), salt)) if salt else f"{uid}\0{recurrence_text(recurrence_id)}"
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


_SHORT = 250
_known_call_key = lru_cache(maxsize=4096)(_call_key)
"""The same occurrences are looked at in every cycle."""


def question_key(asked_at: datetime) -> str:
    """In the place of a call's key, for a question about several calls: 16 hex digits, from the moment of its alarm.

    A server that keeps nothing of ours but the UID and the times of a task still tells which one it is.
    """
    return hashlib.sha256(f"questions {asked_at.astimezone(UTC):%Y%m%dT%H%M%SZ}".encode()).hexdigest()[:16]


def has_own_mark(*, uid: str, id_property: str | None, categories: Iterable[str], description: str) -> bool:
    """Whether one of our four marks is on a component (docs/safety.md, row 10): then it is no appointment."""
    last_line = description.rstrip().rpartition("\n")[2].strip()
    return (
        uid.lower().startswith(UID_PREFIX)
        or id_property is not None
        or any(category.strip().lower() == CATEGORY for category in categories)
        or last_line == LAST_LINE
    )


def item_uid(slot: str, generation: int) -> str:
    """The UID of one generation of an item (docs/safety.md, row 11). The call key holds UID and RECURRENCE-ID."""
    return f"{UID_PREFIX}{uuid.uuid5(_NAMESPACE, f'{slot}/{generation}')}"


def installation(machine: str, place: str) -> str:
    """8 hex digits that tell one installation from another: `machine` names the computer, `place` where its state is.

    Both stay the same where the state is lost. What an installation wrote it knows for its own by this; what another
    one wrote into the same calendars it respects.
    """
    return hashlib.sha256(f"termintreu\0{machine}\0{place}".encode()).hexdigest()[:8]


def is_own_uid(uid: str) -> bool:
    """Whether a UID has the form that only we give."""
    return _OWN_UID.fullmatch(uid) is not None


def resource_name(uid: str) -> str:
    """The name of an item's resource within its collection: nothing in it that a server may encode or refuse."""
    return f"{uid}.ics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What X-TERMINTREU-ID says: `1;<kind>;<call key>;<generation>`, and `;<role>` where there is one."""

    kind: ItemKind
    call_key: str
    generation: int
    role: str = ""

    @property
    def slot(self) -> str:
        """The item's slot."""
        return slot_of(self.call_key, self.kind, self.role)

    def __str__(self) -> str:
        text = f"1;{self.kind};{self.call_key};{self.generation}"
        return f"{text};{self.role}" if self.role else text


def read_mark(text: str) -> Mark | None:
    """The mark in a property's value; None where it is none of ours. Some servers escape the semicolons."""
    match = _MARK.fullmatch(text.replace("\\", "").strip())
    if match is None or match[1] not in get_args(ItemKind):
        return None
    return Mark(kind=cast("ItemKind", match[1]), call_key=match[2], generation=int(match[3]), role=match[4] or "")
