"""Builds worlds, connectors and databases from the configuration; the only module that imports all of them. What logs
connectors in is built in `account_logins`."""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import structlog

from termintreu.config import Config, SourceConfig, TargetConfig, places
from termintreu.config.file import LoadedConfig, load_config, machine_zone, state_folder
from termintreu.config.holidays import holidays_for
from termintreu.config.log_ins import TARGET, account_names, unique_names
from termintreu.config.meaning import heartbeat_trouble
from termintreu.config.problems import Problem
from termintreu.config.profiles import ONLY, Profiles
from termintreu.config.profiles import load_profiles as profiles_of
from termintreu.config.schema import AddressBookConfig, CallLogConfig, Secret
from termintreu.config.secrets import SecretError, resolve
from termintreu.config.working_hours import WorkClock
from termintreu.cycle.world import Accounts, Settings, State, World
from termintreu.judging.rule_types import RULE_TYPES
from termintreu.judging.rules.common.base import Params
from termintreu.model.errors import ConfigError, ConnectorError
from termintreu.model.marks import installation
from termintreu.model.ports import CallLog, Source, Target
from termintreu.model.texts import Texts
from termintreu.reading.call_logs import LogAccount
from termintreu.reading.collect import Account
from termintreu.reading.ical import Reader
from termintreu.reading.locked_accounts import LockedAccount, LockedLog
from termintreu.reading.vcards import lean
from termintreu.recognition.contacts.address_books import CARDS, AddressBooks, BookAccount, troubles
from termintreu.recognition.contacts.book import ContactBook, contacts_from_config
from termintreu.service.account_logins import AccountLogins
from termintreu.storage import Database, SqliteDatabase, Store
from termintreu.storage.postgres import PostgresDatabase, conninfo_of
from termintreu.storage.session_lock import SessionPlace
from termintreu.storage.store import Guard
from termintreu_connectors import ADDRESS_BOOKS, CONNECTORS
from termintreu_connectors.call_logs import CALL_LOGS, LogOptions
from termintreu_connectors.second_way import SecondWay, trouble_with
from termintreu_connectors.watch import watching

log = structlog.get_logger(__name__)

_MACHINE_ID = Path("/etc/machine-id")


def load(path: Path) -> LoadedConfig[Params]:
    """Read and check the configuration against the rules there are. Raises ConfigError."""
    return load_config(path, RULE_TYPES)


def load_profiles(path: Path) -> Profiles[Params]:
    """The profiles of a configuration. Raises ConfigError for errors in its own file."""
    return profiles_of(path, RULE_TYPES)


def open_state(config: Config, *, dry: bool = False) -> Database:
    """The database of all profiles of a configuration. Raises StoreError where it cannot be used.

    Args:
        config: the settings that all profiles share.
        dry: it is opened to read, and not made where it is missing.
    """
    if config.state.url is None:
        return SqliteDatabase.open(state_folder(config, os.environ), read_only=dry)
    database = open_database(config, dry=dry)
    if dry and database.is_empty:
        database.close()
        return SqliteDatabase.open(None)
    return database


def place_of_state(path: Path) -> Path | None:
    """The folder of the state that a configuration names; None where it cannot be read, or names a database."""
    try:
        config = load_profiles(path).config
    except ConfigError:
        return None
    return state_folder(config, os.environ) if config.state.url is None else None


def lock_place(config: Config) -> Path | SessionPlace:
    """Where the lock of the state is. Raises ConfigError where the password of the database cannot be read."""
    if config.state.url is None:
        return state_folder(config, os.environ)
    return SessionPlace(url=config.state.url, password=_state_password(config))


def open_database(config: Config, *, dry: bool = False) -> PostgresDatabase:
    """The PostgreSQL database. Raises StoreError, and ConfigError where the password cannot be read."""
    return PostgresDatabase.open(config.state.url or "", _state_password(config), read_only=dry)


def queue_address(config: Config) -> str:
    """The connection string (libpq) of the queue of turns; it holds the password. Raises as `open_database`."""
    return conninfo_of(config.state.url or "", _state_password(config))


def _state_password(config: Config) -> str | None:
    user = urlsplit(config.state.url or "").username
    return resolve(config.state.password, username=user, environ=os.environ)


def build(
    loaded: LoadedConfig[Params],
    *,
    dry: bool = False,
    profile: str = ONLY,
    database: Database | None = None,
    guard: Guard | None = None,
) -> World:
    """The world of a configuration.

    Args:
        loaded: the checked configuration.
        dry: nothing is written anywhere: the state is opened to read, and not made where it is missing.
        profile: whose state it works with.
        database: that holds it, shared with other profiles and closed by the caller; None: one of its own.
        guard: checked before each write to the state; see `Store`.

    A secret that cannot be read locks its own account only. Raises StoreError where the state cannot be used.
    """
    config = loaded.config
    zone = ZoneInfo(config.timezone or machine_zone())
    logins = AccountLogins(config, profile)
    accounts, target, target_name = _accounts(config, logins)
    memory = Store(database or open_state(config, dry=dry), profile, shared=database is not None, guard=guard)
    for note in memory.notes:
        log.warning("state damaged", note=note)
    return World(
        settings=Settings(
            config=config,
            params=loaded.rule_params,
            disabled=loaded.disabled,
            clock=WorkClock(me=config.me, zone=zone, holiday=holidays_for(config.me.region, config.language)),
            texts=Texts(language=config.language, zone=zone, region=config.me.region),
            reader=Reader(zone=zone, max_occurrences=config.limits.occurrences),
            person="" if profile == ONLY else profile,
            author=_installation(config, profile),
        ),
        accounts=Accounts(
            calendars=accounts,
            target=target,
            target_name=target_name,
            contacts=ContactBook(contacts_from_config(config.contacts, config.me.country), config.me),
            address_books=_address_books(config, logins),
            logs=_logs(config, zone),
        ),
        state=State(memory=memory),
        second_way=_second_way(config),
    )


def _second_way(config: Config) -> SecondWay:
    """One address that cannot be had costs its own way only."""
    had, lost = _alert_addresses(config)
    for option, why in lost:
        log.warning("no second way", why=why, do=f"mend [alerts] {option}")
    return SecondWay(
        [url for path, url in had if "urls" in path],
        heartbeat=next((url for path, url in had if "heartbeat" in path), None),
        desktop=os.environ.get("DBUS_SESSION_BUS_ADDRESS"),
        lost=lost,
    )


def _alert_addresses(config: Config) -> tuple[list[tuple[places.Path, str]], list[tuple[str, str]]]:
    """The addresses of [alerts] with their places in the configuration; and the options of which none could be had,
    with why."""
    wanted: list[tuple[places.Path, Secret | None]] = [
        *((("alerts", "urls", place), url) for place, url in enumerate(config.alerts.urls)),
        (("alerts", "heartbeat"), config.alerts.heartbeat),
    ]
    had, lost = [], []
    for path, secret in wanted:
        try:
            url = resolve(secret, username=None, environ=os.environ)
        except SecretError as error:
            lost.append((str(path[1]), str(error)))
        else:
            had += [(path, url)] if url is not None else []
    return had, lost


def unusable_alerts(loaded: LoadedConfig[Params]) -> list[Problem]:
    """One problem for each address of [alerts] that can be had and leads nowhere. Nobody is contacted."""
    found = []
    for path, url in _alert_addresses(loaded.config)[0]:
        why = heartbeat_trouble(url) if "heartbeat" in path else trouble_with(url)
        if why is not None:
            found.append(Problem(path=path, text=why))
    return found


def unreadable_logs(loaded: LoadedConfig[Params]) -> list[Problem]:
    """One problem for each call log that is a file and cannot be read. Servers are not contacted."""
    config = loaded.config
    zone = ZoneInfo(config.timezone or machine_zone())
    found = []
    for place, (name, wanted) in enumerate(log_names(config.call_logs)):
        if wanted.path is None:
            continue
        try:
            asyncio.run(_call_log(wanted, name, config, zone).read(None))
        except ConnectorError as error:
            found.append(Problem(path=("call_logs", place, "path"), text=str(error)))
    return found


def unreadable_books(loaded: LoadedConfig[Params]) -> list[Problem]:
    """The problems of address books that are files or folders and cannot be read, in whole or in part. Servers are not
    contacted."""
    config = loaded.config
    return [
        Problem(path=("address_books", place, "path"), text=trouble)
        for place, one in enumerate(_address_books(config, AccountLogins(config, ONLY), trim=bytes).accounts)
        if one.type == "vcard"
        for trouble in asyncio.run(troubles(one))
    ]


def watch_file(path: Path, wake: Callable[[], None]) -> AbstractContextManager[None]:
    """Call `wake` (from a thread) when a file changes."""
    return watching(path, wake)


def _installation(config: Config, profile: str) -> str:
    """Workers that share a database are one installation, on whichever machine they run."""
    if config.state.url is not None:
        return installation("", f"{config.state.url}/{profile}")
    return installation(_machine(), f"{state_folder(config, os.environ)}/{profile}")


def _machine() -> str:
    """An id of this computer."""
    try:
        return _MACHINE_ID.read_text(encoding="ascii").strip() or platform.node()
    except (OSError, ValueError):
        return platform.node()


def _accounts(config: Config, logins: AccountLogins) -> tuple[tuple[Account, ...], Target, str]:
    own = {"reminders": config.target.reminders, "tasks": config.target.tasks}
    accounts: list[Account] = []
    target: tuple[Source, str] | None = None
    for source in config.sources:
        connector = _connector(source, source.name, config, logins)
        is_target = source.name == config.target.source
        accounts.append(
            Account(
                name=source.name,
                connector=connector,
                type=source.type,
                patterns=tuple(source.calendars),
                own=own if is_target else {},
                max_events=config.limits.events,
            )
        )
        if is_target:
            target = connector, source.name
    if target is None:
        connector = _connector(config.target, TARGET, config, logins)
        accounts.append(
            Account(name=TARGET, connector=connector, type=config.target.type or "caldav", watched=False, own=own)
        )
        target = connector, TARGET
    return tuple(accounts), target[0], target[1]  # type: ignore[return-value]  # the schema admits writable ones only


def _connector(wanted: SourceConfig | TargetConfig, name: str, config: Config, logins: AccountLogins) -> Source:
    kind = wanted.type or "caldav"  # the schema: a target that names no source has a type
    try:
        login = logins.of(name, wanted)
    except SecretError as error:
        return LockedAccount(name, str(error), getattr(wanted, "auth", "password"))
    return CONNECTORS[kind](
        name=name,
        url=getattr(wanted, "base", None) or wanted.url,
        path=wanted.path,
        username=login.username,
        password=login.password,
        kept=login.kept,
        allow_private=getattr(wanted, "allow_private", False),
        max_body=config.limits.body,
        ours=isinstance(wanted, TargetConfig),
    )


def _address_books(config: Config, logins: AccountLogins, trim: Callable[[bytes], bytes] = lean) -> AddressBooks:
    books = [(name, one) for name, one in account_names(config).items() if isinstance(one, AddressBookConfig)]
    return AddressBooks(
        accounts=tuple(
            BookAccount(
                account=Account(
                    name=name,
                    connector=_book_connector(wanted, name, config, logins, trim),
                    type=wanted.type,
                    patterns=tuple(wanted.books),
                    reads=CARDS,
                    max_events=config.limits.events,
                ),
                type=wanted.type,
            )
            for name, wanted in books
        ),
        configured=contacts_from_config(config.contacts, config.me.country),
        me=config.me,
    )


def _book_connector(
    wanted: AddressBookConfig, name: str, config: Config, logins: AccountLogins, trim: Callable[[bytes], bytes]
) -> Source:
    try:
        login = logins.of(name, wanted)
    except SecretError as error:
        return LockedAccount(name, str(error))
    return ADDRESS_BOOKS[wanted.type](
        name=name,
        url=wanted.url,
        path=wanted.path,
        username=login.username,
        password=login.password,
        kept=login.kept,
        allow_private=wanted.allow_private,
        max_body=config.limits.body,
        trim=trim,
    )


def _logs(config: Config, zone: ZoneInfo) -> tuple[LogAccount, ...]:
    return tuple(
        LogAccount(
            name=name, type=wanted.type, log=_call_log(wanted, name, config, zone), prefixes=tuple(wanted.prefixes)
        )
        for name, wanted in log_names(config.call_logs)
    )


def log_names(wanted: Iterable[CallLogConfig]) -> list[tuple[str, CallLogConfig]]:
    """Each log with its name; where two have the same, the second one is numbered."""
    logs = list(wanted)
    return list(zip(unique_names([each.name or each.type for each in logs]), logs, strict=True))


def _call_log(wanted: CallLogConfig, name: str, config: Config, zone: ZoneInfo) -> CallLog:
    try:
        password = resolve(wanted.password, username=wanted.username, environ=os.environ)
    except SecretError as error:
        return LockedLog(name, str(error))
    return CALL_LOGS[wanted.type](
        LogOptions(
            name=name,
            zone=ZoneInfo(wanted.timezone) if wanted.timezone else zone,
            path=wanted.path or "",
            url=wanted.url or "",
            username=wanted.username,
            password=password,
            encoding=wanted.encoding,
            columns=tuple(wanted.columns),
            max_body=config.limits.body,
        )
    )
