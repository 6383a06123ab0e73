"""The page's headings and labels, in the user's language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from termintreu import __version__
from termintreu.model import Message, msg
from termintreu.model.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The labels of the page."""

    title: str
    first: str
    blind: str
    week: str
    today: str
    later: str
    earlier: str
    written: str
    done: str
    unverified: str
    more: str
    ratings: str
    ratings_told: str
    yours: str
    theirs: str
    damaged: str
    not_kept: str
    threshold: str
    others: str
    sources: str
    no_ratings: str
    skip: str
    footer: str


@lru_cache(maxsize=4)
def labels(texts: Texts) -> Labels:
    """The labels in a language."""

    def say(message: Message) -> str:
        return texts.render(message)

    return Labels(
        title=say(msg("Your calls")),
        first=say(msg("First of all")),
        blind=say(msg("Not everything is seen: no reminders for calls there")),
        week=say(msg("The next seven days")),
        today=say(msg("Today")),
        later=say(msg("Later")),
        earlier=say(msg("The days before")),
        written=say(msg("In your calendar")),
        done=say(msg("done")),
        unverified=say(msg("unverified")),
        more=say(msg("More")),
        ratings=say(msg("Reliability")),
        ratings_told=say(msg("How far promises were kept. What happened long ago counts less and less.")),
        yours=say(msg("You")),
        theirs=say(msg("They")),
        damaged=say(msg("Strained")),
        not_kept=say(msg("not kept")),
        threshold=say(msg("below this line: strained")),
        others=say(msg("Further contacts")),
        sources=say(msg("Sources")),
        no_ratings=say(msg("Nothing is known yet of how calls went.")),
        skip=say(msg("To the calls")),
        footer=say(
            msg("termintreu {version}. This page only shows; answers are given in the calendar.", version=__version__)
        ),
    )
