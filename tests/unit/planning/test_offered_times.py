"""Whether a time that was offered is still free."""

from __future__ import annotations

from datetime import timedelta

import pytest

from termintreu.planning.offered_times import OfferedTimes
from tests.factories import at, call, context, occurrence


@pytest.mark.parametrize(("travel", "free"), [(30, True), (31, False)])
def test_a_time_on_the_way_to_an_appointment_is_not_free_any_more(travel: int, free: bool) -> None:
    one = call("2026-11-26 14:00")
    visit = occurrence("2026-11-25 11:00", travel=timedelta(minutes=travel))
    offers = OfferedTimes(context=context("2026-11-24 09:00", [one], [visit]))
    slot = at("2026-11-25 10:00"), at("2026-11-25 10:30")
    assert free == offers.is_free(one, slot)
    assert slot not in offers.free_times_for(one) or free
