"""What a person reads on a terminal: the frame in the reader's language, and JSON with the same words in every one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from rich.text import Text

from termintreu.config import MeConfig
from termintreu.cycle.report import Report, document
from termintreu.model import (
    AddressBookReport,
    Call,
    ChangeAction,
    ChangeResult,
    ItemKind,
    LogReport,
    Message,
    SourceState,
    msg,
)
from termintreu.model.texts import Texts
from termintreu.ui.cli.explain import explain_json, explain_lines, other_json, other_lines, others_matching
from termintreu.ui.cli.report_lines import report_lines
from termintreu.ui.cli.status_lines import status_lines
from termintreu.ui.labels import action_word, item_word, result_word, state_word
from tests.factories import at, call
from tests.unit.ui.web.contents import BERLIN, DE, EN, NOW, change, item, observed, report, source

REASONS = (msg("the title says phone call"), msg("contact: known by {by}", by=msg("name in the title")))


def plain(lines: Iterable[Text]) -> list[str]:
    return [line.plain for line in lines]


def explained(texts: Texts) -> list[str]:
    return plain(explain_lines(CALL, explainable(), texts))


CALL: Call = replace(call("2026-11-24 14:00"), reasons=REASONS)


def explainable() -> Report:
    """One reminder stands in the calendar, and is to be changed; a task is to be written."""
    reminder = item(CALL)
    task = item(CALL, "warning", component="VTODO", due=CALL.start)
    uid = CALL.occurrence.uid
    moved = replace(change("update", reminder, None), appointment_uid=uid, reason=msg("the call moved"))
    new = replace(change("create", task, None), appointment_uid=uid, reason=msg("not there yet"))
    stands = observed(reminder, summary="☎ 13:00 Erika Muster")
    return report([CALL], changes=(moved, new), observed={stands.href: stands})


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (
            DE,
            [
                "  Erkannt an: Telefonat im Titel; bekannter Kontakt (Name im Titel)",
                "  Kontakt: Erika Muster (erika@muster.example)",
                "  Im Kalender: Erinnerung: ☎ 13:00 Erika Muster",
                "  Zu schreiben: Erinnerung: ändern (Anruf verlegt)",
                "  Zu schreiben: Aufgabe: anlegen (noch nicht da)",
                "",
            ],
        ),
        (
            EN,
            [
                "  Recognised by: the title says phone call; contact: known by name in the title",
                "  Contact: Erika Muster (erika@muster.example)",
                "  In the calendar: Reminder: ☎ 13:00 Erika Muster",
                "  To be written: Reminder: change (the call moved)",
                "  To be written: Task: create (not there yet)",
                "",
            ],
        ),
    ],
)
def test_explain_speaks_the_readers_language(texts: Texts, told: list[str]) -> None:
    assert told == explained(texts)[2:]


def test_an_item_whose_kind_a_server_dropped_is_explained_without_it() -> None:
    unknown = replace(observed(item(CALL), summary="☎ 13:00"), kind=None)
    told = plain(explain_lines(CALL, report([CALL], observed={unknown.href: unknown}), DE))
    assert "  Im Kalender: ☎ 13:00" in told


def test_in_json_reasons_have_a_language_and_the_words_of_machines_have_none() -> None:
    german, english = (explain_json(CALL, explainable(), texts) for texts in (DE, EN))
    assert ["Telefonat im Titel", "bekannter Kontakt (Name im Titel)"] == german["reasons"]
    assert ["the title says phone call", "contact: known by name in the title"] == english["reasons"]
    assert {**german, "reasons": []} == {**english, "reasons": []}
    assert [("update", "reminder"), ("create", "warning")] == [
        (one["action"], one["item"]) for one in german["changes"]
    ]
    assert ["reminder"] == [one["item"] for one in german["items"]]


def reports() -> Report:
    """Sources in every state, a call log and an address book, and writes that went wrong in every way."""
    states: tuple[SourceState, ...] = get_args(SourceState)
    results: tuple[ChangeResult, ...] = get_args(ChangeResult)
    return report(
        sources=tuple(source(state, state, error=None if state == "ok" else "HTTP 500") for state in states),
        changes=tuple(
            replace(change("create", item(CALL), result), summary="☎", start=at("2026-11-24 13:50"), error="why")
            for result in results
        ),
        call_logs=(
            LogReport(name="fritz", type="fritzbox", state="ok", last_entry=NOW, entries=1, bad_lines=2),
            LogReport(name="empty", type="asterisk", state="ok"),
        ),
        address_books=(
            AddressBookReport(
                name="people", type="vcard", state="stale", error=None, books=1, cards=1, bad_cards=1, requests=0
            ),
        ),
    )


def test_a_report_speaks_the_readers_language() -> None:
    assert [
        "ok: in Ordnung  2 Kalender, 18 Einträge, 3 Anfragen",
        "stale: veraltet  2 Kalender, 18 Einträge, 3 Anfragen  (HTTP 500)",
        "unauthorized: Anmeldung abgelehnt  2 Kalender, 18 Einträge, 3 Anfragen  (HTTP 500)",
        "failed: nicht lesbar  2 Kalender, 18 Einträge, 3 Anfragen  (HTTP 500)",
        "fritz: in Ordnung  Anrufliste, 1 Anruf, der neueste Mo., 23.11., 10:30, 2 Zeilen übergangen",
        "empty: in Ordnung  Anrufliste, 0 Anrufe",
        "people: veraltet  Adressbuch, 1 Kontakt, 1 Karte nicht lesbar",
        "",
        "Geschrieben",
        "  + Erinnerung  Di., 24.11., 13:50    ☎",
        "  + Erinnerung  Di., 24.11., 13:50    ☎  inzwischen anderswo geändert: why",
        "  + Erinnerung  Di., 24.11., 13:50    ☎  abgelehnt: why",
        "  + Erinnerung  Di., 24.11., 13:50    ☎  wird wieder versucht: why",
    ] == plain(report_lines(reports(), DE))


def test_json_has_the_same_words_in_every_language() -> None:
    german, english = (document(reports(), texts.render, BERLIN) for texts in (DE, EN))
    assert german == english
    assert list(get_args(SourceState)) == [one["state"] for one in german["sources"]]
    assert list(get_args(ChangeResult)) == [one["result"] for one in german["changes"]]


def test_items_stand_below_each_other_however_long_their_words_are() -> None:
    kinds: tuple[ItemKind, ...] = ("reminder", "amends")
    changes = tuple(replace(change("create", item(CALL, kind)), start=CALL.start) for kind in kinds)
    assert [
        "  + Erinnerung    Di., 24.11., 14:00    ",
        "  + Kleine Geste  Di., 24.11., 14:00    ",
    ] == plain(report_lines(report(changes=changes), DE))[-2:]


LAST: dict[str, Any] = {
    "at": "2026-11-23T10:30:00+01:00",
    "next": "2026-11-23T10:35:00+01:00",
    "calls": 1,
    "threatened": 0,
    "sources": [
        {"name": "work", "state": "ok", "error": None, "collections": 1, "resources": 1}
        | {"checked_at": "2026-11-23T10:30:00+01:00"},
        {"name": "crm", "state": "stale", "error": "HTTP 503", "collections": 2, "resources": 9}
        | {"checked_at": "2026-11-21T18:00:00+01:00"},
        {"name": "new", "state": "failed", "error": None, "collections": 0, "resources": 0, "checked_at": None},
    ],
    "held_back": [],
}
SIGHT = "Sieht 1 von 3 Kalendern; crm seit Sa., 21.11., 18:00 nicht: HTTP 503; new nicht"
SEEN = [
    "Letzter Blick: Mo., 23.11., 10:30; 1 Anruf steht bevor, 0 gefährdet",
    "work: in Ordnung, gelesen 10:30  1 Kalender, 1 Eintrag",
    "crm: veraltet, gelesen Sa., 21.11., 18:00  2 Kalender, 9 Einträge  (HTTP 503)",
    "new: nicht lesbar  0 Kalender, 0 Einträge",
]


def test_the_status_of_a_daemon_speaks_the_readers_language() -> None:
    daemon = {"pid": 12345, "since": "2026-11-23T08:00:00+01:00", "cycle_since": LAST["at"], "problems": ["x"]}
    assert [
        SIGHT,
        "Dienst: Prozess 12345, läuft seit Mo., 23.11., 08:00, bei der Arbeit seit 10:30",
        "! x",
        *SEEN,
        "Nächster Blick: Mo., 23.11., 10:35",
    ] == plain(status_lines(LAST, DE, daemon))


def test_the_remembered_status_speaks_the_readers_language() -> None:
    said = plain(status_lines(LAST, DE))
    assert [SIGHT, "Kein Dienst antwortet; gezeigt wird der letzte bekannte Stand", *SEEN] == said


@pytest.mark.parametrize("texts", [DE, EN])
def test_every_word_is_another_one(texts: Texts) -> None:
    def distinct(words: Iterable[Message]) -> int:
        return len({texts.render(word) for word in words})

    kinds, states = get_args(ItemKind), get_args(SourceState)
    assert len(kinds) == distinct(item_word(kind) for kind in kinds)
    assert len(states) == distinct(state_word(state) for state in states)
    assert 3 == distinct(action_word(action) for action in get_args(ChangeAction))
    assert 3 == distinct(result_word(result) for result in get_args(ChangeResult)[1:])


def test_the_working_hours_of_a_server_are_told_by_the_week() -> None:
    days = {"mon": ["09:00-12:30", "13:00-17:00"], "tue": ["09:00-12:30", "13:00-17:00"], "sat": ["10:00-24:00"]}
    last = {**LAST, "working_hours": {"source": "work", "days": days}}
    told = "Mo–Di 09:00–12:30, 13:00–17:00; Sa 10:00–24:00"
    assert f"Arbeitszeiten vom Server: {told} (work)" in plain(status_lines(last, DE))
    assert "working hours of the server: Sat 10:00–24:00 (work)" in plain(
        status_lines({**LAST, "working_hours": {"source": "work", "days": {"sat": days["sat"]}}}, EN)
    )
    assert "Arbeitszeiten" not in "".join(plain(status_lines({**LAST, "working_hours": None}, DE)))


def test_explain_says_of_what_is_no_call_why_and_which_words_were_read_as_what() -> None:
    standing = replace(CALL.occurrence, uid="other", summary="Keine Telko heute")
    lacking = replace(report([CALL]), others=(standing,))
    [found] = others_matching(lacking, "telko")
    told = "\n".join(plain(other_lines(found, MeConfig(), DE)))
    assert "Kein Anruf: der Titel sagt, dass es keinen Anruf gibt" in told
    assert "Wörter: Keine (eine Verneinung), Telko (ein Wort für ein Telefonat)" in told
    assert other_json(found, MeConfig(), EN)["words"] == [
        {"word": "Keine", "read_as": "a negation"},
        {"word": "Telko", "read_as": "a word for a telephone call"},
    ]


def test_explain_speaks_of_each_series_that_is_no_call_once() -> None:
    weeks = [replace(CALL.occurrence, uid="w", start=CALL.start + timedelta(weeks=n)) for n in range(3)]
    lacking = replace(
        report([CALL]), others=tuple(replace(one, end=one.start + timedelta(minutes=30)) for one in weeks)
    )
    assert [weeks[0].start] == [one.start for one in others_matching(lacking, "w")]
