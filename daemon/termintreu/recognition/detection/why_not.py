"""Why an appointment is no call: which of its words were read as what, and what struck them out. For `explain` only."""

from __future__ import annotations

from dataclasses import dataclass

from termintreu.config import MeConfig
from termintreu.model import Message, Occurrence, msg
from termintreu.recognition.detection.detect import in_person, title_of
from termintreu.recognition.detection.grammar.states import TALK, about_a_call, beside_a_place, called_off, struck_by
from termintreu.recognition.detection.grammar.tokens import Tagged
from termintreu.recognition.detection.phrases import stated_in_body
from termintreu.recognition.detection.text import read

_MEANINGS: tuple[tuple[str, Message], ...] = (
    ("PΠπCκτtμψRrbργηζ☎", msg("a word for a telephone call")),
    ("Vνdo📹", msg("a word for a video call")),
    ("sqjw", msg("a service")),
    ("XM", msg("cancelled")),
    ("N", msg("a negation")),
    ("D", msg("a recording")),
    ("A", msg("before or after a call")),
    ("δ", msg("done")),
    ("BβQα", msg("rung beforehand")),
    ("F", msg("a condition")),
    ("LS", msg("a place where people go")),
    ("Oω", msg("a thing")),
    ("UZ", msg("work on something")),
    ("m", msg("a meeting")),
    ("n", msg("no call")),
)
_SHOWN = 8
"""Words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why an appointment is no call."""

    reason: Message
    """No foreign text."""
    words: tuple[tuple[str, Message], ...]
    """Words of the title (foreign text) and what each was read as."""


def why_not(occurrence: Occurrence, *, me: MeConfig) -> WhyNot:
    """The reason, for an occurrence in which `detect` finds no call."""
    title = title_of(occurrence, me)
    return WhyNot(reason=_reason(occurrence, title, me), words=_words(title))


def _reason(occurrence: Occurrence, title: Tagged, me: MeConfig) -> Message:
    texts = read(occurrence)
    if called_off(title.tags):
        return msg("the title says that it does not take place, or is a recording")
    stated = stated_in_body(texts.body)
    if stated.off:
        return msg("the description says that it does not take place")
    if about_a_call(title.tags) and not texts.location.text:
        return msg("the title is about a call, and is none itself")
    if stated.void or in_person(texts, me):
        return msg("the description says that people meet at the place, or that the link is void")
    struck = struck_by(title.tags, title.matter)
    if struck is not None:
        return struck
    says = not set(TALK).isdisjoint(title.tags)
    if says and occurrence.all_day:
        return msg("an all-day entry is a call only where its title asks for one in so many words")
    if says and texts.location.text and set(TALK).isdisjoint(beside_a_place(title.tags)):
        return msg("it has a place where people go, and the title only mentions a call")
    if says:
        return msg("the words of the title can mean a call, and do not in this order")
    return msg("neither its title, its place nor its description says that people talk by telephone or video")


def _words(title: Tagged) -> tuple[tuple[str, Message], ...]:
    found = []
    for token in title.tokens:
        meaning = next((meaning for tags, meaning in _MEANINGS if token.tag in tags), None)
        if meaning is not None:
            found.append((title.line.text[token.start : token.end], meaning))
    return tuple(found[:_SHOWN])
