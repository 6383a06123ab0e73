"""The words that make a call, and those that only look like it: tables, as patterns on folded text.

Folded: lower case, accents gone, every dash a "-" (`text.fold`). German "ü" may also be spelled "ue". Each table is
a tuple of alternatives that become one pattern. No code decides anything here.
"""

from __future__ import annotations

import re


def union(*tables: tuple[str, ...], before: str = r"(?<!\w)", after: str = r"(?!\w)") -> re.Pattern[str]:
    """One pattern for all entries of the tables; whole words unless told otherwise."""
    return re.compile(before + "(?:" + "|".join(entry for table in tables for entry in table) + ")" + after)


# --- what is no call, though its words look so ---------------------------------------------------------------------

_CALLS_OF_PEOPLE = (
    "reference intro discovery screening planning strategy status client customer sales update review quick "
    "short sync kickoff kick-off follow-up followup prep demo onboarding coaching weekly monthly"
)
NOT_CALLS_EN = (
    "".join(rf"(?<!\b{kind} )" for kind in _CALLS_OF_PEOPLE.split()) + r"calls? for \w+",
    r"call-for-\w+",
    r"on[- ]?call(?: [\w-]+)?",
    r"oncall",
    (
        r"(?:roll|casting|last|curtain|open|close|bird|cattle|altar|mail|sick|wake[- ]?up|margin|house|judg[e]?ment|"
        r"line|body|toolbox|duck|moose|game|elk|turkey|crow|capital|cash|covered|put|naked|backup|back-up|"
        r"first|second|night|weekend|"
        r"trauma|physician|resident|hospital|jury|photo|studio|crew|cast|set|general|"
        r"function|system|api|procedure|method|library|rpc|remote procedure|tool|earnings|results|quarterly earnings|"
        r"clarion|booty|butt|nature's|tornado|fire|siren|cold|robo|spam|prank|(?<!return )missed|voice) calls?"
    ),
    (
        r"call(?:s)? (?:of|to (?:action|order|worship|prayer|arms|artists|bids?|tender|bar|the bar)|time|"
        r"times|sheet|sheets|sign|signs|"
        r"stack|graph|site|number|numbers|slip|options?|spread|warrant|money|notice|date|duty|"
        r"rota|rotation|roster|shift|"
        r"schedule|room|coverage|team member|me by|the midwife|saul|girl|boy|box|log|logs|list|"
        r"lists|script|scripts|report|"
        r"reports|recording|recordings|notes?|minutes|quality|monitoring|routing|forwarding|flow|"
        r"queue|waiting|tracking|"
        r"volume|statistics|stats|analytics|charges?|card|cards|bell|button|off|out|outs|in sick|"
        r"it a|upon|into question|"
        r"schlie\w+|offnet|endet|closes?|opens?|closing|einreich\w*|ausschreib\w*|papers|paper|deadline|"
        r"summary|transcripts?|handling|training|trainings|trainer|workshop|coaching|agents?|"
        r"campaign|campaigns|blitz|bar|letter|backs? audition)"
    ),
    (
        r"(?:cold|sales|phone|telephone|conference)[- ]call(?:ing|s)? (?:training|workshop|seminar|course|"
        r"skills|techniques|script|scripts|etiquette|class|webinar|strategy|guide|room|centre|center|"
        r"equipment|system|provider|software|policy|bill|list|bridge set\w*)"
    ),
    r"calls? ahead",
    r"call[- ]outs?(?: \w+)?",
    r"cold[- ]call(?:s|ing)?",
    r"call[- ]?(?:cent(?:er|re)|in show|a[- ]?bike|a[- ]?pizza|a[- ]?doc)s?(?: \w+)?",
    r"better call",
    r"(?:will|no|at|port|ports|duty|so|beck and)[- ](?:of )?call",
    r"recalls?",
    r"callback (?:audition|function|url|handler|refactor\w*|api|bug|error|endpoint|hell|interface|test|logic)s?",
    r"(?:api|webhook|js|async|payment|oauth|login|return|event) callbacks?",
    (
        r"conference (?:room|hall|centre|center|hotel|dinner|table|facilit\w+|venue|fee|paper|papers|proceedings|badge|"
        r"registration|deadline|track|program\w*|travel|flight)s?"
    ),
    r"phone screen (?:replac\w*|repair\w*|protect\w*|fix\w*)",
    (
        r"(?:windows|android|smart|cell|mobile|new|my|your|old|work|head|micro|saxo)[- ]?phones?(?! (?:call|"
        r"conf|interview|screen|appointment))"
    ),
    (
        r"(?:tele)?phone (?:bill|case|contract|repair|system|systems|line|lines|upgrade|number|numbers|book|"
        r"booth|booths|box|"
        r"directory|company|store|shop|plan|provider|training|etiquette|skills|cover|charger|exchange|tree|list|duty|"
        r"rota|survey|banking|bank|banking|policy|free|etiquette|switch\w*|installation|maintenance|"
        r"migration|room|ban|down\w*)"
    ),
)
NOT_CALLS_DE = (
    r"keine (?:anrufe|calls|telefonate|telkos?)",
    (
        r"telefon-?(?:anlage|anlagen\w*|buch|zentrale|vertrag\w*|rechnung\w*|dienst\w*|bereitschaft\w*|"
        r"training\w*|schulung\w*|seminar\w*|"
        r"workshop\w*|kurs\w*|wartung\w*|leitung\w*|anschlu\w+|nummer\w*|liste\w*|system\w*|technik\w*|"
        r"ausfall\w*|umstellung\w*|"
        r"tarif\w*|anbieter\w*|zelle\w*|box\w*|seelsorge\w*|skript\w*|akquise-?(?:training|"
        r"schulung|seminar|workshop)\w*|"
        r"werbung\w*|verkauf\w*|trainer\w*|installation\w*|netz\w*|umzug|kette|hotline|notdienst|ansage\w*|"
        r"dose\w*|sperre|marketing\w*|karte\w*|joker)"
    ),
    r"telefonie(?!r)\w*",
    (
        r"telefon (?:reparier\w*|kauf\w*|kundig\w*|anmeld\w*|abmeld\w*|umstell\w*|abschalt\w*|aus|"
        r"stumm|laden|einricht\w*|"
        r"installier\w*|ummeld\w*|wechsel\w*|defekt|kaputt)"
    ),
    r"(?:neues|neue|altes|am neuen) telefon\w*",
    r"(?:ruf|telefon|anruf)bereitschaft\w*",
    r"bereitschafts?\w*",
    (
        r"anruf(?:beantworter|bus|sammeltaxi|linientaxi|liste\w*|weiterleitung\w*|umleitung\w*|"
        r"statistik\w*|auswertung\w*|"
        r"protokoll\w*|training|schulung|sperre|blocker)"
    ),
    r"anruf-sammel\w*",
    r"(?:verpasster?|verpasste|entgangener?|entgangene|unbekannter|anonymer|werbe) ?anrufe?",
    r"r(?:u|ue)ckruf-?(?:aktion\w*|service|teile?|nummer\w*|liste\w*)",
    r"(?:produkt|auto|fahrzeug|airbag|werkstatt|vw|bmw|lebensmittel)-?r(?:u|ue)ckruf\w*",
    r"r(?:u|ue)ckruf (?:airbag\w*|produkt\w*|fahrzeug\w*|charge\w*|auto|werkstatt\w*|takata)",
    r"(?:notruf|aufruf|abruf|widerruf|nachruf|zuruf|ausruf|beruf|einberufung)\w*",
    (
        r"(?:telefon|video)(?:abend|dreh|spiel\w*|schnitt\w*|uberwachung\w*|produktion\w*|kurs\w*|clip\w*|"
        r"vortrag|workshop)"
    ),
    r"(?:ausschreibung|einreichung|abgabe)s?frist\w*",
)
NOT_CALLS_OTHER = (
    r"appels? d'offres?",
    (
        r"appels? a (?:projets?|candidatures?|communications?|contributions?|propositions?|textes?|"
        r"manifestation\w*|temoins?)"
    ),
    r"appel (?:du|de) \w+",
    r"telefon na \w+",
    r"llamadas? (?:a|para) (?:ponencias|trabajos|proyectos|propuestas|comunicaciones)",
    r"chiamata (?:alle armi|per (?:articoli|contributi))",
    r"bando",
)

ABOUT_CALLS = (
    (
        r"(?:telko|call|telefonat|telefonkonferenz|videokonferenz|viko)(?!\w).{0,30}(?<!\w)"
        r"(?:verschicken|versenden|schreiben|erstellen|einladen)"
    ),
    (
        r"(?:prepare|preparing|preparation|prep|prework|pre-work|practice|rehearse|debrief\w*|recap|minutes|notes|"
        r"transcribe|summar\w+|feedback|follow[- ]?up|followup) (?:for|of|from|on|to|after|before|the|my|"
        r"our|our) ?(?:the |my |our |a )?.{0,40}?\b(?:calls?|phone|telecon\w*|interview)"
    ),
    (
        r"(?:before|after|between|until|cancel|cancelled:?|canceled:?|schedule|reschedule|arrange|book|"
        r"organi[sz]e|set up|setup|plan|"
        r"no|(?<!return )missed|record|review|listen to) (?:an? |the |my |all |our |more )?(?:\w+ )?(?:phone |video |"
        r"conference )?calls?"
    ),
    (
        r"(?:call|telefonat|telko|anruf|telefonkonferenz|telefontermin|telefoninterview|videokonferenz|"
        r"videocall|r(?:u|ue)ckruf|"
        r"telefonate|anrufe|calls) (?:\w+ )?(?:vorbereit\w*|nachbereit\w*|vereinbar\w*|organisier\w*|planen|"
        r"absagen|verschieben|protokollier\w*|zusammenfass\w*|auswert\w*|buchen|terminier\w*|abgesagt|"
        r"entfallt)"
    ),
    (
        r"(?:vorbereit\w*|vorbesprech\w*|nachbereit\w*|nachbesprech\w*|protokoll|notizen|"
        r"prasentation|unterlagen|agenda|"
        r"zusammenfassung|auswertung|termin vereinbaren|deadline|frist|anmeldeschluss) (?:fur |furs |fuer |"
        r"zu |zum |zur |vom |von |des |der )?(?:das |den |die )?.{0,30}?"
        r"(?:call|telefonat|telko|anruf|telefon\w+|video\w+)"
    ),
    (
        r"(?:einfuhrung|schulung|training|seminar|workshop|kurs|vortrag|webinar|lehrgang|fortbildung|weiterbildung|"
        r"vorlesung|lesung|kongress|podcast|kino|film|theater|premiere|horspiel|course|training|talk|lecture|class|"
        r"seminars?|movie|cinema|book ?club|play|reading)(?: ?: ?| - | )"
        r"(?:.{0,40} )?(?:telefon\w*|cold call\w*|call \w+|anruf\w*|phone|telephone|video\w*|"
        r"telefonakquise|kaltakquise)"
    ),
    (
        r"(?:telefon\w*|cold[- ]call\w*|call\w*|phone|telephone|video\w*)[- ](?:training|schulung|seminar|"
        r"workshop|kurs|course|etiquette|skills)s?"
    ),
    r"(?:deadline|abgabefrist|einreichungsfrist|anmeldeschluss|redaktionsschluss|submission)",
)
"""Work on, before or after a call: not the call itself."""

ABOUT_SERVICES = (
    (
        r"(?:umstieg|einfuhrung|migration|wechsel|umstellung|schulung|training|workshop|kurs|install\w*|"
        r"update|upgrade|lizenz\w*|licen[sc]e\w*|einweisung|rollout|roll-out|abschaltung|kundigung|"
        r"introduction|intro|"
        r"tutorial|how to use|howto|tipps|tips|einrichten|setup|set up|configure|konfig\w*|"
        r"webinar) (?:\w+ ){0,3}?(?:auf|von|zu|for|to|in|on|of|with|mit|use|using|fur|fuer)? ?(?:die |das |"
        r"den |the )?"
        "{vendor}"
    ),
    (
        r"{vendor}[- ](?:schulung|training|workshop|kurs|install\w*|update|upgrade|lizenz\w*|licen[sc]e\w*|"
        r"einweisung|rollout|roll-out|abschaltung|kundigung|renewal|subscription|abo|admin\w*|konto|account|"
        r"webinar|"
        r"for business (?:abschaltung|migration)|wartung|maintenance|outage|ausfall|setup|"
        r"einrichtung|test(?!call| call))"
    ),
)
"""Work on a video service: no conversation by it. `{vendor}` stands for any of VENDORS."""

# --- phone ---------------------------------------------------------------------------------------------------------

_TEL = r"tele?(?:f|ph)one?"
PHONE_STRONG = (
    r"telefonate?s?(?: mit)?",
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
    r"ring (?:up|back|mum|mom|dad|dr|mr|mrs|ms|the)",
    r"rufe?(?=.{2,60} (?:an|zuruck|zurueck)$)",
    r"appel(?= (?!a |d))",
    r"rappeler",
    r"bel(?= )",
    r"klici?i?",
    r"tk(?=:| mit | - )",
)
"""Only at the beginning of a title."""
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

# --- descriptions --------------------------------------------------------------------------------------------------

_YOU_DE = r"(?:sie|dich|euch|ihnen|dir)"
READER_IS_CALLED = re.compile(
    rf"(?<!\w)(?:wir (?:rufen|telefonieren|"
    rf"kontaktieren) [^.!?]{{0,60}}?(?<!\w)(?:{_YOU_DE}(?!\w)[^.!?]{{0,60}}?(?<!\w)an(?!\w)|telefonisch)"
    r"|wir melden uns (?:[^.!?]{0,40} )?(?:telefonisch|unter|auf)(?!\w)"
    r"|(?:wir|ich) (?:werden?|werde) (?:sie|dich|euch) [^.!?]{0,50}?(?:anrufen|telefonisch)"
    r"|ruft (?:sie|dich|euch|bei ihnen|bei dir)(?: [^.!?]{0,60}?)? ?(?<!\w)an(?!\w)"
    r"|(?:sie|du|ihr) (?:werden|wirst|werdet) (?:[^.!?]{0,40} )?angerufen"
    r"|(?:i|we|he|she|they|someone|\w{2,20})(?:'ll| will| shall| are going to|"
    r"'re going to) (?:be )?(?:call|calling|phone|phoning|ring|ringing|dial|dialling) you(?!\w)"
    r"|(?:we|i) (?:call|phone|ring) you(?!\w)"
    r"|[\w.]{1,30} (?:calls|rings|phones) you(?!\w)|(?<!\w)(?!i |you |please )[\w.]{2,30} will (?:call|"
    r"phone|ring)(?! (?:me|us|ahead|in advance|before|when|first|out|for)(?!\w))(?!\w)|wird (?:sie |dich )?anrufen"
    r"|(?:you will|you'll) (?:receive|get|be) (?:a |our )?(?:phone )?(?:call|called)"
    r"|expect (?:a|our) (?:phone )?call"
    r"|ich rufe (?:sie|dich|euch)(?: [^.!?]{0,60}?)? ?(?<!\w)an(?!\w)"
    r"|(?:nous|on) vous (?:appel\w+|contact\w+ par telephone)"
    r"|je (?:vous|t') ?appel\w+"
    r"|(?:wij|we|ik)? ?bel(?:t|len)? (?:je|u|jou|jullie)(?!\w)"
    r"|(?:te|le|os|les) llamar(?:emos|a|an|e)(?!\w)"
    r"|(?:la|ti|vi) chiam(?:eremo|ero|era|iamo)(?!\w)"
    r"|sie erhalten (?:einen|unseren) (?:telefon)?anruf"
    r")"
)
"""Whoever wrote this, or their people, dial; the reader is called."""
WRITER_IS_CALLED = re.compile(
    r"(?<!\w)(?:ruft (?:mich|uns|bei mir|bei uns)?(?: [^.!?]{0,60}?)? ?(?<!\w)an(?!\w)|"
    r"ich werde (?:[^.!?]{0,40} )?angerufen|(?:wird|werde) angerufen"
    r"|ruft (?:mich |uns )?zur(?:u|ue)ck|meldet sich (?:[^.!?]{0,30} )?(?:telefonisch|bei mir)"
    r"|[\w.]{1,30} (?:calls|rings|phones) (?:me|us)(?!\w)|[\w.']{1,30} (?:will |'ll )?(?:call|phone|"
    r"ring) (?:me|us)(?! (?:on|at|under|if))(?!\w)"
    r"|(?:they|he|she|client|customer|candidate) (?:will |'ll )?(?:calls?|phones?|rings?)(?!\w)"
    r"|belt (?:mij|me|ons)(?!\w)|me llama(?!\w)|mi chiama(?!\w)|(?:m'|nous )appelle(?!\w)"
    r"|(?:anruf|r(?:u|ue)ckruf|(?:phone )?call|callback|appel|llamada|chiamata|telefonata) (?:von|vom|"
    r"durch|from|de|da)(?!\w)|incoming(?: phone)? call|eingehender anruf)"
)
"""Somebody else dials the one who wrote this."""
WRITER_DIALS = re.compile(
    r"(?<!\w)(?:ich rufe(?!\w)|ich melde mich telefonisch|ich telefoniere mit|^rufe(?!\w)|"
    r"wir rufen (?!sie |dich |euch )"
    r"|i(?:'ll| will| shall| am going to|'m going to|'m| have to| need to| must)? (?:call|phone|ring|"
    r"calling)(?! me| us| you)(?!\w)|me to call"
    r"|j'appelle|je (?:l')?appelle|ik bel(?! je| u)(?!\w)|yo llamo|anrufen:|anzurufen|"
    r"muss (?:[^.!?]{0,40} )?anrufen|ich werde [^.!?]{0,40} anrufen)"
)
"""The one who wrote this dials somebody."""
READER_IS_TO_DIAL = re.compile(
    r"(?<!\w)(?:(?:(?<!wir )rufen sie|ruf|(?<!ich )rufe)(?: sie| du)? (?:bitte |dazu )?(?:uns|mich|bitte|unter|"
    r"dazu|die)(?!\w)[^.!?]{0,60}(?<!\w)an(?!\w)"
    r"|(?:please |kindly )?(?:call|phone|ring) (?:me|us)(?: (?:on|at|under|back))(?!\w)|please (?:call|"
    r"phone|ring)(?! if)(?!\w)"
    r"|bitte (?:mich |uns |unter \S+ )?anrufen|bitte um (?:ihren |deinen )?(?:anruf|r(?:u|ue)ckruf)|"
    r"you(?:'ll| will| are to)? call (?:me|us)|sie rufen (?:mich|uns)(?!\w))"
)
"""The one who reads this is asked to dial."""
CONDITION = union(
    (
        (
            r"falls|wenn|sollte\w*|verhindert\w*|absag\w*|abgesagt|stornier\w*|verschieb\w*|ruckfrag\w*|"
            r"rueckfrag\w*|fragen|notfall\w*|umbuch\w*"
        ),
        (
            r"if|cancel\w*|re-?schedul\w*|questions?|need to|need help|unable|change|emergency|problems?|"
            r"trouble\w*|issues?|"
            r"late|in case|help|support|assistance|concerns?|before|prior to|to confirm|confirm your|reminder|remind"
        ),
        (
            r"annul\w*|modifier|en cas|als u|afzeggen|cancelar|in caso|disdire|oeffnungszeiten|offnungszeiten|"
            r"opening hours"
        ),
        r"zur bestatigung|vorher|vorab|im vorfeld|anmeld\w*|reservier\w*|anmeldung",
    )
)
"""A line that speaks of another call: to cancel, to ask, in an emergency."""

BODY_PHONE = union(
    (
        r"telefonat(?: mit)?",
        r"telefon-?(?:termin|konferenz|gespr(?:a|ae)ch|interview|sprechstunde|besprechung|beratung)",
        r"telkos?",
        r"tele?con(?:f\w*)?",
        r"phone (?:call|interview|conference|appointment|consultation|screen\w*|meeting)",
        r"conf(?:erence)?[- ]calls?",
        (
            r"(?:call|meet|speak|talk|discuss|held|happen|place|conducted) (?:\w+ ){0,3}(?:by|over the|over|"
            r"on the|via) (?:tele)?phone"
        ),
        (
            r"(?:erfolgt|findet|statt|besprechen|reden|sprechen|termin|gespr(?:a|ae)ch|ist|"
            r"treffen) (?:\w+ ){0,3}(?:telefonisch|per telefon|am telefon)"
        ),
        (
            r"(?:location|ort|where|wo|place|lieu|channel|format|type|art|via): ?(?:phone(?: call)?|telefon\w*|"
            r"telephone|by phone|anruf)"
        ),
        r"(?:telefonisch|per telefon) (?:unter|auf)(?= [+(\d])",
        r"telefonisch (?:overleg|gesprek|contact|gesprach|statt)",
        r"entretien telephonique",
        r"rendez-vous telephonique",
        r"llamada telefonica",
        r"zuruckrufen",
        (
            r"^(?:please )?(?:call|ring|phone) (?:(?:the |your )?(?:candidate|client|customer|patient|applicant|guest|"
            r"lead)|him|her|them) (?:on|at|under)(?= [+(\d])"
        ),
    )
)
BODY_VIDEO = union(
    (
        r"video-?(?: )?(?:konferenz|conference|call|anruf|chat|termin|sprechstunde|besprechung|meeting|telefonat)",
        (
            r"webkonferenz|web conference|webmeeting|web meeting|online-?meeting|online-?besprechung|"
            r"visio-?conf\w*|videollamada|videochiamata|videogesprek"
        ),
        (
            r"(?:this is|location:|ort:|where:|wo:|via|per|in|join|uber|on|zum|am|einer|eine) (?:a |an |your |"
            r"the |der |die |das |einer |eine |ein )?"
        )
        + VENDOR
        + (
            r"(?:[- ](?:web )?(?:conference|meeting|besprechung|videokonferenz|call|videocall|sitzung|webinar)|"
            r" web conference)"
        ),
        (
            r"(?:join|teilnehmen an|beitreten) (?:with |the |via |by )?(?:zoom|microsoft teams|google meet|"
            r"webex|skype|video)\b(?: \w+)?"
        ),
        r"microsoft teams(?:-besprechung| meeting|-meeting| besprechung|-vergadering)",
        r"join (?:zoom|webex|skype|teams|google meet|visio|video|the video) ?(?:meeting|call)?",
        r"hangouts? (?:avec|with|mit|con)",
        (
            r"(?:zoom|teams|webex|skype|jitsi|google meet|hangouts?|facetime|bbb)[- ](?:meeting|call|link|"
            r"besprechung|konferenz|sitzung)"
        ),
        (
            r"(?:einwahldaten|zugangsdaten|einwahllink|zugangslink|meeting-?link|teilnahmelink|video-?link|"
            r"dial-in details|meeting link|join link|zoom link|joining details) "
            r"(?:\w+ ){0,4}(?:folg\w*|verschickt|versendet|zugesandt|to follow|will be|sent|erhalten)"
        ),
        (
            r"(?:send|sent|email|mail|share|provide|senden|schicken|erhalten|bekommen) (?:\w+ ){0,4}"
            r"(?:video|zoom|teams|meet|webex|join|meeting)[- ]?(?:call )?(?:link|url|einladung)s?"
        ),
        (
            r"(?:location|ort|where|wo|place|lieu|channel|format|type|art|via|mode|modus): ?(?:video|online|virtual"
            r"|virtuell|remote|visio)"
        ),
        r"remote (?:call|meeting|interview)",
        (
            r"(?:via|per|uber|ueber|on|by|in) (?:zoom|ms teams|teams|skype|facetime|webex|jitsi|google meet|"
            r"bigbluebutton|bbb|hangouts?)"
        ),
    )
)
JOIN_WORDS = union(
    (
        (
            r"join (?:(?:the|our|this|my|your|zoom|video|visio|online|web|teams|meeting|us on|via|with|from|at|"
            r"by|here|now|link)\b.{0,40})?"
        ),
        (
            r"(?:join|meeting|conference|video|call|zoom|visio|einwahl|zugangs|teilnahme|besprechungs|konferenz|"
            r"video call|videokonferenz|webinar|webconf|dial-in)[- ]?(?:link|url|room|raum)"
        ),
        (
            r"video ?call(?: link)?|videokonferenz\w*|videoconf\w*|visio(?:conference)?|webkonferenz|"
            r"web conference|videoanruf|video conference|videochat"
        ),
        (
            r"(?:link|zugang|url|lien|enlace) (?:zu[rm]?|to the|to|for the|fur die|for|fuer die|de la|"
            r"para la) (?:\w+ )?(?:video\w*|online\w*|meeting|besprechung|konferenz|call|sitzung|session|"
            r"visio\w*|reunion)"
        ),
        r"teilnehmen|beitreten|einwahl\w*|einwahlen|zum meeting|zur besprechung|zur videokonferenz|zur sitzung",
        r"rejoindre|deelnemen|unirse|partecipa\w*|participer|pripoji\w*|dotacz|delta|osallistu",
        r"conference:|konferenz:|meeting:|room:|raum:",
    )
)

WATCHED = re.compile(
    r"(?<!\w)(?:watch|webcast|recordings?|recorded|replay|aufzeichnung\w*|mitschnitt\w*|nachschauen|"
    r"livestream)(?!\w)"
)
"""A line about something to look at: nobody talks there."""
READER_IS_TO_DIAL_ME = re.compile(
    r"(?<!\w)(?:please (?:call|phone|ring) me(?!\w)|(?:rufen sie|ruf|"
    r"(?<!ich )rufe) mich(?!\w)[^.!?]{0,60}(?<!\w)an(?!\w))"
)
JOIN_STRICT = union(
    (
        (
            r"(?:join|click here to join|to join) (?:(?:the|our|this|my|your|a|zoom|video|visio|online|web|"
            r"teams|jitsi|big ?blue ?button|bbb|virtual) ){0,3}(?:meeting|call|conference|visio|video|session|"
            r"room|videocall|video call|webinar)"
        ),
        (
            r"(?:meeting|conference|video|video call|videocall|zoom|visio|einwahl|zugangs|teilnahme|"
            r"besprechungs|konferenz|videokonferenz|webinar|webconf|dial-in|call|join|jitsi|bbb|"
            r"online)[- ]?(?:link|url|room|raum)s?"
        ),
        (
            r"video ?calls?|videokonferenz\w*|videoconf\w*|visio(?:conference)?|webkonferenz|web conference|"
            r"videoanruf|video conference|videochat|online-?meeting"
        ),
        (
            r"(?:link|zugang|url|lien|enlace) (?:zu[rm]?|to|fur|for|fuer|de|para) (?:(?:the|der|die|das|la|"
            r"el) )?(?:video\w*|online\w*|meeting|besprechung|konferenz|call|sitzung|session|visio\w*|reunion|"
            r"web\w*)"
        ),
        (
            r"(?:an der|am|zur|zum|der) (?:\w+ )?(?:besprechung|meeting|videokonferenz|konferenz|"
            r"sitzung)(?: teilnehmen| beitreten)?"
        ),
        r"(?:meeting|besprechung|konferenz|sitzung) (?:beitreten|teilnehmen|betreten)",
        r"einwahl\w*|einwahlen|dial-in|eingewahlt|zugang(?=:)",
        VENDOR + r"(?: room| raum| meeting)?",
        r"rejoindre la (?:reunion|visio\w*|conference)|deelnemen aan (?:de )?vergadering|unirse a la reunion",
    )
)
"""Words before a link of an unknown host that can only mean a conference."""
