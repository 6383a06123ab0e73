"""`termintreu doctor`: checks every account, and writes one alarm and reads it back.

It writes only one reminder of ours, far ahead, and removes it at once; where our collections do not exist yet, it makes
one for the trial. Nothing is left when it ends; what a killed doctor left is removed by the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from types import UnionType
from uuid import uuid4

from rich.text import Text

from termintreu.config.providers import Provider, by_url
from termintreu.cycle.world import World
from termintreu.model import Collection, Item, Message, Snapshot, msg
from termintreu.model.errors import ConnectorError, Forbidden, InvalidAnswer, NotFound, OutOfSpace, Unauthorized
from termintreu.model.logins import names_command
from termintreu.model.marks import UID_PREFIX
from termintreu.model.texts import Texts, clean
from termintreu.planning.items.observe import observe
from termintreu.planning.items.render import render_item
from termintreu.reading.adoption import is_foreign
from termintreu.reading.call_logs import LogAccount
from termintreu.reading.collect import Account, discovered, wanted
from termintreu.reading.locked_accounts import LockedAccount, LockedLog
from termintreu.recognition.contacts.address_books import CARDS, count
from termintreu.ui.cli.check_result import CheckResult
from termintreu.ui.cli.second_way_check import second_way_results
from termintreu.ui.cli.told_hours import told_by


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResults:
    """All results, account by account, and the texts of their language."""

    results: tuple[CheckResult, ...]
    texts: Texts

    def __iter__(self) -> Iterator[CheckResult]:
        return iter(self.results)


async def check_accounts(world: World, now: datetime) -> CheckResults:
    """Run every check. Errors of accounts are results, not raised."""
    results: list[CheckResult] = []
    checker = _Checker(world.texts, lambda: _remembered(world, now), _providers(world))
    try:
        for account in world.accounts.calendars:
            results += await checker.of_account(account)
            results += checker.of_provider(account)
            if (hours := told_by(account, world, now)) is not None:
                results.append(checker.told(account, msg("working hours of the server"), hours))
        if all(one.ok for one in results if one.account == world.accounts.target_name):
            target = next(account for account in world.accounts.calendars if account.name == world.accounts.target_name)
            results += await checker.of_target(target, world, now)
        for one in world.accounts.address_books.accounts:
            results += await checker.of_account(one.account)
        for log in world.accounts.logs:
            results.append(await checker.of_log(log))
        if world.second_way is not None:
            results += await second_way_results(world.second_way, world.texts)
    finally:
        await world.disconnect()
    return CheckResults(results=tuple(results), texts=world.texts)


class _Checker:
    """Checks one account after the other."""

    def __init__(
        self, texts: Texts, remembered: Callable[[], Iterable[str]], providers: Mapping[str, Provider]
    ) -> None:
        """`remembered`: as for `discovered`. `providers`: by the name of the account, where they are known."""
        self._providers = providers
        self._say = texts.render
        self._error = texts.error
        self._remembered = remembered

    def _result(
        self, account: Account | LogAccount, step: Message, found: str, do: Message | None = None
    ) -> CheckResult:
        """A result; it is a failure where `do` is given."""
        return CheckResult(
            account=account.name,
            step=self._say(step),
            ok=do is None,
            found=found,
            do=self._say(do) if do is not None else None,
        )

    def told(self, account: Account, step: Message, found: str) -> CheckResult:
        """A result that is no failure, whatever it says."""
        return self._result(account, step, found)

    def _failure(self, account: Account | LogAccount, step: Message, error: ConnectorError) -> CheckResult:
        provider = self._providers.get(account.name)
        return self._result(account, step, self._error(str(error)), _advice(account, error, provider))

    def of_provider(self, account: Account) -> list[CheckResult]:
        """What is to be known of where the account is."""
        provider = self._providers.get(account.name)
        if provider is None or not provider.notes:
            return []
        told = " ".join(map(self._say, provider.notes))
        return [self._result(account, msg("what to know of {name}", name=provider.name), told)]

    async def of_account(self, account: Account) -> list[CheckResult]:
        """Log-in, discovery, and a first and a second reading of each collection."""
        step = msg("log-in and discovery")
        try:
            found = await discovered(account, self._remembered)
        except ConnectorError as error:
            return [self._failure(account, step, error)]
        own = set(account.own.values())
        read = [each for each in found if account.watched and wanted(account, each) and each.name not in own]
        names = ", ".join(self._described(collection) for collection in found[:12])
        results = [self._result(account, step, names or self._say(_NONE_AT_ALL[account.reads == CARDS]))]
        if account.watched and not read:
            results.append(self._nothing_to_read(account))
        return [*results, *[await self._reading(account, collection) for collection in read]]

    def _nothing_to_read(self, account: Account) -> CheckResult:
        patterns = ", ".join(map(repr, account.patterns))
        found = f"{self._say(msg('none matches'))} {patterns}" if patterns else self._say(msg("there is none"))
        correct = msg("correct `calendars` of that account; what there is stands above")
        if account.reads == CARDS:
            correct = msg("correct `books` of that account; what there is stands above")
        return self._result(account, msg("what is to be read"), found, correct)

    async def _reading(self, account: Account, collection: Collection) -> CheckResult:
        step = msg("reading {name}", name=collection.name)
        try:
            snapshot = await account.connector.changes(collection, None, {})
            way = await _way(account, snapshot) if snapshot.complete else None
        except ConnectorError as error:
            return self._failure(account, step, error)
        parts = [self._amount(account, snapshot), *([self._say(way)] if way else [])]
        note = f" ({self._error(snapshot.note)})" if snapshot.note else ""
        again = None if snapshot.complete else msg("try again: what is left out is asked for again at each poll")
        return self._result(account, step, f"{', '.join(parts)}{note}", again)

    def _amount(self, account: Account, snapshot: Snapshot) -> str:
        if account.reads != CARDS:
            return self._say(msg("{resources:entry|entries}", resources=len(snapshot.changed)))
        cards, bad = count(snapshot.changed)
        found = self._say(msg("{cards:contact|contacts}", cards=cards))
        return (
            f"{found}, {self._say(msg('{bad:card|cards} unreadable', bad=len(bad)))} ({self._error(bad[0])})"
            if bad
            else found
        )

    def _described(self, collection: Collection) -> str:
        if collection.components == CARDS:
            return clean(collection.name)
        kinds = "/".join(sorted(collection.components & {"VEVENT", "VTODO"}))
        may = "" if collection.writable else f", {self._say(msg('read-only'))}"
        return f"{clean(collection.name)} ({kinds}{may})"

    async def of_target(self, account: Account, world: World, now: datetime) -> list[CheckResult]:
        """Our own collections, and in one of them a reminder with an alarm, written, read back, compared, removed.

        Where they are still to be made, others are made to try it, and removed again.
        """
        step = msg("our own collections")
        results: list[CheckResult] = []
        made: list[Collection] = []
        try:
            there = await discovered(account, self._remembered)
            await _swept(world, there)
            own = await self._own(world, there, made)
            tasks = msg("events instead of tasks (no VTODO here)")
            if "VTODO" in own["tasks"].components:
                tasks = msg("tasks")
            names = ", ".join(clean(name) for name in _own_names(world).values())
            results.append(self._result(account, step, f"{names}: {self._say(tasks)}"))
            step = msg("one alarm there and back")
            if await _alarm_is_kept(world, own["reminders"], now):
                results.append(self._result(account, step, self._say(msg("kept as written, and removed"))))
            else:
                lost = msg("the server changed or lost the alarm: reminders may be silent")
                results.append(self._result(account, step, self._say(lost), msg("choose another account as [target]")))
        except Refused as error:
            results.append(self._result(account, step, str(error), _OTHER_NAMES))
        except ConnectorError as error:
            results.append(self._failure(account, step, error))
        finally:
            # Also on Ctrl-C.
            left = await asyncio.shield(asyncio.ensure_future(_discarded(world, made)))
        if left:
            step, todo = msg("tidying up"), msg("remove it by hand; it holds nothing")
            results.append(self._result(account, step, self._error(left), todo))
        return results

    async def _own(self, world: World, there: Sequence[Collection], made: list[Collection]) -> dict[str, Collection]:
        """Where items of each role would go: what is there, or a trial of our own making, which is added to `made`.

        Raises Refused where somebody else's calendar bears the name of ours.
        """
        ours = {href: mirror.roles for (_, href), mirror in world.memory.load_mirrors().items() if mirror.checked_at}
        own: dict[str, Collection] = {}
        for role, name in _own_names(world).items():
            known = [one for one in there if role in ours.get(one.href, ())]
            found = next(iter([*known, *(one for one in there if one.name == name)]), None)
            if found is None:
                kind = {"reminders": "VEVENT", "tasks": "VTODO"}[role]
                made.append(await world.accounts.target.ensure(f"{_TRIAL} {uuid4().hex[:8]}", frozenset({kind})))
                found = made[-1]
            elif not known and is_foreign(name, (await world.accounts.target.changes(found, None, {})).changed):
                raise Refused(self._say(msg("{name} holds entries that are not ours", name=found.name)))
            own[role] = found
        return own

    async def of_log(self, account: LogAccount) -> CheckResult:
        """Read one call log from its start."""
        step = msg("call log ({type})", type=account.type)
        try:
            reading = await account.log.read(None)
        except ConnectorError as error:
            return self._failure(account, step, error)
        found = self._say(msg("{calls:call|calls}", calls=len(reading.entries)))
        if reading.bad:
            skipped = self._say(msg("{bad:line|lines} skipped", bad=len(reading.bad)))
            found += f", {skipped} ({'; '.join(f'{bad.line}: {self._error(bad.reason)}' for bad in reading.bad[:3])})"
        return self._result(account, step, found)


def _remembered(world: World, now: datetime) -> set[str]:
    items = world.memory.load_history(now).items.values()
    return {item.href for item in items} | {href for _, href in world.memory.load_mirrors()}


_NONE_AT_ALL = {False: msg("no calendar at all"), True: msg("no address book at all")}


async def _way(account: Account, first: Snapshot) -> Message:
    """How each later look will read it; a server and a feed show it by a second one, right after the first.

    Raises ConnectorError.
    """
    if account.type not in _ADVICE:
        return msg("a running daemon sees changes of the files at once")
    known = {resource.href: resource.etag for resource in first.changed}
    second = await account.connector.changes(first.collection, first.token, known)
    if account.type == "ics":
        return msg("each poll reads all of it") if second.full else msg("read again only when it has changed")
    # Where nothing is held, a listing is what costs least, whatever the server can do.
    lists = second.full and bool(known)
    return msg("each poll lists all of it") if lists else msg("each poll asks only for what has changed")


class Refused(Exception):
    """A message where a calendar that is not ours has the name of ours."""


_TRIAL = "termintreu doctor"
"""The prefix of collections that doctor makes, and the title of its reminder."""
_OTHER_NAMES = msg(
    "give [target] reminders and tasks names of their own: such collections are made where they are missing"
)


_NO_CALL = "0" * 16
"""A call key that no call has."""


def _own_names(world: World) -> dict[str, str]:
    return {"reminders": world.config.target.reminders, "tasks": world.config.target.tasks}


async def _swept(world: World, there: Sequence[Collection]) -> None:
    """Remove what a killed doctor left. Raises ConnectorError."""
    for collection in there:
        if collection.name.startswith(f"{_TRIAL} ") and collection.writable:
            await _discarded(world, [collection])
        elif collection.name in _own_names(world).values():
            snapshot = await world.accounts.target.changes(collection, None, {})
            seen = [observe(resource, collection.href, world.zone) for resource in snapshot.changed if resource.data]
            for item in seen:
                if item is not None and item.summary == _TRIAL and item.call_key == _NO_CALL and item.etag:
                    await world.accounts.target.delete(item.href, item.etag)


async def _discarded(world: World, made: Iterable[Collection]) -> str:
    """Remove collections that doctor made, if nothing else is in them. Returns those that could not be removed."""
    left = []
    for collection in made:
        try:
            snapshot = await world.accounts.target.changes(collection, None, {})
            if is_foreign(collection.name, snapshot.changed):
                left.append(f"{clean(collection.name)}: somebody has put something into it")
            else:
                await world.accounts.target.discard(collection)
        except ConnectorError as error:
            left.append(f"{clean(collection.name)}: {error}")
    return "; ".join(left)


async def _alarm_is_kept(world: World, collection: Collection, now: datetime) -> bool:
    """Write a reminder, read it back, remove it. Raises ConnectorError."""
    uid = f"{UID_PREFIX}{uuid4()}"
    item = _probe(now)
    data = render_item(item, uid=uid, generation=0, now=now)
    written = None
    try:
        written = await world.accounts.target.create(collection, f"{uid}.ics", data)
        stored = await world.accounts.target.fetch(written.href)
    finally:
        # Also where the answer was lost, or on Ctrl-C: only we use this name.
        href = written.href if written is not None else f"{collection.href}{uid}.ics"
        await asyncio.shield(asyncio.ensure_future(_removed(world, href)))
    seen = observe(stored, collection.href, world.zone)
    return seen is not None and seen.alarm_at == item.start - timedelta(minutes=1)


async def _removed(world: World, href: str) -> None:
    with contextlib.suppress(NotFound):
        stored = await world.accounts.target.fetch(href)
        if stored.etag is not None:
            await world.accounts.target.delete(href, stored.etag)


_Advice = tuple[tuple[type[ConnectorError] | UnionType, Message], ...]
_SERVER: _Advice = (
    (Unauthorized, msg("check username and password; many servers want an app password")),
    (Forbidden, msg("allow that user to write there, or choose another account as [target]")),
    (OutOfSpace, msg("make room in that account")),
    (NotFound, msg("check the address")),
    (InvalidAnswer, msg("check the address: it should be the server's CalDAV address, not its web page")),
    (ConnectorError, msg("check the address and the network; what is only busy may work later")),
)
_FEED: _Advice = (
    (
        Unauthorized | Forbidden | NotFound | InvalidAnswer,
        msg("copy the feed's address again from where it is published"),
    ),
    (ConnectorError, msg("check the address and the network; what is only busy may work later")),
)
_FILE: _Advice = (
    (OutOfSpace, msg("make room on that disk")),
    (ConnectorError, msg("check the path, and whether the user that termintreu runs as may use it")),
)
_API: _Advice = (
    (Unauthorized, msg("log in again, and allow all that is asked")),
    (Forbidden, msg("see docs/google.md or docs/microsoft.md: what must be enabled, and who makes our calendars")),
    (ConnectorError, msg("check the network; what is only busy may work later")),
)
_ADVICE: Mapping[str, _Advice] = {
    "caldav": _SERVER,
    "carddav": _SERVER,
    "fritzbox": _SERVER,
    "ics": _FEED,
    "google": _API,
    "microsoft": _API,
}
"""By type of the account; all others are files and folders."""


def _providers(world: World) -> dict[str, Provider]:
    """Where the accounts are, by their names."""
    urls = {source.name: source.url for source in world.config.sources}
    urls.setdefault(world.accounts.target_name, world.config.target.url)
    known = {name: by_url(url) for name, url in urls.items() if url}
    return {name: provider for name, provider in known.items() if provider is not None}


def _advice(account: Account | LogAccount, error: ConnectorError, provider: Provider | None = None) -> Message:
    reached = account.connector if isinstance(account, Account) else account.log
    if isinstance(reached, LockedAccount | LockedLog):
        return msg("mend that, or name another place in `password`")
    if names_command(str(error)):
        return msg("log in with that command")
    if isinstance(error, Unauthorized) and provider is not None and provider.password is not None:
        return msg("{name} wants {password}", name=provider.name, password=provider.password)
    if isinstance(error, Forbidden) and provider is not None and not provider.makes_calendars:
        return msg("make two calendars on its web page, with the names of [target] reminders and tasks")
    advice = _ADVICE.get(account.type, _FILE)
    return next(text for kind, text in advice if isinstance(error, kind))


def _probe(now: datetime) -> Item:
    start = (now + timedelta(days=300)).replace(second=0, microsecond=0)
    return Item(
        kind="reminder",
        component="VEVENT",
        call_key=_NO_CALL,
        summary=_TRIAL,
        description="",
        start=start,
        end=start + timedelta(minutes=10),
        alarm_text=_TRIAL,
        anchor=start,
    )


def lines(examination: CheckResults) -> Iterator[Text]:
    """The report for a terminal: account by account, and at the end what to do next."""
    say = examination.texts.render
    for account, steps in groupby(examination, key=lambda one: one.account):
        yield Text(account, style="bold")
        for one in steps:
            line = Text("  ")
            line.append("✓ " if one.ok else "✗ ", style="green" if one.ok else "red")
            line.append(f"{one.step}: ")
            line.append(one.found)
            yield line
    yield Text()
    failures = [one for one in examination if not one.ok]
    if not failures:
        yield Text(say(msg("All is well. Next: `termintreu plan` shows what would be written.")), style="green")
        return
    yield Text(say(msg("To do:")), style="bold")
    for one in failures:
        yield Text(f"  {one.account}, {one.step}: {one.do}")
    yield Text(say(msg("Then run `termintreu doctor` again.")))
