"""What is known in a cycle, and what is not: what was read, how completely, and up to when. Pure.

Every stage takes it: nothing is concluded from what was not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

_EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was read, how completely, and up to when. Reading begins it, judging adds the calls."""

    window: tuple[datetime, datetime] = _EVER
    """UTC; of calls that begin before or after it nothing was read."""
    complete: bool = True
    """Every watched collection gave an answer to rely on."""
    frozen: frozenset[str] = frozenset()
    """hrefs of collections whose listing is incomplete: nothing follows from absence there."""
    unread: frozenset[str] = frozenset()
    """Keys of calls that were not looked at, being too many: nothing is planned for them, and nothing of theirs is
    touched."""
    deleted: frozenset[str] = frozenset()
    """Keys of calls that were seen, and then seen to be deleted or called off."""
    known: frozenset[str] | None = None
    """Keys of calls of which enough is known, where some calendar could not be read: any other may stand in that one.
    None: every calendar was read."""
    remembered: bool = True
    """False: nothing at all is remembered of our own items; then a frozen collection may hold anything."""
