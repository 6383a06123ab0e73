"""Ratings over time, contact by contact: both sides, what they rest on, and a drawing of each. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from termintreu.judging.relationships import Relationship
from termintreu.model import Message, msg
from termintreu.model.texts import Texts, clean
from termintreu.ui.web.plot import Plot, draw, is_broken

SHOWN = 12
"""Number of contacts with a drawing; the others have a line each."""
LONGEST = timedelta(days=365)
SHORTEST = timedelta(days=60)
"""The time axis is the same for all, and reaches back as far as the oldest relationship does, within these bounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """One contact."""

    name: str
    ours: str
    theirs: str
    damaged: bool
    summary: str
    """Since when the relationship lasts, and the number of calls."""
    described: str
    """What the drawing shows, for those who do not see it."""
    plot: Plot | None
    """None beyond the first ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsView:
    """All contacts with a rating."""

    contacts: tuple[ContactView, ...]
    """Our lowest rating first."""
    more: tuple[ContactView, ...]
    unknown: str
    """How many there are of whom nothing is known yet; "" for none."""


def contacts(
    relationships: Iterable[Relationship], texts: Texts, now: datetime, *, damaged_below: float
) -> ContactsView:
    """The contacts as of `now` (UTC)."""
    everyone = list(relationships)
    known = sorted((one for one in everyone if one.has_outcome), key=lambda one: (one.ours, one.theirs, one.key))
    unknown = len(everyone) - len(known)
    oldest = min((_begun(one) for one in known), default=now)
    start = max(min(oldest, now - SHORTEST), now - LONGEST)
    return ContactsView(
        contacts=tuple(_contact(one, texts, (start, now), damaged_below, drawn=True) for one in known[:SHOWN]),
        more=tuple(_contact(one, texts, (start, now), damaged_below, drawn=False) for one in known[SHOWN:]),
        unknown=texts.render(msg("{n:contact|contacts} without an outcome yet", n=unknown)) if unknown else "",
    )


def _contact(
    relation: Relationship, texts: Texts, axis: tuple[datetime, datetime], damaged_below: float, *, drawn: bool
) -> ContactView:
    start, now = axis
    name = clean(relation.label, 60) or texts.render(msg("(nobody is named)"))

    def share(value: float) -> str:
        return texts.render(msg("{share:percent}", share=round(value, 2)))

    return ContactView(
        name=name,
        ours=share(relation.ours),
        theirs=share(relation.theirs),
        damaged=relation.ours < damaged_below and relation.track.failures > 0,
        summary=texts.render(
            msg(
                "{calls:call|calls} since {since}, {rate} a quarter",
                calls=len(relation.calls),
                since=texts.month(relation.since.astimezone(texts.zone).date(), year=True),
                rate=round(relation.calls_per_quarter, 1),
            )
        ),
        described=texts.render(_described(relation, name, now)),
        plot=draw(
            relation.experiences,
            start=start,
            end=now,
            begun=_begun(relation),
            threshold=damaged_below,
            zone=texts.zone,
            month=lambda day: _month(day, texts),
            share=share,
        )
        if drawn
        else None,
    )


def _begun(relation: Relationship) -> datetime:
    """When the curve begins: a call can have counted before it was due, by being moved."""
    return min([relation.since, *(one.at for one in relation.experiences)])


def _month(day: date, texts: Texts) -> str:
    """A month's name; January bears the year."""
    return f"{day.year}" if day.month == 1 else texts.month(day)


def _described(relation: Relationship, name: str, now: datetime) -> Message:
    failures = [one for one in relation.experiences if is_broken(one) and one.at <= now]
    ours = sum(one.side == "ours" for one in failures)
    return msg(
        "Ratings with {name}: yours {ours:percent}, theirs {theirs:percent}; not kept: {n} by you, {m} by them",
        name=name,
        ours=round(relation.ours, 2),
        theirs=round(relation.theirs, 2),
        n=ours,
        m=len(failures) - ours,
    )
