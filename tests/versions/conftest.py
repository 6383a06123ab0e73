"""Fixtures of the tests that open what past versions left."""

from tests.servers import radicale

__all__ = ["radicale"]
