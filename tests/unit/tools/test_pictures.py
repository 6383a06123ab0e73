"""The pictures of a week show what the program really writes; without what takes them, the command says what to get."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from termintreu.config.file import load_config
from termintreu.judging.rules import rule_params
from tools.pictures import CONFIGURATION, NOISY, main, reminders

MONDAY = datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/Berlin"))


def test_the_week_after_holds_a_reminder_of_each_call_and_few_of_them_ring(tmp_path: Path) -> None:
    written = Calendar.from_ical(reminders(tmp_path, MONDAY, "").read_bytes()).walk("VEVENT")
    ringing = [str(event["SUMMARY"]) for event in written if event.walk("VALARM")]
    assert len(written) >= 15
    assert len(ringing) <= len(written) // 2
    assert any("Sommer" in title for title in ringing), "the critical call rings"


def test_the_configuration_of_the_week_before_is_one_that_the_program_takes(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(CONFIGURATION + NOISY)
    assert "ring" == load_config(file, rule_params()).config.reminders.own_alarm


def test_without_a_calendar_app_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert main() == 1
    assert "apt-get install thunderbird" in capsys.readouterr().err
