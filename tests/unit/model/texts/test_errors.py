"""Errors are English where they arise, and in the reader's language where they are shown."""

from __future__ import annotations

import time

import pytest

from termintreu.model.texts.errors import translated


@pytest.mark.parametrize(
    ("error", "german"),
    [
        ("it is being written", "es wird gerade geschrieben"),
        ("work: there is no such folder", "work: diesen Ordner gibt es nicht"),
        ("calendar: there is no such folder", "calendar: diesen Ordner gibt es nicht"),
        (
            "w: the path does not exist; is a disk not mounted?",
            "w: den Pfad gibt es nicht; ist ein Datenträger nicht eingehängt?",
        ),
        ("REPORT on c.example: no answer in time", "REPORT bei c.example: keine Antwort in der vorgesehenen Zeit"),
        ("PUT on c.example: the account is full (status 507)", "PUT bei c.example: das Konto ist voll (Status 507)"),
        (
            "w: PROPFIND on c.example: there is no calendar (asked again after 12:00:01 UTC)",
            "w: PROPFIND bei c.example: das gibt es dort nicht (Kalender) (nächste Anfrage nach 12:00:01 UTC)",
        ),
        (
            '/x/config.toml:3: schedule.pol: unknown key; did you mean "poll"? (allowed: horizon, poll)',
            '/x/config.toml:3: schedule.pol: unbekannter Schlüssel; meinten Sie "poll"? (erlaubt: horizon, poll)',
        ),
        (
            'c:3: disabled[0]: found "chains"; there is no such rule; did you mean "chain"? (allowed: a)',
            'c:3: disabled[0]: gefunden: "chains"; eine solche Regel gibt es nicht; meinten Sie "chain"? (erlaubt: a)',
        ),
        (
            "a daemon (process 33) runs on the state /x/y: try again when it is done",
            "ein Dienst (Prozess 33) läuft mit dem Zustand /x/y: versuchen Sie es, wenn er fertig ist",
        ),
        (
            "the answer was incomplete; nothing is concluded from what is missing; 2 cards cannot be read (no END)",
            "die Antwort war unvollständig; aus Fehlendem wird nichts geschlossen; 2 Karten sind nicht lesbar (no END)",
        ),
        (
            "A repeat rule names dates that do not exist; only the first date is used.",
            "Eine Wiederholung nennt Tage, die es nicht gibt; nur der erste Tag gilt.",
        ),
        ("/x/c.toml:2:3: not valid TOML: Invalid value", "/x/c.toml:2:3: kein gültiges TOML: kein gültiger Wert"),
        (
            "/x/c.toml: cannot be read: No such file or directory",
            "/x/c.toml: nicht lesbar: Datei oder Ordner gibt es nicht",
        ),
        ("there is nobody yet\nnot allowed", "there is nobody yet\nnicht erlaubt"),
    ],
)
def test_an_error_is_translated_with_its_place_and_its_values(error: str, german: str) -> None:
    assert [german, error] == [translated(error, "de"), translated(error, "en")]


@pytest.mark.parametrize("text", ["", " ", "Budget: Meeting on Monday", "{name} {0} %s", "(", "none of it, nothing"])
def test_what_is_not_known_stays_as_it_is(text: str) -> None:
    assert text == translated(text, "de")


def test_names_are_no_words_of_ours() -> None:
    error = "'none' must name one known contact; matching: none, a list (x@y.example)"

    assert "'none' muss einen bekannten Kontakt nennen; es passen: none, a list (x@y.example)" == translated(
        error, "de"
    )


@pytest.mark.parametrize(
    "unit", ["found ", "a b: ", "the password from : ", "(no answer within ", "; found ; ", "x" * 40]
)
def test_a_text_of_any_form_is_translated_in_little_time(unit: str) -> None:
    begun = time.process_time()
    for length in (500, 2000, 3999):
        translated((unit * length)[:length], "de")

    assert time.process_time() - begun < 2
