"""The words that make a call, and those that only look like it: tables, as patterns on folded text.

Folded: lower case, accents gone, every dash a "-" (`text.fold`). German "ü" may also be spelled "ue". Each table is
a tuple of alternatives that become one pattern. No code decides anything here.
"""

from __future__ import annotations

import re

from termintreu.recognition.detection.not_calls import ABOUT_SERVICES


def union(*tables: tuple[str, ...], before: str = r"(?<!\w)", after: str = r"(?!\w)") -> re.Pattern[str]:
    """One pattern for all entries of the tables; whole words unless told otherwise."""
    return re.compile(before + "(?:" + "|".join(entry for table in tables for entry in table) + ")" + after)


_KIN = (
    r"mum|mom|mummy|mommy|mama|mother|dad|daddy|papa|father|grandma|grandpa|grandmother|grandfather|granny|gran|nana|"
    r"oma|opa|aunt(?:ie|y)?|uncle"
)
"""What people call their family in a title."""

# --- phone ---------------------------------------------------------------------------------------------------------

_TEL = r"tele?(?:f|ph)one?"
PHONE_STRONG = (
    r"(?:[a-z]{3,})?telefonate?s?(?: mit)?",
    r"[a-z]{3,}(?:telkos?|telefontermine?|telefonkonferenz|telefoninterviews?)",
    r"[(\[](?:tele?fon(?:isch)?|(?:tele)?phone|tel\.?)[)\]]",
    _TEL
    + (
        r"[- ]?(?:termin\w*|gespr(?:a|ae)ch\w*|konf(?:erenz(?:en)?)?|conf(?:erence|erentie)?|interv\w*|"
        r"besprech\w*|beratung\w*|sprechst\w*|meeting\w*|calls?|"
        r"coaching\w*|date|kontakt|runde|konsil\w*|abstimm\w*|sync|visite|sitzung\w*|austausch|jour ?fixe|"
        r"verabredung|akquise|"
        r"samtal\w*|mote\w*|mode|overleg|gesprek\w*|afspraak|aften|consult\w*|appointment|screen\w*|chat|"
        r"catch-?up|session|check-?in|"
        r"discussion|review|visit|meetings?)"
    ),
    r"telefonier\w+",
    r"telefonisch\w*",
    r"telephonic\w*",
    r"fernmundlich\w*",
    r"ferngespr(?:a|ae)che?[ns]?",
    r"tel\.?[- ]?(?:konf\w*|termin\w*|interview\w*|gespr(?:a|ae)ch\w*|besprech\w*|meeting\w*|call|sprechst\w*)",
    r"telkos?",
    r"telco",
    r"telekonferenz\w*",
    r"tele-?con(?:f\w*|s)?",
    r"telcon",
    r"telephone conf\w*",
    (
        r"phone[- ]?(?:calls?|conf\w*|con|interviews?|screen(?:ing)?s?|appointments?|appt|"
        r"consult(?:ation)?s?|meetings?|chats?|"
        r"catch-?ups?|dates?|session|check-?ins?|discussion|visit|intake|assessment|tutorial)"
    ),
    r"conf(?:erence|\.)?[- ]?calls?",
    r"con-?calls?",
    r"(?:dial|call)[- ]in(?: (?:meeting|call))?",
    r"(?:by|over|via|on|per) (?:the )?(?:tele)?phone",
    r"(?:per|via|am|uber|ueber) telefon",
    r"r(?:u|ue)ckruf(?:e?s?|bitten?|wunsch|termine?)",
    r"(?:kontroll|vorab|info|test|ruck|kunden|erinnerungs|beratungs|service)?anrufe?s?",
    r"(?:zur(?:u|ue)ck)?(?:anrufen|zuruckrufen|zurueckrufen|durchklingeln|durchrufen)",
    r"angerufen",
    r"(?:ph|tel|voice|audio) ?calls?",
    r"(?:ring|call|phone) (?:[\w.-]+ ){1,3}back(?!\w)",
    r"(?:to|will|ll|going to) (?:call|ring|phone) (?:me|us|you)(?: back)?",
    r"give .{1,40} an? (?:call|ring|bell|buzz)",
    r"call ?backs?",
    r"telefonat[ao]s?",
    r"telefonic[oa]s?(?: con)?",
    r"telefonare",
    r"chiamat[ae]",
    r"(?:ri)?chiamare",
    r"(?:rdv|rendez-vous|entretien|reunion|point|conference|consultation|echange|appel|conf)[- ](?:tel|telephonique)s?",
    r"appels? (?:avec|telephoniques?|video)",
    r"telephoner",
    r"coup de (?:fil|telephone)",
    r"(?:re)?appeler",
    r"belafspraak\w*",
    r"telefoon(?:gesprek\w*|tje|afspraak\w*|overleg|conferentie)",
    r"(?:terug)?bellen",
    r"llamadas?(?: telefonicas?)?",
    r"(?:re)?llamar",
    r"(?:cita|entrevista|consulta|conferencia|reunion) telefonica",
    r"telefonema",
    r"ligar (?:para|ao?)",
    r"chamada (?:com|telefonica)",
    r"rozmowa telefoniczna",
    r"zadzwonic",
    r"telefon (?:do|mit|z|s|med|com|con)(?= )",
    r"telefonsk[iao]\w* (?:klic|pogovor|sestanek|razgovor|konferenc\w*|intervju)",
    r"poklicati",
    r"pokl?ici",
    r"klic(?= (?:z|s) )",
    r"puhelu\w*",
    r"puhelin(?:palaveri|kokous|neuvottelu|aika|haastattelu)\w*",
    r"soit(?:a|taa|to)",
    r"telefon(?:mote|samtal|mode|tid|radgivning)\w*",
    r"ring(?:a|e til|er op)",
    r"telefonicky",
    r"apel telefonic",
    r"convorbire telefonica",
)
"""Say "phone call" wherever they stand in a title."""

CALL_WORD = re.compile(r"(?<![\w'])calls?(?![\w'])(?! ?[\[{]?\(\))|(?<!\w)[a-z]{3,}call(?!\w)")
"""The bare word, and German compounds (Kundencall): a call unless its neighbours say otherwise."""

NO_CALL_BEFORE = union(
    ("to", "they", "we", "who", "you", "which", "stop", "please", "don't", "dont", "should", "could", "not"),
    before=r"(?<!\w)",
    after=r" $",
)
PHONE_FIRST = (
    r"(?:tele)?phone(?=:| - | (?!(?:in|on|off|is|as|was|and|or|at)(?!\w))[a-z])",
    r"telefon(?:aat)?(?=:| - |$)",
    r"tel\.(?= ?[a-z])",
    r"tel(?=:)",
    r"ring(?= .{2,40} (?:about|re|regarding) )",
    rf"ring (?:up|back|dr|mr|mrs|ms|the|my|{_KIN})",
    r"rufe?(?=.{2,60} (?:an|zuruck|zurueck)$)",
    r"appel(?= (?!a |d))",
    r"rappeler",
    r"bel(?= )",
    r"klici?i?",
    r"tk(?=:| mit | - )",
)
"""Only at the beginning of a title."""
SHORT = r"(?:(?:kurz(?:e[sr]?)?|schnell(?:e[sr]?)?|quick|short|brief) )?"
"""What may stand before them."""
PHONE_SIGN = re.compile(r"^\W{0,3}?[☎📞📱📲✆]")
VIDEO_SIGN = re.compile(r"^\W{0,3}?[🎥📹]")
"""What people put before a title in place of the word."""
PHONE_LAST = (
    r"(?<=\w) tel(?!\w)",
    r"[(\[](?:tele)?phone[)\]]",
    r"[(\[]tele?fon(?:isch)?[)\]]",
    r"[(\[]tel\.?[)\]]",
    r"- ?(?:tele)?phone",
    r"- telefon",
    r", telefon",
)
"""Only at its end."""

# --- video ---------------------------------------------------------------------------------------------------------

VENDORS: dict[str, str] = {
    r"zoom": "zoom",
    r"(?:ms|microsoft)[- ]?teams": "teams",
    r"teams": "teams",
    r"google[- ]?(?:meet|hangouts?)": "google-meet",
    r"g-?meet": "google-meet",
    r"hang-?outs?(?: meet)?": "google",
    r"(?:cisco )?webex": "webex",
    r"go-?to-?meeting": "gotomeeting",
    r"go-?to-?webinar": "gotowebinar",
    r"skype(?: for business)?": "skype-business",
    r"lync": "skype-business",
    r"face-?time": "facetime",
    r"jitsi(?: meet)?": "jitsi",
    r"whereby": "whereby",
    r"blue-?jeans": "bluejeans",
    r"bigbluebutton|bbb": "bigbluebutton",
    r"nextcloud[- ]?talk": "nextcloud-talk",
    r"(?:amazon )?chime": "chime",
    r"adobe connect": "adobe-connect",
    r"slack[- ]?huddle": "slack",
    r"huddle": "slack",
    r"alfaview": "alfaview",
    r"opentalk": "opentalk",
    r"senfcall": "senfcall",
    r"live ?meeting": "livemeeting",
    r"starleaf": "starleaf",
    r"livestorm": "livestorm",
    r"ringcentral": "ringcentral",
}
VENDOR = "(?:" + "|".join(VENDORS) + ")"

ABOUT_SERVICE = union(tuple(entry.replace("{vendor}", VENDOR) for entry in ABOUT_SERVICES))

VIDEO_STRONG = (
    (
        r"video[- ]?(?:calls?|chats?|konf(?:erenz(?:en)?)?|conf(?:erenc\w*|erencia|erenza|erentie)?|"
        r"anrufe?\w*|telefon\w*|sprechst\w*|termin\w*|meetings?|besprech\w*|gespr(?:a|ae)ch\w*|"
        r"interviews?|date|konsult\w*|consult\w*|visit|visits|appointments?|schalte\w*|beratung\w*|bellen|"
        r"gesprek\w*|llamadas?|chiamat[ae]|"
        r"mote\w*|samtal\w*|session|chamada|schaltung\w*|sync|visite|coaching\w*|neuvottelu\w*|puhelu\w*)"
    ),
    r"viko",
    r"visio(?:-?conf\w*)?",
    r"visio(?= (?:avec|:))",
    r"appels? video",
    r"web-?(?: )?(?:conf(?:erence|erencing)\w*|konf\w*|meetings?|calls?|besprech\w*)",
    (
        r"online-? ?(?:meetings?|besprech\w*|termin|gespr(?:a|ae)ch\w*|sprechst\w*|calls?|konferenz|"
        r"interview|beratung\w*|konsult\w*|"
        r"consultation|appointment|treffen)"
    ),
    r"virtual (?:meetings?|appointments?|coffee|calls?|visits?|consult\w*|interviews?|office hours?)",
    r"virtuelle\w* (?:besprech\w*|treffen|meeting|sitzung|kaffee\w*|termin|kaffeepause)",
    r"remote (?:meeting|call|interview)",
    r"tele-?(?:consult\w*|health|visit|medicine) ?(?:appointment|visit|call)?",
    r"wideokonferencja|wideorozmowa|videokonference|videohovor",
)
_ONE_TO_ONE = r"face-?time|skype"
_NAMED = (
    r"(?:herrn?|frau|hrn?\.|fr\.|dr\.|prof\.|fam\.|familie|fa\.|firma|mr\.?|mrs\.?|ms\.?|oma|opa|mama|papa|mum|mom|dad)"
    r"(?= )|(?:oma|opa|mama|papa|mum|mom|dad|grandma|grandpa)$|[^:]{2,40} (?:ag|gmbh|kg|e\.?k\.?|ltd|inc|llc|se)\.?$"
)
"""What follows a service's name where a title says with whom ("Zoom Frau Krause")."""
_AFTER_VENDOR = (
    r"[- ](?:calls?|meetings?|besprech\w*|termin\w*|konf\w*|conf\w*|chat|sitzung|anruf|gespr(?:a|"
    r"ae)ch\w*|interview|link|"
    r"sync|standup|stand-up|date|treffen|sprechst\w*|coaching|jour ?fixe)|[- ]?(?:mit|with|w/|avec|con|"
    r"met|med|:)(?=[ :]|$)"
)
VIDEO_VENDOR = re.compile(
    rf"(?<![\w-])(?P<a>{VENDOR})(?:{_AFTER_VENDOR})"
    rf"|(?:(?<!\w)(?:via|per|over|on|by|in|auf|using|uber|ueber|@|en|sur|op) |[(\[]|@|^|[-,|"
    rf"/] )(?P<b>{VENDOR})(?=[)\]]|$| [-|/])"
    rf"|^(?P<c>{VENDOR})(?= - |: | (?:{_NAMED}))"
    rf"|^(?P<d>{_ONE_TO_ONE})(?= [a-z])"
)
MESSENGER_CALL = re.compile(
    r"(?<!\w)(?:whats-?app|signal|threema|telegram|viber)[- ]?(?P<v>video)?(?:calls?|anrufe?|telefonat)(?!\w)"
)

# --- places --------------------------------------------------------------------------------------------------------

PLACE_PHONE_FIRST = union(
    (
        r"(?:per |via |by |am |over the |on the |over |an? |auf dem )?(?:"
        + _TEL
        + (
            r"(?:isch\w*|at|o|konf\w*|termin\w*|gespr\w*|ic\w|ata)?|phone(?: call)?|"
            r"tel|telko|telefoon|telephonique\w*|par telephone|handy|mobil|mobile|cell|calls?|"
            r"conf(?:erence)?[- ]call\w*|anruf|r(?:u|ue)ckruf|phone/video|"
            r"voice|audio|dial[- ]?in|call[- ]?in|teleconf\w*|telecon|llamada|telefonata|puhelin|t)"
        ),
    ),
    before=r"^\W{0,3}",
)
PLACE_PHONE_NEVER = union(
    (
        r"(?:tele)?phone[- ]?(?:booth|box|room|house|exchange|avenue|store|shop|museum|road|street|hill|building)",
        r"telefon-?(?:zelle|box|raum|zimmer|kabine|zentrale|fabrik|museum|laden|werk|cafe|platz|strasse|straße)",
        r"call[- ]?(?:cent(?:er|re)|shop|box|room)",
    )
)
PLACE_PHONE_ANYWHERE = union(
    (
        r"telkos?",
        r"tele?(?:f|ph)on-?konf\w*",
        r"conf(?:erence)?[- ]calls?",
        r"dial[- ]in",
        r"call[- ]in",
        r"teleconf\w*",
        r"tel\.?-?konf\w*",
        r"(?:or|oder|und|/|&|,|;|\|) ?(?:per |via |by )?(?:tele)?(?:phone|telefon)",
        r"telefonisch",
    )
)
PLACE_VIDEO_ANYWHERE = union(
    (
        r"(?:ms|microsoft)[- ]?teams",
        r"google[- ]?(?:meet|hangouts?)",
        r"video-?(?: )?(?:konf\w*|conf\w*|calls?|chat|anruf|sprechst\w*|besprech\w*|meeting)",
        r"web-?(?: )?(?:conf\w*|konf\w*|meeting)",
        r"online-?(?: )?(?:meeting|besprech\w*|termin|konferenz|call)",
        r"(?:online|remote|virtual) (?:\w+ )?(?:call|meeting|interview|consultation|appointment)",
        r"(?:whats-?app|signal|threema|telegram)[- ]?video\w*",
        r"skype-besprechung",
        r"skype meeting",
        r"virtual meeting",
        r"visio(?:conf\w*)?",
        r"videollamada",
        r"webex",
        r"go-?to-?meeting",
        r"go-?to-?webinar",
        r"tele-?(?:health|medicine|medizin|sprechstunde)",
        r"(?:video|virtual) visit",
    )
)
PLACE_VENDOR = re.compile(
    rf"(?:^|[;,/|(+@:-] ?|(?<!\w)(?:via|per|on|over|uber|ueber|oder|or|und|and|in|par|sur) )(?P<a>{VENDOR})"
    rf"(?:[- ](?:meeting|besprechung|call|termin|konferenz|videocall|sitzung|room|raum|link\w*|chat|"
    rf"online|id|conference|oder|or|und|and|app)){{0,2}}"
    r"(?= ?(?:$|[;,/|)(+:!.-]))"
)
PLACE_ONLINE = re.compile(
    r"^\W{0,2}(?:online|virtuell|virtual|remote|web|internet|distanciel|en ligne|in linea|en linea|digital)"
    r"(?:\W{1,4}(?:der |the |meeting[- ]?|teilnahme|einwahl)?-?(?:link|zugang|einwahldaten|zugangsdaten|details)(?!\w)"
    r".{0,40})?\W{0,2}$"
)

TITLE_ONLINE = re.compile(r"[(\[] ?(?:online|virtuell|virtual|remote|digital|video) ?[)\]]\W{0,2}$")
"""At the end of a title that speaks of people meeting."""
PEOPLE_MEET = union(
    (
        (
            r"meetings?|besprech\w*|jour ?fixe|termin|gespr(?:a|ae)ch\w*|1:1|1-1|sync|stand-?up|interview\w*|"
            r"mit|with|w/|abstimm\w*|weekly|"
            r"daily|retro\w*|planning|review|kick-?off|austausch|runde|sitzung|vorstellungs\w*|kennenlern\w*|"
            r"erstgespr\w*|coaching|session|sesion|seance|sessione|consult\w*|therap\w*|terapia|lesson|unterricht|"
            r"nachhilfe|sprechst\w*|beratung\w*|demo|catch-?up"
        ),
    )
)
"""A title that speaks of people meeting: with the place "online" that makes a video call."""
