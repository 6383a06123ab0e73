"""`termintreu init`: a commented configuration from a few answers. This is what was answered, and the file that is made
of it; what is asked, and how, is in `init_questions`.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from termintreu.config.check import check
from termintreu.config.example import answered
from termintreu.config.file import likely_zone
from termintreu.config.log_ins import server_of
from termintreu.config.providers import by_url
from termintreu.config.schema import ScheduleConfig
from termintreu.judging.rules import rule_params, rule_summaries
from termintreu.model.errors import ConfigError, TermintreuError
from termintreu.ui.cli.init_places import Account, addresses

SOURCE, BOOKS = "calendar", "contacts"
"""The names of the source and of the address books."""
_HEAD = """\
# termintreu's configuration, begun by `termintreu init`: first what was answered, then all else that can be said.
# `termintreu config` opens it, and checks it; `termintreu check` names every mistake with its line.
"""
_OFFICE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:00",))


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
        filled |= account_keys("sources", self.account, folder, name=SOURCE, **_pace(self.account.place))
        if self.calendars:
            filled["sources.calendars"] = list(self.calendars)
        target = self.target
        filled |= {"target.source": SOURCE} if target is None else account_keys("target", target, folder)
        if self.books:
            filled |= book_keys(self.account, self.books, folder)
        if self.telephone is not None:
            filled |= account_keys("call_logs", self.telephone, folder, name="telephone")
        return answered(rule_params(), rule_summaries(), filled=filled, head=_HEAD)


def account_keys(table: str, account: Account, folder: Path | None, **more: object) -> dict[str, object]:
    """The keys of one account's table, by path; `folder` as of `NewConfig.text`."""
    keys = {**more, "type": account.type, "path" if account.type == "vdir" else "url": account.place}
    keys |= {"username": account.username} if account.username else {}
    password = account.reference or _secret(account.password, _file_of(table), folder)
    keys |= {"password": password} if password else {}
    if account.client_id:
        secret = _secret(account.client_secret, _CLIENT_SECRET, folder)
        keys |= {"auth": "oauth", "client": {"id": account.client_id, **({"secret": secret} if secret else {})}}
    keys |= {"allow_private": True} if account.is_private_feed else {}
    return {f"{table}.{key}": value for key, value in keys.items()}


def book_keys(account: Account, address: str, folder: Path | None) -> dict[str, object]:
    """The keys of the address books at `address`, which the log-in of `account` opens."""
    more = {"name": BOOKS, **_pace(address)}
    if server_of(address) != server_of(account.place):
        books = replace(account, type="carddav", place=address, client_id="")
        return account_keys("address_books", books, folder, **more)
    keys = account_keys("address_books", Account(type="carddav", place=address), folder, **more)
    return {**keys, "address_books.login": SOURCE}


def _pace(address: str) -> dict[str, object]:
    """How often a provider lets itself be asked, where it has a pace: seldom enough, whatever the schedule becomes."""
    provider = by_url(address)
    if provider is None or provider.poll is None:
        return {}
    return {"poll": max(provider.poll, ScheduleConfig().poll)}


def _secret(typed: str, name: str, folder: Path | None) -> object:
    return {"file": str(folder / name)} if typed and folder is not None else typed


_CLIENT_SECRET = "client-secret"  # noqa: S105 - the name of a file


def _file_of(table: str) -> str:
    """The name of the file for a typed password."""
    return {"target": "password-reminders", "call_logs": "password-telephone"}.get(table, "password")


def _typed(given: NewConfig) -> Iterator[tuple[str, str]]:
    """The typed passwords, each with the name of its file."""
    for table, account in (("sources", given.account), ("target", given.target), ("call_logs", given.telephone)):
        if account is not None and account.password and account.reference is None:
            yield _file_of(table), account.password
    if given.account.client_secret:
        yield _CLIENT_SECRET, given.account.client_secret


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


def missing(given: NewConfig, *, attempt: bool) -> list[str]:
    """The flags that are still needed where nobody can be asked. `attempt`: the account is tried; one that
    is not may be logged in to afterwards."""
    account = given.account
    wanted: list[tuple[str, object]] = [("--url or --path", account.place)]
    if account.place and account.has_login and (attempt or not account.keeps_login):
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


def untried(given: NewConfig) -> NewConfig:
    """With a whole address where less was given, and nobody is to look for it."""
    account = given.account
    if account.type != "caldav" or "://" in account.place:
        return given
    whole = [address for address in addresses(account, None) if "://" in address]
    if not whole:
        raise TermintreuError(f"{account.place}: no address is known for that domain; give --url https://...")
    return replace(given, account=replace(account, place=whole[0]))


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
