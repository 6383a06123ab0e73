"""How a source logs in, as the configuration says it: what fits together, and what is a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from termintreu.config import Config
from termintreu.config.check import check
from termintreu.config.secrets import lacking
from termintreu.model.errors import ConfigError

HIDDEN = "gehe1m und l4ng"


def config(keys: str, *, kind: str = "caldav", url: str = "https://dav.example.com/") -> str:
    target = '[target]\ntype = "vdir"\npath = "/nowhere"\n'
    return f'[[sources]]\nname = "work"\ntype = "{kind}"\nurl = "{url}"\n{keys}\n{target}'


def loaded(keys: str, **kwargs: str) -> tuple[Config, tuple[str, ...]]:
    found = check(config(keys, **kwargs), {}, Path("config.toml"))
    return found.config, found.warnings


OAUTH = 'auth = "oauth"\nclient = { id = "termintreu" }'


@pytest.mark.parametrize(
    ("keys", "keeps"),
    [
        ("", True),
        (OAUTH, True),
        ('username = "anna"\npassword = { env = "X" }', False),
        ('username = "anna"', False),
        ('auth = "password"', True),
    ],
)
def test_what_the_command_logs_in(keys: str, keeps: bool) -> None:
    assert keeps == loaded(keys)[0].sources[0].keeps_login


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('auth = "oauth"', 'auth = "oauth" needs client'),
        (f'{OAUTH}\nusername = "anna"', "takes client, not username and password"),
        (f'{OAUTH}\npassword = "{HIDDEN}"', "takes client, not username and password"),
        ('client = { id = "termintreu" }', 'client goes with auth = "oauth"'),
        ('issuer = "https://id.example.com"', 'issuer goes with auth = "oauth"'),
        ('auth = "oauth"\nclient = { }', "client.id: is missing"),
        ('auth = "oaut"', 'did you mean "oauth"?'),
        (f'auth = "oauth"\nclient = {{ id = "a", secrt = "{HIDDEN}" }}', 'did you mean "secret"?'),
        (f'auth = "oauth"\nclient = {{ id = "a", secret = {{ fil = "{HIDDEN}" }} }}', 'did you mean "file"?'),
        (f'{OAUTH}\nissuer = "http://id.example.com"', "https is wanted"),
        (f'{OAUTH}\nissuer = "id.example.com"', "beginning with https://"),
        (f'{OAUTH}\nissuer = "https://id.example.com/?a=b"', "no log-in, query or fragment"),
    ],
)
def test_what_does_not_fit_together_is_one_message_without_a_secret(keys: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(keys)
    assert 1 == len(caught.value.problems), caught.value.problems
    assert said in caught.value.problems[0]
    assert HIDDEN not in str(caught.value)


def test_a_feed_takes_no_tokens() -> None:
    with pytest.raises(ConfigError, match='is for sources of type "caldav", not "ics"'):
        loaded(OAUTH, kind="ics")


def test_tokens_do_not_go_over_plain_http() -> None:
    with pytest.raises(ConfigError, match="found http with a log-in"):
        loaded(OAUTH, url="http://dav.example.com/")
    loaded(f'{OAUTH}\nissuer = "http://localhost:9000"', url="http://127.0.0.1:8080/")


def test_a_secret_in_the_file_is_warned_about_and_shown_nowhere() -> None:
    found, warnings = loaded(f'auth = "oauth"\nclient = {{ id = "a", secret = "{HIDDEN}" }}')
    assert 1 == len(warnings)
    assert "client.secret: the secret stands in the file" in warnings[0]
    assert HIDDEN not in repr(found) + warnings[0]


def test_a_secret_that_cannot_be_had_is_told_with_its_place() -> None:
    found, _ = loaded('auth = "oauth"\nclient = { id = "a", secret = { env = "NOWHERE" } }')
    [problem] = lacking(found, {})
    assert ("sources", 0, "client", "secret") == problem.path
