"""Address books, and a target with an address of its own: whose log-in they use."""

from __future__ import annotations

from pathlib import Path

import pytest

from termintreu.config import Config
from termintreu.config.check import check
from termintreu.config.log_ins import TARGET, account_names, kept_log_ins, lender, server_of
from termintreu.model.errors import ConfigError

KEPT = 'name = "work"\ntype = "caldav"\nurl = "https://cloud.example.com/dav/"'
WITH_PASSWORD = f'{KEPT}\nusername = "anna"\npassword = {{ env = "X" }}'
FOLDER = 'type = "vdir"\npath = "/nowhere"'


def config(
    *books: str, source: str = KEPT, target: str = 'source = "work"', second: str = 'name = "b"\n' + FOLDER
) -> Config:
    tables = "".join(f'[[address_books]]\ntype = "carddav"\n{book}\n' for book in books)
    text = f"[[sources]]\n{source}\n[[sources]]\n{second}\n[target]\n{target}\n{tables}"
    return check(text, {}, Path("config.toml")).config


def lent(config: Config) -> dict[str, str]:
    """The name of the source whose log-in each account uses."""
    found = {name: lender(one, config) for name, one in account_names(config).items()}
    return {name: source.name for name, source in found.items() if source is not None}


@pytest.mark.parametrize("source", [KEPT, WITH_PASSWORD])
@pytest.mark.parametrize(
    "url", ["https://cloud.example.com/books/", "https://CLOUD.example.com.:443/", "webcals://cloud.example.com/"]
)
def test_a_book_on_the_server_of_the_only_source_there_uses_its_log_in(source: str, url: str) -> None:
    assert {"carddav": "work"} == lent(config(f'url = "{url}"', source=source))


@pytest.mark.requirement(25)
@pytest.mark.parametrize(
    "url", ["https://cloud.example.com:8443/", "http://cloud.example.com/", "https://other.example.com/"]
)
def test_another_server_gets_no_log_in(url: str) -> None:
    assert {} == lent(config(f'url = "{url}"'))


def test_a_username_of_its_own_goes_first() -> None:
    assert {} == lent(config('url = "https://cloud.example.com/"\nusername = "ben"\npassword = { env = "X" }'))


def test_of_two_sources_on_one_server_one_must_be_named() -> None:
    second = KEPT.replace("work", "second")
    book = 'url = "https://cloud.example.com/"'
    assert {} == lent(config(book, second=second))
    assert {"carddav": "second"} == lent(config(f'{book}\nlogin = "second"', second=second))


def test_a_target_of_its_own_address_uses_the_log_in_as_well() -> None:
    found = config(target='type = "caldav"\nurl = "https://cloud.example.com/other/"')
    assert {TARGET: "work"} == lent(found)
    assert {"work": "work", TARGET: "work"} == {name: one.name for name, one in kept_log_ins(found).items()}


def test_an_account_without_a_source_on_its_server_is_logged_in_by_its_own_name() -> None:
    found = config(
        'url = "https://id.example.com/"\nname = "people"',
        'url = "https://id.example.com/"\nname = "target"',
        source=WITH_PASSWORD,
        target='type = "caldav"\nurl = "https://third.example.com/"',
    )
    assert {TARGET: "target 2", "people": "people", "target": "target"} == {
        name: one.name for name, one in kept_log_ins(found).items()
    }


def test_nothing_is_obtained_for_what_has_a_password_or_is_a_folder() -> None:
    assert {} == kept_log_ins(config(source=WITH_PASSWORD, target=FOLDER))


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('url = "https://cloud.example.com/"\nlogin = "wrok"', 'did you mean "work"?'),
        ('url = "https://evil.example.com/"\nlogin = "work"', "which is on another server"),
        ('url = "https://cloud.example.com/"\nlogin = "b"', "which is no CalDAV account"),
        ('url = "https://cloud.example.com/"\nlogin = "work"\nusername = "anna"', "one or the other is wanted"),
    ],
)
def test_a_log_in_that_cannot_be_had_is_a_mistake_with_its_place(keys: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        config(keys)
    [problem] = error.value.problems
    assert said in problem
    assert ".login: " in problem


def test_a_folder_takes_no_log_in() -> None:
    with pytest.raises(ConfigError, match="only a server wants a log-in"):
        config(target=f'{FOLDER}\nlogin = "work"')


@pytest.mark.parametrize(
    ("one", "other"), [("anna@example.com", "Example.com."), ("https://a.example", "https://A.example:443/x")]
)
def test_a_server_is_one_however_it_is_written(one: str, other: str) -> None:
    assert server_of(one) == server_of(other)


def test_what_is_no_address_is_no_server() -> None:
    assert "" == server_of("https://[::1")
