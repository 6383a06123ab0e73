"""What was detected once is not detected again, and it is never anything else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from termintreu.config import MeConfig
from termintreu.model import Occurrence
from termintreu.recognition.detection import Detector, detect
from termintreu.recognition.detection import detector as remembering
from tests.unit.recognition.detection.helpers import read_event

ROWS = (Path(__file__).parents[3] / "data" / "calls.jsonl").read_text(encoding="utf-8").splitlines()
ME = MeConfig(name="Anna Beispiel", emails=["anna@beispiel.de"], region="DE")


def occurrences() -> list[Occurrence]:
    """Every labelled event as the program reads it."""
    return [read_event(json.loads(row)["ics_event"]) for row in ROWS]


def test_time_and_place_in_the_calendar_change_nothing_that_is_detected() -> None:
    labelled = occurrences()
    assert len(labelled) > 150
    detector = Detector()
    for one in labelled:
        later = replace(
            one,
            source="other",
            collection="/d/",
            href="/d/f.ics",
            uid="another",
            recurrence_id=None,
            start=one.start + timedelta(days=3, minutes=7),
            end=one.end + timedelta(days=5, minutes=9),
            zone="Asia/Tokyo",
            zone_state="custom",
            tzid="Tokyo",
            local_start=datetime(2026, 1, 1),
            series=not one.series,
            overridden=not one.overridden,
            previous_start=one.start,
            created=one.start,
            last_modified=one.start,
            sequence=9,
            status="TENTATIVE",
            transparent=not one.transparent,
            alarms=(one.start - timedelta(minutes=15),),
            travel=timedelta(minutes=30),
        )
        assert {name for name in remembering.WHEN_AND_WHERE if getattr(one, name) == getattr(later, name)} <= {
            "recurrence_id",
            "status",
        }
        for visits in (False, True):
            assert detect(one, me=ME, visits=visits) == detector(one, me=ME, visits=visits)
            assert detect(later, me=ME, visits=visits) == detector(later, me=ME, visits=visits)


def test_what_is_known_is_not_looked_at_again_until_nobody_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def counting(occurrence: Occurrence, *, me: MeConfig, visits: bool, told: bool) -> None:
        looked.append(occurrence.uid)

    monkeypatch.setattr(remembering, "detect", counting)
    one = occurrences()[0]
    detector = Detector()
    detector(one, me=ME)
    detector.forget()
    detector(replace(one, uid="moved"), me=ME)
    assert [one.uid] == looked
    detector(replace(one, summary="another"), me=ME)
    assert 2 == len(looked)
    detector.forget()
    detector.forget()
    detector(one, me=ME)
    assert 3 == len(looked)
