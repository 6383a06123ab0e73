"""The labelled entries are whole, and what is measured on them is what they say."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tools.detection import BUILT_ON, Figures, Judged, by_evidence, figures, judged, part_of, rows, table

FIELDS = (
    "id", "trade", "lang", "country", "summary", "location", "description", "all_day", "minutes", "attendees", "call",
    "kind", "phone", "pin", "url", "name", "names_ok", "window", "note",
)  # fmt: skip
ROWS = list(rows())


def row(**more: Any) -> dict[str, Any]:
    return dict.fromkeys(FIELDS) | {
        "id": "x", "lang": "de", "country": "DE", "summary": "", "location": "", "description": "", "all_day": False,
        "minutes": 30, "attendees": [], "call": False, "names_ok": [],
    } | more  # fmt: skip


def test_there_are_enough_of_each_kind_and_none_twice() -> None:
    assert len(ROWS) == len({one["id"] for one in ROWS}) >= 2300
    assert sum(not one["description"] for one in ROWS) >= 2000
    assert sum(bool(one["description"]) for one in ROWS) >= 300
    assert 0.45 < sum(one["call"] for one in ROWS) / len(ROWS) < 0.55
    hashed = [one for one in ROWS if one["id"][0] not in BUILT_ON]
    assert 0.45 < sum(part_of(one["id"]) == "measured" for one in hashed) / len(hashed) < 0.55


def test_every_entry_is_whole() -> None:
    for one in ROWS:
        assert FIELDS == tuple(one), one["id"]
        assert (one["kind"] is None) == (not one["call"]), one["id"]
        assert one["call"] or not any(one[name] for name in ("phone", "pin", "url", "name", "window")), one["id"]
        assert one["phone"] is None or re.fullmatch(r"\+[1-9]\d{6,14}", one["phone"]), one["id"]
        assert one["pin"] is None or one["pin"].isdigit(), one["id"]


def test_an_entry_never_changes_its_part() -> None:
    told = {name: part_of(name) for name in ("a-0001", "a-0005", "b-0002", "b-0003")}
    assert {"a-0001": "measured", "a-0005": "known", "b-0002": "measured", "b-0003": "known"} == told


def test_what_is_built_on_is_known_whatever_its_hash_says() -> None:
    assert {"known"} == {part_of(f"{letter}-{number:04}") for letter in BUILT_ON for number in range(1, 100)}


def test_what_is_measured_is_what_the_labels_say() -> None:
    labelled = [
        row(summary="Telefonat mit Erika Muster", call=True, kind="phone", name="Erika Muster"),
        row(summary="Anruf Herr Seidl 030 23125 111", call=True, kind="phone", phone="+493023125111", name="Frau Kern"),
        row(summary="Telefonat mit Max", call=False),
        row(summary="Zahnarzt", call=True, kind="video"),
        row(summary="Mittagessen"),
    ]
    found = figures([judged(one) for one in labelled])
    assert (5, 2 / 3, 2 / 3, 2 / 3) == (found.entries, found.precision, found.recall, pytest.approx(found.f1))
    assert (1.0, 1.0, 0.5) == (found.kind, found.number, found.name)
    assert found.pin != found.pin  # nothing to be measured


def test_the_table_tells_both_parts_and_the_gap_between_them() -> None:
    everything = [Judged(row=one, found=None) for one in ROWS]
    lines = list(table(everything))
    assert ["known", "measured", "gap"] == [line.split()[0] for line in lines[1:4]]
    assert isinstance(figures(everything), Figures)


def test_what_was_found_is_told_by_its_evidence() -> None:
    labelled = [
        row(summary="Telefonat mit Erika Muster", call=True, kind="phone"),
        row(summary="Anruf Herr Seidl", call=False),
        row(summary="Zoom mit Max", call=True, kind="video"),
    ]
    assert [
        "      2  0.500  the title says phone call",
        "      1  1.000  the title names a video service",
    ] == list(by_evidence([judged(one) for one in labelled]))
