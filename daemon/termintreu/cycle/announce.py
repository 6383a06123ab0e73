"""After a cycle: what must not fail goes to the user by a second way as well, and a heartbeat to whoever watches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from termintreu.model import msg
from termintreu.model.defects import log_defect
from termintreu.model.errors import StoreError
from termintreu.planning.alerts import Happened, alerts, still_kept

log = structlog.get_logger(__name__)

_KEPT = timedelta(days=30)
"""So long it is remembered what was sent."""


async def announce(world: World, report: Report) -> None:
    """Send what is due and was not sent before. Nothing here fails the cycle."""
    try:
        await _announce(world, report)
    except StoreError as error:
        log.warning("what was sent is not remembered", error=str(error), do="see `termintreu doctor`")
    except Exception as defect:  # noqa: BLE001 - the calendar is the first way, and that one worked
        log_defect(log, "the second way failed by a defect", defect)


async def _announce(world: World, report: Report) -> None:
    way, config = world.second_way, world.config.alerts
    if way is None:
        return
    if not report.failed:
        way.beat()
    if not way.leads_anywhere:
        return
    happened = Happened(
        troubles=report.blind, calls=report.calls, observed=report.observed.values(), changes=report.changes
    )
    state = world.state
    await state.take_over_alerts()
    sent = still_kept(state.alerted or {}, report.at - _KEPT)
    due = [alert for alert in alerts(happened, config, world.texts, report.at) if alert.key not in sent]
    taken = [alert.key for alert in due if await way.send(alert.title, alert.body)]
    state.alerted = sent | dict.fromkeys(taken, report.at.isoformat())
    if taken:
        await state.remember_alerts(report.at)


@dataclass(slots=True)
class Failing:
    """Cycles that end without a report, one after the other: the state cannot be read or written, or worse. Then no
    task can say so."""

    since: datetime | None = None
    """UTC."""
    is_told: bool = False

    async def after(self, world: World, now: datetime, *, failed: bool) -> None:
        """After a cycle at `now` (UTC): once they have failed for as long as a source may go unread, it is told."""
        if not failed:
            self.since, self.is_told = None, False
            return
        self.since = self.since or now
        way, texts = world.second_way, world.texts
        if self.is_told or way is None or now - self.since < world.config.alerts.blind_after:
            return
        title = texts.render(msg("No reminders since {since:time}: termintreu cannot work", since=self.since))
        self.is_told = await way.send(title, texts.render(msg("See: termintreu status")))
