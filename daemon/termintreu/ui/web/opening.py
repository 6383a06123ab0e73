"""Opens the page where one is wanted. Where that cannot be done, everything else goes on, and the trouble is told."""

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
    """What is needed for the page and not installed, in a sentence; None where nothing is."""
    lacking = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if not lacking:
        return None
    return f"[web] needs {' and '.join(lacking)}: pip install 'termintreu[web]'"


@contextlib.contextmanager
def opened(listen: str | None, board: Board, *, longest: float) -> Iterator[str | None]:
    """Serve the page for as long as the context lasts. Gives what stands in the way, in a sentence; None: nothing.

    Args:
        listen: as configured; None: no page is wanted.
        board: what is shown.
        longest: seconds that a cycle may take before it counts as hanging.
    """
    trouble = None if listen is None else missing()
    with contextlib.ExitStack() as stack:
        if listen is not None and trouble is None:
            from termintreu.ui.web.server import serving  # noqa: PLC0415 - needs the packages of the extra

            try:
                stack.enter_context(serving(listening_address(listen), board, longest=longest))
            except OSError as error:
                trouble = f"[web] cannot listen on {listen}: {error.strerror or 'the system refused'}"
            else:
                log.info("the page is open", address=f"http://{listen}/")
        if trouble is not None:
            log.warning("there is no web page", why=trouble, do="mend it and send SIGHUP; all else works")
        yield trouble
