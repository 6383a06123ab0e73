"""What the user can say after a miss (docs/rules.md, "After the call"). Pure.

It owns the mistake in one sentence, with the person's name and that they waited; it holds no reason and no excuse,
since whoever waited has heard them all. Then they speak; then one apology, and the first free time. The second time
there is no apology any more: what is done counts. Times are those of the person it is said to.
"""

from __future__ import annotations

from collections.abc import Iterable

from termintreu.model import Call, Message, msg
from termintreu.model.basis import FreeTime
from termintreu.model.texts import Texts, clean
from termintreu.planning.planning import Planning, is_vague, promised
from termintreu.planning.wording import for_their_ears, said_time


def has_called(call: Call, planning: Planning) -> bool:
    """Whether it was the other side that was to call, and did."""
    shown = planning.evidence.get(call.key)
    return shown is not None and bool(shown.not_taken) and call.caller != "me"


def to_say(call: Call, free_times: tuple[FreeTime, ...], planning: Planning) -> Iterable[str]:
    """Owning it in one sentence; then, when they have spoken, one apology and an offer. A second time no apology."""
    texts, theirs = planning.texts, for_their_ears(call, planning.texts)
    again = _is_repeated(call, planning)
    yield texts.render(msg("What you can say:"))
    yield theirs.render(
        msg("“{greeting} {fault}”", greeting=_greeting(call, planning), fault=_fault(call, planning, again=again))
    )
    yield texts.render(msg("Let them speak. Then:"))
    yield theirs.render(_then(free_times, theirs, planning, again=again))
    if again:
        yield texts.render(msg("This time a gesture says more than another apology."))
    yield texts.render(msg("One clear sentence is enough."))


def _is_repeated(call: Call, planning: Planning) -> bool:
    """Whether an earlier call with the same person was missed, too, as far as is remembered."""
    calls = planning.context.history.calls
    return any(
        how.outcome == "missed"
        and (record := calls.get(key)) is not None
        and record.contact_key == call.contact.key
        and record.start < call.start
        for key, how in planning.verdicts.items()
    )


def _greeting(call: Call, planning: Planning) -> Message:
    me, who = planning.context.me.name, "" if "@" in call.contact.name else clean(call.contact.name)
    if me and who:
        return msg("Hello {who}, this is {me}.", who=who, me=me)
    if who:
        return msg("Hello {who}.", who=who)
    return msg("Hello, this is {me}.", me=me) if me else msg("Hello.")


def _fault(call: Call, planning: Planning, *, again: bool) -> Message:
    """What happened, as they have lived it: they waited, or they called."""
    when = _spoken(call, planning)
    if has_called(call, planning):
        return msg("You called me {when} as agreed, and I did not answer.", when=when)
    if call.kind == "visit" or call.caller != "me":
        return msg("You waited for me {when}, and I was not there.", when=when)
    if again:
        return msg("You waited for my call {when}, and again I did not call.", when=when)
    return msg("You waited for my call {when}, and I did not call.", when=when)


def _then(free_times: tuple[FreeTime, ...], theirs: Texts, planning: Planning, *, again: bool) -> Message:
    if not free_times:
        asked = msg("Is now a good time, or when shall I call you?")
    else:
        when = said_time(free_times[0][0], theirs, planning.now)
        asked = msg("Is now a good time, or shall I call you {when}?", when=when)
    if again:
        return msg("“That was my mistake. What can I do for you now? {asked}”", asked=asked)
    return msg("“That was my mistake, and I apologise. {asked}”", asked=asked)


def to_leave(call: Call, free_times: tuple[FreeTime, ...], planning: Planning) -> Iterable[str]:
    """What to say to a machine: it names the time of the next try."""
    greeting, theirs = _greeting(call, planning), for_their_ears(call, planning.texts)
    yield planning.texts.render(msg("Nobody answers? A short message:"))
    if free_times:
        when = said_time(free_times[0][0], theirs, planning.now)
        said = msg("“{greeting} You waited for me. I will call you again {when}.”", greeting=greeting, when=when)
    else:
        said = msg("“{greeting} You waited for me. I will call you again at … o'clock.”", greeting=greeting)
    yield theirs.render(said)


def _spoken(call: Call, planning: Planning) -> Message:
    """When the call should have been, as people say it; without a minute where none was agreed."""
    start, zone = promised(call).start, for_their_ears(call, planning.texts).zone
    if start.astimezone(zone).date() == planning.now.astimezone(zone).date():
        return msg("today") if is_vague(call) else msg("today at {start:clock}", start=start)
    return msg("on {start:long_day}", start=start) if is_vague(call) else msg("on {start:spoken}", start=start)
