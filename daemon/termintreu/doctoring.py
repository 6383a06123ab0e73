"""`termintreu doctor`: tries every account, and one alarm there and back, and says in plain words what works.

The only thing it writes is one reminder of our own, far ahead, which it removes again at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from rich.text import Text

from termintreu.apply import ensure_collections
from termintreu.collect import Account
from termintreu.errors import ConnectorError
from termintreu.identity import UID_PREFIX
from termintreu.model import Collection, Item
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
    """What was found, in one sentence; for a failure also what to do next."""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"account": self.account, "step": self.step, "ok": self.ok, "found": self.found}


async def examine(world: World, now: datetime) -> list[Examined]:
    """Try everything; never raises for an account's sake."""
    results: list[Examined] = []
    try:
        for account in world.accounts:
            results += await _examine_account(account)
        if all(one.ok for one in results if one.account == world.target_name):
            results += await _examine_target(world, now)
    finally:
        await world.disconnect()
    return results


async def _examine_account(account: Account) -> list[Examined]:
    try:
        found = await account.connector.collections()
    except ConnectorError as error:
        return [Examined(account=account.name, step="log-in and discovery", ok=False, found=str(error))]
    names = ", ".join(_described(collection) for collection in found[:12]) or "no calendar at all"
    results = [
        Examined(account=account.name, step="log-in and discovery", ok=bool(found) or not account.watched, found=names)
    ]
    for collection in found if account.watched else ():
        try:
            snapshot = await account.connector.changes(collection, None, {})
        except ConnectorError as error:
            results.append(
                Examined(account=account.name, step=f"reading {collection.name}", ok=False, found=str(error))
            )
            continue
        way = "polled by sync-token" if snapshot.token else "listed in full at each poll"
        text = f"{len(snapshot.changed)} resources, {way}"
        results.append(
            Examined(account=account.name, step=f"reading {collection.name}", ok=snapshot.complete, found=text)
        )
    return results


def _described(collection: Collection) -> str:
    kinds = "/".join(sorted(collection.components & {"VEVENT", "VTODO"}))
    return f"{collection.name} ({kinds}{'' if collection.writable else ', read-only'})"


async def _examine_target(world: World, now: datetime) -> list[Examined]:
    """One reminder with an alarm, written, read back, compared, removed."""
    name = world.target_name
    wanted = {"reminders": world.config.target.reminders, "tasks": world.config.target.tasks}
    step = "our own collections"
    try:
        own = await ensure_collections(world.target, wanted, {})
        tasks = "tasks" if "VTODO" in own["tasks"].components else "events instead of tasks (no VTODO here)"
        results = [
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
        results.append(Examined(account=name, step=step, ok=kept, found=found))
    except ConnectorError as error:
        return [Examined(account=name, step=step, ok=False, found=str(error))]
    return results


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
    """The report for a person; the last line says what to do next."""
    failed = False
    for one in results:
        failed = failed or not one.ok
        line = Text()
        line.append("✓ " if one.ok else "✗ ", style="green" if one.ok else "red")
        line.append(f"{one.account}: {one.step}: ", style="bold")
        line.append(one.found)
        yield line
    yield Text("Mend what is marked ✗, then run doctor again." if failed else "All is well. Next: termintreu plan")
