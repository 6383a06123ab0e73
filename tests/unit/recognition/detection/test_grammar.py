"""What the grammar of titles stands on: states before evidence, compounds, sides, names; and that rewriting a title
without saying anything else changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from termintreu.recognition.detection import detect
from termintreu.recognition.detection.grammar.names import named
from termintreu.recognition.detection.grammar.sides import Sides, sides_of
from termintreu.recognition.detection.grammar.tokens import line_of, tagged
from tests.unit.recognition.detection.helpers import ME, occurrence
from tools.detection import part_of, rows

ZOOM = "https://zoom.us/j/123456789"


def _kind(title: str, **fields: object) -> str | None:
    found = detect(occurrence(summary=title, **fields), me=ME)
    return found.kind if found else None


@pytest.mark.parametrize(
    "title",
    ["Abgesagt: Jour fixe", "Jour fixe ENTFÄLLT", "Canceled: Weekly", "Weekly - cancelled", "Aufzeichnung Weekly"],
)
def test_what_is_called_off_or_recorded_is_no_call_whatever_link_it_has(title: str) -> None:
    assert _kind(title, location=ZOOM) is None


def test_what_was_called_off_and_takes_place_after_all_is_a_call() -> None:
    assert "phone" == _kind("ABGESAGT war gestern, heute doch: Telko Kern")


@pytest.mark.parametrize(
    "title",
    ["Call Kern re emergency plan", "Ring Kern about cancelled order", "Anruf Kern wg. Absage",
     "Kern anrufen wegen Umzug", "Call Kern re decking order", "HSE call re vaccine order"],
)  # fmt: skip
def test_what_a_call_is_about_does_not_strike_it_out(title: str) -> None:
    assert "phone" == _kind(title)


@pytest.mark.parametrize(
    ("call", "thing"),
    [
        ("Phone credit union", "Phone credit form"),
        ("Call feed rep", "Call feed limits"),
        ("Phone Tavlin re form", "Phone tavlin form"),
        ("Call ticket agent", "Call ticket"),
        ("Virtual contract review", "Virtual contract"),
        ("Phone electricians", "Phone chargers"),
    ],
)
def test_what_stands_last_says_whether_it_is_a_thing(call: str, thing: str) -> None:
    assert _kind(call) is not None
    assert _kind(thing) is None


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Telefon für den Azubi bestellen", None),
        ("Phone for Mum: order", None),
        ("Techniker ruft an, wenn Ersatz da", None),
        ("Alarm contractor - calls tenant direct", None),
        ("Court clerk to ring", "phone"),
        ("Chase order - ring Kath", "phone"),
        ("Chase order - ring Zogby", "phone"),
        ("Brannigan, phone 4pm", "phone"),
        ("Dr. Kern telefoniert mit Erika", "phone"),
        ("Kern telefoniert", None),
        ("FaceTime: Gotte Regula", "video"),
        ("Besprechung Teams Fa. Kern", "video"),
        ("Gemeinderat Webex", "video"),
        ("Bank Zoom", "video"),
        ("Bank Teams", None),
        ("Final interview video, Mr Kern", "video"),
        ("Webinar Mietrecht", "video"),
        ("Webinar slides", None),
    ],
)
def test_words_around_a_call_word_say_what_it_is(title: str, kind: str | None) -> None:
    assert kind == _kind(title)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Telko statt Besuch bei Fa. Kern", "phone"),
        ("Besuch statt Telko bei Fa. Kern", None),
        ("Keine Telko mit Fa. Kern", None),
        ("Vorbereitung Telko Fa. Kern", None),
        ("Vorbereitung Messe (Teams)", "video"),
        ("Telko Fa. Kern vorbereiten", None),
        ("Telefonat erledigt: Fa. Kern", None),
        ("Fr. Kern ruft an", "phone"),
        ("Monteur ruft 20 min vorher an", None),
        ("Rückruf-Knopf bauen", None),
        ("Herr Anruf kommt zum Kaffee", None),
        ('Vortrag "Der Anruf"', None),
    ],
)
def test_states_come_before_words_for_calls(title: str, kind: str | None) -> None:
    assert kind == _kind(title)


def test_people_who_meet_at_a_place_do_not_join_by_the_link_below() -> None:
    body = f"Wir treffen uns vor Ort.\n{ZOOM}"
    assert _kind("Begehung", location="Ahornallee 3, Falkensee", description=body) is None
    assert "video" == _kind("Begehung", description=body.replace("vor Ort", "am Bildschirm"))


@pytest.mark.parametrize(
    "title",
    ["Pflegeberatung online", "Online-Pflegeberatung", "Pflegeberatung (online)", "Pflegeberatung per Video",
     "Pflegeberatung, digital", "Remote: Pflegeberatung"],
)  # fmt: skip
def test_any_compound_of_a_meeting_is_one(title: str) -> None:
    assert "video" == _kind(title)


@pytest.mark.parametrize(
    "title",
    ["Kern anrufen", "Kern anläuten", "Kern durchklingeln", "Kern läutet durch", "Kern lütet aa", "ring Kern re lease",
     "Kern to bell me", "give Kern a tinkle", "Kern will ring me at 3", "Tel. Kern", "T/C Kern", "TK Kern",
     "Kern (Natel)",
     "11:15 Uhr Kern tel.", "📞 Kern"],
)  # fmt: skip
def test_whoever_rings_whom_in_whatever_words_it_is_a_call(title: str) -> None:
    assert "phone" == _kind(title)


def test_an_entry_for_the_whole_day_is_a_call_where_it_asks_for_one() -> None:
    assert "phone" == _kind("Tante Ida anrufen", all_day=True)
    assert _kind("Unterwegs, per Zoom erreichbar", all_day=True) is None
    assert _kind("Teams eingeführt", all_day=True) is None


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Telefonat Herr Gruber erbeten", "Herr Gruber"),
        ("Anruf Fr. Kern über Threema", "Frau Kern"),
        ("Anruf Dr. Kern zw. 8 und 9", "Dr. Kern"),
        ("☎️ Erika Muster", "Erika Muster"),
        ("ring Erika 07700 900412", "Erika"),
        ("Anna Beispiel / Erika Muster: Budget (Teams)", "Erika Muster"),
        ("Prüfungsgespräch Kandidat Sommer (Teams)", "Sommer"),
        ("Telko Vertrieb mit Familie Öztürk", "Familie Öztürk"),
        ("Kanzlei Kern & Roth zurückrufen", "Kanzlei Kern & Roth"),
        ("Nord GmbH anrufen wg. Rechnung", "Nord GmbH"),
        ("Zoom", None),
        ("Catch-up with Mei Liu https://meet.jit.si/x", "Mei Liu"),
        ("Call A.B.", None),
    ],
)
def test_a_title_names_whom_the_call_is_with_and_nothing_clings_to_it(title: str, name: str | None) -> None:
    found = named(tagged(line_of(title)), ME)
    assert name == (found.name if found else None)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("Herr Dr. Okafor ruft Sie an.", "Herr Dr. Okafor"),
        (
            "Sehr geehrte Frau Beispiel,\nwir rufen Sie an.\nMit freundlichen Grüßen\nErika Muster\nNord GmbH",
            "Erika Muster",
        ),
        ("Wir rufen Sie an.", None),
    ],
)
def test_a_description_names_who_is_on_the_other_side(body: str, name: str | None) -> None:
    found = detect(occurrence(summary="Beratung", description=body), me=ME)
    assert found is not None
    assert name == found.counterpart


@pytest.mark.parametrize(
    ("title", "sides"),
    [
        ("Erika Muster läutet mich an", Sides("them", False)),
        ("Fr. Kern ruft um halb drei zurück", Sides("them", False)),
        ("Erika to ring me", Sides("them", False)),
        ("Anna to call Erika", Sides("me", True)),
        ("Erika ruft Ida an", None),
    ],
)
def test_a_title_says_who_calls_in_any_wording(title: str, sides: Sides | None) -> None:
    assert sides == sides_of(tagged(line_of(title)), ME)


REWRITINGS: dict[str, Callable[[str], str]] = {
    "small letters": str.lower,
    "capitals": str.upper,
    "a time in front": lambda title: f"10:30 {title}",
    "an hour in front": lambda title: f"10 Uhr {title}",
    "an emoji in front": lambda title: f"📌 {title}",
    "marks in front": lambda title: f"!! {title}",
    "an emoji behind": lambda title: f"{title} 🙂",
}


@pytest.mark.parametrize("way", REWRITINGS)
def test_rewriting_a_title_changes_no_answer(way: str) -> None:
    kinds = _kinds_of_known()
    changed = [title for title, kind in kinds.items() if kind != _kind(REWRITINGS[way](title))]
    assert len(changed) / len(kinds) < 0.01, changed


@cache
def _kinds_of_known() -> dict[str, str | None]:
    """Title to kind, of the labelled entries that were built on and have no text."""
    known = (row for row in rows() if part_of(row["id"]) == "known" and not row["description"])
    return {row["summary"]: _kind(row["summary"]) for row in known}


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Frau Nitsche, sitzt bis 12 am Apparat", "phone"),  # no time of the morning
        ("Zoomtermin? nein, persönlich", None),
        ("Call mit Lenz, Angebot anpassen", "phone"),
        ("Call anpassen", None),
        ("Elternsprechtag Video 15:20 Herr Lorey", "video"),
        ("Gasthof Linde, Tel. 030 901820", None),
        ("Krankenhaus, Frau Ott, 030 901820", "phone"),
    ],
)
def test_words_between_mean_what_they_mean_in_german(title: str, kind: str | None) -> None:
    found = detect(occurrence(summary=title), me=ME)
    assert kind == (found and found.kind)
