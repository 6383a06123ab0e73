"""Why an appointment is no call is said by the state, or the missing sign, that decided."""

from __future__ import annotations

import pytest

from termintreu.recognition.detection import detect, why_not
from tests.unit.recognition.detection.helpers import ME, occurrence


@pytest.mark.parametrize(
    ("summary", "fields", "reason"),
    [
        ("Abgesagt: Telko Kern", {}, "the title says that it does not take place, or is a recording"),
        ("Jour fixe", {"description": "Fällt aus."}, "the description says that it does not take place"),
        ("Vorbereitung Telko", {}, "the title is about a call, and is none itself"),
        ("Keine Telko heute", {}, "the title says that there is no call"),
        ("Telefonat erledigt", {}, "the title says that the call is over"),
        (
            "Rückruf-Button bauen",
            {},
            "the word for a call in its title is the name of something else, or of a part of it",
        ),
        ("Courier will ring beforehand", {}, "the title says that somebody rings beforehand, or comes"),
        (
            "Call Dr. Kern",
            {"all_day": True, "summary": "Zoom"},
            "an all-day entry is a call only where its title asks for one in so many words",
        ),
        (
            "Dentist",
            {},
            "neither its title, its place nor its description says that people talk by telephone or video",
        ),
    ],
)
def test_the_reason_names_what_decided(summary: str, fields: dict[str, object], reason: str) -> None:
    event = occurrence(**{"summary": summary, **fields})
    assert detect(event, me=ME) is None
    assert reason == why_not(event, me=ME).reason.msgid


def test_the_words_say_as_what_they_were_read() -> None:
    told = why_not(occurrence(summary="Keine Telko, Schrank reparieren"), me=ME)
    assert [("Keine", "a negation"), ("Telko", "a word for a telephone call")] == [
        (word, meaning.msgid) for word, meaning in told.words[:2]
    ]
