"""How reading each source went in a cycle, as it is judged: what is not seen must not stay unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from termintreu.cycle.world import World
from termintreu.judging.blindness import Look, Looks, Trouble, read_troubles
from termintreu.model import AddressBookReport, LogReport, SourceReport, SourceState
from termintreu.model.ports import ShowsSigns
from termintreu.reading.accounts import Account, wanted
from termintreu.reading.call_logs import Listened
from termintreu.reading.collect import Collected
from termintreu.reading.mirror import GONE, Mirror
from termintreu.recognition.contacts.address_books import LookedUp


def looks_of(
    world: World, collected: Collected, listened: Listened, looked_up: LookedUp
) -> tuple[Looks, tuple[Trouble, ...]]:
    """How reading went, and what was not seen before."""
    held = world.state.troubles
    last = {} if held is not None else world.memory.last_report() or {}
    accounts = {account.name: account for account in world.accounts.calendars}
    mirrors: dict[str, list[Mirror]] = {}
    for mirror in collected.mirrors.values():
        mirrors.setdefault(mirror.source, []).append(mirror)
    before = _seen_before((world.state.held or {}).values())
    each = (
        *(
            _signed(
                replace(_calendar(one, accounts[one.name], mirrors.get(one.name, ())), before=before.get(one.name)),
                accounts[one.name],
            )
            for one in collected.sources
        ),
        *(_log(one) for one in listened.reports),
        *(_book(one) for one in looked_up.reports),
        _target(world, collected),
    )
    cadence = None if held is None and not world.goes_on else min(world.polls.values(), default=timedelta(0))
    looks = Looks(each=each, room=world.memory.room(), cadence=cadence, is_first=held is None and not last)
    return looks, held if held is not None else read_troubles(last.get("troubles"))


def _calendar(report: SourceReport, account: Account, mirrors: Iterable[Mirror]) -> Look:
    watched = [one for one in mirrors if not one.roles]
    listed = [one.discovered_at for one in watched if one.discovered_at is not None]
    missing: Mapping[str, str] = {
        one.collection.href: one.collection.name
        for one in watched
        if one.pending == GONE and wanted(account, one.collection)
    }
    return Look(
        name=report.name,
        watched="calendar",
        state=report.state,
        why=report.error or "",
        seen=report.checked_at,
        login_ends=None if report.login is None else report.login.ends,
        listed_at=max(listed, default=None),
        missing=missing,
        present=frozenset(
            word for one in watched if one.pending != GONE for word in (one.collection.href, one.collection.name)
        ),
    )


def _signed(look: Look, account: Account) -> Look:
    """The look, with what its server shows of itself."""
    if not isinstance(account.connector, ShowsSigns):
        return look
    signs = account.connector.signs()
    return replace(look, certificate_ends=signs.certificate_ends, clock_off=signs.clock_off)


def _seen_before(mirrors: Iterable[Mirror]) -> dict[str, datetime]:
    """Source to when it was last read as a whole; sources of which something never was are left out."""
    found: dict[str, list[datetime | None]] = {}
    for mirror in mirrors:
        if not mirror.roles:
            found.setdefault(mirror.source, []).append(mirror.checked_at)
    whole = {name: [one for one in times if one is not None] for name, times in found.items()}
    return {name: min(times) for name, times in whole.items() if len(times) == len(found[name])}


def _log(report: LogReport) -> Look:
    return Look(name=report.name, watched="log", state=report.state, why=report.error or "", seen=report.last_entry)


def _book(report: AddressBookReport) -> Look:
    return Look(name=report.name, watched="book", state=report.state, why=report.error or "", seen=report.checked_at)


def _target(world: World, collected: Collected) -> Look:
    """Our own collections: whether anything can be read and written there."""
    name, error = world.accounts.target_name, collected.target_error
    health = world.accounts.health.get(name)
    own = [mirror for mirror in collected.mirrors.values() if mirror.roles]
    checked = [mirror.checked_at for mirror in own if mirror.checked_at is not None]
    closed = bool(own) and not any(mirror.collection.writable for mirror in own)
    if health is not None and health.unauthorized is not None:
        state: SourceState = "unauthorized"
    else:
        state = "failed" if error is not None or closed else "ok"
    return Look(name=name, watched="target", state=state, why=error or "", seen=min(checked, default=None))
