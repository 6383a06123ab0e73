"""A few words on each of many people, for `status`: from a daemon's own memory, or from the state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from termintreu.config.profiles import People
from termintreu.judging.rules.common.base import Params
from termintreu.storage import Database, turns
from termintreu.storage.overview import last_reports


def in_short(last: Mapping[str, Any]) -> dict[str, Any]:
    """What matters of a person's last cycle, as it was remembered."""
    return {
        "at": last.get("at"),
        "calls": last.get("calls", 0),
        "threatened": last.get("threatened", 0),
        "trouble": [source["name"] for source in last.get("sources", ()) if source["state"] != "ok"],
        "next": last.get("next"),
    }


def remembered(people: People[Params], database: Database, now: datetime) -> dict[str, Any]:
    """The document that a daemon would give, from the state, where workers or nobody is at work. Raises StoreError.

    Args:
        people: who is asked about.
        database: where the state stands.
        now: UTC.
    """
    with database.reading() as connection:
        reports, standing = last_reports(connection), turns.standing(connection, now)
    told = [
        {
            "name": name,
            **in_short(reports.get(name, {})),
            "cycle_since": None,
            "problems": [standing.troubles[name]] if name in standing.troubles else [],
        }
        for name in people.names
    ]
    waited = None if standing.oldest is None else round((now - standing.oldest).total_seconds(), 1)
    queue = None if not standing.people else {"people": standing.people, "due": standing.late, "late": waited}
    return {"people": told, "daemon": None, "queue": queue}
