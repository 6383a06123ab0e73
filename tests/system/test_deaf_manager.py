"""Daemon and demo beside a manager that does not read what it is told."""

from __future__ import annotations

import contextlib
import signal
import socket
from datetime import timedelta

import pytest

from termintreu.model.errors import TermintreuError
from termintreu.ui.demo.daemon import daemon
from tests.system.manager import Manager, eventually, tomorrow

OFTEN = "20000"
"""Microseconds: a beat each 10 ms, so that a second holds what takes an hour otherwise."""


def fill(manager: Manager) -> None:
    """Nobody listens, and there is no room for a further word."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel, contextlib.suppress(BlockingIOError):
        channel.setblocking(False)
        channel.connect(str(manager.folder / "notify"))
        while True:
            channel.send(b"STATUS=filled")


@pytest.mark.requirement(29)
def test_a_daemon_whose_manager_is_deaf_goes_on_and_ends_when_told_to(manager: Manager) -> None:
    with manager.daemon(WATCHDOG_USEC=OFTEN) as process:
        manager.await_word("WATCHDOG=1")
        fill(manager)
        for number in range(3):
            before = len(manager.written())
            manager.put(f"call-{number}", tomorrow() + timedelta(hours=2 * number))
            assert eventually(lambda: len(manager.written()) > before)  # noqa: B023 - asked at once
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(30)


@pytest.mark.requirement(29)
def test_the_demo_and_its_daemon_live_for_ten_minutes_of_beats(
    manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten minutes are twenty beats, and as many words on each of sixty cycles as there are."""
    monkeypatch.setenv("WATCHDOG_USEC", OFTEN)
    folder = manager.folder / "demo"
    folder.mkdir()
    with daemon(manager.config, folder) as running:
        running.await_ready()
        ear = running.listener
        assert eventually(lambda: ear.beats >= 100)
        manager.put("a", tomorrow())
        assert eventually(lambda: bool(manager.written()))
        heard = ear.beats
        assert eventually(lambda: ear.beats >= heard + 20)


def test_a_demo_whose_daemon_cannot_begin_says_why(manager: Manager) -> None:
    manager.configure('langage = "de"')
    folder = manager.folder / "demo"
    folder.mkdir()
    said = pytest.raises(TermintreuError, match=r"did not get ready.*langage")
    with daemon(manager.config, folder) as running, said:
        running.await_ready()
