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


def _log_plainly() -> None:
    """To stdout, without the frames in colour that cost half a second each."""
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.reset_defaults()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, renderer]
    )


_log_plainly()


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    """A command that runs in the tests' own process configures the logs of that process."""
    yield
    _log_plainly()
