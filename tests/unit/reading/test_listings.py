"""When a collection is listed instead of being asked what changed, and what a listing finds that tokens do not tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from termintreu.model import Collection, Resource, Snapshot
from termintreu.model.errors import Unavailable
from termintreu.reading.collect import Account, Collected, Health, Mirrors, collect
from termintreu.reading.listings import is_listing_due
from termintreu.reading.mirror import GONE, Mirror
from termintreu_connectors.memory import MemoryStore

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
WORK = Collection(href="/anna/work/", name="Work")


def event(uid: str) -> bytes:
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:20261125T090000Z\r\n"
        "SUMMARY:Call\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


def mirror(href: str = WORK.href, *, checked_at: datetime | None = NOW, **more: object) -> Mirror:
    made = Mirror(source="work", collection=Collection(href=href, name="Work"), checked_at=checked_at)
    return replace(made, **more)  # type: ignore[arg-type]  # fields of a Mirror


def test_a_collection_is_listed_once_in_each_day() -> None:
    held, listed = mirror(), 0
    for step in range(1, 5 * 24 * 12 + 1):
        now = NOW + 5 * step * MINUTE
        listed += is_listing_due(held, now)
        held = replace(held, checked_at=now)
    assert 5 == listed


def test_collections_are_listed_at_moments_of_their_own() -> None:
    hours: Counter[int] = Counter()
    for number in range(240):
        held = mirror(f"/anna/{number}/")
        due = [hour for hour in range(1, 25) if is_listing_due(held, NOW + timedelta(hours=hour))]
        hours[due[0]] += 1
    assert 24 == len(hours)
    assert max(hours.values()) < 30


def test_a_listing_that_failed_is_still_due() -> None:
    held = mirror()
    first = next(step for step in range(1, 25) if is_listing_due(held, NOW + timedelta(hours=step)))
    assert all(is_listing_due(held, NOW + timedelta(hours=first, minutes=minutes)) for minutes in (0, 5, 60))


def test_a_clock_that_was_set_back_for_a_day_makes_a_listing_due() -> None:
    assert is_listing_due(mirror(), NOW - DAY)
    assert is_listing_due(mirror(), NOW + 400 * DAY)


@pytest.mark.parametrize(
    ("held", "due"),
    [
        (mirror(checked_at=None, token="t"), False),
        (mirror(pending="0badcafe"), True),
        (mirror(pending=GONE), False),
        (mirror(unconfirmed=True, discovered_at=NOW), False),
        (mirror(unconfirmed=True, discovered_at=NOW + MINUTE), True),
        (mirror(discovered_at=NOW + MINUTE), False),
    ],
)
def test_what_was_never_read_is_read_and_what_is_in_doubt_is_listed(held: Mirror, due: bool) -> None:
    assert due == is_listing_due(held, NOW + MINUTE)


class ForgetfulTokens(MemoryStore):
    """Answers as a server whose tokens tell less than there is."""

    def __init__(self, name: str = "work") -> None:
        super().__init__(name)
        self.by_token: list[str | None] = []
        self.listed = 0
        self.echoes = False
        """SOGo: a token from the future comes back with nothing, until the clock has passed it."""
        self.loses = False
        """A proxy: a good answer with half its rows, and a new token."""

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        self.by_token.append(token)
        if self.echoes and token is not None:
            return Snapshot(collection=collection, token=token, full=False)
        found = await super().changes(collection, token, known)
        if self.loses:
            return replace(found, changed=found.changed[::2], deleted=found.deleted[::2])
        return found

    async def listing(self, collection: Collection, known: Mapping[str, str | None]) -> Snapshot:
        self.listed += 1
        found = await super().changes(collection, None, known)
        return replace(found, token=None)


class Anna:
    """One account that is polled."""

    def __init__(self, **own: str) -> None:
        self.store = ForgetfulTokens()
        self.account = Account(name="work", connector=self.store, own=own)
        self.held: Mirrors = {}
        self.health: dict[str, Health] = {}
        self.now = NOW

    async def polls(self, after: timedelta = MINUTE, *, anew: frozenset[str] = frozenset()) -> Collected:
        self.now += after
        found = await collect(
            [self.account], self.held, now=self.now, since=self.now - 90 * DAY, health=self.health, anew=anew
        )
        self.held = found.mirrors
        return found

    def known(self) -> set[str]:
        return {href.rpartition("/")[2].removesuffix(".ics") for one in self.held.values() for href in one.resources}

    @property
    def token(self) -> str | None:
        [one] = self.held.values()
        return one.token


@pytest.fixture
def anna() -> Anna:
    return Anna()


async def test_an_unchanged_poll_costs_one_request_and_so_does_the_listing_in_its_place(anna: Anna) -> None:
    anna.store.put(f"{anna.store.add_collection('Arbeit').href}a.ics", event("a"))
    await anna.polls()
    costs = []
    for _ in range(3 * 24 * 6):
        before = anna.store.requests
        await anna.polls(10 * MINUTE)
        costs.append(anna.store.requests - before)
    discoveries = sum(cost - 1 for cost in costs)
    assert {1, 2} == set(costs)
    assert 3 * 24 * 6 // 2 == discoveries
    assert 1 + 3 == anna.store.listed, "with the first discovery, and once a day"


@pytest.mark.requirement(20)
async def test_a_token_from_the_future_is_found_out_and_given_up(anna: Anna) -> None:
    """SOGo's token is its clock."""
    place = anna.store.add_collection("Arbeit").href
    anna.store.put(f"{place}a.ics", event("a"))
    await anna.polls()
    await anna.polls(16 * MINUTE)
    anna.store.echoes = True
    anna.store.put(f"{place}b.ics", event("b"))
    await anna.polls()
    assert {"a"} == anna.known()
    await anna.polls(DAY)
    assert ({"a", "b"}, None) == (anna.known(), anna.token)
    anna.store.put(f"{place}c.ics", event("c"))
    await anna.polls()
    assert {"a", "b", "c"} == anna.known(), "it begins anew with another token"


@pytest.mark.requirement(20)
async def test_half_an_answer_with_a_new_token_is_healed_by_the_daily_listing(anna: Anna) -> None:
    place = anna.store.add_collection("Arbeit").href
    for name in "abcdef":
        anna.store.put(f"{place}{name}.ics", event(name))
    await anna.polls()
    await anna.polls(16 * MINUTE)
    anna.store.loses = True
    for name in "ab":
        anna.store.remove(f"{place}{name}.ics")
    for name in "gh":
        anna.store.put(f"{place}{name}.ics", event(name))
    await anna.polls()
    anna.store.loses = False
    await anna.polls()
    assert {*"cdefgh"} != anna.known()
    await anna.polls(DAY)
    assert {*"cdefgh"} == anna.known()


@pytest.mark.requirement(20)
async def test_a_calendar_that_was_made_again_at_its_address_is_believed_when_two_listings_say_so(anna: Anna) -> None:
    """DAViCal's tokens are one global sequence: the old one is good for the new calendar, which has no changes."""
    place = anna.store.add_collection("Arbeit").href
    for name in "abc":
        anna.store.put(f"{place}{name}.ics", event(name))
    await anna.polls()
    await anna.polls(16 * MINUTE)
    for name in "abc":
        anna.store.remove(f"{place}{name}.ics")
    anna.store.put(f"{place}new.ics", event("new"))
    anna.store.echoes = True
    await anna.polls()
    assert {*"abc"} == anna.known()
    first = await anna.polls(DAY)
    assert ({*"abc"}, {("work", place)}) == (anna.known(), set(first.frozen))
    second = await anna.polls()
    assert ({"new"}, frozenset()) == (anna.known(), second.frozen)


@pytest.mark.requirement(16)
async def test_what_is_to_be_read_anew_is_read_whatever_its_token_says(anna: Anna) -> None:
    place = anna.store.add_collection("Arbeit").href
    anna.store.put(f"{place}a.ics", event("a"))
    await anna.polls()
    anna.store.echoes = True
    anna.store.put(f"{place}a.ics", event("a").replace(b"Call", b"Other"))
    await anna.polls()
    held = anna.held["work", place].resources[f"{place}a.ics"]
    await anna.polls(anew=frozenset({"/elsewhere/"}))
    assert held is anna.held["work", place].resources[f"{place}a.ics"]
    await anna.polls(anew=frozenset({place}))
    found: Resource = anna.held["work", place].resources[f"{place}a.ics"]
    assert b"SUMMARY:Other" in (found.data or b"")


async def test_a_listing_in_which_nothing_differs_keeps_the_token_and_the_very_same_resources(anna: Anna) -> None:
    place = anna.store.add_collection("Arbeit").href
    anna.store.put(f"{place}a.ics", event("a"))
    await anna.polls()
    before = anna.held["work", place]
    await anna.polls(anew=frozenset({place}))
    after = anna.held["work", place]
    assert (before.token, True) == (after.token, before.resources is after.resources)
    assert 1 == anna.store.listed


async def test_an_account_that_failed_while_a_listing_was_due_is_listed_when_it_answers(anna: Anna) -> None:
    anna.store.put(f"{anna.store.add_collection('Arbeit').href}a.ics", event("a"))
    await anna.polls()
    await anna.polls(16 * MINUTE)
    listed = anna.store.listed
    anna.store.faults = lambda _: Unavailable("busy")
    await anna.polls(DAY)
    anna.store.faults = None
    await anna.polls(2 * MINUTE)
    assert listed + 2 == anna.store.listed, "asked in vain, and asked again"
