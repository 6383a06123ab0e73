"""Which link of an event joins its conference: from the strongest place that has one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from termintreu.model import Message, Occurrence, msg
from termintreu.recognition.detection import sentences
from termintreu.recognition.detection.joining import said_to_join
from termintreu.recognition.detection.links import MAX_URL, Link, classify, conference_host, generic, urls_in
from termintreu.recognition.detection.text import Line, Texts, fold

_NO_CONFERENCE = re.compile(
    r"(?<!\w)(?:live-?stream\w*|stream\w*|broadcast|chat|chatroom|watch|webcast|feed|replay|recording|"
    r"aufzeichnung|ubertragung|moderator|host)(?!\w)"
)


_JOINS = msg("the description holds a join link")
_SAYS_THAT_IT_JOINS = msg("the description says that a link joins the conference")


def best_link(occurrence: Occurrence, texts: Texts) -> tuple[Link, Message] | None:
    """The link to join by, from the strongest place that has one, and which place that is."""
    return next(((link, why) for link, why in _links(occurrence, texts) if link is not None), None)


def _links(occurrence: Occurrence, texts: Texts) -> Iterator[tuple[Link | None, Message]]:
    """Candidates, strongest place first."""
    yield from ((link, msg("a CONFERENCE property gives the link")) for link in _of_conferences(occurrence))
    yield from ((link, msg("a vendor's conference property gives the link")) for link in _of_vendors(occurrence))
    place, page = texts.location.text, occurrence.url[:MAX_URL]
    yield from ((classify(url), msg("the place is a join link")) for _, url in urls_in(place))
    yield from ((classify(url), msg("the URL is a join link")) for _, url in urls_in(page))
    yield from ((classify(url), msg("the title is a join link")) for _, url in urls_in(texts.summary.text))
    yield _first_in_body(texts.body), _JOINS
    for _, url in urls_in(place):
        if conference_host(url) or sentences.JOIN_WORDS.search(texts.location.folded):
            yield generic(url), msg("the place is a link to a conference")
    for _, url in urls_in(page):
        if conference_host(url):
            yield generic(url), msg("the URL is a link to a conference")
    yield said_to_join(texts), _SAYS_THAT_IT_JOINS
    yield _first_in_body(texts.tail), _JOINS


def _of_conferences(occurrence: Occurrence) -> Iterator[Link | None]:
    """Links of CONFERENCE properties (RFC 7986 5.11) that people talk over: no streams, no chats, none for hosts."""
    for conference in occurrence.conferences:
        features = {feature.upper() for feature in conference.features}
        known = classify(conference.uri)
        if "MODERATOR" in features:
            continue
        if known is None and features and not features & {"PHONE", "AUDIO", "VIDEO", "SCREEN"}:
            continue
        if known is None and not features and _NO_CONFERENCE.search(fold(conference.label)):
            continue
        yield known or generic(conference.uri)


def _of_vendors(occurrence: Occurrence) -> Iterator[Link | None]:
    for name, value in occurrence.extra:
        if "CONFERENCE" not in name and not name.startswith("X-MICROSOFT-"):
            continue
        for _, url in urls_in(value[:MAX_URL]):
            sure = name.startswith(("X-OPENPAAS-VIDEOCONFERENCE", "X-GOOGLE-CONFERENCE"))
            yield classify(url) or (generic(url) if sure else None)


def _first_in_body(lines: tuple[Line, ...]) -> Link | None:
    for line in lines:
        for _, url in urls_in(line.text):
            link = classify(url)
            if link is not None:
                return link
    return None
