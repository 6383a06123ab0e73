"""Is an occurrence a call, and how is it reached: weighs what links, numbers, places and words say.

Pure: reads one occurrence and the user's own data, asks nobody. Nothing foreign enters `reasons`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from termintreu.config import MeConfig
from termintreu.model import Caller, Kind, Message, Occurrence, msg
from termintreu.recognition.detection.best_link import best_link
from termintreu.recognition.detection.caller import author_of, caller_of
from termintreu.recognition.detection.counterpart import counterpart, others
from termintreu.recognition.detection.dialling import Dialling, dialling_of
from termintreu.recognition.detection.grammar.signs import Sign, place_sign, title_sign
from termintreu.recognition.detection.grammar.states import about_a_call, called_off
from termintreu.recognition.detection.grammar.tokens import MAX_TITLE, Tagged, tagged
from termintreu.recognition.detection.hashtag_words import gestures_of
from termintreu.recognition.detection.links import Link, generic, urls_in
from termintreu.recognition.detection.numbers import written_numbers
from termintreu.recognition.detection.phrases import in_body, stated_in_body
from termintreu.recognition.detection.text import Line, Texts, fold, read


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
    title = _tagged(texts.summary, me.country)
    stated = stated_in_body(texts.body)
    if not told and (called_off(title.tags) or stated.off or _about_a_call(texts, title)):
        return None
    found = None if stated.void or in_person(texts, me) else best_link(occurrence, texts)
    if found is None and not stated.void:
        found = _link_of_video(occurrence, texts, title)
    link = found[0] if found else None
    author = author_of(occurrence, me)
    dialling = (
        dialling_of(occurrence, texts, me, link=link, author_is_me=author == "me")
        if _has_digits(occurrence, texts)
        else _NOTHING_TO_DIAL
    )
    sign = _sign_of_link(*found) if found else _sign(occurrence, texts, title, dialling, me)
    if sign is None and told:
        sign = Sign(kind="phone", reason=msg("nothing else says what kind of call it is"))
    if sign is None:
        return _visit(occurrence, texts, title, me) if visits else None
    video = sign.kind == "video"
    phones = dialling.for_conference if video or dialling.conference else dialling.for_call
    pin = dialling.pin if video or phones else None
    dial_in = link is not None or video or (bool(phones) and pin is not None)
    caller, said = caller_of(occurrence, texts, title, me, dial_in=dial_in, number=bool(phones))
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
        counterpart=counterpart(occurrence, texts, title, me),
        caller=caller,
        reasons=tuple(reasons),
    )


def _link_of_video(occurrence: Occurrence, texts: Texts, title: Tagged) -> tuple[Link, Message] | None:
    """The address that the place or the title gives, of a host that nobody knows, where the title says video call."""
    urls = [url for line in (texts.location, texts.summary) for _, url in urls_in(line.text)]
    if not urls:
        return None
    sign = title_sign(title, all_day=occurrence.all_day, physical=False)
    link = next(filter(None, map(generic, urls)), None) if sign is not None and sign.kind == "video" else None
    return (link, msg("the place is a link to a conference")) if link else None


def _about_a_call(texts: Texts, title: Tagged) -> bool:
    """Whether an entry is of work before or after a call: a place to talk at says that it is one itself."""
    return not texts.location.text and about_a_call(title.tags)


def title_of(occurrence: Occurrence, me: MeConfig) -> Tagged:
    """The title of an occurrence, tagged as it is read."""
    return _tagged(read(occurrence).summary, me.country)


def _sign_of_link(link: Link, reason: Message) -> Sign:
    return Sign(kind=link.medium, reason=reason, vendor=link.vendor)


_NOTHING_TO_DIAL = Dialling()
_DIGIT = re.compile(r"\d")


def _has_digits(occurrence: Occurrence, texts: Texts) -> bool:
    """Whether an event can hold a number or a code at all: most hold none, and need not be searched for one."""
    if occurrence.conferences or occurrence.url or occurrence.extra:
        return True
    lines = (texts.summary, texts.location, *texts.body, *texts.tail)
    return any(_DIGIT.search(line.text) for line in lines)


_DIALLED_IN = re.compile(
    r"(?<!\w)(?:dial|bridge|conf(?:erence)? call|tele\w*konf\w*|telko\w*|einwahl\w*|einwahlen|konferenz\w*)"
)
_FACE_TO_FACE = re.compile(
    r"(?<!\w)(?:vor[- ]ort|prasenz|personlich|on-?site|in[- ]person|face[- ]to[- ]face|at our offices?|"
    r"treffen uns (?:\w+ )?(?:in|im|am|bei|vor)|gilt (?:heute |diesmal )?nicht|(?:nicht|not|no longer) online)(?!\w)"
)
_EITHER = re.compile(r"(?<!\w)(?:hybrid|oder|or|either|wahlweise|online-?teilnahme)(?!\w)")


def in_person(texts: Texts, me: MeConfig) -> bool:
    """Whether people meet at the place that is named, whatever link an invitation carries along."""
    if not texts.location.text or "://" in texts.location.text or place_sign(_place(texts.location, me.country)):
        return False
    said = (texts.summary, *texts.body[:8])
    return any(_FACE_TO_FACE.search(line.folded) and not _EITHER.search(line.folded) for line in said)


def _tagged(line: Line, country: str) -> Tagged:
    if sum(map(str.isdigit, line.text[:MAX_TITLE])) < _FEWEST_DIGITS:
        return tagged(line)
    return tagged(line, [(number.start, number.end) for number in written_numbers(line.text, country)])


_place = lru_cache(maxsize=1024)(_tagged)
"""The same places are named again and again."""
_FEWEST_DIGITS = 6
"""Of a telephone number."""


def _sign(occurrence: Occurrence, texts: Texts, title: Tagged, dialling: Dialling, me: MeConfig) -> Sign | None:
    """The strongest sign, where no link is one, that this is a call: by the order of the rules."""
    if dialling.property_number:
        return Sign(kind="phone", reason=msg("a conference property gives a number"))
    vendor = _vendor_property(occurrence)
    if vendor is not None:
        return Sign(kind="video", reason=msg("the calendar's own conference property is set"), vendor=vendor)
    place = place_sign(_place(texts.location, me.country))
    if place is not None:
        return place
    if dialling.location_number:
        return Sign(kind="phone", reason=msg("the place is a telephone number"))
    physical = bool(texts.location.text)
    said = title_sign(title, all_day=occurrence.all_day, physical=physical)
    told = None if physical else in_body(texts.body)
    if told is not None and (told.kind == "video" or said is None):
        return told
    if dialling.conference and not (physical and not any(_DIALLED_IN.search(line.folded) for line in texts.body)):
        return Sign(kind="phone", reason=msg("it holds a dial-in number with its code"))
    category = _category(occurrence)
    if category is None and said is not None and _in_programme(occurrence, texts):
        return None
    return category or said or dialling.sign


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


# --- visits --------------------------------------------------------------------------------------------------------


_VISIT = re.compile(
    r"besuch|(?<!\w)(?:visit(?:s|ing)?|vor ort|on[- ]site|aufma(?:ss|ß)|montage|besichtigung|viewing)(?!\w)"
)
"""A title by which somebody is visited: a day's entry often names nobody else."""


_PEOPLE_MEET = frozenset("mkW")


def _visit(occurrence: Occurrence, texts: Texts, title: Tagged, me: MeConfig) -> Detection | None:
    met = others(occurrence, me) or _PEOPLE_MEET & set(title.tags) or _VISIT.search(texts.summary.folded)
    if not met or not texts.location.text or "://" in texts.location.text or occurrence.all_day:
        return None
    return Detection(
        kind="visit",
        counterpart=counterpart(occurrence, texts, title, me),
        reasons=(msg("an appointment with somebody at a place"),),
    )
