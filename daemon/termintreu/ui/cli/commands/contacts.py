"""Commands about contacts: `rating`, `answer`, `export` and `erase`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from termintreu.judging.call_history import first_record
from termintreu.judging.outcomes import Verdict, verdicts
from termintreu.judging.relationships import Relationship, as_json
from termintreu.model import Answer, Outcome, msg
from termintreu.model.texts import clean
from termintreu.ui.cli import personal_data, rating_lines, which_call
from termintreu.ui.cli.commands import Arguments, UsageError
from termintreu.ui.cli.commands.context import Context, context_of, instant
from termintreu.ui.cli.commands.printing import at_terminal, confirmed, print_json, print_lines, say


def rating(arguments: Arguments) -> int:
    """`termintreu rating [CONTACT]`."""
    with context_of(arguments, dry=True) as context:
        texts = context.world.texts
        known = asyncio.run(personal_data.known_now(context.world, context.now))
        found = personal_data.named(context.world, known.relationships.values(), arguments.contact)
        if arguments.json:
            print_json([as_json(relation, context.world.zone) for relation in found])
        elif len(found) == 1:
            print_lines(rating_lines.history_lines(found[0], texts))
        elif found:
            print_lines(rating_lines.overview_lines(found, texts))
    if known.unread:
        unread = msg("not all of it could be read: {names}; what is new there does not count yet", names=known.unread)
        say(texts.render(unread))
    if not found:
        say(texts.render(msg("no contact with a remembered call matches")))
    return 0 if found or arguments.contact is None else 1


def answer(arguments: Arguments) -> int:
    """`termintreu answer TEXT OUTCOME`, for the last matching call that has begun; `answer 2 OUTCOME`, for a line of
    the newest open question; `answer --all OUTCOME`, for every call that is asked about."""
    _check(arguments)
    outcome: Outcome = arguments.all or arguments.outcome or "unknown"
    with context_of(arguments, dry=False) as context:
        world, memory = context.world, context.world.memory
        report = context.cycle(dry=True)
        remembered = world.accounts.contacts.filed(memory.load_history(context.now)).calls
        candidates = which_call.candidates(report.calls, remembered, world.config.me)
        calls = (
            _asked_about(candidates, report, verdicts(memory.load_history(context.now)))
            if arguments.all
            else [_meant(arguments, outcome, context, candidates, report)]
        )
        said = [
            which_call.statement(
                call, outcome, context.now, undo=arguments.undo, minutes=arguments.minutes, by=arguments.by
            )
            for call in calls
        ]
        new = [first_record(call.call, context.now) for call in calls if call.call and call.key not in remembered]
        memory.remember(now=context.now, calls=new, answers=said)
        after = asyncio.run(personal_data.known_relations(world, context.now))
        if arguments.json:
            found = [_as_json(call, one, after, world) for call, one in zip(calls, said, strict=True)]
            print_json(found if arguments.all else found[0])
        else:
            for call, one in zip(calls, said, strict=True):
                before, since = (known.get(call.contact_key) for known in (report.relationships, after))
                print_lines(which_call.lines(call, one, before, since, world.texts))
    return 0


def _check(arguments: Arguments) -> None:
    if arguments.all and (arguments.text or arguments.undo or arguments.on):
        raise UsageError("--all is for every call that is asked about: it takes no text, no --on and no --undo")
    if not arguments.all and not arguments.text:
        raise UsageError("which call? `answer TEXT OUTCOME`, `answer NUMBER OUTCOME` or `answer --all OUTCOME`")
    if not arguments.all and (arguments.outcome is None) != arguments.undo:
        raise UsageError("either an outcome or --undo is wanted")


def _asked_about(
    candidates: list[which_call.Candidate], report: Report, known: Mapping[str, Verdict]
) -> list[which_call.Candidate]:
    """The calls in open questions of which nothing is known. Raises UsageError where there are none."""
    asked = {call.call_key for call in which_call.open_questions(report.observed.values())}
    answered = {key for key, one in known.items() if one.outcome != "unknown"}
    found = [call for call in candidates if call.key in asked - answered]
    if not found:
        raise UsageError("no question is open")
    return found


def _as_json(
    call: which_call.Candidate, said: Answer, known: Mapping[str, Relationship], world: World
) -> dict[str, Any]:
    relation = known.get(call.contact_key)
    ratings = {"ours": round(relation.ours, 4), "theirs": round(relation.theirs, 4)} if relation else {}
    start = call.start.astimezone(world.zone).isoformat()
    return {"uid": call.uid, "start": start, "outcome": said.outcome, "contact": call.contact_key} | ratings


def _meant(
    arguments: Arguments,
    outcome: Outcome,
    context: Context,
    candidates: list[which_call.Candidate],
    report: Report,
) -> which_call.Candidate:
    """The call that the user means. Raises UsageError where none matches, or calls with several contacts do."""
    world = context.world
    try:
        if (numbered := which_call.by_number(candidates, arguments.text, report.observed.values())) is not None:
            return numbered
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
        texts = context.world.texts
    unread = tuple(source.name for source in report.sources if source.state != "ok")
    if unread:
        lacking = msg("not all of it could be read: {names}; what is new there is not in the document", names=unread)
        say(texts.render(lacking))
    return 1 if unread else 0


def erase(arguments: Arguments) -> int:
    """`termintreu erase CONTACT`: asks first on a terminal."""
    with context_of(arguments, dry=False) as opened:
        context = opened if arguments.at else opened.at_the_latest()
        world = context.world
        report = context.cycle(dry=True)
        subject = personal_data.subject_of(world, report, _one_contact(world, report, arguments.contact))
        calls, items = len(subject.calls), len(subject.items)
        question = msg(
            "Forget {label} ({key:text}): {calls:call|calls}, {items:item|items} in your calendar?",
            label=clean(subject.relation.label) or "?",
            key=clean(subject.relation.key, 80),
            calls=calls,
            items=items,
        )
        if not arguments.yes and at_terminal() and not confirmed(question, world.texts):
            say(world.texts.render(msg("nothing was erased")))
            return 1
        removed, errors = asyncio.run(_erased(world, context.now, subject))
    if arguments.json:
        print_json({"contact": subject.relation.key, "calls": calls, "removed": removed, "errors": errors})
    else:
        print_lines(personal_data.erased_lines(calls, removed, errors, world.texts))
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
        names = ", ".join(f"{clean(one.label) or '?'} ({clean(one.key, 80)})" for one in found[:5]) or "none"
        raise UsageError(f"{text!r} must name one known contact; matching: {names}")
    return found[0]
