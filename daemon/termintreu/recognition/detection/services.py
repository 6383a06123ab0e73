"""Conference services and how their join links look: one table. No request is made, no code decides here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Medium = Literal["video", "phone"]


@dataclass(frozen=True, slots=True)
class Service:
    """How a service's join links look: the host, and what follows it (path, query, fragment)."""

    vendor: str
    host: re.Pattern[str]
    rest: re.Pattern[str]
    medium: Medium = "video"


def _service(vendor: str, host: str, rest: str, medium: Medium = "video") -> Service:
    return Service(vendor, re.compile(rf"(?:^|\.)(?:{host})$"), re.compile(rf"^(?:{rest})", re.IGNORECASE), medium)


_WORD = r"[\w%.~@+-]"
SERVICES: tuple[Service, ...] = (
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
    _service("red-connect", r"video\.redmedical\.de|patient\.redmedical\.de", r""),
    _service("arztkonsultation", r"arztkonsultation\.de", r"/(?!hilfe|preise|kontakt)\w"),
    _service("patientus", r"patientus\.de", r"/(?!hilfe|preise|kontakt)\w+/\w"),
    _service("clickdoc", r"(?:videosprechstunde|sprechstunde|video|app)\.clickdoc\.(?:de|at|ch)", r"/."),
    _service("sprechstunde-online", r"sprechstunde\.online", r"/(?!hilfe|preise|kontakt)\w+/\w"),
    _service("viomedi", r"viomedi\.(?:de|com)", r"/\w"),
    _service("visavid", r"visavid\.de", r"/(?:join|room|r|guest|gast)"),
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
    _service("demodesk", r"demodesk\.com", r"/(?-i:[A-Z0-9]{6,})$"),
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
SELF_HOSTED: tuple[Service, ...] = (
    _service("bigbluebutton", r".+", r"/(?:b|rooms)/\w{3,4}-\w{3,4}-\w{3,4}|/bigbluebutton/"),
    _service("nextcloud-talk", r".+", r"/(?:[\w-]{1,40}/)?(?:index\.php/)?call/[a-z0-9]{5,40}(?:$|[/?#])"),
    _service("jitsi", r"(?:jitsi|jitsi-meet)[\w-]*\.[\w.-]+", r""),
    _service("bigbluebutton", r"(?:bbb|greenlight)[\w-]*\.[\w.-]+", rf"/{_WORD}"),
    _service("skype-business", r"(?:meet|lync|sfb)\.[\w.-]+", r"/[\w.-]{2,60}/[A-Z0-9]{6,10}(?:$|\?)"),
    _service("jitsi", r"meet\.[\w.-]+", rf"/(?!$){_WORD}{{3,}}"),
)
