"""A sentence for the user, before it has a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A gettext msgid (English) and its values.

    Values are str, int, float, aware datetime, date, timedelta or another Message; `texts` formats them in the
    reader's habit. Foreign strings are cleaned and shortened there as well.
    """

    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)


def msg(msgid: str, **values: object) -> Message:
    """Mark an English sentence for translation and give it its values. Catalogues are extracted by this name."""
    return Message(msgid=msgid, values=values)
