"""Words to a manager that does not read them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from termintreu.service.sdnotify import Manager, notify


@pytest.fixture
def deaf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A manager's socket that has taken all it can hold."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        words = 0
        while notify("WATCHDOG=1"):
            words += 1
            assert words < 100_000
        yield channel


def heard(channel: socket.socket) -> list[str]:
    channel.setblocking(False)
    words = []
    try:
        while True:
            words.append(channel.recv(4096).decode())
    except BlockingIOError:
        return [word for word in words if word != "WATCHDOG=1"]


@pytest.mark.requirement(29)
def test_ready_that_was_not_taken_is_said_again_with_the_next_beat(deaf: socket.socket) -> None:
    manager = Manager()
    manager.tell("READY=1", "STATUS=first")
    manager.tell("WATCHDOG=1", "READY=1")
    manager.tell("STOPPING=1")
    assert [] == heard(deaf)
    manager.tell("STATUS=last")
    manager.tell("STATUS=nothing is owed")
    assert ["READY=1\nSTOPPING=1\nSTATUS=last", "STATUS=nothing is owed"] == heard(deaf)


def test_without_a_manager_nothing_is_owed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    manager = Manager()
    manager.tell("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        manager.tell("WATCHDOG=1", "STATUS=now")
        assert ["WATCHDOG=1\nSTATUS=now"] == heard(channel)
