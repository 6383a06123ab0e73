"""Logging in and out on behalf of a source: what `termintreu login` and `logout` do, and the log-ins that cycles use.

Beside `bootstrap` and `account_logins` the only module that knows connectors.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, Protocol

from termintreu.config import Config, SourceConfig
from termintreu.config.file import state_folder
from termintreu.config.profiles import ONLY
from termintreu.config.secrets import resolve
from termintreu.model.errors import ConnectorError, Forbidden, InvalidAnswer, NotFound, TermintreuError
from termintreu.model.logins import Login, LoginStore, login_command, place_of
from termintreu.storage.logins import LoginFile
from termintreu_connectors import login_flow
from termintreu_connectors.apis import APIS
from termintreu_connectors.http_urls import bare_domain, origin
from termintreu_connectors.kept_login import KeptLogin, OAuth
from termintreu_connectors.oauth import browser, device, metadata, tokens
from termintreu_connectors.oauth.provider import STANDARD, OAuthClient, Provider
from termintreu_connectors.oauth.web import Web

How = Literal["browser", "paste", "device"]

PATIENCE = 900.0
"""Seconds that the user has in the browser."""
_TRIES = 3
"""Addresses that may be pasted."""
_OTHERS = 60.0
"""Seconds that another process has for its renewal."""
_PASTE_PORT = 8434
"""Of the redirect that leads nowhere: nobody listens there."""


class Person(Protocol):
    """Whoever logs in."""

    def show(self, url: str, *, code: str | None = None, scan: str | None = None) -> None:
        """Show the address to open, the code to type there, and what a phone may scan instead."""

    async def pasted(self) -> str | None:
        """The address at which the browser ended; None where there is no more to come."""

    def say(self, sentence: str) -> None:
        """Tell of something that went wrong, and can be tried again."""

    def translated(self, sentence: str) -> str:
        """A sentence in their language."""


def kept_login(source: SourceConfig, config: Config, profile: str) -> KeptLogin:
    """What logs a source in for which `termintreu login` does that. Raises SecretError where the client's secret cannot
    be read."""
    oauth = None
    if source.uses_oauth:
        oauth = OAuth(client=_client(source), web=_web(source), provider=_provider(source, config))
    return KeptLogin(
        _store(source, config, profile), place=_place(source), command=command(source, profile), oauth=oauth
    )


def command(source: SourceConfig, profile: str) -> str:
    """The command that logs it in."""
    return login_command(source.name, "" if profile == ONLY else profile)


async def log_in(source: SourceConfig, config: Config, profile: str, how: How, person: Person) -> Login:
    """Log a source in, and keep that. What was kept before stays where this fails.

    Raises TermintreuError with one sentence.
    """
    store = _store(source, config, profile)
    # What can be had only once is not asked for before there is room for it.
    await _exclusively(store, store.prepare)
    try:
        login = await (_by_oauth(source, config, how, person) if source.uses_oauth else _by_flow(source, person))
    except TimeoutError:
        raise TermintreuError(f"nobody logged in within {PATIENCE / 60:.0f} minutes") from None
    await _exclusively(store, lambda: store.save(login))
    return login


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A log-in with a browser that a server offers."""

    way: Literal["link", "oauth"]
    places: tuple[str, ...]
    """Addresses where the calendars may be, the likeliest first."""
    has_device: bool = False
    """A code can be typed on another device."""


async def offered(source: SourceConfig) -> Offer | None:
    """What the server of a source offers; None where that is a password only. Raises ConnectorError where it cannot be
    asked, or what it offers cannot be used."""
    web, url = _web(source), source.url or ""
    try:
        await login_flow.begun(web, url)
    except Forbidden:
        raise
    except ConnectorError:
        pass  # whatever it says: to a question that it does not know, servers answer in many ways
    else:
        return Offer(way="link", places=login_flow.calendars_of(url))
    try:
        found = await metadata.discovered(web, url, source.issuer)
    except NotFound:
        return None
    return Offer(way="oauth", places=(url,), has_device=found.endpoints.device is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedOut:
    """How it went; nothing is kept here in any case."""

    found: bool = True
    """There was something."""
    note: str = ""
    """What is left to do for the user, in a clause; "": the server has taken it back."""
    failed: bool = False
    """The server should have."""


async def log_out(source: SourceConfig, config: Config, profile: str) -> LoggedOut:
    """Have withdrawn what a source logs in with, as far as the server does that, and forget it here. Raises StoreError
    where that fails."""
    store = _store(source, config, profile)
    login = store.load()
    done = LoggedOut(found=False) if login is None else await _withdrawn(source, login)
    await _exclusively(store, store.forget)
    return done


async def _withdrawn(source: SourceConfig, login: Login) -> LoggedOut:
    if login.place != _place(source):
        return LoggedOut(note="it was for another server or client than the configuration names now: withdraw it there")
    if login.kind == "oauth" and not login.revocation_endpoint:
        return LoggedOut(note="the server takes nothing back by itself: withdraw it in your account there")
    try:
        if login.kind == "password":
            done = await login_flow.withdraw(_web(source), source.url or "", login)
        else:
            done = await tokens.revoke(_web(source), login, _client(source))
    except TermintreuError as error:
        return LoggedOut(note=f"{error}; withdraw it in your account there", failed=True)
    if done:
        return LoggedOut()
    return LoggedOut(note="the server did not take it back: withdraw it in your account there", failed=True)


async def _by_flow(source: SourceConfig, person: Person) -> Login:
    web = _web(source)
    flow = await login_flow.begun(web, source.url or "")
    person.show(flow.link, scan=flow.link)
    return await login_flow.granted(web, flow, place=_place(source), now=_now)


async def _by_oauth(source: SourceConfig, config: Config, how: How, person: Person) -> Login:
    web, client, provider = _web(source), _client(source), _provider(source, config)
    found = (
        metadata.Found(endpoints=provider.endpoints)
        if provider.endpoints is not None
        else await metadata.discovered(web, home_of(source) or "", source.issuer)
    )
    scopes = [*provider.scopes, *found.scopes, *(["offline_access"] if found.endpoints.offers_offline else [])]
    way = _Way(web=web, client=client, provider=provider, found=found, scopes=tuple(scopes), person=person)
    if how == "browser" and found.endpoints.authorization is None and found.endpoints.device is not None:
        how = "device"
    async with asyncio.timeout(PATIENCE if how != "device" else None):
        said = await _WAYS[how](way)
    return tokens.login_from(said, found.endpoints, place=_place(source), asked_at=_now())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    web: Web
    client: OAuthClient
    provider: Provider
    found: metadata.Found
    scopes: tuple[str, ...]
    person: Person

    def attempt(self, port: int) -> browser.Attempt:
        redirect = f"http://{self.provider.loopback}:{port}/"
        return browser.attempt(self.found.endpoints, self.client, self.provider, self.scopes, redirect)


async def _by_browser(way: _Way) -> Mapping[str, object]:
    async with browser.redirected(way.person.translated) as redirect:
        tried = way.attempt(redirect.port)
        way.person.show(tried.url)
        code = await redirect.code(tried)
        # The browser has its answer before this machine stops listening.
        return await browser.redeemed(way.web, code, tried, way.found.endpoints, way.client)


async def _by_pasting(way: _Way) -> Mapping[str, object]:
    tried = way.attempt(_PASTE_PORT)
    way.person.show(tried.url)
    for _ in range(_TRIES):
        address = await way.person.pasted()
        if address is None:
            break
        try:
            code = browser.code_in(address, tried)
        except InvalidAnswer as error:
            way.person.say(str(error))
            continue
        return await browser.redeemed(way.web, code, tried, way.found.endpoints, way.client)
    raise TermintreuError("no address of this log-in was given; nothing has changed")


async def _by_device(way: _Way) -> Mapping[str, object]:
    given = await device.device_code(way.web, way.found.endpoints, way.client, way.scopes)
    way.person.show(given.url, code=given.user_code, scan=given.whole_url)
    return await device.granted(way.web, given, way.found.endpoints, way.client)


_WAYS: Mapping[How, Callable[[_Way], Awaitable[Mapping[str, object]]]] = {
    "browser": _by_browser,
    "paste": _by_pasting,
    "device": _by_device,
}


async def _exclusively(store: LoginStore, action: Callable[[], None]) -> None:
    """Not while another process renews it: it would write over what is written here. Raises StoreError."""
    waited = 0.0
    while True:
        with store.exclusive() as alone:
            if alone:
                action()
                return
        if waited >= _OTHERS:
            raise TermintreuError("another process has not done with renewing the log-in; try again")
        await asyncio.sleep(0.05)
        waited += 0.05


def home_of(source: SourceConfig) -> str | None:
    """Where it is asked: its address, or the root of its API; None for folders."""
    return source.base or APIS[source.type].root if source.is_api else source.url


def _store(source: SourceConfig, config: Config, profile: str) -> LoginFile:
    return LoginFile(state_folder(config, os.environ), profile, source.name)


def _place(source: SourceConfig) -> str:
    url = home_of(source) or ""
    scheme, host, port = origin(url)
    client = "" if source.client is None else f"{source.client.id}\n{source.issuer or ''}"
    return place_of(bare_domain(url) or f"{scheme}://{host}:{port}", client)


def _client(source: SourceConfig) -> OAuthClient:
    """Raises SecretError."""
    client = source.client
    if client is None:
        return OAuthClient(id="")  # the schema: a source for OAuth has one
    return OAuthClient(id=client.id, secret=resolve(client.secret, username=client.id, environ=os.environ))


def _provider(source: SourceConfig, config: Config) -> Provider:
    """Where a provider has ways of its own, they are known by the source's type."""
    provider = STANDARD
    if source.is_api:
        tenant = source.client.tenant if source.client is not None else None
        provider = APIS[source.type].provider(writes=config.target.source == source.name, tenant=tenant or "common")
    return provider if source.issuer is None else replace(provider, endpoints=None)


def _web(source: SourceConfig) -> Web:
    return Web(home_of(source) or "", source.issuer or "", allow_private=source.allow_private)


def _now() -> datetime:
    return datetime.now(UTC)
