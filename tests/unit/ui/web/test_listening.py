"""Where the page may listen: on this machine, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from termintreu.config.check import check
from termintreu.config.listening import listening_address
from termintreu.model.errors import ConfigError

CONFIG = """\
[[sources]]
name = "work"
type = "vdir"
path = "/calendars"

[target]
type = "vdir"
path = "/own"

[web]
listen = {listen}
"""


@pytest.mark.parametrize(
    ("written", "host", "port"),
    [
        ("127.0.0.1:8427", "127.0.0.1", 8427),
        ("localhost:8427", "127.0.0.1", 8427),
        ("LOCALHOST:1", "127.0.0.1", 1),
        ("127.0.0.53:65535", "127.0.0.53", 65535),
        ("[::1]:8427", "::1", 8427),
    ],
)
def test_addresses_of_this_machine_are_taken(written: str, host: str, port: int) -> None:
    assert (host, port) == listening_address(written)
    loaded = check(CONFIG.format(listen=f'"{written}"'), {}, Path("config.toml"))
    assert written == loaded.config.web.listen


@pytest.mark.parametrize(
    "written",
    ["0.0.0.0:8427", "[::]:8427", "192.168.1.4:8427", "[fe80::1]:8427", "example.com:8427", "[::ffff:10.0.0.1]:8427"],
)
def test_an_address_that_others_can_reach_is_refused_with_the_right_one(written: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check(CONFIG.format(listen=f'"{written}"'), {}, Path("config.toml"))
    (problem,) = caught.value.problems
    assert problem.startswith(f'config.toml:11: web.listen: found "{written}"; the page has no password')
    assert '"127.0.0.1:8427"' in problem


@pytest.mark.parametrize(
    "written",
    ['"8427"', '"127.0.0.1"', '"127.0.0.1:"', '"127.0.0.1:0"', '"127.0.0.1:70000"', '"::1:8427"', "8427", '""'],
)
def test_what_is_no_address_is_named(written: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check(CONFIG.format(listen=written), {}, Path("config.toml"))
    (problem,) = caught.value.problems
    assert 'such as "127.0.0.1:8427"' in problem


def test_there_is_no_page_unless_it_is_asked_for() -> None:
    assert check(CONFIG.partition("[web]")[0], {}, Path("config.toml")).config.web.listen is None
