"""Finds the call that `termintreu answer` is about. Pure.

A name means the last call with that person that has begun. Where several people match, nothing is guessed: the error
lists them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from rich.text import Text

from termintreu.config import MeConfig
from termintreu.judging.outcomes import BY_THEM, IN_TIME, UNDO
from termintreu.judging.relationships import Relationship
from termintreu.model import Answer, Call, CallRecord, Observed, Outcome, each_call, msg
from termintreu.model.names import fold
from termintreu.model.texts import Texts, clean
from termintreu.recognition.detection.counterpart import is_me
from termintreu.ui.cli.rating_lines import outcome_word

_SHOWN = 10
_DIGITS = 3
"""A longer number is no line's: it may be a part of a UID, or a number to dial."""
_NEVER = datetime.min.replace(tzinfo=UTC)
_CALLED_OFF = frozenset({"cancelled", "cancelled_late"})
_BEFORE_IT_BEGINS = _CALLED_OFF | {"unknown"}


class NotOneCall(Exception):
    """No call matches, or calls with several contacts do; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A call that can be answered for."""

    key: str
    uid: str
    start: datetime
    """UTC."""
    contact_key: str
    contact_name: str = ""
    """Foreign."""
    title: str = ""
    """Foreign; "" where only the state remembers the call."""
    theirs: bool = False
    """Whether somebody else organises it: who calls it off is then the other side."""
    call: Call | None = None
    """None where only the state remembers it."""

    @property
    def who(self) -> str:
        """For display."""
        key = "" if self.contact_key.startswith("uid:") else self.contact_key.removeprefix("name:")
        return clean(self.contact_name or self.title or key) or "?"


def candidates(calls: Iterable[Call], remembered: Mapping[str, CallRecord], me: MeConfig) -> list[Candidate]:
    """Every call of the calendars, and those that only the state remembers."""
    present = {call.key: _of_call(call, me) for call in calls}
    older = {key: _of_record(record) for key, record in remembered.items() if key not in present}
    return sorted((*present.values(), *older.values()), key=lambda one: (one.start, one.key))


def chosen(
    found: Sequence[Candidate],
    text: str,
    outcome: Outcome,
    texts: Texts,
    *,
    now: datetime,
    on: date | None = None,
    keys: Collection[str] = (),
) -> Candidate:
    """The call that is meant: the last one that has begun, unless a day (or a moment) says otherwise.

    Only to be called off a call need not have begun. Raises NotOneCall.

    Args:
        found: the calls there are, by start.
        text: UID, title, name or address of a contact, or a part of title or name.
        outcome: what is said of it.
        texts: the reader's language and zone.
        now: UTC.
        on: the day in the reader's zone, or the moment (aware).
        keys: of contacts whom the text names by an address or number.
    """
    meant = [one for one in _matching(found, text, keys) if on is None or _is_on(one, on, texts)]
    begun = [one for one in meant if one.start <= now]
    if not begun and outcome in _BEFORE_IT_BEGINS:
        meant = begun = [one for one in meant if one.start > now][:1]
    if not begun:
        raise NotOneCall(_none(meant, text, texts))
    if len({one.contact_key for one in begun}) > 1:
        raise NotOneCall(_several(begun, text, texts))
    return begun[-1]


def open_questions(observed: Iterable[Observed]) -> list[Observed]:
    """The open questions, one about several calls once for each of them."""
    return [
        item
        for item in each_call(observed)
        if item.kind == "outcome" and item.call_key is not None and not (item.done or item.declined)
    ]


def by_number(found: Sequence[Candidate], text: str, observed: Iterable[Observed]) -> Candidate | None:
    """The call in a numbered line of the newest open question about several; None where the text is no such number.

    Raises NotOneCall where there is no such question or line.
    """
    number = text.strip()
    if not (number.isascii() and number.isdecimal() and len(number) <= _DIGITS):
        return None
    questions = [item for item in observed if item.about and not (item.done or item.declined)]
    if not questions:
        if any(text.strip() in {one.uid, one.title} for one in found):
            return None
        raise NotOneCall("no question about several calls is open; name the call")
    newest = max(questions, key=lambda item: (item.anchor or item.start or _NEVER, item.uid))
    if not 0 < int(number) <= len(newest.about):
        raise NotOneCall(f"the open question has the numbers 1 to {len(newest.about)}; {number} is none of them")
    asked = newest.about[int(number) - 1]
    for one in found:
        if one.key == asked.key:
            return one
    raise NotOneCall(f"the call of line {number} is not known any more")


def statement(
    call: Candidate,
    outcome: Outcome,
    now: datetime,
    *,
    undo: bool = False,
    minutes: int | None = None,
    by: str | None = None,
) -> Answer:
    """What the user says of a call.

    Args:
        call: as `chosen`.
        outcome: called off less than a day ahead is called off late, whatever word was given for it.
        now: UTC.
        undo: the user's answer before this one is taken back.
        minutes: how many it was late, for "late".
        by: who called it off: "me" or "them"; None: whose appointment it is.
    """
    late = outcome == "cancelled" and call.start > now and call.start - now < IN_TIME
    called_off_by_them = outcome in _CALLED_OFF and (by == "them" or (by is None and call.theirs))
    return Answer(
        call_key=call.key,
        outcome="cancelled_late" if late else outcome,
        origin="answer",
        recorded_at=now,
        late_minutes=minutes if outcome == "late" else None,
        note=UNDO if undo else BY_THEM if called_off_by_them else None,
    )


def lines(
    call: Candidate, said: Answer, before: Relationship | None, after: Relationship | None, texts: Texts
) -> Iterator[Text]:
    """Lines for the user: the call, its outcome now, and how the ratings change."""
    word = msg("taken back") if said.note == UNDO else outcome_word(said.outcome)
    line = Text(f"{texts.moment(call.start, year=True)} {call.who}: ")
    line.append(texts.render(word), style="bold")
    yield line
    if before is None or after is None:
        return
    for name, old, new in ((msg("ours"), before.ours, after.ours), (msg("theirs"), before.theirs, after.theirs)):
        was, is_now = (texts.percent(one) for one in (old, new))
        if was != is_now:
            yield Text(f"  {texts.render(name)}: {was} → {is_now}")


def _of_call(call: Call, me: MeConfig) -> Candidate:
    organizer = call.occurrence.organizer
    return Candidate(
        key=call.key,
        uid=call.occurrence.uid,
        start=call.start,
        contact_key=call.contact.key,
        contact_name=call.contact.name,
        title=call.occurrence.summary,
        theirs=organizer is not None and not is_me(organizer, me),
        call=call,
    )


def _of_record(record: CallRecord) -> Candidate:
    return Candidate(
        key=record.key,
        uid=record.uid,
        start=record.start,
        contact_key=record.contact_key,
        contact_name=record.contact_name,
    )


def _matching(found: Iterable[Candidate], text: str, keys: Collection[str]) -> list[Candidate]:
    """Those whose UID is the text; else whose title, name or address is; else whose title or name holds it."""
    found = list(found)
    wanted = fold(text).strip()
    return (
        [one for one in found if one.uid.casefold() == text.strip().casefold()]
        or [one for one in found if one.contact_key in keys]
        or [one for one in found if wanted in {fold(one.title), fold(one.contact_name), fold(one.contact_key)}]
        or [one for one in found if wanted and any(wanted in fold(own) for own in (one.title, one.contact_name))]
    )


def _is_on(one: Candidate, on: date, texts: Texts) -> bool:
    if isinstance(on, datetime):
        return one.start == on
    return one.start.astimezone(texts.zone).date() == on


def _none(ahead: Sequence[Candidate], text: str, texts: Texts) -> str:
    if not ahead:
        return f"no call matches {text!r}"
    first = ahead[0]
    return f"no call that has begun matches {text!r}; the next one begins {texts.moment(first.start)} ({first.who})"


def _several(begun: Sequence[Candidate], text: str, texts: Texts) -> str:
    lines = [
        f"  {texts.moment(one.start, year=True)}  {one.who}  {clean(one.title)}  [{clean(one.uid, 80)}]".rstrip()
        for one in reversed(begun[-_SHOWN:])
    ]
    more = [f"  and {len(begun) - _SHOWN} earlier ones"] if len(begun) > _SHOWN else []
    head = f"{text!r} matches calls with several people; say more of the title, or give the UID:"
    return "\n".join([head, *lines, *more])
