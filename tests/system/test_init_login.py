"""Logging in with a browser while `termintreu init` asks: every way that a server offers, and those that offer none."""

from __future__ import annotations

import asyncio
import re
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from termintreu.config.check import check
from termintreu.config.log_ins import kept_log_ins
from termintreu.judging.rules import rule_params
from termintreu.model.errors import Forbidden
from termintreu.model.texts import Texts
from termintreu.service import logins
from termintreu.ui.cli.init import NewConfig
from termintreu.ui.cli.init_places import Account
from termintreu.ui.cli.init_questions import account
from termintreu.ui.cli.init_talk import Talk
from termintreu.ui.cli.init_trial import Found, source_of
from tests.factories import BERLIN
from tests.logging_in import ended_at, in_thread, visited, with_a_call
from tests.nextcloud import nextcloud
from tests.oauth_server import CLIENT, SECRET, OAuthServer, guarded, oauth_server
from tests.servers import Answer, DavServer, ScriptedServer


@dataclass
class Conversation:
    """Answers to questions, each by some words of its question."""

    answers: list[tuple[str, str | Callable[[], str]]]
    told: list[str] = field(default_factory=list)

    def prompt(self, question: str, default: str, hidden: bool) -> str:
        self.told.append(question)
        words, answer = self.answers.pop(0)
        assert words in question, (question, self.told)
        return (answer if isinstance(answer, str) else answer()) or default

    def account(self, *, can_keep_login: bool = True, only_writable: bool = False) -> Found:
        texts = Texts(language="en", zone=BERLIN)
        talk = Talk(texts=texts, say=self.told.append, prompt=self.prompt, can_keep_login=can_keep_login)
        found = account(talk, Account(), attempt=True, only_writable=only_writable)[0]
        assert [] == self.answers
        return found


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "STATE_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "state" / "termintreu"


def written(found: Found, tmp_path: Path, **more: Any) -> dict[str, Any]:
    """The configuration, which is a good one."""
    text = NewConfig(account=found.account, timezone="Europe/Berlin", **more).text(tmp_path)
    check(text, rule_params(), Path("config.toml"))
    return tomllib.loads(text)


def when(condition: Callable[[], object], action: Callable[[], object]) -> None:
    """Do something in another thread, as soon as a condition holds."""

    def wait() -> None:
        while not condition():
            time.sleep(0.02)
        action()

    in_thread(wait)


@pytest.fixture
def oauth(radicale: DavServer) -> Iterator[OAuthServer]:
    with_a_call(radicale)
    with oauth_server() as server:
        yield server


def test_a_code_is_typed_on_another_device(oauth: OAuthServer, radicale: DavServer, tmp_path: Path) -> None:
    when(lambda: oauth.devices, oauth.allow_device)
    with guarded(oauth, radicale) as gate:
        there = Conversation(
            [
                ("Where is your calendar", gate.url),
                ("User name", ""),
                ("client", CLIENT),
                ("secret", ""),
                ("browser", ""),
            ]
        ).account()
    assert "device_code" == oauth.grants[0], "without a display here, a code is what is proposed"
    [source] = written(there, tmp_path)["sources"]
    assert {"auth": "oauth", "client": {"id": CLIENT}} == {name: source[name] for name in ("auth", "client")}
    assert not {"username", "password"} & source.keys()


class Pasting:
    """A standard input on which somebody pastes where their browser ended."""

    def __init__(self, shown: Callable[[], str]) -> None:
        self._shown = shown

    def readline(self) -> str:
        [address] = re.findall(r"http\S+/authorize\?\S+", self._shown())
        return ended_at(address) + "\n"


def test_an_address_is_pasted_and_the_clients_secret_is_kept_in_a_file(
    oauth: OAuthServer,
    radicale: DavServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    oauth.client.secret = SECRET
    monkeypatch.setattr("sys.stdin", Pasting(lambda: capsys.readouterr().err))
    with guarded(oauth, radicale) as gate:
        there = Conversation(
            [("Where", gate.url), ("User name", ""), ("client", CLIENT), ("secret", SECRET), ("browser", "2")]
        ).account()
    config = written(there, tmp_path)
    assert {"id": CLIENT, "secret": {"file": str(tmp_path / "client-secret")}} == config["sources"][0]["client"]
    assert SECRET not in str(config)


def test_a_refusal_is_told_and_the_log_in_is_asked_for_again(oauth: OAuthServer, radicale: DavServer) -> None:
    oauth.refuses = True
    when(lambda: oauth.devices, oauth.allow_device)

    def thinks_better_of_it() -> str:
        oauth.refuses = False
        when(lambda: len(oauth.devices) > 1, oauth.allow_device)
        return ""

    client = [("client", CLIENT), ("secret", ""), ("browser", "3")]
    with guarded(oauth, radicale) as gate:
        talk = Conversation(
            [("Where is your calendar", gate.url), ("User name", ""), *client, ("User", thinks_better_of_it), *client]
        )
        talk.account()
    assert [line for line in talk.told if line.startswith("That did not work") and "not allowed" in line]


def test_a_server_that_offers_no_browser_says_so_and_may_want_no_log_in_at_all(xandikos: DavServer) -> None:
    with_a_call(xandikos)
    talk = Conversation([("Where is your calendar", xandikos.url), ("User name", "")])
    there = talk.account()
    assert "No log-in with a browser is offered there." in talk.told
    assert "" == there.account.username


def test_an_empty_password_is_a_wish_for_the_browser_too(radicale: DavServer, tmp_path: Path, state: Path) -> None:
    with_a_call(radicale)
    with nextcloud("/cloud/", dav=radicale) as cloud:
        when(lambda: ("POST", "/cloud/login/v2/poll") in cloud.asked, lambda: visited(f"{cloud.base}login/v2/flow/abc"))
        there = Conversation([("Where", cloud.base), ("User name", "anna"), ("Password", "")]).account()
    assert there.account.place.startswith(cloud.url)
    [source] = written(there, tmp_path)["sources"]
    assert not {"username", "password"} & source.keys()
    assert 1 == len(list((state / "logins").glob("*.json")))


def test_where_reminders_are_written_is_logged_in_to_by_its_link_as_well(
    radicale: DavServer, tmp_path: Path, state: Path
) -> None:
    with_a_call(radicale)
    with nextcloud(dav=radicale) as cloud:
        when(lambda: ("POST", "/login/v2/poll") in cloud.asked, lambda: visited(f"{cloud.base}login/v2/flow/abc"))
        there = Conversation([("Where", cloud.url), ("User name", "")]).account(only_writable=True)
    feed = Found(account=Account(type="ics", place="https://feed.example/a.ics"), calendars=())
    config = written(feed, tmp_path, target=there.account)
    assert {"type": "caldav", "url": there.account.place} == config["target"]
    loaded = check(NewConfig(account=feed.account, target=there.account).text(tmp_path), rule_params(), Path("x"))
    assert "target" in {one.name for one in kept_log_ins(loaded.config).values()}
    assert cloud.password in next((state / "logins").glob("*.json")).read_text()


def test_where_the_log_in_would_be_kept_for_somebody_else_none_is_made(radicale: DavServer) -> None:
    with nextcloud(dav=radicale) as cloud:
        cloud.speaks = False  # nobody would open its link
        there = Conversation([("Where", cloud.url), ("User name", "")]).account(can_keep_login=False)
        assert [] == cloud.asked
    assert there.account.keeps_login


@pytest.mark.parametrize("status", [404, 405, 500, 501])
def test_a_server_that_stumbles_over_the_question_offers_no_link(status: int) -> None:
    nothing = Answer(method=None, status=404)
    with ScriptedServer([Answer(method="POST", status=status), *[nothing] * 9]) as server:
        assert asyncio.run(logins.offered(source_of(Account(place=server.url), "calendar"))) is None


def test_a_nextcloud_that_leads_elsewhere_is_told_of_with_what_to_set() -> None:
    with nextcloud() as cloud:
        cloud.link_at = "https://elsewhere.example/login"
        with pytest.raises(Forbidden, match=r"overwrite\.cli\.url"):
            asyncio.run(logins.offered(source_of(Account(place=cloud.url), "calendar")))
