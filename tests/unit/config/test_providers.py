"""The table of providers, and what follows from it for `poll`."""

from __future__ import annotations

from pathlib import Path

import pytest

from termintreu.config.check import check
from termintreu.config.providers import PROVIDERS, Provider, by_domain, by_key, by_url
from termintreu.model.errors import ConfigError

GMX = """
[[sources]]
name = "work"
type = "caldav"
url = "https://caldav.gmx.net/begenda/dav/anna%40gmx.de/"
username = "anna@gmx.de"
password = {{ env = "PASSWORD" }}
{poll}
[target]
source = "work"
{schedule}
"""


def named(provider: Provider | None) -> str:
    return "" if provider is None else provider.key


def test_no_two_providers_have_a_key_a_domain_or_a_name() -> None:
    for words in (
        [one.key for one in PROVIDERS],
        [one.name.casefold() for one in PROVIDERS],
        [domain for one in PROVIDERS for domain in one.domains],
    ):
        assert sorted(set(words)) == sorted(words)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.key)
def test_an_entry_tells_all_that_is_asked(provider: Provider) -> None:
    if provider.writable:
        assert provider.user is not None
        assert provider.password is not None
        address = provider.address_of("anna@x.example", "cloud.example.com")
        assert address.startswith("https://")
        assert "{" not in address
        assert provider.key == named(by_url(address))
    else:
        assert provider.address is not None, "nobody knows where its feed is found"
    assert provider.url or provider.address


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://caldav.gmx.net/", "gmx"),
        ("https://p42-caldav.icloud.com/1234/principal/", "icloud"),
        ("https://CALDAV.fastmail.com./dav/", "fastmail"),
        ("https://cloud.firm.example/nextcloud/remote.php/dav/principals/users/anna/", "nextcloud"),
        ("https://calendar.google.com/calendar/ical/x/basic.ics", "google"),
        ("webcal://outlook.office365.com/owa/calendar/x/calendar.ics", "microsoft"),
        ("anna@web.de", "webde"),
        ("mailbox.org", "mailbox"),
        ("https://caldav.gmx.net.evil.example/", ""),
        ("https://notposteo.de:8443/", ""),
        ("https://cloud.example.com/dav/", ""),
        ("https://[::1/", ""),
        ("anna@firm.example", ""),
    ],
)
def test_an_address_leads_to_its_provider(url: str, key: str) -> None:
    assert key == named(by_url(url))


def test_a_provider_is_known_by_its_name_and_by_mail_domains() -> None:
    assert "webde" == named(by_key(" WEB.de "))
    assert "google" == named(by_domain("GoogleMail.com."))
    assert None is by_key("nobody")


def told(poll: str = "", schedule: str = "") -> tuple[str, ...]:
    text = GMX.format(poll=poll and f'poll = "{poll}"', schedule=schedule and f'[schedule]\npoll = "{schedule}"')
    return tuple(line for line in check(text, {}, Path("config.toml")).warnings if "on purpose" in line)


def test_a_poll_under_a_providers_pace_is_warned_of_where_it_stands() -> None:
    assert ('config.toml:8: sources[0].poll: GMX is slow on purpose: at least "1m" suits it',) == told("30s")
    assert ('config.toml:12: schedule.poll: GMX is slow on purpose: at least "1m" suits it',) == told("", "30s")
    assert () == told("1m")
    assert () == told("2m", "30s"), "the source has a pause of its own"
    assert () == told()


@pytest.mark.parametrize(("poll", "good"), [("1s", False), ("0m2s", True), ("2s", True), ("0m", False)])
def test_no_server_is_asked_more_often_than_every_two_seconds(poll: str, good: bool) -> None:
    if good:
        told(poll)
        return
    with pytest.raises(ConfigError) as caught:
        told(poll)
    assert [f'config.toml:8: sources[0].poll: found "{poll}"; at least "2s" is wanted'] == caught.value.problems
