"""What cannot be seen, since when, and from when on its user should know of it (docs/rules.md, `blind`). Pure.

Whoever relies on reminders remembers less by himself, so silence is the worst failure. A source that is not read is a
trouble: remembered from one cycle to the next, told of once it has lasted, and gone when the source is read again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from termintreu.judging.outcomes import Verdict
from termintreu.model import AnswerOrigin, History, Observed, SourceState

TroubleKind = Literal["login", "unread", "unlisted", "log", "certificate", "renewal", "clock", "disk"]
Watched = Literal["calendar", "log", "book", "target", "machine"]
""""target": our own collections; it is told of by another way than the calendar."""

_STEADY = timedelta(minutes=30)
"""Between two looks of one process; where they lie further apart than this, and than three polls, it was asleep."""
_ASLEEP = timedelta(hours=4)
"""Longer than this before the first failure nobody looked: the machine was off or asleep, and not all of it counts."""
_SAME = timedelta(minutes=10)
"""What fails again so soon after it was read is the same trouble: a log-in that comes and goes floods nobody."""
_LOOKS, _APART = 3, timedelta(hours=3)
"""So many listings, over so long, agree that a calendar is gone."""
_FORGOTTEN = timedelta(days=14)
"""A calendar that stayed away so long was given up; nobody is told any longer."""
_CALLS = 3
"""Calls that took place, and of which a log that is read shows nothing."""
_AHEAD: frozenset[TroubleKind] = frozenset({"certificate", "renewal", "clock", "disk"})
"""Nothing is unseen yet."""
_ENDS_SOON = timedelta(days=7)
_CLOCK_OFF = timedelta(minutes=2)
_LEAST_FREE, _SCARCE, _SHARE = 100_000_000, 1_000_000_000, 0.02
"""Bytes: a disk with less than the first, or with less than the second and that share of it, is nearly full."""
MACHINE = "machine"
_USER: frozenset[AnswerOrigin] = frozenset({"task", "word", "answer"})
_WHY = 300
"""Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How reading one thing went in this cycle."""

    name: str
    """As the configuration has it."""
    watched: Watched
    state: SourceState
    why: str = ""
    """One sentence, where it was not read."""
    seen: datetime | None = None
    """UTC: nothing of it is older than that; None where it was never read as a whole. Of a log: its newest entry."""
    listed_at: datetime | None = None
    """UTC: when its calendars were listed last."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """href to name of calendars that were read, and that the last listing left out."""
    present: frozenset[str] = frozenset()
    """hrefs and names of the calendars that are listed."""
    before: datetime | None = None
    """UTC: as `seen` was in the cycle before."""
    unheard: int = 0
    """Of a log: calls that took place since its last entry."""
    certificate_ends: datetime | None = None
    """UTC."""
    login_ends: datetime | None = None
    """UTC: when its log-in can be renewed no longer."""
    clock_off: timedelta | None = None
    """By how much its server's clock differs from ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """All that was looked at in one cycle."""

    each: tuple[Look, ...] = ()
    room: tuple[int, int] | None = None
    """Bytes that are free on the disk of the state, and that it has."""
    cadence: timedelta | None = None
    """How often this process looks; None in the only cycle of one that ends after it: the last look was another's."""
    is_first: bool = False
    """Nothing is remembered of an earlier cycle: what stands in the calendar tells whether it was told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One source that is not seen."""

    kind: TroubleKind
    name: str
    """Of the source, as the configuration has it."""
    watched: Watched = "calendar"
    href: str = ""
    """Of the calendar that is gone ("unlisted")."""
    title: str = ""
    """Its name."""
    begun: datetime
    """UTC: the first look that found it."""
    last: datetime
    """UTC: the last one."""
    awake: timedelta = timedelta(0)
    """For how long it has lasted, without the time in which nobody looked."""
    seen: datetime | None = None
    """UTC: up to when all was seen."""
    why: str = ""
    """One sentence, as of its beginning."""
    looks: int = 1
    """Listings that found the calendar gone."""
    listed_at: datetime | None = None
    """UTC: the last of them."""
    healed_at: datetime | None = None
    """UTC: when the source was read again."""
    ends_at: datetime | None = None
    """UTC: when a certificate or a log-in ends."""
    is_adopted: bool = False
    """Nothing is remembered of its beginning: a task about it that stands was written for it, and says more."""

    @property
    def key(self) -> str:
        """In the place of a call's key: 16 hex digits of the source, or of the calendar that is gone."""
        return source_key(self.name, self.href)

    def is_told(self, after: timedelta) -> bool:
        """Whether it has lasted long enough. A refused log-in mends by nobody but the user: it is told at once."""
        if self.healed_at is not None:
            return False
        match self.kind:
            case "unread":
                return self.awake >= after
            case "unlisted":
                return self.looks >= _LOOKS and self.last - self.begun >= _APART
            case _:
                return True

    @property
    def is_blindness(self) -> bool:
        """Whether something is not seen; False where it is only told of ahead."""
        return self.kind not in _AHEAD

    def to_json(self) -> dict[str, Any]:
        """As it is remembered."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: _plain(value) for name, value in fields.items()}


def source_key(name: str, href: str = "") -> str:
    """16 hex digits for what one item of kind "blind" is about."""
    return hashlib.sha256(f"source {name}\0{href}".encode()).hexdigest()[:16]


def read_troubles(remembered: Any) -> tuple[Trouble, ...]:
    """What an earlier cycle remembered; what cannot be read of it is left out."""
    found = []
    for entry in remembered if isinstance(remembered, list) else ():
        try:
            found.append(_read(entry))
        except (TypeError, ValueError, KeyError, AttributeError):
            continue  # of another version: where the source is still not seen, the trouble begins anew
    return tuple(found)


def troubles(before: Iterable[Trouble], looks: Looks, now: datetime) -> tuple[Trouble, ...]:
    """What is not seen at `now` (UTC), after what was remembered of it `before`."""
    every = tuple(before)
    held = {(one.name, one.watched, one.href): one for one in every if one.is_blindness}
    found: list[Trouble] = [*_ahead(every, looks, now)]
    for look in looks.each:
        found += _of_source(held.get((look.name, look.watched, "")), look, looks, now)
        found += _unlisted(held, look, now)
    return tuple(found)


def unseen(found: Iterable[Trouble], after: timedelta) -> tuple[Trouble, ...]:
    """The troubles by which something is not seen, as far as the user is told of them."""
    return tuple(one for one in found if one.is_blindness and one.is_told(after))


def gaps(looks: Looks, now: datetime) -> dict[str, datetime]:
    """Calendars that are read now, and were not for long, with when that was last (UTC): what should have rung
    meanwhile did not."""
    longest = max(_STEADY, 3 * (looks.cadence or timedelta(0)))
    return {
        look.name: look.before
        for look in looks.each
        if look.watched == "calendar" and look.state == "ok" and look.before is not None and now - look.before > longest
    }


def adopted(found: Iterable[Trouble], observed: Iterable[Observed]) -> tuple[Trouble, ...]:
    """The troubles; one of which nothing is remembered began when the task about it that stands says so. It has lasted
    since then: it was told of."""
    told = {(one.call_key, one.role): one.anchor for one in observed if one.kind == "blind" and one.anchor is not None}
    return tuple(_since(told.get((one.key, one.kind)), one) if one.is_adopted else one for one in found)


def _since(begun: datetime | None, trouble: Trouble) -> Trouble:
    if begun is None:
        return trouble
    return replace(trouble, begun=begun, awake=max(trouble.awake, trouble.last - begun))


def _ahead(before: Iterable[Trouble], looks: Looks, now: datetime) -> Iterator[Trouble]:
    """What will end, or is not as it should be, while all is still seen. What is not looked at in this cycle stays."""
    held = {(one.name, one.kind): one for one in before if not one.is_blindness}
    named: list[tuple[str, Watched, TroubleKind, datetime | None]] = []
    for look in looks.each:
        ends = look.certificate_ends
        if ends is not None and ends - now <= _ENDS_SOON and look.watched in {"calendar", "book"}:
            named.append((look.name, look.watched, "certificate", ends))
        # Once it has ended, the refusal is what is told of.
        if look.login_ends is not None and look.login_ends - now <= _ENDS_SOON and look.state == "ok":
            named.append((look.name, look.watched, "renewal", look.login_ends))
    clocks = [look.clock_off for look in looks.each if look.clock_off is not None]
    if clocks and min(clocks) > _CLOCK_OFF:
        named.append((MACHINE, "machine", "clock", None))
    if looks.room is not None and _is_scarce(*looks.room):
        named.append((MACHINE, "machine", "disk", None))
    for name, watched, kind, ends in named:
        known = held.get((name, kind))
        if known is None or known.ends_at != ends:
            known = Trouble(kind=kind, name=name, watched=watched, begun=now, last=now, ends_at=ends)
        yield replace(known, last=now)


def _is_scarce(free: int, total: int) -> bool:
    return free < _LEAST_FREE or (free < _SCARCE and free < total * _SHARE)


def _of_source(before: Trouble | None, look: Look, looks: Looks, now: datetime) -> list[Trouble]:
    kind = _kind_of(look)
    if before is not None and before.healed_at is not None and now - before.healed_at >= _SAME:
        before = None  # it is over, and what fails now is another one
    if kind is None:
        return [] if before is None else [replace(before, healed_at=before.healed_at or now)]
    if before is None or before.kind != kind:
        seen = None if kind == "unread" and look.watched == "log" else look.seen
        awake = _before_first(look, looks, now) if before is None else before.awake
        begun = Trouble(kind=kind, name=look.name, watched=look.watched, begun=now, last=now, awake=awake, seen=seen)
        return [replace(begun, why=look.why[:_WHY], is_adopted=looks.is_first)]
    awake = before.awake + _awake(now - before.last, looks.cadence)
    return [replace(before, last=max(now, before.last), awake=awake, healed_at=None)]


def _kind_of(look: Look) -> TroubleKind | None:
    if look.state == "unauthorized":
        return "login"
    if look.state != "ok":
        return "unread"
    return "log" if look.unheard >= _CALLS else None


def _before_first(look: Look, looks: Looks, now: datetime) -> timedelta:
    """How much of the time before the first failure counts: nobody knows when between two looks it began."""
    if looks.cadence is not None or look.seen is None or not timedelta(0) < now - look.seen <= _ASLEEP:
        return timedelta(0)
    return now - look.seen


def _awake(gap: timedelta, cadence: timedelta | None) -> timedelta:
    """How much of the time between two looks counts. Within one process a long one means that the machine slept; from
    one process to the next all counts, since both found the same."""
    if gap <= timedelta(0):
        return timedelta(0)
    return timedelta(0) if cadence is not None and gap > max(_STEADY, 3 * cadence) else gap


def _unlisted(held: Mapping[tuple[str, Watched, str], Trouble], look: Look, now: datetime) -> Sequence[Trouble]:
    """Calendars of a source that are listed no more, each with the listings that say so."""
    before = {href: one for (name, watched, href), one in held.items() if (name, watched) == (look.name, look.watched)}
    before.pop("", None)
    found = []
    for href, title in look.missing.items():
        if href not in before:
            new = Trouble(kind="unlisted", name=look.name, href=href, title=title, begun=now, last=now, seen=look.seen)
            found.append(replace(new, listed_at=look.listed_at))
    for href, one in before.items():
        if {href, one.title} & look.present or now - one.begun > _FORGOTTEN:
            continue
        is_new = look.state == "ok" and look.listed_at is not None and look.listed_at != one.listed_at
        found.append(replace(one, looks=one.looks + 1, last=now, listed_at=look.listed_at) if is_new else one)
    return found


def with_unheard(looks: Looks, history: History, verdicts: Mapping[str, Verdict]) -> Looks:
    """The looks, those at logs with the calls of which none shows anything: calls that the user had to make and says
    were held, since the newest entry of all logs that are read."""
    logs = [look for look in looks.each if look.watched == "log" and look.state == "ok"]
    newest = max((look.seen for look in logs if look.seen is not None), default=None)
    if newest is None:
        return looks
    unheard = sum(
        record.kind == "phone" and record.caller == "me" and record.start > newest
        for key, said in verdicts.items()
        if said.outcome == "held" and said.origin in _USER and (record := history.calls.get(key)) is not None
    )
    return replace(
        looks,
        each=tuple(replace(one, unheard=unheard) if one in logs and one.seen == newest else one for one in looks.each),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value


def _read(entry: Mapping[str, Any]) -> Trouble:
    fields = {name: entry[name] for name in Trouble.__dataclass_fields__ if name in entry}
    for name in ("begun", "last", "seen", "listed_at", "healed_at", "ends_at"):
        if fields.get(name) is not None:
            fields[name] = datetime.fromisoformat(fields[name])
    fields["awake"] = timedelta(seconds=fields.get("awake", 0))
    if fields["kind"] not in get_args(TroubleKind):
        raise ValueError(fields["kind"])
    return Trouble(**fields)
