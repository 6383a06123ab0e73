"""What the participants have answered: unconfirmed, declined, not_committed."""

from __future__ import annotations

from typing import Any

import pytest

from termintreu.model import Person, Severity
from tests.factories import ANNA, ERIKA, at, call, context, found, person

CALL = "2026-11-26 14:00"
ME = person(ANNA, "ACCEPTED")
OPEN = person("max@muster.example", name="Max Muster")


@pytest.mark.parametrize(
    ("now", "severity"),
    [
        ("2026-11-23 13:59", None),
        ("2026-11-23 14:00", Severity.ADVICE),
        ("2026-11-25 13:59", Severity.ADVICE),
        ("2026-11-25 14:00", Severity.WARNING),
        ("2026-11-26 13:59", Severity.WARNING),
        ("2026-11-26 14:00", None),
    ],
)
def test_a_missing_answer_counts_from_72_hours_before_and_more_from_24(now: str, severity: Severity | None) -> None:
    one = call(CALL, attendees=(ME, OPEN))
    finding = found("unconfirmed", one, context(now, [one]))
    assert severity == (finding.severity if finding else None)
    if finding is not None:
        assert max(at("2026-11-25 14:00"), at(now)) == finding.settle_by


def test_72_hours_are_72_hours_over_the_night_when_clocks_go_back() -> None:
    one = call("2026-10-26 09:00", status="TENTATIVE")  # 72 hours before are 10:00 on Friday by the clock
    assert found("unconfirmed", one, context("2026-10-23 09:59", [one])) is None
    finding = found("unconfirmed", one, context("2026-10-23 10:00", [one]))
    assert finding is not None
    assert at("2026-10-25 09:00") == finding.settle_by


@pytest.mark.parametrize(
    ("fields", "fires"),
    [
        ({"status": "TENTATIVE"}, True),
        ({"status": "TENTATIVE", "words": frozenset({"confirmed"})}, False),
        ({"attendees": (ME, OPEN), "words": frozenset({"confirmed"})}, False),
        ({"attendees": (ME, person("m@x.example", "TENTATIVE"))}, True),
        ({"attendees": (ME, ERIKA)}, False),
        ({"attendees": (ME, ERIKA, OPEN)}, True),
        ({"attendees": (ME, person("m@x.example", "DECLINED"))}, False),
        ({"attendees": (ME, person("m@x.example", "DELEGATED"))}, False),
        ({"attendees": (person(ANNA),)}, False),
        ({"attendees": (ME, person("saal@x.example", cutype="ROOM"))}, False),
        ({"attendees": (ME, person("beamer@x.example", cutype="RESOURCE"))}, False),
        ({"attendees": (ME, person("alle@x.example", cutype="GROUP"))}, False),
        ({"attendees": (ME, person("cc@x.example", role="NON-PARTICIPANT"))}, False),
        ({"attendees": (ME, person("anna@privat.example", name="Anna Beispiel"))}, False),
        ({"attendees": (ME, OPEN), "organizer": OPEN}, False),
        ({}, False),
    ],
)
def test_only_people_who_have_not_answered_are_waited_for(fields: dict[str, Any], fires: bool) -> None:
    one = call(CALL, **fields)
    assert fires == (found("unconfirmed", one, context("2026-11-25 09:00", [one])) is not None)


def test_three_are_all_named() -> None:
    three = tuple(person(f"p{index}@x.example", name=f"Person {index}") for index in range(3))
    one = call(CALL, attendees=(ME, *three))
    finding = found("unconfirmed", one, context("2026-11-25 09:00", [one]))
    assert finding is not None
    assert ("Person 0", "Person 1", "Person 2") == finding.message.values["people"]


def test_a_long_list_is_named_in_part() -> None:
    many = tuple(person(f"p{index}@x.example", name=f"Person {index}") for index in range(5))
    one = call(CALL, attendees=(ME, *many))
    finding = found("unconfirmed", one, context("2026-11-25 09:00", [one]))
    assert finding is not None
    people = finding.message.values["people"]
    assert isinstance(people, tuple)
    assert ("Person 0", "Person 1", "Person 2") == people[:3]
    assert 2 == people[3].values["count"]


NO = person("no@x.example", "DECLINED")


@pytest.mark.parametrize(
    ("attendees", "organizer", "fires"),
    [
        ((ME, NO), None, True),
        ((ME, NO, ERIKA), None, False),
        ((ME, NO, OPEN), None, False),
        ((ME, NO, person("saal@x.example", "ACCEPTED", cutype="ROOM")), None, True),
        ((ME,), None, False),
        ((), None, False),
        ((ME, NO), person(ANNA), True),
        ((ME, NO), ERIKA, False),
        ((ME, NO), NO, True),
    ],
)
def test_a_call_that_everybody_else_declined_should_not_stand(
    attendees: tuple[Person, ...], organizer: Person | None, fires: bool
) -> None:
    one = call(CALL, attendees=attendees, organizer=organizer)
    where = context("2026-11-25 09:00", [one])
    assert fires == (found("declined", one, where) is not None)
    if fires:
        assert found("unconfirmed", one, where) is None


@pytest.mark.parametrize(
    ("now", "settle_by"),
    [
        ("2026-11-23 11:00", "2026-11-23 16:00"),
        ("2026-11-26 11:00", "2026-11-26 13:00"),
        ("2026-11-26 13:30", "2026-11-26 13:30"),
    ],
)
def test_a_new_time_is_agreed_on_within_four_working_hours_or_one_before(now: str, settle_by: str) -> None:
    one = call(CALL, attendees=(ME, NO))
    finding = found("declined", one, context(now, [one]))
    assert finding is not None
    assert (Severity.WARNING, at(settle_by), True) == (finding.severity, finding.settle_by, finding.offers_times)


@pytest.mark.parametrize(
    ("partstat", "now", "settle_by"),
    [
        ("NEEDS-ACTION", "2026-11-24 13:59", None),
        ("NEEDS-ACTION", "2026-11-24 14:00", "2026-11-24 17:30"),
        ("TENTATIVE", "2026-11-24 14:00", "2026-11-24 17:30"),
        ("NEEDS-ACTION", "2026-11-24 19:00", "2026-11-24 19:00"),
        ("NEEDS-ACTION", "2026-11-26 10:00", "2026-11-26 14:00"),  # the call itself comes before the end of work
        ("ACCEPTED", "2026-11-25 10:00", None),
        ("DECLINED", "2026-11-25 10:00", None),
    ],
)
def test_an_invitation_is_answered_today(partstat: str, now: str, settle_by: str | None) -> None:
    one = call(CALL, attendees=(person(ANNA, partstat), ERIKA), organizer=ERIKA)
    finding = found("not_committed", one, context(now, [one]))
    assert (at(settle_by) if settle_by else None) == (finding.settle_by if finding else None)
    if finding is not None:
        assert Severity.ADVICE == finding.severity
        assert ("tentatively" in finding.message.msgid) == (partstat == "TENTATIVE")


def test_on_a_day_off_it_is_answered_by_the_evening() -> None:
    one = call("2026-11-30 09:00", attendees=(person(ANNA), ERIKA), organizer=ERIKA)
    finding = found("not_committed", one, context("2026-11-28 10:00", [one]))
    assert finding is not None
    assert at("2026-11-28 18:00") == finding.settle_by


def test_whoever_invites_is_committed() -> None:
    one = call(CALL, attendees=(person(ANNA), ERIKA), organizer=person(ANNA))
    assert found("not_committed", one, context("2026-11-25 10:00", [one])) is None
