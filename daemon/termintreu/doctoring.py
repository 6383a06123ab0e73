"""`termintreu doctor`: tries every account, and one alarm there and back, and says in plain words what works.

The only thing it writes is one reminder of our own, far ahead, which it removes again at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from types import UnionType
from typing import Any
from uuid import uuid4

from rich.text import Text

from termintreu.addressbooks import CARDS, count
from termintreu.apply import ensure_collections
from termintreu.collect import Account, wanted
from termintreu.errors import ConnectorError, Forbidden, InvalidAnswer, NotFound, OutOfSpace, Unauthorized
from termintreu.identity import UID_PREFIX
from termintreu.listen import LogAccount
from termintreu.locked import LockedAccount, LockedLog
from termintreu.model import Collection, Item, Snapshot
from termintreu.observe import observe
from termintreu.render import render_item
from termintreu.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One thing that was tried."""

    account: str
    step: str
    ok: bool
    found: str
    """What was found, in one sentence."""
    do: str | None = None
    """For a failure: what to do about it."""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"account": self.account, "step": self.step, "ok": self.ok, "found": self.found, "do": self.do}


async def examine(world: World, now: datetime) -> list[Examined]:
    """Try everything; never raises for an account's sake."""
    results: list[Examined] = []
    try:
        for account in world.accounts:
            results += await _examine_account(account)
        if all(one.ok for one in results if one.account == world.target_name):
            target = next(account for account in world.accounts if account.name == world.target_name)
            results += await _examine_target(world, target, now)
        for one in world.address_books.accounts:
            results += await _examine_account(one.account)
        for log in world.logs:
            results.append(await examine_log(log))
    finally:
        await world.disconnect()
    return results


async def _examine_account(account: Account) -> list[Examined]:
    try:
        found = await account.connector.collections()
    except ConnectorError as error:
        return [_failure(account, "log-in and discovery", error)]
    own = set(account.own.values())
    read = [each for each in found if account.watched and wanted(account, each) and each.name not in own]
    names = ", ".join(_described(collection) for collection in found[:12]) or f"no {account.noun} at all"
    results = [Examined(account=account.name, step="log-in and discovery", ok=True, found=names)]
    if account.watched and not read:
        patterns = ", ".join(map(repr, account.patterns))
        results.append(
            Examined(
                account=account.name,
                step=f"{account.noun}s to read",
                ok=False,
                found=f"none matches {patterns}" if patterns else "there is none",
                do=f"correct `{account.noun.split()[-1]}s` of that account; what there is stands above",
            )
        )
    for collection in read:
        try:
            snapshot = await account.connector.changes(collection, None, {})
        except ConnectorError as error:
            results.append(_failure(account, f"reading {collection.name}", error))
            continue
        way = "polled by sync-token" if snapshot.token else "listed in full at each poll"
        text = f"{_amount(account, snapshot)}, {way}"
        results.append(
            Examined(
                account=account.name,
                step=f"reading {collection.name}",
                ok=snapshot.complete,
                found=text if snapshot.note is None else f"{text} ({snapshot.note})",
                do=None if snapshot.complete else "try again: what is left out is asked for again at each poll",
            )
        )
    return results


async def examine_log(account: LogAccount) -> Examined:
    """Read one call log from its start."""
    step = f"call log ({account.type})"
    try:
        reading = await account.log.read(None)
    except ConnectorError as error:
        return _failure(account, step, error)
    found = f"{len(reading.entries)} calls"
    if reading.bad:
        lines_skipped = "; ".join(f"line {bad.line}: {bad.reason}" for bad in reading.bad[:3])
        found += f", {len(reading.bad)} lines skipped ({lines_skipped})"
    return Examined(account=account.name, step=step, ok=True, found=found)


def _amount(account: Account, snapshot: Snapshot) -> str:
    if account.reads != CARDS:
        return f"{len(snapshot.changed)} resources"
    cards, bad = count(snapshot.changed)
    return f"{cards} contacts, {len(bad)} cards that cannot be read ({bad[0]})" if bad else f"{cards} contacts"


def _described(collection: Collection) -> str:
    if collection.components == CARDS:
        return collection.name
    kinds = "/".join(sorted(collection.components & {"VEVENT", "VTODO"}))
    return f"{collection.name} ({kinds}{'' if collection.writable else ', read-only'})"


async def _examine_target(world: World, account: Account, now: datetime) -> list[Examined]:
    """One reminder with an alarm, written, read back, compared, removed."""
    name = account.name
    names = {"reminders": world.config.target.reminders, "tasks": world.config.target.tasks}
    step = "our own collections"
    results: list[Examined] = []
    try:
        own = await ensure_collections(world.target, names, {})
        tasks = "tasks" if "VTODO" in own["tasks"].components else "events instead of tasks (no VTODO here)"
        results += [
            Examined(account=name, step=step, ok=True, found=f"{own['reminders'].name}, {own['tasks'].name}: {tasks}")
        ]
        step = "one alarm there and back"
        uid = f"{UID_PREFIX}{uuid4()}"
        item = _probe(now)
        data = render_item(item, uid=uid, generation=0, now=now)
        written = await world.target.create(own["reminders"], f"{uid}.ics", data)
        stored = await world.target.fetch(written.href)
        seen = observe(stored, own["reminders"].href, world.zone)
        kept = seen is not None and seen.alarm_at == item.start - timedelta(minutes=1)
        if stored.etag is not None:
            await world.target.delete(stored.href, stored.etag)
        found = (
            "kept as written, and removed" if kept else "the server changed or lost the alarm: reminders may be silent"
        )
        do = None if kept else "choose another account as [target]"
        results.append(Examined(account=name, step=step, ok=kept, found=found, do=do))
    except ConnectorError as error:
        return [*results, _failure(account, step, error)]
    return results


_Advice = tuple[tuple[type[ConnectorError] | UnionType, str], ...]
_SERVER: _Advice = (
    (Unauthorized, "check username and password; many servers want an app password"),
    (Forbidden, "allow that user to write there, or choose another account as [target]"),
    (OutOfSpace, "make room in that account"),
    (NotFound, "check the address"),
    (InvalidAnswer, "check the address: it should be the server's CalDAV address, not its web page"),
    (ConnectorError, "check the address and the network; what is only busy may work later"),
)
_FEED: _Advice = (
    (Unauthorized | Forbidden | NotFound | InvalidAnswer, "copy the feed's address again from where it is published"),
    (ConnectorError, "check the address and the network; what is only busy may work later"),
)
_FILE: _Advice = (
    (OutOfSpace, "make room on that disk"),
    (ConnectorError, "check the path, and whether the user that termintreu runs as may use it"),
)
_ADVICE: Mapping[str, _Advice] = {"caldav": _SERVER, "carddav": _SERVER, "fritzbox": _SERVER, "ics": _FEED}
"""By type of the account; all others are files and folders."""


def _failure(account: Account | LogAccount, step: str, error: ConnectorError) -> Examined:
    return Examined(account=account.name, step=step, ok=False, found=str(error), do=_advice(account, error))


def _advice(account: Account | LogAccount, error: ConnectorError) -> str:
    reached = account.connector if isinstance(account, Account) else account.log
    if isinstance(reached, LockedAccount | LockedLog):
        return "mend that, or name another place in `password`"
    advice = _ADVICE.get(account.type, _FILE)
    return next(text for kind, text in advice if isinstance(error, kind))


def _probe(now: datetime) -> Item:
    start = (now + timedelta(days=300)).replace(second=0, microsecond=0)
    return Item(
        kind="reminder",
        component="VEVENT",
        call_key="0" * 16,
        summary="termintreu doctor",
        description="",
        start=start,
        end=start + timedelta(minutes=10),
        alarm_text="termintreu doctor",
        anchor=start,
    )


def lines(results: Iterable[Examined]) -> Iterator[Text]:
    """The report for a person: account by account, and at the end what to do next."""
    failures: list[Examined] = []
    for account, steps in groupby(results, key=lambda one: one.account):
        yield Text(account, style="bold")
        for one in steps:
            line = Text("  ")
            line.append("✓ " if one.ok else "✗ ", style="green" if one.ok else "red")
            line.append(f"{one.step}: ")
            line.append(one.found)
            yield line
            failures += [] if one.ok else [one]
    yield Text()
    if not failures:
        yield Text("All is well. Next: `termintreu plan` shows what would be written.", style="green")
        return
    yield Text("To do:", style="bold")
    for one in failures:
        yield Text(f"  {one.account}, {one.step}: {one.do}")
    yield Text("Then run doctor again.")
