"""An option that has got another name: the old one is read, and told with the new one."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from termintreu.config.check import LoadedConfig, check, check_layers, check_shared, layer
from termintreu.config.renamed import RENAMED
from termintreu.config.schema import Config, Section
from termintreu.judging.rules import rule_params
from termintreu.model.errors import ConfigError

FILE = Path("config.toml")
NAMES = {
    "schedule.interval": "schedule.poll",
    "sources.*.every": "sources.*.poll",
    "me.zone": "timezone",
    "rules.gap": "rules.no_buffer",
    "secret": "target.password",
}
ACCOUNTS = """\
[[sources]]
name = "a"
type = "vdir"
path = "/a"
{a}
[[sources]]
name = "b"
type = "vdir"
path = "/b"
{b}
"""
TARGET = '[target]\nsource = "a"\n'


def read(text: str) -> LoadedConfig[Section]:
    return check(text, rule_params(), FILE, NAMES)


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return caught.value.problems


def test_an_old_name_is_read_and_told_with_the_new_one_and_its_line() -> None:
    loaded = read(ACCOUNTS.format(a="", b="") + TARGET + '[schedule]\ninterval = "9m"\n')
    assert timedelta(minutes=9) == loaded.config.schedule.poll
    assert (
        "config.toml:14: schedule.interval: is called schedule.poll now; the old name is still read",
    ) == loaded.warnings


def test_in_a_list_of_tables_each_is_told() -> None:
    loaded = read(ACCOUNTS.format(a='every = "1m"', b='every = "2m"') + TARGET)
    assert [timedelta(minutes=1), timedelta(minutes=2)] == [source.poll for source in loaded.config.sources]
    assert [
        "config.toml:5: sources[0].every: is called sources[0].poll now; the old name is still read",
        "config.toml:10: sources[1].every: is called sources[1].poll now; the old name is still read",
    ] == list(loaded.warnings)


def test_an_option_can_move_to_another_table_and_a_table_can_change_its_name() -> None:
    text = '[me]\nzone = "Europe/Vienna"\n[rules.gap]\nminutes = 12\n'
    loaded = read(text + ACCOUNTS.format(a="", b="") + TARGET)
    assert ("Europe/Vienna", 12) == (loaded.config.timezone, loaded.rule_params["no_buffer"].model_dump()["minutes"])
    assert ["timezone now", "rules.no_buffer now"] == re.findall(r"called (\S+ now)", " ".join(loaded.warnings))


def test_a_mistake_in_the_value_is_told_where_it_stands() -> None:
    (told,) = problems(ACCOUNTS.format(a="", b='every = "soon"') + TARGET)
    assert told.startswith('config.toml:10: sources[1].every: found "soon"; a duration such as')


def test_both_names_at_once_are_a_problem() -> None:
    text = ACCOUNTS.format(a="", b="") + TARGET + '[schedule]\npoll = "1m"\ninterval = "9m"\n'
    assert [
        "config.toml:15: schedule.interval: is called schedule.poll now, which is there, too; leave this one out"
    ] == problems(text)


def test_a_secret_under_an_old_name_stands_in_no_message() -> None:
    text = f'secret = "geheim-wie-nie"\nlanguage = "geheim-wie-nie"\n{ACCOUNTS.format(a="", b="")}{TARGET}'
    assert "geheim-wie-nie" not in " ".join(problems(text))


def test_of_several_people_each_is_told_of_their_own_names_and_all_of_them_once_of_the_shared_ones() -> None:
    shared = layer('[schedule]\ninterval = "9m"\n', Path("all.toml"))
    own = layer(ACCOUNTS.format(a='every = "1m"', b="") + TARGET, Path("anna.toml"))
    loaded = check_layers((own, shared), rule_params(), NAMES)
    assert (timedelta(minutes=9), timedelta(minutes=1)) == (
        loaded.config.schedule.poll,
        loaded.config.sources[0].poll,
    )
    assert ["anna.toml:5: sources[0].every"] == [told.partition(": is")[0] for told in loaded.warnings]
    assert ["all.toml:2: schedule.interval"] == [
        told.partition(": is")[0] for told in check_shared(shared, rule_params(), NAMES).renamed
    ]


def test_what_is_of_another_kind_than_it_should_be_is_left_to_the_schema() -> None:
    assert any("sources" in told for told in problems('sources = "none"\nschedule = 3\n' + TARGET))


def test_every_new_name_is_one_that_there_is() -> None:
    rules = rule_params()
    for new in RENAMED.values():
        parts = [part for part in new.split(".") if part != "*"]
        assert parts[0] in Config.model_fields
        assert parts[0] != "rules" or parts[1] in rules
