"""Fixtures of the machines that run on real servers."""

from __future__ import annotations

from tests.servers import radicale, xandikos

__all__ = ["radicale", "xandikos"]
