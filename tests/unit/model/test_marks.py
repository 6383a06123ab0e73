"""Keys, UIDs and marks are a format: whoever changes them doubles every user's items."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from termintreu.model.marks import (
    Mark,
    call_key,
    has_own_mark,
    is_own_uid,
    item_uid,
    read_mark,
    recurrence_text,
    resource_name,
)


@pytest.mark.requirement(11)
def test_the_uid_of_a_slot_and_generation_never_changes() -> None:
    key = call_key("abc@example.com", datetime(2026, 10, 6, 14, 30, tzinfo=ZoneInfo("Europe/Berlin")))

    assert key == "a024ceed9f487b89"
    assert item_uid("5d2c0b7e9b1f7a3c/reminder/", 0) == "termintreu-720ef575-ab26-58ec-be8a-d3fb90e55461"


@pytest.mark.requirement(11)
def test_every_part_of_a_slot_and_the_generation_tells_uids_apart() -> None:
    parts = [(f"{key}/{kind}/{role}", n) for key in "ab" for kind in ("x", "y") for role in ("", "eve") for n in (0, 1)]

    assert len(parts) == len({item_uid(slot, generation) for slot, generation in parts})


def test_a_recurrence_id_is_the_same_in_every_zone_that_names_the_same_instant() -> None:
    berlin = datetime(2026, 10, 6, 14, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    assert recurrence_text(berlin) == recurrence_text(berlin.astimezone(UTC)) == "20261006T123000Z"
    assert recurrence_text(datetime(2026, 10, 6, 14, 30)) == "20261006T143000"
    assert recurrence_text(date(2026, 10, 6)) == "20261006"


def test_a_resource_name_needs_no_encoding() -> None:
    name = resource_name(item_uid("5d2c0b7e9b1f7a3c/reminder/eve", 3))

    assert name.endswith(".ics")
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")


@pytest.mark.parametrize("role", ["", "eve", "10"])
def test_a_mark_is_read_as_it_was_written(role: str) -> None:
    mark = Mark(kind="reminder", call_key="5d2c0b7e9b1f7a3c", generation=2, role=role)

    assert mark == read_mark(str(mark))
    assert mark == read_mark(str(mark).replace(";", "\\;"))


def test_the_mark_of_the_item_before_a_call_has_four_parts() -> None:
    assert str(Mark(kind="reminder", call_key="5d2c0b7e9b1f7a3c", generation=0)) == "1;reminder;5d2c0b7e9b1f7a3c;0"


@pytest.mark.parametrize(
    "text", ["", "1", "2;reminder;5d2c0b7e9b1f7a3c;0", "1;party;5d2c0b7e9b1f7a3c;0", "1;reminder;xyz;0", "1;reminder;;"]
)
def test_other_text_is_no_mark(text: str) -> None:
    assert read_mark(text) is None


def test_a_uid_that_only_begins_like_ours_is_not_ours() -> None:
    assert is_own_uid("termintreu-7f0c8c1e-2f0e-5a53-9d0e-3c1f6a0b9e11")
    assert not is_own_uid("termintreu-weekly-sync@example.com")
    assert not is_own_uid("7f0c8c1e-2f0e-5a53-9d0e-3c1f6a0b9e11")


@pytest.mark.requirement(10)
@pytest.mark.parametrize(
    "marks",
    [
        {"uid": "TERMINTREU-1"},
        {"id_property": "1;reminder;5d2c0b7e9b1f7a3c;0"},
        {"categories": ["Work", " Termintreu"]},
        {"description": "copied\n-- termintreu \n"},
    ],
)
def test_each_of_the_four_marks_alone_excludes_an_appointment(marks: dict[str, object]) -> None:
    nothing: dict[str, object] = {"uid": "a", "id_property": None, "categories": [], "description": "termintreu"}

    assert not has_own_mark(**nothing)  # type: ignore[arg-type]  # a table of keyword arguments
    assert has_own_mark(**{**nothing, **marks})  # type: ignore[arg-type]  # a table of keyword arguments
