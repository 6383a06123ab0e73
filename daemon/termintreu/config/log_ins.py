"""Whose log-in an account uses. Address books, and a target with an address of its own, use that of the source on the
same server; where there is none, `termintreu login` obtains one for them. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from termintreu.config.places import Path
from termintreu.config.problems import Problem, nearest, quoted, value_at
from termintreu.config.schema import AddressBookConfig, Config, SourceConfig, TargetConfig

TARGET = "[target]"
"""The name of an account that is only written to; no source can have this name."""

Borrower = TargetConfig | AddressBookConfig
_PORTS = {"https": 443, "http": 80}


def account_names(config: Config) -> dict[str, Borrower]:
    """The accounts beside the sources, by the names that reports and logs have for them."""
    taken = [source.name for source in config.sources]
    books = config.address_books
    names = unique_names([one.name or one.type for one in books], taken)
    target = {TARGET: config.target} if config.target.source is None else {}
    return {**target, **dict(zip(names, books, strict=True))}


def lender(wanted: Borrower, config: Config) -> SourceConfig | None:
    """The source whose log-in an account uses: the one that it names, else the only one on the same server. None where
    it has a log-in of its own, or there is none to use."""
    if wanted.url is None or wanted.username is not None or wanted.password is not None:
        return None
    server = server_of(wanted.url)
    there = [one for one in config.sources if one.type == "caldav" and server_of(one.url or "") == server]
    if wanted.login is not None:
        return next((one for one in there if one.name == wanted.login), None)
    return there[0] if len(there) == 1 else None


def kept_log_ins(config: Config) -> dict[str, SourceConfig]:
    """What `termintreu login` logs in: by the name of each account that uses it, the source that it is kept for. For an
    account without a source on its server, a source that is never read stands in."""
    found = {source.name: source for source in config.sources if source.keeps_login}
    others = account_names(config)
    taken = {source.name for source in config.sources} | others.keys()
    for name, wanted in others.items():
        source = lender(wanted, config) or _stand_in(name, wanted, taken)
        if source is not None and source.keeps_login:
            found[name] = source
    return found


def _stand_in(name: str, wanted: Borrower, taken: Iterable[str]) -> SourceConfig | None:
    if wanted.url is None or wanted.username is not None or wanted.password is not None:
        return None
    own = unique_names(["target"], taken)[0] if name == TARGET else name
    private = isinstance(wanted, AddressBookConfig) and wanted.allow_private
    return SourceConfig(name=own, type="caldav", url=wanted.url, allow_private=private)


def unique_names(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """The names; where one is taken or repeated, a number is added."""
    found: list[str] = []
    used = set(taken)
    for base in names:
        name, number = base, 2
        while name in used:
            name, number = f"{base} {number}", number + 1
        used.add(name)
        found.append(name)
    return found


def server_of(url: str) -> str:
    """What tells one server from another: scheme, host and port, or a bare domain; "" of an address that is none."""
    if "://" not in url:
        return url.strip().rpartition("@")[2].rstrip(".").lower()
    try:
        parts = urlsplit(url.strip())
        scheme = parts.scheme.lower().replace("webcals", "https").replace("webcal", "https")
        return f"{scheme}://{(parts.hostname or '').rstrip('.')}:{parts.port or _PORTS.get(scheme, 0)}"
    except ValueError:
        return ""


def problems(raw: Mapping[str, Any], hidden: frozenset[str]) -> Iterator[Problem]:
    """Accounts that name the log-in of a source which they cannot have."""
    listed = raw.get("sources")
    tables = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    sources = {one["name"]: one for one in tables if isinstance(one.get("name"), str)}
    for path, table in _borrowers(raw):
        login = table.get("login")
        if isinstance(login, str) and (text := _trouble(login, table, sources, hidden)):
            yield Problem(path=(*path, "login"), text=text)


def _borrowers(raw: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    target, books = value_at(raw, ("target",)), raw.get("address_books")
    if isinstance(target, Mapping):
        yield ("target",), target
    for number, book in enumerate(books if isinstance(books, list) else []):
        if isinstance(book, Mapping):
            yield ("address_books", number), book


def _trouble(
    login: str, table: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]], hidden: frozenset[str]
) -> str | None:
    found = quoted(login, hidden)
    if table.get("username") is not None or table.get("password") is not None:
        return "there is a username or password, too; one or the other is wanted"
    if not isinstance(table.get("url"), str):
        return "it goes with url: only a server wants a log-in"
    source = sources.get(login)
    if source is None:
        names = ", ".join(quoted(name, hidden) for name in sources) or "none"
        hint = nearest(login, [name for name in sources if name not in hidden])
        return f"found {found}, but there is no such source (there are: {names}){hint}"
    if source.get("type") != "caldav":
        return f"found {found}, which is no CalDAV account; one on the same server is wanted"
    if server_of(str(source.get("url", ""))) != server_of(table["url"]):
        return f"found {found}, which is on another server; a log-in goes to its own server only"
    return None
