"""Reports as lines for a terminal: coloured there, plain when piped. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import groupby

from rich.text import Text

from termintreu.cycle.report import Report, book_json, log_json, source_json
from termintreu.model import Call, Change, Finding, Rejected, Severity, msg
from termintreu.model.clean import clean_line
from termintreu.model.texts import Texts, clean
from termintreu.ui.cli.status_lines import account_line, book_line, log_line
from termintreu.ui.labels import item_word, result_word

LONGEST_TITLE = 1000
"""Characters of a title at most, also where it is not cut."""
_SYMBOL = {"phone": "☎", "video": "▶", "visit": "⌂"}
_STYLE = {Severity.INFO: "dim", Severity.ADVICE: "cyan", Severity.WARNING: "yellow", Severity.CRITICAL: "bold red"}
_MARK = {Severity.INFO: "·", Severity.ADVICE: "→", Severity.WARNING: "!", Severity.CRITICAL: "‼"}
_ACTION = {"create": ("+", "green"), "update": ("~", "yellow"), "delete": ("-", "red")}


def report_lines(report: Report, texts: Texts, *, whole: bool = False) -> Iterator[Text]:
    """The whole report of a cycle: sources, calls by day with their findings, changes, what was held back. `whole`:
    titles are not cut.
    """
    yield from source_lines(report, texts)
    calls = sorted(report.calls, key=lambda call: call.start)
    for day, group in groupby(calls, key=lambda call: call.start.astimezone(texts.zone).date()):
        yield Text()
        yield Text(texts.day(day), style="bold")
        for call in group:
            yield from call_lines(call, report.findings.get(call.key, ()), texts, whole=whole)
    if report.changes:
        yield Text()
        yield Text(texts.render(msg("To be written") if not report.applied else msg("Written")), style="bold")
        yield from change_lines(report.changes, texts, whole=whole)
    if report.rejected:
        yield Text()
        yield Text(texts.render(msg("Could not be read")), style="bold")
        for bad in report.rejected:
            yield Text(f"  {bad.source}: {_where(bad, texts)}: {texts.error(bad.reason)}")
    for reason in report.held_back:
        yield Text(f"! {reason}", style="yellow")
    if not report.changes and not report.held_back:
        yield Text()
        yield Text(texts.render(msg("Nothing to write: everything stands as it should.")), style="green")


def _where(bad: Rejected, texts: Texts) -> str:
    """The file, the line and the title of a rejected entry, so that the user finds it."""
    name = clean_line(bad.href.partition("#")[0], 300).rstrip("/").rpartition("/")[2]
    line = "" if bad.line is None else texts.render(msg("line {number}", number=bad.line))
    title = f"“{bad.title}”" if bad.title else ""
    return ", ".join(filter(None, (name, line, title)))


def marked_lines(report: Report, texts: Texts, *, whole: bool) -> Iterator[str]:
    """The same with rich markup, for another process to print."""
    return (line.markup for line in report_lines(report, texts, whole=whole))


def source_lines(report: Report, texts: Texts) -> Iterator[Text]:
    """One line for each source, each call log and each account of address books."""

    def iso(at: datetime | None) -> str | None:
        return at.isoformat() if at else None

    for source in report.sources:
        holds = msg(
            "{collections:calendar|calendars}, {resources:entry|entries}, {requests:request|requests}",
            collections=source.collections,
            resources=source.resources,
            requests=source.requests,
        )
        yield account_line(source_json(source), holds, texts)
    for log in report.call_logs:
        yield log_line(log_json(log, iso), texts)
    for book in report.address_books:
        yield book_line(book_json(book, iso), texts)


def call_lines(call: Call, findings: Iterable[Finding], texts: Texts, *, whole: bool = False) -> Iterator[Text]:
    """A call and its findings. `whole`: titles are not cut."""
    when = (
        texts.render(msg("all day")) if call.occurrence.all_day else f"{texts.time(call.start)}–{texts.time(call.end)}"
    )
    line = Text("  ")
    line.append(f"{when:<14}", style="bold")
    called = clean(call.contact.name or call.occurrence.summary, LONGEST_TITLE if whole else 40)
    line.append(f"{_SYMBOL[call.kind]} {called}")
    if call.reach.phone:
        line.append(f"  {texts.number(call.reach.phone)}", style="dim")
        if not call.reach.verified:
            line.append(f" ({texts.render(msg('unverified'))})", style="dim")
    if call.contact.name:
        line.append(f"  {clean(call.occurrence.summary, LONGEST_TITLE if whole else 50)}", style="dim")
    yield line
    for finding in findings:
        note = Text(f"                {_MARK[finding.severity]} ", style=_STYLE[finding.severity])
        note.append(texts.render(finding.message))
        if finding.ask is not None:
            note.append(" " + texts.render(finding.ask))
        if finding.settle_by is not None:
            note.append(" (" + texts.render(msg("until {when}", when=finding.settle_by)) + ")", style="dim")
        yield note


def change_lines(changes: Collection[Change], texts: Texts, *, whole: bool = False) -> Iterator[Text]:
    """One line for each write. `whole`: titles are not cut."""
    words = {change.kind: texts.render(item_word(change.kind)) for change in changes}
    width = max(map(len, words.values()), default=0)
    for change in changes:
        symbol, style = _ACTION[change.action]
        when = change.start or change.due
        line = Text("  ")
        line.append(f"{symbol} {words[change.kind]:<{width}}  ", style=style)
        line.append(f"{texts.moment(when) if when else '':<22}{clean(change.summary, LONGEST_TITLE if whole else 80)}")
        if change.rules:
            line.append(f"  [{', '.join(change.rules)}]", style="dim")
        if change.result not in {None, "applied"}:
            line.append(f"  {texts.render(result_word(change.result))}: {texts.error(change.error or '')}", style="red")
        yield line
