"""Who the counterpart is, and who dials, follow from whose words an event holds."""

from __future__ import annotations

import pytest

from termintreu.model import Occurrence, Person
from termintreu.recognition.detection import detect
from termintreu.recognition.detection.counterpart import others, readable
from termintreu.recognition.detection.grammar.names import named
from termintreu.recognition.detection.grammar.sides import sides_of
from termintreu.recognition.detection.grammar.tokens import line_of, tagged
from tests.unit.recognition.detection.helpers import ME, occurrence


def _name(title: str) -> str | None:
    found = named(tagged(line_of(title)), ME)
    return found.name if found else None


def _with(*attendees: Person) -> Occurrence:
    event = occurrence(summary="Telefonat")
    return Occurrence(**{**{name: getattr(event, name) for name in event.__slots__}, "attendees": attendees})


def test_rooms_and_mailers_and_the_user_are_no_counterpart() -> None:
    event = _with(
        Person(email="me@example.org", name="Anna Beispiel"),
        Person(email="raum3@firma.example", name="Raum 3", cutype="ROOM"),
        Person(email="noreply@firma.example"),
        Person(email="c_1@resource.calendar.google.com", name="Room"),
        Person(email="karl.kunde@firma.example"),
    )
    assert [person.email for person in others(event, ME)] == ["karl.kunde@firma.example"]


@pytest.mark.parametrize(
    ("person", "name"),
    [
        (Person(email="k@f.example", name="Karl Kunde"), "Karl Kunde"),
        (Person(email="karl.kunde@f.example"), "Karl Kunde"),
        (Person(email="karl_kunde+x@f.example", name="karl_kunde@f.example"), "Karl Kunde"),
    ],
)
def test_a_person_without_a_name_is_read_from_the_address(person: Person, name: str) -> None:
    assert readable(person) == name


@pytest.mark.parametrize(
    ("text", "organizer", "caller"),
    [
        ("Karl ruft mich an.", None, "them"),
        ("Karl ruft mich an.", "k@f.example", "me"),
        ("Ich rufe Sie an.", None, "me"),
        ("Ich rufe Sie an.", "k@f.example", "them"),
        ("Wir rufen Sie an.", None, "them"),
        ("I'll call you.", "k@f.example", "them"),
        ("Please call me on +49 30 901820.", "k@f.example", "me"),
    ],
)
def test_the_caller_depends_on_who_wrote_it(text: str, organizer: str | None, caller: str) -> None:
    found = detect(occurrence(summary="Telefonat Angebot", description=text, organizer=organizer), me=ME)
    assert found is not None
    assert found.caller == caller


@pytest.mark.parametrize(
    "when",
    [
        *(
            "KW 49",
            "in KW 49",
            "KW48",
            "Anfang KW 49",
            "Ende der Woche",
            "ca. 14:30 Uhr",
            "so gegen 10",
            "etwa 10 Uhr",
            "~10 Uhr",
            "spätestens 12 Uhr",
        ),
        *("9-11 Uhr", "10:30", "24.11.", "am Vormittag", "Nachmittag", "nächste Woche", "irgendwann", "2. Versuch"),
        *("around 10", "approx. 3pm", "between 2 and 4 pm", "next week", "this morning", "asap", "???"),
    ],
)
def test_a_time_behind_a_name_is_no_part_of_it(when: str) -> None:
    found = detect(occurrence(summary=f"Telefonat mit Erika Muster {when}"), me=ME)
    assert found is not None
    assert "Erika Muster" == found.counterpart


@pytest.mark.parametrize("name", ["Herr Freitag", "Frau Sonntag", "Rolf Mittag", "Studio 54", "Müller 24 GmbH"])
def test_a_name_that_looks_like_a_time_stays_one(name: str) -> None:
    found = detect(occurrence(summary=f"Telefonat mit {name}"), me=ME)
    assert found is not None
    assert name == found.counterpart


@pytest.mark.parametrize(
    ("title", "caller", "name"),
    [
        ("Erika Muster ruft an +49 30 901820", "them", "Erika Muster"),
        ("Dr. Arslan ruft an wegen Befund", "them", "Dr. Arslan"),
        ("Frau Müller ruft wegen Vertrag zurück", "them", "Frau Müller"),
        ("Bob calls me back at 3pm", "them", "Bob"),
        ("Anna ruft Erika an", "me", "Erika"),
        ("Anna Beispiel calls Bob +44 20 7946 0011", "me", "Bob"),
        ("Erika ruft Anna an", "them", "Erika"),
    ],
)
def test_a_title_that_names_both_sides_says_who_calls_and_whom_it_is_with(title: str, caller: str, name: str) -> None:
    for attendees in ((), (("x@firm.example", ""), ("y@firm.example", ""))):
        found = detect(occurrence(summary=title, location="+49 30 901820", attendees=attendees), me=ME)
        assert found is not None
        assert (caller, name) == (found.caller, _name(title))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Vorstellungsgespräch (telefonisch) Fa. Kern", "Fa. Kern"),
        ("Speak with Omar by phone", "Omar"),
        ("Kai Roth per Telefon", "Kai Roth"),
        ("Zoom: Board meeting", None),
        ("Dial in to earnings call", None),
    ],
)
def test_words_about_the_way_of_calling_are_no_part_of_a_name(title: str, name: str | None) -> None:
    assert name == _name(title)


@pytest.mark.parametrize("title", ["Bob ruft Carla an", "Sie ruft an", "Sales calls", "Die Pflicht ruft"])
def test_a_title_about_others_says_nothing_of_the_user(title: str) -> None:
    assert sides_of(tagged(line_of(title)), ME) is None


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("Ich rufe Sie an.\nViele Grüße, Annegret Kolbe (Klassenlehrerin)", "Annegret Kolbe"),
        ("Ich rufe Sie an.\nModeration: Jan Peters", "Jan Peters"),
        ("Telefonat mit Katrin, sie ruft an", "Katrin"),
        ("Ich rufe Sie an.\nPfarrerin Luise Engel", "Pfarrerin Luise Engel"),
    ],
)
def test_whoever_signs_leads_or_is_spoken_of_is_the_name(description: str, name: str) -> None:
    found = detect(occurrence(summary="Besprechung", description=description), me=ME)
    assert found is not None
    assert name == found.counterpart


@pytest.mark.parametrize(
    "description",
    [
        "Ich rufe Sie gegen 17 Uhr zu Hause an. Falls das nicht passt, bitte kurze Mail.",
        "Gerne rufe ich Sie um 09.30 Uhr an, um die Offerte durchzugehen.",
        "Wie besprochen melde ich mich am Dienstag telefonisch bei Ihnen.",
        "Bauträger ruft mich um 11 an.",
        "Lassen Sie uns dazu am besten kurz telefonieren.",
        "Frau Aslan erwartet Ihren Anruf.",
        "Hausverwaltung ersucht um Rückruf.",
        "noch anrufen:",
    ],
)
def test_a_sentence_that_says_who_rings_makes_a_call(description: str) -> None:
    assert detect(occurrence(summary="Offerte", description=description), me=ME) is not None


@pytest.mark.parametrize(
    "description",
    ["Falls Sie verhindert sind, rufen Sie uns bitte an.", "Wer nicht kommt, meldet sich bitte telefonisch ab."],
)
def test_a_sentence_about_another_call_makes_none(description: str) -> None:
    assert detect(occurrence(summary="Offerte", description=description), me=ME) is None
