"""A task about what the program does not see: which calendar, since when, why, and what mends it (docs/rules.md,
`blind`). Pure.

It comes within working time, once for each source and trouble, and goes when the source is read again. Ticked or
deleted it stays away until there is a new trouble.
"""

from __future__ import annotations

from collections.abc import Iterable

from termintreu.judging.blindness import Trouble
from termintreu.model import Item, Message, msg, slot_of
from termintreu.model.marks import LAST_LINE
from termintreu.model.texts import clean
from termintreu.planning.planning import LEAST, Planning
from termintreu.planning.wording import titled

_PRIORITY = 1


def blind(planning: Planning) -> Iterable[Item]:
    """One task for each trouble that has lasted."""
    for trouble in planning.troubles:
        if trouble.watched != "target" and trouble.is_told(planning.blind_after):
            yield _task(trouble, planning)


def _task(trouble: Trouble, planning: Planning) -> Item:
    kept = planning.kept(slot_of(trouble.key, "blind", trouble.kind), trouble.begun)
    start, due = planning.next_work(planning.soon()), None
    if kept is not None and kept.start is not None:
        start, due = kept.start, kept.due
    title, description = _written(trouble, planning)
    if kept is not None and trouble.is_adopted:
        # It was written by whoever knew since when.
        title, description = kept.summary, kept.description.rstrip().removesuffix(LAST_LINE).rstrip()
    return Item(
        kind="blind",
        role=trouble.kind,
        component="VTODO",
        call_key=trouble.key,
        summary=title,
        description=description,
        start=start,
        due=due or start + LEAST,
        alarm_text=title,
        priority=_PRIORITY,
        rules=("blind",),
        anchor=trouble.begun,
    )


def _written(trouble: Trouble, planning: Planning) -> tuple[str, str]:
    """Title and description."""
    texts = planning.texts
    lines = [texts.render(message) for message in _lines(trouble, planning)]
    steps = [f"→ {texts.render(step)}" for step in _steps(trouble, planning)]
    title = titled(lambda name: texts.render(_title(trouble, name, planning)), clean(trouble.title or trouble.name))
    return title, "\n".join((*lines, *steps))


def _title(trouble: Trouble, name: str, planning: Planning) -> Message:
    match trouble.kind:
        case "login":
            return msg("{name}: log-in refused", name=name)
        case "unlisted":
            return msg("{name}: no longer shared", name=name)
        case "log":
            return msg("{name}: no calls in the log", name=name)
        case "certificate":
            return msg("{name}: certificate ends on {day:day}", name=name, day=trouble.ends_at)
        case "renewal":
            return msg("{name}: log-in ends on {day:day}", name=name, day=trouble.ends_at)
        case "clock":
            return msg("This machine's clock is wrong")
        case "disk":
            return msg("This machine's disk is nearly full")
        case _:
            return msg("{name}: not read since {since}", name=name, since=_since(trouble, planning, in_title=True))


def _lines(trouble: Trouble, planning: Planning) -> Iterable[Message]:
    name, since = trouble.title or trouble.name, _since(trouble, planning)
    match trouble.watched, trouble.kind:
        case _, "unlisted":
            yield msg("The calendar “{name}” of “{source}” is not listed any more.", name=name, source=trouble.name)
            yield msg("No reminders for calls there.")
        case _, "log":
            yield msg(
                "Calls took place since {since}, and the call log “{name}” has none of them.", name=name, since=since
            )
            yield msg("Whether a call was missed is not seen: only your answers count.")
        case _, "certificate" | "renewal":
            yield msg("From then on “{name}” is not read, and there are no reminders for calls there.", name=name)
        case _, "clock":
            yield msg("It differs from all servers' by more than two minutes, and reminders ring by it.")
        case _, "disk":
            yield msg("When it is full, nothing can be remembered, and so nothing is written: no reminders.")
        case "log", _:
            yield msg("termintreu has not seen the call log “{name}” since {since}.", name=name, since=since)
            yield msg("Whether a call was missed is not seen: only your answers count.")
        case "book", _:
            yield msg("termintreu has not seen the address book “{name}” since {since}.", name=name, since=since)
            yield msg("Names and numbers from it are those of that time.")
        case _:
            yield msg("termintreu has not seen “{name}” since {since}.", name=name, since=since)
            yield msg("No reminders for calls there.")
    if trouble.why:
        yield msg("Why: {why:error}", why=trouble.why.removeprefix(f"{trouble.name}: "))


def _steps(trouble: Trouble, planning: Planning) -> Iterable[Message]:
    command = planning.login_commands.get(trouble.name)
    match trouble.kind:
        case "login" | "renewal" if command is not None:
            yield msg("Log in anew: {command:text}", command=command)
        case "login" if trouble.name in planning.by_credential:
            yield msg("Store the new password as its credential, then restart the service: only then is it read.")
        case "login":
            yield msg("Correct the log-in where the configuration says it comes from, then: termintreu doctor")
        case "unlisted":
            yield msg("If that was on purpose, delete this task; otherwise share the calendar again.")
        case "certificate":
            yield msg("Whoever runs the server renews it; tell them.")
        case "clock":
            yield msg("Switch on time synchronisation (timedatectl set-ntp true).")
        case "disk":
            yield msg("Make room on the disk that holds termintreu's state.")
        case "log":
            yield msg("See whether the telephone system still writes it.")
        case _:
            yield msg("It is tried again by itself. If it lasts: termintreu doctor")


def _since(trouble: Trouble, planning: Planning, *, in_title: bool = False) -> str:
    """ "11:30", in German "11:30 Uhr" in a sentence, with the day where that is not the day on which it was noticed."""
    texts, clock = planning.texts, planning.context.clock
    since = trouble.seen or trouble.begun
    same_day = clock.day_of(since) == clock.day_of(trouble.last)
    if in_title:
        return texts.time(since) if same_day else texts.stamp(since, date_too=True)
    return texts.clock(since) if same_day else texts.at(since)
