"""Join links: found in text, freed from the wrappers of mail gateways, and named by service. No request is made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

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
        r"bluejeans\.com|join\.me|meet\.lync\.com|facetime\.apple\.com|join\.skype\.com|8x8\.vc|doxy\.me)"
        r"/[^\s<>\"`{}|\\^]{2,2000}"
    ),
    re.IGNORECASE,
)

Medium = Literal["video", "phone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One address by which a conference is joined."""

    url: str
    vendor: str
    medium: Medium = "video"


@dataclass(frozen=True, slots=True)
class _Service:
    """How a service's join links look: the host, and what follows it (path, query, fragment)."""

    vendor: str
    host: re.Pattern[str]
    rest: re.Pattern[str]
    medium: Medium = "video"


def _service(vendor: str, host: str, rest: str, medium: Medium = "video") -> _Service:
    return _Service(vendor, re.compile(rf"(?:^|\.)(?:{host})$"), re.compile(rf"^(?:{rest})", re.IGNORECASE), medium)


_WORD = r"[\w%.~@+-]"
SERVICES: tuple[_Service, ...] = (
    _service(
        "zoom",
        r"zoom\.us|zoom\.com|zoom\.com\.cn|zoomgov\.com|zoom-x\.de",
        rf"/(?:j|my|w|s|wc|wc/join|join|webinar)/{_WORD}|/join\?|/meeting/join|/wc/\d+",
    ),
    _service("zoom", r"zm\.page", r""),
    _service("zoom", r"zhumu\.com", r"/(?:j|wc/join)/\d"),
    _service("zoom", r"zoom-lfx\.platform\.linuxfoundation\.org", r"/meeting/\d"),
    _service(
        "teams",
        r"teams\.microsoft\.com|teams\.microsoft\.us|teams\.cloud\.microsoft|dod\.teams\.microsoft\.us",
        r"/(?:_#/)?l/meetup-join/|/(?:v2/)?meet/\d|/dl/launcher/.{0,400}meetup-join|/_#/meet/|/l/call/",
    ),
    _service("teams", r"teams\.live\.com", r"/(?:v2/)?meet/|/l/"),
    _service(
        "google-meet",
        r"meet\.google\.com",
        (
            rf"/(?:[a-z]{{3,4}}-[a-z]{{3,4}}-[a-z]{{3,4}}|lookup/|(?!about|landing|settings|tel|whoops|"
            rf"new\b){_WORD}{{4,}})"
        ),
    ),
    _service("google-meet", r"g\.co", r"/meet/"),
    _service("google", r"hangouts\.google\.com|plus\.google\.com", r"/(?:hangouts/|call/|start|_/meet)"),
    _service(
        "webex",
        r"webex\.com|webex\.com\.cn",
        r"/(?:[^?#]{0,200}/)?(?:j\.php|e\.php|meet/|join/|m/|wbxmjs/joinservice|webappng/sites/[^/]{1,60}/meeting)",
    ),
    _service("gotomeeting", r"gotomeeting\.com", r"/join/\d|/\d{9}"),
    _service("gotomeeting", r"gotomeet\.me|gotomeet\.com|meet\.goto\.com|gotomeet\.at", rf"/{_WORD}{{2,}}"),
    _service("gotomeeting", r"app\.goto\.com|app\.gotomeeting\.com", r"/(?:meet|join|\?meetingid)"),
    _service("gotowebinar", r"gotowebinar\.com", r"/join/"),
    _service("skype-business", r"meet\.lync\.com", rf"/{_WORD}"),
    _service("skype", r"join\.skype\.com", rf"/{_WORD}"),
    _service("livemeeting", r"livemeeting\.com", r"/cc/[^?#]{1,80}/(?:join|view|meet)"),
    _service("jitsi", r"meet\.jit\.si|8x8\.vc|kmeet\.infomaniak\.com|meet\.ffmuc\.net|fairmeeting\.net", rf"/{_WORD}"),
    _service("whereby", r"whereby\.com|appear\.in", rf"/(?!information|blog|user|pricing|about|embedded){_WORD}{{2,}}"),
    _service("facetime", r"facetime\.apple\.com", r"/join"),
    _service("chime", r"chime\.aws", r"/(?:meetings/)?\w"),
    _service("bluejeans", r"bluejeans\.com", r"/(?:m/|meet/|a2m/live-event/)?\d{3,}|/webrtc"),
    _service("ringcentral", r"ringcentral\.com", r"/(?:join|j|conf)/\w|/j/|/teams"),
    _service("circuit", r"yourcircuit\.com", r"/(?:guest|conference)|/#/conversation"),
    _service("join.me", r"join\.me", rf"/{_WORD}"),
    _service("zoho", r"meeting\.zoho\.(?:com|eu|in)|meet\.zoho\.(?:com|eu|in)", rf"/(?:meeting/|join|{_WORD}{{3,}})"),
    _service("dialpad", r"dialpad\.com|uberconference\.com|meetings\.dialpad\.com", r"/(?:meet|room|launch)/|/\w{4,}$"),
    _service("lifesize", r"call\.lifesizecloud\.com|lifesizecloud\.com", r"/\d"),
    _service("starleaf", r"meet\.starleaf\.com", r"/\d"),
    _service("vonage", r"meetings\.vonage\.com", r"/\d"),
    _service("freeconferencecall", r"freeconferencecall\.com|fccdl\.in", rf"/(?!i/)(?:wall/)?{_WORD}"),
    _service("slack", r"app\.slack\.com", r"/huddle/"),
    _service("gather", r"gather\.town|app\.gather\.town", r"/(?:app|i)/"),
    _service("whatsapp", r"call\.whatsapp\.com", r"/video/"),
    _service("whatsapp", r"call\.whatsapp\.com", r"/voice/", "phone"),
    _service("signal", r"signal\.link", r"/call/"),
    _service("element", r"call\.element\.io", rf"/{_WORD}|/#"),
    _service("alfaview", r"alfaview\.com", r"/(?:#/)?(?:join|room)"),
    _service("clickmeeting", r"clickmeeting\.com", rf"/{_WORD}{{2,}}"),
    _service("adobe-connect", r"adobeconnect\.com", rf"/{_WORD}{{2,}}"),
    _service("edudip", r"edudip\.com", r"/(?:w|webinar|market)/"),
    _service("doxy", r"doxy\.me", rf"/{_WORD}{{2,}}"),
    _service("visavid", r"visavid\.de", r"/(?:join|room|r)"),
    _service("senfcall", r"senfcall\.de", rf"/{_WORD}{{2,}}"),
    _service("telemost", r"telemost\.yandex\.(?:ru|com)", r"/j/"),
    _service("tencent", r"meeting\.tencent\.com|voovmeeting\.com", r"/(?:dm|p|s)/"),
    _service("lark", r"vc\.larksuite\.com|vc\.feishu\.cn", r"/j/"),
    _service("livestorm", r"livestorm\.co", r"/p/[^?#]{1,80}/live"),
    _service("teamviewer", r"teamviewer\.com", r"/(?:v\d+/)?m\d{2}"),
    _service("zoho", r"cliq\.zoho\.(?:com|eu|in)", r"/meetings/"),
    _service("workplace", r"workplace\.com|facebook\.com", r"/groupcall/"),
    _service("microsoft", r"join\.microsoft\.com", r"/meet/"),
    _service("blackboard", r"bbcollab\.com|bbcollab\.cloud", r"/(?:guest|invite|collab/ui/session)"),
    _service("streamyard", r"streamyard\.com", rf"/(?:guest/)?(?!blog|pricing|watch|resources){_WORD}{{8,}}"),
    _service("gong", r"join\.gong\.io", rf"/{_WORD}"),
    _service("chorus", r"go\.chorus\.ai", rf"/{_WORD}"),
    _service("demodesk", r"demodesk\.com", r"/[A-Z0-9]{6,}$"),
    _service("coscreen", r"join\.coscreen\.co", rf"/{_WORD}"),
    _service("tuple", r"tuple\.app", r"/c/"),
    _service("pop", r"pop\.com", r"/j/\d"),
    _service("reclaim", r"reclaim\.ai", r"/z/"),
    _service("calcom", r"cal\.com", r"/video/"),
    _service("preply", r"preply\.com", r"/[^?#]{0,20}chat/t-room/"),
    _service("vimeo", r"venues\.vimeo\.com", r"/\d"),
    _service("venue", r"app\.venue\.live", r"/app/"),
    _service("ovice", r"ovice\.in|app\.ovice\.com", rf"/{_WORD}"),
    _service("teemyco", r"app\.teemyco\.com", r"/room/"),
    _service("userzoom", r"go\.userzoom\.com", r"/participate/"),
    _service("istesuit", r"conference\.istesuit\.com", rf"/{_WORD}"),
    _service("discord", r"discord\.com", r"/channels/\d+/\d+\?call"),
    _service("google-meet", r"calendly\.com", r"/events/[^/]{1,80}/google_meet"),
    _service("teams", r"calendly\.com", r"/events/[^/]{1,80}/(?:microsoft_)?teams"),
    _service("zoom", r"calendly\.com", r"/events/[^/]{1,80}/zoom"),
    _service("webex", r"calendly\.com", r"/events/[^/]{1,80}/webex"),
    _service("gotomeeting", r"calendly\.com", r"/events/[^/]{1,80}/goto"),
)

# Software that people host themselves: the path or the name of the host tells.
_SELF_HOSTED: tuple[_Service, ...] = (
    _service("bigbluebutton", r".+", r"/(?:b|rooms)/\w{3,4}-\w{3,4}-\w{3,4}|/bigbluebutton/"),
    _service("nextcloud-talk", r".+", r"/(?:[\w-]{1,40}/)?(?:index\.php/)?call/[a-z0-9]{5,40}(?:$|[/?#])"),
    _service("jitsi", r"(?:jitsi|jitsi-meet)[\w-]*\.[\w.-]+", r""),
    _service("bigbluebutton", r"(?:bbb|greenlight)[\w-]*\.[\w.-]+", rf"/{_WORD}"),
    _service("skype-business", r"(?:meet|lync|sfb)\.[\w.-]+", r"/[\w.-]{2,60}/[A-Z0-9]{6,10}(?:$|\?)"),
    _service("jitsi", r"meet\.[\w.-]+", rf"/(?!$){_WORD}{{3,}}"),
)

_NEVER = re.compile(
    (
        r"/rec(?:ording)?s?/|/u/|/launch/|/register|/registration|/signup|meetingoptions|/l/(?:channel|team|"
        r"message|file|chat)|"
        r"/cancellations?/|/reschedulings?/|/cancel\b|/reschedule\b|globalcallin|/skype/|/pstn|/phoneconference|/help|"
        r"joinmeeting-help|/test$|\.(?:png|jpe?g|gif|svg|css|js|pdf|ics)(?:$|\?)"
    ),
    re.IGNORECASE,
)

_GENERIC_HOST = re.compile(
    r"^(?:[\w-]+\.)?(?:meet|meeting|meetings|conf|conference|videoconf|video|vc|visio|viko|vk|webconf|"
    r"webmeeting|talk|call|"
    r"konferenz|besprechung|videokonferenz|videosprechstunde|sprechstunde|opentalk|pexip)[\w-]*\.[\w-]+\."
)


def urls_in(text: str) -> Iterator[tuple[int, str]]:
    """Addresses in a text with their places, without what typesetting left at their ends."""
    seen_to = -1
    for pattern in (_URL, _BARE):
        for match in islice(pattern.finditer(text), _MAX_URLS):
            if (
                pattern is _BARE
                and match.start() < seen_to
                and "://" in text[max(0, match.start() - 300) : match.start()]
            ):
                continue
            url = trim(match.group(0))
            if pattern is _URL:
                seen_to = max(seen_to, match.end())
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
_EMBEDDED = re.compile(r"https?(?:://|%3a%2f%2f)", re.IGNORECASE)
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
    return unquote(parts[2][embedded.start() :]) if embedded else None


def _split(url: str) -> tuple[str, str, str, str, str] | None:
    """Scheme, host, path, query and fragment; None where it is no address."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    return parts.scheme.lower(), host, parts.path, parts.query, parts.fragment


def classify(url: str) -> Link | None:
    """The join link that an address is, or wraps; None for every other address."""
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
    if _NEVER.search(path) or (fragment and _NEVER.search(fragment)):
        return None
    known = [service for service in SERVICES if service.host.search(host)]
    for service in known or _SELF_HOSTED:
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


def conference_host(url: str) -> bool:
    """Whether the host's own name says that conferences are held there (meet.example.org)."""
    parts = _split(unwrap(url))
    return parts is not None and bool(_GENERIC_HOST.match(parts[1])) and len(parts[2]) > 1
