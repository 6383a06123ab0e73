"""Opens the web page, if one is configured. Where that fails, everything else goes on, and the error is reported."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Iterator

import structlog

from termintreu.config.listening import listening_address
from termintreu.service.board import Board

log = structlog.get_logger(__name__)

NEEDED = ("aiohttp", "jinja2", "prometheus_client")
"""Packages of the extra `web`."""


def missing() -> str | None:
    """Which packages the page needs that are not installed, as an error message; None where none is missing."""
    lacking = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if not lacking:
        return None
    return f"[web] needs {' and '.join(lacking)}: pip install 'termintreu[web]'"


@contextlib.contextmanager
def opened(listen: str | None, board: Board, *, longest: float) -> Iterator[str | None]:
    """Serve the page while the context lasts. Gives the error message where that fails, else None.

    Args:
        listen: as configured; None: no page.
        board: holds what is shown.
        longest: seconds that a cycle may take before it counts as hanging.
    """
    error_message = None if listen is None else missing()
    with contextlib.ExitStack() as stack:
        if listen is not None and error_message is None:
            from termintreu.ui.web.server import serving  # noqa: PLC0415 - needs the packages of the extra

            try:
                stack.enter_context(serving(listening_address(listen), board, longest=longest))
            except OSError as error:
                error_message = f"[web] cannot listen on {listen}: {error.strerror or 'the system refused'}"
            else:
                log.info("web page opened", address=f"http://{listen}/")
        if error_message is not None:
            log.warning("web page failed", why=error_message, do="mend it and send SIGHUP; all else works")
        yield error_message
