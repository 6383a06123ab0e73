"""Commands about contacts: `rating`, `answer`, `export` and `erase`."""

from __future__ import annotations

import asyncio
from datetime import date, datetime

from rich.console import Console
from rich.prompt import Confirm

from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from termintreu.judging.call_history import first_record
from termintreu.judging.relationships import Relationship, as_json
from termintreu.model import Outcome
from termintreu.model.texts import clean
from termintreu.ui.cli import personal_data, rating_lines, which_call
from termintreu.ui.cli.commands import Arguments, UsageError
from termintreu.ui.cli.commands.context import Context, context_of, instant
from termintreu.ui.cli.commands.printing import at_terminal, print_json, print_lines, say

OUTCOMES: tuple[Outcome, ...] = ("held", "late", "missed", "noshow", "cancelled", "cancelled_late", "unknown")
"""What `answer` takes; "unknown" takes back what was said."""


def rating(arguments: Arguments) -> int:
    """`termintreu rating [CONTACT]`."""
    with context_of(arguments, dry=True) as context:
        known = asyncio.run(personal_data.known_now(context.world, context.now))
        found = personal_data.named(context.world, known.relationships.values(), arguments.contact)
        if arguments.json:
            print_json([as_json(relation, context.world.zone) for relation in found])
        elif len(found) == 1:
            print_lines(rating_lines.history_lines(found[0], context.world.texts))
        elif found:
            print_lines(rating_lines.overview_lines(found, context.world.texts))
    if known.unread:
        say(f"not all of it could be read: {', '.join(known.unread)}; what is new there does not count yet")
    if not found:
        say("no contact with a remembered call matches")
    return 0 if found or arguments.contact is None else 1


def answer(arguments: Arguments) -> int:
    """`termintreu answer TEXT OUTCOME`: for the last matching call that has begun."""
    if (arguments.outcome is None) != arguments.undo:
        raise UsageError("either an outcome or --undo is wanted")
    outcome: Outcome = arguments.outcome or "unknown"
    with context_of(arguments, dry=False) as context:
        world, memory = context.world, context.world.memory
        report = context.cycle(dry=True)
        remembered = world.accounts.contacts.filed(memory.load_history(context.now)).calls
        call = _meant(arguments, outcome, context, which_call.candidates(report.calls, remembered, world.config.me))
        said = which_call.statement(
            call, outcome, context.now, undo=arguments.undo, minutes=arguments.minutes, by=arguments.by
        )
        new = [first_record(call.call, context.now)] if call.call and call.key not in remembered else []
        memory.remember(now=context.now, calls=new, answers=[said])
        after = asyncio.run(personal_data.known_relations(world, context.now)).get(call.contact_key)
        if arguments.json:
            start = call.start.astimezone(world.zone).isoformat()
            ratings = {"ours": round(after.ours, 4), "theirs": round(after.theirs, 4)} if after else {}
            print_json(
                {"uid": call.uid, "start": start, "outcome": said.outcome, "contact": call.contact_key} | ratings
            )
        else:
            print_lines(which_call.lines(call, said, report.relationships.get(call.contact_key), after, world.texts))
    return 0


def _meant(
    arguments: Arguments, outcome: Outcome, context: Context, candidates: list[which_call.Candidate]
) -> which_call.Candidate:
    """The call that the user means. Raises UsageError where none matches, or calls with several contacts do."""
    world = context.world
    try:
        return which_call.chosen(
            candidates,
            arguments.text,
            outcome,
            world.texts,
            now=context.now,
            on=_day(arguments.on, world),
            keys=personal_data.keys_of(world, arguments.text),
        )
    except which_call.NotOneCall as error:
        raise UsageError(str(error)) from error


def _day(text: str | None, world: World) -> date | None:
    """`--on` as a day, or as a moment in UTC."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return instant(text or "", world, "--on")


def export(arguments: Arguments) -> int:
    """`termintreu export CONTACT`: one JSON document, with or without --json."""
    with context_of(arguments, dry=True) as opened:
        context = opened if arguments.at else opened.at_the_latest()
        report = context.cycle(dry=True)
        relation = _one_contact(context.world, report, arguments.contact)
        print_json(personal_data.document(context.world, personal_data.subject_of(context.world, report, relation)))
    unread = [source.name for source in report.sources if source.state != "ok"]
    if unread:
        say(f"not all of it could be read: {', '.join(unread)}; what is new there is not in the document")
    return 1 if unread else 0


def erase(arguments: Arguments) -> int:
    """`termintreu erase CONTACT`: asks first on a terminal."""
    with context_of(arguments, dry=False) as opened:
        context = opened if arguments.at else opened.at_the_latest()
        world = context.world
        report = context.cycle(dry=True)
        subject = personal_data.subject_of(world, report, _one_contact(world, report, arguments.contact))
        calls, items, label = len(subject.calls), len(subject.items), clean(subject.relation.label)
        question = f"Forget {label} ({clean(subject.relation.key, 80)}): {calls} calls, {items} items in your calendar?"
        if not arguments.yes and at_terminal() and not Confirm.ask(question, console=Console(stderr=True)):
            say("nothing was erased")
            return 1
        removed, errors = asyncio.run(_erased(world, context.now, subject))
    if arguments.json:
        print_json({"contact": subject.relation.key, "calls": calls, "removed": removed, "errors": errors})
    else:
        print_lines(personal_data.erased_lines(calls, removed, errors))
    return 1 if errors else 0


async def _erased(world: World, now: datetime, subject: personal_data.Subject) -> tuple[int, list[str]]:
    try:
        return await personal_data.erase(world, now, subject)
    finally:
        await world.disconnect()


def _one_contact(world: World, report: Report, text: str) -> Relationship:
    """The one known contact that a text names. Raises UsageError for none or several."""
    found = personal_data.named(world, personal_data.with_names(world, report.relationships).values(), text)
    if len(found) != 1:
        names = ", ".join(f"{clean(one.label)} ({clean(one.key, 80)})" for one in found[:5]) or "none"
        raise UsageError(f"{text!r} must name one known contact; matching: {names}")
    return found[0]
