"""Entries of the journal, as its own socket gets them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from termintreu.service.journal import Journal
from termintreu.service.logs import Journalled


@pytest.fixture
def journald(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "socket"))
        receiver.settimeout(10)
        yield receiver


def test_each_value_is_a_field_of_its_own(journald: socket.socket, tmp_path: Path) -> None:
    assert Journal(tmp_path / "socket").send("cycle seconds=3", 6, {"event": "cycle", "seconds": 3})
    assert (
        b"MESSAGE=cycle seconds=3\nPRIORITY=6\nSYSLOG_IDENTIFIER=termintreu\n"
        b"TERMINTREU_EVENT=cycle\nTERMINTREU_SECONDS=3\n" == journald.recv(65536)
    )


def test_a_value_with_line_breaks_goes_by_its_length(journald: socket.socket, tmp_path: Path) -> None:
    Journal(tmp_path / "socket").send("a", 3, {"why": "x\nPRIORITY=0"})
    assert journald.recv(65536).endswith(b"TERMINTREU_WHY\n\x0c\0\0\0\0\0\0\0x\nPRIORITY=0\n")


def test_what_the_journal_took_goes_nowhere_else(journald: socket.socket, tmp_path: Path) -> None:
    processor = Journalled(Journal(tmp_path / "socket"))
    with pytest.raises(structlog.DropEvent):
        processor(None, "warning", {"event": "account failed", "account": "work", "level": "warning"})
    said = journald.recv(65536).decode()
    assert "PRIORITY=4\n" in said
    assert "TERMINTREU_ACCOUNT=work\n" in said


def test_without_a_journal_the_entry_goes_on(tmp_path: Path) -> None:
    entry = {"event": "cycle", "level": "info"}
    assert entry == Journalled(Journal(tmp_path / "nowhere"))(None, "info", dict(entry))


def test_a_journal_that_does_not_read_stops_nobody(journald: socket.socket, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "socket")
    taken = [journal.send("x" * 1000, 6, {}) for _ in range(5000)]
    assert not all(taken)
    assert journald.recv(65536)
