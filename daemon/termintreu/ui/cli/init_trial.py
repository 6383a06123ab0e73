"""What `termintreu init` finds out of an account before anything is written: whether it answers, which calendars and
address books are there. Nothing is written there either.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from termintreu.config import CallLogConfig, Config, SourceConfig, TargetConfig
from termintreu.config.check import LoadedConfig
from termintreu.config.providers import Provider
from termintreu.config.schema import AddressBookConfig
from termintreu.cycle.world import World
from termintreu.judging.rules import rule_params
from termintreu.model import Collection
from termintreu.model.errors import ConnectorError, Unauthorized
from termintreu.model.ports import KnowsItsAddress, TellsAvailability
from termintreu.service import bootstrap
from termintreu.ui.cli.commands.context import run_to_end
from termintreu.ui.cli.init import SOURCE, account_keys, book_keys
from termintreu.ui.cli.init_places import Account

FRITZBOX = "fritz.box"
_NOWHERE = TargetConfig(type="vdir", path="/nowhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An account that was reached."""

    account: Account
    """With the address that was found."""
    calendars: tuple[Collection, ...]
    """Without our own."""
    keeps_hours: bool = False
    """Whether its server keeps working hours."""


def found(account: Account, places: Iterable[str], name: str = SOURCE) -> Found:
    """Try an account at each address where it may be. Raises ConnectorError: a refused log-in as soon as it is met,
    else what was wrong at the first address.

    Args:
        account: as far as it is known.
        places: its likely addresses, the likeliest first.
        name: what a log-in is kept under that was obtained for it.
    """
    failures: list[ConnectorError] = []
    for address in places:
        try:
            return asyncio.run(_look(replace(account, place=address), name))
        except Unauthorized:
            raise
        except ConnectorError as error:
            failures.append(error)
    raise failures[0]


def source_of(account: Account, name: str) -> SourceConfig:
    """The source that an account would be."""
    keys = {path.partition(".")[2]: value for path, value in account_keys("sources", account, None, name=name).items()}
    return SourceConfig.model_validate(keys)


def config_of(source: SourceConfig) -> Config:
    """A configuration that holds nothing else."""
    target = _NOWHERE if source.type == "ics" else TargetConfig(source=source.name)
    return Config(sources=[source], target=target)


def _world(config: Config) -> World:
    """That of an account that no configuration has yet. Nothing is written anywhere."""
    params = {name: model() for name, model in rule_params().items()}
    return bootstrap.build(LoadedConfig(config=config, rule_params=params), dry=True)


async def _look(account: Account, name: str) -> Found:
    world = _world(config_of(source_of(account, name)))
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
    keys = book_keys(account, address, None)
    book = AddressBookConfig.model_validate({path.partition(".")[2]: value for path, value in keys.items()})
    config = config_of(source_of(account, SOURCE)).model_copy(update={"address_books": [book]})

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


def has_fritzbox(patience: float = 2.0) -> bool:
    """Whether a FRITZ!Box is in this network: it gives its own name an address in there. Elsewhere that name leads to a
    stranger on the internet, who is not asked. `patience`: seconds that the name may take."""

    async def addresses_there() -> list[str]:
        async with asyncio.timeout(patience):
            found = await asyncio.get_running_loop().getaddrinfo(FRITZBOX, None, type=socket.SOCK_STREAM)
        return [str(each[4][0]).partition("%")[0] for each in found]

    try:
        there = [ipaddress.ip_address(each) for each in run_to_end(addresses_there())]
    except (OSError, ValueError, TimeoutError):
        return False
    return any(each.is_private and not (each.is_loopback or each.is_unspecified) for each in there)


def calls_of(telephone: Account) -> int:
    """How many calls a FRITZ!Box has in its list. Raises ConnectorError."""
    keys = account_keys("call_logs", telephone, None, name="telephone")
    log = CallLogConfig.model_validate({path.partition(".")[2]: value for path, value in keys.items()})
    config = Config(sources=[SourceConfig(name="none", type="vdir", path="/nowhere")], target=_NOWHERE, call_logs=[log])

    async def look() -> int:
        world = _world(config)
        try:
            return len((await world.accounts.logs[0].log.read(None)).entries)
        finally:
            await world.close()

    return asyncio.run(look())
