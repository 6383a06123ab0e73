"""The file that `termintreu init` writes."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from termintreu.config.check import check
from termintreu.config.profiles import load_profiles
from termintreu.judging.rules import rule_params
from termintreu.ui.cli.init import NewConfig
from termintreu.ui.cli.init_places import Account

GOLDEN = Path(__file__).with_name("written_by_init.toml")
PRINCIPAL = "https://cloud.example.com/remote.php/dav/principals/users/anna/"
ANNA = NewConfig(
    account=Account(place=PRINCIPAL, username="anna", password="x"),
    calendars=("Arbeit",),
    name="Anna Beispiel",
    emails=("anna@beispiel.example",),
    region="DE-BY",
    timezone="Europe/Berlin",
    hours={"mon": ("09:00-12:30", "13:30-17:30"), "fri": ("09:00-14:00",)},
    books=PRINCIPAL,
)
FOLDER = Path("/home/anna/.config/termintreu")


def answers() -> str:
    """What stands before all else that could be said, which every new option changes."""
    return ANNA.text(FOLDER).partition("\n# ---")[0] + "\n"


def test_what_was_answered_stands_as_it_was_agreed() -> None:
    """Where it should change: python -m tests.unit.ui.cli.test_init."""
    assert GOLDEN.read_text(encoding="utf-8") == answers()


def test_what_was_answered_stands_at_the_top_and_all_else_is_no_setting() -> None:
    text = ANNA.text(FOLDER)
    top, _, rest = text.partition("\n# -")
    answered = tomllib.loads(top)
    whole = tomllib.loads(text)
    assert answered == {key: value for key, value in whole.items() if key in answered}
    assert {} == {key: value for key, value in whole.items() if key not in answered and value and key != "rules"}
    assert [line for line in rest.splitlines() if line and line[0] not in "-#["] == []
    assert "#poll = " in rest


def test_the_servers_hours_stay_the_servers() -> None:
    text = NewConfig(account=ANNA.account, hours_of_server=True, timezone="Europe/Berlin").text(FOLDER)
    loaded = check(text, rule_params(), Path("config.toml"))
    assert "working_hours" not in loaded.config.me.model_fields_set


def test_a_person_among_others_may_have_such_a_file(tmp_path: Path) -> None:
    (tmp_path / "people.d").mkdir()
    (tmp_path / "people.d" / "anna.toml").write_text(ANNA.text(FOLDER))
    (tmp_path / "config.toml").write_text('profiles = "people.d"\n')
    assert "Anna Beispiel" == load_profiles(tmp_path / "config.toml", rule_params()).load("anna").config.me.name


@pytest.mark.parametrize(
    ("address", "poll"),
    [("https://caldav.gmx.net/begenda/dav/anna/", "5m"), ("https://caldav.web.de/x/", "5m"), (PRINCIPAL, None)],
)
def test_a_providers_pace_is_written_down(address: str, poll: str | None) -> None:
    books = address.replace("caldav.", "carddav.")
    text = NewConfig(account=replace(ANNA.account, place=address), books=books, timezone="Europe/Berlin").text(FOLDER)
    whole = tomllib.loads(text)
    assert [poll, poll] == [whole[table][0].get("poll") for table in ("sources", "address_books")]
    assert () == check(text, rule_params(), Path("config.toml")).warnings


def test_books_on_another_server_get_the_log_in_once_more() -> None:
    account = replace(ANNA.account, place="https://caldav.fastmail.com/")
    whole = tomllib.loads(NewConfig(account=account, books="https://carddav.fastmail.com/").text(FOLDER))
    [source], [book] = whole["sources"], whole["address_books"]
    assert (source["username"], source["password"]) == (book["username"], book["password"])
    assert "login" not in book


if __name__ == "__main__":
    GOLDEN.write_text(answers(), encoding="utf-8")
