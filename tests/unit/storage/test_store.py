from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termintreu.model import Answer, CallRecord, Collection, History, ItemRecord, Lesson, Move, Resource
from termintreu.model.errors import StoreError
from termintreu.reading.mirror import Mirror
from termintreu.storage import Store
from termintreu.storage.postgres import PostgresDatabase
from tests.postgres import PostgresBench

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def item(**changes: Any) -> ItemRecord:
    return replace(
        ItemRecord(
            slot="5d2c0b7e9b1f7a3c/reminder/",
            uid="termintreu-1",
            generation=0,
            collection="/anna/termintreu/",
            href="/anna/termintreu/1.ics",
            etag='"1"',
            fingerprint="1:abc",
            status="live",
            anchor=NOW + DAY,
            recorded_at=NOW,
        ),
        **changes,
    )


def call(**changes: Any) -> CallRecord:
    return replace(
        CallRecord(
            key="5d2c0b7e9b1f7a3c",
            uid="1@example",
            recurrence_id=None,
            contact_key="erika@muster.example",
            contact_name="Erika Muster",
            kind="phone",
            start=NOW + DAY,
            end=NOW + DAY + HOUR,
            first_seen=NOW,
            last_seen=NOW,
        ),
        **changes,
    )


def answer(**changes: Any) -> Answer:
    return replace(Answer(call_key="5d2c0b7e9b1f7a3c", outcome="held", origin="task", recorded_at=NOW), **changes)


def lesson(**changes: Any) -> Lesson:
    return replace(
        Lesson(
            uid="1@example",
            source="work",
            word="skip",
            fingerprint="f00d",
            title="Telefonat Erika Muster",
            bearer="",
            anchor=NOW,
            said_at=NOW,
            seen_at=NOW,
            changed_at=NOW,
        ),
        **changes,
    )


def mirror(*resources: Resource, **changes: Any) -> Mirror:
    return replace(
        Mirror(
            source="work",
            collection=Collection(href="/anna/work/", name="Work"),
            token="t1",
            resources={resource.href: resource for resource in resources},
            checked_at=NOW,
        ),
        **changes,
    )


def resource(number: int, text: str = "") -> Resource:
    return Resource(href=f"/anna/work/{number}.ics", etag=f'"{number}{text}"', data=f"BEGIN:{number}{text}".encode())


def keyed(*mirrors: Mirror) -> dict[tuple[str, str], Mirror]:
    return {each.key: each for each in mirrors}


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "state", wait=0.05) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty state in a file, and one on a server."""
    if request.param == "sqlite":
        yield request.getfixturevalue("file_store")
        return
    bench: PostgresBench = request.getfixturevalue("postgres")
    with Store(PostgresDatabase.open(bench.url, bench.password), "anna", shared=False) as opened:
        yield opened


def reopened(folder: Path) -> Store:
    return Store.open(folder, read_only=True)


# The file


@pytest.mark.requirement(28)
def test_the_folder_and_every_file_in_it_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "state"
    with Store.open(folder) as store:
        store.remember(now=NOW, calls=[call()])

        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        names = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        assert names == {"state.sqlite3": 0o600, "state.sqlite3-wal": 0o600, "state.sqlite3-shm": 0o600}


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    (tmp_path / "state.sqlite3").chmod(0o644)

    Store.open(tmp_path).close()

    assert stat.S_IMODE((tmp_path / "state.sqlite3").stat().st_mode) == 0o600


def test_what_was_remembered_is_there_after_a_restart(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.remember(now=NOW, calls=[call()], items=[item()], answers=[answer()], report={"ok": 1})

    with Store.open(tmp_path) as store:
        expected = History(items={item().slot: item()}, calls={call().key: call()}, answers={call().key: (answer(),)})
        assert expected == store.load_history(NOW)
        assert {"ok": 1} == store.last_report()
        assert () == store.notes


def test_profiles_do_not_see_each_other(tmp_path: Path) -> None:
    with Store.open(tmp_path, "anna") as anna, Store.open(tmp_path, "ben") as ben:
        anna.remember(
            now=NOW, calls=[call()], items=[item()], answers=[answer()], report={}, mirrors_after=keyed(mirror())
        )
        ben.forget(NOW + 1000 * DAY)
        ben.erase_contact("erika@muster.example")

        assert History() == ben.load_history(NOW)
        assert ({}, None) == (ben.load_mirrors(), ben.last_report())
        assert {call().key} == anna.load_history(NOW).calls.keys()
        assert keyed(mirror()) == anna.load_mirrors()
        assert {} == anna.last_report()


@pytest.mark.parametrize("damage", ["garbage", "torn", "zeroes"])
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(tmp_path: Path, damage: str) -> None:
    with Store.open(tmp_path) as store:
        store.save_mirrors({}, keyed(mirror(*(resource(number) for number in range(2000)))))
    path = tmp_path / "state.sqlite3"
    content = path.read_bytes()
    bad = {
        "garbage": b"no database at all " * 100,
        "torn": content[: len(content) // 2],
        "zeroes": content[:8192] + bytes(40960) + content[49152:],
    }[damage]
    path.write_bytes(bad)

    with Store.open(tmp_path) as store:
        assert {} == store.load_mirrors()
        assert ["damaged" in note and "state.sqlite3.corrupt-1" in note for note in store.notes] == [True]
    assert bad == (tmp_path / "state.sqlite3.corrupt-1").read_bytes()

    path.write_bytes(bad)
    Store.open(tmp_path).close()
    assert bad == (tmp_path / "state.sqlite3.corrupt-2").read_bytes()


def test_an_empty_file_counts_as_new(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite3").touch()

    with Store.open(tmp_path) as store:
        assert () == store.notes


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_from_a_newer_version_is_left_alone(tmp_path: Path, read_only: bool) -> None:
    Store.open(tmp_path).close()
    change(tmp_path / "state.sqlite3", "PRAGMA user_version = 99")

    with pytest.raises(StoreError, match="newer version of termintreu"):
        Store.open(tmp_path, read_only=read_only)


@pytest.mark.parametrize("read_only", [False, True])
def test_another_programs_file_is_left_alone(tmp_path: Path, read_only: bool) -> None:
    change(tmp_path / "state.sqlite3", "CREATE TABLE cookies (name)")
    before = (tmp_path / "state.sqlite3").read_bytes()

    with pytest.raises(StoreError, match="another program's file"):
        Store.open(tmp_path, read_only=read_only)

    assert before == (tmp_path / "state.sqlite3").read_bytes()


def test_a_folder_that_cannot_be_made_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match=r"cannot be used: (Not a directory|File exists)"):
        Store.open(tmp_path / "file" / "state")


# Read-only, for a dry run


def test_reading_only_creates_nothing_where_nothing_is(tmp_path: Path) -> None:
    with Store.open(tmp_path / "state", read_only=True) as store:
        assert History() == store.load_history(NOW)

    assert [] == list(tmp_path.iterdir())


def contents(folder: Path) -> dict[str, bytes]:
    """Every file's bytes; the shared memory beside the journal is no content."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}


def test_reading_only_leaves_a_closed_file_as_it_is_and_nothing_beside_it(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.remember(now=NOW, calls=[call()])
    before = contents(tmp_path)

    with Store.open(tmp_path, read_only=True) as store:
        assert {call().key} == store.load_history(NOW).calls.keys()
        store.remember(now=NOW, calls=[call(key="0000000000000000")])

    assert before == contents(tmp_path)
    assert ["state.sqlite3"] == [path.name for path in tmp_path.iterdir()]


def test_reading_only_sees_what_a_running_process_wrote_last_and_disturbs_nothing(tmp_path: Path) -> None:
    with Store.open(tmp_path) as running:
        running.remember(now=NOW, calls=[call()])
        before = contents(tmp_path)

        with Store.open(tmp_path, read_only=True) as store:
            assert {call().key} == store.load_history(NOW).calls.keys()

        assert before == contents(tmp_path)


def test_reading_only_takes_a_damaged_file_for_none_and_leaves_it(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite3").write_bytes(b"no database" * 1000)
    before = contents(tmp_path)

    with Store.open(tmp_path, read_only=True) as store:
        assert History() == store.load_history(NOW)
        assert ["damaged" in note for note in store.notes] == [True]

    assert before == contents(tmp_path)


# Locked, full, read-only

WRITES: dict[str, Callable[[Store], object]] = {
    "remember": lambda store: store.remember(now=NOW, calls=[call()]),
    "save_mirrors": lambda store: store.save_mirrors({}, keyed(mirror())),
    "take_back": lambda store: store.take_back(NOW),
    "forget": lambda store: store.forget(NOW),
    "erase_contact": lambda store: store.erase_contact("x"),
    "erase_lessons": lambda store: store.erase_lessons(["x"]),
}
READS: dict[str, Callable[[Store], object]] = {
    "load_mirrors": lambda store: store.load_mirrors(),
    "load_logs": lambda store: store.load_logs(),
    "load_history": lambda store: store.load_history(NOW),
    "last_report": lambda store: store.last_report(),
    "revision": lambda store: store.revision(),
    "first_run": lambda store: store.first_run(NOW),
    "room": lambda store: store.room(),
    "export_contact": lambda store: store.export_contact("x"),
}


def test_every_method_is_in_one_of_the_two_tables() -> None:
    public = {name for name, value in vars(Store).items() if callable(value) and not name.startswith("_")}

    assert public - {"close"} == WRITES.keys() | READS.keys()


@contextmanager
def writer_of(folder: Path) -> Iterator[None]:
    """Another process in the midst of a write."""
    with closing(sqlite3.connect(folder / "state.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize("name", WRITES)
def test_a_locked_database_is_a_clear_sentence(file_store: Store, tmp_path: Path, name: str) -> None:
    with writer_of(tmp_path / "state"), pytest.raises(StoreError, match="in use by another process"):
        WRITES[name](file_store)

    WRITES[name](file_store)


@pytest.mark.parametrize("name", READS)
def test_another_process_that_writes_keeps_nobody_from_reading(file_store: Store, tmp_path: Path, name: str) -> None:
    with writer_of(tmp_path / "state"):
        READS[name](file_store)


@pytest.mark.parametrize("read_only", [False, True])
def test_opening_a_database_that_is_held_exclusively_is_a_clear_sentence(tmp_path: Path, read_only: bool) -> None:
    Store.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "state.sqlite3", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("CREATE TABLE held (x)")

        with pytest.raises(StoreError, match="in use by another process"):
            Store.open(tmp_path, read_only=read_only, wait=0.05)


def test_a_write_holds_the_lock_from_its_first_look_on(file_store: Store, tmp_path: Path) -> None:
    def items_while_another_process_writes() -> Iterator[ItemRecord]:
        other = sqlite3.connect(tmp_path / "state" / "state.sqlite3", timeout=0)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("DELETE FROM meta")
        yield item()

    file_store.remember(now=NOW, items=items_while_another_process_writes())

    assert {item().slot} == file_store.load_history(NOW).items.keys()


def test_a_second_process_waits_for_the_lock(tmp_path: Path) -> None:
    script = (
        "import sqlite3, sys\n"
        f"c = sqlite3.connect({str(tmp_path / 'state.sqlite3')!r}, isolation_level=None)\n"
        "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.readline(); c.execute('COMMIT')\n"
    )
    with Store.open(tmp_path, wait=30) as store:
        with subprocess.Popen([sys.executable, "-c", script], stdin=-1, stdout=-1, text=True) as other:
            assert other.stdin is not None
            assert other.stdout is not None
            assert "held\n" == other.stdout.readline()
            other.stdin.write("\n")
            other.stdin.close()
            store.remember(now=NOW, calls=[call()])

        assert {call().key} == store.load_history(NOW).calls.keys()


BIG: dict[str, Callable[[Store], object]] = {
    "remember": lambda store: store.remember(now=NOW, report={"big": "x" * 200_000}),
    "save_mirrors": lambda store: store.save_mirrors(
        {}, keyed(mirror(Resource(href="a", etag=None, data=os.urandom(200_000))))
    ),
}


@pytest.mark.parametrize("name", BIG)
@pytest.mark.parametrize(
    ("pragma", "word"), [("max_page_count = 1", "the disk is full"), ("query_only = ON", "is read-only")]
)
def test_a_full_or_read_only_disk_is_a_clear_sentence(file_store: Store, name: str, pragma: str, word: str) -> None:
    file_store.database.connection.execute(f"PRAGMA {pragma}")
    with pytest.raises(StoreError, match=word):
        BIG[name](file_store)
    file_store.database.connection.execute("PRAGMA max_page_count = 1000000")
    file_store.database.connection.execute("PRAGMA query_only = OFF")

    file_store.remember(now=NOW, report={})

    assert {} == file_store.last_report()


def test_rows_that_were_never_written_by_us_are_a_clear_sentence(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.remember(now=NOW, calls=[call()], report={})
    change(tmp_path / "state.sqlite3", "UPDATE calls SET moves = 'no json'")
    change(tmp_path / "state.sqlite3", "UPDATE meta SET value = 'no json'")

    with Store.open(tmp_path) as store:
        for read in (lambda: store.load_history(NOW), store.last_report, lambda: store.first_run(NOW)):
            with pytest.raises(StoreError, match="holds what cannot be read"):
                read()


KILLED = """
import os, signal, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from termintreu.model import Answer, CallRecord
from termintreu.storage import Store
now = datetime(2026, 11, 23, 8, tzinfo=UTC)
store = Store.open(Path(sys.argv[1]))
# So little memory for pages makes the database write them out within the transaction.
store.database.connection.execute("PRAGMA cache_size = 5")
for number in range(10):
    calls = [
        CallRecord(
            key=f"{number}-{part}", uid="x" * 500, recurrence_id=None, contact_key="", contact_name="", kind="phone",
            start=now, end=now, first_seen=now, last_seen=now,
        )
        for part in range(200)
    ]
    def answers():
        yield Answer(call_key=f"{number}", outcome="held", origin="task", recorded_at=now)
        if number == 7:
            os.kill(os.getpid(), signal.SIGKILL)
    store.remember(now=now + timedelta(seconds=number), calls=calls, answers=answers(), report={"number": number})
"""


def test_a_process_that_is_killed_within_a_transaction_leaves_all_of_the_last_one(tmp_path: Path) -> None:
    path = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], env={"PYTHONPATH": path}, check=False)
    assert -signal.SIGKILL == done.returncode
    assert b"7-150" in (tmp_path / "state.sqlite3-wal").read_bytes()

    for store in (reopened(tmp_path), Store.open(tmp_path)):
        with store:
            assert {"number": 6} == store.last_report()
            history = store.load_history(NOW + DAY)
            assert (7 * 200, 7) == (len(history.calls), len(history.answers))
            assert () == store.notes


# Mirrors


def test_only_what_differs_is_written(file_store: Store) -> None:
    before = keyed(mirror(*(resource(number) for number in range(50))))
    file_store.save_mirrors({}, before)
    connection = file_store.database.connection
    written = connection.total_changes
    (old,) = before.values()
    held = {**old.resources, resource(3).href: resource(3, "new"), resource(99).href: resource(99)}
    del held[resource(7).href]
    after = keyed(replace(old, resources=held, token="t2"))

    file_store.save_mirrors(before, after)

    # The collection's row, one deleted, one replaced (two), one added.
    assert 5 == connection.total_changes - written
    assert after == file_store.load_mirrors()

    file_store.save_mirrors(after, dict(after))
    assert 5 == connection.total_changes - written


def test_a_collection_that_is_gone_goes_with_all_its_resources(store: Store) -> None:
    before = keyed(mirror(resource(1)))
    store.save_mirrors({}, before)

    store.save_mirrors(before, {})
    store.save_mirrors({}, keyed(mirror()))

    assert keyed(mirror()) == store.load_mirrors()


def test_a_collection_that_another_process_wrote_in_between_is_written_whole(tmp_path: Path) -> None:
    with Store.open(tmp_path) as daemon, Store.open(tmp_path) as once:
        start = keyed(mirror(resource(1)))
        daemon.save_mirrors({}, start)
        theirs = keyed(mirror(resource(1), resource(2), token="t2", checked_at=NOW + HOUR))
        once.save_mirrors(start, theirs)
        # To the daemon, resource 2 came and went between its own two looks: it never saw it.
        ours = keyed(mirror(resource(1), resource(3), token="t3", checked_at=NOW + 2 * HOUR))

        daemon.save_mirrors(start, ours)

        assert ours == daemon.load_mirrors()


def test_a_damaged_resource_costs_its_collection_only_which_is_read_again(file_store: Store) -> None:
    other = replace(mirror(resource(1)), source="home")
    file_store.save_mirrors({}, keyed(mirror(resource(1), resource(2)), other))
    file_store.database.connection.execute(
        "UPDATE resources SET data = x'00' WHERE source = 'work' AND href LIKE '%2.ics'"
    )

    loaded = file_store.load_mirrors()

    assert keyed(other) == loaded
    assert ["'work' is damaged" in note for note in file_store.notes] == [True]
    again = {**loaded, **keyed(mirror(resource(1)))}
    file_store.save_mirrors(loaded, again)
    assert again == file_store.load_mirrors()


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
instants = st.datetimes(
    datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7))])
)
resources = st.builds(Resource, href=texts, etag=st.none() | texts, data=st.none() | st.binary(max_size=64))
mirrors = st.builds(
    Mirror,
    source=st.sampled_from(["work", "home"]),
    collection=st.builds(
        Collection,
        href=st.sampled_from(["/a/", "/b/", "ä"]),
        name=texts,
        components=st.frozensets(st.sampled_from(["VEVENT", "VTODO"])),
        writable=st.booleans(),
    ),
    roles=st.frozensets(st.sampled_from(["reminders", "tasks"])),
    token=st.none() | texts,
    resources=st.lists(resources, max_size=6).map(lambda each: {one.href: one for one in each}),
    pending=st.none() | texts,
    checked_at=st.none() | instants,
    discovered_at=st.none() | instants,
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(mirrors, max_size=5), min_size=1, max_size=4))
def test_mirrors_come_back_as_they_were_saved(states: list[list[Mirror]]) -> None:
    with Store.open(None) as store:
        before: dict[tuple[str, str], Mirror] = {}
        for state in states:
            after = keyed(*state)
            store.save_mirrors(before, after)
            before = after

        assert before == store.load_mirrors()


# History

past = st.timedeltas(timedelta(0), timedelta(days=80)).map(lambda ago: NOW - ago)
moves = st.builds(Move, old_start=instants, new_start=st.none() | instants, seen_at=instants, by_me=st.booleans())
calls = st.builds(
    CallRecord,
    key=st.sampled_from(["a", "b"]),
    uid=texts,
    recurrence_id=st.none() | texts,
    contact_key=texts,
    contact_name=texts,
    kind=st.sampled_from(["phone", "video"]),
    start=instants,
    end=instants,
    first_seen=past,
    last_seen=past,
    caller=st.sampled_from(["me", "them"]),
    critical=st.booleans(),
    gone_at=st.none() | past,
    moves=st.lists(moves, max_size=3).map(tuple),
)
items = st.builds(
    ItemRecord,
    slot=st.sampled_from(["a/reminder/", "a/warning/", "b/outcome/"]),
    uid=texts,
    generation=st.integers(0, 3),
    collection=texts,
    href=texts,
    etag=st.none() | texts,
    fingerprint=texts,
    status=st.sampled_from(["live", "dismissed", "done"]),
    anchor=instants,
    recorded_at=past,
    done_at=st.none() | instants,
)
answers = st.builds(
    Answer,
    call_key=st.sampled_from(["a", "b"]),
    outcome=st.sampled_from(["held", "late", "missed"]),
    origin=st.sampled_from(["task", "answer"]),
    recorded_at=past,
    late_minutes=st.none() | st.integers(0, 99),
    attempts=st.none() | st.integers(0, 9),
    made_good_at=st.none() | instants,
    note=st.none() | texts,
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(calls, max_size=4, unique_by=lambda each: each.key),
    st.lists(items, max_size=6),
    st.lists(answers, max_size=6),
)
def test_history_comes_back_as_it_was_remembered(
    seen: list[CallRecord], written: list[ItemRecord], said: list[Answer]
) -> None:
    with Store.open(None) as store:
        store.remember(now=NOW, calls=seen, items=written, answers=said)
        history = store.load_history(NOW)

    assert {each.key: each for each in seen} == history.calls
    newest = {
        slot: max((each for each in written if each.slot == slot), key=lambda each: (each.generation, each.recorded_at))
        for slot in {each.slot for each in written}
    }
    assert {slot: each.generation for slot, each in newest.items()} == {
        slot: each.generation for slot, each in history.items.items()
    }
    assert all(each in written for each in history.items.values())
    for key, found in history.answers.items():
        assert sorted(each.recorded_at for each in found) == [each.recorded_at for each in found]
        assert {replace(each, recorded_at=NOW) for each in found} == {
            replace(each, recorded_at=NOW) for each in said if each.call_key == key
        }


def test_a_moment_in_the_past_sees_what_was_known_then(store: Store) -> None:
    store.remember(now=NOW, calls=[call()], items=[item()], answers=[answer()])
    later = NOW + DAY
    moved = call(
        start=NOW + 3 * DAY, last_seen=later, moves=(Move(old_start=NOW + DAY, new_start=NOW + 3 * DAY, seen_at=later),)
    )
    store.remember(
        now=later,
        calls=[moved],
        items=[item(status="dismissed", recorded_at=later)],
        answers=[answer(outcome="missed", origin="answer", recorded_at=later)],
    )

    then = store.load_history(later - HOUR)
    today = store.load_history(later)

    assert History() == store.load_history(NOW - HOUR)
    assert (call(), item(), (answer(),)) == (then.calls[call().key], then.items[item().slot], then.answers[call().key])
    assert moved == today.calls[call().key]
    assert "dismissed" == today.items[item().slot].status
    assert ["held", "missed"] == [each.outcome for each in today.answers[call().key]]


def test_a_call_that_was_only_seen_again_is_not_stored_again(file_store: Store) -> None:
    for hours in range(5):
        file_store.remember(now=NOW + hours * HOUR, calls=[call(last_seen=NOW + hours * HOUR)])

    assert NOW + 4 * HOUR == file_store.load_history(NOW + DAY).calls[call().key].last_seen
    assert NOW + 2 * HOUR == file_store.load_history(NOW + 2 * HOUR).calls[call().key].last_seen
    assert [(1,)] == file_store.database.connection.execute("SELECT count(*) FROM calls").fetchall()


def test_the_same_items_and_answers_given_in_each_cycle_do_not_pile_up(store: Store) -> None:
    for hours in range(5):
        at = NOW + hours * HOUR
        store.remember(
            now=at,
            items=[item(recorded_at=at)],
            answers=[answer(recorded_at=at), answer(outcome="missed", made_good_at=NOW, recorded_at=at)],
        )

    history = store.load_history(NOW + DAY)
    assert NOW == history.items[item().slot].recorded_at
    assert [NOW, NOW] == [each.recorded_at for each in history.answers[call().key]]


def test_an_answer_that_returns_to_an_earlier_one_counts(store: Store) -> None:
    for hours, outcome in enumerate(("held", "missed", "held")):
        store.remember(
            now=NOW + hours * HOUR, answers=[answer(outcome=outcome, origin="answer", recorded_at=NOW + hours * HOUR)]
        )

    assert ["held", "missed", "held"] == [each.outcome for each in store.load_history(NOW + DAY).answers[call().key]]


def test_a_newer_generation_wins_over_a_later_word_on_the_old_one(store: Store) -> None:
    store.remember(now=NOW, items=[item(generation=1, recorded_at=NOW)])
    store.remember(now=NOW + HOUR, items=[item(generation=0, status="dismissed", recorded_at=NOW + HOUR)])

    assert 1 == store.load_history(NOW + DAY).items[item().slot].generation


def test_what_fails_halfway_leaves_nothing(store: Store) -> None:
    def broken() -> Iterator[Answer]:
        yield answer()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.remember(now=NOW, calls=[call()], items=[item()], answers=broken(), report={"ok": 1})

    assert (History(), None) == (store.load_history(NOW), store.last_report())


def test_the_first_run_is_kept_and_no_later_than_the_moment_asked_for(store: Store) -> None:
    assert NOW == store.first_run(NOW)
    store.remember(now=NOW)
    store.remember(now=NOW + DAY)

    assert NOW == store.first_run(NOW + 2 * DAY)
    assert NOW - DAY == store.first_run(NOW - DAY)


def test_a_naive_time_is_a_mistake_of_the_caller(store: Store) -> None:
    with pytest.raises(Exception, match="needs a time zone"):
        store.remember(now=datetime(2026, 11, 23), calls=[call()])


# Retention, export, erasure


def test_retention_deletes_past_calls_with_their_answers_and_items(store: Store) -> None:
    old = NOW - 100 * DAY
    store.remember(
        now=old,
        calls=[
            call(key="past", start=old, end=old + HOUR, first_seen=old, last_seen=old),
            call(key="gone", start=NOW + DAY, end=NOW + DAY, first_seen=old, last_seen=old, gone_at=old),
            call(key="seen", start=old, end=old + HOUR, first_seen=old, last_seen=NOW),
            call(key="kept", start=NOW + DAY, end=NOW + DAY, first_seen=old, last_seen=old),
        ],
        answers=[answer(call_key=key, recorded_at=old) for key in ("past", "kept", "unknown")],
        items=[
            item(slot="past/outcome/", anchor=old, recorded_at=old),
            item(slot="past/recovery/", anchor=old, recorded_at=NOW, status="done"),
            item(slot="kept/reminder/", anchor=NOW + DAY, recorded_at=old, status="dismissed"),
        ],
    )
    store.remember(now=NOW, answers=[answer(call_key="late", recorded_at=NOW)])

    assert 5 == store.forget(NOW - 90 * DAY)

    history = store.load_history(NOW)
    assert {"kept", "seen"} == history.calls.keys()
    assert {"kept", "late"} == history.answers.keys()
    assert {"kept/reminder/", "past/recovery/"} == history.items.keys()
    assert 0 == store.forget(NOW - 90 * DAY)


def test_retention_keeps_the_bare_outcome_of_a_past_call_for_longer_without_its_name(tmp_path: Path) -> None:
    old, older = NOW - 100 * DAY, NOW - 800 * DAY
    with Store.open(tmp_path) as store:
        for key, at in (("past", old), ("long_past", older)):
            store.remember(
                now=at,
                calls=[call(key=key, start=at, end=at + HOUR, first_seen=at, last_seen=at, critical=True)],
                answers=[answer(call_key=key, outcome="missed", recorded_at=at + HOUR, made_good_at=at + HOUR)],
                items=[item(slot=f"{key}/recovery/", anchor=at, recorded_at=at)],
            )
        before = store.load_history(NOW)

        store.forget(NOW - 90 * DAY, NOW - 730 * DAY)

        history = store.load_history(NOW)
        assert {"past": replace(before.calls["past"], contact_name="")} == history.calls
        assert {"past": before.answers["past"]} == history.answers
        assert {} == history.items
        assert b"Erika Muster" not in bytes_of(tmp_path)
        assert 0 == store.forget(NOW - 90 * DAY, NOW - 730 * DAY)
        exported = store.export_contact("erika@muster.example")
        assert ["past"] == [one["key"] for one in exported["calls"]]
        assert ["past"] == [one["call_key"] for one in exported["answers"]]

        assert 1 == store.erase_contact("erika@muster.example")

        assert History() == store.load_history(NOW)


def test_the_users_answer_is_the_last_word_even_where_it_was_said_before(store: Store) -> None:
    for minutes, said, origin in ((1, "held", "answer"), (2, "missed", "task"), (3, "held", "answer")):
        at = NOW + timedelta(minutes=minutes)
        store.remember(now=at, answers=[answer(outcome=said, origin=origin, recorded_at=at, note=None)])

    said = store.load_history(NOW + HOUR).answers[answer().call_key]
    assert ["held", "missed", "held"] == [one.outcome for one in said]


def test_retention_drops_states_that_were_superseded_long_ago(store: Store) -> None:
    for days, status in ((120, "live"), (110, "taken_over"), (10, "done")):
        at = NOW - days * DAY
        store.remember(
            now=at, items=[item(status=status, recorded_at=at)], calls=[call(contact_name=status, last_seen=at)]
        )

    assert 2 == store.forget(NOW - 90 * DAY)

    assert "taken_over" == store.load_history(NOW - 20 * DAY).items[item().slot].status
    assert "done" == store.load_history(NOW).calls[call().key].contact_name


def test_retention_takes_files_that_were_set_aside_long_ago(tmp_path: Path) -> None:
    for number, days in ((1, 100), (2, 10)):
        aside = tmp_path / f"state.sqlite3.corrupt-{number}"
        aside.write_bytes(b"x")
        os.utime(aside, ((NOW - days * DAY).timestamp(),) * 2)

    with Store.open(tmp_path) as store:
        store.forget(NOW - 90 * DAY)

    assert ["state.sqlite3.corrupt-2"] == [path.name for path in tmp_path.glob("*corrupt*")]


@pytest.mark.requirement(28)
def test_an_export_holds_all_that_is_remembered_of_a_contact_and_of_nobody_else(store: Store) -> None:
    move = Move(old_start=NOW, new_start=None, seen_at=NOW)
    store.remember(
        now=NOW,
        calls=[call(moves=(move,)), call(key="other", contact_key="ben@example", contact_name="Ben")],
        answers=[answer(note="was kind"), answer(call_key="other")],
        items=[item(), item(slot="other/reminder/")],
    )

    out = store.export_contact("erika@muster.example")

    assert "erika@muster.example" == out["contact"]
    (told,) = out["calls"]
    assert ("Erika Muster", "2026-11-24T08:00:00+00:00") == (told["contact_name"], told["start"])
    assert [{"old_start": NOW.isoformat(), "new_start": None, "seen_at": NOW.isoformat(), "by_me": True}] == told[
        "moves"
    ]
    assert ["was kind"] == [each["note"] for each in out["answers"]]
    assert [item().slot] == [each["slot"] for each in out["items"]]


PERSON = ("erika@muster.example", "Erika Muster", "+4930901820", "was so angry")


def bytes_of(folder: Path) -> bytes:
    """Everything in a folder, and everything that is compressed in a database there."""
    raw = b"".join(path.read_bytes() for path in folder.iterdir())
    with closing(sqlite3.connect(f"file:{folder / 'state.sqlite3'}?mode=ro", uri=True)) as connection:
        blobs = [zlib.decompress(row[0]) for row in connection.execute("SELECT data FROM resources") if row[0]]
    return raw + b"".join(blobs)


@pytest.mark.requirement(28)
def test_erasing_a_contact_leaves_none_of_their_bytes_in_any_file(tmp_path: Path) -> None:
    event = Resource(href="/anna/work/e.ics", etag="1", data="\n".join(PERSON).encode() * 3)
    (tmp_path / "state.sqlite3.corrupt-1").write_bytes("\n".join(PERSON).encode())
    with Store.open(tmp_path) as store:
        for number in range(40):
            at = NOW + number * HOUR
            name = f"Erika Muster {number}"
            store.remember(
                now=at,
                calls=[
                    call(key=f"e{number}", contact_name=name, last_seen=at),
                    call(key=f"o{number}", contact_key="ben@example", contact_name="Ben", last_seen=at),
                ],
                answers=[answer(call_key=f"e{number}", note="was so angry", recorded_at=at)],
                items=[item(slot=f"e{number}/reminder/", recorded_at=at)],
                report={"changes": [{"summary": "☎ Erika Muster +4930901820"}]},
            )
        store.save_mirrors({}, keyed(mirror(event)))
        assert all(word.encode() in bytes_of(tmp_path) for word in PERSON)

        assert 40 == store.erase_contact("erika@muster.example")

        assert [] == [word for word in PERSON if word.encode() in bytes_of(tmp_path)]
        history = store.load_history(NOW + 100 * DAY)
        assert {f"o{number}" for number in range(40)} == history.calls.keys()
        assert ({}, {}) == (history.items, history.answers)
        assert {} == store.load_mirrors()
    assert [] == [word for word in PERSON if word.encode() in bytes_of(tmp_path)]


@pytest.mark.requirement(28)
def test_retention_leaves_no_bytes_of_what_it_deletes(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        old = NOW - 100 * DAY
        store.remember(now=old, calls=[call(key=f"e{each}", start=old, end=old, last_seen=old) for each in range(200)])
        assert b"Erika Muster" in bytes_of(tmp_path)

        store.forget(NOW - 90 * DAY)

        assert b"Erika Muster" not in bytes_of(tmp_path)


def test_an_erasure_gives_the_space_back(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        empty = (tmp_path / "state.sqlite3").stat().st_size + 300_000
        store.save_mirrors({}, keyed(mirror(Resource(href="a", etag=None, data=os.urandom(1_000_000)))))

        store.erase_contact("erika@muster.example")

        assert (tmp_path / "state.sqlite3").stat().st_size < empty


def test_erasing_finds_calls_that_were_once_known_under_another_contact(store: Store) -> None:
    store.remember(now=NOW, calls=[call(contact_key="old@example")])
    store.remember(now=NOW + HOUR, calls=[call(contact_key="new@example", last_seen=NOW + HOUR)])

    assert 1 == store.erase_contact("old@example")

    assert History() == store.load_history(NOW + DAY)


def test_an_erasure_that_another_reader_holds_up_says_so_and_can_be_repeated(tmp_path: Path) -> None:
    with Store.open(tmp_path, wait=0.05) as store:
        store.remember(now=NOW, calls=[call()])
        with closing(sqlite3.connect(tmp_path / "state.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT * FROM calls").fetchall()
            with pytest.raises(StoreError, match="another process"):
                store.erase_contact("erika@muster.example")
        store.erase_contact("erika@muster.example")

    assert b"Erika" not in bytes_of(tmp_path)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=300), st.integers(0, 200_000))
def test_no_damage_whatever_raises_anything_but_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, place: int
) -> None:
    folder = tmp_path_factory.mktemp("state")
    with Store.open(folder) as store:
        store.save_mirrors({}, keyed(mirror(*(resource(number) for number in range(300)))))
        store.remember(now=NOW, calls=[call()], items=[item()], answers=[answer()], report={})
    path = folder / "state.sqlite3"
    content = bytearray(path.read_bytes())
    place %= len(content)
    content[place : place + len(noise)] = noise
    path.write_bytes(content)

    try:
        with Store.open(folder) as store:
            for use in (*READS.values(), *WRITES.values()):
                use(store)
    except StoreError:
        pass


def test_whatever_changes_the_state_gives_it_another_revision(tmp_path: Path) -> None:
    with Store.open(tmp_path) as daemon, Store.open(tmp_path) as shell:
        assert daemon.revision() is None
        daemon.remember(now=NOW, calls=[call()])
        first = daemon.revision()
        assert first == daemon.revision()
        shell.remember(now=NOW, answers=[answer()])
        second = daemon.revision()
        shell.erase_contact("x")
        assert 3 == len({first, second, daemon.revision()})


# Lessons


def test_a_lesson_takes_the_place_of_the_one_before_and_is_known_from_its_time_on(store: Store) -> None:
    store.remember(now=NOW, lessons=[lesson(), lesson(uid="2@example", word="call")])
    revoked = lesson(status="forgotten", changed_at=NOW + HOUR)
    store.remember(now=NOW + HOUR, lessons=[revoked])
    assert {} == store.load_history(NOW - HOUR).lessons
    assert {"1@example": lesson(), "2@example": lesson(uid="2@example", word="call")} == store.load_history(NOW).lessons
    assert revoked == store.load_history(NOW + HOUR).lessons["1@example"]


def test_a_clock_that_was_ahead_takes_no_lesson_away(store: Store) -> None:
    ahead = NOW + DAY
    store.remember(now=ahead, lessons=[lesson(said_at=ahead, seen_at=ahead, changed_at=ahead)])
    store.take_back(NOW)
    assert {"1@example": lesson()} == store.load_history(NOW).lessons


def test_retention_takes_the_title_of_an_unused_lesson_and_later_the_lesson(store: Store) -> None:
    old = NOW - 100 * DAY
    store.remember(
        now=NOW,
        lessons=[
            lesson(),
            lesson(uid="unused", seen_at=old),
            lesson(uid="over", seen_at=old, changed_at=old, status="withdrawn"),
            lesson(uid="long ago", seen_at=NOW - 800 * DAY),
        ],
    )
    assert 3 == store.forget(NOW - 90 * DAY, NOW - 730 * DAY)
    kept = store.load_history(NOW).lessons
    assert {"1@example": lesson(), "unused": lesson(uid="unused", seen_at=old, title="")} == kept


def test_what_was_taught_by_calls_with_a_contact_is_exported_and_erased_with_it(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.remember(now=NOW, calls=[call()], lessons=[lesson(), lesson(uid="other", title="Newsletter")])
        exported = store.export_contact("erika@muster.example")
        assert ["Telefonat Erika Muster"] == [one["title"] for one in exported["taught"]]
        store.erase_contact("erika@muster.example")
        assert {"other"} == store.load_history(NOW).lessons.keys()
        store.erase_lessons(["other"])
    assert b"Erika Muster" not in bytes_of(tmp_path)
    assert b"Newsletter" not in bytes_of(tmp_path)
