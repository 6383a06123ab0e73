"""Which reminders a call gets, and when they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from termintreu.config import RemindersConfig
from termintreu.model import Alarm, Call, Contact, Item, Reach, Severity, Window
from termintreu.planning import plan
from termintreu.planning.reminders import reminders
from tests.comparing import diff
from tests.unit.planning.making import (
    BERLIN,
    COLLECTIONS,
    ERIKA,
    NOW,
    REACH,
    S,
    a_call,
    a_finding,
    a_planning,
    berlin,
    local,
    seen,
)

BUFFER = a_finding("no_buffer", Severity.ADVICE, at=S - timedelta(minutes=10))


def of(call: Call, **more: object) -> dict[str, Item]:
    findings = more.pop("findings", ())
    settings = more.pop("settings", RemindersConfig())
    planning = a_planning(findings={call.key: findings}, **more)  # type: ignore[arg-type, dict-item]  # passed on
    planning = replace(planning, reminders=settings)  # type: ignore[arg-type]  # passed on
    return {item.role: item for item in reminders(call, planning)}


def test_every_call_gets_one_reminder_of_ten_minutes_that_pops_up_a_minute_before() -> None:
    found = of(a_call())

    assert found.keys() == {""}
    assert (time(14, 20), time(14, 30)) == local(found[""])
    assert found[""].alarm_before == 1
    assert found[""].anchor == S


def test_a_reminder_says_whom_to_call_and_how() -> None:
    item = of(a_call())[""]

    assert item.summary == "☎ 14:30 Erika Muster"
    assert item.location == "+49 30 901820"
    assert item.alarm_text == "Erika Muster um 14:30 Uhr anrufen +49 30 901820"
    assert item.description.split("\n") == [
        "Telefonat mit Erika Muster: Mi., 7.10., 14:30–15:00 Uhr",
        "Sie rufen an.",
        "+49 30 901820 (aus Ihren Kontakten)",
        "Im Kalender: „Angebot besprechen“",
    ]


def test_a_reminder_in_english() -> None:
    item = of(a_call(), language="en")[""]

    assert item.description.startswith("Phone call with Erika Muster: Wed 7 Oct, 14:30–15:00\nYou make the call.")


@pytest.mark.parametrize(
    "strict",
    [
        {"call": a_call(critical=True)},
        {"call": a_call(), "damaged": frozenset({ERIKA.key})},
        {"call": a_call(), "findings": [a_finding("damaged")]},
        {"call": a_call(), "findings": [BUFFER]},
    ],
    ids=["critical", "damaged by rating", "damaged by rule", "no buffer"],
)
def test_a_call_that_must_not_fail_is_announced_half_an_hour_ahead(strict: dict[str, object]) -> None:
    call = strict.pop("call")
    assert isinstance(call, Call)

    assert (time(14, 0), time(14, 30)) == local(of(call, **strict)[""])


def test_a_critical_call_gets_a_second_reminder_on_the_day_before() -> None:
    found = of(a_call(critical=True))

    assert found.keys() == {"", "eve"}
    assert date(2026, 10, 6) == found["eve"].start.astimezone(BERLIN).date()
    assert found["eve"].summary == "☎ Mi 14:30 Erika Muster"
    assert found["eve"].alarm_text == "Morgen: Erika Muster um 14:30 Uhr anrufen +49 30 901820"


def test_the_day_before_keeps_its_wall_time_across_a_clock_change() -> None:
    call = a_call(datetime(2026, 10, 25, 15, tzinfo=BERLIN).astimezone(NOW.tzinfo), critical=True)

    assert (time(16, 0), time(16, 10)) == local(of(call)["eve"])


def test_a_short_gap_gets_a_reminder_before_the_previous_appointment_ends() -> None:
    found = of(a_call(), findings=[BUFFER])

    assert found.keys() == {"", "buffer"}
    assert (time(14, 20), time(14, 25)) == local(found["buffer"])
    assert found["buffer"].summary == "Zum Ende kommen: ☎ 14:30 Erika Muster"
    assert (found["buffer"].rules, found["buffer"].location) == (("no_buffer",), "")


def test_a_call_that_begins_within_another_appointment_is_announced_half_an_hour_ahead() -> None:
    before = a_call(S - timedelta(minutes=30), uid="other@example.com", minutes=45).occurrence
    plain = a_planning()
    planning = replace(plain, context=replace(plain.context, busy=(before,)))

    assert ["14:00"] == [f"{item.start.astimezone(BERLIN):%H:%M}" for item in reminders(a_call(), planning)]
    off = replace(planning, disabled=frozenset({"no_buffer"}))
    assert ["14:20"] == [f"{item.start.astimezone(BERLIN):%H:%M}" for item in reminders(a_call(), off)]


def test_a_critical_call_without_a_gap_gets_two_reminders_and_no_third() -> None:
    assert of(a_call(critical=True), findings=[BUFFER]).keys() == {"", "eve"}


def test_where_the_day_before_is_over_the_short_gap_gets_its_reminder() -> None:
    assert of(a_call(critical=True), findings=[BUFFER], now=berlin(6, 20)).keys() == {"", "buffer"}


@pytest.mark.parametrize(
    ("minutes", "now", "expected"),
    [
        (10, NOW, {"", "buffer"}),
        (30, NOW, {""}),
        (26, NOW, {""}),
        (25, NOW, {"", "buffer"}),
        (10, S - timedelta(minutes=30), {""}),
    ],
    ids=["half an hour ahead", "at the same time", "nearly", "five minutes later", "only ten minutes are left"],
)
def test_the_end_of_the_previous_appointment_is_announced_beside_no_other_reminder(
    minutes: int, now: datetime, expected: set[str]
) -> None:
    ends = a_finding("no_buffer", Severity.ADVICE, at=S - timedelta(minutes=minutes))

    assert expected == of(a_call(), findings=[ends], now=now).keys()


def test_the_reminder_of_the_day_before_stands_beside_no_other_one() -> None:
    call = a_call(berlin(7, 0, 20), critical=True)
    settings = RemindersConfig(eve="23:50")

    assert {""} == of(call, settings=settings).keys()
    assert {"", "eve"} == of(call, settings=RemindersConfig(eve="23:45")).keys()


def test_reminders_of_the_day_before_stand_below_each_other() -> None:
    calls = [a_call(berlin(7, 9 + hour), uid=f"c{hour}", critical=True) for hour in range(8)]
    around = (a_call(berlin(7, 8), uid="ordinary"), a_call(berlin(6, 17), uid="today", critical=True), *calls)

    starts = [of(call, around=around)["eve"].start for call in calls]
    assert starts == [berlin(6, 16, min(10 * place, 50)) for place in range(8)]


def test_a_reminder_that_stands_on_the_day_before_counts_as_the_second_one() -> None:
    call = a_call(critical=True)
    changes = diff(plan([call], a_planning(), (reminders,)), [], {}, now=NOW, collections=COLLECTIONS).changes
    standing = [seen(change.data or b"", change.collection + change.href) for change in changes]

    strict = of(call, findings=[BUFFER], now=berlin(7, 8), observed=standing)
    calmed = of(replace(call, critical=False), findings=[BUFFER], now=berlin(7, 8), observed=standing)

    assert strict.keys() == {"", "eve"}
    assert calmed.keys() == {""}


def test_less_time_to_prepare_is_better_than_no_reminder() -> None:
    call = a_call(critical=True)

    assert (time(14, 0), time(14, 30)) == local(of(call, now=berlin(7, 13, 58))[""])
    assert (time(14, 20), time(14, 30)) == local(of(call, now=berlin(7, 14, 0))[""])


@pytest.mark.requirement(6)
def test_a_reminder_whose_moment_has_passed_is_wanted_but_not_written() -> None:
    now = S - timedelta(minutes=11)
    desired = plan([a_call()], a_planning(now), (reminders,))

    assert len(desired) == 1
    assert diff(desired, [], {}, now=now, collections=COLLECTIONS).changes == ()
    before = now - timedelta(seconds=1)
    assert len(diff(desired, [], {}, now=before, collections=COLLECTIONS).changes) == 1


def test_no_reminder_after_the_call_or_where_its_outcome_is_known() -> None:
    call = a_call()

    assert of(call, now=call.end) == {}
    assert of(call, settled=frozenset({call.key})) == {}
    assert of(call, now=call.end - timedelta(seconds=1)) != {}


@pytest.mark.requirement(23)
def test_an_unknown_zone_gets_no_reminder_at_a_guessed_time() -> None:
    assert of(a_call(zone_state="unknown", critical=True), findings=[BUFFER]) == {}


def test_a_vague_call_is_announced_at_the_beginning_of_its_window() -> None:
    window = Window(start=berlin(7, 9), end=berlin(7, 15), text="zwischen 9 und 15 Uhr")
    item = of(a_call(berlin(7, 9), minutes=360, window=window))[""]

    assert (time(9, 0), time(9, 10)) == local(item)
    assert item.summary == "☎ 09:00–15:00 Erika Muster"
    assert item.alarm_text == "Versprochen: Erika Muster anrufen, Mi., 7.10., 9–15 Uhr +49 30 901820"


@pytest.mark.parametrize(
    ("start", "end", "text", "expected"),
    [
        (berlin(7, 14), berlin(7, 16), "zwischen 14 und 16 Uhr", berlin(7, 14)),
        (berlin(7, 8), berlin(7, 18), "im Laufe des Tages", berlin(7, 9)),
        (berlin(5, 8), berlin(9, 18), "KW 41", berlin(5, 9)),
    ],
)
def test_an_all_day_call_is_announced_at_the_hour_that_its_text_gives(
    start: datetime, end: datetime, text: str, expected: datetime
) -> None:
    window = Window(start=start, end=end, text=text)
    item = of(a_call(berlin(7, 0), minutes=1440, window=window, all_day=True))[""]
    assert item.start == expected


def test_an_all_day_call_is_announced_when_the_days_work_begins() -> None:
    window = Window(start=berlin(7, 0), end=berlin(8, 0))
    item = of(a_call(berlin(7, 0), minutes=1440, window=window, all_day=True))[""]

    assert (time(9, 0), time(9, 10)) == local(item)
    assert item.summary == "☎ Mi., 7.10. Erika Muster"


def test_a_long_meeting_that_everybody_joins_has_its_minute() -> None:
    window = Window(start=S, end=S + timedelta(hours=3))
    call = a_call(minutes=180, kind="video", caller="dial_in", window=window)

    assert (time(14, 20), time(14, 30)) == local(of(call)[""])


@pytest.mark.requirement(27)
def test_a_number_that_nobody_vouches_for_is_shown_as_such_and_never_as_the_place() -> None:
    call = a_call(contact=replace(ERIKA, known=False), reach=replace(REACH, phone_origin="event", verified=False))
    item = of(call)[""]

    assert item.location == ""
    assert "820" not in item.alarm_text
    assert "+49 30 901820 (aus dem Termin, ungeprüft)" in item.description


@pytest.mark.requirement(27)
def test_links_and_markup_of_others_are_not_taken_over() -> None:
    call = a_call(
        kind="video",
        caller="dial_in",
        reach=Reach(url="https://zoom.us/j/1", vendor="zoom", pin="123456"),
        contact=Contact(key="x", name="Eve <b> https://evil.example/a\u202e"),
        summary="Jetzt https://evil.example/click öffnen",
    )
    item = of(call)[""]

    assert item.summary == "▶ 14:30 Eve ‹b›"
    assert "evil" not in item.description + item.alarm_text
    assert "://" not in item.description
    assert "PIN: 123456" in item.description
    assert "Link: im Termin" in item.description


def test_findings_stand_in_one_line_each() -> None:
    item = of(a_call(), findings=[a_finding(), a_finding("vague_time")])[""]

    assert item.description.endswith("\n• Sie werden angerufen.\n• Alle wählen sich ein.")
    assert item.rules == ("unconfirmed", "vague_time")


def test_the_other_sides_time_stands_beside_ours_where_it_differs() -> None:
    there = of(a_call(contact=replace(ERIKA, timezone="America/New_York")))[""]
    here = of(a_call(contact=replace(ERIKA, timezone="Europe/Vienna")))[""]

    assert "Bei Erika Muster ist es dann 8:30 Uhr." in there.description
    night = of(a_call(berlin(7, 2), contact=replace(ERIKA, timezone="America/New_York")))[""]
    assert "Bei Erika Muster ist es dann Di., 6.10., 20 Uhr." in night.description
    assert "ist es dann" not in here.description


def ringing(call: Call, *minutes: int, acknowledged: bool = False) -> Call:
    """The call, with alarms of its own so many minutes ahead."""
    alarms = tuple(Alarm(at=call.start - timedelta(minutes=each), acknowledged=acknowledged) for each in minutes)
    return replace(call, alarms=alarms)


def rings(items: dict[str, Item]) -> dict[str, bool]:
    return {role: item.alarm_before is not None for role, item in items.items()}


@pytest.mark.parametrize(
    ("minutes", "loud"),
    [((60,), False), ((2,), False), ((61,), True), ((1,), True), ((0,), True), ((-5,), True), ((1440, 15), False)],
)
def test_where_the_appointment_itself_rings_an_hour_to_two_minutes_ahead_ours_stands_quietly(
    minutes: tuple[int, ...], loud: bool
) -> None:
    found = of(ringing(a_call(), *minutes))

    assert {"": loud} == rings(found)
    assert (time(14, 20), time(14, 30)) == local(found[""])
    assert (not loud) == ringing(a_call(), *minutes).rings


def test_an_alarm_that_was_dismissed_no_longer_counts() -> None:
    assert {"": True} == rings(of(ringing(a_call(), 15, acknowledged=True)))
    assert not ringing(a_call(), 15, acknowledged=True).rings


@pytest.mark.parametrize(
    ("call", "more", "loud"),
    [
        (a_call(critical=True), {}, True),
        (a_call(), {"damaged": frozenset({ERIKA.key}), "findings": [a_finding("damaged", Severity.WARNING)]}, True),
        (a_call(), {"damaged": frozenset({ERIKA.key}), "findings": [a_finding("damaged", Severity.ADVICE)]}, False),
        (a_call(), {"findings": [a_finding("no_number", Severity.WARNING)]}, True),
        (a_call(), {"findings": [a_finding("threatened", Severity.CRITICAL)]}, True),
        (a_call(), {"findings": [a_finding("long_lead", Severity.ADVICE)]}, False),
        (a_call(), {"findings": [BUFFER]}, False),
    ],
    ids=["critical", "damaged", "damaged, and held since", "warning", "threatened", "advice", "no buffer"],
)
def test_what_must_not_fail_rings_beside_the_appointments_own_alarm(
    call: Call, more: dict[str, object], loud: bool
) -> None:
    assert {loud} == set(rings(of(ringing(call, 15), **more)).values())


def test_the_user_may_have_no_second_reminder_or_both_ringing() -> None:
    call = ringing(a_call(), 15)

    assert {} == of(call, settings=RemindersConfig(own_alarm="none"))
    assert {"": True} == rings(of(call, settings=RemindersConfig(own_alarm="ring")))
    assert {"": True} == rings(of(a_call(), settings=RemindersConfig(own_alarm="none")))
    grave = of(call, settings=RemindersConfig(own_alarm="none"), findings=[a_finding()])
    assert {"": True} == rings(grave)


def test_an_all_day_calls_alarm_at_midnight_does_not_silence_the_morning() -> None:
    window = Window(start=berlin(7, 0), end=berlin(8, 0))
    call = a_call(berlin(7, 0), minutes=1440, window=window, all_day=True)

    assert {"": True} == rings(of(ringing(call, 15)))


def test_ours_does_not_ring_after_the_appointments_alarm_rang_and_was_dismissed() -> None:
    call = ringing(a_call(), 15)
    changes = diff(plan([call], a_planning(), (reminders,)), [], {}, now=NOW, collections=COLLECTIONS).changes
    standing = [seen(change.data or b"", change.collection + change.href) for change in changes]
    dismissed = ringing(a_call(), 15, acknowledged=True)

    before = of(dismissed, observed=standing, now=S - timedelta(minutes=16))
    after = of(dismissed, observed=standing, now=S - timedelta(minutes=15))
    assert ({"": True}, {"": False}) == (rings(before), rings(after))
    unwritten = {"settings": RemindersConfig(own_alarm="none")}
    assert {"": True} == rings(of(dismissed, now=S - timedelta(minutes=16), **unwritten))
    assert {} == of(dismissed, now=S - timedelta(minutes=15), **unwritten)


def test_the_times_of_reminders_are_the_users_to_set() -> None:
    settings = RemindersConfig.model_validate({"lead": "20m", "strict_lead": "45m", "eve": "18:30"})

    assert (time(14, 10), time(14, 30)) == local(of(a_call(), settings=settings)[""])
    strict = of(a_call(critical=True), settings=settings)
    assert (time(13, 45), time(14, 30)) == local(strict[""])
    assert (time(18, 30), time(18, 40)) == local(strict["eve"])
    assert {""} == of(a_call(critical=True), settings=RemindersConfig(eve="")).keys()
    without_eve = of(a_call(critical=True), settings=RemindersConfig(eve=""), findings=[BUFFER])
    assert {"", "buffer"} == without_eve.keys()
