"""What people type when they are asked where their calendar is, and when they work."""

from __future__ import annotations

from pathlib import Path

import pytest

from termintreu.config.providers import Provider, by_key
from termintreu.ui.cli.init_places import Account, account_of, addresses, hours_of


@pytest.mark.parametrize(
    ("text", "type_", "place"),
    [
        ("cloud.example.com", "caldav", "cloud.example.com"),
        ("  cloud.example.com ", "caldav", "cloud.example.com"),
        ("cloud.example.com/nextcloud", "caldav", "https://cloud.example.com/nextcloud"),
        ("dav.example.com:8443", "caldav", "https://dav.example.com:8443"),
        ("localhost:5232", "caldav", "https://localhost:5232"),
        ("https://cloud.example.com/dav/", "caldav", "https://cloud.example.com/dav/"),
        ("anna@firm.example", "caldav", "anna@firm.example"),
        ("webcal://crm.example.com/x", "ics", "webcal://crm.example.com/x"),
        ("https://crm.example.com/feeds/9f3.ICS?x=1", "ics", "https://crm.example.com/feeds/9f3.ICS?x=1"),
        ("https://calendar.google.com/calendar/ical/x", "ics", "https://calendar.google.com/calendar/ical/x"),
        ("~/.calendars", "vdir", "~/.calendars"),
        ("/var/calendars/work.ics", "vdir", "/var/calendars/work.ics"),
        ("./cloud.example.com", "vdir", "./cloud.example.com"),
    ],
)
def test_an_answer_is_an_account(text: str, type_: str, place: str) -> None:
    found = account_of(text)
    assert isinstance(found, Account)
    assert (type_, place) == (found.type, found.place)


def test_a_host_is_never_a_folder_whatever_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cloud.example.com").mkdir()
    found = account_of("cloud.example.com")
    assert isinstance(found, Account)
    assert "caldav" == found.type


@pytest.mark.parametrize(
    ("text", "key"),
    [("Nextcloud", "nextcloud"), ("web.de", "webde"), ("anna@gmail.com", "google"), ("outlook.com", "microsoft")],
)
def test_a_name_and_the_domain_of_a_feed_mean_a_provider(text: str, key: str) -> None:
    found = account_of(text)
    assert isinstance(found, Provider)
    assert key == found.key


@pytest.mark.parametrize(
    "text", ["", "kalender", "@", "anna@", "ftp://x.example/", "https://", "https://[::1/", "a b.example"]
)
def test_what_is_no_address_is_nothing(text: str) -> None:
    assert None is account_of(text)


@pytest.mark.parametrize(
    ("account", "provider", "expected"),
    [
        (Account(place="https://x.example/"), None, ["https://x.example/"]),
        (Account(type="ics", place="webcal://x.example/"), None, ["webcal://x.example/"]),
        (Account(place="cloud.example.com"), None, ["cloud.example.com", "https://cloud.example.com/"]),
        (Account(place="anna@firm.example", username="anna@firm.example"), None, ["anna@firm.example"]),
        (
            Account(place="anna@gmx.de", username="anna@gmx.de"),
            None,
            ["anna@gmx.de", "https://caldav.gmx.net/begenda/dav/anna@gmx.de/"],
        ),
        (
            Account(place="https://caldav.gmx.net/begenda/dav/{username}/", username="ä@gmx.de"),
            by_key("gmx"),
            ["https://caldav.gmx.net/begenda/dav/%C3%A4@gmx.de/"],
        ),
        (
            Account(place="cloud.example.com"),
            by_key("nextcloud"),
            ["cloud.example.com", "https://cloud.example.com/remote.php/dav/", "https://cloud.example.com/"],
        ),
    ],
)
def test_addresses_are_tried_in_this_order(account: Account, provider: Provider | None, expected: list[str]) -> None:
    assert expected == list(addresses(account, provider))


@pytest.mark.parametrize(
    ("place", "private"),
    [
        ("https://192.168.1.5/x.ics", True),
        ("http://localhost:8000/x.ics", True),
        ("https://[fd00::1]/x.ics", True),
        ("https://crm.example.com/x.ics", False),
        ("https://9.9.9.9/x.ics", False),
        ("https://[::1/", False),
    ],
)
def test_a_feed_at_home_is_one_by_its_very_address(place: str, private: bool) -> None:
    assert private is Account(type="ics", place=place).is_private_feed
    assert not Account(place=place).is_private_feed


EARLY = ("9:00-12:00",)
DAY = ("09:00-12:30", "13:30-17:30")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:00-12:30, 13:30-17:30", dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY)),
        ("Mo-Di 9:00 – 12:00; Sa 9-", None),
        ("Mo-Di 9:00 – 12:00; Sa 10:00-24:00", {"mon": EARLY, "tue": EARLY, "sat": ("10:00-24:00",)}),
        ("Tuesday: 8:00-9:00", {"tue": ("8:00-9:00",)}),
        ("Di bis Do 8:00-9:00", dict.fromkeys(("tue", "wed", "thu"), ("8:00-9:00",))),
        ("", None),
        ("immer", None),
        ("17:00-09:00", None),
        ("Xy 9:00-10:00", None),
        ("Fr-Mo 9:00-10:00", None),
        ("9-17", None),
    ],
)
def test_working_hours_are_understood_or_not_taken(text: str, expected: object) -> None:
    assert expected == hours_of(text)
