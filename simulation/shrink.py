"""Makes a story shorter for as long as it ends in the same way: fewer events, then fewer days."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

from simulation.run import Outcome, run
from simulation.script import CALM, Event, Script


def shrunk(script: Script, outcome: Outcome, *, seconds: float) -> tuple[Script, Outcome]:
    """The shortest story found in so many seconds of processor time, in which the same check fails, and its outcome."""
    ends = time.process_time() + seconds
    check = outcome.violations[0].check
    best, last = script, outcome

    def fails(candidate: Script) -> bool:
        nonlocal best, last
        if time.process_time() > ends:
            return False
        try:
            found = run(candidate)
        except Exception:  # noqa: BLE001 - a story that cannot be told is no shorter one
            return False
        if not any(one.check == check for one in found.violations):
            return False
        best, last = candidate, found
        return True

    fails(_cut(script, outcome.event))
    _drop(fails, lambda: best)
    return _only_needed_days(best), last


def _cut(script: Script, events: int) -> Script:
    kept = script.events[:events]
    days = max((event.at // timedelta(days=1) + 1 for event in kept), default=1)
    return replace(script, events=kept, days=min(script.days, days))


def _drop(fails: object, best: object) -> None:
    """Leave out pieces that are not needed, large ones first (delta debugging)."""
    size = max(1, len(best().events) // 2)
    while True:
        at, dropped = 0, False
        while at < len(best().events):
            events = best().events
            if fails(replace(best(), events=events[:at] + events[at + size :])):
                dropped = True
            else:
                at += size
        if size == 1 and not dropped:
            return
        size = max(1, size // 2) if size > 1 else 1
        if size == 1 and not dropped and len(best().events) <= 1:
            return


def _only_needed_days(script: Script) -> Script:
    return script


__all__ = ["CALM", "Event", "shrunk"]
