"""What a process has used, as the kernel counts it (Linux)."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

_PROC = Path("/proc/self")


class Meter:
    """From `start` to `stop`: CPU and wall time in seconds, memory in bytes. Of this process, with all its threads."""

    def start(self) -> None:
        """Begin."""
        with contextlib.suppress(OSError):
            (_PROC / "clear_refs").write_text("5")  # the peak counts from here
        self._before = _status("VmRSS")
        self._wall = time.perf_counter()
        self._cpu = time.process_time()

    def stop(self) -> dict[str, float]:
        """What was used since."""
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        return {"cpu": cpu, "wall": wall, "before": self._before, "peak": _status("VmHWM"), "after": _status("VmRSS")}


def _status(name: str) -> int:
    for line in (_PROC / "status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    return 0
