"""The state in trouble, with the real program: damaged, locked, from another version, on a full or read-only disk. Each
has a clear word; nothing is written into a calendar that could not be remembered, and nothing is lost or doubled after.
"""

from __future__ import annotations

import os
import re
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.command_line import here
from tests.system.manager import Manager, eventually, tomorrow

ENOUGH_FOR_AN_ITEM = 8_000
"""Bytes that a file may have on a disk that is as good as full: more than an item has, less than a transaction."""
CONFINED = Path(__file__).parents[1] / "system" / "confined.py"


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    manager = Manager(tmp_path)
    manager.put("a", tomorrow())
    yield manager
    manager.socket.close()


def once(manager: Manager, *before: str) -> subprocess.CompletedProcess[str]:
    given = ["once", "--config", str(manager.config)]
    if not before:
        return here(*given)
    command = [*before, sys.executable, "-m", "termintreu", *given]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)


def file_of(manager: Manager) -> Path:
    return manager.folder / "state" / "state.sqlite3"


def reminders(manager: Manager) -> list[str]:
    """Keys of the calls that have one."""
    marks = [
        re.search(r"X-TERMINTREU-ID:1;reminder;(\w+);0\r?\n", text.replace("\\", "")) for text in manager.written()
    ]
    return [mark[1] for mark in marks if mark]


def garbage(path: Path) -> None:
    path.write_bytes(b"\x00garbage" * 5_000)


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def scrambled(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    path.write_bytes(bytes(data))


@pytest.mark.requirement(12)
@pytest.mark.parametrize("damage", [garbage, half, scrambled])
def test_a_damaged_state_is_set_aside_and_nothing_is_lost_or_doubled(
    manager: Manager, damage: Callable[[Path], None]
) -> None:
    assert 0 == once(manager).returncode
    written = sorted(manager.written())
    damage(file_of(manager))
    manager.put("b", tomorrow() + timedelta(hours=3))
    done = once(manager)
    assert 0 == done.returncode
    assert "war beschädigt; er liegt jetzt als state.sqlite3.corrupt-1 daneben, ein neuer ist begonnen" in done.stderr
    assert "Traceback" not in done.stderr
    assert set(written) < set(manager.written())
    assert 2 == len(set(reminders(manager))) == len(reminders(manager))
    assert 0o600 == (file_of(manager).parent / "state.sqlite3.corrupt-1").stat().st_mode & 0o777


def test_a_state_from_a_newer_version_is_left_alone_and_nothing_is_written(manager: Manager) -> None:
    assert 0 == once(manager).returncode
    with closing(sqlite3.connect(file_of(manager))) as connection:
        connection.execute("PRAGMA user_version = 99")
    before, written = file_of(manager).read_bytes(), manager.written()
    manager.put("b", tomorrow() + timedelta(hours=3))
    done = once(manager)
    assert (1, True) == (
        done.returncode,
        "stammt von einer neueren Version von termintreu; nehmen Sie diese" in done.stderr,
    )
    assert (before, written) == (file_of(manager).read_bytes(), manager.written())


def test_a_locked_state_is_waited_for_and_then_told_of(manager: Manager) -> None:
    assert 0 == once(manager).returncode
    written = manager.written()
    manager.put("b", tomorrow() + timedelta(hours=3))
    with closing(sqlite3.connect(file_of(manager), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = once(manager, "env")
    assert (1, True) == (
        done.returncode,
        "ist gerade in Gebrauch; versuchen Sie es, wenn der andere Vorgang fertig ist" in done.stderr,
    )
    assert written == manager.written()
    assert 0 == once(manager).returncode
    assert len(written) < len(manager.written())


@pytest.mark.skipif(sys.platform != "linux", reason="limits of a running process can be set on Linux only")
@pytest.mark.requirement(12)
def test_a_daemon_whose_disk_is_full_writes_nothing_until_it_can_remember(manager: Manager) -> None:
    """What was written and not remembered would come back when the user deletes it."""
    with manager.daemon() as process:
        manager.await_word("READY=1")
        written = manager.written()
        _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (ENOUGH_FOR_AN_ITEM, most))
        # The first cycle that fails may have begun before the call was there, the second one has not.
        for number, uid in enumerate("bc", start=1):
            manager.put(uid, tomorrow() + timedelta(hours=2 * number))
            assert eventually(lambda failed=number: manager.log().count("the disk reports an error") >= failed)
        manager.await_word("state.sqlite3 cannot be read or written: the disk")
        assert written == manager.written()
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))
        manager.put("d", tomorrow() + timedelta(hours=7))
        manager.await_word("4 calls ahead")
        assert eventually(lambda: len(reminders(manager)) == 4)
        assert process.poll() is None
    assert "Traceback" not in manager.log()


@pytest.mark.skipif(sys.platform != "linux", reason="read-only mounts of a process's own are Linux's")
def test_a_read_only_disk_is_told_of_and_nothing_is_written(manager: Manager) -> None:
    tried = subprocess.run([sys.executable, str(CONFINED), "--try"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"this machine does not let us confine a process: {tried.stderr.strip()[-200:]}")
    assert 0 == once(manager).returncode
    written = manager.written()
    manager.put("b", tomorrow() + timedelta(hours=3))
    done = once(manager, sys.executable, str(CONFINED), str(manager.own), "--")
    assert 1 == done.returncode
    assert "Traceback" not in done.stderr
    assert "der Zustand" in done.stderr
    assert "schreibgeschützt" in done.stderr or "beschreibbar" in done.stderr
    assert written == manager.written()


def test_a_log_that_cannot_be_written_ends_nothing(manager: Manager) -> None:
    """Its disk is full, or whoever read it is gone."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "termintreu", "once", "-v", "--config", str(manager.config)]
    assert 0 == subprocess.run(command, stderr=writing, stdout=subprocess.DEVNULL, check=False, timeout=90).returncode
    os.close(writing)
    assert manager.written()
