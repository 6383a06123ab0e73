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
            r"if|cancel\w*|re-?schedul\w*|questions?|need to (?:cancel|change|move|re)|need help|"
            r"unable|change|emergency|problems?|"
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
