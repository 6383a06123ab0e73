"""What call logs show of a call: matching, outcomes, suspicions, and what is never concluded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from termintreu.judging.evidence import excuse_guard, gather, runs_past, said_by_logs, what_the_log_shows
from termintreu.model import Call, Contact, Evidence, History, LogEntry, LogState, Reach
from termintreu.model.log_entries import merged
from termintreu.model.texts import Texts
from tests.factories import BERLIN, at, call, window

NOW = at("2026-11-23 18:00")
CALL = call("2026-11-23 10:00", key="k" * 16)
THEIRS = replace(CALL, caller="them")
LIVE = LogState(name="pbx", complete_until=NOW, newest=NOW)


def entry(time: str, direction: Any = "out", seconds: int = 0, number: str = "030901820", **more: Any) -> LogEntry:
    more.setdefault("reached", seconds > 0)
    return LogEntry(
        log=more.pop("log", "pbx"),
        at=at(f"2026-11-23 {time}"),
        direction=direction,
        number=number,
        talked=timedelta(seconds=seconds),
        **more,
    )


def shown(
    *entries: LogEntry,
    one: Call = CALL,
    logs: Sequence[LogState] = (LIVE,),
    now: datetime = NOW,
    others: Sequence[Call] = (),
) -> Evidence:
    states = {log.name: log for log in logs}
    return gather([one, *others], entries, states, country="DE", now=now)[one.key]


def told(evidence: Evidence, one: Call = CALL, language: Any = "de") -> str:
    return Texts(language=language, zone=BERLIN).render(what_the_log_shows(evidence, one))


@pytest.mark.parametrize(
    ("entries", "outcome", "late"),
    [
        ([entry("10:00", seconds=600)], "held", None),
        ([entry("09:55", seconds=600)], "held", None),
        ([entry("09:50", seconds=1200)], "held", None),
        ([entry("09:50", seconds=300)], None, None),
        ([entry("10:05", seconds=600)], "held", None),
        ([entry("10:05:01", seconds=600)], "late", 6),
        ([entry("10:20", seconds=600)], "late", 20),
        ([entry("11:00", seconds=600)], "late", 60),
        ([entry("11:00:01", seconds=600)], None, None),
        ([entry("10:00"), entry("10:12", seconds=600)], "held", None),
        ([entry("10:07"), entry("10:12", seconds=600)], "late", 7),
        ([entry("10:02", "in", 600)], "held", None),
        ([entry("10:08", "in", 600)], "late", 8),
        ([entry("10:00")], "noshow", None),
        ([entry("10:10")], "noshow", None),
        ([entry("10:10:01")], None, None),
        ([entry("10:00", seconds=19)], "noshow", None),
        ([entry("10:00", seconds=20)], "held", None),
        ([entry("10:00", seconds=40, reached=False, voicemail=True)], "noshow", None),
        ([entry("10:00", seconds=60, rounded=True)], None, None),
        ([entry("10:00", seconds=120, rounded=True)], "held", None),
        ([entry("10:00"), entry("10:01", "in")], None, None),
        ([], None, None),
    ],
)
def test_a_call_that_was_mine_to_make(entries: list[LogEntry], outcome: str | None, late: int | None) -> None:
    evidence = shown(*entries)
    assert (outcome, late) == (evidence.outcome, evidence.late_minutes)


@pytest.mark.parametrize(
    ("entries", "outcome", "late", "suspected"),
    [
        ([entry("10:02", "in", 600)], "held", None, False),
        ([entry("10:20", "in", 600)], "held", None, False),
        ([entry("10:02", "in")], None, None, True),
        ([entry("10:02", "in", 30, reached=False, voicemail=True)], None, None, True),
        ([entry("10:02", "in"), entry("10:20", seconds=600)], "late", 20, False),
        ([entry("10:12", seconds=600)], "held", None, False),
        ([entry("10:08")], "noshow", None, False),
        ([], None, None, False),
    ],
)
def test_a_call_that_was_theirs_to_make(
    entries: list[LogEntry], outcome: str | None, late: int | None, suspected: bool
) -> None:
    evidence = shown(*entries, one=THEIRS)
    assert (outcome, late, suspected) == (evidence.outcome, evidence.late_minutes, evidence.suspected_miss)


@pytest.mark.parametrize(
    ("entries", "suspected"),
    [
        ([entry("10:02", "in")], True),
        ([entry("10:02", "in", 30, reached=False, voicemail=True)], True),
        ([entry("10:00"), entry("10:02", "in")], False),
        ([entry("10:02", "in"), entry("10:08")], False),
    ],
)
def test_a_call_that_was_ours_to_make_was_not_made_because_they_called_in_vain(
    entries: list[LogEntry], suspected: bool
) -> None:
    evidence = shown(*entries)
    assert (None, suspected) == (evidence.outcome, evidence.suspected_miss)
    assert "nicht angenommen" in told(evidence)


def test_where_nobody_said_who_calls_lateness_is_nobodys() -> None:
    unclear = replace(CALL, caller="unclear")
    assert "held" == shown(entry("10:20", seconds=600), one=unclear).outcome
    assert "held" == shown(entry("10:02", "in"), entry("10:20", seconds=600), one=unclear).outcome
    assert "noshow" == shown(entry("10:00"), one=unclear).outcome
    assert not shown(one=unclear).suspected_miss


def test_an_empty_log_is_a_suspicion_and_says_no_outcome() -> None:
    evidence = shown()
    assert (True, True, None) == (evidence.suspected_miss, evidence.healthy, evidence.outcome)
    assert () == said_by_logs([CALL], {CALL.key: evidence}, History(), NOW)


@pytest.mark.parametrize(
    ("log", "suspected"),
    [
        (LIVE, True),
        (replace(LIVE, complete_until=None), False),
        (replace(LIVE, complete_until=at("2026-11-23 10:39")), False),
        (replace(LIVE, complete_until=at("2026-11-23 10:40")), True),
        (replace(LIVE, complete_until=at("2026-11-23 10:09"), shows_running=True), False),
        (replace(LIVE, complete_until=at("2026-11-23 10:10"), shows_running=True), True),
        (replace(LIVE, newest=at("2026-11-16 10:00")), True),
        (replace(LIVE, newest=at("2026-11-16 09:59")), False),
        (replace(LIVE, newest=None), True),
    ],
)
def test_only_a_log_that_is_kept_up_and_was_read_since_raises_a_suspicion(log: LogState, suspected: bool) -> None:
    assert suspected == shown(logs=[log]).suspected_miss


def test_another_log_that_was_not_read_since_may_still_show_the_call() -> None:
    mobile = LogState(name="mobile", complete_until=at("2026-11-23 02:00"), newest=at("2026-11-23 02:00"))
    assert not shown(logs=[LIVE, mobile]).suspected_miss
    abandoned = replace(mobile, newest=at("2026-10-01 02:00"), complete_until=at("2026-10-01 02:00"))
    assert shown(logs=[LIVE, abandoned]).suspected_miss


def test_tries_that_came_too_late_are_a_suspicion_and_not_the_other_sides_failure() -> None:
    evidence = shown(entry("10:25"))
    assert (None, True) == (evidence.outcome, evidence.suspected_miss)


def test_before_its_time_is_over_nothing_is_concluded_of_a_try() -> None:
    early = at("2026-11-23 10:09")
    evidence = shown(entry("10:00"), now=early, logs=[replace(LIVE, complete_until=early)])
    assert (None, 1) == (evidence.outcome, len(evidence.attempts))
    assert {} == gather([CALL], [], {"pbx": LIVE}, country="DE", now=at("2026-11-23 09:54"))


def test_entries_after_now_do_not_count() -> None:
    assert None is shown(entry("10:00", seconds=600), now=at("2026-11-23 09:58")).outcome


@pytest.mark.parametrize(
    ("number", "prefixes", "matches"),
    [
        ("030901820", (), True),
        ("+4930901820", (), True),
        ("004930901820", (), True),
        ("4930901820", (), True),
        ("0030901820", ("0",), True),
        ("0030901820", (), True),
        ("0030901820", ("9",), False),
        ("9030901820", ("0", "9"), True),
        ("901820", (), True),
        ("0309018212", (), True),
        ("03090182012", (), True),
        ("030901821", (), False),
        ("040901820", (), False),
        ("820", (), False),
        ("", (), False),
    ],
)
def test_numbers_are_compared_as_they_are_dialled(number: str, prefixes: tuple[str, ...], matches: bool) -> None:
    evidence = shown(entry("10:00", seconds=600, number=number), logs=[replace(LIVE, prefixes=prefixes)])
    assert matches == (evidence.outcome == "held")


def test_a_mobile_number_has_no_extensions() -> None:
    mobile = replace(CALL, reach=Reach(phone="+491701234567"), contact=Contact(key="x", name="X"))
    assert None is shown(entry("10:00", seconds=600, number="01701234567890"), one=mobile).outcome
    assert "held" == shown(entry("10:00", seconds=600, number="01701234567"), one=mobile).outcome


def test_every_number_of_the_contact_counts() -> None:
    person = Contact(key="e", name="Erika", phones=("+4930901820", "+491701234567"), known=True)
    assert "held" == shown(entry("10:00", "in", 600, "01701234567"), one=replace(CALL, contact=person)).outcome


def test_forwarded_and_internal_calls_and_other_logs_say_nothing() -> None:
    for other in (
        entry("10:00", seconds=600, forwarded=True),
        entry("10:00", seconds=600, internal=True),
        entry("10:00", seconds=600, log="gone"),
    ):
        assert None is shown(other).outcome


def test_a_call_between_two_appointments_belongs_to_the_nearer() -> None:
    second = call("2026-11-23 10:40", key="m" * 16)
    both = gather([CALL, second], [entry("10:25", seconds=600)], {"pbx": LIVE}, country="DE", now=NOW)
    assert ("late", None) == (both[CALL.key].outcome, both[second.key].outcome)
    near = gather([CALL, second], [entry("10:38", seconds=600)], {"pbx": LIVE}, country="DE", now=NOW)
    assert (None, "held") == (near[CALL.key].outcome, near[second.key].outcome)


def test_a_window_is_kept_by_a_call_at_any_minute_of_it() -> None:
    vague = replace(CALL, window=window("2026-11-23 09:00", "2026-11-23 12:00", "zwischen 9 und 12"))
    assert "held" == shown(entry("11:50", seconds=600), one=vague).outcome
    assert "late" == shown(entry("12:20", seconds=600), one=vague).outcome
    assert shown(one=vague).suspected_miss


def test_one_call_in_two_logs_is_one_try() -> None:
    mobile = LogState(name="mobile", complete_until=NOW)
    evidence = shown(entry("10:00"), entry("10:00:40", log="mobile"), entry("10:12"), logs=[LIVE, mobile])
    assert 2 == len(evidence.attempts)


def test_of_several_lines_of_one_call_the_one_that_was_answered_counts() -> None:
    rang, answered = entry("10:00", "in", id="7"), entry("10:00", "in", 300, id="7")
    assert [answered] == merged([rang, answered]) == merged([answered, rang])


def test_a_running_call_is_told_as_one_and_its_end_replaces_it() -> None:
    running = entry("10:00", seconds=1800, running=True, id="7", rounded=True)
    evidence = shown(running, now=at("2026-11-23 10:35"), logs=[replace(LIVE, complete_until=at("2026-11-23 10:35"))])
    assert ("held", True, None) == (evidence.outcome, evidence.running, evidence.ended_at)
    assert at("2026-11-23 10:35") == runs_past(evidence, CALL.end, at("2026-11-23 10:35"))
    ended = entry("10:00", seconds=2400, id="7", rounded=True)
    after = shown(*merged([running, ended]))
    assert (False, at("2026-11-23 10:40")) == (after.running, after.ended_at)
    assert at("2026-11-23 10:40") == runs_past(after, CALL.end, NOW)
    assert None is runs_past(shown(entry("10:00", seconds=600)), CALL.end, NOW)


def test_a_call_that_rings_still_is_no_failed_try() -> None:
    now = at("2026-11-23 10:30")
    log = replace(LIVE, shows_running=True, complete_until=now)
    evidence = shown(entry("10:00", reached=False, running=True), now=now, logs=[log])
    assert (None, False, ()) == (evidence.outcome, evidence.suspected_miss, evidence.attempts)


def test_a_talk_later_on_is_known() -> None:
    evidence = shown(entry("10:00"), entry("15:00", "in", 300))
    assert ("noshow", at("2026-11-23 15:00"), True) == (evidence.outcome, evidence.talked_later_at, evidence.reached)


def test_the_log_says_each_thing_once_and_takes_back_what_it_does_not_show_any_more() -> None:
    first = said_by_logs([CALL], {CALL.key: shown(entry("10:00"))}, History(), NOW)
    assert [("noshow", "log", 1, "pbx")] == [(one.outcome, one.origin, one.attempts, one.note) for one in first]
    known = History(answers={CALL.key: first})
    later = NOW + timedelta(hours=1)
    assert () == said_by_logs([CALL], {CALL.key: shown(entry("10:00"))}, known, later)
    (held,) = said_by_logs([CALL], {CALL.key: shown(entry("10:00"), entry("10:09", seconds=99))}, known, later)
    assert ("held", 1) == (held.outcome, held.attempts)
    (back,) = said_by_logs([CALL], {CALL.key: shown()}, known, later)
    assert "unknown" == back.outcome
    unread = shown(logs=[replace(LIVE, complete_until=None)])
    assert () == said_by_logs([CALL], {CALL.key: unread}, known, later)


def test_what_the_log_said_of_a_call_is_taken_back_when_it_is_moved_ahead() -> None:
    known = History(answers={CALL.key: said_by_logs([CALL], {CALL.key: shown(entry("10:00"))}, History(), NOW)})
    moved = call("2026-11-25 10:00", key=CALL.key)
    assert ["unknown"] == [one.outcome for one in said_by_logs([moved], {}, known, NOW)]


@pytest.mark.parametrize(
    ("entries", "one", "german", "english"),
    [
        (
            [],
            CALL,
            "Laut Anrufliste: kein Anruf an +49 30 901820 (9:55–10:10 Uhr).",
            "Call log: no call to +49 30 901820 (09:55–10:10).",
        ),
        (
            [],
            THEIRS,
            "Laut Anrufliste: kein Anruf von +49 30 901820 (9:55–10:10 Uhr).",
            "Call log: no call from +49 30 901820 (09:55–10:10).",
        ),
        (
            [entry("10:00"), entry("10:12")],
            CALL,
            "Laut Anrufliste: 2 Versuche, 10 und 10:12 Uhr, nicht erreicht.",
            "Call log: 2 attempts, 10:00 and 10:12, nobody reached.",
        ),
        (
            [entry("10:00")],
            CALL,
            "Laut Anrufliste: 1 Versuch, 10 Uhr, nicht erreicht.",
            "Call log: 1 attempt, 10:00, nobody reached.",
        ),
        (
            [entry("10:12", seconds=300)],
            CALL,
            "Laut Anrufliste: Gespräch ab 10:12 Uhr; der erste Versuch kam 12 Minuten zu spät.",
            "Call log: the call began at 10:12; the first try was 12 minutes late.",
        ),
        (
            [entry("10:03", "in")],
            THEIRS,
            "Laut Anrufliste: Anruf für Sie um 10:03 Uhr, nicht angenommen.",
            "Call log: they called at 10:03, and the call was not answered.",
        ),
        (
            [entry("10:00"), entry("10:04", seconds=300)],
            CALL,
            "Laut Anrufliste: Gespräch ab 10:04 Uhr, nach 1 Versuch.",
            "Call log: the call began at 10:04, after 1 attempt.",
        ),
    ],
)
def test_one_plain_sentence(entries: list[LogEntry], one: Call, german: str, english: str) -> None:
    evidence = shown(*entries, one=one)
    assert (german, english) == (told(evidence, one), told(evidence, one, "en"))


@pytest.mark.parametrize(
    ("note", "tries", "refuted"),
    [
        ("Habe 5x versucht, niemand da", 2, True),
        ("Habe 2x versucht", 2, False),
        ("fünfmal angerufen", 4, True),
        ("I tried five times", 5, False),
        ("tried to reach her 3 times", 1, True),
        ("mehrmals versucht", 1, True),
        ("versucht: 4x", 3, True),
        ("Leitung war besetzt", 0, True),
        ("Leitung war besetzt", 1, False),
        ("the line was busy", 0, True),
        ("besetzte Stelle, Angebot über 5x Lizenz", 0, False),
        ("um 10 angerufen werden", 0, False),
        ("Angebot besprechen", 0, False),
    ],
)
def test_excuses_that_the_log_refutes(note: str, tries: int, refuted: bool) -> None:
    evidence = shown(*(entry(f"10:0{minute}") for minute in range(tries)))
    found = excuse_guard([note], evidence)
    assert refuted == (found is not None)
    if found is not None:
        sentence = Texts(language="de", zone=BERLIN).render(found)
        assert ("kein Versuch" in sentence) == (tries == 0)


def test_a_log_that_was_not_read_refutes_nobody() -> None:
    unread = shown(logs=[replace(LIVE, complete_until=None)])
    assert None is excuse_guard(["5x versucht"], unread)
    assert None is excuse_guard(["5x versucht"], shown(entry("10:00", seconds=600)))


def test_without_a_log_or_a_number_there_is_no_evidence() -> None:
    assert {} == gather([CALL], [], {}, country="DE", now=NOW)
    bare = replace(CALL, reach=Reach(), contact=Contact(key="x", name="X"))
    assert {} == gather([bare], [], {"pbx": LIVE}, country="DE", now=NOW)
