"""Reports as lines for a terminal: coloured there, plain when piped. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.text import Text

from termintreu.cycle.report import Report, book_json, log_json, source_json
from termintreu.cycle.sight import sight
from termintreu.cycle.told_hours import read_hours
from termintreu.model import Call, Change, Finding, Message, Rejected, Severity, msg
from termintreu.model.clean import clean_line
from termintreu.model.texts import Texts, clean
from termintreu.ui.cli.sight_line import sight_line
from termintreu.ui.cli.told_hours import week_line
from termintreu.ui.labels import item_word, moment, result_word, state_word

_COLUMN = 16
"""The column at which the text of a call begins."""
LONGEST_TITLE = 1000
"""Characters of a title at most, also where it is not cut."""
_SYMBOL = {"phone": "☎", "video": "▶", "visit": "⌂"}
_STYLE = {Severity.INFO: "dim", Severity.ADVICE: "cyan", Severity.WARNING: "yellow", Severity.CRITICAL: "bold red"}
_MARK = {Severity.INFO: "·", Severity.ADVICE: "→", Severity.WARNING: "!", Severity.CRITICAL: "‼"}
_STATE_STYLE = {"ok": "green", "stale": "yellow", "unauthorized": "red", "failed": "red"}
_ACTION = {"create": ("+", "green"), "update": ("~", "yellow"), "delete": ("-", "red")}


def show(console: Console, lines: Iterable[Text]) -> None:
    """Print lines; on a terminal long ones are wrapped and indented, piped they stay one line."""
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
        yield _account_line(source_json(source), holds, texts)
    for log in report.call_logs:
        yield _log_line(log_json(log, iso), texts)
    for book in report.address_books:
        yield _book_line(book_json(book, iso), texts)


def _account_line(
    account: Mapping[str, Any], holds: Message, texts: Texts, *, read: str = "", lacks: Message | None = None
) -> Text:
    """A line for a source, call log or address book as `plan --json` has it: its state, when it was `read`, what it
    holds and what it lacks."""
    line = Text(f"{account['name']}: ")
    line.append(texts.render(state_word(account["state"])) + read, style=_STATE_STYLE.get(account["state"], ""))
    line.append(f"  {texts.render(holds)}")
    if lacks is not None:
        line.append(f", {texts.render(lacks)}", style="yellow")
    if account["error"]:
        line.append(f"  ({texts.error(account['error'])})")
    return line


def _book_line(book: Mapping[str, Any], texts: Texts) -> Text:
    holds = msg("address book, {cards:contact|contacts}", cards=book["cards"])
    lacks = msg("{bad:card|cards} unreadable", bad=book["bad_cards"]) if book["bad_cards"] else None
    return _account_line(book, holds, texts, lacks=lacks)


def _log_line(log: Mapping[str, Any], texts: Texts) -> Text:
    holds = msg("call log, {n:call|calls}", n=log["entries"])
    if log["last_entry"]:
        newest = datetime.fromisoformat(log["last_entry"])
        holds = msg("call log, {n:call|calls}, the newest {at:moment}", n=log["entries"], at=newest)
    lacks = msg("{bad:line|lines} skipped", bad=log["bad_lines"]) if log["bad_lines"] else None
    return _account_line(log, holds, texts, lacks=lacks)


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


def status_lines(
    last: Mapping[str, Any], texts: Texts, daemon: Mapping[str, Any] | None = None, *, now: datetime | None = None
) -> Iterator[Text]:
    """What is seen, the daemon's own status (None: no daemon answered), and the last cycle, as stored; `now`: as of the
    last cycle where it is not given.
    """
    at = datetime.fromisoformat(last["at"])
    yield sight_line(sight(last), texts, now or at)
    yield from _daemon_lines(daemon, texts)
    looked = msg(
        "last look: {at:moment}; {calls:call|calls} ahead, {threatened} threatened",
        at=at,
        calls=last["calls"],
        threatened=last["threatened"],
    )
    yield Text(texts.render(looked))
    for source in last["sources"]:
        holds = msg(
            "{collections:calendar|calendars}, {resources:entry|entries}",
            collections=source["collections"],
            resources=source["resources"],
        )
        yield _account_line(source, holds, texts, read=_read(source.get("checked_at"), at, texts))
    for log in last.get("call_logs", ()):
        yield _log_line(log, texts)
    for book in last.get("address_books", ()):
        yield _book_line(book, texts)
    if (told := read_hours(last.get("working_hours"))) is not None:
        yield Text(f"{texts.render(msg('working hours of the server'))}: {week_line(told.week, texts)} ({told.source})")
    for reason in last["held_back"]:
        yield Text(f"! {reason}", style="yellow")
    if daemon is not None and last["next"] is not None:
        yield Text(texts.render(msg("next look: {at:moment}", at=datetime.fromisoformat(last["next"]))))


def _read(checked_at: str | None, at: datetime, texts: Texts) -> str:
    """When a source was read, to be appended to its state; `at`: the time of the last cycle."""
    if checked_at is None:
        return ""
    return f", {texts.render(msg('read {when:text}', when=moment(datetime.fromisoformat(checked_at), at, texts)))}"


def people_lines(live: Mapping[str, Any], texts: Texts, now: datetime) -> Iterator[Text]:
    """The status of several profiles at `now`: those with errors first, then by name.

    In the language of the configuration's own file: the profiles may have different ones. Times are in the machine's
    zone.
    """
    daemon, queue = live["daemon"], live.get("queue")
    people = sorted(live["people"], key=lambda one: (not (one["problems"] or _is_unwell(one)), one["name"]))
    if daemon is not None:
        process = _process(daemon)
        yield Text(texts.render(msg("{process}; {n:profile|profiles}", process=process, n=len(people))))
    elif queue is not None:
        yield Text(texts.render(_queue(queue)))
    else:
        yield Text(texts.render(msg("no daemon answers; this is what the state remembers")), style="yellow")
    for problem in daemon["problems"] if daemon is not None else ():
        yield Text(f"! {texts.error(problem)}", style="red")
    for one in people:
        yield _person_line(one, texts, now)
        for problem in one["problems"]:
            yield Text(f"  ! {texts.error(problem)}", style="red")


def _queue(queue: Mapping[str, Any]) -> Message:
    if queue["late"] is None:
        return msg("workers' queue: {people:profile|profiles}, {due} due", people=queue["people"], due=queue["due"])
    return msg(
        "workers' queue: {people:profile|profiles}, {due} due, the longest for {late:duration}",
        people=queue["people"],
        due=queue["due"],
        late=timedelta(seconds=queue["late"]),
    )


def _is_unwell(one: Mapping[str, Any]) -> bool:
    return bool(one["trouble"] or one.get("sees", {}).get("unseen"))


def _person_line(one: Mapping[str, Any], texts: Texts, now: datetime) -> Text:
    line = Text(f"{one['name']}: ")
    if one["at"] is None:
        unseen = msg("not looked after") if one["problems"] else msg("not looked after yet")
        line.append(texts.render(unseen), style="yellow")
    else:
        looked = msg(
            "{calls:call|calls} ahead, {threatened} threatened, last look {at:moment_year}",
            calls=one["calls"],
            threatened=one["threatened"],
            at=datetime.fromisoformat(one["at"]),
        )
        line.append(texts.render(looked))
    if "sees" in one and one["at"] is not None:
        line = Text.assemble(line, "; ", sight_line(one["sees"], texts, now))
    elif one["trouble"]:
        line.append(texts.render(msg("; in trouble: {names}", names=tuple(one["trouble"]))), style="yellow")
    return line


def _process(daemon: Mapping[str, Any]) -> Message:
    since = datetime.fromisoformat(daemon["since"])
    return msg("daemon: process {pid}, up since {since:moment}", pid=str(daemon["pid"]), since=since)


def _daemon_lines(daemon: Mapping[str, Any] | None, texts: Texts) -> Iterator[Text]:
    if daemon is None:
        yield Text(texts.render(msg("no daemon answers; this is what the state remembers")), style="yellow")
        return
    line = Text(texts.render(_process(daemon)))
    if daemon["cycle_since"]:
        begun = datetime.fromisoformat(daemon["cycle_since"])
        line.append(f", {texts.render(msg('at work since {begun:time}', begun=begun))}", style="cyan")
    yield line
    for problem in daemon["problems"]:
        yield Text(f"! {texts.error(problem)}", style="red")
