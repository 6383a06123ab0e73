"""Whom the page answers to."""

from __future__ import annotations

import pytest

from termintreu.ui.web.policy import HEADERS, is_own_host

V4 = ("127.0.0.1", 8427)
V6 = ("::1", 8427)


@pytest.mark.parametrize("host", ["127.0.0.1:8427", "localhost:8427", "LocalHost:8427", "[::1]:8427"])
def test_this_machines_own_names_are_answered(host: str) -> None:
    assert is_own_host([host], V4)
    assert is_own_host([host], V6)


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        [""],
        ["evil.example:8427"],
        ["evil.example"],
        ["127.0.0.1"],
        ["127.0.0.1:8428"],
        ["localhost"],
        ["localhost.evil.example:8427"],
        ["127.0.0.1:8427.evil.example"],
        ["evil.example@127.0.0.1:8427"],
        ["127.0.0.1:8427", "evil.example"],
        ["127.0.0.1:8427", "127.0.0.1:8427"],
        ["127.1:8427"],
        ["2130706433:8427"],
        ["0.0.0.0:8427"],
    ],
)
def test_another_name_no_name_or_two_are_not(hosts: list[str]) -> None:
    assert not is_own_host(hosts, V4)


def test_another_address_of_loopback_is_answered_where_the_page_listens_there() -> None:
    assert is_own_host(["127.0.0.53:80"], ("127.0.0.53", 80))
    assert is_own_host(["127.0.0.53"], ("127.0.0.53", 80))
    assert not is_own_host(["127.0.0.54:80"], ("127.0.0.53", 80))


def test_nothing_runs_and_nothing_comes_from_elsewhere() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))
    assert {"'none'"} == {policy[name] for name in ("default-src", "base-uri", "form-action", "frame-ancestors")}
    assert {"'self'"} == {policy[name] for name in ("style-src", "img-src")}
    assert not {"script-src", "connect-src"} & policy.keys()
