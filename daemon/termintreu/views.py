"""What a person sees on a terminal: reports as lines, coloured where there is a terminal, plain when piped. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from termintreu.clean import clean_line
from termintreu.model import Call, Change, Finding, Severity, msg
from termintreu.report import Report, book_json, log_json
from termintreu.texts import Texts, clean

_COLUMN = 16
"""Where the text of a call begins."""
_SYMBOL = {"phone": "☎", "video": "▶", "visit": "⌂"}
_STYLE = {Severity.INFO: "dim", Severity.ADVICE: "cyan", Severity.WARNING: "yellow", Severity.CRITICAL: "bold red"}
_MARK = {Severity.INFO: "·", Severity.ADVICE: "→", Severity.WARNING: "!", Severity.CRITICAL: "‼"}
_STATE_STYLE = {"ok": "green", "stale": "yellow", "unauthorized": "red", "failed": "red"}
_ACTION = {"create": ("+", "green"), "update": ("~", "yellow"), "delete": ("-", "red")}


def show(console: Console, lines: Iterable[Text]) -> None:
    """Print lines; on a terminal what does not fit goes on below its own beginning, piped it stays one line."""
    for line in lines:
        leading = len(line.plain) - len(line.plain.lstrip())
        hang = max(leading, _COLUMN - 2) + 2 if leading else 0
        if not console.is_terminal or len(line.plain) <= console.width or hang == 0:
            console.print(line, soft_wrap=not console.is_terminal)
            continue
        head, body = line[:hang], line[hang:]
        for part in body.wrap(console, console.width - hang):
            console.print(Text.assemble(head, part))
            head = Text(" " * hang)


def status_line(report: Report, zone: ZoneInfo) -> str:
    """One line for systemd: "12 calls ahead, 2 threatened, work: ok 14:02, crm: stale since 11:30"."""
    ahead = [call for call in report.calls if call.start > report.at]
    threatened = sum(
        any(finding.severity is Severity.CRITICAL for finding in report.findings.get(call.key, ())) for call in ahead
    )
    today = report.at.astimezone(zone).date()
    sources = ", ".join(
        f"{source.name}: {_state_and_time(source.state, source.checked_at, today, zone)}" for source in report.sources
    )
    return f"{len(ahead)} calls ahead, {threatened} threatened, {sources}"


def _state_and_time(state: str, checked_at: datetime | None, today: date, zone: ZoneInfo) -> str:
    """ "ok 14:02"; "stale since 11:30", or "stale since 2026-11-21 11:30" where that was not today."""
    if checked_at is None:
        return state
    checked = checked_at.astimezone(zone)
    when = f"{checked:%H:%M}" if checked.date() == today else f"{checked:%Y-%m-%d %H:%M}"
    return f"{state} {when}" if state == "ok" else f"{state} since {when}"


def report_lines(report: Report, texts: Texts) -> Iterator[Text]:
    """The whole report of a cycle: sources, calls by day with their findings, changes, what was held back."""
    yield from source_lines(report)
    calls = sorted(report.calls, key=lambda call: call.start)
    for day, group in groupby(calls, key=lambda call: call.start.astimezone(texts.zone).date()):
        yield Text()
        yield Text(texts.day(day), style="bold")
        for call in group:
            yield from call_lines(call, report.findings.get(call.key, ()), texts)
    if report.changes:
        yield Text()
        yield Text(texts.render(msg("To be written") if not report.applied else msg("Written")), style="bold")
        yield from change_lines(report.changes, texts)
    if report.rejected:
        yield Text()
        yield Text(texts.render(msg("Could not be read")), style="bold")
        for bad in report.rejected:
            yield Text(f"  {bad.source}: {clean_line(bad.href, 300).rstrip('/').rpartition('/')[2]}: {bad.reason}")
    for reason in report.held_back:
        yield Text(f"! {reason}", style="yellow")
    if not report.changes and not report.held_back:
        yield Text()
        yield Text(texts.render(msg("Nothing to write: everything stands as it should.")), style="green")


def source_lines(report: Report) -> Iterator[Text]:
    """One line for each source, each call log and each account of address books."""
    for source in report.sources:
        line = Text()
        line.append(f"{source.name}: ")
        line.append(source.state, style=_STATE_STYLE[source.state])
        line.append(f"  {source.collections} collections, {source.resources} resources, {source.requests} requests")
        if source.error:
            line.append(f"  ({source.error})")
        yield line
    for log in report.call_logs:
        yield _log_line(log_json(log, lambda at: at.isoformat() if at else None))
    for book in report.address_books:
        yield _book_line(book_json(book, lambda at: at.isoformat() if at else None))


def _book_line(book: Mapping[str, Any]) -> Text:
    """An account of address books, as `plan --json` has it."""
    line = Text(f"{book['name']}: ")
    line.append(book["state"], style=_STATE_STYLE.get(book["state"], ""))
    line.append(f"  address book, {book['cards']} contacts")
    if book["bad_cards"]:
        line.append(f", {book['bad_cards']} cards that cannot be read", style="yellow")
    if book["error"]:
        line.append(f"  ({book['error']})")
    return line


def _log_line(log: Mapping[str, Any], texts: Texts | None = None) -> Text:
    """A call log, as `plan --json` has it; with `texts` also when its newest call was."""
    line = Text(f"{log['name']}: ")
    line.append(log["state"], style=_STATE_STYLE.get(log["state"], ""))
    line.append(f"  call log, {log['entries']} calls")
    if texts is not None and log["last_entry"]:
        line.append(f", the last {texts.moment(datetime.fromisoformat(log['last_entry']))}")
    if log["bad_lines"]:
        line.append(f", {log['bad_lines']} lines skipped", style="yellow")
    if log["error"]:
        line.append(f"  ({log['error']})")
    return line


def call_lines(call: Call, findings: Iterable[Finding], texts: Texts) -> Iterator[Text]:
    """A call and what the rules say of it."""
    when = (
        texts.render(msg("all day")) if call.occurrence.all_day else f"{texts.time(call.start)}–{texts.time(call.end)}"
    )
    line = Text("  ")
    line.append(f"{when:<14}", style="bold")
    line.append(f"{_SYMBOL[call.kind]} {clean(call.contact.name or call.occurrence.summary, 40)}")
    if call.reach.phone:
        line.append(f"  {texts.number(call.reach.phone)}", style="dim")
        if not call.reach.verified:
            line.append(f" ({texts.render(msg('unverified'))})", style="dim")
    if call.contact.name:
        line.append(f"  {clean(call.occurrence.summary, 50)}", style="dim")
    yield line
    for finding in findings:
        note = Text(f"                {_MARK[finding.severity]} ", style=_STYLE[finding.severity])
        note.append(texts.render(finding.message))
        if finding.ask is not None:
            note.append(" " + texts.render(finding.ask))
        if finding.settle_by is not None:
            note.append(" (" + texts.render(msg("until {when}", when=finding.settle_by)) + ")", style="dim")
        yield note


def change_lines(changes: Iterable[Change], texts: Texts) -> Iterator[Text]:
    """One line for each write."""
    for change in changes:
        symbol, style = _ACTION[change.action]
        when = change.start or change.due
        line = Text("  ")
        line.append(f"{symbol} {change.kind:<9}", style=style)
        line.append(f"{texts.moment(when) if when else '':<22}{clean(change.summary, 80)}")
        if change.rules:
            line.append(f"  [{', '.join(change.rules)}]", style="dim")
        if change.result not in {None, "applied"}:
            line.append(f"  {change.result}: {change.error}", style="red")
        yield line


def status_lines(last: Mapping[str, Any], texts: Texts, daemon: Mapping[str, Any] | None = None) -> Iterator[Text]:
    """The last cycle, from what was remembered of it, and what the daemon says of itself; None: none answered."""
    yield from _daemon_lines(daemon, texts)
    at = datetime.fromisoformat(last["at"])
    yield Text(f"last look: {texts.moment(at)}; {last['calls']} calls ahead, {last['threatened']} threatened")
    for source in last["sources"]:
        checked = source.get("checked_at")
        day = at.astimezone(texts.zone).date()
        known = datetime.fromisoformat(checked) if checked else None
        line = Text(f"{source['name']}: ")
        line.append(
            _state_and_time(source["state"], known, day, texts.zone), style=_STATE_STYLE.get(source["state"], "")
        )
        line.append(f"  {source['collections']} collections, {source['resources']} resources")
        if source["error"]:
            line.append(f"  ({source['error']})")
        yield line
    for log in last.get("call_logs", ()):
        yield _log_line(log, texts)
    for book in last.get("address_books", ()):
        yield _book_line(book)
    for reason in last["held_back"]:
        yield Text(f"! {reason}", style="yellow")
    if daemon is not None:
        yield Text(f"next look: {texts.moment(datetime.fromisoformat(last['next']))}")


def people_lines(live: Mapping[str, Any]) -> Iterator[Text]:
    """What a daemon that looks after several people says of them: who is in trouble comes first."""
    daemon, queue = live["daemon"], live.get("queue")
    people = sorted(live["people"], key=lambda one: (not (one["problems"] or one["trouble"]), one["name"]))
    if daemon is not None:
        yield Text(f"daemon: process {daemon['pid']}, up since {daemon['since']}; {len(people)} people")
    elif queue is not None:
        late = "" if queue["late"] is None else f", the longest for {queue['late']:.0f} s"
        yield Text(f"workers' queue: {queue['people']} people, {queue['due']} due{late}")
    else:
        yield Text("no daemon answers; this is what the state remembers", style="yellow")
    for problem in daemon["problems"] if daemon is not None else ():
        yield Text(f"! {problem}", style="red")
    for one in people:
        line = Text(f"{one['name']}: ")
        if one["at"] is None:
            line.append("not looked after yet" if not one["problems"] else "not looked after", style="yellow")
        else:
            line.append(f"{one['calls']} calls ahead, {one['threatened']} threatened, last look {one['at']}")
        if one["trouble"]:
            line.append(f"; in trouble: {', '.join(one['trouble'])}", style="yellow")
        yield line
        for problem in one["problems"]:
            yield Text(f"  ! {problem}", style="red")


def _daemon_lines(daemon: Mapping[str, Any] | None, texts: Texts) -> Iterator[Text]:
    if daemon is None:
        yield Text("no daemon answers; this is what the state remembers", style="yellow")
        return
    line = Text(f"daemon: process {daemon['pid']}, up since {texts.moment(datetime.fromisoformat(daemon['since']))}")
    if daemon["cycle_since"]:
        line.append(f", at work since {texts.time(datetime.fromisoformat(daemon['cycle_since']))}", style="cyan")
    yield line
    for problem in daemon["problems"]:
        yield Text(f"! {problem}", style="red")
