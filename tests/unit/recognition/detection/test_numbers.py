"""Numbers are read from what people write, and from nothing that only looks like one."""

from __future__ import annotations

import re
from dataclasses import replace
from unittest import mock

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from termintreu.recognition.detection import detect, find_numbers, numbers, parse_number
from tests.unit.recognition.detection.helpers import ME, occurrence


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("+49 30 901820", "DE", "+4930901820"),
        ("+49 (0)30 901820", "DE", "+4930901820"),
        ("0049 30 901820", "DE", "+4930901820"),
        ("030/901820", "DE", "+4930901820"),
        ("(030) 90 18 20", "DE", "+4930901820"),
        ("tel:%2B4930901820", "US", "+4930901820"),
        ("tel:+49-30-901820;ext=5", "DE", "+4930901820"),
        ("0800 1234567", "DE", "+498001234567"),
        ("044 123 45 67", "CH", "+41441234567"),
        ("01.78.14.42.61", "FR", "+33178144261"),
        ("+001 (203) 480-8000", "DE", "+12034808000"),
        ("+39 06 1234 5678", "DE", "+390612345678"),
        ("anna@example.org", "DE", None),
        ("", "DE", None),
        ("12345678901234567890", "DE", None),
        ("call me", "DE", None),
    ],
)
def test_a_written_number_becomes_e164(text: str, country: str, expected: str | None) -> None:
    assert parse_number(text, country) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tel. 07231 12345", ("+49723112345",)),
        ("US Dial In: 877.208.5357 or 770.659.4232", ("+18772085357", "+17706594232")),
        ("United Kingdom Dial In: 08000320432", ("+448000320432",)),
        ("+49 721 91374 8877 and 8877", ("+49721913748877",)),
        ("+49 (0) 176 / 123 456 78", ("+4917612345678",)),
        ("<tel:+12132674046,,191605599#>", ("+12132674046",)),
        ("Austria (Toll Free): 0 800 202148", ("+43800202148",)),
        ("mobil 0171-2345678.", ("+491712345678",)),
    ],
)
def test_numbers_are_found_in_text(text: str, expected: tuple[str, ...]) -> None:
    assert find_numbers(text, "DE") == expected


@pytest.mark.parametrize(
    "text",
    [
        "IBAN DE89 3704 0044 0532 0130 00",
        "ISBN 978-3-16-148410-0",
        "26.02.2014 11:20 bis 26.02.2014 11:25",
        "2026-11-24 14:00",
        "1.249,00 EUR",
        "Meeting ID: 986 7763 4499",
        "Meeting number: 481 417 492",
        "PIN: 309 510 099#",
        "Kundennr. 030 1234567",
        "Rechnung 4930123456",
        "Order no. 030 1234567",
        "162.255.37.11",
        "1282881999@example.webex.com",
        "https://zoom.us/j/98677634499",
        "Ticket #0378717202638",
        "Fax: +49 30 901820",
        "SV Nord 12 9 2 1 34:12 29",
        "1998-2004, 2010-2015",
        "ICE 1689, Wagen 21, Platz 45",
        "Sendungsnr. 00340434161094042557",
        "9:00-12:30",
    ],
)
def test_other_digits_are_no_numbers(text: str) -> None:
    assert find_numbers(text, "DE") == ()


PIECES = st.sampled_from([
    *"0123456789+()[]/.-# ", "030", "1234567", " 12", "+49", "tel:", "Tel. ", "call-in # ", "Raum ", "2026-11-24",
    "14:00", "IBAN DE89 3704 0044", "https://a.example/1234567", "x@1234567.example", "10.0.0.1", "\u00a0", "–", "€",
])  # fmt: skip


@given(st.lists(PIECES, max_size=14).map("".join))
@example("Raum 3.12, 10 min")
@example("tel:+4930901820")
@example("+49 30")
@example("call-in # 030 901820")
def test_texts_with_few_digits_are_passed_over_without_loss(text: str) -> None:
    with mock.patch.object(numbers, "_ENOUGH", re.compile("")):
        thorough = numbers.written_numbers(text, "DE")
    assert numbers.written_numbers(text, "DE") == thorough


WRITTEN = [
    ("AT", "Anruf Magistrat +43 (0)1 4000 8012", "+43140008012"),
    ("CH", "Anruf 0041 79 123 45 67", "+41791234567"),
    ("CH", "079 123 45 67 anrufen", "+41791234567"),
    ("GB", "Ring GP 020 7946 0000", "+442079460000"),
    ("GB", "Ring +44 (0)20 7946 0000", "+442079460000"),
    ("GB", "Ring (020) 7946 0958", "+442079460958"),
    ("US", "Call Dr Lee (555) 123-4567", None),
    ("US", "Call Dr Lee 415.555.0133 ext. 45", "+14155550133"),
    ("DE", "Anruf 0172/123 45 67", "+491721234567"),
    ("DE", "Anruf Zentrale 089/2189-0", "+498921890"),
    ("DE", "Anruf Amt 030/90298-0 Durchwahl 4411", "+4930902984411"),
    ("DE", "Anruf Amt 030 90298 0, DW 4411", "+4930902984411"),
    ("AT", "Anruf BH 0316/877 Kl. 3311", "+433168773311"),
    ("AT", "Anruf BH (0316) 877-0 Klappe 3311", "+433168773311"),
    ("CH", "Anruf Gemeinde 031 970 91 11 intern 45", "+41319709111"),
    ("DE", "Anruf wegen IBAN DE89 3704 0044 0532 0130 00", None),
    ("DE", "Anruf wg Rechnung 2025-118772", None),
    ("DE", "Anruf zu Flug LH 1234 am 12.05.2026", None),
    ("DE", "Anruf HRB 123456 B Amtsgericht", None),
    ("DE", "Anruf ISBN 978-3-16-148410-0 bestellen", None),
    ("DE", "Anruf Finanzamt St.-Nr. 27/123/45678", None),
    ("DE", "Anruf Ticket 0451234567", None),
    ("DE", "Anruf Kd.-Nr. 0301234567", None),
    ("DE", "Anruf Az. 12 O 345/24, Angebot 12.345,00 EUR", None),
    ("US", "Call re order 415-555-0133-22", None),
    ("GB", "Call HMRC UTR 1234567890, VAT GB 123 4567 89", None),
    ("DE", "Anruf PLZ 10115 Berlin, 10.30-11.15 Uhr", None),
    ("DE", "Ich bin unter 0049 30 / 9018-2044 erreichbar", "+493090182044"),
    ("DE", "Handy: 0 171 / 39 200 12", "+491713920012"),
    ("DE", "mobil +49 (171) 3920012", "+491713920012"),
    ("DE", "Tel: (+49) 30 9018 20", "+4930901820"),
    ("DE", "Tel. 030-9018 20 oder mobil 0171-3920012", "+4930901820"),
    ("DE", "Tel.: +49 - 30 - 90 18 25", "+4930901825"),
    ("US", "My cell is 4155550133", "+14155550133"),
    ("US", "cell 1 415 555 0133", "+14155550133"),
    ("GB", "mob 07911 123456", "+447911123456"),
    ("GB", "mob: 07911-123-456", "+447911123456"),
    ("FR", "tél. 01 42 68 53 00", "+33142685300"),
    ("DE", "☎️ 030 901825", "+4930901825"),
    ("DE", "WhatsApp: +43 664 5550148", "+436645550148"),
    ("AT", "Erreichbar: 0664 / 55 50 148", "+436645550148"),
]


@pytest.mark.parametrize(("region", "text", "expected"), WRITTEN, ids=[text for _, text, _ in WRITTEN])
def test_numbers_are_read_as_people_of_that_country_write_them(region: str, text: str, expected: str | None) -> None:
    assert next(iter(find_numbers(text, region)), None) == expected


def test_a_number_is_read_by_the_zone_of_its_entry_where_the_users_country_has_none_such() -> None:
    called = occurrence(summary="Call Janet 020 7946 0456", zone="Europe/London")
    found = detect(called, me=ME)
    assert found is not None
    assert found.phone == "+442079460456"
    at_home = detect(replace(called, zone="Europe/Berlin"), me=ME)
    assert at_home is not None
    assert at_home.phone is None


def test_cells_of_a_table_stand_apart() -> None:
    rows = "<tr><td>Telefon</td><td>030 901825</td></tr><tr><td>PIN</td><td>4711</td></tr>"
    found = detect(occurrence(summary="Telko", description=f"<table>{rows}</table>"), me=ME)
    assert found is not None
    assert (found.phone, found.pin) == ("+4930901825", "4711")
