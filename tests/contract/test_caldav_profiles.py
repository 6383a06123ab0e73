"""CalDAV accounts keep the connectors' contract on servers of every kind that is known, without sockets."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from termintreu.model.errors import Forbidden
from termintreu.model.ports import Target
from termintreu_connectors.caldav import CalDavAccount
from tests.contract.suite import Bench, TargetContract, event, objects_in, reader_of
from tests.simulated_caldav import PROFILES, Profile, Request, Response, SimulatedCalDav
from tests.simulated_caldav.network import Network


@dataclass
class Clock:
    """Goes on where somebody waits, and where people do something."""

    now: datetime = field(default=datetime(2026, 10, 5, 8, tzinfo=UTC))

    def on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        self.on(seconds)
        await asyncio.sleep(0)


@dataclass(frozen=True)
class SimulatedHand:
    """Another app, some seconds later."""

    server: SimulatedCalDav
    collection: str
    clock: Clock

    def put(self, name: str, data: bytes) -> None:
        self.clock.on(30)
        self.server.put(self.collection + name, data, self.clock.now)
        self.clock.on(30)

    def remove(self, name: str) -> None:
        self.clock.on(30)
        self.server.remove(self.collection + name, self.clock.now)
        self.clock.on(30)

    def read(self) -> Mapping[str, bytes]:
        self.clock.on(30)
        self.server.state.later(self.clock.now)
        return {name: stored.data for name, stored in self.server.state.calendars[self.collection].objects.items()}

    def drop(self) -> None:
        self.server.remove(self.collection, self.clock.now)


class Account:
    """A simulated server, and the connector at it."""

    def __init__(self, profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = Clock()
        self.server = SimulatedCalDav(profile)
        self.network = Network(self.answer)
        monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", self.network.connect)
        url = f"http://127.0.0.1{self.server.site.entrance}"
        self.connector = CalDavAccount("dav", url, "anna", "geheim", write_interval=0.0, sleep=self.clock.sleep)

    def answer(self, request: Request) -> Response:
        """Where writes take their time, the next request comes after it: cycles are minutes apart."""
        response = self.server.answer(request, self.clock.now)
        self.clock.on(self.server.profile.write_delay)
        return response


class ProfileContract(TargetContract):
    """The contract on one kind of server."""

    profile: Profile

    @pytest.fixture
    async def bench(self, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench[Target]]:
        account = Account(self.profile, monkeypatch)
        made = account.server.make_calendar("anna", "Anna", {"VEVENT", "VTODO"}, account.clock.now)
        [collection] = [one for one in await account.connector.collections() if one.href == made.path]
        hand = SimulatedHand(account.server, made.path, account.clock)
        yield Bench(connector=account.connector, collection=collection, hand=hand)
        await account.connector.close()
        account.network.close()

    @pytest.mark.requirement(19)
    async def test_a_token_of_another_time_loses_nothing_that_came_or_went(self, bench: Bench[Target]) -> None:
        for uid in ("a", "b"):
            bench.hand.put(f"{uid}.ics", event(uid))
        reader = reader_of(bench)
        await reader.poll()
        bench.hand.remove("a.ics")
        bench.hand.put("c.ics", event("c"))
        reader.token = "http://sync.example/987654/321"
        await reader.poll()
        assert objects_in(event("b"), event("c")) == reader.objects


@dataclass(frozen=True)
class Limit:
    """What the contract asks for and a kind of server does not have."""

    of: Callable[[Profile], bool]
    tests: tuple[str, ...]
    raises: type[BaseException] | tuple[type[BaseException], ...]
    why: str
    told: str
    """What the user learns, and where."""


_MAKING = (
    "test_ensure_makes_a_collection_that_can_be_found_and_written",
    "test_a_collection_that_is_made_with_a_look_is_one_like_any_other",
    "test_what_a_collection_is_described_with_can_be_read_again",
    "test_ensure_twice_gives_the_same_collection",
    "test_ensure_makes_several_collections_side_by_side",
    "test_ensure_leaves_everything_else_alone",
)
LIMITS = (
    Limit(
        of=lambda profile: profile.mkcalendar == "no",
        tests=_MAKING,
        raises=Forbidden,
        why="no calendar can be made over CalDAV",
        told='"a calendar could not be made here; make one by hand"',
    ),
    Limit(
        of=lambda profile: profile.enforces_components and not (profile.tasks and profile.mixes),
        tests=("test_tasks_can_be_written", "test_the_users_tick_is_seen_and_can_be_answered"),
        raises=Forbidden,
        why="a calendar of events takes no task",
        told="nothing: tasks go into a list of their own, or are events where there is none",
    ),
    Limit(
        of=lambda profile: not profile.keeps_name,
        tests=(
            "test_ensure_makes_a_collection_that_can_be_found_and_written",
            "test_a_collection_that_is_made_with_a_look_is_one_like_any_other",
            "test_ensure_makes_several_collections_side_by_side",
        ),
        raises=AssertionError,
        why="calendars bear no name; the last part of their path stands for it",
        told="that part, wherever the calendar is named",
    ),
    Limit(
        of=lambda profile: not profile.deletes_calendars,
        tests=("test_a_collection_that_is_made_with_a_look_is_one_like_any_other",),
        raises=Forbidden,
        why="a calendar cannot be deleted over CalDAV",
        told='"not allowed (status 403)"',
    ),
    Limit(
        of=lambda profile: profile.delete_delay > 0,
        tests=("test_a_collection_that_is_made_with_a_look_is_one_like_any_other",),
        raises=AssertionError,
        why="a deleted calendar is listed for some seconds more",
        told="nothing",
    ),
    Limit(
        of=lambda profile: not profile.tells_etags,
        tests=(
            "test_our_own_write_is_no_change",
            "test_an_update_replaces_what_stood_there",
            "test_updates_follow_each_other_on_their_etags",
            "test_a_delete_removes",
            "test_deleting_what_is_gone_is_success",
            "test_the_users_tick_is_seen_and_can_be_answered",
            "test_fetch_gives_content_and_an_etag_to_write_on",
            "test_foreign_objects_stay_as_they_are_byte_for_byte",
            "test_of_several_updates_at_once_one_wins",
        ),
        raises=(Forbidden, AssertionError),
        why="without an ETag nothing is changed or deleted, for it might be the user's edit",
        told='"the server tells no ETag, and without one nothing here can be changed or deleted safely"',
    ),
    Limit(
        of=lambda profile: profile.deleted == "untold",
        tests=(
            "test_a_deleted_object_is_gone",
            "test_the_last_object_can_go",
            "test_many_edits_between_two_polls_are_all_seen",
            "test_awkward_names_come_decoded_and_whole",
        ),
        raises=AssertionError,
        why="its sync-collection never tells of what was deleted",
        told="nothing: the plain listing once a day finds it",
    ),
    Limit(
        of=lambda profile: profile.bad_token == "nothing",
        tests=("test_a_token_of_another_time_loses_nothing_that_came_or_went",),
        raises=AssertionError,
        why="to a token that it never gave it answers that nothing has changed",
        told="nothing: the plain listing once a day finds it",
    ),
    Limit(
        of=lambda profile: profile.missing == 403,
        tests=("test_deleting_what_is_gone_is_success", "test_fetching_what_is_not_there_is_not_found"),
        raises=Forbidden,
        why="what is gone is answered like what is not allowed",
        told='"not allowed (status 403)", until the next listing shows that it is gone',
    ),
)


def page() -> list[str]:
    """The limits as docs/calendar-apps.md has them."""
    rows = ["| kind of server | what it does not have | what you learn |", "|---|---|---|"]
    for limit in LIMITS:
        names = ", ".join(sorted(profile.name for profile in PROFILES.values() if limit.of(profile)))
        rows.append(f"| {names} | {limit.why} | {limit.told} |")
    return rows


def test_the_page_of_servers_tells_what_each_kind_does_not_have() -> None:
    text = Path("docs/calendar-apps.md").read_text(encoding="utf-8")
    assert "\n".join(page()) in text
    [kinds] = re.findall(r"^Kinds: ([^.]*)\.", text, re.MULTILINE)
    assert sorted(PROFILES) == re.findall(r"\w+", kinds)


def limits_of(profile: Profile) -> dict[str, Limit]:
    """What this kind of server does not have, by the name of the test."""
    return {test: limit for limit in LIMITS if limit.of(profile) for test in limit.tests}


def _limited(test: str, limit: Limit) -> Callable[..., Any]:
    """The test of the contract, which has to fail in just that way."""
    asked = getattr(ProfileContract, test)

    @pytest.mark.xfail(strict=True, raises=limit.raises, reason=limit.why)
    async def limited(self: ProfileContract, bench: Bench[Target]) -> None:
        await asked(self, bench)

    return limited


def contract_of(profile: Profile) -> type[ProfileContract]:
    """The tests of one kind of server."""
    told: dict[str, Any] = {
        "__module__": __name__,
        "profile": profile,
        "checks_uids": profile.uid_twice == "refused",
        "rewrites": profile.rewrites == "text",
    }
    told |= {test: _limited(test, limit) for test, limit in limits_of(profile).items()}
    return type(f"Test_{profile.name}", (ProfileContract,), told)


def behaviour(profile: Profile) -> Profile:
    """What two kinds of servers can have in common: all but their names and paths."""
    if profile.heeds_if_none_match:
        return replace(profile, name="", entrance="", principal="", home="")
    return replace(profile, name="")  # such ones are known by their paths


KINDS = {behaviour(profile): profile for profile in PROFILES.values()}
"""One for each behaviour."""
globals().update({f"Test_{profile.name}": contract_of(profile) for profile in KINDS.values()})
