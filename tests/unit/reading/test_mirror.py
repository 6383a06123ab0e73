"""When an answer is believed, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from termintreu.model import Collection, Resource, Snapshot
from termintreu.reading.mirror import Mirror, Ours, absorb, line_of

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=90)
WORK = Collection(href="/anna/work/", name="Work")


def event(name: str, day: str = "20261125") -> Resource:
    data = (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:{name}\r\nDTSTART:{day}T090000Z\r\n"
        f"DTEND:{day}T093000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()
    return Resource(href=f"/anna/work/{name}.ics", etag=f'"{name}"', data=data)


def listing(*resources: Resource, complete: bool = True, token: str = "t1") -> Snapshot:
    return Snapshot(collection=WORK, token=token, full=True, changed=resources, complete=complete)


def held(*names: str) -> Mirror:
    empty = Mirror(source="work", collection=WORK)
    return absorb(empty, listing(*map(event, names)), now=NOW, since=SINCE).mirror


def test_a_first_listing_is_taken_whole() -> None:
    mirror = held("a", "b")
    assert ["/anna/work/a.ics", "/anna/work/b.ics"] == sorted(mirror.resources)
    assert (mirror.token, mirror.checked_at) == ("t1", NOW)


def test_an_unchanged_answer_keeps_the_very_same_resources() -> None:
    mirror = held("a")
    again = absorb(mirror, listing(replace(event("a"), data=None)), now=NOW, since=SINCE)
    assert again.mirror.resources is mirror.resources
    assert not again.changed


def test_a_delta_changes_and_deletes_what_it_names() -> None:
    mirror = held("a", "b", "c")
    delta = Snapshot(
        collection=WORK,
        token="t2",
        full=False,
        changed=(replace(event("b"), etag='"new"'), event("d")),
        deleted=("/anna/work/a.ics",),
    )
    after = absorb(mirror, delta, now=NOW, since=SINCE).mirror
    assert {'"new"', '"c"', '"d"'} == {resource.etag for resource in after.resources.values()}
    assert after.token == "t2"


def test_what_was_counted_is_counted_anew_after_a_change_and_only_then() -> None:
    mirror = held("a", "b")
    assert mirror.count == 2
    same = absorb(mirror, Snapshot(collection=WORK, token="t2", full=False), now=NOW, since=SINCE).mirror
    assert same.count == 2
    more = Snapshot(collection=WORK, token="t3", full=False, changed=(event("c"), event("d")))
    assert absorb(same, more, now=NOW, since=SINCE).mirror.count == 4


@pytest.mark.requirement(20)
def test_an_incomplete_listing_deletes_nothing_and_is_not_trusted() -> None:
    after = absorb(held("a", "b"), listing(event("a"), complete=False), now=NOW, since=SINCE)
    assert len(after.mirror.resources) == 2
    assert not after.trusted


@pytest.mark.requirement(20)
def test_a_drop_by_more_than_half_must_be_said_twice() -> None:
    mirror = held("a", "b", "c")
    first = absorb(mirror, listing(event("a"), token="t2"), now=NOW, since=SINCE)
    assert (first.trusted, first.mirror.resources, first.mirror.token) == (False, mirror.resources, "t1")
    second = absorb(first.mirror, listing(event("a"), token="t3"), now=NOW, since=SINCE)
    assert second.trusted
    assert ["/anna/work/a.ics"] == list(second.mirror.resources)


def test_two_different_drops_in_a_row_are_not_the_same_word() -> None:
    first = absorb(held("a", "b", "c"), listing(event("a")), now=NOW, since=SINCE)
    second = absorb(first.mirror, listing(event("b")), now=NOW, since=SINCE)
    assert not second.trusted
    assert len(second.mirror.resources) == 3


@pytest.mark.requirement(20)
def test_an_empty_answer_must_be_said_twice_even_for_one_event() -> None:
    first = absorb(held("a"), listing(), now=NOW, since=SINCE)
    assert not first.trusted
    assert not absorb(first.mirror, listing(), now=NOW, since=SINCE).mirror.resources


def test_losing_exactly_half_is_believed_at_once() -> None:
    assert absorb(held("a", "b"), listing(event("a")), now=NOW, since=SINCE).trusted


def test_of_the_distant_past_only_the_etag_is_kept() -> None:
    mirror = absorb(
        Mirror(source="work", collection=WORK), listing(event("old", "20250101"), event("new")), now=NOW, since=SINCE
    ).mirror
    assert mirror.resources["/anna/work/old.ics"].data is None
    assert {"/anna/work/old.ics": '"old"', "/anna/work/new.ics": '"new"'} == mirror.known


def feed(*names: str) -> Resource:
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{name}\r\nDTSTART:20261125T090000Z\r\nSUMMARY:{name}\r\nEND:VEVENT\r\n" for name in names
    )
    data = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n".encode()
    return Resource(href="feed", etag=str(hash(data)), data=data)


def test_a_feed_is_cut_by_uid_and_an_unchanged_event_in_it_keeps_its_etag() -> None:
    empty = Mirror(source="crm", collection=WORK)
    before = absorb(empty, listing(feed("a", "b")), now=NOW, since=SINCE).mirror
    after = absorb(before, listing(feed("a", "b", "c")), now=NOW, since=SINCE).mirror
    parts = {href: resource.etag for href, resource in before.resources.items() if href != "feed"}
    assert len(parts) == 2
    assert parts.items() <= {href: resource.etag for href, resource in after.resources.items()}.items()
    assert list(after.known) == ["feed"]


def test_a_feed_that_loses_most_of_its_events_must_say_so_twice() -> None:
    empty = Mirror(source="crm", collection=WORK)
    before = absorb(empty, listing(feed("a", "b", "c", "d")), now=NOW, since=SINCE).mirror
    assert not absorb(before, listing(feed("a")), now=NOW, since=SINCE).trusted


def test_a_drop_is_the_same_when_something_else_changed_meanwhile() -> None:
    """where somebody is busy, no two answers are ever equal"""
    first = absorb(held("a", "b", "c", "d", "e"), listing(event("a"), event("b")), now=NOW, since=SINCE)
    second = absorb(first.mirror, listing(event("a"), event("new")), now=NOW, since=SINCE)
    assert second.trusted
    assert ["/anna/work/a.ics", "/anna/work/new.ics"] == sorted(second.mirror.resources)


def test_a_second_drop_on_top_of_the_first_must_be_said_twice_as_well() -> None:
    first = absorb(held("a", "b", "c", "d", "e"), listing(event("a"), event("b")), now=NOW, since=SINCE)
    second = absorb(first.mirror, listing(), now=NOW, since=SINCE)
    assert not second.trusted
    assert len(second.mirror.resources) == 5


def test_what_we_deleted_ourselves_is_not_missed() -> None:
    mirror = held("a", "b", "c", "d")
    ours = frozenset({"/anna/work/b.ics", "/anna/work/c.ics", "/anna/work/d.ics"})
    after = absorb(mirror, listing(event("a")), now=NOW, since=SINCE, ours=Ours(withdrawn=ours))
    assert after.trusted
    assert ["/anna/work/a.ics"] == list(after.mirror.resources)


def test_that_all_is_gone_is_believed_where_we_deleted_all() -> None:
    after = absorb(held("a"), listing(), now=NOW, since=SINCE, ours=Ours(withdrawn=frozenset({"/anna/work/a.ics"})))
    assert (True, {}) == (after.trusted, after.mirror.resources)


def test_beside_our_own_deletions_the_rest_is_watched_as_ever() -> None:
    mirror = held("a", "b", "c", "d", "e")
    after = absorb(
        mirror,
        listing(event("a")),
        now=NOW,
        since=SINCE,
        ours=Ours(withdrawn=frozenset({"/anna/work/b.ics", "/anna/work/c.ics"})),
    )
    assert not after.trusted


def test_a_feed_with_nothing_left_in_it_must_say_so_twice() -> None:
    empty = Mirror(source="crm", collection=WORK)
    for names in (["a"], ["a", "b"], ["a", "b", "c"]):
        before = absorb(empty, listing(feed(*names)), now=NOW, since=SINCE).mirror
        first = absorb(before, listing(feed()), now=NOW, since=SINCE)
        assert (False, before.resources) == (first.trusted, first.mirror.resources)
        assert absorb(first.mirror, listing(feed()), now=NOW, since=SINCE).trusted


def test_a_feed_that_loses_exactly_half_is_believed_at_once() -> None:
    empty = Mirror(source="crm", collection=WORK)
    before = absorb(empty, listing(feed("a", "b")), now=NOW, since=SINCE).mirror
    assert absorb(before, listing(feed("a")), now=NOW, since=SINCE).trusted


def test_what_we_wrote_since_the_last_listing_is_missed_as_well() -> None:
    ours = Ours(standing=frozenset({"/anna/work/a.ics", "/anna/work/b.ics", "/anna/other/c.ics"}))
    empty = Mirror(source="work", collection=WORK)
    first = absorb(empty, listing(), now=NOW, since=SINCE, ours=ours)
    assert not first.trusted
    assert absorb(first.mirror, listing(), now=NOW, since=SINCE, ours=ours).trusted
    assert absorb(empty, listing(event("a")), now=NOW, since=SINCE, ours=ours).trusted


def test_the_parts_of_a_stream_that_stand_as_they_were_are_the_very_same_objects() -> None:
    empty = Mirror(source="work", collection=WORK)
    mirror = absorb(empty, listing(feed("a", "b", "c")), now=NOW, since=SINCE).mirror
    after = absorb(mirror, listing(feed("a", "d", "c")), now=NOW, since=SINCE).mirror
    parts = {href for href, one in after.resources.items() if one.data is not None}
    same = {href for href in parts if after.resources[href] is mirror.resources.get(href)}
    assert (3, 2) == (len(parts), len(same))
    assert not mirror.resources.keys() <= after.resources.keys()


def test_sources_are_told_the_etags_of_whole_resources_only() -> None:
    empty = Mirror(source="work", collection=WORK)
    mirror = absorb(empty, listing(feed("a", "b"), event("c")), now=NOW, since=SINCE).mirror
    known = mirror.known
    assert {feed("a").href, "/anna/work/c.ics"} == set(known)
    assert 2 == len(known)
    assert 4 == len(mirror.resources)
    assert {None, '"c"', feed("a", "b").etag} == {known.get(href) for href in mirror.resources}


WHOLE = Collection(href="feed", name="crm")


def whole(data: bytes) -> Snapshot:
    return Snapshot(
        collection=WHOLE, token=None, full=True, changed=(Resource(href="feed", etag=str(hash(data)), data=data),)
    )


def blanks(data: bytes) -> bytes:
    return data.replace(b"BEGIN:", b"BEGIN: ").replace(b"END:", b"END :\t")


@pytest.mark.requirement(21)
@pytest.mark.parametrize("names", [["a"], ["a", "b", "c"]])
def test_a_blank_after_the_colon_of_begin_does_not_make_a_feed_look_empty(names: list[str]) -> None:
    empty = Mirror(source="crm", collection=WHOLE)
    plain = absorb(empty, whole(feed(*names).data or b""), now=NOW, since=SINCE).mirror
    after = absorb(plain, whole(blanks(feed(*names).data or b"")), now=NOW, since=SINCE)
    assert (True, plain.resources.keys()) == (after.trusted, after.mirror.resources.keys())
    assert [one.data for one in plain.resources.values()] == [one.data for one in after.mirror.resources.values()]


@pytest.mark.requirement(21)
@pytest.mark.parametrize("data", [b"BEGIN=VCALENDAR\r\nEND=VCALENDAR\r\n", b"", b"<html>", b"BEGIN:VCALENDAR\r\n"])
def test_a_feed_in_which_nobody_finds_a_calendar_is_never_believed(data: bytes) -> None:
    before = absorb(Mirror(source="crm", collection=WHOLE), whole(feed("a").data or b""), now=NOW, since=SINCE).mirror
    for _ in range(3):
        after = absorb(before, whole(data), now=NOW, since=SINCE)
        assert (before, False) == (after.mirror, after.trusted)


def test_a_part_of_a_feed_knows_the_line_at_which_it_began() -> None:
    data = feed("a", "b", "c").data or b""
    mirror = absorb(Mirror(source="crm", collection=WHOLE), whole(data), now=NOW, since=SINCE).mirror
    lines = [line_of(one) for one in mirror.resources.values()]
    assert [None, 3, 8, 13] == lines
    assert "BEGIN:VEVENT" == data.decode().splitlines()[8 - 1]


def test_a_part_that_only_moved_to_another_line_is_the_very_same_object() -> None:
    mirror = absorb(
        Mirror(source="crm", collection=WHOLE), whole(feed("a", "b").data or b""), now=NOW, since=SINCE
    ).mirror
    after = absorb(mirror, whole(feed("new", "a", "b").data or b""), now=NOW, since=SINCE).mirror
    assert all(after.resources[href] is one for href, one in mirror.resources.items() if href != "feed")


def test_what_is_wrong_with_a_file_is_told_with_its_name() -> None:
    stray = (feed("a", "b").data or b"").replace(b"END:VCALENDAR", b"END:VEVENT\r\nEND:VCALENDAR")
    resource = Resource(href="/anna/work/team\u202e.ics", etag="1", data=stray)
    found = absorb(Mirror(source="work", collection=WORK), listing(resource), now=NOW, since=SINCE)
    assert "team.ics: A component has an END but no BEGIN." == found.note
    assert "A component has an END but no BEGIN." == (
        absorb(Mirror(source="crm", collection=WHOLE), whole(stray), now=NOW, since=SINCE).note
    )


def test_what_lies_before_the_retention_is_kept_as_an_etag_and_the_rest_with_its_days() -> None:
    empty = Mirror(source="work", collection=WORK)
    old, new = event("a", "20260101"), event("b", "20261125")
    found = absorb(empty, listing(old, new), now=NOW, since=SINCE).mirror.resources
    assert found[old.href].data is None
    assert found[new.href].data == new.data
    first, last = found[new.href].days or (0, 0)
    assert first == datetime(2026, 11, 25).toordinal() <= last
