"""What the findings of a call rest on, beside the configuration, and how long they hold while that stays. Pure.

It is the call, what stands around it in time, the other calls with the same contact, and what is remembered of all of
them. A rule that looks at more has to say so here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from termintreu.judging.rules import params_of
from termintreu.judging.rules.chain import ChainParams
from termintreu.judging.rules.common.base import Context, Params
from termintreu.judging.rules.no_buffer import NoBufferParams
from termintreu.judging.rules.overrun import OverrunParams
from termintreu.model import Call, CallRecord, Finding, Occurrence, slot_of
from termintreu.model.kept import next_quarter

NEAR = timedelta(hours=1)
"""What begins sooner is judged anew in every cycle."""
_AROUND = timedelta(days=2)
_MOST = timedelta(days=366)
_ROW = 60
"""Minutes; with longer pauses between them, calls in a row may reach further than `_AROUND`."""


def is_steady(call: Call, context: Context) -> bool:
    """Whether a quarter of an hour hardly changes what is said of a call: neither does it begin soon, nor does its
    window reach beyond what was read, whose end moves on with the time."""
    since, until = _span(call)
    return since > context.now + NEAR and (call.window is None or context.until is None or until < context.until)


def holds_until(findings: Iterable[Finding], now: datetime) -> datetime:
    """Until when the findings of a steady call hold (UTC)."""
    ends = (finding.settle_by for finding in findings if finding.settle_by is not None)
    return min((next_quarter(now), *(end for end in ends if end > now)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The context, by call, by contact and by time."""

    context: Context
    around: timedelta
    """How far rules look to both sides of a call."""
    overrun: timedelta
    """How far before a call the appointment ends that may run into it."""
    long_chains: bool
    """Whether calls far apart count as being in a row."""
    busy: Mapping[str, tuple[Occurrence, ...]]
    """Busy occurrences by UID."""
    contacts: Mapping[str, tuple[Call, ...]]
    records: Mapping[str, tuple[CallRecord, ...]]
    """The same of remembered calls."""
    starts: tuple[datetime, ...]
    """Of the calls."""
    latest_ends: tuple[datetime, ...]
    """Beside each the latest end so far."""

    @classmethod
    def of(cls, context: Context, params: Mapping[str, Params]) -> Surroundings:
        """Those of a context; `params`: of the rules, by their ids."""
        contacts: dict[str, list[Call]] = {}
        for call in context.calls:
            contacts.setdefault(call.contact.key, []).append(call)
        records: dict[str, list[CallRecord]] = {}
        for record in context.history.calls.values():
            records.setdefault(record.contact_key, []).append(record)
        busy: dict[str, list[Occurrence]] = {}
        for one in context.busy:
            busy.setdefault(one.uid, []).append(one)
        return cls(
            context=context,
            around=_reach(context, params),
            overrun=timedelta(minutes=params_of(params, OverrunParams).minutes),
            long_chains=params_of(params, ChainParams).minutes > _ROW,
            busy={uid: tuple(found) for uid, found in busy.items()},
            contacts={key: tuple(found) for key, found in contacts.items()},
            records={key: tuple(found) for key, found in records.items()},
            starts=tuple(call.start for call in context.calls),
            latest_ends=tuple(accumulate((_span(call)[1] for call in context.calls), max)),
        )

    def grounds(self, call: Call) -> tuple[object, ...]:
        """What the findings of a call rest on."""
        context, key, contact = self.context, call.key, call.contact.key
        since, until = _span(call)
        since, until = since - self.around, until + self.around
        calls = self._calls(since, until)
        same = self.contacts.get(contact, ())
        return (
            call,
            context.clock,
            context.history.calls.get(key),
            context.history.items.get(slot_of(key, "warning")),
            context.relationships.get(contact),
            contact in context.damaged,
            same,
            self.records.get(contact, ()) if call.reach.phone is None else (),
            calls,
            tuple([one.key in context.settled for one in (*same, *calls)]),
            tuple(context.fixed.touching(since, until)),
            context.absences,
            self._before(call),
            context.calls if self.long_chains else (),
        )

    def _calls(self, since: datetime, until: datetime) -> tuple[Call, ...]:
        first, last = bisect_left(self.latest_ends, since), bisect_right(self.starts, until)
        return self.context.calls[first:last]

    def _before(self, call: Call) -> tuple[object, ...]:
        """How the series went that may run into the call, as far as anything is known of it."""
        context = self.context
        touching = context.fixed.touching(call.start - self.overrun, call.start)
        before = [one for one in touching if one.start < call.start]
        series = [self.busy[one.uid] for one in before if len(self.busy.get(one.uid, ())) > 1]
        return tuple(series), tuple(context.evidence.items()) if context.evidence and before else ()


def _span(call: Call) -> tuple[datetime, datetime]:
    """From when to when a call may take place."""
    if call.window is None:
        return call.start, call.end
    return min(call.start, call.window.start), max(call.end, call.window.end)


def _reach(context: Context, params: Mapping[str, Params]) -> timedelta:
    buffer = params_of(params, NoBufferParams)
    minutes = max(buffer.minutes, buffer.place_minutes, buffer.damaged_minutes)
    travel = max((call.occurrence.travel for call in context.calls), default=timedelta(0))
    return _AROUND + min(max(timedelta(minutes=minutes), context.fixed.longest_travel, travel), _MOST)
