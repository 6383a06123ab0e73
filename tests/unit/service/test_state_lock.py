"""One writer a state, and none for longer than it lives."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from termintreu.service.state_lock import FILE_NAME, StateInUse, held, take
from termintreu.storage.session_lock import SessionLock, SessionPlace
from tests.postgres import Cluster, PostgresBench

HOLD = "import sys; from pathlib import Path; from termintreu.service.state_lock import take; "
HOLD += "lock = take(Path(sys.argv[1]), 'run'); print('held', flush=True); sys.stdin.read()"


def test_a_second_writer_is_told_who_the_first_one_is(tmp_path: Path) -> None:
    with held(tmp_path / "state", "run"), pytest.raises(StateInUse) as refused:
        take(tmp_path / "state", "purge")
    assert f"a daemon (process {os.getpid()}) runs on the state {tmp_path / 'state'}" == str(refused.value)
    assert 0o600 == stat.S_IMODE((tmp_path / "state" / FILE_NAME).stat().st_mode)
    take(tmp_path / "state", "purge").release()


def test_a_command_is_waited_for_and_a_daemon_is_not(tmp_path: Path) -> None:
    with held(tmp_path, "once"), pytest.raises(StateInUse, match=r"`termintreu once` .* works on the state"):
        take(tmp_path, "run", patience=0.0)
    with held(tmp_path, "run"), pytest.raises(StateInUse):
        take(tmp_path, "once", patience=3600.0)


def test_a_killed_daemon_leaves_no_lock(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert "held\n" == process.stdout.readline()
    with pytest.raises(StateInUse) as refused:
        take(tmp_path, "once")
    assert process.pid == refused.value.pid
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    take(tmp_path, "once").release()


def test_a_folder_that_cannot_hold_a_lock_keeps_nobody_from_work(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    with held(tmp_path / "state", "run"), held(None, "once"):
        pass


@pytest.fixture
def database(postgres: PostgresBench) -> SessionPlace:
    return SessionPlace(url=postgres.url, password=postgres.password)


def test_a_database_has_one_writer_and_tells_who_it_is(database: SessionPlace, postgres: PostgresBench) -> None:
    with held(database, "run"), pytest.raises(StateInUse) as refused:
        take(database, "purge")
    who = f"a daemon (process {os.getpid()}) runs on the state"
    assert f"{who} in the database {postgres.name} on 127.0.0.1" == str(refused.value)
    with held(database, "once"), pytest.raises(StateInUse, match=r"`termintreu once` .* works on the state"):
        take(database, "run", patience=0.0)
    take(database, "purge").release()


def test_another_machine_is_named(database: SessionPlace) -> None:
    elsewhere = SessionLock(database, "termintreu run 17 attic")
    assert elsewhere.take()
    with pytest.raises(StateInUse, match=r"a daemon \(process 17 on attic\) runs"):
        take(database, "once")
    elsewhere.close()


def test_two_databases_of_one_server_have_a_writer_each(database: SessionPlace, cluster: Cluster) -> None:
    with held(database, "run"), held(replace(database, url=cluster.url("postgres")), "run"):
        pass


def test_a_lock_that_ended_with_the_server_is_taken_again_or_lost(
    database: SessionPlace, postgres: PostgresBench
) -> None:
    lock = take(database, "run")
    _end_sessions(postgres)
    lock.keep()
    with pytest.raises(StateInUse):
        take(database, "once")
    _end_sessions(postgres)
    with held(database, "run"), pytest.raises(StateInUse, match="a daemon"):
        lock.keep()
    lock.keep()
    lock.release()


def _end_sessions(postgres: PostgresBench) -> None:
    """As a new start of the server does; returns when they are gone."""
    with postgres.connect() as connection:
        others = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() "
        connection.execute(others + "AND pid <> pg_backend_pid()")
