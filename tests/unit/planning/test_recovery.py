"""The call back, the amends, the look after a week, the talk, and one sentence for a wait: when each is written, when
it goes, and that none of them holds an excuse, a reproach or a lament."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termintreu.judging.call_history import first_record
from termintreu.judging.outcomes import Verdict, statements
from termintreu.judging.recovered_history import as_call
from termintreu.judging.rules.after import MissedByUsParams
from termintreu.model import Call, Evidence, Item, ItemRecord, ItemStatus, Observed, Outcome, Window
from termintreu.model.marks import item_uid
from termintreu.planning import plan
from termintreu.planning.amends import amends
from termintreu.planning.items.render import render_item
from termintreu.planning.recovery import recovery
from termintreu.recognition.detection import find_words
from tests.comparing import diff
from tests.unit.planning.making import COLLECTIONS, TASKS, S, a_call, a_planning, berlin, seen

CALL = a_call()
SOON = S + timedelta(minutes=14)
SLOT = (berlin(8, 11), berlin(8, 11, 30))


def said(outcome: Outcome, at: datetime = SOON, **more: Any) -> dict[str, Verdict]:
    return {CALL.key: Verdict(outcome=outcome, origin="word", at=at, **more)}


MISSED = said("missed")


def steps(now: datetime, verdicts: dict[str, Verdict] | None = None, one: Call = CALL, **more: Any) -> list[Item]:
    more.setdefault("free_times_for", lambda _: (SLOT,))
    planning = a_planning(now, verdicts=verdicts, **more)
    return [*recovery(one, planning), *amends(one, planning)]


def the(items: list[Item]) -> Item:
    (item,) = items
    return item


@cache
def stored(item: Item, now: datetime, done_at: datetime | None = None) -> Observed:
    uid = item_uid(item.slot, 0)
    data = render_item(item, uid=uid, generation=0, now=now)
    if done_at is not None:
        ticked = f"STATUS:COMPLETED\r\nCOMPLETED:{done_at.astimezone(UTC):%Y%m%dT%H%M%SZ}".encode()
        data = data.replace(b"STATUS:NEEDS-ACTION", ticked)
    return seen(data, f"{TASKS.href}{uid}.ics")


def a_record(item: Item, status: ItemStatus) -> ItemRecord:
    """What is remembered of an item that is gone."""
    found = stored(item, SOON)
    return ItemRecord(
        slot=item.slot,
        uid=found.uid,
        generation=0,
        collection=TASKS.href,
        href=found.href,
        etag=None,
        fingerprint=found.fingerprint,
        status=status,
        anchor=found.anchor,
        recorded_at=SOON,
    )


def shown(**more: Any) -> dict[str, Evidence]:
    fields: dict[str, Any] = {
        "since": S - timedelta(minutes=5),
        "until": S + timedelta(minutes=10),
        "log": "pbx",
        "healthy": True,
        **more,
    }
    return {CALL.key: Evidence(call_key=CALL.key, **fields)}


WEEK = 7 * 24 * 60
BACK = the(steps(SOON, MISSED))
"""The call back, as it is first written."""


def test_a_miss_asks_to_call_back_at_once_and_offers_times() -> None:
    item = the(steps(SOON, MISSED))
    assert item.summary == "Erika Muster, Mi 14:30: jetzt anrufen"
    assert (item.kind, item.component, item.priority, item.rules) == (
        "recovery",
        "VTODO",
        1,
        ("missed_by_us", "recovery"),
    )
    assert (item.start, item.due) == (SOON + timedelta(minutes=3), SOON + timedelta(minutes=63))
    assert "– Do., 8.10., 11 Uhr" in item.description.splitlines()
    assert (item.contact_key, item.details and item.details.uid) == (CALL.contact.key, CALL.occurrence.uid)
    assert "+49 30 901820" in item.alarm_text


def test_what_to_say_owns_it_and_names_who_waited() -> None:
    mine = the(steps(SOON, MISSED)).description.splitlines()
    start = mine.index("So können Sie es sagen:")
    assert [
        (
            "„Guten Tag, Erika Muster, hier ist Anna Beispiel. Sie haben heute um 14:30 Uhr auf meinen Anruf gewartet, "
            "und ich habe nicht angerufen.“"
        ),
        "Hören Sie zu. Dann:",
        (
            "„Das war mein Fehler, bitte entschuldigen Sie. Haben Sie jetzt Zeit, oder rufe ich Sie am Donnerstag, 8. "
            "Oktober, um 11 Uhr an?“"
        ),
        "Ein klarer Satz genügt.",
    ] == mine[start + 1 : start + 5]
    tomorrow = the(steps(SOON + timedelta(days=1), MISSED)).description
    assert "Sie haben am Mittwoch, 7. Oktober, um 14:30 Uhr auf meinen Anruf gewartet" in tomorrow
    assert "Guten Tag, Erika Muster. Sie haben" in the(steps(SOON, MISSED, name="")).description
    address = replace(CALL, contact=replace(CALL.contact, name="erika@muster.example"))
    assert "„Guten Tag, hier ist Anna Beispiel. Sie" in the(steps(SOON, MISSED, address)).description


def test_what_to_say_fits_who_was_to_call() -> None:
    video = the(steps(SOON, MISSED, a_call(kind="video", caller="dial_in"))).description
    assert "Sie haben heute um 14:30 Uhr auf mich gewartet, und ich war nicht da." in video
    theirs = the(steps(SOON, MISSED, a_call(caller="them"), evidence=shown(not_taken=(S,))))
    assert "und ich habe nicht abgenommen" in theirs.description
    assert theirs.summary == "Erika Muster, Mi 14:30: jetzt zurückrufen"
    both = the(steps(SOON, MISSED, evidence=shown(not_taken=(S,)))).description
    assert "auf meinen Anruf gewartet, und ich habe nicht angerufen." in both


def test_an_offer_on_the_same_day_names_the_hour_alone() -> None:
    item = the(steps(SOON, MISSED, free_times_for=lambda _: ((berlin(7, 16), berlin(7, 16, 30)),), language="en"))
    assert "Is now a good time, or shall I call you at 16:00?”" in item.description
    assert "You waited for me. I will call you again at 16:00.”" in item.description


def test_without_a_free_time_they_are_asked_for_one() -> None:
    item = the(steps(SOON, MISSED, free_times_for=lambda _: ()))
    assert "Haben Sie jetzt Zeit, oder wann darf ich Sie anrufen?“" in item.description
    assert "Ich rufe Sie um … Uhr wieder an.“" in item.description


def test_what_is_said_to_somebody_elsewhere_has_their_time() -> None:
    contact = replace(CALL.contact, timezone="America/New_York")
    item = the(steps(SOON, MISSED, replace(CALL, contact=contact)))
    assert "Sie haben heute um 8:30 Uhr auf meinen Anruf gewartet" in item.description
    assert "rufe ich Sie am Donnerstag, 8. Oktober, um 5 Uhr an?" in item.description


def test_a_second_time_nobody_apologises_again() -> None:
    before = a_call(S - timedelta(days=7), uid="before")
    calls = {before.key: first_record(before, before.start)}
    verdicts = {**MISSED, before.key: Verdict(outcome="missed", origin="word", at=before.end)}
    again = the(steps(SOON, verdicts, calls=calls)).description
    assert "und ich habe wieder nicht angerufen.“" in again
    assert "entschuldigen" not in again
    assert "„Das war mein Fehler. Was kann ich jetzt für Sie tun? Haben Sie jetzt Zeit" in again

    held = {**MISSED, before.key: Verdict(outcome="held", origin="word", at=before.end)}
    assert "bitte entschuldigen Sie" in the(steps(SOON, held, calls=calls)).description
    stranger = {before.key: replace(calls[before.key], contact_key="else")}
    assert "bitte entschuldigen Sie" in the(steps(SOON, verdicts, calls=stranger)).description


def test_what_the_task_says_of_a_call_stays_when_the_appointment_is_deleted() -> None:
    item = the(steps(SOON, MISSED))
    left = as_call(replace(first_record(CALL, CALL.start), gone_at=SOON), None)
    planning = a_planning(
        SOON, verdicts=MISSED, observed=[stored(item, SOON)], past=(left,), free_times_for=lambda _: (SLOT,)
    )
    (again,) = plan([], planning)
    assert item.description == again.description
    assert "Im Kalender: „Angebot besprechen“" in again.description


def test_where_no_minute_was_agreed_none_is_named() -> None:
    some_time = a_call(window=Window(start=S, end=S + timedelta(hours=3), text="nachmittags"))
    item = the(steps(SOON, MISSED, some_time))
    assert "Sie haben heute auf meinen Anruf gewartet, und ich habe nicht angerufen." in item.description
    assert item.summary == "Erika Muster, Mi 14:30–17:30: jetzt anrufen"


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (S + timedelta(minutes=20), S + timedelta(minutes=83)),
        (berlin(7, 23), berlin(8, 10)),
        (berlin(8, 19), berlin(9, 10)),
    ],
    ids=["an hour after the alarm", "not at night", "known a day later, in the evening"],
)
def test_it_is_due_an_hour_after_its_alarm_at_the_earliest(now: datetime, due: datetime) -> None:
    assert due == the(steps(now, MISSED)).due


def test_its_minutes_are_configured() -> None:
    params = {"missed_by_us": MissedByUsParams(minutes=90)}
    assert S + timedelta(minutes=90) == the(steps(SOON, MISSED, params=params)).due


def test_a_standing_call_back_keeps_its_times_and_slots() -> None:
    first = the(steps(SOON, MISSED))
    later = SOON + timedelta(hours=3)
    other = (berlin(9, 11), berlin(9, 11, 30))
    again = the(steps(later, MISSED, observed=[stored(first, SOON)], free_times_for=lambda _: (other,)))
    assert (first.start, first.due, first.description) == (again.start, again.due, again.description)


@pytest.mark.parametrize("outcome", ["held", "noshow", "cancelled", "late"])
def test_any_other_outcome_takes_the_open_steps_back(outcome: Outcome) -> None:
    first = the(steps(SOON, MISSED))
    assert steps(SOON, said(outcome), observed=[stored(first, SOON)]) == []


def test_nothing_is_said_before_the_call_has_begun() -> None:
    assert steps(S - timedelta(minutes=1), MISSED) == []


def test_what_was_said_a_week_ago_starts_nothing_new_and_what_stands_stays() -> None:
    later = SOON + timedelta(days=7)
    assert steps(later, MISSED) == []
    assert ["recovery"] == [one.kind for one in steps(later, MISSED, observed=[stored(the(steps(SOON, MISSED)), SOON)])]


def test_the_open_steps_are_let_rest_with_the_time_of_special_care() -> None:
    first = stored(the(steps(SOON, MISSED)), SOON)
    assert len(steps(S + timedelta(days=59), MISSED, observed=[first])) == 1
    (closed,) = steps(S + timedelta(days=60), MISSED, observed=[first])
    assert (True, "missed_by_us:3") == (closed.closed, closed.basis)
    assert steps(S + timedelta(days=60), MISSED) == []


def test_a_silent_log_asks_as_much_as_it_advises() -> None:
    item = the(steps(SOON, evidence=shown(suspected_miss=True)))
    assert item.summary == "Erika Muster, Mi 14:30: gesprochen? Sonst anrufen"
    assert "Laut Anrufliste: kein Anruf an +49 30 901820 (14:25–14:40 Uhr)." in item.description
    assert item.rules == ("missed_by_us",)


def test_a_silent_log_says_nothing_where_somebody_talked_later_or_the_user_knows_better() -> None:
    talked = shown(suspected_miss=True, talked_later_at=S + timedelta(hours=1))
    assert steps(SOON, evidence=talked) == []
    assert steps(SOON, said("held"), evidence=shown(suspected_miss=True)) == []


def test_a_silent_log_of_long_ago_or_before_the_first_start_is_no_matter() -> None:
    silent = shown(suspected_miss=True)
    assert steps(S + timedelta(days=2), evidence=silent) == []
    assert steps(SOON, evidence=silent, asked_since=CALL.end + timedelta(minutes=1)) == []


def test_a_suspicion_that_proves_right_does_not_ring_again() -> None:
    silent = shown(suspected_miss=True)
    first = the(steps(SOON, evidence=silent))
    later = SOON + timedelta(minutes=10)
    assert first.start < later < (first.due or later)
    wanted = steps(later, MISSED, evidence=silent, observed=[stored(first, SOON)])
    (change,) = diff(wanted, [stored(first, SOON)], {}, now=later, collections=COLLECTIONS).changes
    assert (change.action, change.start, change.due) == ("update", first.start, first.due)


def test_claims_that_the_log_does_not_show_are_named() -> None:
    call = a_call(summary="Erika Muster: dreimal angerufen, besetzt")
    item = the(steps(SOON, said("missed"), call, evidence=shown(suspected_miss=True)))
    assert "In der Anrufliste steht kein Versuch. Sprechen Sie nicht von Versuchen." in item.description
    assert "excuse_guard" in item.rules
    off = the(steps(SOON, MISSED, call, evidence=shown(suspected_miss=True), disabled=frozenset({"excuse_guard"})))
    assert ("missed_by_us", "recovery") == off.rules


def test_amends_follow_the_call_back_on_the_next_workday_and_a_look_a_week_after_it() -> None:
    back = the(steps(SOON, MISSED))
    done = stored(back, SOON, done_at=S + timedelta(minutes=40))
    assert [one.kind for one in steps(S + timedelta(minutes=45), MISSED, observed=[stored(back, SOON)])] == ["recovery"]

    _, second = steps(S + timedelta(minutes=45), MISSED, observed=[done])
    assert (second.kind, second.start, second.due) == ("amends", berlin(8, 10), berlin(8, 17))
    assert second.rules == ("recovery",)

    later = berlin(9, 12)
    _, _, third = steps(later, MISSED, observed=[done, stored(second, SOON, done_at=later)])
    assert (third.kind, third.start, third.due) == ("check", berlin(14, 10), berlin(14, 17))


def test_a_week_after_the_call_back_all_is_looked_at_whatever_became_of_the_amends_unless_they_were_deleted() -> None:
    back = the(steps(SOON, MISSED))
    done, week_later = stored(back, SOON, done_at=SOON), berlin(14, 8)
    second = steps(SOON, MISSED, observed=[done])[1]
    assert "check" not in {one.kind for one in steps(berlin(13, 9), MISSED, observed=[done, stored(second, SOON)])}
    assert "check" in {one.kind for one in steps(berlin(13, 10), MISSED, observed=[done, stored(second, SOON)])}
    for made in (stored(second, SOON), stored(second, SOON, done_at=berlin(9, 9))):
        *_, last = steps(week_later, MISSED, observed=[done, made])
        assert (last.kind, last.start) == ("check", berlin(14, 10))

    cancelled = replace(stored(second, SOON), declined=True)
    assert "check" not in {one.kind for one in steps(week_later, MISSED, observed=[done, cancelled])}
    gone: tuple[tuple[ItemStatus, bool], ...] = (("live", False), ("dismissed", False), ("done", True))
    for status, follows in gone:
        record = a_record(second, status=status)
        kinds = {one.kind for one in steps(week_later, MISSED, observed=[done], remembered={second.slot: record})}
        assert follows == ("check" in kinds), status


def test_amends_of_a_friday_wait_for_monday_and_are_made_up_for_after_a_pause() -> None:
    friday = a_call(berlin(9, 16))
    verdicts = {friday.key: Verdict(outcome="missed", origin="word", at=berlin(9, 17))}
    back = the(steps(berlin(9, 17), verdicts, friday))
    done = stored(back, berlin(9, 17), done_at=berlin(9, 17, 30))
    _, second = steps(berlin(9, 18), verdicts, friday, observed=[done])
    assert berlin(12, 10) == second.start
    _, late = steps(berlin(14, 19), verdicts, friday, observed=[done])
    assert berlin(15, 9) == late.start
    assert [one.kind for one in steps(berlin(19, 10), verdicts, friday, observed=[done])] == ["check"]


def test_the_steps_after_the_call_back_go_with_their_rule() -> None:
    done = stored(the(steps(SOON, MISSED)), SOON, done_at=SOON)
    planning = a_planning(SOON, verdicts=MISSED, observed=[done], disabled=frozenset({"recovery"}))
    items = plan([CALL], planning)
    assert ["recovery"] == [one.kind for one in items]
    assert "nächsten Arbeitstag" not in items[0].description


def test_a_call_that_is_not_looked_at_any_more_has_its_steps_all_the_same() -> None:
    item = the(steps(SOON, MISSED))
    planning = a_planning(S + timedelta(days=9), verdicts=MISSED, observed=[stored(item, SOON)], past=(CALL,))
    assert [item.slot] == [one.slot for one in plan([], planning)]


@pytest.mark.parametrize(("minutes", "asked"), [(15, True), (14, False), (None, False)])
def test_a_wait_of_a_quarter_of_an_hour_is_acknowledged(minutes: int | None, asked: bool) -> None:
    items = steps(SOON, said("late", late_minutes=minutes))
    assert asked == bool(items)
    for item in items:
        assert (item.kind, item.role, item.rules, item.priority) == ("recovery", "late", ("late",), 5)
        assert "„Sie haben 15 Minuten auf mich gewartet." in item.description


@pytest.mark.parametrize(("known", "due"), [((8, 15, 50), (8, 17, 0)), ((8, 16, 10), (9, 17, 0))])
def test_a_step_that_begins_late_in_the_day_is_due_at_the_end_of_a_days_work(
    known: tuple[int, int, int], due: tuple[int, int, int]
) -> None:
    late = said("late", at=berlin(*known), late_minutes=20)
    assert berlin(*due) == the(steps(berlin(*known), late)).due


def test_a_tick_of_the_acknowledgement_says_nothing_of_a_miss() -> None:
    item = the(steps(SOON, said("late", late_minutes=20)))
    done = stored(item, SOON, done_at=SOON)
    history = a_planning(SOON).context.history
    assert statements([], {done.href: done}, history, SOON + timedelta(hours=1)) == ()


def test_too_many_failures_ask_for_a_talk_once() -> None:
    item = the(steps(SOON, said("late", late_minutes=None), talks={CALL.key: 2}))
    assert (item.kind, item.role, item.rules) == ("amends", "talk", ("repeat",))
    assert "Anrufe, die in den letzten 180 Tagen nicht wie vereinbart liefen: 2." in item.description
    assert berlin(9, 10) == item.start
    assert steps(S + timedelta(days=7), talks={CALL.key: 2}) == []
    assert the(steps(S + timedelta(days=8), talks={CALL.key: 2}, observed=[stored(item, SOON)])).start == item.start


@given(
    minutes=st.integers(0, 70 * 24 * 60),
    known=st.integers(0, 70 * 24 * 60),
    outcome=st.sampled_from(["missed", "late", "held", "noshow", None]),
    silent=st.booleans(),
    back=st.integers(0, 40 * 24 * 60) | st.none(),
)
@settings(max_examples=80, deadline=None)
def test_whatever_is_new_lies_ahead_and_a_call_has_one_open_recovery(
    minutes: int, known: int, outcome: Outcome | None, silent: bool, back: int | None
) -> None:
    """Also after any pause: what is past its use is not begun."""
    now = S + timedelta(minutes=minutes)
    verdicts = said(outcome, S + timedelta(minutes=min(known, minutes)), late_minutes=20) if outcome else None
    observed = []
    if back is not None:
        observed = [stored(BACK, SOON, done_at=S + timedelta(minutes=min(back, minutes)))]
    items = steps(now, verdicts, evidence=shown(suspected_miss=silent), observed=observed, talks={CALL.key: 2})
    new = [item for item in items if item.slot != BACK.slot or back is None]
    assert all(now < item.start < (item.due or now) for item in new)
    assert len([item for item in items if item.kind == "recovery"]) <= 1
    last_event = max(0, min(known, minutes) if outcome else 0, min(back, minutes) if back is not None else 0)
    assert all(minutes - last_event < (2 * WEEK if item.kind == "check" else WEEK) for item in new)


def everything(language: str) -> Iterator[Item]:
    """Every task that this part can write, in all its variants."""
    for call in (CALL, a_call(caller="them"), a_call(kind="video", caller="dial_in"), a_call(kind="visit")):
        for evidence in (None, shown(suspected_miss=True), shown(not_taken=(S,)), shown(talked_later_at=S)):
            if call.kind == "visit" and evidence is not None:
                continue
            for verdicts in (MISSED, said("late", late_minutes=20), None):
                more: dict[str, Any] = {"evidence": evidence, "talks": {CALL.key: 3}, "language": language}
                items = steps(SOON, verdicts, call, **more)
                yield from items
                done = [stored(item, SOON, done_at=SOON) for item in items if item.kind == "recovery"]
                second = steps(SOON, verdicts, call, observed=done, **more)
                yield from second
                done += [stored(item, SOON, done_at=SOON) for item in second if item.kind == "amends" and not item.role]
                yield from steps(SOON, verdicts, call, observed=done, **more)


NEVER = (
    # excuses
    "stau", "technisch", "technik", "besetzt", "empfang", "akku", "verbindung", "funkloch", "viel zu tun", "hektik",
    "stress", "krank", "leider", "dummerweise", "untergegangen", "durchgerutscht", "dazwischen", "missverst",
    "versehen", "vergessen", "umstände", "weil", "mehrfach versucht", "nicht erreichen können", "traffic", "technical",
    "busy", "reception", "battery", "connection", "in a rush", "stressful", "unfortunately", "slipped", "came up",
    "misunderstanding", "by accident", "forgot", "circumstances", "because", "tried to reach", "could not reach",
    # reproaches
    "ihre schuld", "schuld an", "versagt", "versäum", "unzuverlässig", "sie hätten", "hätten sie", "nachlässig",
    "schon wieder", "endlich", "blame", "your fault", "you failed", "you should have", "unreliable", "careless",
    "yet again", "finally",
    # laments and pathos
    "katastrophe", "unverzeihlich", "zutiefst", "aufrichtig", "von herzen", "unendlich", "furchtbar", "schrecklich",
    "peinlich", "beschämt", "enttäusch", "vertrauensbruch", "nie wieder", "schwör", "bestürz", "disaster",
    "unforgivable", "deeply", "sincerely", "heartfelt", "terribl", "awful", "ashamed", "embarrass", "disappoint",
    "betray", "never again", "swear", "!",
)  # fmt: skip
"""What whoever waited has heard too often."""


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_text_holds_an_excuse_a_reproach_or_a_lament(language: str) -> None:
    items = list(everything(language))
    assert {("recovery", ""), ("recovery", "late"), ("amends", ""), ("amends", "talk"), ("check", "")} == {
        (item.kind, item.role) for item in items
    }
    for item in items:
        text = "\n".join((item.summary, item.description, item.alarm_text)).casefold()
        assert [] == [phrase for phrase in NEVER if phrase in text], text


def test_the_user_is_addressed_formally() -> None:
    for item in everything("de"):
        assert re.search(r"\b(?:du|dir|dich|dein\w*)\b", f"{item.summary}\n{item.description}", re.IGNORECASE) is None


@pytest.mark.parametrize("language", ["de", "en"])
def test_our_own_words_are_no_answer(language: str) -> None:
    for item in everything(language):
        found = stored(item, SOON)
        assert () == statements([], {found.href: found}, a_planning(SOON).context.history, SOON)
        assert find_words(item.summary) == frozenset()


def test_a_silent_log_says_nothing_of_a_call_of_private_life() -> None:
    silent = shown(suspected_miss=True)
    planning = a_planning(SOON, evidence=silent)
    private = replace(planning, context=replace(planning.context, private=frozenset({"work"})))
    assert [] != list(recovery(CALL, planning))
    assert [] == list(recovery(CALL, private))
