"""What looks like a call and is none: tables of patterns on folded text (see `vocabulary`). No code decides here."""

from __future__ import annotations

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
        r"(?:telefonat|telko|call|anruf)s?-?(?:protokoll\w*|notiz\w*|leitfaden\w*|skript\w*|vorlage\w*|auswertung\w*|"
        r"statistik\w*)"
    ),
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
