"""`termintreu init`: a commented configuration from a few answers. This is what was answered, the file that is made of
it, and the trial of an account; what is asked, and how, is in `init_questions`.
"""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from termintreu.config import CallLogConfig, Config, SourceConfig, TargetConfig
from termintreu.config.check import LoadedConfig, check
from termintreu.config.example import answered
from termintreu.config.file import likely_zone
from termintreu.config.providers import Provider
from termintreu.config.schema import AddressBookConfig
from termintreu.cycle.world import World
from termintreu.judging.rules import rule_params, rule_summaries
from termintreu.model import Collection
from termintreu.model.errors import ConfigError, ConnectorError, TermintreuError, Unauthorized
from termintreu.model.ports import KnowsItsAddress, TellsAvailability
from termintreu.service import bootstrap
from termintreu.ui.cli.init_places import Account, addresses

_HEAD = """\
# termintreu's configuration, begun by `termintreu init`: first what was answered, then all else that can be said.
# `termintreu config` opens it, and checks it; `termintreu check` names every mistake with its line.
"""
_OFFICE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:00",))
_NOWHERE = TargetConfig(type="vdir", path="/nowhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConfig:
    """The values of a new configuration."""

    account: Account = field(default_factory=Account)
    """Where the calendars are."""
    target: Account | None = None
    """Where reminders are written, if elsewhere."""
    calendars: tuple[str, ...] = ()
    name: str = ""
    emails: tuple[str, ...] = ()
    region: str = "DE"
    language: str = "de"
    timezone: str = ""
    """IANA name; the machine's, or where that is UTC the region's, where it is empty."""
    hours: Mapping[str, tuple[str, ...]] | None = None
    """Working hours by day; None: those of an office."""
    hours_of_server: bool = False
    """Those that the server keeps count; the configuration names none."""
    books: str = ""
    """The address of address books that the same log-in opens."""
    telephone: Account | None = None
    """A FRITZ!Box."""

    def text(self, folder: Path | None) -> str:
        """The configuration. `folder`: of the files that typed passwords stand in; None: they stand in the text, for a
        check in memory."""
        filled: dict[str, object] = {
            "language": self.language,
            "timezone": self.timezone or likely_zone(self.region),
            "me.name": self.name,
            "me.emails": list(self.emails),
            "me.region": self.region,
        }
        if not self.hours_of_server:
            filled |= {f"me.working_hours.{day}": list(spans) for day, spans in (self.hours or _OFFICE).items()}
        filled |= _account("sources", self.account, folder, name="calendar")
        if self.calendars:
            filled["sources.calendars"] = list(self.calendars)
        filled |= {"target.source": "calendar"} if self.target is None else _account("target", self.target, folder)
        if self.books:
            cards = replace(self.account, type="carddav", place=self.books)
            filled |= _account("address_books", cards, folder, name="contacts")
        if self.telephone is not None:
            filled |= _account("call_logs", self.telephone, folder, name="telephone")
        return answered(rule_params(), rule_summaries(), filled=filled, head=_HEAD)


def _account(table: str, account: Account, folder: Path | None, **more: object) -> dict[str, object]:
    """The keys of one account's table, by path."""
    password: object = account.reference or account.password
    if account.reference is None and account.password and folder is not None:
        password = {"file": str(folder / _file_of(table))}
    keys = {**more, "type": account.type, "path" if account.type == "vdir" else "url": account.place}
    keys |= {"username": account.username} if account.username else {}
    keys |= {"password": password} if password else {}
    keys |= {"allow_private": True} if account.is_private_feed else {}
    return {f"{table}.{key}": value for key, value in keys.items()}


def _file_of(table: str) -> str:
    """The name of the file for a typed password."""
    return {"target": "password-reminders", "call_logs": "password-telephone"}.get(table, "password")


def _typed(given: NewConfig) -> Iterator[tuple[str, str]]:
    """The typed passwords, each with the name of its file."""
    for table, account in (("sources", given.account), ("target", given.target), ("call_logs", given.telephone)):
        if account is not None and account.password and account.reference is None:
            yield _file_of(table), account.password


def reference(kind: str, value: str) -> Mapping[str, object]:
    """A place that a password comes from: ("command", "pass caldav") to {"command": ["pass", "caldav"]}."""
    if kind == "file":
        return {kind: str(Path(value).expanduser().resolve())}
    return {kind: shlex.split(value) if kind == "command" else value}


def words(text: str) -> tuple[str, ...]:
    """ "a, b" to ("a", "b")."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def region_of(locale: str) -> str | None:
    """The country of a locale: "AT" for "de_AT.UTF-8"."""
    country = locale.partition(".")[0].partition("_")[2]
    return country if len(country) == 2 and country.isupper() else None


def missing(given: NewConfig) -> list[str]:
    """The flags that are still needed where nobody can be asked."""
    account = given.account
    wanted: list[tuple[str, object]] = [("--url or --path", account.place)]
    if account.place and account.has_login:
        password = account.reference or account.password
        wanted += [("--username", account.username), ("--password-file (or another --password-...)", password)]
    if account.type == "ics":
        wanted.append(("--target-path (a feed cannot be written to)", given.target))
    return [flag for flag, value in wanted if not value]


def problems_of(given: NewConfig, path: str) -> list[str]:
    """What is wrong with one answer, by its path in the configuration."""
    try:
        check(given.text(None), rule_params(), Path("your answers"))
    except ConfigError as error:
        found = [problem.partition(": ")[2] for problem in error.problems]
        return [problem.partition(": ")[2] for problem in found if problem.startswith(path)]
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An account that was reached."""

    account: Account
    """With the address that was found."""
    calendars: tuple[Collection, ...]
    """Without our own."""
    keeps_hours: bool = False
    """Whether its server keeps working hours."""


def found(account: Account, provider: Provider | None = None) -> Found:
    """Try an account at each address where it may be. Raises ConnectorError: a refused log-in as soon as it is met,
    else what was wrong at the first address."""
    failures: list[ConnectorError] = []
    for address in addresses(account, provider):
        try:
            return _tried(replace(account, place=address))
        except Unauthorized:
            raise
        except ConnectorError as error:
            failures.append(error)
    raise failures[0]


def untried(given: NewConfig) -> NewConfig:
    """With a whole address where less was given, and nobody is to look for it."""
    account = given.account
    if account.type != "caldav" or "://" in account.place:
        return given
    whole = [address for address in addresses(account, None) if "://" in address]
    if not whole:
        raise TermintreuError(f"{account.place}: no address is known for that domain; give --url https://...")
    return replace(given, account=replace(account, place=whole[0]))


def _tried(account: Account) -> Found:
    keys = {
        path.partition(".")[2]: value for path, value in _account("sources", account, None, name="calendar").items()
    }
    source: Any = SourceConfig.model_validate(keys)
    target = _NOWHERE if account.type == "ics" else TargetConfig(source="calendar")
    return asyncio.run(_look(Config(sources=[source], target=target), account))


def _world(config: Config) -> World:
    """That of an account that no configuration has yet. Nothing is written anywhere."""
    params = {name: model() for name, model in rule_params().items()}
    return bootstrap.build(LoadedConfig(config=config, rule_params=params), dry=True)


async def _look(config: Config, account: Account) -> Found:
    world = _world(config)
    try:
        one = world.accounts.calendars[0]
        connector = one.connector
        there = await connector.collections()
        if account.type == "ics":
            for each in there:
                await connector.changes(each, None, {})
        own = set(one.own.values())
        address = connector.address if isinstance(connector, KnowsItsAddress) else None
        return Found(
            account=replace(account, place=address or account.place),
            calendars=tuple(each for each in there if each.name not in own and "VEVENT" in each.components),
            keeps_hours=bool(isinstance(connector, TellsAvailability) and connector.availability),
        )
    finally:
        await world.close()


def books_of(account: Account, provider: Provider | None) -> tuple[str, Sequence[str]]:
    """Where the address books of the same account are, and their names; ("", ()) where there are none to be found."""
    if account.type != "caldav":
        return "", ()
    address = provider.books if provider is not None and provider.books else account.place
    keys = _account("address_books", replace(account, type="carddav", place=address), None, name="contacts")
    book = AddressBookConfig.model_validate({path.partition(".")[2]: value for path, value in keys.items()})
    config = Config(
        sources=[SourceConfig(name="none", type="vdir", path="/nowhere")], target=_NOWHERE, address_books=[book]
    )

    async def look() -> tuple[str, Sequence[str]]:
        world = _world(config)
        try:
            connector = world.accounts.address_books.accounts[0].account.connector
            names = [each.name for each in await connector.collections()]
            known = connector.address if isinstance(connector, KnowsItsAddress) else None
        finally:
            await world.close()
        return (known or address, names) if names else ("", ())

    try:
        return asyncio.run(look())
    except ConnectorError:
        return "", ()


def calls_of(telephone: Account) -> int:
    """How many calls a FRITZ!Box has in its list. Raises ConnectorError."""
    keys = _account("call_logs", telephone, None, name="telephone")
    log = CallLogConfig.model_validate({path.partition(".")[2]: value for path, value in keys.items()})
    config = Config(sources=[SourceConfig(name="none", type="vdir", path="/nowhere")], target=_NOWHERE, call_logs=[log])

    async def look() -> int:
        world = _world(config)
        try:
            return len((await world.accounts.logs[0].log.read(None)).entries)
        finally:
            await world.close()

    return asyncio.run(look())


def write(given: NewConfig, path: Path, *, force: bool) -> list[Path]:
    """Write the configuration, and typed passwords beside it; for their owner only. Returns what was written.

    Raises TermintreuError where a file is there already (without `force`) or cannot be written.
    """
    folder = path.absolute().parent
    files = {folder / name: f"{password}\n" for name, password in _typed(given)}
    files[path] = given.text(folder)
    check(files[path], rule_params(), path)
    for file in files:
        if file.exists() and not force:
            raise TermintreuError(f"{file} is there already; --force replaces it")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file, content in files.items():
            fresh = file.with_name(f".{file.name}.{os.getpid()}")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
                out.write(content)
            fresh.replace(file)
    except OSError as error:
        raise TermintreuError(f"{path}: cannot be written: {error.strerror or 'the system refused'}") from error
    return list(files)
