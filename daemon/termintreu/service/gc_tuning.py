"""Python's garbage collector, set for a process that holds calendars. With its usual thresholds it walks over all of
them again and again while they are read, and finds nothing: a sixth of a first synchronisation's CPU.
"""

from __future__ import annotations

import gc

_YOUNG, _MIDDLE, _OLD = 5_000, 10, 10
"""New objects before the young are looked at, looks at the young before the next generation's, and again."""


def spare_what_lasts() -> None:
    """Leave alone what stands already, and look at the rest more rarely. For a process that is ours alone."""
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
