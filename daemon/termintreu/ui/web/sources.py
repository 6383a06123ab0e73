"""The states of sources and call logs, for the page. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from termintreu.cycle.report import Report
from termintreu.model import LogReport, SourceReport, SourceState, msg
from termintreu.model.texts import Texts, clean
from termintreu.ui.labels import moment, state_word


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """One source or call log."""

    name: str
    state: SourceState
    word: str
    checked: str
    """When it was last read completely; of a log, its newest entry; "" where that is not known."""
    holds: str
    error: str
    """"" for none."""


def sources(report: Report, texts: Texts) -> tuple[SourceView, ...]:
    """Every source and every call log, in the order of the configuration."""
    return (
        *(_source(one, texts, report.at) for one in report.sources),
        *(_log(one, texts, report.at) for one in report.call_logs),
    )


def _source(source: SourceReport, texts: Texts, now: datetime) -> SourceView:
    checked = moment(source.checked_at, now, texts) if source.checked_at else ""
    holds = msg(
        "{collections:calendar|calendars}, {resources:entry|entries}",
        collections=source.collections,
        resources=source.resources,
    )
    return SourceView(
        name=clean(source.name),
        state=source.state,
        word=texts.render(state_word(source.state)),
        checked=texts.render(msg("read {when:text}", when=checked)) if checked else "",
        holds=texts.render(holds),
        error=clean(texts.error(source.error or ""), 300),
    )


def _log(log: LogReport, texts: Texts, now: datetime) -> SourceView:
    newest = moment(log.last_entry, now, texts) if log.last_entry else ""
    holds = msg("call log, {n:call|calls}", n=log.entries)
    if log.bad_lines:
        holds = msg("call log, {n:call|calls}, {bad:line|lines} skipped", n=log.entries, bad=log.bad_lines)
    return SourceView(
        name=clean(log.name),
        state=log.state,
        word=texts.render(state_word(log.state)),
        checked=texts.render(msg("newest call {when:text}", when=newest)) if newest else "",
        holds=texts.render(holds),
        error=clean(texts.error(log.error or ""), 300),
    )
