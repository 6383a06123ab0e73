"""Counts since the daemon's start and of the last cycles, for metrics. They hold no names, titles or phone numbers, so
that every administrator of the machine may see them. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from termintreu.cycle.report import Report
from termintreu.model import SourceState, is_threatened

BUCKETS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Upper bounds of a cycle's length, s."""

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts since the start."""

    done: int = 0
    """Completed cycles."""
    failed: int = 0
    """Failed cycles."""
    seconds: float = 0.0
    """Length of all cycles together, s."""
    lengths: Mapping[float, int] = field(default_factory=dict)
    """Upper bound to the number of cycles that took no longer, and longer than the bound below it."""
    writes: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    """By action, kind of item and result."""
    requests: Mapping[str, int] = field(default_factory=dict)
    """By source; with several profiles all under ""."""

    def after(self, report: Report | None, seconds: float, *, several: bool = False) -> Tally:
        """With one more cycle: its report (None: it failed), its length (s), whether there are several profiles."""
        bound = next((bound for bound in BUCKETS if seconds <= bound), float("inf"))
        changes = report.changes if report else ()
        sources = report.sources if report else ()
        return Tally(
            done=self.done + (report is not None),
            failed=self.failed + (report is None),
            seconds=self.seconds + seconds,
            lengths=_added(self.lengths, [(bound, 1)]),
            writes=_added(self.writes, [((one.action, one.kind, one.result), 1) for one in changes if one.result]),
            requests=_added(self.requests, [("" if several else one.name, one.requests) for one in sources]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFigures:
    """The state of one source or call log."""

    name: str
    state: SourceState
    read_at: datetime | None
    """When it was last read completely (UTC); of a call log, its last entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Numbers of the last cycle."""

    at: datetime
    """UTC."""
    calls: int
    """Calls that are to come."""
    threatened: int
    """Those with a critical finding."""
    findings: Mapping[tuple[str, str], int]
    """By rule and severity, of calls that are to come."""
    rejected: int
    """Entries that could not be read."""
    held_back: int
    """Reasons why something was not written."""
    sources: tuple[SourceFigures, ...]
    blind: int = 0
    """How much is not seen, and told of."""


def figures(report: Report) -> Figures:
    """The numbers of a report."""
    ahead = [call for call in report.calls if call.start > report.at]
    of_each = [report.findings.get(call.key, ()) for call in ahead]
    return Figures(
        at=report.at,
        calls=len(ahead),
        threatened=sum(is_threatened(findings) for findings in of_each),
        findings=Counter((one.rule, one.severity.label) for findings in of_each for one in findings),
        rejected=len(report.rejected),
        held_back=len(report.held_back),
        sources=(
            *(SourceFigures(name=one.name, state=one.state, read_at=one.checked_at) for one in report.sources),
            *(SourceFigures(name=log.name, state=log.state, read_at=log.last_entry) for log in report.call_logs),
        ),
        blind=len(report.blind),
    )


def _added(counts: Mapping[_Key, int], more: Iterable[tuple[_Key, int]]) -> dict[_Key, int]:
    added = dict(counts)
    for key, count in more:
        added[key] = added.get(key, 0) + count
    return added
