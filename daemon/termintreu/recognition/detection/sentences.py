"""What descriptions say of calls: who dials, what a line is about, what a link is for. Patterns on folded text."""

from __future__ import annotations

import re

from termintreu.recognition.detection.lexicon import SERVICES, entries


def union(*tables: tuple[str, ...], before: str = r"(?<!\w)", after: str = r"(?!\w)") -> re.Pattern[str]:
    """One pattern for all entries of the tables; whole words unless told otherwise."""
    return re.compile(before + "(?:" + "|".join(entry for table in tables for entry in table) + ")" + after)


VENDOR = (
    "(?:"
    + "|".join(
        re.escape(entry.word).replace(r"\ ", "[- ]?")
        for entry in sorted(entries(), key=lambda entry: -len(entry.word))
        if entry.file == SERVICES and entry.tag in ("service", "ambiguous_service")
    )
    + ")"
)
"""The name of a service, longest first."""

_YOU_DE = r"(?:sie|dich|euch|ihnen|dir)"
READER_IS_CALLED = re.compile(
    rf"(?<!\w)(?:wir (?:rufen|telefonieren|"
    rf"kontaktieren) [^.!?]{{0,60}}?(?<!\w)(?:{_YOU_DE}(?!\w)[^.!?]{{0,60}}?(?<!\w)an(?!\w)|telefonisch)"
    r"|wir melden uns (?:[^.!?]{0,40} )?(?:telefonisch|unter|auf)(?!\w)"
    r"|(?:wir|ich) (?:werden?|werde) (?:sie|dich|euch) [^.!?]{0,50}?(?:anrufen|telefonisch)"
    r"|ruft (?:sie|dich|euch|bei ihnen|bei dir)(?: [^.!?]{0,100}?)? ?(?<!\w)(?:an|zur(?:u|ue)ck)(?!\w)"
    r"|(?:kontaktiert|erreicht) (?:sie|dich|euch) (?:[^.!?]{0,80} )?telefonisch"
    r"|meldet sich (?:[^.!?]{0,60} )?(?:telefonisch )?bei (?:ihnen|dir|euch)(?!\w)"
    r"|(?:sie|du|ihr) (?:werden|wirst|werdet) (?:[^.!?]{0,40} )?angerufen"
    r"|(?:i|we|he|she|they|someone|\w{2,20}),?(?:'ll| will| shall| are going to|"
    r"'re going to) (?:be )?(?:call|calling|phone|phoning|ring|ringing|dial|dialling) you(?!\w)"
    r"|(?:we|i) (?:call|phone|ring) you(?!\w)"
    r"|(?:\w{1,20}'ll|will|shall|to) (?:give|drop) you a (?:quick )?(?:ring|call|bell|buzz|shout)(?!\w)"
    r"|(?:\w{1,20}'ll|will) (?:telephone|ring|phone|call) (?:you )?(?:at|between|around|from) \d"
    r"|(?:we'll|we will|i'll|i will) (?:speak|talk) (?:to|with) you (?:by|on the|over the) phone"
    r"|[\w.]{1,30} (?:calls|rings|phones) you(?!\w)|(?<!\w)(?!i |you |please )[\w.]{2,30} will (?:call|"
    r"phone|ring)(?! (?:me|us|ahead|in advance|before|when|first|out|for)(?!\w))(?!\w)|wird (?:sie |dich )?anrufen"
    r"|(?:you will|you'll) (?:receive|get|be) (?:a |our )?(?:phone )?(?:called|call)(?!\w)"
    r"|expect (?:a|our) (?:phone )?call"
    r"|ich rufe (?:sie|dich|euch)(?: (?:[^.!?]|\.(?=\d)){0,60}?)? ?(?<!\w)an(?!\w)"
    r"|(?:nous|on) vous (?:appel\w+|contact\w+ par telephone)"
    r"|je (?:vous|t') ?appel\w+"
    r"|(?:wij|we|ik)? ?bel(?:t|len)? (?:je|u|jou|jullie)(?!\w)"
    r"|(?:te|le|os|les) llamar(?:emos|a|an|e)(?!\w)"
    r"|(?:la|ti|vi) chiam(?:eremo|ero|era|iamo)(?!\w)"
    r"|(?:sie|du|ihr) (?:erhalten|erhaltst|bekommen|bekommst|bekommt) (?:dann |dafur )?"
    r"(?:einen|unseren) (?:telefon)?anruf"
    r"|(?:rufe ich|rufen wir) (?:sie|dich|euch|bei ihnen|bei dir)(?: (?:[^.!?]|\.(?=\d)){0,80}?)? ?"
    r"(?<!\w)(?:an|durch|zur(?:u|ue)ck)(?!\w)"
    r"|(?:werde ich|werden wir|wird) (?:sie|dich|euch) [^.!?]{0,60}?(?:anrufen|zur(?:u|ue)ckrufen|kontaktieren)"
    r"|(?:melde ich mich|ich melde mich|melden wir uns|wird sich) (?:[^.!?]{0,60} )?(?:telefonisch|per telefon)(?!\w)"
    r"|ich (?:klingle?|klingele|laute) (?:[^.!?]{0,40} )?(?:durch|bei (?:dir|ihnen|euch))(?!\w)"
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
        r"wer (?:nicht|krank|verhindert)|zur bestatigung|vorher|vorab|im vorfeld|anmeld\w*|reservier\w*|anmeldung",
    )
)
"""A line that speaks of another call: to cancel, to ask, in an emergency."""

ON_THE_WAY = union(
    (
        r"sobald|on (?:the|their|his|her|my|its) way|on arrival|(?:vor|bei) (?:der )?(?:ankunft|anfahrt|anlieferung)",
        r"driver|courier|fahrer(?:in)?|zusteller(?:in)?|monteur|techniker|engineer|ahead|can't find",
        r"war|was|hatte|gestern|yesterday|notes|protokoll|letzten?|last|gilt nicht|nicht (?:an|moglich)|jetzt an",
    )
)
"""A line that speaks of somebody who comes, or of what was."""

BODY_PHONE = union(
    (
        r"telefonat(?: mit)?",
        r"telefon-?(?:termin|konferenz|gespr(?:a|ae)ch|interview|sprechstunde|besprechung|beratung)",
        r"telkos?",
        r"tele?con(?:f\w*)?",
        (
            r"phone (?:call|interview|conference|appointment|consultation|screen\w*|meeting|chat|catch-?up|review|"
            r"assessment|consult|hearing|briefing|session|visit|conversation|slot|tutorial|debrief)"
        ),
        r"phoners?|patch (?:us|you|me|them) through",
        (
            r"(?:do|have|hold|doing|having|holding|conduct|run|keep) (?:it|this|that|these|them|(?:our|the|your) \w+) "
            r"(?:by|over the|over|on the|via) (?:tele)?phone"
        ),
        r"^call (?:him |her |them )?at \d{1,2}(?:[:.]\d\d)? ?(?:am|pm|sharp|,|$)",
        (
            r"^(?:please )?(?:call|ring|phone) (?!us|me|for|if|to|in)[a-z][\w'&]*(?: [\w'&]+){0,3},? (?:on |at )?"
            r"[+(\d][\d ()-]{7,}"
        ),
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
        r"(?<!erreichbar )(?:telefonisch|per telefon) (?:unter|auf)(?= [+(\d])(?![^.!?]{0,60} erreich)",
        r"telefonisch (?:overleg|gesprek|contact|gesprach|statt)",
        r"entretien telephonique",
        r"rendez-vous telephonique",
        r"llamada telefonica",
        r"zuruckrufen",
        (
            r"telefonische[rsn]? (?:\w*beratung\w*|\w*gespr(?:a|ae)ch\w*|\w*termin\w*|besprechung|rucksprache|"
            r"sprechstunde)"
        ),
        (
            r"(?:bittet|bitten|bitte|ersuch\w+|mochte|will|braucht|freut sich|freuen|dankbar|erbittet|wunscht|"
            r"warte[tn]?) (?:\w+ ){0,3}"
            r"(?:um|uber|auf) (?:(?:einen?|ihren|deinen|baldigen|deine) ){0,2}(?:telefon|telephon)?"
            r"(?:anruf|ruckruf|rueckruf)"
        ),
        r"uber (?:einen|ihren|deinen) (?:anruf|ruckruf) freuen",
        r"(?:erwartet|erwarten|erwarte) (?:ihren|deinen|euren|den|einen) (?:telefon)?(?:anruf|ruckruf)",
        (
            r"(?:bespreche|besprechen|klare|klaren|hore|horen|spreche|sprechen|reden|unterhalten) (?:\w+ ){1,8}"
            r"(?:telefonisch|am telefon|per telefon)"
        ),
        (
            r"(?:telefonisch|am telefon|per telefon) (?:\w+ ){0,3}(?:besprechen|klaren|durchgehen|durchsprechen|"
            r"abstimmen|austauschen|sprechen|reden|unterhalten|beraten)"
        ),
        r"(?:ruft|rufen) (?:mich|uns|bei mir|bei uns)(?: [^.!?]{0,60}?)? ?(?<!\w)(?:an|zur(?:u|ue)ck)",
        r"meldet sich (?:\w+ ){0,4}telefonisch(?! (?:\w+ ){0,3}ab)",
        r"(?:interview|o-ton|gespr(?:a|ae)ch|termin|austausch|besprechung) (?:\w+ ){0,2}(?:am telefon|per telefon)",
        r"(?:lass|lasst|lassen sie) uns (?:\w+ ){0,6}telefonieren",
        r"\w+ anrufen(?=:? ?[+(0]\d)",
        (
            r"(?:wants?|asks?|asked|would like|needs?) (?:us|me|you) to (?:phone|ring|call)"
            r"(?! (?:ahead|if|when|in advance|first))"
        ),
        r"^bitte (?:\w+ ){0,2}(?:dort|zuruck|ihn|sie|da|bei \w+) ?anrufen",
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
