"""When time alone changes what should stand: until then, nothing has to be judged again while nothing changes. Pure.

Everything else (a new event, a tick, a line in a call log) is a change that is seen. Findings that begin at so many
hours before a call, retention, and what leaves the calendar's window may come a quarter of an hour late; what rings,
and what is asked and tried after a call, may not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from termintreu.judging.rules.after import MissedByThemParams, MissedByUsParams, OutcomeOpenParams
from termintreu.model import Call
from termintreu.model.kept import REVIEW
from termintreu.planning.planning import Planning, is_vague, promised
from termintreu.planning.questions import question_times

_AROUND_START = tuple(timedelta(minutes=minutes) for minutes in (-10, -5, 0, 5, 10, 30))


def next_moment(calls: Iterable[Call], planning: Planning) -> datetime:
    """The first moment after `planning.now` (UTC) at which to judge again; `REVIEW` ahead at the latest."""
    latest = planning.now + REVIEW
    return min((moment for moment in _moments(calls, planning) if planning.now < moment < latest), default=latest)


def _moments(calls: Iterable[Call], planning: Planning) -> Iterator[datetime]:
    asked_after = planning.settings(OutcomeOpenParams).after
    missed_after = timedelta(minutes=planning.settings(MissedByUsParams).minutes)
    tries = planning.settings(MissedByThemParams)
    after_start = (
        *_AROUND_START,
        missed_after,
        timedelta(minutes=tries.second_minutes),
        timedelta(minutes=tries.third_minutes),
    )
    today = planning.context.clock.day_of(planning.now)
    yield from question_times(today, planning)
    near = planning.now - timedelta(days=1), planning.now + timedelta(days=1)
    for call in calls:
        window = promised(call)
        end = max(window.end, call.end)
        if end + asked_after < near[0] or window.start > near[1]:
            continue
        yield from (call.start + offset for offset in after_start)
        yield from (window.start, end, end + asked_after)
        if is_vague(call):
            yield window.end - (window.end - window.start) / 4
        yield from (finding.settle_by for finding in planning.findings_of(call) if finding.settle_by is not None)
