"""`termintreu status` for several profiles: a summary of each, from the daemon's memory or from the state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from termintreu.config.profiles import Profiles
from termintreu.cycle.sight import sight
from termintreu.judging.rules.common.base import Params
from termintreu.storage import Database, turns
from termintreu.storage.overview import last_reports


def summary(last: Mapping[str, Any]) -> dict[str, Any]:
    """The summary of a profile's last cycle."""
    return {
        "at": last.get("at"),
        "calls": last.get("calls", 0),
        "threatened": last.get("threatened", 0),
        "trouble": [source["name"] for source in last.get("sources", ()) if source["state"] != "ok"],
        "blind": [one["name"] for one in last.get("blind", ())],
        "sees": sight(last),
        "next": last.get("next"),
    }


def document_from_state(profiles: Profiles[Params], database: Database, now: datetime) -> dict[str, Any]:
    """The status document from the state, where no daemon answers. Raises StoreError.

    Args:
        profiles: of the configuration.
        database: holds the state.
        now: UTC.
    """
    with database.reading() as connection:
        reports, turn_queue = last_reports(connection), turns.queue_status(connection, now)
    summaries = [
        {
            "name": name,
            **summary(reports.get(name, {})),
            "cycle_since": None,
            "problems": [turn_queue.troubles[name]] if name in turn_queue.troubles else [],
        }
        for name in profiles.names
    ]
    waited = None if turn_queue.oldest is None else round((now - turn_queue.oldest).total_seconds(), 1)
    queue = None if not turn_queue.profiles else {"people": turn_queue.profiles, "due": turn_queue.late, "late": waited}
    return {"people": summaries, "daemon": None, "queue": queue}
