"""What one entry is: a talk, a try that reached nobody, or too little to tell. Pure."""

from __future__ import annotations

from datetime import timedelta

from termintreu.model import LogEntry

SHORTEST = timedelta(seconds=20)
"""Nobody talks less: such a call reached a machine, or nobody."""


def is_talk(entry: LogEntry) -> bool:
    """Two people spoke."""
    return entry.reached and not _is_short(entry)


def is_attempt(entry: LogEntry) -> bool:
    """Nobody was reached: no answer, busy, a machine, under 20 seconds."""
    return not is_talk(entry) and not is_unclear(entry)


def is_not_taken(entry: LogEntry) -> bool:
    """The other side called, and nobody here answered."""
    return entry.direction == "in" and not entry.reached and not entry.running


def is_unclear(entry: LogEntry) -> bool:
    """It may have been a talk, or may become one."""
    if entry.reached:
        return _is_short(entry) and (entry.rounded or entry.direction == "in" or entry.running)
    return entry.running


def _is_short(entry: LogEntry) -> bool:
    """Under 20 seconds; or so short that a log in whole minutes cannot tell."""
    if entry.talked is None:
        return False
    return entry.talked <= timedelta(minutes=1) if entry.rounded else entry.talked < SHORTEST
