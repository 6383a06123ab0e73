"""Queries over all profiles, for `termintreu status`."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select

from termintreu.storage.tables import meta


def last_reports(connection: Connection) -> dict[str, dict[str, Any]]:
    """Each profile's last report, as it was stored."""
    rows = connection.execute(select(meta.c.profile, meta.c.value).where(meta.c.name == "last_report")).all()
    return {row.profile: json.loads(row.value) for row in rows}
