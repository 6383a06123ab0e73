"""Nextcloud's Login Flow v2 against a small server that speaks it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from termintreu.model.errors import ConnectorError, Forbidden, NotFound, Unauthorized
from termintreu.model.logins import Login
from termintreu_connectors.login_flow import base_of, begun, granted, withdraw
from termintreu_connectors.oauth.web import Web
from tests.logging_in import visited
from tests.nextcloud import Nextcloud, nextcloud

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture(params=["/", "/cloud/"])
def cloud(request: pytest.FixtureRequest) -> Iterator[Nextcloud]:
    with nextcloud(request.param) as running:
        yield running


def logged_in(cloud: Nextcloud, *, after: int = 0, visits: bool = True) -> tuple[Login, list[float]]:
    """Log in; the user opens the link before the question of that number. Returns the waits, too."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        if visits and len(waits) == after:
            await asyncio.to_thread(visited, flow.link)
        waits.append(seconds)

    web = Web(cloud.url)
    flow = asyncio.run(begun(web, cloud.url))
    return asyncio.run(granted(web, flow, place="here", now=lambda: NOW, sleep=sleep)), waits


def test_an_app_password_comes_once_the_link_was_opened(cloud: Nextcloud) -> None:
    login, waits = logged_in(cloud, after=2)
    assert ("password", "anna", cloud.password) == (login.kind, login.username, login.secret)
    assert [2.0] * 3 == waits
    assert cloud.password not in repr(login)


def test_the_server_shows_which_machine_it_was(cloud: Nextcloud) -> None:
    asyncio.run(begun(Web(cloud.url), cloud.url))
    assert cloud.agents[0].startswith("termintreu (")


def test_a_server_that_stumbles_is_asked_again(cloud: Nextcloud) -> None:
    cloud.fails = 3
    _, waits = logged_in(cloud)
    assert 4 == len(waits)


def test_a_link_that_nobody_opens_ends(cloud: Nextcloud) -> None:
    with pytest.raises(Unauthorized, match="nobody allowed it within 20 minutes"):
        logged_in(cloud, visits=False)


@pytest.mark.requirement(25)
@pytest.mark.parametrize("field", ["poll_at", "link_at"])
@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/x", "http://127.0.0.1:9/login/v2/poll", "javascript:alert(1)"]
)
def test_nothing_is_asked_or_shown_of_another_server(cloud: Nextcloud, field: str, elsewhere: str) -> None:
    setattr(cloud, field, elsewhere)
    with pytest.raises(Forbidden):
        asyncio.run(begun(Web(cloud.url), cloud.url))


def test_a_log_in_for_another_server_is_not_used(cloud: Nextcloud) -> None:
    cloud.server = "https://evil.example"
    with pytest.raises(Forbidden, match="for another server"):
        logged_in(cloud)


def test_a_server_that_is_no_nextcloud_wants_a_password(cloud: Nextcloud) -> None:
    cloud.speaks = False
    with pytest.raises(NotFound, match="put username and password into the configuration"):
        asyncio.run(begun(Web(cloud.url), cloud.url))


def test_a_server_that_is_down_is_not_called_no_nextcloud() -> None:
    with pytest.raises(ConnectorError, match="connection refused"):
        asyncio.run(begun(Web("http://127.0.0.1:9/"), "http://127.0.0.1:9/remote.php/dav/"))


def test_logging_out_deletes_the_app_password(cloud: Nextcloud) -> None:
    login, _ = logged_in(cloud)
    assert asyncio.run(withdraw(Web(cloud.url), cloud.url, login))
    assert cloud.withdrawn
    assert not asyncio.run(withdraw(Web(cloud.url), cloud.url, login))


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://c.example/remote.php/dav/", "https://c.example/"),
        ("https://c.example/sub/remote.php/dav/calendars/anna/", "https://c.example/sub/"),
        ("https://c.example:8443", "https://c.example:8443/"),
        ("https://c.example/nextcloud", "https://c.example/nextcloud/"),
        ("c.example", "https://c.example/"),
        ("anna@c.example", "https://c.example/"),
    ],
)
def test_it_is_looked_for_before_remote_php(url: str, base: str) -> None:
    assert base == base_of(url)
