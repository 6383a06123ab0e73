"""What types cannot tell: whether names refer to something, numbers can be dialled, regions and zones exist, and
addresses are safe. Pure. It checks the raw values, so that one wrong key hides no other problem.
"""

from __future__ import annotations

import codecs
import ipaddress
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from termintreu.config import log_ins, polls
from termintreu.config.places import Path
from termintreu.config.problems import Problem, dotted, nearest, quoted, value_at
from termintreu.config.schema import TargetConfig

_EMAIL = re.compile(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]{1,255}")

_SCHEMES = {
    "ics": ("https", "http", "webcal", "webcals"),
    "caldav": ("https", "http", "webcal", "webcals"),
    "carddav": ("https", "http", "webcal", "webcals"),
    "fritzbox": ("https", "http"),
}

FREESWITCH_NEEDS = frozenset({"caller_id_number", "destination_number", "start_stamp", "billsec"})
"""Columns without which a record of FreeSWITCH's tells nothing."""

_PLAIN = {"http", "webcal"}

_OWN_NAMES = {role: str(TargetConfig.model_fields[role].default) for role in ("reminders", "tasks")}
"""Default names of our own collections, by role."""

_FOLDER_WANTED = "a folder is wanted, for a single file is read, never written"


def problems(raw: Mapping[str, Any], hidden: frozenset[str]) -> Iterator[Problem]:
    """Problems that types cannot find."""
    yield from _names(raw, hidden)
    yield from _people(raw, hidden)
    yield from _region(raw, hidden)
    yield from polls.problems(_polled(raw))
    yield from log_ins.problems(raw, hidden)
    for path, table in _accounts(raw):
        yield from _address(path, table)
        yield from _issuer(path, table)
        yield from _base(path, table)
    yield from _target(raw, hidden)
    yield from _state(raw)
    yield from _heartbeat(raw)
    for path, table in _tables(raw, "call_logs"):
        yield from _call_log(path, table, hidden)


def warnings(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Warnings: settings that work and should be changed."""
    for path, table in _accounts(raw):
        if isinstance(table.get("password"), str):
            yield Problem(
                path=(*path, "password"),
                text='the password stands in the file; { credential = "..." }, { env = "..." }, { file = "..." }, '
                '{ command = [...] } or { keyring = "..." } keeps it out',
            )
        client = table.get("client")
        if isinstance(client, Mapping) and isinstance(client.get("secret"), str):
            yield Problem(
                path=(*path, "client", "secret"),
                text='the secret stands in the file; { credential = "..." }, { file = "..." } or another way to give '
                "passwords keeps it out",
            )
        url = _split(table.get("url"))
        if url and table.get("type") == "ics" and url.scheme == "http" and not _on_loopback(url):
            yield Problem(path=(*path, "url"), text="the feed is plain http: others on the way can read and change it")
        if url and table.get("type") == "fritzbox" and url.scheme == "http" and not _on_loopback(url):
            yield Problem(path=(*path, "url"), text="plain http: others in the network can see the log-in; use https")
    yield from polls.warnings(_polled(raw))
    region = value_at(raw, ("me", "region"))
    if isinstance(region, str) and len(region) == 2 and _is_country(region) and _states(region) is None:
        yield Problem(path=("me", "region"), text=f"no public holidays are known for {region}")


def _names(raw: Mapping[str, Any], hidden: frozenset[str]) -> Iterator[Problem]:
    """Names of sources and address books differ, and the target's source is one that can be written to."""
    sources: dict[str, Mapping[str, Any]] = {}
    for path, table in _tables(raw, "sources"):
        name = table.get("name")
        if isinstance(name, str) and name in sources:
            yield Problem(path=(*path, "name"), text=f"found {quoted(name, hidden)} twice; names must differ")
        elif isinstance(name, str):
            sources[name] = table
    taken = set(sources)
    for path, table in _tables(raw, "address_books"):
        name = table.get("name")
        if isinstance(name, str) and name in taken:
            yield Problem(path=(*path, "name"), text=f"found {quoted(name, hidden)} twice; names must differ")
        elif isinstance(name, str):
            taken.add(name)
    if _is_single_file(value_at(raw, ("target",))):
        yield Problem(path=("target", "path"), text=f"found a single file; {_FOLDER_WANTED}")
    wanted = value_at(raw, ("target", "source"))
    if not isinstance(wanted, str):
        return
    path = ("target", "source")
    if wanted not in sources:
        names = ", ".join(quoted(name, hidden) for name in sources) or "none"
        yield Problem(
            path=path,
            text=f"found {quoted(wanted, hidden)}, but there is no such source (there are: {names})"
            f"{nearest(wanted, [name for name in sources if name not in hidden])}",
        )
    elif _is_single_file(sources[wanted]):
        yield Problem(path=path, text=f"found {quoted(wanted, hidden)}, which is a single file; {_FOLDER_WANTED}")
    elif sources[wanted].get("type") == "ics":
        yield Problem(
            path=path,
            text=f"found {quoted(wanted, hidden)}, which is a feed; another source is wanted, "
            "for a feed cannot be written to",
        )


def _target(raw: Mapping[str, Any], hidden: frozenset[str]) -> Iterator[Problem]:
    """Our own collections are two different ones, and none of them is read as a source."""
    target = raw.get("target")
    if not isinstance(target, Mapping):
        return
    names = {role: target.get(role, default) for role, default in _OWN_NAMES.items()}
    if not all(isinstance(name, str) for name in names.values()):
        return
    if _same(names["reminders"], names["tasks"]):
        given = "tasks" if "tasks" in target else "reminders"
        yield Problem(
            path=("target", given),
            text=f"found {quoted(names[given], hidden)} for reminders and for tasks; two names are wanted, for many "
            "servers keep events and tasks apart",
        )
    for path, source in _tables(raw, "sources"):
        if not _is_account_of(target, source):
            continue
        for number, calendar in enumerate(_list(source.get("calendars"))):
            for role, name in names.items():
                if isinstance(calendar, str) and _same(calendar, name):
                    place = f"{dotted((*path, 'calendars', number))}"
                    yield Problem(
                        path=("target", role) if role in target else ("target",),
                        text=f"found {quoted(name, hidden)}, a calendar that {place} has read; a name of its own is "
                        "wanted: the collection is made where it is missing",
                    )


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _is_account_of(target: Mapping[str, Any], source: Mapping[str, Any]) -> bool:
    """Whether a source reads the account that is written to."""
    if "source" in target:
        return bool(target["source"] == source.get("name"))
    place = {"caldav": "url", "vdir": "path"}.get(str(target.get("type")), "url")
    there, here = target.get(place), source.get(place)
    if target.get("type") != source.get("type") or not isinstance(there, str) or not isinstance(here, str):
        return False
    return there.rstrip("/") == here.rstrip("/") and target.get("username") == source.get("username")


def _is_single_file(account: object) -> bool:
    """Whether a vdir account is one .ics file, going by its name."""
    if not isinstance(account, Mapping) or account.get("type") != "vdir":
        return False
    path = account.get("path")
    return isinstance(path, str) and path.strip().lower().endswith(".ics")


def _people(raw: Mapping[str, Any], hidden: frozenset[str]) -> Iterator[Problem]:
    """E-mail addresses and numbers of mine and of contacts."""
    country = str(value_at(raw, ("me", "region")) or "DE").partition("-")[0]
    me = raw.get("me")
    people = [(("me",), me)] if isinstance(me, Mapping) else []
    for path, table in (*people, *_tables(raw, "contacts")):
        for number, email in enumerate(_list(table.get("emails"))):
            if isinstance(email, str) and not _EMAIL.fullmatch(email):
                yield Problem(
                    path=(*path, "emails", number),
                    text=f'found {quoted(email, hidden)}; an e-mail address such as "anna@beispiel.de" is wanted',
                )
        for number, phone in enumerate(_list(table.get("phones"))):
            if isinstance(phone, str) and not _can_be_dialled(phone, country):
                yield Problem(
                    path=(*path, "phones", number),
                    text=f"found {quoted(phone, hidden)}, which is no phone number; "
                    'one such as "+49 30 901820" is wanted',
                )


def _region(raw: Mapping[str, Any], hidden: frozenset[str]) -> Iterator[Problem]:
    """The country is one that numbers and holidays know, and has that state."""
    region = value_at(raw, ("me", "region"))
    if not isinstance(region, str) or not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", region):
        return
    country, _, state = region.partition("-")
    if not _is_country(country):
        hint = '; did you mean "GB"?' if country == "UK" else ""
        yield Problem(
            path=("me", "region"), text=f'found {quoted(region, hidden)}; no country has the code "{country}"{hint}'
        )
    elif state and state not in (known := _states(country) or ()):
        states = [f'"{country}-{each}"' for each in known if re.fullmatch(r"[A-Z0-9]{1,3}", each)]
        allowed = f"allowed: {', '.join([json.dumps(country), *states])}"
        yield Problem(path=("me", "region"), text=f"found {quoted(region, hidden)}; {allowed}")


def _polled(raw: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    schedule = raw.get("schedule")
    if isinstance(schedule, Mapping):
        yield ("schedule",), schedule
    yield from _tables(raw, "sources")
    yield from _tables(raw, "address_books")


def _address(path: Path, table: Mapping[str, Any]) -> Iterator[Problem]:
    """Addresses are whole, hold no log-in, and send none in the open. Addresses of feeds are secrets themselves."""
    kind, text = table.get("type"), table.get("url")
    if not isinstance(text, str) or kind not in _SCHEMES:
        return
    path = (*path, "url")
    url = _split(text)
    allowed = _SCHEMES[kind]
    if url is None or url.scheme not in allowed or not url.hostname:
        known = any(url is not None and url.scheme == each for each in ("ftp", "file", *_PLAIN))
        found = f'found "{url.scheme}:"; ' if url and known and url.scheme not in allowed else ""
        yield Problem(path=path, text=f"{found}a whole address is wanted, beginning with {allowed[0]}://")
        return
    if url.username is not None or url.password is not None:
        yield Problem(path=path, text="a log-in stands in the address; put it into username and password")
    with_login = any(table.get(key) is not None for key in ("username", "password", "client"))
    if url.scheme == "http" and with_login and kind != "fritzbox" and not _on_loopback(url):
        yield Problem(path=path, text="found http with a log-in, which anybody on the way could read; https is wanted")


def _issuer(path: Path, table: Mapping[str, Any]) -> Iterator[Problem]:
    """Secrets go to the authorization server: under TLS, or within this machine."""
    issuer = table.get("issuer")
    if not isinstance(issuer, str):
        return
    url = _split(issuer)
    if url is None or url.scheme not in {"https", "http"} or not url.hostname:
        yield Problem(path=(*path, "issuer"), text="a whole address is wanted, beginning with https://")
    elif url.scheme == "http" and not _on_loopback(url):
        yield Problem(path=(*path, "issuer"), text="found http, which anybody on the way could read; https is wanted")
    elif url.username is not None or url.query or url.fragment:
        yield Problem(path=(*path, "issuer"), text="an issuer has no log-in, query or fragment (RFC 8414 2)")


def _base(path: Path, table: Mapping[str, Any]) -> Iterator[Problem]:
    """Tokens go there: under TLS, or within this machine."""
    base = table.get("base")
    if not isinstance(base, str):
        return
    url = _split(base)
    if url is None or url.scheme not in {"https", "http"} or not url.hostname or url.query or url.fragment:
        yield Problem(path=(*path, "base"), text="a whole address is wanted, beginning with https://")
    elif url.scheme == "http" and not _on_loopback(url):
        yield Problem(path=(*path, "base"), text="found http, which anybody on the way could read; https is wanted")
    elif url.username is not None:
        yield Problem(path=(*path, "base"), text="a log-in stands in the address; `termintreu login` obtains it")


def _heartbeat(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """An address that stands in the file; one from elsewhere is not there yet."""
    path: Path = ("alerts", "heartbeat")
    url = value_at(raw, path)
    if isinstance(url, str) and (trouble := heartbeat_trouble(url)) is not None:
        yield Problem(path=path, text=trouble)


def heartbeat_trouble(text: str) -> str | None:
    """Why an address cannot be asked as a heartbeat, in a sentence without it; None where it can."""
    url = _split(text)
    if url is None or url.scheme not in {"https", "http"} or not url.hostname:
        return "a whole address is wanted, beginning with https://"
    if url.scheme == "http" and not _on_loopback(url):
        return "it goes in the clear; https:// is wanted, or http:// on this machine"
    return None


def _state(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """The state is in one place, and its address holds no password."""
    state = raw.get("state")
    if not isinstance(state, Mapping) or not isinstance(state.get("url"), str):
        return
    path: Path = ("state", "url")
    url = _split(state["url"])
    if state.get("path") is not None:
        yield Problem(path=path, text="there is a path, too; the state stands in a folder or a database, not in both")
    if url is None or url.scheme not in {"postgresql", "postgres"} or len(url.path) < 2:
        yield Problem(path=path, text='an address such as "postgresql://termintreu@db.example/termintreu" is wanted')
    elif url.password is not None or "password=" in url.query:
        yield Problem(path=path, text="a password stands in the address; put it into password")


def _call_log(path: Path, table: Mapping[str, Any], hidden: frozenset[str]) -> Iterator[Problem]:
    kind = table.get("type")
    if kind == "fritzbox" and table.get("path") is not None:
        text = 'a call log of type "fritzbox" is asked over the network, and takes url, not path'
        yield Problem(path=(*path, "path"), text=f'{text}; did you mean type "fritzbox-csv"?')
    if isinstance(kind, str) and kind != "fritzbox" and table.get("path") is None:
        yield Problem(path=path, text=f"a call log of type {quoted(kind, hidden)} needs path")
    if kind == "freeswitch":
        yield from _columns((*path, "columns"), table.get("columns"), hidden)
    encoding = table.get("encoding")
    if isinstance(encoding, str):
        try:
            codecs.lookup(encoding)
        except (LookupError, ValueError):
            hint = nearest(encoding, ["utf-8", "utf-16", "iso-8859-1", "iso-8859-15", "windows-1252"])
            found = quoted(encoding, hidden)
            yield Problem(
                path=(*path, "encoding"), text=f'found {found}; a text encoding such as "utf-8" is wanted{hint}'
            )


def _columns(path: Path, given: object, hidden: frozenset[str]) -> Iterator[Problem]:
    """The columns of FreeSWITCH's records, where they are given, hold what a call cannot be understood without."""
    if not isinstance(given, list) or not given or not all(isinstance(name, str) for name in given):
        return
    names = [name.strip().strip("${}") for name in given]
    if missing := sorted(FREESWITCH_NEEDS - set(names)):
        hints = [f"{quoted(name, hidden)}{hint}" for name in names if (hint := nearest(name, missing))]
        lacking = f"{', '.join(missing)} {'are' if len(missing) > 1 else 'is'} missing"
        yield Problem(path=path, text="; ".join([lacking, *(f"found {hint}" for hint in hints)]))


def _accounts(raw: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every table that can hold an address and a log-in."""
    yield from _tables(raw, "sources")
    target = raw.get("target")
    if isinstance(target, Mapping):
        yield ("target",), target
    yield from _tables(raw, "address_books")
    yield from _tables(raw, "call_logs")
    state = raw.get("state")
    if isinstance(state, Mapping):
        yield ("state",), state


def _tables(raw: Mapping[str, Any], name: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for number, table in enumerate(_list(raw.get(name))):
        if isinstance(table, Mapping):
            yield (name, number), table


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _split(text: object) -> SplitResult | None:
    if not isinstance(text, str):
        return None
    try:
        url = urlsplit(text.strip())
        _ = url.port  # a port that is no number shows only when it is asked for
    except ValueError:
        return None
    return url


def _on_loopback(url: SplitResult) -> bool:
    host = (url.hostname or "").rstrip(".")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _can_be_dialled(text: str, country: str) -> bool:
    import phonenumbers  # noqa: PLC0415 - see `_states`

    region = country if country in phonenumbers.SUPPORTED_REGIONS else None
    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(text, region)))
    except phonenumbers.NumberParseException:
        return False


def _is_country(code: str) -> bool:
    import phonenumbers  # noqa: PLC0415 - see `_states`

    return code in phonenumbers.SUPPORTED_REGIONS


def _states(country: str) -> tuple[str, ...] | None:
    from termintreu.config.holiday_tables import states  # noqa: PLC0415 - a configuration that states no region needs none

    return states(country)
