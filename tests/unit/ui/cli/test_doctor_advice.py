"""What doctor advises where it knows the provider."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from termintreu.config.providers import by_key
from termintreu.model.errors import ConnectorError, Forbidden, NotFound, Unauthorized
from termintreu.model.texts import Texts
from termintreu.reading.collect import Account
from termintreu.ui.cli.doctor import _advice, _Checker
from termintreu_connectors.memory import MemoryStore

TEXTS = Texts(language="en", zone=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("key", "error", "advice"),
    [
        ("icloud", Unauthorized("refused"), "iCloud wants an app-specific password"),
        ("posteo", Forbidden("no"), "make two calendars on its web page"),
        ("gmx", Forbidden("no"), "allow that user to write there"),
        ("posteo", NotFound("no"), "check the address"),
        (None, Unauthorized("refused"), "check username and password"),
    ],
)
def test_the_advice_is_the_providers_where_it_has_one(key: str | None, error: ConnectorError, advice: str) -> None:
    account = Account(name="work", connector=MemoryStore("work"), type="caldav")
    said = TEXTS.render(_advice(account, error, None if key is None else by_key(key)))
    assert said.startswith(advice)


def test_the_traps_of_a_provider_are_told_and_are_no_failure() -> None:
    gmx = by_key("gmx")
    assert gmx is not None
    account = Account(name="work", connector=MemoryStore("work"), type="caldav")
    (told,) = _Checker(TEXTS, list, {"work": gmx}).of_provider(account)
    assert told.ok
    assert "one request every 2 seconds" in told.found
    assert [] == _Checker(TEXTS, list, {}).of_provider(account)
