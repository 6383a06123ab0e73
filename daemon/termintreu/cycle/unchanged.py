"""When a poll has nothing to be judged: every collection, every log, and the state are what they were. Pure.

Most polls are such. They cost their requests, and next to nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from termintreu.cycle.report import Report
from termintreu.model import LogState
from termintreu.reading.call_logs import Listened
from termintreu.reading.collect import Collected
from termintreu.recognition.contacts.address_books import LookedUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """What the last judgement rested on, and how long it holds."""

    report: Report
    collected: Collected
    listened: Listened
    revision: str | None
    """Of the state, after the cycle's own writes."""
    until: datetime
    """UTC; then time alone may change something."""

    def holds(self, collected: Collected, listened: Listened, revision: str | None, now: datetime) -> bool:
        """Whether a judgement now would find what the last one found. `now`: UTC."""
        return (
            self.report.at <= now < self.until
            and revision == self.revision
            and not collected.frozen
            and collected.target_error is None
            and listened.held == self.listened.held
            and _told(listened, now) == _told(self.listened, self.report.at)
            and _read_the_same(self.collected, collected)
        )

    def again(self, collected: Collected, listened: Listened, looked_up: LookedUp, now: datetime) -> Report:
        """The report of a poll in which nothing was judged."""
        return replace(
            self.report,
            at=now,
            sources=collected.sources,
            call_logs=listened.reports,
            address_books=looked_up.reports,
            changes=(),
        )


def has_converged(report: Report, collected: Collected) -> bool:
    """Whether what was read is reliable, and nothing had to be written. What a cap holds back may wait."""
    return (
        all(source.state == "ok" for source in report.sources)
        and not report.changes
        and not collected.frozen
        and collected.target_error is None
    )


def _told(listened: Listened, now: datetime) -> dict[str, tuple[LogState, bool]]:
    """What each log is good for, and whether it is kept to this moment (`now`): which moment that is is no news."""
    return {
        name: (replace(state, complete_until=None), True) if state.complete_until == now else (state, False)
        for name, state in listened.states.items()
    }


def _read_the_same(before: Collected, after: Collected) -> bool:
    """Every account is as well as it was, and every mirror holds the very resources that it held."""
    states: Mapping[str, str] = {source.name: source.state for source in before.sources}
    return (
        states == {source.name: source.state for source in after.sources}
        and before.mirrors.keys() == after.mirrors.keys()
        and all(
            mirror.resources is before.mirrors[key].resources
            and mirror.roles == before.mirrors[key].roles
            and mirror.collection == before.mirrors[key].collection
            and mirror.pending is None
            for key, mirror in after.mirrors.items()
        )
    )
