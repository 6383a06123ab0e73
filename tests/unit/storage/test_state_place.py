"""Where the state may stand, as the configuration says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from termintreu.config.check import check
from termintreu.judging.rules import rule_params
from termintreu.model.errors import ConfigError

ACCOUNT = '[[sources]]\nname = "work"\ntype = "vdir"\npath = "/x"\n[target]\nsource = "work"\n[state]\n'


def problems(state: str) -> list[str]:
    try:
        check(ACCOUNT + state, rule_params(), Path("config.toml"))
    except ConfigError as error:
        return error.problems
    return []


@pytest.mark.parametrize(
    "state",
    [
        'url = "postgresql://termintreu@db.example/termintreu"',
        'url = "postgresql://db.example:5433/termintreu?sslmode=verify-full"\npassword = { credential = "database" }',
        'url = "postgresql:///termintreu?host=/run/postgresql"',
    ],
)
def test_a_database_may_hold_the_state(state: str) -> None:
    assert [] == problems(state)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ('url = "mysql://db.example/x"', "8: state.url: an address such as"),
        ('url = "postgresql://db.example"', "8: state.url: an address such as"),
        ('url = "postgresql://t:geheim@db.example/x"', "8: state.url: a password stands in the address"),
        ('url = "postgresql://db.example/x?password=geheim"', "8: state.url: a password stands in the address"),
        ('url = "postgresql://db.example/x"\npath = "/var/lib"', "8: state.url: there is a path, too"),
    ],
)
def test_a_place_that_cannot_be_meant_is_one_message_without_its_password(state: str, message: str) -> None:
    (told,) = problems(state)

    assert message in told
    assert "geheim" not in told


def test_a_plain_password_of_the_database_is_warned_about() -> None:
    loaded = check(
        f'{ACCOUNT}url = "postgresql://db.example/x"\npassword = "geheim"', rule_params(), Path("config.toml")
    )

    assert ["state.password" in warning for warning in loaded.warnings] == [True]
    assert "geheim" not in repr(loaded)
