"""A cycle as it is remembered (`report.summary`), for `status`. Pure, and light: `status` should be quick."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

NOTHING_YET: Mapping[str, Any] = MappingProxyType(
    {
        "at": None,
        "next": None,
        "calls": 0,
        "threatened": 0,
        "sources": [],
        "written": 0,
        "rejected": 0,
        "held_back": [],
        "call_logs": [],
        "address_books": [],
        "blind": [],
        "braked": [],
        "working_hours": None,
    }
)
"""What `report.summary` would say before the first cycle."""

_FOR_THE_NEXT = frozenset({"setbacks", "troubles", "alerted"})


def shown(last: Mapping[str, Any] | None) -> dict[str, Any]:
    """What `status` shows of what is remembered of a cycle; some of it is for the next cycle alone."""
    return {key: value for key, value in (last or {}).items() if key not in _FOR_THE_NEXT}
