"""The lines that items are made of, in the user's language. Pure; foreign words pass through `clean`, links never do.

A number that nobody vouches for is shown with that remark, and never where an app makes a button of it
(docs/safety.md, row 27).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from termintreu.judging.rules.common.their_zone import their_zone
from termintreu.model import Call, Finding, Message, msg
from termintreu.model.basis import FreeTime
from termintreu.model.texts import Texts, clean
from termintreu.planning.planning import is_vague, promised

_SYMBOLS = {"phone": "☎", "video": "▶", "visit": "→"}
"""Plain text symbols, which every app can draw; no emoji."""
TITLE = 58
"""Characters of a title that a phone shows at once: 60, of which two are kept for the box before a task that has to be
an event."""
_LEAST_NAME = 10
"""Characters of a name that are kept, however long the matter is."""
_NEAR = timedelta(days=6)
"""The day of the week alone tells a day that is no further away."""


_SEVERAL = 4
"""So many people, the user among them, are no talk with one of them."""


def name_of(call: Call, texts: Texts) -> str:
    """Whom the call is with, as short as it can be said: the name, else the number, else the title."""
    if call.contact.name:
        return clean(call.contact.name)
    if call.reach.phone and call.reach.verified:
        return texts.number(call.reach.phone)
    return clean(call.occurrence.summary) or texts.render(msg("unknown"))


def is_meeting(call: Call) -> bool:
    """Whether several come, and the appointment has a title: it is known by that, not by one of them."""
    occurrence = call.occurrence
    organizer = [occurrence.organizer] if occurrence.organizer is not None else []
    people = {person.email for person in (*occurrence.attendees, *organizer) if person.cutype in {"", "INDIVIDUAL"}}
    return len(people) >= _SEVERAL and bool(clean(occurrence.summary))


def name_at_a_glance(call: Call, texts: Texts) -> str:
    """The same beside the hour alone: the title of a meeting."""
    return clean(call.occurrence.summary) if is_meeting(call) else name_of(call, texts)


def at_a_glance(call: Call, texts: Texts) -> str:
    """ "☎ 14:30 Erika Muster": the symbol, when, with whom, on the call's day."""
    when = promised(call)
    if call.occurrence.all_day:
        moment = texts.span(when.start, when.end)
    elif is_vague(call):
        moment = f"{texts.time(when.start)}–{texts.time(when.end)}"
    else:
        moment = texts.time(when.start)
    return _glance(call, moment, texts)


def glance_from_afar(call: Call, texts: Texts, at: datetime) -> str:
    """ "☎ Wed 14:30 Erika Muster": for a reminder that stands on another day, at `at`."""
    return _glance(call, when_in_title(call, texts, at), texts)


def _glance(call: Call, moment: str, texts: Texts) -> str:
    return titled(lambda who: f"{_SYMBOLS[call.kind]} {moment} {who}", name_at_a_glance(call, texts))


def titled(title: Callable[[str], str], name: str) -> str:
    """A title with as much of a name as leaves the rest of it readable. `title` gives it for a name."""
    room = TITLE - len(title(""))
    if len(title(name)) <= TITLE:
        return title(name)
    return clean(title(clean(_without_degrees(name), max(room, _LEAST_NAME))), TITLE)


def _without_degrees(name: str) -> str:
    """A long name without what stands before it: "Univ.-Prof. Dr. Maximilian Berg" is "Maximilian Berg"."""
    words = name.split()
    while len(words) > 1 and "." in words[0]:
        del words[0]
    return " ".join(words)


def title(call: Call, matter: Message | str, texts: Texts, *, at: datetime) -> str:
    """ "Erika Muster, Wed 14:30: number missing": whom, when, and the matter, for a task that comes to mind at `at`."""
    when = when_in_title(call, texts, at)
    return titled(
        lambda who: texts.render(msg("{who}, {when}: {matter}", who=who, when=when, matter=matter)),
        name_of(call, texts),
    )


def when_in_title(call: Call, texts: Texts, at: datetime) -> str:
    """When the call is, in a title that is read at `at`: "Wed 14:30", with the date where that is not near."""
    when = promised(call)
    far = abs(when.start - at) > _NEAR
    if not is_vague(call):
        return texts.stamp(when.start, date_too=far)
    last = when.end - timedelta(microseconds=1)
    days = [texts.short_day(moment, date_too=far) for moment in (when.start, last)]
    if days[0] != days[1] or last - when.start > timedelta(days=1):
        return "–".join(texts.short_day(moment, date_too=True) for moment in (when.start, last))
    if far or call.occurrence.all_day:
        return days[0]
    return f"{days[0]} {texts.time(when.start)}–{texts.time(when.end)}"


def headline(call: Call, texts: Texts) -> str:
    """ "Phone call with Erika Muster: Tue 6 Oct, 14:30–15:00"."""
    when = promised(call)
    values = {"who": name_of(call, texts), "when": texts.period(when.start, when.end)}
    match call.kind:
        case "phone":
            return texts.render(msg("Phone call with {who}: {when}", **values))
        case "video":
            return texts.render(msg("Video call with {who}: {when}", **values))
    return texts.render(msg("Visit with {who}: {when}", **values))


def reach_lines(call: Call, texts: Texts) -> list[str]:
    """Who dials, the number and where it comes from, the PIN, where the link is, and the time on the other side."""
    found = [_caller(call), _number(call)]
    if call.reach.pin:
        found.append(msg("PIN: {pin}", pin=call.reach.pin))
    if call.reach.url:
        found.append(msg("Link: in the appointment"))
    found.append(_their_time(call, texts))
    quoted = clean(call.occurrence.summary)
    if quoted:
        found.append(msg("In the calendar: “{title}”", title=quoted))
    return [texts.render(line) for line in found if line is not None]


def location(call: Call, texts: Texts) -> str:
    """The number for LOCATION, which apps make a button of; "" unless somebody vouches for it."""
    return texts.number(call.reach.phone) if call.reach.phone and call.reach.verified else ""


def finding_lines(findings: Iterable[Finding], texts: Texts, *, ask: bool) -> list[str]:
    """A line for each finding, and (with `ask`) one for what to do about it; the same thing is asked for once."""
    lines: list[str] = []
    for finding in findings:
        lines.append(f"• {texts.render(finding.message)}")
        asked = f"→ {texts.render(finding.ask)}" if ask and finding.ask is not None else ""
        if asked and asked not in lines:
            lines.append(asked)
    return lines


def alarm_text(call: Call, texts: Texts) -> str:
    """The words of a reminder's pop-up."""
    when = promised(call)
    values = {"who": name_of(call, texts), "start": when.start}
    if is_vague(call):
        sentence = msg("Promised: call {who}, {when}", when=texts.period(when.start, when.end), **values)
    elif call.kind == "visit":
        sentence = msg("Appointment with {who} at {start:clock}", **values)
    elif call.caller == "them":
        sentence = msg("{who} calls at {start:clock}", **values)
    elif call.kind == "video" or call.caller in {"dial_in", "unclear"}:
        sentence = msg("Call with {who} at {start:clock}", **values)
    else:
        sentence = msg("Call {who} at {start:clock}", **values)
    return f"{texts.render(sentence)} {location(call, texts)}".rstrip()


def offer_lines(call: Call, free_times: Iterable[FreeTime], texts: Texts) -> list[str]:
    """The free times to offer, under a heading and after an empty line; nothing where there are none."""
    offered = [f"– {line}" for line in texts.free_time_lines(free_times, contact_zone(call))]
    return ["", texts.render(msg("Free times to offer:")), *offered] if offered else []


def for_their_ears(call: Call, texts: Texts) -> Texts:
    """The texts for what is said to the other person: times are theirs."""
    return texts.elsewhere(contact_zone(call) or texts.zone)


def said_time(start: datetime, texts: Texts, now: datetime) -> Message:
    """A moment as it is said to the other person, on the day of `now` without the day. `texts`: for their ears."""
    is_today = start.astimezone(texts.zone).date() == now.astimezone(texts.zone).date()
    return msg("at {start:clock}", start=start) if is_today else msg("on {start:spoken}", start=start)


def contact_zone(call: Call) -> ZoneInfo | None:
    """Where the other person is, as far as that is known."""
    return their_zone(call)


def _caller(call: Call) -> Message | None:
    if call.kind == "visit":
        return None
    match call.caller:
        case "me":
            return msg("You make the call.")
        case "them":
            return msg("You are called.")
        case "dial_in":
            return msg("Everyone dials in.")
    return None


def _number(call: Call) -> Message | None:
    if not call.reach.phone:
        return None
    if call.reach.phone_origin == "contact":
        return msg("{number:number} (from your contacts)", number=call.reach.phone)
    if call.reach.phone_from is not None:
        return msg(
            "{number:number} (from the appointment on {day:date})", number=call.reach.phone, day=call.reach.phone_from
        )
    if call.reach.verified:
        return msg("{number:number} (from the appointment)", number=call.reach.phone)
    return msg("{number:number} (from the appointment, not verified)", number=call.reach.phone)


def _their_time(call: Call, texts: Texts) -> Message | None:
    zone = contact_zone(call)
    if zone is None or is_vague(call):
        return None
    mine, theirs = call.start.astimezone(texts.zone), call.start.astimezone(zone)
    if mine.utcoffset() == theirs.utcoffset():
        return None
    there = texts.elsewhere(zone)
    told = there.clock(call.start) if mine.date() == theirs.date() else there.at(call.start)
    if not call.contact.name:
        return msg("It is {time} there.", time=told)
    return msg("It is {time} where {who} is.", time=told, who=call.contact.name)
