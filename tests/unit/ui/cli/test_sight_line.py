"""The first line of `termintreu status`: what is seen, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from termintreu.cycle.sight import sight
from termintreu.ui.cli.sight_line import sight_line
from tests.unit.ui.web.contents import DE, EN

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
"""12:00 in Berlin."""
HALF_PAST = "2026-11-23T11:30:00+01:00"
FRIDAY = "2026-11-20T18:00:00+01:00"


def a_source(name: str, state: str = "ok", why: str | None = None, seen: str | None = HALF_PAST) -> dict[str, Any]:
    return {"name": name, "state": state, "error": why, "collections": 2, "resources": 9, "checked_at": seen}


def a_trouble(name: str, **more: Any) -> dict[str, Any]:
    given = {"name": name, "watched": "calendar", "kind": "unread", "calendar": None, "since": HALF_PAST, "why": None}
    return {**given, **more}


def said(last: dict[str, Any], texts: Any = EN) -> str:
    return sight_line(sight(last), texts, NOON).plain


FOUR = [a_source(name) for name in ("a", "b", "c")] + [
    a_source("CRM", "stale", "CRM: the path does not exist; is a disk not mounted?")
]


def test_it_says_how_many_are_seen_and_of_each_other_since_when_not_and_why() -> None:
    assert "Sees 3 of 4 calendars; CRM since 11:30 not: the path does not exist; is a disk not mounted?" == said(
        {"sources": FOUR}
    )


def test_it_speaks_the_readers_language() -> None:
    assert (
        "Sieht 3 von 4 Kalendern; CRM seit 11:30 nicht: den Pfad gibt es nicht; ist ein Datenträger nicht eingehängt?"
        == said({"sources": FOUR}, DE)
    )


def test_another_day_is_named() -> None:
    source = a_source("CRM", "unauthorized", None, FRIDAY)
    assert "Sees 0 of 1 calendar; CRM since Fri 20 Nov, 18:00 not" == said({"sources": [source]})


def test_where_nothing_is_missing_it_says_so() -> None:
    last = {"sources": FOUR[:3]}
    assert "Sees all calendars" == said(last)
    assert {"seen": 3, "of": 3, "unseen": []} == sight(last)


def test_a_source_that_is_told_of_stands_there_once() -> None:
    last = {"sources": FOUR, "blind": [a_trouble("CRM", since=FRIDAY)]}
    assert [("CRM", FRIDAY)] == [(one["name"], one["since"]) for one in sight(last)["unseen"]]


@pytest.mark.parametrize(
    ("expected", "last"),
    [
        pytest.param(
            "Sees 3 of 4 calendars; Sales no longer shared",
            {"sources": FOUR[:3], "blind": [a_trouble("a", kind="unlisted", calendar="Sales")]},
            id="a calendar that is gone",
        ),
        pytest.param(
            "Sees all calendars; reminders cannot be written since 11:30: down",
            {"sources": FOUR[:3], "blind": [a_trouble("[target]", watched="target", why="down")]},
            id="our own calendars",
        ),
        pytest.param(
            "Sees all calendars; the call log box has had no calls since 11:30",
            {
                "sources": FOUR[:3],
                "call_logs": [{"name": "box", "state": "ok", "error": None}],
                "blind": [a_trouble("box", watched="log", kind="log")],
            },
            id="a call log that stopped",
        ),
        pytest.param(
            "Sees all calendars; people since 11:30 not: HTTP 503",
            {
                "sources": FOUR[:3],
                "address_books": [{"name": "people", "state": "failed", "error": "HTTP 503", "checked_at": HALF_PAST}],
            },
            id="an address book",
        ),
        pytest.param(
            "Sees all calendars; box not: no such file",
            {
                "sources": FOUR[:3],
                "call_logs": [{"name": "box", "state": "failed", "error": "no such file", "last_entry": None}],
            },
            id="a call log that was never read",
        ),
    ],
)
def test_what_else_is_not_seen_follows(expected: str, last: dict[str, Any]) -> None:
    assert expected == said(last)
