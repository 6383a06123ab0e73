"""Whether a time that was offered is still free."""

from __future__ import annotations

from datetime import timedelta

import pytest

from termintreu.model import Contact, Reach
from termintreu.planning.offered_times import OfferedTimes
from tests.factories import BERLIN, at, call, context, occurrence


@pytest.mark.parametrize(("travel", "free"), [(30, True), (31, False)])
def test_a_time_on_the_way_to_an_appointment_is_not_free_any_more(travel: int, free: bool) -> None:
    one = call("2026-11-26 14:00")
    visit = occurrence("2026-11-25 11:00", travel=timedelta(minutes=travel))
    offers = OfferedTimes(context=context("2026-11-24 09:00", [one], [visit]))
    slot = at("2026-11-25 10:00"), at("2026-11-25 10:30")
    assert free == offers.is_free(one, slot)
    assert slot not in offers.free_times_for(one) or free


@pytest.mark.parametrize(("phone", "earliest"), [("+12125550123", "15:00"), ("+4930901820", "09:00")])
def test_free_times_suit_the_country_of_the_number_where_no_zone_is_known(phone: str, earliest: str) -> None:
    nobody = Contact(key=phone, name="Erika Muster")
    one = call("2026-11-26 14:00", contact=nobody, reach=Reach(phone=phone))
    offers = OfferedTimes(context=context("2026-11-24 09:00", [one]))
    times = [start.astimezone(BERLIN).strftime("%H:%M") for start, _ in offers.free_times_for(one)]
    assert earliest == min(times)
