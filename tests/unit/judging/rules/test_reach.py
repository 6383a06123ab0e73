"""Calls that would fail at the moment of dialling: no number, no link, nobody who calls."""

from __future__ import annotations

from typing import Any

import pytest

from termintreu.model import Reach, Severity
from tests.factories import ANNA, ERIKA, at, call, context, found, person

NOW = "2026-11-23 09:00"
CALL = "2026-11-26 14:00"
NUMBER = Reach(phone="+4930901820")
NOTHING = Reach()
LINK = Reach(url="https://zoom.us/j/1", vendor="zoom")


@pytest.mark.parametrize(
    ("fields", "fires"),
    [
        ({"reach": NOTHING, "caller": "me"}, True),
        ({"reach": NOTHING, "caller": "unclear"}, True),
        ({"reach": NOTHING, "caller": "them"}, False),
        ({"reach": NOTHING, "caller": "dial_in"}, False),
        ({"reach": NUMBER, "caller": "me"}, False),
        ({"reach": LINK, "caller": "me"}, False),
        ({"reach": NOTHING, "caller": "me", "kind": "video"}, False),
        ({"reach": NOTHING, "caller": "me", "kind": "visit"}, False),
    ],
)
def test_a_number_is_needed_for_a_phone_call_that_i_make(fields: dict[str, Any], fires: bool) -> None:
    one = call(CALL, **fields)
    assert fires == (found("no_number", one, context(NOW, [one])) is not None)


@pytest.mark.parametrize(
    ("fields", "fires"),
    [
        ({"kind": "video", "reach": NOTHING}, True),
        ({"kind": "video", "reach": NUMBER}, True),
        ({"kind": "video", "reach": LINK}, False),
        ({"kind": "video", "reach": Reach(phone="+4930901820", pin="123456")}, False),
        ({"kind": "phone", "reach": NOTHING}, False),
    ],
)
def test_a_video_call_needs_a_link_or_a_dial_in(fields: dict[str, Any], fires: bool) -> None:
    one = call(CALL, **fields)
    assert fires == (found("no_link", one, context(NOW, [one])) is not None)


@pytest.mark.parametrize(
    ("fields", "fires"),
    [
        ({"caller": "unclear", "attendees": (person(ANNA), ERIKA)}, True),
        ({"caller": "unclear", "organizer": ERIKA}, True),
        ({"caller": "unclear"}, False),
        ({"caller": "unclear", "attendees": (person(ANNA),), "organizer": person(ANNA)}, False),
        ({"caller": "unclear", "attendees": (person("room@beispiel.de", cutype="ROOM"),)}, False),
        ({"caller": "unclear", "attendees": (ERIKA,), "kind": "video"}, False),
        ({"caller": "me", "attendees": (ERIKA,)}, False),
        ({"caller": "them", "attendees": (ERIKA,)}, False),
        ({"caller": "dial_in", "attendees": (ERIKA,)}, False),
    ],
)
def test_who_calls_must_be_settled_where_others_take_part(fields: dict[str, Any], fires: bool) -> None:
    one = call(CALL, **fields)
    assert fires == (found("caller_unclear", one, context(NOW, [one])) is not None)


@pytest.mark.parametrize(
    ("rule", "fields", "severity"),
    [
        ("no_number", {"reach": NOTHING}, Severity.WARNING),
        ("no_link", {"kind": "video", "reach": NOTHING}, Severity.WARNING),
        ("caller_unclear", {"caller": "unclear", "attendees": (ERIKA,)}, Severity.ADVICE),
    ],
)
def test_each_is_settled_a_day_before(rule: str, fields: dict[str, Any], severity: Severity) -> None:
    one = call(CALL, **fields)
    early, late = (found(rule, one, context(now, [one])) for now in (NOW, "2026-11-26 08:00"))
    assert early is not None
    assert late is not None
    assert (severity, at("2026-11-25 14:00")) == (early.severity, early.settle_by)
    assert at("2026-11-26 08:00") == late.settle_by


@pytest.mark.parametrize(
    ("start", "settled", "severity"),
    [("2026-11-24 10:00", False, Severity.ADVICE), ("2026-11-24 10:00", True, Severity.WARNING)],
    ids=["not said yet", "missed"],
)
def test_a_number_is_asked_for_once_until_it_is_said_how_the_call_before_went(
    start: str, settled: bool, severity: Severity
) -> None:
    before, after = call(start, reach=Reach()), call("2026-11-26 14:00", reach=Reach())
    where = context("2026-11-24 12:00", [before, after], settled=frozenset({before.key} if settled else ()))
    finding = found("no_number", after, where)
    assert finding is not None
    assert severity == finding.severity
