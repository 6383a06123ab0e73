"""Is an occurrence a call, and how is it reached: weighs what links, numbers, places and words say.

Pure: reads one occurrence and the user's own data, asks nobody. Nothing foreign enters `reasons`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from termintreu.config import MeConfig
from termintreu.model import Caller, Kind, Message, Occurrence, msg
from termintreu.recognition.detection import sentences
from termintreu.recognition.detection.caller import author_of, caller_of
from termintreu.recognition.detection.counterpart import counterpart, others
from termintreu.recognition.detection.dialling import Dialling, dialling_of
from termintreu.recognition.detection.hashtag_words import gestures_of
from termintreu.recognition.detection.joining import said_to_join
from termintreu.recognition.detection.links import MAX_URL, Link, classify, conference_host, generic, urls_in
from termintreu.recognition.detection.phrases import Sign, in_body, in_location, in_summary
from termintreu.recognition.detection.text import Line, Texts, fold, read
from termintreu.recognition.detection.vocabulary import PEOPLE_MEET


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What makes an occurrence a call, and how it is reached."""

    kind: Kind
    phone: str | None = None
    """E.164: the best number to dial."""
    phones: tuple[str, ...] = ()
    """E.164: every good candidate, best first; `phone` is the first."""
    pin: str | None = None
    """Dial-in PIN or access code, digits only."""
    url: str | None = None
    vendor: str | None = None
    """The conference service, in lower case; None for a plain phone call."""
    counterpart: str | None = None
    """Name for display; foreign text."""
    caller: Caller = "unclear"
    reasons: tuple[Message, ...] = ()
    """How it was recognised, strongest first; no foreign text."""


def detect(occurrence: Occurrence, *, me: MeConfig, visits: bool = False, told: bool = False) -> Detection | None:
    """The call that an occurrence is, or None where it is none.

    Args:
        occurrence: as read; STATUS and PARTSTAT are the caller's affair.
        me: the user: own numbers are never dialled, the region reads numbers without a country code.
        told: the user said by #call that it is a call.
        visits: count appointments with somebody at a physical place as kind "visit".
    """
    if occurrence.own or "skip" in gestures_of(occurrence, me):
        return None
    texts = read(occurrence)
    found = _best_link(occurrence, texts)
    link = found[0] if found else None
    author = author_of(occurrence, me)
    dialling = dialling_of(occurrence, texts, me, link=link, author_is_me=author == "me")
    sign = _sign_of_link(*found) if found else _sign(occurrence, texts, dialling, me)
    if sign is None and told:
        sign = Sign(kind="phone", reason=msg("nothing else says what kind of call it is"))
    if sign is None:
        return _visit(occurrence, texts, me) if visits else None
    video = sign.kind == "video"
    phones = dialling.for_conference if video or dialling.conference else dialling.for_call
    pin = dialling.pin if video or phones else None
    dial_in = link is not None or video or (bool(phones) and pin is not None)
    caller, said = caller_of(occurrence, texts, me, dial_in=dial_in, number=bool(phones))
    reasons = [sign.reason]
    if phones:
        reasons.append(msg("it holds a number to dial"))
    if pin:
        reasons.append(msg("it holds a code to key in"))
    if said:
        reasons.append(said)
    return Detection(
        kind=sign.kind,
        phone=phones[0] if phones else None,
        phones=phones,
        pin=pin,
        url=link.url if link else None,
        vendor=link.vendor if link else sign.vendor or dialling.vendor,
        counterpart=counterpart(occurrence, texts, me),
        caller=caller,
        reasons=tuple(reasons),
    )


def _sign_of_link(link: Link, reason: Message) -> Sign:
    return Sign(kind=link.medium, reason=reason, vendor=link.vendor)


def _sign(occurrence: Occurrence, texts: Texts, dialling: Dialling, me: MeConfig) -> Sign | None:
    """The strongest sign, where no link is one, that this is a call: by the order of the rules."""
    if dialling.property_number:
        return Sign(kind="phone", reason=msg("a conference property gives a number"))
    vendor = _vendor_property(occurrence)
    if vendor is not None:
        return Sign(kind="video", reason=msg("the calendar's own conference property is set"), vendor=vendor)
    place = in_location(texts.location, texts.summary, alone=not others(occurrence, me))
    if place is not None:
        return place
    if dialling.location_number:
        return Sign(kind="phone", reason=msg("the place is a telephone number"))
    title = in_summary(texts.summary)
    told = in_body(texts.body)
    if told is not None and (told.kind == "video" or title is None):
        return told
    if dialling.conference:
        return Sign(kind="phone", reason=msg("it holds a dial-in number with its code"))
    category = _category(occurrence)
    if category is None and title is not None and _in_programme(occurrence, texts):
        return None
    return category or title or dialling.sign


def _vendor_property(occurrence: Occurrence) -> str | None:
    for name, value in occurrence.extra:
        if name == "X-MICROSOFT-SKYPETEAMSMEETINGURL" and value.strip():
            return "teams"
        if name == "X-GOOGLE-CONFERENCE" and value.strip():
            return "google-meet"
        if name == "X-MICROSOFT-ONLINEMEETINGCONFLINK" and value.strip():
            return "skype-business"
    return None


_PROGRAMME = re.compile(
    r"^(?:(?:long|short|lightning|invited) )?(?:talks?|lectures?|workshops?|keynotes?|panels?|posters?|"
    r"vortrage?|seminare?|tutorials?)$"
)
_PROGRAMME_TEXT = re.compile(
    r"(?<!\w)(?:this|the|in this|in diesem|dieser|der|im) (?:talk|lecture|workshop|presentation|"
    r"tutorial|vortrag|seminar|kurs|keynote)(?!\w)"
)


def _in_programme(occurrence: Occurrence, texts: Texts) -> bool:
    """Whether this is an entry of a conference's programme: its title names a subject, not what people do."""
    return any(_PROGRAMME.match(fold(category).strip()) for category in occurrence.categories) or any(
        _PROGRAMME_TEXT.search(line.folded) for line in texts.body[:5]
    )


_CATEGORIES = {
    "phone": re.compile(
        r"^(?:phone ?calls?|calls?|telephone|telefonat\w*|anrufe?|telefon\w*|telko|conference call|phone|appel\w*)$"
    ),
    "video": re.compile(
        r"^(?:video ?(?:call|chat|konferenz|conference|anruf)|web ?conference|online ?meeting|zoom|teams)$"
    ),
}


def _category(occurrence: Occurrence) -> Sign | None:
    for category in occurrence.categories:
        folded = fold(category).strip()
        if _CATEGORIES["video"].match(folded):
            return Sign(kind="video", reason=msg("a category says video call"))
        if _CATEGORIES["phone"].match(folded):
            return Sign(kind="phone", reason=msg("a category says phone call"))
    return None


# --- links ---------------------------------------------------------------------------------------------------------

_NO_CONFERENCE = re.compile(
    r"(?<!\w)(?:live-?stream\w*|stream\w*|broadcast|chat|chatroom|watch|webcast|feed|replay|recording|"
    r"aufzeichnung|ubertragung|moderator|host)(?!\w)"
)


_JOINS = msg("the description holds a join link")
_SAYS_THAT_IT_JOINS = msg("the description says that a link joins the conference")


def _best_link(occurrence: Occurrence, texts: Texts) -> tuple[Link, Message] | None:
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


# --- visits --------------------------------------------------------------------------------------------------------


_VISIT = re.compile(
    r"besuch|(?<!\w)(?:visit(?:s|ing)?|vor ort|on[- ]site|aufma(?:ss|ß)|montage|besichtigung|viewing)(?!\w)"
)
"""A title by which somebody is visited: a day's entry often names nobody else."""


def _visit(occurrence: Occurrence, texts: Texts, me: MeConfig) -> Detection | None:
    met = others(occurrence, me) or PEOPLE_MEET.search(texts.summary.folded) or _VISIT.search(texts.summary.folded)
    if not met or not texts.location.text or "://" in texts.location.text or occurrence.all_day:
        return None
    return Detection(
        kind="visit",
        counterpart=counterpart(occurrence, texts, me),
        reasons=(msg("an appointment with somebody at a place"),),
    )
