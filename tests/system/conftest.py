"""Fixtures of the tests that run the real program against real servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import DavServer, dav_server, radicale, xandikos
from tests.system.manager import Manager
from tests.system.person import Person

__all__ = ["anna", "dav_server", "manager", "radicale", "xandikos"]


@pytest.fixture
def anna(dav_server: DavServer, tmp_path: Path) -> Person:
    """A person with one calendar on a server of their own."""
    dav_server.wipe()
    return Person(dav_server, tmp_path)


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    manager = Manager(tmp_path)
    yield manager
    manager.socket.close()
