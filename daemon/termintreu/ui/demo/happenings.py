"""What happened in the demo's calendars between two looks: what one did in an app, and what the program answered. Pure.

The calendars do not say who wrote last. What is new among our items, and what bears the fingerprint it was written
with, is the program's. What is gone was removed by the program where the user has just touched what belongs to it, else
by the user.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from termintreu.cycle.report import Report
from termintreu.model import Call, Message, Observed, msg

_ANSWERED_WITHIN = timedelta(seconds=10)
"""An answer comes with one of the next polls; what happens later is no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What stands in the calendars."""

    at: datetime
    """UTC."""
    calls: Mapping[str, Call]
    """By call key."""
    items: Mapping[str, Observed]
    """Ours, by UID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that happened."""

    at: datetime
    """UTC."""
    by: Literal["you", "program"]
    message: Message
    about: frozenset[str]
    """Call keys."""


def scene_of(report: Report) -> Scene:
    """What a look has found."""
    return Scene(
        at=report.at,
        calls={call.key: call for call in report.calls if call.end > report.at},
        items={item.uid: item for item in report.observed.values()},
    )


def happened(before: Scene, after: Scene, past: Iterable[Happening]) -> list[Happening]:
    """Between two looks, the user's doings first.

    Args:
        before: the look before.
        after: this look.
        past: what happened until then.
    """
    done = [*_calls(before, after), *_touched(before, after)]
    touched = _recent([*past, *done], after.at)
    gone = list(_gone(before, after, touched))
    program = [*_written(before, after), *(one for one in gone if one.by == "program")]
    return [*done, *(one for one in gone if one.by == "you"), *program]


def awaits_answer(past: Iterable[Happening], now: datetime) -> Happening | None:
    """The user's last doing, where an answer would have come by `now` (UTC) and none has."""
    last = next(iter(reversed(list(past))), None)
    return last if last is not None and last.by == "you" and now - last.at > _ANSWERED_WITHIN else None


def nothing_more(done: Happening, now: datetime) -> Happening:
    """The answer that consists in leaving things as the user has left them."""
    return Happening(at=now, by="program", message=msg("termintreu leaves it as you have left it."), about=done.about)


def _recent(happenings: Iterable[Happening], now: datetime) -> frozenset[str]:
    """The calls that the user has touched a moment ago."""
    return frozenset[str]().union(
        *(one.about for one in happenings if one.by == "you" and now - one.at <= _ANSWERED_WITHIN)
    )


def _calls(before: Scene, after: Scene) -> Iterator[Happening]:
    def you(message: Message, key: str) -> Happening:
        return Happening(at=after.at, by="you", message=message, about=frozenset({key}))

    for key, call in after.calls.items():
        title = call.occurrence.summary
        known = before.calls.get(key)
        if known is None:
            yield you(msg("You have entered “{title:text}”.", title=title), key)
        elif (known.start, known.end, known.occurrence.summary) != (call.start, call.end, title):
            yield you(msg("You have changed “{title:text}”.", title=title), key)
    for key, call in before.calls.items():
        if key not in after.calls and call.end > after.at:
            yield you(msg("You have deleted “{title:text}”.", title=call.occurrence.summary), key)


def _touched(before: Scene, after: Scene) -> Iterator[Happening]:
    """What the user did to items of ours that still stand."""
    for uid, item in after.items.items():
        known = before.items.get(uid)
        if known is None or known.etag == item.etag:
            continue
        message = None
        if item.done and not known.done:
            message = msg("You have ticked “{title:text}”.", title=item.summary)
        elif known.done and not item.done:
            message = msg("You have opened “{title:text}” again.", title=item.summary)
        elif item.acknowledged_at != known.acknowledged_at:
            message = msg("You have seen the alarm of “{title:text}”.", title=item.summary)
        elif _is_foreign(item):
            message = msg("You have changed “{title:text}”.", title=item.summary)
        if message is not None:
            yield Happening(at=after.at, by="you", message=message, about=_about(item))


def _is_foreign(item: Observed) -> bool:
    """Whether it stands otherwise than the program wrote it."""
    return item.written_fingerprint is not None and item.fingerprint != item.written_fingerprint


def _written(before: Scene, after: Scene) -> Iterator[Happening]:
    for uid, item in after.items.items():
        known = before.items.get(uid)
        if known is None:
            message = msg("termintreu has written “{title:text}”.", title=item.summary)
        elif item.fingerprint != known.fingerprint and not _is_foreign(item):
            message = msg("termintreu has changed “{title:text}”.", title=item.summary)
        else:
            continue
        yield Happening(at=after.at, by="program", message=message, about=_about(item))


def _gone(before: Scene, after: Scene, touched: frozenset[str]) -> Iterator[Happening]:
    for uid, item in before.items.items():
        if uid in after.items:
            continue
        about = _about(item)
        if touched & about or not about & after.calls.keys():
            message = msg("termintreu has removed “{title:text}”.", title=item.summary)
            yield Happening(at=after.at, by="program", message=message, about=about)
        else:
            message = msg("You have deleted “{title:text}”.", title=item.summary)
            yield Happening(at=after.at, by="you", message=message, about=about)


def _about(item: Observed) -> frozenset[str]:
    keys = {call.key for call in item.about}
    return frozenset(keys | {item.call_key} if item.call_key else keys)
