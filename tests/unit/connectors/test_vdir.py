"""Folders of .ics files as they are in the wild: metadata, strange files, symlinks, disks that are not mounted, full
disks, half-written files, other programs at work.
"""

# ruff: noqa: ASYNC240 - nothing else runs in the loops of these tests

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import stat
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from termintreu.model import Collection, Look, Snapshot
from termintreu.model.errors import (
    ConnectorError,
    Forbidden,
    InvalidAnswer,
    NotFound,
    NotThereYet,
    OutOfSpace,
    Unavailable,
)
from termintreu.model.errors import PreconditionFailed as Conflict
from termintreu_connectors import files
from termintreu_connectors.vdir import VdirFolder

LONG_AGO = 1_700_000_000


def event(uid: str, summary: str = "Telefonat") -> bytes:
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:20261006T122000Z\r\n"
        f"SUMMARY:{summary}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


def store(path: Path, data: bytes, *, age: float | None = None) -> Path:
    """Write a file; `age` in seconds makes it look older."""
    path.write_bytes(data)
    if age is not None:
        found = path.stat()
        os.utime(path, (found.st_atime - age, found.st_mtime - age))
    return path


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def the(folder: VdirFolder, name: str) -> Collection:
    """The collection of that display name."""
    [collection] = [found for found in await folder.collections() if found.name == name]
    return collection


async def poll(folder: VdirFolder, collection: Collection, before: Snapshot | None = None) -> Snapshot:
    known = {row.href: row.etag for row in before.changed} if before else {}
    return await folder.changes(collection, before.token if before else None, known)


def names(snapshot: Snapshot) -> list[str]:
    return sorted(row.href.removeprefix(snapshot.collection.href) for row in snapshot.changed)


def content(snapshot: Snapshot) -> dict[str, bytes | None]:
    return {row.href.removeprefix(snapshot.collection.href): row.data for row in snapshot.changed}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "calendars" / "work"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def vdir(work: Path) -> VdirFolder:
    return VdirFolder("home", work.parent)


class TestCollections:
    """Which folders are calendars, and what they are called."""

    async def found(self, base: Path) -> Sequence[tuple[str, str]]:
        found = await VdirFolder("home", base).collections()
        return [(os.path.relpath(each.href, base), each.name) for each in found]

    async def test_each_visible_subfolder_is_one(self, tmp_path: Path) -> None:
        for name in ("b", "a", ".git", "c.tmp"):
            (tmp_path / name).mkdir()
        (tmp_path / "README").write_text("x")
        assert [("a", "a"), ("b", "b")] == await self.found(tmp_path)

    async def test_a_folder_with_events_is_one_itself(self, tmp_path: Path) -> None:
        (tmp_path / "archive").mkdir()
        store(tmp_path / "a.ics", event("a"))
        assert [(".", tmp_path.name)] == await self.found(tmp_path)

    async def test_a_folder_with_metadata_only_is_one_itself(self, tmp_path: Path) -> None:
        (tmp_path / "displayname").write_text("Mein Kalender\n")
        assert [(".", "Mein Kalender")] == await self.found(tmp_path)

    async def test_an_empty_folder_is_one_itself(self, tmp_path: Path) -> None:
        assert [(".", tmp_path.name)] == await self.found(tmp_path)

    async def test_ours_is_found_within_a_folder_that_is_one_itself(self, tmp_path: Path) -> None:
        store(tmp_path / "a.ics", event("a"))
        await VdirFolder("home", tmp_path).ensure("Termintreu", frozenset({"VEVENT"}))
        assert [(".", tmp_path.name), ("termintreu", "Termintreu")] == await self.found(tmp_path)

    @pytest.mark.parametrize(
        ("label", "name"),
        [
            (b"Arbeit \xf0\x9f\x93\x9e\n", "Arbeit 📞"),
            (b"two\nlines\x00\x1b[31m\xe2\x80\xae", "two lines [31m"),
            (b"latin \xfc", "latin \N{REPLACEMENT CHARACTER}"),
            (b"  \n", "work"),
            (b"x" * 10_000, "x" * 120),
        ],
    )
    async def test_display_names_are_cleaned(self, work: Path, vdir: VdirFolder, label: bytes, name: str) -> None:
        (work / "displayname").write_bytes(label)
        assert [name] == [found.name for found in await vdir.collections()]

    async def test_the_home_folder_may_be_abbreviated(self, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", str(work.parent.parent))
        assert ["work"] == [found.name for found in await VdirFolder("home", "~/calendars").collections()]


class TestReading:
    """What is listed, and what is not read."""

    async def test_only_visible_ics_files_are_events(self, work: Path, vdir: VdirFolder) -> None:
        for name in ("a.ics", "B.ICS"):
            store(work / name, event(name))
        for name in (".hidden.ics", "a.ics.tmp", "a.ics~", "x.vcf", "displayname", "color"):
            store(work / name, b"x")
        (work / "folder.ics").mkdir()
        (work / "nowhere.ics").symlink_to("missing")
        snapshot = await poll(vdir, await the(vdir, "x"))
        assert ["B.ICS", "a.ics"] == names(snapshot)
        assert snapshot.note is None

    async def test_a_named_pipe_holds_nobody_up(self, work: Path, vdir: VdirFolder) -> None:
        os.mkfifo(work / "pipe.ics")
        assert [] == names(await poll(vdir, await the(vdir, "work")))
        with pytest.raises(Forbidden):
            await vdir.fetch(f"{work}/pipe.ics")

    async def test_a_name_that_is_no_utf8_can_be_passed_on(self, work: Path, vdir: VdirFolder) -> None:
        store(Path(os.fsdecode(os.fsencode(work) + b"/M\xfcller.ics")), event("a"))
        [row] = (await poll(vdir, await the(vdir, "work"))).changed
        assert row.href.encode("utf-8").endswith(b"M\\xfcller.ics")
        assert event("a") == row.data

    async def test_a_file_that_looks_the_same_is_not_read_again(self, work: Path) -> None:
        file = store(work / "a.ics", event("a", "14:00"), age=60)
        vdir = VdirFolder("home", work.parent)
        first = await poll(vdir, await the(vdir, "work"))
        before = file.stat()
        file.write_bytes(event("a", "15:00"))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        # Nothing but reading could tell; a program started anew takes the remembered ETag for it.
        other = VdirFolder("home", work.parent)
        assert {"a.ics": None} == content(await poll(other, first.collection, first))

    async def test_a_young_file_is_read_twice_as_its_time_stamp_is_coarse(self, work: Path, vdir: VdirFolder) -> None:
        file = store(work / "a.ics", event("a", "14:00"))
        first = await poll(vdir, await the(vdir, "work"))
        before = file.stat()
        file.write_bytes(event("a", "15:00"))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert {"a.ics": event("a", "15:00")} == content(await poll(vdir, first.collection, first))

    async def test_a_file_that_is_too_large_is_noted_and_hides_nothing(self, work: Path) -> None:
        store(work / "a.ics", event("a"))
        store(work / "large.ics", event("large", "x" * 5000))
        vdir = VdirFolder("home", work.parent, max_body=2000)
        snapshot = await poll(vdir, await the(vdir, "work"))
        assert {"a.ics": event("a")} == content(snapshot)
        assert snapshot.complete
        assert "2000 bytes" in (snapshot.note or "")

    async def test_what_was_known_of_a_file_stays_when_it_cannot_be_read(self, work: Path, vdir: VdirFolder) -> None:
        file = store(work / "a.ics", event("a"), age=60)
        first = await poll(vdir, await the(vdir, "work"))
        file.unlink()
        file.symlink_to(file)
        second = await poll(vdir, first.collection, first)
        assert {"a.ics": None} == content(second)
        assert first.changed[0].etag == second.changed[0].etag
        assert second.note is not None

    async def test_a_file_that_is_being_written_is_waited_for(self, work: Path, vdir: VdirFolder) -> None:
        store(work / "a.ics", event("a"), age=60)
        first = await poll(vdir, await the(vdir, "work"))
        store(work / "a.ics", event("a", "neu")[:-20])
        store(work / "b.ics", b"")
        second = await poll(vdir, first.collection, first)
        assert {"a.ics": None, "b.ics": b""} == content(second)
        assert not second.complete
        store(work / "a.ics", event("a", "neu"))
        store(work / "b.ics", event("b"))
        third = await poll(vdir, first.collection, second)
        assert {"a.ics": event("a", "neu"), "b.ics": event("b")} == content(third)
        assert third.complete

    async def test_a_new_file_that_is_broken_is_passed_on_at_once_and_proves_no_absence(
        self, work: Path, vdir: VdirFolder
    ) -> None:
        file = store(work / "a.ics", event("a")[:-20])
        store(work / "b.ics", event("b"))
        first = await poll(vdir, await the(vdir, "work"))
        assert {"a.ics": event("a")[:-20], "b.ics": event("b")} == content(first)
        assert (True, False, None) == (first.complete, first.stable, first.note)
        # A program that was just started knows no more than the ETag.
        for reader in (vdir, VdirFolder("home", work.parent)):
            second = await poll(reader, first.collection, first)
            assert {"a.ics": None, "b.ics": None} == content(second)
            assert (True, False) == (second.complete, second.stable)
        found = file.stat()
        os.utime(file, (found.st_atime - 60, found.st_mtime - 60))
        third = await poll(vdir, first.collection, second)
        assert (True, True) == (third.complete, third.stable)

    @pytest.mark.parametrize("age", [60, -86400])
    async def test_a_file_that_stays_broken_is_passed_on_as_it_is(
        self, work: Path, vdir: VdirFolder, age: float
    ) -> None:
        store(work / "a.ics", b"BEGIN:VCALENDAR\r\n", age=age)
        snapshot = await poll(vdir, await the(vdir, "work"))
        assert {"a.ics": b"BEGIN:VCALENDAR\r\n"} == content(snapshot)
        assert snapshot.complete

    async def test_an_event_behind_a_symlink_is_read(self, work: Path, vdir: VdirFolder, tmp_path: Path) -> None:
        (work / "a.ics").symlink_to(store(tmp_path / "elsewhere", event("a")))
        assert {"a.ics": event("a")} == content(await poll(vdir, await the(vdir, "work")))

    async def test_nothing_is_ever_sent(self, work: Path, vdir: VdirFolder) -> None:
        store(work / "a.ics", event("a"))
        assert 0 == (await poll(vdir, await the(vdir, "work"))).requests == vdir.requests


class TestMissingDisks:
    """A folder that is gone is never a calendar without events."""

    async def test_a_path_that_is_missing_is_unavailable(self, tmp_path: Path) -> None:
        vdir = VdirFolder("home", tmp_path / "missing")
        for action in (vdir.collections(), vdir.ensure("Termintreu", frozenset()), vdir.fetch(f"{tmp_path}/missing/a")):
            with pytest.raises(Unavailable):
                await action
        assert not (tmp_path / "missing").exists()

    async def test_a_folder_whose_disk_went_is_unavailable(self, work: Path, tmp_path: Path) -> None:
        store(work / "a.ics", event("a"))
        vdir = VdirFolder("home", work)
        first = await poll(vdir, await the(vdir, "work"))
        work.rename(tmp_path / "the disk")
        with pytest.raises(Unavailable):
            await poll(vdir, first.collection, first)
        work.mkdir()
        for reader in (vdir, VdirFolder("home", work)):
            with pytest.raises(Unavailable):
                await poll(reader, first.collection, first)
        with pytest.raises(Unavailable):
            await vdir.collections()
        work.rmdir()
        (tmp_path / "the disk").rename(work)
        assert ["a.ics"] == names(await poll(vdir, first.collection, first))

    async def test_calendars_below_a_disk_that_went_are_unavailable(self, work: Path, tmp_path: Path) -> None:
        store(work / "a.ics", event("a"))
        vdir = VdirFolder("home", work.parent)
        first = await poll(vdir, await the(vdir, "work"))
        work.parent.rename(tmp_path / "the disk")
        work.parent.mkdir()
        for reader in (vdir, VdirFolder("home", work.parent)):
            with pytest.raises(Unavailable):
                await poll(reader, first.collection, first)
        with pytest.raises(Unavailable):
            await vdir.collections()

    async def test_a_disk_that_goes_in_the_middle_makes_no_listing(
        self, work: Path, vdir: VdirFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for uid in "abc":
            store(work / f"{uid}.ics", event(uid))
        collection = await the(vdir, "work")
        read = files.read

        def last_read(path: Path, cap: int) -> files.Content:
            found = read(path, cap)
            if work.exists() and len(listing(work)) == 3:
                work.rename(work.parent / "the disk")
                work.mkdir()
            return found

        monkeypatch.setattr(files, "read", last_read)
        with pytest.raises(Unavailable):
            await poll(vdir, collection)

    async def test_an_empty_mount_point_is_unavailable_to_a_program_that_was_just_started(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "access", lambda path, mode: False)
        with pytest.raises(Unavailable):
            await VdirFolder("home", tmp_path).collections()

    async def test_one_calendar_that_went_is_not_found(self, work: Path, vdir: VdirFolder) -> None:
        (work.parent / "private").mkdir()
        collection = await the(vdir, "work")
        work.rmdir()
        with pytest.raises(NotFound):
            await poll(vdir, collection)

    async def test_a_calendar_that_was_emptied_is_empty(self, work: Path, vdir: VdirFolder) -> None:
        store(work / "a.ics", event("a"))
        first = await poll(vdir, await the(vdir, "work"))
        (work / "a.ics").unlink()
        second = await poll(vdir, first.collection, first)
        assert (True, True, ()) == (second.full, second.complete, second.changed)

    async def test_a_calendar_that_was_replaced_is_read_anew(self, work: Path, vdir: VdirFolder) -> None:
        store(work / "a.ics", event("a"))
        first = await poll(vdir, await the(vdir, "work"))
        work.rename(work.parent / "old")
        work.mkdir()
        store(work / "b.ics", event("b"))
        assert ["b.ics"] == names(await poll(vdir, first.collection, first))


class TestWriting:
    """Writes are whole, conditional, and stay within the folder."""

    async def test_nothing_is_left_beside_what_was_written(self, work: Path, vdir: VdirFolder) -> None:
        collection = await the(vdir, "work")
        made = await vdir.create(collection, "a.ics", event("a"))
        await vdir.update(made.href, event("a", "neu"), made.etag or "")
        with pytest.raises(Conflict):
            await vdir.create(collection, "a.ics", event("b"))
        with pytest.raises(Conflict):
            await vdir.update(made.href, event("a", "alt"), made.etag or "")
        assert ["a.ics"] == listing(work)

    async def test_a_full_disk_leaves_everything_as_it_was(
        self, work: Path, vdir: VdirFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = await vdir.create(await the(vdir, "work"), "a.ics", event("a"))

        def full(handle: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device", "/secret/name.ics")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OutOfSpace) as caught:
            await vdir.update(made.href, event("a", "neu"), made.etag or "")
        with pytest.raises(OutOfSpace):
            await vdir.create(await the(vdir, "work"), "b.ics", event("b"))
        assert ["a.ics"] == listing(work)
        assert event("a") == (work / "a.ics").read_bytes()
        assert "home: No space left on device" == str(caught.value)

    @pytest.mark.parametrize(
        ("code", "error"), [(errno.EIO, Unavailable), (errno.EROFS, Forbidden), (errno.EDQUOT, OutOfSpace)]
    )
    async def test_the_systems_errors_become_ours(
        self, vdir: VdirFolder, monkeypatch: pytest.MonkeyPatch, code: int, error: type[ConnectorError]
    ) -> None:
        collection = await the(vdir, "work")

        def fails(*_: object) -> None:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(os, "fsync", fails)
        with pytest.raises(error):
            await vdir.create(collection, "a.ics", event("a"))

    async def test_a_file_system_without_hard_links_will_do(
        self, work: Path, vdir: VdirFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unsupported(*_: object) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "link", unsupported)
        collection = await the(vdir, "work")
        made = await vdir.create(collection, "a.ics", event("a"))
        with pytest.raises(Conflict):
            await vdir.create(collection, "a.ics", event("b"))
        assert ["a.ics"] == listing(work)
        assert event("a") == (work / "a.ics").read_bytes()
        assert [made.etag] == [row.etag for row in (await poll(vdir, collection)).changed]

    async def test_an_update_keeps_the_files_mode(self, work: Path, vdir: VdirFolder) -> None:
        made = await vdir.create(await the(vdir, "work"), "a.ics", event("a"))
        (work / "a.ics").chmod(0o640)
        await vdir.update(made.href, event("a", "neu"), made.etag or "")
        assert 0o640 == stat.S_IMODE((work / "a.ics").stat().st_mode)

    async def test_a_file_that_was_only_touched_may_still_be_written(self, work: Path, vdir: VdirFolder) -> None:
        made = await vdir.create(await the(vdir, "work"), "a.ics", event("a"))
        os.utime(work / "a.ics", (LONG_AGO, LONG_AGO))
        changed = await vdir.update(made.href, event("a", "neu"), made.etag or "")
        os.utime(work / "a.ics", (LONG_AGO, LONG_AGO))
        await vdir.delete(changed.href, changed.etag or "")
        assert [] == listing(work)

    @pytest.mark.requirement(15)
    @pytest.mark.parametrize("etag", ["", "x", '"x"', '""', "-", '"-"'])
    async def test_an_etag_that_is_none_matches_nothing(self, work: Path, vdir: VdirFolder, etag: str) -> None:
        made = await vdir.create(await the(vdir, "work"), "a.ics", event("a"))
        with pytest.raises(Conflict):
            await vdir.update(made.href, event("a", "neu"), etag)
        with pytest.raises(Conflict):
            await vdir.delete(made.href, etag)
        assert event("a") == (work / "a.ics").read_bytes()

    async def test_a_uid_that_stands_in_another_file_is_said_to(self, work: Path, vdir: VdirFolder) -> None:
        store(work / "a.ics", event("first").replace(b"UID:first", b"UID;X=1:fir\r\n st"))
        collection = await the(vdir, "work")
        with pytest.raises(Conflict) as caught:
            await vdir.create(collection, "b.ics", event("first"))
        assert caught.value.uid_conflict
        store(work / "a.ics", event("other"))
        await vdir.create(collection, "b.ics", event("first"))

    async def test_an_alarms_uid_is_not_the_events(self, work: Path, vdir: VdirFolder) -> None:
        alarm = b"BEGIN:VALARM\r\nUID:alarm\r\nEND:VALARM\r\nEND:VEVENT"
        store(work / "a.ics", event("a").replace(b"END:VEVENT", alarm))
        await vdir.create(await the(vdir, "work"), "b.ics", event("b").replace(b"END:VEVENT", alarm))

    @pytest.mark.parametrize("name", ["../a.ics", "a/b.ics", ".a.ics", "a.txt", "a.ics.tmp", "", "\0.ics", "x" * 300])
    async def test_names_that_are_none_are_refused(self, work: Path, vdir: VdirFolder, name: str) -> None:
        with pytest.raises(Forbidden):
            await vdir.create(await the(vdir, "work"), name, event("a"))
        assert ["work"] == listing(work.parent)
        assert [] == listing(work)

    @pytest.mark.requirement(1, 22)
    @pytest.mark.parametrize(
        "below",
        [
            "../../secret.ics",
            "work/../../secret.ics",
            "/etc/passwd",
            "work/.secret.ics",
            "work/x/y.ics",
            "\0",
            "../calendarsx/a.ics",
        ],
    )
    async def test_no_href_leads_out_of_the_folder(self, work: Path, vdir: VdirFolder, below: str) -> None:
        for path in (work.parent.parent / "secret.ics", work / ".secret.ics", work / "a.ics"):
            store(path, event("secret"))
        for href in (f"{work.parent}/{below}", f"{work.parent}work/a.ics", below):
            for action in (
                vdir.fetch(href),
                vdir.update(href, event("a"), '"x"'),
                vdir.delete(href, '"x"'),
                poll(vdir, Collection(href=href, name="x")),
            ):
                with pytest.raises(NotFound):
                    await action

    @pytest.mark.requirement(1)
    async def test_nothing_is_written_through_a_symlinked_file(self, work: Path, vdir: VdirFolder) -> None:
        real = store(work.parent.parent / "real.ics", event("a"))
        (work / "a.ics").symlink_to(real)
        row = await vdir.fetch(f"{work}/a.ics")
        with pytest.raises(Forbidden):
            await vdir.update(row.href, event("a", "neu"), row.etag or "")
        with pytest.raises(Forbidden):
            await vdir.delete(row.href, row.etag or "")
        assert event("a") == real.read_bytes()
        assert (work / "a.ics").is_symlink()

    async def test_a_calendar_behind_a_symlink_out_of_the_folder_is_read_only(
        self, work: Path, vdir: VdirFolder
    ) -> None:
        outside = work.parent.parent / "outside"
        outside.mkdir()
        store(outside / "a.ics", event("a"))
        (work.parent / "linked").symlink_to(outside)
        collection = await the(vdir, "linked")
        assert not collection.writable
        [row] = (await poll(vdir, collection)).changed
        with pytest.raises(Forbidden):
            await vdir.create(collection, "b.ics", event("b"))
        with pytest.raises(Forbidden):
            await vdir.update(row.href, event("a", "neu"), row.etag or "")
        with pytest.raises(Forbidden):
            await vdir.delete(row.href, row.etag or "")
        assert ["a.ics"] == listing(outside)

    async def test_the_folder_itself_may_be_a_symlink(self, work: Path) -> None:
        (work.parent.parent / "link").symlink_to(work.parent)
        vdir = VdirFolder("home", work.parent.parent / "link")
        await vdir.create(await the(vdir, "work"), "a.ics", event("a"))
        assert event("a") == (work / "a.ics").read_bytes()

    async def test_a_write_waits_for_another_programs(self, work: Path, vdir: VdirFolder) -> None:
        collection = await the(vdir, "work")
        handle = os.open(work, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            write = asyncio.create_task(vdir.create(collection, "a.ics", event("a")))
            done, _ = await asyncio.wait({write}, timeout=0.2)
            assert set() == done
        finally:
            os.close(handle)
        await write
        assert ["a.ics"] == listing(work)

    @pytest.mark.parametrize("locks", [True, False])
    async def test_of_two_programs_that_update_at_once_one_wins(
        self, work: Path, monkeypatch: pytest.MonkeyPatch, locks: bool
    ) -> None:
        def unsupported(*_: object) -> None:
            raise OSError(errno.ENOLCK, "No locks available")

        if not locks:
            monkeypatch.setattr(fcntl, "flock", unsupported)
        one, other = (VdirFolder("home", work.parent) for _ in range(2))
        made = await one.create(await the(one, "work"), "a.ics", event("a"))
        for number in range(20):
            etag = (await one.fetch(made.href)).etag or ""
            results = await asyncio.gather(
                one.update(made.href, event("a", f"one {number}"), etag),
                other.update(made.href, event("a", f"other {number}"), etag),
                return_exceptions=True,
            )
            assert 1 == sum(isinstance(result, Conflict) for result in results)


class TestEnsure:
    """Folders of our own."""

    @pytest.mark.parametrize(
        ("name", "folder"),
        [
            ("Termintreu Aufgaben", "termintreu-aufgaben"),
            ("Müller & Söhne", "mueller-soehne"),
            ("../../etc", "etc"),
            ("..", "calendar"),
            ("☎", "calendar"),
            ("Café", "cafe"),
            ("x" * 500, "x" * 60),
        ],
    )
    async def test_a_folder_has_a_plain_name_and_the_display_name_in_it(
        self, work: Path, vdir: VdirFolder, name: str, folder: str
    ) -> None:
        made = await vdir.ensure(name, frozenset({"VTODO"}))
        assert f"{work.parent / folder}/" == made.href
        assert {"VEVENT", "VTODO"} == made.components
        assert made == await vdir.ensure(name, frozenset({"VTODO"}))
        assert sorted(["work", folder]) == listing(work.parent)

    async def test_a_look_stands_in_the_files_that_vdirsyncer_and_khal_read(self, work: Path, vdir: VdirFolder) -> None:
        look = Look(color="#9AA5B1", description="Rückrufe\nzum Ausblenden")
        made = await vdir.ensure("Termintreu", frozenset({"VEVENT"}), look)
        files_of = {path.name: path.read_text() for path in Path(made.href).iterdir()}
        assert {
            "displayname": "Termintreu",
            "color": "#9AA5B1",
            "description": "Rückrufe zum Ausblenden",
        } == files_of
        await vdir.discard(made)
        assert ["work"] == listing(work.parent)

    async def test_a_folder_that_is_in_the_way_is_left_alone(self, work: Path, vdir: VdirFolder) -> None:
        (work.parent / "termintreu").write_text("a file of the user's")
        made = await vdir.ensure("Termintreu", frozenset({"VEVENT"}))
        assert f"{work.parent}/termintreu-2/" == made.href
        assert "a file of the user's" == (work.parent / "termintreu").read_text()

    async def test_a_folder_of_that_name_is_taken(self, work: Path, vdir: VdirFolder) -> None:
        assert f"{work}/" == (await vdir.ensure("work", frozenset({"VEVENT"}))).href

    async def test_a_crash_half_way_leaves_no_half_collection(
        self, work: Path, vdir: VdirFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(errno.EIO, "died")))
            with pytest.raises(Unavailable):
                await vdir.ensure("Termintreu", frozenset({"VEVENT"}))
        assert ["work"] == [found.name for found in await vdir.collections()]
        assert f"{work.parent}/termintreu/" == (await vdir.ensure("Termintreu", frozenset({"VEVENT"}))).href


class TestOurOwnFolder:
    """A folder that holds nothing but our own collections is made with the first of them, where it can stand."""

    async def test_it_is_made_with_the_first_collection(self, tmp_path: Path) -> None:
        base = tmp_path / "reminders"
        vdir = VdirFolder("target", base, ours=True)
        with pytest.raises(NotThereYet) as caught:
            await vdir.collections()
        assert f"{base}/" == caught.value.href
        assert not base.exists(), "looking makes nothing"
        made = await vdir.ensure("Termintreu", frozenset({"VEVENT"}))
        await vdir.create(made, "a.ics", event("a"))
        assert [made] == list(await vdir.collections())
        assert event("a") == (base / "termintreu" / "a.ics").read_bytes()

    async def test_nothing_is_made_where_its_disk_should_be(self, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to("a disk")
        for base in (tmp_path / "disk" / "reminders", tmp_path / "link"):
            vdir = VdirFolder("target", base, ours=True)
            for action in (vdir.collections(), vdir.ensure("Termintreu", frozenset({"VEVENT"}))):
                with pytest.raises(Unavailable) as caught:
                    await action
                assert not isinstance(caught.value, NotThereYet)
        assert ["link"] == listing(tmp_path)


class TestSingleFile:
    """A file is read whole, and never written."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return store(tmp_path / "Feiertage 2026.ics", event("a"))

    async def test_it_is_one_collection_with_one_resource(self, file: Path) -> None:
        vdir = VdirFolder("holidays", file)
        [collection] = await vdir.collections()
        assert (str(file), "Feiertage 2026", False) == (collection.href, collection.name, collection.writable)
        [row] = (await poll(vdir, collection)).changed
        assert row == await vdir.fetch(str(file))

    async def test_it_is_never_written(self, file: Path) -> None:
        vdir = VdirFolder("holidays", file)
        [collection] = await vdir.collections()
        row = await vdir.fetch(str(file))
        for action in (
            vdir.create(collection, "b.ics", event("b")),
            vdir.update(row.href, event("b"), row.etag or ""),
            vdir.delete(row.href, row.etag or ""),
            vdir.ensure("Termintreu", frozenset({"VEVENT"})),
        ):
            with pytest.raises(Forbidden):
                await action
        assert event("a") == file.read_bytes()

    @pytest.mark.parametrize("data", [b"", event("a")[:-20], b"<html>BEGIN:VCALENDAR\nEND:VCALENDAR"])
    async def test_what_is_no_whole_calendar_is_no_answer(self, file: Path, data: bytes) -> None:
        vdir = VdirFolder("holidays", file)
        first = await poll(vdir, (await vdir.collections())[0])
        store(file, data)
        with pytest.raises(InvalidAnswer):
            await poll(vdir, first.collection, first)

    async def test_a_file_that_is_missing_is_unavailable(self, file: Path) -> None:
        vdir = VdirFolder("holidays", file)
        first = await poll(vdir, (await vdir.collections())[0])
        file.unlink()
        with pytest.raises(Unavailable):
            await poll(vdir, first.collection, first)

    async def test_a_file_that_is_too_large_is_no_answer(self, file: Path) -> None:
        vdir = VdirFolder("holidays", file, max_body=50)
        with pytest.raises(InvalidAnswer):
            await poll(vdir, (await vdir.collections())[0])


class TestWatching:
    """Others' changes wake, our own do not."""

    async def test_only_the_changes_of_others_wake(self, work: Path, vdir: VdirFolder) -> None:
        woken = threading.Event()
        collection = await the(vdir, "work")
        with vdir.watch(woken.set):
            made = await vdir.create(collection, "a.ics", event("a"))
            made = await vdir.update(made.href, event("a", "neu"), made.etag or "")
            other = await vdir.create(collection, "b.ics", event("b"))
            await vdir.delete(other.href, other.etag or "")
            assert not await asyncio.to_thread(woken.wait, 0.5)
            store(work / "a.ics", event("a", "vom Nutzer"))
            assert await asyncio.to_thread(woken.wait, 10)
            woken.clear()
            (work / "a.ics").unlink()
            assert await asyncio.to_thread(woken.wait, 10)

    async def test_a_single_file_is_watched(self, work: Path) -> None:
        file = store(work / "a.ics", event("a"))
        woken = threading.Event()
        with VdirFolder("file", file).watch(woken.set):
            store(file, event("a", "neu"))
            assert await asyncio.to_thread(woken.wait, 10)
