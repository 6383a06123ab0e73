"""From a calendar to reminders: which stand before a call, when each begins and whether it rings.

`reminders/<case>/` holds `calendar.ics`, and in `case.toml` the moment (`now`), what differs from the ordinary
configuration (`config`; `config.reminders` is [reminders]), the calls whose appointment rings itself (`rings`, by UID,
or by "UID date" in a series), and every reminder that is expected (`reminders`, by start; `alarm` is when it pops up).
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from termintreu.config import RemindersConfig
from termintreu.model import Call, Item
from termintreu.model.texts import Texts
from termintreu.planning import Planning, plan
from termintreu.planning.items.render import rings_at
from termintreu.planning.reminders import reminders
from tests.golden.test_rules import ZONE, judged

CASES = Path(__file__).parent / "reminders"


def local(instant: datetime) -> str:
    return instant.astimezone(ZONE).isoformat()


def told(item: Item) -> dict[str, str]:
    """A reminder as a case writes it."""
    alarm = {} if item.alarm_before is None else {"alarm": local(rings_at(item))}
    assert item.end is not None
    return {"summary": item.summary, "start": local(item.start), "end": local(item.end), **alarm}


def named(call: Call) -> str:
    """A call as a case names it."""
    return (
        f"{call.occurrence.uid} {call.start.astimezone(ZONE).date()}" if call.occurrence.series else call.occurrence.uid
    )


def planned(folder: Path, case: dict[str, Any]) -> tuple[list[str], list[dict[str, str]]]:
    """The calls that ring themselves, and the reminders."""
    context, findings = judged(folder, case)
    planning = Planning(
        context=context,
        texts=Texts(language="de", zone=ZONE),
        findings=findings,
        reminders=RemindersConfig.model_validate(case.get("config", {}).get("reminders", {})),
    )
    items = plan(context.calls, planning, (reminders,))
    ringing = [named(call) for call in context.calls if call.rings]
    return ringing, [told(item) for item in items if item.kind == "reminder"]


FOLDERS = sorted(path.parent for path in CASES.glob("*/case.toml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_calendar_gives_exactly_these_reminders(folder: Path) -> None:
    case = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    assert (case["rings"], case["reminders"]) == planned(folder, case)


def test_there_are_cases_with_and_without_an_alarm() -> None:
    cases = [tomllib.loads((folder / "case.toml").read_text(encoding="utf-8")) for folder in FOLDERS]
    assert {True, False} == {"alarm" in one for case in cases for one in case["reminders"]}
