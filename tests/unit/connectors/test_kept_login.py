"""A kept log-in over its life: renewed early and once, whoever asks, whatever answer, disk and clock do."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from termintreu.model.errors import StoreError, Unauthorized, Unreachable
from termintreu.model.logins import Login
from termintreu.model.texts.errors import translated
from termintreu.storage.logins import LoginFile
from termintreu_connectors.http import HttpClient, Reach
from termintreu_connectors.kept_login import KeptLogin, OAuth
from termintreu_connectors.oauth.provider import OAuthClient, Provider
from termintreu_connectors.oauth.web import Web
from tests.oauth_server import CLIENT, OAuthServer, _Token, oauth_server
from tests.scripted import ScriptedServer

COMMAND = "termintreu login work"
LIFE = timedelta(hours=1)


@pytest.fixture
def oauth() -> Iterator[OAuthServer]:
    with oauth_server() as server:
        yield server


@pytest.fixture
def file(tmp_path: Path) -> LoginFile:
    return LoginFile(tmp_path, "default", "work")


def given(oauth: OAuthServer, *, age: timedelta = timedelta(0), refresh: bool = True, **kwargs: Any) -> Login:
    """A log-in that the server gave so long ago."""
    token = _Token("first access", "first refresh" if refresh else None, "caldav", oauth.now + 3600, float("inf"))
    oauth.tokens.append(token)
    obtained = datetime.now(UTC) - age
    return Login(
        kind="oauth",
        place="here",
        secret=token.access,
        refresh_token=token.refresh,
        obtained_at=obtained,
        expires_at=obtained + LIFE,
        token_endpoint=f"{oauth.url}token",
        **kwargs,
    )


def kept(oauth: OAuthServer, file: LoginFile, provider: Provider | None = None, **kwargs: Any) -> KeptLogin:
    way = OAuth(client=OAuthClient(id=CLIENT), web=Web(oauth.url), provider=provider or Provider())
    return KeptLogin(file, place="here", command=COMMAND, oauth=way, **kwargs)


def headers(*logins: KeptLogin, times: int = 1) -> list[str | None]:
    async def all_of_them() -> list[str | None]:
        return list(await asyncio.gather(*(login.header() for login in logins for _ in range(times))))

    return asyncio.run(all_of_them())


def test_a_token_that_lives_is_sent_as_it_is(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth))
    assert ["Bearer first access"] == headers(kept(oauth, file))
    assert [] == oauth.grants


@pytest.mark.parametrize(
    ("life", "left", "renewals"),
    [
        pytest.param(timedelta(hours=1), timedelta(minutes=6), 0, id="six minutes of an hour"),
        pytest.param(timedelta(hours=1), timedelta(minutes=4), 1, id="four minutes of an hour"),
        pytest.param(timedelta(seconds=60), timedelta(seconds=20), 0, id="a third of a minute"),
        pytest.param(timedelta(seconds=60), timedelta(seconds=10), 1, id="a sixth of a minute"),
    ],
)
def test_it_is_renewed_before_it_ends(
    oauth: OAuthServer, file: LoginFile, life: timedelta, left: timedelta, renewals: int
) -> None:
    ends = datetime.now(UTC) + left
    file.save(replace(given(oauth), obtained_at=ends - life, expires_at=ends))
    headers(kept(oauth, file))
    assert renewals == len(oauth.grants)


def test_what_a_renewal_brings_is_kept_and_the_refresh_token_with_it(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth, age=LIFE))
    [header] = headers(kept(oauth, file))
    stored = file.load()
    assert stored is not None
    assert f"Bearer {stored.secret}" == header
    assert (oauth.tokens[-1].access, oauth.tokens[-1].refresh) == (stored.secret, stored.refresh_token)


def test_a_refresh_token_that_does_not_come_anew_stays_good(oauth: OAuthServer, file: LoginFile) -> None:
    oauth.gives_refresh = False
    file.save(given(oauth, age=LIFE))
    headers(kept(oauth, file))
    stored = file.load()
    assert stored is not None
    assert "first refresh" == stored.refresh_token


def test_many_requests_at_once_renew_it_once(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth, age=LIFE))
    assert 1 == len(set(headers(kept(oauth, file), times=8)))
    assert ["refresh_token"] == oauth.grants


def test_two_that_share_the_file_renew_it_once(oauth: OAuthServer, file: LoginFile, tmp_path: Path) -> None:
    file.save(given(oauth, age=LIFE))
    both = kept(oauth, file), kept(oauth, LoginFile(tmp_path, "default", "work"))
    assert 1 == len(set(headers(*both)))
    assert ["refresh_token"] == oauth.grants


def _renew_in_a_process(folder: Path, url: str, begin: Any, answers: Any) -> None:
    begin.wait(20)
    server = OAuthServer(url=url)
    answers.put(headers(kept(server, LoginFile(folder, "default", "work"))))


def test_two_processes_renew_it_once(oauth: OAuthServer, file: LoginFile, tmp_path: Path) -> None:
    file.save(given(oauth, age=LIFE))
    oauth.hold = threading.Event()
    context = multiprocessing.get_context("fork")
    begin, answers = context.Barrier(2), context.Queue()
    both = [
        context.Process(target=_renew_in_a_process, args=(tmp_path, oauth.url, begin, answers), daemon=True)
        for _ in range(2)
    ]
    for one in both:
        one.start()
    threading.Timer(0.5, oauth.hold.set).start()
    first, second = answers.get(timeout=30), answers.get(timeout=30)
    for one in both:
        one.join(10)
    assert first == second
    assert ["refresh_token"] == oauth.grants


def _die_before_naming(folder: Path, url: str) -> None:
    Path.replace = lambda *_: os._exit(9)  # type: ignore[method-assign, assignment]  # killed at that moment
    headers(kept(OAuthServer(url=url), LoginFile(folder, "default", "work")))


def test_who_is_killed_before_it_is_kept_leaves_it_to_the_next(
    oauth: OAuthServer, file: LoginFile, tmp_path: Path
) -> None:
    file.save(given(oauth, age=LIFE))
    context = multiprocessing.get_context("fork")
    dying = context.Process(target=_die_before_naming, args=(tmp_path, oauth.url), daemon=True)
    dying.start()
    dying.join(30)
    assert 9 == dying.exitcode
    assert [f"Bearer {oauth.tokens[-1].access}"] == headers(kept(oauth, file))
    assert ["refresh_token"] == oauth.grants


def test_a_server_that_is_down_costs_nothing_while_the_token_lives(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth, age=LIFE - timedelta(minutes=2)))
    oauth.down = True
    login = kept(oauth, file)
    assert ["Bearer first access"] * 3 == headers(login, times=3)
    assert ["Bearer first access"] == headers(login)
    assert 1 == len(oauth.grants), "and it is not asked again at once"


def test_a_server_that_is_down_is_no_refusal(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth, age=LIFE))
    oauth.down = True
    login = kept(oauth, file)
    with pytest.raises(Unreachable, match="cannot be renewed now"):
        headers(login)
    oauth.down = False
    assert headers(login) != ["Bearer first access"]


def test_a_lost_answer_is_survived_where_the_server_takes_the_old_token_once_more(
    oauth: OAuthServer, file: LoginFile
) -> None:
    file.save(given(oauth, age=LIFE))
    oauth.loses, oauth.grace = 1, 60.0
    login = kept(oauth, file)
    with pytest.raises(Unreachable):
        headers(login)
    [header] = headers(login)
    assert ["refresh_token"] * 2 == oauth.grants
    assert f"Bearer {oauth.tokens[-1].access}" == header


def test_a_lost_answer_is_told_where_the_server_takes_it_for_a_theft(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth, age=LIFE))
    oauth.loses = 1
    login = kept(oauth, file)
    with pytest.raises(Unreachable):
        headers(login)
    with pytest.raises(Unauthorized, match=COMMAND):
        headers(login)


def test_who_no_longer_waits_does_not_lose_the_answer(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth, age=LIFE))
    oauth.hold = threading.Event()
    login = kept(oauth, file)

    async def given_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await login.header()
        assert oauth.hold is not None
        oauth.hold.set()
        await login.close()

    asyncio.run(given_up())
    stored = file.load()
    assert stored is not None
    assert oauth.tokens[-1].access == stored.secret


def test_a_refusal_for_good_names_the_command_and_is_not_asked_again(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth, age=LIFE))
    oauth.withdraw()
    login = kept(oauth, file)
    for _ in range(2):
        with pytest.raises(Unauthorized, match=f"withdrawn.*{COMMAND}"):
            headers(login)
    assert 1 == len(oauth.grants)
    assert not login.has_new_login()
    state = login.state()
    assert state.trouble is not None
    assert COMMAND in state.trouble


def test_a_new_log_in_is_taken_over(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth, age=LIFE))
    oauth.withdraw()
    login = kept(oauth, file)
    with pytest.raises(Unauthorized):
        headers(login)
    assert not login.is_news()
    file.save(replace(given(oauth), secret="second access"))
    login.state()
    assert login.is_news(), "although it was looked at"
    assert login.has_new_login()
    assert ["Bearer second access"] == headers(login)


def test_its_own_renewal_is_no_news(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth, age=LIFE))
    login = kept(oauth, file)
    headers(login)
    assert not login.is_news()


@pytest.mark.parametrize(
    ("age", "cause"),
    [
        pytest.param(timedelta(days=7), "your consent screen is in testing", id="after the trial"),
        pytest.param(timedelta(days=30), "withdrawn", id="long after"),
    ],
)
def test_the_likely_cause_is_named(oauth: OAuthServer, file: LoginFile, age: timedelta, cause: str) -> None:
    file.save(given(oauth, age=age))
    oauth.withdraw()
    trial = Provider(
        trial=timedelta(days=7), trial_cause="your consent screen is in testing: such log-ins end after 7 days"
    )
    with pytest.raises(Unauthorized, match=cause):
        headers(kept(oauth, file, trial))


@pytest.mark.parametrize("skew", [-1800.0, 1800.0])
def test_a_server_whose_clock_is_wrong_is_no_matter(oauth: OAuthServer, file: LoginFile, skew: float) -> None:
    oauth.skew, oauth.seconds = skew, 60.0
    file.save(given(oauth, age=LIFE))
    login = kept(oauth, file)
    [header] = headers(login)
    assert oauth.takes(str(header)[7:])
    assert [header] == headers(login)


def test_without_a_log_in_it_names_the_command(oauth: OAuthServer, file: LoginFile) -> None:
    with pytest.raises(Unauthorized, match=f"not logged in: {COMMAND}"):
        headers(kept(oauth, file))


def test_a_log_in_for_another_server_or_client_is_not_sent(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(replace(given(oauth), place="elsewhere"))
    with pytest.raises(Unauthorized, match="not logged in"):
        headers(kept(oauth, file))


def test_what_cannot_be_kept_is_not_asked_for(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth, age=LIFE))
    login = kept(oauth, file)

    def full() -> None:
        raise StoreError("the disk is full")

    file.prepare = full  # type: ignore[method-assign]  # as on a full disk
    with pytest.raises(Unreachable, match="disk is full"):
        headers(login)
    assert [] == oauth.grants


def test_what_could_not_be_kept_at_the_last_moment_is_used_on(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth, age=LIFE))
    login = kept(oauth, file)
    save: Callable[[Login], None] = file.save

    def full(_: Login) -> None:
        raise StoreError("the disk is full")

    file.save = full  # type: ignore[method-assign]  # as on a full disk
    [header] = headers(login)
    assert f"Bearer {oauth.tokens[-1].access}" == header
    assert [header] == headers(login)
    file.save = save  # type: ignore[method-assign]  # there is room again
    assert [header] == headers(login)
    stored = file.load()
    assert stored is not None
    assert f"Bearer {stored.secret}" == header
    assert 1 == len(oauth.grants)


def requests(login: KeptLogin, server: ScriptedServer, *answers: tuple[int, str]) -> int:
    """The status that a client gets of a server that says 401 and so on."""
    for status, body in answers:
        server.answer(None, status, body)

    async def asked() -> int:
        client = HttpClient(reach=Reach.account(allow_private=False, url=server.url), home=server.url, kept=login)
        try:
            return (await client.request("PROPFIND", server.url)).status
        finally:
            await client.close()

    return asyncio.run(asked())


def test_a_token_that_the_server_refuses_is_renewed_once_and_sent_again(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth))
    with ScriptedServer() as server:
        assert 207 == requests(kept(oauth, file), server, (401, ""), (207, ""))
        sent = [request.headers["authorization"] for request in server.recorded]
    assert ["Bearer first access", f"Bearer {oauth.tokens[-1].access}"] == sent
    assert ["refresh_token"] == oauth.grants


def test_a_server_that_refuses_every_token_is_asked_no_third_time(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth))
    with ScriptedServer() as server, pytest.raises(Unauthorized, match=COMMAND):
        requests(kept(oauth, file), server, (401, ""), (401, ""), (401, ""))
    assert 2 == len(server.recorded)
    assert ["refresh_token"] == oauth.grants


def test_a_token_that_cannot_be_renewed_is_used_to_its_end(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth, age=LIFE, refresh=False))
    login = kept(oauth, file)
    ends = login.state().ends
    assert ends is not None
    with ScriptedServer() as server:
        assert 207 == requests(login, server, (207, ""))
        with pytest.raises(Unauthorized, match=f"nothing to renew it with: {COMMAND}"):
            requests(login, server, (401, ""))


@pytest.mark.requirement(25)
def test_a_token_is_never_sent_to_another_server(oauth: OAuthServer, file: LoginFile) -> None:
    file.save(given(oauth))
    with ScriptedServer() as other, ScriptedServer() as server:
        other.answer("PROPFIND", 207)
        server.answer("PROPFIND", 302, Location=other.url)

        async def asked() -> None:
            client = HttpClient(reach=Reach.account(allow_private=True), home=server.url, kept=kept(oauth, file))
            await client.request("PROPFIND", server.url, follow=True)
            await client.close()

        asyncio.run(asked())
        assert "authorization" in server.recorded[0].headers
        assert "authorization" not in other.recorded[0].headers


def app_password(file: LoginFile) -> KeptLogin:
    return KeptLogin(file, place="here", command=COMMAND)


def test_without_an_app_password_nothing_is_sent_until_the_server_wants_one(file: LoginFile) -> None:
    with ScriptedServer() as server:
        assert 207 == requests(app_password(file), server, (207, ""))
        with pytest.raises(Unauthorized, match=f"the server wants a log-in: {COMMAND}"):
            requests(app_password(file), server, (401, ""))
        assert not [one for one in server.recorded if "authorization" in one.headers]


def test_an_app_password_is_sent_at_once_and_a_withdrawn_one_told_of(file: LoginFile) -> None:
    file.save(Login(kind="password", place="here", username="anna", secret="app pass", obtained_at=datetime.now(UTC)))
    with ScriptedServer() as server:
        assert 207 == requests(app_password(file), server, (207, ""))
        assert "Basic YW5uYTphcHAgcGFzcw==" == server.recorded[0].headers["authorization"]
        with pytest.raises(Unauthorized, match=f"withdrawn there: {COMMAND}"):
            requests(app_password(file), server, (401, ""))


@pytest.mark.parametrize(
    ("english", "german"),
    [
        (f"not logged in: {COMMAND}", f"nicht angemeldet: {COMMAND}"),
        (
            f"the log-in is not renewed any more, it had come to the end of its life: {COMMAND}",
            f"die Anmeldung wird nicht mehr erneuert, sie war abgelaufen: {COMMAND}",
        ),
        (
            "the log-in cannot be renewed now: nothing listens there",
            "die Anmeldung lässt sich gerade nicht erneuern: nothing listens there",
        ),
    ],
)
def test_what_it_says_is_said_in_german_with_the_command_as_it_is_typed(english: str, german: str) -> None:
    assert german == translated(english, "de")
