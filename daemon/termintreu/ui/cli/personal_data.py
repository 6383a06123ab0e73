"""Personal data of a contact: exported as one document, or erased.

It stands in three places: the state, our own items in the user's calendar, and the user's own calendars, address
books and call logs. The last are the user's alone: they are named in the document, and never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import phonenumbers
from rich.text import Text

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from termintreu.judging.asked_calls import with_calls
from termintreu.judging.call_history import recurrence_json
from termintreu.judging.outcomes import statements
from termintreu.judging.recovered_history import recovered, with_answers
from termintreu.judging.relationships import Relationship, as_json, matching, relationships
from termintreu.model import Contact, History, Observed, each_call, msg
from termintreu.model.names import FullName, mentions
from termintreu.model.texts import Texts
from termintreu.ui.cli.purge import remove

_PARTS = ("calls", "answers", "items", "taught")
"""Of what is stored about a contact."""
_EVER = datetime.max.replace(tzinfo=UTC)
_PATIENCE = 10.0
"""Seconds that `termintreu rating` waits for an account that is in the state already."""
_WRITTEN_AGAIN = frozenset({"reminder", "warning", "weekly"})
"""Kinds of items that hold no answer of the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The known contacts at one time."""

    relationships: Mapping[str, Relationship]
    """By key."""
    unread: tuple[str, ...] = ()
    """Names of the accounts that could not be read: their last state counts."""


async def known_now(world: World, now: datetime) -> Known:
    """Every contact as of `now` (UTC), as a cycle would know them: what was ticked since the last one counts.

    For a time before the last cycle only the state is used, since calendars hold only the present. Where there is a
    state, an account that does not answer within a few seconds is skipped.
    """
    last = world.memory.last_report()
    if last is not None and now < datetime.fromisoformat(last["at"]):
        return Known(relationships=_remembered(world, now))
    patience = world.accounts.patience
    if last is not None:
        world.accounts.patience = min(patience, _PATIENCE)
    try:
        report = await run_cycle(world, now, dry=True)
        unread = sorted(name for name, health in world.accounts.health.items() if health.state != "ok")
    finally:
        world.accounts.patience = patience
        await world.disconnect()
    return Known(relationships=with_names(world, report.relationships), unread=tuple(unread))


async def known_relations(world: World, now: datetime) -> Mapping[str, Relationship]:
    """Every contact, by key, as of `now` (UTC)."""
    return (await known_now(world, now)).relationships


def _remembered(world: World, now: datetime) -> dict[str, Relationship]:
    """From the state, and, for what retention deleted there, from our own tasks as last read."""
    held = world.memory.load_mirrors()
    world.accounts.consult(held)
    history = world.memory.load_history(now)
    items = with_calls(world.observe(held), (), history.calls, world.zone)
    # Nothing that was stored after `now` counts.
    recovered_calls = recovered(each_call(items.values()), world.memory.load_history(_EVER).calls.keys(), now)
    theirs = {
        href: item for href, item in items.items() if any(one.call_key in recovered_calls for one in each_call([item]))
    }
    heard = statements((), theirs, History(answers=history.answers), now)
    whole = with_answers(History(calls={**recovered_calls, **history.calls}, answers=history.answers), heard)
    return with_names(world, relationships(world.accounts.contacts.filed(whole), now))


def with_names(world: World, known: Mapping[str, Relationship]) -> dict[str, Relationship]:
    """The same, with names from the user's address books where the state has deleted them."""
    contacts = {key: world.accounts.contacts.by_key(key) for key, one in known.items() if not one.name}
    return {
        key: replace(one, name=contact.name) if (contact := contacts.get(key)) else one for key, one in known.items()
    }


def keys_of(world: World, text: str) -> frozenset[str]:
    """Keys under which a contact can be remembered whom the user names by an e-mail address or a number."""
    given = {text.strip().casefold(), _e164(text, world.config.me.country) or ""} - {""}
    contacts = [contact for one in given if (contact := world.accounts.contacts.by_key(one)) is not None]
    return frozenset({*given, *(key for contact in contacts for key in _keys(contact))})


def named(world: World, known: Iterable[Relationship], text: str | None) -> list[Relationship]:
    """The contacts that a text names; all for None."""
    return matching(known, text, keys_of(world, text) if text else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One contact, and all data about it."""

    relation: Relationship
    keys: frozenset[str]
    """Every key under which the contact was stored."""
    remembered: tuple[dict[str, Any], ...]
    """The stored data, by key."""
    report: Report
    """The report of a cycle now."""
    items: tuple[Observed, ...]
    """Our items about the contact."""

    @property
    def calls(self) -> frozenset[str]:
        """Keys of the calls with the contact."""
        return frozenset(call["key"] for one in self.remembered for call in one["calls"]) | {
            call.key for call in self.report.calls if call.contact.key in self.keys
        }


def subject_of(world: World, report: Report, relation: Relationship) -> Subject:
    """Collect all data about a contact."""
    contact = world.accounts.contacts.by_key(relation.key)
    own = [key for key in (_keys(contact) if contact else ()) if world.accounts.contacts.by_key(key) == contact]
    keys = frozenset({relation.key, *own, *_earlier_keys(world, relation.key)})
    found = Subject(
        relation=relation,
        keys=keys,
        remembered=tuple(world.memory.export_contact(key) for key in sorted(keys)),
        report=report,
        items=(),
    )
    about = {item.call_key for item in each_call(report.observed.values()) if item.contact_key in keys} | found.calls
    items = tuple(item for item in report.observed.values() if any(one.call_key in about for one in each_call([item])))
    return Subject(relation=relation, keys=keys, remembered=found.remembered, report=report, items=items)


def document(world: World, subject: Subject) -> dict[str, Any]:
    """All data about a contact, as JSON values; stored times in UTC, others in the user's zone."""

    def local(instant: datetime | None) -> str | None:
        return instant.astimezone(world.zone).isoformat() if instant else None

    numbers = {key for key in subject.keys if key.startswith("+")}
    return {
        "contact": subject.relation.key,
        "name": subject.relation.label,
        "also_known_as": sorted(subject.keys - {subject.relation.key}),
        "rating": as_json(subject.relation, world.zone),
        **{
            part: [row for one in subject.remembered for row in one[part]]
            for part in ("calls", "answers", "items", "taught")
        },
        "taught_by_titles": sorted(
            one.title
            for one in world.memory.load_history(_EVER).lessons.values()
            if mentions(one.title, FullName.of(subject.relation.name))
        ),
        "in_your_address_books": _as_known(world.accounts.contacts.by_key(subject.relation.key)),
        "call_logs": [
            {"log": entry.log, "at": local(entry.at), "direction": entry.direction, "number": entry.number}
            for entry in world.memory.load_logs().entries
            if entry.number in numbers
        ],
        "in_our_calendars": [
            {
                "item": item.kind,
                "uid": item.uid,
                "collection": item.collection,
                "summary": item.summary,
                "description": item.description,
                "start": local(item.start),
                "due": local(item.due),
                "done_at": local(item.done_at),
            }
            for item in sorted(subject.items, key=lambda item: (item.start or _EVER, item.uid))
        ],
        "in_your_calendars": [
            {
                "uid": call.occurrence.uid,
                "recurrence_id": recurrence_json(call.occurrence.recurrence_id),
                "source": call.occurrence.source,
                "summary": call.occurrence.summary,
                "start": local(call.start),
                "end": local(call.end),
            }
            for call in subject.report.calls
            if call.contact.key in subject.keys
        ],
    }


async def erase(world: World, now: datetime, subject: Subject) -> tuple[int, list[str]]:
    """Erase a contact: our items about it are deleted from the calendar, and its data from the state.

    Returns how many items went, and one sentence for each that could not be removed. First the items: a task that
    still stood there would bring the rating back. Reminders and warnings of other calls that name the contact go as
    well; they are written anew, should they still be called for.
    """
    calls = subject.calls | {item.call_key for item in subject.items}
    name = FullName.of(subject.relation.name)

    def is_theirs(item: Observed) -> bool:
        if item.call_key in calls or item.contact_key in subject.keys:
            return True
        return item.kind in _WRITTEN_AGAIN and mentions(f"{item.summary}\n{item.description}", name)

    removed, errors = await remove(world, now, is_theirs)
    for key in sorted(subject.keys):
        world.memory.erase_contact(key)
    world.memory.erase_lessons(_lessons_naming(world, name))
    return removed, errors


def _lessons_naming(world: World, name: FullName) -> frozenset[str]:
    """UIDs of what was taught by titles that name somebody: such an appointment need not have been a call."""
    lessons = world.memory.load_history(_EVER).lessons.values()
    return frozenset(one.uid for one in lessons if mentions(one.title, name))


def erased_lines(calls: int, removed: int, errors: Iterable[str], texts: Texts) -> Iterator[Text]:
    """Lines for the user: what was erased, what could not be, and what has to be erased elsewhere."""
    done = msg(
        "{calls:call|calls} forgotten, {removed:item|items} removed from your calendar", calls=calls, removed=removed
    )
    yield Text(texts.render(done))
    kept = texts.render(msg("an item could not be removed, and its rating may come back from it"))
    for error in errors:
        yield Text(f"! {kept}: {texts.error(error)}", style="red")
    yours = msg(
        "Your own calendars, address books, call logs and configuration are yours: what stands there is seen again."
    )
    yield Text(texts.render(yours))


def _as_known(contact: Contact | None) -> dict[str, Any] | None:
    """The entries of the configuration and of address books about a contact."""
    if contact is None:
        return None
    return {
        "name": contact.name,
        "emails": list(contact.emails),
        "phones": list(contact.phones),
        "timezone": contact.timezone,
        "critical": contact.critical,
    }


def _earlier_keys(world: World, key: str) -> Iterator[str]:
    """Keys under which calls are remembered that the address books now say are with the contact of that key."""
    remembered = world.memory.load_history(_EVER)
    for call, record in world.accounts.contacts.filed(remembered).calls.items():
        if record.contact_key == key:
            yield remembered.calls[call].contact_key


def _keys(contact: Contact) -> tuple[str, ...]:
    return (contact.key, *contact.emails, *contact.phones)


def _e164(text: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
