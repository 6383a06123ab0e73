"""Fixtures of the tests that run cycles against real servers that misbehave."""

from __future__ import annotations

from tests.servers import dav_server, radicale, xandikos
from tests.system.conftest import anna

__all__ = ["anna", "dav_server", "radicale", "xandikos"]
