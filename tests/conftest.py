"""Fixtures for every test, and how hypothesis looks for examples."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.postgres import cluster, postgres

__all__ = ["cluster", "postgres"]

# How long an example takes says how busy the machine is. Tests that are about time measure it themselves.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def _logs_as_they_are_without_configuration() -> Iterator[None]:
    """A command that runs in the tests' own process configures the logs of the process."""
    yield
    structlog.reset_defaults()
