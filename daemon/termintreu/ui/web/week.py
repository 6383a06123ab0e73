"""The coming days with their calls: how threatened each is, why, what to do, and what is written for it. Pure.

Every text is in the user's language; texts from calendars are cleaned. Of links, those are given by which a known
service's call is joined; what nobody vouches for is marked, and its number cannot be dialled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from termintreu.cycle.report import Report
from termintreu.model import Call, Finding, Outcome, is_threatened, msg
from termintreu.model.texts import Texts, clean
from termintreu.planning.planning import is_vague, promised
from termintreu.planning.wording import name_of
from termintreu.recognition.detection.joinable import trusted_host
from termintreu.ui.labels import own_alarm_word
from termintreu.ui.web.levels import LEVELS, Level, kind_word, level_word, outcome_word, way_words
from termintreu.ui.web.written import WrittenView, written_for

DAYS = 7
"""The days that are shown one by one, today among them."""
FIRST = 5
"""Number of calls that are listed at the top."""
_GRAVE = frozenset({"critical", "warning"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding about a call."""

    level: Level
    word: str
    why: str
    ask: str
    until: str
    """ "" where nothing has to be settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """One call."""

    key: str
    """16 hex digits."""
    level: Level
    threatened: bool
    """As the rule of that name says."""
    word: str
    """The level in a word; "" for none."""
    kind: str
    kind_word: str
    begins: str
    """A time; "" where no minute is agreed."""
    ends: str
    """A time, with its day where that is another; "" where no minute is agreed."""
    window: str
    """Within which time it may come, where no minute is agreed; else ""."""
    who: str
    title: str
    """As it stands in the calendar; "" where that says nothing more."""
    number: str
    dial: str
    """E.164, to be dialled by a click; "" unless somebody vouches for it."""
    link: str
    """By which the call is joined, https; "" where there is none that may be clicked, or the call is over."""
    host: str
    """Of the link."""
    vouched: bool
    """Whether somebody vouches for number and link."""
    more: tuple[str, ...]
    """What else is needed to get through: the access code, that there is a link; and when it reminds of itself."""
    over: bool
    outcome: str
    """How it went; "" while it is to come."""
    outcome_level: Literal["good", "bad", "open", "none"]
    findings: tuple[FindingView, ...]
    written: tuple[WrittenView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """One day."""

    day: date
    name: str
    """ "Monday 23 November"."""
    short: str
    """ "Mon"."""
    today: bool
    summary: str
    """How many calls, and how many of them are threatened."""
    calls: tuple[CallView, ...]

    @property
    def levels(self) -> tuple[Level, ...]:
        """Of the calls that are to come, or are not over yet."""
        return tuple(call.level for call in self.calls if not call.over)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstView:
    """A call that needs attention first."""

    call: CallView
    when: str
    until: str
    """When the first of what stands against it has to be settled; "" for nothing."""

    @property
    def whys(self) -> tuple[str, ...]:
        """The gravest, and what it rests on: of a threatened call all that has to be settled."""
        grave = [one.why for one in self.call.findings if one.level in _GRAVE]
        return tuple(grave if self.call.threatened else grave[:1])


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekView:
    """The coming days."""

    days: tuple[DayView, ...]
    later: tuple[FirstView, ...]
    """Calls after these days."""
    earlier: tuple[FirstView, ...]
    """Calls of the days before today, the latest first."""
    first: tuple[FirstView, ...]
    """Calls that need attention first: the gravest, and of these those with the earliest deadline."""
    ahead: int
    """Calls of these days that are to come."""
    threatened: int
    """Of these, the ones that the rule of that name finds."""
    unsettled: int
    """Of these, further ones with a warning, or worse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Data about calls, by their keys."""

    texts: Texts
    now: datetime
    findings: Mapping[str, tuple[Finding, ...]]
    written: Mapping[str, tuple[WrittenView, ...]]
    outcomes: Mapping[str, Outcome]


def week(report: Report, texts: Texts, now: datetime) -> WeekView:
    """The week from `now` (UTC) on."""
    today = now.astimezone(texts.zone).date()
    said = ((record.key, how) for one in report.relationships.values() for record, how in one.calls)
    known = _Known(
        texts=texts,
        now=now,
        findings=report.findings,
        written=written_for(report, texts, now),
        outcomes={key: how.outcome for key, how in said if how is not None},
    )
    calls = [(call, _call(call, known)) for call in sorted(report.calls, key=lambda call: (call.start, call.key))]
    by_day: dict[date, list[CallView]] = {}
    for call, view in calls:
        # One that lasts from yesterday on is today's as well.
        by_day.setdefault(_day(call, texts) if view.over else max(_day(call, texts), today), []).append(view)
    days = [today + timedelta(days=offset) for offset in range(DAYS)]
    ahead = [(call, view) for call, view in calls if not view.over]
    near = [view for call, view in ahead if _day(call, texts) <= days[-1]]
    return WeekView(
        days=tuple(_day_view(day, by_day.get(day, []), today, texts) for day in days),
        later=tuple(_placed(call, view, report, texts) for call, view in ahead if _day(call, texts) > days[-1]),
        earlier=tuple(
            _placed(call, view, report, texts)
            for call, view in reversed(calls)
            if view.over and _day(call, texts) < today
        ),
        first=tuple(_placed(call, view, report, texts) for call, view in _gravest(ahead, report)[:FIRST]),
        ahead=len(near),
        threatened=sum(view.threatened for view in near),
        unsettled=sum(view.level in _GRAVE and not view.threatened for view in near),
    )


def _gravest(ahead: Iterable[tuple[Call, CallView]], report: Report) -> list[tuple[Call, CallView]]:
    def rank(entry: tuple[Call, CallView]) -> tuple[bool, bool, datetime]:
        call, view = entry
        return not view.threatened, view.level != "critical", _settle_by(call, report) or call.start

    return sorted((entry for entry in ahead if entry[1].level in _GRAVE), key=rank)


def _settle_by(call: Call, report: Report) -> datetime | None:
    return min((one.settle_by for one in report.findings.get(call.key, ()) if one.settle_by is not None), default=None)


def _placed(call: Call, view: CallView, report: Report, texts: Texts) -> FirstView:
    when = promised(call)
    by = None if view.over else _settle_by(call, report)
    return FirstView(
        call=view,
        when=texts.span(when.start, when.end) if is_vague(call) else texts.moment(call.start),
        until=texts.render(msg("until {when}", when=by)) if by else "",
    )


def _day(call: Call, texts: Texts) -> date:
    return promised(call).start.astimezone(texts.zone).date()


def _day_view(day: date, calls: list[CallView], today: date, texts: Texts) -> DayView:
    threatened = sum(call.threatened for call in calls)
    if not calls:
        summary = msg("no calls")
    elif threatened:
        summary = msg("{calls:call|calls}, {threatened} threatened", calls=len(calls), threatened=threatened)
    else:
        summary = msg("{calls:call|calls}", calls=len(calls))
    return DayView(
        day=day,
        name=texts.long_day(day),
        short=texts.weekday(day),
        today=day == today,
        summary=texts.render(summary),
        calls=tuple(calls),
    )


def _call(call: Call, known: _Known) -> CallView:
    texts, findings, outcome = known.texts, known.findings.get(call.key, ()), known.outcomes.get(call.key)
    when = promised(call)
    over = max(when.end, call.end) <= known.now
    level: Level = "none" if over else max((LEVELS[one.severity] for one in findings), key=_rank, default="none")
    threatened = not over and is_threatened(findings)
    who, title = name_of(call, texts), clean(call.occurrence.summary, 90)
    host = "" if over else _host(call)
    return CallView(
        key=call.key,
        level=level,
        threatened=threatened,
        word="" if level == "none" else texts.render(level_word(level, threatened=threatened)),
        kind=call.kind,
        kind_word=texts.render(kind_word(call)),
        begins="" if is_vague(call) else texts.time(call.start),
        ends="" if is_vague(call) else _end(call, texts),
        window=_window(call, texts) if is_vague(call) else "",
        who=who,
        title="" if title == who else title,
        number=texts.number(call.reach.phone) if call.reach.phone else "",
        dial=call.reach.phone if call.reach.phone and call.reach.verified else "",
        link=call.reach.url if host and call.reach.url else "",
        host=host,
        vouched=call.reach.verified,
        more=tuple(
            texts.render(word)
            for word in (*way_words(call, linked=bool(host)), own_alarm_word(call))
            if word is not None
        ),
        over=over,
        outcome=texts.render(outcome_word(outcome)) if over or outcome else "",
        outcome_level=_outcome_level(outcome) if over or outcome else "none",
        findings=() if over else tuple(_finding(one, texts) for one in findings),
        written=known.written.get(call.key, ()),
    )


def _host(call: Call) -> str:
    return (trusted_host(call.reach.url, vouched=call.reach.verified) if call.reach.url else None) or ""


def _rank(level: Level) -> int:
    return ("none", "info", "advice", "warning", "critical").index(level)


def _end(call: Call, texts: Texts) -> str:
    days = [instant.astimezone(texts.zone).date() for instant in (call.start, call.end)]
    return texts.time(call.end) if days[0] == days[1] else texts.moment(call.end)


def _window(call: Call, texts: Texts) -> str:
    when = promised(call)
    if call.occurrence.all_day:
        return texts.render(msg("all day"))
    days = [instant.astimezone(texts.zone).date() for instant in (when.start, when.end)]
    if days[0] != days[1]:
        return texts.span(when.start, when.end)
    return f"{texts.time(when.start)}–{texts.time(when.end)}"


def _finding(finding: Finding, texts: Texts) -> FindingView:
    level = LEVELS[finding.severity]
    until = msg("until {when}", when=finding.settle_by)
    return FindingView(
        level=level,
        word=texts.render(level_word(level, threatened=is_threatened([finding]))),
        why=texts.render(finding.message),
        ask=texts.render(finding.ask) if finding.ask else "",
        until=texts.render(until) if finding.settle_by else "",
    )


def _outcome_level(outcome: Outcome | None) -> Literal["good", "bad", "open"]:
    if outcome is None or outcome == "unknown":
        return "open"
    return "good" if outcome in {"held", "cancelled", "moved"} else "bad"
