"""The lines that items are made of, in the user's language. Pure; foreign words pass through `clean`, links never do.

A number that nobody vouches for is shown with that remark, and never where an app makes a button of it
(docs/safety.md, row 27).
"""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from termintreu.judging.rules.common.their_zone import their_zone
from termintreu.model import Call, Finding, Message, msg
from termintreu.model.texts import Texts, clean
from termintreu.planning.planning import is_vague, promised

_SYMBOLS = {"phone": "☎", "video": "▶", "visit": "→"}
"""Plain text symbols, which every app can draw; no emoji."""


def name_of(call: Call, texts: Texts) -> str:
    """Whom the call is with, as short as it can be said: the name, else the number, else the title."""
    if call.contact.name:
        return clean(call.contact.name)
    if call.reach.phone and call.reach.verified:
        return texts.number(call.reach.phone)
    return clean(call.occurrence.summary) or texts.render(msg("unknown"))


def at_a_glance(call: Call, texts: Texts, *, day: bool = False) -> str:
    """ "☎ 14:30 Erika Muster": the symbol, when, with whom. `day`: for items that do not stand on the call's day."""
    when = promised(call)
    if call.occurrence.all_day:
        moment = texts.span(when.start, when.end)
    elif is_vague(call):
        moment = texts.span(when.start, when.end) if day else f"{texts.time(when.start)}–{texts.time(when.end)}"
    else:
        moment = texts.moment(when.start) if day else texts.time(when.start)
    return f"{_SYMBOLS[call.kind]} {moment} {name_of(call, texts)}"


def headline(call: Call, texts: Texts) -> str:
    """ "Phone call with Erika Muster: Tue 6 Oct, 14:30–15:00"."""
    when = promised(call)
    values = {"who": name_of(call, texts), "when": texts.span(when.start, when.end)}
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
    if call.occurrence.summary:
        found.append(msg("In the calendar: “{title}”", title=call.occurrence.summary))
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
        sentence = msg("Promised: call {who}, {when}", when=texts.span(when.start, when.end), **values)
    elif call.kind == "visit":
        sentence = msg("Appointment with {who} at {start:time}", **values)
    elif call.caller == "them":
        sentence = msg("{who} calls at {start:time}", **values)
    elif call.kind == "video" or call.caller == "dial_in":
        sentence = msg("Call with {who} at {start:time}", **values)
    else:
        sentence = msg("Call {who} at {start:time}", **values)
    return f"{texts.render(sentence)} {location(call, texts)}".rstrip()


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
    there = Texts(language=texts.language, zone=zone)
    told = there.time(call.start) if mine.date() == theirs.date() else there.moment(call.start)
    return msg("On the other side it is {time} then.", time=told)
