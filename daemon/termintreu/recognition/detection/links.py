"""Join links: found in text, freed from the wrappers of mail gateways, and named by service. No request is made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from urllib.parse import parse_qsl, unquote, urlsplit

from termintreu.recognition.detection.services import SELF_HOSTED, SERVICES, Medium

MAX_URL = 2_000
_MAX_UNWRAP = 3
_MAX_URLS = 50
"""Addresses of one text that are looked at."""

_URL = re.compile(
    r"(?:https?://|zoommtg://|zoomus://|msteams:/|facetime(?:-audio)?:/?/?|skype:)[^\s<>\"`{}|\\^]{3,2000}",
    re.IGNORECASE,
)
_BARE = re.compile(
    (
        r"(?<![\w@/.%=-])(?:[a-z0-9-]{1,63}\.){0,3}(?:zoom\.us|webex\.com|meet\.google\.com|teams\.microsoft\.com|"
        r"teams\.live\.com|gotomeeting\.com|gotomeet\.me|gotomeet\.com|meet\.goto\.com|whereby\.com|"
        r"meet\.jit\.si|chime\.aws|"
        r"bluejeans\.com|join\.me|meet\.lync\.com|facetime\.apple\.com|join\.skype\.com|8x8\.vc|doxy\.me|"
        r"teams\.cloud\.microsoft|zoom-x\.de|zoomgov\.com|ringcentral\.com|dialpad\.com|visavid\.de|senfcall\.de|"
        r"call\.whatsapp\.com|app\.goto\.com|meet\.ffmuc\.net|clickmeeting\.com|alfaview\.com|"
        r"(?:meet|bbb|jitsi|webconf|videokonferenz|video|konferenz)\.[a-z0-9-]{1,63}\.[a-z]{2,10}(?:\.[a-z]{2,10})?)"
        r"/[^\s<>\"`{}|\\^]{2,2000}"
    ),
    re.IGNORECASE,
)
_ENCODED = re.compile(r"(?<![\w=/?&:%.-])https?%3a%2f%2f[^\s<>\"`{}|\\^]{3,2000}", re.IGNORECASE)
"""An address that was encoded as a whole, outside any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One address by which a conference is joined."""

    url: str
    vendor: str
    medium: Medium = "video"


_NEVER = re.compile(
    (
        r"/rec(?:ording)?s?/|/u/|/launch/|/register|/registration|/signup|meetingoptions|/l/(?:channel|team|"
        r"message|file|chat)|"
        r"/cancellations?/|/reschedulings?/|/cancel\b|/reschedule\b|globalcallin|/skype/|/pstn|/phoneconference|/help|"
        r"joinmeeting-help|/test$|\.(?:png|jpe?g|gif|svg|css|js|pdf|ics)(?:$|\?)"
    ),
    re.IGNORECASE,
)

_PAGES = re.compile(
    r"^/(?:install(?:ation)?|downloads?|support|help|faq|settings|einstellungen|preferences|pricing|preise|blog|docs?|"
    r"documentation|account|profile|dashboard|calendar|kalender|schedule|unsubscribe|abmelden|privacy|terms|legal|"
    r"imprint|impressum|about|signin|sign-in|login|browse|wiki|survey|feedback)(?:/|$)",
    re.IGNORECASE,
)
"""Pages of a service that nobody talks on."""
_LEADS_IN = re.compile(
    r"(?:^|[/.-])(?:video\w*|sprechstunde|meet\w*|rooms?|raum|consult\w*|visit|visite|join|konferenz\w*|conf|"
    r"conference|calls?|talk|sessions?|waiting\w*|warteraum|wartezimmer|sprechzimmer|behandlungszimmer|guest|gast)(?:[/.?-]|$)",
    re.IGNORECASE,
)

_GENERIC_HOST = re.compile(
    r"^(?:[\w-]+\.)?(?:meet|meeting|meetings|conf|conference|videoconf|video|vc|visio|viko|vk|webconf|"
    r"webmeeting|talk|call|"
    r"konferenz|besprechung|videokonferenz|videosprechstunde|sprechstunde|opentalk|pexip)[\w-]*\.[\w-]+\."
)


def urls_in(text: str) -> tuple[tuple[int, str], ...]:
    """Addresses in a text with their places, without what typesetting left at their ends."""
    return _urls_in(text) if "/" in text or ":" in text or "%2" in text else ()


@lru_cache(maxsize=256)
def _urls_in(text: str) -> tuple[tuple[int, str], ...]:
    return tuple(_each_url(text))  # remembered: each line is asked for them several times


def _each_url(text: str) -> Iterator[tuple[int, str]]:
    seen_to = -1
    for pattern, sign in ((_URL, ":"), (_BARE, "/"), (_ENCODED, "%2")):
        # Most texts hold no address at all, which a sign that every address holds tells much sooner.
        for match in islice(pattern.finditer(text), _MAX_URLS) if sign in text else ():
            if (
                pattern is _BARE
                and match.start() < seen_to
                and "://" in text[max(0, match.start() - 300) : match.start()]
            ):
                continue
            url = trim(match.group(0))
            if pattern is _URL:
                seen_to = max(seen_to, match.end())
            elif pattern is _ENCODED:
                url = unquote(url)
            elif "://" not in url:
                url = "https://" + url
            yield match.start(), url


def trim(url: str) -> str:
    """An address without the quotes, brackets and full stops that follow it in a text."""
    url = re.split(r"[<>\"]|&quot;|&gt;|\]\(|%3E$", url, maxsplit=1)[0][:MAX_URL]
    while url:
        last = url[-1]
        if last in ".,;:!?'\"*_>»”’“`|" or (last in ")]}" and url.count(last) > url.count("([{"[")]}".index(last)])):
            url = url[:-1]
        else:
            break
    return url


def unwrap(url: str) -> str:
    """The address inside a wrapper (SafeLinks, Proofpoint, redirectors), or the same address when there is none."""
    for _ in range(_MAX_UNWRAP):
        inner = _inner(url)
        if inner is None:
            return url
        url = inner
    return url


_PROOFPOINT_2 = re.compile(r"^https?://urldefense\.(?:proofpoint\.)?com/v[12]/url$", re.IGNORECASE)
_PROOFPOINT_3 = re.compile(r"^https?://urldefense\.(?:us|com)/v3/__(.+?)__;", re.IGNORECASE)
_EMBEDDED = re.compile(r"https?(?:://|%3a//|(?P<encoded>(?::|%3a)%2f%2f))", re.IGNORECASE)
_WRAPPED_HOST = re.compile(r"^[\w.-]+\.[a-z]{2,}$", re.IGNORECASE)


def _inner(url: str) -> str | None:
    third = _PROOFPOINT_3.match(url)
    if third:
        return re.sub(r"^(https?):/(?=[^/])", r"\1://", third.group(1))
    parts = _split(url)
    if parts is None:
        return None
    head = f"{parts[0]}://{parts[1]}{parts[2]}"
    for _, value in parse_qsl(parts[3], max_num_fields=60) if parts[3].count("&") < 60 else ():
        if _PROOFPOINT_2.match(head) and value.lower().startswith("http"):
            return unquote(value.replace("-", "%").replace("_", "/"))
        if _EMBEDDED.match(value):
            return trim(value)
    embedded = _EMBEDDED.search(parts[2])
    if embedded is None:
        return None
    inner = parts[2][embedded.start() :]
    return unquote(inner.partition("/")[0] if embedded.group("encoded") else inner)


def _split(url: str) -> tuple[str, str, str, str, str] | None:
    """Scheme, host, path, query and fragment; None where it is no address."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    return parts.scheme.lower(), host, parts.path, parts.query, parts.fragment


@lru_cache(maxsize=256)
def classify(url: str) -> Link | None:
    """The join link that an address is, or wraps; None for every other address.

    One entry asks several times for each of its addresses: by what is remembered, twice costs no more than once.
    """
    direct = _join(url)
    if direct is not None:
        return direct
    inner = unwrap(url)
    if inner != url:
        return _join(inner)
    parts = _split(url)
    if parts is not None and "mimecast" in parts[1]:
        # Mimecast keeps the target to itself, and tells its host only.
        for name, value in parse_qsl(parts[3], max_num_fields=60):
            if name == "domain" and _WRAPPED_HOST.match(value):
                for service in SERVICES:
                    if service.host.search(value.lower()):
                        return Link(url=url, vendor=service.vendor, medium=service.medium)
    return None


def _join(url: str) -> Link | None:
    parts = _split(url)
    if parts is None:
        return None
    scheme, host, path, query, fragment = parts
    if scheme in ("zoommtg", "zoomus"):
        return Link(url=url, vendor="zoom")
    if scheme == "msteams":
        return Link(url=url, vendor="teams") if "meetup-join" in url or "/meet/" in url else None
    if scheme in ("facetime", "facetime-audio"):
        return Link(url=url, vendor="facetime", medium="video" if scheme == "facetime" else "phone")
    if scheme == "skype":
        return Link(url=url, vendor="skype") if "call" in query or "video" in query or "join" in url else None
    if scheme not in ("http", "https"):
        return None
    rest = path + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    if _NEVER.search(path) or (fragment and _NEVER.search(fragment)) or _PAGES.search(path):
        return None
    known = [service for service in SERVICES if service.host.search(host)]
    for service in known or SELF_HOSTED:
        if service.host.search(host) and service.rest.search(rest):
            return Link(url=url, vendor=service.vendor, medium=service.medium)
    return None


def generic(url: str) -> Link | None:
    """A link whose surroundings say that it joins a conference: any web address that is not plainly something else."""
    parts = _split(unwrap(url))
    if parts is None or parts[0] not in ("http", "https") or _NEVER.search(parts[2]):
        return None
    if any(service.host.search(parts[1]) for service in SERVICES):
        return None
    return Link(url=unwrap(url), vendor="generic")


def leads_in(url: str) -> bool:
    """Whether an address names a room or a call, so that in an entry that is held online it is the way in."""
    parts = _split(unwrap(url))
    return parts is not None and bool(_LEADS_IN.search(parts[1]) or _LEADS_IN.search(parts[2]))


def conference_host(url: str) -> bool:
    """Whether the host's own name says that conferences are held there (meet.example.org)."""
    parts = _split(unwrap(url))
    return parts is not None and bool(_GENERIC_HOST.match(parts[1])) and len(parts[2]) > 1
