"""Where our own collections may stand: in a folder, never in a single file."""

from __future__ import annotations

from pathlib import Path

import pytest

from termintreu.config.check import check
from termintreu.model.errors import ConfigError

SOURCE = '[[sources]]\nname = "files"\ntype = "vdir"\npath = "{}"\n'
WANTED = "a folder is wanted, for a single file is read, never written"


def problems(text: str) -> list[str]:
    try:
        check(text, {}, Path("config.toml"))
    except ConfigError as error:
        return error.problems
    return []


@pytest.mark.parametrize("path", ["/home/anna/calendar.ics", "~/Calendar.ICS"])
def test_a_single_file_is_no_target(path: str) -> None:
    by_type = SOURCE.format("/home/anna/calendars") + f'[target]\ntype = "vdir"\npath = "{path}"\n'
    assert [f"config.toml:7: target.path: found a single file; {WANTED}"] == problems(by_type)
    by_name = SOURCE.format(path) + '[target]\nsource = "files"\n'
    expected = f'config.toml:6: target.source: found "files", which is a single file; {WANTED}'
    assert [expected] == problems(by_name)


def test_a_folder_is_a_target_and_a_single_file_a_source() -> None:
    assert [] == problems(
        SOURCE.format("/home/anna/calendar.ics") + '[target]\ntype = "vdir"\npath = "/home/anna/ics"\n'
    )
    assert [] == problems(SOURCE.format("/home/anna/calendars") + '[target]\nsource = "files"\n')


def test_our_own_calendars_are_found_again_by_the_names_that_servers_give_back() -> None:
    text = SOURCE.format("/home/anna/calendars") + '[target]\nsource = "files"\n'
    target = check(
        text + 'reminders = " Termintreu \\u200e"\ntasks = "Meine  Aufgaben"\n', {}, Path("c.toml")
    ).config.target
    assert ("Termintreu", "Meine Aufgaben") == (target.reminders, target.tasks)
    assert 1 == len(problems(text + 'reminders = "\\u200e "\n'))
