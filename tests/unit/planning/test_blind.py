"""The tasks about what is not seen, as they are written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from termintreu.judging.blindness import Trouble
from termintreu.model import Item
from termintreu.planning.blind import blind
from tests.unit.planning.making import NOW, a_planning

HOUR = timedelta(hours=1)


def written(language: str = "de", *, credential: bool = False, **more: Any) -> list[Item]:
    given: dict[str, Any] = {"kind": "login", "name": "work", "begun": NOW, "last": NOW, "seen": NOW - HOUR, **more}
    by_credential = frozenset({"work"}) if credential else frozenset[str]()
    planning = a_planning(language=language)
    return list(blind(replace(planning, troubles=(Trouble(**given),), by_credential=by_credential)))


def test_our_own_calendars_cannot_say_that_they_cannot_be_written() -> None:
    assert [] == written(watched="target")


@pytest.mark.parametrize(("credential", "restart"), [(True, True), (False, False)])
def test_a_credential_of_the_service_manager_asks_for_a_restart(credential: bool, restart: bool) -> None:
    [item] = written(credential=credential)
    assert restart == ("starten Sie den Dienst neu" in item.description)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", ["login", "unread", "unlisted", "log", "certificate", "clock", "disk"])
def test_each_title_fits_a_telephone_and_each_task_asks_for_something(kind: str, language: str) -> None:
    long = "A calendar whose name somebody made very long indeed"
    [item] = written(
        language,
        kind=kind,
        name=long,
        title=long if kind == "unlisted" else "",
        begun=NOW - 4 * HOUR,
        awake=3 * HOUR,
        looks=3,
        ends_at=NOW + 24 * HOUR,
    )
    assert len(item.summary) <= 60
    assert "\n→ " in item.description


def test_a_trouble_that_is_over_has_no_task() -> None:
    assert [] == written(healed_at=NOW)
