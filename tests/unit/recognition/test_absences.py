"""Which all-day entries say that the user is away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from termintreu.config import MeConfig
from termintreu.model import Occurrence, Person
from termintreu.recognition.absences import is_absence, is_all_day

BERLIN = ZoneInfo("Europe/Berlin")
ME = MeConfig(name="Anna Beispiel", emails=["anna@beispiel.de"])
MIDNIGHT = datetime(2026, 11, 24, 23, tzinfo=UTC)


def day(summary: str, **fields: object) -> Occurrence:
    given: dict[str, object] = {
        "source": "work",
        "collection": "/c/",
        "href": "/c/1.ics",
        "uid": "1",
        "recurrence_id": None,
        "start": MIDNIGHT,
        "end": MIDNIGHT + timedelta(days=1),
        "all_day": True,
        "summary": summary,
        **fields,
    }
    return Occurrence(**given)  # type: ignore[arg-type]  # each test gives its own


CLEAR = [
    "Urlaub",
    "URLAUB",
    "Urlaub (genehmigt)",
    "Anna Beispiel: Urlaub",
    "Urlaub Anna",
    "Ich bin im Urlaub",
    "krank",
    "Kind krank",
    "Elternzeit",
    "Abwesend bis 27.11.",
    "Vacation",
    "Out of office",
    "Out-of-Office",
    "OOO",
    "PTO",
    "On holiday",
    "Annual leave",
    "Sick leave",
    "nicht im Büro",
]
BLOCKING = [
    "Urlaub Italien",
    "Holiday",
    "Holidays in Spain",
    "Fortbildung Verkauf",
    "Dienstreise München",
    "Feiertag",
    "Day off: moving house",
]
NOTHING = [
    "Urlaub planen",
    "Urlaubsvertretung Petra",
    "Urlaubsantrag abgeben",
    "Telefonat wegen Urlaub",
    "Kein Urlaub",
    "Letzter Tag vor Urlaub",
    "Holiday party",
    "Book holiday",
    "Schulferien Bayern",
    "School holidays",
    "Krankenhaus Termin",
    "Krankenkasse",
    "Geburtstag Erika",
    "Christmas Day",
    "",
]


@pytest.mark.parametrize("summary", CLEAR)
def test_a_clear_word_is_an_absence_even_where_the_day_is_left_free(summary: str) -> None:
    assert is_absence(day(summary, transparent=True), ME)
    assert is_absence(day(summary), ME)


@pytest.mark.parametrize("summary", BLOCKING)
def test_other_words_need_a_day_that_is_blocked(summary: str) -> None:
    assert is_absence(day(summary), ME)
    assert not is_absence(day(summary, transparent=True), ME)


@pytest.mark.parametrize("summary", NOTHING)
def test_what_only_sounds_like_it_is_no_absence(summary: str) -> None:
    assert not is_absence(day(summary), ME)
    assert not is_absence(day(summary, transparent=True), ME)


@pytest.mark.parametrize("summary", ["Urlaub Petra", "Petra krank", "Summer Bank Holiday", "OOO: Bob"])
def test_a_free_day_with_another_name_is_not_the_users_absence(summary: str) -> None:
    assert not is_absence(day(summary, transparent=True), ME)


def test_a_category_is_enough_for_a_blocked_day() -> None:
    assert is_absence(day("Italien", categories=("Urlaub",)), ME)
    assert not is_absence(day("Neujahr", categories=("Holiday",), transparent=True), ME)


def test_a_category_of_several_words_is_one_as_well() -> None:
    assert is_absence(day("weg", categories=("Out of office",)), ME)
    assert is_absence(day("Bergtour", categories=("Privat", "Außer Haus")), ME)
    assert not is_absence(day("Umzug", categories=("Office",)), ME)


def test_notes_count_where_their_first_line_says_nothing_else() -> None:
    assert is_absence(day("Anna", description="\nOut of office\nVertretung: Petra"), ME)
    assert not is_absence(day("Projekttag", description="Vor dem Urlaub abschließen"), ME)
    assert not is_absence(day("Projekttag", description="Unterlagen folgen\nUrlaub"), ME)
    assert not is_absence(day("Anna", description="Urlaub", transparent=True), ME)


def test_outlooks_own_mark_for_out_of_office_is_enough() -> None:
    marks = (("X-MICROSOFT-CDO-BUSYSTATUS", "OOF"),)

    assert is_absence(day("Italien", extra=marks, transparent=True), ME)
    assert not is_absence(day("Italien", extra=(("X-MICROSOFT-CDO-BUSYSTATUS", "BUSY"),)), ME)


def test_somebody_elses_entry_counts_only_when_accepted_and_blocking() -> None:
    boss = Person(email="boss@beispiel.de", name="Boss")
    me = {state: Person(email="anna@beispiel.de", partstat=state) for state in ("NEEDS-ACTION", "ACCEPTED")}

    assert not is_absence(day("Urlaub", organizer=boss), ME)
    assert not is_absence(day("Betriebsferien", organizer=boss, attendees=(me["NEEDS-ACTION"],)), ME)
    assert is_absence(day("Betriebsferien", organizer=boss, attendees=(me["ACCEPTED"],)), ME)
    assert not is_absence(day("Urlaub", organizer=boss, attendees=(me["ACCEPTED"],), transparent=True), ME)
    assert is_absence(day("Urlaub", organizer=me["NEEDS-ACTION"]), ME)


def test_a_timed_entry_from_midnight_to_midnight_is_all_day() -> None:
    autumn = datetime(2026, 10, 24, 22, tzinfo=UTC)

    assert is_all_day(day("x", all_day=False), BERLIN)
    assert is_all_day(day("x", all_day=False, start=autumn, end=autumn + timedelta(hours=25)), BERLIN)
    assert not is_all_day(day("x", all_day=False, end=MIDNIGHT + timedelta(hours=23)), BERLIN)
    assert not is_all_day(day("x", all_day=False, end=MIDNIGHT), BERLIN)


THEIRS = [
    "Ferien Luca",
    "Urlaub Max",
    "URLAUB MAX",
    "Max Urlaub",
    "Max im Urlaub",
    "Urlaub Max Beispiel",
    "Urlaub: Max und Luca",
    "Urlaub von Petra",
    "Lucas Ferien",
    "Tom's holiday",
    "Tom’s vacation",
    "holiday: Tom",
    "Sarah off sick",
    "OOO: Bob",
    "Petra krank",
    "Szymon ist krank",
    "Gökçe hat Urlaub",
    "Gökçe im Urlaub",
    "Nguyen Van on leave",
    "Priya is off sick",
    "Urlaub Frau Seidl",
    "Dr. Weber: Urlaub",
    "Mr Patel on annual leave",
]
MINE = [
    "Urlaub",
    "Urlaub Anna",
    "Urlaub Anna + Max",
    "Annas Urlaub",
    "Anna's holiday",
    "Anna im Urlaub",
    "Beispiel: Urlaub",
    "Fr. Beispiel in Urlaub",
    "Dr. Anna Beispiel Urlaub",
    "Urlaub mit Max",
    "Urlaub mit Max und Luca",
    "Holiday with Tom",
    "Urlaub bei Oma",
    "Holidays visiting Sarah",
    "Urlaub mit Frau Seidl",
    "Urlaub Ostsee",
    "Urlaub in Wien",
    "Ostsee Urlaub",
    "Urlaub St. Moritz",
    "Urlaub Hotel Maria",
    "Urlaub St. Peter-Ording",
    "Urlaub max 3 Tage",
    "Urlaub Fr. 12.12.",
    "Urlaub Mai",
    "Urlaub Jan.",
    "Urlaub LB",
    "Familie im Urlaub",
    "Wir im Urlaub",
    "Endlich in Urlaub",
    "Heute im Urlaub",
    "Bin in Urlaub",
    "Max und ich im Urlaub",
    "Still on holiday",
    "Kind krank",
]


@pytest.mark.parametrize("summary", THEIRS)
@pytest.mark.parametrize("mark", [(), (("X-MICROSOFT-CDO-BUSYSTATUS", "OOF"),)], ids=["plain", "out of office"])
def test_an_absence_that_names_somebody_else_is_theirs(summary: str, mark: tuple[tuple[str, str], ...]) -> None:
    assert not is_absence(day(summary, extra=mark), ME)


@pytest.mark.parametrize("summary", MINE)
def test_an_absence_that_may_be_the_users_own_is(summary: str) -> None:
    assert is_absence(day(summary), ME)


def test_a_category_says_that_somebody_is_away_and_the_title_who() -> None:
    assert not is_absence(day("Max", categories=("Urlaub",)), ME)
    assert is_absence(day("Ostsee", categories=("Urlaub",)), ME)


def test_short_forms_of_the_users_own_name_are_the_users() -> None:
    alex = MeConfig(name="Alexander Beispiel", emails=["sascha@beispiel.de"])

    assert all(is_absence(day(f"Urlaub {name}"), alex) for name in ("Alex", "Alexander", "Sascha"))
    assert not is_absence(day("Urlaub Anna"), alex)


def test_where_nobody_knows_who_the_user_is_an_absence_is_the_users() -> None:
    assert is_absence(day("Urlaub Max"), MeConfig())


@pytest.mark.parametrize(
    "summary",
    [
        "Urlaub M. Kern",
        "Priya vacation",
        "Urlaub: Yannis",
        "Krank: Şule",
        "Chef im Urlaub",
        "Papa Urlaub",
        "Oma Kur",
        "Wenzel krank",
        "Farnsworth - parental leave",
    ],
)
def test_an_absence_that_says_whose_it_is_is_theirs(summary: str) -> None:
    assert not is_absence(day(summary), ME)


@pytest.mark.parametrize(
    "summary",
    [
        "Anna PTO",
        "A. Beispiel Urlaub",
        "Urlaub bei Oma",
        "Urlaub B. & B. Hotel",
        "Kind krank",
        "krank Grippe",
        "Urlaub Rom",
    ],
)
def test_an_absence_that_names_nobody_else_is_the_users(summary: str) -> None:
    assert is_absence(day(summary), ME)
