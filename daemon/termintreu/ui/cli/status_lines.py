"""The status as lines for a terminal. Pure, and light: `status` should be quick."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from rich.text import Text

from termintreu.cycle.sight import sight
from termintreu.model.message import Message, msg
from termintreu.model.texts import Texts
from termintreu.ui.cli.sight_line import sight_line
from termintreu.ui.labels import moment, state_word

_STATE_STYLE = {"ok": "green", "stale": "yellow", "unauthorized": "red", "failed": "red"}


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
        yield account_line(source, holds, texts, read=_read(source.get("checked_at"), at, texts))
    for log in last.get("call_logs", ()):
        yield log_line(log, texts)
    for book in last.get("address_books", ()):
        yield book_line(book, texts)
    if last.get("working_hours") is not None:
        yield from _hours_lines(last["working_hours"], texts)
    for reason in last["held_back"]:
        yield Text(f"! {reason}", style="yellow")
    if daemon is not None and last["next"] is not None:
        yield Text(texts.render(msg("next look: {at:moment}", at=datetime.fromisoformat(last["next"]))))


def _hours_lines(stored: object, texts: Texts) -> Iterator[Text]:
    from termintreu.cycle.told_hours import read_hours  # noqa: PLC0415 - few servers tell any
    from termintreu.ui.cli.told_hours import week_line  # noqa: PLC0415 - as above

    if (told := read_hours(stored)) is not None:
        yield Text(f"{texts.render(msg('working hours of the server'))}: {week_line(told.week, texts)} ({told.source})")


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


def account_line(
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


def book_line(book: Mapping[str, Any], texts: Texts) -> Text:
    holds = msg("address book, {cards:contact|contacts}", cards=book["cards"])
    lacks = msg("{bad:card|cards} unreadable", bad=book["bad_cards"]) if book["bad_cards"] else None
    return account_line(book, holds, texts, lacks=lacks)


def log_line(log: Mapping[str, Any], texts: Texts) -> Text:
    holds = msg("call log, {n:call|calls}", n=log["entries"])
    if log["last_entry"]:
        newest = datetime.fromisoformat(log["last_entry"])
        holds = msg("call log, {n:call|calls}, the newest {at:moment}", n=log["entries"], at=newest)
    lacks = msg("{bad:line|lines} skipped", bad=log["bad_lines"]) if log["bad_lines"] else None
    return account_line(log, holds, texts, lacks=lacks)
