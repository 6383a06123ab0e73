"""Calls are recognised, with kind, number, code, link, counterpart and caller; everything else is left alone."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from termintreu.config import MeConfig
from termintreu.recognition.detection import Detection, detect
from tests.unit.recognition.detection.cases import CASES, Case
from tests.unit.recognition.detection.field_cases import FIELD
from tests.unit.recognition.detection.hard_cases import HARD
from tests.unit.recognition.detection.helpers import ME, occurrence, read_event

ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "data" / "calls.jsonl").read_text(encoding="utf-8").splitlines()
]
REGIONS = {"call-031": "SI"}
"""Rows whose number is another country's and reads as a good German one: there the user lives elsewhere."""

KNOWN_MISSES = {"Rückruf Rindfleisch Lidl", "Hackathon: call detection"}
"""A product recall, and a subject: only knowledge of the world tells them from calls."""


@pytest.fixture(scope="module")
def detected() -> list[tuple[dict[str, Any], Detection | None]]:
    return [
        (row, detect(read_event(row["ics_event"]), me=MeConfig(region=REGIONS.get(row["id"], "DE")))) for row in ROWS
    ]


def test_labelled_events_are_told_apart_with_an_f1_of_97_percent(
    detected: list[tuple[dict[str, Any], Detection | None]],
) -> None:
    true = sum(1 for row, found in detected if found and row["is_call"])
    false = sum(1 for row, found in detected if found and not row["is_call"])
    missed = sum(1 for row, found in detected if not found and row["is_call"])
    assert 2 * true / (2 * true + false + missed) >= 0.97


def test_phone_and_video_are_told_apart_in_97_percent(detected: list[tuple[dict[str, Any], Detection | None]]) -> None:
    kinds = [row["kind"] == found.kind for row, found in detected if found and row["is_call"]]
    assert sum(kinds) / len(kinds) >= 0.97


def test_labelled_numbers_are_right_in_95_percent(detected: list[tuple[dict[str, Any], Detection | None]]) -> None:
    labelled = [(row, found) for row, found in detected if row["phone"]]
    right = [row for row, found in labelled if found and found.phone in (row["phone"], *row["phones_ok"])]
    assert len(right) / len(labelled) >= 0.95


def test_no_number_is_made_up_where_none_is_to_be_dialled(
    detected: list[tuple[dict[str, Any], Detection | None]],
) -> None:
    made_up = [row["id"] for row, found in detected if found and found.phone and not row["phone"]]
    assert made_up == []


@pytest.mark.parametrize("field", ["pin", "url"])
def test_labelled_codes_and_links_are_right_in_97_percent(
    detected: list[tuple[dict[str, Any], Detection | None]], field: str
) -> None:
    same = [row[field] == getattr(found, field) for row, found in detected if found and row["is_call"]]
    assert sum(same) / len(same) >= 0.97


def _name(case: Case) -> str:
    return f"{case[0]}-{case[1]['summary']}"


@pytest.mark.parametrize(
    "case", [*CASES, *FIELD, *(case for case in HARD if case[1]["summary"] not in KNOWN_MISSES)], ids=_name
)
def test_an_event_is_taken_for_what_it_is(case: Case) -> None:
    _, fields, expected = case
    found = detect(occurrence(**fields), me=ME)
    if expected is None:
        assert found is None
        return
    assert found is not None
    assert expected == {name: getattr(found, name) for name in expected}


def test_own_items_are_no_calls() -> None:
    assert detect(occurrence(summary="Call with Bob", own=True), me=ME) is None


def test_own_numbers_are_never_dialled() -> None:
    found = detect(occurrence(summary="Telefonat", description="Tel. 030 555000\nTel. 030 901820"), me=ME)
    assert found is not None
    assert found.phones == ("+4930901820",)


def test_numbers_of_a_signature_of_mine_are_not_dialled() -> None:
    text = "Thema: Angebot\nMit freundlichen Grüßen\nAnna Beispiel\nTel. +49 30 123456"
    found = detect(occurrence(summary="Telefonat mit Karl", description=text), me=ME)
    assert found is not None
    assert found.phone is None


def test_a_dial_in_of_the_users_country_comes_first() -> None:
    text = (
        "Join https://zoom.us/j/123456789\nOne tap mobile\n+13017158592,,123456789# "
        "US\n+496971049922,,123456789# Germany"
    )
    event = occurrence(summary="Sync", description=text)
    german, american = detect(event, me=ME), detect(event, me=MeConfig(region="US"))
    assert german is not None
    assert american is not None
    assert german.phone == "+496971049922"
    assert american.phone == "+13017158592"
    assert german.pin == "123456789"


def test_we_will_call_you_means_me_where_i_wrote_it() -> None:
    fields: dict[str, Any] = {"summary": "Beratung", "description": "Wir rufen Sie unter 030 901820 an."}
    mine = detect(occurrence(**fields, organizer="me@example.org", attendees=(("k@f.example", "K"),)), me=ME)
    theirs = detect(occurrence(**fields, organizer="k@f.example"), me=ME)
    assert mine is not None
    assert theirs is not None
    assert (mine.caller, mine.phone) == ("me", "+4930901820")
    assert (theirs.caller, theirs.phone) == ("them", None)


def test_visits_count_on_request_only() -> None:
    event = occurrence(summary="Besuch", location="Hauptstr. 5, Berlin", attendees=(("k@f.example", "Karl Kunde"),))
    visit = detect(event, me=ME, visits=True)
    assert detect(event, me=ME) is None
    assert visit is not None
    assert (visit.kind, visit.counterpart) == ("visit", "Karl Kunde")


@pytest.mark.parametrize("title", ["Besuch bei Fa. Holz", "Termin mit Herrn Ast", "Aufmaß Familie Birke", "Site visit"])
def test_a_title_that_says_so_is_a_visit_as_well(title: str) -> None:
    event = occurrence(summary=title, location="Werkstr. 5, 44137 Dortmund")
    visit = detect(event, me=ME, visits=True)
    assert visit is not None
    assert "visit" == visit.kind
    assert detect(event, me=ME) is None


def test_a_place_without_other_people_is_no_visit() -> None:
    assert detect(occurrence(summary="Friseur", location="Hauptstr. 5"), me=ME, visits=True) is None


def test_links_in_html_are_found_in_href() -> None:
    html = (
        "<html><head><style>a{}</style></head><body><p>Hi</p><a "
        'href="https://zoom.us/j/99912345678?pwd=a&amp;b=c">Go</a>'
    )
    found = detect(occurrence(summary="Sync", description=html), me=ME)
    assert found is not None
    assert found.url == "https://zoom.us/j/99912345678?pwd=a&b=c"


def test_reasons_hold_no_foreign_text() -> None:
    secret = "xyzzyplugh"
    for case in [*CASES, *HARD, *FIELD]:
        fields = {key: f"{value} {secret}" if isinstance(value, str) else value for key, value in case[1].items()}
        found = detect(occurrence(**fields), me=ME)
        assert found is None or not any(secret in str(reason) for reason in found.reasons)


HOSTILE = {
    "groups of digits": "1234567890 " * 1900,
    "one run": "1" * 20_000,
    "numbers": "+49 30 123456, " * 1400,
    "lines of numbers": "+49 30 90182\n" * 1500,
    "single digits": "1 " * 10_000,
    "short lines": "1 2 3 4 5 6 7 8\n" * 1250,
    "plus signs": "+" * 20_000,
    "parentheses": "(" * 20_000,
    "angle brackets": "<" * 20_000,
    "declarations": "<!" * 10_000,
    "comments": "<p><!--" + "<!-- " * 4000,
    "tags": '<a href="' * 2500,
    "addresses": "https://a.b/ " * 1700,
    "wrapped addresses": "https://x.y/?u=https%3A%2F%2F" * 600,
    "percent signs": "%" * 20_000,
    "mail": "a@" * 10_000,
    "words of calls": "call " * 4000,
    "half a sentence": "wir rufen " * 2000,
    "a letter": "a" * 20_000,
    "dashes": "-" * 20_000,
    "tel": "tel:" * 5000,
    "codes": "PIN: 1234 code 77 ID 5 " * 900,
    "lines of codes": "Meeting-ID: 123 456 789\n" * 900,
    "lines of join links": "https://zoom.us/j/123456789\n" * 700,
    "lines of greetings": "LG Tom 030 901825\n" * 1100,
    "quotes": "> " * 10_000,
    "headings": "Einwahl per Telefon nicht " * 800,
    "words of meeting online": "onlineweb video-" * 1200,
    "IBANs": "DE12 3456 " * 2000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("field", ["description", "summary", "location"])
def test_twice_as_much_hostile_text_costs_no_more_than_a_few_times_as_much(text: str, field: str) -> None:
    def cost(said: str) -> float:
        event = occurrence(**{"summary": "x", field: said})
        spent = []
        for _ in range(3):
            began = time.process_time()
            detect(event, me=ME)
            spent.append(time.process_time() - began)
        return min(spent)

    # What is quadratic would cost seconds; what takes no time worth measuring may vary as it likes.
    assert cost(text) < 6 * max(cost(text[: len(text) // 2]), 0.02)
