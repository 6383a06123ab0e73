"""The relationship with each contact, and how its ratings came about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from termintreu.judging.outcomes import BY_THEM
from termintreu.judging.rating import rating
from termintreu.judging.relationships import Relationship, as_json, matching, relationships
from termintreu.model import Answer, CallRecord, History, Move
from tests.factories import BERLIN, at

NOW = at("2026-11-23 15:00")
DAY = timedelta(days=1)


def record(days_ago: float, key: str = "", **more: Any) -> CallRecord:
    start = NOW - days_ago * DAY
    fields: dict[str, Any] = {
        "key": key or f"call-{days_ago}",
        "uid": f"uid-{days_ago}",
        "recurrence_id": None,
        "contact_key": "erika@muster.example",
        "contact_name": "Erika Muster",
        "kind": "phone",
        "start": start,
        "end": start + timedelta(minutes=30),
        "first_seen": start - 9 * DAY,
        "last_seen": start,
    }
    return CallRecord(**fields | more)


def said(of: CallRecord, outcome: Any, origin: Any = "answer", after: float = 1 / 24, **more: Any) -> Answer:
    return Answer(call_key=of.key, outcome=outcome, origin=origin, recorded_at=of.start + after * DAY, **more)


def history(*calls: CallRecord, answers: tuple[Answer, ...] = ()) -> History:
    keys = {answer.call_key for answer in answers}
    return History(
        calls={one.key: one for one in calls},
        answers={key: tuple(one for one in answers if one.call_key == key) for key in keys},
    )


def only(known: History) -> Relationship:
    (one,) = relationships(known, NOW).values()
    return one


def test_length_and_intensity_stand_beside_the_rating() -> None:
    calls = [record(days) for days in range(0, 361, 30)]
    one = only(history(*calls, answers=tuple(said(call, "held") for call in calls[1:])))
    assert NOW - 360 * DAY == one.since
    assert 3.3 == round(one.calls_per_quarter, 1)
    assert pytest.approx(0.88, abs=0.01) == one.ours == one.theirs


def test_calls_that_were_called_off_are_none_of_the_intensity() -> None:
    gone = record(10, gone_at=NOW - 20 * DAY, moves=(Move(old_start=NOW, new_start=None, seen_at=NOW - 20 * DAY),))
    assert 1.0 == only(history(record(20), gone)).calls_per_quarter


def test_a_relationship_whose_first_call_is_to_come_begins_now() -> None:
    one = only(history(record(-3)))
    assert (NOW, 0.5, 0.5, ()) == (one.since, one.ours, one.theirs, one.rated_calls)


def test_each_call_shows_what_it_counts_for_on_both_sides() -> None:
    held, missed, noshow, open_one = record(180), record(90), record(30), record(1)
    told = (
        said(held, "held", "task"),
        said(missed, "missed", "word"),
        said(missed, "unknown", "task", after=0.03, made_good_at=missed.start + timedelta(minutes=40)),
        said(noshow, "noshow", "log"),
    )
    entries = only(history(held, missed, noshow, open_one, answers=told)).rated_calls
    assert [("held", "task"), ("missed", "word"), ("noshow", "log"), ("unknown", None)] == [
        (one.outcome, one.origin) for one in entries
    ]
    kept, failed = entries[0].count("ours"), entries[1].count("ours")
    assert kept is not None
    assert failed is not None
    assert (True, 1.0, 0.5) == (kept.kept, kept.weight, kept.left)
    assert (False, 1.5, pytest.approx(1.5 * 0.5**0.5)) == (failed.kept, failed.weight, failed.left)
    assert missed.start + timedelta(minutes=40) == entries[1].made_good_at
    assert entries[1].count("theirs") is None
    assert [("ours", True), ("theirs", False)] == [(one.side, one.kept) for one in entries[2].counts]
    assert () == entries[3].counts


def test_what_is_shown_adds_up_to_the_rating() -> None:
    calls = [record(days, critical=days == 40) for days in range(5, 400, 35)]
    words = ["held", "missed", "late", "noshow", "cancelled", "cancelled_late"]
    told = tuple(said(call, words[place % 6]) for place, call in enumerate(calls))
    moved = record(2, moves=(Move(old_start=NOW - 3 * DAY, new_start=NOW - 2 * DAY, seen_at=NOW - 9 * DAY),))
    one = only(history(*calls, moved, answers=told))
    for side, shown in (("ours", one.ours), ("theirs", one.theirs)):
        counts = [count for entry in one.rated_calls for count in entry.counts if count.side == side]
        kept, failed = (sum(count.left for count in counts if count.kept is good) for good in (True, False))
        assert pytest.approx(shown) == (kept + 1) / (kept + failed + 2)
    assert pytest.approx(one.ours) == rating(one.experiences, "ours", NOW)


def test_a_move_is_an_entry_of_its_own_at_the_time_that_was_promised() -> None:
    old = NOW - 2 * DAY
    moved = record(1, moves=(Move(old_start=old, new_start=NOW - DAY, seen_at=old - timedelta(hours=3), by_me=False),))
    entries = only(history(moved, answers=(said(moved, "held"),))).rated_calls
    assert [(old, "moved"), (moved.start, "held")] == [(one.at, one.outcome) for one in entries]
    assert [("theirs", 1.0)] == [(one.side, one.weight) for one in entries[0].counts]
    ahead = replace(moved, start=NOW + DAY, end=NOW + DAY)
    assert ["moved"] == [one.outcome for one in only(history(ahead)).rated_calls]
    put_off = Move(old_start=NOW + DAY, new_start=NOW + 2 * DAY, seen_at=NOW - DAY)
    assert () == only(history(record(-2, moves=(put_off,)))).rated_calls


def test_who_was_overruled_is_shown_beside_who_decided() -> None:
    call = record(1)
    (entry,) = only(history(call, answers=(said(call, "missed", "log"), said(call, "held", "task")))).rated_calls
    assert ("held", "task", (("log", "missed"),)) == (entry.outcome, entry.origin, entry.overruled)
    gone = record(1, gone_at=NOW - 3 * DAY)
    (entry,) = only(history(gone, answers=(said(gone, "held"),))).rated_calls
    assert (("calendar", "cancelled"),) == entry.overruled


def test_the_json_is_what_was_promised() -> None:
    call = record(1)
    one = as_json(only(history(call, answers=(said(call, "cancelled_late", note=BY_THEM),))), BERLIN)
    assert {"key", "name", "ours", "theirs", "since", "calls_per_quarter", "calls"} == one.keys()
    assert ("erika@muster.example", "Erika Muster", "2026-11-22") == (one["key"], one["name"], one["since"])
    (shown,) = one["calls"]
    assert {"uid": "uid-1", "start": "2026-11-22T15:00:00+01:00", "outcome": "cancelled_late", "from": "answer"} == {
        name: shown[name] for name in ("uid", "start", "outcome", "from")
    }
    assert ["theirs"] == list(shown["counts"])
    assert (0.5, 0.33) == (one["ours"], round(one["theirs"], 2))


def test_a_name_that_is_kept_no_longer_is_the_newest_known_else_the_key_stands_for_it() -> None:
    bare = history(
        record(100, contact_name=""), record(1), record(90, key="b", contact_key="name:jan oz", contact_name="")
    )
    assert ["Erika Muster", "jan oz"] == [one.label for one in relationships(bare, NOW).values()]


def test_a_contact_is_found_by_key_name_and_part_of_them_exact_ones_first() -> None:
    calls = [
        record(1, key=name, contact_name=name, contact_key=f"{place}@x.example")
        for place, name in enumerate(["Jörg Müller", "Anna", "Anna Bohm", "Straßner"])
    ]
    known = list(relationships(history(*calls), NOW).values())

    def names(text: str | None, *keys: str) -> list[str]:
        return [one.name for one in matching(known, text, keys)]

    assert ["Anna", "Anna Bohm", "Jörg Müller", "Straßner"] == names(None)
    assert ["Anna"] == names("ANNA")
    assert ["Anna", "Anna Bohm"] == names("ann")
    assert ["Jörg Müller"] == names("MUELLER") == names("jörg")
    assert ["Straßner"] == names("STRASSNER") == names("3@x.example")
    assert ["Anna Bohm"] == names("anna", "2@x.example")
    assert [] == names("Niemand")
