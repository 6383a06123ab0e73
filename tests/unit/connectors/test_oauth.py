"""Finding an authorization server, and the two ways to log in: what is trusted, and what is not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from termintreu.model.errors import ConnectorError, Forbidden, InvalidAnswer, NotFound, Unavailable
from termintreu_connectors.oauth.browser import Attempt, attempt, code_in, redeemed
from termintreu_connectors.oauth.device import DeviceCode, device_code, granted
from termintreu_connectors.oauth.metadata import Found, discovered
from termintreu_connectors.oauth.provider import STANDARD, Endpoints, OAuthClient, Provider
from termintreu_connectors.oauth.tokens import Refused, login_from, renewed_from
from termintreu_connectors.oauth.web import Web
from tests.logging_in import ended_at
from tests.oauth_server import CLIENT, SECRET, OAuthServer, oauth_server
from tests.scripted import ScriptedServer

PUBLIC = OAuthClient(id=CLIENT)


@pytest.fixture
def oauth() -> Iterator[OAuthServer]:
    with oauth_server() as server:
        yield server


def found(url: str, issuer: str | None = None, *, allow_private: bool = False) -> Found:
    return asyncio.run(discovered(Web(url, issuer or "", allow_private=allow_private), url, issuer))


def test_the_servers_own_metadata_names_the_endpoints(oauth: OAuthServer) -> None:
    endpoints = found(oauth.url).endpoints
    assert (f"{oauth.url}token", f"{oauth.url}authorize") == (endpoints.token, endpoints.authorization)
    assert (f"{oauth.url}device_authorization", f"{oauth.url}revoke") == (endpoints.device, endpoints.revocation)


def resource(server: ScriptedServer, *, names: str, **said: Any) -> None:
    """A CalDAV server that names its authorization server (RFC 9728)."""
    challenge = f'Bearer scope="caldav tasks", resource_metadata="{server.url}meta"'
    server.answer("PROPFIND", 401, WWW_Authenticate=challenge)
    server.answer("GET", 200, json.dumps({"resource": server.url, "authorization_servers": [names], **said}))


def test_the_calendar_server_names_another_one_and_what_it_wants(oauth: OAuthServer) -> None:
    with ScriptedServer() as server:
        resource(server, names=oauth.issuer)
        one = found(f"{server.url}dav/anna/")
    assert oauth.issuer == one.endpoints.issuer
    assert ("caldav", "tasks") == one.scopes


def test_metadata_about_another_server_leads_nowhere(oauth: OAuthServer) -> None:
    with ScriptedServer() as server:
        resource(server, names=oauth.issuer, resource="https://other.example/")
        for _ in range(6):
            server.answer("GET", 404)
        with pytest.raises(NotFound, match="configure its issuer"):
            found(server.url)


def test_an_issuer_with_a_path_is_looked_for_in_every_usual_place() -> None:
    with ScriptedServer() as server:
        for _ in range(3):
            server.answer("GET", 404)
        issuer = f"{server.url}realms/home"
        server.answer("GET", 200, json.dumps({"issuer": issuer, "token_endpoint": f"{server.url}t"}))
        assert f"{server.url}t" == found("https://dav.example/", issuer).endpoints.token
        asked = [request.path for request in server.recorded]
    assert [
        "/.well-known/oauth-authorization-server/realms/home",
        "/realms/home/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration/realms/home",
        "/realms/home/.well-known/openid-configuration",
    ] == asked


def test_metadata_that_speaks_for_another_issuer_is_refused(oauth: OAuthServer) -> None:
    oauth.metadata = {"issuer": "https://evil.example"}
    with pytest.raises(Forbidden, match="another issuer"):
        found("https://dav.example/", oauth.issuer)


@pytest.mark.requirement(24)
@pytest.mark.parametrize(
    "endpoint",
    [
        "http://id.example/token",
        "ftp://id.example/token",
        "https://anna:secret@id.example/token",
        "http://127.0.0.2/token",
        "https://id.example/to\x1b[31mken",
        "javascript:alert(1)",
        7,
    ],
)
def test_an_endpoint_that_is_not_under_tls_is_refused(oauth: OAuthServer, endpoint: object) -> None:
    oauth.metadata = {"token_endpoint": endpoint}
    with pytest.raises(Forbidden, match="token_endpoint of the authorization server is not an https address"):
        found(oauth.url)


@pytest.mark.requirement(24)
@pytest.mark.parametrize("address", ["https://127.0.0.2:1/token", "https://10.0.0.1/token", "https://169.254.169.254/"])
def test_an_address_within_the_network_that_only_a_server_names_is_not_asked(address: str) -> None:
    with pytest.raises(Forbidden, match="address is refused"):
        asyncio.run(Web("https://dav.example/").post(address, {"refresh_token": "secret"}))


@pytest.mark.requirement(25)
def test_a_redirect_is_not_followed_with_a_secret(oauth: OAuthServer) -> None:
    with ScriptedServer() as server:
        server.answer("POST", 307, Location=f"{oauth.url}token")
        reply = asyncio.run(Web(server.url).post(server.url, {"refresh_token": "secret"}))
    assert 307 == reply.status
    assert [] == oauth.asked


def test_a_server_that_is_down_is_not_one_without_endpoints(oauth: OAuthServer) -> None:
    oauth.down = True
    with pytest.raises(Unavailable):
        found("https://dav.example/", oauth.issuer)


def tried(
    oauth: OAuthServer, provider: Provider = STANDARD, *, scopes: tuple[str, ...] = ()
) -> tuple[Endpoints, Attempt]:
    endpoints = found(oauth.url).endpoints
    return endpoints, attempt(endpoints, PUBLIC, provider, scopes, "http://127.0.0.1:8434/")


def test_the_request_has_what_a_provider_wants(oauth: OAuthServer) -> None:
    provider = Provider(parameters={"access_type": "offline"})
    _, one = tried(oauth, provider, scopes=("a", "b", "a"))
    query = parse_qs(urlsplit(one.url).query)
    assert (["a b"], ["offline"], ["S256"]) == (query["scope"], query["access_type"], query["code_challenge_method"])
    assert one.verifier not in one.url
    assert tried(oauth)[1].state != one.state


def test_a_code_is_worth_nothing_without_its_verifier(oauth: OAuthServer) -> None:
    endpoints, one = tried(oauth)
    code = code_in(ended_at(one.url), one)
    other = Attempt(url=one.url, redirect=one.redirect, state=one.state, verifier="x" * 64)
    with pytest.raises(Refused, match="invalid_grant"):
        asyncio.run(redeemed(Web(oauth.url), code, other, endpoints, PUBLIC))
    assert "access_token" in asyncio.run(redeemed(Web(oauth.url), code, one, endpoints, PUBLIC))


@pytest.mark.parametrize(
    "address",
    ["", "code", "http://127.0.0.1/?code=x", "http://127.0.0.1/?code=x&state=other", "http://[/?state=", "\x00"],
)
def test_an_address_without_our_state_is_no_answer(oauth: OAuthServer, address: str) -> None:
    with pytest.raises(InvalidAnswer, match="does not belong to this log-in"):
        code_in(address, tried(oauth)[1])


def test_an_answer_of_another_issuer_is_refused(oauth: OAuthServer) -> None:
    _, one = tried(oauth)
    with pytest.raises(InvalidAnswer, match="another server answered"):
        code_in(f"{ended_at(one.url)}&iss=https%3A%2F%2Fevil.example", one)


@pytest.mark.parametrize("in_body", [False, True])
def test_a_client_with_a_secret_shows_it_as_the_server_wants(oauth: OAuthServer, in_body: bool) -> None:
    oauth.client.secret = SECRET
    if in_body:
        oauth.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    endpoints, one = tried(oauth)
    assert in_body == endpoints.takes_secret_in_body
    client = OAuthClient(id=CLIENT, secret=SECRET)
    assert SECRET not in repr(client)
    assert "access_token" in asyncio.run(
        redeemed(Web(oauth.url), code_in(ended_at(one.url), one), one, endpoints, client)
    )


def test_a_wrong_client_is_told_where_it_stands(oauth: OAuthServer) -> None:
    endpoints, one = tried(oauth)
    code = code_in(ended_at(one.url), one)
    with pytest.raises(Refused, match="see client in the configuration"):
        asyncio.run(redeemed(Web(oauth.url), code, one, endpoints, OAuthClient(id="nobody")))


class Waits:
    """Sleeps that take no time, and what happens meanwhile."""

    def __init__(self, *meanwhile: Any) -> None:
        self.asked: list[float] = []
        self._meanwhile = list(meanwhile)

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        if self._meanwhile and (action := self._meanwhile.pop(0)) is not None:
            action()


def by_device(oauth: OAuthServer, waits: Waits) -> dict[str, Any]:
    endpoints, web = found(oauth.url).endpoints, Web(oauth.url)

    async def flow() -> dict[str, Any]:
        given = await device_code(web, endpoints, PUBLIC, ())
        return await granted(web, given, endpoints, PUBLIC, sleep=waits)

    return asyncio.run(flow())


def test_a_device_waits_and_slows_down_when_it_is_told_to(oauth: OAuthServer) -> None:
    oauth.interval = 20.0
    waits = Waits(None, None, None, oauth.allow_device)
    assert "access_token" in by_device(oauth, waits)
    assert [20.0, 20.0, 25.0, 30.0] == waits.asked, "the second question came too early, and each one after it"


def test_a_device_that_is_refused_says_so(oauth: OAuthServer) -> None:
    oauth.refuses = True
    with pytest.raises(Refused, match="it was not allowed"):
        by_device(oauth, Waits(oauth.allow_device))


def test_a_code_that_nobody_types_ends(oauth: OAuthServer) -> None:
    oauth.interval = 600.0
    with pytest.raises(Refused, match="not used in time"):
        by_device(oauth, Waits())


def test_a_device_asks_less_often_of_a_server_that_is_down(oauth: OAuthServer) -> None:
    def down() -> None:
        oauth.down = True

    def up() -> None:
        oauth.down = False
        oauth.allow_device()

    waits = Waits(down, None, up)
    by_device(oauth, waits)
    assert [0.05, 0.1, 0.2] == waits.asked


@pytest.mark.parametrize("said", [{"user_code": "A\x1b[2J"}, {"verification_uri": "http://else.example/"}])
def test_what_a_server_shows_on_the_terminal_is_checked(said: dict[str, str]) -> None:
    with ScriptedServer() as server:
        whole = {"device_code": "x", "user_code": "A", "verification_uri": f"{server.url}d", **said}
        server.answer("POST", 200, json.dumps(whole))
        endpoints = Endpoints(issuer="i", token=server.url, device=server.url)
        with pytest.raises(ConnectorError):
            asyncio.run(device_code(Web(server.url), endpoints, PUBLIC, ()))


@pytest.mark.parametrize(
    ("status", "body", "error", "text"),
    [
        (400, '{"error": "invalid_grant", "error_description": "secret words"}', Refused, r"\(invalid_grant\)"),
        (400, '{"error": "In\\u001bvalid"}', InvalidAnswer, "cannot be read"),
        (400, "<html>", InvalidAnswer, "cannot be read"),
        (200, '{"access_token": 5}', InvalidAnswer, "cannot be read"),
        (200, '{"access_token": "x", "token_type": "mac"}', InvalidAnswer, "of a kind"),
        (503, '{"error": "invalid_grant"}', Unavailable, "not available"),
        (429, "", Unavailable, "not available"),
        (302, "", InvalidAnswer, "cannot be read"),
    ],
)
def test_an_answer_says_whether_it_is_for_good(status: int, body: str, error: type[Exception], text: str) -> None:
    with ScriptedServer() as server:
        server.answer("POST", status, body)
        endpoints = Endpoints(issuer="i", token=server.url)
        given = DeviceCode(url="u", user_code="c", code="d", interval=1, lives=1)
        one = Attempt(url=server.url, redirect="r", state="s", verifier="v")
        with pytest.raises(error, match=text) as raised:
            asyncio.run(redeemed(Web(server.url), given.code, one, endpoints, PUBLIC))
    assert "secret words" not in str(raised.value)


def test_an_end_that_moves_on_with_each_renewal_is_no_end(oauth: OAuthServer) -> None:
    begin = datetime(2026, 11, 23, tzinfo=UTC)
    endpoints = Endpoints(issuer="i", token="t")
    said = {"access_token": "a", "refresh_token": "r", "expires_in": 3600, "refresh_token_expires_in": 604_800}
    login = login_from(said, endpoints, place="here", asked_at=begin)
    later = begin + timedelta(hours=1)
    fixed = renewed_from(login, said | {"refresh_token_expires_in": 604_800 - 3600}, asked_at=later)
    sliding = renewed_from(login, said, asked_at=later)
    assert begin + timedelta(days=7) == login.ends
    assert begin + timedelta(days=7) == fixed.ends
    assert sliding.ends is None
