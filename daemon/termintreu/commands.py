"""What each command does: builds the world, runs a cycle or asks the state, and prints. Returns the exit code."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.prompt import Confirm, Prompt
from rich.text import Text

from termintreu import (
    answering,
    bars,
    beginning,
    bootstrap,
    doctoring,
    livestatus,
    personal,
    rating_view,
    roster,
    views,
)
from termintreu.chronicle import first_record
from termintreu.configfile import find_config, user_config
from termintreu.cycle import run_cycle
from termintreu.errors import ConfigError, TermintreuError
from termintreu.explain import explain_json, explain_lines, matching
from termintreu.model import Outcome
from termintreu.people import People
from termintreu.purge import purge_all
from termintreu.relations import Relation, as_json
from termintreu.report import Report, document
from termintreu.rules.base import Params
from termintreu.service import Service
from termintreu.texts import Texts, clean
from termintreu.web import opening
from termintreu.world import World

OUTCOMES: tuple[Outcome, ...] = ("held", "late", "missed", "noshow", "cancelled", "cancelled_late", "unknown")
"""What `answer` takes; "unknown" takes back what was said."""

EXIT_CONFIG = 78
"""The configuration cannot be used (sysexits.h)."""

Arguments = argparse.Namespace


class UsageError(Exception):
    """The command line cannot be carried out as it is: exit code 2."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A world and the moment a command acts in."""

    world: World
    now: datetime
    warnings: tuple[str, ...] = ()
    """Of the configuration."""

    def at_the_latest(self) -> Scene:
        """The same, not before the moment given to the last cycle: all that is remembered counts."""
        last = self.world.memory.last_report()
        return self if last is None else replace(self, now=max(self.now, datetime.fromisoformat(last["at"])))

    def cycle(self, *, dry: bool) -> Report:
        """Run one cycle."""
        return asyncio.run(self._cycle(dry))

    async def _cycle(self, dry: bool) -> Report:
        try:
            return await run_cycle(self.world, self.now, dry=dry)
        finally:
            await self.world.disconnect()


def run(arguments: Arguments) -> int:
    """`termintreu run`."""
    return asyncio.run(Service(_config_path(arguments)).run())


def once(arguments: Arguments) -> int:
    """`termintreu once`."""
    return _one_cycle(arguments, dry=False)


def worker(arguments: Arguments) -> int:
    """`termintreu worker`."""
    for name, value, least, most in (("jobs", arguments.jobs, 1, 256), ("keep", arguments.keep, 0, 100_000)):
        if not least <= value <= most:
            raise UsageError(f"--{name} {value}: from {least} to {most}")
    places = {"quick": arguments.jobs, "slow": arguments.jobs, "keep": arguments.keep}
    workers = _workers()
    return asyncio.run(_run(lambda: workers.Worker(_config_path(arguments), **places)))


def scheduler(arguments: Arguments) -> int:
    """`termintreu scheduler`."""
    workers = _workers()
    return asyncio.run(_run(lambda: workers.Scheduler(_config_path(arguments))))


def sync(arguments: Arguments) -> int:
    """`termintreu sync NAME`: a turn before all others."""
    path = _config_path(arguments)
    people = bootstrap.load_people(path)
    if people.config.state.url is None:
        raise UsageError("there are no workers without [state] url; `termintreu once` looks now")
    for name in arguments.name:
        _one_of(people, name)
    _workers().sync(path, arguments.name)
    if arguments.json:
        print_json({"people": arguments.name})
    else:
        _print_lines([Text(f"{', '.join(arguments.name)}: next in the queue")])
    return 0


def _workers() -> ModuleType:
    """Only who works on many machines has installed what it needs."""
    try:
        return importlib.import_module("termintreu.worker")
    except ImportError:
        raise UsageError("workers need more: pip install 'termintreu[scale]'") from None


async def _run(make: Callable[[], Any]) -> int:
    """Made within the loop that it runs in."""
    return int(await make().run())


def plan(arguments: Arguments) -> int:
    """`termintreu plan`."""
    return _one_cycle(arguments, dry=True)


def explain(arguments: Arguments) -> int:
    """`termintreu explain TEXT`."""
    with _scene(arguments, dry=True) as scene:
        report = scene.cycle(dry=True)
        found = matching(report, arguments.text)
        if arguments.json:
            print_json([explain_json(call, report, scene.world.texts) for call in found])
        else:
            _print_lines(line for call in found for line in explain_lines(call, report, scene.world.texts))
    if not found:
        _say("no call within the window matches")
    return 0 if found else 1


def init(arguments: Arguments) -> int:
    """`termintreu init`: asks on a terminal, takes flags elsewhere."""
    path = arguments.config or user_config(os.environ)
    if path.exists() and not arguments.force:
        raise UsageError(f"{path} is there already; --force replaces it, --config FILE writes another")
    interactive = _at_terminal()
    given = _given_beginning(arguments)
    ask = _ask if interactive else None
    if ask is not None:
        given = beginning.asked(given, ask)
    if lacking := beginning.missing(given) if ask is None else []:
        raise UsageError(f"not on a terminal, so say more: {', '.join(lacking)}")
    if arguments.attempt:
        given = beginning.reach(given, ask, _say)
    written = beginning.write(given, path, force=arguments.force)
    if arguments.json:
        print_json({"written": [str(file) for file in written]})
    else:
        _print_lines(Text(f"{file}: written, for you only") for file in written)
        _print_lines([Text("Next: termintreu doctor, then termintreu plan")])
    return 0


def _given_beginning(arguments: Arguments) -> beginning.Beginning:
    kinds = ("credential", "env", "file", "command", "keyring")
    references = [
        beginning.reference(kind, value) for kind in kinds if (value := getattr(arguments, f"password_{kind}"))
    ]
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return beginning.Beginning(
        place=arguments.url or (str(Path(arguments.path).expanduser().resolve()) if arguments.path else ""),
        username=arguments.username or "",
        reference=references[0] if references else None,
        calendars=tuple(arguments.calendar or ()),
        name=arguments.name or "",
        emails=tuple(arguments.email or ()),
        region=arguments.region or beginning.region_of(locale) or "DE",
        timezone=arguments.timezone or "",
        language=arguments.language or ("en" if locale[:2] not in {"", "de"} else "de"),
    )


def _ask(question: str, default: str, hidden: bool) -> str:
    console = Console(stderr=True, highlight=False)
    return Prompt.ask(question, default=default or ..., password=hidden, console=console) or ""  # type: ignore[arg-type]  # rich's own sign for "no default"


def check(arguments: Arguments) -> int:
    """`termintreu check`."""
    path = _config_path(arguments)
    problems, warnings, good = _judged(path, arguments)
    for line in (*warnings, *problems):
        _say(line)
    if arguments.json:
        print_json({"path": str(path), "problems": problems, "warnings": warnings})
    elif not problems:
        _print_lines([Text(good)])
    return EXIT_CONFIG if problems else 0


def _judged(path: Path, arguments: Arguments) -> tuple[list[str], list[str], str]:
    """What is wrong with a configuration, what to warn about, and what to say where nothing is wrong."""
    try:
        people = bootstrap.load_people(path)
    except ConfigError as error:
        return error.problems, [], ""
    names = people.names if people.several and arguments.person is None else (_person(people, arguments),)
    problems: list[str] = []
    lacking = opening.missing() if people.config.web.listen else None
    warnings = [*people.problems, *([f"{people.path}: {lacking}"] if lacking else [])]
    for name in names:
        try:
            loaded = people.load(name)
        except ConfigError as error:
            problems += error.problems
            continue
        warnings += [*loaded.warnings, *bootstrap.unreadable_logs(loaded), *bootstrap.unreadable_books(loaded)]
    return problems, warnings, f"{people.path}: good" + (f" for {len(names)} people" if people.several else "")


def doctor(arguments: Arguments) -> int:
    """`termintreu doctor`."""
    with _scene(arguments, dry=True) as scene:
        for warning in scene.warnings:
            _say(warning)
        examined = asyncio.run(doctoring.examine(scene.world, scene.now))
    if arguments.json:
        print_json([one.as_json() for one in examined])
    else:
        _print_lines(doctoring.lines(examined))
    return 0 if all(one.ok for one in examined) else 1


def status(arguments: Arguments) -> int:
    """`termintreu status`: asks the daemon; where none answers, the state."""
    path = _config_path(arguments)
    try:
        live = livestatus.ask(path, os.environ)
    except PermissionError:
        raise TermintreuError("a daemon runs here that only its own user or root may ask: try sudo") from None
    if live is not None and "people" in live:
        if arguments.person is None:
            return _status_of_many(arguments, live)
        live = None  # it tells a few words of each; more stands in the state
    if live is not None:
        return _live_status(arguments, live)
    people = bootstrap.load_people(path)
    if people.several and arguments.person is None:
        with closing(bootstrap.open_state(people.config, dry=True)) as database:
            return _status_of_many(arguments, roster.remembered(people, database, datetime.now(UTC)))
    with _scene(arguments, dry=True) as scene:
        last = scene.world.memory.last_report()
        if arguments.json:
            print_json(None if last is None else {**last, "daemon": None})
        elif last is None:
            _say("no cycle has run yet; `termintreu once` runs one")
        else:
            _print_lines(views.status_lines(last, scene.world.texts))
    return 0 if last is not None else 1


def _live_status(arguments: Arguments, live: dict[str, Any]) -> int:
    if arguments.json:
        print_json(live)
    elif "at" not in live:
        _say("the daemon is at its first cycle; ask again soon")
    else:
        daemon = live["daemon"]
        texts = Texts(language=daemon["language"], zone=ZoneInfo(daemon["timezone"]))
        _print_lines(views.status_lines(live, texts, daemon))
    return 0 if "at" in live else 1


def _status_of_many(arguments: Arguments, live: dict[str, Any]) -> int:
    if arguments.json:
        print_json(live)
    else:
        _print_lines(views.people_lines(live))
    return 0


def rating(arguments: Arguments) -> int:
    """`termintreu rating [CONTACT]`."""
    with _scene(arguments, dry=True) as scene:
        known = asyncio.run(personal.known_relations(scene.world, scene.now))
        found = personal.named(scene.world, known.values(), arguments.contact)
        if arguments.json:
            print_json([as_json(relation, scene.world.zone) for relation in found])
        elif len(found) == 1:
            _print_lines(rating_view.history_lines(found[0], scene.world.texts))
        elif found:
            _print_lines(rating_view.overview_lines(found, scene.world.texts))
    if not found:
        _say("no contact with a remembered call matches")
    return 0 if found or arguments.contact is None else 1


def answer(arguments: Arguments) -> int:
    """`termintreu answer TEXT OUTCOME`: for the last matching call that has begun."""
    if (arguments.outcome is None) != arguments.undo:
        raise UsageError("either an outcome or --undo is wanted")
    with _scene(arguments, dry=False) as scene:
        world, memory = scene.world, scene.world.memory
        report = scene.cycle(dry=True)
        remembered = world.book.filed(memory.load_history(scene.now)).calls
        outcome: Outcome = arguments.outcome or "unknown"
        try:
            call = answering.chosen(
                answering.candidates(report.calls, remembered, world.config.me),
                arguments.text,
                outcome,
                world.texts,
                now=scene.now,
                on=_day(arguments.on, world),
                keys=personal.keys_of(world, arguments.text),
            )
        except answering.NotOneCall as error:
            raise UsageError(str(error)) from error
        said = answering.statement(
            call, outcome, scene.now, undo=arguments.undo, minutes=arguments.minutes, by=arguments.by
        )
        new = [first_record(call.call, scene.now)] if call.call and call.key not in remembered else []
        memory.remember(now=scene.now, calls=new, answers=[said])
        after = asyncio.run(personal.known_relations(world, scene.now)).get(call.contact_key)
        if arguments.json:
            start = call.start.astimezone(world.zone).isoformat()
            ratings = {"ours": round(after.ours, 4), "theirs": round(after.theirs, 4)} if after else {}
            print_json(
                {"uid": call.uid, "start": start, "outcome": said.outcome, "contact": call.contact_key} | ratings
            )
        else:
            _print_lines(answering.lines(call, said, report.relations.get(call.contact_key), after, world.texts))
    return 0


def _day(text: str | None, world: World) -> date | None:
    """`--on` as a day, or as a moment in UTC."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return _instant(text or "", world, "--on")


def purge(arguments: Arguments) -> int:
    """`termintreu purge`."""
    with _scene(arguments, dry=False) as scene:
        removed, errors = asyncio.run(purge_all(scene.world, scene.now))
    if arguments.json:
        print_json({"removed": removed, "errors": errors})
    else:
        _print_lines([Text(f"{removed} removed"), *(Text(error, style="red") for error in errors)])
    return 1 if errors else 0


def export(arguments: Arguments) -> int:
    """`termintreu export CONTACT`: one JSON document, with or without --json."""
    with _scene(arguments, dry=True) as begun:
        scene = begun if arguments.at else begun.at_the_latest()
        report = scene.cycle(dry=True)
        relation = _one_contact(scene.world, report, arguments.contact)
        print_json(personal.document(scene.world, personal.subject_of(scene.world, report, relation)))
    unread = [source.name for source in report.sources if source.state != "ok"]
    if unread:
        _say(f"not all of it could be read: {', '.join(unread)}; what is new there is not in the document")
    return 1 if unread else 0


def erase(arguments: Arguments) -> int:
    """`termintreu erase CONTACT`: asks first on a terminal."""
    with _scene(arguments, dry=False) as begun:
        scene = begun if arguments.at else begun.at_the_latest()
        world = scene.world
        report = scene.cycle(dry=True)
        subject = personal.subject_of(world, report, _one_contact(world, report, arguments.contact))
        calls, items, label = len(subject.calls), len(subject.items), clean(subject.relation.label)
        question = f"Forget {label} ({clean(subject.relation.key, 80)}): {calls} calls, {items} items in your calendar?"
        if not arguments.yes and _at_terminal() and not Confirm.ask(question, console=Console(stderr=True)):
            _say("nothing was erased")
            return 1
        removed, errors = asyncio.run(_erased(world, scene.now, subject))
    if arguments.json:
        print_json({"contact": subject.relation.key, "calls": calls, "removed": removed, "errors": errors})
    else:
        _print_lines(personal.erased_lines(calls, removed, errors))
    return 1 if errors else 0


async def _erased(world: World, now: datetime, subject: personal.Subject) -> tuple[int, list[str]]:
    try:
        return await personal.erase(world, now, subject)
    finally:
        await world.disconnect()


def demo(arguments: Arguments) -> int:
    """`termintreu demo`."""
    from termintreu.demo import run_demo  # noqa: PLC0415 - needs the demo's server, which only `make demo` installs

    return run_demo(once=arguments.once)


def _one_cycle(arguments: Arguments, *, dry: bool) -> int:
    with _scene(arguments, dry=dry) as scene:
        with bars.shown() as scene.world.progress:
            report = scene.cycle(dry=dry)
        if arguments.json:
            print_json(document(report, scene.world.texts.render, scene.world.zone))
        else:
            _print_lines(views.report_lines(report, scene.world.texts))
    return 1 if report.failed else 0


@contextmanager
def _scene(arguments: Arguments, *, dry: bool) -> Iterator[Scene]:
    people = bootstrap.load_people(_config_path(arguments))
    name = _person(people, arguments)
    loaded = people.load(name)
    database = bootstrap.open_state(people.config, dry=dry)
    try:
        world = bootstrap.build(loaded, profile=name, database=database)
        for note in database.notes:
            _say(note)
        yield Scene(world, _moment(arguments.at, world), loaded.warnings)
    finally:
        database.close()


def _person(people: People[Params], arguments: Arguments) -> str:
    """Whom a command is about. Raises UsageError where that is not clear."""
    return _one_of(people, arguments.person)


def _one_of(people: People[Params], name: str | None) -> str:
    try:
        return people.one(name)
    except LookupError as error:
        raise UsageError(str(error)) from error


def _config_path(arguments: Arguments) -> Path:
    return find_config(arguments.config, os.environ)


def _moment(text: str | None, world: World) -> datetime:
    """`--at` as an instant in UTC: with an offset, or in the configured zone."""
    return datetime.now(UTC) if text is None else _instant(text, world, "--at")


def _instant(text: str, world: World, option: str) -> datetime:
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} {text!r} is no moment; write it like 2026-11-25T14:30 or with +01:00") from error
    return (given if given.tzinfo else given.replace(tzinfo=world.zone)).astimezone(UTC)


def _one_contact(world: World, report: Report, text: str) -> Relation:
    """The one known contact that a text names. Raises UsageError for none or several."""
    found = personal.named(world, personal.with_names(world, report.relations).values(), text)
    if len(found) != 1:
        names = ", ".join(f"{clean(one.label)} ({clean(one.key, 80)})" for one in found[:5]) or "none"
        raise UsageError(f"{text!r} must name one known contact; matching: {names}")
    return found[0]


def _at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def print_json(value: Any) -> None:
    """The one document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _print_lines(lines: Iterable[Text]) -> None:
    views.show(Console(highlight=False), lines)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
