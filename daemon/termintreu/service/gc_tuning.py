"""Tunes Python's garbage collector for a process that holds calendars. With the default thresholds it scans all of them
again and again while they are read, and finds nothing: a sixth of the CPU time of a first synchronisation.
"""

from __future__ import annotations

import gc

_YOUNG, _MIDDLE, _OLD = 5_000, 10, 10
"""The thresholds of the three generations, as `gc.set_threshold` takes them."""


def tune_gc() -> None:
    """Exempt all present objects from collection, and collect the rest less often. Changes the whole process."""
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
