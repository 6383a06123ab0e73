"""The real daemon at work in the demo, with the demo in the place of systemd."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from termintreu.model.errors import TermintreuError
from termintreu.ui.demo.notify_listener import NotifyListener, listen

_READY_TIMEOUT = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDaemon:
    """The running daemon."""

    process: subprocess.Popen[bytes]
    listener: NotifyListener
    log: Path

    def check(self) -> None:
        """Raise TermintreuError where it has ended."""
        if self.process.poll() is not None:
            raise TermintreuError(f"the demo's daemon has ended; it says: {_last_line(self.log)}")

    def await_ready(self) -> None:
        """Wait for its READY=1. Raises TermintreuError where that does not come."""
        deadline = time.monotonic() + _READY_TIMEOUT
        while not self.listener.ready.wait(0.05):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise TermintreuError(f"the demo's daemon did not get ready; it says: {_last_line(self.log)}")


@contextmanager
def daemon(config: Path, folder: Path) -> Iterator[DemoDaemon]:
    """Run it until the block ends; its log and socket are in `folder`."""
    address, log = folder / "notify", folder / "daemon.log"
    with listen(address) as listener, log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and fixed arguments
            [sys.executable, "-m", "termintreu", "run", "--config", str(config)],
            env={**os.environ, "NOTIFY_SOCKET": str(address)},
            stderr=output,
            process_group=0,  # Ctrl-C is for the demo, which ends it in order
        )
        try:
            yield DemoDaemon(process=process, listener=listener, log=log)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _last_line(log: Path) -> str:
    return (log.read_text(errors="replace").strip().splitlines() or ["nothing"])[-1]
