"""Who dials: me, them, everybody into a conference, or nobody has said. By the words, and by whose words they are."""

from __future__ import annotations

import re
from typing import Literal

from termintreu.config import MeConfig
from termintreu.model import Caller, Message, Occurrence, msg
from termintreu.recognition.detection import sentences
from termintreu.recognition.detection.counterpart import is_me, others
from termintreu.recognition.detection.grammar.sides import sides_of
from termintreu.recognition.detection.grammar.tokens import Tagged
from termintreu.recognition.detection.text import Texts

Author = Literal["me", "other", "unknown"]
"""Whose words the description is. `unknown`: no organizer; the user's own note, or one that a booking page made."""

_TO_DIAL = frozenset("PπCκtτRrb☎")
"""Tags of a title that ask somebody to dial."""


def author_of(occurrence: Occurrence, me: MeConfig) -> Author:
    """Whose words the texts of an event are."""
    if occurrence.organizer is None or not (occurrence.organizer.email or occurrence.organizer.name):
        return "unknown"
    if not is_me(occurrence.organizer, me):
        return "other"
    return "me" if others(occurrence, me) else "unknown"


def caller_of(
    occurrence: Occurrence, texts: Texts, title: Tagged, me: MeConfig, *, dial_in: bool, number: bool
) -> tuple[Caller, Message | None]:
    """Who dials, and why (no foreign text).

    Args:
        occurrence: the event; its organizer and attendees tell whose words it holds.
        texts: of the event.
        title: tagged.
        me: who the user is.
        dial_in: there is a join link, or a number with a code.
        number: the event holds a number to dial.
    """
    if dial_in:
        return "dial_in", None
    author, sides = author_of(occurrence, me), sides_of(title, me)
    named = sides.caller if sides is not None and (sides.by_name or author != "other") else None
    marked = named or _marked(texts, author)
    if marked is not None:
        return marked, msg("the text says who calls whom")
    if others(occurrence, me):
        return "unclear", None
    return ("me", None) if number or _TO_DIAL & set(title.tags) else ("unclear", None)


def _marked(texts: Texts, author: Author) -> Caller | None:
    for line in (texts.summary, texts.location, *texts.body):
        said = line.folded
        if line is not texts.summary and sentences.CONDITION.search(said):
            continue
        if sentences.WRITER_IS_CALLED.search(said):
            return "me" if author == "other" else "them"
        if sentences.READER_IS_TO_DIAL.search(said):
            return "them" if author == "me" else "me"
        if re.search(r"(?<!\w)(?:ich rufe|i(?:'ll| will)? (?:call|phone|ring))(?!\w)", said):
            return "them" if author == "other" else "me"
        if sentences.READER_IS_CALLED.search(said):
            return "me" if author == "me" else "them"
        if sentences.WRITER_DIALS.search(said):
            return "them" if author == "other" else "me"
    return None
