"""The view of the whole page, with every text rendered, for the template. Pure; `now` is an argument."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from termintreu.cycle.report import Report
from termintreu.model import Message, msg
from termintreu.model.texts import Texts, clean
from termintreu.service.board import PageContent
from termintreu.ui.labels import moment
from termintreu.ui.web.contacts import ContactsView, contacts
from termintreu.ui.web.labels import Labels, labels
from termintreu.ui.web.sources import SourceView, sources
from termintreu.ui.web.week import WeekView, week


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """The page."""

    language: str
    labels: Labels
    headline: str
    """The week in a sentence."""
    calm: bool
    """Whether no call is threatened, and none has to be settled."""
    as_of: str
    """When the last cycle was, and when the next one is."""
    blind: tuple[str, ...]
    """What is not seen: there are no reminders for calls there."""
    notices: tuple[str, ...]
    """Problems, gravest first: of the daemon, of sources, of writing."""
    week: WeekView | None
    """None before the first cycle."""
    contacts: ContactsView | None
    sources: tuple[SourceView, ...]
    unread: str
    """How many entries could not be read; "" for none."""


def page(content: PageContent, now: datetime) -> PageView:
    """The page at `now` (UTC)."""
    texts, report = content.texts, content.report
    if report is None:
        return PageView(
            language=texts.language,
            labels=labels(texts),
            headline=texts.render(msg("Your calendars are being read for the first time.")),
            calm=True,
            as_of="",
            blind=(),
            notices=tuple(clean(texts.error(problem), 300) for problem in content.problems),
            week=None,
            contacts=None,
            sources=(),
            unread="",
        )
    shown = week(report, texts, now)
    rejected = len(report.rejected)
    return PageView(
        language=texts.language,
        labels=labels(texts),
        headline=texts.render(_headline(shown)),
        calm=not shown.threatened and not shown.unsettled,
        as_of=texts.render(_as_of(content, report, texts, now)),
        blind=tuple(_blind(report, texts, now)),
        notices=tuple(_notices(content, report, texts)),
        week=shown,
        contacts=contacts(report.relationships.values(), texts, report.at, damaged_below=content.damaged_below),
        sources=sources(report, texts),
        unread=texts.render(msg("{n:entry|entries} could not be read.", n=rejected)) if rejected else "",
    )


def _headline(shown: WeekView) -> Message:
    calls = msg("{n:call|calls} in the next seven days", n=shown.ahead)
    if shown.threatened and shown.unsettled:
        return msg(
            "{calls}: {threatened} threatened, {unsettled} to be settled.",
            calls=calls,
            threatened=shown.threatened,
            unsettled=shown.unsettled,
        )
    if shown.threatened:
        return msg("{calls}: {threatened} threatened.", calls=calls, threatened=shown.threatened)
    if shown.unsettled:
        return msg("{calls}: {unsettled} to be settled.", calls=calls, unsettled=shown.unsettled)
    if shown.ahead:
        return msg("{calls}, and nothing stands in the way.", calls=calls)
    return msg("No calls in the next seven days.")


def _as_of(content: PageContent, report: Report, texts: Texts, now: datetime) -> Message:
    if content.next_poll is None:
        return msg("As of {at:text}", at=moment(report.at, now, texts))
    return msg(
        "As of {at:text}, next look {next:text}",
        at=moment(report.at, now, texts),
        next=moment(content.next_poll, now, texts),
    )


def _blind(report: Report, texts: Texts, now: datetime) -> Iterator[str]:
    """What is not seen, a sentence each."""
    for one in report.blind:
        name = clean(one.title or one.name)
        since = moment(one.seen or one.begun, now, texts)
        sentence = texts.render(msg("{name} is not seen since {since:text}.", name=name, since=since))
        yield f"{sentence} {clean(texts.error(one.why), 300)}".rstrip()


def _notices(content: PageContent, report: Report, texts: Texts) -> Iterator[str]:
    for problem in content.problems:
        yield clean(texts.error(problem), 300)
    for reason in report.held_back:
        yield clean(reason, 300)
    bad = [one.name for one in report.sources if one.state != "ok"]
    bad += [log.name for log in report.call_logs if log.state != "ok"]
    if bad:
        yield texts.render(msg("What is shown may be out of date: {names} could not be read.", names=tuple(bad)))
    failed = sum(change.result not in {None, "applied"} for change in report.changes)
    if failed:
        yield texts.render(msg("{n:item|items} could not be written; the next look tries again.", n=failed))
