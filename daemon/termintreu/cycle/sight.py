"""What the last cycle sees, and what it does not, from what is remembered of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def sight(last: Mapping[str, Any]) -> dict[str, Any]:
    """`sees` in `status --json`: how many sources are seen, of how many (a calendar that is no longer shared counts as
    one), and each that is not, with since when (ISO 8601; null: it was never read) and why.

    Args:
        last: a cycle as it is remembered (`report.summary`).
    """
    sources = last.get("sources", ())
    gone = sum(one["kind"] == "unlisted" for one in last.get("blind", ()))
    return {
        "seen": sum(one["state"] == "ok" for one in sources),
        "of": len(sources) + gone,
        "unseen": list(_unseen(last)),
    }


def _unseen(last: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What is not read, whether it is told of yet or not; then what only a trouble knows."""
    told = {(one["name"], one["watched"]): one for one in last.get("blind", ()) if one["calendar"] is None}
    for key, watched in (("sources", "calendar"), ("call_logs", "log"), ("address_books", "book")):
        for one in last.get(key, ()):
            trouble = told.pop((one["name"], watched), None)
            if one["state"] != "ok":
                since = trouble["since"] if trouble is not None else one.get("checked_at")
                yield _entry(one["name"], watched, since, one["error"])
            elif trouble is not None:
                yield _entry(one["name"], watched, trouble["since"], trouble["why"], kind=trouble["kind"])
    for one in last.get("blind", ()):
        if one["calendar"] is not None or (one["name"], one["watched"]) in told:
            yield _entry(one["calendar"] or one["name"], one["watched"], one["since"], one["why"], kind=one["kind"])


def _entry(name: str, watched: str, since: str | None, why: str | None, kind: str = "unread") -> dict[str, Any]:
    return {"name": name, "watched": watched, "kind": kind, "since": since, "why": why}
